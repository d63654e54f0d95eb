//! The end of a socket: what it held is let go, and the browser is told why.

use super::{
    streams::End,
    wire::{Code, Wire, retry_ms},
};
use engine::{
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

/// Lets go of the lease, unless it is to last. Gives the end as it turned out.
///
/// A node that stops leaves the lease to the browser, which comes back within it. One that was fenced has a successor,
/// whose lease it is now.
pub async fn let_go(inbox: &Inbox, end: End, release: impl Future<Output = Result<(), Failure>>) -> End {
    // It may have been fenced in the moment in which it left.
    let end = if let Some(Item::Fenced) = inbox.take() { End::Fenced } else { end };
    if !matches!(end, End::Closing | End::Fenced)
        && let Err(failure) = release.await
    {
        tracing::warn!(error = %failure, "A lease was not released; it runs out by itself.");
    }
    end
}

/// Says why, and closes.
pub async fn say_goodbye<W: Serialize>(mut wire: Wire, end: End, words: LastWords<W>) {
    let LastWords { fenced, signed_out, bye } = words;
    let (word, code, reason) = match end {
        End::Left => return,
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
