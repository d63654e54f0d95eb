//! `/settings/queues/ID` and `/settings/queues/new`.

use super::{
    ChangedLine, Loaded,
    controls::{Check, FaultLine, Options, Setting, SpanField, fault},
    form::SettingsForm,
    in_words::InWords,
    values::{Unit, Values},
};
use crate::{
    api,
    console::{why::ReplayPanel, words::use_words},
    ui::{Chip, Choice, Empty, Field, Select, TextArea, Tone},
};
use domain::{
    ids::{AgentId, QueueId},
    queue::{Distribution, Inactivity, MayEnd, Order, Overflow, Policy},
    settings::{Member, QueueDraft, QueueSettings, Settings, Wrong},
    time::Millis,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

const BACK: &str = "/settings/queues";

#[component]
pub fn QueuePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()));
    view! {
        <Loaded view=move |settings: Settings, _| {
            let wanted = id.get_untracked();
            let known = settings.queues.iter().find(|queue| queue.id.to_string() == wanted).cloned();
            match known {
                None if wanted != "new" => view! { <NoQueue /> }.into_any(),
                known => view! { <QueueForm settings=settings known=known /> }.into_any(),
            }
        } />
    }
}

#[component]
fn NoQueue() -> impl IntoView {
    let texts = use_words();
    view! {
        <section class="sheet">
            <Empty icon="queue" title=texts.get("settings.queue.missing") text=texts.get("settings.queue.missing_text")>
                <a class="button button--secondary" href=BACK>{texts.get("settings.queues")}</a>
            </Empty>
        </section>
    }
}

#[component]
fn QueueForm(settings: Settings, known: Option<QueueSettings>) -> impl IntoView {
    let texts = use_words();
    let id = known.as_ref().map(|queue| queue.id);
    let changed = known.as_ref().and_then(|queue| queue.changed.clone());
    let empty = QueueDraft { name: String::new(), service: String::new(), policy: Policy::default(), members: Vec::new() };
    let draft = known.map_or(empty, |queue| queue.draft);
    let (title, about) = match id {
        Some(_) => (draft.name.clone(), texts.with("settings.queue.about", &[("service", &draft.service)])),
        None => (texts.get("settings.queue.new"), texts.get("settings.queue.new_about")),
    };
    let shown = RwSignal::new(draft.clone());
    let check = Callback::new(move |values: Values| {
        let (draft, mut wrong) = read(&values);
        wrong.extend(draft.problems(id).into_iter().filter(|one| !wrong.iter().any(|known| known.field == one.field)).collect::<Vec<_>>());
        wrong
    });
    let save = Action::new_local(move |values: &Values| {
        let draft = read(values).0;
        async move { api::settings::save_queue(id, draft).await.map(|_| ()).map_err(|error| error.0) }
    });
    let on_change = Callback::new(move |values: Values| shown.set(read(&values).0));
    let aside = view! { <InWords draft=shown.into() /> }.into_any();
    view! {
        <SettingsForm title=title about=about check=check save=save back=BACK on_change=on_change aside=aside>
            <Names draft=draft.clone() />
            <Arrival draft=draft.clone() settings=settings.clone() />
            <Members draft=draft.clone() settings=settings.clone() />
            <NobodyThere policy=draft.policy.clone() settings=settings id=id />
            <Ending policy=draft.policy />
            {id.map(|queue| view! { <ReplayPanel queue=queue draft=shown /> })}
            <ChangedLine changed=changed />
        </SettingsForm>
    }
}

#[component]
fn Names(draft: QueueDraft) -> impl IntoView {
    let texts = use_words();
    view! {
        <Setting title=texts.get("settings.queue.names") text=texts.get("settings.queue.names_text")>
            <div class="two">
                <Field id="f-name" name="name" label=texts.get("settings.name") value=draft.name error=fault("name") />
                <Field id="f-service" name="service" label=texts.get("settings.service") value=draft.service error=fault("service") />
            </div>
            <TextArea
                id="f-description"
                name="description"
                label=texts.get("settings.queue.description")
                hint=texts.get("settings.queue.description_hint")
                value=draft.policy.description
                rows=2
                error=fault("description")
            />
        </Setting>
    }
}

