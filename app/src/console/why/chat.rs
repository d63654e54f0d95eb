//! "Why did this chat go there?": every decision about it as a line of time, with who was asked and who was passed over.

use super::{Why, failed, words};
use crate::{
    api,
    boundary::AppError,
    console::{
        desk::{Desk, use_desk},
        words::{Words, use_words},
    },
    ui::{Button, Dialog, Empty, SkeletonList, Time, TimeShape},
};
use domain::{
    ids::ConversationId,
    recorder::{Considered, Decided, Decision},
    time::{Millis, Timestamp},
    wire::Problem,
};
use leptos::{prelude::*, task::spawn_local};

/// After a pause this long the day is said again.
const PAUSE: Millis = Millis::minutes(6 * 60);

#[component]
pub fn WhyChat() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let answer = RwSignal::new(None::<Result<Vec<Decision>, Problem>>);
    let asked = Memo::new(move |_| match desk.why.get() {
        Some(Why::Chat(chat)) => Some(chat),
        Some(Why::Mine) | None => None,
    });
    let load = move |chat: ConversationId| {
        answer.set(None);
        spawn_local(async move {
            let told = api::recorder::why_chat(chat).await.map_err(|AppError(problem)| problem);
            if asked.get_untracked() == Some(chat) {
                answer.set(Some(told));
            }
        });
    };
    Effect::new(move |_| {
        if let Some(chat) = asked.get() {
            load(chat);
        }
    });
    let name = Memo::new(move |before: Option<&String>| {
        let card = asked.get().and_then(|chat| desk.card(chat));
        card.map(|card| card.customer).or_else(|| before.cloned()).unwrap_or_default()
    });
    let title = move || match name.get() {
        name if name.is_empty() => texts.get("console.why.chat"),
        name => texts.with("console.why.chat_of", &[("name", &name)]),
    };
    let close = Callback::new(move |()| desk.why.set(None));
    let again = move || asked.get_untracked().into_iter().for_each(load);
    view! {
        <Dialog
            id="why-chat"
            wide=true
            open=Signal::derive(move || asked.get().is_some())
            title=Signal::derive(title)
            on_close=close
            footer=move || view! { <Button on_click=move |_| close.run(()) attr:autofocus=true>{texts.get("console.why.close")}</Button> }
        >
            {move || match answer.get() {
                None => view! { <SkeletonList label=texts.get("console.why.loading") /> }.into_any(),
                Some(Ok(decisions)) if decisions.is_empty() => {
                    view! { <Empty icon="clock" title=texts.get("console.why.nothing") text=texts.get("console.why.nothing_text") /> }.into_any()
                }
                Some(Ok(decisions)) => view! { <ol class="why">{steps(desk, texts, decisions)}</ol> }.into_any(),
                Some(Err(problem)) => failed(&problem, texts, again),
            }}
        </Dialog>
    }
}

fn steps(desk: Desk, texts: Words, decisions: Vec<Decision>) -> Vec<AnyView> {
    let mut before: Option<Timestamp> = None;
    let mut views = Vec::with_capacity(decisions.len());
    for decision in decisions {
        let says_day = before.is_none_or(|before| decision.at - before >= PAUSE);
        before = Some(decision.at);
        let shape = if says_day { TimeShape::DayAndTime } else { TimeShape::HourMinute };
        views.push(step(desk, texts, decision, shape));
    }
    views
}

fn step(desk: Desk, texts: Words, decision: Decision, shape: TimeShape) -> AnyView {
    let head = words::decided(texts, &decision.decided);
    let until = match decision.decided {
        Decided::Parked { until: Some(until), .. } => {
            Some(view! { <p class="why__note">{texts.get("console.why.opens")} " " <Time at=until shape=TimeShape::DayAndTime /></p> })
        }
        _ => None,
    };
    let (chosen, note) = match &decision.decided {
        Decided::Offered { agent, end, .. } => {
            let chosen = decision.considered.iter().find(|one| one.candidate.id == agent.id);
            let first = chosen.map(|one| words::first(texts, &decision, &one.candidate));
            (Some(agent.id), Some([Some(words::end(texts, *end)), first].into_iter().flatten().collect::<Vec<_>>().join(" · ")))
        }
        _ => (None, None),
    };
    let others: Vec<Considered> = decision.considered.into_iter().filter(|one| Some(one.candidate.id) != chosen).collect();
    view! {
        <li class="why__step">
            <span class="why__time"><Time at=decision.at shape=shape /></span>
            <div class="why__what">
                <p class="why__head">{head}</p>
                <p class="why__note">{decision.queue_name}{note.map(|note| format!(" · {note}"))}</p>
                {until}
                {(!others.is_empty()).then(|| passed_over(desk, texts, others))}
            </div>
        </li>
    }
    .into_any()
}

/// Who was looked at beside the one who was asked: those who could have been first.
fn passed_over(desk: Desk, texts: Words, others: Vec<Considered>) -> impl IntoView {
    let lines = others.into_iter().map(move |one| {
        let how = words::stood(texts, desk, &one);
        view! { <li><span class="why__name">{one.name}</span> " " <span class="why__how">{how}</span></li> }
    });
    view! { <ul class="why__people" aria-label=texts.get("console.why.looked_at")>{lines.collect_view()}</ul> }
}
