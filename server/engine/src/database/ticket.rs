//! Rows of `ticket`, `ticket_note` and `ticket_file`.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{AgentId, ConversationId, CustomerId, FileId, QueueId, TicketId},
    message::AgentRef,
    ticket::{Priority, TicketDraft, TicketFile, TicketNote, TicketStatus, TicketSummary},
    time::Timestamp,
};
use uuid::Uuid;

pub struct NewTicket<'a> {
    pub id: TicketId,
    pub number: i64,
    pub conversation: ConversationId,
    pub queue: QueueId,
    pub requester: CustomerId,
    pub draft: &'a TicketDraft,
    pub by: AgentId,
}

pub struct NewFile<'a> {
    pub id: FileId,
    pub ticket: TicketId,
    pub name: &'a str,
    pub media_type: &'a str,
    pub content: &'a [u8],
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    subject: String,
    description: String,
    conversation: Option<Uuid>,
    status: String,
    priority: String,
    requester_name: String,
    requester_email: Option<String>,
    queue: Uuid,
    queue_name: String,
    assignee: Option<String>,
    created_at: i64,
}

/// A ticket's row: the summary and what only its own page shows.
pub(crate) struct TicketRow {
    pub summary: TicketSummary,
    pub description: String,
    pub conversation: Option<ConversationId>,
}

impl Row {
    fn into_ticket(self) -> Result<TicketRow, Failure> {
        let bad = |column| Failure::BadRow { table: "ticket", column, id: self.number.to_string() };
        let summary = TicketSummary {
            id: TicketId::new(self.id),
            number: self.number,
            status: TicketStatus::from_word(&self.status).ok_or_else(|| bad("status"))?,
            priority: Priority::from_word(&self.priority).ok_or_else(|| bad("priority"))?,
            subject: self.subject,
            requester_name: self.requester_name,
            requester_email: self.requester_email,
            queue: QueueId::new(self.queue),
            queue_name: self.queue_name,
            assignee: self.assignee,
            created_at: Timestamp(self.created_at),
        };
        Ok(TicketRow { summary, description: self.description, conversation: self.conversation.map(ConversationId::new) })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select t.id, t.number, t.subject, t.description, t.conversation, t.status, t.priority, t.requester_name, t.requester_email, \
             t.queue, q.name as queue_name, a.name as assignee, t.created_at \
             from ticket t join queue q on q.id = t.queue left join agent a on a.id = t.assignee ",
            $rest
        )
    };
}

impl Tx {
    /// The next ticket number of the desk: dense, given inside the transaction.
    pub(crate) async fn next_ticket_number(&mut self) -> Result<i64, Failure> {
        Ok(
            on!(self, c => sqlx::query_scalar("update counter set value = value + 1 where name = 'ticket' returning value").fetch_one(c).await)?,
        )
    }

