//! Messages: stored once, numbered densely, in the order of their author, and answered so that an outbox knows what to do.

use crate::support::{Agent, Customer, TestApp, both, key, see};
use domain::{
    conversation::Refusal,
    event::Pulse,
    ids::ConversationId,
    live::{ConsoleHears, ConsoleSays, WidgetHears, WidgetSays},
    message::{MAX_CHARACTERS, Side},
    wire::{Closing, Problem, SendMessage, Sent},
};
use futures_util::future::join_all;

/// An agent and a customer in an active chat, both looking at it.
async fn in_a_chat(app: &TestApp) -> (Agent, Customer, ConversationId) {
    let (agent, customer) = (app.agent("Ana").await, app.customer());
    agent.comes_to_work().await;
    let chat = customer.says("Hello?").await;
    agent.accepts(chat).await;
    (agent, customer, chat)
}

async fn rows_of(app: &TestApp, chat: ConversationId) -> i64 {
    let sql = "select count(*) from event where conversation = $1 and kind = 'message'";
    see!(app.eyes(), c => sqlx::query_scalar(sql).bind(chat.uuid()).fetch_one(c).await.unwrap())
}

fn message(text: &str) -> SendMessage {
    SendMessage { client: key(), text: text.into(), seen: 0 }
}

both! {
    async fn m02_stored_once_whatever_the_retries(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let (mine, theirs) = (message("Only once"), message("Once as well"));
        let again = |_| customer.send(mine.clone());
        let hers = |_| agent.send(chat, theirs.clone());
        let (acks, answers) = tokio::join!(join_all((0..20).map(again)), join_all((0..20).map(hers)));
        let first = acks[0].clone().unwrap();
        assert!(acks.into_iter().all(|ack| ack == Ok(first)), "every retry hears the first answer");
        let answer = answers[0].clone().unwrap();
        assert!(answers.into_iter().all(|ack| ack == Ok(answer)));
        assert_eq!(rows_of(&app, chat).await, 3);

        app.restart().await;
        assert_eq!(customer.send(mine.clone()).await, Ok(first), "also after a restart");
        assert_eq!(agent.send(chat, theirs.clone()).await, Ok(answer));
        assert_eq!(rows_of(&app, chat).await, 3);
    }

    async fn m02_a_key_belongs_to_its_sender(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let sent = message("Mine");
        customer.send(sent.clone()).await.unwrap();
        agent.send(chat, sent.clone()).await.unwrap();
        assert_eq!(rows_of(&app, chat).await, 3, "two people may have drawn the same number");
        let other = SendMessage { text: "Changed".into(), ..sent };
        assert_eq!(customer.send(other.clone()).await, Err(Problem::KeyReused));
        assert_eq!(agent.send(chat, other).await, Err(Problem::KeyReused));
        assert_eq!(rows_of(&app, chat).await, 3);
    }

    async fn m02_one_chat_however_often_the_form_is_posted(app: TestApp) {
        let customer = app.customer();
        let start = customer.opens_widget().await;
        let posts = join_all((0..8).map(|_| customer.posts_start(&start, "Hello?"))).await;
        let begun: Vec<_> = posts.into_iter().map(Result::unwrap).collect();
        assert!(begun.iter().all(|b| b.chat.conversation == begun[0].chat.conversation));
        assert_ne!(begun[0].token, begun[1].token, "each page holds a token of its own");
        let mut seen = Vec::new();
        for page in begun {
            customer.begins(page);
            seen.push(customer.reads_chat().await.unwrap().state);
        }
        assert!(seen.iter().all(|state| *state == seen[0] && state.entries.len() == 1));
        assert_eq!(app.eyes().number("select count(*) from conversation").await, 1);
    }

    async fn m03_numbers_are_dense_when_all_write_at_once(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let customers = async {
            for n in 0..25 {
                customer.says(&format!("customer {n}")).await;
            }
        };
        let agents = async {
            for n in 0..25 {
                agent.says(chat, &format!("agent {n}")).await;
            }
        };
        let notes = async {
            for n in 0..15 {
                agent.notes(chat, &format!("note {n}")).await;
            }
        };
        let marks = async {
            for n in 0..25 {
                customer.marks(n, n / 2).await;
            }
        };
        tokio::join!(customers, agents, notes, marks);
        let state = app.services().chat(&agent.caller, chat).await.unwrap();
        assert_eq!(state.entries.len(), 1 + 1 + 25 + 25 + 15, "first message, joined, and all others");
    }

    async fn m05_one_device_keeps_its_order(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let noise = async {
            for n in 0..30 {
                agent.says(chat, &format!("noise {n}")).await;
            }
        };
        let device = async {
            let mut acks: Vec<Sent> = Vec::new();
            for n in 0..30 {
                acks.push(customer.send(message(&format!("line {n}"))).await.unwrap());
            }
            acks
        };
        let (_, acks) = tokio::join!(noise, device);
        assert!(acks.windows(2).all(|pair| pair[0].seq < pair[1].seq));
        let state = customer.reads_chat().await.unwrap().state;
        let lines: Vec<_> = texts(&state).into_iter().filter(|text| text.starts_with("line")).collect();
        assert_eq!(lines, (0..30).map(|n| format!("line {n}")).collect::<Vec<_>>());
    }

    async fn m13_a_number_is_above_all_that_its_author_had_seen(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let customers = async {
            for n in 0..20 {
                let seen = customer.screen().head;
                let ack = customer.send(SendMessage { seen, ..message(&format!("c{n}")) }).await.unwrap();
                assert!(ack.seq > seen, "{ack:?} after {seen}");
            }
        };
        let agents = async {
            for n in 0..20 {
                let seen = agent.screen().chats[&chat].head;
                let ack = agent.send(chat, SendMessage { seen, ..message(&format!("a{n}")) }).await.unwrap();
                assert!(ack.seq > seen, "{ack:?} after {seen}");
            }
        };
        tokio::join!(customers, agents);
    }

    async fn m09_every_refusal_says_whether_trying_again_helps(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let empty = customer.send(message("  \n ")).await.unwrap_err();
        assert_eq!(empty, Problem::Invalid { field: "message".into(), why: "problem.required".into() });
        let long = customer.send(message(&"ä".repeat(MAX_CHARACTERS + 1))).await.unwrap_err();
        assert_eq!(long, Problem::Invalid { field: "message".into(), why: "problem.too_long".into() });
        customer.send(message(&"ä".repeat(MAX_CHARACTERS))).await.unwrap();
        let nobody = customer.post::<Sent>(Some("no-such-token"), "messages", &message("x")).await.unwrap_err();
        assert_eq!(nobody, Problem::SignedOut);
        agent.ends(chat, Closing::NoTicket).await.unwrap();
        let late = customer.send(message("After the end")).await.unwrap_err();
        assert_eq!(late, Problem::Refused { refusal: Refusal::Ended });
        let hers = agent.send(chat, message("After the end")).await.unwrap_err();
        assert_eq!(hers, Problem::Refused { refusal: Refusal::Ended });
        for lasting in [empty, long, nobody, late, hers] {
            assert!(!lasting.is_passing(), "{lasting:?} is shown, not tried for ever");
        }
        assert_eq!(rows_of(&app, chat).await, 2, "what was refused was not stored");
    }

    async fn m09_a_closing_desk_asks_to_try_again(app: TestApp) {
        let (_agent, customer, chat) = in_a_chat(&app).await;
        let (services, caller) = (app.services(), customer.caller().await);
        services.database.close().await;
        let refused = services.send(&caller, chat, key(), "Too late", 0).await.unwrap_err();
        assert!(app::boundary::problem(refused).is_passing());
        app.restart().await;
        assert_eq!(rows_of(&app, chat).await, 1);
    }

    async fn r12_what_is_written_after_the_end_is_refused_and_a_retry_from_before_it_is_not(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let before = message("Sent in time, the answer was lost");
        let ack = customer.send(before.clone()).await.unwrap();
        agent.ends(chat, Closing::NoTicket).await.unwrap();
        assert_eq!(customer.send(before).await, Ok(ack));
        assert_eq!(customer.send(message("New")).await, Err(Problem::Refused { refusal: Refusal::Ended }));
        agent.leaves(chat).await.unwrap();
        assert_eq!(customer.send(message("New")).await, Err(Problem::Refused { refusal: Refusal::Ended }));
    }

    async fn marks_are_watermarks_that_both_sides_see(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let sent = agent.says(chat, "Read this").await;
        customer.reads("Read this").await;
        let head = customer.screen().head;
        customer.marks(head, 0).await;
        agent.sees("delivered", |screen| (screen.chats[&chat].customer_marks.delivered == head).then_some(())).await;
        customer.marks(0, head).await;
        agent.sees("read", |screen| (screen.chats[&chat].customer_marks.read == head).then_some(())).await;
        let before = app.services().chat(&agent.caller, chat).await.unwrap();
        customer.marks(1, 1).await;
        customer.marks(head, head).await;
        assert_eq!(app.services().chat(&agent.caller, chat).await.unwrap(), before, "what is not news is no event");
        customer.marks(9_000, 9_000).await;
        let state = app.services().chat(&agent.caller, chat).await.unwrap();
        assert!(state.customer_marks.read < 20, "nobody has read what is not there: {:?}", state.customer_marks);
        assert!(sent.seq > 0);
    }

    async fn typing_is_told_and_not_stored(app: TestApp) {
        let (agent, customer, chat) = in_a_chat(&app).await;
        let before = app.services().chat(&agent.caller, chat).await.unwrap().head;
        customer.tab().say(&WidgetSays::Typing);
        let from_customer = |frame: &ConsoleHears| {
            matches!(frame, ConsoleHears::Pulse { pulse: Pulse::Typing { by: Side::Customer, .. }, .. })
        };
        agent.tab().until("typing", |frames| frames.iter().any(|(frame, _)| from_customer(frame)).then_some(())).await;
        agent.tab().say(&ConsoleSays::Typing { conversation: chat });
        let from_agent = |frame: &WidgetHears| {
            matches!(frame, WidgetHears::Pulse { pulse: Pulse::Typing { by: Side::Agent, name: Some(name) } } if name == "Ana")
        };
        customer.tab().until("typing", |frames| frames.iter().any(|(frame, _)| from_agent(frame)).then_some(())).await;
        assert_eq!(app.services().chat(&agent.caller, chat).await.unwrap().head, before);
    }
}

fn texts(state: &domain::state::ChatState) -> Vec<String> {
    crate::support::texts(Some(state))
}
