//! The log of all conversations as the database has it.

use crate::{Audience, Eyes, see};
use serde_json::Value;
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub conversation: Uuid,
    pub seq: u64,
    pub pub_seq: Option<u64>,
    pub audience: Audience,
    pub kind: String,
    pub sender: String,
    pub client_id: Option<Uuid>,
    /// What somebody wrote, where somebody wrote something.
    pub text: Option<String>,
    pub ts: i64,
}

/// All events, by conversation and number.
#[derive(Debug, Clone, Default)]
pub struct Log {
    pub rows: Vec<Row>,
}

#[derive(FromRow)]
struct Raw {
    conversation: Uuid,
    seq: i64,
    pub_seq: Option<i64>,
    audience: String,
    kind: String,
    sender: String,
    client_id: Option<Uuid>,
    payload: String,
    ts: i64,
}

impl Log {
    /// Reads everything; fails only where the database cannot be asked.
    pub async fn read(eyes: &Eyes) -> sqlx::Result<Self> {
        let sql = "select conversation, seq, pub_seq, audience, kind, sender, client_id, cast(payload as text) as payload, ts \
                   from event order by conversation, seq";
        let raw: Vec<Raw> = see!(eyes, c => sqlx::query_as(sql).fetch_all(c).await)?;
        Ok(Self { rows: raw.into_iter().map(Row::from).collect() })
    }

    /// What people wrote: events that a client named.
    pub fn written(&self) -> impl Iterator<Item = (Uuid, &Row)> {
        self.rows.iter().filter_map(|row| Some((row.client_id?, row)))
    }

    /// Rows by the key that a client gave them. More than one a key is a finding.
    pub fn by_key(&self) -> HashMap<Uuid, Vec<&Row>> {
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (key, row) in self.written() {
            found.entry(key).or_default().push(row);
        }
        found
    }
}

impl From<Raw> for Row {
    fn from(raw: Raw) -> Self {
        Self {
            conversation: raw.conversation,
            seq: number(raw.seq),
            pub_seq: raw.pub_seq.map(number),
            audience: if raw.audience == "public" { Audience::Public } else { Audience::Internal },
            kind: raw.kind,
            sender: raw.sender,
            client_id: raw.client_id,
            text: text(&raw.payload),
            ts: raw.ts,
        }
    }
}

/// A number that cannot be one is shown as the largest: no client has ever been given it.
fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(u64::MAX)
}

fn text(payload: &str) -> Option<String> {
    let payload: Value = serde_json::from_str(payload).ok()?;
    Some(payload.get("body")?.get("text")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_text_is_found_where_there_is_one() {
        assert_eq!(text(r#"{"audience":"public","body":{"kind":"message","text":"Hello?"}}"#), Some("Hello?".into()));
        assert_eq!(text(r#"{"audience":"public","body":{"kind":"resumed"}}"#), None);
        assert_eq!(text("{"), None);
    }
}
