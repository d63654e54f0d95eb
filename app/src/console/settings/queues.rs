//! `/settings/queues`: all queues.

use super::Loaded;
use crate::{
    api,
    console::{desk::use_desk, words::use_words},
    ui::{Button, ButtonSize, Chip, Empty, Toast, Tone, Variant},
};
use domain::{
    queue::Distribution,
    settings::{QueueSettings, Settings},
};
use leptos::prelude::*;

#[component]
pub fn QueuesPage() -> impl IntoView {
    view! { <Loaded view=|settings, again| view! { <Queues settings=settings again=again /> } /> }
}

#[component]
fn Queues(settings: Settings, again: Callback<()>) -> impl IntoView {
    let texts = use_words();
    let (in_use, away): (Vec<_>, Vec<_>) = settings.queues.into_iter().partition(|queue| !queue.archived);
    let head = |key: &str| view! { <th scope="col">{texts.get(key)}</th> };
    let rows = |queues: Vec<QueueSettings>| queues.into_iter().map(|queue| view! { <Row queue=queue again=again /> }).collect_view();
    let table = |queues: Vec<QueueSettings>, caption: &str| {
        view! {
            <div class="table-box">
                <table class="table">
                    <caption class="visually-hidden">{texts.get(caption)}</caption>
                    <thead>
                        <tr>
                            {head("settings.name")} {head("settings.service")} {head("settings.distribution")}
                            <th scope="col" class="is-number">{texts.get("settings.members")}</th>
                            <th><span class="visually-hidden">{texts.get("settings.actions")}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows(queues)}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <section class="sheet settings-form" aria-labelledby="queues-title">
            <header class="settings-form__head">
                <div><h1 class="page-title" id="queues-title">{texts.get("settings.queues")}</h1><p class="muted">{texts.get("settings.queues_about")}</p></div>
                <span class="spacer"></span>
                <a class="button button--primary" href="/settings/queues/new">{texts.get("settings.queue.new")}</a>
            </header>
            <div class="settings-form__body settings-form__body--alone">
                {if in_use.is_empty() {
                    view! { <Empty icon="queue" title=texts.get("settings.queue.none") text=texts.get("settings.queue.none_text") /> }.into_any()
                } else {
                    table(in_use, "settings.queues").into_any()
                }}
                {(!away.is_empty())
                    .then(|| {
                        view! {
                            <h2 class="settings-form__sub">{texts.get("settings.queue.archived")}</h2>
                            {table(away, "settings.queue.archived")}
                        }
                    })}
            </div>
        </section>
    }
}

#[component]
fn Row(queue: QueueSettings, again: Callback<()>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let QueueSettings { id, draft, archived, .. } = queue;
    let put_away = Action::new_local(move |(): &()| async move {
        match api::settings::archive_queue(id, !archived).await {
            Ok(()) => again.run(()),
            Err(error) => {
                let told = crate::console::explain::explain(&error.0, None, &texts.all());
                desk.toasts.show(Toast::danger(told.title).text(told.text));
            }
        }
    });
    let mode = match draft.policy.distribution {
        Distribution::Offer => "settings.offer",
        Distribution::Announce => "settings.announce",
    };
    let action = if archived { "settings.queue.restore" } else { "settings.queue.archive" };
    let named = texts.with(&format!("{action}_named"), &[("name", &draft.name)]);
    view! {
        <tr>
            <td><a href=format!("/settings/queues/{id}")>{draft.name.clone()}</a></td>
            <td>{draft.service}</td>
            <td><Chip tone=Tone::Neutral>{texts.get(mode)}</Chip></td>
            <td class="is-number" data-label=texts.get("settings.members")>{draft.members.len()}</td>
            <td class="is-number">
                <Button variant=Variant::Quiet size=ButtonSize::Small busy=put_away.pending() on_click=move |_| _ = put_away.dispatch(()) attr:aria-label=named>
                    {texts.get(action)}
                </Button>
            </td>
        </tr>
    }
}
