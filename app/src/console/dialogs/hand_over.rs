//! "Move queue", "Transfer" and "Assign": where a chat could go, who can take it just now and why others cannot, and a note
//! for whoever comes next, which the customer never sees.

use crate::{
    api,
    boundary::AppError,
    console::{
        desk::{Desk, Handing, use_desk},
        explain::explain,
        words::{Words, use_words},
    },
    ui::{Button, Dialog, Empty, Icon, SkeletonList, Tab, TabPanel, Tabs, TextArea, Toast, Variant},
};
use domain::{
    conversation::Refusal,
    desk::Destinations,
    ids::{AgentId, ConversationId, QueueId},
    wire::Problem,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

mod agents;
mod queues;

use {agents::Agents, queues::Queues};

const FORM: &str = "hand-over-form";
const TABS: &str = "hand-over";
const PEOPLE: &str = "people";
const QUEUES: &str = "queues";
const LONGEST_NOTE: usize = 2_000;

/// Where the chat shall go, and its name for people.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Goal {
    Agent(AgentId, String),
    Queue(QueueId, String),
}

impl Goal {
    fn name(&self) -> &str {
        match self {
            Goal::Agent(_, name) | Goal::Queue(_, name) => name,
        }
    }
}

/// What the parts of the dialog share.
#[derive(Clone, Copy)]
struct Choosing {
    goal: RwSignal<Option<Goal>>,
    search: RwSignal<String>,
    /// What is wrong with the choice.
    error: RwSignal<Option<String>>,
}

impl Choosing {
    fn choose(self, goal: Goal) {
        self.error.set(None);
        self.goal.set(Some(goal));
    }
    /// Whether a name has the words that are searched for.
    fn finds(self, name: &str) -> bool {
        self.search.with(|words| name.to_lowercase().contains(&words.trim().to_lowercase()))
    }
}

#[component]
pub fn HandOver() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let choosing = Choosing { goal: RwSignal::new(None), search: RwSignal::new(String::new()), error: RwSignal::new(None) };
    let note = NodeRef::<html::Textarea>::new();
    let destinations = RwSignal::new(None::<Result<Destinations, Problem>>);
    let close = Callback::new(move |()| desk.handing.set(None));
    let load = move |chat: ConversationId| {
        destinations.set(None);
        leptos::task::spawn_local(async move {
            let answer = api::hand_over::destinations(chat).await.map_err(|AppError(problem)| problem);
            if desk.handing.get_untracked().is_some_and(|(wanted, _)| wanted == chat) {
                destinations.set(Some(answer));
            }
        });
    };
    Effect::new(move |_| {
        if let Some((chat, _)) = desk.handing.get() {
            choosing.goal.set(None);
            choosing.search.set(String::new());
            choosing.error.set(None);
            load(chat);
        }
    });
    let hand = Action::new_local(move |note: &String| send(desk, choosing, note.clone()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if choosing.goal.with_untracked(Option::is_none) {
            choosing.error.set(Some(texts.get("console.hand_over.choose")));
        } else {
            hand.dispatch(note.get_untracked().map(|note| note.value()).unwrap_or_default());
        }
    };
    let how = Memo::new(move |before: Option<&Handing>| {
        // Closing the dialog keeps its words while it fades.
        desk.handing.get().map(|(_, how)| how).or_else(|| before.copied()).unwrap_or(Handing::Transfer)
    });
    let name = Memo::new(move |before: Option<&String>| {
        let card = desk.handing.get().and_then(|(chat, _)| desk.card(chat));
        card.map(|card| card.customer).or_else(|| before.cloned()).unwrap_or_default()
    });
    let footer = move || {
        view! {
            <Button variant=Variant::Quiet on_click=move |_| close.run(())>{texts.get("console.not_yet")}</Button>
            <Button variant=Variant::Primary submit=true busy=hand.pending() attr:form=FORM>{move || texts.get(verb(how.get()))}</Button>
        }
    };
    let again = move || desk.handing.get_untracked().map(|(chat, _)| load(chat));
    view! {
        <Dialog
            id="hand-over"
            wide=true
            open=Signal::derive(move || desk.handing.get().is_some())
            title=Signal::derive(move || texts.with(title(how.get()), &[("name", &name.get())]))
            on_close=close
            footer=footer
        >
            <form id=FORM class="hand-over" on:submit=submit novalidate>
                {move || match destinations.get() {
                    None => view! { <SkeletonList label=texts.get("console.hand_over.loading") /> }.into_any(),
                    Some(Ok(found)) => view! { <Places how=how.get_untracked() found=found choosing=choosing /> }.into_any(),
                    Some(Err(problem)) => {
                        let told = explain(&problem, None, &texts.all());
                        view! {
                            <Empty icon="warning" failed=true title=told.title text=told.text>
                                <Button on_click=move |_| _ = again()>{texts.get("console.try_again")}</Button>
                            </Empty>
                        }.into_any()
                    }
                }}
                <p class="field__error" role="alert" id="hand-over-error" hidden=move || choosing.error.with(Option::is_none)>
                    <Icon name="warning" />
                    <span>{move || choosing.error.get()}</span>
                </p>
                <TextArea
                    id="hand-over-note"
                    name="note"
                    label=texts.get("console.hand_over.note")
                    note=texts.get("ticket.optional")
                    hint=texts.get("console.follow_up.hint")
                    rows=2
                    maxlength=LONGEST_NOTE
                    node_ref=note
                />
            </form>
        </Dialog>
    }
}

