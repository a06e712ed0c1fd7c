//! Joins the payloads of a message's frames (RFC 6455 §5.4): what is kept of it, its length, its UTF-8.

use sha2::{Digest, Sha256};

use super::frame::Opcode;
use super::utf8::Utf8Validator;
use crate::stream::Origin;

/// What is to be kept of every payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadWanted {
    /// Nothing: lengths and checks only.
    None,
    /// Its SHA-256.
    Hash,
    /// Its first [`PREVIEW`] bytes.
    Preview,
    /// All of it, up to `Limits::payload`.
    #[default]
    Full,
}

impl PayloadWanted {
    /// As much of a payload as is wanted.
    pub fn kept_of(self, payload: &[u8]) -> &[u8] {
        match self {
            Self::None | Self::Hash => &[],
            Self::Preview => payload.get(..PREVIEW + 3).unwrap_or(payload),
            Self::Full => payload,
        }
    }
}

/// Bytes of a preview.
pub const PREVIEW: usize = 200;
/// Zeros kept for what is lost of one payload.
const LOST_KEPT: usize = 1 << 20;
/// What a buffer may keep of its capacity for the next payload.
const SPARE: usize = 64 << 10;
/// The largest buffer that waits for whoever needs a large one next.
const LARGEST: usize = 2 << 20;

/// As much of a payload as is wanted.
#[derive(Debug, Default)]
pub struct Kept {
    bytes: Vec<u8>,
    hash: Option<Sha256>,
    limit: usize,
    length: u64,
    /// Zeros kept for bytes that are lost.
    lost: usize,
    truncated: bool,
}

impl Kept {
    /// Begins a payload. Control frames are short and always kept whole: `small` bytes of it at least.
    pub fn begin(&mut self, wanted: PayloadWanted, limit: usize, small: usize) {
        self.bytes.clear();
        self.bytes.shrink_to(SPARE);
        self.limit = match wanted {
            PayloadWanted::None | PayloadWanted::Hash => small,
            // Three bytes more, so that a cut code point is known to be one.
            PayloadWanted::Preview => (PREVIEW + 3).max(small),
            PayloadWanted::Full => limit,
        };
        self.hash = (wanted == PayloadWanted::Hash).then(Sha256::new);
        self.length = 0;
        self.lost = 0;
        self.truncated = false;
    }

    /// So many bytes are announced, and none was taken yet: a large payload takes the `spare` buffer.
    pub fn expect(&mut self, length: u64, spare: &mut Vec<u8>) {
        if length.min(self.limit as u64) > SPARE as u64 && spare.capacity() > SPARE {
            std::mem::swap(&mut self.bytes, spare);
            self.bytes.clear();
        }
    }

    /// The next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        // Behind what is not kept nothing is: offsets stay true.
        let room = if self.truncated { 0 } else { self.limit.saturating_sub(self.bytes.len()) };
        match bytes.get(..room) {
            Some(fitting) if room < bytes.len() => {
                self.bytes.extend_from_slice(fitting);
                self.truncated = true;
            }
            _ => self.bytes.extend_from_slice(bytes),
        }
    }

    /// `count` bytes that are only counted.
    pub fn skip(&mut self, count: u64) {
        self.length += count;
    }

    /// `count` bytes that are lost, as zeros.
    pub fn push_lost(&mut self, count: u64) {
        // Zeros are worth little: a few lost packets must not cost more than what was captured.
        let room = self.limit.saturating_sub(self.bytes.len()).min(LOST_KEPT.saturating_sub(self.lost));
        let fitting = usize::try_from(count).unwrap_or(usize::MAX).min(room);
        self.lost += fitting;
        self.bytes.resize(self.bytes.len() + fitting, 0);
        self.truncated |= (fitting as u64) < count;
        self.length = self.length.saturating_add(count);
        self.hash = None;
    }

    /// The bytes kept, from the first.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The payload was told: a large buffer does not wait here for the next one, but is the `spare` one for all.
    pub fn let_go(&mut self, spare: &mut Vec<u8>) {
        if self.bytes.capacity() > SPARE {
            let large = std::mem::take(&mut self.bytes);
            if (spare.capacity()..=LARGEST).contains(&large.capacity()) {
                *spare = large;
            }
        }
    }

    /// What is allocated, in bytes.
    pub fn held(&self) -> usize {
        self.bytes.capacity()
    }

    /// Bytes seen, kept or not.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// More was seen than is kept although all was wanted.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// The SHA-256 of all bytes, if it was wanted and none is lost.
    pub fn take_hash(&mut self) -> Option<[u8; 32]> {
        self.hash.take().map(|hash| hash.finalize().into())
    }
}

