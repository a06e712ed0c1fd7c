//! How an opened record is opened again: with which keys and number, and where its bytes stand. Decrypted bytes stand
//! nowhere in a capture, so they get places of their own.

use std::sync::Arc;

use super::protection::{Chain, Opener};
use super::record::HEADER;
use crate::stream::{Extent, Origin};

/// What opens one record again.
#[derive(Clone, Debug)]
pub struct Seal {
    opener: Arc<Opener>,
    sequence: u64,
    /// Few records need it.
    before: Option<Box<[u8; 16]>>,
}

impl Seal {
    pub(super) fn new(opener: &Arc<Opener>, sequence: u64, before: Chain) -> Self {
        let before = match before {
            Chain::Block(block) => Some(Box::new(block)),
            Chain::First | Chain::Lost => None,
        };
        Self { opener: Arc::clone(opener), sequence, before }
    }

    /// Opens the record, header and all, into `plain`, which is overwritten; `false`: its bytes are not those that were
    /// opened before.
    pub fn open(&self, record: &[u8], plain: &mut Vec<u8>) -> bool {
        let before = self.before.as_deref().map_or(Chain::First, |block| Chain::Block(*block));
        record.split_first_chunk::<HEADER>().is_some_and(|(header, body)| {
            self.opener.open(self.sequence, before, header, body, plain).is_ok()
        })
    }
}

/// A record whose plain bytes can be had again.
#[derive(Clone, Debug)]
pub struct Sealed<'a> {
    /// The place of its first plain byte.
    pub place: u64,
    /// How many plain bytes.
    pub length: usize,
    /// Where the record stands, header and all, by its offset in the stream of records.
    pub extents: &'a [Extent],
    /// What opens it.
    pub seal: Seal,
}

/// Gives places to plain bytes. A record's are made of the packet that completed it, of the layer of TLS that it belongs to
/// and of what that packet completed before it: unique, ascending by packet, and the same whichever thread gives them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places {
    /// Layers of TLS around this one.
    layer: u8,
    packet: u64,
    given: u64,
}

/// Bits for what one packet completes in one layer: 128 MiB.
const WITHIN: u32 = 27;
/// Bits for the layer.
const LAYER: u32 = 3;

impl Places {
    /// Places of plain bytes have this bit, and not that of joined datagrams above it.
    const SEALED: u64 = 1 << 62;

    /// Of a layer.
    pub fn of(layer: usize) -> Self {
        Self { layer: layer as u8 & ((1 << LAYER) - 1), ..Self::default() }
    }

    /// Whether a place is that of plain bytes.
    pub fn is_sealed(place: u64) -> bool {
        place & (0b11 << 62) == Self::SEALED
    }

    /// The place for so many bytes of a record that this packet completed; `None`: there is none left.
    pub fn give(&mut self, origin: Origin, length: usize) -> Option<u64> {
        if origin.packet != self.packet {
            (self.packet, self.given) = (origin.packet, 0);
        }
        let place = self.given;
        self.given += length as u64;
        let fits = self.given < 1 << WITHIN && origin.packet < 1 << (62 - WITHIN - LAYER);
        let packet = origin.packet << (WITHIN + LAYER);
        fits.then(|| Self::SEALED | packet | u64::from(self.layer) << WITHIN | place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_once() {
        let at = |packet| Origin { packet, time: None };
        let (mut outer, mut inner) = (Places::of(0), Places::of(1));
        let given: Vec<_> = [(7, 100), (7, 50), (8, 1)]
            .map(|(packet, length)| outer.give(at(packet), length).unwrap())
            .into();
        assert_eq!(given[1] - given[0], 100);
        assert!(given.is_sorted() && given.iter().all(|place| Places::is_sealed(*place)));
        assert!(!given.contains(&inner.give(at(7), 1).unwrap()));
        assert_eq!(outer.give(at(8), 1 << 30), None);
        assert!(!Places::is_sealed(1 << 63 | 1 << 62) && !Places::is_sealed(1 << 40));
    }
}
