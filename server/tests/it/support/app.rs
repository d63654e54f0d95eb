//! A whole desk: database, services, router and sockets, with one queue and one site.

mod furniture;
mod time;
mod waiting;

pub use furniture::start_of;

use super::{Eyes, Half, Place, Process, socket::Pulse};
use deskbell::{App, Config, RunningApp};
use domain::{
    ids::{ClientKey, ConversationId},
    queue::{Policy, Queue},
    settings::DeskSettings,
    time::{Millis, Timestamp},
};
use engine::{
    bus::nats::NatsOptions,
    caller::Caller,
    clock::{Clock, TestClock},
    database::Connections,
    services::{Options, Services},
};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use uuid::Uuid;

/// The key of the site that every desk has.
pub const SITE: &str = "lamps";
/// Tests begin at this moment, unless they keep the real time.
const BEGIN: Timestamp = Timestamp(1_800_000_000_000);
/// The password of every agent.
pub const PASSWORD: &str = "correct horse battery";
/// How often a socket beats.
const BEAT: Millis = Millis::seconds(25);

/// How a test wants its desk.
#[derive(Clone)]
pub struct Setup {
    pub real_clock: bool,
    /// No other test runs beside it.
    pub alone: bool,
    /// Whether the oracle goes through the database at the end.
    pub oracle: bool,
    /// The address of NATS, for one of several nodes.
    pub nats: Option<String>,
    /// When the test begins.
    pub begin: Timestamp,
    pub configure: fn(&mut Config),
}

impl Default for Setup {
    fn default() -> Self {
        Self { real_clock: false, alone: false, oracle: true, nats: None, begin: BEGIN, configure: |_| {} }
    }
}

impl Setup {
    /// For tests that measure: real time, and nothing else running.
    pub fn measured() -> Self {
        Self { real_clock: true, alone: true, ..Self::default() }
    }
    /// One of several nodes. It begins now, as other processes do.
    pub fn among_others() -> Self {
        Self { nats: super::nats(), begin: Clock::System.now(), ..Self::default() }
    }
    pub fn without_oracle() -> Self {
        Self { oracle: false, ..Self::default() }
    }
    pub fn configured(configure: fn(&mut Config)) -> Self {
        Self { configure, ..Self::default() }
    }
}

#[derive(Clone)]
pub struct TestApp(Arc<Inner>);

struct Inner {
    half: Half,
    node: String,
    place: Arc<Place>,
    setup: Setup,
    eyes: Eyes,
    clock: Clock,
    running: Mutex<Option<Running>>,
    pulses: Arc<Mutex<Vec<Weak<Pulse>>>>,
    queue: OnceLock<Queue>,
}

struct Running {
    services: Services,
    body: Body,
    http: reqwest::Client,
}

/// Where a node runs.
enum Body {
    Here(RunningApp),
    Process(Process),
}

impl Body {
    fn origin(&self) -> &str {
        match self {
            Body::Here(app) => app.origin(),
            Body::Process(process) => &process.origin,
        }
    }
}

/// A chat started without a browser, for tests that need many.
#[derive(Clone)]
pub struct Chat {
    pub id: ConversationId,
    pub customer: Caller,
    pub token: String,
}

/// A new client key.
pub fn key() -> ClientKey {
    ClientKey(Uuid::new_v4())
}

impl TestApp {
    pub async fn start(half: Half, setup: Setup) -> Self {
        let place = Arc::new(half.place().await);
        let eyes = Eyes::open(&place.url);
        let clock = if setup.real_clock { Clock::System } else { Clock::Test(TestClock::at(setup.begin)) };
        let (running, pulses) = (Mutex::default(), Arc::default());
        let inner = Inner { half, node: "test".into(), place, setup, eyes, clock, running, pulses, queue: OnceLock::new() };
        let app = Self(Arc::new(inner));
        app.begin().await;
        // Nobody of the tests sits in front of a browser.
        app.set_desk(DeskSettings { agent_idle_after: None, ..DeskSettings::default() }).await;
        let queue = app.add_queue("Orders", Policy::default()).await;
        app.add_site(SITE, queue.id).await;
        app.0.queue.set(queue).unwrap();
        app
    }

    async fn begin(&self) {
        let services = self.open_node(&self.0.node, self.0.setup.nats.clone()).await;
        services.join_nodes().await.unwrap();
        services.start();
        let mut config = Config::defaults().unwrap();
        config.data = self.0.place.directory.path().to_owned();
        config.port = 0;
        config.metrics_addr = "127.0.0.1:0".into();
        (config.sign_ins_per_address, config.sign_ins_per_email, config.sign_ins_per_email_anywhere) = (100_000, 100_000, 100_000);
        (config.starts_per_address, config.messages_per_minute, config.reads_per_minute) = (100_000, 100_000, 100_000);
        config.frames_per_second = 100_000;
        (config.shutdown_delay_secs, config.shutdown_grace_secs) = (0, 3);
        (self.0.setup.configure)(&mut config);
        let app = App::start(config, services.clone()).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        *self.0.running.lock().unwrap() = Some(Running { services, body: Body::Here(app), http });
    }

