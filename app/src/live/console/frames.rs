//! What the server says to a console, taken in.

use super::{ConsoleHooks, ConsoleLive, Core, LiveChat};
use crate::live::{
    follow::{Followed, Follower, Headed, Outcome},
    socket::{Frames, Stop, Turn},
};
use domain::{
    board::Board,
    desk::{AgentEvent, AgentState, Numbered, QueueEvent, QueueState},
    event::{Event, EventBody, PublicBody, Pulse},
    ids::{ConversationId, Epoch, OfferId, QueueId},
    live::{ConsoleHears, ConsoleSays, Stream},
    message::Side,
    offer::OfferEnd,
    state::ChatState,
    time::Timestamp,
};
use leptos::prelude::*;
use std::collections::BTreeSet;

pub struct ConsoleFrames;

impl Frames for ConsoleFrames {
    type Says = ConsoleSays;
    type Hears = ConsoleHears;
    fn turn(frame: &ConsoleHears) -> Turn {
        match frame {
            ConsoleHears::Bye { retry_ms } => Turn::Bye { retry_ms: *retry_ms },
            ConsoleHears::Fenced => Turn::Stop(Stop::Fenced),
            ConsoleHears::SignedOut => Turn::Stop(Stop::SignedOut),
            ConsoleHears::Welcome { .. }
            | ConsoleHears::ChatSnapshot { .. }
            | ConsoleHears::AgentSnapshot { .. }
            | ConsoleHears::QueueSnapshot { .. }
            | ConsoleHears::ChatEvent { .. }
            | ConsoleHears::AgentEvent { .. }
            | ConsoleHears::QueueEvent { .. }
            | ConsoleHears::Board { .. }
            | ConsoleHears::CaughtUp { .. }
            | ConsoleHears::Heartbeat { .. }
            | ConsoleHears::Pulse { .. }
            | ConsoleHears::Gone { .. }
            | ConsoleHears::Pong { .. } => Turn::Stay,
        }
    }
    fn ping() -> ConsoleSays {
        ConsoleSays::Ping
    }
}

impl ConsoleLive {
    /// The first frames of every new line: who we are and where we stand in each stream.
    pub(super) fn greeting(&self) -> Vec<ConsoleSays> {
        let Some(core) = self.core.get() else { return Vec::new() };
        let mut followers = core.followers.borrow_mut();
        let streams: Vec<Stream> = followers.keys().copied().collect();
        let follows = streams.into_iter().filter_map(|stream| {
            let cursor = self.first_cursor(&mut followers, stream)?;
            Some(ConsoleSays::Follow { stream, cursor })
        });
        std::iter::once(ConsoleSays::Hello { instance: core.instance }).chain(follows).collect()
    }

    pub(super) fn hear(&self, frame: ConsoleHears, hooks: &ConsoleHooks) {
        let Some(core) = self.core.get() else { return };
        match frame {
            ConsoleHears::Welcome { epoch, now } => self.welcome(&core, epoch, now),
            ConsoleHears::ChatSnapshot { stream, epoch, state } => self.chat_snapshot(&core, stream, epoch, *state),
            ConsoleHears::AgentSnapshot { stream, epoch, state } => {
                self.apply(&core, stream, |follower| self.update_agent(|mine| follower.snapshot(mine, *state, epoch)));
                self.agent_changed(&core, hooks, None);
            }
            ConsoleHears::QueueSnapshot { stream, epoch, state } => self.queue_snapshot(&core, stream, epoch, *state),
            ConsoleHears::ChatEvent { stream, event } => self.chat_event(&core, stream, &event, hooks),
            ConsoleHears::AgentEvent { stream, event } => self.agent_event(&core, stream, &event, hooks),
            ConsoleHears::QueueEvent { stream, event } => self.queue_event(&core, stream, &event),
            ConsoleHears::Board { board } => self.board_told(&core, *board),
            ConsoleHears::CaughtUp { stream, head } => self.stream_caught_up(&core, stream, head),
            ConsoleHears::Heartbeat { now, heads } => {
                self.clock.heard(now);
                for (stream, head) in heads {
                    self.compare(&core, stream, |follower, mine| follower.heartbeat(head, mine));
                }
            }
            ConsoleHears::Pulse { stream: Stream::ChatInternal(id), pulse } => self.pulse(&core, id, pulse),
            ConsoleHears::Pulse { stream: Stream::ChatPublic(_) | Stream::Agent(_) | Stream::Queue(_) | Stream::Board, .. } => {}
            ConsoleHears::Gone { stream } => self.gone(&core, stream),
            ConsoleHears::Pong { now } => self.clock.heard(now),
            ConsoleHears::Fenced => call(&hooks.fenced),
            ConsoleHears::SignedOut => call(&hooks.signed_out),
            ConsoleHears::Bye { .. } => {}
        }
    }

