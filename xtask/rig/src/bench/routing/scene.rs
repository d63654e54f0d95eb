//! A desk with a crowd in it, put in through the desk's own use cases.

use crate::place::{AgentKey, Db, Place, Sowing, open};
use anyhow::{Context, Result};
use domain::{
    ids::{AgentId, InstanceId, QueueId, SessionId, SiteId, SkillId},
    presence::{Role, Wish},
    queue::Policy,
    settings::{AgentDraft, DeskSettings, Member, QueueDraft},
    site::{Look, Site},
    time::Millis,
};
use engine::{
    caller::{AgentCaller, Caller},
    database::{AgentRow, Tx},
    services::{Services, StartChat},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

/// Writes that are under way at the same time: enough to fill a commit.
const AT_ONCE: usize = 64;
/// Agents whose screens are watched while places become free.
const WATCHED: usize = 50;
/// Agents of a queue of their own, with nothing to do until somebody asks.
const FRESH: usize = 40;
/// The queue for which somebody is always free.
const FRESH_SITE: &str = "fresh";
/// Longer than any run.
const LONG: Millis = Millis::minutes(60);

#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub agents: usize,
    pub chats: usize,
    pub skills: usize,
}

impl Plan {
    pub fn of(short: bool) -> Self {
        if short { Self { agents: 100, chats: 500, skills: 20 } } else { Self { agents: 1_000, chats: 5_000, skills: 20 } }
    }
}

pub struct Crowded {
    pub place: Place,
    plan: Plan,
    services: Services,
    queues: Vec<QueueId>,
}

impl Crowded {
    /// Agents with `capacity` places each who are there and ready, and a line of chats in a queue a skill.
    pub async fn set(db: Db, plan: Plan, capacity: i64) -> Result<Self> {
        let place = Place::make(db, Sowing { agents: plan.agents + FRESH, chats: 0, canary: None }).await?;
        let services = open(&place.url).await?;
        let admin = admin(&services).await?;
        services.save_desk(&admin, DeskSettings { agent_idle_after: None, ..DeskSettings::default() }).await?;
        let mut skills = Vec::new();
        for n in 0..plan.skills {
            skills.push(services.save_skill(&admin, None, format!("Skill {n}"), None).await?.id);
        }
        let all: Vec<AgentKey> = place.fixtures.agents.clone();
        let (crew, fresh) = all.split_at(plan.agents);
        let mut queues = Vec::new();
        for (n, skill) in skills.iter().enumerate() {
            queues.push(queue(&services, &admin, (&format!("queue-{n}"), &[*skill]), crew).await?);
        }
        let fresh_queue = queue(&services, &admin, (FRESH_SITE, &[]), fresh).await?;
        let people = stream::iter(all.iter().enumerate());
        let serves = |n: usize| if n < plan.agents { queues.clone() } else { vec![fresh_queue] };
        let made = people.map(|(n, key)| able(&services, &admin, key, Able { capacity, skills: know(n, &skills), queues: serves(n) }));
        made.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        let begun = stream::iter(0..plan.chats).map(|n| asks(&services, n % plan.skills, n)).buffer_unordered(AT_ONCE);
        begun.try_collect::<Vec<()>>().await?;
        come(&services, &all).await?;
        Ok(Self { place, plan, services, queues })
    }

    pub fn watched(&self) -> &[AgentKey] {
        &self.place.fixtures.agents[..WATCHED.min(self.plan.agents)]
    }

    pub fn fresh(&self) -> &[AgentKey] {
        &self.place.fixtures.agents[self.plan.agents..]
    }

    pub fn fresh_site(&self) -> &str {
        FRESH_SITE
    }

    /// Chats in the line that ring at nobody.
    pub async fn waiting(&self) -> Result<usize> {
        let mut tx = self.services.database.read().await?;
        let mut waiting = 0;
        for queue in &self.queues {
            waiting += tx.count_unoffered(*queue).await?;
        }
        Ok(usize::try_from(waiting)?)
    }

    /// Nobody is ready any more; the line stays.
    pub async fn everybody_leaves(&self) -> Result<()> {
        let gone = stream::iter(&self.place.fixtures.agents)
            .map(|key| async { self.services.set_wish(&caller(key, Role::Agent), Wish::Offline).await });
        gone.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(())
    }

