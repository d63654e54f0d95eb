//! `/settings/hours`: all sets of office hours.

use super::Loaded;
use crate::{
    api,
    console::{desk::use_desk, explain::explain, words::use_words},
    ui::{Button, ButtonSize, Chip, Empty, Toast, Variant},
};
use domain::settings::{HoursSettings, Settings};
use leptos::prelude::*;

#[component]
pub fn HoursPage() -> impl IntoView {
    view! { <Loaded view=|settings, again| view! { <AllHours settings=settings again=again /> } /> }
}

#[component]
fn AllHours(settings: Settings, again: Callback<()>) -> impl IntoView {
    let texts = use_words();
    let none = settings.hours.is_empty();
    let rows = settings.hours.into_iter().map(|hours| view! { <Row hours=hours again=again /> });
    let head = |key: &str| view! { <th scope="col">{texts.get(key)}</th> };
    view! {
        <section class="sheet settings-form" aria-labelledby="hours-title">
            <header class="settings-form__head">
                <div><h1 class="page-title" id="hours-title">{texts.get("settings.hours")}</h1><p class="muted">{texts.get("settings.hours_about")}</p></div>
                <span class="spacer"></span>
                <a class="button button--primary" href="/settings/hours/new">{texts.get("settings.hours.new")}</a>
            </header>
            <div class="settings-form__body settings-form__body--alone">
                {if none {
                    view! { <Empty icon="calendar" title=texts.get("settings.hours.none") text=texts.get("settings.hours.none_text") /> }.into_any()
                } else {
                    view! {
                        <div class="table-box">
                            <table class="table">
                                <caption class="visually-hidden">{texts.get("settings.hours")}</caption>
                                <thead>
                                    <tr>
                                        {head("settings.name")} {head("settings.zone")} {head("settings.hours.kept_by")}
                                        <th><span class="visually-hidden">{texts.get("settings.actions")}</span></th>
                                    </tr>
                                </thead>
                                <tbody>{rows.collect_view()}</tbody>
                            </table>
                        </div>
                    }
                    .into_any()
                }}
            </div>
        </section>
    }
}

#[component]
fn Row(hours: HoursSettings, again: Callback<()>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let HoursSettings { id, hours, queues, .. } = hours;
    let remove = Action::new_local(move |(): &()| async move {
        match api::settings::remove_hours(id).await {
            Ok(()) => again.run(()),
            Err(error) => {
                let told = explain(&error.0, None, &texts.all());
                desk.toasts.show(Toast::danger(told.title).text(told.text));
            }
        }
    });
    let named = texts.with("settings.remove_named", &[("name", &hours.name)]);
    view! {
        <tr>
            <td><a href=format!("/settings/hours/{id}")>{hours.name}</a></td>
            <td>{hours.zone}</td>
            <td><span class="tags">{queues.into_iter().map(|name| view! { <Chip>{name}</Chip> }).collect_view()}</span></td>
            <td class="is-number">
                <Button variant=Variant::DangerQuiet size=ButtonSize::Small busy=remove.pending() on_click=move |_| _ = remove.dispatch(()) attr:aria-label=named>
                    {texts.get("settings.remove")}
                </Button>
            </td>
        </tr>
    }
}
