//! M10 at rest: every stream, told from its first event by the product's reducer, gives what a fresh snapshot says; and
//! every conversation's log gives where its row stands.

use crate::support::TestApp;
use domain::{
    conversation::Status,
    desk::{AgentEvent, AgentState, QueueEvent, QueueState},
    ids::{AgentId, ConversationId, Epoch, SessionId},
    live::{Cursor, Stream},
    presence::Role,
    state::{ChatState, Phase},
};
use engine::{
    caller::{AgentCaller, Caller},
    services::{Content, Services},
};
use std::collections::BTreeMap;
use uuid::Uuid;

const FROM_THE_BEGINNING: Cursor = Cursor { epoch: None, seq: 0 };

/// Somebody who may see everything.
pub fn overseer(id: AgentId) -> Caller {
    let session = SessionId::new(Uuid::nil());
    Caller::Agent(AgentCaller { id, name: "Oracle".into(), email: "oracle@desk.example".into(), role: Role::Admin, session })
}

pub async fn check(app: &TestApp) {
    let services = app.services();
    let ids = |texts: Vec<String>| -> Vec<String> { texts };
    let streams = ids(app.eyes().texts("select id from stream order by id").await);
    for stream in streams {
        match stream.parse().unwrap() {
            Stream::Queue(_) => check_queue(&services, stream.parse().unwrap()).await,
            Stream::Agent(agent) => check_agent(&services, agent).await,
            Stream::ChatInternal(_) | Stream::ChatPublic(_) => unreachable!("chats number their own events"),
            Stream::Board => unreachable!("the board has no numbers"),
        }
    }
    let epoch = services.database.read().await.unwrap().epoch().await.unwrap();
    for queue in services.database.read().await.unwrap().all_queues().await.unwrap() {
        let cards = services.database.read().await.unwrap().open_cards_of_queue(queue.id).await.unwrap();
        for card in cards {
            check_chat(&services, card.conversation, epoch).await;
        }
    }
}

async fn check_queue(services: &Services, stream: Stream) {
    let caught = services.catch_up(&overseer(AgentId::new(Uuid::nil())), stream, FROM_THE_BEGINNING).await.unwrap();
    let Content::QueueSnapshot(snapshot) = caught.content else { panic!("asked for a snapshot of {stream}") };
    let events = services.database.read().await.unwrap().stream_after::<QueueEvent>(stream, 0).await.unwrap();
    if events.first().is_some_and(|first| first.seq > 1) {
        return;
    }
    let mut told = QueueState { head: 0, cards: BTreeMap::new(), ..snapshot.clone() };
    for event in events.iter().filter(|event| event.seq <= snapshot.head) {
        told.apply(event);
    }
    assert_eq!(told, snapshot, "M10: {stream} told from the beginning");
}

async fn check_agent(services: &Services, agent: AgentId) {
    let stream = Stream::Agent(agent);
    let caught = services.catch_up(&overseer(agent), stream, FROM_THE_BEGINNING).await.unwrap();
    let Content::AgentSnapshot(snapshot) = caught.content else { panic!("asked for a snapshot of {stream}") };
    let events = services.database.read().await.unwrap().stream_after::<AgentEvent>(stream, 0).await.unwrap();
    if events.first().is_some_and(|first| first.seq > 1) {
        return;
    }
    let mut told = AgentState { head: 0, offers: Vec::new(), mine: BTreeMap::new(), ..snapshot.clone() };
    for event in events.iter().filter(|event| event.seq <= snapshot.head) {
        told.apply(event);
    }
    // Capacity is set behind the stream's back by tests that have no screen for it.
    told.me.capacity = snapshot.me.capacity;
    // Who oversees the desk follows every queue, whoever serves it.
    told.queues.clone_from(&snapshot.queues);
    told.member_of.clone_from(&snapshot.member_of);
    told.offers.sort_by_key(|offer| (offer.offered_at, offer.id));
    assert_eq!(told, snapshot, "M10: {stream} told from the beginning");
}

/// Row and log of a chat say the same.
async fn check_chat(services: &Services, chat: ConversationId, _epoch: Epoch) {
    let mut tx = services.database.read().await.unwrap();
    let Some(facts) = tx.find_conversation(chat).await.unwrap() else {
        return;
    };
    let state = ChatState::replay(&tx.all_events(chat).await.unwrap());
    let chat = facts.chat;
    let agrees = match (&chat.status, &state.phase) {
        (Status::Waiting { .. } | Status::Offered { .. }, Phase::Waiting { .. }) => true,
        (Status::Active { agent, .. }, Phase::Active { .. }) => state.agent.as_ref() == Some(agent),
        (Status::WrapUp { .. } | Status::Closed { .. }, Phase::Ended { .. }) => true,
        (Status::Abandoned { reason, .. }, Phase::Abandoned { reason: told, .. }) => reason == told,
        (Status::Parked { reason, until, .. }, Phase::Parked { reason: told, until: opens, .. }) => (reason, until) == (told, opens),
        (Status::Callback { .. }, Phase::Callback { .. }) => true,
        _ => false,
    };
    assert!(agrees, "R6: the row says {:?}, the log {:?}", chat.status, state.phase);
    assert_eq!(state.head, chat.last_seq);
    assert_eq!((state.customer_marks, state.agent_marks, state.ticket), (chat.customer_marks, chat.agent_marks, chat.ticket));
}
