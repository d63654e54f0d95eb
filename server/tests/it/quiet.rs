//! P5, E6: agents who are not in front of their browser, customers who write nothing more, chats that nobody leaves. All to
//! the second, across restarts.

use crate::support::{Agent, Customer, TestApp, both};
use domain::{
    conversation::Status,
    ending::Outcome,
    event::Ender,
    ids::ConversationId,
    presence::{AlertPrefs, IDLE, Wish},
    queue::{Inactivity, Policy},
    settings::DeskSettings,
    state::{Content, Phase},
    time::Millis,
    wire::{Closing, Problem},
};
use serde_json::json;

const SECOND: Millis = Millis::seconds(1);
const AWAY: Millis = Millis::minutes(5);
const QUIET: Inactivity = Inactivity { warn_after: Millis::minutes(5), close_after: Millis::minutes(10) };

fn idle() -> Wish {
    Wish::NotReady(Some(IDLE.into()))
}

async fn idles_after(app: &TestApp, away: Millis) {
    app.set_desk(DeskSettings { agent_idle_after: Some(away), ..DeskSettings::default() }).await;
}

fn less(span: Millis, by: Millis) -> Millis {
    Millis(span.0 - by.0)
}

async fn wish(app: &TestApp, agent: &Agent) -> Wish {
    app.services().database.read().await.unwrap().find_agent(agent.id).await.unwrap().unwrap().wish
}

async fn input_at(app: &TestApp) -> i64 {
    app.eyes().number("select input_at from agent where email = 'ana@desk.example'").await
}

async fn status(app: &TestApp, chat: ConversationId) -> Status {
    app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap().chat.status
}

/// Everything that a socket had said is done.
async fn is_heard(app: &TestApp) {
    app.pass(Millis(1)).await;
    app.a_moment().await;
}

async fn with_ana(app: &TestApp, policy: Policy) -> (Agent, Customer, ConversationId) {
    app.set_policy(app.queue().id, policy).await;
    let (ana, customer) = (app.agent("Ana").await, app.customer());
    ana.comes_to_work().await;
    let chat = customer.says("Hello?").await;
    ana.accepts(chat).await;
    (ana, customer, chat)
}

fn is_warned(state: &domain::state::ChatState) -> bool {
    state.entries.iter().any(|entry| matches!(entry.content, Content::InactivityWarned { .. }))
}

async fn is_warned_now(customer: &Customer) {
    customer.sees("are you still there?", |state| is_warned(state).then_some(())).await;
}

