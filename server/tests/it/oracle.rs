//! What must hold of every desk at every moment, looked up in its streams after each test; its tables are asked by the crate
//! `oracle`, whose checks are shown here that they see.

pub mod streams;
mod teeth;
