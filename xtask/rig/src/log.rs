//! A desk's log as JSON, for tests that hold screens against it.

use oracle::{Audience, Eyes, Log, log::Row};
use serde_json::{Value, json};

/// Prints every message and note that is stored, by conversation and number; `url` is that of the database.
#[allow(clippy::print_stdout)]
pub async fn print(url: &str) -> anyhow::Result<()> {
    let eyes = Eyes::open(url)?;
    let log = Log::read(&eyes).await?;
    eyes.close().await;
    println!("{}", Value::from_iter(log.written().map(|(_, row)| line(row))));
    Ok(())
}

fn line(row: &Row) -> Value {
    json!({
        "conversation": row.conversation,
        "seq": row.seq,
        "pub_seq": row.pub_seq,
        "public": row.audience == Audience::Public,
        "client": row.client_id,
        "text": row.text,
    })
}
