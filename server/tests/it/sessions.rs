//! Signing in and out, by the form and behind it, and the link of the first start.

use crate::support::{Agent, SITE, TestApp, both, field};
use domain::{live::ConsoleHears, time::Millis};
use engine::{
    failure::Failure,
    services::{FirstAdmin, SignIn},
};
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery";

fn attempt(email: &str, password: &str) -> SignIn {
    SignIn { email: email.into(), password: password.into(), address: None, user_agent: Some("Test".into()) }
}

async fn posts_login(app: &TestApp, email: &str, password: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let form = [("email", email), ("password", password), ("next", "/tickets")];
    let response = app.http().post(app.at("/login")).header("origin", app.origin()).form(&form).send().await.unwrap();
    (response.status().as_u16(), response.headers().clone(), response.text().await.unwrap())
}

fn admin() -> FirstAdmin {
    FirstAdmin { name: "Ada".into(), email: "ada@desk.example".into(), password: "a long enough one".into() }
}

/// The quickest of some tries: what the code takes, not what the machine does besides.
async fn quickest(tries: usize, deed: impl AsyncFn()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..tries {
        let begun = Instant::now();
        deed().await;
        best = best.min(begun.elapsed());
    }
    best
}

async fn hears_signed_out(agent: &Agent) {
    let tab = agent.tab();
    tab.until("signed out", |frames| frames.iter().any(|(frame, _)| *frame == ConsoleHears::SignedOut).then_some(())).await;
    assert_eq!(tab.is_closed().await.0, 1008);
}

