//! The top of the widget.

use super::state::use_widget;
use crate::{
    texts::use_texts,
    ui::{Avatar, AvatarSize, IconButton, Time, hue},
};
use domain::{
    state::{ChatState, Phase},
    time::Timestamp,
};
use leptos::prelude::*;

/// What the chat is called: its landmarks are told by it from those of the page around the frame.
pub fn landmark() -> String {
    use_widget().page.with_value(|page| use_texts().with("widget.title", &[("site", &page.site_name)]))
}

/// Closes the panel on the host's page. The page's first script listens to it, so that it works at once; outside a
/// frame it is not shown.
#[component]
pub fn CloseButton() -> impl IntoView {
    let texts = use_texts();
    view! { <IconButton name=texts.get("widget.close") icon="chevron-down" attr:data-close="" /> }
}

/// Before the chat: the faces of those who answer.
#[component]
pub fn BareHead() -> impl IntoView {
    let faces = use_widget().page.with_value(|page| page.look.faces.clone());
    let face = |face: String| {
        let class = format!("avatar avatar--{}", hue(&face));
        view! { <span class=class>{face}</span> }
    };
    let faces = faces.into_iter().map(face).collect_view();
    view! {
        <header class="widget__head widget__head--bare" aria-label=landmark()>
            <div class="avatar-stack" aria-hidden="true">{faces}</div>
            <span class="spacer"></span>
            <CloseButton />
        </header>
    }
}

/// Of a chat: who answers, or the site as long as nobody does.
#[component]
pub fn ChatHead() -> impl IntoView {
    let widget = use_widget();
    let texts = StoredValue::new(use_texts());
    let chat = widget.live.chat;
    let (site, service) = widget.page.with_value(|page| (page.site_name.clone(), page.service.clone()));
    let own = site.clone();
    let name = Memo::new(move |_| chat.with(|chat| chat.agent.as_ref().map(|agent| agent.name.clone())).unwrap_or_else(|| own.clone()));
    let answered = Memo::new(move |_| chat.with(|chat| matches!(chat.phase, Phase::Active { .. })));
    let ended_at = Memo::new(move |_| chat.with(ended_at));
    let below = move || {
        let asked = chat.with(|chat| chat.service.clone());
        let service = if asked.is_empty() { service.clone() } else { asked };
        let mut below = if chat.with(|chat| chat.agent.is_some()) { format!("{site}, {service}") } else { service };
        for helper in chat.with(|chat| chat.helpers.clone()) {
            below.push_str(" · ");
            below.push_str(&texts.with_value(|texts| texts.with("widget.helped_by", &[("name", &helper.name)])));
        }
        below
    };
    view! {
        <header class="widget__head" aria-label=landmark()>
            <Avatar name=name size=AvatarSize::Large />
            <div class="widget__who">
                <h1 class="widget__name">{name}</h1>
                <p class="widget__sub">
                    {move || match ended_at.get() {
                        Some(at) => view! { <span>{texts.with_value(|texts| texts.get("widget.ended_at"))} " " <Time at=at /></span> }.into_any(),
                        None => view! { <i class="dot" hidden=move || !answered.get()></i> <span>{below.clone()}</span> }.into_any(),
                    }}
                </p>
            </div>
            <CloseButton />
        </header>
    }
}

fn ended_at(chat: &ChatState) -> Option<Timestamp> {
    match chat.phase {
        Phase::Ended { at, .. } | Phase::Abandoned { at, .. } if chat.has_ended() => Some(at),
        Phase::Ended { .. }
        | Phase::Abandoned { .. }
        | Phase::Waiting { .. }
        | Phase::Active { .. }
        | Phase::Parked { .. }
        | Phase::Callback { .. } => None,
    }
}
