//! The wallboard: for supervisors only, told as a whole, soon after something has changed.

use crate::support::{Agent, Tab, both};
use domain::{
    board::{Board, Stage},
    ids::InstanceId,
    live::{ConsoleHears, ConsoleSays, Cursor, Stream},
    presence::{Role, Shown, Wish},
    queue::Policy,
    time::Millis,
    wire::Problem,
};
use serde_json::json;
use uuid::Uuid;

const FROM_THE_BEGINNING: Cursor = Cursor { epoch: None, seq: 0 };

async fn follows_the_board(agent: &Agent) -> Tab<ConsoleHears> {
    let tab = agent.opens_tab(InstanceId::new(Uuid::new_v4()), &[]).await;
    tab.say(&ConsoleSays::Follow { stream: Stream::Board, cursor: FROM_THE_BEGINNING });
    tab
}

/// Waits until the newest board that came is like this.
async fn shows<T>(tab: &Tab<ConsoleHears>, what: &str, look: impl Fn(&Board) -> Option<T>) -> T {
    let newest = |frames: &[(ConsoleHears, String)]| {
        frames.iter().rev().find_map(|(frame, _)| match frame {
            ConsoleHears::Board { board } => Some((**board).clone()),
            _ => None,
        })
    };
    tab.until(what, |frames| newest(frames).and_then(|board| look(&board))).await
}

both! {
    async fn a_supervisor_sees_queues_and_agents_move(app: TestApp) {
        let queue = app.queue().id;
        let (boss, ana) = (app.agent_of("Mira", &[], Role::Supervisor).await, app.agent("Ana").await);
        let tab = follows_the_board(&boss).await;
        shows(&tab, "nothing waits", |board| (board.queues[0].waiting == 0).then_some(())).await;
        let customer = app.customer();
        let begun = app.now();
        let chat = customer.says("Hello?").await;
        let line = shows(&tab, "a chat waits", |board| board.queues.iter().find(|line| line.id == queue && line.waiting == 1).cloned()).await;
        assert_eq!((line.longest, line.crew.ready, line.is_unmanned()), (Some(begun), 0, true));
        app.pass(Millis::seconds(20)).await;
        ana.comes_to_work().await;
        let at_ana = |board: &Board, stage: Stage| {
            let found = board.agents.iter().find(|one| one.agent.name == "Ana").cloned();
            found.filter(|one| one.chats.iter().any(|held| held.conversation == chat && held.stage == stage))
        };
        let ringing = shows(&tab, "it rings", |board| at_ana(board, Stage::Ringing)).await;
        assert_eq!((ringing.shown(), ringing.load.load, ringing.load.ringing), (Shown::Busy, 1, 1));
        ana.accepts(chat).await;
        let (active, line) = shows(&tab, "it is answered", |board| Some((at_ana(board, Stage::Active)?, board.queues[0].clone()))).await;
        assert_eq!((active.shown(), active.chats[0].customer.as_str()), (Shown::Ready, "Priya"));
        assert_eq!((line.waiting, line.longest, line.in_chat, line.answered, line.in_time), (0, None, 1, 1, 1));
        assert_eq!((line.level_percent(), line.crew.ready), (Some(100), 1));

        boss.call::<()>("state.force", json!({ "agent": ana.id, "wish": Wish::NotReady(Some("break".into())) })).await.unwrap();
        let set = shows(&tab, "the state is set", |board| at_ana(board, Stage::Active).filter(|one| one.forced_by.is_some())).await;
        assert_eq!((set.shown(), set.forced_by.as_deref(), set.wish.reason()), (Shown::NotReady, Some("Mira"), Some("break")));
    }

    async fn what_left_or_is_late_is_counted(app: TestApp) {
        let late = Policy { service_level: Millis::seconds(10), ..Policy::default() };
        app.set_policy(app.queue().id, late).await;
        let boss = app.agent_of("Mira", &[app.queue().id], Role::Supervisor).await;
        boss.opens_console().await;
        let gone = app.customer_named("Gone");
        gone.says("Anybody?").await;
        app.pass(Millis::minutes(2)).await;
        gone.ends().await.unwrap();
        let chat = app.customer_named("Late");
        let id = chat.says("Hello?").await;
        app.pass(Millis::seconds(11)).await;
        boss.joins(id).await.unwrap();
        let board: Board = boss.call("wallboard.read", json!({})).await.unwrap();
        let line = &board.queues[0];
        assert_eq!((line.abandoned, line.answered, line.in_time, line.level_percent()), (1, 1, 0, Some(0)));
        // Tomorrow nothing of it is today's.
        app.pass(Millis::seconds(1)).await;
        app.advance(Millis::minutes(24 * 60));
        let board: Board = boss.call("wallboard.read", json!({})).await.unwrap();
        let line = &board.queues[0];
        assert_eq!((line.abandoned, line.answered), (0, 0));
    }

    async fn agents_do_not_get_the_board(app: TestApp) {
        let ana = app.agent("Ana").await;
        assert_eq!(ana.call::<Board>("wallboard.read", json!({})).await, Err(Problem::Forbidden));
        let tab = follows_the_board(&ana).await;
        tab.until("the refusal", |frames| frames.iter().any(|(frame, _)| matches!(frame, ConsoleHears::Gone { stream: Stream::Board })).then_some(())).await;
        assert!(tab.frames(|frames| !frames.iter().any(|(frame, _)| matches!(frame, ConsoleHears::Board { .. }))));
    }
}
