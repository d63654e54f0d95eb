use super::*;
use crate::{
    texts::catalogue,
    widget::first::{
        Closed, Fault, Typed, View,
        sample::{OPENED, chat, page, says, sofia},
    },
};
use domain::{
    event::{Ender, ParkReason, PublicBody},
    ids::AgentId,
    message::{AgentRef, Author},
    time::{Millis, Timestamp},
    wire::{AskCallback, CustomerChat},
};

fn html(page: &WidgetPage) -> String {
    render(page, &catalogue("en"), "abc123", "n0nce")
}

fn page_html(page: &WidgetPage) -> String {
    html(page)
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
    let typed =
        Typed { name: "Pri\"ya".into(), email: "nobody".into(), company: String::new(), message: "</textarea><script>x</script>".into() };
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
    for wanted in ["You are second in line", "You can end this chat in 0:24", "0:36"] {
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

/// A page as it is outside office hours.
fn closed(view: View) -> WidgetPage {
    let office = Some("Monday, 09:00 (Europe/Berlin)".to_owned());
    WidgetPage { closed: Some(Closed { opens: Some(OPENED + Millis::minutes(900)), office }), ..page(view) }
}

fn parked() -> Vec<PublicBody> {
    let until = Some(OPENED + Millis::minutes(900));
    vec![says(Author::Customer, "Hello?", 1), PublicBody::Parked { reason: ParkReason::OutsideHours, until }]
}

#[test]
fn outside_office_hours_the_form_says_when_it_opens() {
    let html = html(&closed(View::Form(Typed::default())));
    for wanted in ["We are closed just now", "Monday, 09:00 (Europe/Berlin)", "Start chat", r#"data-shape="opening""#] {
        assert!(body_of(&html).contains(wanted), "{wanted} in {html}");
    }
    let plain = page_html(&page(View::Form(Typed::default())));
    assert!(!body_of(&plain).contains("We are closed"), "only then");
}

#[test]
fn a_parked_customer_sees_the_opening_and_may_end_at_once() {
    let html = html(&closed(conversation(parked())));
    for wanted in ["We are closed just now", "Monday, 09:00 (Europe/Berlin)", "/widget/papermoon/end"] {
        assert!(body_of(&html).contains(wanted), "{wanted} in {html}");
    }
    let unknown = page_html(&page(conversation(parked())));
    assert!(body_of(&unknown).contains("2027-01-15 23:00 UTC"), "another queue's hours: in UTC until the browser knows better");
}

/// The chat that `bodies` make, with a callback on offer since `from`.
fn offering(bodies: Vec<PublicBody>, from: Timestamp, called_at: Option<&str>) -> View {
    let chat = CustomerChat {
        callback_from: Some(from),
        called_at: called_at.map(str::to_owned),
        expected: Some(Millis::minutes(4)),
        ..chat(bodies)
    };
    View::Chat { token: "secret-token".into(), chat: Box::new(chat) }
}

#[test]
fn a_call_is_offered_after_the_set_wait() {
    let waiting = || vec![says(Author::Customer, "Hello?", 1)];
    let early = html(&page(offering(waiting(), OPENED + Millis::seconds(60), None)));
    assert!(!body_of(&early).contains("Request a callback") && body_of(&early).contains("About 4 minutes"));
    let due = html(&page(offering(waiting(), OPENED, None)));
    assert!(body_of(&due).contains("Request a callback") && !body_of(&due).contains("Phone number"));
    let asking = WidgetPage {
        asking: Some(AskCallback { phone: "\"me\"".into(), message: "</textarea>".into(), when: String::new() }),
        faults: vec![Fault::new("phone", "problem.phone")],
        ..page(offering(waiting(), OPENED, None))
    };
    let form = html(&asking);
    for wanted in [
        "Phone number",
        "Message (optional)",
        "Keep waiting",
        "/widget/papermoon/callback",
        "&lt;/textarea>",
        &catalogue("en").get("problem.phone"),
    ] {
        assert!(body_of(&form).contains(wanted), "{wanted} in {form}");
    }
    assert!(!body_of(&form).contains(r#"role="log""#), "one thing at a time");
}

#[test]
fn who_is_called_sees_the_number_and_may_go() {
    let asked = vec![says(Author::Customer, "Hello?", 1), PublicBody::CallbackAsked];
    let html = html(&page(offering(asked, OPENED, Some("••• ••••567"))));
    for wanted in ["We will call you at", "••• ••••567", "the number ending in 567", "Leave chat"] {
        assert!(body_of(&html).contains(wanted), "{wanted} in {html}");
    }
    assert!(!body_of(&html).contains("/widget/papermoon/end"));
}

#[test]
fn a_silent_customer_is_asked_and_told() {
    let mut bodies = talk();
    bodies.push(PublicBody::InactivityWarned { closes_at: OPENED + Millis::seconds(336) });
    let warned = html(&page(conversation(bodies.clone())));
    assert!(body_of(&warned).contains("This chat ends in") && body_of(&warned).contains("5:00"), "{warned}");
    bodies.push(PublicBody::Ended { by: Ender::System });
    let ended = html(&page(conversation(bodies)));
    assert!(body_of(&ended).contains("Nothing was written for a while") && !body_of(&ended).contains("This chat ends in"));
}

#[test]
fn who_helps_and_who_hands_over_is_shown() {
    let mut bodies = talk();
    let marek = AgentRef { id: AgentId::new(uuid::Uuid::from_u128(8)), name: "Marek".into() };
    bodies.push(PublicBody::Assisting { agent: marek.clone() });
    assert!(body_of(&html(&page(conversation(bodies.clone())))).contains("with Marek"));
    bodies.push(PublicBody::Transferred { from: sofia(), to: Some(marek), service: None });
    let html = html(&page(conversation(bodies)));
    assert_eq!(body_of(&html).matches("Sofia is handing you over to Marek").count(), 2, "as the title and as a line: {html}");
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
        ("offer", offering(vec![says(Author::Customer, "Two of the twelve Luna pendants came with black canopies.", 1)], OPENED, None)),
        ("called", offering(vec![says(Author::Customer, "Hello?", 1), PublicBody::CallbackAsked], OPENED, Some("+•• •• ••••567"))),
    ];
    let mut pages: Vec<_> = views.into_iter().map(|(name, view)| (name, page(view))).collect();
    pages.push(("closed", closed(View::Form(Typed::default()))));
    pages.push(("parked", closed(offering(parked(), OPENED, None))));
    pages.push(("asking", WidgetPage { asking: Some(AskCallback::default()), ..page(offering(parked(), OPENED, None)) }));
    for (name, page) in pages {
        std::fs::write(format!("{folder}/{name}.html"), html(&page)).unwrap();
    }
}
