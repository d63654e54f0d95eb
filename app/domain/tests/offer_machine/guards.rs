//! What keeps two transactions, or a late request, from doing harm. Each can be taken away.

/// A guard of the engine or of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Guard {
    /// The unique index on pending offers of one chat.
    PendingUnique,
    /// An offer ends by `… where state = 'pending'`.
    CompareAndSetEnd,
    /// A yes counts until the deadline and its grace.
    DeadlineAtAccept,
    /// A yes to an accepted offer is the same success.
    AcceptAgain,
    /// An offer is read again once its chat is locked.
    ReadAgain,
    /// `… set load = load + 1 where load < capacity`.
    CapacityCheck,
    /// A place is given back with the step that leaves it.
    FreePlace,
    /// The chat's row is locked, and stored only at the version that was read.
    LockChat,
    /// The agent is asked again, once their row is locked, whether they are ready.
    WishAtOffer,
    /// … and whether they still have a browser.
    LeaseAtOffer,
    /// The last lease's end withdraws what rings.
    RevokeAtLease,
    /// Ceasing to be ready withdraws what rings.
    RevokeAtNotReady,
    /// Who missed an offer is not ready.
    MissedIsNotReady,
    /// The customer's end withdraws what rings.
    CancelAtEnd,
    /// Taking a chat that rings at somebody else withdraws it there.
    CancelAtSteal,
    /// The holder of an offer that ended is told in the same transaction.
    TellHolder,
    /// The owner who loses a chat is told in the same transaction.
    TellOwner,
    /// Chats go back only while their agent has no browser.
    GoneAtReturn,
    /// Who takes a chat without a browser has it for a while only.
    ExpectAtJoin,
    /// Only a chat that nobody has can be joined.
    OwnerAtJoin,
}

impl Guard {
    pub const ALL: [Guard; 20] = [
        Self::PendingUnique,
        Self::CompareAndSetEnd,
        Self::DeadlineAtAccept,
        Self::AcceptAgain,
        Self::ReadAgain,
        Self::CapacityCheck,
        Self::FreePlace,
        Self::LockChat,
        Self::WishAtOffer,
        Self::LeaseAtOffer,
        Self::RevokeAtLease,
        Self::RevokeAtNotReady,
        Self::MissedIsNotReady,
        Self::CancelAtEnd,
        Self::CancelAtSteal,
        Self::TellHolder,
        Self::TellOwner,
        Self::GoneAtReturn,
        Self::ExpectAtJoin,
        Self::OwnerAtJoin,
    ];

    /// The promise that breaks without it.
    pub fn keeps(self) -> &'static str {
        match self {
            Self::PendingUnique => "R1 at most one pending offer a chat",
            Self::CompareAndSetEnd => "R4 each offer ends once, and the log agrees",
            Self::DeadlineAtAccept => "R4 a yes after the deadline is none",
            Self::AcceptAgain | Self::ReadAgain => "R5 a second yes is the same success",
            Self::CapacityCheck => "R3 load within its ceiling",
            Self::FreePlace => "R13 load is what a recount gives",
            Self::LockChat | Self::CancelAtEnd | Self::CancelAtSteal => "R6 what rings and the chat name each other",
            Self::WishAtOffer | Self::RevokeAtNotReady => "R9 nothing rings at who is not ready",
            Self::MissedIsNotReady => "R9 nothing rings at who missed the last one",
            Self::LeaseAtOffer | Self::RevokeAtLease => "R7 nothing rings at who is gone",
            Self::TellHolder => "R4 the loser is told",
            Self::TellOwner => "R10 nobody takes a chat for theirs that is not",
            Self::GoneAtReturn => "R7 chats go back only from who is gone",
            Self::ExpectAtJoin => "R7 no chat stays with who is gone",
            Self::OwnerAtJoin => "R11 a chat changes hands only by a hand-over",
        }
    }

    /// All guards but this one. What only matters once another has failed goes without that one, too.
    pub fn gone(self) -> Guards {
        match self {
            Self::PendingUnique => Guards::ALL.without(Self::LockChat).without(self),
            Self::CompareAndSetEnd
            | Self::DeadlineAtAccept
            | Self::AcceptAgain
            | Self::ReadAgain
            | Self::CapacityCheck
            | Self::FreePlace
            | Self::LockChat
            | Self::WishAtOffer
            | Self::LeaseAtOffer
            | Self::RevokeAtLease
            | Self::RevokeAtNotReady
            | Self::MissedIsNotReady
            | Self::CancelAtEnd
            | Self::CancelAtSteal
            | Self::TellHolder
            | Self::TellOwner
            | Self::GoneAtReturn
            | Self::ExpectAtJoin
            | Self::OwnerAtJoin => Guards::ALL.without(self),
        }
    }
}

/// The guards that stand.
#[derive(Debug, Clone, Copy)]
pub struct Guards(u32);

impl Guards {
    pub const ALL: Self = Self(u32::MAX);

    pub const fn without(self, guard: Guard) -> Self {
        Self(self.0 & !(1 << guard as u8))
    }
    pub fn has(self, guard: Guard) -> bool {
        self.0 & (1 << guard as u8) != 0
    }
}
