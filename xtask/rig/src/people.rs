//! Customers and agents without a browser: the protocol's client rules, and nothing of a screen.

mod agent;
mod backoff;
mod customer;
mod newcomer;
mod outbox;

pub use agent::Agent;
pub use backoff::Backoff;
pub use customer::Customer;
pub use newcomer::begin_chat;
pub use outbox::{Draft, Outbox};

use crate::{desk::Desk, history::History, place::Fixtures};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// Where the clients of a run connect, and where they write down what happens.
#[derive(Clone)]
pub struct World {
    /// The desk's, or that of a proxy in between.
    pub door: SocketAddr,
    /// The desk's own origin.
    pub origin: String,
    pub history: History,
    pub manners: Manners,
    /// Text that no customer may ever be sent.
    pub canary: Arc<str>,
}

/// How clients behave.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Send delivered and read marks, at most one a second.
    pub marks: bool,
    /// The longest pause between two tries.
    pub longest_pause: Duration,
    /// No answer within this long is tried again.
    pub patience: Duration,
    /// A socket that says nothing for this long is dead: heartbeats come every 25 seconds.
    pub silence: Duration,
}

impl Default for Manners {
    fn default() -> Self {
        Self { marks: true, longest_pause: Duration::from_secs(8), patience: Duration::from_secs(10), silence: Duration::from_secs(35) }
    }
}

impl World {
    pub fn of(desk: &Desk, canary: &str) -> Self {
        Self { door: desk.address, origin: desk.origin(), history: History::default(), manners: Manners::default(), canary: canary.into() }
    }

    pub fn through(mut self, door: SocketAddr) -> Self {
        self.door = door;
        self
    }
}

/// Everybody of the fixtures, connected.
pub struct Crowd {
    pub customers: Vec<Customer>,
    pub agents: Vec<Agent>,
}

impl Crowd {
    /// Connects the customers and agents of the first `chats` chats.
    pub fn enter(world: &World, fixtures: &Fixtures, chats: usize) -> Self {
        let chats = &fixtures.chats[..chats.min(fixtures.chats.len())];
        let customers = chats.iter().map(|chat| Customer::enter(world, chat, 0)).collect();
        let of = |n: usize| chats.iter().filter(|chat| chat.agent == n).map(|chat| chat.id).collect::<Vec<_>>();
        let agents = fixtures.agents.iter().enumerate().map(|(n, key)| (key, of(n))).filter(|(_, own)| !own.is_empty());
        let agents = agents.map(|(key, own)| Agent::enter(world, key, &own, 0)).collect();
        Self { customers, agents }
    }

    /// Returns when every screen has caught up once.
    pub async fn is_there(&self) {
        for customer in &self.customers {
            customer.is_there().await;
        }
        for agent in &self.agents {
            agent.is_there().await;
        }
    }

    /// The outboxes of both sides, chat by chat: the customer's, then the agent's.
    pub fn outboxes(&self) -> Vec<&Outbox> {
        let mut all: Vec<&Outbox> = Vec::new();
        for customer in &self.customers {
            all.push(customer.outbox());
            let chat = customer.chat();
            all.extend(self.agents.iter().filter_map(|agent| agent.outbox(chat)));
        }
        all
    }
}
