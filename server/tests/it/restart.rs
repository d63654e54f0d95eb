//! Deadlines are rows: what was due while nobody ran comes true soon after somebody runs again.

use crate::support::{SITE, TestApp, both};
use domain::{
    conversation::Refusal,
    desk::Place,
    event::AbandonReason,
    ids::{ConversationId, InstanceId},
    presence::{MISSED_OFFER, Wish},
    time::Millis,
    wire::Problem,
};
use engine::{database::Left, failure::Failure};
use uuid::Uuid;

/// Longer than a node that begins waits for browsers to come back.
const RETURN: Millis = Millis::seconds(21);

async fn place_of(app: &TestApp, chat: ConversationId) -> Place {
    app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap().card.place
}

both! {
    async fn the_accept_timeout_survives_a_restart(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = agent.is_offered(chat).await;
        app.stop().await;
        app.advance(Millis::seconds(5));
        app.resume().await;
        // Nothing was lost by the short rest: it still rings, and the yes counts.
        agent.opens_console().await;
        customer.connects().await;
        assert_eq!(agent.is_offered(chat).await, offer);
        app.stop().await;
        app.advance(Millis::minutes(2));
        app.resume().await;
        agent.opens_console().await;
        customer.connects().await;
        app.pass(RETURN).await;
        app.fires_all().await;
        agent.hears_silence().await;
        let missed = Wish::NotReady(Some(MISSED_OFFER.into()));
        agent.sees("missed offer", |screen| (screen.agent.as_ref()?.me.wish == missed).then_some(())).await;
        assert!(matches!(place_of(&app, chat).await, Place::Waiting { .. }));
    }

    async fn an_offer_can_be_accepted_right_after_a_restart(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = agent.is_offered(chat).await;
        app.restart().await;
        assert_eq!(agent.accept(offer).await, Ok(chat));
        assert_eq!(agent.accept(offer).await, Ok(chat));
    }

    async fn the_minute_after_which_a_customer_may_end_survives_a_restart(app: TestApp) {
        let chat = app.starts(SITE, "Hello?").await;
        app.advance(Millis::seconds(50));
        app.restart().await;
        let early = app.services().customer_ends(&chat.customer).await;
        assert!(matches!(early, Err(Failure::Refused(Refusal::TooEarly { .. }))), "{early:?}");
        app.advance(Millis::seconds(10));
        let state = app.services().customer_ends(&chat.customer).await.unwrap().state;
        assert!(state.has_ended());
        assert!(matches!(place_of(&app, chat.id).await, Place::Abandoned { reason: AbandonReason::Ended, .. }));
    }

    async fn a_customer_who_was_gone_is_given_up_also_after_a_restart(app: TestApp) {
        let (chat, tab) = (app.starts(SITE, "Hello?").await, InstanceId::new(Uuid::new_v4()));
        let services = app.services();
        let renewed_at = services.customer_connected(&chat.customer, tab).await.unwrap();
        services.customer_disconnected(&chat.customer, tab, Left { renewed_at, left_at: app.now() }).await.unwrap();
        app.advance(Millis::seconds(30));
        app.restart().await;
        app.advance(Millis::seconds(29));
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat.id).await, Place::Waiting { .. }));
        app.advance(Millis::seconds(1));
        app.fires_all().await;
        assert!(matches!(place_of(&app, chat.id).await, Place::Abandoned { reason: AbandonReason::Gone, .. }));
    }

    async fn chats_of_a_lost_agent_return_also_after_a_restart(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        agent.vanishes();
        app.stop().await;
        app.advance(Millis::minutes(5));
        app.resume().await;
        customer.connects().await;
        assert!(matches!(place_of(&app, chat).await, Place::Active { .. }), "browsers are given time to come back");
        for _ in 0..7 {
            app.pass(RETURN).await;
            app.fires_all().await;
        }
        assert!(matches!(place_of(&app, chat).await, Place::Waiting { .. }));
    }

    async fn a_sign_in_and_a_customers_token_survive_a_restart(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        app.restart().await;
        agent.opens_console().await;
        agent.follows(chat).await;
        customer.connects().await;
        agent.says(chat, "Still here").await;
        customer.reads("Still here").await;
        customer.says("Me too").await;
        agent.reads(chat, "Me too").await;
        assert_eq!(customer.leaves().await, Err(Problem::Refused { refusal: Refusal::NotEnded }));
    }
}
