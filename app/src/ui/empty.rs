//! Places without content: what will come here and the next step; or the shape of what is being fetched.

use super::{Icon, IconSize};
use crate::texts::use_texts;
use leptos::prelude::*;

/// An empty place, or one that failed (`failed`: it is announced). `children` are the next steps.
#[component]
pub fn Empty(
    icon: &'static str,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] failed: bool,
    /// It is all there is on the page: its title is the page's.
    #[prop(optional)]
    alone: bool,
    /// The number by which we find the fault in our log.
    #[prop(optional, into)]
    incident: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" role=failed.then_some("alert")>
            <span class=if failed { "empty__mark empty__mark--danger" } else { "empty__mark" }><Icon name=icon size=IconSize::Large /></span>
            {if alone {
                view! { <h1 class="empty__title">{title}</h1> }.into_any()
            } else {
                view! { <h2 class="empty__title">{title}</h2> }.into_any()
            }}
            <p class="empty__text">{text}</p>
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
            {incident
                .filter(|incident| !incident.is_empty())
                .map(|incident| view! { <p class="incident">{use_texts().get("ui.incident")} " " <code>{incident}</code></p> })}
        </div>
    }
}

/// The shape of a list that is on its way; it shows itself only after a moment. `label` tells what is being fetched.
#[component]
pub fn SkeletonList(#[prop(into)] label: String, #[prop(default = 3)] rows: usize) -> impl IntoView {
    let row = |n: usize| {
        view! {
            <div>
                <span class="skeleton skeleton--circle"></span>
                <div>
                    <span class="skeleton" style=format!("--part:{}%", 38 + n * 7 % 20)></span>
                    <span class="skeleton" style=format!("--part:{}%", 52 + n * 11 % 16)></span>
                    <span class="skeleton" style=format!("--part:{}%", 74 + n * 5 % 18)></span>
                </div>
            </div>
        }
    };
    view! {
        <div class="skeleton-list" aria-busy="true">
            <p class="visually-hidden" role="status">{label}</p>
            {(0..rows).map(row).collect_view()}
        </div>
    }
}
