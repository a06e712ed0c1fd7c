//! Hands what a direction tells to the stack, with whose it is and what is known of the connection.

use crate::diagnostic::Finding;
use crate::stream::{Gap, GapReason, Origin, Side, StreamChunk};

use super::direction::{Delivered, Output};
use super::facts::Facts;
use super::table::Stack;

/// Hands the output of one direction to the stack.
pub(super) struct Feed<'c, 'o, S: Stack> {
    /// Whose stream it is.
    pub side: Side,
    pub stack: &'c mut S,
    pub facts: &'c mut Facts,
    pub out: &'c mut S::Out<'o>,
}

impl<S: Stack> Output for Feed<'_, '_, S> {
    #[inline(never)]
    fn data(&mut self, delivered: Delivered<'_>) {
        let Delivered { offset, bytes, place, origin, acknowledged } = delivered;
        self.facts.delivered[self.side.index()] = offset + bytes.len() as u64;
        let chunk = StreamChunk { side: self.side, offset, bytes, place, origin, acknowledged };
        self.stack.data(chunk, self.facts, self.out);
    }

    fn gap(&mut self, offset: u64, length: u64, reason: GapReason, origin: Origin) {
        self.facts.delivered[self.side.index()] = offset + length;
        self.stack.gap(
            Gap { side: self.side, offset, length, exact: true, reason, origin },
            self.facts,
            self.out,
        );
    }

    fn found(&mut self, finding: Finding, origin: Origin) {
        self.stack.found(self.side, finding, origin, self.facts, self.out);
    }
}
