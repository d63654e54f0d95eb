//! `/settings/agents/ID` and `/settings/agents/new`.

use super::{
    ChangedLine, Loaded,
    controls::{Check, FaultLine, Number, Setting, fault},
    form::SettingsForm,
    values::Values,
};
use crate::{
    api,
    console::{desk::use_desk, words::use_words},
    ui::{Chip, Choice, Empty, Field, Select},
};
use domain::{
    ids::QueueId,
    presence::Role,
    settings::{AgentDraft, AgentSettings, Settings, Wrong},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

const BACK: &str = "/settings/agents";

#[component]
pub fn AgentPage() -> impl IntoView {
    let texts = use_words();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()));
    view! {
        <Loaded view=move |settings: Settings, _| {
            let wanted = id.get_untracked();
            let known = settings.agents.iter().find(|agent| agent.id.to_string() == wanted).cloned();
            match known {
                None if wanted != "new" => {
                    view! {
                        <section class="sheet">
                            <Empty icon="users" title=texts.get("settings.agent.missing") text=texts.get("settings.agent.missing_text")>
                                <a class="button button--secondary" href=BACK>{texts.get("settings.agents")}</a>
                            </Empty>
                        </section>
                    }
                    .into_any()
                }
                known => view! { <AgentForm settings=settings known=known /> }.into_any(),
            }
        } />
    }
}

#[component]
fn AgentForm(settings: Settings, known: Option<AgentSettings>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let id = known.as_ref().map(|agent| agent.id);
    let changed = known.as_ref().and_then(|agent| agent.changed.clone());
    let empty = AgentDraft {
        name: String::new(),
        email: String::new(),
        role: Role::Agent,
        team: None,
        capacity: settings.desk.capacity,
        queues: Vec::new(),
        skills: Vec::new(),
        disabled: false,
        password: None,
    };
    let draft = known.map_or(empty, |agent| agent.draft);
    let is_admin = desk.me.with_untracked(|me| me.role == Role::Admin);
    let stored = StoredValue::new(draft.clone());
    let read = move |values: &Values| stored.with_value(|before| read(values, before, is_admin));
    let title = if id.is_some() { draft.name.clone() } else { texts.get("settings.agent.new") };
    let about = texts.get(if id.is_some() { "settings.agent.about" } else { "settings.agent.new_about" });
    let check = Callback::new(move |values: Values| {
        let (draft, mut wrong) = read(&values);
        let more = draft.problems(id.is_none());
        wrong.extend(more.into_iter().filter(|one| !wrong.iter().any(|known| known.field == one.field)).collect::<Vec<_>>());
        wrong
    });
    let save = Action::new_local(move |values: &Values| {
        let draft = read(values).0;
        async move { api::settings::save_agent(id, draft).await.map(|_| ()).map_err(|error| error.0) }
    });
    view! {
        <SettingsForm title=title about=about check=check save=save back=BACK>
            <Person draft=draft.clone() is_admin=is_admin is_new=id.is_none() />
            <Work draft=draft settings=settings />
            <ChangedLine changed=changed />
        </SettingsForm>
    }
}

#[component]
fn Person(draft: AgentDraft, is_admin: bool, is_new: bool) -> impl IntoView {
    let texts = use_words();
    let role = move |role: Role| Choice { value: role.word().into(), label: texts.get(&format!("settings.role.{}", role.word())) };
    if !is_admin {
        return view! {
            <Setting title=texts.get("settings.agent.person") text=texts.get("settings.agent.only_admins")>
                <p>{draft.name}</p>
                <p class="muted">{draft.email}</p>
            </Setting>
        }
        .into_any();
    }
    let hint = texts.get(if is_new { "settings.agent.password_new" } else { "settings.agent.password_keep" });
    view! {
        <Setting title=texts.get("settings.agent.person") text=texts.get("settings.agent.person_text")>
            <div class="two">
                <Field id="f-name" name="name" label=texts.get("settings.name") value=draft.name error=fault("name") autocomplete="off" />
                <Field id="f-email" name="email" kind="email" label=texts.get("settings.email") value=draft.email error=fault("email") autocomplete="off" />
                <Select
                    id="f-role"
                    name="role"
                    label=texts.get("settings.role")
                    hint=texts.get("settings.role_hint")
                    choices=Role::ALL.map(role).to_vec()
                    value=draft.role.word()
                    error=fault("role")
                />
                <Field
                    id="f-password"
                    name="password"
                    kind="password"
                    label=texts.get("settings.agent.password")
                    hint=hint
                    error=fault("password")
                    autocomplete="new-password"
                />
            </div>
            <Check name="disabled" label=texts.get("settings.agent.disable") on=draft.disabled />
        </Setting>
    }
    .into_any()
}