/// A message in the making. One is held for each direction and used again.
#[derive(Debug, Default)]
pub struct Message {
    /// Counted from 0 in its connection.
    pub number: u64,
    /// That of its first frame.
    pub opcode: Opcode,
    /// Its first packet.
    pub started: Option<Origin>,
    /// The packet captured last of those that carried it: where they came out of order, not that of its last byte.
    pub newest: Option<Origin>,
    /// Offset of its first frame's header in the direction's stream.
    pub offset: u64,
    /// Bytes were lost since the compressed message before it.
    pub window_lost: bool,
    /// Frames so far.
    pub frames: u64,
    /// Payload bytes on the wire.
    pub wire_length: u64,
    /// RSV1 says that it is compressed, and that was agreed or assumed.
    pub compressed: bool,
    /// The payload as the application sees it.
    pub kept: Kept,
    /// Offset and length of what is lost.
    pub holes: Vec<(u64, u64)>,
    /// Bytes of it are lost.
    pub incomplete: bool,
    /// Bytes of it are lost before inflating.
    pub lost_on_wire: bool,
    utf8: Utf8Validator,
    invalid_at: Option<u64>,
    inflated_length: Option<u64>,
}

impl Default for Opcode {
    fn default() -> Self {
        Self::CONTINUATION
    }
}

impl Message {
    /// Begins a message.
    pub fn begin(&mut self, number: u64, opcode: Opcode, started: Origin, compressed: bool) {
        self.number = number;
        self.opcode = opcode;
        self.started = Some(started);
        self.newest = Some(started);
        self.frames = 0;
        self.wire_length = 0;
        self.compressed = compressed;
        self.holes.clear();
        self.incomplete = false;
        self.utf8 = Utf8Validator::new();
        self.invalid_at = None;
        self.lost_on_wire = false;
        self.window_lost = false;
        self.inflated_length = None;
    }

    /// What it holds, in bytes of memory.
    pub fn held(&self) -> usize {
        self.kept.held() + self.holes.len() * size_of::<(u64, u64)>()
    }

    /// This packet carried some of it too.
    pub fn carried_by(&mut self, origin: Origin) {
        self.newest = self.newest.into_iter().chain([origin]).max_by_key(|origin| origin.packet);
    }

    /// The next bytes of the payload as the application sees it.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.opcode == Opcode::TEXT && self.invalid_at.is_none() && !self.incomplete {
            self.invalid_at = self.utf8.push(bytes).err().map(|invalid| invalid.0);
        }
        self.kept.push(bytes);
    }

    /// `count` bytes that nobody wants to see.
    pub fn skip(&mut self, count: u64) {
        self.kept.skip(count);
    }

    /// The next `count` bytes are lost; 0 where it is not known how many.
    pub fn push_lost(&mut self, count: u64) {
        self.incomplete = true;
        self.lost_on_wire = true;
        let at = self.kept.length();
        match self.holes.last_mut() {
            Some((start, length)) if *start + *length == at && count > 0 => *length += count,
            _ => self.holes.push((at, count)),
        }
        self.kept.push_lost(count);
    }

    /// Inflating has ended: the true length, and what is not known of it.
    pub fn inflated(&mut self, length: u64, holes: &[(u64, u64)]) {
        self.inflated_length = Some(length);
        if !holes.is_empty() {
            self.incomplete = true;
            self.holes.clear();
            self.holes.extend_from_slice(holes);
        }
    }

    /// Payload bytes as the application sees them.
    pub fn length(&self) -> u64 {
        self.inflated_length.unwrap_or(self.kept.length())
    }

    /// Not all of it is kept although it was wanted.
    pub fn is_truncated(&self) -> bool {
        self.kept.truncated() || self.length() > self.kept.length()
    }

    /// Whether [`Message::finish_text`] found nothing.
    pub fn is_valid_text(&self) -> bool {
        self.invalid_at.is_none()
    }

    /// Ends the text (RFC 6455 §8.1): the offset of the first byte that is no UTF-8.
    pub fn finish_text(&mut self) -> Option<u64> {
        if self.opcode != Opcode::TEXT || self.incomplete {
            return None;
        }
        if self.invalid_at.is_none() {
            self.invalid_at = self.utf8.finish().err().map(|invalid| invalid.0);
        }
        self.invalid_at
    }
}
