//! Which chats have a window, where it stands, and which one the agent works in.
//!
//! Two windows stand side by side in the dock; a third one takes the place of the one that was used longest ago, which
//! then lies minimised in the strip. A window keeps its place while others come and go.

use domain::ids::ConversationId;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// A place in the dock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Start,
    End,
}

/// A chat's window; without a slot it lies in the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pane {
    pub chat: ConversationId,
    pub slot: Option<Slot>,
    /// Looked into, not one's own: read only.
    pub visiting: bool,
    /// Grows with each use: the lowest is the one used longest ago.
    used: u64,
}

/// The windows of the console, in the order in which they were opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panes {
    list: Vec<Pane>,
    current: Option<ConversationId>,
    uses: u64,
}

impl Panes {
    pub fn list(&self) -> &[Pane] {
        &self.list
    }
    pub fn find(&self, chat: ConversationId) -> Option<&Pane> {
        self.list.iter().find(|pane| pane.chat == chat)
    }
    pub fn current(&self) -> Option<ConversationId> {
        self.current
    }

    /// Gives `chat` a window that is used now.
    fn open(&mut self, chat: ConversationId, visiting: bool) {
        self.add(chat, visiting);
        let slot = self.find(chat).and_then(|pane| pane.slot).or_else(|| self.free_slot()).unwrap_or_else(|| self.make_room());
        if let Some(pane) = self.find_mut(chat) {
            pane.slot = Some(slot);
            pane.visiting = visiting;
        }
        self.use_now(chat);
    }

    /// Gives `chat` a window where there is room, else one in the strip; the agent stays where they are.
    fn open_beside(&mut self, chat: ConversationId) {
        if self.find(chat).is_some_and(|pane| !pane.visiting) {
            return;
        }
        self.add(chat, false);
        let free = self.free_slot();
        if let Some(pane) = self.find_mut(chat) {
            pane.visiting = false;
            pane.slot = pane.slot.or(free);
        }
        if self.current.is_none() && free.is_some() {
            self.current = Some(chat);
        }
    }

    fn use_now(&mut self, chat: ConversationId) {
        self.uses += 1;
        let uses = self.uses;
        if let Some(pane) = self.find_mut(chat) {
            pane.used = uses;
            self.current = Some(chat);
        }
    }

    fn minimise(&mut self, chat: ConversationId) {
        if let Some(pane) = self.find_mut(chat) {
            pane.slot = None;
        }
        self.leave(chat);
    }

    fn close(&mut self, chat: ConversationId) {
        self.list.retain(|pane| pane.chat != chat);
        self.leave(chat);
    }

    /// The chat that comes after (or before) the current one.
    fn neighbour(&self, back: bool) -> Option<ConversationId> {
        let here = self.current.and_then(|chat| self.list.iter().position(|pane| pane.chat == chat));
        let count = self.list.len();
        let next = match (here, back) {
            (None, _) => 0,
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => (at + count - 1) % count,
        };
        self.list.get(next).map(|pane| pane.chat)
    }

    fn add(&mut self, chat: ConversationId, visiting: bool) {
        if self.find(chat).is_none() {
            self.list.push(Pane { chat, slot: None, visiting, used: 0 });
        }
    }
    fn find_mut(&mut self, chat: ConversationId) -> Option<&mut Pane> {
        self.list.iter_mut().find(|pane| pane.chat == chat)
    }
    fn free_slot(&self) -> Option<Slot> {
        [Slot::End, Slot::Start].into_iter().find(|slot| self.list.iter().all(|pane| pane.slot != Some(*slot)))
    }
    /// Puts the window that was used longest ago into the strip and gives its place.
    fn make_room(&mut self) -> Slot {
        let oldest = self.list.iter_mut().filter(|pane| pane.slot.is_some()).min_by_key(|pane| pane.used);
        oldest.and_then(|pane| pane.slot.take()).unwrap_or(Slot::End)
    }
    fn leave(&mut self, chat: ConversationId) {
        if self.current == Some(chat) {
            let last = self.list.iter().filter(|pane| pane.slot.is_some()).max_by_key(|pane| pane.used);
            self.current = last.map(|pane| pane.chat);
        }
    }
}

/// The windows as the screens follow them.
#[derive(Debug, Clone, Copy)]
pub struct Windows {
    panes: RwSignal<Panes>,
    /// The chat whose message box shall take the focus as soon as it is there.
    wants_focus: RwSignal<Option<ConversationId>>,
    /// The windows that the browser displays: a narrow screen shows only the current one.
    in_sight: RwSignal<BTreeSet<ConversationId>>,
}

