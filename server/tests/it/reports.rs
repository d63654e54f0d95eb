//! Reports: a day's story with a clock that is moved, and the exact numbers it gives.

use crate::support::{Agent, both};
use domain::{
    ids::ConversationId,
    presence::{Role, Wish},
    queue::Policy,
    report::{Drill, Length, Lines, Measure, Period, Query, Report},
    ticket::{Priority, TicketDraft},
    time::Millis,
    wire::{Closing, Problem},
};
use serde_json::json;

async fn report(boss: &Agent, query: &Query) -> Report {
    boss.call("reports.read", json!({ "query": query })).await.unwrap()
}

async fn list(boss: &Agent, query: &Query, measure: Measure) -> Lines {
    boss.call("reports.list", json!({ "query": query, "drill": Drill { measure, day: None } })).await.unwrap()
}

fn today() -> Query {
    Query { period: Period::Today, ..Query::default() }
}

fn draft() -> TicketDraft {
    TicketDraft {
        subject: "Dark".into(),
        description: String::new(),
        requester_name: "Priya".into(),
        requester_email: None,
        priority: Priority::Normal,
    }
}

/// Everything of the story that is looked at.
struct Day {
    boss: Agent,
    ana: Agent,
    ben: Agent,
    answered: ConversationId,
}

/// From 08:00 UTC on: one chat is missed by Ana, accepted by Ben after 40 s, handed back to the queue, taken from the list
/// by Ana and ended with a ticket; one customer leaves; one is rejected by Ben and still waits.
async fn a_day(app: &crate::support::TestApp) -> Day {
    let queue = app.queue().id;
    app.set_policy(queue, Policy { service_level: Millis::seconds(30), ..Policy::default() }).await;
    let boss = app.agent_of("=Mira", &[], Role::Supervisor).await;
    let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
    ana.comes_to_work().await;
    ben.opens_console().await;
    let priya = app.customer();
    let answered = priya.says("Hello?").await;
    let first = ana.is_offered(answered).await;
    app.pass(Millis(30_500)).await;
    app.fires_all().await;
    ana.hears_silence().await;
    assert!(ana.accept(first).await.is_err());
    ben.is_ready().await;
    ben.is_offered(answered).await;
    app.pass(Millis(9_500)).await;
    ben.accepts(answered).await;
    app.pass(Millis::seconds(5)).await;
    ben.says(answered, "Hi!").await;
    app.pass(Millis::seconds(55)).await;
    ben.wants(Wish::NotReady(Some("break".into()))).await;
    ben.call::<()>("chats.transfer_queue", json!({ "conversation": answered, "queue": queue, "note": "" })).await.unwrap();
    app.pass(Millis::seconds(20)).await;
    ana.joins(answered).await.unwrap();
    app.pass(Millis::seconds(100)).await;
    ana.ends(answered, Closing::Ticket { draft: draft() }).await.unwrap();
    app.pass(Millis::seconds(10)).await;
    ana.leaves(answered).await.unwrap();

    let gone = app.customer_named("Gone");
    gone.says("Anybody?").await;
    app.pass(Millis::seconds(90)).await;
    gone.ends().await.unwrap();

    let left = app.customer_named("=cmd()");
    let waiting = left.says("Still here").await;
    ben.is_ready().await;
    ben.rejects(waiting).await;
    Day { boss, ana, ben, answered }
}

