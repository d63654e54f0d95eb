//! An agent with a console: calls over HTTP, everything seen over a socket.

use crate::support::{TestApp, app::PASSWORD, key, socket};
use domain::{
    desk::{AgentState, QueueState},
    ids::{AgentId, ClientKey, ConversationId, InstanceId, OfferId, QueueId},
    live::{ConsoleHears, ConsoleSays, Cursor, Stream},
    presence::Wish,
    state::{Applied, ChatState, Content},
    wire::{Closing, Problem, SendMessage, Sent},
};
use engine::{caller::Caller, database::AgentRow, services::SignIn};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use uuid::Uuid;

pub type Tab = socket::Tab<ConsoleHears>;

pub struct Agent {
    pub app: TestApp,
    pub id: AgentId,
    pub name: String,
    pub caller: Caller,
    pub token: String,
    tab: Mutex<Option<Arc<Tab>>>,
}

/// What a console shows: made of the frames by the product's own reducer, and of nothing else.
#[derive(Debug, Clone, Default)]
pub struct Screen {
    pub agent: Option<AgentState>,
    pub queues: BTreeMap<QueueId, QueueState>,
    pub chats: BTreeMap<ConversationId, ChatState>,
}

impl Screen {
    pub fn of<'a>(frames: impl IntoIterator<Item = &'a ConsoleHears>) -> Self {
        let mut screen = Self::default();
        for frame in frames {
            let applied = screen.hear(frame);
            assert_ne!(applied, Applied::Gap, "one socket never leaves anything out: {frame:?}");
        }
        screen
    }

    fn hear(&mut self, frame: &ConsoleHears) -> Applied {
        match frame {
            ConsoleHears::ChatSnapshot { stream: Stream::ChatInternal(id), state, .. } => {
                self.chats.insert(*id, (**state).clone());
            }
            ConsoleHears::AgentSnapshot { state, .. } => self.agent = Some((**state).clone()),
            ConsoleHears::QueueSnapshot { state, .. } => {
                self.queues.insert(state.id, (**state).clone());
            }
            ConsoleHears::ChatEvent { stream: Stream::ChatInternal(id), event } => return self.chats.entry(*id).or_default().apply(event),
            ConsoleHears::AgentEvent { event, .. } => return self.agent.as_mut().expect("a snapshot came first").apply(event),
            ConsoleHears::QueueEvent { stream: Stream::Queue(id), event } => {
                return self.queues.get_mut(id).expect("a snapshot came first").apply(event);
            }
            _ => {}
        }
        Applied::Now
    }

    /// The texts of a chat's messages and notes, in order.
    pub fn texts(&self, chat: ConversationId) -> Vec<String> {
        texts(self.chats.get(&chat))
    }
}

pub fn texts(chat: Option<&ChatState>) -> Vec<String> {
    let entries = chat.map(|chat| chat.entries.clone()).unwrap_or_default();
    let text = |content| match content {
        Content::Message { text, .. } | Content::Note { text, .. } => Some(text),
        _ => None,
    };
    entries.into_iter().filter_map(|entry| text(entry.content)).collect()
}

impl Agent {
    pub async fn sign_in(app: TestApp, row: &AgentRow) -> Self {
        let services = app.services();
        let who = SignIn { email: row.email.clone(), password: PASSWORD.into(), address: None, user_agent: None };
        let token = services.sign_in(who).await.unwrap().token;
        let caller = services.agent_by_session(&token).await.unwrap().unwrap();
        Self { app, id: row.id, name: row.name.clone(), caller, token, tab: Mutex::default() }
    }

    /// The same person at another node.
    pub fn on(&self, app: &TestApp) -> Self {
        Self {
            app: app.clone(),
            id: self.id,
            name: self.name.clone(),
            caller: self.caller.clone(),
            token: self.token.clone(),
            tab: Mutex::default(),
        }
    }

