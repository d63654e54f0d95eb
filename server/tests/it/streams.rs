//! Sockets: agreement, catching up from any cursor, heartbeats, fencing.

use crate::support::{Customer, both, key, shown};
use domain::{
    ids::{AgentId, Epoch, InstanceId},
    live::{ConsoleHears, ConsoleSays, Cursor, Stream, WidgetHears},
    state::{Applied, ChatState, Content},
    time::Millis,
};
use engine::services::Content as Caught;
use std::collections::HashMap;
use uuid::Uuid;

fn tab() -> InstanceId {
    InstanceId::new(Uuid::new_v4())
}

const FROM_THE_BEGINNING: Cursor = Cursor { epoch: None, seq: 0 };

/// What a widget that had `base` on its screen shows after coming back with its cursor.
async fn comes_back(customer: &Customer, epoch: Option<Epoch>, base: &ChatState) -> (ChatState, bool) {
    let tab = customer.opens_tab(tab(), Cursor { epoch, seq: base.head }).await;
    tab.until("caught up", |frames| frames.iter().any(|(frame, _)| matches!(frame, WidgetHears::CaughtUp { .. })).then_some(())).await;
    tab.frames(|frames| {
        let (mut state, mut whole) = (base.clone(), false);
        for (frame, _) in frames {
            match frame {
                WidgetHears::Snapshot { state: snapshot, .. } => (state, whole) = ((**snapshot).clone(), true),
                WidgetHears::Event { event } => assert_eq!(state.apply_public(event), Applied::Now, "no gap and nothing twice"),
                _ => {}
            }
        }
        (state, whole)
    })
}

fn messages(state: &ChatState) -> Vec<(u64, Uuid, String)> {
    let text = |content: &Content| match content {
        Content::Message { text, client, .. } => Some((client.0, text.clone())),
        _ => None,
    };
    state.entries.iter().filter_map(|entry| text(&entry.content).map(|(client, text)| (entry.pub_seq.unwrap(), client, text))).collect()
}

