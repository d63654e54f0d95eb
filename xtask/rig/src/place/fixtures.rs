//! People and chats, put in through the desk's own use cases; only passwords are hashed more cheaply than in life.

use super::Sowing;
use anyhow::{Context, Result};
use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
use domain::{
    ids::{AgentId, ClientKey, ConversationId, QueueId, SiteId},
    presence::{Role, Wish},
    queue::{Policy, Queue},
    site::{Look, Site},
    state::Content,
};
use engine::{
    caller::Caller,
    database::{AgentRow, Tx},
    services::{Services, SignIn, StartChat},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

/// The key of the one site.
pub const SITE: &str = "lamps";
/// How every chat begins.
const HELLO: &str = "Hello?";
const PASSWORD: &str = "correct horse battery staple";
/// Chats that are begun at the same time: enough to fill a commit.
const AT_ONCE: usize = 64;

/// What clients need to take part.
#[derive(Debug, Clone)]
pub struct Fixtures {
    pub site: String,
    pub queue: QueueId,
    pub agents: Vec<AgentKey>,
    pub chats: Vec<ChatKey>,
}

#[derive(Debug, Clone)]
pub struct AgentKey {
    pub id: AgentId,
    pub name: String,
    /// The session's token.
    pub session: String,
}

#[derive(Debug, Clone)]
pub struct ChatKey {
    pub id: ConversationId,
    /// The customer's token.
    pub token: String,
    /// Index of the agent who has joined.
    pub agent: usize,
    /// The first message: its client id and public number.
    pub first: (ClientKey, u64),
    /// The agent's note: its client id, number and text.
    pub note: Option<(ClientKey, u64, String)>,
}

impl ChatKey {
    /// What stood in the chat before the run, as the oracle takes it: acknowledged before anything else happened.
    pub fn before(&self) -> Vec<oracle::Message> {
        let (client, seq) = self.first;
        let at = oracle::Moment::default();
        let first = oracle::Message {
            key: client.0,
            chat: self.id.uuid(),
            side: oracle::Side::Customer,
            audience: oracle::Audience::Public,
            outbox: 0,
            ordinal: 0,
            text: HELLO.into(),
            invoked: at,
            outcome: oracle::Outcome::Acknowledged { at, seq },
        };
        let note = self.note.iter().map(|(client, seq, text)| oracle::Message {
            key: client.0,
            side: oracle::Side::Agent,
            audience: oracle::Audience::Internal,
            outbox: 1,
            text: text.clone(),
            outcome: oracle::Outcome::Acknowledged { at, seq: *seq },
            ..first.clone()
        });
        note.chain([first.clone()]).collect()
    }
}

pub(super) async fn sow(services: &Services, sowing: Sowing) -> Result<Fixtures> {
    let queue = furniture(services).await?;
    let room = i64::try_from(sowing.chats.div_ceil(sowing.agents.max(1)) + 4)?;
    let (agents, callers) = agents(services, queue, sowing.agents, room).await?;
    let begun = stream::iter(0..sowing.chats).map(|n| joined(services, &callers, sowing.canary, n)).buffer_unordered(AT_ONCE);
    let mut chats: Vec<ChatKey> = begun.try_collect().await?;
    chats.sort_by_key(|chat| (chat.agent, chat.id));
    Ok(Fixtures { site: SITE.into(), queue, agents, chats })
}

async fn furniture(services: &Services) -> Result<QueueId> {
    let queue = QueueId::new(services.secrets.id());
    let row = Queue { id: queue, name: "Lamps".into(), service: "Lamps and light".into(), policy: Policy::default() };
    let site = Site {
        id: SiteId::new(services.secrets.id()),
        key: SITE.into(),
        name: "Lamps".into(),
        queue,
        origins: vec!["https://shop.example".into()],
        look: Look { brand: "#a84820".into(), greeting: None, promise: None, faces: Vec::new() },
    };
    let now = services.clock.now();
    let add = async move |tx: &mut Tx| {
        tx.add_queue(&row, now).await?;
        tx.add_site(&site, now).await
    };
    services.database.write(add).await?;
    Ok(queue)
}

async fn agents(services: &Services, queue: QueueId, count: usize, capacity: i64) -> Result<(Vec<AgentKey>, Vec<Caller>)> {
    let (hash, now) = (cheap_hash()?, services.clock.now());
    let (mut keys, mut callers) = (Vec::new(), Vec::new());
    for n in 0..count {
        let row = AgentRow {
            id: AgentId::new(services.secrets.id()),
            email: format!("agent{n}@desk.example"),
            name: format!("Agent {n}"),
            role: Role::Agent,
            password_hash: hash.clone(),
            wish: Wish::NotReady(None),
            wish_since: now,
            load: 0,
            capacity,
            team: None,
            disabled: false,
            forced_by: None,
        };
        let (id, name, email) = (row.id, row.name.clone(), row.email.clone());
        let add = async move |tx: &mut Tx| {
            tx.add_agent(&row, now).await?;
            tx.add_member(queue, row.id, 0).await
        };
        services.database.write(add).await?;
        let signed_in = services.sign_in(SignIn { email, password: PASSWORD.into(), address: None, user_agent: None }).await?;
        callers.push(services.agent_by_session(&signed_in.token).await?.context("the session is there")?);
        keys.push(AgentKey { id, name, session: signed_in.token });
    }
    Ok((keys, callers))
}

async fn joined(services: &Services, agents: &[Caller], canary: Option<&str>, n: usize) -> Result<ChatKey> {
    let start = StartChat {
        site_key: SITE.into(),
        start: Uuid::new_v4(),
        name: format!("Customer {n}"),
        email: None,
        company: None,
        text: HELLO.into(),
        page: None,
        user_agent: None,
        locale: None,
        by_form: false,
    };
    let started = services.start_chat(start).await?;
    let (id, agent) = (started.chat.conversation, n % agents.len().max(1));
    let mut note = None;
    if let Some(caller) = agents.get(agent) {
        services.join(caller, id).await?;
        if let Some(canary) = canary {
            let (key, text) = (ClientKey(Uuid::new_v4()), format!("Between us: {canary}"));
            let sent = services.note(caller, id, key, &text).await?;
            note = Some((key, sent.seq, text));
        }
    }
    let first = started.chat.state.entries.iter().find_map(|entry| match &entry.content {
        Content::Message { client, .. } => Some((*client, entry.seq)),
        _ => None,
    });
    Ok(ChatKey { id, token: started.token, agent, first: first.context("a chat begins with a message")?, note })
}

/// Argon2id with the least memory that the format allows: signing in is not what is measured.
fn cheap_hash() -> Result<String> {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = cheap.hash_password(PASSWORD.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(hash.to_string())
}
