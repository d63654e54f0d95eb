//! The agents, with what they hold and the chats they are in.

use super::{Wall, chat_menu::ChatMenu};
use crate::{
    api,
    console::{
        desk::{Desk, use_desk},
        words::{Words, use_words},
    },
    ui::{Avatar, AvatarSize, Clock, Icon, IconSize, Menu, MenuItem, MenuLabel, MenuLine, Presence},
};
use domain::{
    board::{BoardAgent, BoardChat, Stage},
    ids::AgentId,
    presence::{Shown, Wish},
};
use leptos::prelude::*;

/// The text key of a state's word.
fn word_key(shown: Shown) -> &'static str {
    match shown {
        Shown::Ready => "state.ready",
        Shown::Busy => "state.busy",
        Shown::WrapUp => "state.wrap_up",
        Shown::NotReady => "state.not_ready",
        Shown::Offline => "state.offline",
    }
}

/// Who is here stands before who is not; by name within.
fn order(agent: &BoardAgent) -> (u8, String) {
    let rank = match agent.shown() {
        Shown::Ready | Shown::Busy | Shown::WrapUp => 0,
        Shown::NotReady => 1,
        Shown::Offline => 2,
    };
    (rank, agent.agent.name.to_lowercase())
}

#[component]
pub fn Agents(wall: Wall) -> impl IntoView {
    let texts = use_words();
    let ids = Memo::new(move |_| {
        wall.board.with(|board| {
            let mut agents: Vec<&BoardAgent> = board.agents.iter().collect();
            agents.sort_by_key(|agent| order(agent));
            agents.iter().map(|agent| agent.agent.id).collect::<Vec<_>>()
        })
    });
    let crew = Memo::new(move |_| wall.board.with(domain::board::Board::crew));
    let counted = move || {
        let crew = crew.get();
        [
            ("state.ready", crew.ready),
            ("state.busy", crew.busy),
            ("state.wrap_up", crew.wrap_up),
            ("state.not_ready", crew.not_ready),
            ("state.offline", crew.offline),
        ]
        .map(|(key, count)| view! { <span>{texts.get(key)} " " {count}</span> })
        .collect_view()
    };
    view! {
        <section class="sheet panel panel--agents" aria-labelledby="board-agents">
            <header class="panel__head">
                <h2 class="sheet__title" id="board-agents">{texts.get("board.agents")}</h2>
                <div class="legend">{counted}</div>
            </header>
            <ul class="agents"><For each=move || ids.get() key=|id| *id children=move |id| view! { <Row wall=wall id=id /> } /></ul>
        </section>
    }
}

#[component]
fn Row(wall: Wall, id: AgentId) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let agent = Memo::new(move |before: Option<&Option<BoardAgent>>| {
        wall.board.with(|board| board.agents.iter().find(|one| one.agent.id == id).cloned()).or_else(|| before.cloned().flatten())
    });
    let name = Signal::derive(move || agent.with(|agent| agent.as_ref().map(|one| one.agent.name.clone()).unwrap_or_default()));
    let shown = Signal::derive(move || agent.with(|agent| agent.as_ref().map_or(Shown::Offline, BoardAgent::shown)));
    let since = Signal::derive(move || agent.with(|agent| agent.as_ref().map(|one| one.since).unwrap_or_default()));
    let load = move || agent.with(|agent| agent.as_ref().map(|one| format!("{}/{}", one.load.load, one.load.capacity)).unwrap_or_default());
    let chats = Memo::new(move |_| agent.with(|agent| agent.as_ref().map(|one| one.chats.clone()).unwrap_or_default()));
    let load_words = move || {
        agent.with(|agent| {
            let held = agent.as_ref().map(|one| one.load);
            held.map(|held| texts.with("console.load", &[("open", &held.load.to_string()), ("most", &held.capacity.to_string())]))
                .unwrap_or_default()
        })
    };
    view! {
        <li class="agent" data-agent=id.to_string()>
            <Avatar name=name size=AvatarSize::Small />
            <div class="agent__who">
                <p class="agent__name truncate">{name}</p>
                <p class="agent__state">
                    <Presence state=shown small=true />
                    <span>{move || agent.with(|agent| agent.as_ref().map(|one| state_words(desk, texts, one)))}</span>
                    <Clock since=since />
                </p>
                <ul class="agent__chats"><For each=move || chats.get() key=|chat| (chat.conversation, chat.stage) children=move |chat| view! { <Chat wall=wall chat=chat /> } /></ul>
            </div>
            <span class="agent__load number" title=load_words>{load}<span class="visually-hidden">" " {load_words}</span></span>
            <Show when=move || !wall.tv.get()><SetState id=id name=name /></Show>
        </li>
    }
}

