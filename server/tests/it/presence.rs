//! Who is there: leases, clean closes, and what becomes of the chats of somebody who is gone.

use crate::support::{Customer, SITE, Tab, TestApp, both};
use domain::{
    desk::Place,
    event::AbandonReason,
    ids::{AgentId, ConversationId, InstanceId},
    live::{Cursor, Stream, WidgetHears},
    presence::Wish,
    queue::Policy,
    state::{Content, Phase},
    time::Millis,
    wire::Closing,
};
use engine::database::Left;
use uuid::Uuid;

fn tab() -> InstanceId {
    InstanceId::new(Uuid::new_v4())
}

async fn place_of(app: &TestApp, chat: ConversationId) -> Place {
    app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap().card.place
}

async fn rings_at(app: &TestApp, chat: ConversationId, agent: AgentId) {
    let ringing = async || matches!(place_of(app, chat).await, Place::Offered { agent: at, .. } if at == agent).then_some(());
    app.until("an offer", &[app.queue().id], ringing).await;
}

/// The desk has seen that the connection broke.
async fn is_cut(app: &TestApp, stream: Stream) {
    while app.services().hub.is_followed(stream) {
        app.a_moment().await;
    }
}

/// One more tab of the customer, which has been told everything.
async fn opens(customer: &Customer, instance: InstanceId) -> Tab<WidgetHears> {
    let tab = customer.opens_tab(instance, Cursor { epoch: None, seq: 0 }).await;
    tab.until("caught up", |frames| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).then_some(())).await;
    tab
}

/// Offers that outlast every lease.
async fn patient(app: &TestApp) {
    app.set_policy(app.queue().id, Policy { accept_timeout: Millis::minutes(30), ..Policy::default() }).await;
}

