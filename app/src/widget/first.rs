//! The first data of a widget page: the server renders from it and writes it into the page, the browser reads it back.

use domain::{
    message::{Body, BodyProblem},
    site::Look,
    ticket::parse_email,
    time::Timestamp,
    wire::{AskCallback, CustomerChat},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The keys of the texts that a widget page carries.
pub const TEXTS: &[&str] = &["widget.", "line.", "problem.", "ui.", "time."];

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WidgetPage {
    pub site_key: String,
    pub site_name: String,
    /// The queue's name towards customers.
    pub service: String,
    /// When the service opens again; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// What stands in the form for a callback, where the page shows that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<AskCallback>,
    pub look: Look,
    /// The origins that may hold the frame: a port offered by any other page is not taken.
    pub origins: Vec<String>,
    /// Where the frame stands, as far as the server knows.
    pub host_origin: Option<String>,
    /// The signed value that a new chat is begun with; every form carries it back.
    pub start: String,
    /// The client id of what the composer sends as a plain form.
    pub client: Uuid,
    pub now: Timestamp,
    pub view: View,
    /// What was wrong with the form that this page answers.
    pub faults: Vec<Fault>,
    /// Text that could not be sent.
    pub kept: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum View {
    /// The form before the chat, with what was typed already.
    Form(Typed),
    /// A chat whose token the host's page keeps and will hand in.
    Resume,
    Chat {
        token: String,
        chat: Box<CustomerChat>,
    },
}

/// Outside office hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// When it opens again, if it does within a year.
    pub opens: Option<Timestamp>,
    /// The same as the office says it: "Monday, 09:00 (Europe/Berlin)".
    pub office: Option<String>,
}

/// What stands in the fields of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub name: String,
    pub email: String,
    /// Where they work, as the page around the frame says.
    pub company: String,
    pub message: String,
}

impl Typed {
    /// What the desk would refuse: the same rules, asked before anything is sent.
    pub fn faults(&self) -> Vec<Fault> {
        let name = match self.name.split_whitespace().collect::<Vec<_>>().join(" ").chars().count() {
            0 => Some("problem.required"),
            1..=LONGEST_NAME => None,
            _ => Some("problem.too_long"),
        };
        let email = (!self.email.trim().is_empty() && parse_email(&self.email).is_none()).then_some("problem.email");
        let message = match Body::parse(&self.message) {
            Ok(_) => None,
            Err(BodyProblem::Empty) => Some("problem.required"),
            Err(BodyProblem::TooLong) => Some("problem.too_long"),
        };
        let found = [("name", name), ("email", email), ("message", message)];
        found.into_iter().filter_map(|(field, why)| why.map(|why| Fault::new(field, why))).collect()
    }
}

/// A field that is wrong, and why, as a text key. The field `form` is the form as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub field: String,
    pub why: String,
}

impl Fault {
    pub fn new(field: &str, why: &str) -> Self {
        Self { field: field.to_owned(), why: why.to_owned() }
    }
}

impl WidgetPage {
    /// Where a plain form of this page goes.
    pub fn action(&self, step: &str) -> String {
        format!("/widget/{}/{step}", self.site_key)
    }
    /// The office's words for this opening, where the page brought them.
    pub fn office_words(&self, opens: Option<Timestamp>) -> Option<String> {
        self.closed.as_ref().filter(|closed| closed.opens == opens).and_then(|closed| closed.office.clone())
    }
    pub fn chat(&self) -> Option<&CustomerChat> {
        match &self.view {
            View::Chat { chat, .. } => Some(chat),
            View::Form(_) | View::Resume => None,
        }
    }
    /// What the page gives to the browser: JSON that cannot end a script element.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default().replace('<', "\\u003c")
    }
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

#[cfg(test)]
pub mod sample {
    //! Pages for the tests of this crate.

    use super::*;
    use domain::{
        ending::EndRight,
        event::{PublicBody, PublicEvent},
        ids::{AgentId, ClientKey, ConversationId, Epoch},
        message::{AgentRef, Author},
        state::ChatState,
        time::Millis,
        wire::{Availability, EndRule},
    };

    pub const OPENED: Timestamp = Timestamp(1_800_000_000_000);

    pub fn sofia() -> AgentRef {
        AgentRef { id: AgentId::new(Uuid::from_u128(9)), name: "Sofia".into() }
    }

    pub fn says(author: Author, text: &str, key: u128) -> PublicBody {
        PublicBody::Message { author, text: text.into(), client: ClientKey(Uuid::from_u128(key)) }
    }

    /// A chat of these events, ten seconds apart.
    pub fn state(bodies: Vec<PublicBody>) -> ChatState {
        let mut state = ChatState::default();
        let opened = PublicBody::Opened { customer: "Priya".into(), service: "Orders".into() };
        for (n, body) in std::iter::once(opened).chain(bodies).enumerate() {
            let n = n as i64;
            state.apply_public(&PublicEvent { seq: n as u64 + 1, ts: OPENED + Millis::seconds(10 * n), body });
        }
        state
    }

    pub fn chat(bodies: Vec<PublicBody>) -> CustomerChat {
        CustomerChat {
            conversation: ConversationId::new(Uuid::from_u128(1)),
            epoch: Epoch::new(Uuid::from_u128(2)),
            now: OPENED + Millis::seconds(36),
            state: state(bodies),
            end_right: EndRight::From(OPENED + Millis::seconds(60)),
            end_rule: EndRule::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(60) },
            place: Some(2),
            expected: None,
            availability: Availability::default(),
            callback_from: None,
            called_at: None,
        }
    }

    pub fn page(view: View) -> WidgetPage {
        WidgetPage {
            site_key: "papermoon".into(),
            site_name: "Papermoon".into(),
            service: "Orders and delivery".into(),
            closed: None,
            asking: None,
            look: Look {
                brand: "#B4532A".into(),
                greeting: Some("Hello. What can we light up for you?".into()),
                promise: Some("Four of us are here, usually back to you within a minute.".into()),
                faces: vec!["SM".into(), "MN".into(), "CR".into()],
            },
            origins: vec!["http://localhost:8081".into()],
            host_origin: Some("http://localhost:8081".into()),
            start: "signed.value".into(),
            client: Uuid::from_u128(77),
            now: OPENED + Millis::seconds(36),
            view,
            faults: Vec::new(),
            kept: String::new(),
        }
    }

    #[test]
    fn a_form_knows_what_the_desk_would_refuse() {
        let faults = |name: &str, email: &str, message: &str| {
            let typed = Typed { name: name.into(), email: email.into(), message: message.into(), ..Typed::default() };
            typed.faults().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert!(faults("Priya", "", "Hello").is_empty());
        assert!(faults("Priya", " priya@raman.example ", "Hello").is_empty());
        assert_eq!(faults(" ", "nobody", "\n"), ["name", "email", "message"]);
        assert_eq!(faults(&"x".repeat(LONGEST_NAME + 1), "", &"x".repeat(8_001)), ["name", "message"]);
    }

    #[test]
    fn first_data_reads_back_and_cannot_end_its_script() {
        let body = says(Author::Customer, "</script><b>", 1);
        let page = page(View::Chat { token: "t".into(), chat: Box::new(chat(vec![body])) });
        let json = page.to_json();
        assert!(!json.contains('<'));
        assert_eq!(WidgetPage::from_json(&json), Some(page));
    }
}
