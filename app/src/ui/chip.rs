//! Chips for facts that change, badges for counts.

use super::Icon;
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Outline,
    Accent,
    Success,
    Warning,
    Danger,
    /// Only for what only agents see.
    Private,
}

impl Tone {
    fn chip(self) -> &'static str {
        match self {
            Self::Neutral => "chip",
            Self::Outline => "chip chip--outline",
            Self::Accent => "chip chip--accent",
            Self::Success => "chip chip--success",
            Self::Warning => "chip chip--warning",
            Self::Danger => "chip chip--danger",
            Self::Private => "chip chip--private",
        }
    }
}

/// A fact in a word or two.
#[component]
pub fn Chip(#[prop(optional)] tone: Tone, #[prop(optional)] icon: Option<&'static str>, children: Children) -> impl IntoView {
    view! { <span class=tone.chip()>{icon.map(|name| view! { <Icon name=name /> })}{children()}</span> }
}

/// A count in a disc; nothing at all while it is zero. `label` says the count in words ("2 unread").
#[component]
pub fn Badge(
    #[prop(into)] count: Signal<usize>,
    #[prop(into)] label: Signal<String>,
    /// Grey instead of the accent.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let shown = Memo::new(move |_| count.get().min(100));
    let digits = move || {
        if shown.get() > 99 { "99+".to_owned() } else { shown.get().to_string() }
    };
    view! {
        <Show when=move || { shown.get() > 0 }>
            <span class=if quiet { "badge badge--quiet" } else { "badge" }>
                <span aria-hidden="true">{digits}</span>
                <span class="visually-hidden">{label}</span>
            </span>
        </Show>
    }
}
