//! Queues that are closed, have nobody, or take too long.

use crate::support::{Chat, SITE, Screen, TestApp, both};
use domain::{
    desk::Place,
    event::{AbandonReason, ParkReason},
    hours::{Exception, Hours, Span},
    ids::{HoursId, QueueId},
    presence::Role,
    queue::{Distribution, MayEnd, Order, Overflow, Policy},
    settings::Skill,
    time::{Millis, Timestamp},
};
use engine::database::Tx;
use uuid::Uuid;

pub async fn place_of(app: &TestApp, chat: &Chat) -> Place {
    app.services().database.read().await.unwrap().find_conversation(chat.id).await.unwrap().unwrap().card.place
}

/// Waits until the chat stands where `is` says.
pub async fn stands(app: &TestApp, chat: &Chat, queues: &[QueueId], what: &str, is: impl Fn(&Place) -> bool) -> Place {
    app.until(what, queues, async || Some(place_of(app, chat).await).filter(|place| is(place))).await
}

fn span(from: &str, to: &str) -> Span {
    Span { from: Span::parse_minute(from).unwrap(), to: Span::parse_minute(to).unwrap() }
}

/// Weekdays from nine to five in Berlin; closed on Christmas Day.
fn office() -> Hours {
    let day = vec![span("9:00", "17:00")];
    Hours {
        name: "Office".into(),
        zone: "Europe/Berlin".into(),
        week: [day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()],
        exceptions: vec![Exception {
            date: "2027-12-24".parse().unwrap(),
            name: "Christmas Eve".into(),
            spans: vec![span("9:00", "12:00")],
        }],
    }
}

async fn keeps(app: &TestApp, hours: Hours, policy: Policy) {
    let id = HoursId::new(Uuid::new_v4());
    let now = app.now();
    app.services().database.write(async move |tx: &mut Tx| tx.save_hours(id, &hours, "Test", now).await).await.unwrap();
    app.set_policy(app.queue().id, Policy { hours: Some(id), ..policy }).await;
}

/// Moves the clock to a moment given in UTC.
fn goes_to(app: &TestApp, utc: Timestamp) {
    app.advance(utc - app.now());
}

/// Milliseconds of a moment in 2027 and after, in UTC.
fn utc(days_after_begin: i64, hour: i64, minute: i64) -> Timestamp {
    // Tests begin on Friday, 2027-01-15, at 8:00 in UTC.
    Timestamp(1_800_000_000_000 + ((days_after_begin * 24 + hour - 8) * 60 + minute) * 60_000)
}

