//! "Waiting": who waits, the longest first, as the queue serves them; then those who wait for the office to open, or for a
//! queue to have somebody.

use super::{
    card::{CardChips, SessionCard, current},
    more::{Part, ShowMore},
    waits_since,
};
use crate::{
    console::{
        alerts::PROMISE,
        desk::{Desk, Handing, use_desk},
        words::{Words, use_words},
    },
    ui::{Button, ButtonSize, Chip, Empty, IconButton, Time, TimeShape, Tone, Variant, WaitBar},
};
use domain::{
    desk::{Card, Place},
    event::ParkReason,
};
use leptos::prelude::*;

#[component]
pub fn WaitingList(cards: Memo<Vec<Card>>) -> impl IntoView {
    let texts = use_words();
    let of = move |wanted: fn(&Card) -> bool| {
        Memo::new(move |_| cards.with(|cards| cards.iter().filter(|card| wanted(card)).cloned().collect::<Vec<_>>()))
    };
    let (line, parked) = (of(Card::is_waiting), of(|card| !card.is_waiting()));
    let group = move |cards: Memo<Vec<Card>>, head: &str| {
        let (head, part) = (texts.get(head), Part::of(cards));
        view! {
            <Show when=move || cards.with(|cards| !cards.is_empty())>
                <h2 class="manager__group"><span>{head.clone()}</span><span>{texts.get("console.waiting.clock")}</span></h2>
            </Show>
            <For
                each=move || part.get()
                key=|card| card.conversation
                children=move |card| view! { <WaitingCard card=current(cards, card) cards=cards /> }
            />
            <ShowMore part=part />
        }
    };
    view! {
        {group(line, "console.waiting.head")}
        {group(parked, "console.waiting.parked")}
        <Show when=move || cards.with(Vec::is_empty)>
            <Empty icon="deskbell" title=texts.get("console.waiting.empty") text=texts.get("console.waiting.empty_text") />
        </Show>
    }
}

#[component]
fn WaitingCard(card: Memo<Card>, cards: Memo<Vec<Card>>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let since = Signal::derive(move || card.with(waits_since));
    let place = Memo::new(move |_| cards.with(|cards| cards.iter().position(|card| card.conversation == chat)).map_or(1, |at| at + 1));
    let standing = move || standing(desk, texts, &card.get(), place.get());
    let parked = move || match card.with(|card| card.place.clone()) {
        Place::Parked { why, until, .. } => Some(view! { <Parked why=why until=until /> }),
        _ => None,
    };
    let join = Action::new_local(move |(): &()| async move {
        desk.join(chat).await;
    });
    view! {
        <SessionCard card=card since=since words=Signal::derive(move || card.with(|card| card.words.clone()))>
            <Show when=move || card.with(Card::is_waiting)>
                <WaitBar since=since promise=PROMISE>{standing}</WaitBar>
            </Show>
            <div class="card__foot card__chips">{parked}<CardChips card=card /></div>
            <div class="card__foot">
                <Button variant=Variant::Primary size=ButtonSize::Small busy=join.pending() on_click=move |_| _ = join.dispatch(())>{texts.get("console.join")}</Button>
                <Button variant=Variant::Quiet size=ButtonSize::Small on_click=move |_| desk.look_into(chat)>{texts.get("console.open")}</Button>
                <MoveButton card=card />
            </div>
        </SessionCard>
    }
}

/// "Move queue" on a card.
#[component]
pub fn MoveButton(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    view! {
        <Show when=move || { desk.queues.with(Vec::len) > 1 }>
            <IconButton name=texts.get("console.move_queue") icon="queue" small=true on_click=move |_| desk.handing.set(Some((chat, Handing::Move))) />
        </Show>
    }
}

/// Where a waiting chat stands: its place, or whom it rings at.
fn standing(desk: Desk, texts: Words, card: &Card, place: usize) -> String {
    match &card.place {
        Place::Offered { agent, .. } if *agent == desk.me.with(|me| me.id) => texts.get("console.waiting.offered_to_you"),
        Place::Offered { agent, .. } => match desk.name_of(*agent) {
            Some(name) => texts.with("console.waiting.offered_to", &[("name", &name)]),
            None => texts.get("console.waiting.offered"),
        },
        Place::Waiting { .. }
        | Place::Active { .. }
        | Place::WrapUp { .. }
        | Place::Abandoned { .. }
        | Place::Parked { .. }
        | Place::Callback { .. }
        | Place::Closed { .. } => texts.with("console.waiting.place", &[("place", &place.to_string())]),
    }
}

/// Why a chat is parked, and until when.
#[component]
fn Parked(why: ParkReason, until: Option<domain::time::Timestamp>) -> impl IntoView {
    let texts = use_words();
    match (why, until) {
        (ParkReason::OutsideHours, Some(until)) => view! {
            <Chip tone=Tone::Warning icon="clock">{texts.get("console.parked.until")} " " <Time at=until shape=TimeShape::Opening /></Chip>
        }
        .into_any(),
        (ParkReason::OutsideHours, None) => {
            view! { <Chip tone=Tone::Warning icon="clock">{texts.get("console.parked.closed")}</Chip> }.into_any()
        }
        (ParkReason::NoMembers, _) => {
            view! { <Chip tone=Tone::Warning icon="users">{texts.get("console.parked.nobody")}</Chip> }.into_any()
        }
    }
}
