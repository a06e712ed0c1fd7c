//! Sequence numbers (RFC 9293 §3.4): 32 bits that wrap, unwrapped to offsets in a stream.

/// A sequence number as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seq(pub u32);

impl Seq {
    /// The number `count` later.
    pub fn plus(self, count: u32) -> Self {
        Self(self.0.wrapping_add(count))
    }

    /// How far `self` is ahead of `other`: negative if behind, never more than 2^31 away.
    pub fn ahead_of(self, other: Self) -> i32 {
        self.0.wrapping_sub(other.0).cast_signed()
    }
}

/// Where a stream's offset 0 lies in sequence space.
#[derive(Clone, Copy, Debug)]
pub struct Base(pub Seq);

impl Base {
    /// The stream offset of `seq`, taken to be the one nearest to `near`; `None` before the stream's start.
    pub fn offset(self, seq: Seq, near: u64) -> Option<u64> {
        let distance = seq.ahead_of(self.seq(near));
        near.checked_add_signed(i64::from(distance))
    }

    /// The sequence number at `offset`.
    pub fn seq(self, offset: u64) -> Seq {
        // Sequence space is the offset modulo 2^32.
        self.0.plus((offset & u64::from(u32::MAX)) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwraps_around_the_end_of_sequence_space() {
        let base = Base(Seq(u32::MAX - 9));
        assert_eq!(base.offset(Seq(u32::MAX), 0), Some(9));
        assert_eq!(base.offset(Seq(5), 0), Some(15));
        assert_eq!(base.offset(Seq(u32::MAX - 10), 0), None);
        let far = (7_u64 << 32) + 3;
        assert_eq!(base.offset(base.seq(far), far + 100), Some(far));
        assert_eq!(base.offset(base.seq(far), far - 100), Some(far));
    }
}
