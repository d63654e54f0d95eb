//! The desk on the web: configuration, routes, sockets, the embed script and the command line.

pub mod app;
pub mod assets;
pub mod cli;
pub mod client;
pub mod config;
pub mod demo;
pub mod embed;
pub mod headers;
pub mod http;
pub mod limits;
pub mod observe;
pub mod router;
pub mod socket;
pub mod web;

pub use app::{App, RunningApp};
pub use config::Config;
