//! One connection: JSON frames, limits on what comes in, patience with what goes out.

use crate::limits::at_least_one;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};
use serde::{Serialize, de::DeserializeOwned};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A reader who takes nothing for this long is gone.
const WRITE_PATIENCE: Duration = Duration::from_secs(30);
/// How long a close may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(5);

/// RFC 6455 and the registry: why a socket is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Done = 1000,
    Policy = 1008,
    Restart = 1012,
}

/// By the system's clock: one of the library's own asks the processor for its abilities, which on a virtual machine costs
/// every socket that opens more than its greeting.
type Frames = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<<MonotonicClock as Clock>::Instant>>;

/// The connection is over: nothing more can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// The other end said goodbye.
    Left,
    /// Without a word; mostly the network, and the other end comes back.
    Broken,
}

/// What came in.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard<T> {
    Frame(T),
    /// The other end lives: it answered a ping.
    Alive,
    /// Not a frame that this server knows; a newer client may say such things.
    Unknown,
}

pub struct Wire {
    socket: WebSocket,
    frames: Frames,
    /// The last frame came too early: its time must pass before the next is read.
    in_debt: bool,
    audience: &'static str,
}

impl Wire {
    pub fn new(socket: WebSocket, frames_per_second: u32, audience: &'static str) -> Self {
        metrics::gauge!("deskbell_ws_connections", "audience" => audience).increment(1);
        let frames = RateLimiter::direct_with_clock(Quota::per_second(at_least_one(frames_per_second)), MonotonicClock);
        Self { socket, frames, in_debt: false, audience }
    }

    /// The next frame. One who sends too fast is read later, not cut off. Nothing is lost when this is dropped unfinished.
    pub async fn hear<T: DeserializeOwned>(&mut self) -> Result<Heard<T>, Gone> {
        while self.in_debt {
            match self.frames.check() {
                Ok(()) => self.in_debt = false,
                Err(wait) => sleep(wait.wait_time_from(MonotonicClock.now())).await,
            }
        }
        let message = match self.socket.recv().await {
            Some(Ok(message)) => message,
            Some(Err(_)) | None => return Err(Gone::Broken),
        };
        self.in_debt = self.frames.check().is_err();
        match message {
            Message::Text(text) => Ok(serde_json::from_str(&text).map_or(Heard::Unknown, Heard::Frame)),
            Message::Ping(_) | Message::Pong(_) => Ok(Heard::Alive),
            Message::Binary(_) => Ok(Heard::Unknown),
            Message::Close(_) => Err(Gone::Left),
        }
    }

    pub async fn say<T: Serialize>(&mut self, frame: &T) -> Result<(), Gone> {
        let text = serde_json::to_string(frame).map_err(|_| Gone::Broken)?;
        self.put(Message::text(text)).await
    }

    pub async fn ping(&mut self) -> Result<(), Gone> {
        self.put(Message::Ping(Default::default())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(WRITE_PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Gone::Broken),
            Err(_) => {
                self.count_close("slow");
                Err(Gone::Broken)
            }
        }
    }

    /// Says why, and waits shortly for the other end to have heard it.
    pub async fn close(mut self, code: Code, reason: &'static str) {
        self.count_close(reason);
        let frame = CloseFrame { code: code as u16, reason: reason.into() };
        let goodbye = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        // Who does not answer is cut off.
        let _ = timeout(CLOSE_PATIENCE, goodbye).await;
    }

    fn count_close(&self, reason: &'static str) {
        metrics::counter!("deskbell_ws_closed_total", "audience" => self.audience, "reason" => reason).increment(1);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        metrics::gauge!("deskbell_ws_connections", "audience" => self.audience).decrement(1);
    }
}

/// A frame that tells a browser when to come back, spread so that not all come at once.
pub fn retry_ms() -> u64 {
    rand::Rng::random_range(&mut rand::rng(), 500..=15_000)
}
