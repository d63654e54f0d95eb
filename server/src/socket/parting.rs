//! The end of a socket: what it held is let go, and the browser is told why.

use super::{
    pace::until,
    streams::End,
    wire::{Code, Wire, retry_ms},
};
use crate::web::Web;
use domain::{presence::CLEAN_CLOSE_GRACE, time::Timestamp};
use engine::{
    database::Left,
    failure::Failure,
    live::{Inbox, Item},
};
use serde::Serialize;

/// What an audience is told at the end.
pub struct LastWords<W> {
    pub fenced: W,
    pub signed_out: W,
    pub bye: fn(retry_ms: u64) -> W,
}

/// Waits for the browser of a connection that broke, as long as its lease would outlive a clean close: mostly it is back in a
/// moment, holds the lease on, and nothing need be written. Gives the end as it turned out.
pub async fn wait_for_return(web: &Web, inbox: &Inbox, left_at: Timestamp) -> End {
    let word = async {
        loop {
            match inbox.next().await {
                Item::Fenced => return End::Fenced,
                Item::SignedOut => return End::SignedOut,
                Item::Closing => return End::Closing,
                Item::Chat(..) | Item::Agent(..) | Item::Queue(..) | Item::Board(..) | Item::Pulse(..) => {}
                Item::Behind(..) | Item::Recheck | Item::Lagged => {}
            }
        }
    };
    tokio::select! {
        end = word => end,
        () = web.closing().cancelled() => End::Closing,
        () = until(&web.services().clock, left_at + CLEAN_CLOSE_GRACE) => End::Broken,
    }
}

/// The end as it turned out, and the lease that is to be given up.
///
/// A node that stops leaves the lease to the browser, which comes back within it. One that was fenced has a successor,
/// whose lease it is now.
pub fn let_go(inbox: &Inbox, end: End, left_at: Timestamp) -> (End, Option<Left>) {
    // It may have been fenced in the moment in which it left.
    let end = if let Some(Item::Fenced) = inbox.take() { End::Fenced } else { end };
    if matches!(end, End::Closing | End::Fenced) {
        return (end, None);
    }
    (end, inbox.take_lease().map(|renewed_at| Left { renewed_at, left_at }))
}

/// Notes that a lease could not be given up.
pub fn note(released: Result<(), Failure>) {
    if let Err(failure) = released {
        tracing::warn!(error = %failure, "A lease was not released; it runs out by itself.");
    }
}

/// Says why, and closes.
pub async fn say_goodbye<W: Serialize>(mut wire: Wire, end: End, words: LastWords<W>) {
    let LastWords { fenced, signed_out, bye } = words;
    let (word, code, reason) = match end {
        End::Left | End::Broken => return,
        End::Silent => (None, Code::Done, "silent"),
        End::Fenced => (Some(fenced), Code::Done, "fenced"),
        End::SignedOut => (Some(signed_out), Code::Policy, "signed out"),
        End::Closing => (Some(bye(retry_ms())), Code::Restart, "closing"),
        End::Failed => (None, Code::Restart, "failed"),
    };
    if let Some(word) = word
        && wire.say(&word).await.is_err()
    {
        return;
    }
    wire.close(code, reason).await;
}
