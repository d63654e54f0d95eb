//! The use cases of the engine in small: what each reads, decides and writes in its transaction. The names are those of
//! `engine::services` and `engine::database`.

use crate::{
    guards::{Guard, Guards},
    rules::{self, Stepped},
    state::{AgentNo, ChatNo, Desk, End, OFFERS, Offer, OfferNo, Open, Stand, Work, Wrong},
};
use domain::offer::{Acceptance, OfferGone};

/// Why a transaction is rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolledBack {
    Refused,
    /// The answer to a yes: the offer is gone.
    OfferGone,
}

impl From<domain::conversation::Refusal> for RolledBack {
    fn from(_: domain::conversation::Refusal) -> Self {
        Self::Refused
    }
}

type Done = Result<(), RolledBack>;

/// A transaction; dropped without [`Tx::desk`] being used it is rolled back.
pub struct Tx {
    pub desk: Desk,
    guards: Guards,
    /// What was read too early, until it is used.
    stand: Option<Stand>,
    offer: Option<Offer>,
}

/// Runs one use case on what is committed. `early` is what it has read before.
pub fn run(desk: &Desk, guards: Guards, open: Open) -> Desk {
    let mut tx = Tx { desk: *desk, guards, stand: open.stand, offer: open.offer };
    match tx.work(open.work) {
        Ok(()) => tx.desk,
        Err(RolledBack::Refused) => *desk,
        Err(RolledBack::OfferGone) => refused(*desk, open.work),
    }
}

/// The answer "gone" to a yes.
fn refused(mut desk: Desk, work: Work) -> Desk {
    if let Work::Accept { chat, offer } = work
        && desk.chat(chat).offer(offer).is_some_and(|row| row.end == Some(End::Accepted))
    {
        desk.wrong = Some(Wrong::SecondYesRefused);
    }
    desk
}

impl Tx {
    pub fn of(desk: &Desk, guards: Guards) -> Self {
        Self { desk: *desk, guards, stand: None, offer: None }
    }

    fn work(&mut self, work: Work) -> Done {
        match work {
            Work::Accept { chat, offer } => self.accept(chat, offer),
            Work::Reject { chat, offer } => self.reject(chat, offer),
            Work::Join { agent, chat } => self.join(agent, chat),
            Work::Route { chat, agent } => self.make(chat, agent),
            Work::Expire { chat, offer } => self.expire(chat, offer),
            Work::CustomerEnds { chat } => self.customer_ends(chat),
            Work::CustomerGone { chat } => self.give_up(chat),
            Work::CustomerWrites { chat } => self.step(chat, rules::customer_writes),
            Work::Finish { agent, chat } => self.step(chat, |stand| rules::finish(stand, agent)),
            Work::TakeOver { agent, chat } => {
                self.step(chat, |stand| rules::take_over(stand, agent))?;
                self.expect(agent);
                Ok(())
            }
        }
    }

    /// The chat as the transaction reads it: locked it is what stands; else what was read before, once.
    fn lock(&mut self, chat: ChatNo) -> Stand {
        self.stand.take().unwrap_or(self.desk.chat(chat).stand)
    }

    fn step(&mut self, chat: ChatNo, take: impl FnOnce(Stand) -> Result<Stepped, domain::conversation::Refusal>) -> Done {
        let before = self.lock(chat);
        let after = take(before)?;
        self.store(chat, before, &after)
    }

    fn accept(&mut self, chat: ChatNo, offer: OfferNo) -> Done {
        let before = self.lock(chat);
        let Some(row) = self.offer.take().or_else(|| self.desk.chat(chat).offer(offer).copied()) else { return Err(RolledBack::Refused) };
        match rules::may_accept(&row) {
            Ok(Acceptance::Already) if self.guards.has(Guard::AcceptAgain) => return Ok(()),
            Ok(Acceptance::Now) => {}
            Err(OfferGone(_)) if row.end.is_none() && !self.guards.has(Guard::DeadlineAtAccept) => {}
            Ok(Acceptance::Already) | Err(OfferGone(_)) => return Err(RolledBack::OfferGone),
        }
        if !self.end_offer(chat, offer, End::Accepted) {
            return Err(RolledBack::OfferGone);
        }
        let after = rules::join(before, row.agent)?;
        self.store(chat, before, &after)?;
        self.tell_offer_gone(chat, offer);
        if row.due {
            self.desk.wrong = Some(Wrong::LateYes);
        }
        self.with_offer(chat, offer, |row| row.yes = true);
        Ok(())
    }

    fn reject(&mut self, chat: ChatNo, offer: OfferNo) -> Done {
        let Some(agent) = self.desk.chat(chat).offer(offer).map(|row| row.agent) else { return Err(RolledBack::Refused) };
        if self.end(chat, offer, End::Rejected)? && self.desk.agent(agent).load == 0 {
            self.become_not_ready(agent)?;
        }
        Ok(())
    }

