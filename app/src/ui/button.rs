//! Buttons.

use super::{Icon, IconSize};
use leptos::{ev::MouseEvent, html, prelude::*};

/// What pressing means. One primary in a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Variant {
    Primary,
    #[default]
    Plain,
    Quiet,
    Danger,
    /// Danger in words only.
    DangerQuiet,
}

impl Variant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button--primary",
            Self::Plain => "button--secondary",
            Self::Quiet => "button--quiet",
            Self::Danger => "button--danger",
            Self::DangerQuiet => "button--danger-quiet",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonSize {
    Small,
    #[default]
    Medium,
    Large,
}

impl ButtonSize {
    fn class(self) -> &'static str {
        match self {
            Self::Small => " button--small",
            Self::Medium => "",
            Self::Large => " button--large",
        }
    }
}

/// A button with words. While `busy` it keeps its width and focus and does not answer.
#[component]
pub fn Button(
    #[prop(optional)] variant: Variant,
    #[prop(optional)] size: ButtonSize,
    /// As wide as its place.
    #[prop(optional)]
    wide: bool,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    #[prop(optional)] node_ref: NodeRef<html::Button>,
    children: Children,
) -> impl IntoView {
    let class = format!("button {}{}{}", variant.class(), size.class(), if wide { " button--wide" } else { "" });
    let pressed = move |event: MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            class=class
            class:is-loading=busy
            type=if submit { "submit" } else { "button" }
            disabled=disabled
            aria-disabled=move || busy.get().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            on:click=pressed
            node_ref=node_ref
        >
            {icon.map(|name| view! { <Icon name=name size=IconSize::Small /> })}
            {children()}
        </button>
    }
}

/// A button that is only a symbol; `name` is what it is called, to everybody.
#[component]
pub fn IconButton(
    #[prop(into)] name: Signal<String>,
    icon: &'static str,
    /// A class of its own beside the block's.
    #[prop(optional)]
    class: &'static str,
    #[prop(optional)] small: bool,
    #[prop(optional)] submit: bool,
    /// For switches: whether it is on.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_click: Option<Callback<MouseEvent>>,
    #[prop(optional)] node_ref: NodeRef<html::Button>,
) -> impl IntoView {
    let clicked = move |event: MouseEvent| {
        if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            class=format!("icon-button{}{}{class}", if small { " icon-button--small" } else { "" }, if class.is_empty() { "" } else { " " })
            type=if submit { "submit" } else { "button" }
            aria-label=name
            title=name
            aria-pressed=move || pressed.map(|on| if on.get() { "true" } else { "false" })
            disabled=disabled
            on:click=clicked
            node_ref=node_ref
        >
            <Icon name=icon size=if small { IconSize::Small } else { IconSize::Medium } />
        </button>
    }
}
