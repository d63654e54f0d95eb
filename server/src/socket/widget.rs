//! The widget's socket: the public side of the one conversation of its token. Nothing is said before the token is known.

use super::{
    agent::forget_refusal,
    pace::{AtMostEvery, rarely, until},
    parting::{LastWords, let_go, note, say_goodbye, wait_for_return},
    streams::{End, Followed, Next},
    wire::{Code, Gone, Heard, Wire},
};
use crate::{
    limits::{OpenGuard, TooMany},
    web::Web,
};
use axum::extract::ws::WebSocket;
use domain::{
    ids::{ConversationId, CustomerId, InstanceId},
    live::{Cursor, HEARTBEAT_SECONDS, Stream, WidgetHears, WidgetSays},
    presence::RENEW_EVERY,
    time::{Millis, Timestamp},
};
use engine::{
    caller::Caller,
    failure::Failure,
    live::{Entry, Inbox, Item, Owner},
    services::{CatchUp, Content, Services},
};
use std::sync::Arc;
use tokio::time::sleep;

const HELLO_WITHIN: Millis = Millis::seconds(5);
const HEARTBEAT: Millis = Millis::seconds(HEARTBEAT_SECONDS as i64);
const SILENT_AFTER: Millis = Millis::seconds(45);
const TYPING_EVERY: Millis = Millis::seconds(1);

struct Session {
    services: Services,
    caller: Caller,
    customer: CustomerId,
    conversation: ConversationId,
    token: String,
    instance: InstanceId,
    inbox: Arc<Inbox>,
    followed: Followed,
    heard_at: Timestamp,
    typing: AtMostEvery,
    _place: OpenGuard,
}

struct Hello {
    token: String,
    instance: InstanceId,
    cursor: Cursor,
}

/// Serves one open widget until it leaves or must go.
pub async fn run(web: Web, socket: WebSocket) {
    let mut wire = Wire::new(socket, web.config().frames_per_second, "customer");
    let services = web.services().clone();
    let Some(hello) = rarely(hello(&web, &mut wire)).await else {
        return rarely(wire.close(Code::Policy, "no hello")).await;
    };
    let cursor = hello.cursor;
    let mut session = match rarely(Session::enter(&web, services, hello)).await {
        Ok(session) => session,
        Err(Refused::Token) => return rarely(refuse(wire)).await,
        Err(Refused::TooMany) => return rarely(wire.close(Code::Policy, "too many")).await,
        Err(Refused::Failed) => return rarely(wire.close(Code::Restart, "failed")).await,
    };
    let end = match session.serve(&web, &mut wire, cursor).await {
        Ok(never) => match never {},
        Err(end) => end,
    };
    rarely(session.part(&web, wire, end)).await;
}

async fn hello(web: &Web, wire: &mut Wire) -> Option<Hello> {
    let clock = &web.services().clock;
    tokio::select! {
        () = web.closing().cancelled() => None,
        () = until(clock, clock.now() + HELLO_WITHIN) => None,
        heard = wire.hear() => match heard {
            Ok(Heard::Frame(WidgetSays::Hello { token, instance, cursor })) => Some(Hello { token, instance, cursor }),
            Ok(_) | Err(Gone::Left | Gone::Broken) => None,
        },
    }
}

async fn refuse(mut wire: Wire) {
    if wire.say(&WidgetHears::Refused).await.is_ok() {
        wire.close(Code::Policy, "refused").await;
    }
}

enum Refused {
    Token,
    TooMany,
    Failed,
}

