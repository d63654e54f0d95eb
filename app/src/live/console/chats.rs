//! Which streams are followed: the agent's own, the queues of the agent, the agent's chats and those looked at.

use super::{ConsoleLive, Core};
use crate::live::{follow::Follower, platform};
use domain::{
    board::Board,
    ids::{ConversationId, QueueId},
    live::{ConsoleSays, Cursor, Stream},
    state::ChatState,
    time::Millis,
};
use leptos::prelude::*;
use std::collections::BTreeSet;

const TYPING_SHOWN_MS: u32 = 6_000;
pub(super) const TYPING_EVERY: Millis = Millis::seconds(3);

/// A followed chat. Clones show the same.
#[derive(Clone)]
pub struct LiveChat {
    pub id: ConversationId,
    pub state: ArcRwSignal<ChatState>,
    /// The customer is typing.
    pub typing: ArcRwSignal<bool>,
    /// Whether the customer's browser is connected; `None` until the server has said so.
    pub customer_here: ArcRwSignal<Option<bool>>,
    /// Whether the conversation is known.
    pub caught_up: ArcRwSignal<bool>,
    /// The chat may not be followed, or not any more.
    pub gone: ArcRwSignal<bool>,
}

impl LiveChat {
    pub(super) fn new(id: ConversationId, state: Option<ChatState>) -> Self {
        Self {
            id,
            caught_up: ArcRwSignal::new(state.is_some()),
            state: ArcRwSignal::new(state.unwrap_or_default()),
            typing: ArcRwSignal::new(false),
            customer_here: ArcRwSignal::new(None),
            gone: ArcRwSignal::new(false),
        }
    }
}

impl ConsoleLive {
    /// Follows a chat, which need not be one's own. Following again gives the same.
    pub fn follow(&self, id: ConversationId) -> LiveChat {
        if let Some(core) = self.core.get() {
            core.watched.borrow_mut().insert(id);
        }
        self.begin(id)
    }

    /// Leaves a chat that was looked at. One's own stay followed.
    pub fn unfollow(&self, id: ConversationId) {
        let Some(core) = self.core.get() else { return };
        core.watched.borrow_mut().remove(&id);
        self.follow_own();
    }

    /// Follows the wallboard, beginning with what was read beside it.
    pub fn follow_board(&self, first: Board) {
        self.board.set(Some(first));
        if self.core.get().is_some_and(|core| !core.followers.borrow().contains_key(&Stream::Board)) {
            self.add(Stream::Board);
        }
    }

    pub fn unfollow_board(&self) {
        self.remove(Stream::Board);
        self.board.try_set(None);
    }

    /// A followed chat.
    pub fn chat(&self, id: ConversationId) -> Option<LiveChat> {
        self.chats.with(|chats| chats.get(&id).cloned())
    }

    fn begin(&self, id: ConversationId) -> LiveChat {
        let stream = Stream::ChatInternal(id);
        let chat = self.known(id).unwrap_or_else(|| {
            let chat = LiveChat::new(id, None);
            self.chats.try_update(|chats| chats.insert(id, chat.clone()));
            chat
        });
        if self.core.get().is_some_and(|core| !core.followers.borrow().contains_key(&stream)) {
            chat.gone.maybe_update(std::mem::take);
            self.add(stream);
        }
        chat
    }

    pub(super) fn known(&self, id: ConversationId) -> Option<LiveChat> {
        self.chats.try_with_untracked(|chats| chats.get(&id).cloned()).flatten()
    }

    fn add(&self, stream: Stream) {
        let Some(core) = self.core.get() else { return };
        let cursor = {
            let mut followers = core.followers.borrow_mut();
            followers.entry(stream).or_insert_with(|| Follower::new(None));
            self.first_cursor(&mut followers, stream)
        };
        if let (Some(cursor), Some(epoch)) = (cursor, core.epoch.get()) {
            self.welcome_one(&core, stream, epoch);
            self.say(&ConsoleSays::Follow { stream, cursor });
        }
    }

