//! The widget's page and how a chat begins and ends on the customer's side.

use crate::support::{Customer, SITE, TestApp, both, field, key};
use domain::{
    conversation::Refusal,
    ending::EndRight,
    ids::InstanceId,
    live::{ConsoleHears, ConsoleSays, Cursor, WidgetHears},
    queue::{MayEnd, Policy},
    time::Millis,
    wire::{Closing, Problem, SendMessage},
};
use serde_json::json;
use uuid::Uuid;

async fn page(app: &TestApp, path: &str) -> (u16, String, String) {
    let response = app.http().get(app.at(path)).send().await.unwrap();
    let policy = response.headers().get("content-security-policy").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status().as_u16(), policy, response.text().await.unwrap())
}

async fn posts(app: &TestApp, step: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let request = app.http().post(app.at(&format!("/widget/{SITE}/{step}"))).header("origin", app.origin()).form(fields);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn bad_start() -> Problem {
    Problem::Invalid { field: "start".into(), why: "problem.start_expired".into() }
}

async fn started(app: &TestApp, customer: &Customer, start: &str) -> Result<(), Problem> {
    let answer = customer.posts_start(start, "Hello?").await.map(|_| ());
    let chats = app.eyes().number("select count(*) from conversation").await;
    assert_eq!(chats, i64::from(answer.is_ok()), "what is refused makes nothing");
    answer
}

both! {
    async fn the_frame_is_allowed_on_the_sites_pages_only(app: TestApp) {
        let (status, policy, _) = page(&app, &format!("/widget/{SITE}")).await;
        assert_eq!(status, 200);
        let ancestors = policy.split("frame-ancestors ").nth(1).unwrap();
        assert_eq!(ancestors, "'self' https://shop.example https://other.example");
        app.services().set_site_origins(SITE, vec!["https://new.example".into()]).await.unwrap();
        assert!(page(&app, &format!("/widget/{SITE}")).await.1.ends_with("frame-ancestors 'self' https://new.example"));
        assert!(page(&app, "/login").await.1.ends_with("frame-ancestors 'none'"));
        let bad = app.services().set_site_origins(SITE, vec!["https://a.example; script-src *".into()]).await;
        assert!(bad.is_err());
    }

    async fn the_embed_script_is_sent_small_to_those_who_take_it(app: TestApp) {
        let loads = async |encodings: &'static str| {
            let request = app.http().get(app.at(&format!("/w/{SITE}.js"))).header("accept-encoding", encodings);
            let response = request.send().await.unwrap();
            let encoding = response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(response.headers()["vary"], "accept-language, accept-encoding");
            (encoding, response.headers()["etag"].clone(), response.bytes().await.unwrap())
        };
        let (none, etag, plain) = loads("identity").await;
        assert!(none.is_none() && plain.windows(SITE.len()).any(|part| part == SITE.as_bytes()));
        for _ in 0..2 {
            let (encoding, same, small) = loads("gzip, br").await;
            assert_eq!((encoding.as_deref(), &same), (Some("br"), &etag));
            let mut whole = Vec::new();
            brotli::BrotliDecompress(&mut &small[..], &mut whole).unwrap();
            assert_eq!(whole, plain);
        }
        assert_eq!(loads("gzip, br;q=0").await.0.as_deref(), Some("gzip"));
        let found = app.http().get(app.at(&format!("/w/{SITE}.js"))).header("if-none-match", etag.clone()).send().await.unwrap();
        assert_eq!(found.status(), 304);
        let german = app.http().get(app.at(&format!("/w/{SITE}.js"))).header("accept-language", "de").header("accept-encoding", "br");
        assert_ne!(german.send().await.unwrap().headers()["etag"], etag);
    }

    async fn an_unknown_site_has_no_widget(app: TestApp) {
        for path in ["/widget/nobody", "/widget/No Body", "/w/nobody.js", "/w/lamps", "/widget/nobody?view=resume"] {
            assert_eq!(page(&app, path).await.0, 404, "{path}");
        }
        let customer = app.customer();
        let start = customer.opens_widget().await;
        let body = json!({ "key": "nobody", "start": start, "name": "Eve", "message": "Hello" });
        assert_eq!(customer.post::<()>(None, "start", &body).await, Err(bad_start()), "a start is for one site");
    }

    async fn a_start_that_was_tampered_with_is_refused(app: TestApp) {
        let customer = app.customer();
        let start = customer.opens_widget().await;
        let (payload, signature) = start.split_once('.').unwrap();
        let flipped = format!("{}{}", &payload[..payload.len() - 1], if payload.ends_with('A') { 'B' } else { 'A' });
        for wrong in [format!("{flipped}.{signature}"), payload.to_owned(), format!("{payload}."), String::new(), "a.b".into()] {
            assert_eq!(started(&app, &customer, &wrong).await, Err(bad_start()), "{wrong}");
        }
        app.add_site("other", app.queue().id).await;
        let elsewhere = app.customer_of("Eve", "other").opens_widget().await;
        assert_eq!(started(&app, &customer, &elsewhere).await, Err(bad_start()), "of another site");
        started(&app, &customer, &start).await.unwrap();
    }

    async fn a_start_is_good_for_a_day(app: TestApp) {
        let customer = app.customer();
        let start = customer.opens_widget().await;
        app.advance(Millis(24 * 3_600_000 + 1));
        assert_eq!(started(&app, &customer, &start).await, Err(bad_start()));
        let start = customer.opens_widget().await;
        app.advance(Millis(24 * 3_600_000));
        started(&app, &customer, &start).await.unwrap();
    }

    async fn a_form_says_which_field_is_wrong(app: TestApp) {
        let customer = app.customer();
        let start = customer.opens_widget().await;
        for (name, email, message, wrong) in
            [("", "", "Hello", "name"), ("Priya", "nobody", "Hello", "email"), ("Priya", "", " ", "message"), ("Priya", "", &*"x".repeat(8_001), "message")]
        {
            let body = json!({ "key": SITE, "start": start, "name": name, "email": email, "message": message });
            let answer = customer.post::<()>(None, "start", &body).await;
            assert!(matches!(&answer, Err(Problem::Invalid { field, .. }) if field == wrong), "{wrong}: {answer:?}");
        }
    }

    async fn a_whole_chat_without_scripts(app: TestApp) {
        app.set_policy(app.queue().id, Policy { may_end: MayEnd::Always, ..Policy::default() }).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let start = customer.opens_widget().await;
        let form = [("start", start.as_str()), ("name", "Priya"), ("email", ""), ("message", "Hello <b>?")];
        let (status, html) = posts(&app, "start", &form).await;
        assert_eq!(status, 200);
        assert!(html.contains("Hello &lt;b>?") || html.contains("Hello &lt;b&gt;?"), "text is text");
        let (again, same) = posts(&app, "start", &form).await;
        assert_eq!((again, app.eyes().number("select count(*) from conversation").await), (200, 1), "a reload posts again");
        let (token, client) = (field(&html, "token").unwrap(), field(&html, "client").unwrap());
        assert_ne!(field(&same, "token").unwrap(), token);
        let chat = agent.sees("the offer", |screen| screen.agent.as_ref()?.offers.first().map(|offer| offer.card.conversation)).await;
        agent.accepts(chat).await;
        agent.says(chat, "Good evening").await;
        let (status, html) = posts(&app, "send", &[("token", &token), ("start", &start), ("client", &client), ("message", "It is dark")]).await;
        assert_eq!(status, 200);
        assert!(html.contains("Good evening") && html.contains("It is dark"));
        posts(&app, "send", &[("token", &token), ("start", &start), ("client", &client), ("message", "It is dark")]).await;
        let (_, html) = posts(&app, "check", &[("token", &token), ("start", &start)]).await;
        assert_eq!(html.matches("data-client-id").count(), 3, "a resend shows nothing twice");
        agent.reads(chat, "It is dark").await;
        assert_eq!(posts(&app, "end", &[("token", &token), ("start", &start)]).await.0, 200);
        agent.sees("the end", |screen| screen.chats[&chat].has_ended().then_some(())).await;
        let (status, html) = posts(&app, "leave", &[("token", &token), ("start", &start)]).await;
        assert_eq!(status, 200);
        assert!(field(&html, "token").is_none() && field(&html, "start").is_some(), "the form again");
        assert_ne!(field(&html, "start").unwrap(), start, "for another chat");
        assert_eq!(posts(&app, "check", &[("token", &token)]).await.0, 401);
    }

    async fn c6_a_customer_ends_what_nobody_answers_for_a_minute(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let begun = app.now();
        app.pass(Millis(59_999)).await;
        let early = Problem::Refused { refusal: Refusal::TooEarly { at: begun + Millis(60_000) } };
        assert_eq!(customer.ends().await.map(|_| ()), Err(early));
        assert_eq!(customer.reads_chat().await.unwrap().end_right, EndRight::From(begun + Millis(60_000)));
        app.pass(Millis(1)).await;
        let ended = customer.ends().await.unwrap();
        assert!(ended.state.has_ended());
        assert_eq!(customer.ends().await.unwrap().state, ended.state, "ending again changes nothing");
        let late = SendMessage { client: key(), text: "Too late".into(), seen: 0 };
        assert_eq!(customer.send(late).await, Err(Problem::Refused { refusal: Refusal::Ended }));
    }

    async fn c6_a_customer_ends_an_answered_chat_only_after_long_silence(app: TestApp) {
        let default = Policy::default().may_end;
        assert_eq!(default, MayEnd::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(60) });
        let may_end = MayEnd::Restricted { unanswered: Millis::seconds(60), idle: Millis::minutes(4) };
        app.set_policy(app.queue().id, Policy { may_end, ..Policy::default() }).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        app.pass(Millis::minutes(2)).await;
        agent.says(chat, "I am looking").await;
        let last = app.now();
        let early = Problem::Refused { refusal: Refusal::TooEarly { at: last + Millis::minutes(4) } };
        assert_eq!(customer.ends().await.map(|_| ()), Err(early));
        app.pass(Millis::minutes(4)).await;
        customer.ends().await.unwrap();
        agent.sees("the end", |screen| screen.chats[&chat].has_ended().then_some(())).await;
        assert_eq!(agent.leaves(chat).await, Err(Problem::Refused { refusal: Refusal::DecideFirst }));
        assert_eq!(agent.ends(chat, Closing::NoTicket).await, Ok(None));
        agent.leaves(chat).await.unwrap();
    }

    async fn c6_where_only_agents_end_a_customer_never_does(app: TestApp) {
        app.set_policy(app.queue().id, Policy { may_end: MayEnd::AgentOnly, ..Policy::default() }).await;
        let customer = app.customer();
        customer.says("Hello?").await;
        app.pass(Millis::minutes(5)).await;
        assert_eq!(customer.ends().await.map(|_| ()), Err(Problem::Refused { refusal: Refusal::AgentOnly }));
    }

    async fn c7_leaving_gives_the_token_back(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        assert_eq!(customer.leaves().await, Err(Problem::Refused { refusal: Refusal::NotEnded }));
        agent.accepts(chat).await;
        assert_eq!(customer.leaves().await, Err(Problem::Refused { refusal: Refusal::NotEnded }));
        agent.ends(chat, Closing::NoTicket).await.unwrap();
        let other = customer.opens_tab(InstanceId::new(Uuid::new_v4()), Cursor { epoch: None, seq: 0 }).await;
        other.until("caught up", |frames| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).then_some(())).await;
        let (stranger, theirs) = (app.customer_named("Eve"), agent.tab());
        stranger.says("I stay").await;
        customer.leaves().await.unwrap();
        assert_eq!(customer.leaves().await, Err(Problem::SignedOut));
        assert_eq!(customer.reads_chat().await, Err(Problem::SignedOut));
        // The clock stands still: no heartbeat has found it out.
        for tab in [&*customer.tab(), &other] {
            assert_eq!(tab.is_closed().await.0, 1008, "an open socket ends with its token");
            assert_eq!(tab.frames(|frames| frames.last().unwrap().0.clone()), WidgetHears::Refused);
        }
        stranger.says("Still here").await;
        stranger.reads("Still here").await;
        theirs.say(&ConsoleSays::Ping);
        theirs.until("a pong", |frames| frames.iter().any(|(frame, _)| matches!(frame, ConsoleHears::Pong { .. })).then_some(())).await;
    }

    async fn a_start_is_of_no_use_once_the_customer_has_left(app: TestApp) {
        app.set_policy(app.queue().id, Policy { may_end: MayEnd::Always, ..Policy::default() }).await;
        let customer = app.customer();
        let start = customer.opens_widget().await;
        customer.begins(customer.posts_start(&start, "Hello?").await.unwrap());
        customer.posts_start(&start, "Hello?").await.unwrap();
        customer.ends().await.unwrap();
        customer.posts_start(&start, "Hello?").await.expect("who has not left may look at what has ended");
        customer.leaves().await.unwrap();
        assert_eq!(customer.posts_start(&start, "Hello?").await.map(|_| ()), Err(bad_start()));
        let form = [("start", start.as_str()), ("name", "Priya"), ("email", ""), ("message", "Hello again")];
        let (status, html) = posts(&app, "start", &form).await;
        assert_eq!(status, 422);
        assert!(field(&html, "token").is_none() && html.contains("Hello again"), "the form with its words");
        assert_eq!(app.eyes().number("select count(*) from customer_token").await, 0);
        let fresh = field(&html, "start").unwrap();
        let form = [("start", fresh.as_str()), ("name", "Priya"), ("email", ""), ("message", "Hello again")];
        assert_eq!(posts(&app, "start", &form).await.0, 200, "and the button works");
        assert_eq!(app.eyes().number("select count(*) from conversation").await, 2);
    }
}
