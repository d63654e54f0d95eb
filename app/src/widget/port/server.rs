//! No host's page here: nothing is heard, nothing is said.

use super::{FromHost, ToHost};

pub fn is_framed() -> bool {
    false
}

pub fn listen(_heard: impl Fn(FromHost) + 'static) {}

pub fn tell(_message: ToHost) {}
