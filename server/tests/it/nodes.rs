//! Several nodes on one database: what is committed on one is seen on all, and nothing rests on the hints between them.

use crate::support::{Half, PATIENCE, Proxy, SITE, Setup, TestApp, nats, nats_is_here, run};
use domain::{
    event::Pulse,
    ids::InstanceId,
    live::{ConsoleHears, WidgetHears, WidgetSays},
    message::Side,
    time::Millis,
};
use tokio::time::timeout;
use uuid::Uuid;

/// Two nodes in this process.
fn two<F: Future<Output = ()>>(story: impl FnOnce(TestApp, TestApp) -> F) {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a| {
        let b = a.further_node("second", nats()).await;
        story(a, b.clone()).await;
        b.stop().await;
    });
}

/// Waits for what no socket tells.
async fn until(what: &str, mut look: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !look().await {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("waited for {what}"));
}

async fn is_ready(app: &TestApp) -> bool {
    app.http().get(app.at("/readyz")).send().await.unwrap().status().is_success()
}

#[test]
fn a_chat_goes_on_over_two_nodes() {
    two(async |a, b| {
        let (customer, agent) = (a.customer(), b.agent("Ana").await);
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        customer.sees_agent("Ana").await;
        for n in 0..20 {
            agent.says(chat, &format!("from b {n}")).await;
            customer.says(&format!("from a {n}")).await;
        }
        customer.reads("from b 19").await;
        agent.reads(chat, "from a 19").await;
        assert_eq!(agent.screen().texts(chat).len(), 41);
        // The same agent in a tab on the other node.
        let tab = agent.on(&a).opens_tab(InstanceId::new(Uuid::new_v4()), &[]).await;
        tab.until("the chat in the other tab", |frames| {
            let mine = |frame: &ConsoleHears| matches!(frame, ConsoleHears::AgentSnapshot { state, .. } if state.mine.contains_key(&chat));
            frames.iter().any(|(frame, _)| mine(frame)).then_some(())
        })
        .await;
    });
}

#[test]
fn who_types_is_seen_on_the_other_node() {
    two(async |a, b| {
        let (customer, agent) = (a.customer(), b.agent("Ana").await);
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        // A pulse may be lost; whoever types goes on typing.
        let wait = async {
            let ear = b.ear(&[domain::live::Stream::ChatInternal(chat)]);
            loop {
                customer.tab().say(&WidgetSays::Typing);
                a.advance(Millis::seconds(1));
                if let engine::live::Item::Pulse(_, Pulse::Typing { by: Side::Customer, .. }) = ear.next().await {
                    return;
                }
            }
        };
        timeout(PATIENCE, wait).await.expect("typing travels");
        let typing = |frames: &[(ConsoleHears, String)]| {
            frames.iter().any(|(frame, _)| matches!(frame, ConsoleHears::Pulse { pulse: Pulse::Typing { .. }, .. })).then_some(())
        };
        agent.tab().until("typing", typing).await;
    });
}

#[test]
fn signing_out_on_one_node_closes_the_sockets_on_the_other() {
    two(async |a, b| {
        let agent = b.agent("Ana").await;
        agent.opens_console().await;
        a.services().sign_out(&agent.caller).await.unwrap();
        assert_eq!(agent.tab().is_closed().await, (1008, "signed out".to_owned()));

        let (customer, ben) = (a.customer(), b.agent("Ben").await);
        ben.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        ben.accepts(chat).await;
        ben.ends(chat, domain::wire::Closing::NoTicket).await.unwrap();
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        b.services().customer_leaves(&customer.caller().await).await.unwrap();
        assert_eq!(customer.tab().is_closed().await.0, 1008);
    });
}

/// S15: the hint was lost, and the next beat finds that the sign-in is over.
#[test]
fn a_lost_hint_of_a_sign_out_is_made_good_by_the_beat() {
    two(async |a, b| {
        let agent = b.agent("Ana").await;
        agent.opens_console().await;
        let deaf = a.open_services().await;
        deaf.sign_out(&agent.caller).await.unwrap();
        deaf.stop().await;
        b.advance(Millis::seconds(25));
        assert_eq!(agent.tab().is_closed().await, (1008, "signed out".to_owned()));
    });
}

