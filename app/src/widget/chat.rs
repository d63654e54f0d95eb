//! The chat: who answers, what stands in the way, the conversation, and where to write.

use super::{
    callback::{CallbackForm, CallbackPromise},
    composer::Composer,
    ended::{Ended, LeaveForm},
    ending::EndShown,
    head::{ChatHead, landmark},
    notices::Notices,
    state::use_widget,
    thread::Thread,
    waiting::Waiting,
    words,
};
use crate::{
    live::outbox::Pending,
    texts::use_texts,
    ui::{Button, ButtonSize, Variant, use_now},
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn Chat() -> impl IntoView {
    let widget = use_widget();
    let pending: Signal<Vec<Pending>> =
        widget.conversation().map_or_else(|| Signal::stored(Vec::new()), |chat| widget.outbox.pending(chat));
    let (ended, waiting, called) = (widget.has_ended(), widget.is_waiting(), widget.is_called());
    let asking = Memo::new(move |_| waiting.get() && widget.asking.get());
    view! {
        <ChatHead />
        <Notices />
        <main class="widget__main" aria-label=landmark()>
            <Show when=move || !asking.get() fallback=|| view! { <CallbackForm /> }>
                <Show when=move || waiting.get()>
                    <Waiting />
                </Show>
                <Show when=move || called.get()>
                    <CallbackPromise />
                </Show>
                <Thread pending=pending />
                <Show when=move || ended.get() fallback=move || view! { <Composer /> }>
                    <Ended pending=pending />
                </Show>
            </Show>
        </main>
        <Show when=move || !ended.get() && !asking.get()>
            <EndLine />
        </Show>
    }
}

/// Where "End chat" is, or when it will be.
#[component]
fn EndLine() -> impl IntoView {
    let (widget, texts, now) = (use_widget(), StoredValue::new(use_texts()), use_now());
    let chat = widget.live.chat;
    let shown = Memo::new(move |_| {
        let now = now.get();
        let open = widget.service.with(|service| service.availability.is_open(now));
        chat.with(|chat| EndShown::at(widget.rule.get(), chat, open, now))
    });
    let called = widget.is_called();
    view! {
        <footer class="widget__foot" aria-label=landmark()>
            <CheckForm />
            <Show when=move || called.get()>
                <LeaveForm />
            </Show>
            <Show
                when=move || shown.get() == EndShown::Button
                fallback=move || view! { <p class="widget__fine">{move || texts.with_value(|texts| words::ending(texts, shown.get()))}</p> }
            >
                <EndForm />
            </Show>
        </footer>
    }
}

#[component]
fn EndForm() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let action = widget.page.with_value(|page| page.action("end"));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        widget.end();
    };
    view! {
        <form method="post" action=action on:submit=submit>
            <HiddenFields />
            <Button variant=Variant::Quiet size=ButtonSize::Small submit=true busy=widget.busy>{texts.get("widget.end")}</Button>
        </form>
    }
}

/// Without scripts nothing comes by itself.
#[component]
fn CheckForm() -> impl IntoView {
    let (widget, texts) = (use_widget(), use_texts());
    let action = widget.page.with_value(|page| page.action("check"));
    view! {
        <form class="plain" method="post" action=action>
            <HiddenFields />
            <Button size=ButtonSize::Small submit=true>{texts.get("widget.check")}</Button>
        </form>
    }
}

/// What every plain form of a chat carries.
#[component]
pub fn HiddenFields() -> impl IntoView {
    let widget = use_widget();
    let start = widget.page.with_value(|page| page.start.clone());
    view! {
        <input type="hidden" name="token" value=widget.token() />
        <input type="hidden" name="start" value=start />
    }
}
