//! Puts the bytes of one side in order: a map from the number of a byte to the byte (RFC 9293 §3.4).

use std::collections::BTreeMap;

use sockscope_core::stream::Side;

use crate::wire::Segment;

/// The bytes of one side, by their place in its stream.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// Of two copies the first counts.
    pub bytes: BTreeMap<u64, u8>,
}

impl Stream {
    /// What the segments hold of it.
    ///
    /// # Panics
    /// If the side's SYN is not among them, or the stream is longer than sequence numbers reach.
    pub fn of(segments: &[Segment], side: Side) -> Self {
        let own = || segments.iter().filter(|segment| segment.from == side);
        let syn = own().find(|segment| segment.syn).expect("a SYN").sequence;
        let mut bytes = BTreeMap::new();
        for segment in own() {
            // The SYN takes the first number; the first byte of data has the next one.
            let start =
                segment.sequence.wrapping_add(u32::from(segment.syn)).wrapping_sub(syn.wrapping_add(1));
            for (place, byte) in (u64::from(start)..).zip(&segment.payload) {
                bytes.entry(place).or_insert(*byte);
            }
        }
        assert!(
            bytes.last_key_value().is_none_or(|(place, _)| *place < 1 << 31),
            "a stream of sensible length"
        );
        Self { bytes }
    }

    /// All bytes up to the first that is not there.
    pub fn beginning(&self) -> Vec<u8> {
        (0..).map_while(|place| self.bytes.get(&place).copied()).collect()
    }
}
