//! The program itself, as people run it: one node of a desk in a process of its own.

use super::{PATIENCE, Place};
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

pub struct Process {
    child: Child,
    pub origin: String,
}

impl Process {
    /// Starts a node and waits until it says where it is.
    pub async fn start(place: &Place, node: &str, nats: Option<&str>) -> Self {
        let mut child = command(place, node, nats).stdout(Stdio::piped()).spawn().unwrap();
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

    /// What a node says that does not start.
    pub async fn complaint(place: &Place, node: &str, nats: Option<&str>) -> String {
        let mut child = command(place, node, nats).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut text = String::new();
        let said = async {
            child.stderr.take().unwrap().read_to_string(&mut text).await.unwrap();
            child.wait().await.unwrap()
        };
        let status = timeout(PATIENCE * 3, said).await.expect("the program ends");
        assert!(!status.success(), "{text}");
        text
    }

    /// `kill -9`
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

fn command(place: &Place, node: &str, nats: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
    command
        .args(["serve", "--port", "0", "--node-id", node])
        .arg("--data")
        .arg(place.directory.path())
        .env("DESKBELL_DATABASE_URL", &place.url)
        .env("DESKBELL_DATABASE_MAX_CONNECTIONS", "8")
        .env("DESKBELL_NATS_URL", nats.unwrap_or_default())
        .env("DESKBELL_METRICS_ADDR", "")
        .env("DESKBELL_MESSAGES_PER_MINUTE", "100000")
        .env("DESKBELL_STARTS_PER_ADDRESS", "100000")
        .env("RUST_LOG", "error")
        .kill_on_drop(true);
    command
}
