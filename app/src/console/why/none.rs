//! "Why did I get none?": how the agent stands now, and the chats of the last day that went past them.

use super::{Why, failed, words};
use crate::{
    api,
    boundary::AppError,
    console::{
        desk::use_desk,
        words::{Words, use_words},
    },
    ui::{Button, Dialog, SkeletonList, Time, TimeShape},
};
use domain::{
    recorder::{Miss, WhyNone as Told},
    wire::Problem,
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn WhyNone() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let answer = RwSignal::new(None::<Result<Told, Problem>>);
    let is_asked = Memo::new(move |_| desk.why.get() == Some(Why::Mine));
    let load = move || {
        answer.set(None);
        let me = desk.me.with_untracked(|me| me.id);
        spawn_local(async move {
            let told = api::recorder::why_none(me).await.map_err(|AppError(problem)| problem);
            if is_asked.get_untracked() {
                answer.set(Some(told));
            }
        });
    };
    Effect::new(move |_| {
        if is_asked.get() {
            load();
        }
    });
    let close = Callback::new(move |()| desk.why.set(None));
    view! {
        <Dialog
            id="why-none"
            wide=true
            open=is_asked
            title=texts.get("console.why.none")
            on_close=close
            footer=move || view! { <Button on_click=move |_| close.run(()) attr:autofocus=true>{texts.get("console.why.close")}</Button> }
        >
            {move || match answer.get() {
                None => view! { <SkeletonList label=texts.get("console.why.loading") /> }.into_any(),
                Some(Ok(told)) => shown(texts, told).into_any(),
                Some(Err(problem)) => failed(&problem, texts, load),
            }}
        </Dialog>
    }
}

fn shown(texts: Words, told: Told) -> impl IntoView {
    let now = match told.now {
        None => texts.get("console.why.now_free"),
        Some(skip) => texts.with("console.why.now", &[("why", &words::skipped(texts, skip))]),
    };
    let queues = match told.queues.as_slice() {
        [] => texts.get("console.why.no_queues"),
        names => texts.with("console.why.queues", &[("queues", &names.join(", "))]),
    };
    let any = !told.misses.is_empty();
    let misses = told.misses.into_iter().map(move |miss| missed(texts, miss));
    view! {
        <div class="why__now">
            <p class="why__head">{now}</p>
            <p class="why__note">{queues}</p>
        </div>
        {if any {
            view! {
                <h3 class="why__title">{texts.get("console.why.missed")}</h3>
                <ol class="why">{misses.collect_view()}</ol>
            }
            .into_any()
        } else {
            view! { <p class="why__note">{texts.get("console.why.missed_none")}</p> }.into_any()
        }}
    }
}

fn missed(texts: Words, miss: Miss) -> impl IntoView {
    let why = match (miss.skip, &miss.chosen) {
        (Some(skip), _) => words::skipped(texts, skip),
        (None, Some(chosen)) => texts.with("console.why.went_to", &[("name", &chosen.name)]),
        (None, None) => texts.get("console.why.nobody"),
    };
    let asked = match (miss.skip, miss.chosen) {
        (Some(_), Some(chosen)) => Some(texts.with("console.why.offered", &[("name", &chosen.name)])),
        (Some(_), None) | (None, _) => None,
    };
    view! {
        <li class="why__step">
            <span class="why__time"><Time at=miss.at shape=TimeShape::DayAndTime /></span>
            <div class="why__what">
                <p class="why__head">{miss.customer}</p>
                <p class="why__note">{[Some(miss.queue_name), Some(why), asked].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p>
            </div>
        </li>
    }
}
