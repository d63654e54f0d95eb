//! What a client's bytes are made of: whole HTTP requests and WebSocket frames, so that they can be told apart and repeated.

use bytes::{Buf, Bytes, BytesMut};

/// A piece of what a client sends that belongs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub bytes: Bytes,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A request that writes; `message`: it brings a message.
    Post { message: bool },
    /// A request that reads or opens a socket.
    Get,
    /// A text of a WebSocket.
    Text,
    /// A frame of a WebSocket that steers it.
    Control,
}

const MESSAGES: [&str; 2] = ["/api/v1/widget/messages", "/api/console/messages.send"];
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Cuts the bytes of one connection into units.
#[derive(Debug, Default)]
pub struct Framing {
    is_socket: bool,
}

impl Framing {
    /// The next whole unit of `bytes`, taken out of them; `None` until all of it is there.
    pub fn next(&mut self, bytes: &mut BytesMut) -> Option<Unit> {
        let unit = if self.is_socket { frame(bytes)? } else { request(bytes)? };
        self.is_socket |= is_upgrade(&unit);
        Some(unit)
    }
}

fn is_upgrade(unit: &Unit) -> bool {
    unit.kind == Kind::Get && unit.bytes.starts_with(b"GET /rt/")
}

fn request(bytes: &mut BytesMut) -> Option<Unit> {
    let whole = length(bytes)?;
    let head = String::from_utf8_lossy(&bytes[..whole.min(256)]).into_owned();
    let kind = match head.strip_prefix("POST ") {
        Some(path) => Kind::Post { message: MESSAGES.iter().any(|message| path.starts_with(message)) },
        None => Kind::Get,
    };
    Some(Unit { bytes: bytes.split_to(whole).freeze(), kind })
}

/// How long the request or answer is that `bytes` begin with, once its head and body are there.
pub fn length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END)? + HEAD_END.len();
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    (bytes.len() >= head + body).then_some(head + body)
}

/// The body of a whole request or answer.
pub fn body(bytes: &[u8]) -> &[u8] {
    let head = bytes.windows(HEAD_END.len()).position(|window| window == HEAD_END);
    head.map_or(&[], |at| &bytes[at + HEAD_END.len()..])
}

/// RFC 6455, section 5.2, as a client writes: always masked.
fn frame(bytes: &mut BytesMut) -> Option<Unit> {
    let mut rest = &bytes[..];
    if rest.len() < 2 {
        return None;
    }
    let (first, second) = (rest.get_u8(), rest.get_u8());
    let length = match second & 0x7f {
        126 if rest.len() >= 2 => u64::from(rest.get_u16()),
        127 if rest.len() >= 8 => rest.get_u64(),
        126 | 127 => return None,
        short => u64::from(short),
    };
    let mask = if second & 0x80 == 0 { 0 } else { 4 };
    let whole = bytes.len() - rest.len() + mask + usize::try_from(length).ok()?;
    if bytes.len() < whole {
        return None;
    }
    let kind = if first & 0x0f == 1 { Kind::Text } else { Kind::Control };
    Some(Unit { bytes: bytes.split_to(whole).freeze(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(all: &[u8], step: usize) -> Vec<(Kind, usize)> {
        let (mut framing, mut bytes, mut found) = (Framing::default(), BytesMut::new(), Vec::new());
        for part in all.chunks(step) {
            bytes.extend_from_slice(part);
            while let Some(unit) = framing.next(&mut bytes) {
                found.push((unit.kind, unit.bytes.len()));
            }
        }
        assert!(bytes.is_empty(), "{} bytes are left", bytes.len());
        found
    }

    #[test]
    fn requests_are_told_apart_however_they_arrive() {
        let message = b"POST /api/v1/widget/messages HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
        let mark = b"POST /api/v1/widget/marks HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        let all = [&message[..], mark, b"GET /readyz HTTP/1.1\r\n\r\n"].concat();
        for step in [1, 7, all.len()] {
            let kinds: Vec<_> = units(&all, step).into_iter().map(|(kind, _)| kind).collect();
            assert_eq!(kinds, [Kind::Post { message: true }, Kind::Post { message: false }, Kind::Get]);
        }
        assert_eq!(body(message), b"{}");
    }

    #[test]
    fn after_an_upgrade_come_frames() {
        let short = [&[0x81, 0x83, 1, 2, 3, 4][..], b"abc"].concat();
        let long = [&[0x81, 0xfe, 0, 200, 1, 2, 3, 4][..], &[0; 200]].concat();
        let pong = [0x8a, 0x80, 1, 2, 3, 4];
        let all = [&b"GET /rt/widget HTTP/1.1\r\n\r\n"[..], &short, &long, &pong].concat();
        for step in [1, 5, all.len()] {
            let found = units(&all, step);
            assert_eq!(found[1..], [(Kind::Text, short.len()), (Kind::Text, long.len()), (Kind::Control, pong.len())]);
        }
    }
}
