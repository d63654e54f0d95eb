//! Who is to have a chat: an answered one goes to them at once, a waiting one rings.

use super::Wall;
use crate::{
    api,
    boundary::AppError,
    console::{desk::use_desk, explain::explain, words::use_words},
    ui::{Button, Dialog, Icon, Presence, Variant},
};
use domain::{
    desk::{AgentDestination, Destinations},
    ids::AgentId,
    wire::Problem,
};
use leptos::{ev::SubmitEvent, prelude::*};

const FORM: &str = "board-assign-form";

#[component]
pub fn Assign(wall: Wall) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let chosen = RwSignal::new(None::<AgentId>);
    let (found, failed) = (RwSignal::new(None::<Destinations>), RwSignal::new(None::<String>));
    let close = Callback::new(move |()| wall.assigning.set(None));
    let tell = move |problem: Problem| match problem {
        Problem::SignedOut => desk.signed_out.set(true),
        problem => {
            let told = explain(&problem, None, &desk.texts());
            failed.set(Some(format!("{}. {}", told.title, told.text)));
        }
    };
    let look = Action::new_local(move |chat: &domain::ids::ConversationId| {
        let chat = *chat;
        async move {
            match api::hand_over::destinations(chat).await {
                Ok(all) => found.set(Some(all)),
                Err(AppError(problem)) => tell(problem),
            }
        }
    });
    Effect::new(move |_| {
        if let Some(chat) = wall.assigning.get() {
            chosen.set(None);
            found.set(None);
            failed.set(None);
            look.dispatch(chat);
        }
    });
    let give = Action::new_local(move |agent: &AgentId| {
        let agent = *agent;
        async move {
            let Some(chat) = wall.assigning.get_untracked() else { return };
            match api::supervision::assign(chat, agent, String::new()).await {
                Ok(()) => wall.assigning.set(None),
                Err(AppError(problem)) => tell(problem),
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match chosen.get_untracked() {
            Some(agent) => _ = give.dispatch(agent),
            None => failed.set(Some(texts.get("board.assign.nobody"))),
        }
    };
    let footer = move || {
        view! {
            <Button variant=Variant::Quiet on_click=move |_| close.run(())>{texts.get("board.assign.cancel")}</Button>
            <Button variant=Variant::Primary submit=true busy=give.pending() attr:form=FORM>{texts.get("board.assign.do")}</Button>
        }
    };
    view! {
        <Dialog
            id="board-assign"
            open=Signal::derive(move || wall.assigning.get().is_some())
            title=texts.get("board.assign.title")
            on_close=close
            footer=footer
        >
            <form id=FORM on:submit=submit novalidate>
                <p class="banner banner--danger" role="alert" hidden=move || failed.with(Option::is_none)>
                    <Icon name="warning" />
                    <span>{move || failed.get()}</span>
                </p>
                <fieldset class="assign">
                    <legend class="visually-hidden">{texts.get("board.agents")}</legend>
                    {move || found.get().map(|all| all.agents.into_iter().map(|agent| view! { <Choice agent=agent chosen=chosen /> }).collect_view())}
                </fieldset>
            </form>
        </Dialog>
    }
}

#[component]
fn Choice(agent: AgentDestination, chosen: RwSignal<Option<AgentId>>) -> impl IntoView {
    let texts = use_words();
    let id = agent.agent.id;
    let free = agent.is_free();
    let why = if !agent.online {
        texts.get("board.assign.offline")
    } else if !free {
        texts.get("board.assign.not_free")
    } else if !agent.is_member {
        texts.get("board.assign.not_member")
    } else {
        String::new()
    };
    view! {
        <label class="option">
            <input class="radio__dot" type="radio" name="agent" disabled=!free on:change=move |_| chosen.set(Some(id)) />
            <span>
                <span class="option__title"><Presence state=Signal::stored(agent.shown) /> " " {agent.agent.name} " " <span class="muted number">{format!("{}/{}", agent.load, agent.capacity)}</span></span>
                <span class="option__text">{why}</span>
            </span>
        </label>
    }
}
