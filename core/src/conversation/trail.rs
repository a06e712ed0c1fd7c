//! Where the bytes of what a direction has not finished stand in the capture, so that a message can say so when it is
//! told, and which frames it has. Nothing of it is there where messages are read once, as they stream by.

use std::collections::VecDeque;

use crate::diagnostic::Code;
use crate::stream::{Extent, StreamChunk};

/// The extents of one direction from the first byte that is still needed on.
#[derive(Debug, Default)]
pub struct Trail {
    /// By stream offset; they never overlap.
    extents: VecDeque<Extent>,
    /// Those of the data message at hand.
    pub data: FramesOf,
    /// That of the control frame at hand.
    pub control: FramesOf,
    cut: Vec<Extent>,
}

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
        while self.extents.front().is_some_and(|extent| extent.end() <= floor) {
            self.extents.pop_front();
        }
        self.extents.push_back(Extent {
            offset: chunk.offset,
            place: chunk.place,
            length: chunk.bytes.len() as u64,
            origin: chunk.origin,
        });
    }

    /// The extents between two stream offsets, with the frames of the data message and of the control frame.
    pub fn cut(&mut self, from: u64, until: u64) -> (&[Extent], &FramesOf, &FramesOf) {
        let first = self.extents.partition_point(|extent| extent.end() <= from);
        let within = self.extents.range(first..).take_while(|extent| extent.offset < until);
        self.cut.clear();
        self.cut.extend(within.map(|extent| extent.between(from, until)));
        (&self.cut, &self.data, &self.control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::{Origin, Side};

    #[test]
    fn cuts_what_a_message_needs() {
        let mut trail = Trail::default();
        let push = |trail: &mut Trail, offset, length, place, floor| {
            let bytes = vec![0; length];
            let origin = Origin { packet: place, time: None };
            let chunk =
                StreamChunk { side: Side::Client, offset, bytes: &bytes, place, origin, acknowledged: None };
            trail.push(&chunk, floor);
        };
        push(&mut trail, 100, 10, 1000, 100);
        push(&mut trail, 110, 10, 2000, 100);
        push(&mut trail, 130, 10, 3000, 100); // Behind a gap.
        let extents: Vec<_> =
            trail.cut(105, 132).0.iter().map(|each| (each.offset, each.place, each.length)).collect();
        assert_eq!(extents, [(105, 1005, 5), (110, 2000, 10), (130, 3000, 2)]);
        push(&mut trail, 140, 10, 4000, 115);
        assert_eq!(trail.cut(0, 120).0.len(), 1);
        assert_eq!(trail.cut(150, 160).0.len(), 0);
    }
}
