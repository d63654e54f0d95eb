//! M12: a canary among what only agents may know, and every byte that a customer can get hold of.

use crate::support::{Agent, Customer, SITE, TestApp, both, key, logged};
use domain::{
    ids::{ConversationId, InstanceId},
    live::{Cursor, WidgetHears, WidgetSays},
    presence::{Role, Wish},
    queue::{MayEnd, Policy},
    ticket::{Priority, TicketDraft},
    time::Millis,
    wire::{Closing, SendMessage},
};
use serde_json::Value;
use uuid::Uuid;

/// Part of everything internal. No word of it may come to a customer.
const CANARY: &str = "c4n4ry";

/// All that a customer was sent, with where it came from.
#[derive(Default)]
struct Bytes(Vec<(String, String)>);

impl Bytes {
    fn keep(&mut self, whence: &str, text: impl Into<String>) {
        self.0.push((whence.to_owned(), text.into()));
    }

    async fn page(&mut self, whence: &str, response: reqwest::Response) -> String {
        let headers = format!("{:?}", response.headers());
        let text = response.text().await.unwrap();
        self.keep(whence, format!("{headers}\n{text}"));
        text
    }

    fn are_clean(&self) {
        assert!(self.0.len() > 20, "a search in nothing finds nothing");
        for (whence, text) in &self.0 {
            for word in [CANARY, "agt_canary", "\"internal\"", "offer_ended", "\"note\"", "arrived", "off_"] {
                let at = text.to_lowercase().find(word);
                assert_eq!(at, None, "{word} in {whence}: {}", &text[at.unwrap_or(0).saturating_sub(200)..]);
            }
        }
    }
}

/// Everything that agents say to each other about a chat: notes, and an offer that somebody turned down.
async fn whisper(app: &TestApp, agent: &Agent, chat: ConversationId, round: usize) {
    agent.notes(chat, &format!("{CANARY} note {round}")).await;
    let refused = app.services().note(&agent.caller, chat, key(), "").await;
    assert!(refused.is_err());
}

/// Posts of the page without scripts.
async fn posts(bytes: &mut Bytes, customer: &Customer, step: &str, more: &[(&str, &str)]) -> String {
    let token = customer.token();
    let mut fields = vec![("token", token.as_str())];
    fields.extend_from_slice(more);
    let at = customer.app.at(&format!("/widget/{SITE}/{step}"));
    let request = customer.app.http().post(at).header("origin", customer.app.origin()).form(&fields);
    bytes.page(&format!("the page after {step}"), request.send().await.unwrap()).await
}

async fn calls(bytes: &mut Bytes, customer: &Customer, path: &str, body: &Value) {
    let request = customer.app.http().post(customer.app.at(&format!("/api/v1/widget/{path}"))).bearer_auth(customer.token()).json(body);
    bytes.page(&format!("the answer of {path}"), request.send().await.unwrap()).await;
}

