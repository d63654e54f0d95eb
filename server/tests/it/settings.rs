//! What is set in the app, and what it does to a desk at work.

use crate::{
    parking::{place_of, stands},
    support::{Agent, SITE, Screen, TestApp, both},
};
use domain::{
    desk::Place,
    hours::{Hours, Span},
    presence::{Reason, Role, Wish},
    queue::{Distribution, Overflow, Policy},
    settings::{AgentDraft, DeskSettings, Member, QueueDraft, Settings},
    time::Millis,
    wire::Problem,
};
use serde_json::json;

async fn admin(app: &TestApp) -> Agent {
    app.agent_of("Ada", &[], Role::Admin).await
}

async fn settings(by: &Agent) -> Settings {
    by.call("settings.read", json!({})).await.unwrap()
}

fn draft(name: &str) -> QueueDraft {
    QueueDraft { name: name.into(), service: name.into(), policy: Policy::default(), members: Vec::new() }
}

fn person(name: &str) -> AgentDraft {
    AgentDraft {
        name: name.into(),
        email: format!("{}@desk.example", name.to_lowercase()),
        role: Role::Agent,
        team: None,
        capacity: 4,
        queues: Vec::new(),
        skills: Vec::new(),
        disabled: false,
        password: Some("long enough a password".into()),
    }
}

fn wrong(field: &str, why: &str) -> Problem {
    Problem::Invalid { field: field.into(), why: why.into() }
}

