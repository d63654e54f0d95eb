//! The only functions that fetch a thing on somebody's behalf. For what a caller may not see they answer *not found*.

use crate::{
    caller::{AgentCaller, Caller, CustomerCaller},
    database::{ChatFacts, Tx},
    failure::Failure,
};
use domain::{conversation::Conversation, ids::ConversationId, live::Stream, presence::Role};

/// The conversation, locked for a change.
pub async fn conversation(tx: &mut Tx, caller: &Caller, id: ConversationId) -> Result<ChatFacts, Failure> {
    let facts = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?;
    may_see(tx, caller, &facts.chat).await?;
    Ok(facts)
}

/// The conversation, to look at.
pub async fn conversation_to_read(tx: &mut Tx, caller: &Caller, id: ConversationId) -> Result<ChatFacts, Failure> {
    let facts = tx.find_conversation(id).await?.ok_or(Failure::NotFound)?;
    may_see(tx, caller, &facts.chat).await?;
    Ok(facts)
}

/// A customer sees their own conversation; an agent those of their queues and those they hold; supervisors all.
async fn may_see(tx: &mut Tx, caller: &Caller, chat: &Conversation) -> Result<(), Failure> {
    let allowed = match caller {
        Caller::Customer(customer) => customer.conversation == chat.id && customer.id == chat.customer,
        Caller::Agent(agent) => sees_all(agent) || chat.status.holder() == Some(agent.id) || tx.is_member(chat.queue, agent.id).await?,
    };
    if allowed { Ok(()) } else { Err(Failure::NotFound) }
}

/// Whether a stream may be followed by this caller.
pub async fn stream(tx: &mut Tx, caller: &Caller, stream: Stream) -> Result<(), Failure> {
    let allowed = match (caller, stream) {
        (Caller::Customer(customer), Stream::ChatPublic(chat)) => customer.conversation == chat,
        (Caller::Customer(_), Stream::ChatInternal(_) | Stream::Agent(_) | Stream::Queue(_) | Stream::Board) => false,
        (Caller::Agent(_), Stream::ChatInternal(chat)) => return conversation_to_read(tx, caller, chat).await.map(|_| ()),
        (Caller::Agent(_), Stream::ChatPublic(_)) => false,
        (Caller::Agent(agent), Stream::Agent(id)) => agent.id == id,
        (Caller::Agent(agent), Stream::Board) => sees_all(agent),
        (Caller::Agent(agent), Stream::Queue(queue)) => sees_all(agent) || tx.is_member(queue, agent.id).await?,
    };
    if allowed { Ok(()) } else { Err(Failure::NotFound) }
}

/// Supervisors and admins see every queue.
pub fn sees_all(agent: &AgentCaller) -> bool {
    role_sees_all(agent.role)
}

pub fn role_sees_all(role: Role) -> bool {
    match role {
        Role::Supervisor | Role::Admin => true,
        Role::Agent => false,
    }
}

/// The supervisor or admin behind a call; others are refused.
pub fn supervisor(caller: &Caller) -> Result<&AgentCaller, Failure> {
    agent(caller).and_then(|agent| if sees_all(agent) { Ok(agent) } else { Err(Failure::Forbidden) })
}

/// The agent behind a call; customers are refused.
pub fn agent(caller: &Caller) -> Result<&AgentCaller, Failure> {
    caller.agent().ok_or(Failure::Forbidden)
}

/// The customer behind a call; agents are refused.
pub fn customer(caller: &Caller) -> Result<&CustomerCaller, Failure> {
    caller.customer().ok_or(Failure::Forbidden)
}
