use super::*;
use crate::{
    texts::catalogue,
    widget::first::{
        Fault, Typed, View,
        sample::{chat, page, says, sofia},
    },
};
use domain::{
    event::{Ender, PublicBody},
    message::Author,
    time::Millis,
};

fn html(page: &WidgetPage) -> String {
    render(page, &catalogue("en"), "abc123", "n0nce")
}

fn body_of(html: &str) -> &str {
    html.split("<body").nth(1).unwrap()
}

fn conversation(bodies: Vec<PublicBody>) -> View {
    View::Chat { token: "secret-token".into(), chat: Box::new(chat(bodies)) }
}

fn talk() -> Vec<PublicBody> {
    vec![
        says(Author::Customer, "Black canopies", 1),
        PublicBody::Joined { agent: sofia(), waited: Millis(0) },
        says(Author::Agent(sofia()), "Which order? See https://papermoon.example/orders", 2),
    ]
}

#[test]
fn the_form_is_a_plain_form_and_keeps_what_was_typed() {
    let typed = Typed { name: "Pri\"ya".into(), email: "nobody".into(), message: "</textarea><script>x</script>".into() };
    let page = WidgetPage { faults: vec![Fault::new("email", "problem.email")], ..page(View::Form(typed)) };
    let html = html(&page);
    let body = body_of(&html);
    for wanted in [
        r#"action="/widget/papermoon/start""#,
        r#"method="post""#,
        r#"name="start" value="signed.value""#,
        "Start chat",
        "&lt;/textarea>",
        r#"aria-invalid="true""#,
    ] {
        assert!(body.contains(wanted), "{wanted} in {body}");
    }
    assert!(!body.contains("<script>x"), "{body}");
    assert!(body.contains(&catalogue("en").get("problem.email")));
}

#[test]
fn a_chat_works_by_forms() {
    let html = html(&page(conversation(talk())));
    let body = body_of(&html);
    for wanted in [
        "/widget/papermoon/send",
        "/widget/papermoon/check",
        r#"name="token" value="secret-token""#,
        r#"name="client""#,
        r#"role="log""#,
        r#"data-seq="2""#,
        "Sofia joined",
        r#"href="https://papermoon.example/orders""#,
    ] {
        assert!(body.contains(wanted), "{wanted} in {body}");
    }
    assert_eq!(body.matches("Black canopies").count(), 1, "each message stands there once");
}

#[test]
fn a_waiting_customer_sees_the_place_and_when_the_chat_may_be_ended() {
    let html = html(&page(conversation(vec![says(Author::Customer, "Hello?", 1)])));
    let body = body_of(&html);
    for wanted in ["You are second in line", "End chat appears here in 0:24", "0:36"] {
        assert!(body.contains(wanted), "{wanted} in {body}");
    }
    assert!(!body.contains("/widget/papermoon/end"));
}

#[test]
fn an_ended_chat_offers_to_leave_and_keeps_late_words() {
    let mut bodies = talk();
    bodies.push(PublicBody::Ended { by: Ender::Agent(sofia()) });
    let page = WidgetPage { kept: "One more thing".into(), ..page(conversation(bodies)) };
    let html = html(&page);
    let body = body_of(&html);
    for wanted in ["Leave chat", "Start a new chat with this", r#"name="message" value="One more thing""#] {
        assert!(body.contains(wanted), "{wanted} in {body}");
    }
    assert!(!body.contains("/widget/papermoon/send"));
}

#[test]
fn a_resumed_chat_shows_no_form() {
    let html = html(&page(View::Resume));
    assert!(!body_of(&html).contains("<form"));
}

#[test]
fn scripts_and_styles_carry_the_nonce_and_data_stays_data() {
    let html = html(&page(conversation(vec![says(Author::Customer, "</script><script>alert(1)</script>", 1)])));
    assert!(!html.contains("<script>"), "a script without a nonce");
    assert!(html.contains(r#"<html lang="en">"#) && html.contains("/pkg/abc123/widget.css"));
    assert!(!html.contains("\"console."), "texts of the console");
}

#[test]
fn the_loader_is_told_in_json() {
    let site = Site {
        id: domain::ids::SiteId::new(uuid::Uuid::nil()),
        key: "papermoon".into(),
        name: "</script>".into(),
        queue: domain::ids::QueueId::new(uuid::Uuid::nil()),
        origins: Vec::new(),
        look: page(View::Resume).look,
    };
    let settings = loader_settings(&site, &catalogue("de"), "https://desk.example", "abc123");
    assert!(!settings.contains('<'));
    let settings: serde_json::Value = serde_json::from_str(&settings).unwrap();
    assert_eq!((settings["key"].as_str(), settings["locale"].as_str()), (Some("papermoon"), Some("de")));
    assert!(settings["texts"]["unread_other"].as_str().unwrap().contains("{n}"));
}

/// Writes pages to look at: `DESKBELL_TEST_PAGES=DIR cargo test -p app --features ssr pages_to_look_at`.
#[test]
fn pages_to_look_at() {
    let Ok(folder) = std::env::var("DESKBELL_TEST_PAGES") else { return };
    let mut ended = talk();
    ended.push(PublicBody::Ended { by: Ender::Agent(sofia()) });
    let views = [
        ("form", View::Form(Typed::default())),
        ("resume", View::Resume),
        ("waiting", conversation(vec![says(Author::Customer, "Two of the twelve Luna pendants came with black canopies.", 1)])),
        ("chat", conversation(talk())),
        ("ended", conversation(ended)),
    ];
    for (name, view) in views {
        std::fs::write(format!("{folder}/{name}.html"), html(&page(view))).unwrap();
    }
}