#[component]
fn Arrival(draft: QueueDraft, settings: Settings) -> impl IntoView {
    let texts = use_words();
    let policy = draft.policy;
    let mode = move |word: &'static str| (word, texts.get(&format!("settings.{word}")), texts.get(&format!("settings.{word}_text")));
    let order = move |order: Order| Choice { value: order.word().into(), label: texts.get(&format!("settings.order.{}", order.word())) };
    let asked = policy.skills.clone();
    let skills = settings.skills.into_iter().map(move |skill| {
        let on = asked.contains(&skill.id);
        view! { <Check name=format!("skill.{}", skill.id) label=skill.name on=on /> }
    });
    view! {
        <Setting title=texts.get("settings.queue.arrival") text=texts.get("settings.queue.arrival_text")>
            <Options
                name="distribution"
                label=texts.get("settings.distribution")
                choices=vec![mode("offer"), mode("announce")]
                value=policy.distribution.word()
            />
            <Select
                id="f-order"
                name="order"
                label=texts.get("settings.order")
                hint=texts.get("settings.order_hint")
                choices=Order::ALL.map(order).to_vec()
                value=policy.order.word()
            />
            <div class="two">
                <SpanField name="accept_timeout" label=texts.get("settings.accept_timeout") value=Some(policy.accept_timeout) unit=Unit::Seconds />
                <SpanField name="ramp_up" label=texts.get("settings.ramp_up") value=Some(policy.ramp_up) unit=Unit::Seconds hint=texts.get("settings.ramp_up_hint") />
                <SpanField name="reject_cooldown" label=texts.get("settings.reject_cooldown") value=Some(policy.reject_cooldown) unit=Unit::Seconds />
                <SpanField name="service_level" label=texts.get("settings.service_level") value=Some(policy.service_level) unit=Unit::Seconds hint=texts.get("settings.service_level_hint") />
            </div>
            <Check name="missed_makes_not_ready" label=texts.get("settings.missed_makes_not_ready") on=policy.missed_makes_not_ready />
            <Check name="reject_makes_not_ready" label=texts.get("settings.reject_makes_not_ready") on=policy.reject_makes_not_ready />
            <Check name="prefer_last_agent" label=texts.get("settings.prefer_last_agent") on=policy.prefer_last_agent />
            <Check name="one_chat" label=texts.get("settings.one_chat") on=policy.one_chat />
            <Check name="match_language" label=texts.get("settings.match_language") on=policy.match_language />
            <fieldset class="checks">
                <legend class="field__label">{texts.get("settings.needs")}</legend>
                {skills.collect_view()}
                <p class="field__hint">{texts.get("settings.needs_hint")}</p>
                <FaultLine id="f-skills-error" error=fault("skills") />
            </fieldset>
            <SpanField
                name="relax_skills_after"
                label=texts.get("settings.relax_skills_after")
                value=policy.relax_skills_after
                unit=Unit::Seconds
                hint=texts.get("settings.empty_never")
            />
        </Setting>
    }
}

