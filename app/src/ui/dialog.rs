//! Dialogs: the native element, shown above everything with the page behind it out of reach.

use super::browser;
use leptos::{ev::Event, html, prelude::*};

/// A modal dialog. Its title asks, its buttons answer with the same verb. Escape calls `on_close`, which sets `open` to
/// false; the focus goes in to the element marked `autofocus` (the safe button) and comes back afterwards.
///
/// The body and the buttons are rendered when it opens.
#[component]
pub fn Dialog(
    /// The element's id; the title and the text take theirs from it.
    #[prop(into)]
    id: String,
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    /// Something is at stake: an `alertdialog`.
    #[prop(optional)]
    alert: bool,
    /// Wider, for a form.
    #[prop(optional)]
    wide: bool,
    /// The buttons, the destructive one first.
    #[prop(into)]
    footer: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| if open.get() { browser::show_dialog(element) } else { browser::close_dialog(element) });
    let cancelled = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    let closed = move |_: Event| {
        if open.get_untracked() {
            on_close.run(());
        }
    };
    let (title_id, body_id) = (format!("{id}-title"), format!("{id}-body"));
    let (titled_by, described_by) = (title_id.clone(), body_id.clone());
    let content = StoredValue::new((title_id, body_id, footer, children));
    view! {
        <dialog
            class=if wide { "dialog dialog--wide" } else { "dialog" }
            id=id
            role=if alert { "alertdialog" } else { "dialog" }
            aria-labelledby=titled_by
            aria-describedby=described_by
            on:cancel=cancelled
            on:close=closed
            node_ref=element
        >
            <Show when=move || open.get()>
                {content.with_value(|(title_id, body_id, footer, children)| view! {
                    <div class="dialog__head"><h2 class="dialog__title" id=title_id.clone()>{title}</h2></div>
                    <div class="dialog__body" id=body_id.clone()>{children()}</div>
                    <div class="dialog__foot">{footer.run()}</div>
                })}
            </Show>
        </dialog>
    }
}
