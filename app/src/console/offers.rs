//! Chats that are held out to the agent. An offer never takes the focus and never covers what is being written.

use super::{
    actions::Move,
    alerts::{accept_id, place_of},
    desk::{Desk, use_desk},
    manager::card::language_chip,
    words::use_words,
};
use crate::ui::{Button, Chip, Icon, IconSize, Ring, Tone, Variant};
use domain::desk::OfferView;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

/// All offers, the oldest on top: that one the keys answer.
#[component]
pub fn Offers() -> impl IntoView {
    let desk = use_desk();
    view! {
        <div class="offers">
            <For each=move || desk.offers.get() key=|offer| offer.id children=move |offer| view! { <OfferCard offer=offer /> } />
        </div>
    }
}

/// Alertdialog "Web Chat".
#[component]
fn OfferCard(offer: OfferView) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let OfferView { id, card, offered_at, deadline, waited } = offer;
    let chat = card.conversation;
    let answer = use_answer(desk);
    let accept = Action::new_local(move |way: &Move| answer(id, chat, *way));
    let reject = Action::new_local(move |(): &()| desk.reject(id, chat));
    let busy = Signal::derive(move || accept.pending().get() || reject.pending().get());
    let (kind_id, facts_id) = (format!("offer-{id}"), format!("offer-{id}-facts"));
    let wait = texts.with("console.offer.waited", &[("wait", &waited.clock())]);
    let place = place_of(&card);
    let handed = card.handover.as_ref().map(|handover| {
        let words = texts.with("console.offer.from", &[("name", &handover.from.name)]);
        view! { <Chip icon="transfer">{words}</Chip> }
    });
    let language = language_chip(card.language.clone());
    let others = Memo::new(move |_| desk.has_chats());
    view! {
        <div class="offer" role="alertdialog" aria-labelledby=kind_id aria-describedby=facts_id data-offer=id.to_string()>
            <div class="offer__head">
                <h2 class="offer__kind" id=kind_id.clone()><Icon name="bell" size=IconSize::Small />{texts.get("console.offer.title")}</h2>
                <Ring until=deadline whole=deadline - offered_at />
                <p class="offer__name">{card.customer}</p>
                <div id=facts_id.clone()>
                    <p class="muted">{place}</p>
                    <p class="offer__facts"><Chip tone=Tone::Warning>{wait}</Chip>{handed}{language}</p>
                </div>
            </div>
            <p class="offer__quote">{card.words}</p>
            <div class="offer__actions">
                <Button
                    variant=Variant::Primary
                    busy=busy
                    on_click=move |_| _ = accept.dispatch(desk.plain_accept())
                    attr:id=accept_id(id)
                    attr:data-key="accept"
                    attr:aria-keyshortcuts="Alt+A"
                >
                    {texts.get("console.offer.accept")}
                    <Key keys="Alt A" />
                </Button>
                <Show when=move || others.get()>
                    <Button busy=busy on_click=move |_| _ = accept.dispatch(Move::Go) attr:data-key="open" attr:aria-keyshortcuts="Alt+O">
                        {texts.get("console.offer.open")}
                        <Key keys="Alt O" />
                    </Button>
                </Show>
                <Button
                    variant=Variant::DangerQuiet
                    busy=busy
                    on_click=move |_| _ = reject.dispatch(())
                    attr:data-key="reject"
                    attr:aria-keyshortcuts="Alt+R"
                >
                    {texts.get("console.offer.reject")}
                </Button>
            </div>
        </div>
    }
}

/// A hint at the keys that do the same; no part of the button's name.
#[component]
fn Key(keys: &'static str) -> impl IntoView {
    view! { <span class="kbd" aria-hidden="true">{keys}</span> }
}

/// Answers an offer with yes; if that moves the agent, then to the page with the windows.
fn use_answer(
    desk: Desk,
) -> impl Fn(domain::ids::OfferId, domain::ids::ConversationId, Move) -> std::pin::Pin<Box<dyn Future<Output = ()>>> + Clone + Send + Sync {
    let (navigate, path) = (use_navigate(), use_location().pathname);
    move |offer, chat, way| {
        let navigate = navigate.clone();
        Box::pin(async move {
            let goes = desk.accept(offer, chat, way).await.is_some();
            if goes && path.get_untracked() != "/" {
                navigate("/", leptos_router::NavigateOptions::default());
            }
        })
    }
}
