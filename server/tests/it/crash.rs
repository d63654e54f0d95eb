//! M1: the program is killed at random moments; whatever it acknowledged is in the log when it comes back.

use crate::support::{Eyes, Half, PATIENCE, Place, field, key, see};
use domain::{
    ids::ClientKey,
    wire::{Problem, SendMessage},
};
use futures_util::future::join_all;
use rand::Rng;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::Notify,
    time::timeout,
};
use uuid::Uuid;

const KILLS: usize = 5;
const WRITERS: usize = 6;
const SITE: &str = "papermoon";

/// The program itself, as people run it.
struct Process {
    child: Child,
    origin: String,
}

impl Process {
    async fn start(place: &Place) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        command
            .args(["serve", "--demo", "--port", "0"])
            .arg("--data")
            .arg(place.directory.path())
            .env("DESKBELL_DATABASE_URL", &place.url)
            .env("DESKBELL_DATABASE_MAX_CONNECTIONS", "6")
            .env("DESKBELL_METRICS_ADDR", "")
            .env("DESKBELL_MESSAGES_PER_MINUTE", "100000")
            .env("DESKBELL_STARTS_PER_ADDRESS", "100000")
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some(origin) = line.trim().strip_prefix("Deskbell is at") {
                    return origin.trim().to_owned();
                }
            }
            panic!("the program ended without saying where it is");
        };
        let origin = timeout(PATIENCE * 3, said).await.expect("the program starts");
        Self { child, origin }
    }

    /// `kill -9`
    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// A customer whose outbox goes on where it was stopped.
struct Writer {
    token: String,
    waiting: Vec<(ClientKey, String)>,
}

#[derive(Default)]
struct History {
    acknowledged: Mutex<HashMap<ClientKey, String>>,
    count: AtomicUsize,
    moved: Notify,
}

impl History {
    fn add(&self, key: ClientKey, text: String) {
        self.acknowledged.lock().unwrap().insert(key, text);
        self.count.fetch_add(1, Ordering::Relaxed);
        self.moved.notify_one();
    }
    async fn reaches(&self, count: usize) {
        while self.count.load(Ordering::Relaxed) < count {
            self.moved.notified().await;
        }
    }
}

async fn begin(http: &reqwest::Client, origin: &str, history: &History) -> Writer {
    let page = http.get(format!("{origin}/widget/{SITE}")).send().await.unwrap().text().await.unwrap();
    let start = field(&page, "start").unwrap();
    let body = json!({ "key": SITE, "start": start, "name": "Priya", "message": "Hello?" });
    let request = http.post(format!("{origin}/api/v1/widget/start")).header("origin", origin).json(&body);
    let begun: Value = request.send().await.unwrap().json().await.unwrap();
    let client = begun["chat"]["state"]["entries"][0]["content"]["client"].as_str().unwrap().parse().unwrap();
    history.add(client, "Hello?".into());
    Writer { token: begun["token"].as_str().unwrap().into(), waiting: Vec::new() }
}

/// Sends until the program dies: what was not acknowledged stays, and is sent again before anything new.
async fn write(http: reqwest::Client, origin: String, mut writer: Writer, history: Arc<History>) -> Writer {
    loop {
        if writer.waiting.is_empty() {
            let client = key();
            writer.waiting.push((client, format!("words {client}")));
        }
        let (client, text) = writer.waiting[0].clone();
        let message = SendMessage { client, text: text.clone(), seen: 0 };
        let request = http.post(format!("{origin}/api/v1/widget/messages")).bearer_auth(&writer.token).json(&message);
        match request.send().await {
            Ok(response) if response.status().is_success() => {
                if response.bytes().await.is_err() {
                    return writer;
                }
                history.add(client, text);
                writer.waiting.remove(0);
            }
            Ok(response) => {
                let problem: Problem = response.json().await.unwrap();
                assert!(problem.is_passing(), "{problem:?}");
            }
            Err(_) => return writer,
        }
    }
}

async fn kills(half: Half) {
    let place = half.durable_place().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let history = Arc::new(History::default());
    let mut process = Process::start(&place).await;
    let mut writers = join_all((0..WRITERS).map(|_| begin(&http, &process.origin, &history))).await;
    for _ in 0..KILLS {
        let enough = history.count.load(Ordering::Relaxed) + rand::rng().random_range(5..60);
        let runs =
            writers.into_iter().map(|writer| tokio::spawn(write(http.clone(), process.origin.clone(), writer, Arc::clone(&history))));
        let runs: Vec<_> = runs.collect();
        timeout(PATIENCE * 3, history.reaches(enough)).await.expect("the program acknowledges");
        process.kill().await;
        writers = join_all(runs).await.into_iter().map(Result::unwrap).collect();
        process = Process::start(&place).await;
        all_is_there(&place, &history).await;
    }
    process.kill().await;
    let eyes = Eyes::open(&place.url);
    assert_eq!(eyes.findings().await, Vec::<String>::new());
    eyes.close().await;
    println!("{}: {} acknowledged over {KILLS} kills", half.word(), history.count.load(Ordering::Relaxed));
    place.remove().await;
}

/// Acknowledged ⊆ log, each with its words, each once.
async fn all_is_there(place: &Place, history: &History) {
    let eyes = Eyes::open(&place.url);
    let sql = "select client_id, cast(payload as text) from event where kind = 'message'";
    let rows: Vec<(Uuid, String)> = see!(&eyes, c => sqlx::query_as(sql).fetch_all(c).await.unwrap());
    eyes.close().await;
    let count = rows.len();
    let stored: HashMap<ClientKey, String> = rows.into_iter().map(|(key, payload)| (ClientKey(key), payload)).collect();
    assert_eq!(stored.len(), count, "M2: none twice");
    for (key, text) in history.acknowledged.lock().unwrap().iter() {
        let payload = stored.get(key).unwrap_or_else(|| panic!("M1: {key} was acknowledged and is lost"));
        assert!(payload.contains(text.as_str()));
    }
}

fn m01(half: Half) {
    if half.is_here() {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(kills(half));
    }
}

mod m01_what_was_acknowledged_survives_kill_9 {
    use super::{Half, m01};

    #[test]
    fn sqlite() {
        m01(Half::Sqlite);
    }
    #[test]
    fn postgres() {
        m01(Half::Postgres);
    }
}
