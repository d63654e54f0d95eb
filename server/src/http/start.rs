//! The signed `start` of a widget page: what makes posting its form twice the same chat.
//!
//! Nothing is stored for a page that is only looked at. The page carries the site, the host page's origin and 128 random
//! bits under a signature that holds for a day; those bits become the client id of the first message.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::time::{Millis, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// How long a page that was opened can still start a chat.
pub const GOOD_FOR: Millis = Millis::minutes(24 * 60);

/// What a start says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    #[serde(rename = "s")]
    pub site_key: String,
    /// Origin of the page around the widget.
    #[serde(rename = "h")]
    pub host: Option<String>,
    #[serde(rename = "b")]
    pub bits: Uuid,
    #[serde(rename = "t")]
    pub issued_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadStart {
    /// Not signed here, or for another site.
    Forged,
    Expired,
}

/// Signs starts and reads them back.
pub struct Starts(Hmac<Sha256>);

impl Starts {
    /// The key is derived, so that nothing else signed with `secret` can pass for a start.
    pub fn new(secret: &[u8; 32]) -> Self {
        let derived = mac(secret).chain_update(b"deskbell widget start v1").finalize().into_bytes();
        Self(mac(&derived.into()))
    }

    pub fn sign(&self, start: &Start) -> String {
        let payload = serde_json::to_vec(start).unwrap_or_default();
        let signature = self.0.clone().chain_update(&payload).finalize().into_bytes();
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(&payload), BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// The start in `text`, if it was signed here for this site not longer ago than [`GOOD_FOR`].
    pub fn verify(&self, text: &str, site_key: &str, now: Timestamp) -> Result<Start, BadStart> {
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| BadStart::Forged);
        let (payload, signature) = text.split_once('.').ok_or(BadStart::Forged)?;
        let (payload, signature) = (decode(payload)?, decode(signature)?);
        self.0.clone().chain_update(&payload).verify_slice(&signature).map_err(|_| BadStart::Forged)?;
        let start: Start = serde_json::from_slice(&payload).map_err(|_| BadStart::Forged)?;
        if start.site_key != site_key {
            return Err(BadStart::Forged);
        }
        if now > start.issued_at + GOOD_FOR {
            return Err(BadStart::Expired);
        }
        Ok(start)
    }
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    // Shorter keys count as filled up with zeros to a block; done here, nothing can fail.
    let mut block = [0u8; 64];
    block[..32].copy_from_slice(key);
    KeyInit::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_reads_back_until_it_is_a_day_old_and_only_for_its_site() {
        let starts = Starts::new(&[7; 32]);
        let start = Start {
            site_key: "shop".into(),
            host: Some("https://shop.example".into()),
            bits: Uuid::from_u128(5),
            issued_at: Timestamp(1_000),
        };
        let text = starts.sign(&start);
        assert_eq!(starts.verify(&text, "shop", Timestamp(1_000) + GOOD_FOR), Ok(start));
        assert_eq!(starts.verify(&text, "shop", Timestamp(1_001) + GOOD_FOR), Err(BadStart::Expired));
        assert_eq!(starts.verify(&text, "other", Timestamp(1_000)), Err(BadStart::Forged));
        assert_eq!(Starts::new(&[8; 32]).verify(&text, "shop", Timestamp(1_000)), Err(BadStart::Forged));
        for wrong in ["", ".", "a.b", &text[1..], &text[..text.len() - 2]] {
            assert_eq!(starts.verify(wrong, "shop", Timestamp(1_000)), Err(BadStart::Forged), "{wrong}");
        }
    }
}
