//! The way back to the end of a log.

use super::{Button, ButtonSize};
use leptos::prelude::*;

/// Floats at the end of a log while its reader has gone back in it; pressing leads to the latest messages.
#[component]
pub fn Latest(
    /// Whether the end is in view.
    #[prop(into)]
    at_end: Signal<bool>,
    #[prop(into)] label: String,
    #[prop(into)] on_click: Callback<()>,
) -> impl IntoView {
    let label = StoredValue::new(label);
    // It is no message: its coming and going is not read out.
    view! {
        <div class="latest" aria-live="off">
            <Show when=move || !at_end.get()>
                <Button size=ButtonSize::Small icon="chevron-down" on_click=move |_| on_click.run(())>{label.get_value()}</Button>
            </Show>
        </div>
    }
}
