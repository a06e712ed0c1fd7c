//! Where the messages of one connection stand in the index, by their numbers. Chunks of that lie in a list that all
//! connections share and that may be longer than memory.

use std::collections::BTreeMap;

use super::long_log::LongLog;

/// Messages of one connection whose places lie together.
const CHUNK: usize = 64;
/// A number whose message is not final.
const NOT_YET: u32 = u32::MAX;

/// Where the messages of one connection stand.
#[derive(Debug, Default)]
pub struct Numbers {
    /// Which chunks of the shared list are its own, by number.
    chunks: Vec<u32>,
    /// By number, the places of the messages behind these.
    last: Vec<u32>,
    /// The places of those that became final when their chunk was gone.
    late: BTreeMap<usize, u32>,
}

impl Numbers {
    /// The message of that number stands at that place.
    pub fn place(&mut self, number: usize, id: u32, shared: &mut LongLog<u32>) {
        let Some(at) = number.checked_sub(self.chunks.len() * CHUNK) else {
            self.late.insert(number, id);
            return;
        };
        if self.last.len() <= at {
            self.last.resize(at + 1, NOT_YET);
        }
        if let Some(place) = self.last.get_mut(at) {
            *place = id;
        }
        // A message may become final a little before one that began earlier.
        while self.last.len() >= 2 * CHUNK
            && let Ok(chunk) = u32::try_from(shared.len() / CHUNK)
        {
            self.last.drain(..CHUNK).for_each(|id| shared.push(id));
            self.chunks.push(chunk);
        }
    }

    /// Where the message of that number stands.
    pub fn get(&self, number: usize, shared: &LongLog<u32>) -> Option<u32> {
        let id = match self.chunks.get(number / CHUNK) {
            Some(chunk) => shared.get(*chunk as usize * CHUNK + number % CHUNK)?,
            None => *self.last.get(number - self.chunks.len() * CHUNK)?,
        };
        if id == NOT_YET { self.late.get(&number).copied() } else { Some(id) }
    }

    /// How many numbers there are, those of messages that are not final yet too.
    pub fn len(&self) -> usize {
        self.chunks.len() * CHUNK + self.last.len()
    }

    /// There will be no more.
    pub fn shrink_to_fit(&mut self) {
        self.last.shrink_to_fit();
    }

    /// What it takes, in bytes of memory, beside the shared list.
    pub fn memory(&self) -> usize {
        (self.chunks.capacity() + self.last.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::spill::Spill;
    use super::*;

    #[test]
    fn messages_are_found_in_whatever_order_they_became_final() {
        let mut shared = LongLog::new(&Spill::default());
        let mut two = [Numbers::default(), Numbers::default()];
        let numbers = (0..1_000).filter(|number| ![3, 500].contains(number)).chain([500]);
        let mut expected = vec![None; 1_000];
        for (id, number) in (0..).zip(numbers) {
            two[0].place(number, 2 * id, &mut shared);
            two[1].place(number, 2 * id + 1, &mut shared);
            expected[number] = Some(2 * id);
        }
        for (number, expected) in expected.iter().enumerate() {
            assert_eq!(two[0].get(number, &shared), *expected, "{number}");
            assert_eq!(two[1].get(number, &shared), expected.map(|id| id + 1), "{number}");
        }
        assert_eq!((two[0].get(1_000, &shared), two[0].len()), (None, 1_000));
        two[0].place(3, 9_999, &mut shared);
        assert_eq!(two[0].get(3, &shared), Some(9_999));
    }
}
