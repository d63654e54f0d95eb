//! The text of a message: words and links, never markup.

use domain::message::{Piece, pieces};
use leptos::prelude::*;

/// `text` as text nodes and anchors. Line breaks are kept by the style.
#[component]
pub fn MessageText(#[prop(into)] text: String) -> impl IntoView {
    pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(words) => words.to_owned().into_any(),
            Piece::Link(address) => {
                view! { <a href=address.to_owned() target="_blank" rel="noopener noreferrer nofollow">{address.to_owned()}</a> }.into_any()
            }
        })
        .collect_view()
}
