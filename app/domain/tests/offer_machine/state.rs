//! What is committed, in small: rows without times, names and texts, so that equal situations are equal values.

use domain::offer::OfferEnd;

/// Chats and agents by their place in the desk's arrays.
pub type ChatNo = u8;
pub type AgentNo = u8;
/// An offer by its place among its chat's.
pub type OfferNo = u8;

/// How often each chat is offered in the whole check, and how often both together.
pub const ATTEMPTS: usize = 3;
pub const OFFERS: usize = 3;

/// Where a chat stands: [`domain::conversation::Status`] without its times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    Waiting,
    Offered {
        offer: OfferNo,
        agent: AgentNo,
    },
    Active {
        agent: AgentNo,
    },
    WrapUp {
        agent: AgentNo,
    },
    /// Abandoned: the customer's browser is gone.
    Gone,
    /// Abandoned: the customer ended it.
    Left,
    Closed,
}

impl Stand {
    /// Whose load the chat counts for.
    pub fn holder(self) -> Option<AgentNo> {
        match self {
            Stand::Offered { agent, .. } | Stand::Active { agent } | Stand::WrapUp { agent } => Some(agent),
            Stand::Waiting | Stand::Gone | Stand::Left | Stand::Closed => None,
        }
    }
    /// Whose own list shows the chat.
    pub fn owner(self) -> Option<AgentNo> {
        match self {
            Stand::Active { agent } | Stand::WrapUp { agent } => Some(agent),
            Stand::Offered { .. } | Stand::Waiting | Stand::Gone | Stand::Left | Stand::Closed => None,
        }
    }
}

/// How an offer ended; [`OfferEnd`] with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    Accepted,
    Rejected,
    Expired,
    Cancelled,
    Revoked,
}

impl End {
    pub fn as_domain(self) -> OfferEnd {
        match self {
            End::Accepted => OfferEnd::Accepted,
            End::Rejected => OfferEnd::Rejected,
            End::Expired => OfferEnd::Expired,
            End::Cancelled => OfferEnd::Cancelled,
            End::Revoked => OfferEnd::Revoked,
        }
    }
}

/// A row of `offer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offer {
    pub agent: AgentNo,
    /// `None` while pending.
    pub end: Option<End>,
    /// Deadline and grace have passed.
    pub due: bool,
    /// How often the log says that it ended; two stands for more.
    pub logged: u8,
    /// Its holder's stream says that it rings.
    pub rings: bool,
    /// Some yes to it was answered with success.
    pub yes: bool,
}

impl Offer {
    /// It has ended, once, and everybody was told.
    fn is_settled(&self) -> bool {
        self.end.is_some() && self.logged == 1 && !self.rings && self.yes == (self.end == Some(End::Accepted))
    }
}

/// A row of `conversation` with its offers, and what agents' streams say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chat {
    pub stand: Stand,
    pub offers: [Option<Offer>; ATTEMPTS],
    /// Whose stream says "yours".
    pub mine: [bool; 2],
}

impl Chat {
    pub fn offer(&self, no: OfferNo) -> Option<&Offer> {
        self.offers.get(usize::from(no))?.as_ref()
    }
    /// Keeps of offers that have ended only what the desk still goes by: that they were made, a yes (which may be repeated),
    /// and who said no (and is not asked again). A row that is not as it should be is kept whole, for the promises to see.
    fn forget(&mut self) {
        let asks_again = self.stand != Stand::Closed;
        for row in self.offers.iter_mut().flatten().filter(|row| row.is_settled()) {
            match row.end {
                Some(End::Rejected) if asks_again => {}
                Some(End::Accepted) => row.agent = 0,
                Some(End::Rejected | End::Expired | End::Cancelled | End::Revoked) | None => {
                    (row.agent, row.end) = (0, Some(End::Revoked));
                }
            }
        }
        if self.offers.iter().flatten().all(|row| row.end.is_some()) && self.offers.iter().all(Option::is_some) {
            self.offers.sort_unstable();
        }
    }
    pub fn pending(&self) -> impl Iterator<Item = (OfferNo, &Offer)> {
        (0..).zip(&self.offers).filter_map(|(no, offer)| Some((no, offer.as_ref()?))).filter(|(_, offer)| offer.end.is_none())
    }
}

/// A row of `agent` with its leases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Agent {
    pub ready: bool,
    /// Let the last offer pass, and has not said "ready" since.
    pub missed: bool,
    /// Tabs with a lease: two at most.
    pub tabs: u8,
    /// The deadline at which the chats go back is set.
    pub away: bool,
    pub load: i8,
    pub capacity: i8,
    pub ceiling: i8,
}

/// What was read before a transaction could lock: it is written on the strength of this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Open {
    pub work: Work,
    /// The chat as it was read; only where no lock keeps it so.
    pub stand: Option<Stand>,
    /// The offer as it was read; only where it is not read again.
    pub offer: Option<Offer>,
}