/// Reads everything there is for a customer, in all the ways there are.
async fn pry(bytes: &mut Bytes, customer: &Customer) {
    let (app, token) = (&customer.app, customer.token());
    let chat = app.http().get(app.at("/api/v1/widget/chat")).bearer_auth(&token).send().await.unwrap();
    bytes.page("the chat as JSON", chat).await;
    posts(bytes, customer, "check", &[]).await;
    for path in [format!("/widget/{SITE}"), format!("/widget/{SITE}?view=resume"), format!("/w/{SITE}.js"), format!("/tickets/{}", 1001)] {
        let response = app.http().get(app.at(&path)).bearer_auth(&token).send().await.unwrap();
        bytes.page(&path, response).await;
    }
    for seq in [0, 1, 2, 4, 7] {
        let epoch = customer.reads_chat().await.unwrap().epoch;
        let tab = customer.opens_tab(InstanceId::new(Uuid::new_v4()), Cursor { epoch: Some(epoch), seq }).await;
        let caught_up = |n: usize| {
            move |frames: &[(WidgetHears, String)]| {
                (frames.iter().filter(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).count() >= n).then_some(())
            }
        };
        tab.until("caught up", caught_up(1)).await;
        tab.say(&WidgetSays::Pull { cursor: Cursor { epoch: None, seq: 0 } });
        tab.until("pulled", caught_up(2)).await;
        tab.say_raw(r#"{"t":"follow","stream":"chat/x/internal","cursor":{"seq":0}}"#.into());
        bytes.keep("a socket", tab.raw().join("\n"));
    }
    let client = key();
    let words = [("", client), ("Good", client), ("Evil twin", client)];
    for (text, client) in words {
        let message = serde_json::to_value(SendMessage { client, text: text.into(), seen: 0 }).unwrap();
        calls(bytes, customer, "messages", &message).await;
    }
    calls(bytes, customer, "messages", &serde_json::json!({ "text": 5 })).await;
    calls(bytes, customer, "marks", &serde_json::json!({ "read": 900 })).await;
}

/// The numbers of a customer's frames and pages are 1, 2, 3…: nothing tells that others exist.
fn numbers_are_dense(customer: &Customer) {
    let seqs: Vec<u64> = customer.tab().frames(|frames| {
        let number = |frame: &WidgetHears| match frame {
            WidgetHears::Event { event } => Some(event.seq),
            _ => None,
        };
        frames.iter().filter_map(|(frame, _)| number(frame)).collect()
    });
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
    let head = customer.screen().head;
    assert_eq!(seqs.last().copied(), Some(head));
}

fn draft() -> TicketDraft {
    TicketDraft {
        subject: format!("{CANARY} subject"),
        description: format!("{CANARY} description"),
        requester_name: format!("{CANARY} requester"),
        requester_email: None,
        priority: Priority::Urgent,
    }
}

both! {
    async fn m12_nothing_internal_reaches_a_customer(app: TestApp) {
        let policy = Policy { reject_makes_not_ready: false, may_end: MayEnd::Always, ..Policy::default() };
        app.set_policy(app.queue().id, policy).await;
        let turned_down = app.agent_of(&format!("{CANARY} Zoe"), &[app.queue().id], Role::Agent).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        let mut bytes = Bytes::default();
        turned_down.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        turned_down.rejects(chat).await;
        whisper(&app, &turned_down, chat, 0).await;
        pry(&mut bytes, &customer).await;

        agent.comes_to_work().await;
        agent.accepts(chat).await;
        for round in 1..4 {
            whisper(&app, &agent, chat, round).await;
            agent.says(chat, "Everybody may read this").await;
            customer.says("And this").await;
            posts(&mut bytes, &customer, "send", &[("message", "By the form"), ("client", &key().to_string())]).await;
        }
        agent.reads(chat, &format!("{CANARY} note 3")).await;
        customer.reads("By the form").await;
        pry(&mut bytes, &customer).await;

        let number = agent.ends(chat, Closing::Ticket { draft: draft() }).await.unwrap();
        assert_eq!(number, Some(1001));
        whisper(&app, &agent, chat, 9).await;
        agent.leaves(chat).await.unwrap();
        app.pass(Millis::seconds(50)).await;
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        pry(&mut bytes, &customer).await;
        posts(&mut bytes, &customer, "end", &[]).await;
        bytes.keep("the open socket", customer.tab().raw().join("\n"));
        numbers_are_dense(&customer);
        posts(&mut bytes, &customer, "leave", &[]).await;
        bytes.are_clean();
        assert!(!logged().contains(CANARY), "nor does it stand in the log");
    }

    async fn m12_hand_overs_whispers_and_numbers_stay_inside(app: TestApp) {
        let policy = Policy { reject_makes_not_ready: false, callback_after: Some(Millis(0)), ..Policy::default() };
        app.set_policy(app.queue().id, policy).await;
        let chief = app.agent_of(&format!("{CANARY} Chief"), &[], Role::Supervisor).await;
        let (agent, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer());
        let mut bytes = Bytes::default();
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        chief.opens_console().await;
        chief.follows(chat).await;
        chief.notes(chat, &format!("{CANARY} whisper")).await;
        agent.reads(chat, &format!("{CANARY} whisper")).await;
        ben.comes_to_work().await;
        agent.transfers(chat, &ben, &format!("{CANARY} why I hand him on")).await.unwrap();
        pry(&mut bytes, &customer).await;
        ben.rejects(chat).await;
        agent.rejects(chat).await;
        ben.wants(Wish::Offline).await;
        agent.wants(Wish::Offline).await;
        let note = format!("{CANARY} for Ben");
        let refused = app.services().assign(&chief.caller, chat, ben.id, &note).await;
        assert!(refused.is_err(), "nobody is ready");
        let ask = serde_json::json!({ "phone": "+49 30 4711 0815", "message": format!("{CANARY} lamp"), "when": "" });
        customer.post::<Value>(Some(&customer.token()), "callback", &ask).await.unwrap();
        pry(&mut bytes, &customer).await;
        agent.ends_abandoned(chat, key(), &format!("{CANARY} called him")).await.unwrap();
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        pry(&mut bytes, &customer).await;
        bytes.keep("the open socket", customer.tab().raw().join("\n"));
        bytes.are_clean();
        for (whence, text) in &bytes.0 {
            for word in ["4711 0815", "47110815", "handed_over", "callback_details", "Chief"] {
                assert!(!text.contains(word), "{word} in {whence}");
            }
        }
        for secret in [CANARY, "4711 0815"] {
            assert!(!logged().contains(secret), "{secret} stands in the log");
        }
    }

    async fn the_log_holds_no_words_addresses_or_tokens(app: TestApp) {
        let (agent, customer) = (app.agent("Lorelei").await, app.customer_named("Xanthippe Quill"));
        agent.comes_to_work().await;
        let chat = customer.says("s3cr3t words of a customer").await;
        agent.accepts(chat).await;
        agent.says(chat, "s3cr3t words of an agent").await;
        customer.reads("s3cr3t words of an agent").await;
        agent.ends(chat, Closing::NoTicket).await.unwrap();
        let log = logged();
        for secret in ["s3cr3t", "Xanthippe", "priya@customer.example", "lorelei@desk.example", &customer.token(), &agent.token] {
            assert!(!log.contains(secret), "{secret} was logged");
        }
        assert!(log.contains("The desk listens."), "the log was looked at");
    }
}
