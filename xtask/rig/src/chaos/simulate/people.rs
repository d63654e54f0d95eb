//! Who is in a day: an admin, a few queues with sites, and agents who differ.

use anyhow::Result;
use domain::{
    ids::{AgentId, ClientKey, ConversationId, InstanceId, QueueId, SessionId, SiteId, SkillId},
    presence::{Role, Wish},
    queue::{MayEnd, Order, Policy, Queue},
    settings::AgentDraft,
    site::{Look, Site},
    time::{Millis, Timestamp},
};
use engine::{
    caller::{AgentCaller, Caller},
    database::{AgentRow, Tx},
    services::Services,
};
use rand::{Rng, rngs::StdRng};
use uuid::Uuid;

/// A tab with a lease.
#[derive(Debug, Clone, Copy)]
pub struct Tab {
    pub instance: InstanceId,
    pub renewed_at: Timestamp,
}

pub struct Person {
    pub id: AgentId,
    pub caller: Caller,
    pub tabs: Vec<Tab>,
    pub draft: AgentDraft,
    /// When this person last said "ready".
    pub said_ready: Timestamp,
}

pub struct Guest {
    pub caller: Caller,
    pub chat: ConversationId,
    pub tab: Option<Tab>,
    /// The browser goes on showing that it is there.
    pub stays: bool,
    pub acknowledged: Vec<(Uuid, String)>,
    /// The last message: sent again by a browser that was not answered.
    pub last: Option<(ClientKey, String)>,
}

pub struct Cast {
    pub admin: Caller,
    pub agents: Vec<Person>,
    pub queues: Vec<QueueId>,
    pub skill: SkillId,
}

/// The site of the `n`th queue.
pub fn site_key(n: usize) -> String {
    format!("site-{n}")
}

pub fn queue_name(n: usize) -> String {
    format!("Queue {n}")
}
pub fn service_name(n: usize) -> String {
    format!("Service {n}")
}

pub async fn cast(services: &Services, chance: &mut StdRng) -> Result<Cast> {
    let admin = add_agent(services, number(0), "Admin", Role::Admin).await?;
    let skill = services.save_skill(&admin, None, "Repairs".into(), None).await?.id;
    let mut queues = Vec::new();
    for n in 0..chance.random_range(1..=3_usize) {
        queues.push(add_queue(services, n, policy(chance, skill)).await?);
    }
    let mut agents = Vec::new();
    for n in 1..=chance.random_range(2..=8_u128) {
        let name = format!("Agent {n}");
        let caller = add_agent(services, number(n), &name, Role::Agent).await?;
        let draft = AgentDraft {
            name,
            email: format!("agent{n}@desk.example"),
            role: Role::Agent,
            team: None,
            capacity: chance.random_range(1..=4),
            queues: memberships(chance, &queues),
            skills: if chance.random_bool(0.6) { vec![skill] } else { Vec::new() },
            disabled: false,
            password: None,
        };
        let id = AgentId::new(number(n));
        services.save_agent(&admin, Some(id), draft.clone()).await?;
        agents.push(Person { id, caller, tabs: Vec::new(), draft, said_ready: Timestamp(0) });
    }
    Ok(Cast { admin, agents, queues, skill })
}

/// Agents have the same ids in every day: who is chosen among equals is no chance.
fn number(n: u128) -> Uuid {
    Uuid::from_u128(n + 1)
}

pub fn memberships(chance: &mut StdRng, queues: &[QueueId]) -> Vec<(QueueId, i64)> {
    let mut served = Vec::new();
    for queue in queues {
        if chance.random_bool(0.7) {
            served.push((*queue, chance.random_range(0..=2)));
        }
    }
    served
}

/// What an admin may have set for a queue.
pub fn policy(chance: &mut StdRng, skill: SkillId) -> Policy {
    let orders = [Order::FewestChats, Order::RoundRobin, Order::LongestIdle];
    let ends = [MayEnd::Always, MayEnd::Restricted { unanswered: Millis::seconds(10), idle: Millis::minutes(2) }];
    Policy {
        order: orders[chance.random_range(0..orders.len())],
        accept_timeout: Millis::seconds(chance.random_range(8..=40)),
        reject_makes_not_ready: chance.random_bool(0.5),
        reject_cooldown: Millis::seconds(chance.random_range(0..=60)),
        ramp_up: Millis::seconds(if chance.random_bool(0.3) { chance.random_range(2..=10) } else { 0 }),
        skills: if chance.random_bool(0.3) { vec![skill] } else { Vec::new() },
        may_end: ends[chance.random_range(0..ends.len())].clone(),
        ticket_required: chance.random_bool(0.2),
        abandon_after: Millis::seconds(chance.random_range(20..=90)),
        callback_after: chance.random_bool(0.7).then(|| Millis::seconds(chance.random_range(5..=60))),
        wrap_up_limit: chance.random_bool(0.3).then(|| Millis::seconds(60)),
        ..Policy::default()
    }
}

async fn add_queue(services: &Services, n: usize, policy: Policy) -> Result<QueueId> {
    let (id, now) = (QueueId::new(number(n as u128)), services.clock.now());
    let queue = Queue { id, name: queue_name(n), service: service_name(n), policy };
    let look = Look { brand: "#a84820".into(), greeting: None, promise: None, faces: Vec::new() };
    let site = Site {
        id: SiteId::new(number(n as u128)),
        key: site_key(n),
        name: site_key(n),
        queue: id,
        origins: vec!["https://shop.example".into()],
        look,
    };
    let add = async move |tx: &mut Tx| {
        tx.add_queue(&queue, now).await?;
        tx.add_site(&site, now).await
    };
    services.database.write(add).await?;
    Ok(id)
}

async fn add_agent(services: &Services, id: Uuid, name: &str, role: Role) -> Result<Caller> {
    let (id, now) = (AgentId::new(id), services.clock.now());
    let email = format!("{}@desk.example", name.to_lowercase().replace(' ', ""));
    let row = AgentRow {
        id,
        email: email.clone(),
        name: name.into(),
        role,
        password_hash: String::new(),
        wish: Wish::NotReady(None),
        wish_since: now,
        load: 0,
        capacity: 1,
        team: None,
        disabled: false,
        forced_by: None,
    };
    services.database.write(async move |tx: &mut Tx| tx.add_agent(&row, now).await).await?;
    Ok(Caller::Agent(AgentCaller { id, name: name.into(), email, role, session: SessionId::new(id.uuid()) }))
}
