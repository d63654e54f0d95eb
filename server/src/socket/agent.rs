//! The console's socket: the agent's own stream, queues, and the chats that are open.

use super::{
    pace::{AtMostEvery, rarely, until},
    parting::{LastWords, let_go, note, say_goodbye, wait_for_return},
    streams::{End, Followed, Next},
    wire::{Code, Gone, Heard, Wire},
};
use crate::{limits::OpenGuard, web::Web};
use axum::extract::ws::WebSocket;
use domain::{
    ids::InstanceId,
    live::{ConsoleHears, ConsoleSays, Cursor, HEARTBEAT_SECONDS, Stream},
    presence::RENEW_EVERY,
    time::{Millis, Timestamp},
};
use engine::{
    caller::{AgentCaller, Caller},
    failure::Failure,
    live::{Entry, Inbox, Item, Owner},
    services::{CatchUp, Content, Services},
};
use std::sync::Arc;

const HELLO_WITHIN: Millis = Millis::seconds(5);
const HEARTBEAT: Millis = Millis::seconds(HEARTBEAT_SECONDS as i64);
/// A browser that has answered nothing for this long is gone. Looked at with every heartbeat: the second that gets no answer
/// is the last.
const SILENT_AFTER: Millis = Millis::seconds(45);
const TYPING_EVERY: Millis = Millis::seconds(1);

struct Session {
    services: Services,
    caller: Caller,
    token: String,
    instance: InstanceId,
    inbox: Arc<Inbox>,
    followed: Followed,
    heard_at: Timestamp,
    typing: AtMostEvery,
    _place: OpenGuard,
}

/// Serves one tab of the console until it leaves or must go.
pub async fn run(web: Web, socket: WebSocket, agent: AgentCaller, (token, place): (String, OpenGuard)) {
    let mut wire = Wire::new(socket, web.config().frames_per_second, "agent");
    let services = web.services().clone();
    let Some(instance) = rarely(hello(&mut wire, &services)).await else {
        return rarely(wire.close(Code::Policy, "no hello")).await;
    };
    let inbox = services.hub.inbox(Owner { instance, entry: Some(Entry::Session(agent.session)) });
    let caller = Caller::Agent(agent);
    let now = services.clock.now();
    let mut session = Session {
        followed: Followed::new(services.clone(), caller.clone(), Arc::clone(&inbox), "agent"),
        typing: AtMostEvery::new(TYPING_EVERY),
        services,
        caller,
        token,
        instance,
        inbox,
        heard_at: now,
        _place: place,
    };
    let end = match session.serve(&web, &mut wire).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    rarely(session.part(&web, wire, end)).await;
}

async fn hello(wire: &mut Wire, services: &Services) -> Option<InstanceId> {
    let late = until(&services.clock, services.clock.now() + HELLO_WITHIN);
    tokio::select! {
        () = late => None,
        heard = wire.hear() => match heard {
            Ok(Heard::Frame(ConsoleSays::Hello { instance })) => Some(instance),
            Ok(_) | Err(Gone::Left | Gone::Broken) => None,
        },
    }
}