#[component]
fn Members(draft: QueueDraft, settings: Settings) -> impl IntoView {
    let texts = use_words();
    let members = draft.members;
    let serves = move |id: AgentId| members.iter().find(|member| member.agent == id).copied();
    let rows = settings.agents.into_iter().filter_map(move |agent| {
        let member = serves(agent.id);
        if agent.draft.disabled && member.is_none() {
            return None;
        }
        let is_out = agent.draft.disabled.then(|| view! { <Chip tone=Tone::Warning>{texts.get("settings.agent.disabled")}</Chip> });
        let priority = member.map_or(0, |member| member.priority);
        let label = texts.with("settings.priority_of", &[("name", &agent.draft.name)]);
        Some(view! {
            <tr>
                <td>
                    <label class="check">
                        <input class="check__box" type="checkbox" name=format!("member.{}", agent.id) checked=member.is_some() />
                        <span>{agent.draft.name.clone()}</span>
                        {is_out}
                    </label>
                </td>
                <td><input class="input input--short" name=format!("priority.{}", agent.id) inputmode="numeric" value=priority aria-label=label /></td>
                <td class="is-number">{agent.draft.capacity}</td>
            </tr>
        })
    });
    view! {
        <Setting wide=true title=texts.get("settings.members") text=texts.get("settings.members_text")>
            <div class="table-box">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{texts.get("settings.agent")}</th>
                            <th scope="col">{texts.get("settings.priority")}</th>
                            <th scope="col" class="is-number">{texts.get("settings.capacity")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
            <FaultLine id="f-priority-error" error=fault("priority") />
            <FaultLine id="f-members-error" error=fault("members") />
        </Setting>
    }
}

#[component]
fn NobodyThere(policy: Policy, settings: Settings, id: Option<QueueId>) -> impl IntoView {
    let texts = use_words();
    let none = || Choice { value: String::new(), label: texts.get("settings.none") };
    let queues = settings.queues.into_iter().filter(|queue| Some(queue.id) != id && !queue.archived);
    let queues =
        std::iter::once(none()).chain(queues.map(|queue| Choice { value: queue.id.to_string(), label: queue.draft.name })).collect();
    let hours = settings.hours.into_iter().map(|hours| Choice { value: hours.id.to_string(), label: hours.hours.name });
    let open = Choice { value: String::new(), label: texts.get("settings.always_open") };
    let hours = std::iter::once(open).chain(hours).collect();
    view! {
        <Setting title=texts.get("settings.queue.nobody") text=texts.get("settings.queue.nobody_text")>
            <div class="two">
                <Select
                    id="f-overflow_to"
                    name="overflow_to"
                    label=texts.get("settings.overflow_to")
                    choices=queues
                    value=policy.overflow.map(|overflow| overflow.to.to_string()).unwrap_or_default()
                    error=fault("overflow_to")
                />
                <SpanField name="overflow_after" label=texts.get("settings.overflow_after") value=policy.overflow.map(|overflow| overflow.after) unit=Unit::Seconds />
                <Select
                    id="f-hours"
                    name="hours"
                    label=texts.get("settings.hours")
                    choices=hours
                    value=policy.hours.map(|hours| hours.to_string()).unwrap_or_default()
                    error=fault("hours")
                />
                <SpanField
                    name="callback_after"
                    label=texts.get("settings.callback_after")
                    value=policy.callback_after
                    unit=Unit::Seconds
                    hint=texts.get("settings.empty_never")
                />
                <SpanField name="abandon_after" label=texts.get("settings.abandon_after") value=Some(policy.abandon_after) unit=Unit::Seconds hint=texts.get("settings.abandon_after_hint") />
            </div>
            <Check name="callback_outside_hours" label=texts.get("settings.callback_outside_hours") on=policy.callback_outside_hours />
        </Setting>
    }
}

#[component]
fn Ending(policy: Policy) -> impl IntoView {
    let texts = use_words();
    let rule = match policy.may_end {
        MayEnd::Restricted { .. } => "restricted",
        MayEnd::Always => "always",
        MayEnd::AgentOnly => "agent_only",
    };
    let choice = move |word: &str| Choice { value: word.into(), label: texts.get(&format!("settings.may_end.{word}")) };
    let (unanswered, idle) = match policy.may_end {
        MayEnd::Restricted { unanswered, idle } => (unanswered, idle),
        MayEnd::Always | MayEnd::AgentOnly => (Millis::seconds(60), Millis::minutes(60)),
    };
    view! {
        <Setting title=texts.get("settings.queue.ending") text=texts.get("settings.queue.ending_text")>
            <Select
                id="f-may_end"
                name="may_end"
                label=texts.get("settings.may_end")
                choices=["restricted", "always", "agent_only"].map(choice).to_vec()
                value=rule
            />
            <div class="two">
                <SpanField name="may_end_unanswered" label=texts.get("settings.may_end_unanswered") value=Some(unanswered) unit=Unit::Seconds />
                <SpanField name="may_end_idle" label=texts.get("settings.may_end_idle") value=Some(idle) unit=Unit::Minutes />
                <SpanField
                    name="inactivity_warn_after"
                    label=texts.get("settings.inactivity_warn_after")
                    value=policy.inactivity.map(|quiet| quiet.warn_after)
                    unit=Unit::Minutes
                    hint=texts.get("settings.empty_never")
                />
                <SpanField
                    name="inactivity_close_after"
                    label=texts.get("settings.inactivity_close_after")
                    value=policy.inactivity.map(|quiet| quiet.close_after)
                    unit=Unit::Minutes
                />
                <SpanField
                    name="wrap_up_limit"
                    label=texts.get("settings.wrap_up_limit")
                    value=policy.wrap_up_limit
                    unit=Unit::Seconds
                    hint=texts.get("settings.empty_never")
                />
            </div>
            <Check name="ticket_required" label=texts.get("settings.ticket_required") on=policy.ticket_required />
        </Setting>
    }
}

/// The draft that stands in the form, and what of it cannot be read.
fn read(values: &Values) -> (QueueDraft, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let policy = policy(values, &mut wrong);
    let members = values.ticked::<AgentId>("member").into_iter().map(|agent| {
        let priority = values.text(&format!("priority.{agent}"));
        let priority = if priority.is_empty() { Ok(0) } else { priority.parse() };
        Member { agent, priority: priority.unwrap_or(-1) }
    });
    let draft = QueueDraft { name: values.text("name"), service: values.text("service"), members: members.collect(), policy };
    (draft.tidy(), wrong)
}

fn policy(values: &Values, wrong: &mut Vec<Wrong>) -> Policy {
    let overflow =
        values.chosen::<QueueId>("overflow_to").map(|to| Overflow { to, after: values.span("overflow_after", Unit::Seconds, wrong) });
    let warn = values.some_span("inactivity_warn_after", Unit::Minutes, wrong);
    let inactivity =
        warn.map(|warn_after| Inactivity { warn_after, close_after: values.span("inactivity_close_after", Unit::Minutes, wrong) });
    Policy {
        description: values.text("description"),
        distribution: Distribution::from_word(&values.text("distribution")).unwrap_or_default(),
        order: Order::from_word(&values.text("order")).unwrap_or_default(),
        accept_timeout: values.span("accept_timeout", Unit::Seconds, wrong),
        missed_makes_not_ready: values.is_on("missed_makes_not_ready"),
        reject_makes_not_ready: values.is_on("reject_makes_not_ready"),
        reject_cooldown: values.span("reject_cooldown", Unit::Seconds, wrong),
        ramp_up: values.span("ramp_up", Unit::Seconds, wrong),
        overflow,
        prefer_last_agent: values.is_on("prefer_last_agent"),
        one_chat: values.is_on("one_chat"),
        skills: values.ticked("skill"),
        match_language: values.is_on("match_language"),
        relax_skills_after: values.some_span("relax_skills_after", Unit::Seconds, wrong),
        may_end: may_end(values, wrong),
        ticket_required: values.is_on("ticket_required"),
        abandon_after: values.span("abandon_after", Unit::Seconds, wrong),
        inactivity,
        callback_after: values.some_span("callback_after", Unit::Seconds, wrong),
        callback_outside_hours: values.is_on("callback_outside_hours"),
        wrap_up_limit: values.some_span("wrap_up_limit", Unit::Seconds, wrong),
        hours: values.chosen("hours"),
        service_level: values.span("service_level", Unit::Seconds, wrong),
    }
}

fn may_end(values: &Values, wrong: &mut Vec<Wrong>) -> MayEnd {
    match values.text("may_end").as_str() {
        "always" => MayEnd::Always,
        "agent_only" => MayEnd::AgentOnly,
        _ => MayEnd::Restricted {
            unanswered: values.span("may_end_unanswered", Unit::Seconds, wrong),
            idle: values.span("may_end_idle", Unit::Minutes, wrong),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_as_the_policy_that_it_shows() {
        let (to, agent) = (QueueId::new(uuid::Uuid::from_u128(1)), AgentId::new(uuid::Uuid::from_u128(2)));
        let pairs = [
            ("name", "Orders "),
            ("service", "Orders and delivery"),
            ("distribution", "announce"),
            ("order", "round_robin"),
            ("accept_timeout", "20"),
            ("reject_cooldown", "0"),
            ("ramp_up", "5"),
            ("abandon_after", "60"),
            ("service_level", "45"),
            ("overflow_to", &to.to_string()),
            ("overflow_after", "90"),
            ("may_end", "agent_only"),
            ("callback_after", ""),
            ("ticket_required", "on"),
            ("one_chat", "on"),
            (&format!("member.{agent}"), "on"),
            (&format!("priority.{agent}"), "7"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (draft, wrong) = read(&Values(pairs.into_iter().collect()));
        assert_eq!(wrong, Vec::new());
        assert_eq!(draft.problems(None), Vec::new());
        let policy = &draft.policy;
        assert_eq!((draft.name.as_str(), draft.members[0].priority), ("Orders", 7));
        assert_eq!((policy.distribution, policy.order, policy.accept_timeout), (Distribution::Announce, Order::RoundRobin, Millis(20_000)));
        assert_eq!((policy.overflow, policy.callback_after), (Some(Overflow { to, after: Millis(90_000) }), None));
        assert_eq!((&policy.may_end, policy.ticket_required, policy.match_language), (&MayEnd::AgentOnly, true, false));
        assert!(policy.one_chat);
    }

    #[test]
    fn what_is_no_number_is_told_at_its_field() {
        let (_, wrong) = read(&Values([("accept_timeout".to_owned(), "soon".to_owned())].into()));
        assert!(wrong.contains(&Wrong::new("accept_timeout", "settings.problem.number")));
    }
}
