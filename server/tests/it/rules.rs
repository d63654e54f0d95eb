//! Rules that are changed while chats wait, and rules that meet: nothing waits for what is not so any more.

use crate::{
    parking::{place_of, stands},
    support::{Agent, SITE, TestApp, both, start_of},
};
use domain::{
    desk::Place,
    ids::{QueueId, SkillId},
    presence::{Role, Wish},
    queue::{Distribution, Inactivity, MayEnd, Overflow, Policy},
    settings::{AgentDraft, Member, QueueDraft, Skill},
    state::{ChatState, Content},
    time::Millis,
    wire::Closing,
};
use engine::{database::Tx, failure::Failure};
use futures_util::future::join;
use uuid::Uuid;

async fn admin(app: &TestApp) -> Agent {
    app.agent_of("Ada", &[], Role::Admin).await
}

fn is_offered(place: &Place) -> bool {
    matches!(place, Place::Offered { .. })
}

/// Saves the first queue with this policy and these members, as its form would.
async fn saves(app: &TestApp, by: &Agent, policy: Policy, members: &[&Agent]) {
    let members = members.iter().map(|agent| Member { agent: agent.id, priority: 0 }).collect();
    let draft = QueueDraft { name: app.queue().name.clone(), service: app.queue().service.clone(), policy, members };
    app.services().save_queue(&by.caller, Some(app.queue().id), draft).await.unwrap();
}

async fn queue_of(app: &TestApp, chat: domain::ids::ConversationId) -> QueueId {
    app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap().chat.queue
}

async fn new_skill(app: &TestApp) -> SkillId {
    let skill = Skill { id: SkillId::new(Uuid::new_v4()), name: "Brass".into(), language: None };
    let row = skill.clone();
    app.services().database.write(async move |tx: &mut Tx| tx.save_skill(&row).await).await.unwrap();
    skill.id
}