/// A use case that locks one chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// A tab's yes; which of the two tabs sent it makes no difference to the desk.
    Accept {
        chat: ChatNo,
        offer: OfferNo,
    },
    Reject {
        chat: ChatNo,
        offer: OfferNo,
    },
    /// From the list of waiting chats.
    Join {
        agent: AgentNo,
        chat: ChatNo,
    },
    /// The router has chosen.
    Route {
        chat: ChatNo,
        agent: AgentNo,
    },
    Expire {
        chat: ChatNo,
        offer: OfferNo,
    },
    /// "End chat".
    CustomerEnds {
        chat: ChatNo,
    },
    CustomerGone {
        chat: ChatNo,
    },
    /// A message of the customer: who was only gone is back with it.
    CustomerWrites {
        chat: ChatNo,
    },
    /// The agent ends the chat and leaves it.
    Finish {
        agent: AgentNo,
        chat: ChatNo,
    },
    TakeOver {
        agent: AgentNo,
        chat: ChatNo,
    },
}

impl Work {
    pub fn chat(&self) -> ChatNo {
        match *self {
            Work::Accept { chat, .. }
            | Work::Reject { chat, .. }
            | Work::Join { chat, .. }
            | Work::Route { chat, .. }
            | Work::Expire { chat, .. }
            | Work::CustomerEnds { chat }
            | Work::CustomerGone { chat }
            | Work::CustomerWrites { chat }
            | Work::Finish { chat, .. }
            | Work::TakeOver { chat, .. } => chat,
        }
    }

    fn chat_mut(&mut self) -> &mut ChatNo {
        match self {
            Work::Accept { chat, .. }
            | Work::Reject { chat, .. }
            | Work::Join { chat, .. }
            | Work::Route { chat, .. }
            | Work::Expire { chat, .. }
            | Work::CustomerEnds { chat }
            | Work::CustomerGone { chat }
            | Work::CustomerWrites { chat }
            | Work::Finish { chat, .. }
            | Work::TakeOver { chat, .. } => chat,
        }
    }
}

/// What was seen to go wrong in a step, where the state after it does not show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wrong {
    /// A yes to an offer that this agent has accepted was refused.
    SecondYesRefused,
    /// A yes after the deadline was taken.
    LateYes,
    /// A chat went back from an agent who is there.
    TakenFromPresent,
    /// A chat left an agent by somebody's join.
    TakenByJoin,
}

/// The whole desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Desk {
    pub chats: [Chat; 2],
    pub agents: [Agent; 2],
    /// A transaction that has read and not yet written. All others run whole beside it: a second one that has only read
    /// would do what one does that begins later.
    pub open: Option<Open>,
    pub wrong: Option<Wrong>,
}

impl Desk {
    /// Two chats wait; one agent has one place, the other two.
    pub fn at_first() -> Self {
        let chat = Chat { stand: Stand::Waiting, offers: [None; ATTEMPTS], mine: [false; 2] };
        let agent = |capacity| Agent { ready: true, missed: false, tabs: 1, away: false, load: 0, capacity, ceiling: capacity };
        Self { chats: [chat; 2], agents: [agent(1), agent(2)], open: None, wrong: None }
    }

    /// One of all situations that nothing can tell apart: the chats are alike, so it does not matter which is which; of an
    /// offer that has ended little matters; a deadline for nothing is none; and a router's choice for a chat that cannot be
    /// offered any more comes to nothing.
    pub fn canonical(mut self) -> Self {
        if self.open.is_some_and(|open| matches!(open.work, Work::Route { .. }) && !self.can_ring(open.work.chat())) {
            self.open = None;
        }
        if self.open.is_none_or(|open| matches!(open.work, Work::Route { .. })) {
            self.chats.iter_mut().for_each(Chat::forget);
        }
        for no in 0..2 {
            self.agents[usize::from(no)].away &= self.chats.iter().any(|chat| chat.stand.owner() == Some(no));
        }
        let mut other = self;
        other.chats.swap(0, 1);
        if let Some(open) = &mut other.open {
            let chat = open.work.chat_mut();
            *chat = 1 - *chat;
        }
        self.min(other)
    }

    /// Whether a chat may still be offered, now or later: the check makes a few offers only.
    fn can_ring(&self, no: ChatNo) -> bool {
        self.chat(no).stand != Stand::Closed && self.chat(no).offers.contains(&None) && self.offers_made() < OFFERS
    }
    pub fn offers_made(&self) -> usize {
        self.chats.iter().flat_map(|chat| &chat.offers).flatten().count()
    }

    pub fn chat(&self, no: ChatNo) -> &Chat {
        &self.chats[usize::from(no)]
    }
    pub fn chat_mut(&mut self, no: ChatNo) -> &mut Chat {
        &mut self.chats[usize::from(no)]
    }
    pub fn agent(&self, no: AgentNo) -> &Agent {
        &self.agents[usize::from(no)]
    }
    pub fn agent_mut(&mut self, no: AgentNo) -> &mut Agent {
        &mut self.agents[usize::from(no)]
    }
    /// How many chats an agent holds, counted.
    pub fn held_by(&self, agent: AgentNo) -> i8 {
        self.chats.iter().map(|chat| i8::from(chat.stand.holder() == Some(agent))).sum()
    }
}
