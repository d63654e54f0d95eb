//! What goes on behind each of the agent's own chats, whether its window is open or not: marks, outbox.

use super::{browser, desk::use_desk};
use crate::{
    api,
    live::{marks::Marks, person},
};
use domain::{ids::ConversationId, message::Side};
use leptos::prelude::*;

/// Tells the customer's side how far their messages have come, and lets go of own messages that the stream has brought.
/// Delivered on arrival; read once the window is displayed and somebody looks.
#[component]
pub fn Keeper(chat: ConversationId) -> impl IntoView {
    let desk = use_desk();
    let marks = Marks::new(move |seen| async move { api::marks::send(chat, seen).await.map_err(|error| error.0) });
    let visible = person::visible();
    let tag = chat.to_string();
    let in_sight = Memo::new(move |_| {
        let is_own = desk.windows.read(|panes| panes.find(chat).is_some_and(|pane| !pane.visiting));
        is_own && desk.windows.is_in_sight(chat) && visible.get()
    });
    let last = Memo::new(move |_| desk.chat(chat).and_then(|live| live.state.with(|state| state.last_from_other(Side::Agent))));
    Effect::new(move |_| {
        let Some(up_to) = last.get() else { return };
        marks.delivered(up_to);
        if in_sight.get() {
            marks.read(up_to);
            browser::withdraw(&tag);
        }
    });
    view! { <Settle chat=chat /> }
}

/// Lets go of own messages that a chat's stream has brought.
#[component]
pub fn Settle(chat: ConversationId) -> impl IntoView {
    let desk = use_desk();
    Effect::new(move |_| {
        if let Some(live) = desk.chat(chat) {
            live.state.with(|state| desk.outbox.settle(state));
        }
    });
}