    pub async fn remove(self) -> Result<()> {
        self.services.stop().await;
        self.place.remove().await
    }
}

fn caller(key: &AgentKey, role: Role) -> Caller {
    Caller::Agent(AgentCaller { id: key.id, name: key.name.clone(), email: String::new(), role, session: SessionId::new(Uuid::nil()) })
}

async fn admin(services: &Services) -> Result<Caller> {
    let (id, now) = (AgentId::new(services.secrets.id()), services.clock.now());
    let row = AgentRow {
        id,
        email: "admin@desk.example".into(),
        name: "Admin".into(),
        role: Role::Admin,
        password_hash: String::new(),
        wish: Wish::Offline,
        wish_since: now,
        load: 0,
        capacity: 1,
        team: None,
        disabled: false,
        forced_by: None,
    };
    services.database.write(async move |tx: &mut Tx| tx.add_agent(&row, now).await).await?;
    Ok(caller(&AgentKey { id, name: "Admin".into(), session: String::new() }, Role::Admin))
}

/// A queue with a site of its own, both of this name.
async fn queue(services: &Services, admin: &Caller, (name, skills): (&str, &[SkillId]), members: &[AgentKey]) -> Result<QueueId> {
    let policy = Policy { skills: skills.to_vec(), accept_timeout: Millis::minutes(10), abandon_after: LONG, ..Policy::default() };
    let members = members.iter().map(|key| Member { agent: key.id, priority: 0 }).collect();
    let draft = QueueDraft { name: name.into(), service: name.into(), policy, members };
    let queue = services.save_queue(admin, None, draft).await?;
    let site = Site {
        id: SiteId::new(services.secrets.id()),
        key: name.into(),
        name: name.into(),
        queue,
        origins: vec!["https://shop.example".into()],
        look: Look { brand: "#a84820".into(), greeting: None, promise: None, faces: Vec::new() },
    };
    let now = services.clock.now();
    services.database.write(async move |tx: &mut Tx| tx.add_site(&site, now).await).await?;
    Ok(queue)
}

/// Three skills each, spread so that every skill has its share.
fn know(n: usize, skills: &[SkillId]) -> Vec<SkillId> {
    let mut known: Vec<SkillId> =
        [n, n * 7 + 3, n * 13 + 11].iter().filter_map(|at| skills.get(at % skills.len().max(1)).copied()).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// What an agent can do.
struct Able {
    capacity: i64,
    skills: Vec<SkillId>,
    queues: Vec<QueueId>,
}

async fn able(services: &Services, admin: &Caller, key: &AgentKey, able: Able) -> Result<()> {
    let Able { capacity, skills, queues } = able;
    let draft = AgentDraft {
        name: key.name.clone(),
        email: format!("{}@desk.example", key.name.to_lowercase().replace(' ', "")),
        role: Role::Agent,
        team: None,
        capacity,
        queues: queues.into_iter().map(|queue| (queue, 0)).collect(),
        skills,
        disabled: false,
        password: None,
    };
    services.save_agent(admin, Some(key.id), draft).await?;
    Ok(())
}

async fn asks(services: &Services, queue: usize, n: usize) -> Result<()> {
    let start = StartChat {
        site_key: format!("queue-{queue}"),
        start: Uuid::new_v4(),
        name: format!("Customer {n}"),
        email: None,
        company: None,
        text: "Hello?".into(),
        page: None,
        user_agent: None,
        locale: None,
        by_form: true,
    };
    services.start_chat(start).await.context("a chat did not begin")?;
    Ok(())
}

/// Everybody is ready, with a browser that stays for longer than any run.
async fn come(services: &Services, all: &[AgentKey]) -> Result<()> {
    let agents: Vec<AgentId> = all.iter().map(|key| key.id).collect();
    let later = services.clock.now() + LONG;
    let instances: Vec<(AgentId, InstanceId)> = agents.into_iter().map(|agent| (agent, InstanceId::new(Uuid::new_v4()))).collect();
    let change = async move |tx: &mut Tx| {
        for (agent, instance) in &instances {
            tx.take_lease(*agent, *instance, "bench", later).await?;
        }
        Ok(())
    };
    services.database.write(change).await?;
    let ready = stream::iter(all).map(|key| async { services.set_wish(&caller(key, Role::Agent), Wish::Ready).await });
    ready.buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}
