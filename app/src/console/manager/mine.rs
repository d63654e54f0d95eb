//! "My sessions": the chats that the agent is in, then those that only want finishing.

use super::{
    card::{CardChips, SessionCard, current, link_state},
    more::{Part, ShowMore},
    pick, waits_since,
};
use crate::{
    console::{desk::use_desk, manager::WAITING, words::use_words},
    ui::{Badge, Button, ButtonSize, Chip, Empty, Tone, Variant},
};
use domain::{
    desk::{Card, Place},
    message::Author,
};
use leptos::prelude::*;

fn is_open(card: &Card) -> bool {
    matches!(card.place, Place::Active { .. })
}

fn is_finishing(card: &Card) -> bool {
    matches!(card.place, Place::WrapUp { .. })
}

/// The list, or what to do when it is empty.
#[component]
pub fn MyList() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let all = Signal::stored(None);
    let (open, finishing) = (pick(desk.mine, all, is_open), pick(desk.mine, all, is_finishing));
    let group = move |cards: Memo<Vec<Card>>, head: &str, clock: &str| {
        let (head, clock) = (texts.get(head), texts.get(clock));
        view! {
            <Show when=move || cards.with(|cards| !cards.is_empty())>
                <h2 class="manager__group"><span>{head.clone()}</span><span>{clock.clone()}</span></h2>
            </Show>
            <For each=move || cards.get() key=|card| card.conversation children=move |card| view! { <MyCard card=current(cards, card) /> } />
        }
    };
    view! {
        {group(open, "console.mine.open", "console.mine.open_clock")}
        {group(finishing, "console.mine.finishing", "console.mine.finishing_clock")}
        <Show when=move || desk.mine.with(Vec::is_empty)>
            <Empty icon="chats" title=texts.get("console.mine.empty") text=texts.get("console.mine.empty_text")>
                <a class="button button--secondary" href=format!("/?list={WAITING}")>{texts.get("console.mine.show_waiting")}</a>
            </Empty>
        </Show>
        <Show when=move || desk.is_supervisor()><OthersList /></Show>
    }
}

/// For supervisors: the chats that colleagues are in, to listen, help or step in.
#[component]
fn OthersList() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let active = pick(desk.cards, Signal::stored(None), is_open);
    let others = Memo::new(move |_| {
        let me = desk.me.with(|me| me.id);
        active.with(|cards| cards.iter().filter(|card| !card.belongs_to(me)).cloned().collect::<Vec<_>>())
    });
    let part = Part::of(others);
    view! {
        <Show when=move || others.with(|cards| !cards.is_empty())>
            <h2 class="manager__group"><span>{texts.get("console.others")}</span><span>{texts.get("console.mine.open_clock")}</span></h2>
        </Show>
        <For each=move || part.get() key=|card| card.conversation children=move |card| view! { <OthersCard card=current(others, card) /> } />
        <ShowMore part=part />
    }
}

#[component]
fn OthersCard(card: Memo<Card>) -> impl IntoView {
    let texts = use_words();
    let agent = move || match card.with(|card| card.place.clone()) {
        Place::Active { agent, .. } | Place::WrapUp { agent, .. } => {
            Some(view! { <Chip icon="user">{texts.with("console.others.with", &[("name", &agent.name)])}</Chip> })
        }
        _ => None,
    };
    let since = Signal::derive(move || card.with(waits_since));
    view! {
        <SessionCard card=card since=since words=Signal::derive(move || card.with(|card| card.words.clone()))>
            <div class="card__foot card__chips">{agent}<CardChips card=card /></div>
        </SessionCard>
    }
}

#[component]
fn MyCard(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let words = Memo::new(move |_| {
        let said = desk.chat(chat).and_then(|live| {
            live.state.with(|state| {
                state.last_words().map(|(author, text)| match author {
                    Author::Customer => text.to_owned(),
                    Author::Agent(_) => texts.with("console.mine.you_said", &[("text", text)]),
                })
            })
        });
        said.unwrap_or_else(|| card.with(|card| card.words.clone()))
    });
    let unread = Memo::new(move |_| desk.unread_in(chat));
    let label = Signal::derive(move || texts.count("console.unread", unread.get()));
    let types = move || desk.chat(chat).is_some_and(|live| live.typing.get());
    let since = Signal::derive(move || card.with(waits_since));
    let is_bare = move || !types() && unread.get() == 0 && card.with(|card| card.ticket.is_none() && !is_finishing(card));
    let ticket = move || card.with(|card| card.ticket).map(|number| view! { <Chip icon="ticket">{number}</Chip> });
    view! {
        <SessionCard card=card since=since words=words fresh=Signal::derive(move || unread.get() > 0) presence=link_state(desk.chat_here(chat))>
            <div class="card__foot" hidden=is_bare>
                <Show when=types><Chip tone=Tone::Accent>{texts.get("console.mine.typing")}</Chip></Show>
                {ticket}
                <Show when=move || card.with(is_finishing)><Finishing card=card /></Show>
                <span class="spacer"></span>
                <Badge count=unread label=label />
            </div>
        </SessionCard>
    }
}

/// What is left to do once a chat has ended: first the question about the ticket, then to leave.
#[component]
fn Finishing(card: Memo<Card>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chat = card.with_untracked(|card| card.conversation);
    let decided = move || card.with(|card| matches!(card.place, Place::WrapUp { decided: true, .. }));
    view! {
        <Show when=move || !decided()>
            <Button variant=Variant::Plain size=ButtonSize::Small on_click=move |_| desk.finish(chat)>{texts.get("console.finish")}</Button>
        </Show>
    }
}
