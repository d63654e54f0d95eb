//! One HTTP/1.1 connection, kept open, made anew when it was cut.

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// No answer within this long is as good as a cut.
const PATIENCE: Duration = Duration::from_secs(10);

/// The answer did not come: whether the request took effect is not known.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Cut(pub String);

pub struct Answer {
    pub status: StatusCode,
    pub body: Bytes,
}

pub struct Line {
    door: SocketAddr,
    origin: String,
    patience: Duration,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Line {
    pub fn to(door: SocketAddr, origin: String) -> Self {
        Self { door, origin, patience: PATIENCE, sender: None }
    }

    /// Waits this long for an answer.
    pub fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Connects elsewhere from now on: the desk has moved.
    pub fn moves(&mut self, door: SocketAddr, origin: String) {
        (self.door, self.origin, self.sender) = (door, origin, None);
    }

    pub async fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Result<Answer, Cut> {
        self.ask(Method::GET, path, headers, Bytes::new()).await
    }

    /// Posts JSON from the desk's own origin.
    pub async fn post(&mut self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<Answer, Cut> {
        self.ask(Method::POST, path, headers, body.into()).await
    }

    async fn ask(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Answer, Cut> {
        let patience = self.patience;
        let answer = match timeout(patience, self.try_ask(method, path, headers, body)).await {
            Ok(answer) => answer,
            Err(_) => Err(Cut(format!("none within {patience:?}"))),
        };
        if answer.is_err() {
            self.sender = None;
        }
        answer
    }

    async fn try_ask(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Answer, Cut> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.origin.trim_start_matches("http://"))
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(cut)?;
        let response = self.sender().await?.send_request(request).await.map_err(cut)?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(cut)?.to_bytes();
        Ok(Answer { status: parts.status, body })
    }

    async fn sender(&mut self) -> Result<&mut SendRequest<Full<Bytes>>, Cut> {
        let mut kept = self.sender.take();
        let usable = match &mut kept {
            Some(sender) => !sender.is_closed() && sender.ready().await.is_ok(),
            None => false,
        };
        let open = match kept {
            Some(sender) if usable => sender,
            _ => {
                let stream = TcpStream::connect(self.door).await.map_err(cut)?;
                stream.set_nodelay(true).map_err(cut)?;
                let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(cut)?;
                tokio::spawn(connection);
                sender
            }
        };
        Ok(self.sender.insert(open))
    }
}

fn cut(error: impl std::fmt::Display) -> Cut {
    Cut(error.to_string())
}
