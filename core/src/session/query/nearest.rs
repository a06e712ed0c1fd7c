//! The message nearest to a packet: all of them are looked at, a step at a time, since few become final in another order than
//! that of their packets, but some do.

use crate::session::index::{Index, Run};

/// Messages that are looked at in one step.
const STEP: usize = 100_000;

/// A search for a message.
#[derive(Debug, Default)]
pub struct Nearest {
    /// Messages that were looked at.
    looked: u32,
    /// The first one of those behind the packet.
    next: Option<u32>,
}

/// What a step of it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// There are more to look at.
    More,
    /// The message that the packet carried, else the next one of those that hold.
    At(Option<u32>),
}

impl Nearest {
    /// Looks at the next messages.
    pub fn look(&mut self, index: &Index, packet: u64, holds: impl Fn(u32) -> bool) -> Looked {
        for record in index.records_from(self.looked).take(STEP) {
            let id = self.looked;
            self.looked += 1;
            let (first, last) = index.origins(id, &record);
            if last.packet < packet || (first.packet > packet && self.next.is_some()) || !holds(id) {
                continue;
            }
            let carried = |run: Run| matches!(run, Run::Captured(extent) if extent.origin.packet == packet);
            if first.packet <= packet && index.runs(id, &record).any(carried) {
                return Looked::At(Some(id));
            }
            self.next.get_or_insert(id);
        }
        if self.looked < index.len() { Looked::More } else { Looked::At(self.next) }
    }
}