impl Session {
    async fn enter(web: &Web, services: Services, hello: Hello) -> Result<Self, Refused> {
        let Hello { token, instance, cursor: _ } = hello;
        let found = services.customer_by_token(&token).await.map_err(|_| Refused::Failed)?;
        let caller = found.ok_or(Refused::Token)?;
        let customer = caller.customer().cloned().ok_or(Refused::Token)?;
        let place = web.customer_sockets().take(customer.id.to_string(), web.config().sockets_per_customer).ok_or(Refused::TooMany)?;
        let inbox = services.hub.inbox(Owner { instance, entry: Some(Entry::Customer(customer.id)) });
        Ok(Self {
            followed: Followed::new(services.clone(), caller.clone(), Arc::clone(&inbox), "customer"),
            customer: customer.id,
            conversation: customer.conversation,
            heard_at: services.clock.now(),
            typing: AtMostEvery::new(TYPING_EVERY),
            services,
            caller,
            token,
            instance,
            inbox,
            _place: place,
        })
    }

    fn now(&self) -> Timestamp {
        self.services.clock.now()
    }
    fn stream(&self) -> Stream {
        Stream::ChatPublic(self.conversation)
    }

    async fn serve(&mut self, web: &Web, wire: &mut Wire, cursor: Cursor) -> Result<std::convert::Infallible, End> {
        rarely(self.begin(web, wire, cursor)).await?;
        let mut beat = self.inbox.renewed_at().unwrap_or_else(|| self.now()) + HEARTBEAT;
        loop {
            let inbox = Arc::clone(&self.inbox);
            let clock = self.services.clock.clone();
            tokio::select! {
                () = web.closing().cancelled() => return Err(End::Closing),
                heard = wire.hear() => self.hear(web, wire, heard?).await?,
                item = inbox.next() => self.tell(wire, item).await?,
                () = until(&clock, beat) => {
                    rarely(self.beat(wire)).await?;
                    beat = self.now() + HEARTBEAT;
                }
            }
        }
    }

    async fn begin(&mut self, web: &Web, wire: &mut Wire, cursor: Cursor) -> Result<(), End> {
        // From here on the inbox hears of the token's end; before, nobody was told.
        self.recheck().await?;
        // One that came back in time holds the lease of the socket before, until its next beat.
        if self.inbox.renewed_at().is_none_or(|at| self.now() - at >= RENEW_EVERY) {
            self.renew().await?;
        }
        let epoch = self.followed.epoch().await?;
        wire.say(&WidgetHears::Welcome { epoch, now: self.now() }).await?;
        self.pull(web, wire, cursor).await
    }

    async fn hear(&mut self, web: &Web, wire: &mut Wire, heard: Heard<WidgetSays>) -> Result<(), End> {
        self.heard_at = self.now();
        let Heard::Frame(frame) = heard else { return Ok(()) };
        match frame {
            WidgetSays::Hello { .. } => Ok(()),
            WidgetSays::Pull { cursor } => rarely(self.pull(web, wire, cursor)).await,
            WidgetSays::Typing => {
                if self.typing.take(self.now()) {
                    forget_refusal(rarely(self.services.typing(&self.caller, self.conversation)).await)?;
                }
                Ok(())
            }
            WidgetSays::Ping => Ok(wire.say(&WidgetHears::Pong { now: self.now() }).await?),
        }
    }

    async fn pull(&mut self, web: &Web, wire: &mut Wire, cursor: Cursor) -> Result<(), End> {
        tokio::select! {
            () = web.closing().cancelled() => return Err(End::Closing),
            () = self.turn(web) => {}
        }
        let caught = self.followed.follow(self.stream(), cursor).await;
        self.deliver(wire, caught).await
    }

    /// Returns when the chat may be read once more. One who asks too often waits and is not cut off.
    async fn turn(&self, web: &Web) {
        while let Err(TooMany { after }) = web.limits().reads.check(&self.customer) {
            metrics::counter!("deskbell_limited_total", "limit" => "reads").increment(1);
            sleep(after).await;
        }
    }

    async fn resync(&mut self, wire: &mut Wire) -> Result<(), End> {
        match self.followed.resync(self.stream()).await {
            Ok(None) => Ok(()),
            Ok(Some(caught)) => self.deliver(wire, Ok(caught)).await,
            Err(failure) => self.deliver(wire, Err(failure)).await,
        }
    }