#[component]
fn Work(draft: AgentDraft, settings: Settings) -> impl IntoView {
    let texts = use_words();
    let skills: Vec<_> = settings.skills;
    let no_skills = skills.is_empty();
    let (able, served) = (draft.skills.clone(), draft.queues.clone());
    let skills = skills.into_iter().map(move |skill| {
        let on = able.contains(&skill.id);
        view! { <Check name=format!("skill.{}", skill.id) label=skill.name on=on /> }
    });
    let rows = settings.queues.into_iter().filter_map(move |queue| {
        let serves = served.iter().find(|(id, _)| *id == queue.id);
        if queue.archived && serves.is_none() {
            return None;
        }
        let is_away = queue.archived.then(|| view! { <Chip>{texts.get("settings.queue.archived")}</Chip> });
        let label = texts.with("settings.priority_of", &[("name", &queue.draft.name)]);
        Some(view! {
            <tr>
                <td>
                    <label class="check">
                        <input class="check__box" type="checkbox" name=format!("queue.{}", queue.id) checked=serves.is_some() />
                        <span>{queue.draft.name.clone()}</span>
                        {is_away}
                    </label>
                </td>
                <td>
                    <input class="input input--short" name=format!("priority.{}", queue.id) inputmode="numeric" value=serves.map_or(0, |(_, n)| *n) aria-label=label />
                </td>
            </tr>
        })
    });
    view! {
        <Setting title=texts.get("settings.agent.work") text=texts.get("settings.agent.work_text")>
            <div class="two">
                <Number name="capacity" label=texts.get("settings.capacity") value=draft.capacity.to_string() unit=texts.get("settings.chats") />
                <Field
                    id="f-team"
                    name="team"
                    label=texts.get("settings.team")
                    hint=texts.get("settings.team_hint")
                    value=draft.team.unwrap_or_default()
                    error=fault("team")
                />
            </div>
            <fieldset class="checks">
                <legend class="field__label">{texts.get("settings.skills")}</legend>
                {skills.collect_view()}
                {no_skills.then(|| view! { <p class="muted">{texts.get("settings.skill.none")} " " <a href="/settings/skills">{texts.get("settings.skill.make")}</a></p> })}
            </fieldset>
        </Setting>
        <Setting wide=true title=texts.get("settings.queues") text=texts.get("settings.members_text")>
            <div class="table-box">
                <table class="table">
                    <thead><tr><th scope="col">{texts.get("settings.queue")}</th><th scope="col">{texts.get("settings.priority")}</th></tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <FaultLine id="f-priority-error" error=fault("priority") />
        </Setting>
    }
}

/// What stands in the form; what a supervisor cannot change stays as it was.
fn read(values: &Values, before: &AgentDraft, is_admin: bool) -> (AgentDraft, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let capacity = values.number("capacity", &mut wrong);
    let queues = values.ticked::<QueueId>("queue").into_iter().map(|queue| {
        let priority = values.text(&format!("priority.{queue}"));
        (queue, if priority.is_empty() { 0 } else { priority.parse().unwrap_or(-1) })
    });
    let work = AgentDraft {
        team: Some(values.text("team")),
        capacity,
        queues: queues.collect(),
        skills: values.ticked("skill"),
        password: None,
        ..before.clone()
    };
    let draft = if is_admin {
        AgentDraft {
            name: values.text("name"),
            email: values.text("email"),
            role: Role::from_word(&values.text("role")).unwrap_or(before.role),
            disabled: values.is_on("disabled"),
            // As typed: blanks may belong to it.
            password: values.0.get("password").cloned(),
            ..work
        }
    } else {
        work
    };
    (draft.tidy(), wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_supervisor_changes_what_one_can_do_and_not_who_one_is() {
        let before = AgentDraft {
            name: "Ana".into(),
            email: "ana@desk.example".into(),
            role: Role::Agent,
            team: None,
            capacity: 4,
            queues: Vec::new(),
            skills: Vec::new(),
            disabled: false,
            password: None,
        };
        let queue = QueueId::new(uuid::Uuid::from_u128(9));
        let pairs = [
            ("name", "Eve"),
            ("role", "admin"),
            ("disabled", "on"),
            ("capacity", "2"),
            ("team", " Night "),
            (&format!("queue.{queue}"), "on"),
        ];
        let values = Values(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect());
        let (draft, wrong) = read(&values, &before, false);
        assert!(wrong.is_empty());
        assert_eq!(draft, AgentDraft { capacity: 2, team: Some("Night".into()), queues: vec![(queue, 0)], ..before.clone() });
        let (draft, _) = read(&values, &before, true);
        assert_eq!((draft.name.as_str(), draft.role, draft.disabled), ("Eve", Role::Admin, true));
    }
}