    fn beside(&self, node: &str, nats: Option<String>) -> Self {
        let (half, place, pulses) = (self.0.half, Arc::clone(&self.0.place), Arc::clone(&self.0.pulses));
        let (eyes, clock, setup) = (Eyes::open(&place.url), self.0.clock.clone(), Setup { nats, ..self.0.setup.clone() });
        let (running, queue) = (Mutex::default(), self.0.queue.clone());
        Self(Arc::new(Inner { half, node: node.into(), place, setup, eyes, clock, running, pulses, queue }))
    }

    /// A further node of this desk, in this process, under the same clock. Stop it before the first one.
    pub async fn further_node(&self, node: &str, nats: Option<String>) -> Self {
        let other = self.beside(node, nats);
        other.begin().await;
        other
    }

    /// A further node of this desk as a process of its own, under the system's clock.
    pub async fn further_process(&self, node: &str) -> Self {
        let other = self.beside(node, self.0.setup.nats.clone());
        let process = Process::start(&self.0.place, node, self.0.setup.nats.as_deref()).await;
        let services = other.open_node("witness", None).await;
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        *other.0.running.lock().unwrap() = Some(Running { services, body: Body::Process(process), http });
        other
    }

    /// `kill -9` for a process.
    pub async fn dies(&self) {
        let running = self.0.running.lock().unwrap().take();
        let Some(Running { services, body: Body::Process(process), .. }) = running else { panic!("a process is killed") };
        process.kill().await;
        services.stop().await;
    }

    /// What a process says that may not be a node of this desk.
    pub async fn complaint(&self, node: &str, nats: Option<&str>) -> String {
        Process::complaint(&self.0.place, node, nats).await
    }

    /// Opens a node as a program does that starts, and gives why it may not.
    pub async fn is_refused(&self, node: &str, nats: Option<String>) -> String {
        let services = self.open_node(node, nats).await;
        let refused = services.join_nodes().await.expect_err("refused").to_string();
        services.stop().await;
        refused
    }

    /// A further node on the same database and clock, with nothing running by itself.
    pub async fn open_services(&self) -> Services {
        self.open_node("other", None).await
    }

    async fn open_node(&self, node: &str, nats: Option<String>) -> Services {
        let options = Options {
            database_url: self.0.place.url.clone(),
            connections: Connections { readers: 2, writers: 3 },
            clock: self.0.clock.clone(),
            node: node.into(),
            nats: nats.map(|url| NatsOptions { url, credentials: None }),
            texts: app::texts::catalogue("en"),
        };
        Services::open(options).await.unwrap()
    }

    /// Ends the process, as far as this can be done inside one: nothing runs, nothing is kept but the database.
    pub async fn stop(&self) {
        let running = self.0.running.lock().unwrap().take();
        if let Some(Running { services, body, http }) = running {
            drop(http);
            match body {
                Body::Here(app) => app.stop().await,
                Body::Process(process) => {
                    process.kill().await;
                    services.stop().await;
                }
            }
        }
    }

    /// Starts again what [`TestApp::stop`] has stopped.
    pub async fn resume(&self) {
        self.begin().await;
    }

    pub async fn restart(&self) {
        self.stop().await;
        self.resume().await;
    }

    /// Stops the desk; with `check` the oracle goes through what it left.
    pub async fn finish(&self, check: bool) {
        let check = check && self.0.setup.oracle;
        if check && self.is_running() {
            crate::oracle::streams::check(self).await;
        }
        self.stop().await;
        let findings = if check { self.eyes().findings().await } else { Vec::new() };
        assert!(findings.is_empty(), "the oracle found:\n{}", findings.join("\n"));
    }

    pub async fn remove(&self) {
        self.0.eyes.close().await;
        self.0.place.remove().await;
    }

    /// Whether the node runs in this process, under the clock that tests move.
    pub fn is_of_this_process(&self) -> bool {
        matches!(&self.0.running.lock().unwrap().as_ref().expect("the desk runs").body, Body::Here(_))
    }

    fn is_running(&self) -> bool {
        self.0.running.lock().unwrap().is_some()
    }

    pub fn half(&self) -> Half {
        self.0.half
    }
    pub fn url(&self) -> &str {
        &self.0.place.url
    }
    pub fn eyes(&self) -> &Eyes {
        &self.0.eyes
    }
    pub fn services(&self) -> Services {
        self.0.running.lock().unwrap().as_ref().expect("the desk runs").services.clone()
    }
    pub fn http(&self) -> reqwest::Client {
        self.0.running.lock().unwrap().as_ref().expect("the desk runs").http.clone()
    }
    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        self.0.running.lock().unwrap().as_ref().expect("the desk runs").body.origin().to_owned()
    }
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }
    pub fn socket_at(&self, path: &str) -> String {
        self.at(path).replacen("http", "ws", 1)
    }
    /// The value of a metric, summed over its labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let address = match &self.0.running.lock().unwrap().as_ref().unwrap().body {
            Body::Here(app) => app.metrics.unwrap(),
            Body::Process(_) => panic!("a process tells no metrics"),
        };
        let text = self.http().get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
        let lines = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}