    fn join(&mut self, agent: AgentNo, chat: ChatNo) -> Done {
        let before = self.lock(chat);
        if let Stand::Offered { offer, agent: held } = before {
            if held == agent {
                return self.accept(chat, offer);
            }
            if self.guards.has(Guard::CancelAtSteal) {
                self.stand = Some(before);
                self.end(chat, offer, End::Cancelled)?;
            }
        }
        let before = if self.guards.has(Guard::LockChat) { self.desk.chat(chat).stand } else { released(before) };
        let asks = self.guards.has(Guard::OwnerAtJoin);
        let after = if asks { rules::join(before, agent)? } else { rules::join_unasked(before, agent)? };
        if matches!(before, Stand::Active { agent: owner } if owner != agent) {
            self.desk.wrong = Some(Wrong::TakenByJoin);
        }
        self.store(chat, before, &after)?;
        self.expect(agent);
        Ok(())
    }

    /// Holds a waiting chat out to the agent whom the router has chosen, who may have changed since.
    fn make(&mut self, chat: ChatNo, agent: AgentNo) -> Done {
        let before = self.lock(chat);
        let row = self.desk.chat(chat);
        let Some(no) = row.offers.iter().position(Option::is_none) else { return Err(RolledBack::Refused) };
        if self.desk.offers_made() == OFFERS {
            return Err(RolledBack::Refused);
        }
        let offer = u8::try_from(no).expect("few offers");
        let after = rules::offer(before, offer, agent)?;
        if self.guards.has(Guard::PendingUnique) && row.pending().next().is_some() {
            return Err(RolledBack::Refused);
        }
        self.desk.chat_mut(chat).offers[no] = Some(Offer { agent, end: None, due: false, logged: 0, rings: true, yes: false });
        self.store(chat, before, &after)?;
        let holder = self.desk.agent(agent);
        let is_wanted = holder.ready || !self.guards.has(Guard::WishAtOffer);
        let is_there = holder.tabs > 0 || !self.guards.has(Guard::LeaseAtOffer);
        if is_wanted && is_there { Ok(()) } else { Err(RolledBack::Refused) }
    }

    fn expire(&mut self, chat: ChatNo, offer: OfferNo) -> Done {
        let Some(agent) = self.desk.chat(chat).offer(offer).map(|row| row.agent) else { return Err(RolledBack::Refused) };
        if self.end(chat, offer, End::Expired)? {
            self.desk.agent_mut(agent).missed = true;
            if self.guards.has(Guard::MissedIsNotReady) {
                self.become_not_ready(agent)?;
            }
        }
        Ok(())
    }

    fn customer_ends(&mut self, chat: ChatNo) -> Done {
        let before = self.lock(chat);
        rules::customer_ends(before)?;
        self.cancel_of(chat, before)?;
        self.step(chat, rules::customer_ends)
    }

    fn give_up(&mut self, chat: ChatNo) -> Done {
        let before = self.lock(chat);
        self.cancel_of(chat, before)?;
        self.step(chat, rules::customer_gone)
    }

    fn cancel_of(&mut self, chat: ChatNo, before: Stand) -> Done {
        self.stand = (!self.guards.has(Guard::LockChat)).then_some(before);
        if let Stand::Offered { offer, .. } = before
            && self.guards.has(Guard::CancelAtEnd)
        {
            self.end(chat, offer, End::Cancelled)?;
        }
        Ok(())
    }

    /// Ends a pending offer without a chat; `false` if it had ended already.
    fn end(&mut self, chat: ChatNo, offer: OfferNo, how: End) -> Result<bool, RolledBack> {
        let before = self.lock(chat);
        let Some(agent) = self.desk.chat(chat).offer(offer).map(|row| row.agent) else { return Ok(false) };
        if !self.end_offer(chat, offer, how) {
            return Ok(false);
        }
        let after = rules::offer_ended(before, offer, agent, how.as_domain())?;
        self.store(chat, before, &after)?;
        self.tell_offer_gone(chat, offer);
        Ok(true)
    }

    /// The compare-and-set.
    fn end_offer(&mut self, chat: ChatNo, offer: OfferNo, how: End) -> bool {
        let must_be_pending = self.guards.has(Guard::CompareAndSetEnd);
        let mut changed = false;
        self.with_offer(chat, offer, |row| {
            changed = row.end.is_none() || !must_be_pending;
            if changed {
                (row.end, row.due) = (Some(how), false);
            }
        });
        changed
    }

    fn tell_offer_gone(&mut self, chat: ChatNo, offer: OfferNo) {
        if self.guards.has(Guard::TellHolder) {
            self.with_offer(chat, offer, |row| row.rings = false);
        }
    }

    fn with_offer(&mut self, chat: ChatNo, offer: OfferNo, change: impl FnOnce(&mut Offer)) {
        if let Some(row) = self.desk.chat_mut(chat).offers[usize::from(offer)].as_mut() {
            change(row);
        }
    }

