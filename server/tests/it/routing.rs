//! Who is served next, by how many, and what the counters say of it.

use crate::support::{Chat, SITE, TestApp, both};
use domain::{
    conversation::Refusal,
    ids::{AgentId, ConversationId, InstanceId},
    presence::{Shown, Wish},
    time::Millis,
    wire::Closing,
};
use engine::{database::Tx, failure::Failure};
use uuid::Uuid;

async fn set_capacity(app: &TestApp, agent: AgentId, capacity: i64) {
    app.services().database.write(async move |tx: &mut Tx| tx.set_capacity(agent, capacity).await).await.unwrap();
}

async fn start_in_turn(app: &TestApp, count: usize) -> Vec<Chat> {
    let mut chats = Vec::new();
    for n in 0..count {
        chats.push(app.starts(SITE, &format!("Number {n}")).await);
        app.advance(Millis(10));
    }
    chats
}

/// Which chat rings at this agent: the first one to do so.
async fn rings(app: &TestApp, agent: &crate::support::Agent) -> (ConversationId, domain::ids::OfferId) {
    app.until("an offer", &[app.queue().id], async || {
        let offers = app.services().snapshot(&agent.caller).await.unwrap().agent.offers;
        offers.first().map(|offer| (offer.card.conversation, offer.id))
    })
    .await
}

both! {
    async fn r08_first_in_first_out(app: TestApp) {
        let chats = start_in_turn(&app, 6).await;
        let agent = app.agent("Ana").await;
        set_capacity(&app, agent.id, 1).await;
        let services = app.services();
        services.lease(&agent.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        for chat in &chats {
            let (next, offer) = rings(&app, &agent).await;
            assert_eq!(next, chat.id, "in the order of their coming");
            services.accept(&agent.caller, offer).await.unwrap();
            services.end(&agent.caller, next, Closing::NoTicket).await.unwrap();
            services.leave(&agent.caller, next).await.unwrap();
        }
    }

    async fn the_customer_is_told_the_place_in_line(app: TestApp) {
        let chats = start_in_turn(&app, 3).await;
        let services = app.services();
        for (n, chat) in chats.iter().enumerate() {
            let shown = services.customer_chat(&chat.customer).await.unwrap();
            assert_eq!(shown.place, Some(u32::try_from(n).unwrap() + 1));
        }
        let last = app.customer_named("Lee");
        last.says("And me?").await;
        let place = |wanted: u32| {
            move |frames: &[(domain::live::WidgetHears, String)]| {
                let found = |frame: &domain::live::WidgetHears| {
                    matches!(frame, domain::live::WidgetHears::Pulse { pulse: domain::event::Pulse::Position { place, .. } } if *place == wanted)
                };
                frames.iter().any(|(frame, _)| found(frame)).then_some(())
            }
        };
        last.tab().until("fourth", place(4)).await;
        let agent = app.agent("Ana").await;
        services.join(&agent.caller, chats[0].id).await.unwrap();
        last.tab().until("third", place(3)).await;
    }

    async fn r03_cutting_capacity_only_stops_new_offers(app: TestApp) {
        let (agent, other) = (app.agent("Ana").await, app.agent("Ben").await);
        let (services, queue) = (app.services(), app.queue().id);
        let id = agent.id;
        services.database.write(async move |tx: &mut Tx| tx.add_member(queue, id, 5).await).await.unwrap();
        for one in [&agent, &other] {
            services.lease(&one.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        }
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        let mut held = Vec::new();
        for n in 0..3 {
            app.starts(SITE, &format!("Chat {n}")).await;
            let (chat, offer) = rings(&app, &agent).await;
            services.accept(&agent.caller, offer).await.unwrap();
            held.push(chat);
        }
        set_capacity(&app, agent.id, 1).await;
        services.set_wish(&other.caller, Wish::Ready).await.unwrap();
        for chat in held {
            // As long as the load has not come down, others are asked, and the list gives nothing either.
            let next = app.starts(SITE, "Next").await;
            assert_eq!(rings(&app, &other).await.0, next.id);
            let refused = services.join(&agent.caller, next.id).await;
            assert!(matches!(refused, Err(Failure::Refused(Refusal::AtCapacity))), "{refused:?}");
            let offer = rings(&app, &other).await.1;
            services.accept(&other.caller, offer).await.unwrap();
            services.end(&agent.caller, chat, Closing::NoTicket).await.unwrap();
            services.leave(&agent.caller, chat).await.unwrap();
        }
        let last = app.starts(SITE, "At last").await;
        assert_eq!(rings(&app, &agent).await.0, last.id);
    }

    async fn r13_what_is_shown_is_what_a_recount_gives(app: TestApp) {
        let agent = app.agent("Ana").await;
        let services = app.services();
        services.lease(&agent.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        let mut chats = Vec::new();
        for _ in 0..2 {
            app.starts(SITE, "Hello?").await;
            let (chat, offer) = rings(&app, &agent).await;
            services.accept(&agent.caller, offer).await.unwrap();
            chats.push(chat);
        }
        services.end(&agent.caller, chats[0], Closing::NoTicket).await.unwrap();
        app.starts(SITE, "Rings").await;
        rings(&app, &agent).await;
        let me = services.snapshot(&agent.caller).await.unwrap().agent.me;
        assert_eq!((me.load, me.ringing, me.wrapping_up, me.shown()), (3, 1, 1, Shown::Busy));
        let page = services.site_by_key(SITE).await.unwrap().unwrap();
        assert_eq!((page.waiting, page.ready), (1, 1), "who is rung for still waits");
        services.set_wish(&agent.caller, Wish::NotReady(Some("lunch".into()))).await.unwrap();
        let page = services.site_by_key(SITE).await.unwrap().unwrap();
        assert_eq!((page.waiting, page.ready), (1, 0));
        let me = services.snapshot(&agent.caller).await.unwrap().agent.me;
        assert_eq!((me.load, me.ringing, me.wrapping_up, me.shown()), (2, 0, 1, Shown::NotReady));
    }

    async fn r06_every_open_chat_stands_in_one_list(app: TestApp) {
        let (agent, services) = (app.agent("Ana").await, app.services());
        agent.opens_console().await;
        services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        let chats = start_in_turn(&app, 6).await;
        let queue = app.queue().id;
        agent.sees("four offers", |screen| (screen.agent.as_ref()?.offers.len() == 4).then_some(())).await;
        let offers = agent.screen().agent.unwrap().offers;
        services.accept(&agent.caller, offers[0].id).await.unwrap();
        services.accept(&agent.caller, offers[1].id).await.unwrap();
        services.end(&agent.caller, offers[1].card.conversation, Closing::NoTicket).await.unwrap();
        app.pass(Millis::seconds(61)).await;
        services.customer_ends(&chats[5].customer).await.unwrap();
        let cards = agent.sees("six cards", |screen| Some(screen.queues[&queue].cards.clone()).filter(|cards| cards[&chats[5].id].place.is_abandoned())).await;
        let listed: Vec<_> = chats.iter().map(|chat| cards.contains_key(&chat.id)).collect();
        assert_eq!(listed, [true; 6], "waiting, ringing, answered, in wrap-up and abandoned are all there");
        services.leave(&agent.caller, offers[1].card.conversation).await.unwrap();
        agent.sees("gone", |screen| (screen.queues[&queue].cards.len() == 5).then_some(())).await;
    }
}
trait Abandoned {
    fn is_abandoned(&self) -> bool;
}
impl Abandoned for domain::desk::Place {
    fn is_abandoned(&self) -> bool {
        matches!(self, domain::desk::Place::Abandoned { .. })
    }
}
