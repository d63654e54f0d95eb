//! M16: what belongs together is committed together, in every moment that anybody can see.

use crate::support::{SITE, TestApp, both, key};
use domain::{
    conversation::Refusal,
    desk::Place,
    ids::{ConversationId, InstanceId},
    live::Stream,
    presence::Wish,
    queue::{MayEnd, Policy},
    ticket::{Priority, TicketDraft},
    wire::Closing,
};
use engine::{caller::Caller, database::Tx, failure::Failure, live::Item};
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

pub fn draft() -> TicketDraft {
    TicketDraft {
        subject: "Dark canopy".into(),
        description: "It does not light up.".into(),
        requester_name: "Priya".into(),
        requester_email: Some("priya@customer.example".into()),
        priority: Priority::High,
    }
}

/// One look at the agent, the queue and the chats, all of one moment: they tell one story.
async fn look(app: &TestApp, caller: &Caller) {
    let desk = app.services().snapshot(caller).await.unwrap();
    let me = &desk.agent.me;
    let queue = desk.queues.iter().find(|queue| queue.id == app.queue().id).unwrap();
    let held = |place: &Place| match place {
        Place::Active { agent, .. } | Place::WrapUp { agent, .. } => agent.id == me.id,
        _ => false,
    };
    let rings = |place: &Place| matches!(place, Place::Offered { agent, .. } if *agent == me.id);
    let in_list: Vec<ConversationId> = queue.cards.values().filter(|card| held(&card.place)).map(|card| card.conversation).collect();
    let mine: Vec<ConversationId> = desk.agent.mine.keys().copied().collect();
    assert_eq!(in_list, mine, "list and own chats");
    let ringing: Vec<_> = queue.cards.values().filter(|card| rings(&card.place)).map(|card| card.conversation).collect();
    let mut offered: Vec<_> = desk.agent.offers.iter().map(|offer| offer.card.conversation).collect();
    offered.sort_unstable();
    assert_eq!(ringing, offered, "list and offers");
    assert_eq!(me.load, (mine.len() + offered.len()) as i64, "load and what it counts");
    assert_eq!(me.ringing, offered.len() as i64);
    for (chat, state) in &desk.chats {
        let ended = matches!(desk.agent.mine[chat].place, Place::WrapUp { .. });
        assert_eq!(state.has_ended(), ended, "the card and the log of {chat}");
        assert_eq!(state.ticket, desk.agent.mine[chat].ticket);
    }
}

both! {
    async fn m16_no_moment_shows_half_a_step(app: TestApp) {
        let policy = Policy { may_end: MayEnd::Always, reject_makes_not_ready: false, ..Policy::default() };
        app.set_policy(app.queue().id, policy).await;
        let (agent, services) = (app.agent("Ana").await, app.services());
        services.lease(&agent.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        let over = AtomicBool::new(false);
        let steps = async {
            for n in 0..12 {
                let chat = app.starts(SITE, "Hello?").await;
                let offer = app
                    .until("an offer", &[app.queue().id], async || services.snapshot(&agent.caller).await.unwrap().agent.offers.first().cloned())
                    .await;
                if n % 4 == 3 {
                    services.customer_ends(&chat.customer).await.unwrap();
                    continue;
                }
                services.accept(&agent.caller, offer.id).await.unwrap();
                services.send(&agent.caller, chat.id, key(), "Hi", 0).await.unwrap();
                let closing = if n % 2 == 0 { Closing::Ticket { draft: draft() } } else { Closing::NoTicket };
                services.end(&agent.caller, chat.id, closing).await.unwrap();
                services.leave(&agent.caller, chat.id).await.unwrap();
            }
            over.store(true, Ordering::Relaxed);
        };
        let looks = async {
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                look(&app, &agent.caller).await;
                count += 1;
            }
            count
        };
        let ((), count) = tokio::join!(steps, looks);
        assert!(count > 20, "looked {count} times");
    }

    async fn m16_a_refused_step_leaves_nothing_and_tells_nobody(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        let id = agent.id;
        services.database.write(async move |tx: &mut Tx| tx.set_capacity(id, 1).await).await.unwrap();
        let (first, second) = (app.starts(SITE, "One").await, app.starts(SITE, "Two").await);
        services.join(&agent.caller, first.id).await.unwrap();
        let ear = app.ear(&[Stream::ChatInternal(second.id), Stream::Agent(id), Stream::Queue(app.queue().id)]);
        let before = services.chat(&agent.caller, second.id).await.unwrap();
        let heads = services.heads(&[Stream::Agent(id), Stream::Queue(app.queue().id)]).await.unwrap();
        // The place is missed last, after the conversation and its events were written.
        let refused = services.join(&agent.caller, second.id).await;
        assert!(matches!(refused, Err(Failure::Refused(Refusal::AtCapacity))), "{refused:?}");
        assert_eq!(services.chat(&agent.caller, second.id).await.unwrap(), before);
        assert_eq!(services.heads(&[Stream::Agent(id), Stream::Queue(app.queue().id)]).await.unwrap(), heads);
        services.note(&agent.caller, second.id, key(), "The next thing that is heard").await.unwrap();
        let event = loop {
            match ear.next().await {
                Item::Chat(_, event) => break event,
                // What the first join has told may still be under way; of the second chat nothing is.
                other => assert!(!format!("{other:?}").contains(&second.id.uuid().to_string()), "{other:?}"),
            }
        };
        assert_eq!(event.seq, before.head + 1, "nothing was told of what was not committed");
    }

    async fn m16_a_change_that_fails_half_way_is_no_change(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        let chat = app.starts(SITE, "Hello?").await;
        let (id, queue) = (agent.id, app.queue().id);
        let half = async move |tx: &mut Tx| {
            tx.set_capacity(id, 9).await?;
            tx.add_member(queue, id, 7).await?;
            Err::<(), _>(Failure::Forbidden)
        };
        // In the same group as what succeeds around it.
        let (before, failed, after) = tokio::join!(
            services.note(&agent.caller, chat.id, key(), "before"),
            services.database.write(half),
            services.note(&agent.caller, chat.id, key(), "after"),
        );
        before.unwrap();
        after.unwrap();
        assert!(matches!(failed, Err(Failure::Forbidden)));
        assert_eq!(app.eyes().number("select capacity from agent").await, 4);
        assert_eq!(app.eyes().number("select priority from queue_member").await, 0);
        assert_eq!(app.eyes().number("select count(*) from event where kind = 'note'").await, 2);
    }

    async fn m16_a_panic_is_only_its_callers_misfortune(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        let chat = app.starts(SITE, "Hello?").await;
        let id = agent.id;
        let broken = async move |tx: &mut Tx| {
            tx.set_capacity(id, 9).await?;
            assert_eq!(id.to_string(), "", "broken on purpose");
            Ok(())
        };
        let (broken, fine) = tokio::join!(services.database.write(broken), services.note(&agent.caller, chat.id, key(), "beside it"));
        assert!(broken.is_err());
        fine.unwrap();
        services.note(&agent.caller, chat.id, key(), "after it").await.unwrap();
        assert_eq!(app.eyes().number("select capacity from agent").await, 4);
    }
}
