//! One day: the desk, its clock and everybody in it; and what is told of the day when it is over.

use super::{
    look::Look,
    people::{self, Guest, Person},
    rules,
    steps::Step,
};
use anyhow::{Context, Result};
use domain::{
    ids::{QueueId, SkillId},
    time::{Millis, Timestamp},
};
use engine::{
    by_hand::ByHand,
    caller::Caller,
    clock::{Clock, TestClock},
    database::Connections,
    failure::Failure,
    services::{Options, Services},
};
use oracle::{Eyes, tables};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// When every day begins.
const MORNING: Timestamp = Timestamp(1_790_000_000_000);
/// How often the oracle asks all its questions; the promises about routing are asked after every step.
const ORACLE_EVERY: usize = 40;
/// Live tabs show themselves this often.
const RENEW: Millis = Millis::seconds(20);
/// The last steps that are told of a day that failed.
const TOLD_STEPS: usize = 40;

/// What a day came to.
#[derive(Debug, Clone, Default)]
pub struct Told {
    pub seed: u64,
    pub steps: usize,
    pub offers: usize,
    pub joined: usize,
    pub messages: usize,
    pub restarts: usize,
    /// Each step and what was answered.
    pub history: Vec<String>,
    /// A line each: seed, step and promise; then the steps that led there.
    pub findings: Vec<String>,
}

impl Told {
    pub fn add(&mut self, other: &Told) {
        self.steps += other.steps;
        self.offers += other.offers;
        self.joined += other.joined;
        self.messages += other.messages;
        self.restarts += other.restarts;
    }
}

/// A node that can be stopped and started again.
pub struct Node {
    pub services: Services,
    hand: ByHand,
}

pub struct Day {
    pub chance: StdRng,
    pub clock: TestClock,
    pub node: Node,
    pub admin: Caller,
    pub agents: Vec<Person>,
    pub guests: Vec<Guest>,
    pub queues: Vec<QueueId>,
    pub skill: SkillId,
    pub look: Look,
    pub told: Told,
    /// What the step itself saw that breaks a promise.
    pub wrong: Vec<String>,
    eyes: Eyes,
    url: String,
    _directory: TempDir,
}

impl Day {
    /// A whole day. Fails only where it cannot be set up.
    pub async fn run(seed: u64, steps: usize) -> Result<Told> {
        let mut day = Self::begin(seed).await?;
        for number in 0..steps {
            let step = Step::draw(&mut day);
            day.take(number, step).await?;
            if !day.told.findings.is_empty() {
                break;
            }
        }
        if day.told.findings.is_empty() {
            let found = day.ask_the_oracle().await?;
            day.found(steps, found);
        }
        day.node.services.stop().await;
        day.eyes.close().await;
        Ok(day.told)
    }

    async fn begin(seed: u64) -> Result<Self> {
        let directory = in_memory()?;
        let url = format!("sqlite://{}/desk.db", directory.path().display());
        let (mut chance, clock) = (StdRng::seed_from_u64(seed), TestClock::at(MORNING));
        let node = Node::start(&url, &clock).await?;
        let eyes = Eyes::open(&url)?;
        let cast = people::cast(&node.services, &mut chance).await?;
        let look = Look::at(&eyes, clock_now(&clock)).await?;
        Ok(Self {
            chance,
            clock,
            node,
            admin: cast.admin,
            agents: cast.agents,
            guests: Vec::new(),
            queues: cast.queues,
            skill: cast.skill,
            look,
            told: Told { seed, ..Told::default() },
            wrong: Vec::new(),
            eyes,
            url,
            _directory: directory,
        })
    }

    pub fn now(&self) -> Timestamp {
        clock_now(&self.clock)
    }

