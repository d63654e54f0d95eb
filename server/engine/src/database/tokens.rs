//! Whose token is this? Asked with every request, and answered many at a time: one statement for all that was asked while
//! the last one ran.
//!
//! One by one, each question would take half a dozen ways to the database's thread and back; gathered, one costs the less
//! the more there is to do. An answer is never older than its question: the snapshot is taken after it.

use super::{Readers, Tx, on};
use crate::{
    caller::{AgentCaller, CustomerCaller},
    failure::Failure,
};
use domain::{
    ids::{AgentId, ConversationId, CustomerId, SessionId, SiteId},
    presence::Role,
    time::Timestamp,
};
use std::collections::HashMap;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// The most questions of one statement.
const GROUP: usize = 64;
/// The most questions that wait; beyond it the desk says that it is busy.
const QUEUE: usize = 4_096;

/// Asks the task that gathers; cheap to clone.
#[derive(Clone)]
pub(super) struct Tokens(mpsc::Sender<Question>);

enum Question {
    Session(Asked<SessionOwner>),
    Customer(Asked<CustomerCaller>),
}

struct Asked<T> {
    hash: Vec<u8>,
    now: Timestamp,
    reply: oneshot::Sender<Result<Option<T>, Failure>>,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct SessionOwner {
    pub caller: AgentCaller,
    pub last_seen_at: Timestamp,
}

/// A stored token of either kind.
trait Row {
    type Owner;
    fn hash(&self) -> &[u8];
    fn expires_at(&self) -> i64;
    fn owner(&self) -> Result<Self::Owner, Failure>;
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: Vec<u8>,
    expires_at: i64,
    last_seen_at: i64,
    session: Uuid,
    agent: Uuid,
    name: String,
    email: String,
    role: String,
}

#[derive(sqlx::FromRow)]
struct CustomerRow {
    token_hash: Vec<u8>,
    expires_at: i64,
    customer: Uuid,
    site: Uuid,
    conversation: Uuid,
    name: String,
}

impl Tokens {
    /// Starts the task; it ends with the last clone of this.
    pub(super) fn start(readers: Readers) -> Self {
        let (questions, mut queue) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while queue.recv_many(&mut group, GROUP).await > 0 {
                answer(&readers, group.drain(..)).await;
            }
        });
        Self(questions)
    }

    /// Who is signed in with the token of this hash at `now`.
    pub(super) async fn session(&self, hash: Vec<u8>, now: Timestamp) -> Result<Option<SessionOwner>, Failure> {
        self.ask(Question::Session, hash, now).await
    }

    /// The customer with the token of this hash at `now`.
    pub(super) async fn customer(&self, hash: Vec<u8>, now: Timestamp) -> Result<Option<CustomerCaller>, Failure> {
        self.ask(Question::Customer, hash, now).await
    }

    async fn ask<T>(&self, kind: fn(Asked<T>) -> Question, hash: Vec<u8>, now: Timestamp) -> Result<Option<T>, Failure> {
        let (reply, answer) = oneshot::channel();
        self.0.try_send(kind(Asked { hash, now, reply })).map_err(|_| Failure::Unavailable)?;
        answer.await.map_err(|_| Failure::Unavailable)?
    }
}

async fn answer(readers: &Readers, group: impl Iterator<Item = Question>) {
    let (mut sessions, mut customers) = (Vec::new(), Vec::new());
    for question in group {
        match question {
            Question::Session(asked) => sessions.push(asked),
            Question::Customer(asked) => customers.push(asked),
        }
    }
    match find(readers, &hashes(&sessions), &hashes(&customers)).await {
        Ok((found_sessions, found_customers)) => {
            tell(sessions, &found_sessions);
            tell(customers, &found_customers);
        }
        Err(failure) => {
            // A desk that has stopped needs nobody to act.
            if !matches!(failure, Failure::Database(sqlx::Error::PoolClosed)) {
                tracing::error!(error = %failure, "Tokens could not be looked up; their holders are told to try again.");
            }
            refuse(sessions);
            refuse(customers);
        }
    }
}