    /// The whole board. What comes after it was left is of no use.
    fn board_told(&self, core: &Core, board: Board) {
        if core.followers.borrow().contains_key(&Stream::Board) {
            self.clock.heard(board.at);
            self.board.try_set(Some(board));
        }
    }

    fn welcome(&self, core: &Core, epoch: Epoch, now: Timestamp) {
        self.clock.heard(now);
        core.epoch.set(Some(epoch));
        let streams: Vec<Stream> = core.followers.borrow().keys().copied().collect();
        for stream in streams {
            self.welcome_one(core, stream, epoch);
        }
    }

    pub(super) fn welcome_one(&self, core: &Core, stream: Stream, epoch: Epoch) {
        let head = self.head(stream).unwrap_or_default();
        if let Some(follower) = core.followers.borrow_mut().get_mut(&stream) {
            follower.welcome(epoch, head);
        }
    }

    /// Runs the cursor rule of a stream and asks for what is missing; whether the state changed.
    fn apply(&self, core: &Core, stream: Stream, rule: impl FnOnce(&mut Follower) -> Option<Outcome>) -> bool {
        let outcome = core.followers.borrow_mut().get_mut(&stream).and_then(rule);
        let Some(outcome) = outcome else { return false };
        if let Some(cursor) = outcome.ask {
            self.say(&ConsoleSays::Follow { stream, cursor });
        }
        outcome.changed
    }

    fn compare(&self, core: &Core, stream: Stream, rule: impl FnOnce(&mut Follower, u64) -> Outcome) {
        let head = self.head(stream).unwrap_or_default();
        self.apply(core, stream, |follower| Some(rule(follower, head)));
    }

    fn stream_caught_up(&self, core: &Core, stream: Stream, head: u64) {
        self.compare(core, stream, |follower, mine| follower.caught_up(head, mine));
        let is_caught_up = core.followers.borrow().get(&stream).is_some_and(Follower::is_caught_up);
        match stream {
            Stream::Agent(_) => {
                self.caught_up.try_maybe_update(|before| (std::mem::replace(before, is_caught_up) != is_caught_up, ()));
            }
            Stream::ChatInternal(id) if is_caught_up => {
                if let Some(chat) = self.known(id) {
                    chat.caught_up.maybe_update(|before| !std::mem::replace(before, true));
                }
            }
            Stream::ChatInternal(_) | Stream::ChatPublic(_) | Stream::Queue(_) | Stream::Board => {}
        }
        let alarms: u32 = core.followers.borrow().values().map(Follower::alarms).sum();
        self.alarms.try_maybe_update(|before| (std::mem::replace(before, alarms) != alarms, ()));
    }

    fn update_agent(&self, rule: impl FnOnce(&mut AgentState) -> Outcome) -> Option<Outcome> {
        self.agent.try_maybe_update(|mine| changed(rule(mine)))
    }

    fn agent_event(&self, core: &Core, stream: Stream, event: &Numbered<AgentEvent>, hooks: &ConsoleHooks) {
        if self.apply(core, stream, |follower| self.update_agent(|mine| follower.event(mine, event))) {
            let ended = match &event.event {
                AgentEvent::OfferGone { offer, end } => Some((*offer, *end)),
                AgentEvent::Me { .. }
                | AgentEvent::Offered { .. }
                | AgentEvent::Mine { .. }
                | AgentEvent::NotMine { .. }
                | AgentEvent::Queues { .. } => None,
            };
            self.agent_changed(core, hooks, ended);
        }
    }

