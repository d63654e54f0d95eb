//! `/settings/agents`: everybody who answers.

use super::Loaded;
use crate::{
    console::{desk::use_desk, words::use_words},
    ui::{Avatar, AvatarSize, Chip, Tone},
};
use domain::{
    presence::Role,
    settings::{AgentSettings, Settings},
};
use leptos::prelude::*;

#[component]
pub fn AgentsPage() -> impl IntoView {
    view! { <Loaded view=|settings, _| view! { <Agents settings=settings /> } /> }
}

#[component]
fn Agents(settings: Settings) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let is_admin = desk.me.with_untracked(|me| me.role == Role::Admin);
    let head = |key: &str| view! { <th scope="col">{texts.get(key)}</th> };
    let queues = StoredValue::new(settings.queues);
    let rows = settings.agents.into_iter().map(|agent| {
        let names: Vec<String> = queues.with_value(|queues| {
            let serves = |id| agent.draft.queues.iter().any(|(queue, _)| *queue == id);
            queues.iter().filter(|queue| serves(queue.id)).map(|queue| queue.draft.name.clone()).collect()
        });
        view! { <Row agent=agent queues=names /> }
    });
    view! {
        <section class="sheet settings-form" aria-labelledby="agents-title">
            <header class="settings-form__head">
                <div><h1 class="page-title" id="agents-title">{texts.get("settings.agents")}</h1><p class="muted">{texts.get("settings.agents_about")}</p></div>
                <span class="spacer"></span>
                {is_admin.then(|| view! { <a class="button button--primary" href="/settings/agents/new">{texts.get("settings.agent.new")}</a> })}
            </header>
            <div class="settings-form__body settings-form__body--alone">
                <div class="table-box">
                    <table class="table">
                        <caption class="visually-hidden">{texts.get("settings.agents")}</caption>
                        <thead>
                            <tr>
                                {head("settings.name")} {head("settings.role")} {head("settings.team")} {head("settings.queues")}
                                <th scope="col" class="is-number">{texts.get("settings.capacity")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
}

#[component]
fn Row(agent: AgentSettings, queues: Vec<String>) -> impl IntoView {
    let texts = use_words();
    let AgentSettings { id, draft, .. } = agent;
    let name = Signal::stored(draft.name.clone());
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar name=name size=AvatarSize::Small />
                    <a href=format!("/settings/agents/{id}")>{draft.name}</a>
                    {draft.disabled.then(|| view! { <Chip tone=Tone::Warning>{texts.get("settings.agent.disabled")}</Chip> })}
                </span>
            </td>
            <td>{texts.get(&format!("settings.role.{}", draft.role.word()))}</td>
            <td data-label=texts.get("settings.team")>{draft.team.unwrap_or_else(|| "–".into())}</td>
            <td><span class="tags">{queues.into_iter().map(|name| view! { <Chip>{name}</Chip> }).collect_view()}</span></td>
            <td class="is-number" data-label=texts.get("settings.capacity")>{draft.capacity}</td>
        </tr>
    }
}