    pub fn cookie(&self) -> String {
        format!("__Host-sid={}", self.token)
    }

    /// The headers of a request from the console's own page.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("cookie", self.cookie()), ("origin", self.app.origin())]
    }

    /// One more tab: signed in by cookie, following the agent's own stream and the given queues.
    pub async fn opens_tab(&self, instance: InstanceId, queues: &[QueueId]) -> Tab {
        let mut headers = self.headers();
        headers.push(("sec-websocket-protocol", domain::live::SUBPROTOCOL.into()));
        let socket = socket::connect(&self.app.socket_at("/rt/agent"), &headers).await.expect("signed in");
        let tab = Tab::of(&self.app, socket);
        tab.say(&ConsoleSays::Hello { instance });
        let from_the_beginning = Cursor { epoch: None, seq: 0 };
        for stream in std::iter::once(Stream::Agent(self.id)).chain(queues.iter().copied().map(Stream::Queue)) {
            tab.say(&ConsoleSays::Follow { stream, cursor: from_the_beginning });
            caught_up(&tab, stream).await;
        }
        tab
    }

    /// Opens the console in a fresh tab, which the other steps look at.
    pub async fn opens_console(&self) {
        let tab = self.opens_tab(InstanceId::new(Uuid::new_v4()), &[self.app.queue().id]).await;
        *self.tab.lock().unwrap() = Some(Arc::new(tab));
    }

    pub fn tab(&self) -> Arc<Tab> {
        self.tab.lock().unwrap().clone().expect("the console is open")
    }

    /// The connection is cut without a word.
    pub fn vanishes(&self) {
        *self.tab.lock().unwrap() = None;
    }

    /// The tab is closed as people close tabs.
    pub async fn closes_tab(&self) {
        self.tab().leave().await;
        self.vanishes();
    }

    pub async fn is_ready(&self) {
        self.wants(Wish::Ready).await;
    }
    pub async fn wants(&self, wish: Wish) {
        self.call::<()>("state.set", json!({ "wish": wish })).await.unwrap();
    }

    /// In the console and ready.
    pub async fn comes_to_work(&self) {
        self.opens_console().await;
        self.is_ready().await;
    }

    /// A call of the console's page.
    pub async fn call<T: DeserializeOwned>(&self, name: &str, arguments: impl Serialize) -> Result<T, Problem> {
        let mut request = self.app.http().post(self.app.at(&format!("/api/console/{name}"))).json(&arguments);
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        if status.is_success() {
            return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")));
        }
        let problem: Problem = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} {error} in {text}"));
        assert_eq!(problem.status(), status.as_u16());
        Err(problem)
    }

    pub fn screen(&self) -> Screen {
        self.tab().frames(|frames| Screen::of(frames.iter().map(|(frame, _)| frame)))
    }

    /// Waits until the console shows it.
    pub async fn sees<T>(&self, what: &str, mut look: impl FnMut(&Screen) -> Option<T>) -> T {
        self.tab().until(what, |frames| look(&Screen::of(frames.iter().map(|(frame, _)| frame)))).await
    }

    pub async fn is_offered(&self, chat: ConversationId) -> OfferId {
        let find = |screen: &Screen| {
            let agent = screen.agent.as_ref()?;
            agent.offers.iter().find(|offer| offer.card.conversation == chat).map(|offer| offer.id)
        };
        self.sees("the offer", find).await
    }

    /// Nothing rings any more.
    pub async fn hears_silence(&self) {
        self.sees("silence", |screen| screen.agent.as_ref()?.offers.is_empty().then_some(())).await;
    }

    pub async fn accept(&self, offer: OfferId) -> Result<ConversationId, Problem> {
        self.call("offers.accept", json!({ "offer": offer })).await
    }

    /// Takes the chat that rings, and opens it.
    pub async fn accepts(&self, chat: ConversationId) {
        let offer = self.is_offered(chat).await;
        assert_eq!(self.accept(offer).await, Ok(chat));
        self.follows(chat).await;
    }

    pub async fn rejects(&self, chat: ConversationId) {
        let offer = self.is_offered(chat).await;
        self.call::<()>("offers.reject", json!({ "offer": offer })).await.unwrap();
    }

    pub async fn joins(&self, chat: ConversationId) -> Result<(), Problem> {
        self.call("chats.join", json!({ "conversation": chat })).await
    }

    pub async fn follows(&self, chat: ConversationId) {
        let (tab, stream) = (self.tab(), Stream::ChatInternal(chat));
        tab.say(&ConsoleSays::Follow { stream, cursor: Cursor { epoch: None, seq: 0 } });
        caught_up(&tab, stream).await;
    }

    pub async fn send(&self, chat: ConversationId, message: SendMessage) -> Result<Sent, Problem> {
        self.call("messages.send", json!({ "conversation": chat, "message": message })).await
    }

    pub async fn says(&self, chat: ConversationId, text: &str) -> Sent {
        let message = SendMessage { client: key(), text: text.into(), seen: 0 };
        self.send(chat, message).await.unwrap()
    }

    /// A message that only agents see.
    pub async fn notes(&self, chat: ConversationId, text: &str) -> Sent {
        let message = SendMessage { client: key(), text: text.into(), seen: 0 };
        self.call("messages.note", json!({ "conversation": chat, "message": message })).await.unwrap()
    }

    /// Hands a chat to a colleague.
    pub async fn transfers(&self, chat: ConversationId, to: &Agent, note: &str) -> Result<(), Problem> {
        self.call("chats.transfer", json!({ "conversation": chat, "agent": to.id, "note": note })).await
    }

    /// Somebody is in front of the browser.
    pub fn moves_the_mouse(&self) {
        self.tab().say(&ConsoleSays::Input);
    }

    /// Whether the console lists the chat as the agent's own.
    pub async fn sees_mine(&self, chat: ConversationId, mine: bool) {
        let is_mine = |screen: &Screen| screen.agent.as_ref().is_some_and(|agent| agent.mine.contains_key(&chat));
        self.sees("my sessions", |screen| (is_mine(screen) == mine).then_some(())).await;
    }

    pub async fn sees_wish(&self, wish: Wish) {
        self.sees("a wish", |screen| (screen.agent.as_ref()?.me.wish == wish).then_some(())).await;
    }

    /// Waits until the console shows a message or note with this text.
    pub async fn reads(&self, chat: ConversationId, text: &str) {
        self.sees(text, |screen| screen.texts(chat).iter().any(|found| found == text).then_some(())).await;
    }

    pub async fn ends(&self, chat: ConversationId, closing: Closing) -> Result<Option<i64>, Problem> {
        self.call("chats.end", json!({ "conversation": chat, "closing": closing })).await
    }

    pub async fn leaves(&self, chat: ConversationId) -> Result<(), Problem> {
        self.call("chats.leave", json!({ "conversation": chat })).await
    }

    pub async fn ends_abandoned(&self, chat: ConversationId, client: ClientKey, note: &str) -> Result<(), Problem> {
        self.call("chats.end_abandoned", json!({ "conversation": chat, "client": client, "note": note })).await
    }

    /// `GET` of a page or file, signed in: status and body.
    pub async fn gets(&self, path: &str) -> (u16, String) {
        let response = self.app.http().get(self.app.at(path)).header("cookie", self.cookie()).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

async fn caught_up(tab: &Tab, wanted: Stream) {
    let told = |frames: &[(ConsoleHears, String)]| {
        // Of what the agent may not follow there is nothing to catch up with.
        let told = |frame: &ConsoleHears| matches!(frame, ConsoleHears::CaughtUp { stream, .. } | ConsoleHears::Gone { stream } if *stream == wanted);
        frames.iter().any(|(frame, _)| told(frame)).then_some(())
    };
    tab.until("caught up", told).await;
}
