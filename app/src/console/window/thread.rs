//! The log of a chat: what the desk has, then what this browser still has to send.

use super::{
    WindowOf,
    lines::{HandOverLine, NoteLine, PendingLine, SpokenLine, SystemEntry},
};
use crate::{
    console::{browser, desk::use_desk, words::use_words},
    live::outbox::{Row, RowKey, merge},
    ui::{Latest, NewLine, Typing},
};
use domain::{
    message::{Author, Side},
    state::{ChatState, Content, Entry},
    time::{Millis, Timestamp},
};
use leptos::prelude::*;
use std::{collections::HashSet, sync::Arc};

/// Messages of one person that are further apart have a time each.
const SAME_BREATH: Millis = Millis::minutes(2);

/// Which rows close a group: below them stand the time and how far the message has come.
pub type GroupEnds = Memo<Arc<HashSet<RowKey>>>;

/// Log "Conversation".
#[component]
pub fn Thread(window: WindowOf) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let WindowOf { chat, state, customer, .. } = window;
    let pending = desk.outbox.pending(chat);
    let rows = Memo::new(move |_| state.with(|state| pending.with(|pending| merge(&state.entries, pending))));
    let ends: GroupEnds = Memo::new(move |_| rows.with(|rows| Arc::new(group_ends(rows))));
    let unread = state.with_untracked(first_unread);
    let types = Signal::derive(move || desk.chat(chat).filter(|live| live.typing.get()).map(|_| customer.get()));
    let id = format!("log-{chat}");
    let at_end = RwSignal::new(true);
    let (scrolled, shown, wanted) = (id.clone(), id.clone(), id.clone());
    Effect::new(move |_| {
        rows.track();
        types.track();
        if at_end.get_untracked() {
            browser::scroll_to_end(&shown);
        }
    });
    view! {
        <div
            class="thread"
            id=id
            role="log"
            aria-label=texts.get("console.conversation")
            tabindex="0"
            on:scroll=move |_| at_end.set(browser::is_at_end(&scrolled))
        >
            <For
                each=move || rows.get()
                key=Row::key
                children=move |row| {
                    let is_first_new = unread.filter(|(seq, _)| row.key() == RowKey::Confirmed(*seq));
                    view! {
                        {is_first_new.map(|(_, count)| view! { <NewLine count=count /> })}
                        {line(window, row, ends)}
                    }
                }
            />
            <Typing name=types />
            <Latest at_end=at_end label=texts.get("ui.latest") on_click=move |()| browser::scroll_to_end(&wanted) />
        </div>
    }
}

fn line(window: WindowOf, row: Row, ends: GroupEnds) -> AnyView {
    let key = row.key();
    let closes_group = Signal::derive(move || ends.with(|ends| ends.contains(&key)));
    match row {
        Row::Pending(pending) => view! { <PendingLine pending=pending /> }.into_any(),
        Row::Confirmed(entry) => match entry.content.clone() {
            Content::Message { author, text, client } => {
                view! { <SpokenLine window=window seq=entry.seq pub_seq=entry.pub_seq at=entry.ts author=author text=text client=client closes_group=closes_group /> }.into_any()
            }
            Content::Note { author, text, client } => view! { <NoteLine seq=entry.seq at=entry.ts author=author text=text client=client /> }.into_any(),
            Content::HandedOver { by, note, .. } => view! { <HandOverLine seq=entry.seq at=entry.ts by=by note=note /> }.into_any(),
            content => view! { <SystemEntry window=window seq=entry.seq at=entry.ts content=content /> }.into_any(),
        },
    }
}

/// The first message of the customer that the agent has not read, and how many there are.
fn first_unread(state: &ChatState) -> Option<(u64, usize)> {
    let read = state.agent_marks.read;
    let is_new = |entry: &&Entry| {
        matches!(&entry.content, Content::Message { author: Author::Customer, .. }) && entry.pub_seq.is_some_and(|n| n > read)
    };
    let first = state.entries.iter().find(is_new)?;
    // The very first words of a chat need no mark: all of it is new.
    (read > 0).then(|| (first.seq, state.unread_by(Side::Agent)))
}

fn group_ends(rows: &[Row]) -> HashSet<RowKey> {
    let followed = rows.iter().zip(rows.iter().skip(1).map(Some).chain([None]));
    followed.filter(|(row, next)| !next.is_some_and(|next| same_breath(row, next))).map(|(row, _)| row.key()).collect()
}

fn same_breath(row: &Row, next: &Row) -> bool {
    let (Some((author, at)), Some((next_author, next_at))) = (spoken(row), spoken(next)) else {
        return false;
    };
    author == next_author && next_at - at < SAME_BREATH
}

fn spoken(row: &Row) -> Option<(&Author, Timestamp)> {
    match row {
        Row::Confirmed(Entry { content: Content::Message { author, .. }, ts, .. }) => Some((author, *ts)),
        Row::Confirmed(_) | Row::Pending(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::ClientKey;
    use uuid::Uuid;

    fn said(seq: u64, minutes: i64) -> Row {
        let content = Content::Message { author: Author::Customer, text: "…".into(), client: ClientKey(Uuid::from_u128(seq.into())) };
        Row::Confirmed(Entry { seq, pub_seq: Some(seq), ts: Timestamp(0) + Millis::minutes(minutes), content })
    }

    #[test]
    fn the_time_stands_once_a_group() {
        let ends = group_ends(&[said(1, 0), said(2, 1), said(3, 9)]);
        assert_eq!(ends, HashSet::from([RowKey::Confirmed(2), RowKey::Confirmed(3)]));
    }
}
