//! What changes in the widget, and the steps the customer takes. One handle a page, reached by [`use_widget`].

use super::{
    client,
    first::{Fault, Typed, View, WidgetPage},
    place,
    port::{self, FromHost, ToHost},
    words,
};
use crate::{
    live::{
        marks::Marks,
        outbox::Outbox,
        person,
        widget::{WidgetHooks, WidgetLive},
    },
    texts::use_texts,
};
use domain::{
    event::{PublicBody, PublicEvent},
    ids::ConversationId,
    message::{Author, Side},
    state::{ChatState, Phase},
    time::Timestamp,
    wire::{AskCallback, Availability, CustomerChat, EndRule, Problem},
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// Over so many milliseconds the customers of one queue read their chats again.
const READ_SPREAD_MS: u128 = 1_500;
const READ_TRIES: u32 = 4;

/// Which view is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Form,
    Resume,
    Chat,
}

/// What is known beside the conversation; read again when the chat is moved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Service {
    pub availability: Availability,
    pub callback_from: Option<Timestamp>,
    pub called_at: Option<String>,
}

impl Service {
    fn of(chat: &CustomerChat) -> Self {
        Self { availability: chat.availability, callback_from: chat.callback_from, called_at: chat.called_at.clone() }
    }
}

#[derive(Clone, Copy)]
pub struct Widget {
    pub page: StoredValue<WidgetPage>,
    pub screen: RwSignal<Screen>,
    pub live: WidgetLive,
    pub outbox: Outbox,
    pub rule: RwSignal<EndRule>,
    /// What the desk says of the service beside the conversation.
    pub service: RwSignal<Service>,
    /// The form for a callback is open.
    pub asking: RwSignal<bool>,
    /// What stands in the composer.
    pub draft: RwSignal<String>,
    /// Why the last step could not be taken, as a text key.
    pub trouble: RwSignal<Option<String>>,
    /// An answer of the desk is being waited for, beside messages.
    pub busy: RwSignal<bool>,
    /// The desk could not be reached to begin or to fetch the chat; it is tried again.
    pub retrying: RwSignal<bool>,
    pub faults: RwSignal<Vec<Fault>>,
    /// The customer can see the chat.
    watched: Memo<bool>,
    open: RwSignal<bool>,
    marks: Marks,
    locale: StoredValue<String>,
    token: StoredValue<String>,
    conversation: StoredValue<Option<ConversationId>>,
    /// What goes into the next form when leaving, once that was asked for: the stream may tell of it before the answer.
    carried: StoredValue<Option<String>>,
    /// The chat is about to be read again.
    reading: StoredValue<bool>,
    /// Agents' messages up to this public number have been before the customer's eyes.
    seen_to: StoredValue<u64>,
}

pub fn use_widget() -> Widget {
    expect_context::<Widget>()
}

impl Widget {
    pub fn new(page: WidgetPage) -> Self {
        let (token, chat) = match &page.view {
            View::Chat { token, chat } => (token.clone(), Some(&**chat)),
            View::Form(_) | View::Resume => (String::new(), None),
        };
        let screen = RwSignal::new(match page.view {
            View::Form(_) => Screen::Form,
            View::Resume => Screen::Resume,
            View::Chat { .. } => Screen::Chat,
        });
        let conversation = chat.map(|chat| chat.conversation);
        let rule = RwSignal::new(chat.map_or(EndRule::AgentOnly, |chat| chat.end_rule));
        let service = RwSignal::new(chat.map(Service::of).unwrap_or_default());
        let live = WidgetLive::new(chat);
        let token = StoredValue::new(token);
        let marks = Marks::new(move |seen| {
            let token = token.get_value();
            async move { client::mark(&token, seen).await }
        });
        let (open, visible) = (RwSignal::new(false), person::visible());
        let whole_form = page.faults.iter().find(|fault| fault.field == "form").map(|fault| fault.why.clone());
        Self {
            screen,
            live,
            outbox: Outbox::new(),
            rule,
            service,
            asking: RwSignal::new(page.asking.is_some()),
            reading: StoredValue::new(false),
            draft: RwSignal::new(String::new()),
            trouble: RwSignal::new(whole_form),
            busy: RwSignal::new(false),
            retrying: RwSignal::new(false),
            faults: RwSignal::new(page.faults.clone()),
            watched: Memo::new(move |_| open.get() && visible.get() && screen.get() == Screen::Chat),
            open,
            marks,
            locale: StoredValue::new(use_texts().locale().to_owned()),
            token,
            conversation: StoredValue::new(conversation),
            carried: StoredValue::new(None),
            seen_to: StoredValue::new(0),
            page: StoredValue::new(page),
        }
    }

