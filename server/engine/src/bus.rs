//! Between nodes: hints that a stream has moved, and pulses. Losing any of them costs latency, never data.

use crate::live::Hub;
use domain::{event::Pulse, live::Stream};

/// How this node speaks to itself and to others.
#[derive(Clone)]
pub enum Bus {
    /// One node: its own followers are all there are.
    Local(Hub),
}

impl Bus {
    /// Sends something short-lived to whoever follows `stream`, on any node.
    pub fn pulse(&self, stream: Stream, pulse: Pulse) {
        match self {
            Bus::Local(hub) => hub.pulse(stream, pulse),
        }
    }
}
