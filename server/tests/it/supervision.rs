//! Supervisors: stepping in, helping, handing out, and setting somebody's state; each with those who may not.

use crate::{
    offers::{accepts, agent_id, all_ring, holder_of, race},
    support::{Agent, Customer, TestApp, both, key},
};
use domain::{
    conversation::Refusal,
    ids::ConversationId,
    message::Author,
    offer::OfferEnd,
    presence::{Role, SET_BY_SUPERVISOR, Wish},
    queue::Policy,
    settings::AgentDraft,
    state::Content,
    time::Millis,
    wire::{Closing, Problem, SendMessage},
};
use engine::{
    caller::{AgentCaller, Caller},
    failure::Failure,
    services::SignIn,
};
use serde_json::json;

fn refused<T>(refusal: Refusal) -> Result<T, Problem> {
    Err(Problem::Refused { refusal })
}

async fn does(agent: &Agent, what: &str, chat: ConversationId) -> Result<(), Problem> {
    agent.call(what, json!({ "conversation": chat })).await
}

async fn assigns(agent: &Agent, chat: ConversationId, to: &Agent) -> Result<(), Problem> {
    agent.call("chats.assign", json!({ "conversation": chat, "agent": to.id, "note": "c4n4ry assignment" })).await
}

async fn forces(by: &Agent, agent: &Agent, wish: Wish) -> Result<(), Problem> {
    by.call("state.force", json!({ "agent": agent.id, "wish": wish })).await
}

fn promoted(caller: Caller) -> Caller {
    match caller {
        Caller::Agent(agent) => Caller::Agent(AgentCaller { role: Role::Supervisor, ..agent }),
        Caller::Customer(_) => panic!("no agent"),
    }
}

async fn chief(app: &TestApp) -> Agent {
    app.agent_of("Chief", &[], Role::Supervisor).await
}

/// Ana has the customer's chat; nobody else was there.
async fn with_ana(app: &TestApp) -> (Agent, Customer, ConversationId) {
    let (ana, customer) = (app.agent("Ana").await, app.customer());
    ana.comes_to_work().await;
    let chat = customer.says("Hello?").await;
    ana.accepts(chat).await;
    (ana, customer, chat)
}

