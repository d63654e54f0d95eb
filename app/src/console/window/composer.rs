//! Where an agent writes. Enter sends, Shift Enter begins a new line; what is half written outlives the window, and so does
//! whether it is private: words meant for agents alone never become public by a reload.

use super::WindowOf;
use crate::{
    console::{browser, desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Icon, IconButton, IconSize, Variant},
};
use domain::{ids::ConversationId, message::MAX_CHARACTERS};
use leptos::{ev::KeyboardEvent, html, prelude::*};

#[component]
pub fn Composer(
    window: WindowOf,
    /// What is written here only agents see, always.
    #[prop(optional)]
    only_private: bool,
) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let area = NodeRef::<html::Textarea>::new();
    let is_empty = RwSignal::new(true);
    let is_private = RwSignal::new(only_private);
    let written = move || {
        let text = area.get_untracked().map(|area| area.value()).unwrap_or_default();
        is_empty.set(text.trim().is_empty());
        browser::keep(&draft_key(chat, only_private), &text);
        browser::grow(&composer_id(chat));
        text
    };
    let set_private = move |on: bool| {
        is_private.set(on);
        browser::keep(&private_key(chat), if on { "yes" } else { "" });
        browser::focus_soon(composer_id(chat));
    };
    Effect::new(move |_| {
        if !only_private && browser::kept(&private_key(chat)).is_some() {
            is_private.set(true);
        }
        if let (Some(area), Some(draft)) = (area.get(), browser::kept(&draft_key(chat, only_private))) {
            area.set_value(&draft);
            written();
        }
    });
    Effect::new(move |_| {
        if area.get().is_some() && (desk.windows.takes_focus(chat) || only_private) {
            browser::focus_soon(composer_id(chat));
        }
    });
    let send = move || {
        let text = written();
        if !text.trim().is_empty() {
            if is_private.get_untracked() {
                desk.note(chat, &text)
            } else {
                desk.say(chat, &text)
            }
            if let Some(area) = area.get_untracked() {
                area.set_value("");
            }
            written();
        }
    };
    let key = move |event: KeyboardEvent| {
        let sends = event.key() == "Enter" && !event.shift_key() && !event.is_composing() && !event.alt_key();
        if sends {
            event.prevent_default();
            send();
        }
    };
    let input = move |_| {
        if !written().trim().is_empty() && !is_private.get_untracked() {
            desk.live.say_typing(chat);
        }
    };
    let placeholder = move || {
        if is_private.get() {
            return texts.get("console.write_private");
        }
        window.customer.with(|name| texts.with("console.write_to", &[("name", first_name(name))]))
    };
    view! {
        <div class="composer" class:composer--private=is_private>
            <textarea
                class="composer__text"
                id=composer_id(chat)
                rows="1"
                aria-label=texts.get("console.message")
                aria-describedby=move || is_private.get().then(|| hint_id(chat))
                placeholder=placeholder
                maxlength=MAX_CHARACTERS.to_string()
                on:keydown=key
                on:input=input
                node_ref=area
            ></textarea>
            <div class="composer__bar">
                <Show when=move || !only_private>
                    <IconButton
                        name=texts.get("console.private")
                        icon="eye"
                        small=true
                        pressed=Signal::from(is_private)
                        on_click=move |_| set_private(!is_private.get_untracked())
                        attr:data-key="private"
                        attr:aria-keyshortcuts="Alt+P"
                    />
                </Show>
                <Show when=move || is_private.get()>
                    <span class="composer__hint" id=hint_id(chat)>
                        <Show when=move || only_private><Icon name="eye" size=IconSize::Small /></Show>
                        {texts.get("ui.only_agents")}
                    </span>
                </Show>
                <NotSaved />
                <Button variant=Variant::Primary size=ButtonSize::Small disabled=is_empty on_click=move |_| {
                    send();
                    browser::focus_soon(composer_id(chat));
                }>{texts.get("console.send")}</Button>
            </div>
        </div>
    }
}

/// Told where this browser keeps nothing, so that a reload would lose what has not been sent.
#[component]
fn NotSaved() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let (saved, waiting) = (desk.outbox.is_saved(), desk.outbox.waiting());
    view! { <Show when=move || !saved.get() && (waiting.get() > 0)><span class="subtle">{texts.get("console.not_saved")}</span></Show> }
}

/// The id of a chat's message box in the page.
pub fn composer_id(chat: ConversationId) -> String {
    format!("message-{chat}")
}

fn hint_id(chat: ConversationId) -> String {
    format!("private-{chat}")
}

fn draft_key(chat: ConversationId, only_private: bool) -> String {
    if only_private { format!("deskbell.whisper.{chat}") } else { format!("deskbell.draft.{chat}") }
}

fn private_key(chat: ConversationId) -> String {
    format!("deskbell.private.{chat}")
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}
