//! Menus: a button and its list. The list is a popover that the button opens by itself, so that it answers before any
//! script has arrived; scripts add the arrow keys and the focus.

use super::{Icon, browser};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};

/// A button that opens a list of `MenuItem`, `MenuRadio`, `MenuLabel` and `MenuLine`. Escape, Tab and choosing close it.
#[component]
pub fn Menu(
    /// The list's id, one in the page.
    #[prop(into)]
    id: String,
    /// What the list is called; the button too, unless its words are its name.
    #[prop(into)]
    name: Signal<String>,
    /// What stands in the button.
    #[prop(into)]
    button: ViewFn,
    /// The button's class.
    #[prop(optional, into)]
    class: Option<&'static str>,
    /// The button is named by the words in it.
    #[prop(optional)]
    words: bool,
    /// The id of an element that describes the button.
    #[prop(optional, into)]
    described_by: Option<String>,
    children: Children,
) -> impl IntoView {
    let (list, trigger) = (NodeRef::<html::Div>::new(), NodeRef::<html::Button>::new());
    let open = RwSignal::new(false);
    let class = class.unwrap_or("icon-button");
    view! {
        <button
            class=class
            type="button"
            aria-haspopup="menu"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-label=move || (!words).then(|| name.get())
            title=move || (!words).then(|| name.get())
            aria-describedby=described_by
            popovertarget=id.clone()
            node_ref=trigger
        >
            {button.run()}
        </button>
        <div
            class="menu"
            id=id
            role="menu"
            popover="auto"
            aria-label=name
            on:toggle=move |_| open.set(browser::menu_toggled(list, trigger))
            on:keydown=move |event: KeyboardEvent| browser::move_in_menu(&event, list)
            node_ref=list
        >
            {children()}
        </div>
    }
}

/// Closes the menu around the pressed item, then does what it says: the focus is back before anything else takes it.
fn choose(event: &MouseEvent, then: Callback<()>) {
    if let Some(target) = event_element(event) {
        browser::close_menu(&target);
    }
    then.run(());
}

fn event_element(event: &MouseEvent) -> Option<leptos::web_sys::Element> {
    use leptos::wasm_bindgen::JsCast;
    event.target().and_then(|target| target.dyn_into().ok())
}

/// Something to do.
#[component]
pub fn MenuItem(
    #[prop(into)] on_choose: Callback<()>,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional)] danger: bool,
    /// Keys that do the same ("Alt X").
    #[prop(optional, into)]
    keys: Option<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=if danger { "menu__item menu__item--danger" } else { "menu__item" }
            type="button"
            role="menuitem"
            tabindex="-1"
            on:click=move |event| choose(&event, on_choose)
        >
            {icon.map(|name| view! { <Icon name=name /> })}
            {children()}
            {keys.map(|keys| view! { <span class="menu__aside" aria-hidden="true">{keys}</span> })}
        </button>
    }
}

/// One of several, of which one is chosen.
#[component]
pub fn MenuRadio(#[prop(into)] on_choose: Callback<()>, #[prop(into)] checked: Signal<bool>, children: Children) -> impl IntoView {
    view! {
        <button
            class="menu__item"
            type="button"
            role="menuitemradio"
            tabindex="-1"
            aria-checked=move || if checked.get() { "true" } else { "false" }
            on:click=move |event| choose(&event, on_choose)
        >
            {children()}
        </button>
    }
}

/// A heading inside a menu.
#[component]
pub fn MenuLabel(children: Children) -> impl IntoView {
    view! { <div class="menu__label" role="presentation">{children()}</div> }
}

/// A line between parts of a menu.
#[component]
pub fn MenuLine() -> impl IntoView {
    view! { <hr class="menu__line" /> }
}