both! {
    async fn r07_what_rings_is_withdrawn_within_the_lease(app: TestApp) {
        patient(&app).await;
        let (agent, services) = (app.agent("Ana").await, app.services());
        services.lease(&agent.caller, tab()).await.unwrap();
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        let chat = app.starts(SITE, "Hello?").await;
        rings_at(&app, chat.id, agent.id).await;
        app.advance(Millis(44_999));
        app.fires_all().await;
        rings_at(&app, chat.id, agent.id).await;
        app.advance(Millis(1));
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat.id).await, Place::Waiting { .. }), "45 seconds without a sign of life");
        services.lease(&agent.caller, tab()).await.unwrap();
        rings_at(&app, chat.id, agent.id).await;
    }

    async fn r07_after_a_clean_close_ten_seconds_are_enough(app: TestApp) {
        patient(&app).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.is_offered(chat).await;
        agent.closes_tab().await;
        let released = "select count(*) from lease where expires_at - seen_at = 10000";
        while app.eyes().number(released).await == 0 {
            app.a_moment().await;
        }
        app.advance(Millis(9_999));
        app.fires_all().await;
        rings_at(&app, chat, agent.id).await;
        app.advance(Millis(1));
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat).await, Place::Waiting { .. }));
    }

    async fn p02_one_of_several_tabs_changes_nothing(app: TestApp) {
        patient(&app).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let other = agent.opens_tab(tab(), &[]).await;
        let chat = customer.says("Hello?").await;
        agent.is_offered(chat).await;
        other.leave().await;
        app.pass(Millis::seconds(50)).await;
        app.fires_all().await;
        rings_at(&app, chat, agent.id).await;
        agent.accepts(chat).await;
    }

    async fn r07_chats_of_a_lost_agent_go_to_the_front(app: TestApp) {
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        ana.accepts(chat).await;
        ana.says(chat, "One moment").await;
        let waiting = app.customer_named("Lee");
        ana.wants(Wish::NotReady(None)).await;
        let later = waiting.says("I wait").await;
        ana.vanishes();
        is_cut(&app, Stream::Agent(ana.id)).await;
        app.pass(Millis(119_999)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat).await, Place::Active { .. }), "for two minutes the agent may come back");
        app.pass(Millis(1)).await;
        app.fires_all().await;
        customer.sees("that it waits again", |state| matches!(state.phase, Phase::Waiting { .. }).then_some(())).await;
        let told = |state: &domain::state::ChatState| state.entries.iter().any(|entry| matches!(&entry.content, Content::Requeued { agent } if agent.name == "Ana"));
        assert!(told(&customer.screen()), "the customer is told");
        assert_eq!(app.services().customer_chat(&customer.caller().await).await.unwrap().place, Some(1));
        assert_eq!(app.services().customer_chat(&waiting.caller().await).await.unwrap().place, Some(2));
        ben.comes_to_work().await;
        ben.accepts(chat).await;
        ben.reads(chat, "One moment").await;
        ben.is_offered(later).await;
        customer.sees_agent("Ben").await;
    }

    async fn who_comes_back_in_time_keeps_the_chats(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        agent.closes_tab().await;
        app.pass(Millis::seconds(100)).await;
        app.fires_all().await;
        agent.opens_console().await;
        app.pass(Millis::seconds(100)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat).await, Place::Active { .. }));
        agent.says(chat, "Back again").await;
        customer.reads("Back again").await;
    }

    async fn an_ended_chat_of_a_lost_agent_is_closed(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        agent.ends(chat, Closing::NoTicket).await.unwrap();
        agent.closes_tab().await;
        app.pass(Millis::seconds(131)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat).await, Place::Closed { .. }));
    }

    async fn f17_a_customer_who_is_back_in_a_moment_holds_the_lease_on(app: TestApp) {
        let (customer, instance) = (app.customer(), tab());
        customer.begins(customer.posts_start(&customer.opens_widget().await, "Hello?").await.unwrap());
        let old = opens(&customer, instance).await;
        let (first, second) = (
            "select count(*) from customer_lease where expires_at = 1800000045000",
            "select count(*) from customer_lease where expires_at = 1800000070000",
        );
        assert_eq!(app.eyes().number(first).await, 1);
        app.advance(Millis::seconds(20));
        drop(old);
        is_cut(&app, Stream::ChatPublic(customer.chat())).await;
        app.a_moment().await;
        assert_eq!(app.eyes().number(first).await, 1, "who may be back in a moment is not written off");
        let new = opens(&customer, instance).await;
        assert_eq!(app.eyes().number(first).await, 1, "the lease is young: coming back writes nothing");
        app.pass(Millis::seconds(5)).await;
        while app.eyes().number(second).await == 0 {
            // The beat of the old one, not 25 seconds after coming back.
            app.a_moment().await;
        }
        app.pass(Millis::seconds(60)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, customer.chat()).await, Place::Waiting { .. }));
        assert_eq!(app.eyes().number("select count(*) from customer_lease").await, 1);
        new.leave().await;
        while app.eyes().number("select count(*) from customer_lease").await > 0 {
            app.a_moment().await;
        }
    }

    async fn f17_a_customer_with_an_old_lease_renews_it_on_coming_back(app: TestApp) {
        let (customer, instance) = (app.customer(), tab());
        customer.begins(customer.posts_start(&customer.opens_widget().await, "Hello?").await.unwrap());
        let old = opens(&customer, instance).await;
        app.advance(Millis::seconds(24));
        drop(old);
        is_cut(&app, Stream::ChatPublic(customer.chat())).await;
        app.advance(Millis::seconds(9));
        let _new = opens(&customer, instance).await;
        assert_eq!(app.eyes().number("select count(*) from customer_lease where expires_at = 1800000078000").await, 1);
    }

    async fn p01_a_broken_tab_is_waited_for_as_long_as_a_closed_one(app: TestApp) {
        patient(&app).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.is_offered(chat).await;
        agent.vanishes();
        is_cut(&app, Stream::Agent(agent.id)).await;
        app.advance(Millis(9_999));
        app.fires_all().await;
        rings_at(&app, chat, agent.id).await;
        app.advance(Millis(1));
        let waits = async || matches!(place_of(&app, chat).await, Place::Waiting { .. }).then_some(());
        app.until("that it waits again", &[app.queue().id], waits).await;
    }

    async fn p03_a_lease_that_another_node_has_renewed_is_not_given_up(app: TestApp) {
        let (agent, there, instance) = (app.agent("Ana").await, app.open_services().await, tab());
        let chat = app.starts(SITE, "Hello?").await;
        let (here, left_at) = (app.services(), app.now() + Millis::seconds(3));
        let left = Left { renewed_at: here.lease(&agent.caller, instance).await.unwrap(), left_at };
        here.customer_connected(&chat.customer, instance).await.unwrap();
        app.advance(Millis::seconds(5));
        there.lease(&agent.caller, instance).await.unwrap();
        there.customer_connected(&chat.customer, instance).await.unwrap();
        here.release(&agent.caller, instance, left).await.unwrap();
        here.customer_disconnected(&chat.customer, instance, left).await.unwrap();
        for lease in ["select count(*) from lease where expires_at = 1800000050000", "select count(*) from customer_lease where expires_at = 1800000050000"] {
            assert_eq!(app.eyes().number(lease).await, 1, "{lease}");
        }
    }

    async fn r06_a_customer_who_is_gone_becomes_a_work_item_and_may_come_back(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.opens_console().await;
        let chat = customer.says("Hello?").await;
        customer.vanishes();
        is_cut(&app, Stream::ChatPublic(chat)).await;
        app.pass(Millis(59_999)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat).await, Place::Waiting { .. }));
        app.pass(Millis(1)).await;
        app.fires_all().await;
        let queue = app.queue().id;
        let gone = |place: &Place| matches!(place, Place::Abandoned { reason: AbandonReason::Gone, .. });
        agent.sees("abandoned", |screen| gone(&screen.queues[&queue].cards.get(&chat)?.place).then_some(())).await;
        customer.connects().await;
        customer.sees("that it waits again", |state| matches!(state.phase, Phase::Waiting { .. }).then_some(())).await;
        assert!(matches!(place_of(&app, chat).await, Place::Waiting { .. }));
        agent.is_ready().await;
        agent.accepts(chat).await;
    }

    async fn an_abandoned_chat_is_ended_with_a_note(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.opens_console().await;
        let chat = customer.says("Hello?").await;
        app.pass(Millis::seconds(60)).await;
        customer.ends().await.unwrap();
        agent.follows(chat).await;
        let client = crate::support::key();
        agent.ends_abandoned(chat, client, "Called back, all is well").await.unwrap();
        agent.reads(chat, "Called back, all is well").await;
        assert!(matches!(place_of(&app, chat).await, Place::Closed { .. }));
        let queue = app.queue().id;
        agent.sees("gone", |screen| screen.queues[&queue].cards.is_empty().then_some(())).await;
        let state = customer.reads_chat().await.unwrap().state;
        assert!(!serde_json::to_string(&state).unwrap().contains("Called back"));
    }

    async fn ready_is_a_wish_that_outlasts_the_browser(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        agent.closes_tab().await;
        app.pass(Millis::minutes(10)).await;
        app.fires_all().await;
        let chat = customer.says("Hello?").await;
        agent.opens_console().await;
        agent.accepts(chat).await;
    }
}
