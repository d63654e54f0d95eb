//! Furniture: queues, sites, people and chats.

use super::{Chat, PASSWORD, SITE, TestApp};
use crate::support::{Agent, Customer};
use domain::{
    ids::{AgentId, QueueId, SessionId, SiteId},
    presence::{Role, Wish},
    queue::{Policy, Queue},
    settings::DeskSettings,
    site::{Look, Site},
};
use engine::{
    caller::{AgentCaller, Caller},
    database::{AgentRow, Tx},
    services::StartChat,
};
use std::sync::OnceLock;
use uuid::Uuid;

impl TestApp {
    pub fn queue(&self) -> &Queue {
        self.0.queue.get().expect("made at the start")
    }

    /// A queue with one member who is never there: chats wait in it instead of being parked.
    pub async fn add_queue(&self, name: &str, policy: Policy) -> Queue {
        let queue = self.add_empty_queue(name, policy).await;
        let absent = AgentRow { wish: Wish::Offline, ..self.agent_row(&format!("Absent from {name}"), Role::Agent) };
        self.add_agents(vec![absent], &[queue.id]).await;
        queue
    }

    /// Takes even the absent away: a desk before its first admin.
    pub async fn has_nobody(&self) {
        for table in ["delete from queue_member", "delete from agent_log"] {
            self.eyes().change(table).await;
        }
        self.eyes().change("delete from agent").await;
    }

    /// A queue without members.
    pub async fn add_empty_queue(&self, name: &str, policy: Policy) -> Queue {
        let services = self.services();
        let queue = Queue { id: QueueId::new(services.secrets.id()), name: name.into(), service: format!("{name} service"), policy };
        let (row, now) = (queue.clone(), self.now());
        services.database.write(async move |tx: &mut Tx| tx.add_queue(&row, now).await).await.unwrap();
        queue
    }

    /// Changes what holds for the whole desk.
    pub async fn set_desk(&self, settings: DeskSettings) {
        self.services().database.write(async move |tx: &mut Tx| tx.set_desk_settings(&settings).await).await.unwrap();
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
            team: None,
            disabled: false,
            forced_by: None,
        }
    }

    pub async fn add_agents(&self, rows: Vec<AgentRow>, queues: &[QueueId]) {
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
        let services = self.services();
        let started = services.start_chat(start_of(site, "priya@customer.example", text)).await.unwrap();
        let customer = services.customer_by_token(&started.token).await.unwrap().unwrap();
        Chat { id: started.chat.conversation, customer, token: started.token }
    }
}

/// A filled form of the widget without scripts.
pub fn start_of(site: &str, email: &str, text: &str) -> StartChat {
    StartChat {
        site_key: site.into(),
        start: Uuid::new_v4(),
        name: "Priya".into(),
        email: Some(email.into()),
        company: None,
        text: text.into(),
        page: None,
        user_agent: None,
        locale: None,
        by_form: true,
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
