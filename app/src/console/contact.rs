//! What is known of the customer whose chat the agent works in: all of it as the customer and their browser say.

use super::{browser, desk::use_desk, words::use_words};
use crate::ui::{Avatar, AvatarSize, Empty, Time, TimeShape};
use domain::{ids::ConversationId, state::ChatState};
use leptos::prelude::*;

/// The id of the panel in the page: where there is no room for it, a button in a window's head opens it as a drawer.
pub const CONTACT: &str = "contact";

/// Region "Contact".
#[component]
pub fn ContactPanel() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let current = Memo::new(move |_| desk.windows.read(|panes| panes.current()));
    view! {
        <aside class="sheet contact" id=CONTACT popover="auto" role="region" aria-label=texts.get("console.contact") tabindex="-1">
            {move || match current.get() {
                Some(chat) => view! { <Facts chat=chat /> }.into_any(),
                None => view! { <Empty icon="user" title=texts.get("console.contact.empty") text=texts.get("console.contact.empty_text") /> }.into_any(),
            }}
        </aside>
    }
}

#[component]
fn Facts(chat: ConversationId) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let state = Memo::new(move |_| desk.chat(chat).map(|live| live.state.get()).unwrap_or_default());
    let card = Memo::new(move |_| desk.card(chat));
    let name = Signal::derive(move || {
        card.with(|card| card.as_ref().map(|card| card.customer.clone())).unwrap_or_else(|| state.with(|state| state.customer.clone()))
    });
    let site = move || card.with(|card| card.as_ref().map(|card| card.company.clone().unwrap_or_else(|| card.site.clone())));
    let callback = Memo::new(move |_| state.with(|state| state.callback.clone()));
    let phone = move || {
        callback.get().map(|wanted| {
            let link = wanted.link();
            view! { <dt>{texts.get("console.contact.phone")}</dt><dd><a href=link>{wanted.phone}</a></dd> }
        })
    };
    let of = move |fact: fn(&ChatState) -> Option<String>| Memo::new(move |_| state.with(fact));
    let email = of(|state| state.contact.as_ref().and_then(|contact| contact.email.clone()));
    let page = of(|state| state.contact.as_ref().and_then(|contact| contact.page.clone()));
    let device = of(|state| state.contact.as_ref().and_then(|contact| contact.user_agent.as_deref().map(browser_name)));
    let language = of(|state| state.contact.as_ref().and_then(|contact| contact.locale.clone()));
    let named = RwSignal::new(None::<String>);
    Effect::new(move |_| named.set(language.get().and_then(|tag| browser::language_name(&tag))));
    let language = Memo::new(move |_| named.get().or_else(|| language.get()));
    let service = of(|state| Some(state.service.clone()));
    let began = Signal::derive(move || state.with(|state| state.opened_at));
    let ticket = move || state.with(|state| state.ticket);
    let waited = of(waited);
    let get = |key: &str| texts.get(key);
    let ticket_label = get("console.contact.ticket");
    view! {
        <div class="contact__head">
            <Avatar name=name size=AvatarSize::Large />
            <h2 class="contact__name">{name}</h2>
            <p class="muted">{site}</p>
        </div>
        <div class="contact__part">
            <h3 class="contact__title">{get("console.contact.details")}</h3>
            <dl class="facts">
                <Fact name=get("console.contact.email") value=email />
                {phone}
                <Fact name=get("console.contact.service") value=service />
                <Fact name=get("console.contact.language") value=language />
                <dt>{get("console.contact.since")}</dt>
                <dd><Time at=began shape=TimeShape::DayAndTime /></dd>
                <Fact name=get("console.contact.waited") value=waited />
            </dl>
            <p class="contact__claimed subtle">{get("console.contact.claimed")}</p>
        </div>
        <div class="contact__part">
            <h3 class="contact__title">{get("console.contact.page")}</h3>
            <p class="truncate" title=move || page.get()>{move || page.get().unwrap_or_else(|| "–".to_owned())}</p>
            <p class="subtle">{device}</p>
        </div>
        {move || ticket().map(|number| view! {
            <div class="contact__part">
                <h3 class="contact__title">{ticket_label.clone()}</h3>
                <a class="link-row" href=format!("/tickets/{number}")><span class="truncate"><span class="number">{number}</span></span></a>
            </div>
        })}
    }
}

/// A fact, or nothing when it is not known.
#[component]
fn Fact(name: String, value: Memo<Option<String>>) -> impl IntoView {
    view! {
        <Show when=move || value.with(Option::is_some)>
            <dt>{name.clone()}</dt>
            <dd><span title=move || value.get()>{move || value.get()}</span></dd>
        </Show>
    }
}

/// How long the customer waited until the agent joined.
fn waited(state: &ChatState) -> Option<String> {
    use domain::state::Content;
    state.entries.iter().rev().find_map(|entry| match &entry.content {
        Content::Joined { waited, .. } => Some(waited.clock()),
        _ => None,
    })
}

/// "Firefox on Linux", as far as a browser's description of itself tells.
pub fn browser_name(user_agent: &str) -> String {
    const BROWSERS: &[(&str, &str)] =
        &[("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    const SYSTEMS: &[(&str, &str)] = &[
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_by_what_they_are() {
        for (agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/605", "Safari · macOS"),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
            ("curl/8", "curl/8"),
        ] {
            assert_eq!(browser_name(agent), name);
        }
    }
}