    pub fn token(&self) -> String {
        self.token.get_value()
    }
    pub fn conversation(&self) -> Option<ConversationId> {
        self.conversation.get_value()
    }
    pub fn has_ended(&self) -> Memo<bool> {
        let chat = self.live.chat;
        Memo::new(move |_| chat.with(ChatState::has_ended))
    }
    /// Nobody answers yet.
    pub fn is_waiting(&self) -> Memo<bool> {
        let chat = self.live.chat;
        Memo::new(move |_| {
            chat.with(|chat| {
                !chat.has_ended() && matches!(chat.phase, Phase::Waiting { .. } | Phase::Abandoned { .. } | Phase::Parked { .. })
            })
        })
    }
    /// The customer will be called.
    pub fn is_called(&self) -> Memo<bool> {
        let chat = self.live.chat;
        Memo::new(move |_| chat.with(|chat| matches!(chat.phase, Phase::Callback { .. })))
    }
    /// Why `field` is wrong, in words.
    pub fn fault(&self, field: &'static str) -> Signal<Option<String>> {
        let (faults, texts) = (self.faults, use_texts());
        Signal::derive(move || faults.with(|faults| faults.iter().find(|fault| fault.field == field).map(|fault| texts.get(&fault.why))))
    }

    /// Takes the page over from the server: once, when the browser has it.
    pub fn begin(self) {
        Effect::new(move |_| {
            self.open.set(!port::is_framed());
            port::listen(move |message| self.host_says(message));
            if let (Screen::Chat, Some(conversation)) = (self.screen.get_untracked(), self.conversation()) {
                self.connect(conversation);
            }
        });
        let chat = self.live.chat;
        Effect::new(move |_| chat.with(|chat| self.outbox.settle(chat)));
        Effect::new(move |_| self.tell_marks());
        Effect::new(move |before: Option<usize>| self.tell_unread(before));
        let ended = self.has_ended();
        Effect::new(move |_| {
            if self.screen.get() == Screen::Chat {
                port::tell(ToHost::Token { token: self.token(), ended: ended.get() });
            }
        });
    }

    fn host_says(self, message: FromHost) {
        match message {
            FromHost::Init { token, open } => {
                self.open.set(open);
                if self.screen.get_untracked() == Screen::Resume {
                    match token {
                        Some(token) => self.resume(token, 0),
                        None => self.forget(String::new()),
                    }
                }
            }
            FromHost::Open { open } => self.open.set(open),
        }
    }

    /// Opens the chat that this token is for.
    fn resume(self, token: String, tries: u32) {
        spawn_local(async move {
            match client::chat(&token).await {
                Ok(chat) => self.enter(token, &chat),
                Err(problem) if problem.is_passing() => {
                    self.retrying.set(true);
                    set_timeout(move || self.resume(token, tries + 1), pause(tries));
                }
                Err(_) => self.forget(String::new()),
            }
        });
    }

    /// Begins the chat that the form asks for, trying until the desk has said yes or no. The answer is about what stood
    /// in the form when it was sent: the fields are held until then.
    pub fn start(self, typed: Typed, tries: u32) {
        spawn_local(async move {
            self.busy.set(true);
            let (key, start) = self.page.with_value(|page| (page.site_key.clone(), page.start.clone()));
            match client::start(key, start, typed.clone(), self.locale.get_value()).await {
                Ok(client::Started { token, chat }) => self.enter(token, &chat),
                Err(problem) if problem.is_passing() => {
                    self.retrying.set(true);
                    set_timeout(move || self.start(typed, tries + 1), pause(tries));
                }
                Err(problem) => {
                    self.faults.set(vec![fault_of(&problem)]);
                    self.retrying.set(false);
                    self.busy.set(false);
                }
            }
        });
    }

