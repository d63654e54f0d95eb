//! Closed chats.

use super::{Tx, conversation::CardRow, on};
use crate::failure::Failure;
use domain::{
    desk::{HistoryFilter, PastChat},
    ending::Outcome,
    ids::{AgentId, ConversationId, QueueId},
    message::AgentRef,
    time::{Millis, Timestamp},
};
use uuid::Uuid;

/// The most that are closed in one moment.
const TIES: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    card: CardRow,
    answered_by: Option<Uuid>,
    answered_name: Option<String>,
    joined_at: Option<i64>,
    note: Option<String>,
}

impl Row {
    fn into_past(self) -> Result<PastChat, Failure> {
        let facts = self.card.into_facts()?;
        let (outcome, closed_at) = match facts.chat.status {
            domain::conversation::Status::Closed { outcome, at } => (outcome, at),
            _ => return Err(Failure::BadRow { table: "conversation", column: "status", id: facts.chat.id.to_string() }),
        };
        let agent = self.answered_by.map(|id| AgentRef { id: AgentId::new(id), name: self.answered_name.unwrap_or_default() });
        Ok(PastChat {
            outcome,
            opened_at: facts.chat.enqueued_at,
            closed_at,
            agent,
            waited: self.joined_at.map(|joined| Millis((joined - facts.chat.enqueued_at.0).max(0))),
            note: self.note,
            card: facts.card,
        })
    }
}

impl Tx {
    /// The newest closed chats that fit; of the queues and hands of `agent`, or all for `None`. Those that were closed in the
    /// same moment as the last of a page come with it, so that none falls between two pages.
    pub(crate) async fn closed_chats(
        &mut self,
        agent: Option<AgentId>,
        filter: &HistoryFilter,
        most: i64,
    ) -> Result<Vec<PastChat>, Failure> {
        let before = filter.before.unwrap_or(Timestamp(i64::MAX));
        let mut page = self.closed_between(agent, filter, (Timestamp(i64::MIN), before), most).await?;
        if let Some(last) = page.last().map(|past| past.closed_at).filter(|_| page.len() as i64 == most) {
            page.retain(|past| past.closed_at != last);
            page.extend(self.closed_between(agent, filter, (last, Timestamp(last.0 + 1)), TIES).await?);
        }
        Ok(page)
    }

    async fn closed_between(
        &mut self,
        agent: Option<AgentId>,
        filter: &HistoryFilter,
        (from, before): (Timestamp, Timestamp),
        most: i64,
    ) -> Result<Vec<PastChat>, Failure> {
        let like = (!filter.search.is_empty())
            .then(|| format!("%{}%", filter.search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
        let rows: Vec<Row> = on!(self, c => sqlx::query_as(concat!(
            "select ", super::conversation::columns!(), ", u.email, u.company, q.service, s.name as site_name, \
             c.answered_by, c.answered_name, c.joined_at, c.note \
             from conversation c join customer u on u.id = c.customer join queue q on q.id = c.queue join site s on s.id = c.site \
             where c.status = 'closed' and c.since < $1 and ($2 is null or c.queue = $2) and ($3 is null or c.answered_by = $3) \
             and ($4 is null or c.outcome = $4) \
             and ($5 is null or lower(c.customer_name) like $5 escape '\\' or lower(coalesce(u.email, '')) like $5 escape '\\' \
             or lower(coalesce(u.company, '')) like $5 escape '\\' or lower(c.words) like $5 escape '\\') \
             and ($6 is null or c.answered_by = $6 or exists (select 1 from queue_member m where m.queue = c.queue and m.agent = $6)) \
             and c.since >= $8 order by c.since desc, c.id limit $7"
        ))
        .bind(before.0).bind(filter.queue.map(QueueId::uuid))
        .bind(filter.agent.map(AgentId::uuid)).bind(filter.outcome.map(Outcome::word)).bind(like).bind(agent.map(AgentId::uuid)).bind(most).bind(from.0)
        .fetch_all(c).await)?;
        rows.into_iter().map(Row::into_past).collect()
    }

    /// What was done about a chat that was closed with a note.
    pub(crate) async fn set_closing_note(&mut self, chat: ConversationId, note: &str) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update conversation set note = $2 where id = $1").bind(chat.uuid()).bind(note).execute(c).await.map(|_| ()))?;
        Ok(())
    }
}