both! {
    async fn a_queue_is_made_changed_and_put_away(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        assert_eq!(ana.call::<Settings>("settings.read", json!({})).await.err(), Some(Problem::Forbidden));
        let make = async |draft: QueueDraft| ada.call::<domain::ids::QueueId>("settings.save_queue", json!({ "id": null, "draft": draft })).await;
        assert_eq!(make(draft(" ")).await, Err(wrong("name", "problem.required")));
        assert_eq!(make(draft("Orders")).await, Err(wrong("name", "settings.problem.taken")));
        let short = Policy { accept_timeout: Millis(1), ..Policy::default() };
        assert_eq!(make(QueueDraft { policy: short, ..draft("Fast") }).await, Err(wrong("accept_timeout", "settings.problem.between")));
        let id = make(draft("Repairs")).await.unwrap();
        app.advance(Millis::seconds(1));
        let policy = Policy { ticket_required: true, overflow: Some(Overflow { to: app.queue().id, after: Millis::seconds(90) }), ..Policy::default() };
        let edited = QueueDraft { policy, members: vec![Member { agent: ana.id, priority: 3 }], ..draft("Repairs") };
        ada.call::<domain::ids::QueueId>("settings.save_queue", json!({ "id": id, "draft": edited })).await.unwrap();
        let all = settings(&ada).await;
        let stored = all.queues.iter().find(|queue| queue.id == id).unwrap();
        assert_eq!((&stored.draft, stored.changed.as_ref().map(|changed| changed.by.as_str())), (&edited, Some("Ada")));
        assert_eq!(all.changes[0].fields, ["members", "overflow", "ticket_required"].map(str::to_owned), "{:?}", all.changes[0]);
        let away = async |id, archived: bool| ada.call::<()>("settings.archive_queue", json!({ "id": id, "archived": archived })).await;
        assert_eq!(away(app.queue().id, true).await, Err(wrong("queue", "settings.problem.queue_used")));
        away(id, true).await.unwrap();
        assert!(settings(&ada).await.queues.iter().any(|queue| queue.id == id && queue.archived));
        away(id, false).await.unwrap();
    }

    async fn who_becomes_a_member_hears_the_queue_and_who_leaves_it_loses_it(app: TestApp) {
        let ada = admin(&app).await;
        let second = app.add_queue("Repairs", Policy { accept_timeout: Millis::minutes(10), ..Policy::default() }).await;
        app.add_site("repairs", second.id).await;
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let chat = app.starts("repairs", "Broken").await;
        let members = |members: Vec<Member>| {
            let draft = QueueDraft { members, policy: second.policy.clone(), name: second.name.clone(), service: second.service.clone() };
            json!({ "id": second.id, "draft": draft })
        };
        let save = async |body| ada.call::<domain::ids::QueueId>("settings.save_queue", body).await.unwrap();
        save(members(vec![Member { agent: ana.id, priority: 0 }])).await;
        let serves = |yes: bool| move |screen: &Screen| (screen.agent.as_ref()?.queues.contains(&second.id) == yes).then_some(());
        ana.sees("the queue", serves(true)).await;
        ana.is_offered(chat.id).await;
        save(members(Vec::new())).await;
        ana.hears_silence().await;
        ana.sees("the queue no more", serves(false)).await;
        stands(&app, &chat, &[second.id], "parked", |place| matches!(place, Place::Parked { .. })).await;
    }

    async fn consoles_that_are_open_learn_of_queues_that_are_made_changed_and_put_away(app: TestApp) {
        let (ada, ana, chief) = (admin(&app).await, app.agent("Ana").await, app.agent_of("Sofia", &[], Role::Supervisor).await);
        ana.opens_console().await;
        chief.opens_console().await;
        let members = vec![Member { agent: ana.id, priority: 0 }];
        let draft = |name: &str, distribution| QueueDraft {
            name: name.into(),
            service: "Anything".into(),
            policy: Policy { distribution, ..Policy::default() },
            members: members.clone(),
        };
        let save = async |id: Option<domain::ids::QueueId>, draft: QueueDraft| {
            ada.call::<domain::ids::QueueId>("settings.save_queue", json!({ "id": id, "draft": draft })).await.unwrap()
        };
        let first = app.queue().id;
        save(Some(first), draft("Front desk", Distribution::Announce)).await;
        let changed = move |screen: &Screen| {
            let brief = &screen.queues.get(&first)?.brief;
            (brief.name == "Front desk" && brief.distribution == Distribution::Announce).then_some(())
        };
        ana.sees("the changed queue", changed).await;
        chief.sees("the changed queue", changed).await;
        let made = save(None, draft("Night desk", Distribution::Offer)).await;
        ana.sees("the new queue", move |screen| screen.agent.as_ref()?.member_of.contains(&made).then_some(())).await;
        let follows = |yes: bool| move |screen: &Screen| (screen.agent.as_ref()?.queues.contains(&made) == yes).then_some(());
        chief.sees("the new queue, which she does not serve", follows(true)).await;
        chief.sees("none of her own", |screen| screen.agent.as_ref()?.member_of.is_empty().then_some(())).await;
        ada.call::<()>("settings.archive_queue", json!({ "id": made, "archived": true })).await.unwrap();
        ana.sees("the queue no more", follows(false)).await;
        chief.sees("the queue no more", follows(false)).await;
    }

    async fn agents_are_made_by_admins_and_what_they_can_do_by_supervisors(app: TestApp) {
        let (ada, chief) = (admin(&app).await, app.agent_of("Sofia", &[], Role::Supervisor).await);
        let save = async |by: &Agent, id: Option<domain::ids::AgentId>, draft: &AgentDraft| {
            by.call::<domain::ids::AgentId>("settings.save_agent", json!({ "id": id, "draft": draft })).await
        };
        assert_eq!(save(&chief, None, &person("Nina")).await, Err(Problem::Forbidden));
        assert_eq!(save(&ada, None, &AgentDraft { password: None, ..person("Nina") }).await, Err(wrong("password", "problem.required")));
        let nina = save(&ada, None, &person("Nina")).await.unwrap();
        assert_eq!(save(&ada, None, &person("Nina")).await, Err(wrong("email", "settings.problem.taken")));
        let keeps = AgentDraft { password: None, ..person("Nina") };
        let able = AgentDraft { capacity: 2, queues: vec![(app.queue().id, 5)], team: Some("Night".into()), ..keeps.clone() };
        save(&chief, Some(nina), &able).await.unwrap();
        assert_eq!(save(&chief, Some(nina), &AgentDraft { role: Role::Admin, ..keeps.clone() }).await, Err(Problem::Forbidden));
        let own = AgentDraft { password: None, role: Role::Agent, ..person("Ada") };
        assert_eq!(save(&ada, Some(ada.id), &own).await, Err(wrong("role", "settings.problem.own_role")));
        let stored = settings(&ada).await.agents.into_iter().find(|agent| agent.id == nina).unwrap();
        assert_eq!((stored.draft.capacity, stored.draft.queues, stored.draft.team.as_deref()), (2, vec![(app.queue().id, 5)], Some("Night")));
    }

    async fn who_is_disabled_is_out_and_their_chats_go_on(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        ana.comes_to_work().await;
        let chat = app.starts(SITE, "Hello?").await;
        ana.accepts(chat.id).await;
        let out = AgentDraft { disabled: true, password: None, queues: vec![(app.queue().id, 0)], ..person("Ana") };
        ada.call::<domain::ids::AgentId>("settings.save_agent", json!({ "id": ana.id, "draft": out })).await.unwrap();
        assert!(matches!(place_of(&app, &chat).await, Place::Waiting { .. }), "to the front");
        assert_eq!(ana.call::<()>("state.set", json!({ "wish": Wish::Ready })).await, Err(Problem::SignedOut));
        let again = engine::services::SignIn { email: "ana@desk.example".into(), password: crate::support::PASSWORD.into(), address: None, user_agent: None };
        assert!(matches!(app.services().sign_in(again).await, Err(engine::failure::Failure::WrongCredentials)));
    }

    async fn cut_capacity_keeps_what_is_open_and_adds_nothing(app: TestApp) {
        let (ada, ana) = (admin(&app).await, app.agent("Ana").await);
        ana.comes_to_work().await;
        for n in 0..2 {
            let chat = app.starts(SITE, &format!("{n}")).await;
            ana.accepts(chat.id).await;
        }
        let cut = AgentDraft { capacity: 1, password: None, queues: vec![(app.queue().id, 0)], ..person("Ana") };
        ada.call::<domain::ids::AgentId>("settings.save_agent", json!({ "id": ana.id, "draft": cut })).await.unwrap();
        let third = app.starts(SITE, "3").await;
        app.a_moment().await;
        assert!(matches!(place_of(&app, &third).await, Place::Waiting { .. }));
        assert_eq!(ana.screen().agent.unwrap().me.load, 2);
    }

    async fn hours_skills_reasons_and_the_desk(app: TestApp) {
        let ada = admin(&app).await;
        let hours = Hours { name: "Office".into(), zone: "Europe/Atlantis".into(), week: std::array::from_fn(|_| vec![Span { from: 540, to: 1020 }]), exceptions: Vec::new() };
        let save = async |hours: &Hours| ada.call::<domain::ids::HoursId>("settings.save_hours", json!({ "id": null, "hours": hours })).await;
        assert_eq!(save(&hours).await, Err(wrong("zone", "settings.problem.zone")));
        let id = save(&Hours { zone: "Europe/Berlin".into(), ..hours.clone() }).await.unwrap();
        app.set_policy(app.queue().id, Policy { hours: Some(id), ..Policy::default() }).await;
        assert_eq!(ada.call::<()>("settings.remove_hours", json!({ "id": id })).await, Err(wrong("hours", "settings.problem.hours_used")));
        let skill = |name: &str, language: &str| json!({ "id": null, "name": name, "language": language });
        let german: domain::settings::Skill = ada.call("settings.save_skill", skill("German", "de-AT")).await.unwrap();
        assert_eq!(german.language.as_deref(), Some("de"));
        assert_eq!(ada.call::<domain::settings::Skill>("settings.save_skill", skill("Deutsch", "de")).await.err(), Some(wrong("language", "settings.problem.taken")));
        let mut reasons = settings(&ada).await.reasons;
        reasons.push(Reason { key: String::new(), name: "Stocktaking".into(), team: Some("Night".into()) });
        let stored: Vec<Reason> = ada.call("settings.save_reasons", json!({ "reasons": reasons })).await.unwrap();
        assert_eq!(stored.last().map(|reason| reason.key.as_str()), Some("stocktaking"));
        let ana = app.agent("Ana").await;
        let taking = app.services().set_wish(&ana.caller, Wish::NotReady(Some("stocktaking".into()))).await;
        assert!(taking.is_err(), "it is for another team");
        let desk = DeskSettings { capacity: 0, ..DeskSettings::default() };
        assert_eq!(ada.call::<()>("settings.save_desk", json!({ "settings": desk })).await, Err(wrong("capacity", "settings.problem.between")));
        let zones = settings(&ada).await.zones;
        assert!(zones.iter().any(|zone| zone == "Europe/Berlin") && zones.len() > 300);
    }

    async fn f39_settings_change_while_chats_come_and_go(app: TestApp) {
        let (ada, ana, ben) = (admin(&app).await, app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        ben.comes_to_work().await;
        let queue = app.queue().clone();
        let services = app.services();
        let churn = async {
            for n in 0..30_i64 {
                let members = [Some(&ana), (n % 2 == 0).then_some(&ben)].into_iter().flatten().map(|agent| Member { agent: agent.id, priority: n % 3 });
                let policy = Policy { order: domain::queue::Order::ALL[(n % 3) as usize], accept_timeout: Millis::seconds(5 + n), ..Policy::default() };
                let draft = QueueDraft { name: queue.name.clone(), service: queue.service.clone(), policy, members: members.collect() };
                services.save_queue(&ada.caller, Some(queue.id), draft).await.unwrap();
                let cut = AgentDraft { capacity: 1 + n % 4, password: None, queues: vec![(queue.id, 0)], ..person("Ana") };
                services.save_agent(&ada.caller, Some(ana.id), cut).await.unwrap();
            }
        };
        let arrivals = async {
            let mut chats = Vec::new();
            for n in 0..12 {
                chats.push(app.starts(SITE, &format!("{n}")).await);
                app.a_moment().await;
            }
            chats
        };
        let ((), chats) = tokio::join!(churn, arrivals);
        for chat in chats {
            let place = place_of(&app, &chat).await;
            assert!(matches!(place, Place::Waiting { .. } | Place::Offered { .. }), "{place:?}");
        }
    }
}
