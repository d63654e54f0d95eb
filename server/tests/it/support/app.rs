//! A whole desk: database, services, router and sockets, with one queue and one site.

use super::{Agent, Customer, Eyes, Half, PATIENCE, Place, socket::Pulse};
use deskbell::{App, Config, RunningApp};
use domain::{
    ids::{AgentId, ClientKey, ConversationId, QueueId, SessionId, SiteId},
    live::Stream,
    presence::{Role, Wish},
    queue::{Policy, Queue},
    site::{Look, Site},
    time::{Millis, Timestamp},
};
use engine::{
    caller::{AgentCaller, Caller},
    clock::{Clock, TestClock},
    database::{AgentRow, Connections, Tx},
    live::{Inbox, Owner},
    services::{Options, Services, StartChat},
};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use tokio::time::timeout;
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
        (config.sign_ins_per_address, config.sign_ins_per_email) = (100_000, 100_000);
        (config.starts_per_address, config.messages_per_minute) = (100_000, 100_000);
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

/// Time.
impl TestApp {
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Moves the clock in one leap: whoever should have given a sign of life in between has not.
    pub fn advance(&self, span: Millis) {
        let Clock::Test(clock) = &self.0.clock else { panic!("this test runs in real time") };
        clock.advance(span);
        if self.is_running() {
            self.services().hub.wake_router();
        }
    }

    /// Lets time go by with everybody alive: each open socket beats when its time has come.
    pub async fn pass(&self, span: Millis) {
        let mut left = span.0;
        while left > 0 {
            let step = left.min(BEAT.0);
            let open: Vec<_> = self.0.pulses.lock().unwrap().iter().filter_map(Weak::upgrade).collect();
            for pulse in &open {
                timeout(PATIENCE, pulse.is_at_rest()).await.expect("a socket answers");
            }
            let beats: Vec<_> = open.iter().map(|pulse| pulse.beats()).collect();
            self.advance(Millis(step));
            if step == BEAT.0 {
                for (pulse, before) in open.iter().zip(beats) {
                    timeout(PATIENCE, pulse.beats_past(before)).await.expect("a socket beats every 25 seconds");
                }
            }
            left -= step;
        }
    }

    pub fn register(&self, pulse: &Arc<Pulse>) {
        self.0.pulses.lock().unwrap().push(Arc::downgrade(pulse));
    }
}

/// Furniture.
impl TestApp {
    pub fn queue(&self) -> &Queue {
        self.0.queue.get().expect("made at the start")
    }

    pub async fn add_queue(&self, name: &str, policy: Policy) -> Queue {
        let services = self.services();
        let queue = Queue { id: QueueId::new(services.secrets.id()), name: name.into(), service: format!("{name} service"), policy };
        let (row, now) = (queue.clone(), self.now());
        services.database.write(async move |tx: &mut Tx| tx.add_queue(&row, now).await).await.unwrap();
        queue
    }

    pub async fn set_policy(&self, queue: QueueId, policy: Policy) {
        self.services().database.write(async move |tx: &mut Tx| tx.set_policy(queue, &policy).await).await.unwrap();
    }

    pub async fn add_site(&self, key: &str, queue: QueueId) {
        let services = self.services();
        let site = Site {
            id: SiteId::new(services.secrets.id()),
            key: key.into(),
            name: format!("Site {key}"),
            queue,
            origins: vec!["https://shop.example".into(), "https://other.example".into()],
            look: Look { brand: "#a84820".into(), greeting: None, promise: None, faces: Vec::new() },
        };
        let now = self.now();
        services.database.write(async move |tx: &mut Tx| tx.add_site(&site, now).await).await.unwrap();
    }

    /// An agent of the first queue, signed in, with four places; not ready and without a browser.
    pub async fn agent(&self, name: &str) -> Agent {
        self.agent_of(name, &[self.queue().id], Role::Agent).await
    }

    pub async fn agent_of(&self, name: &str, queues: &[QueueId], role: Role) -> Agent {
        let row = self.agent_row(name, role);
        self.add_agents(vec![row.clone()], queues).await;
        Agent::sign_in(self.clone(), &row).await
    }

    pub fn agent_row(&self, name: &str, role: Role) -> AgentRow {
        AgentRow {
            id: AgentId::new(self.services().secrets.id()),
            email: format!("{}@desk.example", name.to_lowercase().replace(' ', ".")),
            name: name.into(),
            role,
            password_hash: password_hash().to_owned(),
            wish: Wish::NotReady(None),
            wish_since: self.now(),
            load: 0,
            capacity: 4,
        }
    }

