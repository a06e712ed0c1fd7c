//! Random numbers that are the same for a seed on every machine and with every version of every crate: xoshiro256++,
//! seeded by splitmix64 (<https://prng.di.unimi.it>). Not for secrets.

use std::ops::RangeInclusive;

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub struct Random([u64; 4]);

impl Random {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        Self(std::array::from_fn(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ mixed >> 31
        }))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// 32 random bits.
    pub fn word(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// A number of the range.
    pub fn within(&mut self, range: RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    /// True once in `times`.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A number of the range, small ones more often: as many below its geometric mean as above it.
    pub fn skewed(&mut self, range: RangeInclusive<usize>) -> usize {
        let (low, high) = (*range.start() as f64, *range.end() as f64);
        let place = (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        ((low * (high / low).powf(place)) as usize).clamp(*range.start(), *range.end())
    }

    /// A masking key that is not zero.
    pub fn mask(&mut self) -> [u8; 4] {
        (self.word() | 1).to_be_bytes()
    }

    /// Fills it with random bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let random = self.bits().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_for_ever() {
        let mut random = Random::new(1);
        assert_eq!([random.bits(), random.bits()], [0xcfc5_d07f_6f03_c29b, 0xbf42_4132_963f_e08d]);
        assert!((0..1000).all(|_| (20..=200).contains(&random.within(20..=200))));
        assert!((0..1000).all(|_| (1..=1 << 20).contains(&random.skewed(1..=1 << 20))));
    }
}