both! {
    async fn a_days_numbers_are_exact(app: TestApp) {
        let Day { boss, ana, ben, .. } = a_day(&app).await;
        let whole = report(&boss, &today()).await;
        let of = |measure: Measure| whole.total.count(measure);
        let counts: Vec<_> = Measure::ALL.into_iter().map(of).collect();
        //                   chats answ time aband callb offer acc rej miss withdr parts taken in out tickets
        assert_eq!(counts, [3, 1, 0, 1, 0, 3, 1, 1, 1, 0, 2, 1, 1, 1, 1]);
        let length = |length: Length| whole.total.length(length).map(|summary| (summary.of, summary.average));
        let seconds = Millis::seconds;
        assert_eq!(length(Length::Wait), Some((1, seconds(40))));
        assert_eq!(length(Length::FirstReply), Some((1, seconds(45))));
        assert_eq!(length(Length::Reply), Some((1, seconds(5))));
        assert_eq!(length(Length::Handle), Some((2, seconds(80))), "60 s with Ben, 100 s with Ana");
        assert_eq!(length(Length::WrapUp), Some((1, seconds(10))));
        assert_eq!(whole.waits, [0, 0, 1, 0, 0, 0, 0]);

        let row = |who: &Agent| whole.by_agent.iter().find(|row| row.agent == who.id).unwrap().clone();
        let (first, second) = (row(&ana), row(&ben));
        let numbers = |row: &domain::report::AgentLine| {
            [Measure::Offered, Measure::Accepted, Measure::Missed, Measure::Rejected, Measure::Taken, Measure::Tickets].map(|m| row.numbers.count(m))
        };
        assert_eq!(numbers(&first), [1, 0, 1, 0, 1, 1]);
        assert_eq!(numbers(&second), [2, 1, 0, 1, 0, 0]);
        assert_eq!(first.times.ready, Millis(30_500), "until the missed offer");
        assert_eq!(first.times.not_ready["missed_offer"], Millis(9_500 + 60_000 + 20_000 + 100_000 + 10_000 + 90_000));
        assert_eq!(second.times.ready, Millis(69_500));
        assert_eq!(second.times.not_ready["break"], seconds(20 + 100 + 10 + 90));
        assert_eq!((first.times.with_customers, second.times.with_customers), (seconds(100), seconds(60)));
    }

    async fn every_number_is_its_list(app: TestApp) {
        let Day { boss, ana, ben, answered } = a_day(&app).await;
        let whole = report(&boss, &today()).await;
        for measure in Measure::ALL {
            let found = list(&boss, &today(), measure).await;
            assert_eq!((found.total as u64, found.lines.len()), (whole.total.count(measure), found.total), "{measure:?}");
            for agent in [&ana, &ben] {
                let query = Query { agent: Some(agent.id), ..today() };
                let row = whole.by_agent.iter().find(|row| row.agent == agent.id).unwrap();
                assert_eq!(list(&boss, &query, measure).await.total as u64, row.numbers.count(measure), "{measure:?} of {}", agent.name);
            }
            let query = Query { queue: Some(app.queue().id), ..today() };
            assert_eq!(list(&boss, &query, measure).await.total as u64, whole.by_queue[0].numbers.count(measure), "{measure:?}");
        }
        let missed = list(&boss, &today(), Measure::Missed).await;
        let line = &missed.lines[0];
        assert_eq!((line.fact.chat, line.fact.agent, line.customer.as_str(), line.words.as_str()), (answered, Some(ana.id), "Priya", "Hello?"));
    }

    async fn a_day_begins_where_the_reader_is(app: TestApp) {
        // 08:00 UTC is 23:00 of the day before in Midway, and 21:00 in Auckland: three hours later a day has begun in each.
        let boss = app.agent_of("Mira", &[], Role::Supervisor).await;
        app.starts("lamps", "before").await;
        app.advance(Millis::minutes(180));
        app.starts("lamps", "after").await;
        app.starts("lamps", "after").await;
        let chats = async |zone: &str, period: Period| {
            let query = Query { period, zone: Some(zone.into()), ..Query::default() };
            report(&boss, &query).await.total.count(Measure::Chats)
        };
        for zone in ["Pacific/Auckland", "Pacific/Midway"] {
            assert_eq!((chats(zone, Period::Yesterday).await, chats(zone, Period::Today).await), (1, 2), "{zone}");
        }
        assert_eq!((chats("UTC", Period::Yesterday).await, chats("UTC", Period::Today).await), (0, 3));
        let query = Query { period: Period::Week, zone: Some("Pacific/Auckland".into()), ..Query::default() };
        let days: Vec<_> = report(&boss, &query).await.by_day.iter().map(|row| row.numbers.count(Measure::Chats)).collect();
        assert_eq!(days, [0, 0, 0, 0, 0, 1, 2]);
        let refused = boss.call::<Report>("reports.read", json!({ "query": Query { zone: Some("Mars/Olympus".into()), ..today() } })).await;
        assert!(matches!(refused, Err(Problem::Invalid { field, .. }) if field == "zone"));
    }

    async fn files_are_tables_and_run_nothing(app: TestApp) {
        let Day { boss, .. } = a_day(&app).await;
        let (status, agents) = boss.gets("/exports/agents.csv?period=today").await;
        assert_eq!(status, 200);
        let lines: Vec<&str> = agents.strip_prefix('\u{feff}').expect("a mark").split("\r\n").collect();
        assert!(lines[0].starts_with("agent,answered,in_time,offered,accepted,rejected,missed,"), "{}", lines[0]);
        assert!(lines.iter().any(|line| line.starts_with("Ana,0,0,1,0,0,1,")), "{agents}");
        assert!(lines.iter().any(|line| line.starts_with("'=Mira,")), "{agents}");
        let (_, list) = boss.gets("/exports/list.csv?period=today&measure=chats").await;
        assert_eq!(list.matches("\r\n").count(), 4, "{list}");
        assert!(list.contains(",'=cmd(),Orders,"), "{list}");
        let (_, times) = boss.gets("/exports/times.csv?period=today").await;
        assert!(times.contains("not_ready_missed_offer_seconds") && times.contains("Ben,69,60,250,0,"), "{times}");
        for (path, status) in [("/exports/secrets.csv", 404), ("/exports/days", 404), ("/exports/list.csv?measure=x", 404), ("/exports/days.csv?zone=x", 422)] {
            assert_eq!(boss.gets(path).await.0, status, "{path}");
        }
    }

    async fn reports_are_for_supervisors(app: TestApp) {
        let ana = app.agent("Ana").await;
        assert_eq!(ana.call::<Report>("reports.read", json!({ "query": today() })).await, Err(Problem::Forbidden));
        let drill = Drill { measure: Measure::Chats, day: None };
        assert_eq!(ana.call::<Lines>("reports.list", json!({ "query": today(), "drill": drill })).await, Err(Problem::Forbidden));
        assert_eq!(ana.gets("/exports/agents.csv").await.0, 403);
        let nobody = app.http().get(app.at("/exports/agents.csv")).send().await.unwrap();
        assert_eq!(nobody.status(), 401);
    }
}
