//! Toasts: what happened, then what follows. They leave by themselves after a while, errors stay.

use super::{Button, ButtonSize, Icon, IconButton, Variant, browser};
use crate::texts::use_texts;
use leptos::prelude::*;

const STAYS_MILLISECONDS: u64 = 6_000;
const LOOKS_AGAIN_MILLISECONDS: u64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Success,
    Danger,
}

/// One toast, to be shown by [`Toasts::show`].
#[derive(Debug, Clone)]
pub struct Toast {
    number: u64,
    kind: Kind,
    title: String,
    text: Option<String>,
    action: Option<(String, Callback<()>)>,
}

impl Toast {
    fn new(kind: Kind, title: String) -> Self {
        Self { number: 0, kind, title, text: None, action: None }
    }
    pub fn plain(title: String) -> Self {
        Self::new(Kind::Plain, title)
    }
    pub fn success(title: String) -> Self {
        Self::new(Kind::Success, title)
    }
    /// Stays until it is dismissed.
    pub fn danger(title: String) -> Self {
        Self::new(Kind::Danger, title)
    }
    pub fn text(mut self, text: String) -> Self {
        self.text = Some(text);
        self
    }
    /// A button below the words; pressing it dismisses the toast too.
    pub fn action(mut self, label: String, run: Callback<()>) -> Self {
        self.action = Some((label, run));
        self
    }
}

/// The toasts of a page.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    last: StoredValue<u64>,
}

impl Toasts {
    /// Shows a toast. The same words that are there already are not shown twice.
    pub fn show(self, toast: Toast) {
        let is_there = self.list.with_untracked(|list| list.iter().any(|other| other.title == toast.title && other.text == toast.text));
        if is_there {
            return;
        }
        self.last.update_value(|last| *last += 1);
        let number = self.last.get_value();
        let stays = toast.kind == Kind::Danger;
        self.list.update(|list| list.push(Toast { number, ..toast }));
        if !stays {
            self.leave(number, STAYS_MILLISECONDS);
        }
    }

    pub fn dismiss(self, number: u64) {
        self.list.update(|list| list.retain(|toast| toast.number != number));
    }

    /// Dismisses the toast later, but not while somebody reads it.
    fn leave(self, number: u64, milliseconds: u64) {
        browser::after(milliseconds, move || {
            if browser::has_attention(&element_id(number)) {
                self.leave(number, LOOKS_AGAIN_MILLISECONDS);
            } else {
                self.dismiss(number);
            }
        });
    }
}

fn element_id(number: u64) -> String {
    format!("toast-{number}")
}

/// Makes a place for toasts in this page; [`ToastRegion`] shows them.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts { list: RwSignal::new(Vec::new()), last: StoredValue::new(0) };
    provide_context(toasts);
    toasts
}

/// The toasts of this page; ones that nobody sees where none were provided.
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(provide_toasts)
}

/// Where toasts appear, once a page: said politely to those who listen.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let (toasts, texts) = (use_toasts(), use_texts());
    view! {
        <section class="toasts" role="region" aria-label=texts.get("ui.notices") aria-live="polite">
            <For each=move || toasts.list.get() key=|toast| toast.number children=move |toast| one_toast(toasts, toast) />
        </section>
    }
}

fn one_toast(toasts: Toasts, toast: Toast) -> impl IntoView {
    let Toast { number, kind, title, text, action } = toast;
    let (class, icon) = match kind {
        Kind::Plain => ("toast", "info"),
        Kind::Success => ("toast toast--success", "check"),
        Kind::Danger => ("toast toast--danger", "warning"),
    };
    let action = action.map(|(label, run)| {
        let pressed = move |_| {
            toasts.dismiss(number);
            run.run(());
        };
        view! { <div class="toast__actions"><Button variant=Variant::Plain size=ButtonSize::Small on_click=pressed>{label}</Button></div> }
    });
    view! {
        <div class=class id=element_id(number)>
            <Icon name=icon />
            <div class="toast__body">
                <p class="toast__title">{title}</p>
                {text.map(|text| view! { <p class="toast__text">{text}</p> })}
                {action}
            </div>
            <IconButton name=use_texts().get("ui.dismiss") icon="close" small=true on_click=move |_| toasts.dismiss(number) />
        </div>
    }
}
