//! What must hold of every desk at every moment, looked up in its tables and streams after each test.

pub mod streams;
pub mod tables;
mod teeth;
