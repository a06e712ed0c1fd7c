//! Where the bytes of what a direction has not finished stand in the capture, so that a message can say so when it is
//! told, which frames it has, and now and then where inflating can go on behind it. Nothing of it is there where messages
//! are read once, as they stream by.

use super::event::Inflating;
use crate::diagnostic::Code;
use crate::stream::{Extent, Extents, StreamChunk};
use crate::websocket::deflate::Inflater;
use crate::websocket::message::Message;

/// What a direction has not finished.
#[derive(Debug, Default)]
pub struct Trail {
    extents: Extents,
    /// Those of the data message at hand.
    pub data: FramesOf,
    /// That of the control frame at hand.
    pub control: FramesOf,
    /// Inflated bytes since the last checkpoint.
    inflated: u64,
}

/// Inflated bytes of a direction between two checkpoints.
const CHECKPOINT: u64 = 1 << 20;

/// The frames of one message.
#[derive(Debug, Default)]
pub struct FramesOf {
    /// Their numbers.
    pub numbers: Vec<u64>,
    /// What is said of them: a frame's number and a code.
    pub codes: Vec<(u64, Code)>,
}

impl FramesOf {
    /// Another message begins.
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.codes.clear();
    }

    /// Its next frame.
    pub fn push(&mut self, number: u64, codes: &[Code]) {
        self.numbers.push(number);
        self.codes.extend(codes.iter().map(|&code| (number, code)));
    }
}

impl Trail {
    /// The next bytes; nothing before the stream offset `floor` is needed any more.
    pub fn push(&mut self, chunk: &StreamChunk<'_>, floor: u64) {
        self.extents.push(chunk, floor);
    }

    /// A compressed message is finished: what inflating it and those behind it again needs.
    pub fn inflated(&mut self, message: &Message, inflater: &Inflater) -> Inflating {
        // A small message costs something too: it is to be found and read.
        let cost = message.length().saturating_add(message.wire_length).saturating_add(64);
        self.inflated = self.inflated.saturating_add(cost);
        let checkpoint = (self.inflated >= CHECKPOINT).then(|| inflater.checkpoint());
        if checkpoint.is_some() {
            self.inflated = 0;
        }
        Inflating { parameters: inflater.parameters(), checkpoint }
    }

    /// The extents between two stream offsets, with the frames of the data message and of the control frame.
    pub fn cut(&mut self, from: u64, until: u64) -> (&[Extent], &FramesOf, &FramesOf) {
        (self.extents.cut(from, until), &self.data, &self.control)
    }
}
