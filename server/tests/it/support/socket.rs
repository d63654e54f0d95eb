//! One WebSocket of a browser: keeps every frame it hears, in order.

use super::{PATIENCE, TestApp};
use futures_util::{SinkExt, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, Mutex};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::CloseFrame},
};

/// An open socket. Dropping it cuts the connection without a word, as a dying browser does.
pub struct Tab<H> {
    heard: Arc<Heard<H>>,
    pulse: Arc<Pulse>,
    say: mpsc::UnboundedSender<Message>,
    task: JoinHandle<()>,
}

struct Heard<H> {
    frames: Mutex<Vec<(H, String)>>,
    end: Mutex<Option<(u16, String)>>,
    moved: watch::Sender<usize>,
}

/// What one socket was heard of: how many heartbeats and pongs there were, and whether there will be more.
#[derive(Debug, Clone, Copy, Default)]
struct Signs {
    beats: usize,
    pongs: usize,
    is_over: bool,
}

/// A socket as whoever moves the clock needs it.
pub struct Pulse {
    signs: watch::Sender<Signs>,
    say: mpsc::UnboundedSender<Message>,
}

impl Pulse {
    pub fn beats(&self) -> usize {
        self.signs.borrow().beats
    }

    /// Returns after the next heartbeat, or when the socket is closed.
    pub async fn beats_past(&self, before: usize) {
        self.signs.subscribe().wait_for(|signs| signs.beats > before || signs.is_over).await.unwrap();
    }

    /// Returns when the other end has done all it had begun: it answers a ping after that.
    pub async fn is_at_rest(&self) {
        let before = self.signs.borrow().pongs;
        let _ = self.say.send(Message::text(r#"{"t":"ping"}"#));
        self.signs.subscribe().wait_for(|signs| signs.pongs > before || signs.is_over).await.unwrap();
    }

    fn is_over(&self) {
        self.signs.send_modify(|signs| signs.is_over = true);
    }

    fn hears(&self, text: &str) {
        if text.starts_with(r#"{"t":"heartbeat""#) {
            self.signs.send_modify(|signs| signs.beats += 1);
        } else if text.starts_with(r#"{"t":"pong""#) {
            self.signs.send_modify(|signs| signs.pongs += 1);
        }
    }
}

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects with these headers; a refusal gives its HTTP status.
pub async fn connect(url: &str, headers: &[(&'static str, String)]) -> Result<Socket, u16> {
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{url}: {other}"),
    }
}

impl<H: DeserializeOwned + Send + 'static> Tab<H> {
    pub fn of(app: &TestApp, socket: Socket) -> Self {
        let heard = Arc::new(Heard { frames: Mutex::default(), end: Mutex::default(), moved: watch::Sender::new(0) });
        let (say, words) = mpsc::unbounded_channel();
        let pulse = Arc::new(Pulse { signs: watch::Sender::default(), say: say.clone() });
        app.register(&pulse);
        let task = tokio::spawn(listen(socket, Arc::clone(&heard), Arc::clone(&pulse), words));
        Self { heard, pulse, say, task }
    }

    pub fn say<S: Serialize>(&self, frame: &S) {
        self.say_raw(serde_json::to_string(frame).unwrap());
    }
    pub fn say_raw(&self, text: String) {
        // Whoever was closed hears nothing; the test sees that elsewhere.
        let _ = self.say.send(Message::text(text));
    }

    /// What `look` finds in all frames so far, as soon as it finds something.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&[(H, String)]) -> Option<T>) -> T {
        let mut moved = self.heard.moved.subscribe();
        let wait = async {
            loop {
                if let Some(found) = look(&self.heard.frames.lock().unwrap()) {
                    return found;
                }
                moved.changed().await.unwrap();
            }
        };
        match timeout(PATIENCE, wait).await {
            Ok(found) => found,
            Err(_) => {
                let texts: Vec<String> = self.raw().iter().map(|text| text.chars().take(300).collect()).collect();
                panic!("waited for {what}; closed: {:?}; heard:\n{}", self.heard.end.lock().unwrap(), texts.join("\n"))
            }
        }
    }

    /// Code and reason of the close, once it came. 1006 when the connection just ended.
    pub async fn is_closed(&self) -> (u16, String) {
        self.until("the close", |_| self.heard.end.lock().unwrap().clone()).await
    }

    /// The frames so far, as they were written.
    pub fn raw(&self) -> Vec<String> {
        self.heard.frames.lock().unwrap().iter().map(|(_, text)| text.clone()).collect()
    }

    /// Looks at the frames so far.
    pub fn frames<T>(&self, look: impl FnOnce(&[(H, String)]) -> T) -> T {
        look(&self.heard.frames.lock().unwrap())
    }

    /// Closes as a page does that is left.
    pub async fn leave(&self) {
        let _ = self.say.send(Message::Close(None));
        self.is_closed().await;
    }
}

impl<H> Drop for Tab<H> {
    fn drop(&mut self) {
        self.task.abort();
        self.pulse.is_over();
    }
}

async fn listen<H: DeserializeOwned>(
    mut socket: Socket,
    heard: Arc<Heard<H>>,
    pulse: Arc<Pulse>,
    mut words: mpsc::UnboundedReceiver<Message>,
) {
    let end = loop {
        tokio::select! {
            Some(word) = words.recv() => {
                let _ = socket.send(word).await;
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}"));
                    heard.frames.lock().unwrap().push((frame, text.to_string()));
                    pulse.hears(&text);
                    heard.moved.send_modify(|n| *n += 1);
                }
                Some(Ok(Message::Close(Some(CloseFrame { code, reason })))) => break (u16::from(code), reason.to_string()),
                Some(Ok(Message::Close(None))) => break (1005, String::new()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break (1006, String::new()),
            }
        }
    };
    // Lets the closing handshake finish.
    let _ = socket.flush().await;
    *heard.end.lock().unwrap() = Some(end);
    pulse.is_over();
    heard.moved.send_modify(|n| *n += 1);
}
