//! The widget's tree: one frame, three views. It does without router, suspense and resources: its first data is in the
//! page.

use super::{
    chat::Chat,
    first::WidgetPage,
    form::Form,
    resume::Resume,
    state::{Screen, Widget},
};
use crate::{live::person::browser_now, ui::provide_now};
use leptos::prelude::*;

/// All of the page's body.
#[component]
pub fn App(page: WidgetPage) -> impl IntoView {
    let rendered = page.now;
    let widget = Widget::new(page);
    let clock = widget.live.clock;
    provide_now(rendered, Signal::derive(move || clock.now() - browser_now()));
    provide_context(widget);
    widget.begin();
    let view = move || match widget.screen.get() {
        Screen::Form => view! { <Form /> }.into_any(),
        Screen::Resume => view! { <Resume /> }.into_any(),
        Screen::Chat => view! { <Chat /> }.into_any(),
    };
    view! { <div class="widget">{view}</div> }
}

/// Takes over the page that the server rendered, from the first data in it.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    use crate::{texts, ui::IconsUrl};
    let element = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("first"));
    let icons = element.as_ref().and_then(|element| element.get_attribute("data-icons")).unwrap_or_default();
    let page = element.and_then(|element| element.text_content()).as_deref().and_then(WidgetPage::from_json);
    let Some(page) = page else { return };
    leptos::mount::hydrate_body(move || {
        texts::provide_texts(texts::from_page());
        provide_context(IconsUrl(icons));
        view! { <App page=page /> }
    });
}
