//! D5–D7: a customer leaves a number instead of waiting; the number is for agents alone.

use crate::{
    offers::{accepts, agent_id, all_ring, holder_of, race},
    support::{Customer, both, key, logged},
};
use domain::{
    conversation::{Refusal, Status},
    desk::Place,
    offer::OfferEnd,
    queue::Policy,
    state::Phase,
    time::Millis,
    wire::{AskCallback, CustomerChat, Problem},
};
use engine::failure::Failure;
use serde_json::json;

const PHONE: &str = "+49 (30) 87 65 43-21";

fn refused<T>(refusal: Refusal) -> Result<T, Problem> {
    Err(Problem::Refused { refusal })
}

fn ask() -> AskCallback {
    AskCallback { phone: PHONE.into(), message: "c4n4ry lamp".into(), when: "c4n4ry after six".into() }
}

async fn asks(customer: &Customer, ask: &AskCallback) -> Result<CustomerChat, Problem> {
    customer.post(Some(&customer.token()), "callback", ask).await
}

both! {
    async fn d05_a_customer_leaves_a_number_and_is_called(app: TestApp) {
        let patient = Policy { accept_timeout: Millis::minutes(9), ..Policy::default() };
        app.set_policy(app.queue().id, patient).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = ana.is_offered(chat).await;
        let offered = customer.reads_chat().await.unwrap();
        assert_eq!(offered.callback_from, Some(offered.state.opened_at + Millis::seconds(60)));
        app.pass(Millis(59_999)).await;
        assert_eq!(asks(&customer, &ask()).await.map(drop), refused(Refusal::NoCallback));
        assert_eq!(ana.is_offered(chat).await, offer, "a refusal withdraws nothing");
        app.pass(Millis(1)).await;
        let told = asks(&customer, &ask()).await.unwrap();
        assert!(matches!(told.state.phase, Phase::Callback { .. }));
        ana.hears_silence().await;
        assert_eq!(ana.accept(offer).await, Err(Problem::OfferGone { end: OfferEnd::Cancelled }));
        assert_eq!(asks(&customer, &ask()).await.map(drop), refused(Refusal::CallbackExists));
        let card = ana.sees("the card", |screen| screen.queues.get(&app.queue().id)?.cards.get(&chat).filter(|card| card.is_callback()).cloned()).await;
        let callback = card.callback.unwrap();
        assert_eq!((callback.phone.as_str(), callback.message.as_deref(), callback.when.as_deref()), (PHONE, Some("c4n4ry lamp"), Some("c4n4ry after six")));
        app.pass(Millis::minutes(3)).await;
        assert!(matches!(card.place, Place::Callback { .. }));
        ana.ends_abandoned(chat, key(), "Called, it glows").await.unwrap();
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        customer.connects().await;
        let page = format!("{:?}", customer.reads_chat().await.unwrap());
        let bytes = customer.tab().raw().join("\n") + &page + &logged();
        for secret in [PHONE, "87 65 43", "c4n4ry", "Called, it"] {
            assert!(!bytes.contains(secret), "{secret} went outside");
        }
    }

    async fn d05_wrong_fields_are_named(app: TestApp) {
        let customer = app.customer();
        customer.says("Hello?").await;
        app.pass(Millis::seconds(60)).await;
        for (wrong, field, why) in [
            (AskCallback { phone: String::new(), ..ask() }, "phone", "problem.required"),
            (AskCallback { phone: "call me".into(), ..ask() }, "phone", "problem.phone"),
            (AskCallback { message: "x".repeat(2_001), ..ask() }, "message", "problem.too_long"),
            (AskCallback { when: "x".repeat(201), ..ask() }, "when", "problem.too_long"),
        ] {
            assert_eq!(asks(&customer, &wrong).await.map(drop), Err(Problem::Invalid { field: field.into(), why: why.into() }));
        }
    }

    async fn d05_no_callback_where_the_queue_offers_none_or_somebody_answers(app: TestApp) {
        app.set_policy(app.queue().id, Policy { callback_after: None, ..Policy::default() }).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        let chat = customer.says("Hello?").await;
        assert_eq!(customer.reads_chat().await.unwrap().callback_from, None);
        app.pass(Millis::minutes(5)).await;
        assert_eq!(asks(&customer, &ask()).await.map(drop), refused(Refusal::NoCallback));
        app.set_policy(app.queue().id, Policy { callback_after: Some(Millis(0)), ..Policy::default() }).await;
        ana.comes_to_work().await;
        ana.accepts(chat).await;
        assert_eq!(asks(&customer, &ask()).await.map(drop), refused(Refusal::NotWaiting));
        let unsigned: Result<serde_json::Value, Problem> = customer.post(None, "callback", &json!({ "phone": PHONE })).await;
        assert_eq!(unsigned, Err(Problem::SignedOut));
    }

    async fn r10_callback_against_accept(app: TestApp) {
        let all = all_ring(&app, 0).await;
        let queue = app.services().database.read().await.unwrap().find_queue_by_name("Race 0").await.unwrap().unwrap();
        app.set_policy(queue.id, Policy { callback_after: Some(Millis(0)), ..queue.policy }).await;
        let pairs = all.iter().map(|ringing| {
            let (services, customer) = (app.services(), ringing.chat.customer.clone());
            (accepts(&app, ringing), async move { services.ask_callback(&customer, ask()).await })
        });
        let mut wins = (0, 0);
        for (ringing, outcome) in all.iter().zip(race(pairs.collect()).await) {
            let facts = app.services().database.read().await.unwrap().find_conversation(ringing.chat.id).await.unwrap().unwrap();
            match outcome {
                (Ok(_), Err(Failure::Refused(Refusal::NotWaiting))) => {
                    assert_eq!(holder_of(&app, ringing.chat.id).await, Some(agent_id(&ringing.agent)));
                    wins.0 += 1;
                }
                (Err(Failure::OfferGone(OfferEnd::Cancelled)), Ok(_)) => {
                    assert!(matches!(facts.chat.status, Status::Callback { .. }));
                    wins.1 += 1;
                }
                other => panic!("one wins, and the loser is told: {other:?}"),
            }
        }
        println!("{}: {wins:?} of accept and callback", app.half().word());
    }
}
