//! Which streams a socket follows, and how far it has been told of each.

use super::wire::Gone;
use domain::{
    ids::Epoch,
    live::{Cursor, Stream},
};
use engine::{
    caller::Caller,
    failure::Failure,
    live::Inbox,
    services::{CatchUp, Services},
};
use std::{collections::BTreeMap, sync::Arc};

/// The most streams that one socket may follow.
const MOST_STREAMS: usize = 200;

/// What is to be done with a live event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is the next one: send it.
    Send,
    /// Known already, or of a stream that is not followed.
    Drop,
    /// Something before it is missing: read the stream.
    Resync,
}

/// The numbers sent so far.
pub struct Followed {
    services: Services,
    caller: Caller,
    inbox: Arc<Inbox>,
    sent: BTreeMap<Stream, At>,
    audience: &'static str,
}

#[derive(Debug, Clone, Copy)]
struct At {
    epoch: Epoch,
    seq: u64,
}

impl Followed {
    pub fn new(services: Services, caller: Caller, inbox: Arc<Inbox>, audience: &'static str) -> Self {
        Self { services, caller, inbox, sent: BTreeMap::new(), audience }
    }

    /// Follows first and reads then, so that nothing falls between. Not found for a stream that the caller may not see.
    pub async fn follow(&mut self, stream: Stream, cursor: Cursor) -> Result<CatchUp, Failure> {
        if self.sent.len() >= MOST_STREAMS && !self.sent.contains_key(&stream) {
            return Err(Failure::NotFound);
        }
        self.services.hub.follow(&self.inbox, stream);
        let caught = self.services.catch_up(&self.caller, stream, cursor).await;
        match &caught {
            Ok(caught) => {
                self.sent.insert(stream, At { epoch: caught.epoch, seq: caught.head });
            }
            Err(_) if self.sent.contains_key(&stream) => {}
            Err(_) => self.services.hub.unfollow(&self.inbox, stream),
        }
        caught
    }

    pub fn unfollow(&mut self, stream: Stream) {
        self.sent.remove(&stream);
        self.services.hub.unfollow(&self.inbox, stream);
    }

    /// Reads on from the last number sent.
    pub async fn resync(&mut self, stream: Stream) -> Result<Option<CatchUp>, Failure> {
        let Some(at) = self.sent.get(&stream).copied() else { return Ok(None) };
        metrics::counter!("deskbell_ws_resyncs_total", "audience" => self.audience).increment(1);
        self.follow(stream, Cursor { epoch: Some(at.epoch), seq: at.seq }).await.map(Some)
    }

    /// What to do with event number `seq`; if it is to be sent, it counts as sent.
    pub fn next(&mut self, stream: Stream, seq: u64) -> Next {
        let Some(at) = self.sent.get_mut(&stream) else { return Next::Drop };
        if seq <= at.seq {
            return Next::Drop;
        }
        if seq > at.seq + 1 {
            return Next::Resync;
        }
        at.seq = seq;
        Next::Send
    }

    /// The caller as they are now: ends and names what they may not follow any more.
    pub async fn recheck(&mut self, caller: Caller) -> Result<Vec<Stream>, Failure> {
        self.caller = caller;
        let lost = self.services.lost(&self.caller, &self.streams()).await?;
        for stream in &lost {
            self.unfollow(*stream);
        }
        Ok(lost)
    }

    /// Whether the stream is followed and `seq` was not sent yet.
    pub fn is_behind(&self, stream: Stream, seq: u64) -> bool {
        self.sent.get(&stream).is_some_and(|at| seq > at.seq)
    }

    pub fn is_followed(&self, stream: Stream) -> bool {
        self.sent.contains_key(&stream)
    }

    pub fn streams(&self) -> Vec<Stream> {
        self.sent.keys().copied().collect()
    }

    /// The heads of all followed streams, as stored; and those of which more is stored than was sent.
    pub async fn heads(&self) -> Result<(Vec<(Stream, u64)>, Vec<Stream>), Failure> {
        let heads = self.services.heads(&self.streams()).await?;
        let behind = heads.iter().filter(|(stream, head)| self.is_behind(*stream, *head)).map(|(stream, _)| *stream).collect();
        Ok((heads, behind))
    }

    /// The life of the desk's numbering.
    pub async fn epoch(&self) -> Result<Epoch, Failure> {
        self.services.database.read().await?.epoch().await
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        for stream in self.sent.keys() {
            self.services.hub.unfollow(&self.inbox, *stream);
        }
    }
}

/// Why a socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The other end left.
    Left,
    /// The connection broke, or the other end takes nothing any more.
    Broken,
    /// Nothing was heard of it for too long.
    Silent,
    Fenced,
    SignedOut,
    /// This node stops.
    Closing,
    /// Something failed here; the browser comes back.
    Failed,
}

impl From<Gone> for End {
    fn from(gone: Gone) -> Self {
        match gone {
            Gone::Left => End::Left,
            Gone::Broken => End::Broken,
        }
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        tracing::warn!(error = %failure, "A socket is closed because the desk could not be read.");
        End::Failed
    }
}
