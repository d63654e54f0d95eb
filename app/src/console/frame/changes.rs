//! What happened to the agent without their doing: said once, with the way back.

use crate::{console::desk::Desk, ui::Toast};
use domain::{
    ids::ConversationId,
    message::AgentRef,
    presence::{IDLE, REJECTED_OFFER, Wish},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long one stream may be behind another one.
pub const A_MOMENT: Duration = Duration::from_millis(400);

/// Tells of a state that somebody else, or the desk itself, has set.
pub fn tell_state_changes(desk: Desk) {
    Effect::new(move |before: Option<(Wish, Option<AgentRef>)>| {
        let now = desk.me.with(|me| (me.wish.clone(), me.forced_by.clone()));
        if before.is_some_and(|before| before != now) {
            tell(desk, &now.0, now.1.as_ref());
        }
        now
    });
}

fn tell(desk: Desk, wish: &Wish, by: Option<&AgentRef>) {
    let texts = desk.texts();
    let ready = || {
        let go = Callback::new(move |()| spawn_local(desk.set_wish(Wish::Ready)));
        (texts.get("console.go_ready"), go)
    };
    let toast = match (wish, by) {
        (Wish::Ready, Some(by)) => Toast::plain(texts.with("console.forced.ready", &[("name", &by.name)])),
        (Wish::Offline, Some(by)) => Toast::danger(texts.with("console.forced.offline", &[("name", &by.name)])),
        (Wish::NotReady(_), Some(by)) => {
            let (label, go) = ready();
            let title = texts.with("console.forced.not_ready", &[("name", &by.name)]);
            Toast::danger(title).text(texts.get("console.forced.not_ready_text")).action(label, go)
        }
        (Wish::NotReady(Some(reason)), None) if reason == IDLE => {
            let (label, go) = ready();
            Toast::danger(texts.get("console.idle")).text(texts.get("console.idle_text")).action(label, go)
        }
        (Wish::NotReady(Some(reason)), None) if reason == REJECTED_OFFER => {
            let (label, go) = ready();
            Toast::plain(texts.get("console.rejected")).text(texts.get("console.rejected_text")).action(label, go)
        }
        (Wish::Ready | Wish::NotReady(_) | Wish::Offline, None) => return,
    };
    desk.toasts.show(toast);
}

/// A window for every chat that becomes the agent's, wherever that was decided; none for one that stops being theirs,
/// and a word where a colleague has it now.
pub fn follow_own_chats(desk: Desk) {
    Effect::new(move |before: Option<Vec<ConversationId>>| {
        let mine: Vec<ConversationId> = desk.mine.with(|cards| cards.iter().map(|card| card.conversation).collect());
        if let Some(before) = before {
            mine.iter().filter(|chat| !before.contains(chat)).for_each(|chat| desk.windows.open_beside(*chat));
            for chat in before.into_iter().filter(|chat| !mine.contains(chat)) {
                desk.windows.close(chat);
                set_timeout(move || tell_taken_over(desk, chat), A_MOMENT);
            }
        }
        mine
    });
}

fn tell_taken_over(desk: Desk, chat: ConversationId) {
    if let Some(name) = desk.owner_of(chat) {
        let texts = desk.texts();
        let customer = untrack(move || desk.card(chat)).map(|card| card.customer).unwrap_or_default();
        let title = texts.with("console.taken_over", &[("name", &name), ("customer", &customer)]);
        desk.toasts.show(Toast::plain(title));
    }
}

/// A window for every chat that the agent helps with, so that it is there again after a reload.
pub fn follow_helped_chats(desk: Desk) {
    let me = desk.me.with_untracked(|me| me.id);
    let helped = Memo::new(move |_| {
        let helps = |card: &domain::desk::Card| card.helpers.iter().any(|helper| helper.id == me);
        desk.cards.with(|cards| cards.iter().filter(|card| helps(card)).map(|card| card.conversation).collect::<Vec<_>>())
    });
    Effect::new(move |before: Option<Vec<ConversationId>>| {
        let helped = helped.get();
        let before = before.unwrap_or_default();
        for chat in helped.iter().filter(|chat| !before.contains(chat)) {
            if desk.windows.read_untracked(|panes| panes.find(*chat).is_none()) {
                desk.look_into(*chat);
            }
        }
        helped
    });
}
