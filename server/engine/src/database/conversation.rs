//! Rows of `conversation`.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    conversation::{Conversation, Extra, Marks, Status},
    desk::{Card, CardFacts},
    ending::Outcome,
    event::{AbandonReason, ParkReason},
    ids::{AgentId, ConversationId, CustomerId, OfferId, QueueId, SiteId},
    message::AgentRef,
    time::Timestamp,
};
use sqlx::types::Json;
use uuid::Uuid;

/// All columns, in the order of no importance; `c` is the conversation.
macro_rules! columns {
    () => {
        "c.id, c.site, c.queue, c.customer, c.customer_name, c.status, c.since, c.agent, c.agent_name, c.offer, c.reason, c.outcome, \
         c.enqueued_at, c.priority, c.last_activity, c.last_seq, c.last_pub_seq, c.last_ts, c.customer_delivered, c.customer_read, \
         c.agent_delivered, c.agent_read, c.ticket, c.words, c.written, c.last_message, c.extra, c.parked_until, c.version"
    };
}
pub(super) use columns;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    site: Uuid,
    queue: Uuid,
    customer: Uuid,
    customer_name: String,
    status: String,
    since: i64,
    agent: Option<Uuid>,
    agent_name: Option<String>,
    offer: Option<Uuid>,
    reason: Option<String>,
    outcome: Option<String>,
    enqueued_at: i64,
    priority: i64,
    last_activity: i64,
    last_seq: i64,
    last_pub_seq: i64,
    last_ts: i64,
    customer_delivered: i64,
    customer_read: i64,
    agent_delivered: i64,
    agent_read: i64,
    ticket: Option<i64>,
    words: String,
    written: i64,
    last_message: i64,
    extra: Json<Extra>,
    parked_until: Option<i64>,
    version: i64,
}

/// A conversation with what its card shows beside it.
#[derive(sqlx::FromRow)]
pub(super) struct CardRow {
    #[sqlx(flatten)]
    chat: Row,
    email: Option<String>,
    company: Option<String>,
    service: String,
    site_name: String,
}

/// What is known of a chat beside its own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatFacts {
    pub chat: Conversation,
    pub card: Card,
}

/// What a new conversation has that its aggregate does not keep.
pub struct NewConversation<'a> {
    pub chat: &'a Conversation,
    pub start_key: Uuid,
    pub words: &'a str,
}

pub(crate) fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Row {
    fn bad(&self, column: &'static str) -> Failure {
        Failure::BadRow { table: "conversation", column, id: ConversationId::new(self.id).to_string() }
    }

    fn agent(&self) -> Result<AgentRef, Failure> {
        let id = self.agent.ok_or_else(|| self.bad("agent"))?;
        Ok(AgentRef { id: AgentId::new(id), name: self.agent_name.clone().unwrap_or_default() })
    }

    fn outcome(&self) -> Result<Option<Outcome>, Failure> {
        self.outcome.as_deref().map(|word| Outcome::from_word(word).ok_or_else(|| self.bad("outcome"))).transpose()
    }

    fn park_reason(&self) -> Result<ParkReason, Failure> {
        self.reason.as_deref().and_then(ParkReason::from_word).ok_or_else(|| self.bad("reason"))
    }

    fn status(&self) -> Result<Status, Failure> {
        let since = Timestamp(self.since);
        Ok(match self.status.as_str() {
            "waiting" => Status::Waiting { since },
            "offered" => {
                let offer = OfferId::new(self.offer.ok_or_else(|| self.bad("offer"))?);
                Status::Offered { since, offer, agent: self.agent()?.id }
            }
            "active" => Status::Active { agent: self.agent()?, since },
            "wrap_up" => Status::WrapUp { agent: self.agent()?, since, closing: self.outcome()? },
            "abandoned" => {
                let gone = self.reason.as_deref() == Some("gone");
                Status::Abandoned { since, reason: if gone { AbandonReason::Gone } else { AbandonReason::Ended } }
            }
            "parked" => Status::Parked { since, reason: self.park_reason()?, until: self.parked_until.map(Timestamp) },
            "callback" => Status::Callback { since },
            "closed" => Status::Closed { outcome: self.outcome()?.ok_or_else(|| self.bad("outcome"))?, at: since },
            _ => return Err(self.bad("status")),
        })
    }

    pub(super) fn into_chat(self) -> Result<Conversation, Failure> {
        Ok(Conversation {
            id: ConversationId::new(self.id),
            site: SiteId::new(self.site),
            queue: QueueId::new(self.queue),
            customer: CustomerId::new(self.customer),
            status: self.status()?,
            enqueued_at: Timestamp(self.enqueued_at),
            priority: self.priority,
            last_activity: Timestamp(self.last_activity),
            last_seq: unsigned(self.last_seq),
            last_pub_seq: unsigned(self.last_pub_seq),
            last_ts: Timestamp(self.last_ts),
            customer_marks: Marks { delivered: unsigned(self.customer_delivered), read: unsigned(self.customer_read) },
            agent_marks: Marks { delivered: unsigned(self.agent_delivered), read: unsigned(self.agent_read) },
            ticket: self.ticket,
            written: unsigned(self.written),
            last_message: unsigned(self.last_message),
            extra: self.extra.0,
            version: self.version,
            customer_name: self.customer_name,
        })
    }
}