/// The lists that this way of handing on chooses from.
#[component]
fn Places(how: Handing, found: Destinations, choosing: Choosing) -> impl IntoView {
    let texts = use_words();
    let shown = RwSignal::new(if how == Handing::TransferToQueue { QUEUES } else { PEOPLE });
    let found = StoredValue::new(found);
    let people = move || view! { <Agents agents=found.with_value(|found| found.agents.clone()) choosing=choosing /> };
    let queues = move || view! { <Queues queues=found.with_value(|found| found.queues.clone()) choosing=choosing /> };
    let search = view! {
        <div class="search-field search-field--wide">
            <Icon name="search" />
            <input
                class="input"
                type="search"
                aria-label=texts.get("console.hand_over.search")
                placeholder=texts.get("console.hand_over.search")
                on:input=move |event| choosing.search.set(event_target_value(&event))
                on:keydown=move |event| if event.key() == "Enter" { event.prevent_default() }
            />
        </div>
    };
    match how {
        Handing::Move => view! { {search}{queues()} }.into_any(),
        Handing::Assign => view! { {search}{people()} }.into_any(),
        Handing::Transfer | Handing::TransferToQueue => {
            let tabs =
                vec![Tab::new(PEOPLE, texts.get("console.hand_over.people")), Tab::new(QUEUES, texts.get("console.hand_over.queues"))];
            let choose = move |key: &'static str| {
                choosing.goal.set(None);
                shown.set(key);
            };
            view! {
                <Tabs id=TABS name=texts.get("console.hand_over.where") tabs=tabs chosen=shown on_choose=choose />
                {search}
                <TabPanel id=TABS key=PEOPLE chosen=shown>{people()}</TabPanel>
                <TabPanel id=TABS key=QUEUES chosen=shown>{queues()}</TabPanel>
            }
            .into_any()
        }
    }
}

