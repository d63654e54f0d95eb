//! One WebSocket of the live stream.

use anyhow::{Context, Result};
use domain::live::SUBPROTOCOL;
use futures_util::{SinkExt, StreamExt};
use http::header;
use serde::{Serialize, de::DeserializeOwned};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

const PATIENCE: Duration = Duration::from_secs(10);

/// Why no more frames come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketEnd {
    /// The server closed with this code.
    Closed(u16),
    /// The connection was cut.
    Cut,
}

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    heard_at: Instant,
}

impl Socket {
    /// Opens `path` through `door`, as a page of `origin` does; `cookie` signs a console in.
    pub async fn open(door: SocketAddr, origin: &str, path: &str, cookie: Option<&str>) -> Result<Self> {
        let mut request = format!("{}{path}", origin.replacen("http", "ws", 1)).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(header::ORIGIN, origin.parse()?);
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL.parse()?);
        if let Some(cookie) = cookie {
            headers.insert(header::COOKIE, cookie.parse()?);
        }
        // The default read buffer of 128 KiB would make the generator the biggest thing on the machine.
        let config = WebSocketConfig::default().read_buffer_size(4 << 10).write_buffer_size(0);
        let open = async {
            let stream = TcpStream::connect(door).await?;
            stream.set_nodelay(true)?;
            let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
            anyhow::Ok(socket)
        };
        let stream = timeout(PATIENCE, open).await.context("the socket does not open")??;
        Ok(Self { stream, heard_at: Instant::now() })
    }

    pub async fn say(&mut self, frame: &impl Serialize) -> Result<()> {
        Ok(self.stream.send(Message::text(serde_json::to_string(frame)?)).await?)
    }

    /// The next frame as it was written.
    pub async fn next_text(&mut self) -> Result<String, SocketEnd> {
        loop {
            let heard = self.stream.next().await;
            self.heard_at = Instant::now();
            match heard {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(SocketEnd::Closed(frame.code.into())),
                Some(Ok(Message::Close(None))) => return Err(SocketEnd::Closed(1005)),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(SocketEnd::Cut),
            }
        }
    }

    /// The next frame; one that does not parse is a fault of the server.
    pub async fn next<H: DeserializeOwned>(&mut self) -> Result<(H, String), SocketEnd> {
        let text = self.next_text().await?;
        match serde_json::from_str(&text) {
            Ok(frame) => Ok((frame, text)),
            Err(error) => panic!("the server said what is no frame: {error} in {text}"),
        }
    }

    /// As [`Socket::next`]; nothing heard for that long, over all calls, is as good as a cut.
    pub async fn next_within<H: DeserializeOwned>(&mut self, silence: Duration) -> Result<(H, String), SocketEnd> {
        timeout_at(self.heard_at + silence, self.next()).await.unwrap_or(Err(SocketEnd::Cut))
    }

    /// Closes as a page does that is left.
    pub async fn leave(mut self) {
        let _ = self.stream.close(None).await;
    }
}
