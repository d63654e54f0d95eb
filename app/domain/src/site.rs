//! Sites: places where the widget is embedded.

use crate::ids::{QueueId, SiteId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub id: SiteId,
    /// The public name of the site in `/w/KEY.js` and `/widget/KEY`: 3 to 40 of `a-z`, `0-9`, `-`.
    pub key: String,
    pub name: String,
    pub queue: QueueId,
    /// Origins (`https://shop.example`) that may frame the widget.
    pub origins: Vec<String>,
    pub look: Look,
}

/// How the widget greets. Colours are derived from `brand` when the site is saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// `#rrggbb`
    pub brand: String,
    pub greeting: Option<String>,
    pub promise: Option<String>,
    /// Initials of a few people who answer, for the avatars above the greeting.
    #[serde(default)]
    pub faces: Vec<String>,
}

/// `https://shop.example` or `http://localhost:3000`: scheme, host and port, lower case, nothing else.
pub fn parse_origin(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (host, Some(port)),
        _ => (rest, None),
    };
    let host_is_fine = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.[]:".contains(&b));
    let port_is_fine = port.is_none_or(|p| p.parse::<u16>().is_ok_and(|p| p > 0));
    (host_is_fine && port_is_fine).then_some(text)
}

/// The key of a site as it stands in addresses.
pub fn is_site_key(text: &str) -> bool {
    (3..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_scheme_host_port() {
        for good in ["https://shop.example", "http://localhost:3000", "HTTPS://Shop.Example", "http://[::1]:80"] {
            assert!(parse_origin(good).is_some(), "{good}");
        }
        for bad in [
            "shop.example",
            "https://",
            "https://a.example/x",
            "https://a b",
            "javascript://x",
            "https://a.example;",
            "http://a:99999",
            "*",
        ] {
            assert_eq!(parse_origin(bad), None, "{bad}");
        }
    }
}
