//! HTTP/1.1 heads of an upgrade (RFC 6455 §4), right by default, with every header open to change.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

/// What the server appends to the key before it hashes (RFC 6455 §1.3).
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// One head: a start line and its headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The first line.
    pub start: String,
    /// Name and value, in order.
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// Any head.
    pub fn new(start: impl Into<String>) -> Self {
        Self { start: start.into(), headers: Vec::new() }
    }

    /// A sound request (§4.1), with [`key`]`(0)`.
    pub fn request() -> Self {
        Self::new("GET /chat HTTP/1.1")
            .and("Host", "server.example.com")
            .and("Upgrade", "websocket")
            .and("Connection", "Upgrade")
            .and("Sec-WebSocket-Key", key(0))
            .and("Sec-WebSocket-Version", "13")
    }

    /// The sound answer to a request (§4.2.2), without sub-protocol and extensions. Without a key it has no Accept.
    pub fn answer(request: &Self) -> Self {
        let answer = Self::new("HTTP/1.1 101 Switching Protocols")
            .and("Upgrade", "websocket")
            .and("Connection", "Upgrade");
        match request.get("Sec-WebSocket-Key") {
            Some(key) => answer.and("Sec-WebSocket-Accept", accept(key)),
            None => answer,
        }
    }

    /// An answer without a body that is no 101.
    pub fn refusal(status_and_reason: &str) -> Self {
        Self::new(format!("HTTP/1.1 {status_and_reason}")).and("Content-Length", "0")
    }

    /// Another first line.
    pub fn start(self, start: impl Into<String>) -> Self {
        Self { start: start.into(), ..self }
    }

    /// All headers of that name go.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// One more header, whatever is there already.
    pub fn and(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The only header of that name has this value.
    pub fn with(self, name: &str, value: impl Into<String>) -> Self {
        self.without(name).and(name, value)
    }

    /// The first value under that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The head as sent, the empty line included.
    pub fn bytes(&self) -> Vec<u8> {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{}\r\n{headers}\r\n", self.start).into_bytes()
    }
}

/// Keys of 16 bytes that differ with `number` and look random.
pub fn key(number: u64) -> String {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&crate::frame::scramble(2 * number + 1).to_be_bytes());
    bytes[8..].copy_from_slice(&crate::frame::scramble(2 * number + 2).to_be_bytes());
    encode(bytes)
}

/// The first of these keys for which `wanted` holds of the key and its right Accept.
pub fn key_where(wanted: impl Fn(&str, &str) -> bool) -> String {
    (0..).map(key).find(|key| wanted(key, &accept(key))).expect("some key has it")
}

/// The right `Sec-WebSocket-Accept` (§4.2.2 step 5.4).
pub fn accept(key: &str) -> String {
    accept_of(format!("{}{GUID}", key.trim()))
}

/// base64(SHA-1(input)): what a server answers that hashed something else.
pub fn accept_of(input: impl AsRef<[u8]>) -> String {
    encode(Sha1::digest(input.as_ref()))
}

/// base64 with padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`encode`] wrote.
pub fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("base64")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_of_rfc_6455() {
        assert_eq!(super::accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
