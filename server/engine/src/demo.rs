//! The demo desk: a lamp shop with two queues, office hours, a skill, and four people. Sowing it again changes only the shop's
//! origin and the passwords, and brings who is not there yet.

use crate::{
    database::{AgentRow, Tx},
    failure::Failure,
    services::{Services, setup::NewAgent},
};
use domain::{
    hours::{Hours, Span},
    ids::{HoursId, QueueId, SiteId, SkillId},
    presence::Role,
    queue::{Overflow, Policy, Queue},
    settings::Skill,
    site::{Look, Site},
    time::{Millis, Timestamp},
};

/// The key of the demo shop's site.
pub const SITE: &str = "papermoon";

/// How many people it has.
pub const PEOPLE: usize = 4;

/// New ones come at the end: a data directory knows their passwords by their places.
const CAST: [(&str, &str, Role); PEOPLE] = [
    ("Sofia Marin", "sofia@papermoon.example", Role::Admin),
    ("Marek Novak", "marek@papermoon.example", Role::Agent),
    ("Chiara Rossi", "chiara@papermoon.example", Role::Agent),
    ("Ines Duarte", "ines@papermoon.example", Role::Supervisor),
];

/// What is different in each data directory.
#[derive(Clone)]
pub struct DemoPlan {
    pub passwords: [String; PEOPLE],
    pub shop_origin: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAgent {
    pub name: String,
    pub email: String,
}

/// Makes the demo desk if it is not there, sets the passwords and the origin that may frame the widget.
pub async fn seed(services: &Services, plan: &DemoPlan) -> anyhow::Result<Vec<DemoAgent>> {
    let mut people: Vec<AgentRow> = Vec::new();
    for ((name, email, role), password) in CAST.into_iter().zip(&plan.passwords) {
        let new = NewAgent { name: name.into(), email: email.into(), password: password.clone(), role };
        people.push(services.agent_row(new).await?);
    }
    let agents = people.iter().map(|agent| DemoAgent { name: agent.name.clone(), email: agent.email.clone() }).collect();
    let (makers, origin, now) = (services.clone(), plan.shop_origin.clone(), services.clock.now());
    services
        .database
        .write(async move |tx: &mut Tx| {
            let origins = vec![origin.clone()];
            let is_new = tx.find_site_by_key(SITE).await?.is_none();
            for agent in &people {
                match tx.find_agent_by_email(&agent.email).await? {
                    Some(known) => tx.set_password_hash(known.id, &agent.password_hash).await?,
                    None => tx.add_agent(agent, now).await?,
                }
            }
            if !is_new {
                return tx.set_origins(SITE, &origins).await.map(drop);
            }
            let orders = queues(tx, &makers, &people, now).await?;
            tx.add_site(&site(SiteId::new(makers.secrets.id()), orders, origins), now).await
        })
        .await?;
    Ok(agents)
}

/// Makes the queue of the shop's site, which is always open, and the one for repairs, which keeps the shop's hours.
async fn queues(tx: &mut Tx, makers: &Services, people: &[AgentRow], now: Timestamp) -> Result<QueueId, Failure> {
    let [sofia, marek, chiara, ines] = people else { return Err(Failure::NotFound) };
    let hours = HoursId::new(makers.secrets.id());
    tx.save_hours(hours, &shop_hours(), &sofia.name, now).await?;
    let german = Skill { id: SkillId::new(makers.secrets.id()), name: "German".into(), language: Some("de".into()) };
    tx.save_skill(&german).await?;
    tx.set_skills(marek.id, &[german.id]).await?;
    let queue = |name: &str, service: &str, policy: Policy| Queue {
        id: QueueId::new(makers.secrets.id()),
        name: name.into(),
        service: service.into(),
        policy,
    };
    let orders = queue("Orders", "Orders and delivery", Policy::default());
    tx.add_queue(&orders, now).await?;
    for agent in [sofia, marek, chiara] {
        tx.add_member(orders.id, agent.id, 0).await?;
    }
    let policy = Policy {
        description: "Lamps that flicker, hum or came broken, and parts for all of them.".into(),
        overflow: Some(Overflow { to: orders.id, after: Millis::minutes(3) }),
        hours: Some(hours),
        ..Policy::default()
    };
    let repairs = queue("Repairs", "Repairs and spare parts", policy);
    tx.add_queue(&repairs, now).await?;
    for (agent, priority) in [(ines, 10), (chiara, 0)] {
        tx.add_member(repairs.id, agent.id, priority).await?;
    }
    Ok(orders.id)
}

fn shop_hours() -> Hours {
    let span = |from: u16, to: u16| Span { from: from * 60, to: to * 60 };
    let day = || vec![span(9, 12), span(13, 18)];
    let week = [day(), day(), day(), day(), day(), vec![span(10, 14)], Vec::new()];
    Hours { name: "Shop hours".into(), zone: "Europe/Berlin".into(), week, exceptions: Vec::new() }
}

fn site(id: SiteId, queue: QueueId, origins: Vec<String>) -> Site {
    Site {
        id,
        key: SITE.into(),
        name: "Papermoon".into(),
        queue,
        origins,
        look: Look {
            brand: "#a84820".into(),
            greeting: Some("Hello. What can we light up for you?".into()),
            promise: Some("Three of us are here, usually back to you within a minute.".into()),
            faces: vec!["SM".into(), "MN".into(), "CR".into()],
        },
    }
}