impl Session {
    async fn serve(&mut self, web: &Web, wire: &mut Wire) -> Result<std::convert::Infallible, End> {
        rarely(self.begin(wire)).await?;
        let mut beat = self.inbox.renewed_at().unwrap_or_else(|| self.now()) + HEARTBEAT;
        loop {
            let inbox = Arc::clone(&self.inbox);
            let clock = self.services.clock.clone();
            tokio::select! {
                () = web.closing().cancelled() => return Err(End::Closing),
                heard = wire.hear() => self.hear(wire, heard?).await?,
                item = inbox.next() => self.tell(wire, item).await?,
                () = until(&clock, beat) => {
                    rarely(self.beat(wire)).await?;
                    beat = self.now() + HEARTBEAT;
                }
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    async fn begin(&mut self, wire: &mut Wire) -> Result<(), End> {
        // From here on the inbox hears of the sign-in's end; before, nobody was told.
        self.recheck(wire).await?;
        // One that came back in time holds the lease of the socket before, until its next beat.
        if self.inbox.renewed_at().is_none_or(|at| self.now() - at >= RENEW_EVERY) {
            self.renew().await?;
        }
        let epoch = self.followed.epoch().await?;
        Ok(wire.say(&ConsoleHears::Welcome { epoch, now: self.now() }).await?)
    }

    async fn hear(&mut self, wire: &mut Wire, heard: Heard<ConsoleSays>) -> Result<(), End> {
        self.heard_at = self.now();
        let Heard::Frame(frame) = heard else { return Ok(()) };
        match frame {
            ConsoleSays::Hello { .. } => Ok(()),
            ConsoleSays::Follow { stream, cursor } => rarely(self.follow(wire, stream, cursor)).await,
            ConsoleSays::Unfollow { stream } => {
                self.followed.unfollow(stream);
                Ok(())
            }
            ConsoleSays::Typing { conversation } => {
                if self.typing.take(self.now()) {
                    forget_refusal(rarely(self.services.typing(&self.caller, conversation)).await)?;
                }
                Ok(())
            }
            ConsoleSays::Input => Ok(forget_refusal(rarely(self.services.input(&self.caller)).await)?),
            ConsoleSays::Ping => Ok(wire.say(&ConsoleHears::Pong { now: self.now() }).await?),
        }
    }

    async fn follow(&mut self, wire: &mut Wire, stream: Stream, cursor: Cursor) -> Result<(), End> {
        // The customer's side of a chat is not for the console, which has all of it.
        if let Stream::ChatPublic(_) = stream {
            return Ok(wire.say(&ConsoleHears::Gone { stream }).await?);
        }
        let caught = self.followed.follow(stream, cursor).await;
        self.deliver(wire, stream, caught).await
    }

    async fn resync(&mut self, wire: &mut Wire, stream: Stream) -> Result<(), End> {
        match self.followed.resync(stream).await {
            Ok(None) => Ok(()),
            Ok(Some(caught)) => self.deliver(wire, stream, Ok(caught)).await,
            Err(failure) => self.deliver(wire, stream, Err(failure)).await,
        }
    }

    async fn deliver(&mut self, wire: &mut Wire, stream: Stream, caught: Result<CatchUp, Failure>) -> Result<(), End> {
        let CatchUp { epoch, head, content, pulses } = match caught {
            Ok(caught) => caught,
            Err(Failure::NotFound | Failure::Forbidden) => {
                self.followed.unfollow(stream);
                return Ok(wire.say(&ConsoleHears::Gone { stream }).await?);
            }
            Err(failure) => return Err(failure.into()),
        };
        match content {
            Content::ChatSnapshot(state) => wire.say(&ConsoleHears::ChatSnapshot { stream, epoch, state: Box::new(state) }).await?,
            Content::AgentSnapshot(state) => wire.say(&ConsoleHears::AgentSnapshot { stream, epoch, state: Box::new(state) }).await?,
            Content::QueueSnapshot(state) => wire.say(&ConsoleHears::QueueSnapshot { stream, epoch, state: Box::new(state) }).await?,
            Content::ChatDelta(events) => {
                for event in events {
                    wire.say(&ConsoleHears::ChatEvent { stream, event }).await?;
                }
            }
            Content::AgentDelta(events) => {
                for event in events {
                    wire.say(&ConsoleHears::AgentEvent { stream, event }).await?;
                }
            }
            Content::QueueDelta(events) => {
                for event in events {
                    wire.say(&ConsoleHears::QueueEvent { stream, event }).await?;
                }
            }
            Content::Board(board) => wire.say(&ConsoleHears::Board { board: Box::new(board) }).await?,
            // Never asked for above.
            Content::PublicSnapshot(_) | Content::PublicDelta(_) => return Err(End::Failed),
        }
        wire.say(&ConsoleHears::CaughtUp { stream, head }).await?;
        for pulse in pulses {
            wire.say(&ConsoleHears::Pulse { stream, pulse }).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, wire: &mut Wire, item: Item) -> Result<(), End> {
        match item {
            Item::Chat(id, event) => {
                let stream = Stream::ChatInternal(id);
                match self.followed.next(stream, event.seq) {
                    Next::Send => Ok(wire.say(&ConsoleHears::ChatEvent { stream, event: (*event).clone() }).await?),
                    Next::Resync => rarely(self.resync(wire, stream)).await,
                    Next::Drop => Ok(()),
                }
            }
            Item::Agent(id, event) => {
                let stream = Stream::Agent(id);
                match self.followed.next(stream, event.seq) {
                    Next::Send => Ok(wire.say(&ConsoleHears::AgentEvent { stream, event: (*event).clone() }).await?),
                    Next::Resync => rarely(self.resync(wire, stream)).await,
                    Next::Drop => Ok(()),
                }
            }
            Item::Queue(id, event) => {
                let stream = Stream::Queue(id);
                match self.followed.next(stream, event.seq) {
                    Next::Send => Ok(wire.say(&ConsoleHears::QueueEvent { stream, event: (*event).clone() }).await?),
                    Next::Resync => rarely(self.resync(wire, stream)).await,
                    Next::Drop => Ok(()),
                }
            }
            Item::Pulse(stream, pulse) => {
                if self.followed.is_followed(stream) {
                    wire.say(&ConsoleHears::Pulse { stream, pulse }).await?;
                }
                Ok(())
            }
            Item::Behind(stream, seq) => {
                if self.followed.is_behind(stream, seq) {
                    rarely(self.resync(wire, stream)).await?;
                }
                Ok(())
            }
            Item::Recheck => rarely(self.recheck(wire)).await,
            Item::Board(board) => {
                if self.followed.is_followed(Stream::Board) {
                    wire.say(&ConsoleHears::Board { board: Box::new((*board).clone()) }).await?;
                }
                Ok(())
            }
            Item::Lagged => {
                for stream in self.followed.streams() {
                    rarely(self.resync(wire, stream)).await?;
                }
                Ok(())
            }
            Item::Fenced => Err(End::Fenced),
            Item::SignedOut => Err(End::SignedOut),
            Item::Closing => Err(End::Closing),
        }
    }

    async fn renew(&self) -> Result<(), Failure> {
        let renewed_at = self.services.lease(&self.caller, self.instance).await?;
        self.inbox.renewed(renewed_at);
        Ok(())
    }

    /// Every 25 seconds: is the browser there, is the sign-in good, has it been told everything? Then the lease is renewed.
    async fn beat(&mut self, wire: &mut Wire) -> Result<(), End> {
        if self.now() - self.heard_at > SILENT_AFTER {
            return Err(End::Silent);
        }
        self.recheck(wire).await?;
        self.renew().await?;
        let (heads, behind) = self.followed.heads().await?;
        for stream in behind {
            self.resync(wire, stream).await?;
        }
        wire.ping().await?;
        Ok(wire.say(&ConsoleHears::Heartbeat { now: self.now(), heads }).await?)
    }

    /// The sign-in may have ended, the role may have changed, the agent may serve other queues.
    async fn recheck(&mut self, wire: &mut Wire) -> Result<(), End> {
        let caller = self.services.agent_by_session(&self.token).await?.ok_or(End::SignedOut)?;
        self.caller = caller.clone();
        for stream in self.followed.recheck(caller).await? {
            wire.say(&ConsoleHears::Gone { stream }).await?;
        }
        Ok(())
    }

    async fn part(self, web: &Web, wire: Wire, end: End) {
        let left_at = self.now();
        let Self { services, caller, instance, inbox, followed, _place: place, .. } = self;
        drop((followed, place));
        // Who waits for a browser holds no connection, and no place that the browser wants.
        let (wire, end) = match end {
            End::Broken => {
                drop(wire);
                (None, wait_for_return(web, &inbox, left_at).await)
            }
            End::Left | End::Silent | End::Fenced | End::SignedOut | End::Closing | End::Failed => (Some(wire), end),
        };
        let (end, left) = let_go(&inbox, end, left_at);
        if let Some(left) = left {
            note(services.release(&caller, instance, left).await);
        }
        let words =
            LastWords { fenced: ConsoleHears::Fenced, signed_out: ConsoleHears::SignedOut, bye: |retry_ms| ConsoleHears::Bye { retry_ms } };
        if let Some(wire) = wire {
            say_goodbye(wire, end, words).await;
        }
    }
}

/// What is only a sign may be refused without harm; that the desk cannot be reached may not be overlooked.
pub(super) fn forget_refusal(result: Result<(), Failure>) -> Result<(), Failure> {
    match result {
        Err(failure @ (Failure::Database(_) | Failure::Internal(_) | Failure::BadRow { .. })) => Err(failure),
        Ok(()) | Err(_) => Ok(()),
    }
}
