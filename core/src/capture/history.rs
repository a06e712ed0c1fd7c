//! Keeps the last bytes of the capture, so that what was delivered can be compared with a copy that comes later.
//!
//! Blocks that are handed over are shared and not copied; others are copied once.

use std::collections::VecDeque;
use std::sync::Arc;

/// The last bytes of the (decompressed) capture, by their place in it.
#[derive(Debug, Default)]
pub struct History {
    blocks: VecDeque<Block>,
    /// Place behind the last byte.
    end: u64,
    /// How far back it reaches.
    reach: u64,
    /// Blocks that are not needed here any more, to be filled again once nobody else needs them.
    retired: VecDeque<Arc<Vec<u8>>>,
    /// Somebody asks for them.
    refills: bool,
}

#[derive(Debug)]
struct Block {
    place: u64,
    bytes: Arc<Vec<u8>>,
    /// Where the part begins that stands at `place`; the rest of `bytes` belongs to it.
    from: usize,
}

/// Blocks that wait to be filled again.
const RETIRED: usize = 4;

impl History {
    /// Nothing yet; what is more than `reach` bytes behind is forgotten.
    pub fn new(reach: usize) -> Self {
        Self { reach: reach as u64, ..Self::default() }
    }

    /// Place behind the last byte.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// A block to fill, perhaps one that was used before.
    pub fn spare(&mut self) -> Option<Vec<u8>> {
        self.refills = true;
        let free = self.retired.iter().position(|block| Arc::strong_count(block) == 1)?;
        Arc::into_inner(self.retired.remove(free)?)
    }

    /// The bytes of the capture at `place`: the end of `block` where they are that, else a copy.
    pub fn push(&mut self, bytes: &[u8], block: Option<&Arc<Vec<u8>>>, place: u64) {
        let (block, from) = Self::share(bytes, block, || self.spare());
        self.extend([(&block, from, place)].into_iter());
    }

    /// The bytes of the capture in several blocks, each with where they begin in it and their place.
    pub fn extend<'b>(&mut self, blocks: impl Iterator<Item = (&'b Arc<Vec<u8>>, usize, u64)>) {
        self.forget();
        for (bytes, from, place) in blocks {
            if place != self.end {
                // Another capture goes on behind one that was damaged.
                self.blocks.clear();
                self.end = place;
            }
            let length = bytes.len().saturating_sub(from);
            self.blocks.push_back(Block { place: self.end, bytes: Arc::clone(bytes), from });
            self.end += length as u64;
        }
    }

    /// A block that ends with `bytes`, and where they begin in it: `block` if it is one, else a copy in a spare one.
    pub fn share(
        bytes: &[u8],
        block: Option<&Arc<Vec<u8>>>,
        spare: impl FnOnce() -> Option<Vec<u8>>,
    ) -> (Arc<Vec<u8>>, usize) {
        match block.filter(|block| block.as_ptr_range().end == bytes.as_ptr_range().end) {
            Some(block) => (Arc::clone(block), block.len().saturating_sub(bytes.len())),
            None => {
                let mut copy = spare().unwrap_or_default();
                copy.clear();
                copy.extend_from_slice(bytes);
                (Arc::new(copy), 0)
            }
        }
    }

    /// Where `bytes` first differ from what stands at `place`; `None`: nowhere, as far as that is still there for
    /// somebody who stands at `now`.
    pub fn differs(&self, place: u64, bytes: &[u8], now: u64) -> Option<usize> {
        if now.saturating_sub(place) > self.reach {
            return None;
        }
        let first = self.blocks.partition_point(|block| block.end() <= place);
        let mut at = 0;
        for block in self.blocks.range(first..) {
            let skipped = usize::try_from((place + at as u64).checked_sub(block.place)?).ok()?;
            let theirs = block.bytes.get(block.from + skipped..)?;
            let mine = bytes.get(at..)?;
            let length = mine.len().min(theirs.len());
            if mine.get(..length) != theirs.get(..length) {
                return mine.iter().zip(theirs).position(|(a, b)| a != b).map(|differs| at + differs);
            }
            at += theirs.len();
            if at >= bytes.len() {
                break;
            }
        }
        None
    }

    fn forget(&mut self) {
        while self.blocks.front().is_some_and(|block| block.end() + self.reach < self.end) {
            let Some(block) = self.blocks.pop_front() else { break };
            if !self.refills {
                continue;
            }
            if self.retired.len() == RETIRED {
                self.retired.pop_front();
            }
            self.retired.push_back(block.bytes);
        }
    }
}

impl Block {
    fn end(&self) -> u64 {
        self.place + (self.bytes.len() - self.from) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compares_over_the_borders_of_blocks() {
        let mut history = History::new(10);
        let shared = Arc::new(b"..defg".to_vec());
        history.push(b"abc", None, 0);
        history.push(&shared[2..], Some(&shared), 3);
        history.push(b"hij", None, 7);
        let check = |place, bytes: &str, now, differs| {
            assert_eq!(history.differs(place, bytes.as_bytes(), now), differs);
        };
        check(0, "abcdefghij", 10, None);
        check(2, "cdXfg", 10, Some(2));
        check(6, "ghiX", 10, Some(3));
        check(9, "X", 10, Some(0));
        check(0, "X", 11, None); // Too far back.
        check(10, "X", 10, None); // Not there yet.
        history.push(b"xyz", None, 8);
        assert_eq!(history.differs(8, b"xyz", 11), None);
        assert_eq!(history.differs(4, b"X", 11), None); // Of what was before nothing is known.
    }

    #[test]
    fn forgets_what_is_far_behind_and_gives_its_blocks_back() {
        let mut history = History::new(10);
        assert_eq!(history.spare(), None);
        for place in 0..8 {
            let block = Arc::new(vec![0; 8]);
            history.push(&block, Some(&block), place * 8);
        }
        assert!(history.blocks.len() <= 4, "{history:?}");
        assert_eq!(history.spare().map(|block| block.len()), Some(8));
    }
}