    async fn deliver(&mut self, wire: &mut Wire, caught: Result<CatchUp, Failure>) -> Result<(), End> {
        let CatchUp { epoch, head, content, pulses } = match caught {
            Ok(caught) => caught,
            Err(Failure::NotFound | Failure::Forbidden) => return Err(End::SignedOut),
            Err(failure) => return Err(failure.into()),
        };
        match content {
            Content::PublicSnapshot(state) => wire.say(&WidgetHears::Snapshot { epoch, state: Box::new(state) }).await?,
            Content::PublicDelta(events) => {
                for event in events {
                    wire.say(&WidgetHears::Event { event }).await?;
                }
            }
            // Never asked for above, and never to be told to a customer.
            Content::ChatSnapshot(_)
            | Content::ChatDelta(_)
            | Content::AgentSnapshot(_)
            | Content::AgentDelta(_)
            | Content::QueueSnapshot(_)
            | Content::QueueDelta(_)
            | Content::Board(_) => return Err(End::Failed),
        }
        wire.say(&WidgetHears::CaughtUp { head }).await?;
        for pulse in pulses {
            wire.say(&WidgetHears::Pulse { pulse }).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, wire: &mut Wire, item: Item) -> Result<(), End> {
        match item {
            Item::Chat(id, event) if id == self.conversation => {
                // Only what has a public side is told; the type has no room for anything else.
                let Some(event) = event.to_public() else { return Ok(()) };
                match self.followed.next(self.stream(), event.seq) {
                    Next::Send => Ok(wire.say(&WidgetHears::Event { event }).await?),
                    Next::Resync => rarely(self.resync(wire)).await,
                    Next::Drop => Ok(()),
                }
            }
            Item::Pulse(stream, pulse) if stream == self.stream() => Ok(wire.say(&WidgetHears::Pulse { pulse }).await?),
            Item::Chat(..) | Item::Pulse(..) | Item::Agent(..) | Item::Queue(..) | Item::Board(..) => Ok(()),
            Item::Behind(stream, seq) => {
                if self.followed.is_behind(stream, seq) {
                    rarely(self.resync(wire)).await?;
                }
                Ok(())
            }
            Item::Recheck => rarely(self.recheck()).await,
            Item::Lagged => rarely(self.resync(wire)).await,
            Item::Fenced => Err(End::Fenced),
            Item::SignedOut => Err(End::SignedOut),
            Item::Closing => Err(End::Closing),
        }
    }

    async fn renew(&self) -> Result<(), Failure> {
        let renewed_at = self.services.customer_connected(&self.caller, self.instance).await?;
        self.inbox.renewed(renewed_at);
        Ok(())
    }

    /// Every 25 seconds: is the browser there, is the token good, has it been told everything?
    async fn beat(&mut self, wire: &mut Wire) -> Result<(), End> {
        if self.now() - self.heard_at > SILENT_AFTER {
            return Err(End::Silent);
        }
        self.recheck().await?;
        self.renew().await?;
        let (heads, behind) = self.followed.heads().await?;
        if !behind.is_empty() {
            self.resync(wire).await?;
        }
        let head = heads.first().map_or(0, |(_, head)| *head);
        wire.ping().await?;
        Ok(wire.say(&WidgetHears::Heartbeat { now: self.now(), head }).await?)
    }

    /// The customer may have left the chat.
    async fn recheck(&self) -> Result<(), End> {
        self.services.customer_by_token(&self.token).await?.map(drop).ok_or(End::SignedOut)
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
            note(services.customer_disconnected(&caller, instance, left).await);
        }
        let words =
            LastWords { fenced: WidgetHears::Fenced, signed_out: WidgetHears::Refused, bye: |retry_ms| WidgetHears::Bye { retry_ms } };
        if let Some(wire) = wire {
            say_goodbye(wire, end, words).await;
        }
    }
}