both! {
    async fn p05_nobody_in_front_of_the_browser_is_not_ready(app: TestApp) {
        idles_after(&app, AWAY).await;
        let patient = Policy { accept_timeout: Millis::minutes(9), ..Policy::default() };
        app.set_policy(app.queue().id, patient).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        app.pass(Millis::minutes(4)).await;
        let chat = customer.says("Hello?").await;
        ana.is_offered(chat).await;
        app.pass(less(Millis::minutes(1), SECOND)).await;
        app.fires_all().await;
        assert_eq!(wish(&app, &ana).await, Wish::Ready);
        app.pass(SECOND).await;
        ana.sees_wish(idle()).await;
        ana.hears_silence().await;
        ana.moves_the_mouse();
        ana.sees_wish(Wish::Ready).await;
        ana.is_offered(chat).await;
    }

    async fn p05_input_keeps_ready_with_one_write_for_many_signs(app: TestApp) {
        idles_after(&app, AWAY).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        app.pass(Millis::minutes(4)).await;
        ana.moves_the_mouse();
        is_heard(&app).await;
        let noted = input_at(&app).await;
        assert_eq!(noted, app.now().0 - 1);
        app.pass(Millis::seconds(20)).await;
        ana.moves_the_mouse();
        is_heard(&app).await;
        assert_eq!(input_at(&app).await, noted, "not a write for every sign");
        app.pass(less(AWAY, Millis(22_001 - 2_000 + 1_000))).await;
        app.fires_all().await;
        assert_eq!(wish(&app, &ana).await, Wish::Ready, "counted from the last sign");
        app.pass(Millis::seconds(2)).await;
        ana.sees_wish(idle()).await;
    }

    async fn who_chose_not_to_be_ready_is_not_made_ready_by_input(app: TestApp) {
        idles_after(&app, AWAY).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        ana.wants(Wish::NotReady(Some("lunch".into()))).await;
        app.pass(AWAY).await;
        ana.moves_the_mouse();
        is_heard(&app).await;
        assert_eq!(wish(&app, &ana).await, Wish::NotReady(Some("lunch".into())));
    }

    async fn p04_ready_outlives_a_night_without_a_browser(app: TestApp) {
        idles_after(&app, AWAY).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        ana.closes_tab().await;
        for _ in 0..8 {
            app.advance(Millis::minutes(60));
            app.fires_all().await;
        }
        assert_eq!(wish(&app, &ana).await, Wish::Ready);
        ana.opens_console().await;
        app.pass(less(AWAY, SECOND)).await;
        app.fires_all().await;
        assert_eq!(wish(&app, &ana).await, Wish::Ready, "coming back is a sign of life");
        app.pass(SECOND).await;
        ana.sees_wish(idle()).await;
    }

    async fn switching_it_on_watches_those_who_are_ready_already(app: TestApp) {
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        app.pass(Millis::minutes(9)).await;
        assert_eq!(wish(&app, &ana).await, Wish::Ready);
        idles_after(&app, AWAY).await;
        ana.sees_wish(idle()).await;
    }

    async fn an_agent_is_not_away_because_the_desk_was(app: TestApp) {
        idles_after(&app, AWAY).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        app.pass(Millis::minutes(1)).await;
        ana.vanishes();
        app.stop().await;
        app.advance(Millis::minutes(30));
        app.resume().await;
        ana.opens_console().await;
        app.pass(Millis::minutes(4)).await;
        app.fires_all().await;
        assert_eq!(wish(&app, &ana).await, Wish::Ready);
        app.pass(Millis::minutes(1)).await;
        ana.sees_wish(idle()).await;
    }

    async fn e06_a_silent_customer_is_asked_then_the_chat_ends(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app, Policy { inactivity: Some(QUIET), ..Policy::default() }).await;
        app.pass(Millis::minutes(7)).await;
        app.fires_all().await;
        assert!(!is_warned(&customer.screen()), "the answer is due from the agent");
        ana.says(chat, "Is the plug in?").await;
        app.pass(Millis::minutes(3)).await;
        ana.says(chat, "Well?").await;
        app.pass(less(Millis::minutes(5), SECOND)).await;
        app.fires_all().await;
        assert!(!is_warned(&customer.screen()));
        app.pass(SECOND).await;
        is_warned_now(&customer).await;
        app.pass(less(Millis::minutes(5), SECOND)).await;
        app.fires_all().await;
        assert!(matches!(status(&app, chat).await, Status::Active { .. }));
        app.pass(SECOND).await;
        let by = customer.sees("the end", |state| match &state.phase { Phase::Ended { by, .. } => Some(by.clone()), _ => None }).await;
        assert_eq!(by, Ender::System);
        ana.leaves(chat).await.unwrap();
        assert!(matches!(status(&app, chat).await, Status::Closed { outcome: Outcome::NoResponse, .. }));
    }

    async fn e06_an_answer_lets_the_chat_go_on(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app, Policy { inactivity: Some(QUIET), ..Policy::default() }).await;
        ana.says(chat, "Is the plug in?").await;
        app.pass(QUIET.warn_after).await;
        is_warned_now(&customer).await;
        app.pass(less(Millis::minutes(5), SECOND)).await;
        customer.says("It is").await;
        ana.says(chat, "Good").await;
        app.pass(Millis::minutes(4)).await;
        app.fires_all().await;
        assert!(matches!(status(&app, chat).await, Status::Active { .. }));
        app.pass(Millis::minutes(7)).await;
        customer.sees("the end after a second silence", |state| state.has_ended().then_some(())).await;
        let warnings = customer.screen().entries.iter().filter(|entry| matches!(entry.content, Content::InactivityWarned { .. })).count();
        assert_eq!(warnings, 2);
    }

    async fn e06_a_restart_between_warning_and_end_leaves_time_to_answer(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app, Policy { inactivity: Some(QUIET), ..Policy::default() }).await;
        ana.says(chat, "Is the plug in?").await;
        app.pass(QUIET.warn_after).await;
        is_warned_now(&customer).await;
        ana.vanishes();
        customer.vanishes();
        app.stop().await;
        app.advance(Millis::minutes(30));
        app.resume().await;
        ana.opens_console().await;
        customer.connects().await;
        app.pass(Millis::seconds(19)).await;
        app.fires_all().await;
        assert!(matches!(status(&app, chat).await, Status::Active { .. }));
        app.pass(SECOND).await;
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
    }

    async fn e06_where_a_ticket_is_required_the_agent_still_decides(app: TestApp) {
        let policy = Policy { inactivity: Some(QUIET), ticket_required: true, wrap_up_limit: Some(Millis::minutes(1)), ..Policy::default() };
        let (ana, customer, chat) = with_ana(&app, policy).await;
        ana.says(chat, "Is the plug in?").await;
        app.pass(QUIET.close_after).await;
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        app.pass(Millis::minutes(2)).await;
        app.fires_all().await;
        assert!(matches!(status(&app, chat).await, Status::WrapUp { closing: None, .. }), "it stays, and is seen");
        let refused = domain::conversation::Refusal::TicketRequired;
        assert_eq!(ana.ends(chat, Closing::NoTicket).await, Err(Problem::Refused { refusal: refused }));
    }

    async fn a_chat_that_nobody_leaves_is_closed_after_the_limit(app: TestApp) {
        let policy = Policy { wrap_up_limit: Some(Millis::minutes(2)), ..Policy::default() };
        let (ana, _customer, chat) = with_ana(&app, policy).await;
        ana.ends(chat, Closing::NoTicket).await.unwrap();
        app.pass(less(Millis::minutes(2), SECOND)).await;
        app.fires_all().await;
        assert!(matches!(status(&app, chat).await, Status::WrapUp { .. }));
        app.pass(SECOND).await;
        ana.sees_mine(chat, false).await;
        ana.sees("a free place", |screen| (screen.agent.as_ref()?.me.load == 0).then_some(())).await;
        assert!(matches!(status(&app, chat).await, Status::Closed { outcome: Outcome::Unsolved, .. }));
        assert_eq!(ana.leaves(chat).await, Ok(()), "leaving it late changes nothing");
    }

    async fn alerts_are_kept_as_the_agent_wants_them(app: TestApp) {
        let ana = app.agent("Ana").await;
        let wanted = AlertPrefs { volume: 30, desktop: false, when_away: true };
        ana.call::<()>("state.set_prefs", json!({ "prefs": wanted })).await.unwrap();
        assert_eq!(app.services().snapshot(&ana.caller).await.unwrap().prefs, wanted);
        let loud = AlertPrefs { volume: 101, ..wanted };
        let refused = ana.call::<()>("state.set_prefs", json!({ "prefs": loud })).await;
        assert_eq!(refused, Err(Problem::Invalid { field: "volume".into(), why: "problem.unknown".into() }));
    }
}
