//! Chats that go elsewhere: moved, transferred, taken over, helped with.

use crate::{
    parking::{place_of, stands},
    support::{Agent, Chat, SITE, TestApp, both},
};
use domain::{
    conversation::Refusal,
    desk::{Destinations, Place},
    ids::ConversationId,
    presence::{Role, SET_BY_SUPERVISOR, Wish},
    queue::Policy,
    state::Content,
    time::Millis,
    wire::{Closing, Problem},
};
use serde_json::json;

const SECRET: &str = "between us: the canary sings";

fn refused(refusal: Refusal) -> Result<(), Problem> {
    Err(Problem::Refused { refusal })
}

async fn transfers(agent: &Agent, chat: ConversationId, to: &Agent) -> Result<(), Problem> {
    agent.call("chats.transfer", json!({ "conversation": chat, "agent": to.id, "note": SECRET })).await
}

/// Two agents at work, and a chat of the first one's.
async fn scene(app: &TestApp) -> (Agent, Agent, Chat) {
    let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
    ana.comes_to_work().await;
    let chat = app.starts(SITE, "Hello?").await;
    ana.accepts(chat.id).await;
    ben.comes_to_work().await;
    (ana, ben, chat)
}

both! {
    async fn b26_a_colleague_is_offered_the_chat_and_has_it_with_its_history(app: TestApp) {
        let (ana, ben, chat) = scene(&app).await;
        transfers(&ana, chat.id, &ben).await.unwrap();
        ana.sees("it is not mine any more", |screen| screen.agent.as_ref()?.mine.is_empty().then_some(())).await;
        ben.accepts(chat.id).await;
        ben.reads(chat.id, "Hello?").await;
        let state = app.services().chat(&ben.caller, chat.id).await.unwrap();
        assert!(state.entries.iter().any(|entry| matches!(&entry.content, Content::HandedOver { note, .. } if note == SECRET)));
        let customer = app.services().customer_chat(&chat.customer).await.unwrap();
        assert!(!serde_json::to_string(&customer).unwrap().contains("canary"), "M12");
        assert!(customer.state.entries.iter().any(|entry| matches!(&entry.content, Content::Transferred { to: Some(to), .. } if to.name == "Ben")));
        assert_eq!(ana.leaves(chat.id).await, refused(Refusal::NotYours));
    }

    async fn b26_who_declines_sends_it_back(app: TestApp) {
        let (ana, ben, chat) = scene(&app).await;
        let cara = app.agent("Cara").await;
        cara.comes_to_work().await;
        transfers(&ana, chat.id, &ben).await.unwrap();
        ben.rejects(chat.id).await;
        ana.is_offered(chat.id).await;
        ana.rejects(chat.id).await;
        cara.is_offered(chat.id).await;
    }

    async fn b26_a_transfer_wants_somebody_who_can_take_it(app: TestApp) {
        let (ana, ben, chat) = scene(&app).await;
        ben.wants(Wish::NotReady(None)).await;
        assert_eq!(transfers(&ana, chat.id, &ben).await, refused(Refusal::AgentNotReady));
        ben.wants(Wish::Ready).await;
        let id = ben.id;
        app.services().database.write(async move |tx: &mut engine::database::Tx| tx.set_capacity(id, 1).await).await.unwrap();
        let other = app.starts(SITE, "Another").await;
        ben.accepts(other.id).await;
        assert_eq!(transfers(&ana, chat.id, &ben).await, refused(Refusal::AtCapacity));
        assert_eq!(transfers(&ana, chat.id, &ana).await, refused(Refusal::SameAgent));
        assert_eq!(transfers(&ben, chat.id, &ana).await, refused(Refusal::NotYours));
        assert!(matches!(place_of(&app, &chat).await, Place::Active { agent, .. } if agent.id == ana.id), "nothing has moved");
    }

    async fn b26_to_a_queue_whoever_is_free_there(app: TestApp) {
        let (ana, _, chat) = scene(&app).await;
        let second = app.add_queue("Repairs", Policy::default()).await;
        let cara = app.agent_of("Cara", &[second.id], Role::Agent).await;
        cara.comes_to_work().await;
        let before = app.services().database.read().await.unwrap().find_conversation(chat.id).await.unwrap().unwrap().card.enqueued_at;
        app.pass(Millis::seconds(10)).await;
        let body = json!({ "conversation": chat.id, "queue": second.id, "note": SECRET });
        ana.call::<()>("chats.transfer_queue", body).await.unwrap();
        cara.is_offered(chat.id).await;
        let offer = cara.screen().agent.unwrap().offers.remove(0);
        assert_eq!((offer.card.enqueued_at, offer.card.service.as_str()), (before, "Repairs service"), "B27: the wait goes on");
        cara.accepts(chat.id).await;
    }

    async fn b27_a_waiting_chat_moves_and_its_offer_is_withdrawn(app: TestApp) {
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let second = app.add_queue("Repairs", Policy::default()).await;
        let chat = app.starts(SITE, "Hello?").await;
        ana.is_offered(chat.id).await;
        ana.call::<()>("chats.move_queue", json!({ "conversation": chat.id, "queue": second.id, "note": "" })).await.unwrap();
        ana.hears_silence().await;
        ana.sees("it left the list", |screen| screen.queues.values().all(|queue| !queue.cards.contains_key(&chat.id)).then_some(())).await;
        assert!(matches!(place_of(&app, &chat).await, Place::Waiting { .. }));
        let same = ana.call::<()>("chats.move_queue", json!({ "conversation": chat.id, "queue": second.id, "note": "" })).await;
        assert_eq!(same, Ok(()), "the same call again is the same success");
        let back = ana.call::<()>("chats.move_queue", json!({ "conversation": chat.id, "queue": app.queue().id, "note": "" })).await;
        assert_eq!(back, Err(Problem::NotFound), "it is not in a queue of hers any more");
        let places: Destinations = ana.call("chats.destinations", json!({ "conversation": app.starts(SITE, "2").await.id })).await.unwrap();
        assert!(places.queues.iter().any(|queue| queue.queue.id == second.id));
        assert!(places.agents.iter().any(|agent| agent.agent.id == ana.id || agent.agent.name.starts_with("Absent")));
    }

    async fn r11_a_supervisor_takes_over_at_once(app: TestApp) {
        let (ana, ben, chat) = scene(&app).await;
        assert_eq!(ben.call::<()>("chats.take_over", json!({ "conversation": chat.id })).await, Err(Problem::Forbidden));
        let chief = app.agent_of("Sofia", &[], Role::Supervisor).await;
        chief.opens_console().await;
        chief.call::<()>("chats.take_over", json!({ "conversation": chat.id })).await.unwrap();
        ana.sees("it is not mine any more", |screen| screen.agent.as_ref()?.mine.is_empty().then_some(())).await;
        assert!(matches!(place_of(&app, &chat).await, Place::Active { agent, .. } if agent.id == chief.id));
        chief.says(chat.id, "I take care of it").await;
        assert_eq!(ana.ends(chat.id, Closing::NoTicket).await, Err(Problem::Refused { refusal: Refusal::NotYours }));
    }

    async fn who_helps_writes_too_and_who_listens_leaves_no_trace(app: TestApp) {
        let (ana, _, chat) = scene(&app).await;
        let chief = app.agent_of("Sofia", &[], Role::Supervisor).await;
        chief.opens_console().await;
        let before = app.services().customer_chat(&chat.customer).await.unwrap().state;
        chief.follows(chat.id).await;
        chief.call::<domain::wire::Sent>("messages.note", json!({ "conversation": chat.id, "message": { "client": uuid::Uuid::new_v4(), "text": SECRET } })).await.unwrap();
        ana.reads(chat.id, SECRET).await;
        assert_eq!(app.services().customer_chat(&chat.customer).await.unwrap().state, before, "nothing of it reaches the customer");
        chief.call::<()>("chats.assist", json!({ "conversation": chat.id })).await.unwrap();
        chief.says(chat.id, "I am here too").await;
        let told = app.services().customer_chat(&chat.customer).await.unwrap().state;
        assert_eq!(told.helpers.len(), 1);
        assert!(matches!(place_of(&app, &chat).await, Place::Active { agent, .. } if agent.id == ana.id));
        chief.call::<()>("chats.end_assist", json!({ "conversation": chat.id })).await.unwrap();
        let late = domain::wire::SendMessage { client: crate::support::key(), text: "Still here".into(), seen: 0 };
        assert_eq!(chief.send(chat.id, late).await, Err(Problem::Refused { refusal: Refusal::NotYours }));
    }

    async fn a_supervisor_hands_out(app: TestApp) {
        let (ana, ben, chat) = scene(&app).await;
        let chief = app.agent_of("Sofia", &[], Role::Supervisor).await;
        let assign = |chat: ConversationId, to: &Agent| json!({ "conversation": chat, "agent": to.id, "note": "" });
        chief.call::<()>("chats.assign", assign(chat.id, &ben)).await.unwrap();
        ben.sees("it is mine", |screen| screen.agent.as_ref()?.mine.contains_key(&chat.id).then_some(())).await;
        ana.sees("it is not mine any more", |screen| screen.agent.as_ref()?.mine.is_empty().then_some(())).await;
        let waits = app.starts(SITE, "Next").await;
        ana.is_offered(waits.id).await;
        chief.call::<()>("chats.assign", assign(waits.id, &ben)).await.unwrap();
        ana.hears_silence().await;
        ben.accepts(waits.id).await;
    }

    async fn a_supervisor_sets_a_state_and_says_so(app: TestApp) {
        let (ana, ben, _) = scene(&app).await;
        let chief = app.agent_of("Sofia", &[], Role::Supervisor).await;
        let body = json!({ "agent": ben.id, "wish": { "wish": "not_ready", "reason": null } });
        assert_eq!(ana.call::<()>("state.force", body.clone()).await, Err(Problem::Forbidden));
        let chat = app.starts(SITE, "Rings at Ben").await;
        ben.is_offered(chat.id).await;
        chief.call::<()>("state.force", body).await.unwrap();
        ben.hears_silence().await;
        let me = ben.sees("by whom", |screen| screen.agent.as_ref().filter(|agent| agent.me.forced_by.is_some()).map(|agent| agent.me.clone())).await;
        assert_eq!((me.wish.reason(), me.forced_by.unwrap().name.as_str()), (Some(SET_BY_SUPERVISOR), "Sofia"));
        ben.is_ready().await;
        ben.sees("free again", |screen| screen.agent.as_ref()?.me.forced_by.is_none().then_some(())).await;
    }

    async fn a_transfer_and_an_end_at_once_have_one_winner(app: TestApp) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        for n in 0..10 {
            let chat = app.starts(SITE, &format!("{n}")).await;
            ana.accepts(chat.id).await;
            ben.comes_to_work().await;
            let services = app.services();
            let (moved, ended) = tokio::join!(
                services.transfer(&ana.caller, chat.id, ben.id, ""),
                services.end(&ana.caller, chat.id, Closing::NoTicket)
            );
            assert!(moved.is_ok() != ended.is_ok(), "{moved:?} {ended:?}");
            if moved.is_ok() {
                ben.accepts(chat.id).await;
                ben.ends(chat.id, Closing::NoTicket).await.unwrap();
                ben.leaves(chat.id).await.unwrap();
            } else {
                ana.leaves(chat.id).await.unwrap();
            }
            ben.wants(Wish::NotReady(None)).await;
        }
        stands(&app, &app.starts(SITE, "last").await, &[app.queue().id], "an offer", |place| matches!(place, Place::Offered { .. })).await;
    }
}