both! {
    async fn m04_all_screens_agree_and_m07_m08_show_what_is_stored_once(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        let tabs = [customer.opens_tab(tab(), FROM_THE_BEGINNING).await, customer.opens_tab(tab(), FROM_THE_BEGINNING).await];
        let both_write = async {
            tokio::join!(
                async { for n in 0..20 { customer.says(&format!("c{n}")).await; } },
                async { for n in 0..20 { agent.says(chat, &format!("a{n}")).await; agent.notes(chat, "between us").await; } },
            )
        };
        both_write.await;
        let stored = app.services().customer_chat(&customer.caller().await).await.unwrap().state;
        for tab in &tabs {
            let quiet = |state: &ChatState| (state.head == stored.head).then(|| state.clone());
            let state = tab.until("all", |frames| quiet(&shown(frames.iter().map(|(frame, _)| frame)))).await;
            assert_eq!(state, stored, "the screen is what is stored, each message once");
        }
        let seen = agent.sees("all", |screen| screen.chats.get(&chat).filter(|state| messages(state).len() == 41).cloned()).await;
        assert_eq!(messages(&seen), messages(&stored), "one order for both sides");
        let notes = seen.entries.iter().filter(|entry| matches!(entry.content, Content::Note { .. })).count();
        assert_eq!(notes, 20);
    }

    async fn m06_nothing_that_was_shown_vanishes_or_moves_by_coming_back(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        let epoch = customer.reads_chat().await.unwrap().epoch;
        let mut shown_before = vec![ChatState::default(), customer.reads_chat().await.unwrap().state];
        for round in 0..6 {
            agent.says(chat, &format!("a{round}")).await;
            agent.notes(chat, "hidden").await;
            customer.says(&format!("c{round}")).await;
            let stored = customer.reads_chat().await.unwrap().state;
            for base in &shown_before {
                let (state, whole) = comes_back(&customer, Some(epoch), base).await;
                assert!(!whole, "a known cursor gets what is missing, not everything");
                assert_eq!(state, stored);
                assert_eq!(state.entries[..base.entries.len()], base.entries[..], "what was there stands where it stood");
            }
            shown_before.push(stored);
        }
        let strange = Some(Epoch::new(Uuid::new_v4()));
        let (state, whole) = comes_back(&customer, strange, &shown_before[2]).await;
        assert!(whole, "another life of the numbering: everything anew");
        assert_eq!(&state, shown_before.last().unwrap());
    }

    async fn m06_a_gap_of_more_than_a_thousand_is_answered_by_a_snapshot(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        let epoch = customer.reads_chat().await.unwrap().epoch;
        let base = customer.reads_chat().await.unwrap().state;
        let (services, caller) = (app.services(), agent.caller.clone());
        let sends = (0..1_001).map(|n| services.send(&caller, chat, key(), if n % 2 == 0 { "even" } else { "odd" }, 0));
        for sent in futures_util::future::join_all(sends).await {
            sent.unwrap();
        }
        let (state, whole) = comes_back(&customer, Some(epoch), &base).await;
        assert!(whole);
        assert_eq!(state, customer.reads_chat().await.unwrap().state);
    }

    async fn m11_a_cursor_past_the_head_is_reset_and_counted(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        let before = app.metric("deskbell_cursor_ahead_total").await;
        let (services, caller) = (app.services(), customer.caller().await);
        let whole = services.customer_chat(&caller).await.unwrap();
        let ahead = Cursor { epoch: Some(whole.epoch), seq: whole.state.head + 5 };
        let caught = services.catch_up(&caller, Stream::ChatPublic(chat), ahead).await.unwrap();
        let Caught::PublicSnapshot(state) = caught.content else { panic!("reset: {caught:?}") };
        assert_eq!(state, whole.state);
        let ahead = Cursor { epoch: Some(whole.epoch), seq: 1_000_000 };
        for stream in [Stream::Agent(agent.id), Stream::Queue(app.queue().id), Stream::ChatInternal(chat)] {
            let caught = services.catch_up(&agent.caller, stream, ahead).await.unwrap();
            assert!(
                matches!(caught.content, Caught::AgentSnapshot(_) | Caught::QueueSnapshot(_) | Caught::ChatSnapshot(_)),
                "{stream}"
            );
        }
        assert!(app.metric("deskbell_cursor_ahead_total").await >= before + 4.0, "an alarm hangs on this number");
    }

    async fn silent_loss_is_found_by_the_heartbeat(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        // Another node writes, and no hint of it arrives here.
        let other = app.open_services().await;
        other.send(&agent.caller, chat, key(), "From elsewhere", 0).await.unwrap();
        other.note(&agent.caller, chat, key(), "A note from elsewhere").await.unwrap();
        other.stop().await;
        app.pass(Millis::seconds(25)).await;
        customer.reads("From elsewhere").await;
        agent.reads(chat, "A note from elsewhere").await;
    }

    async fn a_heartbeat_carries_the_heads(app: TestApp) {
        let agent = app.agent("Ana").await;
        agent.opens_console().await;
        app.pass(Millis::seconds(25)).await;
        let heads = |frames: &[(ConsoleHears, String)]| {
            frames.iter().find_map(|(frame, _)| match frame {
                ConsoleHears::Heartbeat { heads, .. } => Some(heads.clone()),
                _ => None,
            })
        };
        let heads: HashMap<Stream, u64> = agent.tab().until("a heartbeat", heads).await.into_iter().collect();
        assert!(heads.contains_key(&Stream::Agent(agent.id)) && heads.contains_key(&Stream::Queue(app.queue().id)), "{heads:?}");
    }

    async fn a_new_socket_of_the_same_tab_fences_the_old_one(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        let instance = tab();
        let old = agent.opens_tab(instance, &[]).await;
        let new = agent.opens_tab(instance, &[]).await;
        old.until("fenced", |frames| frames.iter().any(|(frame, _)| *frame == ConsoleHears::Fenced).then_some(())).await;
        assert_eq!(old.is_closed().await.0, 1000);
        new.say(&ConsoleSays::Ping);
        new.until("an answer", |frames| frames.iter().any(|(frame, _)| matches!(frame, ConsoleHears::Pong { .. })).then_some(())).await;
        customer.says("Hello?").await;
        let instance = tab();
        let old = customer.opens_tab(instance, FROM_THE_BEGINNING).await;
        old.until("welcome", |frames| (!frames.is_empty()).then_some(())).await;
        let _new = customer.opens_tab(instance, FROM_THE_BEGINNING).await;
        old.until("fenced", |frames| frames.iter().any(|(frame, _)| *frame == WidgetHears::Fenced).then_some(())).await;
    }

    async fn who_says_nothing_for_five_seconds_is_closed(app: TestApp) {
        let agent = app.agent("Ana").await;
        let console = crate::support::connect(&app.socket_at("/rt/agent"), &agent.headers()).await.unwrap();
        let console = crate::support::Tab::<ConsoleHears>::of(&app, console);
        let widget = crate::support::connect(&app.socket_at("/rt/widget"), &[("origin", app.origin())]).await.unwrap();
        let widget = crate::support::Tab::<WidgetHears>::of(&app, widget);
        // Both handlers wait by the clock: it is moved until they have been told.
        for tab in [console.is_closed(), ] {
            tokio::pin!(tab);
            loop {
                tokio::select! {
                    (code, _) = &mut tab => { assert_eq!(code, 1008); break; }
                    () = app.a_moment() => app.advance(Millis::seconds(5)),
                }
            }
        }
        assert_eq!(widget.is_closed().await.0, 1008);
        assert!(widget.raw().is_empty() && console.raw().is_empty(), "nothing is said before a hello");
    }

    async fn a_browser_that_answers_nothing_is_let_go(app: TestApp) {
        let agent = app.agent("Ana").await;
        agent.opens_console().await;
        // With the second heartbeat: a minute after its last sign of life at the latest it is gone.
        app.advance(Millis::seconds(50));
        assert_eq!(agent.tab().is_closed().await.1, "silent");
    }

    async fn a_stopping_desk_says_when_to_come_back(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        customer.says("Hello?").await;
        app.stop().await;
        let bye = |frames: &[(ConsoleHears, String)]| {
            frames.iter().find_map(|(frame, _)| if let ConsoleHears::Bye { retry_ms } = frame { Some(*retry_ms) } else { None })
        };
        assert!((500..=15_000).contains(&agent.tab().until("bye", bye).await));
        assert_eq!(customer.tab().is_closed().await.0, 1012);
        app.resume().await;
        customer.connects().await;
        customer.reads("Hello?").await;
    }

    async fn what_may_not_be_followed_is_gone(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        let elsewhere = app.add_queue("Returns", domain::queue::Policy::default()).await;
        agent.opens_console().await;
        let chat = customer.says("Hello?").await;
        let nobody = AgentId::new(Uuid::new_v4());
        for stream in [Stream::Queue(elsewhere.id), Stream::Agent(nobody), Stream::ChatPublic(chat)] {
            agent.tab().say(&ConsoleSays::Follow { stream, cursor: FROM_THE_BEGINNING });
            let gone = ConsoleHears::Gone { stream };
            agent.tab().until("gone", |frames| frames.iter().any(|(frame, _)| *frame == gone).then_some(())).await;
        }
    }
}
