//! Hand-overs: to another queue, to a colleague, and back; whoever loses the chat hears of it at once.

use crate::{
    offers::{accepts, agent_id, all_ring, holder_of, race},
    support::{Agent, Customer, Screen, TestApp, both},
};
use domain::{
    conversation::{Refusal, Status},
    desk::{Destinations, Place},
    ids::{ConversationId, QueueId},
    offer::OfferEnd,
    presence::{Role, Shown, Wish},
    queue::{MayEnd, Policy},
    state::{Content, Phase},
    time::Millis,
    wire::{Closing, Problem},
};
use engine::failure::Failure;
use serde_json::json;

fn refused<T>(refusal: Refusal) -> Result<T, Problem> {
    Err(Problem::Refused { refusal })
}

async fn status(app: &TestApp, chat: ConversationId) -> Status {
    app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap().chat.status
}

async fn moves(agent: &Agent, chat: ConversationId, to: QueueId) -> Result<(), Problem> {
    agent.call("chats.move_queue", json!({ "conversation": chat, "queue": to, "note": "Better there" })).await
}

async fn sends_to_queue(agent: &Agent, chat: ConversationId, to: QueueId) -> Result<(), Problem> {
    agent.call("chats.transfer_queue", json!({ "conversation": chat, "queue": to, "note": "" })).await
}

/// Ana has the customer's chat; nobody else was there.
async fn with_ana(app: &TestApp) -> (Agent, Customer, ConversationId) {
    let patient = Policy { reject_makes_not_ready: false, ..Policy::default() };
    app.set_policy(app.queue().id, patient).await;
    let (ana, customer) = (app.agent("Ana").await, app.customer());
    ana.comes_to_work().await;
    let chat = customer.says("Hello?").await;
    ana.accepts(chat).await;
    (ana, customer, chat)
}

