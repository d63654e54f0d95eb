//! The flight recorder on the screen: why a chat went where it went, why one got none, and what would have happened with
//! other rules.

mod chat;
mod none;
mod replay;
mod words;

pub use {chat::WhyChat, none::WhyNone, replay::ReplayPanel};

use super::{explain::explain, words::Words};
use crate::ui::{Button, Empty};
use domain::{ids::ConversationId, wire::Problem};
use leptos::prelude::*;

/// What the desk is asked to explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// "Why did this chat go there?"
    Chat(ConversationId),
    /// "Why did I get none?"
    Mine,
}

/// A question that was not answered, with the way to ask again.
fn failed(problem: &Problem, texts: Words, again: impl Fn() + Send + Sync + 'static) -> AnyView {
    let told = explain(problem, None, &texts.all());
    view! {
        <Empty icon="warning" failed=true title=told.title text=told.text>
            <Button on_click=move |_| again()>{texts.get("console.try_again")}</Button>
        </Empty>
    }
    .into_any()
}
