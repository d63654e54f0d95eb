//! Typed identifiers: UUIDs in the database, `chat_…`, `agt_…` on the wire and in logs.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the form {prefix}_…")]
pub struct NotAnId {
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;
            pub const fn new(uuid: Uuid) -> Self { Self(uuid) }
            pub const fn uuid(self) -> Uuid { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text, $prefix).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, NotAnId> {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .filter(|rest| rest.len() == 32)
        .and_then(|rest| Uuid::try_parse(rest).ok())
        .ok_or(NotAnId { prefix })
}

ids! {
    /// One conversation of a customer with the desk.
    ConversationId = "chat";
    /// A person who answers.
    AgentId = "agt";
    /// A person who asks.
    CustomerId = "cus";
    /// A queue ("service" towards the customer).
    QueueId = "que";
    /// A place where the widget is embedded.
    SiteId = "site";
    /// A chat held out to one agent until a deadline.
    OfferId = "off";
    /// A numbered record of a request.
    TicketId = "tkt";
    /// A sign-in of an agent on one device.
    SessionId = "ses";
    /// One browser tab (console or widget): a new socket with the same instance fences the old one.
    InstanceId = "tab";
    /// A file kept with a ticket.
    FileId = "file";
    /// A set of office hours.
    HoursId = "hrs";
    /// Something that an agent can do and a chat may need.
    SkillId = "skl";
    /// The life of a stream's numbering; changes when a backup is restored.
    Epoch = "ep";
}

/// The random 128-bit name that a client gives its own message before the first attempt to send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKey(pub Uuid);

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl FromStr for ClientKey {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).map(Self).map_err(|_| NotAnId { prefix: "client" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_wrote_and_nothing_else() {
        let id = ConversationId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(serde_json::from_str::<ConversationId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        for wrong in ["", "chat_", "agt_00000000000000000000000000000007", "chat_zz", "00000000000000000000000000000007"] {
            assert!(wrong.parse::<ConversationId>().is_err(), "{wrong}");
        }
    }
}