impl CardRow {
    pub(super) fn into_facts(self) -> Result<ChatFacts, Failure> {
        let words = self.chat.words.clone();
        let chat = self.chat.into_chat()?;
        let card =
            Card::of(&chat, CardFacts { email: self.email, service: self.service, site: self.site_name, words, company: self.company });
        Ok(ChatFacts { chat, card })
    }
}

/// The columns that a status is spread over.
struct Spread {
    since: i64,
    agent: Option<Uuid>,
    agent_name: Option<String>,
    offer: Option<Uuid>,
    reason: Option<&'static str>,
    outcome: Option<&'static str>,
    parked_until: Option<i64>,
}

const EMPTY: Spread = Spread { since: 0, agent: None, agent_name: None, offer: None, reason: None, outcome: None, parked_until: None };

fn spread(status: &Status, offered_name: Option<&str>) -> Spread {
    let empty = EMPTY;
    let of = |agent: &AgentRef, since: &Timestamp| Spread {
        since: since.0,
        agent: Some(agent.id.uuid()),
        agent_name: Some(agent.name.clone()),
        ..EMPTY
    };
    match status {
        Status::Waiting { since } => Spread { since: since.0, ..empty },
        Status::Offered { since, offer, agent } => Spread {
            since: since.0,
            agent: Some(agent.uuid()),
            agent_name: offered_name.map(str::to_owned),
            offer: Some(offer.uuid()),
            ..empty
        },
        Status::Active { agent, since } => of(agent, since),
        Status::WrapUp { agent, since, closing } => Spread { outcome: closing.map(Outcome::word), ..of(agent, since) },
        Status::Abandoned { since, reason } => {
            let reason = match reason {
                AbandonReason::Gone => "gone",
                AbandonReason::Ended => "ended",
            };
            Spread { since: since.0, reason: Some(reason), ..empty }
        }
        Status::Parked { since, reason, until } => {
            Spread { since: since.0, reason: Some(reason.word()), parked_until: until.map(|until| until.0), ..empty }
        }
        Status::Callback { since } => Spread { since: since.0, ..empty },
        Status::Closed { outcome, at } => Spread { since: at.0, outcome: Some(outcome.word()), ..empty },
    }
}

impl Tx {
    /// The conversation, locked against other writers until the end of the transaction.
    pub async fn lock_conversation(&mut self, id: ConversationId) -> Result<Option<ChatFacts>, Failure> {
        self.lock_row(id).await?;
        self.find_conversation(id).await
    }

    async fn lock_row(&mut self, id: ConversationId) -> Result<(), Failure> {
        if let super::Connection::Postgres(transaction) = &mut self.connection {
            sqlx::query("select 1 from conversation where id = $1 for update").bind(id.uuid()).execute(&mut **transaction).await?;
        }
        Ok(())
    }

    pub async fn find_conversation(&mut self, id: ConversationId) -> Result<Option<ChatFacts>, Failure> {
        let row: Option<CardRow> = on!(self, c => sqlx::query_as(concat!(
            "select ", columns!(), ", u.email, u.company, q.service, s.name as site_name \
             from conversation c join customer u on u.id = c.customer join queue q on q.id = c.queue join site s on s.id = c.site \
             where c.id = $1"
        )).bind(id.uuid()).fetch_optional(c).await)?;
        row.map(CardRow::into_facts).transpose()
    }

    /// The conversation that a repeated start means, if it exists.
    pub async fn find_conversation_by_start(&mut self, start_key: Uuid) -> Result<Option<ConversationId>, Failure> {
        let id: Option<Uuid> =
            on!(self, c => sqlx::query_scalar("select id from conversation where start_key = $1").bind(start_key).fetch_optional(c).await)?;
        Ok(id.map(ConversationId::new))
    }

    /// The open chats of a queue: waiting, answered, in wrap-up, abandoned.
    pub async fn open_cards_of_queue(&mut self, queue: QueueId) -> Result<Vec<Card>, Failure> {
        let rows: Vec<CardRow> = on!(self, c => sqlx::query_as(concat!(
            "select ", columns!(), ", u.email, u.company, q.service, s.name as site_name \
             from conversation c join customer u on u.id = c.customer join queue q on q.id = c.queue join site s on s.id = c.site \
             where c.queue = $1 and c.status <> 'closed' \
             order by c.priority desc, c.enqueued_at, c.id"
        )).bind(queue.uuid()).fetch_all(c).await)?;
        rows.into_iter().map(|row| row.into_facts().map(|facts| facts.card)).collect()
    }

    /// The chats that count for an agent's load.
    pub async fn held_by(&mut self, agent: AgentId) -> Result<Vec<ChatFacts>, Failure> {
        let rows: Vec<CardRow> = on!(self, c => sqlx::query_as(concat!(
            "select ", columns!(), ", u.email, u.company, q.service, s.name as site_name \
             from conversation c join customer u on u.id = c.customer join queue q on q.id = c.queue join site s on s.id = c.site \
             where c.agent = $1 \
             order by c.since, c.id"
        )).bind(agent.uuid()).fetch_all(c).await)?;
        rows.into_iter().map(CardRow::into_facts).collect()
    }