both! {
    async fn a_skill_that_an_admin_gives_lets_a_chat_go_at_once(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        let skill = new_skill(&app).await;
        saves(&app, &ada, Policy { skills: vec![skill], ..Policy::default() }, &[&ana]).await;
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Is it brass?").await;
        // The router has looked at it, found nobody, and rests.
        for _ in 0..3 {
            app.services().hub.wake_router();
            app.a_moment().await;
        }
        assert!(matches!(place_of(&app, &chat).await, Place::Waiting { .. }));
        let draft = AgentDraft {
            name: "Ana".into(),
            email: "ana@desk.example".into(),
            role: Role::Agent,
            team: None,
            capacity: 4,
            queues: vec![(app.queue().id, 0)],
            skills: vec![skill],
            disabled: false,
            password: None,
        };
        app.services().save_agent(&ada.caller, Some(ana.id), draft).await.unwrap();
        stands(&app, &chat, &[app.queue().id], "an offer", is_offered).await;
    }

    async fn a_queue_that_announced_and_now_offers_rings(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        saves(&app, &ada, Policy { distribution: Distribution::Announce, ..Policy::default() }, &[&ana]).await;
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        for _ in 0..3 {
            app.services().hub.wake_router();
            app.a_moment().await;
        }
        assert!(matches!(place_of(&app, &chat).await, Place::Waiting { .. }));
        saves(&app, &ada, Policy::default(), &[&ana]).await;
        stands(&app, &chat, &[app.queue().id], "an offer", is_offered).await;
    }

    async fn a19_an_offer_that_passes_rings_elsewhere_also_where_nobody_becomes_not_ready(app: TestApp) {
        let policy = Policy { missed_makes_not_ready: false, reject_cooldown: Millis::seconds(60), ..Policy::default() };
        app.set_policy(app.queue().id, policy).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        let customer = app.customer();
        let id = customer.says("Hello?").await;
        ana.is_offered(id).await;
        ben.comes_to_work().await;
        app.pass(Millis(30_500)).await;
        ben.is_offered(id).await;
        assert_eq!(ana.screen().agent.unwrap().me.wish, Wish::Ready, "the queue makes nobody Not ready");
        app.pass(Millis(25_000)).await;
        ben.rejects(id).await;
        app.a_moment().await;
        assert!(ana.screen().agent.unwrap().offers.is_empty(), "it rang at Ana less than a minute ago");
        app.pass(Millis(35_000)).await;
        ana.is_offered(id).await;
    }

    async fn what_cannot_go_on_to_a_queue_without_people_stays_where_they_are(app: TestApp) {
        let empty = app.add_empty_queue("Second line", Policy::default()).await;
        let rule = Overflow { to: empty.id, after: Millis::seconds(40) };
        app.set_policy(app.queue().id, Policy { overflow: Some(rule), abandon_after: Millis::minutes(60), ..Policy::default() }).await;
        app.agent("Ana").await;
        let chat = app.starts(SITE, "Hello?").await;
        app.advance(Millis::seconds(40));
        app.fires_all().await;
        assert_eq!(queue_of(&app, chat.id).await, app.queue().id);
        app.agent_of("Ben", &[empty.id], Role::Agent).await;
        app.advance(Millis::seconds(60));
        app.fires_all().await;
        assert_eq!(queue_of(&app, chat.id).await, empty.id, "tried again a minute later");
    }

    async fn a_chat_that_came_back_from_its_agent_goes_on_to_the_next_queue_too(app: TestApp) {
        let second = app.add_queue("Second line", Policy::default()).await;
        let rule = Overflow { to: second.id, after: Millis::minutes(2) };
        app.set_policy(app.queue().id, Policy { overflow: Some(rule), abandon_after: Millis::minutes(60), ..Policy::default() }).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        ana.accepts(chat.id).await;
        app.pass(Millis::minutes(2)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::Active { .. }), "who is answered goes nowhere");
        ana.vanishes();
        app.advance(Millis::minutes(3));
        app.fires_all().await;
        stands(&app, &chat, &[app.queue().id], "the line", |place| matches!(place, Place::Waiting { .. })).await;
        app.advance(Millis::minutes(2));
        app.fires_all().await;
        assert_eq!(queue_of(&app, chat.id).await, second.id);
    }

    async fn r08_what_waited_before_the_clock_jumped_is_served_in_its_order(app: TestApp) {
        app.set_policy(app.queue().id, Policy { abandon_after: Millis::minutes(60 * 48), ..Policy::default() }).await;
        let first = app.customer_named("First");
        let one = first.says("1").await;
        app.advance(Millis::minutes(60));
        let second = app.customer_named("Second");
        let two = second.says("2").await;
        app.advance(Millis::minutes(60 * 24));
        let ana = app.agent("Ana").await;
        let id = ana.id;
        app.services().database.write(async move |tx: &mut Tx| tx.set_capacity(id, 1).await).await.unwrap();
        ana.comes_to_work().await;
        ana.is_offered(one).await;
        let place = app.services().database.read().await.unwrap().find_conversation(two).await.unwrap().unwrap().card.place;
        assert!(matches!(place, Place::Waiting { .. }), "{place:?}");
    }

    async fn e3_with_one_chat_at_a_time_nobody_begins_a_second_one(app: TestApp) {
        app.set_policy(app.queue().id, Policy { one_chat: true, may_end: MayEnd::Always, ..Policy::default() }).await;
        let begins = async |email: &str| app.services().start_chat(start_of(SITE, email, "Hello?")).await.map(|started| started.token);
        let is_told = |answer: Result<String, Failure>| matches!(answer, Err(Failure::Invalid { field: "email", why: "problem.one_chat" }));
        // Two at the same moment: one of them has the chat.
        let (one, other) = join(begins("Mara@customer.example"), begins("mara@customer.example")).await;
        let token = match (one, other) {
            (Ok(token), refused) | (refused, Ok(token)) => {
                assert!(is_told(refused));
                token
            }
            (one, other) => panic!("{one:?} and {other:?}"),
        };
        assert!(begins("tom@customer.example").await.is_ok(), "somebody else is not meant");
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let customer = app.services().customer_by_token(&token).await.unwrap().unwrap();
        let chat = app.services().customer_chat(&customer).await.unwrap().conversation;
        ana.accepts(chat).await;
        assert!(is_told(begins("mara@customer.example").await), "a chat that is answered is open, too");
        app.services().customer_ends(&customer).await.unwrap();
        begins("mara@customer.example").await.unwrap();
    }

    async fn e3_without_the_rule_a_customer_may_have_many_chats(app: TestApp) {
        let (one, two) = (app.starts(SITE, "One").await, app.starts(SITE, "Two").await);
        assert_ne!(one.id, two.id);
    }

    async fn an_overflow_that_an_admin_sets_is_for_those_who_wait_already(app: TestApp) {
        let second = app.add_queue("Second line", Policy::default()).await;
        let patient = Policy { abandon_after: Millis::minutes(60), ..Policy::default() };
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        saves(&app, &ada, patient.clone(), &[&ana]).await;
        let chat = app.starts(SITE, "Hello?").await;
        app.advance(Millis::seconds(20));
        let rule = Overflow { to: second.id, after: Millis::seconds(40) };
        saves(&app, &ada, Policy { overflow: Some(rule), ..patient.clone() }, &[&ana]).await;
        app.advance(Millis::seconds(39));
        app.fires_all().await;
        assert_eq!(queue_of(&app, chat.id).await, app.queue().id, "its time begins with the rule");
        app.advance(Millis::seconds(1));
        app.fires_all().await;
        assert_eq!(queue_of(&app, chat.id).await, second.id);
        // And one that is taken away holds for nobody.
        let late = app.starts(SITE, "Hello, too?").await;
        saves(&app, &ada, patient, &[&ana]).await;
        app.advance(Millis::seconds(50));
        app.fires_all().await;
        assert_eq!(queue_of(&app, late.id).await, app.queue().id);
    }

    async fn e06_a_rule_of_silence_that_an_admin_sets_is_for_open_chats(app: TestApp) {
        let (ada, ana, customer) = (admin(&app).await, app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        ana.accepts(chat).await;
        ana.says(chat, "Hi. What is it about?").await;
        let quiet = Inactivity { warn_after: Millis::minutes(5), close_after: Millis::minutes(10) };
        saves(&app, &ada, Policy { inactivity: Some(quiet), ..Policy::default() }, &[&ana]).await;
        app.pass(Millis::minutes(5)).await;
        app.fires_all().await;
        let warned = |state: &ChatState| state.entries.iter().any(|entry| matches!(entry.content, Content::InactivityWarned { .. })).then_some(());
        customer.sees("the question", warned).await;
    }

    async fn a_limit_of_wrap_up_that_an_admin_sets_is_for_ended_chats(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        ana.accepts(chat.id).await;
        ana.ends(chat.id, Closing::NoTicket).await.unwrap();
        let limit = Some(Millis::seconds(30));
        saves(&app, &ada, Policy { wrap_up_limit: limit, ..Policy::default() }, &[&ana]).await;
        app.pass(Millis::seconds(30)).await;
        app.fires_all().await;
        assert!(matches!(place_of(&app, &chat).await, Place::Closed { .. }));
    }

    async fn r02_the_place_that_a_handed_over_chat_leaves_is_filled_at_once(app: TestApp) {
        let elsewhere = app.add_empty_queue("Elsewhere", Policy::default()).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent_of("Ben", &[elsewhere.id], Role::Agent).await);
        let id = ana.id;
        app.services().database.write(async move |tx: &mut Tx| tx.set_capacity(id, 1).await).await.unwrap();
        ana.comes_to_work().await;
        ben.comes_to_work().await;
        let first = app.starts(SITE, "One").await;
        ana.accepts(first.id).await;
        let second = app.starts(SITE, "Two").await;
        // The router has found nobody for it, and rests.
        for _ in 0..3 {
            app.services().hub.wake_router();
            app.a_moment().await;
        }
        app.advance(Millis::seconds(1));
        // Ben has one place less, Ana one more: all places together are as many as before.
        ana.transfers(first.id, &ben, "").await.unwrap();
        ana.is_offered(second.id).await;
    }
}
