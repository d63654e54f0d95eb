//! Who gets in: other people's chats and tickets, foreign pages, bodies and frames too large, too many requests.

use crate::support::{Agent, Chat, PASSWORD, SITE, TestApp, both, connect, field, key};
use deskbell::config::TrustedProxy;
use domain::{
    ids::{ClientKey, InstanceId, OfferId},
    live::{ConsoleHears, ConsoleSays, Cursor, Stream, WidgetHears, WidgetSays},
    presence::Role,
    queue::Policy,
    wire::{Closing, MarkSeen, Problem, SendMessage, Sent},
};
use engine::failure::Failure;
use serde_json::json;
use std::time::{Duration, Instant};
use uuid::Uuid;

const EVIL: &str = "https://evil.example";

/// What is too large is refused before all of it has come, and then the connection ends: what is still on its way may overtake
/// the answer. Asked again, as browsers do.
async fn status_of(request: reqwest::RequestBuilder) -> u16 {
    for _ in 0..5 {
        match request.try_clone().unwrap().send().await {
            Ok(response) => return response.status().as_u16(),
            Err(failure) => assert!(failure.is_request(), "{failure:?}"),
        }
    }
    request.send().await.unwrap().status().as_u16()
}

/// A post of the console's page, with headers of our choice beside the cookie.
fn post(app: &TestApp, agent: &Agent, path: &str, headers: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let mut request = app.http().post(app.at(path)).header("cookie", agent.cookie());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request
}

fn is_not_found<T: std::fmt::Debug>(answer: Result<T, Failure>) {
    assert!(matches!(answer, Err(Failure::NotFound)), "{answer:?}");
}

