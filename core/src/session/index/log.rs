//! A list that only grows, in blocks: growing never copies what is there, and wastes at most one block.

/// Items of one block.
const BLOCK: usize = 1 << 14;

/// A list that only grows.
#[derive(Clone, Debug)]
pub struct Log<T> {
    /// All but the last are full.
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Log<T> {
    fn default() -> Self {
        Self { blocks: Vec::new() }
    }
}

impl<T> Log<T> {
    /// How many items.
    pub fn len(&self) -> usize {
        match self.blocks.split_last() {
            Some((last, full)) => full.len() * BLOCK + last.len(),
            None => 0,
        }
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        if self.blocks.last().is_none_or(|last| last.len() == BLOCK) {
            // The first block grows as it needs to: most captures are small.
            let room = if self.blocks.is_empty() { 0 } else { BLOCK };
            self.blocks.push(Vec::with_capacity(room));
        }
        if let Some(last) = self.blocks.last_mut() {
            last.push(item);
        }
    }

    /// The item at that place.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.blocks.get(at / BLOCK)?.get(at % BLOCK)
    }

    /// The items from `start` up to `end`, not included.
    pub fn range(&self, start: usize, end: usize) -> impl Iterator<Item = &T> {
        let first = start / BLOCK;
        let skipped = start - first * BLOCK;
        let blocks = self.blocks.get(first..).unwrap_or_default();
        blocks.iter().flatten().skip(skipped).take(end.saturating_sub(start))
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.blocks.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_was_pushed() {
        let mut log = Log::default();
        for n in 0..40_000_u32 {
            assert_eq!(log.len(), n as usize);
            log.push(n);
        }
        assert_eq!(log.get(16_384), Some(&16_384));
        assert_eq!(log.get(40_000), None);
        assert!(log.range(16_380, 32_770).copied().eq(16_380..32_770));
        assert!(log.range(39_999, 50_000).copied().eq([39_999]));
        assert!(log.iter().copied().eq(0..40_000));
    }
}
