//! The expected wait that a customer is told.

use crate::support::{Agent, SITE, TestApp, both};
use domain::{
    ids::InstanceId,
    presence::Wish,
    queue::{Distribution, Policy},
    time::Millis,
    wire::Closing,
};
use uuid::Uuid;

async fn expected(app: &TestApp, chat: &crate::support::Chat) -> Option<Millis> {
    app.services().customer_chat(&chat.customer).await.unwrap().expected
}

/// Answers chats, one every `gap`, and ends each.
async fn answers(app: &TestApp, agent: &Agent, count: usize, gap: Millis) {
    for _ in 0..count {
        let chat = app.starts(SITE, "Hello?").await;
        agent.joins(chat.id).await.unwrap();
        agent.ends(chat.id, Closing::NoTicket).await.unwrap();
        agent.leaves(chat.id).await.unwrap();
        app.pass(gap).await;
    }
}

both! {
    async fn it_is_said_from_what_the_last_hour_was_like(app: TestApp) {
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        let id = ana.id;
        app.services().database.write(async move |tx: &mut engine::database::Tx| tx.set_capacity(id, 1).await).await.unwrap();
        let early = app.starts(SITE, "First?").await;
        assert_eq!(expected(&app, &early).await, None, "nothing is known");
        ana.accepts(early.id).await;
        ana.ends(early.id, Closing::NoTicket).await.unwrap();
        ana.leaves(early.id).await.unwrap();
        answers(&app, &ana, 9, Millis::minutes(2)).await;
        let holds = app.starts(SITE, "Hold").await;
        ana.joins(holds.id).await.unwrap();
        // Eleven in eighteen minutes: nearly 100 seconds each.
        let mut waits = Vec::new();
        for n in 1..=3 {
            waits.push(app.starts(SITE, &n.to_string()).await);
            app.pass(Millis(10)).await;
        }
        let told = [expected(&app, &waits[0]).await, expected(&app, &waits[1]).await, expected(&app, &waits[2]).await];
        assert_eq!(told, [2, 4, 5].map(|minutes| Some(Millis::minutes(minutes))));
        app.pass(Millis::minutes(7)).await;
        assert_eq!(expected(&app, &waits[0]).await, Some(Millis::minutes(8)), "never less than it has taken already");
        ana.wants(Wish::NotReady(None)).await;
        assert_eq!(expected(&app, &waits[0]).await, None, "nobody is there");
    }

    async fn where_the_last_hour_says_nothing_the_week_before_does(app: TestApp) {
        let ana = app.agent("Ana").await;
        ana.comes_to_work().await;
        answers(&app, &ana, 6, Millis::minutes(5)).await;
        ana.closes_tab().await;
        app.advance(Millis::minutes(7 * 24 * 60 - 31));
        app.fires_all().await;
        let services = app.services();
        services.set_wish(&ana.caller, Wish::NotReady(None)).await.unwrap();
        services.lease(&ana.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        let chat = app.starts(SITE, "A week later").await;
        assert_eq!(expected(&app, &chat).await, None, "nobody is ready");
        app.set_policy(app.queue().id, Policy { distribution: Distribution::Announce, ..Policy::default() }).await;
        services.set_wish(&ana.caller, Wish::Ready).await.unwrap();
        assert_eq!(expected(&app, &chat).await, Some(Millis::minutes(10)), "six in an hour");
    }
}
