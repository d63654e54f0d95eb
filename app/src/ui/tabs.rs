//! Tabs: one stop for the Tab key, arrows among them.

use super::{Icon, browser};
use leptos::prelude::*;

/// One tab. `key` is its name in ids and in the address, `label` its name on the screen.
#[derive(Clone)]
pub struct Tab {
    pub key: &'static str,
    pub label: String,
    /// Shown above the label; it describes the tab and is no part of its name.
    pub count: Option<Signal<usize>>,
    /// A sign in the place of a count.
    pub mark: Option<&'static str>,
    /// Whether the count asks for attention.
    pub late: Signal<bool>,
}

impl Tab {
    pub fn new(key: &'static str, label: String) -> Self {
        Self { key, label, count: None, mark: None, late: Signal::stored(false) }
    }
    pub fn counting(mut self, count: Signal<usize>) -> Self {
        self.count = Some(count);
        self
    }
    pub fn marked(mut self, icon: &'static str) -> Self {
        self.mark = Some(icon);
        self
    }
    pub fn late_when(mut self, late: Signal<bool>) -> Self {
        self.late = late;
        self
    }
}

/// A row of tabs; `name` says what they choose among. With counts they are tall, otherwise a line of words.
#[component]
pub fn Tabs(
    /// Begins the ids of tabs and panels.
    id: &'static str,
    #[prop(into)] name: Signal<String>,
    tabs: Vec<Tab>,
    #[prop(into)] chosen: Signal<&'static str>,
    #[prop(into)] on_choose: Callback<&'static str>,
) -> impl IntoView {
    let tall = tabs.iter().any(|tab| tab.count.is_some());
    let row = tabs.into_iter().map(|tab| one_tab(id, tab, tall, chosen, on_choose)).collect_view();
    view! {
        <div
            class=if tall { "manager__tabs" } else { "tabs" }
            role="tablist"
            aria-label=name
            on:keydown=move |event| browser::move_in_tabs(&event)
        >
            {row}
        </div>
    }
}

fn one_tab(id: &'static str, tab: Tab, tall: bool, chosen: Signal<&'static str>, on_choose: Callback<&'static str>) -> impl IntoView {
    let Tab { key, label, count, mark, late } = tab;
    let is_chosen = move || chosen.get() == key;
    let count_id = format!("{id}-{key}-count");
    let described_by = count.map(|_| count_id.clone());
    view! {
        <button
            class=if tall { "stat-tab" } else { "tab" }
            type="button"
            role="tab"
            id=format!("{id}-{key}-tab")
            aria-selected=move || if is_chosen() { "true" } else { "false" }
            aria-controls=format!("{id}-{key}")
            aria-describedby=described_by
            tabindex=move || if is_chosen() { "0" } else { "-1" }
            on:click=move |_| on_choose.run(key)
        >
            {count.map(|count| view! { <b id=count_id aria-hidden="true" class:is-late=late>{count}</b> })}
            {mark.map(|name| view! { <b aria-hidden="true"><Icon name=name /></b> })}
            {label}
        </button>
    }
}

/// What a tab shows; hidden while another one is chosen.
#[component]
pub fn TabPanel(
    /// The `id` of the tabs.
    id: &'static str,
    /// The `key` of the tab.
    key: &'static str,
    #[prop(into)] chosen: Signal<&'static str>,
    #[prop(optional, into)] class: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            class=class
            role="tabpanel"
            id=format!("{id}-{key}")
            aria-labelledby=format!("{id}-{key}-tab")
            hidden=move || chosen.get() != key
            tabindex="0"
        >
            {children()}
        </div>
    }
}
