//! A whole desk: database, services, router and sockets, with one queue and one site.

mod furniture;
mod time;
mod waiting;

use super::{Eyes, Half, Place, socket::Pulse};
use deskbell::{App, Config, RunningApp};
use domain::{
    ids::{ClientKey, ConversationId},
    queue::{Policy, Queue},
    time::{Millis, Timestamp},
};
use engine::{
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
pub struct Setup {
    pub real_clock: bool,
    /// No other test runs beside it.
    pub alone: bool,
    /// Whether the oracle goes through the database at the end.
    pub oracle: bool,
    pub configure: fn(&mut Config),
}

impl Default for Setup {
    fn default() -> Self {
        Self { real_clock: false, alone: false, oracle: true, configure: |_| {} }
    }
}

impl Setup {
    /// For tests that measure: real time, and nothing else running.
    pub fn measured() -> Self {
        Self { real_clock: true, alone: true, ..Self::default() }
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
    place: Place,
    setup: Setup,
    eyes: Eyes,
    clock: Clock,
    running: Mutex<Option<Running>>,
    pulses: Mutex<Vec<Weak<Pulse>>>,
    queue: OnceLock<Queue>,
}

struct Running {
    services: Services,
    app: RunningApp,
    http: reqwest::Client,
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
        let place = half.place().await;
        let eyes = Eyes::open(&place.url);
        let clock = if setup.real_clock { Clock::System } else { Clock::Test(TestClock::at(BEGIN)) };
        let inner = Inner { half, place, setup, eyes, clock, running: Mutex::default(), pulses: Mutex::default(), queue: OnceLock::new() };
        let app = Self(Arc::new(inner));
        app.begin().await;
        let queue = app.add_queue("Orders", Policy::default()).await;
        app.add_site(SITE, queue.id).await;
        app.0.queue.set(queue).unwrap();
        app
    }

    async fn begin(&self) {
        let services = self.open_node("test").await;
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
        *self.0.running.lock().unwrap() = Some(Running { services, app, http });
    }

    /// A further node on the same database and clock, with nothing running by itself.
    pub async fn open_services(&self) -> Services {
        self.open_node("other").await
    }

    async fn open_node(&self, node: &str) -> Services {
        let options = Options {
            database_url: self.0.place.url.clone(),
            connections: Connections { readers: 2, writers: 3 },
            clock: self.0.clock.clone(),
            node: node.into(),
            texts: app::texts::catalogue("en"),
        };
        Services::open(options).await.unwrap()
    }

    /// Ends the process, as far as this can be done inside one: nothing runs, nothing is kept but the database.
    pub async fn stop(&self) {
        let running = self.0.running.lock().unwrap().take();
        if let Some(Running { services: _, app, http }) = running {
            drop(http);
            app.stop().await;
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
        self.0.running.lock().unwrap().as_ref().expect("the desk runs").app.origin().to_owned()
    }
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }
    pub fn socket_at(&self, path: &str) -> String {
        self.at(path).replacen("http", "ws", 1)
    }
    /// The value of a metric, summed over its labels.
    pub async fn metric(&self, name: &str) -> f64 {
        let address = self.0.running.lock().unwrap().as_ref().unwrap().app.metrics.unwrap();
        let text = self.http().get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
        let lines = text.lines().filter(|line| line.split(['{', ' ']).next() == Some(name));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }
}
