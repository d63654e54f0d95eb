//! The frame's way to the host's page: the loader's port, which the page's first script takes (`page/boot.js`) before
//! this bundle is here. Neither message text nor drafts ever go through it.

use serde::{Deserialize, Serialize};

#[cfg(feature = "hydrate")]
#[path = "port/browser.rs"]
mod platform;
#[cfg(not(feature = "hydrate"))]
#[path = "port/server.rs"]
mod platform;

pub use platform::{is_framed, listen, tell};

/// The version of these messages; others are ignored on both sides.
pub const VERSION: u32 = 1;

/// What the loader says. What is unknown is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum FromHost {
    /// A new port is there; said again after each load and each new port.
    Init { token: Option<String>, open: bool },
    /// The panel was opened or closed.
    Open { open: bool },
}

impl FromHost {
    pub fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

/// What the frame says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ToHost {
    /// Keep this token. An ended chat needs no hidden frame at the next page.
    Token {
        token: String,
        ended: bool,
    },
    /// Forget the token.
    Left,
    Unread {
        count: usize,
    },
    /// An agent has written while the panel was closed; the name only.
    News {
        from: String,
    },
    Close,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_understood_and_what_is_unknown_is_not() {
        let init = r#"{"v":1,"t":"init","token":"abc","open":true,"dark":false,"full":false,"top":0}"#;
        assert_eq!(FromHost::parse(init), Some(FromHost::Init { token: Some("abc".into()), open: true }));
        assert_eq!(FromHost::parse(r#"{"v":1,"t":"init","token":null,"open":false}"#), Some(FromHost::Init { token: None, open: false }));
        assert_eq!(FromHost::parse(r#"{"v":1,"t":"open","open":false}"#), Some(FromHost::Open { open: false }));
        for unknown in [r#"{"v":1,"t":"view","full":true}"#, "{}", "null", "x"] {
            assert_eq!(FromHost::parse(unknown), None);
        }
    }

    #[test]
    fn what_the_frame_says_is_flat() {
        let said = |message: ToHost| serde_json::to_string(&message).unwrap();
        assert_eq!(said(ToHost::Unread { count: 2 }), r#"{"t":"unread","count":2}"#);
        assert_eq!(said(ToHost::Left), r#"{"t":"left"}"#);
    }
}
