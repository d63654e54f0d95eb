//! M10: a snapshot and the events after it are the later snapshot, for every kind of event, at every cut.
//!
//! Random steps of customers and agents go through the use cases. After each one every stream is looked at as a fresh
//! follower would; at the end each of those looks, brought up to date, must be the last one.

use crate::support::{Agent, Chat, SITE, TestApp, both, key};
use domain::{
    desk::{AgentState, QueueState},
    event::PublicEvent,
    ids::ConversationId,
    live::{Cursor, Stream},
    presence::Wish,
    queue::{MayEnd, Policy},
    state::{Applied, ChatState},
    ticket::{Priority, TicketDraft},
    time::Millis,
    wire::{Closing, MarkSeen},
};
use engine::{
    caller::Caller,
    database::Left,
    failure::Failure,
    services::{Content, Services},
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::{BTreeMap, BTreeSet};

/// Every kind that a conversation's log can hold.
const KINDS: [&str; 16] = [
    "abandoned",
    "arrived",
    "closed",
    "delivered",
    "ended",
    "joined",
    "left",
    "message",
    "note",
    "offer_ended",
    "offered",
    "opened",
    "read",
    "requeued",
    "resumed",
    "ticket_raised",
];
/// Every kind that an agent's own stream and a queue's are told; `queues` and `rules` come of settings, which have tests of their
/// own.
const DESK_KINDS: [&str; 7] = ["card", "gone", "me", "mine", "not_mine", "offer_gone", "offered"];
const STEPS: usize = 60;

#[derive(Debug, Clone, PartialEq)]
enum Look {
    Chat(ChatState),
    Agent(AgentState),
    Queue(QueueState),
}

struct Follower {
    stream: Stream,
    caller: Caller,
}

struct World {
    app: TestApp,
    dice: StdRng,
    agents: Vec<Agent>,
    chats: Vec<Chat>,
}

fn head(look: &Look) -> u64 {
    match look {
        Look::Chat(state) => state.head,
        Look::Agent(state) => state.head,
        Look::Queue(state) => state.head,
    }
}

async fn look(services: &Services, follower: &Follower, cursor: Cursor) -> (Cursor, Content) {
    let caught = services.catch_up(&follower.caller, follower.stream, cursor).await.unwrap();
    (Cursor { epoch: Some(caught.epoch), seq: caught.head }, caught.content)
}

fn whole(content: Content) -> Option<Look> {
    match content {
        Content::ChatSnapshot(state) | Content::PublicSnapshot(state) => Some(Look::Chat(state)),
        Content::AgentSnapshot(state) => Some(Look::Agent(state)),
        Content::QueueSnapshot(state) => Some(Look::Queue(state)),
        _ => None,
    }
}

/// Brings an old look up to date by the events after it.
fn go_on(look: &mut Look, content: Content) {
    let now = |applied| assert_eq!(applied, Applied::Now);
    match (look, content) {
        (Look::Chat(state), Content::ChatDelta(events)) => events.iter().for_each(|event| now(state.apply(event))),
        (Look::Chat(state), Content::PublicDelta(events)) => events.iter().for_each(|event: &PublicEvent| now(state.apply_public(event))),
        (Look::Agent(state), Content::AgentDelta(events)) => events.iter().for_each(|event| now(state.apply(event))),
        (Look::Queue(state), Content::QueueDelta(events)) => events.iter().for_each(|event| now(state.apply(event))),
        (look, content) => panic!("a delta of another stream: {look:?} {content:?}"),
    }
}

/// Offers are a set: two screens may have been told of them in another order than a query gives.
fn sorted(mut look: Look) -> Look {
    if let Look::Agent(state) = &mut look {
        state.offers.sort_by_key(|offer| (offer.offered_at, offer.id));
    }
    look
}

impl World {
    fn followers(&self) -> Vec<Follower> {
        let overseer = |agent: &Agent| Follower { stream: Stream::Agent(agent.id), caller: agent.caller.clone() };
        let first = &self.agents[0].caller;
        let mut all: Vec<_> = self.agents.iter().map(overseer).collect();
        all.push(Follower { stream: Stream::Queue(self.app.queue().id), caller: first.clone() });
        for chat in &self.chats {
            all.push(Follower { stream: Stream::ChatInternal(chat.id), caller: first.clone() });
            all.push(Follower { stream: Stream::ChatPublic(chat.id), caller: chat.customer.clone() });
        }
        all
    }

    fn pick_chat(&mut self) -> Option<Chat> {
        if self.chats.is_empty() { None } else { Some(self.chats[self.dice.random_range(0..self.chats.len())].clone()) }
    }

    /// One random step; that the desk refuses it is as good.
    async fn step(&mut self) {
        let services = self.app.services();
        let agent = self.dice.random_range(0..self.agents.len());
        let caller = self.agents[agent].caller.clone();
        let what = self.dice.random_range(0..20);
        if what == 0 || self.chats.len() < 2 {
            let text = format!("Hello {}", self.chats.len());
            self.chats.push(self.app.starts(SITE, &text).await);
            return;
        }
        let Some(chat) = self.pick_chat() else { return };
        let offered = services.snapshot(&caller).await.unwrap().agent.offers;
        let mark = MarkSeen { delivered: self.dice.random_range(0..9), read: self.dice.random_range(0..6) };
        let holder = self.holder_of(&services, &chat).await.unwrap_or_else(|| caller.clone());
        let answer: Result<(), Failure> = match what {
            1 => services.set_wish(&caller, Wish::Ready).await,
            2 => services.set_wish(&caller, Wish::NotReady(Some("lunch".into()))).await,
            3..=5 => match offered.first() {
                Some(offer) => services.accept(&caller, offer.id).await.map(drop),
                None => services.set_wish(&caller, Wish::Ready).await,
            },
            6 => match offered.first() {
                Some(offer) => services.reject(&caller, offer.id).await,
                None => services.join(&caller, chat.id).await,
            },
            7 => services.join(&caller, chat.id).await,
            8 | 9 => services.send(&chat.customer, chat.id, key(), "From the customer", 0).await.map(drop),
            10 => services.send(&holder, chat.id, key(), "From the agent", 0).await.map(drop),
            11 => services.note(&caller, chat.id, key(), "Between agents").await.map(drop),
            12 => services.mark(&chat.customer, chat.id, mark).await,
            13 => services.mark(&holder, chat.id, mark).await,
            14 => services.customer_ends(&chat.customer).await.map(drop),
            15 => services.end(&holder, chat.id, closing(&mut self.dice)).await.map(drop),
            16 => self.leave_all(&services).await,
            17 => services.end_work_item(&caller, chat.id, key(), "Called back").await,
            18 => self.be_gone(&services, &chat).await,
            _ => self.leave_the_desk(&services, agent).await,
        };
        if let Err(failure @ (Failure::Database(_) | Failure::BadRow { .. } | Failure::Internal(_))) = answer {
            panic!("step {what}: {failure}");
        }
    }

    /// Whoever has the chat.
    async fn holder_of(&self, services: &Services, chat: &Chat) -> Option<Caller> {
        let facts = services.database.read().await.unwrap().find_conversation(chat.id).await.unwrap()?;
        let holder = facts.chat.status.holder()?;
        self.agents.iter().find(|agent| agent.id == holder).map(|agent| agent.caller.clone())
    }

    /// Whoever can leave a chat that has ended does.
    async fn leave_all(&self, services: &Services) -> Result<(), Failure> {
        for chat in &self.chats {
            if let Some(holder) = self.holder_of(services, chat).await {
                // Refused while it goes on.
                let _ = services.leave(&holder, chat.id).await;
            }
        }
        Ok(())
    }

    /// The customer goes, and sometimes comes back after having been given up.
    async fn be_gone(&mut self, services: &Services, chat: &Chat) -> Result<(), Failure> {
        let tab = domain::ids::InstanceId::new(uuid::Uuid::new_v4());
        let renewed_at = services.customer_connected(&chat.customer, tab).await?;
        services.customer_disconnected(&chat.customer, tab, Left { renewed_at, left_at: self.app.now() }).await?;
        self.app.advance(Millis::seconds(61));
        self.app.fires_all().await;
        self.return_agents(services).await;
        if self.dice.random_bool(0.6) {
            services.customer_connected(&chat.customer, tab).await?;
        }
        Ok(())
    }

    /// An agent's browser dies for good; later everybody is there again.
    async fn leave_the_desk(&mut self, services: &Services, gone: usize) -> Result<(), Failure> {
        for _ in 0..5 {
            for (n, agent) in self.agents.iter().enumerate() {
                if n != gone {
                    services.lease(&agent.caller, tab_of(n)).await?;
                }
            }
            self.app.advance(Millis::seconds(40));
            self.app.fires_all().await;
        }
        self.return_agents(services).await;
        Ok(())
    }

    async fn return_agents(&self, services: &Services) {
        for (n, agent) in self.agents.iter().enumerate() {
            services.lease(&agent.caller, tab_of(n)).await.unwrap();
        }
    }
}

fn tab_of(n: usize) -> domain::ids::InstanceId {
    domain::ids::InstanceId::new(uuid::Uuid::from_u128(n as u128 + 1))
}

fn closing(dice: &mut StdRng) -> Closing {
    if dice.random_bool(0.5) {
        return Closing::NoTicket;
    }
    let draft = TicketDraft {
        subject: "Dark".into(),
        description: String::new(),
        requester_name: "Priya".into(),
        requester_email: None,
        priority: Priority::Normal,
    };
    Closing::Ticket { draft }
}

async fn world(app: &TestApp, seed: u64) -> World {
    let policy = Policy { may_end: MayEnd::Always, reject_makes_not_ready: false, ..Policy::default() };
    app.set_policy(app.queue().id, policy).await;
    let mut agents = Vec::new();
    for name in ["Ana", "Ben", "Cleo"] {
        agents.push(app.agent(&format!("{name} {seed}")).await);
    }
    let world = World { app: app.clone(), dice: StdRng::seed_from_u64(seed), agents, chats: Vec::new() };
    world.return_agents(&app.services()).await;
    for agent in &world.agents {
        app.services().set_wish(&agent.caller, Wish::Ready).await.unwrap();
    }
    world
}

/// Plays one sequence; gives all looks that were taken.
async fn play(app: &TestApp, seed: u64) -> usize {
    let mut world = world(app, seed).await;
    let services = app.services();
    let mut looks: BTreeMap<Stream, BTreeMap<u64, (Cursor, Look)>> = BTreeMap::new();
    for _ in 0..STEPS {
        world.step().await;
        for follower in world.followers() {
            let (cursor, content) = look(&services, &follower, Cursor { epoch: None, seq: 0 }).await;
            let taken = whole(content).expect("without a cursor everything comes");
            assert_eq!(head(&taken), cursor.seq, "a snapshot knows its number");
            let known = looks.entry(follower.stream).or_default().entry(cursor.seq).or_insert_with(|| (cursor, taken.clone()));
            assert_eq!(sorted(known.1.clone()), sorted(taken), "M10: one number, one picture: {} of seed {seed}", follower.stream);
        }
    }
    let mut cuts = 0;
    for follower in world.followers() {
        let at = &looks[&follower.stream];
        let mut reached: BTreeMap<u64, Look> = BTreeMap::new();
        for (cursor, old) in at.values() {
            let (end, delta) = look(&services, &follower, *cursor).await;
            let mut state = old.clone();
            go_on(&mut state, delta);
            let last = reached.entry(end.seq).or_insert_with(|| sorted(state.clone()));
            assert_eq!(&sorted(state), last, "M10: from {} of {} with seed {seed}", cursor.seq, follower.stream);
            cuts += 1;
        }
    }
    cuts
}

async fn kinds(app: &TestApp) -> (BTreeSet<String>, BTreeSet<String>) {
    let chats = app.eyes().texts("select distinct kind from event").await;
    let desk: Vec<String> = app.eyes().texts("select cast(payload as text) from stream_event").await;
    let kind = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["kind"].as_str().unwrap().to_owned();
    (chats.into_iter().collect(), desk.into_iter().map(kind).collect())
}

both! {
    async fn m10_a_snapshot_and_what_follows_are_the_later_snapshot(app: TestApp) {
        let mut cuts = 0;
        for seed in [1, 2] {
            cuts += play(&app, seed).await;
        }
        println!("{cuts} cuts");
        let (chats, desk) = kinds(&app).await;
        assert_eq!(chats, KINDS.iter().map(|kind| (*kind).to_owned()).collect(), "every kind was part of it");
        assert_eq!(desk, DESK_KINDS.iter().map(|kind| (*kind).to_owned()).collect());
    }
}

#[test]
fn every_kind_is_in_the_list() {
    let id = ConversationId::new(uuid::Uuid::nil());
    assert_eq!(id.to_string().len(), 37);
    assert!(KINDS.is_sorted() && DESK_KINDS.is_sorted());
}
