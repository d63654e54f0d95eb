//! How often somebody may do something: counted on this node, in memory.

use crate::config::Config;
use domain::ids::CustomerId;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _, clock::DefaultClock};
use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Too often: come back after this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    pub after: Duration,
}

/// At most so many a minute for each key.
pub struct PerMinute<K: Hash + Eq + Clone>(DefaultKeyedRateLimiter<K>);

impl<K: Hash + Eq + Clone> PerMinute<K> {
    fn new(count: u32) -> Self {
        Self(RateLimiter::keyed(Quota::per_minute(at_least_one(count))))
    }
    pub fn check(&self, key: &K) -> Result<(), TooMany> {
        self.0.check_key(key).map_err(|not_until| TooMany { after: not_until.wait_time_from(DefaultClock::default().now()) })
    }
    fn forget_idle(&self) {
        self.0.retain_recent();
        self.0.shrink_to_fit();
    }
}

pub fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

pub struct Limits {
    pub sign_ins_per_address: PerMinute<IpAddr>,
    pub sign_ins_per_email: PerMinute<(String, IpAddr)>,
    pub sign_ins_per_email_anywhere: PerMinute<String>,
    pub signed_in_before: SignedInBefore,
    pub starts_per_address: PerMinute<IpAddr>,
    pub messages: PerMinute<CustomerId>,
    /// The chat as a whole, over all ways of asking for it.
    pub reads: PerMinute<CustomerId>,
    /// How far messages have come: at most one news a second, and as many as there may be messages.
    pub marks: PerMinute<CustomerId>,
}

impl Limits {
    pub fn new(config: &Config) -> Self {
        Self {
            sign_ins_per_address: PerMinute::new(config.sign_ins_per_address),
            sign_ins_per_email: PerMinute::new(config.sign_ins_per_email),
            sign_ins_per_email_anywhere: PerMinute::new(config.sign_ins_per_email_anywhere),
            signed_in_before: SignedInBefore::default(),
            starts_per_address: PerMinute::new(config.starts_per_address),
            messages: PerMinute::new(config.messages_per_minute),
            reads: PerMinute::new(config.reads_per_minute),
            marks: PerMinute::new(config.messages_per_minute.max(60)),
        }
    }

    /// Somebody at `network` tries to sign in with `email`. Strangers use up what strangers have: whoever is where that
    /// address has signed in before is held back by their own attempts only.
    pub fn sign_in(&self, email: &str, network: IpAddr) -> Result<(), TooMany> {
        let who = (email.to_owned(), network);
        self.sign_ins_per_address.check(&network)?;
        self.sign_ins_per_email.check(&who)?;
        if self.signed_in_before.holds(&who) { Ok(()) } else { self.sign_ins_per_email_anywhere.check(&who.0) }
    }

    /// Drops what is known of those who have been quiet, so that memory follows the traffic of a minute.
    pub fn forget_idle(&self) {
        self.sign_ins_per_address.forget_idle();
        self.sign_ins_per_email.forget_idle();
        self.sign_ins_per_email_anywhere.forget_idle();
        self.starts_per_address.forget_idle();
        self.messages.forget_idle();
        self.reads.forget_idle();
        self.marks.forget_idle();
    }
}

/// From where which e-mail addresses have signed in, since this process began.
#[derive(Default)]
pub struct SignedInBefore(Mutex<HashSet<(String, IpAddr)>>);

impl SignedInBefore {
    /// More than a desk has; beyond it all are strangers again.
    const MOST: usize = 10_000;

    pub fn add(&self, email: String, network: IpAddr) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert((email, network));
    }
    fn holds(&self, who: &(String, IpAddr)) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(who)
    }
}

/// How many of something each key holds open.
#[derive(Clone, Default)]
pub struct Open(Arc<Mutex<HashMap<String, usize>>>);

/// Counts as one until dropped.
pub struct OpenGuard {
    open: Open,
    key: String,
}

impl Open {
    /// One more for `key`, unless there are `most` already.
    pub fn take(&self, key: String, most: usize) -> Option<OpenGuard> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(OpenGuard { open: self.clone(), key })
    }
    pub fn total(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for OpenGuard {
    fn drop(&mut self) {
        let mut counts = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_running_dry_leaves_others_alone() {
        let limit = PerMinute::new(2);
        assert!(limit.check(&"a").is_ok() && limit.check(&"a").is_ok());
        let refused = limit.check(&"a").unwrap_err();
        assert!(refused.after <= Duration::from_secs(60), "{refused:?}");
        limit.check(&"b").unwrap();
    }

    #[test]
    fn what_is_dropped_counts_no_more() {
        let open = Open::default();
        let first = open.take("x".into(), 1).unwrap();
        assert!(open.take("x".into(), 1).is_none());
        drop(first);
        assert!(open.take("x".into(), 1).is_some());
        assert_eq!(open.total(), 0);
    }
}