/// P3: nothing cleans up after a node; its leases run out.
#[test]
fn p03_the_chats_of_a_killed_node_return() {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a| {
        let b = a.further_process("second").await;
        let (customer, ana, ben) = (a.customer(), b.agent("Ana").await, a.agent("Ben").await);
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        ana.accepts(chat).await;
        ana.says(chat, "Hi from the other node").await;
        customer.reads("Hi from the other node").await;
        ben.opens_console().await;
        b.dies().await;
        // Her browser does not come back: 45 seconds for the lease, 120 since she was seen for the chat, and some for the
        // time in which this clock stood still.
        a.pass(Millis::seconds(60)).await;
        ben.is_ready().await;
        assert!(matches!(customer.screen().phase, domain::state::Phase::Active { .. }));
        a.pass(Millis::seconds(90)).await;
        ben.accepts(chat).await;
        customer.sees_agent("Ben").await;
        assert_eq!(ben.screen().texts(chat), ["Hello?", "Hi from the other node"]);
    });
}

#[test]
fn while_hints_do_not_arrive_nothing_is_lost() {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a| {
        let server = nats().unwrap();
        let proxy = Proxy::to(server.rsplit(['/', '@']).next().unwrap().to_owned()).await;
        let b = a.further_node("second", Some(format!("nats://{}", proxy.address))).await;
        let (customer, agent) = (a.customer(), b.agent("Ana").await);
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        until("that b hears itself", async || b.services().bus.hears_itself() == Some(true)).await;
        proxy.hold();
        for n in 0..5 {
            agent.says(chat, &format!("held b {n}")).await;
            customer.says(&format!("held a {n}")).await;
        }
        // The clock stands still: no heartbeat helps, only the look once a second.
        agent.reads(chat, "held a 4").await;
        customer.reads("held b 4").await;
        until("that b knows", async || b.services().bus.hears_itself() == Some(false)).await;
        assert!(is_ready(&b).await && is_ready(&a).await, "slower, and ready");
        let second = a.customer_of("Ravi", SITE);
        let other = second.says("While it is held").await;
        agent.accepts(other).await;
        second.sees_agent("Ana").await;
        proxy.let_go();
        until("that b hears itself again", async || b.services().bus.hears_itself() == Some(true)).await;
        customer.says("after").await;
        agent.reads(chat, "after").await;
        agent.says(chat, "after that").await;
        customer.reads("after that").await;
        assert_eq!(agent.screen().texts(chat).len(), 13);
        let closed = |frames: &[(WidgetHears, String)]| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::Bye { .. }));
        assert!(!customer.tab().frames(closed), "no socket was closed for it");
        b.stop().await;
    });
}

/// The server itself is gone and comes back: a node finds it again by itself.
#[test]
fn a_cut_connection_is_made_again() {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a| {
        let server = nats().unwrap();
        let proxy = Proxy::to(server.rsplit(['/', '@']).next().unwrap().to_owned()).await;
        let b = a.further_node("second", Some(format!("nats://{}", proxy.address))).await;
        let (customer, agent) = (a.customer(), b.agent("Ana").await);
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        for n in 0..3 {
            proxy.cut();
            customer.says(&format!("cut {n}")).await;
            agent.reads(chat, &format!("cut {n}")).await;
            until("that b hears itself again", async || b.services().bus.hears_itself() == Some(true)).await;
        }
        b.stop().await;
    });
}

#[test]
fn nodes_that_could_not_hear_each_other_do_not_run_together() {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup { nats: None, ..Setup::among_others() }, async |a| {
        for sentence in [a.is_refused("late", None).await, a.complaint("late", None).await] {
            assert!(
                sentence.contains("another node, test, serves this desk.") && sentence.contains("DESKBELL_NATS_URL=nats://"),
                "{sentence}"
            );
        }
        let sentence = a.is_refused("late", nats()).await;
        assert!(sentence.contains("another node, test, serves this desk without NATS"), "{sentence}");
        let unreachable = a.complaint("late", Some("nats://127.0.0.1:1")).await;
        assert!(unreachable.contains("cannot reach the NATS server that nats_url names"), "{unreachable}");
        // Its own row from before is no other node.
        a.restart().await;
        assert!(!a.services().is_displaced());
    });
}

#[test]
fn the_place_of_a_crashed_node_runs_out() {
    if !nats_is_here() {
        return;
    }
    run(Half::Postgres, Setup::among_others(), async |a| {
        let b = a.further_process("second").await;
        b.dies().await;
        a.stop().await;
        let sentence = a.is_refused("third", None).await;
        assert!(sentence.contains("another node, second,"), "{sentence}");
        // Under its old name it may come back at once.
        let again = a.further_node("second", None).await;
        again.stop().await;
        let b = a.further_process("second").await;
        b.dies().await;
        a.advance(Millis::seconds(120));
        let third = a.further_node("third", None).await;
        third.stop().await;
        a.resume().await;
    });
}
