//! `/settings/desk`: what holds for the whole desk, and what was changed lately.

use super::{
    Loaded,
    controls::{Number, Setting, SpanField},
    form::SettingsForm,
    values::{Unit, Values},
};
use crate::{
    api,
    console::{desk::use_desk, words::use_words},
    ui::{Empty, Time, TimeShape},
};
use domain::{
    presence::Role,
    settings::{Change, DeskSettings, Settings, Wrong},
};
use leptos::prelude::*;

#[component]
pub fn DeskPage() -> impl IntoView {
    view! { <Loaded view=|settings: Settings, again| view! { <DeskForm settings=settings again=again /> } /> }
}

#[component]
fn DeskForm(settings: Settings, again: Callback<()>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let is_admin = desk.me.with_untracked(|me| me.role == Role::Admin);
    let changes = settings.changes;
    if !is_admin {
        return view! {
            <section class="sheet settings-form" aria-labelledby="desk-title">
                <header class="settings-form__head"><h1 class="page-title" id="desk-title">{texts.get("settings.desk")}</h1></header>
                <div class="settings-form__body settings-form__body--alone"><Changes changes=changes /></div>
            </section>
        }
        .into_any();
    }
    let current = settings.desk;
    let check = Callback::new(move |values: Values| {
        let (desk, mut wrong) = read(&values);
        let more = desk.problems();
        wrong.extend(more.into_iter().filter(|one| !wrong.iter().any(|known| known.field == one.field)).collect::<Vec<_>>());
        wrong
    });
    let save = Action::new_local(move |values: &Values| {
        let desk = read(values).0;
        async move { api::settings::save_desk(desk).await.map_err(|error| error.0) }
    });
    view! {
        <SettingsForm title=texts.get("settings.desk") about=texts.get("settings.desk_about") check=check save=save back="/settings/desk" again=again>
            <Setting title=texts.get("settings.desk.agents") text=texts.get("settings.desk.agents_text")>
                <div class="two">
                    <SpanField
                        name="agent_idle_after"
                        label=texts.get("settings.desk.idle")
                        value=current.agent_idle_after
                        unit=Unit::Minutes
                        hint=texts.get("settings.empty_never")
                    />
                    <Number name="capacity" label=texts.get("settings.desk.capacity") value=current.capacity.to_string() unit=texts.get("settings.chats") />
                </div>
            </Setting>
            <Changes changes=changes />
        </SettingsForm>
    }
    .into_any()
}

fn read(values: &Values) -> (DeskSettings, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let desk = DeskSettings {
        agent_idle_after: values.some_span("agent_idle_after", Unit::Minutes, &mut wrong),
        capacity: values.number("capacity", &mut wrong),
    };
    (desk, wrong)
}

/// Who changed what, newest first.
#[component]
fn Changes(changes: Vec<Change>) -> impl IntoView {
    let texts = use_words();
    let none = changes.is_empty();
    let rows = changes.into_iter().map(move |change| {
        let what = texts.get(&format!("settings.change.{}.{}", change.kind, change.what));
        let fields = change.fields.iter().map(|field| texts.get(&format!("settings.field.{field}"))).collect::<Vec<_>>().join(", ");
        view! {
            <tr>
                <td><Time at=change.changed.at shape=TimeShape::DayAndTime /></td>
                <td>{change.changed.by}</td>
                <td>{what} " " <b>{change.subject}</b></td>
                <td class="muted">{fields}</td>
            </tr>
        }
    });
    view! {
        <Setting wide=true title=texts.get("settings.log") text=texts.get("settings.log_text")>
            {if none {
                view! { <Empty icon="history" title=texts.get("settings.log.none") text=texts.get("settings.log.none_text") /> }.into_any()
            } else {
                view! { <div class="table-box"><table class="table"><tbody>{rows.collect_view()}</tbody></table></div> }.into_any()
            }}
        </Setting>
    }
}