/// One call to the desk; a refusal is said at the choice and keeps the dialog open.
async fn send(desk: Desk, choosing: Choosing, note: String) {
    let (Some((chat, how)), Some(goal)) = (desk.handing.get_untracked(), choosing.goal.get_untracked()) else { return };
    let customer = untrack(move || desk.card(chat)).map(|card| card.customer).unwrap_or_default();
    let answer = match (&goal, how) {
        (Goal::Agent(agent, _), Handing::Assign) => api::supervision::assign(chat, *agent, note).await,
        (Goal::Agent(agent, _), Handing::Move | Handing::Transfer | Handing::TransferToQueue) => {
            api::hand_over::transfer(chat, *agent, note).await
        }
        (Goal::Queue(queue, _), Handing::Move) => api::hand_over::move_queue(chat, *queue, note).await,
        (Goal::Queue(queue, _), Handing::Transfer | Handing::TransferToQueue | Handing::Assign) => {
            api::hand_over::transfer_queue(chat, *queue, note).await
        }
    };
    match answer {
        Ok(()) => {
            desk.handing.set(None);
            let key = done(how, &goal);
            desk.toasts.show(Toast::success(desk.texts().with(key, &[("name", &customer), ("to", goal.name())])));
        }
        Err(AppError(Problem::SignedOut)) => desk.signed_out.set(true),
        Err(AppError(problem)) => choosing.error.set(Some(refused(&problem, &goal, desk))),
    }
}

fn refused(problem: &Problem, goal: &Goal, desk: Desk) -> String {
    let texts = desk.texts();
    let name = [("name", goal.name())];
    match problem {
        Problem::Refused { refusal: Refusal::AgentNotReady } => texts.with("console.hand_over.not_ready", &name),
        Problem::Refused { refusal: Refusal::AtCapacity } => texts.with("console.hand_over.full", &name),
        Problem::Refused { refusal: Refusal::SameAgent } => texts.with("console.hand_over.same", &name),
        problem => {
            let told = explain(problem, None, &texts);
            format!("{}. {}", told.title, told.text)
        }
    }
}

fn title(how: Handing) -> &'static str {
    match how {
        Handing::Move => "console.hand_over.move_title",
        Handing::Transfer | Handing::TransferToQueue => "console.hand_over.transfer_title",
        Handing::Assign => "console.hand_over.assign_title",
    }
}

fn verb(how: Handing) -> &'static str {
    match how {
        Handing::Move => "console.move_queue",
        Handing::Transfer | Handing::TransferToQueue => "console.transfer",
        Handing::Assign => "console.hand_over.assign",
    }
}

fn done(how: Handing, goal: &Goal) -> &'static str {
    match (how, goal) {
        (Handing::Move, _) => "console.hand_over.moved",
        (Handing::Transfer | Handing::TransferToQueue, Goal::Agent(..)) => "console.hand_over.offered",
        (Handing::Transfer | Handing::TransferToQueue, Goal::Queue(..)) => "console.hand_over.queued",
        (Handing::Assign, _) => "console.hand_over.assigned",
    }
}

/// One line of a list of places: a radio button with what is to be known.
fn place(texts: Words, choosing: Choosing, line: Line) -> AnyView {
    let Line { id, goal, facts, why_not } = line;
    let is_free = why_not.is_none();
    let name = goal.name().to_owned();
    let is_chosen = {
        let goal = goal.clone();
        move || choosing.goal.with(|chosen| chosen.as_ref() == Some(&goal))
    };
    let hint = format!("{id}-facts");
    let facts = match why_not {
        Some(why) => format!("{facts} · {}", texts.get(why)),
        None => facts,
    };
    view! {
        <label class="option option--line" class:is-off=!is_free>
            <input
                class="radio__dot"
                type="radio"
                name="goal"
                prop:checked=is_chosen
                disabled=!is_free
                aria-describedby=hint.clone()
                on:change=move |_| choosing.choose(goal.clone())
            />
            <span class="option__title">{name}</span>
            <span class="option__text" id=hint aria-hidden="true">{facts}</span>
        </label>
    }
    .into_any()
}

/// A place as it is listed.
struct Line {
    id: String,
    goal: Goal,
    /// How it stands there, in words.
    facts: String,
    /// Why it cannot be chosen, as a text key.
    why_not: Option<&'static str>,
}
