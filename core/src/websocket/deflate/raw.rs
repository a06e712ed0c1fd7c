//! One raw DEFLATE decoder whose output buffer is the window: the last 32 KiB of output stay readable in it.
//!
//! flate2 does not hand out a decoder's window, and three rules need it: decoding goes on after a final block
//! (RFC 7692 §7.2.3.4), a message may reach into the one before it though that was forbidden, and bytes that are
//! lost are replaced by known ones. So the decoder writes into a ring of 32 KiB, which costs no copy.

use flate2::{Decompress, FlushDecompress, Status};

/// The farthest that DEFLATE can reach back (RFC 1951 §2), and the window that is always used, whatever was agreed.
pub(super) const WINDOW: usize = 32_768;

/// The ring's first size. It doubles up to [`WINDOW`], so that a quiet connection stays small.
const FIRST_ROOM: usize = 4096;

/// What one call of the decoder did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes taken from the input.
    pub consumed: usize,
    /// Bytes written; [`RawInflater::latest`] has them.
    pub produced: usize,
    /// How the call ended.
    pub outcome: Outcome,
}

/// How a call of the decoder ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It wants more input.
    WantsInput,
    /// It wants room for more output, perhaps without any further input.
    WantsRoom,
    /// A final block ended (RFC 1951 §3.2.3).
    FinalBlock,
    /// A code that stands for nothing, or a distance that reaches farther back than there is output.
    BadSymbol,
    /// The bytes are no DEFLATE.
    Broken(String),
}

/// A raw DEFLATE decoder and the last 32 KiB that it wrote.
#[derive(Debug)]
pub(super) struct RawInflater {
    decoder: Decompress,
    /// A ring of [`WINDOW`] bytes once it is full; before that it grows and `at == have`.
    ring: Vec<u8>,
    /// Where the next byte of output goes: `at <= ring.len()`.
    at: usize,
    /// How many bytes before `at` are output: `have <= WINDOW`, `have <= ring.len()`.
    have: usize,
}

impl RawInflater {
    pub fn new() -> Self {
        Self { decoder: Decompress::new(false), ring: Vec::new(), at: 0, have: 0 }
    }

    /// A decoder at a block's first bit behind this output, of which the last 32 KiB count.
    pub fn with_past(past: &[u8]) -> Self {
        let past = past.get(past.len().saturating_sub(WINDOW)..).unwrap_or(past);
        let mut inflater =
            Self { decoder: Decompress::new(false), ring: past.to_vec(), at: past.len(), have: past.len() };
        if !past.is_empty() {
            inflater.resume(WINDOW);
        }
        inflater
    }

    /// The last (at most) 32 KiB of output.
    pub fn past(&self) -> Box<[u8]> {
        let newer = self.have.min(self.at);
        let wrapped = self.ring.get(self.ring.len() - (self.have - newer)..).unwrap_or_default();
        let straight = self.ring.get(self.at - newer..self.at).unwrap_or_default();
        [wrapped, straight].concat().into_boxed_slice()
    }

    /// Whether anything stands in the window.
    pub fn has_past(&self) -> bool {
        self.have > 0
    }

    /// Takes in `input` up to the end of the room that the ring has in one piece.
    pub fn inflate(&mut self, input: &[u8]) -> Step {
        self.make_room();
        let room = self.ring.get_mut(self.at..).unwrap_or_default();
        let room_length = room.len();
        let mut step = decode(&mut self.decoder, input, room);
        self.at += step.produced;
        self.have = (self.have + step.produced).min(WINDOW);
        if step.outcome == Outcome::WantsInput && step.produced == room_length {
            step.outcome = Outcome::WantsRoom;
        }
        step
    }

    /// Takes in `input` as far as no output comes of it. [`Outcome::WantsRoom`]: some would come.
    pub fn absorb(&mut self, input: &[u8]) -> Step {
        let mut step = decode(&mut self.decoder, input, &mut []);
        if step.outcome == Outcome::WantsInput && step.consumed < input.len() {
            step.outcome = Outcome::WantsRoom;
        }
        step
    }