    /// Everybody who waits in a queue, offered or not, in order: whose place is shown to the customer.
    pub async fn line(&mut self, queue: QueueId) -> Result<Vec<ConversationId>, Failure> {
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar(
            "select id from conversation where queue = $1 and status <> 'closed' and status in ('waiting', 'offered') order by priority desc, enqueued_at, id"
        ).bind(queue.uuid()).fetch_all(c).await)?;
        Ok(ids.into_iter().map(ConversationId::new).collect())
    }

    /// How many wait in a queue and ring at nobody.
    pub async fn count_unoffered(&mut self, queue: QueueId) -> Result<i64, Failure> {
        Ok(
            on!(self, c => sqlx::query_scalar("select count(*) from conversation where queue = $1 and status <> 'closed' and status = 'waiting'")
            .bind(queue.uuid()).fetch_one(c).await)?,
        )
    }

    pub async fn add_conversation(&mut self, new: NewConversation<'_>) -> Result<(), Failure> {
        let NewConversation { chat, start_key, words } = new;
        let spread = spread(&chat.status, None);
        on!(self, c => sqlx::query(
            "insert into conversation (id, site, queue, customer, customer_name, start_key, status, since, enqueued_at, priority, last_activity, \
             last_seq, last_pub_seq, last_ts, customer_delivered, customer_read, agent_delivered, agent_read, words, written, last_message, extra, version) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, 0, $15, $16, $17, $18, 0)"
        )
        .bind(chat.id.uuid()).bind(chat.site.uuid()).bind(chat.queue.uuid()).bind(chat.customer.uuid()).bind(&chat.customer_name)
        .bind(start_key).bind(chat.status.word()).bind(spread.since).bind(chat.enqueued_at.0).bind(chat.priority).bind(chat.last_activity.0)
        .bind(signed(chat.last_seq)).bind(signed(chat.last_pub_seq)).bind(chat.last_ts.0).bind(words)
        .bind(signed(chat.written)).bind(signed(chat.last_message)).bind(Json(&chat.extra))
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Stores what a step changed: compare-and-set on the version that was read. `holder` names the agent of an offer.
    pub async fn save_conversation(&mut self, chat: &Conversation, holder: Option<&str>) -> Result<(), Failure> {
        let spread = spread(&chat.status, holder);
        let answers = match &chat.status {
            Status::Active { agent, since } => Some((agent, since)),
            _ => None,
        };
        let changed = on!(self, c => sqlx::query(
            "update conversation set status = $2, since = $3, agent = $4, agent_name = $5, offer = $6, reason = $7, outcome = $8, priority = $9, \
             last_activity = $10, last_seq = $11, last_pub_seq = $12, last_ts = $13, customer_delivered = $14, customer_read = $15, \
             agent_delivered = $16, agent_read = $17, ticket = $18, written = $20, last_message = $21, queue = $22, extra = $23, \
             parked_until = $24, answered_by = coalesce($25, answered_by), answered_name = coalesce($26, answered_name), \
             joined_at = coalesce(joined_at, $27), version = version + 1 \
             where id = $1 and version = $19"
        )
        .bind(chat.id.uuid()).bind(chat.status.word()).bind(spread.since).bind(spread.agent).bind(spread.agent_name).bind(spread.offer)
        .bind(spread.reason).bind(spread.outcome).bind(chat.priority).bind(chat.last_activity.0).bind(signed(chat.last_seq))
        .bind(signed(chat.last_pub_seq)).bind(chat.last_ts.0).bind(signed(chat.customer_marks.delivered)).bind(signed(chat.customer_marks.read))
        .bind(signed(chat.agent_marks.delivered)).bind(signed(chat.agent_marks.read)).bind(chat.ticket).bind(chat.version)
        .bind(signed(chat.written)).bind(signed(chat.last_message)).bind(chat.queue.uuid()).bind(Json(&chat.extra))
        .bind(spread.parked_until).bind(answers.map(|(agent, _)| agent.id.uuid())).bind(answers.map(|(agent, _)| agent.name.clone()))
        .bind(answers.map(|(_, since)| since.0))
        .execute(c).await.map(|done| done.rows_affected()))?;
        if changed == 1 { Ok(()) } else { Err(Failure::Unavailable) }
    }
}

impl Tx {
    /// The last `seq` and `pub_seq` of a conversation; zeros if there is none.
    pub async fn conversation_heads(&mut self, id: ConversationId) -> Result<(u64, u64), Failure> {
        let row: Option<(i64, i64)> = on!(self, c => sqlx::query_as("select last_seq, last_pub_seq from conversation where id = $1")
            .bind(id.uuid()).fetch_optional(c).await)?;
        Ok(row.map_or((0, 0), |(seq, pub_seq)| (unsigned(seq), unsigned(pub_seq))))
    }
}