/// Filled up to a power of two by the last one again, so that there are few statements to prepare.
fn hashes<T>(asked: &[Asked<T>]) -> Vec<Vec<u8>> {
    let mut hashes: Vec<_> = asked.iter().map(|asked| asked.hash.clone()).collect();
    if let Some(last) = hashes.last().cloned() {
        hashes.resize(hashes.len().next_power_of_two(), last);
    }
    hashes
}

async fn find(readers: &Readers, sessions: &[Vec<u8>], customers: &[Vec<u8>]) -> Result<(Vec<SessionRow>, Vec<CustomerRow>), Failure> {
    let mut tx = readers.read().await?;
    Ok((tx.sessions_by_token(sessions).await?, tx.customers_by_token(customers).await?))
}

fn tell<R: Row>(all: Vec<Asked<R::Owner>>, rows: &[R]) {
    let found: HashMap<&[u8], &R> = rows.iter().map(|row| (row.hash(), row)).collect();
    for asked in all {
        let row = found.get(asked.hash.as_slice()).filter(|row| row.expires_at() > asked.now.0);
        // Nobody waits any more if the request was dropped.
        let _ = asked.reply.send(row.map(|row| row.owner()).transpose());
    }
}

fn refuse<T>(all: Vec<Asked<T>>) {
    for asked in all {
        let _ = asked.reply.send(Err(Failure::Unavailable));
    }
}

impl Row for SessionRow {
    type Owner = SessionOwner;
    fn hash(&self) -> &[u8] {
        &self.token_hash
    }
    fn expires_at(&self) -> i64 {
        self.expires_at
    }
    fn owner(&self) -> Result<SessionOwner, Failure> {
        let id = AgentId::new(self.agent);
        let role = Role::from_word(&self.role).ok_or(Failure::BadRow { table: "agent", column: "role", id: id.to_string() })?;
        let (name, email, session) = (self.name.clone(), self.email.clone(), SessionId::new(self.session));
        Ok(SessionOwner { caller: AgentCaller { id, name, email, role, session }, last_seen_at: Timestamp(self.last_seen_at) })
    }
}

impl Row for CustomerRow {
    type Owner = CustomerCaller;
    fn hash(&self) -> &[u8] {
        &self.token_hash
    }
    fn expires_at(&self) -> i64 {
        self.expires_at
    }
    fn owner(&self) -> Result<CustomerCaller, Failure> {
        let (id, site) = (CustomerId::new(self.customer), SiteId::new(self.site));
        Ok(CustomerCaller { id, site, conversation: ConversationId::new(self.conversation), name: self.name.clone() })
    }
}

impl Tx {
    async fn sessions_by_token(&mut self, hashes: &[Vec<u8>]) -> Result<Vec<SessionRow>, Failure> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new(
                "select s.token_hash, s.expires_at, s.last_seen_at, s.id as session, a.id as agent, a.name, a.email, a.role \
                 from session s join agent a on a.id = s.agent where s.token_hash in (",
            );
            let mut list = query.separated(", ");
            for hash in hashes {
                list.push_bind(hash);
            }
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?)
    }

    async fn customers_by_token(&mut self, hashes: &[Vec<u8>]) -> Result<Vec<CustomerRow>, Failure> {
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        Ok(on!(self, c => {
            let mut query = sqlx::QueryBuilder::<Driver>::new(
                "select t.token_hash, t.expires_at, u.id as customer, u.site, t.conversation, u.name \
                 from customer_token t join customer u on u.id = t.customer where t.token_hash in (",
            );
            let mut list = query.separated(", ");
            for hash in hashes {
                list.push_bind(hash);
            }
            query.push(")");
            query.build_query_as().fetch_all(c).await
        })?)
    }
}
