//! The form of a settings page: read as a whole, checked by the rules before it is sent, sent once.

use super::{
    browser,
    controls::{Faults, sentence},
    leaving::LeaveGuard,
    values::Values,
};
use crate::{
    console::{browser as page, desk::use_desk, explain::explain, words::use_words},
    ui::{Button, Icon, IconSize, Toast, Variant},
};
use domain::{settings::Wrong, wire::Problem};
use leptos::{ev::SubmitEvent, html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What saving answered.
pub type Saved = Action<Values, Result<(), Problem>>;

/// For what stands in a form around it: has the form looked at again, after rows came or went.
#[derive(Clone, Copy)]
pub struct Relook(Callback<()>);

impl Relook {
    pub fn look(self) {
        browser::soon(move || _ = self.0.try_run(()));
    }
}

pub fn use_relook() -> Relook {
    expect_context()
}

/// A form with its head and the bar that saves it. `check` says what cannot be saved; after `save` the way leads to `back`,
/// or, with `again`, the page is read once more.
#[component]
pub fn SettingsForm(
    #[prop(into)] title: String,
    #[prop(into)] about: String,
    check: Callback<Values, Vec<Wrong>>,
    save: Saved,
    back: &'static str,
    #[prop(optional)] again: Option<Callback<()>>,
    /// Told of what stands in the form, whenever that changes.
    #[prop(optional)]
    on_change: Option<Callback<Values>>,
    /// Buttons in the head.
    #[prop(optional)]
    more: Option<AnyView>,
    /// Beside the fields.
    #[prop(optional)]
    aside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let faults = RwSignal::new(Vec::<Wrong>::new());
    provide_context(Faults(faults));
    let form = NodeRef::<html::Form>::new();
    let first = StoredValue::new(None::<Values>);
    let changes = RwSignal::new(0_usize);
    let read = move || form.get_untracked().map(|form| browser::read(&form)).unwrap_or_default();
    let look = move || {
        let Some(form) = form.try_get_untracked().flatten() else { return };
        let now = browser::read(&form);
        changes.set(first.with_value(|first| first.as_ref().map_or(0, |first| now.differs_from(first))));
        if !faults.with_untracked(Vec::is_empty) {
            faults.set(check.run(now.clone()));
        }
        if let Some(on_change) = on_change {
            on_change.run(now);
        }
    };
    provide_context(Relook(Callback::new(move |()| look())));
    Effect::new(move |_| {
        if form.get().is_some() && first.with_value(Option::is_none) {
            first.set_value(Some(read()));
        }
    });
    page::before_leaving(move || changes.get_untracked() > 0);
    let show = move |wrong: Vec<Wrong>| {
        if let (Some(form), Some(one)) = (form.get_untracked(), wrong.first()) {
            browser::focus(&form, &one.field);
        }
        faults.set(wrong);
    };
    let navigate = use_navigate();
    Effect::new(move |_| match save.value().get() {
        Some(Ok(())) => {
            changes.set(0);
            desk.toasts.show(Toast::plain(texts.get("settings.saved")));
            match again {
                Some(again) => again.run(()),
                None => navigate(back, NavigateOptions::default()),
            }
        }
        Some(Err(Problem::Invalid { field, why })) => show(vec![Wrong { field, why, bounds: None }]),
        Some(Err(Problem::SignedOut)) => desk.signed_out.set(true),
        Some(Err(problem)) => {
            let told = explain(&problem, None, &texts.all());
            desk.toasts.show(Toast::danger(told.title).text(told.text));
        }
        None => {}
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let values = read();
        let wrong = check.run(values.clone());
        if wrong.is_empty() {
            faults.set(wrong);
            save.dispatch(values);
        } else {
            show(wrong);
        }
    };
    let told = move || texts.count("settings.changes", changes.get());
    let alone = aside.is_none();
    view! {
        <form class="sheet settings-form" aria-labelledby="settings-form-title" novalidate node_ref=form on:submit=submit on:input=move |_| look()>
            <header class="settings-form__head">
                <div><h1 class="page-title" id="settings-form-title">{title}</h1><p class="muted">{about}</p></div>
                <span class="spacer"></span>
                {more}
            </header>
            <div class="settings-form__body" class:settings-form__body--alone=alone>
                <div class="settings-form__main">
                    <Summary faults=faults />
                    {children()}
                </div>
                {aside}
            </div>
            <footer class="save-bar">
                <span class="muted" role="status">{told}</span>
                <span class="spacer"></span>
                <a class="button button--quiet" href=back data-discards="">{texts.get("settings.discard")}</a>
                <Button variant=Variant::Primary submit=true busy=save.pending()>{texts.get("settings.save")}</Button>
            </footer>
            <LeaveGuard changes=changes />
        </form>
    }
}

/// How many values need another look, once somebody has tried to save them.
#[component]
fn Summary(faults: RwSignal<Vec<Wrong>>) -> impl IntoView {
    let texts = use_words();
    let title = move || texts.count("settings.wrong", faults.with(Vec::len));
    let first = move || faults.with(|all| all.first().map(|wrong| sentence(wrong, texts))).unwrap_or_default();
    view! {
        <Show when=move || !faults.with(Vec::is_empty)>
            <div class="banner banner--danger" role="alert">
                <Icon name="warning" size=IconSize::Small />
                <span><strong>{title}</strong> " " {first}</span>
            </div>
        </Show>
    }
}
