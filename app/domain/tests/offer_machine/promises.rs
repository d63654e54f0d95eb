//! What must hold in every committed state, and what must happen somewhere for the check to mean anything.

use crate::{
    model::Machine,
    state::{AgentNo, Chat, Desk, End, Offer, Stand, Wrong},
};
use stateright::Property;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

type Promise = fn(&Machine, &Desk) -> bool;
type Happens = fn(&Desk) -> bool;

const ALWAYS: [(&str, Promise); 16] = [
    ("R1 at most one pending offer a chat", |_, desk| desk.chats.iter().all(|chat| chat.pending().count() <= 1)),
    ("R1 at most one agent takes a chat for theirs", |_, desk| desk.chats.iter().all(|chat| chat.mine != [true, true])),
    ("R3 load within its ceiling", |_, desk| desk.agents.iter().all(|agent| agent.load <= agent.ceiling)),
    ("R4 each offer ends once, and the log agrees", |_, desk| offers(desk).all(|row| row.logged == u8::from(row.end.is_some()))),
    ("R4 a yes after the deadline is none", |_, desk| desk.wrong != Some(Wrong::LateYes)),
    ("R4 the loser is told", |_, desk| offers(desk).all(|row| row.rings == row.end.is_none())),
    ("R5 a second yes is the same success", |_, desk| desk.wrong != Some(Wrong::SecondYesRefused)),
    ("R6 what rings and the chat name each other", |_, desk| desk.chats.iter().all(rings_as_it_stands)),
    ("R7 nothing rings at who is gone", |_, desk| pending(desk).all(|row| desk.agent(row.agent).tabs > 0)),
    ("R7 no chat stays with who is gone", |_, desk| (0..2).all(|no| has_a_way_back(desk, no))),
    ("R7 chats go back only from who is gone", |_, desk| desk.wrong != Some(Wrong::TakenFromPresent)),
    ("R9 nothing rings at who is not ready", |_, desk| pending(desk).all(|row| desk.agent(row.agent).ready)),
    ("R9 nothing rings at who missed the last one", |_, desk| pending(desk).all(|row| !desk.agent(row.agent).missed)),
    ("R10 nobody takes a chat for theirs that is not", |_, desk| desk.chats.iter().all(is_told_as_it_stands)),
    ("R11 a chat changes hands only by a hand-over", |_, desk| desk.wrong != Some(Wrong::TakenByJoin)),
    ("R13 load is what a recount gives", |_, desk| (0..2).all(|no| desk.agent(no).load == desk.held_by(no))),
];

const SOMETIMES: [(&str, Happens); 9] = [
    ("a yes succeeds", |desk| offers(desk).any(|row| row.yes)),
    ("an offer expires", |desk| offers(desk).any(|row| row.end == Some(End::Expired))),
    ("a chat is declined and rings elsewhere", |desk| desk.chats.iter().any(rings_elsewhere)),
    ("a chat is taken while it rings at another", |desk| desk.chats.iter().any(was_stolen)),
    ("a customer's end beats a ringing offer", |desk| desk.chats.iter().any(was_cancelled)),
    ("an offer is withdrawn", |desk| offers(desk).any(|row| row.end == Some(End::Revoked))),
    ("a chat comes back from a lost browser", |desk| desk.chats.iter().any(came_back)),
    ("a cut leaves an agent above capacity", |desk| desk.agents.iter().any(|agent| agent.load > agent.capacity)),
    ("the agent chosen changes before the offer is made", |desk| chosen_has_changed(desk)),
];

pub fn all() -> Vec<Property<Machine>> {
    ALWAYS.map(|(name, holds)| Property::always(name, holds)).into()
}

/// What has been seen to happen. Noted at each step, as what is kept of a desk does not tell all that led there.
#[derive(Default)]
pub struct Seen([AtomicBool; SOMETIMES.len()]);

impl Seen {
    pub fn note(&self, desk: &Desk) {
        for (seen, (_, happens)) in self.0.iter().zip(SOMETIMES) {
            if !seen.load(Relaxed) && happens(desk) {
                seen.store(true, Relaxed);
            }
        }
    }
    /// What was not seen, by name.
    pub fn missing(&self) -> Vec<&'static str> {
        self.0.iter().zip(SOMETIMES).filter(|(seen, _)| !seen.load(Relaxed)).map(|(_, (name, _))| name).collect()
    }
}

fn offers(desk: &Desk) -> impl Iterator<Item = &Offer> {
    desk.chats.iter().flat_map(|chat| chat.offers.iter().flatten())
}

fn pending(desk: &Desk) -> impl Iterator<Item = &Offer> {
    offers(desk).filter(|row| row.end.is_none())
}

/// Offered exactly while an offer is pending, and of the same agent.
fn rings_as_it_stands(chat: &Chat) -> bool {
    let ringing = chat.pending().next().map(|(offer, row)| (offer, row.agent));
    match chat.stand {
        Stand::Offered { offer, agent } => ringing == Some((offer, agent)),
        Stand::Waiting | Stand::Active { .. } | Stand::WrapUp { .. } | Stand::Gone | Stand::Left | Stand::Closed => ringing.is_none(),
    }
}

/// The streams say "yours" to the owner and to nobody else; and success was said to who accepted, and to nobody else.
fn is_told_as_it_stands(chat: &Chat) -> bool {
    let told = (0..2).all(|no| chat.mine[usize::from(no)] == (chat.stand.owner() == Some(no)));
    told && chat.offers.iter().flatten().all(|row| row.yes == (row.end == Some(End::Accepted)))
}

/// Who holds a chat without a browser has a deadline for it.
fn has_a_way_back(desk: &Desk, no: AgentNo) -> bool {
    let agent = desk.agent(no);
    agent.tabs > 0 || agent.away || desk.chats.iter().all(|chat| chat.stand.owner() != Some(no))
}

fn rings_elsewhere(chat: &Chat) -> bool {
    let declined = chat.offers.iter().flatten().find(|row| row.end == Some(End::Rejected));
    declined.is_some_and(|declined| chat.pending().any(|(_, row)| row.agent != declined.agent))
}

fn was_stolen(chat: &Chat) -> bool {
    let Stand::Active { agent } = chat.stand else { return false };
    chat.offers.iter().flatten().any(|row| row.end == Some(End::Cancelled) && row.agent != agent)
}

fn was_cancelled(chat: &Chat) -> bool {
    chat.stand == Stand::Left && chat.offers.iter().flatten().any(|row| row.end == Some(End::Cancelled))
}

fn came_back(chat: &Chat) -> bool {
    chat.stand == Stand::Waiting && chat.offers.iter().flatten().any(|row| row.end == Some(End::Accepted))
}

fn chosen_has_changed(desk: &Desk) -> bool {
    let Some(open) = desk.open else { return false };
    match open.work {
        crate::state::Work::Route { agent, .. } => {
            let agent = desk.agent(agent);
            !agent.ready || agent.tabs == 0 || agent.load >= agent.capacity
        }
        _ => false,
    }
}
