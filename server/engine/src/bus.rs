//! Between nodes: hints that something has moved, and pulses. Losing any of them costs latency, never data.
//!
//! The node that commits tells its own followers everything; the others hear only that a stream has moved, and read it
//! from the database ([`nats`]). While hints may be missing, [`watch`] looks for what has moved once a second.

mod hint;
pub mod nats;
pub(crate) mod watch;

use crate::{
    database::Outgoing,
    live::{Entry, Hub},
};
use domain::{
    event::Pulse,
    ids::{CustomerId, SessionId},
    live::Stream,
};
use hint::Hint;
use nats::{Nats, Told};
use std::sync::Arc;

/// How this node speaks to itself and to others.
#[derive(Clone)]
pub enum Bus {
    /// One node: its own followers are all there are.
    Local(Hub),
    /// One of several nodes.
    Nats(Hub, Arc<Nats>),
}

impl Bus {
    /// Tells what was committed: this node's followers everything, other nodes where to look.
    pub(crate) fn publish(&self, outgoing: Vec<Outgoing>) {
        match self {
            Bus::Local(hub) => hub.publish(outgoing),
            Bus::Nats(hub, nats) => {
                for hint in outgoing.iter().flat_map(Hint::of) {
                    nats.tell(Told::Hint(hint));
                }
                hub.publish(outgoing);
            }
        }
    }

    /// Sends something short-lived to whoever follows `stream`, on any node.
    pub fn pulse(&self, stream: Stream, pulse: Pulse) {
        match (self, &pulse) {
            // Every node tells places itself, to those who follow there.
            (Bus::Local(_), _) | (Bus::Nats(..), Pulse::Position { .. }) => {}
            (Bus::Nats(_, nats), Pulse::Typing { .. } | Pulse::Link { .. }) => nats.tell(Told::Pulse(stream, pulse.clone())),
        }
        self.hub().pulse(stream, pulse);
    }

    /// Ends the sockets of one sign-in, on every node.
    pub fn end_session(&self, session: SessionId) {
        self.hub().end_session(session);
        self.ended(Entry::Session(session));
    }

    /// Ends the sockets of a customer whose tokens are worthless, on every node.
    pub fn end_customer(&self, customer: CustomerId) {
        self.hub().end_customer(customer);
        self.ended(Entry::Customer(customer));
    }

    /// Other nodes are told to look again, and not to believe it.
    fn ended(&self, entry: Entry) {
        match self {
            Bus::Local(_) => {}
            Bus::Nats(_, nats) => nats.tell(Told::Hint(Hint::Ended(entry))),
        }
    }

    /// Whether what this node says to others arrives; `None` with one node.
    pub fn hears_itself(&self) -> Option<bool> {
        self.nats().map(|nats| nats.hears_itself())
    }

    fn hub(&self) -> &Hub {
        match self {
            Bus::Local(hub) | Bus::Nats(hub, _) => hub,
        }
    }

    pub(crate) fn nats(&self) -> Option<&Arc<Nats>> {
        match self {
            Bus::Local(_) => None,
            Bus::Nats(_, nats) => Some(nats),
        }
    }
}