both! {
    async fn r11_a_transfer_rings_at_the_colleague_and_moves_the_owner(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        let (ana, customer, chat) = with_ana(&app).await;
        let ben = app.agent_of("Ben", &[returns.id], Role::Agent).await;
        ben.comes_to_work().await;
        assert_eq!(ben.call::<serde_json::Value>("chats.read", json!({ "conversation": chat })).await, Err(Problem::NotFound));
        ana.transfers(chat, &ben, "He wants his money").await.unwrap();
        ana.sees_mine(chat, false).await;
        let offer = ben.is_offered(chat).await;
        ben.follows(chat).await;
        let note = |content: &Content| matches!(content, Content::HandedOver { note, .. } if note == "He wants his money");
        ben.sees("the note", |screen| screen.chats.get(&chat)?.entries.iter().any(|entry| note(&entry.content)).then_some(())).await;
        let told = |state: &domain::state::ChatState| matches!(state.phase, Phase::Waiting { .. }).then_some(());
        customer.sees("that it goes on", told).await;
        assert_eq!(ana.transfers(chat, &ben, "He wants his money").await, Ok(()), "the same call again is the same success");
        assert_eq!(ana.ends(chat, Closing::NoTicket).await, refused(Refusal::NotYours));
        assert_eq!(ben.accept(offer).await, Ok(chat));
        ben.sees_mine(chat, true).await;
        customer.sees_agent("Ben").await;
        assert_eq!(ana.transfers(chat, &ben, "He wants his money").await, Ok(()), "also after the yes");
        ben.says(chat, "It is on its way").await;
        customer.reads("It is on its way").await;
        assert!(!customer.tab().raw().join("").contains("He wants his money"));
    }

    async fn a_transfer_is_refused_to_whoever_cannot_take_it(app: TestApp) {
        let (ana, _customer, chat) = with_ana(&app).await;
        let (ben, sue) = (app.agent("Ben").await, app.agent("Sue").await);
        assert_eq!(ana.transfers(chat, &ana, "").await, refused(Refusal::SameAgent));
        assert_eq!(ana.transfers(chat, &ben, "").await, refused(Refusal::AgentNotReady), "not online");
        ben.opens_console().await;
        assert_eq!(ana.transfers(chat, &ben, "").await, refused(Refusal::AgentNotReady), "not ready");
        let (id, other) = (ben.id, app.starts(crate::support::SITE, "Another").await);
        app.services().database.write(async move |tx: &mut engine::database::Tx| tx.set_capacity(id, 1).await).await.unwrap();
        ben.joins(other.id).await.unwrap();
        ben.is_ready().await;
        assert_eq!(ana.transfers(chat, &ben, "").await, refused(Refusal::AtCapacity));
        assert_eq!(sue.transfers(chat, &ben, "").await, refused(Refusal::NotYours));
        let long = "x".repeat(100_000);
        assert_eq!(ana.transfers(chat, &ben, &long).await, Err(Problem::Invalid { field: "note".into(), why: "problem.too_long".into() }));
        ana.sees_mine(chat, true).await;
        assert_eq!(status(&app, chat).await.holder(), Some(ana.id), "nothing has changed");
    }

    async fn a_declined_transfer_comes_back_then_goes_to_the_queue(app: TestApp) {
        let (ana, _customer, chat) = with_ana(&app).await;
        let returns = app.add_queue("Returns", Policy::default()).await;
        let ben = app.agent_of("Ben", &[returns.id], Role::Agent).await;
        ben.comes_to_work().await;
        ana.transfers(chat, &ben, "").await.unwrap();
        ben.rejects(chat).await;
        ana.rejects(chat).await;
        ana.hears_silence().await;
        app.a_moment().await;
        assert!(matches!(status(&app, chat).await, Status::Waiting { .. }), "who handed it on was asked first, then nobody is left");
        let sue = app.agent("Sue").await;
        sue.comes_to_work().await;
        sue.accepts(chat).await;
    }

    async fn a_missed_transfer_goes_to_the_queue_when_its_sender_is_away(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        let returns = app.add_queue("Returns", Policy::default()).await;
        let ben = app.agent_of("Ben", &[returns.id], Role::Agent).await;
        ben.comes_to_work().await;
        ana.transfers(chat, &ben, "").await.unwrap();
        ben.is_offered(chat).await;
        ana.wants(Wish::NotReady(None)).await;
        let sue = app.agent("Sue").await;
        app.pass(Millis::seconds(31)).await;
        ben.hears_silence().await;
        ana.hears_silence().await;
        sue.comes_to_work().await;
        sue.accepts(chat).await;
        customer.sees_agent("Sue").await;
    }

    async fn a_transfer_to_a_queue_goes_to_whoever_is_free_there(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        let (ana, customer, chat) = with_ana(&app).await;
        let ben = app.agent_of("Ben", &[returns.id], Role::Agent).await;
        assert_eq!(sends_to_queue(&ben, chat, returns.id).await, Err(Problem::NotFound), "not theirs to see");
        sends_to_queue(&ana, chat, returns.id).await.unwrap();
        assert_eq!(sends_to_queue(&ana, chat, returns.id).await, Ok(()), "again is the same success");
        ana.sees_mine(chat, false).await;
        let gone = |screen: &Screen| (!screen.queues.get(&app.queue().id)?.cards.contains_key(&chat)).then_some(());
        ana.sees("the card has left this list", gone).await;
        ben.comes_to_work().await;
        ben.accepts(chat).await;
        customer.sees_agent("Ben").await;
        let service = customer.sees("the service", |state| Some(state.service.clone())).await;
        assert_eq!(service, "Returns service");
    }

    async fn who_hands_a_chat_to_a_queue_is_not_the_first_to_be_asked(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        assert_eq!(sends_to_queue(&ana, chat, app.queue().id).await, Ok(()));
        ana.sees_mine(chat, false).await;
        app.pass(Millis::seconds(29)).await;
        app.a_moment().await;
        assert!(matches!(status(&app, chat).await, Status::Waiting { .. }));
        let ben = app.agent("Ben").await;
        ben.comes_to_work().await;
        ben.is_offered(chat).await;
        ben.wants(Wish::NotReady(None)).await;
        app.pass(Millis::seconds(1)).await;
        ana.accepts(chat).await;
        customer.sees_agent("Ana").await;
    }

    async fn moving_withdraws_the_offer_and_keeps_the_customers_clock(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let begun = app.now();
        let offer = ana.is_offered(chat).await;
        let stranger = app.agent_of("Stranger", &[returns.id], Role::Agent).await;
        assert_eq!(moves(&stranger, chat, returns.id).await, Err(Problem::NotFound), "only the queue's own and supervisors move a chat");
        assert_eq!(moves(&ana, chat, app.queue().id).await, refused(Refusal::SameQueue));
        assert_eq!(ana.is_offered(chat).await, offer, "a refused move withdraws nothing");
        app.pass(Millis::seconds(10)).await;
        moves(&ana, chat, returns.id).await.unwrap();
        assert_eq!(moves(&ana, chat, returns.id).await, Ok(()), "again is the same success");
        ana.hears_silence().await;
        assert_eq!(ana.accept(offer).await, Err(Problem::OfferGone { end: OfferEnd::Cancelled }));
        let facts = app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap();
        assert_eq!((facts.chat.queue, facts.chat.enqueued_at), (returns.id, begun));
        stranger.comes_to_work().await;
        stranger.accepts(chat).await;
        assert_eq!(moves(&stranger, chat, app.queue().id).await, refused(Refusal::NotWaiting), "who has it transfers it");
        customer.sees("that it was moved", |state| state.entries.iter().any(|entry| matches!(entry.content, Content::Moved { .. })).then_some(())).await;
    }

    async fn a_parked_chat_is_moved_to_where_somebody_is(app: TestApp) {
        let (empty, closed) = (app.add_empty_queue("Empty", Policy::default()).await, app.add_empty_queue("Empty too", Policy::default()).await);
        app.add_site("empty", empty.id).await;
        let chief = app.agent_of("Chief", &[], Role::Supervisor).await;
        let customer = app.customer_of("Priya", "empty");
        let chat = customer.says("Hello?").await;
        assert!(matches!(status(&app, chat).await, Status::Parked { .. }));
        moves(&chief, chat, closed.id).await.unwrap();
        assert!(matches!(status(&app, chat).await, Status::Parked { .. }), "nobody is there either");
        moves(&chief, chat, app.queue().id).await.unwrap();
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        ana.accepts(chat).await;
        customer.sees_agent("Ana").await;
    }

    async fn an_abandoned_chat_is_moved_as_a_work_item(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        app.set_policy(app.queue().id, Policy { may_end: MayEnd::Always, ..Policy::default() }).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        let chat = customer.says("Hello?").await;
        customer.ends().await.unwrap();
        moves(&ana, chat, returns.id).await.unwrap();
        assert!(matches!(status(&app, chat).await, Status::Abandoned { .. }));
        let cards = app.services().database.read().await.unwrap().open_cards_of_queue(returns.id).await.unwrap();
        assert!(matches!(cards[0].place, Place::Abandoned { .. }));
    }

    async fn destinations_show_who_could_take_the_chat(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        let (ana, _customer, chat) = with_ana(&app).await;
        let (ben, _absent) = (app.agent_of("Ben", &[returns.id], Role::Agent).await, app.agent("Cleo").await);
        ben.comes_to_work().await;
        let found: Destinations = ana.call("chats.destinations", json!({ "conversation": chat })).await.unwrap();
        let queues: Vec<_> = found.queues.iter().map(|queue| (queue.queue.name.as_str(), queue.ready, queue.waiting, queue.open)).collect();
        assert_eq!(queues, [("Orders", 1, 0, true), ("Returns", 1, 0, true)]);
        let others = found.agents.iter().filter(|agent| !agent.agent.name.starts_with("Absent"));
        let agents: Vec<_> = others.map(|agent| (agent.agent.name.as_str(), agent.shown, agent.online, agent.is_member, agent.is_free())).collect();
        assert_eq!(agents, [("Ben", Shown::Ready, true, false, true), ("Cleo", Shown::NotReady, false, true, false)]);
        assert_eq!(ben.call::<Destinations>("chats.destinations", json!({ "conversation": chat })).await, Err(Problem::NotFound));
    }

    async fn r11_transfer_against_end(app: TestApp) {
        let all = all_ring(&app, 0).await;
        for ringing in &all {
            accepts(&app, ringing).await.unwrap();
        }
        let elsewhere = app.add_queue("Elsewhere", Policy::default()).await;
        let others = app.crowd(all.len(), elsewhere.id).await;
        let pairs = all.iter().zip(&others).map(|(ringing, other)| {
            let (services, agent, chat, to) = (app.services(), ringing.agent.clone(), ringing.chat.id, agent_id(other));
            let (again, who) = (services.clone(), agent.clone());
            (async move { services.transfer(&agent, chat, to, "").await }, async move { again.end(&who, chat, Closing::NoTicket).await })
        });
        let mut wins = (0, 0);
        for ((ringing, other), outcome) in all.iter().zip(&others).zip(race(pairs.collect()).await) {
            match outcome {
                (Ok(()), Err(Failure::Refused(Refusal::NotYours))) => {
                    assert_eq!(holder_of(&app, ringing.chat.id).await, Some(agent_id(other)));
                    wins.0 += 1;
                }
                (Err(Failure::Refused(Refusal::Ended)), Ok(_)) => {
                    assert!(matches!(status(&app, ringing.chat.id).await, Status::WrapUp { .. }));
                    wins.1 += 1;
                }
                other => panic!("one wins, and the loser is told: {other:?}"),
            }
        }
        println!("{}: {wins:?} of transfer and end", app.half().word());
    }

    async fn r04_move_against_accept(app: TestApp) {
        let chief = app.agent_of("Chief", &[], Role::Supervisor).await;
        let (all, to) = (all_ring(&app, 0).await, app.add_queue("Elsewhere", Policy::default()).await.id);
        let pairs = all.iter().map(|ringing| {
            let (services, chief, chat) = (app.services(), chief.caller.clone(), ringing.chat.id);
            (accepts(&app, ringing), async move { services.move_queue(&chief, chat, to, "").await })
        });
        let mut wins = (0, 0);
        for (ringing, outcome) in all.iter().zip(race(pairs.collect()).await) {
            let holder = holder_of(&app, ringing.chat.id).await;
            match outcome {
                (Ok(_), Err(Failure::Refused(Refusal::NotWaiting))) => {
                    assert_eq!(holder, Some(agent_id(&ringing.agent)));
                    wins.0 += 1;
                }
                (Err(Failure::OfferGone(OfferEnd::Cancelled)), Ok(())) => {
                    assert_eq!(holder, None);
                    wins.1 += 1;
                }
                other => panic!("one wins, and the loser is told: {other:?}"),
            }
        }
        println!("{}: {wins:?} of accept and move", app.half().word());
    }

}
