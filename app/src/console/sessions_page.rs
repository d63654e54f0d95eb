//! `/account/sessions`: where one is signed in, and how to end that.

use super::{browser, page_failed::PageFailed, words::use_words};
use crate::{
    api,
    boundary::AppError,
    ui::{Button, ButtonSize, Chip, SkeletonList, Time, TimeShape, Toast, Tone, Variant, use_toasts},
};
use domain::{desk::SessionView, ids::SessionId};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn SessionsPage() -> impl IntoView {
    let texts = use_words();
    let sessions = Resource::new(|| (), |()| api::sessions::list());
    view! {
        <Title text=texts.get("console.sign_ins") />
        <main class="page" id="main">
            <section class="sheet page__sheet" aria-labelledby="sessions-title">
                <header class="sheet__head">
                    <h1 class="sheet__title" id="sessions-title">{texts.get("console.sign_ins")}</h1>
                    <span class="spacer"></span>
                    <Everywhere />
                </header>
                <div class="page__body">
                    <p class="page__lead muted">{texts.get("console.sessions.text")}</p>
                    <Suspense fallback=move || view! { <SkeletonList label=texts.get("console.sessions.loading") /> }>
                        {move || Suspend::new(async move {
                            match sessions.await {
                                Ok(list) => view! { <List list=list again=move || sessions.refetch() /> }.into_any(),
                                Err(error) => view! { <PageFailed problem=error.0 again=move || sessions.refetch() /> }.into_any(),
                            }
                        })}
                    </Suspense>
                </div>
            </section>
        </main>
    }
}

/// A plain form: it also works while nothing else does.
#[component]
fn Everywhere() -> impl IntoView {
    view! {
        <form method="post" action="/logout/everywhere">
            <Button variant=Variant::DangerQuiet submit=true>{use_words().get("console.sessions.everywhere")}</Button>
        </form>
    }
}

#[component]
fn List(list: Vec<SessionView>, #[prop(into)] again: Callback<()>) -> impl IntoView {
    let rows = list.into_iter().map(|session| view! { <Session session=session again=again /> }).collect_view();
    view! { <ul class="sessions">{rows}</ul> }
}

#[component]
fn Session(session: SessionView, again: Callback<()>) -> impl IntoView {
    let (texts, toasts) = (use_words(), use_toasts());
    let SessionView { id, created_at, last_seen_at, user_agent, address, is_this } = session;
    let device = user_agent.as_deref().map(super::contact::browser_name).unwrap_or_else(|| texts.get("console.sessions.unknown"));
    let end = Action::new_local(move |id: &SessionId| {
        let id = *id;
        async move {
            match api::sessions::end(id).await {
                Ok(()) if is_this => browser::go_to("/login"),
                Ok(()) => again.run(()),
                Err(AppError(problem)) => {
                    let told = super::explain::explain(&problem, None, &texts.all());
                    toasts.show(Toast::danger(told.title).text(told.text));
                }
            }
        }
    });
    let name = texts.with("console.sessions.end_named", &[("device", &device)]);
    let this = is_this.then(|| view! { <Chip tone=Tone::Accent>{texts.get("console.sessions.this")}</Chip> });
    view! {
        <li class="sessions__row">
            <div class="sessions__what">
                <p><b>{device}</b> " " {this}</p>
                <p class="muted">
                    {texts.get("console.sessions.seen")} " " <Time at=last_seen_at shape=TimeShape::DayAndTime />
                    {address.map(|address| format!(" · {address}"))} " · " {texts.get("console.sessions.since")} " "
                    <Time at=created_at shape=TimeShape::DayAndTime />
                </p>
            </div>
            <Button variant=Variant::Plain size=ButtonSize::Small busy=end.pending() on_click=move |_| _ = end.dispatch(id) attr:title=name>
                {texts.get("console.sign_out")}
            </Button>
        </li>
    }
}
