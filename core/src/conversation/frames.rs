//! The WebSocket stage: both directions' frames and messages, numbered together.

use crate::diagnostic::{Code, Finding};
use crate::http::DeflateAgreement;
use crate::stream::{Gap, Side, StreamChunk};
use crate::tcp::{End, Facts};

use super::Context;
use super::attempt::Attempt;
use super::closing::{Certainty, Closing};
use super::direction::{Compression, Control, Controls, Direction, Numbers};

/// Where a direction's frames begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At this stream offset.
    At(u64),
    /// Perhaps at the first byte that comes, else somewhere behind it.
    Likely,
    /// Somewhere behind what is not known.
    Unknown,
}

/// A WebSocket's two directions. What every packet touches stands first.
#[derive(Debug)]
#[repr(C)]
pub struct Frames {
    /// Offset in the server's stream where the 101's head ends: client frames must not be sent before.
    accepted_at: Option<u64>,
    numbers: Numbers,
    /// Stream offset up to which a side's bytes were read, the client's first.
    reached: [u64; 2],
    directions: [Direction; 2],
    closing: Closing,
}

/// Gives control frames to [`Closing`] with what only both sides together know.
struct Pairing<'a> {
    closing: &'a mut Closing,
    reached: [u64; 2],
}

impl Controls for Pairing<'_> {
    fn control(&mut self, side: Side, control: &Control<'_>, attempt: &mut Attempt, cx: &mut Context<'_>) {
        self.closing.control(side, control, self.reached[side.other().index()], attempt, cx);
    }
}

impl Frames {
    /// What they hold back, in bytes of memory.
    pub fn held(&self) -> usize {
        self.directions.iter().map(Direction::held).sum()
    }

    /// Frames of both sides, the client first.
    pub fn new(starts: [Start; 2], compression: [Compression; 2], accepted_at: Option<u64>) -> Self {
        let direction = |side: Side| {
            let (start, compression) = (starts[side.index()], compression[side.index()]);
            match start {
                Start::At(offset) => Direction::new(side, compression, offset),
                Start::Likely => Direction::new(side, compression, 0).try_first_byte(),
                Start::Unknown => Direction::new(side, compression, 0).seek(),
            }
        };
        let mut closing = Closing::default();
        for side in Side::BOTH {
            if !matches!(starts[side.index()], Start::At(_)) {
                closing.lose(side);
            }
        }
        Self {
            directions: [direction(Side::Client), direction(Side::Server)],
            numbers: Numbers::default(),
            closing,
            accepted_at,
            reached: [0; 2],
        }
    }

    /// Reads from each cache line that the next bytes of a side will need.
    #[inline(always)]
    pub fn touch(&self, side: Side) -> usize {
        usize::from(self.accepted_at.is_some()).wrapping_add(self.directions[side.index()].touch())
    }

    /// Whether a message of this side is under way, or may be longer than what came.
    #[inline(always)]
    pub fn may_hold(&self, side: Side) -> bool {
        self.directions[side.index()].may_hold()
    }

    /// The next bytes of a direction.
    #[inline(always)]
    pub fn data(&mut self, chunk: StreamChunk<'_>, attempt: &mut Attempt, cx: &mut Context<'_>) {
        if chunk.side == Side::Client && self.accepted_at.is_some() {
            self.check_accepted(&chunk, attempt, cx);
        }
        let Self { directions, numbers, closing, reached, .. } = self;
        let mut pairing = Pairing { closing, reached: *reached };
        directions[chunk.side.index()].data(chunk, numbers, &mut pairing, attempt, cx);
        reached[chunk.side.index()] = chunk.offset + chunk.bytes.len() as u64;
    }

    /// Client frames must not be sent before the server's 101 is there.
    #[inline(never)]
    fn check_accepted(&mut self, chunk: &StreamChunk<'_>, attempt: &mut Attempt, cx: &mut Context<'_>) {
        if let (Some(accepted_at), Some(acknowledged)) = (self.accepted_at, chunk.acknowledged) {
            if acknowledged >= accepted_at {
                self.accepted_at = None; // All that follows was sent after the 101.
            } else if !attempt.has(Code::DataBefore101) && !self.directions[1].is_lossy() {
                let text = format!(
                    "the client sent {} bytes of frames before it had the server's 101",
                    chunk.bytes.len()
                );
                attempt.report(Side::Client, chunk.origin, &Finding::new(Code::DataBefore101, text), cx);
            }
        }
    }

    /// Bytes of a direction that are missing.
    pub fn gap(&mut self, gap: Gap, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let Self { directions, numbers, closing, reached, .. } = self;
        closing.lose(gap.side);
        let mut pairing = Pairing { closing, reached: *reached };
        directions[gap.side.index()].gap(gap, numbers, &mut pairing, attempt, cx);
    }

    /// A direction ended.
    pub fn end(&mut self, end: End) {
        self.closing.end(end);
    }

    /// Nothing more will come.
    pub fn finish(&mut self, attempt: &mut Attempt, facts: &Facts, cx: &mut Context<'_>) {
        let Self { directions, numbers, closing, reached, .. } = self;
        let mut pairing = Pairing { closing, reached: *reached };
        // What a direction still looks for is decided first: a Close may be in it.
        let certain = directions.each_mut().map(|direction| {
            direction.settle(numbers, &mut pairing, attempt, cx);
            Certainty { lossy: direction.is_lossy(), inside_message: direction.is_inside_message() }
        });
        for direction in directions.iter_mut() {
            direction.finish(facts.last, attempt, cx);
        }
        attempt.counts = directions.each_ref().map(Direction::counts);
        closing.finish(certain, attempt, facts, cx);
    }
}

/// How both sides compress by what was agreed on.
pub fn compression(deflate: Option<DeflateAgreement>, unknown_extension: Extension) -> [Compression; 2] {
    match (deflate, unknown_extension) {
        (Some(agreement), _) => {
            [Compression::Deflate(agreement.client), Compression::Deflate(agreement.server)]
        }
        (None, Extension::NotUnderstood) => [Compression::Unknown; 2],
        (None, Extension::None) => [Compression::None; 2],
    }
}

/// Whether an extension that is not permessage-deflate was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// None was.
    None,
    /// One was that is not understood.
    NotUnderstood,
}
