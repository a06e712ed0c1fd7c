//! Handshake messages (RFC 8446 §4, RFC 5246 §7.4): joined from records, and what they say that decryption needs.

pub mod certificate;
pub mod facts;
pub mod hello;
mod name;
pub(super) mod reader;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u8);

impl Kind {
    /// A server wants another handshake (RFC 5246 §7.4.1.1).
    pub const HELLO_REQUEST: Self = Self(0);
    /// What a client asks for.
    pub const CLIENT_HELLO: Self = Self(1);
    /// What a server chose.
    pub const SERVER_HELLO: Self = Self(2);
    /// How to resume the session (RFC 5077 §3.3, RFC 8446 §4.6.1).
    pub const NEW_SESSION_TICKET: Self = Self(4);
    /// Handshake keys follow (RFC 8446 §4.5).
    pub const END_OF_EARLY_DATA: Self = Self(5);
    /// The rest of what a server chose (RFC 8446 §4.3.1).
    pub const ENCRYPTED_EXTENSIONS: Self = Self(8);
    /// Its sender's certificates.
    pub const CERTIFICATE: Self = Self(11);
    /// A server has said what it chose (RFC 5246 §7.4.5).
    pub const SERVER_HELLO_DONE: Self = Self(14);
    /// A client's share of the keys (RFC 5246 §7.4.7).
    pub const CLIENT_KEY_EXCHANGE: Self = Self(16);
    /// Its sender is done.
    pub const FINISHED: Self = Self(20);
    /// The next keys follow (RFC 8446 §4.6.3).
    pub const KEY_UPDATE: Self = Self(24);
    /// In a transcript, in the place of the first ClientHello of two (RFC 8446 §4.4.1).
    pub const MESSAGE_HASH: Self = Self(254);

    /// Writes a message of this kind, as transcripts have it (RFC 8446 §4).
    pub fn write(self, body: &[u8], into: &mut Vec<u8>) {
        let [.., a, b, c] = body.len().to_be_bytes();
        into.extend_from_slice(&[self.0, a, b, c]);
        into.extend_from_slice(body);
    }
}

/// The longest message that is looked at: a long chain of certificates.
const LONGEST: usize = 1 << 18;

/// Joins the messages of one direction.
#[derive(Debug, Default)]
pub struct Messages {
    held: Vec<u8>,
    /// Bytes of a message that is too long, still to be passed over.
    passing: usize,
}

impl Messages {
    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.held.capacity()
    }

    /// Bytes were lost.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes what a record carries.
    pub fn push(&mut self, bytes: &[u8]) {
        let passed = self.passing.min(bytes.len());
        self.passing -= passed;
        self.held.extend_from_slice(bytes.get(passed..).unwrap_or_default());
    }

    /// The next message that is whole.
    pub fn next_message(&mut self) -> Option<(Kind, Vec<u8>)> {
        let [kind, a, b, c] = *self.held.first_chunk()?;
        let length = 4 + usize::try_from(u32::from_be_bytes([0, a, b, c])).ok()?;
        if length > LONGEST {
            self.passing = length - self.held.len().min(length);
            self.held.clear();
            return None;
        }
        let body = self.held.get(4..length)?.to_vec();
        self.held.drain(..length);
        if self.held.is_empty() {
            self.held = Vec::new();
        }
        Some((Kind(kind), body))
    }
}
