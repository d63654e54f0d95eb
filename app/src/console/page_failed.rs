//! A page, or a part of one, whose data did not come: what is safe, what to do, and the name of the fault.

use super::{explain::explain, words::use_words};
use crate::ui::{Button, Empty, Variant};
use domain::wire::Problem;
use leptos::{ev::MouseEvent, prelude::*};

#[component]
pub fn PageFailed(problem: Problem, #[prop(into)] again: Callback<()>) -> impl IntoView {
    let texts = use_words();
    let told = explain(&problem, None, &texts.all());
    let next = match problem {
        Problem::SignedOut => view! { <a class="button button--primary" href="/login" rel="external">{texts.get("console.signed_out.sign_in")}</a> }.into_any(),
        Problem::NotFound | Problem::Forbidden => view! { <a class="button button--secondary" href="/">{texts.get("console.back_to_chats")}</a> }.into_any(),
        _ => view! { <Button variant=Variant::Primary icon="refresh" on_click=move |_: MouseEvent| again.run(())>{texts.get("console.try_again")}</Button> }.into_any(),
    };
    let icon = if problem == Problem::NotFound { "search" } else { "warning" };
    view! {
        <main class="page" id="main">
            <section class="sheet page__sheet">
                <Empty icon=icon title=told.title text=told.text failed=true incident=told.incident.unwrap_or_default()>{next}</Empty>
            </section>
        </main>
    }
}
