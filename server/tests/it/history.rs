//! Closed chats: whose they are to see, what they tell, page by page.

use crate::support::{Agent, SITE, TestApp, both, key};
use domain::{
    desk::{HistoryFilter, PastChat},
    ending::Outcome,
    presence::Role,
    queue::{MayEnd, Policy},
    time::Millis,
    wire::Closing,
};
use serde_json::json;

async fn history(agent: &Agent, filter: &HistoryFilter) -> Vec<PastChat> {
    agent.call("history.list", json!({ "filter": filter })).await.unwrap()
}

fn all() -> HistoryFilter {
    HistoryFilter::default()
}

/// Ben takes a chat of this site and closes it.
async fn closes_one(app: &TestApp, agent: &Agent, site: &str, text: &str) {
    let chat = app.starts(site, text).await;
    app.services().join(&agent.caller, chat.id).await.unwrap();
    app.services().end(&agent.caller, chat.id, Closing::NoTicket).await.unwrap();
    app.services().leave(&agent.caller, chat.id).await.unwrap();
}

both! {
    async fn d07_the_history_tells_who_answered_when_and_what_came_of_it(app: TestApp) {
        app.set_policy(app.queue().id, Policy { may_end: MayEnd::Always, ..Policy::default() }).await;
        let (ana, customer) = (app.agent("Ana").await, app.customer_named("Quentin"));
        ana.comes_to_work().await;
        let chat = customer.says("The lamp flickers").await;
        ana.is_offered(chat).await;
        app.pass(Millis::seconds(12)).await;
        ana.accepts(chat).await;
        assert_eq!(history(&ana, &all()).await, [], "nothing open stands in the history");
        ana.ends(chat, Closing::NoTicket).await.unwrap();
        ana.leaves(chat).await.unwrap();
        let left = app.starts(SITE, "Nobody there?").await;
        app.services().customer_ends(&left.customer).await.unwrap();
        app.pass(Millis::seconds(1)).await;
        ana.ends_abandoned(left.id, key(), "Called back, solved").await.unwrap();
        let found = history(&ana, &all()).await;
        assert_eq!(found.iter().map(|past| past.card.conversation).collect::<Vec<_>>(), [left.id, chat], "newest first");
        assert_eq!((found[0].outcome, found[0].note.as_deref(), &found[0].agent, found[0].waited), (Outcome::FollowedUp, Some("Called back, solved"), &None, None));
        let (past, agent) = (&found[1], found[1].agent.clone().unwrap());
        assert_eq!((past.outcome, agent.name.as_str(), past.waited, past.note.as_deref()), (Outcome::Unsolved, "Ana", Some(Millis::seconds(12)), None));
        assert_eq!(past.card.words, "The lamp flickers");
    }

    async fn the_history_is_that_of_the_callers_queues(app: TestApp) {
        let returns = app.add_queue("Returns", Policy::default()).await;
        app.add_site("returns", returns.id).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent_of("Ben", &[returns.id], Role::Agent).await);
        let (chief, nobody) = (app.agent_of("Chief", &[], Role::Supervisor).await, app.agent_of("Nobody", &[], Role::Agent).await);
        closes_one(&app, &ana, SITE, "An order").await;
        closes_one(&app, &ben, "returns", "A return").await;
        let words = async |agent: &Agent, filter: HistoryFilter| {
            let mut words: Vec<_> = history(agent, &filter).await.into_iter().map(|past| past.card.words).collect();
            words.sort();
            words
        };
        assert_eq!(words(&ana, all()).await, ["An order"]);
        assert_eq!(words(&ben, all()).await, ["A return"]);
        assert_eq!(words(&chief, all()).await, ["A return", "An order"]);
        assert_eq!(words(&nobody, all()).await, Vec::<String>::new());
        let theirs = HistoryFilter { queue: Some(returns.id), ..all() };
        assert_eq!(words(&ana, theirs.clone()).await, Vec::<String>::new(), "a filter opens nothing");
        assert_eq!(words(&chief, theirs).await, ["A return"]);
        assert_eq!(words(&chief, HistoryFilter { agent: Some(ana.id), ..all() }).await, ["An order"]);
        assert_eq!(words(&chief, HistoryFilter { outcome: Some(Outcome::Solved), ..all() }).await, Vec::<String>::new());
        for (search, count) in [("ORDER", 1), ("priya@customer", 2), ("%", 0), ("nothing like it", 0)] {
            assert_eq!(words(&chief, HistoryFilter { search: search.into(), ..all() }).await.len(), count, "{search}");
        }
    }

    async fn no_chat_falls_between_two_pages(app: TestApp) {
        let ana = app.agent("Ana").await;
        for n in 0..56 {
            closes_one(&app, &ana, SITE, &format!("Number {n}")).await;
            if n % 3 == 0 {
                app.advance(Millis::seconds(1));
            }
        }
        let first = history(&ana, &all()).await;
        let second = history(&ana, &HistoryFilter { before: first.last().map(|past| past.closed_at), ..all() }).await;
        let mut words: Vec<_> = first.iter().chain(&second).map(|past| past.card.words.clone()).collect();
        words.sort();
        words.dedup();
        assert_eq!((words.len(), first.len() + second.len()), (56, 56));
        assert!((50..54).contains(&first.len()), "{}", first.len());
        assert!(first.windows(2).all(|pair| pair[0].closed_at >= pair[1].closed_at));
    }
}
