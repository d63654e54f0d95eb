//! What can be done about a chat that is not one's own: join it while it waits, follow it up, and for supervisors listen,
//! whisper, help, take over or give it to somebody.

use super::{WindowOf, composer::Composer};
use crate::{
    console::{
        desk::{Desk, Handing, use_desk},
        words::{Words, use_words},
    },
    ui::{Button, ButtonSize, Icon, IconSize, Variant},
};
use domain::desk::{Card, Place};
use leptos::prelude::*;

/// How somebody stands to a chat that is not theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Reads, and does what is due.
    Reads,
    /// A supervisor who listens to a colleague's chat.
    Listens,
    /// Writes beside the chat's agent.
    Helps,
}

#[component]
pub fn VisitBar(window: WindowOf) -> impl IntoView {
    let desk = use_desk();
    let chat = window.chat;
    let card = Memo::new(move |_| desk.card(chat));
    let goes_on = Memo::new(move |_| card.with(|card| card.as_ref().is_some_and(|card| matches!(card.place, Place::Active { .. }))));
    let helps = Memo::new(move |_| {
        let me = desk.me.with(|me| me.id);
        window.state.with(|state| state.helpers.iter().any(|helper| helper.id == me))
    });
    let standing = Memo::new(move |_| match (goes_on.get(), helps.get(), desk.is_supervisor()) {
        (true, true, _) => Standing::Helps,
        (true, false, true) => Standing::Listens,
        (true, false, false) | (false, _, _) => Standing::Reads,
    });
    move || match standing.get() {
        Standing::Reads => view! { <Reading window=window card=card /> }.into_any(),
        Standing::Listens => view! { <Listening window=window /> }.into_any(),
        Standing::Helps => view! { <Helping window=window /> }.into_any(),
    }
}

#[component]
fn Reading(window: WindowOf, card: Memo<Option<Card>>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let is = move |wanted: fn(&Card) -> bool| Memo::new(move |_| card.with(|card| card.as_ref().is_some_and(wanted)));
    let (waits, left) = (is(Card::is_unanswered), is(|card| card.is_abandoned() || card.is_callback()));
    let moves = Memo::new(move |_| waits.get() || left.get());
    let join = Action::new_local(move |(): &()| async move {
        desk.join(chat).await;
    });
    let hand = move |how: Handing| desk.handing.set(Some((chat, how)));
    view! {
        <div class="after">
            <p class="muted">{move || told(card.get(), texts)}</p>
            <div class="after__actions">
                <Show when=move || moves.get() && desk.queues.with(|queues| queues.len() > 1)>
                    <Button variant=Variant::Quiet on_click=move |_| hand(Handing::Move)>{texts.get("console.move_queue")}</Button>
                </Show>
                <Show when=move || waits.get() && desk.is_supervisor()>
                    <Button variant=Variant::Quiet on_click=move |_| hand(Handing::Assign)>{texts.get("console.assign")}</Button>
                </Show>
                <Show when=move || waits.get()>
                    <Button variant=Variant::Primary busy=join.pending() on_click=move |_| _ = join.dispatch(())>{texts.get("console.join")}</Button>
                </Show>
                <Show when=move || left.get()>
                    <Button variant=Variant::Plain on_click=move |_| desk.following_up.set(Some(chat))>{texts.get("console.end_session")}</Button>
                </Show>
            </div>
        </div>
    }
}

fn told(card: Option<Card>, texts: Words) -> String {
    match card.map(|card| card.place) {
        Some(Place::Waiting { .. } | Place::Offered { .. }) => texts.get("console.visit.waiting"),
        Some(Place::Active { agent, .. } | Place::WrapUp { agent, .. }) => texts.with("console.visit.taken", &[("name", &agent.name)]),
        Some(Place::Abandoned { .. }) => texts.get("console.visit.abandoned"),
        Some(Place::Parked { .. }) => texts.get("console.visit.parked"),
        Some(Place::Callback { .. }) => texts.get("console.visit.callback"),
        Some(Place::Closed { .. }) | None => texts.get("console.visit.over"),
    }
}

/// "Listening in": nobody but the supervisor knows. Whispering opens a composer whose words only agents see.
#[component]
fn Listening(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let whispers = RwSignal::new(false);
    let join = Action::new_local(move |(): &()| desk.assist(chat));
    let take_over = Action::new_local(move |(): &()| desk.take_over(chat));
    let busy = Signal::derive(move || join.pending().get() || take_over.pending().get());
    view! {
        <Show when=move || whispers.get()><Composer window=window only_private=true /></Show>
        <div class="after after--listening">
            <p class="after__told"><Icon name="eye" size=IconSize::Small /><span>{texts.get("console.listening")}</span></p>
            <div class="after__actions">
                <Button variant=Variant::Plain size=ButtonSize::Small on_click=move |_| whispers.update(|on| *on = !*on) attr:aria-pressed=move || whispers.get().to_string()>
                    {texts.get("console.whisper")}
                </Button>
                <Button variant=Variant::Plain size=ButtonSize::Small busy=busy on_click=move |_| _ = join.dispatch(())>{texts.get("console.join")}</Button>
                <Button variant=Variant::Plain size=ButtonSize::Small busy=busy on_click=move |_| _ = take_over.dispatch(())>{texts.get("console.take_over")}</Button>
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.handing.set(Some((chat, Handing::Assign)))>
                    {texts.get("console.assign")}
                </Button>
            </div>
        </div>
    }
}

/// Writes beside the chat's agent until "Leave".
#[component]
fn Helping(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = window.chat;
    let leave = Action::new_local(move |(): &()| desk.end_assist(chat));
    let take_over = Action::new_local(move |(): &()| desk.take_over(chat));
    let agent = move || window.state.with(|state| state.agent.as_ref().map(|agent| agent.name.clone()).unwrap_or_default());
    let takes = move || desk.is_supervisor();
    view! {
        <div class="after after--helping">
            <p class="after__told"><Icon name="user-plus" size=IconSize::Small /><span>{move || texts.with("console.helping", &[("name", &agent())])}</span></p>
            <div class="after__actions">
                <Show when=takes>
                    <Button variant=Variant::Quiet size=ButtonSize::Small busy=take_over.pending() on_click=move |_| _ = take_over.dispatch(())>{texts.get("console.take_over")}</Button>
                </Show>
                <Button variant=Variant::Plain size=ButtonSize::Small busy=leave.pending() on_click=move |_| _ = leave.dispatch(())>{texts.get("console.leave")}</Button>
            </div>
        </div>
        <Composer window=window />
    }
}

impl Desk {
    /// Writes in a chat beside its agent.
    async fn assist(self, chat: domain::ids::ConversationId) {
        if self.taken(crate::api::supervision::assist(chat).await, Some(chat)).is_some() {
            self.windows.wants_focus(chat);
        }
    }
    async fn end_assist(self, chat: domain::ids::ConversationId) {
        self.taken(crate::api::supervision::end_assist(chat).await, Some(chat));
    }
    /// Answers from now on in the place of the chat's agent.
    async fn take_over(self, chat: domain::ids::ConversationId) {
        if self.taken(crate::api::supervision::take_over(chat).await, Some(chat)).is_some() {
            self.windows.go_to(chat);
        }
    }
}
