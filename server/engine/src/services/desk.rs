//! What the console begins with.

use super::{Services, access};
use crate::{caller::Caller, database::Tx, failure::Failure};
use domain::{
    desk::{AgentState, DeskSnapshot, OfferView, QueueBrief, QueueState},
    ids::{AgentId, QueueId},
    live::Stream,
    queue::Queue,
    state::ChatState,
};
use std::collections::BTreeMap;

impl Services {
    /// The agent's state, queues and open chats, all of one moment, with the numbers to follow on from.
    pub async fn snapshot(&self, caller: &Caller) -> Result<DeskSnapshot, Failure> {
        let agent = access::agent(caller)?;
        let now = self.clock.now();
        let mut tx = self.database.read().await?;
        let queues = if access::sees_all(agent) { tx.all_queues().await? } else { tx.queues_of(agent.id).await? };
        let state = agent_state(&mut tx, agent.id, queues.iter().map(|queue| queue.id).collect()).await?;
        let team = state.me.team.clone();
        let mut chats = BTreeMap::new();
        for id in state.mine.keys() {
            chats.insert(*id, ChatState::replay(&tx.all_events(*id).await?));
        }
        let mut states = Vec::new();
        for queue in queues {
            states.push(queue_state(&mut tx, queue).await?);
        }
        Ok(DeskSnapshot {
            epoch: tx.epoch().await?,
            now,
            agent: state,
            queues: states,
            chats,
            reasons: tx.reasons().await?.into_iter().filter(|reason| reason.is_for(team.as_deref())).collect(),
            desk: tx.all_queues().await?.iter().map(brief).collect(),
            skills: tx.skills().await?,
            prefs: tx.prefs(agent.id).await?,
            idle_after: tx.desk_settings().await?.agent_idle_after,
            colleagues: tx.all_agents().await?.iter().map(|agent| agent.reference()).collect(),
        })
    }
}

pub(crate) fn brief(queue: &Queue) -> QueueBrief {
    QueueBrief {
        id: queue.id,
        name: queue.name.clone(),
        service: queue.service.clone(),
        description: queue.policy.description.clone(),
        distribution: queue.policy.distribution,
        ticket_required: queue.policy.ticket_required,
    }
}

/// An agent's own stream as of now.
pub(crate) async fn agent_state(tx: &mut Tx, agent: AgentId, queues: Vec<QueueId>) -> Result<AgentState, Failure> {
    let me = tx.agent_view(agent).await?.ok_or(Failure::NotFound)?;
    let mut offers = Vec::new();
    for row in tx.pending_offers_of(agent).await? {
        if let Some(facts) = tx.find_conversation(row.offer.conversation).await? {
            let offer = row.offer;
            offers.push(OfferView {
                id: offer.id,
                card: facts.card,
                offered_at: offer.created_at,
                deadline: offer.deadline,
                waited: row.waited,
            });
        }
    }
    let held = tx.held_by(agent).await?;
    let mine = held.into_iter().filter(|facts| facts.card.belongs_to(agent)).map(|facts| (facts.chat.id, facts.card)).collect();
    let member_of = tx.queues_of(agent).await?.into_iter().map(|queue| queue.id).collect();
    Ok(AgentState { head: tx.stream_head(Stream::Agent(agent)).await?, me, offers, mine, queues, member_of })
}

/// A queue's stream as of now.
pub(crate) async fn queue_state(tx: &mut Tx, queue: Queue) -> Result<QueueState, Failure> {
    let cards = tx.open_cards_of_queue(queue.id).await?;
    Ok(QueueState {
        head: tx.stream_head(Stream::Queue(queue.id)).await?,
        id: queue.id,
        brief: brief(&queue),
        cards: cards.into_iter().map(|card| (card.conversation, card)).collect(),
    })
}