    /// `ledger::store`: the row, the log, the places and the lists.
    fn store(&mut self, chat: ChatNo, before: Stand, after: &Stepped) -> Done {
        if after.is_nothing {
            return Ok(());
        }
        self.desk.chat_mut(chat).stand = after.stand;
        if let Some(offer) = after.ended {
            self.with_offer(chat, offer, |row| row.logged = (row.logged + 1).min(2));
        }
        let (old, new) = (before.holder(), after.stand.holder());
        if old != new {
            if let Some(agent) = old.filter(|_| self.guards.has(Guard::FreePlace)) {
                self.free_place(agent);
            }
            if let Some(agent) = new {
                self.take_place(agent)?;
            }
        }
        self.tell_owners(chat, before.owner(), after.stand.owner());
        Ok(())
    }

    fn tell_owners(&mut self, chat: ChatNo, old: Option<AgentNo>, new: Option<AgentNo>) {
        let tells_loser = self.guards.has(Guard::TellOwner);
        let mine = &mut self.desk.chat_mut(chat).mine;
        if let Some(agent) = old.filter(|agent| Some(*agent) != new && tells_loser) {
            mine[usize::from(agent)] = false;
        }
        if let Some(agent) = new {
            mine[usize::from(agent)] = true;
        }
    }

    fn take_place(&mut self, agent: AgentNo) -> Done {
        let checks = self.guards.has(Guard::CapacityCheck);
        let row = self.desk.agent_mut(agent);
        if checks && row.load >= row.capacity {
            return Err(RolledBack::Refused);
        }
        row.load += 1;
        Ok(())
    }

    fn free_place(&mut self, agent: AgentNo) {
        let row = self.desk.agent_mut(agent);
        row.load -= 1;
        row.ceiling = row.load.max(row.capacity);
    }

    fn become_not_ready(&mut self, agent: AgentNo) -> Done {
        self.desk.agent_mut(agent).ready = false;
        self.revoke_all(agent)
    }

    fn revoke_all(&mut self, agent: AgentNo) -> Done {
        for chat in 0..2 {
            let ringing: Vec<OfferNo> =
                self.desk.chat(chat).pending().filter(|(_, row)| row.agent == agent).map(|(offer, _)| offer).collect();
            for offer in ringing {
                self.end(chat, offer, End::Revoked)?;
            }
        }
        Ok(())
    }

    /// `presence::set_wish`.
    pub fn wishes(&mut self, agent: AgentNo, ready: bool) -> Done {
        let row = self.desk.agent_mut(agent);
        (row.ready, row.missed) = (ready, row.missed && !ready);
        if !ready && self.guards.has(Guard::RevokeAtNotReady) {
            self.revoke_all(agent)?;
        }
        Ok(())
    }

    /// `presence::lease` of one tab more.
    pub fn comes(&mut self, agent: AgentNo) {
        let clears = self.guards.has(Guard::GoneAtReturn);
        let row = self.desk.agent_mut(agent);
        row.tabs += 1;
        row.away &= !clears;
    }

    /// A tab's lease ran out: `presence::gone` with the last one.
    pub fn goes(&mut self, agent: AgentNo) -> Done {
        let row = self.desk.agent_mut(agent);
        row.tabs -= 1;
        if row.tabs == 0 {
            row.away = true;
            if self.guards.has(Guard::RevokeAtLease) {
                self.revoke_all(agent)?;
            }
        }
        Ok(())
    }

    fn expect(&mut self, agent: AgentNo) {
        let expects = self.guards.has(Guard::ExpectAtJoin);
        let row = self.desk.agent_mut(agent);
        row.away |= row.tabs == 0 && expects;
    }

    /// `presence::return_chats`, fired by its deadline.
    pub fn return_chats(&mut self, agent: AgentNo) -> Done {
        let row = self.desk.agent_mut(agent);
        row.away = false;
        if row.tabs > 0 && self.guards.has(Guard::GoneAtReturn) {
            return Ok(());
        }
        let is_there = row.tabs > 0;
        for chat in 0..2 {
            if self.desk.chat(chat).stand.owner() == Some(agent) {
                self.step(chat, rules::returned)?;
                if is_there {
                    self.desk.wrong = Some(Wrong::TakenFromPresent);
                }
            }
        }
        Ok(())
    }

    /// An admin changes how many chats an agent may have.
    pub fn set_capacity(&mut self, agent: AgentNo, capacity: i8) {
        let row = self.desk.agent_mut(agent);
        (row.capacity, row.ceiling) = (capacity, row.load.max(capacity));
    }
}

/// What a chat that rang is once its offer has ended.
fn released(stand: Stand) -> Stand {
    match stand {
        Stand::Offered { .. } => Stand::Waiting,
        Stand::Waiting | Stand::Active { .. } | Stand::WrapUp { .. } | Stand::Gone | Stand::Left | Stand::Closed => stand,
    }
}
