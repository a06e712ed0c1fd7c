//! A list that only grows, and may be longer than memory: its oldest blocks then lie in a file. Growing never copies what is
//! there, and wastes at most one block.

use std::cell::RefCell;

use super::spill::{Fixed, Spill};

/// Items of one block, as a power of two. Where there is little memory blocks are smaller.
const BLOCK: u32 = 14;
const SMALLEST: u32 = 2;
/// Blocks that fit into the memory that there is, at least.
const BLOCKS: usize = 16;
/// Items that are read from the file at once, as a power of two: messages of one connection lie far from each other.
const PAGE: u32 = 8;
/// Pages that are kept, as a power of two; together they take no more than a block may, where that is less.
const PAGES: u32 = 10;
const FEWEST: u32 = 2;
/// Items that are read at once where many are wanted.
const MANY: usize = 1 << 12;

/// A list that only grows, and may be longer than memory.
#[derive(Debug)]
pub struct LongLog<T> {
    /// All but the last are full. Those that lie in the file are empty here.
    blocks: Vec<Vec<T>>,
    /// The places of those that lie in the file: the first ones.
    spilled: Vec<u64>,
    /// Items of a block, as a power of two.
    block: u32,
    /// Pages that are kept, as a power of two.
    kept: u32,
    spill: Spill,
    /// Pages that were read lately, each at the one place where it may stand.
    pages: RefCell<Vec<Page<T>>>,
    /// Bytes on their way to the file.
    buffer: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Page<T> {
    number: usize,
    items: Vec<T>,
}

impl<T: Fixed> LongLog<T> {
    /// An empty list that shares this memory.
    pub fn new(spill: &Spill) -> Self {
        let fits = spill.budget().map_or(usize::MAX, |budget| budget / BLOCKS / size_of::<T>());
        let fits = fits.checked_ilog2().unwrap_or(0);
        let block = fits.clamp(SMALLEST, BLOCK);
        Self {
            blocks: Vec::new(),
            spilled: Vec::new(),
            block,
            kept: fits.saturating_sub(PAGE.min(block)).clamp(FEWEST, PAGES),
            spill: spill.clone(),
            pages: RefCell::default(),
            buffer: Vec::new(),
        }
    }

    /// How many items.
    pub fn len(&self) -> usize {
        match self.blocks.split_last() {
            Some((last, full)) => (full.len() << self.block) + last.len(),
            None => 0,
        }
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        let room = 1 << self.block;
        match self.blocks.last_mut().filter(|last| last.len() < room) {
            Some(last) => last.push(item),
            None => self.begin_block(item),
        }
    }

    /// The item at that place.
    pub fn get(&self, at: usize) -> Option<T> {
        let block = self.blocks.get(at >> self.block)?;
        match block.get(at & self.mask()) {
            Some(item) => Some(*item),
            None => self.get_spilled(at),
        }
    }

    /// The items from `start` up to `end`, not included.
    pub fn range(&self, start: usize, end: usize) -> Items<'_, T> {
        Items {
            log: self,
            at: start,
            end: end.min(self.len()),
            here: [].iter(),
            read: Vec::new().into_iter(),
        }
    }

    /// What it takes, in bytes of memory.
    pub fn memory(&self) -> usize {
        self.blocks.iter().map(|block| block.capacity() * size_of::<T>()).sum()
    }

    fn mask(&self) -> usize {
        (1 << self.block) - 1
    }

    #[cold]
    fn begin_block(&mut self, item: T) {
        let room = 1 << self.block;
        // The first block grows as it needs to: most captures are small.
        let mut block = if self.blocks.is_empty() {
            Vec::new()
        } else if self.spill.hold(room * size_of::<T>()) {
            Vec::with_capacity(room)
        } else {
            self.spill_oldest().unwrap_or_else(|| {
                self.spill.hold_anyway(room * size_of::<T>());
                Vec::with_capacity(room)
            })
        };
        block.push(item);
        self.blocks.push(block);
    }

    /// Writes the oldest block to the file; gives its memory.
    fn spill_oldest(&mut self) -> Option<Vec<T>> {
        let oldest = self.blocks.get_mut(self.spilled.len())?;
        self.buffer.clear();
        for item in &*oldest {
            item.write(&mut self.buffer);
        }
        self.spilled.push(self.spill.write(&self.buffer)?);
        let mut freed = std::mem::take(oldest);
        freed.clear();
        Some(freed)
    }

    #[cold]
    fn get_spilled(&self, at: usize) -> Option<T> {
        let page = PAGE.min(self.block);
        let number = at >> page;
        let mut pages = self.pages.borrow_mut();
        if pages.is_empty() {
            pages.resize_with(1 << self.kept, || Page { number: usize::MAX, items: Vec::new() });
        }
        // Numbers that have much in common lie apart.
        let slot = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - self.kept);
        let kept = pages.get_mut(slot as usize)?;
        if kept.number != number {
            kept.number = usize::MAX;
            if self.read(number << page, 1 << page, &mut kept.items) {
                kept.number = number;
            }
        }
        kept.items.get(at & ((1 << page) - 1)).copied()
    }

    /// Reads so many items of one block from the file; `false`: they cannot be read, and there are none.
    fn read(&self, at: usize, count: usize, items: &mut Vec<T>) -> bool {
        items.clear();
        let Some(block) = self.spilled.get(at >> self.block) else { return false };
        let place = block + ((at & self.mask()) * T::SIZE) as u64;
        let mut bytes = vec![0; count * T::SIZE];
        if !self.spill.read(place, &mut bytes) {
            return false;
        }
        let mut left = bytes.as_slice();
        items.extend((0..count).map(|_| T::read(&mut left)));
        true
    }
}

