//! What a supervisor can do about a chat.

use super::Wall;
use crate::{
    api,
    console::{desk::use_desk, words::use_words},
    ui::{Icon, Menu, MenuItem},
};
use domain::ids::ConversationId;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Menu "Chat with NAME": looking into it, taking it, giving it to somebody.
#[component]
pub fn ChatMenu(
    wall: Wall,
    chat: ConversationId,
    customer: Signal<String>,
    /// Somebody answers it.
    answered: bool,
) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let navigate = use_navigate();
    let go = StoredValue::new(navigate);
    let show = move || {
        desk.look_into(chat);
        go.with_value(|go| go("/", NavigateOptions::default()));
    };
    // The row, and all it owns, may be gone before the answer comes: the chat is somebody else's by then.
    let take = Action::new_local(move |(): &()| {
        let go = go.get_value();
        async move {
            let done = if answered { api::supervision::take_over(chat).await } else { api::chats::join(chat).await };
            if desk.taken(done, Some(chat)).is_some() {
                desk.windows.go_to(chat);
                go("/", NavigateOptions::default());
            }
        }
    });
    view! {
        <Menu
            id=format!("board-{chat}")
            name=Signal::derive(move || texts.with("board.chat_with", &[("name", &customer.get())]))
            class="icon-button icon-button--small"
            button=|| view! { <Icon name="more" /> }
        >
            <MenuItem on_choose=move |()| show()>{texts.get(if answered { "board.listen" } else { "board.open" })}</MenuItem>
            <MenuItem on_choose=move |()| _ = take.dispatch(())>{texts.get(if answered { "board.take_over" } else { "board.take" })}</MenuItem>
            <MenuItem on_choose=move |()| wall.assigning.set(Some(chat))>{texts.get("board.assign")}</MenuItem>
        </Menu>
    }
}
