//! Silence on either side, callbacks, and what is left of closed chats.

use crate::{
    parking::place_of,
    support::{SITE, TestApp, both, key},
};
use domain::{
    conversation::Refusal,
    desk::{HistoryFilter, Place},
    ending::Outcome,
    live::ConsoleSays,
    presence::{IDLE, Wish},
    queue::{Inactivity, Policy},
    settings::DeskSettings,
    state::{Content, Phase},
    time::Millis,
    wire::{AskCallback, Closing, CustomerChat, Problem},
};
use engine::failure::Failure;

async fn wish_of(app: &TestApp, agent: domain::ids::AgentId) -> Wish {
    app.services().database.read().await.unwrap().find_agent(agent).await.unwrap().unwrap().wish
}

fn ask() -> AskCallback {
    AskCallback { phone: "+49 30 123456".into(), message: "About the lamp".into(), when: "after five".into() }
}

both! {
    async fn p05_nobody_in_front_of_a_browser_is_idle_and_back_with_the_first_touch(app: TestApp) {
        app.set_desk(DeskSettings { agent_idle_after: Some(Millis::minutes(5)), ..DeskSettings::default() }).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        app.pass(Millis::minutes(4)).await;
        ana.tab().say(&ConsoleSays::Input);
        let seen = async || app.services().database.read().await.unwrap().last_input(ana.id).await.unwrap();
        while seen().await != Some(app.now()) {
            app.a_moment().await;
        }
        app.pass(Millis::minutes(4)).await;
        app.fires_all().await;
        assert_eq!(wish_of(&app, ana.id).await, Wish::Ready, "touched four minutes ago");
        app.pass(Millis::seconds(75)).await;
        app.fires_all().await;
        assert_eq!(wish_of(&app, ana.id).await, Wish::NotReady(Some(IDLE.into())));
        let chat = app.starts(SITE, "Anybody?").await;
        app.a_moment().await;
        assert!(ana.screen().agent.unwrap().offers.is_empty(), "R9");
        ana.tab().say(&ConsoleSays::Input);
        ana.is_offered(chat.id).await;
    }

    async fn who_chose_not_ready_stays_so_however_much_they_type(app: TestApp) {
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        ana.wants(Wish::NotReady(Some("lunch".into()))).await;
        app.services().input(&ana.caller).await.unwrap();
        assert_eq!(wish_of(&app, ana.id).await, Wish::NotReady(Some("lunch".into())));
        let unknown = app.services().set_wish(&ana.caller, Wish::NotReady(Some("golf".into()))).await;
        assert!(matches!(unknown, Err(Failure::Invalid { field: "reason", .. })));
    }

    async fn e06_a_silent_customer_is_asked_and_then_the_chat_ends(app: TestApp) {
        let quiet = Inactivity { warn_after: Millis::minutes(5), close_after: Millis::minutes(10) };
        app.set_policy(app.queue().id, Policy { inactivity: Some(quiet), ..Policy::default() }).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        ana.accepts(chat).await;
        app.pass(Millis::minutes(20)).await;
        app.fires_all().await;
        assert!(matches!(customer.screen().phase, Phase::Active { .. }), "it is the agent's turn");
        ana.says(chat, "Hi. What is it about?").await;
        app.pass(Millis::minutes(9)).await;
        app.fires_all().await;
        let warned = |state: &domain::state::ChatState| state.entries.iter().any(|entry| matches!(entry.content, Content::InactivityWarned { .. })).then_some(());
        customer.sees("the question", warned).await;
        customer.says("Sorry, I am back").await;
        app.pass(Millis::minutes(10)).await;
        app.fires_all().await;
        assert!(matches!(customer.screen().phase, Phase::Active { .. }), "they answered");
        ana.says(chat, "Good.").await;
        app.pass(Millis::minutes(10)).await;
        app.fires_all().await;
        app.pass(Millis::minutes(10)).await;
        app.fires_all().await;
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        ana.leaves(chat).await.unwrap();
        let past = app.services().history(&ana.caller, HistoryFilter::default()).await.unwrap();
        assert_eq!((past.len(), past[0].outcome), (1, Outcome::NoResponse));
    }

    async fn an_ended_chat_is_closed_after_its_time_and_its_place_is_free(app: TestApp) {
        app.set_policy(app.queue().id, Policy { wrap_up_limit: Some(Millis::seconds(30)), ..Policy::default() }).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        ana.accepts(chat.id).await;
        ana.ends(chat.id, Closing::NoTicket).await.unwrap();
        app.pass(Millis::seconds(25)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::WrapUp { .. }));
        app.pass(Millis::seconds(5)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::Closed { .. }));
        ana.sees("free", |screen| (screen.agent.as_ref()?.me.load == 0).then_some(())).await;
    }

    async fn d05_a_callback_is_offered_after_the_wait_and_becomes_a_work_item(app: TestApp) {
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.opens_console().await;
        let id = customer.says("Nobody answers").await;
        let begun = app.now();
        assert_eq!(customer.reads_chat().await.unwrap().callback_from, Some(begun + Millis::seconds(60)));
        let early: Result<CustomerChat, _> = customer.post(Some(&customer.token()), "callback", &ask()).await;
        assert_eq!(early.err(), Some(Problem::Refused { refusal: Refusal::NoCallback }));
        app.pass(Millis::seconds(60)).await;
        ana.is_ready().await;
        ana.is_offered(id).await;
        let wrong: Result<CustomerChat, _> = customer.post(Some(&customer.token()), "callback", &AskCallback { phone: "soon".into(), ..ask() }).await;
        assert_eq!(wrong.err(), Some(Problem::Invalid { field: "phone".into(), why: "problem.phone".into() }));
        let told: CustomerChat = customer.post(Some(&customer.token()), "callback", &ask()).await.unwrap();
        assert!(matches!(told.state.phase, Phase::Callback { .. }));
        assert!(!serde_json::to_string(&told).unwrap().contains("123456"), "the number is for agents");
        ana.hears_silence().await;
        let card = ana.sees("the card", |screen| screen.queues.values().flat_map(|queue| queue.cards.values()).find(|card| card.is_callback()).cloned()).await;
        let callback = card.callback.unwrap();
        assert_eq!((callback.link().as_str(), callback.when.as_deref()), ("tel:+4930123456", Some("after five")));
        let again: Result<CustomerChat, _> = customer.post(Some(&customer.token()), "callback", &ask()).await;
        assert_eq!(again.err(), Some(Problem::Refused { refusal: Refusal::CallbackExists }));
        app.pass(Millis::minutes(10)).await;
        app.fires_all().await;
        ana.ends_abandoned(id, key(), "Called: a lamp was broken.").await.unwrap();
        let past = app.services().history(&ana.caller, HistoryFilter::default()).await.unwrap();
        assert_eq!((past[0].outcome, past[0].note.as_deref()), (Outcome::FollowedUp, Some("Called: a lamp was broken.")));
    }

    async fn a_callback_and_an_accept_at_once_have_one_winner(app: TestApp) {
        app.set_policy(app.queue().id, Policy { callback_after: Some(Millis(0)), ..Policy::default() }).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        for n in 0..10 {
            let chat = app.starts(SITE, &format!("{n}")).await;
            let offer = ana.is_offered(chat.id).await;
            let services = app.services();
            let (accepted, asked) = tokio::join!(services.accept(&ana.caller, offer), services.ask_callback(&chat.customer, ask()));
            assert!(accepted.is_ok() != asked.is_ok(), "{accepted:?}");
            if accepted.is_ok() {
                ana.ends(chat.id, Closing::NoTicket).await.unwrap();
                ana.leaves(chat.id).await.unwrap();
            }
            ana.hears_silence().await;
        }
    }

    async fn history_shows_what_one_may_see_and_finds_it(app: TestApp) {
        let (ana, stranger) = (app.agent("Ana").await, app.agent_of("Ben", &[], domain::presence::Role::Agent).await);
        ana.comes_to_work().await;
        for n in 0..3 {
            let chat = app.starts(SITE, &format!("Lamp number {n}")).await;
            ana.accepts(chat.id).await;
            app.pass(Millis::seconds(25)).await;
            ana.ends(chat.id, Closing::NoTicket).await.unwrap();
            ana.leaves(chat.id).await.unwrap();
        }
        let list = |filter: HistoryFilter| {
            let (services, caller) = (app.services(), ana.caller.clone());
            async move { services.history(&caller, filter).await.unwrap() }
        };
        let all = list(HistoryFilter::default()).await;
        assert_eq!(all.len(), 3);
        assert!(all.is_sorted_by(|a, b| a.closed_at >= b.closed_at), "newest first");
        assert_eq!(all[0].agent.as_ref().map(|agent| agent.name.as_str()), Some("Ana"));
        assert_eq!(list(HistoryFilter { search: "NUMBER 1".into(), ..HistoryFilter::default() }).await.len(), 1);
        assert_eq!(list(HistoryFilter { outcome: Some(Outcome::Ticketed), ..HistoryFilter::default() }).await.len(), 0);
        assert_eq!(list(HistoryFilter { before: Some(all[0].closed_at), ..HistoryFilter::default() }).await.len(), 2);
        assert_eq!(app.services().history(&stranger.caller, HistoryFilter::default()).await.unwrap().len(), 0);
    }
}
