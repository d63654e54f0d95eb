//! The people a chat can go to: who can take it now first, then the others with the reason.

use super::{Choosing, Goal, Line, place};
use crate::console::{
    frame::word_key,
    words::{Words, use_words},
};
use domain::{desk::AgentDestination, presence::Shown};
use leptos::prelude::*;

#[component]
pub fn Agents(mut agents: Vec<AgentDestination>, choosing: Choosing) -> impl IntoView {
    let texts = use_words();
    agents.sort_by_key(|agent| (!agent.is_free(), !agent.is_member, !agent.knows, agent.load, agent.agent.name.clone()));
    let agents = StoredValue::new(agents);
    let lines = move || {
        agents.with_value(|agents| {
            agents
                .iter()
                .filter(|agent| choosing.finds(&agent.agent.name))
                .map(|agent| place(texts, choosing, line(agent, texts)))
                .collect_view()
        })
    };
    let none = move || agents.with_value(|agents| !agents.iter().any(|agent| choosing.finds(&agent.agent.name)));
    view! {
        <fieldset class="places" aria-describedby="hand-over-error">
            <legend class="visually-hidden">{texts.get("console.hand_over.people")}</legend>
            {lines}
            <Show when=none><p class="muted places__none">{texts.get("console.hand_over.nobody")}</p></Show>
        </fieldset>
    }
}

fn line(agent: &AgentDestination, texts: Words) -> Line {
    let AgentDestination { agent: person, team, shown, load, capacity, is_member, knows, .. } = agent;
    let load = texts.with("console.load", &[("open", &load.to_string()), ("most", &capacity.to_string())]);
    let also = [(!is_member, "console.hand_over.no_member"), (!knows, "console.hand_over.lacks_skill")];
    let also = also.into_iter().filter(|(holds, _)| *holds).map(|(_, key)| texts.get(key));
    let facts: Vec<String> = [Some(texts.get(word_key(*shown))), Some(load), team.clone()].into_iter().flatten().chain(also).collect();
    Line {
        id: format!("to-{}", person.id),
        goal: Goal::Agent(person.id, person.name.clone()),
        facts: facts.join(" · "),
        why_not: why_not(agent),
    }
}

/// Why somebody cannot be asked just now.
fn why_not(agent: &AgentDestination) -> Option<&'static str> {
    if agent.is_free() {
        return None;
    }
    Some(match agent.shown {
        Shown::Offline | Shown::NotReady => "console.hand_over.why_away",
        Shown::Ready | Shown::Busy | Shown::WrapUp if !agent.online => "console.hand_over.why_gone",
        Shown::Ready | Shown::Busy | Shown::WrapUp => "console.hand_over.why_full",
    })
}
