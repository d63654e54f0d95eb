//! `/settings/reasons`: why agents may be Not ready, in the order in which they are shown.

use super::{
    Loaded,
    controls::FaultLine,
    controls::fault,
    form::{SettingsForm, use_relook},
    values::Values,
};
use crate::{
    api,
    console::words::use_words,
    ui::{Button, ButtonSize, Variant},
};
use domain::{
    presence::Reason,
    settings::{Settings, Wrong},
};
use leptos::prelude::*;

/// The most reasons of a desk.
const MOST: usize = 100;

#[component]
pub fn ReasonsPage() -> impl IntoView {
    view! { <Loaded view=|settings: Settings, again| view! { <Reasons reasons=settings.reasons again=again /> } /> }
}

#[component]
fn Reasons(reasons: Vec<Reason>, again: Callback<()>) -> impl IntoView {
    let texts = use_words();
    let check = Callback::new(move |values: Values| read(&values).iter().flat_map(Reason::problems).collect::<Vec<Wrong>>());
    let save = Action::new_local(move |values: &Values| {
        let reasons = read(values);
        async move { api::settings::save_reasons(reasons).await.map(|_| ()).map_err(|error| error.0) }
    });
    view! {
        <SettingsForm
            title=texts.get("settings.reasons")
            about=texts.get("settings.reasons_about")
            check=check
            save=save
            back="/settings/reasons"
            again=again
        >
            <Rows reasons=reasons />
        </SettingsForm>
    }
}

#[component]
fn Rows(reasons: Vec<Reason>) -> impl IntoView {
    let (texts, relook) = (use_words(), use_relook());
    let first: Vec<(usize, Reason)> = reasons.into_iter().enumerate().collect();
    let next = StoredValue::new(first.len());
    let rows = RwSignal::new(first);
    let add = move |_| {
        let n = next.get_value();
        if n < MOST {
            next.set_value(n + 1);
            rows.update(|rows| rows.push((n, Reason { key: String::new(), name: String::new(), team: None })));
            relook.look();
        }
    };
    let row = move |(n, reason): (usize, Reason)| {
        let remove = texts.with("settings.remove_named", &[("name", &reason.name)]);
        view! {
            <li class="exception exception--two">
                <input type="hidden" name=format!("reason.{n:03}.key") value=reason.key />
                <input class="input" name=format!("reason.{n:03}.name") value=reason.name data-field="name" aria-label=texts.get("settings.name") placeholder=texts.get("settings.name") />
                <input
                    class="input"
                    name=format!("reason.{n:03}.team")
                    value=reason.team.unwrap_or_default()
                    aria-label=texts.get("settings.team")
                    placeholder=texts.get("settings.reason.everybody")
                />
                <Button
                    variant=Variant::Quiet
                    size=ButtonSize::Small
                    on_click=move |_| {
                        rows.update(|rows| rows.retain(|(other, _)| *other != n));
                        relook.look();
                    }
                    attr:aria-label=remove
                >
                    {texts.get("settings.remove")}
                </Button>
            </li>
        }
    };
    view! {
        <ul class="exceptions"><For each=move || rows.get() key=|(n, _)| *n children=row /></ul>
        <FaultLine id="f-name-error" error=fault("name") />
        <FaultLine id="f-team-error" error=fault("team") />
        <div><Button variant=Variant::Plain on_click=add>{texts.get("settings.reason.add")}</Button></div>
    }
}

fn read(values: &Values) -> Vec<Reason> {
    (0..MOST)
        .filter_map(|n| {
            let part = |what: &str| values.text(&format!("reason.{n:03}.{what}"));
            let there = values.is_on(&format!("reason.{n:03}.name"));
            let team = Some(part("team")).filter(|team| !team.is_empty());
            there.then(|| Reason { key: part("key"), name: part("name"), team })
        })
        .collect()
}
