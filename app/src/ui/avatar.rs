//! A person's initials, and whether they are there.

use domain::presence::Shown;
use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AvatarSize {
    Small,
    #[default]
    Medium,
    Large,
    ExtraLarge,
}

impl AvatarSize {
    fn class(self) -> &'static str {
        match self {
            Self::Small => " avatar--sm",
            Self::Medium => "",
            Self::Large => " avatar--lg",
            Self::ExtraLarge => " avatar--xl",
        }
    }
}

/// The mark of a state: its shape differs as well as its colour. Decoration; the word stands beside it.
#[component]
pub fn Presence(#[prop(into)] state: Signal<Shown>, #[prop(optional)] small: bool) -> impl IntoView {
    view! { <i class=move || format!("presence {}{}", presence_class(state.get()), if small { " presence--xs" } else { "" }) aria-hidden="true"></i> }
}

/// The modifier of the `presence` block for a state.
pub fn presence_class(state: Shown) -> &'static str {
    match state {
        Shown::Ready => "presence--ready",
        Shown::Busy => "presence--busy",
        Shown::WrapUp => "presence--wrapup",
        Shown::NotReady => "presence--notready",
        Shown::Offline => "presence--offline",
    }
}

/// The initials of a person in their own hue, which a name keeps for ever, with a mark for their state if one is given.
#[component]
pub fn Avatar(
    #[prop(into)] name: Signal<String>,
    #[prop(optional)] size: AvatarSize,
    #[prop(optional, into)] presence: Option<Signal<Shown>>,
) -> impl IntoView {
    let class = move || format!("avatar avatar--{}{}", name.with(|name| hue(name)), size.class());
    let mark = presence.map(|state| {
        let class = move || format!("presence presence--xs avatar__presence {}", presence_class(state.get()));
        view! { <i class=class></i> }
    });
    view! { <span class=class aria-hidden="true">{move || name.with(|name| initials(name))}{mark}</span> }
}

/// The first letters of the first and the last word; `?` for a name without letters.
pub fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = letters.next();
    let shown: String = first.into_iter().chain(letters.next_back()).flat_map(char::to_uppercase).collect();
    if shown.is_empty() { "?".to_owned() } else { shown }
}

/// One of the six hues, 1 to 6: the same for a name everywhere and always.
pub fn hue(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 8) % 6 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_initials_and_a_hue() {
        for (name, shown) in [("Ana Lindqvist", "AL"), ("ana", "A"), ("Jean-Luc van der Berg", "JB"), ("", "?"), ("(Guest) 7", "G7")] {
            assert_eq!(initials(name), shown);
            assert!((1..=6).contains(&hue(name)));
        }
        assert_eq!(hue("Ana Lindqvist"), hue("Ana Lindqvist"));
    }
}
