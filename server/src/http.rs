//! The HTTP surface: plain handlers, each of them parsing, calling one use case and answering.

pub mod answer;
pub mod console;
pub mod customer;
pub mod exports;
pub mod files;
pub mod health;
pub mod login;
pub mod pages;
pub mod session;
pub mod setup;
pub mod start;
pub mod widget;
pub mod widget_api;
