//! The floor: the least that must be done for a durable message, with nothing of a desk around it.
//!
//! `serve` is a bare WebSocket server with group commit on the same SQLite settings; `measure` drives it with as many senders
//! as the program is driven with. What the program reaches of it says more than its figure alone on a noisy machine.

mod drive;

pub use drive::measure;

use anyhow::Result;
use axum::{
    Router,
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    routing::any,
    serve::ListenerExt,
};
use serde::{Deserialize, Serialize};
use sqlx::{
    ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::path::Path;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

const GROUP: usize = 64;
/// As the desk's own log: a key, and the two unique indexes that every message goes through.
const SCHEMA: &str = "
    create table event (conversation blob not null, seq integer not null, pub_seq integer, audience text not null, kind text not null,
        sender text not null, client_id blob, payload text not null, ts integer not null, primary key (conversation, seq)) strict;
    create unique index event_pub_seq on event (conversation, pub_seq) where pub_seq is not null;
    create unique index event_client on event (conversation, sender, client_id) where client_id is not null;";
const INSERT: &str = "insert into event (conversation, seq, pub_seq, audience, kind, sender, client_id, payload, ts) ";

#[derive(Debug, Serialize, Deserialize)]
struct Sent {
    client: Uuid,
    text: String,
}

struct Job {
    chat: Uuid,
    seq: i64,
    sent: Sent,
    stored: oneshot::Sender<()>,
}

/// Serves until it is killed; says its address on standard output.
#[allow(clippy::print_stdout)]
pub async fn serve(file: &Path) -> Result<()> {
    let (jobs, queue) = mpsc::channel(4_096);
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let connection = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).connect().await?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    std::thread::spawn(move || runtime.block_on(write(connection, queue)));
    let talk = move |upgrade: WebSocketUpgrade| async move { upgrade.on_upgrade(move |socket| talk(socket, jobs)) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap_or_default());
    Ok(axum::serve(listener, Router::new().route("/", any(talk))).await?)
}

/// A connection is a chat.
async fn talk(mut socket: WebSocket, jobs: mpsc::Sender<Job>) {
    let chat = Uuid::new_v4();
    for seq in 1.. {
        let Some(Ok(Message::Text(text))) = socket.recv().await else { return };
        let Ok(sent) = serde_json::from_str::<Sent>(&text) else { return };
        let answer = format!("{{\"client\":\"{}\",\"seq\":{seq}}}", sent.client);
        let (stored, commit) = oneshot::channel();
        let queued = jobs.send(Job { chat, seq, sent, stored }).await;
        if queued.is_err() || commit.await.is_err() || socket.send(Message::text(answer)).await.is_err() {
            return;
        }
    }
}

/// Up to 64 messages, or what queued up during the last commit; a row each, one commit, then the answers.
async fn write(mut connection: SqliteConnection, mut queue: mpsc::Receiver<Job>) -> Result<()> {
    sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
    let mut group: Vec<Job> = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        let mut tx = connection.begin_with("begin immediate").await?;
        let mut insert = QueryBuilder::<Sqlite>::new(INSERT);
        insert.push_values(&group, |mut row, Job { chat, seq, sent, .. }| {
            row.push_bind(chat).push_bind(seq).push_bind(seq).push("'public', 'message', 'customer'");
            row.push_bind(sent.client).push_bind(&sent.text).push("unixepoch()");
        });
        insert.build().execute(&mut *tx).await?;
        tx.commit().await?;
        group.drain(..).for_each(|job| job.stored.send(()).unwrap_or_default());
    }
    Ok(())
}
