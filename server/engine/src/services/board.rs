//! The wallboard: the whole of it, for whoever opens it, and again when something has changed.

use super::{Services, access, hours::Iana};
use crate::{
    caller::Caller,
    database::{Standing, Tx},
    failure::Failure,
};
use domain::{
    board::{Board, BoardAgent, BoardQueue, Crew},
    hours::Zone,
    ids::{AgentId, QueueId},
    live::Stream,
    queue::Queue,
    time::{Millis, Timestamp},
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// The board is told at most so often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked at without being woken: browsers go, and other nodes may have changed something.
const SWEEP: Duration = Duration::from_secs(5);

impl Services {
    /// The board as it stands now; for supervisors.
    pub async fn board(&self, caller: &Caller) -> Result<Board, Failure> {
        access::supervisor(caller)?;
        let mut tx = self.database.read().await?;
        board(&mut tx, self.clock.now()).await
    }
}

/// Tells the followers of the board what has changed, for ever. Nothing is read while nobody follows.
pub(crate) async fn run(services: &Services) {
    let mut told: Option<Board> = None;
    loop {
        // What happens while we rest is kept as one permit: no change is overlooked.
        let _ = tokio::time::timeout(SWEEP, services.hub.board_changed()).await;
        if !services.hub.is_followed(Stream::Board) {
            told = None;
        } else {
            match look(services).await {
                Ok(board) if told.as_ref().is_none_or(|told| board.differs_from(told)) => {
                    services.hub.tell_board(Arc::new(board.clone()));
                    told = Some(board);
                }
                Ok(_) => {}
                Err(failure) => tracing::warn!(error = %failure, "the wallboard could not be read; it is tried again"),
            }
        }
        tokio::time::sleep(AT_MOST_EVERY).await;
    }
}

async fn look(services: &Services) -> Result<Board, Failure> {
    let mut tx = services.database.read().await?;
    board(&mut tx, services.clock.now()).await
}

/// Everything on the board, of one moment.
pub(crate) async fn board(tx: &mut Tx, now: Timestamp) -> Result<Board, Failure> {
    let since = today(tx, now).await?;
    let agents = tx.board_agents(now).await?;
    let crews = crews(&tx.memberships().await?, &agents);
    let (standings, abandoned) = (tx.standings().await?, tx.abandoned_since(since).await?);
    let mut queues = Vec::new();
    for queue in tx.all_queues().await? {
        let (answered, in_time) = tx.answered_since(queue.id, since, queue.policy.service_level).await?;
        let mut line = BoardQueue { answered, in_time, ..standing(&queue, &standings) };
        line.abandoned = abandoned.iter().find(|(id, _)| *id == queue.id).map_or(0, |(_, count)| *count);
        line.crew = crews.get(&queue.id).copied().unwrap_or_default();
        queues.push(line);
    }
    Ok(Board { at: now, since, queues, agents })
}

/// When today began: where the first office hours are, else in UTC.
async fn today(tx: &mut Tx, now: Timestamp) -> Result<Timestamp, Failure> {
    let zone = tx.first_zone().await?.and_then(|name| Iana::find(&name));
    let day = Millis::minutes(i64::from(domain::hours::DAY)).0;
    Ok(zone.map_or(Timestamp(now.0 - now.0.rem_euclid(day)), |zone| zone.instant(zone.local(now).0, 0)))
}

fn crews(members: &[(QueueId, AgentId, i64)], agents: &[BoardAgent]) -> HashMap<QueueId, Crew> {
    let shown: HashMap<AgentId, _> = agents.iter().map(|agent| (agent.agent.id, agent.shown())).collect();
    let mut crews = HashMap::<QueueId, Crew>::new();
    for (queue, agent, _) in members {
        if let Some(shown) = shown.get(agent) {
            crews.entry(*queue).or_default().count(*shown);
        }
    }
    crews
}

fn standing(queue: &Queue, standings: &[Standing]) -> BoardQueue {
    let of =
        |words: &[&str]| standings.iter().filter(|one| one.queue == queue.id && words.contains(&one.status.as_str())).collect::<Vec<_>>();
    let count = |words: &[&str]| of(words).iter().map(|one| one.count).sum();
    BoardQueue {
        id: queue.id,
        name: queue.name.clone(),
        waiting: count(&["waiting", "offered"]),
        longest: of(&["waiting", "offered"]).iter().map(|one| one.since).min(),
        in_chat: count(&["active"]),
        parked: count(&["parked"]),
        callbacks: count(&["callback"]),
        abandoned: 0,
        answered: 0,
        in_time: 0,
        level: queue.policy.service_level,
        crew: Crew::default(),
    }
}
