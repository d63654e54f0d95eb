//! Closed hours and callbacks, seen from the customer's side: with scripts and by plain forms.

use crate::support::{SITE, TestApp, both, field};
use domain::{
    conversation::Refusal,
    event::ParkReason,
    hours::{DAY, Date, Hours, Span},
    ids::HoursId,
    queue::Policy,
    state::Phase,
    time::{Millis, Timestamp},
    wire::{AskCallback, CustomerChat, Problem},
};
use engine::database::Tx;

async fn posts(app: &TestApp, step: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let request = app.http().post(app.at(&format!("/widget/{SITE}/{step}"))).header("origin", app.origin()).form(fields);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

/// Closes the queue until two hours from now, and says when that is.
async fn closes(app: &TestApp) -> Timestamp {
    let (services, now) = (app.services(), app.now());
    let minute = u16::try_from(now.0.div_euclid(60_000).rem_euclid(i64::from(DAY))).unwrap();
    let span = Span { from: (minute + 120) % DAY, to: (minute + 180) % DAY };
    let week = std::array::from_fn(|_| vec![span]);
    let hours = Hours { name: "Office".into(), zone: "UTC".into(), week, exceptions: Vec::new() };
    let id = HoursId::new(services.secrets.id());
    services.database.write(async move |tx: &mut Tx| tx.save_hours(id, &hours, "Ana", now).await).await.unwrap();
    app.set_policy(app.queue().id, Policy { hours: Some(id), ..Policy::default() }).await;
    Timestamp((now.0.div_euclid(60_000) + 120) * 60_000)
}

fn number(phone: &str) -> AskCallback {
    AskCallback { phone: phone.into(), message: "It flickers".into(), when: String::new() }
}

both! {
    async fn e2_a_closed_service_says_when_it_opens_and_takes_messages(app: TestApp) {
        let opens = closes(&app).await;
        let html = app.http().get(app.at(&format!("/widget/{SITE}"))).send().await.unwrap().text().await.unwrap();
        assert!(html.contains("We are closed just now") && html.contains(&opens.rfc3339()), "{html}");
        let day = Date(opens.0.div_euclid(86_400_000)).weekday();
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        let office = format!("{}, {} (UTC)", names[day], opens.hour_minute_utc());
        assert!(html.contains(&office), "{office} for those without scripts");
        let customer = app.customer();
        customer.says("Hello?").await;
        let (reason, until) = customer
            .sees("that it is closed", |chat| match chat.phase {
                Phase::Parked { reason, until, .. } => Some((reason, until)),
                _ => None,
            })
            .await;
        assert_eq!((reason, until), (ParkReason::OutsideHours, Some(opens)));
        let chat = customer.reads_chat().await.unwrap();
        assert_eq!((chat.availability.open, chat.availability.opens_at), (false, Some(opens)));
        assert!(chat.callback_from.is_some_and(|from| from <= app.now()), "a call is offered at once");
        let (_, html) = posts(&app, "check", &[("token", &customer.token())]).await;
        assert!(html.contains(&office) && html.contains("Request a callback"), "{html}");
        assert!(html.contains(&format!("/widget/{SITE}/end")), "C6: who finds it closed may end at once");
        assert!(customer.ends().await.unwrap().state.has_ended());
    }

    async fn d5_a_callback_without_scripts(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let token = customer.token();
        let (_, html) = posts(&app, "check", &[("token", &token)]).await;
        assert!(!html.contains("/callback\""), "not before the set wait");
        app.pass(Millis::seconds(60)).await;
        let (_, html) = posts(&app, "check", &[("token", &token)]).await;
        assert!(html.contains("/callback\"") && field(&html, "phone").is_none());
        let (status, html) = posts(&app, "callback", &[("token", &token), ("open", "true")]).await;
        assert_eq!((status, field(&html, "phone").as_deref()), (200, Some("")), "the form, with nothing wrong");
        let long = "x".repeat(201);
        let (status, html) = posts(&app, "callback", &[("token", &token), ("phone", "call me"), ("message", "It flickers"), ("when", &long)]).await;
        assert_eq!((status, field(&html, "phone").as_deref()), (422, Some("call me")), "what was typed is kept");
        assert!(html.contains("It flickers") && html.contains("Enter a phone number") && html.contains("This is too long"), "{html}");
        assert_eq!(app.eyes().number("select count(*) from event where kind = 'callback_asked'").await, 0);
        let asked = [("token", token.as_str()), ("phone", "+49 30 7654321"), ("message", "It flickers")];
        let (status, html) = posts(&app, "callback", &asked).await;
        assert_eq!(status, 200);
        assert!(html.contains("We will call you at") && html.contains("+•• •• ••••321"), "{html}");
        assert!(!html.contains("7654321"), "the whole number is for agents: {html}");
        assert_eq!(posts(&app, "callback", &asked).await.0, 409, "once");
        let (_, html) = posts(&app, "check", &[("token", &token)]).await;
        assert!(html.contains("••••321") && html.contains("Leave chat"), "it survives a reload");
        let (status, html) = posts(&app, "leave", &[("token", &token)]).await;
        assert!(status == 200 && html.contains("Start chat"));
    }

    async fn d5_a_callback_by_script(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        let token = customer.token();
        let early = customer.post::<CustomerChat>(Some(&token), "callback", &number("030 1234567")).await;
        assert_eq!(early.map(|_| ()), Err(Problem::Refused { refusal: Refusal::NoCallback }));
        app.pass(Millis::seconds(60)).await;
        let wrong = customer.post::<CustomerChat>(Some(&token), "callback", &number("me")).await;
        assert_eq!(wrong.map(|_| ()), Err(Problem::Invalid { field: "phone".into(), why: "problem.phone".into() }));
        let chat: CustomerChat = customer.post(Some(&token), "callback", &number("030 1234567")).await.unwrap();
        assert!(matches!(chat.state.phase, Phase::Callback { .. }));
        assert_eq!((chat.called_at.as_deref(), chat.callback_from, chat.state.callback), (Some("••• ••••567"), None, None));
        customer.sees("the promise", |chat| matches!(chat.phase, Phase::Callback { .. }).then_some(())).await;
        customer.leaves().await.unwrap();
    }

    async fn what_the_hosts_page_claims_goes_to_the_desk(app: TestApp) {
        let customer = app.customer();
        let start = customer.opens_widget().await;
        let form = [("start", start.as_str()), ("name", "Priya"), ("email", "nobody"), ("company", "Raman & Sons"), ("message", "Hello?")];
        let (status, html) = posts(&app, "start", &form).await;
        assert_eq!((status, field(&html, "company").as_deref()), (422, Some("Raman & Sons")), "kept beside a mistake");
        let long = "x".repeat(300);
        let form = [("start", start.as_str()), ("name", "Priya"), ("company", &long), ("message", "Hello?")];
        let (status, html) = posts(&app, "start", &form).await;
        assert!(status == 200 && !html.contains(&long[..100]), "the customer is not shown it");
        assert_eq!(app.eyes().texts("select company from customer").await, [&long[..100]]);
    }
}