both! {
    async fn signing_in_by_the_form_sets_a_cookie_and_leads_on(app: TestApp) {
        let agent = app.agent("Ana").await;
        let (status, headers, _) = posts_login(&app, " ANA@desk.example", PASSWORD).await;
        assert_eq!((status, headers["location"].to_str().unwrap()), (303, "/tickets"));
        let cookie = headers["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("__Host-sid=") && !cookie.contains(&agent.token));
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Domain"));
        assert_eq!(agent.gets("/tickets").await.0, 200);
    }

    async fn a_refused_sign_in_does_not_say_what_was_wrong(app: TestApp) {
        let _agent = app.agent("Ana").await;
        let (wrong, _, one) = posts_login(&app, "ana@desk.example", "not the password").await;
        let (unknown, headers, other) = posts_login(&app, "eve@desk.example", "not the password").await;
        assert_eq!((wrong, unknown), (401, 401));
        assert!(!headers.contains_key("set-cookie"));
        assert_eq!(field(&one, "email").as_deref(), Some("ana@desk.example"), "what was typed stays");
        assert!(!one.contains("not the password"));
        let without_nonces = |page: &str| page.split("nonce=\"").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned()).collect::<Vec<_>>().join("");
        assert_eq!(without_nonces(&one), without_nonces(&other).replace("eve@", "ana@"), "one page for both");
    }

    async fn a_refused_sign_in_takes_as_long_as_it_takes(app: TestApp) {
        app.has_nobody().await;
        let services = app.services();
        let token = services.make_setup_token().await.unwrap();
        services.set_up(&token, admin(), None, None).await.unwrap();
        let refused = async |email: &str| {
            let answer = services.sign_in(attempt(email, "not the password")).await;
            assert!(matches!(answer, Err(Failure::WrongCredentials)));
        };
        let wrong = quickest(4, async || refused("ada@desk.example").await).await;
        let unknown = quickest(4, async || refused("nobody@desk.example").await).await;
        let (longer, shorter) = (wrong.max(unknown), wrong.min(unknown));
        assert!(longer < shorter * 3, "wrong password {wrong:?}, unknown person {unknown:?}");
        assert!(shorter > Duration::from_millis(2), "a password is really hashed: {shorter:?}");
    }

    async fn signing_out_ends_the_session_and_its_sockets(app: TestApp) {
        let agent = app.agent("Ana").await;
        agent.opens_console().await;
        let mut request = app.http().post(app.at("/logout"));
        for (name, value) in agent.headers() {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (303, "/login"));
        assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        hears_signed_out(&agent).await;
        assert_eq!(app.services().agent_by_session(&agent.token).await.unwrap(), None);
        assert_eq!(agent.gets("/tickets").await.0, 303);
    }

    async fn one_of_several_sign_ins_is_ended_alone(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        agent.opens_console().await;
        let other = services.sign_in(attempt("ana@desk.example", PASSWORD)).await.unwrap();
        let here = services.agent_by_session(&other.token).await.unwrap().unwrap();
        let listed = services.sessions(&here).await.unwrap();
        assert_eq!((listed.len(), listed.iter().filter(|session| session.is_this).count()), (2, 1));
        let there = listed.iter().find(|session| !session.is_this).unwrap().id;
        let stranger = app.agent("Ben").await;
        assert!(matches!(services.end_session(&stranger.caller, there).await, Err(Failure::NotFound)), "not somebody else's");
        assert!(services.agent_by_session(&agent.token).await.unwrap().is_some());
        services.end_session(&here, there).await.unwrap();
        hears_signed_out(&agent).await;
        assert_eq!(services.agent_by_session(&agent.token).await.unwrap(), None);
        assert!(services.agent_by_session(&other.token).await.unwrap().is_some(), "the other one stays");
    }

    async fn signing_out_everywhere_ends_them_all(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        agent.opens_console().await;
        let other = services.sign_in(attempt("ana@desk.example", PASSWORD)).await.unwrap();
        let here = services.agent_by_session(&other.token).await.unwrap().unwrap();
        let bystander = app.agent("Ben").await;
        services.sign_out_everywhere(&here).await.unwrap();
        hears_signed_out(&agent).await;
        for token in [&agent.token, &other.token] {
            assert_eq!(services.agent_by_session(token).await.unwrap(), None);
        }
        assert!(services.agent_by_session(&bystander.token).await.unwrap().is_some());
    }

    async fn everybody_gets_their_own_name_however_many_ask_at_once(app: TestApp) {
        let services = app.services();
        let expired = app.agent("Old").await;
        app.advance(Millis::minutes(60 * 24 * 30 - 1));
        let gone = app.agent("Gone").await;
        let chats = futures_util::future::join_all((0..40).map(|_| app.starts(SITE, "Hello?"))).await;
        let mut agents = Vec::new();
        for n in 0..10 {
            agents.push(app.agent(&format!("Agent {n}")).await);
        }
        services.end_session(&gone.caller, gone.caller.agent().unwrap().session).await.unwrap();
        app.advance(Millis::minutes(1));
        let known = agents.iter().map(|agent| (agent.token.clone(), Some(agent.caller.clone())));
        let known = known.chain(chats.iter().map(|chat| (chat.token.clone(), Some(chat.customer.clone()))));
        let nobody = [expired.token.clone(), gone.token.clone(), String::new(), "x".repeat(43)].map(|token| (token, None));
        let all: Vec<_> = known.chain(nobody).collect();
        // Far more than are looked up at a time, each as both kinds.
        let asked = all.iter().cycle().take(all.len() * 5).map(async |(token, owner)| {
            let (agent, customer) = tokio::join!(services.agent_by_session(token), services.customer_by_token(token));
            let found = [agent.unwrap(), customer.unwrap()];
            assert_eq!(found.iter().flatten().collect::<Vec<_>>(), owner.iter().collect::<Vec<_>>());
            assert!(found[0].as_ref().is_none_or(|caller| caller.agent().is_some()) && found[1].as_ref().is_none_or(|caller| caller.customer().is_some()));
        });
        futures_util::future::join_all(asked).await;
        for chat in &chats {
            assert_eq!(chat.customer.customer().unwrap().conversation, chat.id);
        }
    }

    async fn what_was_ended_is_over_also_for_those_who_ask_meanwhile(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        let session = agent.caller.agent().unwrap().session;
        let asking = futures_util::future::join_all((0..200).map(|_| services.agent_by_session(&agent.token)));
        let ending = async {
            services.end_session(&agent.caller, session).await.unwrap();
            futures_util::future::join_all((0..200).map(|_| services.agent_by_session(&agent.token))).await
        };
        let (meanwhile, after) = tokio::join!(asking, ending);
        assert!(meanwhile.into_iter().all(|found| found.unwrap().is_none_or(|caller| caller == agent.caller)));
        assert!(after.into_iter().all(|found| found.unwrap().is_none()), "no answer is older than its question");
    }

    async fn a_sign_in_ends_by_itself(app: TestApp) {
        let agent = app.agent("Ana").await;
        app.advance(Millis::minutes(60 * 24 * 30 + 1));
        assert_eq!(app.services().agent_by_session(&agent.token).await.unwrap(), None);
        assert_eq!(app.services().agent_by_session("").await.unwrap(), None);
    }

    async fn the_setup_link_works_once(app: TestApp) {
        app.has_nobody().await;
        let services = app.services();
        assert!(!services.has_people().await.unwrap());
        let old = services.make_setup_token().await.unwrap();
        let link = services.make_setup_token().await.unwrap();
        let expired = services.set_up(&old, admin(), None, None).await;
        assert!(matches!(expired, Err(Failure::Forbidden)), "a new link replaces the old one");
        let post = async |token: &str, password: &str| {
            let form = [("token", token), ("name", "Ada"), ("email", "ada@desk.example"), ("password", password)];
            let response = app.http().post(app.at("/setup")).header("origin", app.origin()).form(&form).send().await.unwrap();
            (response.status().as_u16(), response.headers().contains_key("set-cookie"))
        };
        assert_eq!(post(&link, "short").await, (422, false));
        assert_eq!(post(&link, "a long enough one").await, (303, true), "a refused form did not use it up");
        assert_eq!(post(&link, "a long enough one").await, (403, false));
        assert_eq!(post("", "a long enough one").await, (403, false));
        assert!(services.has_people().await.unwrap());
        services.sign_in(attempt("ada@desk.example", "a long enough one")).await.unwrap();
    }

    async fn the_setup_link_lasts_a_day(app: TestApp) {
        app.has_nobody().await;
        let services = app.services();
        let link = services.make_setup_token().await.unwrap();
        app.advance(Millis(24 * 3_600_000 + 1));
        assert!(matches!(services.set_up(&link, admin(), None, None).await, Err(Failure::Forbidden)));
        assert!(!services.has_people().await.unwrap());
    }
}