both! {
    async fn r11_a_supervisor_takes_over_and_the_agent_is_told(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        let (ben, chief) = (app.agent("Ben").await, chief(&app).await);
        chief.opens_console().await;
        for may_not in [&ana, &ben] {
            assert_eq!(does(may_not, "chats.take_over", chat).await, Err(Problem::Forbidden));
        }
        does(&chief, "chats.take_over", chat).await.unwrap();
        ana.sees_mine(chat, false).await;
        chief.sees_mine(chat, true).await;
        customer.sees_agent("Chief").await;
        assert_eq!(does(&chief, "chats.take_over", chat).await, Ok(()), "again changes nothing");
        let message = SendMessage { client: key(), text: "I am still here".into(), seen: 0 };
        assert_eq!(ana.send(chat, message).await, refused(Refusal::NotYours));
        chief.says(chat, "I will see to it").await;
        customer.reads("I will see to it").await;
        chief.ends(chat, Closing::NoTicket).await.unwrap();
        assert_eq!(does(&chief, "chats.take_over", chat).await, refused(Refusal::Ended));
    }

    async fn r03_a_supervisors_own_chats_count(app: TestApp) {
        let (ana, _customer, chat) = with_ana(&app).await;
        let chief = chief(&app).await;
        chief.opens_console().await;
        let (id, other) = (chief.id, app.starts(crate::support::SITE, "Another").await);
        app.services().database.write(async move |tx: &mut engine::database::Tx| tx.set_capacity(id, 1).await).await.unwrap();
        chief.joins(other.id).await.unwrap();
        assert_eq!(does(&chief, "chats.take_over", chat).await, refused(Refusal::AtCapacity));
        assert_eq!(holder_of(&app, chat).await, Some(ana.id));
    }

    async fn a_supervisor_who_steps_in_without_a_browser_gives_the_chat_back(app: TestApp) {
        let (ana, _customer, chat) = with_ana(&app).await;
        let chief = chief(&app).await;
        does(&chief, "chats.take_over", chat).await.unwrap();
        ana.sees_mine(chat, false).await;
        app.pass(Millis::seconds(121)).await;
        ana.accepts(chat).await;
    }

    async fn a_helper_writes_beside_the_agent_and_both_sides_know(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        let chief = chief(&app).await;
        chief.opens_console().await;
        chief.follows(chat).await;
        let early = SendMessage { client: key(), text: "May I?".into(), seen: 0 };
        assert_eq!(chief.send(chat, early).await, refused(Refusal::NotYours), "listening is not writing");
        assert_eq!(does(&ana, "chats.assist", chat).await, Err(Problem::Forbidden));
        does(&chief, "chats.assist", chat).await.unwrap();
        does(&chief, "chats.assist", chat).await.unwrap();
        customer.sees("who helps", |state| (state.helpers.iter().map(|agent| agent.name.as_str()).eq(["Chief"])).then_some(())).await;
        ana.sees("who helps", |screen| (screen.agent.as_ref()?.mine.get(&chat)?.helpers.len() == 1).then_some(())).await;
        chief.says(chat, "Try the switch").await;
        customer.reads("Try the switch").await;
        let by_chief = |content: &Content| matches!(content, Content::Message { author: Author::Agent(agent), .. } if agent.id == chief.id);
        assert!(customer.screen().entries.iter().any(|entry| by_chief(&entry.content)));
        ana.says(chat, "And the plug").await;
        does(&chief, "chats.end_assist", chat).await.unwrap();
        customer.sees("nobody helps", |state| state.helpers.is_empty().then_some(())).await;
        let late = SendMessage { client: key(), text: "One more thing".into(), seen: 0 };
        assert_eq!(chief.send(chat, late).await, refused(Refusal::NotYours));
        ana.ends(chat, Closing::NoTicket).await.unwrap();
        assert_eq!(does(&chief, "chats.assist", chat).await, refused(Refusal::Ended));
    }

    async fn listening_and_whispering_leave_no_trace_at_the_customers(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        let chief = chief(&app).await;
        let before = customer.reads_chat().await.unwrap().state;
        chief.opens_console().await;
        chief.follows(chat).await;
        chief.notes(chat, "Offer him a voucher").await;
        ana.reads(chat, "Offer him a voucher").await;
        let after = customer.reads_chat().await.unwrap().state;
        assert_eq!((after.head, after.entries.len()), (before.head, before.entries.len()));
        let bytes = customer.tab().raw().join("\n");
        assert!(!bytes.contains("voucher") && !bytes.contains("Chief"), "{bytes}");
        let stranger = app.agent_of("Stranger", &[], Role::Agent).await;
        let message = SendMessage { client: key(), text: "Let me in".into(), seen: 0 };
        let whisper: Result<serde_json::Value, Problem> = stranger.call("messages.note", json!({ "conversation": chat, "message": message })).await;
        assert_eq!(whisper, Err(Problem::NotFound));
    }

    async fn a_supervisor_gives_an_active_chat_to_somebody_else(app: TestApp) {
        let (ana, customer, chat) = with_ana(&app).await;
        let (ben, chief) = (app.agent("Ben").await, chief(&app).await);
        assert_eq!(assigns(&ana, chat, &ben).await, Err(Problem::Forbidden));
        assert_eq!(assigns(&chief, chat, &ben).await, refused(Refusal::AgentNotReady), "not online");
        ben.opens_console().await;
        assigns(&chief, chat, &ben).await.unwrap();
        ana.sees_mine(chat, false).await;
        ben.sees_mine(chat, true).await;
        customer.sees_agent("Ben").await;
        assert_eq!(assigns(&chief, chat, &ben).await, Ok(()), "again changes nothing");
        assert!(!customer.tab().raw().join("").contains("c4n4ry"));
    }

    async fn a_supervisor_gives_a_waiting_chat_as_an_offer(app: TestApp) {
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let first = ana.is_offered(chat).await;
        let returns = app.add_queue("Returns", Policy::default()).await;
        let (ben, chief) = (app.agent_of("Ben", &[returns.id], Role::Agent).await, chief(&app).await);
        ben.opens_console().await;
        assert_eq!(assigns(&chief, chat, &ben).await, refused(Refusal::AgentNotReady));
        assert_eq!(ana.is_offered(chat).await, first, "a refused hand-out withdraws nothing");
        ben.is_ready().await;
        assigns(&chief, chat, &ben).await.unwrap();
        ana.hears_silence().await;
        assert_eq!(ana.accept(first).await, Err(Problem::OfferGone { end: OfferEnd::Cancelled }));
        let offer = ben.is_offered(chat).await;
        assert_eq!(assigns(&chief, chat, &ben).await, Ok(()), "it rings there already");
        assert_eq!(ben.accept(offer).await, Ok(chat));
        ben.ends(chat, Closing::NoTicket).await.unwrap();
        assert_eq!(assigns(&chief, chat, &ana).await, refused(Refusal::Ended));
    }

    async fn a_forced_state_tells_by_whom_until_the_agent_chooses(app: TestApp) {
        let (ana, chief) = (app.agent("Ana").await, chief(&app).await);
        let boss = app.agent_of("Boss", &[], Role::Admin).await;
        ana.comes_to_work().await;
        let customer = app.customer();
        let chat = customer.says("Hello?").await;
        ana.is_offered(chat).await;
        assert_eq!(forces(&ana, &chief, Wish::Offline).await, Err(Problem::Forbidden));
        assert_eq!(forces(&chief, &boss, Wish::Offline).await, Err(Problem::Forbidden), "an admin's state is not a supervisor's to set");
        let made_up = Wish::NotReady(Some("made up".into()));
        assert_eq!(forces(&chief, &ana, made_up).await, Err(Problem::Invalid { field: "reason".into(), why: "problem.unknown".into() }));
        forces(&chief, &ana, Wish::NotReady(None)).await.unwrap();
        ana.sees_wish(Wish::NotReady(Some(SET_BY_SUPERVISOR.into()))).await;
        ana.hears_silence().await;
        let by = |agent: &Agent| agent.screen().agent.unwrap().me.forced_by.map(|by| by.name);
        assert_eq!(by(&ana).as_deref(), Some("Chief"));
        forces(&chief, &ana, Wish::Ready).await.unwrap();
        ana.is_offered(chat).await;
        assert_eq!(by(&ana).as_deref(), Some("Chief"));
        let since = ana.screen().agent.unwrap().me.since;
        app.pass(Millis::seconds(5)).await;
        ana.is_ready().await;
        ana.sees("a choice of their own", |screen| screen.agent.as_ref()?.me.forced_by.is_none().then_some(())).await;
        assert_eq!(ana.screen().agent.unwrap().me.since, since, "the state itself stands as long as it did");
        forces(&boss, &boss, Wish::Offline).await.unwrap();
        forces(&boss, &chief, Wish::Offline).await.unwrap();
    }

    async fn a_disabled_agent_is_nobody(app: TestApp) {
        let (ana, _customer, chat) = with_ana(&app).await;
        let (gone, chief) = (app.agent("Gone").await, chief(&app).await);
        gone.comes_to_work().await;
        let boss = app.agent_of("Boss", &[], Role::Admin).await;
        let draft = AgentDraft {
            name: "Gone".into(),
            email: "gone@desk.example".into(),
            role: Role::Agent,
            team: None,
            capacity: 4,
            queues: vec![(app.queue().id, 0)],
            skills: Vec::new(),
            disabled: true,
            password: None,
        };
        app.services().save_agent(&boss.caller, Some(gone.id), draft).await.unwrap();
        assert_eq!(app.services().agent_by_session(&gone.token).await.unwrap(), None, "their sign-ins are over");
        let who = SignIn { email: "gone@desk.example".into(), password: crate::support::PASSWORD.into(), address: None, user_agent: None };
        assert!(matches!(app.services().sign_in(who).await, Err(Failure::WrongCredentials)));
        assert_eq!(ana.transfers(chat, &gone, "").await, refused(Refusal::AgentNotReady));
        assert_eq!(assigns(&chief, chat, &gone).await, refused(Refusal::AgentNotReady));
        assert_eq!(forces(&chief, &gone, Wish::Ready).await, Err(Problem::NotFound));
    }

    async fn r11_take_over_against_leave(app: TestApp) {
        let all = all_ring(&app, 0).await;
        let elsewhere = app.add_queue("Elsewhere", Policy::default()).await;
        let rows: Vec<_> = app.crowd(all.len(), elsewhere.id).await.into_iter().map(promoted).collect();
        for ringing in &all {
            accepts(&app, ringing).await.unwrap();
        }
        let pairs = all.iter().zip(&rows).map(|(ringing, chief)| {
            let (services, chief, chat) = (app.services(), chief.clone(), ringing.chat.id);
            let (again, agent) = (services.clone(), ringing.agent.clone());
            let leaves = async move {
                again.end(&agent, chat, Closing::NoTicket).await?;
                again.leave(&agent, chat).await
            };
            (async move { services.take_over(&chief, chat).await }, leaves)
        });
        let mut wins = (0, 0);
        for ((ringing, chief), outcome) in all.iter().zip(&rows).zip(race(pairs.collect()).await) {
            let holder = holder_of(&app, ringing.chat.id).await;
            match outcome {
                (Ok(()), Err(Failure::Refused(Refusal::NotYours))) => {
                    assert_eq!(holder, Some(agent_id(chief)));
                    wins.0 += 1;
                }
                (Err(Failure::Refused(Refusal::Ended)), Ok(())) => {
                    assert_eq!(holder, None);
                    wins.1 += 1;
                }
                other => panic!("one wins, and the loser is told: {other:?}"),
            }
        }
        println!("{}: {wins:?} of take-over and leave", app.half().word());
    }

    async fn r04_force_state_against_accept(app: TestApp) {
        let (chief, all) = (chief(&app).await, all_ring(&app, 0).await);
        let pairs = all.iter().map(|ringing| {
            let (services, chief, agent) = (app.services(), chief.caller.clone(), agent_id(&ringing.agent));
            (accepts(&app, ringing), async move { services.force_wish(&chief, agent, Wish::NotReady(None)).await })
        });
        let mut wins = (0, 0);
        for (ringing, (accepted, forced)) in all.iter().zip(race(pairs.collect()).await) {
            forced.unwrap();
            let mine = holder_of(&app, ringing.chat.id).await == Some(agent_id(&ringing.agent));
            match accepted {
                Ok(_) => {
                    assert!(mine);
                    wins.0 += 1;
                }
                Err(Failure::OfferGone(OfferEnd::Revoked)) => {
                    assert!(!mine);
                    wins.1 += 1;
                }
                other => panic!("one wins, and the loser is told: {other:?}"),
            }
        }
        println!("{}: {wins:?} of accept and force", app.half().word());
    }
}