    /// The last `count` bytes of output, all of which came from the latest call of [`inflate`](Self::inflate).
    pub fn latest(&self, count: usize) -> &[u8] {
        self.ring.get(self.at.saturating_sub(count)..self.at).unwrap_or_default()
    }

    /// Starts at a block's first bit with an empty window. What was written before stays in the ring.
    pub fn restart(&mut self) {
        self.decoder.reset(false);
    }

    /// Starts at a block's first bit with (at most) the last `reach` bytes of output as the window.
    pub fn resume(&mut self, reach: usize) {
        self.decoder.reset(false);
        let reach = reach.min(self.have);
        let newer = reach.min(self.at);
        let older = reach - newer;
        let wrapped = self.ring.get(self.ring.len() - older..).unwrap_or_default();
        let straight = self.ring.get(self.at - newer..self.at).unwrap_or_default();
        for part in [wrapped, straight] {
            if !part.is_empty() {
                // A raw decoder takes a dictionary at any time, and a second one amends the first.
                let _checksum = self.decoder.set_dictionary(part);
            }
        }
    }

    /// Takes the last `count` bytes of output back, `count <= WINDOW`.
    pub fn rewind(&mut self, count: usize) {
        let count = count.min(self.have);
        self.have -= count;
        self.at = if count <= self.at { self.at - count } else { self.at + self.ring.len() - count };
    }

    /// Fills the window with `filler` but for the last `known` bytes of output.
    pub fn forget_but(&mut self, known: usize, filler: u8) {
        let known = known.min(self.have);
        let mut ring = Vec::with_capacity(WINDOW);
        ring.resize(WINDOW - known, filler);
        let newer = known.min(self.at);
        let older = known - newer;
        ring.extend_from_slice(self.ring.get(self.ring.len() - older..).unwrap_or_default());
        ring.extend_from_slice(self.ring.get(self.at - newer..self.at).unwrap_or_default());
        self.at = ring.len();
        self.have = ring.len();
        self.ring = ring;
    }

    /// Another decoder with the same ring, at no block.
    pub fn twin(&self) -> Self {
        Self { decoder: Decompress::new(false), ring: self.ring.clone(), at: self.at, have: self.have }
    }

    fn make_room(&mut self) {
        if self.at < self.ring.len() {
            return;
        }
        if self.ring.len() < WINDOW {
            let grown = (self.ring.len() * 2).clamp(FIRST_ROOM, WINDOW);
            self.ring.resize(grown, 0);
        } else {
            self.at = 0;
        }
    }
}

fn decode(decoder: &mut Decompress, input: &[u8], room: &mut [u8]) -> Step {
    let (consumed, produced) = (decoder.total_in(), decoder.total_out());
    let result = decoder.decompress(input, room, FlushDecompress::None);
    let outcome = match result {
        Ok(Status::StreamEnd) => Outcome::FinalBlock,
        Ok(Status::Ok | Status::BufError) => Outcome::WantsInput,
        Err(error) => match error.message() {
            // zlib-rs forgets on its fast path which of these it was, and the outcome must not depend on the path.
            Some(
                "invalid distance too far back"
                | "invalid distance code too far back"
                | "invalid distance code"
                | "invalid literal/length code"
                | "repeated call with bad state",
            ) => Outcome::BadSymbol,
            Some(text) => Outcome::Broken(text.to_owned()),
            None => Outcome::Broken("no valid DEFLATE".to_owned()),
        },
    };
    // Neither can pass the slices' lengths, so neither is cut.
    let counted =
        |before: u64, after: u64| usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX);
    Step {
        consumed: counted(consumed, decoder.total_in()).min(input.len()),
        produced: counted(produced, decoder.total_out()).min(room.len()),
        outcome,
    }
}
