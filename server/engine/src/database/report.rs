//! What reports are counted from: the steps of chats, and what agents wished when.

use super::{Tx, conversation::unsigned, on, person::wish_of};
use crate::failure::Failure;
use domain::{
    event::EventBody,
    ids::{AgentId, ConversationId},
    presence::Wish,
    report::{Logged, Step},
    time::Timestamp,
};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct StepRow {
    conversation: Uuid,
    seq: i64,
    sender: String,
    payload: Json<EventBody>,
    ts: i64,
    reply_at: Option<i64>,
}

/// How many names are asked for by one statement.
const NAMES: usize = 500;

impl Tx {
    /// Writes down what an agent wishes from now on.
    pub(super) async fn log_wish(&mut self, id: AgentId, wish: &Wish, set_by: Option<AgentId>, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into agent_log (agent, at, wish, reason, set_by) values ($1, $2, $3, $4, $5) on conflict (agent, at) do update set \
             wish = excluded.wish, reason = excluded.reason, set_by = excluded.set_by"
        ).bind(id.uuid()).bind(now.0).bind(wish.word()).bind(wish.reason()).bind(set_by.map(AgentId::uuid)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// All steps of the chats in which something happened between two moments, or which somebody has; chat by chat.
    ///
    /// `cross join` keeps SQLite from walking through the whole log in its order.
    pub(crate) async fn steps(&mut self, from: Timestamp, to: Timestamp) -> Result<Vec<(ConversationId, Vec<Step>)>, Failure> {
        let rows: Vec<StepRow> = on!(self, c => sqlx::query_as(
            "with touched as (\
             select conversation from event where ts >= $1 and ts < $2 and kind not in ('message', 'delivered', 'read', 'note') \
             union select id from conversation where agent is not null) \
             select e.conversation, e.seq, e.sender, e.payload, e.ts, \
             case when e.kind in ('joined', 'taken_over') then (select m.ts from event m where m.conversation = e.conversation and m.seq > e.seq \
             and m.kind = 'message' and m.sender like 'agt%' order by m.seq limit 1) end as reply_at \
             from touched t cross join event e \
             where e.conversation = t.conversation and e.kind not in ('message', 'delivered', 'read', 'note') order by e.conversation, e.seq"
        ).bind(from.0).bind(to.0).fetch_all(c).await)?;
        let mut chats: Vec<(ConversationId, Vec<Step>)> = Vec::new();
        for row in rows {
            let id = ConversationId::new(row.conversation);
            if chats.last().is_none_or(|(last, _)| *last != id) {
                chats.push((id, Vec::new()));
            }
            if let Some((_, steps)) = chats.last_mut() {
                steps.push(Step {
                    seq: unsigned(row.seq),
                    at: Timestamp(row.ts),
                    by: row.sender.parse().ok(),
                    body: row.payload.0,
                    reply_at: row.reply_at.map(Timestamp),
                });
            }
        }
        Ok(chats)
    }

    /// What agents wished between two moments, and before: sorted by agent and time.
    pub(crate) async fn wishes(&mut self, from: Timestamp, to: Timestamp) -> Result<Vec<Logged>, Failure> {
        let rows: Vec<(Uuid, i64, String, Option<String>)> = on!(self, c => sqlx::query_as(
            "select l.agent, l.at, l.wish, l.reason from agent_log l where l.at < $2 and l.at >= \
             coalesce((select max(b.at) from agent_log b where b.agent = l.agent and b.at <= $1), $1) order by l.agent, l.at"
        ).bind(from.0).bind(to.0).fetch_all(c).await)?;
        rows.into_iter()
            .map(|(agent, at, wish, reason)| {
                Ok(Logged { agent: AgentId::new(agent), at: Timestamp(at), wish: wish_of(agent, &wish, reason)? })
            })
            .collect()
    }

    /// The customers of these chats, and their first words.
    pub(crate) async fn names_of(&mut self, chats: &[ConversationId]) -> Result<HashMap<ConversationId, (String, String)>, Failure> {
        let mut names = HashMap::with_capacity(chats.len());
        for part in chats.chunks(NAMES) {
            let rows: Vec<(Uuid, String, String)> = on!(self, c => {
                let mut query = sqlx::QueryBuilder::<Driver>::new("select id, customer_name, words from conversation where id in (");
                let mut list = query.separated(", ");
                for chat in part {
                    list.push_bind(chat.uuid());
                }
                query.push(")");
                query.build_query_as().fetch_all(c).await
            })?;
            names.extend(rows.into_iter().map(|(id, name, words)| (ConversationId::new(id), (name, words))));
        }
        Ok(names)
    }
}
