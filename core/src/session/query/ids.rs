//! A set of places in the index that grows in ascending order: a bit for each message up to the last one in it, so that all
//! of 36 million messages take 5 MB.

/// Words whose bits are counted together.
const GROUP: usize = 8;
/// Places of one word.
const WORD: usize = u64::BITS as usize;

/// A set of places in the index.
#[derive(Debug, Default)]
pub struct Ids {
    words: Vec<u64>,
    /// How many places stand before each group of words.
    before: Vec<u32>,
    count: u32,
}

impl Ids {
    /// Adds a place, behind all that are in it.
    pub fn push(&mut self, id: u32) {
        let word = id as usize / WORD;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
            self.before.resize(word / GROUP + 1, self.count);
        }
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= 1 << (id as usize % WORD);
        }
        self.count += 1;
    }

    /// How many.
    pub fn len(&self) -> u32 {
        self.count
    }

    /// Whether a place is in it.
    pub fn contains(&self, id: u32) -> bool {
        self.words.get(id as usize / WORD).is_some_and(|bits| bits >> (id as usize % WORD) & 1 == 1)
    }

    /// How many places of it stand before this one.
    pub fn before(&self, id: u32) -> u32 {
        let word = id as usize / WORD;
        let group = word / GROUP;
        let Some(before) = self.before.get(group) else { return self.count };
        let words = self.words.get(group * GROUP..word.min(self.words.len())).unwrap_or_default();
        let last = self.words.get(word).map_or(0, |bits| bits & ((1 << (id as usize % WORD)) - 1));
        before + words.iter().map(|bits| bits.count_ones()).sum::<u32>() + last.count_ones()
    }

    /// Its places from the one of that number on, counted from 0.
    pub fn from(&self, number: u32) -> impl Iterator<Item = u32> {
        let group = self.before.partition_point(|before| *before <= number).saturating_sub(1);
        let skipped = number.saturating_sub(self.before.get(group).copied().unwrap_or_default());
        let start = group * GROUP;
        let words = self.words.get(start..).unwrap_or_default().iter().copied();
        (start..)
            .zip(words)
            .flat_map(|(word, bits)| Bits { bits, first: (word * WORD) as u32 })
            .skip(skipped as usize)
    }
}

/// The places of one word.
struct Bits {
    bits: u64,
    /// The place of its first bit.
    first: u32,
}

impl Iterator for Bits {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let bit = (self.bits != 0).then(|| self.bits.trailing_zeros())?;
        self.bits &= self.bits - 1;
        Some(self.first + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_what_was_pushed() {
        for step in [1, 2, 63, 64, 65, 700, 40_000] {
            let all: Vec<u32> = (0..100_000).step_by(step).collect();
            let mut ids = Ids::default();
            all.iter().for_each(|id| ids.push(*id));
            assert_eq!(ids.len() as usize, all.len());
            for number in [0, 1, all.len() / 2, all.len() - 1, all.len(), all.len() + 1] {
                let expected = all.iter().copied().skip(number);
                assert!(ids.from(number as u32).eq(expected), "from {number} by {step}");
            }
            for id in (0..100_100).step_by(7).chain([all[all.len() - 1]]) {
                assert_eq!(ids.contains(id), all.binary_search(&id).is_ok());
                assert_eq!(ids.before(id) as usize, all.partition_point(|each| *each < id), "{id} by {step}");
            }
        }
        assert_eq!(Ids::default().from(0).next(), None);
        assert_eq!(Ids::default().before(9), 0);
    }
}