    /// The chat is there: shows it and stays in touch.
    fn enter(self, token: String, chat: &CustomerChat) {
        self.token.set_value(token);
        self.conversation.set_value(Some(chat.conversation));
        self.take(chat);
        self.connect(chat.conversation);
        self.busy.set(false);
        self.retrying.set(false);
        self.faults.set(Vec::new());
        self.trouble.set(None);
        self.screen.set(Screen::Chat);
    }

    /// The chat as the desk tells it.
    fn take(self, chat: &CustomerChat) {
        self.rule.set(chat.end_rule);
        self.service.set(Service::of(chat));
        self.live.replace(chat);
    }

    /// Reads again what the stream does not carry: once for all the events that come together, and not in the same moment
    /// as every other customer of the queue.
    fn read_again(self, tries: u32) {
        if tries == 0 && self.reading.get_value() {
            return;
        }
        self.reading.set_value(true);
        let spread = self.conversation().map_or(0, |chat| u64::try_from(chat.uuid().as_u128() % READ_SPREAD_MS).unwrap_or(0));
        set_timeout(
            move || {
                if self.reading.try_set_value(false).is_some() {
                    return;
                }
                spawn_local(async move {
                    match client::chat(&self.token()).await {
                        Ok(chat) => self.take(&chat),
                        Err(problem) if problem.is_passing() && tries < READ_TRIES => self.read_again(tries + 1),
                        Err(_) => {}
                    }
                });
            },
            pause(tries) + Duration::from_millis(spread),
        );
    }

    fn connect(self, conversation: ConversationId) {
        self.outbox.open(conversation.to_string(), move |message| {
            let token = self.token();
            async move { client::send(&token, message).await }
        });
        let hooks = WidgetHooks::default()
            .on_event(move |event, live| self.heard(event, live))
            .on_refused(move || self.forget(self.carried.get_value().unwrap_or_else(|| self.draft.get_untracked())));
        self.live.open(self.token(), hooks);
    }

    fn heard(self, event: &PublicEvent, live: bool) {
        if let (true, false, PublicBody::Message { author: Author::Agent(agent), .. }) = (live, self.watched.get_untracked(), &event.body) {
            port::tell(ToHost::News { from: agent.name.clone() });
        }
        if matches!(event.body, PublicBody::Joined { .. }) {
            self.asking.set(false);
        }
        if live && changes_service(&event.body) {
            self.read_again(0);
        }
    }

    /// The customer asks to be called.
    pub fn ask_callback(self, ask: AskCallback) {
        self.step(async move {
            match client::callback(&self.token(), &ask).await {
                Ok(chat) => {
                    self.take(&chat);
                    self.asking.set(false);
                    Ok(())
                }
                Err(problem @ Problem::Invalid { .. }) => {
                    self.faults.set(vec![fault_of(&problem)]);
                    Ok(())
                }
                Err(problem) => Err(problem),
            }
        });
    }

    fn tell_marks(self) {
        let last = self.live.chat.with(|chat| chat.last_from_other(Side::Customer));
        let (Some(up_to), true) = (last, self.screen.get() == Screen::Chat) else { return };
        if self.watched.get() {
            self.seen_to.set_value(up_to);
            self.marks.read(up_to);
        } else {
            self.marks.delivered(up_to);
        }
    }

    fn tell_unread(self, before: Option<usize>) -> usize {
        let watched = self.watched.get();
        let unread = self.live.chat.with(|chat| unread(chat, self.seen_to.get_value()));
        let count = if watched { 0 } else { unread };
        if before != Some(count) && self.screen.get() == Screen::Chat {
            port::tell(ToHost::Unread { count });
        }
        count
    }

    /// Runs the effect that asks again when the panel is opened or closed.
    pub fn watch_opening(&self) {
        self.open.track();
    }

    /// The chat was begun in this page, by its form, not brought by it.
    pub fn was_started_here(&self) -> bool {
        self.page.with_value(|page| matches!(page.view, View::Form(_)))
    }

    /// A message cannot be sent as it is.
    pub fn refuse(self, problem: &Problem) {
        self.faults.set(vec![fault_of(problem)]);
    }

    /// Says `text`: it is on the screen at once and goes out as soon as it can.
    pub fn say(self, text: &str) {
        if let Some(conversation) = self.conversation() {
            let seen = self.live.chat.with_untracked(|chat| chat.head);
            self.outbox.push(conversation, text, seen);
        }
    }