/// The word for somebody's state, why it is so, and who set it.
fn state_words(desk: Desk, texts: Words, agent: &BoardAgent) -> String {
    let word = texts.get(word_key(agent.shown()));
    let words = match agent.wish.reason() {
        Some(reason) if agent.online => format!("{word}, {}", desk.reason_name(reason)),
        Some(_) => word,
        None if !agent.online && agent.wish == Wish::Ready => texts.get("board.no_browser"),
        None => word,
    };
    match &agent.forced_by {
        Some(name) => format!("{words} ({})", texts.with("board.set_by", &[("name", name)])),
        None => words,
    }
}

#[component]
fn Chat(wall: Wall, chat: BoardChat) -> impl IntoView {
    let texts = use_words();
    let BoardChat { conversation, customer, queue, since, stage } = chat;
    let queue =
        wall.board.with_untracked(|board| board.queues.iter().find(|one| one.id == queue).map(|one| one.name.clone()).unwrap_or_default());
    let (icon, word) = match stage {
        Stage::Ringing => ("bell", "board.rings"),
        Stage::Active => ("chat", "board.in_chat"),
        Stage::WrapUp => ("edit", "state.wrap_up"),
    };
    let name = Signal::stored(customer.clone());
    view! {
        <li class="agent__chat">
            <Icon name=icon size=IconSize::ExtraSmall />
            <span class="truncate" title=texts.get(word)><span class="visually-hidden">{texts.get(word)} ": "</span>{customer} " · " {queue}</span>
            <Clock since=Signal::stored(since) />
            <Show when=move || !wall.tv.get() && stage == Stage::Active><ChatMenu wall=wall chat=conversation customer=name answered=true /></Show>
        </li>
    }
}

/// Menu "Set state of NAME".
#[component]
fn SetState(id: AgentId, name: Signal<String>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let set = Action::new_local(move |wish: &Wish| {
        let wish = wish.clone();
        async move { _ = desk.taken(api::supervision::force(id, wish).await, None) }
    });
    let item = move |wish: Wish, mark: Shown, label: String| {
        view! { <MenuItem on_choose=move |()| _ = set.dispatch(wish.clone())><Presence state=Signal::stored(mark) /> {label}</MenuItem> }
    };
    let reasons = desk.reasons.get_value().into_iter().filter(|reason| reason.team.is_none());
    let reasons =
        reasons.map(|reason| item(Wish::NotReady(Some(reason.key.clone())), Shown::NotReady, desk.reason_name(&reason.key))).collect_view();
    view! {
        <Menu
            id=format!("state-of-{id}")
            name=Signal::derive(move || texts.with("board.set_state_of", &[("name", &name.get())]))
            class="icon-button icon-button--small"
            button=|| view! { <Icon name="edit" /> }
        >
            {item(Wish::Ready, Shown::Ready, texts.get("state.ready"))}
            <MenuLabel>{texts.get("state.not_ready")}</MenuLabel>
            {reasons}
            <MenuLine />
            {item(Wish::Offline, Shown::Offline, texts.get("state.offline"))}
        </Menu>
    }
}
