//! The frames of the live stream: JSON texts over a WebSocket, subprotocol `deskbell.v1`.
//!
//! Two families: what a widget can receive has no variant that could carry an internal event.

use crate::{
    board::Board,
    desk::{AgentEvent, AgentState, Numbered, QueueEvent, QueueState},
    event::{Event, PublicEvent, Pulse},
    ids::{AgentId, ConversationId, Epoch, InstanceId, QueueId},
    state::ChatState,
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

pub const SUBPROTOCOL: &str = "deskbell.v1";
/// How often the server sends its heads.
pub const HEARTBEAT_SECONDS: u64 = 25;
/// A gap of more events than this is answered with a snapshot.
pub const LONGEST_DELTA: u64 = 1_000;

/// A stream that can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stream {
    /// `chat/{id}/public`: the customer's side of a conversation.
    ChatPublic(ConversationId),
    /// `chat/{id}/internal`: all of a conversation.
    ChatInternal(ConversationId),
    /// `agent/{id}`: offers, own chats, own state.
    Agent(AgentId),
    /// `queue/{id}`: the session manager.
    Queue(QueueId),
    /// `board`: the wallboard. It has no numbers: each frame is all of it.
    Board,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::ChatPublic(id) => write!(f, "chat/{id}/public"),
            Stream::ChatInternal(id) => write!(f, "chat/{id}/internal"),
            Stream::Agent(id) => write!(f, "agent/{id}"),
            Stream::Queue(id) => write!(f, "queue/{id}"),
            Stream::Board => f.write_str("board"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a stream")]
pub struct NotAStream;

impl FromStr for Stream {
    type Err = NotAStream;
    fn from_str(text: &str) -> Result<Self, NotAStream> {
        let mut parts = text.split('/');
        let found = match (parts.next(), parts.next(), parts.next()) {
            (Some("chat"), Some(id), Some("public")) => Stream::ChatPublic(id.parse().map_err(|_| NotAStream)?),
            (Some("chat"), Some(id), Some("internal")) => Stream::ChatInternal(id.parse().map_err(|_| NotAStream)?),
            (Some("agent"), Some(id), None) => Stream::Agent(id.parse().map_err(|_| NotAStream)?),
            (Some("queue"), Some(id), None) => Stream::Queue(id.parse().map_err(|_| NotAStream)?),
            (Some("board"), None, None) => Stream::Board,
            _ => return Err(NotAStream),
        };
        if parts.next().is_some() { Err(NotAStream) } else { Ok(found) }
    }
}

impl Serialize for Stream {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stream {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

/// Where a client stands in a stream; `seq` 0 with any epoch means "from the beginning".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub epoch: Option<Epoch>,
    pub seq: u64,
}

/// What a console says over its socket. Nothing that must not be lost travels here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ConsoleSays {
    /// First frame. A new socket with the same instance fences the old one.
    Hello {
        instance: InstanceId,
    },
    /// Follow a stream from a cursor; said again after a gap it fetches what is missing.
    Follow {
        stream: Stream,
        cursor: Cursor,
    },
    Unfollow {
        stream: Stream,
    },
    Typing {
        conversation: ConversationId,
    },
    /// Somebody is in front of this browser; said at most every half a minute.
    Input,
    /// Answered with `pong`: is this socket alive?
    Ping,
}

/// What the server says to a console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ConsoleHears {
    Welcome {
        epoch: Epoch,
        now: Timestamp,
    },
    ChatSnapshot {
        stream: Stream,
        epoch: Epoch,
        state: Box<ChatState>,
    },
    AgentSnapshot {
        stream: Stream,
        epoch: Epoch,
        state: Box<AgentState>,
    },
    QueueSnapshot {
        stream: Stream,
        epoch: Epoch,
        state: Box<QueueState>,
    },
    ChatEvent {
        stream: Stream,
        event: Event,
    },
    AgentEvent {
        stream: Stream,
        event: Numbered<AgentEvent>,
    },
    QueueEvent {
        stream: Stream,
        event: Numbered<QueueEvent>,
    },
    /// The whole wallboard, at most once a second.
    Board {
        board: Box<Board>,
    },
    CaughtUp {
        stream: Stream,
        head: u64,
    },
    Heartbeat {
        now: Timestamp,
        heads: Vec<(Stream, u64)>,
    },
    Pulse {
        stream: Stream,
        pulse: Pulse,
    },
    /// This stream may not be followed (any more).
    Gone {
        stream: Stream,
    },
    Pong {
        now: Timestamp,
    },
    /// Another socket took this instance's place: do not come back.
    Fenced,
    /// The server goes away: come back after this long.
    Bye {
        retry_ms: u64,
    },
    /// The sign-in is over.
    SignedOut,
}

/// What a widget says over its socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum WidgetSays {
    /// First frame, within five seconds; the server says nothing before it.
    Hello {
        token: String,
        instance: InstanceId,
        cursor: Cursor,
    },
    /// After a gap: fetch from here.
    Pull {
        cursor: Cursor,
    },
    Typing,
    Ping,
}

/// What the server says to a widget, about the one conversation of its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum WidgetHears {
    Welcome {
        epoch: Epoch,
        now: Timestamp,
    },
    Snapshot {
        epoch: Epoch,
        state: Box<ChatState>,
    },
    Event {
        event: PublicEvent,
    },
    CaughtUp {
        head: u64,
    },
    Heartbeat {
        now: Timestamp,
        head: u64,
    },
    Pulse {
        pulse: Pulse,
    },
    Pong {
        now: Timestamp,
    },
    Fenced,
    Bye {
        retry_ms: u64,
    },
    /// The token is unknown or over: forget it.
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stream_names_read_back() {
        let chat = ConversationId::new(uuid::Uuid::from_u128(3));
        for stream in [Stream::ChatPublic(chat), Stream::ChatInternal(chat), Stream::Agent(AgentId::new(uuid::Uuid::nil())), Stream::Board]
        {
            assert_eq!(stream.to_string().parse(), Ok(stream));
        }
        for wrong in ["chat", "chat/x/public", "queue/chat_00000000000000000000000000000003", "agent/a/b/c", "board/x"] {
            assert_eq!(wrong.parse::<Stream>(), Err(NotAStream), "{wrong}");
        }
    }
}