    /// Follows what the agent's state names now, and tells of offers that came and went.
    fn agent_changed(&self, core: &Core, hooks: &ConsoleHooks, ended: Option<(OfferId, OfferEnd)>) {
        self.follow_own();
        let offers = self.agent.try_with_untracked(|agent| agent.offers.clone()).unwrap_or_default();
        let now: BTreeSet<OfferId> = offers.iter().map(|offer| offer.id).collect();
        let before = core.ringing.replace(now.clone());
        if let Some(hook) = &hooks.offer {
            offers.iter().filter(|offer| !before.contains(&offer.id)).for_each(hook);
        }
        if let Some(hook) = &hooks.offer_gone {
            for gone in before.difference(&now) {
                hook(*gone, ended.filter(|(offer, _)| offer == gone).map(|(_, end)| end));
            }
        }
    }

    pub(super) fn queue(&self, id: QueueId) -> Option<ArcRwSignal<QueueState>> {
        self.queues.try_with_untracked(|queues| queues.get(&id).cloned()).flatten()
    }

    fn queue_snapshot(&self, core: &Core, stream: Stream, epoch: Epoch, state: QueueState) {
        match self.queue(state.id) {
            Some(queue) => {
                self.apply(core, stream, |follower| update(&queue, |mine| follower.snapshot(mine, state, epoch)));
            }
            None => {
                self.apply(core, stream, |follower| Some(follower.snapshot(&mut state.clone(), state.clone(), epoch)));
                self.queues.try_update(|queues| queues.insert(state.id, ArcRwSignal::new(state)));
            }
        }
    }

    fn queue_event(&self, core: &Core, stream: Stream, event: &Numbered<QueueEvent>) {
        if let Stream::Queue(id) = stream
            && let Some(queue) = self.queue(id)
        {
            self.apply(core, stream, |follower| update(&queue, |mine| follower.event(mine, event)));
        }
    }

    fn chat_of(&self, stream: Stream) -> Option<LiveChat> {
        match stream {
            Stream::ChatInternal(id) => self.known(id),
            Stream::ChatPublic(_) | Stream::Agent(_) | Stream::Queue(_) | Stream::Board => None,
        }
    }

    fn chat_snapshot(&self, core: &Core, stream: Stream, epoch: Epoch, state: ChatState) {
        if let Some(chat) = self.chat_of(stream) {
            self.apply(core, stream, |follower| update(&chat.state, |mine| follower.snapshot(mine, state, epoch)));
        }
    }

    fn chat_event(&self, core: &Core, stream: Stream, event: &Event, hooks: &ConsoleHooks) {
        let Some(chat) = self.chat_of(stream) else { return };
        let news = core.followers.borrow().get(&stream).is_some_and(Follower::is_known);
        if self.apply(core, stream, |follower| take(&chat.state, follower, event)) {
            if is_from_customer(event) {
                chat.typing.maybe_update(std::mem::take);
            }
            if let Some(hook) = &hooks.event {
                hook(chat.id, event, news);
            }
        }
    }

    fn pulse(&self, core: &Core, id: ConversationId, pulse: Pulse) {
        let Some(chat) = self.known(id) else { return };
        match pulse {
            Pulse::Typing { by: Side::Customer, .. } => self.shows_typing(core, &chat),
            Pulse::Link { connected } => chat.customer_here.maybe_update(|before| before.replace(connected) != Some(connected)),
            Pulse::Typing { by: Side::Agent, .. } | Pulse::Position { .. } => {}
        }
    }
}

fn call(hook: &Option<Box<dyn Fn()>>) {
    if let Some(hook) = hook {
        hook();
    }
}

fn changed(outcome: Outcome) -> (bool, Outcome) {
    (outcome.changed, outcome)
}

fn update<S: Send + Sync + 'static>(signal: &ArcRwSignal<S>, rule: impl FnOnce(&mut S) -> Outcome) -> Option<Outcome> {
    signal.try_maybe_update(|mine| changed(rule(mine)))
}

fn take<E, S>(signal: &ArcRwSignal<S>, follower: &mut Follower, event: &E) -> Option<Outcome>
where
    S: Headed + Followed<E> + Send + Sync + 'static,
{
    update(signal, |mine| follower.event(mine, event))
}

fn is_from_customer(event: &Event) -> bool {
    matches!(&event.body, EventBody::Public(PublicBody::Message { author, .. }) if author.side() == Side::Customer)
}