both! {
    async fn e02_outside_office_hours_a_chat_is_parked_and_comes_back_when_they_open(app: TestApp) {
        let agent = app.agent("Ana").await;
        agent.comes_to_work().await;
        keeps(&app, office(), Policy::default()).await;
        // Friday, 17:00 in Berlin.
        goes_to(&app, utc(0, 16, 0));
        agent.opens_console().await;
        let customer = app.customer();
        let id = customer.says("Anybody?").await;
        let monday = utc(3, 8, 0);
        let told = customer.reads_chat().await.unwrap();
        assert_eq!((told.availability.open, told.availability.opens_at), (false, Some(monday)));
        assert_eq!(told.callback_from, Some(app.now()), "a callback is offered at once");
        assert!(told.end_right.is_given(app.now()), "C6: and the chat may be ended at once");
        let chat = Chat { id, customer: customer.caller().await, token: customer.token() };
        let parked = place_of(&app, &chat).await;
        assert!(matches!(parked, Place::Parked { why: ParkReason::OutsideHours, until: Some(until), .. } if until == monday), "{parked:?}");
        assert!(agent.screen().agent.unwrap().offers.is_empty());
        app.pass(Millis(25_000)).await;
        goes_to(&app, Timestamp(monday.0 - 1));
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::Parked { .. }));
        app.advance(Millis(1));
        agent.opens_console().await;
        customer.connects().await;
        stands(&app, &chat, &[app.queue().id], "an offer", |place| matches!(place, Place::Offered { .. })).await;
    }

    async fn e02_the_clocks_of_spring_and_autumn(app: TestApp) {
        app.agent("Ana").await;
        keeps(&app, office(), Policy::default()).await;
        // Saturday, 2027-03-27; clocks go forward on the 28th: Monday's nine o'clock is at 7:00 in UTC.
        goes_to(&app, utc(71, 12, 0));
        let spring = app.starts(SITE, "Spring?").await;
        let monday = utc(73, 7, 0);
        assert!(matches!(place_of(&app, &spring).await, Place::Parked { until: Some(until), .. } if until == monday));
        // Saturday, 2027-10-30; they go back on the 31st: it is at 8:00 again.
        goes_to(&app, utc(288, 12, 0));
        let autumn = app.starts(SITE, "Autumn?").await;
        let monday = utc(290, 8, 0);
        assert!(matches!(place_of(&app, &autumn).await, Place::Parked { until: Some(until), .. } if until == monday));
        // A half day: Friday, 2027-12-24, at noon.
        goes_to(&app, utc(343, 11, 0));
        let eve = app.starts(SITE, "Presents?").await;
        let monday = utc(346, 8, 0);
        assert!(matches!(place_of(&app, &eve).await, Place::Parked { until: Some(until), .. } if until == monday));
    }

    async fn e02_who_left_while_it_was_closed_is_a_work_item_when_it_opens(app: TestApp) {
        app.agent("Ana").await;
        keeps(&app, office(), Policy::default()).await;
        goes_to(&app, utc(0, 18, 0));
        let chat = app.starts(SITE, "Tomorrow then").await;
        app.advance(Millis::minutes(30));
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::Parked { .. }), "nobody is given up while nobody is there");
        app.stop().await;
        // The desk itself rests over the opening.
        app.advance(Millis::minutes(63 * 60));
        app.resume().await;
        let gone = |place: &Place| matches!(place, Place::Abandoned { reason: AbandonReason::Gone, .. });
        stands(&app, &chat, &[app.queue().id], "a work item", gone).await;
        assert_eq!(app.eyes().number("select count(*) from offer").await, 0, "nobody was rung for who had left");
    }

    async fn a_queue_without_members_parks_until_somebody_comes(app: TestApp) {
        let empty = app.add_empty_queue("Repairs", Policy::default()).await;
        app.add_site("repairs", empty.id).await;
        let chat = app.starts("repairs", "Broken").await;
        assert!(matches!(place_of(&app, &chat).await, Place::Parked { why: ParkReason::NoMembers, until: None, .. }));
        let agent = app.agent_of("Ana", &[empty.id], Role::Agent).await;
        app.services().hub.wake_router();
        stands(&app, &chat, &[empty.id], "the line", |place| matches!(place, Place::Waiting { .. })).await;
        agent.comes_to_work().await;
        stands(&app, &chat, &[empty.id], "an offer", |place| matches!(place, Place::Offered { .. })).await;
    }

    async fn what_waits_when_the_office_closes_is_parked_and_what_rings_may_be_taken(app: TestApp) {
        let agent = app.agent("Ana").await;
        keeps(&app, office(), Policy { accept_timeout: Millis::minutes(10), ..Policy::default() }).await;
        goes_to(&app, utc(3, 15, 58));
        agent.comes_to_work().await;
        app.services().set_wish(&agent.caller, domain::presence::Wish::NotReady(None)).await.unwrap();
        let waits = app.starts(SITE, "One").await;
        assert!(matches!(place_of(&app, &waits).await, Place::Waiting { .. }));
        app.pass(Millis::minutes(3)).await;
        stands(&app, &waits, &[app.queue().id], "parked", |place| matches!(place, Place::Parked { .. })).await;
        agent.joins(waits.id).await.unwrap();
        assert!(matches!(place_of(&app, &waits).await, Place::Active { .. }), "an agent may take it all the same");
    }

    async fn a_chat_that_waits_too_long_overflows_once_to_each_queue(app: TestApp) {
        let second = app.add_queue("Second line", Policy::default()).await;
        let first = app.queue().id;
        let to = |to| Policy { overflow: Some(Overflow { to, after: Millis::seconds(40) }), abandon_after: Millis::minutes(60), ..Policy::default() };
        app.set_policy(first, to(second.id)).await;
        app.set_policy(second.id, to(first)).await;
        let chat = app.starts(SITE, "Hello?").await;
        app.advance(Millis(39_999));
        app.fires_all().await;
        let queue_of = async || app.services().database.read().await.unwrap().find_conversation(chat.id).await.unwrap().unwrap().chat.queue;
        assert_eq!(queue_of().await, first);
        app.advance(Millis(1));
        app.fires_all().await;
        assert_eq!(queue_of().await, second.id);
        let card = app.services().database.read().await.unwrap().find_conversation(chat.id).await.unwrap().unwrap().card;
        assert_eq!((card.service.as_str(), card.enqueued_at), ("Second line service", Timestamp(app.now().0 - 40_000)), "B27: the wait goes on");
        app.advance(Millis::minutes(5));
        app.fires_all().await;
        assert_eq!(queue_of().await, second.id, "it does not go round in circles");
    }

    async fn skills_are_waited_for_and_then_not_insisted_on(app: TestApp) {
        let skill = Skill { id: domain::ids::SkillId::new(Uuid::new_v4()), name: "Brass".into(), language: None };
        let (row, id) = (skill.clone(), skill.id);
        app.services().database.write(async move |tx: &mut Tx| tx.save_skill(&row).await).await.unwrap();
        app.set_policy(app.queue().id, Policy { skills: vec![id], relax_skills_after: Some(Millis::seconds(50)), ..Policy::default() }).await;
        let (able, other) = (app.agent("Ana").await, app.agent("Ben").await);
        let who = able.id;
        app.services().database.write(async move |tx: &mut Tx| tx.set_skills(who, &[id]).await).await.unwrap();
        other.comes_to_work().await;
        let chat = app.customer();
        let id = chat.says("Is it brass?").await;
        app.pass(Millis::seconds(25)).await;
        assert!(other.screen().agent.unwrap().offers.is_empty(), "who cannot do it is not asked");
        app.pass(Millis::seconds(25)).await;
        app.services().hub.wake_router();
        other.is_offered(id).await;
        other.rejects(id).await;
        able.comes_to_work().await;
        able.is_offered(id).await;
    }

    async fn r08_a_line_that_nobody_can_take_hides_nobody(app: TestApp) {
        let skill = Skill { id: domain::ids::SkillId::new(Uuid::new_v4()), name: "Rare".into(), language: None };
        let (row, id) = (skill.clone(), skill.id);
        app.services().database.write(async move |tx: &mut Tx| tx.save_skill(&row).await).await.unwrap();
        let rare = app.add_queue("Rare", Policy { skills: vec![id], ..Policy::default() }).await;
        app.add_site("rare", rare.id).await;
        for _ in 0..80 {
            app.starts("rare", "I wait").await;
        }
        let agent = app.agent_of("Ana", &[app.queue().id, rare.id], Role::Agent).await;
        agent.comes_to_work().await;
        let chat = app.starts(SITE, "Me too").await;
        stands(&app, &chat, &[app.queue().id], "an offer", |place| matches!(place, Place::Offered { .. })).await;
    }

    async fn the_order_of_a_queue_and_its_ramp_up(app: TestApp) {
        app.set_policy(app.queue().id, Policy { order: Order::RoundRobin, ramp_up: Millis::seconds(20), ..Policy::default() }).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        let first = app.starts(SITE, "1").await;
        ana.accepts(first.id).await;
        ben.comes_to_work().await;
        let second = app.starts(SITE, "2").await;
        ben.accepts(second.id).await;
        let third = app.starts(SITE, "3").await;
        app.a_moment().await;
        assert!(matches!(place_of(&app, &third).await, Place::Waiting { .. }), "both got one a moment ago");
        app.pass(Millis::seconds(20)).await;
        app.services().hub.wake_router();
        stands(&app, &third, &[app.queue().id], "an offer", |place| matches!(place, Place::Offered { .. })).await;
    }

    async fn an_announced_chat_rings_at_nobody_and_the_first_one_has_it(app: TestApp) {
        app.set_policy(app.queue().id, Policy { distribution: Distribution::Announce, ..Policy::default() }).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        ben.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        let sees = |screen: &Screen| screen.queues.values().any(|queue| queue.cards.contains_key(&chat.id)).then_some(());
        ana.sees("the card", sees).await;
        ben.sees("the card", sees).await;
        app.a_moment().await;
        assert!(ana.screen().agent.unwrap().offers.is_empty() && ben.screen().agent.unwrap().offers.is_empty());
        let announced = domain::recorder::Decided::Announced;
        while !app.services().why_chat(&ana.caller, chat.id).await.unwrap().iter().any(|decision| decision.decided == announced) {
            app.a_moment().await;
        }
        let (one, two) = tokio::join!(ana.joins(chat.id), ben.joins(chat.id));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    }

    async fn the_last_agent_of_a_customer_is_asked_first(app: TestApp) {
        app.set_policy(app.queue().id, Policy { prefer_last_agent: true, may_end: MayEnd::Always, ..Policy::default() }).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ben.comes_to_work().await;
        let first = app.starts(SITE, "Once").await;
        ben.accepts(first.id).await;
        ana.comes_to_work().await;
        // Ben has a chat and Ana has none: without the rule it would be Ana.
        let again = app.starts(SITE, "Me again").await;
        ben.is_offered(again.id).await;
    }
}
