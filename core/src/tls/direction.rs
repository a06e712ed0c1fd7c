//! The records of one direction: what protects them, how many went by, and what is tried behind a gap.

use std::collections::VecDeque;
use std::sync::Arc;

use super::cipher_suite::CipherSuite;
use super::handshake::Messages;
use super::key_schedule::tls13::TrafficSecret;
use super::protection::{Chain, Failure, Opener};
use super::record::{ContentType, HEADER, Reader};
use crate::stream::{Gap, HeldChunk};

/// How far a direction of TLS 1.3 is (RFC 8446 §7.1): each has a secret of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Data of a client that does not await the server's answer.
    Early,
    Handshake,
    Application,
}

/// What protects the records of one direction.
#[derive(Debug, Default)]
pub enum Protection {
    /// Nothing, yet.
    #[default]
    None,
    /// TLS 1.2 or before.
    Tls12(Arc<Opener>),
    /// TLS 1.3.
    Tls13(Tls13),
    /// What is needed is not known, or the records make no sense.
    Unreadable,
}

impl Protection {
    /// What opens records, where that is known.
    pub fn opener(&self) -> Option<&Arc<Opener>> {
        match self {
            Self::Tls12(opener) => Some(opener),
            Self::Tls13(state) => state.keys.as_ref().map(|(_, opener)| opener),
            Self::None | Self::Unreadable => None,
        }
    }
}

/// Keys of TLS 1.3.
#[derive(Debug)]
pub struct Tls13 {
    pub stage: Stage,
    /// Absent where the log has no secret of this stage: its records are passed over.
    pub keys: Option<(TrafficSecret, Arc<Opener>)>,
}

impl Tls13 {
    /// With a secret of that stage.
    pub fn new(stage: Stage, secret: Option<TrafficSecret>, suite: &CipherSuite) -> Self {
        let keys = secret.and_then(|secret| {
            let keys = secret.keys(super::protection::lengths(suite.bulk, super::Version::Tls13).key)?;
            let opener = Opener::tls13(suite, &keys)?;
            Some((secret, Arc::new(opener)))
        });
        Self { stage, keys }
    }
}

/// Something that waits until the other direction has said what is needed.
#[derive(Debug)]
pub enum Waiting {
    Chunk(HeldChunk),
    Gap(Gap),
}

/// The place in the plain stream that belongs to one in the stream of records.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    cipher: u64,
    plain: u64,
}

/// Marks that are kept: an acknowledgement reaches back no further than a window.
const MARKS: usize = 1024;

/// One direction.
#[derive(Debug, Default)]
pub struct Direction {
    pub reader: Reader,
    pub messages: Messages,
    pub protection: Protection,
    /// The number of the next record with these keys.
    pub sequence: u64,
    /// What the record before leaves to the next one.
    pub chain: Chain,
    /// What comes while something of the other direction is awaited.
    pub waiting: VecDeque<Waiting>,
    pub waiting_bytes: usize,
    /// Bytes were lost, and no record was opened since.
    pub hole: Option<Hole>,
    /// Bytes were lost at some time: a failure may be their doing.
    pub has_lost: bool,
    /// Records in a row that could not be opened.
    pub failed: u32,
    /// Records are padded: how many plain bytes lost ones had is not certain. Always so in CBC mode, whose first record, a
    /// Finished, never fills its blocks.
    pub padded: bool,
    /// A failure was told.
    pub told: bool,
    /// It carried application data.
    pub has_data: bool,
    /// Offset of the next plain byte.
    pub plain: u64,
    /// Offset behind the last record.
    pub read: u64,
    marks: VecDeque<Mark>,
    /// The plain offset before the first mark.
    forgotten: u64,
}

/// Bytes that were lost.
#[derive(Clone, Copy, Debug)]
pub struct Hole {
    pub gap: Gap,
    /// Records that may be lost at most.
    pub records: u64,
}

/// The shortest protected record of application data.
const SHORTEST: u64 = 22;

/// Bytes that are decrypted in vain at most behind one hole.
const IN_VAIN: usize = 64 << 20;

impl Direction {
    /// One that can say where records stand.
    pub fn traced() -> Self {
        Self { reader: Reader::traced(), ..Self::default() }
    }

    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.reader.held() + self.messages.held() + self.waiting_bytes
    }

    /// Tries sequence numbers, from the next one on, as many as records may have been lost.
    pub fn open(
        opener: &Opener,
        sequence: u64,
        before: Chain,
        hole: Option<&Hole>,
        header: &[u8; HEADER],
        body: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(u64, ContentType), Failure> {
        let lost = hole.map_or(0, |hole| hole.records);
        let tries = lost.min((IN_VAIN / body.len().max(1)) as u64);
        let mut result = opener.open(sequence, before, header, body, out).map(|kind| (0, kind));
        let mut skipped = 1;
        while result.is_err() && skipped <= tries {
            let next = sequence.saturating_add(skipped);
            result = opener.open(next, before, header, body, out).map(|kind| (skipped, kind));
            skipped += 1;
        }
        result
    }

    /// Bytes are missing.
    pub fn lose(&mut self, gap: Gap) {
        let begun = self.reader.gap(&gap);
        self.messages.clear();
        self.chain = Chain::Lost;
        self.has_lost = true;
        let records = begun + gap.length / SHORTEST;
        let before = self.hole.take();
        self.hole = Some(Hole { gap, records: records + before.map_or(0, |hole| hole.records) });
    }

    /// A record has been read to its end.
    pub fn mark(&mut self, end: u64) {
        self.read = end;
        if self.marks.len() >= MARKS
            && let Some(mark) = self.marks.pop_front()
        {
            self.forgotten = mark.plain;
        }
        self.marks.push_back(Mark { cipher: end, plain: self.plain });
    }

    /// The offset in the plain stream that an offset in the stream of records stands for: behind the last record that
    /// ends there or before. What is not read yet, since it is lost or waits, counts as data that only a header protects: who
    /// had it had more than was read.
    pub fn plain_before(&self, cipher: u64) -> u64 {
        if let Some(unread) = cipher.checked_sub(self.read + SHORTEST) {
            return self.plain + unread;
        }
        let behind = self.marks.partition_point(|mark| mark.cipher <= cipher);
        behind.checked_sub(1).and_then(|at| self.marks.get(at)).map_or(self.forgotten, |mark| mark.plain)
    }
}