/// Items of a [`LongLog`], in their order.
#[derive(Debug)]
pub struct Items<'a, T> {
    log: &'a LongLog<T>,
    /// Behind what is at hand.
    at: usize,
    end: usize,
    here: std::slice::Iter<'a, T>,
    read: std::vec::IntoIter<T>,
}

impl<T: Fixed> Iterator for Items<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match self.here.next() {
            Some(item) => Some(*item),
            None => self.read.next().or_else(|| self.go_on()),
        }
    }
}

impl<T: Fixed> Items<'_, T> {
    #[cold]
    fn go_on(&mut self) -> Option<T> {
        let Self { log, at, end, .. } = *self;
        if at >= end {
            return None;
        }
        let number = at >> log.block;
        let stop = end.min((number + 1) << log.block);
        if number >= log.spilled.len() {
            let from = at & log.mask();
            self.here = log.blocks.get(number)?.get(from..from + (stop - at))?.iter();
            self.at = stop;
            return self.here.next().copied();
        }
        let count = (stop - at).min(MANY);
        // Few come from the pages that are kept.
        let items = if count < 1 << PAGE {
            (at..at + count).filter_map(|at| log.get(at)).collect()
        } else {
            let mut items = Vec::new();
            log.read(at, count, &mut items);
            items
        };
        self.at = at + count;
        self.read = items.into_iter();
        self.read.next()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{Memory, Spool};

    fn spill(budget: usize, room: u64) -> Spill {
        Spill::new(budget, Some(Arc::new(move || Box::new(Memory::new(room)) as Box<dyn Spool + Send>)))
    }

    #[test]
    fn gives_what_was_pushed_wherever_it_lies() {
        for (spill, spills) in
            [(Spill::default(), false), (spill(1 << 20, 1 << 30), false), (spill(9_000, 1 << 30), true)]
        {
            let mut log = LongLog::new(&spill);
            let mut other = LongLog::new(&spill);
            for n in 0..40_000_u32 {
                assert_eq!(log.len(), n as usize);
                log.push(n);
                other.push((u64::from(n) << 40, n));
            }
            assert_eq!(log.get(16_384), Some(16_384));
            assert_eq!(log.get(40_000), None);
            assert!(log.range(16_380, 32_770).eq(16_380..32_770));
            assert!(log.range(39_999, 50_000).eq([39_999]));
            assert!(log.range(7, 9).eq([7, 8]));
            assert!(log.range(0, 40_000).eq(0..40_000));
            assert!((0..40_000).rev().all(|n| log.get(n as usize) == Some(n)));
            assert!(other.range(0, 40_000).eq((0..40_000).map(|n| (u64::from(n) << 40, n))));
            assert_eq!(spill.written() > 0, spills);
            assert_eq!(spill.problem(), None);
            assert!(!spills || log.memory() + other.memory() < 12_000, "{}", log.memory());
        }
    }

    #[test]
    fn keeps_what_a_full_disk_does_not_take() {
        let spill = spill(0, 1_000);
        let mut log = LongLog::new(&spill);
        for n in 0..10_000_u32 {
            log.push(n);
        }
        assert!(log.range(0, 40_000).eq(0..10_000));
        assert!((0..10_000).all(|n| log.get(n as usize) == Some(n)));
        assert!(spill.written() <= 1_000);
        assert!(spill.problem().is_some_and(|problem| problem.contains("no room")));
    }

    /// A spool that takes everything and gives nothing back.
    struct Gone;

    impl crate::source::Source for Gone {
        fn size(&mut self) -> Result<Option<u64>, crate::source::SourceError> {
            Ok(None)
        }

        fn read_at(&mut self, _: u64, _: &mut [u8]) -> Result<usize, crate::source::SourceError> {
            Err(crate::source::SourceError::Changed)
        }

        fn stamp(&mut self) -> crate::source::Stamp {
            crate::source::Stamp::default()
        }
    }

    impl Spool for Gone {
        fn append(&mut self, _: &[u8]) -> Result<(), crate::source::SourceError> {
            Ok(())
        }
    }

    #[test]
    fn says_what_cannot_be_read_again() {
        let spill = Spill::new(0, Some(Arc::new(|| Box::new(Gone) as Box<dyn Spool + Send>)));
        let mut log = LongLog::new(&spill);
        for n in 0..100_u32 {
            log.push(n);
        }
        assert_eq!(spill.problem(), None);
        assert_eq!((log.get(5), log.get(99)), (None, Some(99)));
        assert!(spill.problem().is_some_and(|problem| problem.contains("cannot be read")));
    }
}