impl Windows {
    /// One window for each of `chats`.
    pub fn new(chats: impl IntoIterator<Item = ConversationId>) -> Self {
        let mut panes = Panes::default();
        for chat in chats {
            panes.open_beside(chat);
        }
        Self { panes: RwSignal::new(panes), wants_focus: RwSignal::new(None), in_sight: RwSignal::new(BTreeSet::new()) }
    }
    pub fn read<T>(self, of: impl FnOnce(&Panes) -> T) -> T {
        self.panes.with(of)
    }
    pub fn read_untracked<T>(self, of: impl FnOnce(&Panes) -> T) -> T {
        self.panes.with_untracked(of)
    }
    /// Opens the window of an own chat and moves the focus into it.
    pub fn go_to(self, chat: ConversationId) {
        self.panes.update(|panes| panes.open(chat, false));
        self.wants_focus.set(Some(chat));
    }
    /// The message box of this chat shall have the focus as soon as there is one.
    pub fn wants_focus(self, chat: ConversationId) {
        self.wants_focus.set(Some(chat));
    }
    /// Opens a read-only window of somebody else's chat.
    pub fn visit(self, chat: ConversationId) {
        self.panes.update(|panes| panes.open(chat, true));
    }
    /// Opens a window without moving the agent.
    pub fn open_beside(self, chat: ConversationId) {
        self.panes.update(|panes| panes.open_beside(chat));
    }
    /// The agent works in this window now.
    pub fn use_now(self, chat: ConversationId) {
        if self.panes.with_untracked(|panes| panes.current() != Some(chat)) {
            self.panes.update(|panes| panes.use_now(chat));
        }
    }
    pub fn minimise(self, chat: ConversationId) {
        self.panes.update(|panes| panes.minimise(chat));
    }
    pub fn close(self, chat: ConversationId) {
        if self.panes.with_untracked(|panes| panes.find(chat).is_some()) {
            self.panes.update(|panes| panes.close(chat));
        }
    }
    /// Moves to the next (or previous) window.
    pub fn walk(self, back: bool) {
        let next = self.panes.with_untracked(|panes| panes.neighbour(back).and_then(|chat| panes.find(chat).copied()));
        match next {
            Some(pane) if pane.visiting => self.visit(pane.chat),
            Some(pane) => self.go_to(pane.chat),
            None => {}
        }
    }
    /// Whether the browser displays this chat's window.
    pub fn is_in_sight(self, chat: ConversationId) -> bool {
        self.in_sight.with(|all| all.contains(&chat))
    }
    pub fn set_in_sight(self, chat: ConversationId, seen: bool) {
        self.in_sight.try_maybe_update(|all| (if seen { all.insert(chat) } else { all.remove(&chat) }, ()));
    }
    /// Whether this chat's message box shall take the focus now; asked once, granted once.
    pub fn takes_focus(self, chat: ConversationId) -> bool {
        let wanted = self.wants_focus.get() == Some(chat);
        if wanted {
            self.wants_focus.set(None);
        }
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn chat(n: u128) -> ConversationId {
        ConversationId::new(Uuid::from_u128(n))
    }

    fn slots(panes: &Panes) -> Vec<Option<Slot>> {
        panes.list().iter().map(|pane| pane.slot).collect()
    }

    #[test]
    fn a_third_window_takes_the_place_of_the_one_used_longest_ago() {
        let mut panes = Panes::default();
        panes.open(chat(1), false);
        panes.open(chat(2), false);
        panes.use_now(chat(1));
        panes.open(chat(3), false);
        assert_eq!(slots(&panes), [Some(Slot::End), None, Some(Slot::Start)]);
        assert_eq!(panes.current(), Some(chat(3)));
    }

    #[test]
    fn a_chat_taken_quietly_moves_nobody() {
        let mut panes = Panes::default();
        panes.open_beside(chat(1));
        panes.open_beside(chat(2));
        panes.open_beside(chat(3));
        assert_eq!(slots(&panes), [Some(Slot::End), Some(Slot::Start), None]);
        assert_eq!(panes.current(), Some(chat(1)));
    }

    #[test]
    fn closing_goes_back_to_the_window_used_before() {
        let mut panes = Panes::default();
        for n in 1..=3 {
            panes.open(chat(n), false);
        }
        panes.close(chat(3));
        assert_eq!(panes.current(), Some(chat(2)));
        panes.minimise(chat(2));
        assert_eq!((panes.current(), panes.neighbour(false), panes.neighbour(true)), (None, Some(chat(1)), Some(chat(1))));
    }

    #[test]
    fn a_chat_that_was_looked_into_becomes_ones_own_when_it_is_taken() {
        let mut panes = Panes::default();
        panes.open(chat(1), true);
        panes.open_beside(chat(1));
        assert!(panes.find(chat(1)).is_some_and(|pane| !pane.visiting && pane.slot == Some(Slot::End)));
    }
}