    pub(crate) async fn add_ticket(&mut self, new: NewTicket<'_>, now: Timestamp) -> Result<(), Failure> {
        let draft = new.draft;
        on!(self, c => sqlx::query(
            "insert into ticket (id, number, conversation, queue, subject, description, status, priority, requester, requester_name, requester_email, \
             assignee, created_by, created_at) values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $11, $11, $12)"
        )
        .bind(new.id.uuid()).bind(new.number).bind(new.conversation.uuid()).bind(new.queue.uuid()).bind(&draft.subject).bind(&draft.description)
        .bind(draft.priority.word()).bind(new.requester.uuid()).bind(&draft.requester_name).bind(&draft.requester_email).bind(new.by.uuid())
        .bind(now.0)
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn add_ticket_note(
        &mut self,
        id: Uuid,
        ticket: TicketId,
        author: &AgentRef,
        text: &str,
        now: Timestamp,
    ) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into ticket_note (id, ticket, author, author_name, text, ts) values ($1, $2, $3, $4, $5, $6)")
            .bind(id).bind(ticket.uuid()).bind(author.id.uuid()).bind(&author.name).bind(text).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn add_ticket_file(&mut self, new: NewFile<'_>, now: Timestamp) -> Result<(), Failure> {
        let size = i64::try_from(new.content.len()).unwrap_or(i64::MAX);
        on!(self, c => sqlx::query(
            "insert into ticket_file (id, ticket, name, media_type, size_bytes, content, created_at) values ($1, $2, $3, $4, $5, $6, $7)"
        )
        .bind(new.id.uuid()).bind(new.ticket.uuid()).bind(new.name).bind(new.media_type).bind(size).bind(new.content).bind(now.0)
        .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// The newest tickets of the queues that `agent` serves (all for `None`), filtered.
    pub(crate) async fn list_tickets(
        &mut self,
        agent: Option<AgentId>,
        status: Option<TicketStatus>,
        search: Option<&str>,
        limit: i64,
    ) -> Result<Vec<TicketSummary>, Failure> {
        let number = search.and_then(|text| text.trim_start_matches('#').parse::<i64>().ok());
        let like = search.map(|text| format!("%{}%", text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(select!(
            "where ($1 is null or t.status = $1) \
             and ($2 is null or t.number = $3 or lower(t.subject) like $2 escape '\\' or lower(t.requester_name) like $2 escape '\\' \
             or lower(coalesce(t.requester_email, '')) like $2 escape '\\') \
             and ($4 is null or t.assignee = $4 or exists (select 1 from queue_member m where m.queue = t.queue and m.agent = $4)) \
             order by t.number desc limit $5"
        )).bind(status.map(TicketStatus::word)).bind(like).bind(number).bind(agent.map(AgentId::uuid)).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(|row| row.into_ticket().map(|ticket| ticket.summary)).collect()
    }

    pub(crate) async fn find_ticket(&mut self, number: i64) -> Result<Option<TicketRow>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as(select!("where t.number = $1")).bind(number).fetch_optional(c).await)?;
        row.map(Row::into_ticket).transpose()
    }

    pub(crate) async fn ticket_notes(&mut self, ticket: TicketId) -> Result<Vec<TicketNote>, Failure> {
        let rows: Vec<(Uuid, String, String, i64)> = on!(self, c => sqlx::query_as(
            "select author, author_name, text, ts from ticket_note where ticket = $1 order by ts, id"
        ).bind(ticket.uuid()).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, author, text, ts)| TicketNote { author, author_id: AgentId::new(id), text, ts: Timestamp(ts) })
            .collect())
    }

    pub(crate) async fn ticket_files(&mut self, ticket: TicketId) -> Result<Vec<TicketFile>, Failure> {
        let rows: Vec<(Uuid, String, String, i64)> = on!(self, c => sqlx::query_as(
            "select id, name, media_type, size_bytes from ticket_file where ticket = $1 order by created_at, id"
        ).bind(ticket.uuid()).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, name, media_type, size_bytes)| TicketFile { id: FileId::new(id), name, media_type, size_bytes })
            .collect())
    }

    /// A file with the number of its ticket.
    pub(crate) async fn find_ticket_file(&mut self, id: FileId) -> Result<Option<(i64, String, String, Vec<u8>)>, Failure> {
        Ok(on!(self, c => sqlx::query_as(
            "select t.number, f.name, f.media_type, f.content from ticket_file f join ticket t on t.id = f.ticket where f.id = $1"
        ).bind(id.uuid()).fetch_optional(c).await)?)
    }
}

impl Tx {
    pub(crate) async fn is_assignee(&mut self, ticket: TicketId, agent: AgentId) -> Result<bool, Failure> {
        let found: i64 = on!(self, c => sqlx::query_scalar("select count(*) from ticket where id = $1 and assignee = $2")
            .bind(ticket.uuid()).bind(agent.uuid()).fetch_one(c).await)?;
        Ok(found > 0)
    }
}
