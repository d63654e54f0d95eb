//! On whose behalf something is done.

use domain::{
    ids::{AgentId, ConversationId, CustomerId, SessionId, SiteId},
    message::{AgentRef, Author, Side},
    presence::Role,
};

/// A person who has proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    Agent(AgentCaller),
    Customer(CustomerCaller),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentCaller {
    pub id: AgentId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub session: SessionId,
}

/// The holder of a customer token: one customer, in one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerCaller {
    pub id: CustomerId,
    pub site: SiteId,
    pub conversation: ConversationId,
    pub name: String,
}

impl AgentCaller {
    pub fn reference(&self) -> AgentRef {
        AgentRef { id: self.id, name: self.name.clone() }
    }
}

impl Caller {
    pub fn author(&self) -> Author {
        match self {
            Caller::Agent(agent) => Author::Agent(agent.reference()),
            Caller::Customer(_) => Author::Customer,
        }
    }
    pub fn side(&self) -> Side {
        self.author().side()
    }
    /// The name under which this caller's client keys are unique in a conversation.
    pub fn sender(&self) -> String {
        match self {
            Caller::Agent(agent) => agent.id.to_string(),
            Caller::Customer(customer) => customer.id.to_string(),
        }
    }
    pub fn agent(&self) -> Option<&AgentCaller> {
        match self {
            Caller::Agent(agent) => Some(agent),
            Caller::Customer(_) => None,
        }
    }
    pub fn customer(&self) -> Option<&CustomerCaller> {
        match self {
            Caller::Customer(customer) => Some(customer),
            Caller::Agent(_) => None,
        }
    }
}
