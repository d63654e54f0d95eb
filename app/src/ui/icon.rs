//! Icons from the one sheet of symbols, `style/icons.svg`.

use leptos::prelude::*;

/// Where the sheet of symbols is served, provided by each page's shell.
#[derive(Debug, Clone)]
pub struct IconsUrl(pub String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IconSize {
    ExtraSmall,
    Small,
    #[default]
    Medium,
    Large,
}

impl IconSize {
    fn class(self) -> &'static str {
        match self {
            Self::ExtraSmall => "icon icon--xs",
            Self::Small => "icon icon--sm",
            Self::Medium => "icon",
            Self::Large => "icon icon--lg",
        }
    }
}

/// A symbol by its name, without the `i-`. It is decoration: whatever it says is said in words beside it.
#[component]
pub fn Icon(name: &'static str, #[prop(optional)] size: IconSize) -> impl IntoView {
    let href = icon_href(name);
    view! { <svg class=size.class() aria-hidden="true"><use_ href=href></use_></svg> }
}

/// The address of a symbol, for the few places that choose one while they run.
pub fn icon_href(name: &str) -> String {
    let sheet = use_context::<IconsUrl>().map(|url| url.0).unwrap_or_default();
    format!("{sheet}#i-{name}")
}
