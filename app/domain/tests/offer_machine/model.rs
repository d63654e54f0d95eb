//! Everything that can happen next, for the checker.

use crate::{
    guards::{Guard, Guards},
    promises::{self, Seen},
    rules,
    state::{AgentNo, ChatNo, Desk, OfferNo, Open, Work},
    transaction::{self, Tx},
};
use stateright::{Model, Property};

/// The desk with the guards that stand.
pub struct Machine {
    pub guards: Guards,
    pub seen: Seen,
}

/// One step of the world.
///
/// A request of a tab may arrive at any time after its offer was made, any number of times, or never: so a message that is
/// lost, repeated, late, or sent again because the node died before it answered, is an order of these steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A transaction reads, and others come before it writes.
    Reads(Work),
    /// … and writes.
    Commits,
    /// The node dies before that.
    Dies,
    /// A transaction with nothing in between.
    Does(Work),
    DeadlinePasses {
        chat: ChatNo,
        offer: OfferNo,
    },
    SaysReady(AgentNo),
    SaysNotReady(AgentNo),
    TabOpens(AgentNo),
    /// It was closed, or crashed, and its lease ran out.
    TabGone(AgentNo),
    ChatsReturn(AgentNo),
    CapacityCut(AgentNo),
}

/// Whose capacity is cut, and to what.
const CUT: (AgentNo, i8) = (1, 1);

impl Machine {
    pub fn with(guards: Guards) -> Self {
        Self { guards, seen: Seen::default() }
    }

    /// Whether it matters what comes between reading and writing: what is read again under a lock is as good as read late.
    fn is_split(&self, work: Work) -> bool {
        match work {
            Work::Route { .. } => true,
            Work::Accept { .. } => !self.guards.has(Guard::ReadAgain) || !self.guards.has(Guard::LockChat),
            Work::Reject { .. }
            | Work::Join { .. }
            | Work::Expire { .. }
            | Work::CustomerEnds { .. }
            | Work::CustomerGone { .. }
            | Work::CustomerWrites { .. }
            | Work::Finish { .. }
            | Work::TakeOver { .. } => !self.guards.has(Guard::LockChat),
        }
    }

    /// What a transaction reads at its beginning and goes by at its end.
    fn open(&self, desk: &Desk, work: Work) -> Open {
        let chat = desk.chat(work.chat());
        let stand = (!self.guards.has(Guard::LockChat)).then_some(chat.stand);
        let offer = match work {
            Work::Accept { offer, .. } if !self.guards.has(Guard::ReadAgain) => chat.offer(offer).copied(),
            Work::Accept { .. }
            | Work::Reject { .. }
            | Work::Join { .. }
            | Work::Route { .. }
            | Work::Expire { .. }
            | Work::CustomerEnds { .. }
            | Work::CustomerGone { .. }
            | Work::CustomerWrites { .. }
            | Work::Finish { .. }
            | Work::TakeOver { .. } => None,
        };
        Open { work, stand, offer }
    }

    fn step(&self, desk: &Desk, action: Action) -> Option<Desk> {
        let mut tx = Tx::of(desk, self.guards);
        let done = match action {
            Action::Reads(work) => {
                tx.desk.open = Some(self.open(desk, work));
                Ok(())
            }
            Action::Commits => {
                let open = desk.open?;
                tx.desk.open = None;
                return Some(transaction::run(&tx.desk, self.guards, open));
            }
            Action::Dies => {
                tx.desk.open = None;
                Ok(())
            }
            Action::Does(work) => return Some(transaction::run(desk, self.guards, Open { work, stand: None, offer: None })),
            Action::DeadlinePasses { chat, offer } => {
                tx.desk.chat_mut(chat).offers[usize::from(offer)].as_mut()?.due = true;
                Ok(())
            }
            Action::SaysReady(agent) => tx.wishes(agent, true),
            Action::SaysNotReady(agent) => tx.wishes(agent, false),
            Action::TabOpens(agent) => {
                tx.comes(agent);
                Ok(())
            }
            Action::TabGone(agent) => tx.goes(agent),
            Action::ChatsReturn(agent) => tx.return_chats(agent),
            Action::CapacityCut(agent) => {
                tx.set_capacity(agent, CUT.1);
                Ok(())
            }
        };
        done.ok().map(|()| tx.desk)
    }
}

/// What may be asked for one chat.
fn works(desk: &Desk, no: ChatNo, works: &mut Vec<Work>) {
    let chat = desk.chat(no);
    for (offer, row) in (0..).zip(&chat.offers) {
        let Some(row) = row else { continue };
        works.push(Work::Accept { chat: no, offer });
        works.push(Work::Reject { chat: no, offer });
        if row.due && row.end.is_none() {
            works.push(Work::Expire { chat: no, offer });
        }
    }
    works.extend(rules::choose(desk, chat).map(|agent| Work::Route { chat: no, agent }));
    for agent in 0..2 {
        works.push(Work::Join { agent, chat: no });
        works.push(Work::Finish { agent, chat: no });
        works.push(Work::TakeOver { agent, chat: no });
    }
    works.extend([Work::CustomerEnds { chat: no }, Work::CustomerGone { chat: no }, Work::CustomerWrites { chat: no }]);
}

impl Model for Machine {
    type State = Desk;
    type Action = Action;

    fn init_states(&self) -> Vec<Desk> {
        vec![Desk::at_first()]
    }

    fn actions(&self, desk: &Desk, actions: &mut Vec<Action>) {
        if desk.wrong.is_some() {
            return;
        }
        let mut possible = Vec::new();
        for no in 0..2 {
            works(desk, no, &mut possible);
            actions
                .extend(desk.chat(no).pending().filter(|(_, row)| !row.due).map(|(offer, _)| Action::DeadlinePasses { chat: no, offer }));
        }
        for work in possible {
            actions.push(Action::Does(work));
            if desk.open.is_none() && self.is_split(work) {
                actions.push(Action::Reads(work));
            }
        }
        if desk.open.is_some() {
            actions.extend([Action::Commits, Action::Dies]);
        }
        for (no, agent) in (0..).zip(&desk.agents) {
            actions.push(if agent.ready { Action::SaysNotReady(no) } else { Action::SaysReady(no) });
            if agent.tabs < 2 {
                actions.push(Action::TabOpens(no));
            }
            if agent.tabs > 0 {
                actions.push(Action::TabGone(no));
            }
            if agent.away {
                actions.push(Action::ChatsReturn(no));
            }
            if no == CUT.0 && agent.capacity > CUT.1 {
                actions.push(Action::CapacityCut(no));
            }
        }
    }

    fn next_state(&self, desk: &Desk, action: Action) -> Option<Desk> {
        let next = self.step(desk, action)?;
        self.seen.note(&next);
        Some(next.canonical()).filter(|next| next != desk)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises::all()
    }
}