    async fn add_agents(&self, rows: Vec<AgentRow>, queues: &[QueueId]) {
        let (queues, now) = (queues.to_vec(), self.now());
        let add = async move |tx: &mut Tx| {
            for row in &rows {
                tx.add_agent(row, now).await?;
                for queue in &queues {
                    tx.add_member(*queue, row.id, 0).await?;
                }
            }
            Ok(())
        };
        self.services().database.write(add).await.unwrap();
    }

    /// Many agents of one queue, each with one place, ready and there; for tests that need no browsers.
    pub async fn crowd(&self, count: usize, queue: QueueId) -> Vec<Caller> {
        let name = |n: usize| format!("{queue} {n}");
        let rows: Vec<_> =
            (0..count).map(|n| AgentRow { wish: Wish::Ready, capacity: 1, ..self.agent_row(&name(n), Role::Agent) }).collect();
        let callers: Vec<_> = rows.iter().map(caller_of).collect();
        self.add_agents(rows, &[queue]).await;
        let leases = callers.iter().map(async |caller| self.services().lease(caller, domain::ids::InstanceId::new(Uuid::new_v4())).await);
        for lease in futures_util::future::join_all(leases).await {
            lease.unwrap();
        }
        callers
    }

    /// A visitor of the first site.
    pub fn customer(&self) -> Customer {
        self.customer_named("Priya")
    }
    pub fn customer_named(&self, name: &str) -> Customer {
        Customer::of(self.clone(), name, SITE)
    }
    pub fn customer_of(&self, name: &str, site: &str) -> Customer {
        Customer::of(self.clone(), name, site)
    }

    /// Starts a chat without a browser.
    pub async fn starts(&self, site: &str, text: &str) -> Chat {
        let start = StartChat {
            site_key: site.into(),
            start: Uuid::new_v4(),
            name: "Priya".into(),
            email: Some("priya@customer.example".into()),
            text: text.into(),
            page: None,
            user_agent: None,
            locale: None,
            by_form: true,
        };
        let services = self.services();
        let started = services.start_chat(start).await.unwrap();
        let customer = services.customer_by_token(&started.token).await.unwrap().unwrap();
        Chat { id: started.chat.conversation, customer, token: started.token }
    }
}

/// Waiting without sockets.
impl TestApp {
    /// An ear of the desk's own on some streams.
    pub fn ear(&self, streams: &[Stream]) -> Arc<Inbox> {
        let hub = self.services().hub.clone();
        let inbox = hub.inbox(Owner { instance: domain::ids::InstanceId::new(Uuid::new_v4()), session: None });
        for stream in streams {
            hub.follow(&inbox, *stream);
        }
        inbox
    }

    /// Lets others run for a moment, so that something may happen.
    pub async fn a_moment(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        // A write of its own comes after all that were accepted before it.
        self.services().database.write(async |tx: &mut Tx| tx.epoch().await.map(drop)).await.unwrap();
    }

    /// Returns when no deadline is left that has passed.
    pub async fn fires_all(&self) {
        let late = async || {
            let mut tx = self.services().database.read().await.unwrap();
            tx.next_due().await.unwrap().is_none_or(|due| due > self.now()).then_some(())
        };
        let wait = async {
            while late().await.is_none() {
                self.a_moment().await;
            }
        };
        timeout(PATIENCE, wait).await.expect("deadlines that have passed are fired");
    }

    /// Waits until `look` finds something, looking again whenever something happens in one of `queues`.
    pub async fn until<T>(&self, what: &str, queues: &[QueueId], look: impl AsyncFn() -> Option<T>) -> T {
        let streams: Vec<_> = queues.iter().copied().map(Stream::Queue).collect();
        let ear = self.ear(&streams);
        let wait = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                ear.next().await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited for {what}"))
    }
}

/// The caller behind an agent's row.
pub fn caller_of(row: &AgentRow) -> Caller {
    Caller::Agent(AgentCaller {
        id: row.id,
        name: row.name.clone(),
        email: row.email.clone(),
        role: row.role,
        session: SessionId::new(Uuid::new_v4()),
    })
}

/// [`PASSWORD`], hashed as cheaply as the format allows: tests sign in often.
fn password_hash() -> &'static str {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(Params::MIN_M_COST, 1, 1, None).unwrap());
        cheap.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
    })
}
