//! The program itself, in its own process.

use crate::place::Place;
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::{Instant, timeout},
};

/// How long a start may take before it is given up.
const START: Duration = Duration::from_secs(60);

/// How the program is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Path of the deskbell program.
    pub program: PathBuf,
    /// `DESKBELL_*` and other variables beside what every run sets.
    pub environment: BTreeMap<String, String>,
    /// 0: a free one. A desk that is started again keeps the port of its first start.
    pub port: u16,
}

impl Launch {
    pub fn of(program: &Path) -> Self {
        Self { program: program.to_owned(), environment: BTreeMap::new(), port: 0 }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.insert(name.into(), value.to_string());
        self
    }
}

/// A desk that serves. Dropping it kills it.
pub struct Desk {
    pub address: SocketAddr,
    child: Child,
    // Kept, so that the program can go on writing.
    _output: BufReader<ChildStdout>,
}

impl Desk {
    /// Starts the program on a place and waits until it answers.
    pub async fn start(launch: &Launch, place: &Place) -> Result<Self> {
        let mut command = Command::new(&launch.program);
        command
            .args(["serve", "--port", &launch.port.to_string()])
            .arg("--data")
            .arg(place.directory())
            .env("DESKBELL_DATABASE_URL", &place.url)
            .env("DESKBELL_METRICS_ADDR", "")
            .env("DESKBELL_MESSAGES_PER_MINUTE", "100000000")
            .env("DESKBELL_STARTS_PER_ADDRESS", "100000000")
            .env("DESKBELL_READS_PER_MINUTE", "100000000")
            .env("DESKBELL_FRAMES_PER_SECOND", "1000000")
            .env("DESKBELL_SOCKETS_PER_AGENT", "1000")
            .env("DESKBELL_SHUTDOWN_DELAY_SECS", "0")
            .env("RUST_LOG", std::env::var("RIG_LOG").unwrap_or_else(|_| "error".into()))
            .envs(&launch.environment)
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", launch.program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("the program has no output")?);
        let address = timeout(START, said(&mut output)).await.context("the program does not start")??;
        Ok(Self { address, child, _output: output })
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("the program has ended")
    }

    /// `kill -9`, at once.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// SIGTERM, and waits for the end.
    pub async fn stop(mut self) -> Result<()> {
        self.signal("TERM").await?;
        let status = timeout(START, self.child.wait()).await.context("the program does not stop")??;
        if !status.success() {
            bail!("the program ended with {status}");
        }
        Ok(())
    }

    /// Sends a signal such as `STOP`.
    pub async fn signal(&self, name: &str) -> Result<()> {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.pid()?.to_string()).status().await?;
        if !status.success() {
            bail!("kill -{name} ended with {status}");
        }
        Ok(())
    }

    /// Resident memory of the process, in KiB.
    pub fn rss_kib(&self) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Processor time that the process has used.
    pub fn cpu(&self) -> Result<Duration> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks: u64 = [11, 12].iter().filter_map(|&n| fields.get(n)?.parse::<u64>().ok()).sum();
        // USER_HZ is 100 on every Linux that Rust's tier 1 knows.
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Returns once `/readyz` says yes; gives how long that took.
    pub async fn is_ready(&self) -> Result<Duration> {
        let begun = Instant::now();
        let mut line = crate::wire::Line::to(self.address, self.origin());
        while begun.elapsed() < START {
            match line.get("/readyz", &[]).await {
                Ok(answer) if answer.status.is_success() => return Ok(begun.elapsed()),
                _ => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
        bail!("the program does not become ready")
    }
}

/// Where the program says it is.
async fn said(output: &mut BufReader<ChildStdout>) -> Result<SocketAddr> {
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).await? == 0 {
            bail!("the program ended without saying where it is");
        }
        if let Some(origin) = line.trim().strip_prefix("Deskbell is at") {
            return Ok(origin.trim().trim_start_matches("http://").parse()?);
        }
    }
}