    /// The customer ends the chat.
    pub fn end(self) {
        self.step(async move { client::end(&self.token()).await.map(|chat| self.take(&chat)) });
    }

    /// The customer leaves the ended chat; `carried` goes into the form of a new one.
    pub fn leave(self, carried: String) {
        self.step(async move {
            self.carried.set_value(Some(carried.clone()));
            match client::leave(&self.token()).await {
                Err(problem) if problem.is_passing() || matches!(problem, Problem::Refused { .. }) => Err(problem),
                Ok(()) | Err(_) => {
                    self.forget(carried);
                    Ok(())
                }
            }
        });
    }

    /// Does one thing at a time, and says what went wrong.
    fn step(self, work: impl Future<Output = Result<(), Problem>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            if let Err(problem) = work.await {
                self.trouble.set(Some(words::problem_key(&problem)));
            }
            self.busy.set(false);
        });
    }

    /// This chat is over for this browser: the form takes its place, with `carried` as its message.
    fn forget(self, carried: String) {
        port::tell(ToHost::Left);
        self.outbox.clear();
        if let Some(conversation) = self.conversation() {
            place::forget_draft(conversation);
        }
        let (action, start) = self.page.with_value(|page| (page.action("leave"), page.start.clone()));
        let name = self.live.chat.with_untracked(|chat| chat.customer.clone());
        place::leave_by_form(&action, &[("token", self.token()), ("start", start), ("name", name), ("message", carried)]);
    }
}

/// Whether what is known beside the conversation may be another after this.
fn changes_service(body: &PublicBody) -> bool {
    match body {
        PublicBody::Moved { .. }
        | PublicBody::Transferred { .. }
        | PublicBody::Parked { .. }
        | PublicBody::Unparked
        | PublicBody::Requeued { .. }
        | PublicBody::CallbackAsked => true,
        PublicBody::Opened { .. }
        | PublicBody::Message { .. }
        | PublicBody::Joined { .. }
        | PublicBody::Delivered { .. }
        | PublicBody::Read { .. }
        | PublicBody::Abandoned { .. }
        | PublicBody::Resumed
        | PublicBody::Ended { .. }
        | PublicBody::TicketRaised { .. }
        | PublicBody::TakenOver { .. }
        | PublicBody::Assisting { .. }
        | PublicBody::AssistEnded { .. }
        | PublicBody::InactivityWarned { .. } => false,
    }
}

fn fault_of(problem: &Problem) -> Fault {
    match problem {
        Problem::Invalid { field, why } if ["name", "email", "message", "phone", "when"].contains(&field.as_str()) => {
            Fault::new(field, why)
        }
        other => Fault::new("form", &words::problem_key(other)),
    }
}

/// The agent's messages that the customer has not seen; `seen_to` runs ahead of the marks that the desk knows.
fn unread(chat: &ChatState, seen_to: u64) -> usize {
    let read = chat.customer_marks.read.max(seen_to);
    if chat.last_from_other(Side::Customer).is_none_or(|last| last <= read) { 0 } else { chat.unread_by(Side::Customer) }
}

/// How long to wait before trying again: 0.5 s doubling to 8 s.
fn pause(tries: u32) -> Duration {
    Duration::from_millis(500 << tries.min(4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::first::sample::{says, sofia, state};

    #[test]
    fn what_was_seen_here_is_not_unread_even_before_the_desk_knows() {
        let chat = state(vec![says(Author::Agent(sofia()), "a", 1), says(Author::Customer, "b", 2), says(Author::Agent(sofia()), "c", 3)]);
        assert_eq!((unread(&chat, 0), unread(&chat, 4)), (2, 0));
    }

    #[test]
    fn a_fault_stands_at_its_field() {
        let invalid = |field: &str| Problem::Invalid { field: field.into(), why: "problem.required".into() };
        assert_eq!(fault_of(&invalid("email")), Fault::new("email", "problem.required"));
        assert_eq!(fault_of(&invalid("start")), Fault::new("form", "problem.required"));
        assert_eq!(fault_of(&Problem::Forbidden), Fault::new("form", "problem.signed_out"));
    }

    #[test]
    fn pauses_grow_to_eight_seconds() {
        assert_eq!([0, 1, 4, 99].map(|tries| pause(tries).as_millis()), [500, 1_000, 8_000, 8_000]);
    }
}
