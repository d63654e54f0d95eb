//! A desk on which a thousand chats ring, each at an agent of its own.

use crate::support::{Agent, Chat, TestApp, see};
use domain::{
    ids::{AgentId, ConversationId, InstanceId, OfferId},
    offer::GRACE,
    presence::{Role, Wish},
    queue::{MayEnd, Policy},
    time::Millis,
    wire::Problem,
};
use engine::database::AgentRow;
use futures_util::{StreamExt, stream};
use serde_json::json;
use sqlx::AssertSqlSafe;
use std::{collections::HashMap, time::Duration};
use tokio::time::timeout;
use uuid::Uuid;

/// How many races there are, and over how many queues they are spread.
pub const RACES: usize = 1_000;
const QUEUES: usize = 20;
const AT_ONCE: usize = 32;
/// How long it may take until all ring.
const ALL_RING_WITHIN: Duration = Duration::from_secs(60);

pub struct Desk {
    nodes: Vec<TestApp>,
    lanes: Vec<Lane>,
    accept_timeout: Millis,
}

/// A queue, and an agent who is not asked and may take its chats all the same.
struct Lane {
    site: String,
    rival: Agent,
    agents: Vec<Agent>,
}

/// A chat that rings.
pub struct Race {
    pub chat: Chat,
    pub offer: OfferId,
    pub agent: Agent,
    lane: usize,
}

impl Desk {
    /// Queues and agents, on the first of some nodes.
    pub async fn of(nodes: Vec<TestApp>, accept_seconds: i64) -> Self {
        let accept_timeout = Millis::seconds(accept_seconds);
        let app = &nodes[0];
        // Until somebody answers, the customer may go at once; then not for an hour.
        let may_end = MayEnd::Restricted { unanswered: Millis(0), idle: Millis::minutes(60) };
        let policy = Policy { may_end, accept_timeout, ..Policy::default() };
        let lane = async |n: usize| {
            let (queue, site) = (app.add_queue(&format!("Lane {n}"), policy.clone()).await, format!("lane{n}"));
            app.add_site(&site, queue.id).await;
            let rival = AgentRow { capacity: RACES as i64, ..app.agent_row(&format!("Rival {n}"), Role::Agent) };
            let row = |m: usize| AgentRow { capacity: 1, wish: Wish::Ready, ..app.agent_row(&format!("Agent {n} {m}"), Role::Agent) };
            let rows: Vec<_> = (0..RACES / QUEUES).map(row).collect();
            app.add_agents(rows.iter().cloned().chain([rival.clone()]).collect(), &[queue.id]).await;
            let agents = stream::iter(rows).map(async |row| Agent::sign_in(app.clone(), &row).await).buffer_unordered(AT_ONCE).collect();
            Lane { site, rival: Agent::sign_in(app.clone(), &rival).await, agents: agents.await }
        };
        let mut lanes = Vec::new();
        for n in 0..QUEUES {
            lanes.push(lane(n).await);
        }
        Self { nodes, lanes, accept_timeout }
    }

    /// Starts the chats, then lets the agents be there, and waits until every chat rings.
    pub async fn races(&self) -> Vec<Race> {
        let app = &self.nodes[0];
        let wanted: Vec<usize> = (0..RACES).map(|n| n % QUEUES).collect();
        let start = async |lane: usize| (lane, app.starts(&self.lanes[lane].site, "Hello?").await);
        let chats: Vec<(usize, Chat)> = stream::iter(wanted).map(start).buffer_unordered(AT_ONCE).collect().await;
        let agents: HashMap<AgentId, &Agent> = self.lanes.iter().flat_map(|lane| &lane.agents).map(|agent| (agent.id, agent)).collect();
        let lease = async |agent: &&Agent| app.services().lease(&agent.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        stream::iter(agents.values()).map(lease).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
        self.waits_for("every chat rings", async || {
            self.number("select count(*) from offer where state = 'pending'").await == RACES as i64
        })
        .await;
        let sql = "select conversation, id, agent from offer where state = 'pending'";
        let rows: Vec<(Uuid, Uuid, Uuid)> = see!(app.eyes(), c => sqlx::query_as(sql).fetch_all(c).await.unwrap());
        let mut rings: HashMap<_, _> = rows.into_iter().map(|(chat, offer, agent)| (ConversationId::new(chat), (offer, agent))).collect();
        let race = |(lane, chat): (usize, Chat)| {
            let (offer, agent) = rings.remove(&chat.id).expect("it rings");
            Race { chat, offer: OfferId::new(offer), agent: agents[&AgentId::new(agent)].on(app), lane }
        };
        chats.into_iter().map(race).collect()
    }

    /// The node for one side of a race: with two nodes each side has its own.
    fn node(&self, side: usize) -> &TestApp {
        &self.nodes[side % self.nodes.len()]
    }

    pub fn rival(&self, race: &Race) -> &Agent {
        &self.lanes[race.lane].rival
    }

    pub async fn accepts(&self, side: usize, race: &Race) -> Result<ConversationId, Problem> {
        race.agent.on(self.node(side)).accept(race.offer).await
    }

    pub async fn takes_over(&self, side: usize, race: &Race) -> Result<(), Problem> {
        self.rival(race).on(self.node(side)).joins(race.chat.id).await
    }

    pub async fn cancels(&self, side: usize, race: &Race) -> Result<(), Problem> {
        let app = self.node(side);
        let request = app.http().post(app.at("/api/v1/widget/end")).bearer_auth(&race.chat.token).header("origin", app.origin());
        let response = request.json(&json!({})).send().await.unwrap();
        if response.status().is_success() { Ok(()) } else { Err(response.json().await.unwrap()) }
    }

    /// The last moment in which a yes counts is the one in which the timers fire. Processes have a clock of their own:
    /// their deadlines are moved instead.
    pub async fn deadlines_pass(&self) {
        let app = &self.nodes[0];
        if app.is_of_this_process() {
            app.advance(Millis(self.accept_timeout.0 + GRACE.0));
        } else {
            app.eyes().change("update timer set due_at = 0 where kind = 'offer_expires'").await;
        }
    }

    pub async fn nobody_rings(&self) {
        let silent = async || self.number("select count(*) from timer where kind = 'offer_expires'").await == 0;
        self.waits_for("nothing rings any more", silent).await;
    }

    async fn waits_for(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let wait = async {
            while !is_so().await {
                tokio::task::yield_now().await;
            }
        };
        timeout(ALL_RING_WITHIN, wait).await.unwrap_or_else(|_| panic!("waited until {what}"));
    }

    pub async fn number(&self, sql: &str) -> i64 {
        see!(self.nodes[0].eyes(), c => sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(c).await.unwrap())
    }
}

/// Who has which chat.
pub async fn owners(desk: &Desk) -> HashMap<ConversationId, AgentId> {
    let sql = "select id, agent from conversation where status = 'active'";
    let rows: Vec<(Uuid, Uuid)> = see!(desk.nodes[0].eyes(), c => sqlx::query_as(sql).fetch_all(c).await.unwrap());
    rows.into_iter().map(|(chat, agent)| (ConversationId::new(chat), AgentId::new(agent))).collect()
}
