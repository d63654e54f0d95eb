//! A customer with the widget open: the page's form, the JSON interface, and the socket.

use super::agent::texts;
use crate::support::{TestApp, field, key, socket};
use domain::{
    ids::{ConversationId, InstanceId},
    live::{Cursor, WidgetHears, WidgetSays},
    state::{Applied, ChatState, Phase},
    wire::{CustomerChat, Problem, SendMessage, Sent},
};
use engine::caller::Caller;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

pub type Tab = socket::Tab<WidgetHears>;

pub struct Customer {
    pub app: TestApp,
    pub name: String,
    pub site: String,
    begun: Mutex<Option<Begun>>,
    tab: Mutex<Option<Arc<Tab>>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Begun {
    pub token: String,
    pub chat: CustomerChat,
}

/// What a widget shows, made of the frames of one socket by the product's own reducer.
pub fn shown<'a>(frames: impl IntoIterator<Item = &'a WidgetHears>) -> ChatState {
    let mut state = ChatState::default();
    for frame in frames {
        match frame {
            WidgetHears::Snapshot { state: whole, .. } => state = (**whole).clone(),
            WidgetHears::Event { event } => {
                let applied = state.apply_public(event);
                assert_ne!(applied, Applied::Gap, "one socket never leaves anything out: {frame:?} after {}", state.head);
            }
            _ => {}
        }
    }
    state
}

impl Customer {
    pub fn of(app: TestApp, name: &str, site: &str) -> Self {
        Self { app, name: name.into(), site: site.into(), begun: Mutex::default(), tab: Mutex::default() }
    }

    /// The page of the widget's frame: its `start`.
    pub async fn opens_widget(&self) -> String {
        let response = self.app.http().get(self.app.at(&format!("/widget/{}", self.site))).send().await.unwrap();
        assert_eq!(response.status(), 200);
        field(&response.text().await.unwrap(), "start").expect("the form carries a signed start")
    }

    /// Posts the form's JSON twin.
    pub async fn posts_start(&self, start: &str, text: &str) -> Result<Begun, Problem> {
        let body = json!({ "key": self.site, "start": start, "name": self.name, "email": "priya@customer.example", "message": text });
        self.post(None, "start", &body).await
    }

    /// Begins the chat with the first message, later goes on with it.
    pub async fn says(&self, text: &str) -> ConversationId {
        if self.begun.lock().unwrap().is_none() {
            let start = self.opens_widget().await;
            self.begins(self.posts_start(&start, text).await.unwrap());
            self.connects().await;
        } else {
            self.send(SendMessage { client: key(), text: text.into(), seen: 0 }).await.unwrap();
        }
        self.chat()
    }

    pub fn begins(&self, begun: Begun) {
        *self.begun.lock().unwrap() = Some(begun);
    }

    fn begun(&self) -> Begun {
        self.begun.lock().unwrap().clone().expect("the chat has begun")
    }
    pub fn chat(&self) -> ConversationId {
        self.begun().chat.conversation
    }
    pub fn token(&self) -> String {
        self.begun().token
    }
    pub async fn caller(&self) -> Caller {
        self.app.services().customer_by_token(&self.token()).await.unwrap().unwrap()
    }

    /// A call of the widget's page.
    pub async fn post<T: DeserializeOwned>(&self, token: Option<&str>, path: &str, body: &impl Serialize) -> Result<T, Problem> {
        let mut request =
            self.app.http().post(self.app.at(&format!("/api/v1/widget/{path}"))).json(body).header("origin", self.app.origin());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let (status, text) = (response.status(), response.text().await.unwrap());
        if status.is_success() {
            let text = if text.is_empty() { "null" } else { &text };
            return Ok(serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}")));
        }
        let problem: Problem = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{status} {error} in {text}"));
        assert_eq!(problem.status(), status.as_u16());
        Err(problem)
    }

    pub async fn send(&self, message: SendMessage) -> Result<Sent, Problem> {
        self.post(Some(&self.token()), "messages", &message).await
    }

    pub async fn marks(&self, delivered: u64, read: u64) {
        let seen = json!({ "delivered": delivered, "read": read });
        self.post::<()>(Some(&self.token()), "marks", &seen).await.unwrap();
    }

    pub async fn ends(&self) -> Result<CustomerChat, Problem> {
        self.post(Some(&self.token()), "end", &json!({})).await
    }

    pub async fn leaves(&self) -> Result<(), Problem> {
        self.post(Some(&self.token()), "leave", &json!({})).await
    }

    /// What the page would be given on reload.
    pub async fn reads_chat(&self) -> Result<CustomerChat, Problem> {
        let response = self.app.http().get(self.app.at("/api/v1/widget/chat")).bearer_auth(self.token()).send().await.unwrap();
        if response.status().is_success() { Ok(response.json().await.unwrap()) } else { Err(response.json().await.unwrap()) }
    }

    /// One more socket with this cursor.
    pub async fn opens_tab(&self, instance: InstanceId, cursor: Cursor) -> Tab {
        let headers = [("origin", self.app.origin()), ("sec-websocket-protocol", domain::live::SUBPROTOCOL.to_owned())];
        let socket = socket::connect(&self.app.socket_at("/rt/widget"), &headers).await.expect("from the desk's own frame");
        let tab = Tab::of(&self.app, socket);
        tab.say(&WidgetSays::Hello { token: self.token(), instance, cursor });
        tab
    }

    /// Opens the socket that the other steps look at, and waits until it has told everything.
    pub async fn connects(&self) {
        let tab = self.opens_tab(InstanceId::new(Uuid::new_v4()), Cursor { epoch: None, seq: 0 }).await;
        tab.until("caught up", |frames| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).then_some(())).await;
        *self.tab.lock().unwrap() = Some(Arc::new(tab));
    }

    pub fn tab(&self) -> Arc<Tab> {
        self.tab.lock().unwrap().clone().expect("the widget is connected")
    }

    /// The connection is cut without a word.
    pub fn vanishes(&self) {
        *self.tab.lock().unwrap() = None;
    }

    pub fn screen(&self) -> ChatState {
        self.tab().frames(|frames| shown(frames.iter().map(|(frame, _)| frame)))
    }

    /// Waits until the widget shows it.
    pub async fn sees<T>(&self, what: &str, mut look: impl FnMut(&ChatState) -> Option<T>) -> T {
        self.tab().until(what, |frames| look(&shown(frames.iter().map(|(frame, _)| frame)))).await
    }

    pub async fn reads(&self, text: &str) {
        self.sees(text, |state| texts(Some(state)).iter().any(|found| found == text).then_some(())).await;
    }

    pub async fn sees_agent(&self, name: &str) {
        let joined = |state: &ChatState| {
            matches!((&state.agent, &state.phase), (Some(agent), Phase::Active { .. }) if agent.name == name).then_some(())
        };
        self.sees(name, joined).await;
    }
}