both! {
    async fn an_agent_of_another_queue_finds_nothing(app: TestApp) {
        let elsewhere = app.add_queue("Returns", Policy::default()).await;
        let stranger = app.agent_of("Stranger", &[elsewhere.id], Role::Agent).await.caller;
        let (agent, services) = (app.agent("Ana").await, app.services());
        let chat = app.starts(SITE, "Hello?").await.id;
        let cursor = Cursor { epoch: None, seq: 0 };
        is_not_found(services.chat(&stranger, chat).await);
        is_not_found(services.join(&stranger, chat).await);
        is_not_found(services.note(&stranger, chat, key(), "x").await);
        is_not_found(services.send(&stranger, chat, key(), "x", 0).await);
        is_not_found(services.mark(&stranger, chat, MarkSeen { delivered: 1, read: 1 }).await);
        is_not_found(services.end(&stranger, chat, Closing::NoTicket).await);
        is_not_found(services.leave(&stranger, chat).await);
        is_not_found(services.end_work_item(&stranger, chat, key(), "x").await);
        is_not_found(services.typing(&stranger, chat).await);
        for stream in [Stream::ChatInternal(chat), Stream::ChatPublic(chat), Stream::Queue(app.queue().id), Stream::Agent(agent.id)] {
            is_not_found(services.catch_up(&stranger, stream, cursor).await);
        }
        services.chat(&agent.caller, chat).await.unwrap();
        let supervisor = app.agent_of("Sue", &[elsewhere.id], Role::Supervisor).await.caller;
        services.chat(&supervisor, chat).await.unwrap();
    }

    async fn an_offer_is_for_one_agent_only(app: TestApp) {
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = ana.is_offered(chat).await;
        assert_eq!(ben.accept(offer).await, Err(Problem::NotFound));
        assert_eq!(ben.call::<()>("offers.reject", json!({ "offer": offer })).await, Err(Problem::NotFound));
        assert_eq!(ana.accept(OfferId::new(Uuid::new_v4())).await, Err(Problem::NotFound));
        assert_eq!(ana.accept(offer).await, Ok(chat));
        let sent = SendMessage { client: key(), text: "I am not in this".into(), seen: 0 };
        assert_eq!(ben.send(chat, sent).await, Err(Problem::Refused { refusal: domain::conversation::Refusal::NotYours }));
    }

    async fn a_customers_token_opens_one_chat(app: TestApp) {
        let (mine, theirs, services) = (app.starts(SITE, "Mine").await, app.starts(SITE, "Theirs").await, app.services());
        is_not_found(services.send(&mine.customer, theirs.id, key(), "x", 0).await);
        is_not_found(services.mark(&mine.customer, theirs.id, MarkSeen { delivered: 1, read: 1 }).await);
        is_not_found(services.typing(&mine.customer, theirs.id).await);
        let cursor = Cursor { epoch: None, seq: 0 };
        for stream in [Stream::ChatPublic(theirs.id), Stream::ChatInternal(mine.id), Stream::Queue(app.queue().id)] {
            is_not_found(services.catch_up(&mine.customer, stream, cursor).await);
        }
        let forbidden = services.chat(&mine.customer, mine.id).await;
        assert!(matches!(forbidden, Err(Failure::Forbidden)), "the agents' side of one's own chat: {forbidden:?}");
        assert!(matches!(services.note(&mine.customer, mine.id, key(), "x").await, Err(Failure::Forbidden)));
        assert!(services.snapshot(&mine.customer).await.is_err());
        assert!(services.tickets(&mine.customer, Default::default()).await.is_err());
    }

    async fn nobody_gets_in_without_signing_in(app: TestApp) {
        for path in ["/", "/tickets", "/account/sessions"] {
            let response = app.http().get(app.at(path)).send().await.unwrap();
            assert_eq!(response.status(), 303, "{path}");
            assert!(response.headers()["location"].to_str().unwrap().starts_with("/login"));
        }
        for call in ["messages.send", "offers.accept", "chats.end", "desk.snapshot", "state.set"] {
            let body = json!({ "offer": OfferId::new(Uuid::nil()), "wish": { "wish": "ready" } });
            let answer = app.http().post(app.at(&format!("/api/console/{call}"))).header("origin", app.origin()).json(&body);
            let status = status_of(answer).await;
            assert!((400..500).contains(&status), "{call}: {status}");
        }
        let refused = connect(&app.socket_at("/rt/agent"), &[("origin", app.origin())]).await;
        assert_eq!(refused.err(), Some(401));
    }

    async fn a_foreign_page_changes_nothing(app: TestApp) {
        let agent = app.agent("Ana").await;
        let own = app.origin();
        for headers in [vec![("origin", EVIL)], vec![("origin", EVIL), ("sec-fetch-site", "cross-site")], vec![("sec-fetch-site", "cross-site")], vec![("origin", "null")]] {
            for path in ["/logout", "/logout/everywhere", "/login", "/api/console/state.set"] {
                let status = status_of(post(&app, &agent, path, &headers).json(&json!({ "wish": { "wish": "ready" } }))).await;
                assert_eq!(status, 403, "{path} {headers:?}");
            }
        }
        assert!(app.services().agent_by_session(&agent.token).await.unwrap().is_some(), "still signed in");
        let fine = post(&app, &agent, "/api/console/state.set", &[("origin", &own), ("sec-fetch-site", "same-origin")]);
        assert_eq!(status_of(fine.json(&json!({ "wish": { "wish": "ready" } }))).await, 200);
    }

    async fn a_foreign_page_opens_no_socket_and_starts_no_chat(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        let evil = || ("origin", EVIL.to_owned());
        for headers in [vec![evil(), ("cookie", agent.cookie())], vec![("cookie", agent.cookie())]] {
            assert_eq!(connect(&app.socket_at("/rt/agent"), &headers).await.err(), Some(403));
        }
        assert_eq!(connect(&app.socket_at("/rt/widget"), &[evil()]).await.err(), Some(403));
        let start = customer.opens_widget().await;
        let body = json!({ "key": SITE, "start": start, "name": "Eve", "message": "Hello" });
        for request in [app.http().post(app.at("/api/v1/widget/start")).header("origin", EVIL), app.http().post(app.at("/api/v1/widget/start"))] {
            assert_eq!(status_of(request.json(&body)).await, 403);
        }
        let form = [("start", start.as_str()), ("name", "Eve"), ("message", "Hello")];
        let page = app.http().post(app.at(&format!("/widget/{SITE}/start"))).header("origin", EVIL).form(&form);
        assert_eq!(status_of(page).await, 403);
        assert_eq!(app.eyes().number("select count(*) from conversation").await, 0);
    }

    async fn a_socket_needs_a_token_that_is_good(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let socket = connect(&app.socket_at("/rt/widget"), &[("origin", app.origin())]).await.unwrap();
        let tab = crate::support::Tab::<WidgetHears>::of(&app, socket);
        let instance = InstanceId::new(Uuid::new_v4());
        tab.say(&WidgetSays::Hello { token: "nonsense".into(), instance, cursor: Cursor { epoch: None, seq: 0 } });
        tab.until("refused", |frames| (frames[..].first()?.0 == WidgetHears::Refused).then_some(())).await;
        assert_eq!(tab.is_closed().await.0, 1008);
        assert_eq!(tab.raw().len(), 1, "and nothing else was said");
    }

    async fn bodies_and_frames_have_a_size(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        customer.says("Hello?").await;
        let large = json!({ "client": key(), "text": "x".repeat(300_000) });
        let request = app.http().post(app.at("/api/v1/widget/messages")).bearer_auth(customer.token()).json(&large);
        assert!([413, 422].contains(&status_of(request).await));
        let form = [("email", "x".repeat(300_000))];
        let request = app.http().post(app.at("/login")).header("origin", app.origin()).form(&form);
        assert!([413, 422].contains(&status_of(request).await));
        agent.opens_console().await;
        agent.tab().say_raw("x".repeat(70_000));
        agent.tab().is_closed().await;
        customer.tab().say_raw(r#"{"t":"no such frame"}"#.into());
        customer.tab().say(&WidgetSays::Ping);
        customer.tab().until("a pong", |frames| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::Pong { .. })).then_some(())).await;
    }

    async fn too_many_messages_are_slowed_down(app: TestApp, Setup::configured(|config| config.messages_per_minute = 3)) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let client = ClientKey(Uuid::new_v4());
        let mut answers = Vec::new();
        for n in 0..5 {
            answers.push(customer.send(SendMessage { client: key(), text: format!("{n}"), seen: 0 }).await);
        }
        assert!(answers[..3].iter().all(Result::is_ok));
        let slow = |answer: &Result<Sent, Problem>| matches!(answer, Err(problem @ Problem::SlowDown { after_ms }) if problem.is_passing() && *after_ms > 0);
        assert!(answers[3..].iter().all(slow), "{answers:?}");
        let message = json!({ "client": client, "text": "x" });
        let response = app.http().post(app.at("/api/v1/widget/messages")).bearer_auth(customer.token()).json(&message).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().contains_key("retry-after")), (429, true));
    }

    async fn what_cannot_be_read_is_answered_in_our_words(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let post = |path: &str| app.http().post(app.at(path)).header("origin", app.origin());
        let garbled = [("content-type", "application/x-www-form-urlencoded")];
        let problem = Problem::Invalid { field: "request".into(), why: "problem.request".into() };
        for (kind, body) in [("application/json", "{"), ("application/json", r#"{"client":5}"#), ("text/plain", "{}")] {
            let request = post("/api/v1/widget/messages").bearer_auth(customer.token()).header("content-type", kind).body(body);
            let response = request.send().await.unwrap();
            assert_eq!((response.status().as_u16(), response.json::<Problem>().await.unwrap()), (422, problem.clone()), "{kind} {body}");
        }
        for step in ["start", "send", "check", "end", "leave"] {
            for (kind, body) in [(garbled[0].1, "seen=many"), (garbled[0].1, "name=a&name=b"), ("text/plain", "name=a")] {
                let request = post(&format!("/widget/{SITE}/{step}")).header("content-type", kind).body(body);
                let response = request.send().await.unwrap();
                let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
                assert!(policy.ends_with("https://other.example"), "the frame may show it: {policy}");
                let (status, html) = (response.status().as_u16(), response.text().await.unwrap());
                assert_eq!(status, 422, "{step} {kind} {body}");
                assert!(html.contains("The request could not be read") && field(&html, "start").is_some(), "{step} {kind} {body}: {html}");
            }
        }
        for path in ["/login", "/setup"] {
            let request = post(path).header("content-type", garbled[0].1).header("accept", "text/html").body("email=a&email=b&token=a&token=b");
            let response = request.send().await.unwrap();
            assert_eq!((response.status().as_u16(), response.text().await.unwrap().contains("problem-page")), (422, true), "{path}");
        }
        for path in [format!("/widget/{SITE}?view=a&view=b"), "/rt/widget".to_owned()] {
            let response = app.http().get(app.at(&path)).header("origin", app.origin()).send().await.unwrap();
            assert_eq!((response.status().as_u16(), response.json::<Problem>().await.unwrap()), (400, problem.clone()), "{path}");
        }
    }

    async fn reading_the_whole_chat_too_often_is_slowed_down(app: TestApp, Setup::configured(|config| config.reads_per_minute = 2)) {
        let (mine, theirs) = (app.starts(SITE, "Mine").await, app.starts(SITE, "Theirs").await);
        let read = |chat: &Chat| app.http().get(app.at("/api/v1/widget/chat")).bearer_auth(&chat.token);
        for _ in 0..2 {
            assert_eq!(status_of(read(&mine)).await, 200);
        }
        let response = read(&mine).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers().contains_key("retry-after")), (429, true));
        assert!(matches!(response.json().await.unwrap(), Problem::SlowDown { .. }));
        let end = app.http().post(app.at("/api/v1/widget/end")).bearer_auth(&mine.token);
        assert_eq!(status_of(end).await, 429);
        for step in ["check", "end"] {
            let form = app.http().post(app.at(&format!("/widget/{SITE}/{step}"))).header("origin", app.origin());
            assert_eq!(status_of(form.form(&[("token", &mine.token)])).await, 429, "{step}");
        }
        assert_eq!(status_of(read(&theirs)).await, 200, "somebody else is not kept out");
    }

    async fn a_socket_that_pulls_too_often_waits(app: TestApp, Setup::configured(|config| config.reads_per_minute = 2)) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let tab = customer.tab();
        let caught_up = |frames: &[(WidgetHears, String)]| frames.iter().filter(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).count();
        let has_pong = |frames: &[(WidgetHears, String)]| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::Pong { .. })).then_some(());
        tab.say(&WidgetSays::Pull { cursor: Cursor { epoch: None, seq: 0 } });
        tab.until("the second", |frames| (caught_up(frames) == 2).then_some(())).await;
        tab.say(&WidgetSays::Pull { cursor: Cursor { epoch: None, seq: 0 } });
        tab.say(&WidgetSays::Ping);
        let answer = tokio::time::timeout(Duration::from_secs(1), tab.until("a pong", has_pong)).await;
        assert!(answer.is_err() && tab.frames(caught_up) == 2, "what comes after the third pull waits with it");
        assert!(matches!(customer.reads_chat().await, Err(Problem::SlowDown { .. })), "all ways of reading count together");
        // Nobody who waits holds up a stop.
        let begun = Instant::now();
        app.stop().await;
        assert_eq!(tab.is_closed().await.0, 1012);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    async fn too_many_sign_ins_are_slowed_down(app: TestApp, Setup::configured(|config| config.sign_ins_per_email = 2)) {
        let _agent = app.agent("Ana").await;
        let attempt = async |email: &str| {
            let form = [("email", email), ("password", "wrong")];
            status_of(app.http().post(app.at("/login")).header("origin", app.origin()).form(&form)).await
        };
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(attempt("ana@desk.example").await);
        }
        assert_eq!(seen, [401, 401, 429]);
        assert_eq!(attempt("ben@desk.example").await, 401, "somebody else is not kept out");
    }

    async fn strangers_who_guess_keep_no_agent_out(app: TestApp, Setup::configured(|config| {
        config.trusted_proxy = TrustedProxy::XForwardedFor;
        (config.sign_ins_per_email, config.sign_ins_per_email_anywhere) = (2, 4);
    })) {
        let _agent = app.agent("Ana").await;
        let attempt = async |from: &str, password: &str| {
            let form = [("email", "ana@desk.example"), ("password", password)];
            let request = app.http().post(app.at("/login")).header("origin", app.origin()).header("x-forwarded-for", from);
            status_of(request.form(&form)).await
        };
        for expected in [401, 401, 429, 429, 429, 429] {
            assert_eq!(attempt("192.0.2.1", "wrong").await, expected);
        }
        assert_eq!(attempt("192.0.2.7", PASSWORD).await, 303, "one stranger uses up their own tries only");
        assert_eq!((attempt("192.0.2.2", "wrong").await, attempt("192.0.2.3", "wrong").await), (401, 429), "many are slowed down together");
        assert_eq!(attempt("192.0.2.7", PASSWORD).await, 303, "and not where the agent has signed in before");
        assert_eq!(attempt("192.0.2.7", PASSWORD).await, 429, "who has tries of their own");
    }

    async fn too_many_chats_from_one_place_are_slowed_down(app: TestApp, Setup::configured(|config| config.starts_per_address = 2)) {
        let mut answers = Vec::new();
        for n in 0..3 {
            let customer = app.customer_named(&format!("Eve {n}"));
            let start = customer.opens_widget().await;
            answers.push(customer.posts_start(&start, "Hello?").await.map(|_| ()));
        }
        assert!(answers[..2].iter().all(Result::is_ok));
        assert!(matches!(answers[2], Err(Problem::SlowDown { .. })), "{answers:?}");
    }

    async fn sockets_are_counted(app: TestApp, Setup::configured(|config| config.sockets_per_agent = 2)) {
        let agent = app.agent("Ana").await;
        let tab = || InstanceId::new(Uuid::new_v4());
        let (_one, two) = (agent.opens_tab(tab(), &[]).await, agent.opens_tab(tab(), &[]).await);
        assert_eq!(connect(&app.socket_at("/rt/agent"), &agent.headers()).await.err(), Some(429));
        two.leave().await;
        let free = async || connect(&app.socket_at("/rt/agent"), &agent.headers()).await.ok();
        let socket = loop {
            if let Some(socket) = free().await {
                break socket;
            }
            app.a_moment().await;
        };
        let tab = crate::support::Tab::<ConsoleHears>::of(&app, socket);
        tab.say(&ConsoleSays::Hello { instance: InstanceId::new(Uuid::new_v4()) });
        tab.until("welcome", |frames| (!frames.is_empty()).then_some(())).await;
    }
}