    fn remove(&self, stream: Stream) {
        let Some(core) = self.core.get() else { return };
        if core.followers.borrow_mut().remove(&stream).is_some() {
            self.say(&ConsoleSays::Unfollow { stream });
        }
    }

    /// Follows what the agent's state names, and leaves what neither it nor a screen wants any more.
    pub(super) fn follow_own(&self) {
        let Some(core) = self.core.get() else { return };
        let Some((mine, queues)) = self.agent.try_with_untracked(|agent| {
            (agent.mine.keys().copied().collect::<BTreeSet<_>>(), agent.queues.iter().copied().collect::<BTreeSet<_>>())
        }) else {
            return;
        };
        let wanted: BTreeSet<ConversationId> = mine.union(&core.watched.borrow()).copied().collect();
        for id in &wanted {
            self.begin(*id);
        }
        let followed: Vec<Stream> = core.followers.borrow().keys().copied().collect();
        for queue in &queues {
            if !followed.contains(&Stream::Queue(*queue)) {
                self.add(Stream::Queue(*queue));
            }
        }
        for stream in followed {
            match stream {
                Stream::ChatInternal(id) if !wanted.contains(&id) => self.leave_chat(&core, id),
                Stream::Queue(id) if !queues.contains(&id) => self.leave_queue(id),
                Stream::ChatInternal(_) | Stream::ChatPublic(_) | Stream::Queue(_) | Stream::Agent(_) | Stream::Board => {}
            }
        }
    }

    fn leave_chat(&self, core: &Core, id: ConversationId) {
        self.remove(Stream::ChatInternal(id));
        core.typing.borrow_mut().remove(&id);
        self.chats.try_update(|chats| chats.remove(&id));
    }

    fn leave_queue(&self, id: QueueId) {
        self.remove(Stream::Queue(id));
        self.queues.try_maybe_update(|queues| (queues.remove(&id).is_some(), ()));
    }

    /// The server does not let us follow this.
    pub(super) fn gone(&self, core: &Core, stream: Stream) {
        core.followers.borrow_mut().remove(&stream);
        match stream {
            Stream::ChatInternal(id) => {
                core.watched.borrow_mut().remove(&id);
                if let Some(chat) = self.known(id) {
                    chat.gone.set(true);
                }
            }
            Stream::Queue(id) => {
                self.queues.try_maybe_update(|queues| (queues.remove(&id).is_some(), ()));
            }
            Stream::Board => {
                self.board.try_set(None);
            }
            Stream::ChatPublic(_) | Stream::Agent(_) => {}
        }
    }

    /// Where to follow a stream from on a new line; `None` if it is not followed.
    pub(super) fn first_cursor(&self, followers: &mut std::collections::BTreeMap<Stream, Follower>, stream: Stream) -> Option<Cursor> {
        let head = self.head(stream);
        let cursor = followers.get_mut(&stream)?.open(head.unwrap_or_default());
        // A queue that is not known can only begin with a snapshot.
        Some(if head.is_none() { Follower::from_snapshot() } else { cursor })
    }

    /// The head of what we have of a stream.
    pub(super) fn head(&self, stream: Stream) -> Option<u64> {
        match stream {
            Stream::Agent(_) => self.agent.try_with_untracked(|agent| agent.head),
            Stream::Queue(id) => self.queue(id)?.try_with_untracked(|queue| queue.head),
            Stream::ChatInternal(id) => self.known(id)?.state.try_with_untracked(|chat| chat.head),
            Stream::ChatPublic(_) | Stream::Board => None,
        }
    }

    pub(super) fn shows_typing(&self, core: &Core, chat: &LiveChat) {
        chat.typing.set(true);
        let typing = chat.typing.clone();
        let timer = platform::after(TYPING_SHOWN_MS, move || typing.set(false));
        core.typing.borrow_mut().insert(chat.id, timer);
    }
}
