//! The flight recorder's answers: why a chat went there, why one got none, what would have happened.

use crate::support::{Agent, SITE, TestApp, both};
use domain::{
    hours::Date,
    ids::ConversationId,
    offer::OfferEnd,
    presence::{Role, Wish},
    queue::Policy,
    recorder::{AskReplay, Decided, Decision, WhyNone},
    routing::Skip,
    settings::Member,
    time::Millis,
    wire::{Closing, Problem},
};
use serde_json::json;

async fn why(by: &Agent, chat: ConversationId) -> Vec<Decision> {
    by.call("recorder.why_chat", json!({ "conversation": chat })).await.unwrap()
}

/// Waits until the record of a chat has it.
async fn told<T>(app: &TestApp, by: &Agent, chat: ConversationId, what: &str, look: impl Fn(&Decision) -> Option<T>) -> T {
    let find = async || why(by, chat).await.iter().find_map(&look);
    let wait = async {
        loop {
            if let Some(found) = find().await {
                return found;
            }
            app.services().hub.wake_router();
            app.a_moment().await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited for {what}"))
}

fn skip_of(decision: &Decision, agent: &Agent) -> Option<Option<Skip>> {
    decision.considered.iter().find(|one| one.candidate.id == agent.id).map(|one| one.skip)
}

both! {
    async fn a_chat_s_way_is_told_with_who_was_passed_over_and_why(app: TestApp) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        let chat = app.starts(SITE, "Hello?").await;
        ana.opens_console().await;
        let seen = told(&app, &ana, chat.id, "nobody", |one| (one.decided == Decided::Nobody).then(|| skip_of(one, &ana)).flatten()).await;
        assert_eq!(seen, Some(Skip::NotReady));
        ana.is_ready().await;
        ana.rejects(chat.id).await;
        app.pass(Millis::seconds(1)).await;
        ben.comes_to_work().await;
        ben.accepts(chat.id).await;
        let all = why(&ana, chat.id).await;
        let offers: Vec<_> = all
            .iter()
            .filter_map(|one| match &one.decided {
                Decided::Offered { agent, end, .. } => Some((agent.name.as_str(), *end)),
                _ => None,
            })
            .collect();
        assert_eq!(offers, [("Ana", Some(OfferEnd::Rejected)), ("Ben", Some(OfferEnd::Accepted))], "{all:?}");
        let to_ben = all.iter().rfind(|one| matches!(one.decided, Decided::Offered { .. })).unwrap();
        assert_eq!((skip_of(to_ben, &ben), skip_of(to_ben, &ana)), (Some(None), Some(Some(Skip::NotReady))), "she became Not ready");
        assert!(all.is_sorted_by_key(|one| one.at));
        assert!(!all.iter().any(|one| matches!(one.decided, Decided::Joined { .. })), "the offer's end tells it");
    }

    async fn equal_looks_are_stored_once_also_over_a_restart(app: TestApp) {
        let ana = app.agent("Ana").await;
        let chat = app.starts(SITE, "Hello?").await;
        told(&app, &ana, chat.id, "nobody", |one| (one.decided == Decided::Nobody).then_some(())).await;
        for _ in 0..5 {
            app.advance(Millis::seconds(5));
            app.services().hub.wake_router();
            app.a_moment().await;
        }
        app.restart().await;
        let next = app.starts(SITE, "Me too").await;
        told(&app, &ana, next.id, "nobody", |one| (one.decided == Decided::Nobody).then_some(())).await;
        assert_eq!(app.eyes().number("select count(distinct conversation) from decision").await, 2);
        let of_first = why(&ana, chat.id).await.into_iter().filter(|one| one.decided == Decided::Nobody).count();
        assert_eq!(of_first, 1, "seen before the restart, and no different after it");
    }

    async fn who_may_not_read_a_chat_is_not_told_where_it_went(app: TestApp) {
        let stranger = app.agent_of("Zoe", &[], Role::Agent).await;
        let chat = app.starts(SITE, "Hello?").await;
        let answer = stranger.call::<Vec<Decision>>("recorder.why_chat", json!({ "conversation": chat.id })).await;
        assert_eq!(answer, Err(Problem::NotFound));
        let customer = app.services().why_chat(&chat.customer, chat.id).await;
        assert!(customer.is_err(), "nor is the customer");
    }

    async fn why_one_got_none_is_told_to_oneself_and_to_supervisors(app: TestApp) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        let first = app.starts(SITE, "Hello?").await;
        ana.accepts(first.id).await;
        ben.opens_console().await;
        let second = app.starts(SITE, "Me too").await;
        ana.accepts(second.id).await;
        let none = async |by: &Agent| by.call::<WhyNone>("recorder.why_none", json!({ "agent": ben.id })).await;
        let own = none(&ben).await.unwrap();
        assert_eq!((own.now, own.queues.clone()), (Some(Skip::NotReady), vec![app.queue().name.clone()]));
        let missed: Vec<_> = own.misses.iter().map(|miss| (miss.conversation, miss.skip, miss.chosen.as_ref().map(|who| who.id))).collect();
        assert!(missed.contains(&(second.id, Some(Skip::NotReady), Some(ana.id))), "{missed:?}");
        assert_eq!(none(&ana).await.err(), Some(Problem::Forbidden));
        let sue = app.agent_of("Sue", &[], Role::Supervisor).await;
        assert_eq!(none(&sue).await.unwrap().misses, own.misses);
        ben.wants(Wish::Ready).await;
        assert_eq!(none(&ben).await.unwrap().now, None);
    }

    async fn a_day_is_played_again_with_other_members_and_changes_nothing(app: TestApp) {
        let sue = app.agent_of("Sue", &[], Role::Supervisor).await;
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        let mut chats = Vec::new();
        for n in 0..3 {
            let chat = app.starts(SITE, &format!("Number {n}")).await;
            ana.accepts(chat.id).await;
            app.pass(Millis::seconds(25)).await;
            chats.push(chat.id);
        }
        ana.ends(chats[0], Closing::NoTicket).await.unwrap();
        ben.comes_to_work().await;
        let last = app.starts(SITE, "Last").await;
        ben.accepts(last.id).await;
        app.pass(Millis::seconds(1)).await;
        let day = Date(app.now().0.div_euclid(86_400_000));
        let member = |agent: &Agent| Member { agent: agent.id, priority: 0 };
        let ask = |members: Vec<Member>| AskReplay { queue: app.queue().id, policy: Policy::default(), members, day, ahead_minutes: 0 };
        let play = async |members| app.services().replay(&sue.caller, ask(members)).await.unwrap();
        let before = app.eyes().number("select count(*) from event").await;
        let same = play(vec![member(&ana), member(&ben)]).await;
        let firsts: Vec<_> = same.rows.iter().map(|row| row.before.as_ref().map(|who| who.name.clone())).collect();
        assert_eq!(firsts, ["Ana", "Ana", "Ana", "Ben"].map(|name| Some(name.to_owned())));
        assert_eq!((same.chats, same.nobody, same.different), (4, 0, 0), "{same:?}");
        let alone = play(vec![member(&ana)]).await;
        assert_eq!((alone.different, alone.rows[3].after.as_ref().map(|who| who.id)), (1, Some(ana.id)), "{alone:?}");
        let nobody = play(Vec::new()).await;
        assert_eq!((nobody.nobody, nobody.wait_after), (4, None));
        assert_eq!(app.eyes().number("select count(*) from event").await, before);
        assert!(app.services().replay(&ana.caller, ask(Vec::new())).await.is_err(), "for supervisors");
    }
}