    /// A random identifier of the day's own.
    pub fn id(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.chance.random()).into_uuid()
    }

    /// Takes a step, lets the desk come to rest, and looks.
    async fn take(&mut self, number: usize, step: Step) -> Result<()> {
        self.clock.advance(Millis(1));
        let before = self.look.clone();
        let answer = step.act(self).await?;
        self.told.steps += 1;
        self.told.history.push(format!("{number} {step:?}: {answer}"));
        let mut found = std::mem::take(&mut self.wrong);
        found.extend(self.rest().await);
        self.look = Look::at(&self.eyes, self.now()).await?;
        found.extend(rules::broken(self, &before, &self.look));
        self.told.offers = self.look.offers.len();
        if number % ORACLE_EVERY == ORACLE_EVERY - 1 {
            found.extend(self.ask_the_oracle().await?);
        }
        self.found(number, found);
        Ok(())
    }

    fn found(&mut self, number: usize, found: Vec<String>) {
        let seed = self.told.seed;
        if found.is_empty() {
            return;
        }
        self.told.findings.extend(found.into_iter().map(|line| format!("seed {seed}, step {number}: {line}")));
        let from = self.told.history.len().saturating_sub(TOLD_STEPS);
        self.told.findings.extend(self.told.history[from..].iter().map(|line| format!("seed {seed}:   {line}")));
    }

    /// Router and timers until nothing more happens.
    pub async fn rest(&self) -> Vec<String> {
        match self.node.hand.settle().await {
            Ok(_) => Vec::new(),
            Err(failure) => vec![format!("R2 the desk does not come to rest: {failure}")],
        }
    }

    /// The tables' own promises, and that everything acknowledged is in the log.
    async fn ask_the_oracle(&self) -> Result<Vec<String>> {
        let mut found = tables::findings(&self.eyes).await?;
        let log = oracle::Log::read(&self.eyes).await?;
        let stored = log.by_key();
        for (key, text) in self.guests.iter().flat_map(|guest| &guest.acknowledged) {
            let rows = stored.get(key).map_or(0, Vec::len);
            let same = stored.get(key).is_some_and(|rows| rows.iter().all(|row| row.text.as_deref() == Some(text)));
            if rows != 1 || !same {
                found.push(format!("M1 acknowledged and {rows} times in the log: {text}"));
            }
        }
        found.extend(rules::lists(self).await?);
        Ok(found)
    }

    /// Time passes; who is there shows it, and the desk does what is due in between.
    pub async fn pass(&mut self, span: Millis) -> Result<()> {
        let mut left = span.0;
        while left > 0 {
            let slice = left.min(RENEW.0);
            left -= slice;
            self.clock.advance(Millis(slice));
            self.renew().await?;
            let found = self.rest().await;
            self.wrong.extend(found);
        }
        Ok(())
    }

    async fn renew(&mut self) -> Result<()> {
        let (services, now) = (self.node.services.clone(), self.now());
        for person in &mut self.agents {
            for tab in &mut person.tabs {
                services.lease(&person.caller, tab.instance).await?;
                tab.renewed_at = now;
            }
        }
        for guest in &mut self.guests {
            if let Some(tab) = guest.tab.as_mut().filter(|_| guest.stays) {
                services.customer_connected(&guest.caller, tab.instance).await?;
                tab.renewed_at = now;
            }
        }
        Ok(())
    }

    /// The node stops, stands still for a while, and begins again on the same database.
    pub async fn restart(&mut self, still: Millis) -> Result<()> {
        self.node.services.stop().await;
        self.clock.advance(still);
        self.node = Node::start(&self.url, &self.clock).await?;
        self.told.restarts += 1;
        // Browsers come back within the time that a node waits for them.
        self.clock.advance(Millis::seconds(2));
        self.renew().await
    }
}

impl Node {
    async fn start(url: &str, clock: &TestClock) -> Result<Self> {
        let options = Options {
            database_url: url.to_owned(),
            connections: Connections { readers: 3, writers: 1 },
            clock: Clock::Test(clock.clone()),
            node: "day".into(),
            nats: None,
            texts: domain::text::Texts::new("en", std::collections::BTreeMap::new()),
        };
        let services = Services::open(options).await.context("a node of the day")?;
        Ok(Self { hand: ByHand::of(&services), services })
    }
}

/// Whether an answer is one that a desk may give; what it may not is a finding.
pub fn is_an_answer(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(_)
        | Failure::OfferGone(_)
        | Failure::NotFound
        | Failure::Forbidden
        | Failure::Invalid { .. }
        | Failure::Wrong { .. }
        | Failure::KeyReused => true,
        Failure::WrongCredentials | Failure::Unavailable | Failure::Database(_) | Failure::BadRow { .. } | Failure::Internal(_) => false,
    }
}

fn clock_now(clock: &TestClock) -> Timestamp {
    Clock::Test(clock.clone()).now()
}

/// A directory in memory where the system has one: no power is cut in these days.
fn in_memory() -> Result<TempDir> {
    let shared = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("deskbell-day-");
    Ok(if shared.is_dir() { builder.tempdir_in(shared)? } else { builder.tempdir()? })
}
