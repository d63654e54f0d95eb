//! Tickets: numbered records with the chat that led to them.

use crate::{
    ids::{AgentId, ConversationId, FileId, QueueId, TicketId},
    message::{one_line, plain_text},
    time::Timestamp,
    transcript::Line,
};
use serde::{Deserialize, Serialize};

pub const MAX_SUBJECT: usize = 200;
pub const MAX_DESCRIPTION: usize = 20_000;

/// What an agent fills in when a chat ends in a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketDraft {
    pub subject: String,
    pub description: String,
    pub requester_name: String,
    pub requester_email: Option<String>,
    pub priority: Priority,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub const ALL: [Priority; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.word() == word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    #[default]
    Open,
    Closed,
}

impl TicketStatus {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Open, Self::Closed].into_iter().find(|s| s.word() == word)
    }
}

/// Which field of a form is wrong, and why, as text keys (`ticket.problem.…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    pub field: &'static str,
    pub why: &'static str,
}

impl TicketDraft {
    /// Trimmed and within bounds, or the first field that is not.
    pub fn parse(self) -> Result<Self, FieldProblem> {
        let subject = one_line(&self.subject);
        let problem = |field, why| Err(FieldProblem { field, why });
        if subject.is_empty() {
            return problem("subject", "problem.required");
        }
        if subject.chars().count() > MAX_SUBJECT {
            return problem("subject", "problem.too_long");
        }
        let description = plain_text(&self.description);
        if description.chars().count() > MAX_DESCRIPTION {
            return problem("description", "problem.too_long");
        }
        let requester_name = one_line(&self.requester_name);
        if requester_name.is_empty() {
            return problem("requester_name", "problem.required");
        }
        if requester_name.chars().count() > MAX_SUBJECT {
            return problem("requester_name", "problem.too_long");
        }
        let requester_email = match self.requester_email.as_deref().map(str::trim).filter(|e| !e.is_empty()) {
            Some(text) => match parse_email(text) {
                Some(email) => Some(email),
                None => return problem("requester_email", "problem.email"),
            },
            None => None,
        };
        Ok(Self { subject, description, requester_name, requester_email, priority: self.priority })
    }
}

/// An address of the form `name@host.tld`, lower-cased; no more is promised than that a mail could be tried.
pub fn parse_email(text: &str) -> Option<String> {
    let text = text.trim();
    let (name, host) = text.rsplit_once('@')?;
    let fine = !name.is_empty()
        && text.len() <= 254
        && host.contains('.')
        && host.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"(),;:\\[]".contains(c))
        && !name.contains('@');
    fine.then(|| text.to_lowercase())
}

/// A row of the list of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSummary {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub requester_name: String,
    pub requester_email: Option<String>,
    pub status: TicketStatus,
    pub priority: Priority,
    pub queue: QueueId,
    pub queue_name: String,
    pub assignee: Option<String>,
    pub created_at: Timestamp,
}

/// A ticket with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketView {
    #[serde(flatten)]
    pub summary: TicketSummary,
    pub description: String,
    pub conversation: Option<ConversationId>,
    pub notes: Vec<TicketNote>,
    pub files: Vec<TicketFile>,
    /// The conversation as the organisation sees it.
    pub transcript: Vec<Line>,
}

/// An internal note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketNote {
    pub author: String,
    pub author_id: AgentId,
    pub text: String,
    pub ts: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFile {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size_bytes: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_which_field_is_wrong() {
        let fine = TicketDraft {
            subject: " Black  canopies ".into(),
            description: String::new(),
            requester_name: "Priya".into(),
            requester_email: Some(" Priya@Raman.example ".into()),
            priority: Priority::Normal,
        };
        let parsed = fine.clone().parse().unwrap();
        assert_eq!((parsed.subject.as_str(), parsed.requester_email.as_deref()), ("Black canopies", Some("priya@raman.example")));
        for (draft, field) in [
            (TicketDraft { subject: " ".into(), ..fine.clone() }, "subject"),
            (TicketDraft { subject: "x".repeat(201), ..fine.clone() }, "subject"),
            (TicketDraft { requester_name: String::new(), ..fine.clone() }, "requester_name"),
            (TicketDraft { requester_email: Some("nobody".into()), ..fine.clone() }, "requester_email"),
        ] {
            assert_eq!(draft.parse().unwrap_err().field, field);
        }
    }

    #[test]
    fn addresses_look_like_addresses() {
        for good in ["a@b.example", "ä.ö@büro.example", "first+tag@x.co"] {
            assert!(parse_email(good).is_some(), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.example", "a@b..c", "a b@c.example", "a@b.example\r\nBcc: x@y.z", "a@@b.example", "<a@b.example>"] {
            assert_eq!(parse_email(bad), None, "{bad}");
        }
    }
}
