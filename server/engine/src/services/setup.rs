//! The first start: one admin, one queue, one site.

use super::{Services, SignedIn, customers::LONGEST_NAME};
use crate::{
    database::{AgentRow, Tx},
    failure::Failure,
    secrets::{SHORTEST_PASSWORD, random_token, token_hash},
};
use domain::{
    ids::{AgentId, QueueId, SiteId},
    message::one_line,
    presence::{Role, Wish},
    queue::{Policy, Queue},
    site::{Look, Site},
    ticket::parse_email,
    time::{Millis, Timestamp},
};

/// How long the link of the first start works.
const LINK_LIFE: Millis = Millis::minutes(60 * 24);
/// How many chats an agent has at a time unless told otherwise.
pub(crate) const CAPACITY: i64 = 4;

#[derive(Clone)]
pub struct FirstAdmin {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// A person to be made an agent: parsed.
pub(crate) struct NewAgent {
    pub name: String,
    pub email: String,
    pub password: String,
    pub role: Role,
}

impl Services {
    /// Whether anybody can sign in.
    pub async fn has_people(&self) -> Result<bool, Failure> {
        Ok(self.database.read().await?.count_agents().await? > 0)
    }

    /// A new one-time token for `/setup`; the one before it stops working.
    pub async fn make_setup_token(&self) -> Result<String, Failure> {
        let token = random_token();
        let (hash, expires) = (token_hash(&token), self.clock.now() + LINK_LIFE);
        self.database.write(async move |tx: &mut Tx| tx.set_setup_token(&hash, expires).await).await?;
        Ok(token)
    }

    /// Uses the link up: makes the first admin with a queue and a site of their own, and signs them in.
    pub async fn set_up(
        &self,
        token: &str,
        admin: FirstAdmin,
        address: Option<String>,
        user_agent: Option<String>,
    ) -> Result<SignedIn, Failure> {
        let new = parse(admin)?;
        let agent = self.agent_row(new).await?;
        let (hash, services, now) = (token_hash(token), self.clone(), self.clock.now());
        let id = agent.id;
        self.database
            .write(async move |tx: &mut Tx| {
                if !tx.use_setup_token(&hash, now).await? || tx.count_agents().await? > 0 {
                    return Err(Failure::Forbidden);
                }
                tx.add_agent(&agent, now).await?;
                first_queue(tx, &services, agent.id, now).await
            })
            .await?;
        self.open_session(id, address, user_agent).await
    }

    /// The row of a new agent, with the password hashed.
    pub(crate) async fn agent_row(&self, new: NewAgent) -> Result<AgentRow, Failure> {
        Ok(AgentRow {
            id: AgentId::new(self.secrets.id()),
            password_hash: self.secrets.hash(new.password).await?,
            email: new.email,
            name: new.name,
            role: new.role,
            wish: Wish::NotReady(None),
            wish_since: self.clock.now(),
            load: 0,
            capacity: CAPACITY,
            team: None,
            disabled: false,
            forced_by: None,
        })
    }
}

fn parse(admin: FirstAdmin) -> Result<NewAgent, Failure> {
    let name = one_line(&admin.name);
    if name.is_empty() {
        return Err(Failure::Invalid { field: "name", why: "problem.required" });
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Failure::Invalid { field: "name", why: "problem.too_long" });
    }
    let email = parse_email(&admin.email).ok_or(Failure::Invalid { field: "email", why: "problem.email" })?;
    if admin.password.chars().count() < SHORTEST_PASSWORD {
        return Err(Failure::Invalid { field: "password", why: "settings.problem.password_short" });
    }
    Ok(NewAgent { name, email, password: admin.password, role: Role::Admin })
}

async fn first_queue(tx: &mut Tx, services: &Services, admin: AgentId, now: Timestamp) -> Result<(), Failure> {
    let queue =
        Queue { id: QueueId::new(services.secrets.id()), name: "Support".into(), service: "Support".into(), policy: Policy::default() };
    tx.add_queue(&queue, now).await?;
    tx.add_member(queue.id, admin, 0).await?;
    let site = Site {
        id: SiteId::new(services.secrets.id()),
        key: "website".into(),
        name: "Website".into(),
        queue: queue.id,
        origins: Vec::new(),
        look: Look { brand: "#00636e".into(), greeting: None, promise: None, faces: Vec::new() },
    };
    tx.add_site(&site, now).await
}
