//! Long lists: as many cards as a person looks through, then more when asked for.

use crate::{
    console::words::use_words,
    ui::{Button, Variant},
};
use domain::desk::Card;
use leptos::prelude::*;

const PAGE: usize = 50;

/// The beginning of a list, and how much of it is shown.
#[derive(Clone, Copy)]
pub struct Part {
    all: Memo<Vec<Card>>,
    most: RwSignal<usize>,
}

impl Part {
    pub fn of(all: Memo<Vec<Card>>) -> Self {
        Self { all, most: RwSignal::new(PAGE) }
    }
    pub fn get(self) -> Vec<Card> {
        self.all.with(|cards| cards.iter().take(self.most.get()).cloned().collect())
    }
}

/// "Show more", while there is more.
#[component]
pub fn ShowMore(part: Part) -> impl IntoView {
    let texts = use_words();
    let rest = Memo::new(move |_| part.all.with(Vec::len).saturating_sub(part.most.get()));
    view! {
        <Show when=move || { rest.get() > 0 }>
            <div class="manager__more">
                <Button variant=Variant::Quiet on_click=move |_| part.most.update(|most| *most += PAGE)>
                    {texts.get("console.show_more")}
                </Button>
            </div>
        </Show>
    }
}
