//! `/settings/…`: what admins and supervisors set. One form a page; the rules are the server's own, run in the browser first.

mod agent_form;
mod agents;
mod browser;
mod controls;
mod desk_page;
mod form;
mod hours;
mod hours_form;
mod in_words;
mod leaving;
mod nav;
mod open_now;
mod queue_form;
mod queues;
mod reasons;
mod skills;
mod values;
mod zone;

pub use {
    agent_form::AgentPage, agents::AgentsPage, desk_page::DeskPage, hours::HoursPage, hours_form::OneHoursPage, nav::SettingsLayout,
    queue_form::QueuePage, queues::QueuesPage, reasons::ReasonsPage, skills::SkillsPage,
};

use super::{page_failed::PageFailed, words::use_words};
use crate::{
    api,
    boundary::AppError,
    ui::{Icon, IconSize, SkeletonList, Time, TimeShape},
};
use domain::settings::{Changed, Settings};
use leptos::prelude::*;

/// Fetches the settings and shows a page made of them; the page can ask for them again.
#[component]
fn Loaded<V, F>(view: F) -> impl IntoView
where
    F: Fn(Settings, Callback<()>) -> V + Copy + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let texts = use_words();
    let settings = Resource::new(|| (), |()| api::settings::read());
    let again = Callback::new(move |()| settings.refetch());
    view! {
        <Suspense fallback=move || view! { <section class="sheet settings-form"><SkeletonList label=texts.get("settings.loading") rows=6 /></section> }>
            {move || Suspend::new(async move {
                match settings.await {
                    Ok(settings) => view(settings, again).into_any(),
                    Err(AppError(problem)) => view! { <section class="sheet"><PageFailed problem=problem again=move || again.run(()) /></section> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// "Changed by Ada, 21 Nov, 14:08".
#[component]
fn ChangedLine(changed: Option<Changed>) -> impl IntoView {
    let texts = use_words();
    changed.map(|Changed { by, at }| {
        view! {
            <p class="muted changed">
                <Icon name="history" size=IconSize::ExtraSmall />
                <span>{texts.with("settings.changed_by", &[("name", &by)])} ", " <Time at=at shape=TimeShape::DayAndTime /></span>
            </p>
        }
    })
}
