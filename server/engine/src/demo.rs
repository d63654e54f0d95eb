//! The demo desk: a lamp shop, one queue and three agents. Sowing it again changes only the shop's origin.

use crate::{
    database::{AgentRow, Tx},
    services::{Services, setup::NewAgent},
};
use domain::{
    ids::{QueueId, SiteId},
    presence::Role,
    queue::{Policy, Queue},
    site::{Look, Site},
};

/// The key of the demo shop's site.
pub const SITE: &str = "papermoon";

const PEOPLE: [(&str, &str, Role); 3] = [
    ("Sofia Marin", "sofia@papermoon.example", Role::Admin),
    ("Marek Novak", "marek@papermoon.example", Role::Agent),
    ("Chiara Rossi", "chiara@papermoon.example", Role::Agent),
];

/// What is different in each data directory.
#[derive(Clone)]
pub struct DemoPlan {
    pub passwords: [String; 3],
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
    for ((name, email, role), password) in PEOPLE.into_iter().zip(&plan.passwords) {
        let new = NewAgent { name: name.into(), email: email.into(), password: password.clone(), role };
        people.push(services.agent_row(new).await?);
    }
    let agents = people.iter().map(|agent| DemoAgent { name: agent.name.clone(), email: agent.email.clone() }).collect();
    let (makers, origin, now) = (services.clone(), plan.shop_origin.clone(), services.clock.now());
    services
        .database
        .write(async move |tx: &mut Tx| {
            let origins = vec![origin.clone()];
            if tx.find_site_by_key(SITE).await?.is_some() {
                for agent in &people {
                    if let Some(known) = tx.find_agent_by_email(&agent.email).await? {
                        tx.set_password_hash(known.id, &agent.password_hash).await?;
                    }
                }
                tx.set_origins(SITE, &origins).await?;
                return Ok(());
            }
            let queue = Queue {
                id: QueueId::new(makers.secrets.id()),
                name: "Orders".into(),
                service: "Orders and delivery".into(),
                policy: Policy::default(),
            };
            tx.add_queue(&queue, now).await?;
            for agent in &people {
                tx.add_agent(agent, now).await?;
                tx.add_member(queue.id, agent.id, 0).await?;
            }
            tx.add_site(&site(SiteId::new(makers.secrets.id()), queue.id, origins), now).await
        })
        .await?;
    Ok(agents)
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
