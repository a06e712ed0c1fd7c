//! The records of TLS whose plain bytes hold something of a WebSocket connection: where they stand, and what opens them again.

use std::collections::BTreeMap;

use super::extent::PackedExtent;
use super::log::Log;
use super::long_log::LongLog;
use super::spill::Spill;
use crate::stream::Extent;
use crate::tls::{Seal, Sealed};

/// One record.
#[derive(Clone, Debug)]
pub struct SealedRecord {
    /// The place of its first plain byte.
    pub place: u64,
    /// Offset of its header in its direction's stream of records.
    offset: u64,
    seal: Seal,
    /// Its first extent; they end where the next record's begin.
    extents: u32,
    length: u32,
}

impl SealedRecord {
    /// The place behind its last plain byte.
    pub fn end(&self) -> u64 {
        self.place + u64::from(self.length)
    }

    /// Opens it, header and all, into `plain`; `false`: its bytes are not those that were opened before.
    pub fn open(&self, record: &[u8], plain: &mut Vec<u8>) -> bool {
        self.seal.open(record, plain)
    }
}

/// The records, by the places of their plain bytes.
#[derive(Debug)]
pub struct SealedRecords {
    records: Log<SealedRecord>,
    extents: LongLog<PackedExtent>,
    /// Those that came behind a greater place, since their side waited for the other one.
    late: BTreeMap<u64, u32>,
    last: u64,
}

impl SealedRecords {
    /// None. What has no room in memory is spilled.
    pub fn new(spill: &Spill) -> Self {
        Self { records: Log::default(), extents: LongLog::new(spill), late: BTreeMap::new(), last: 0 }
    }

    /// One more. What cannot be counted is let go of, and cannot be read again.
    pub fn add(&mut self, sealed: &Sealed<'_>) {
        let number = u32::try_from(self.records.len()).ok();
        let first = sealed.extents.first();
        let (Some(number), Ok(extents), Ok(length), Some(first)) =
            (number, u32::try_from(self.extents.len()), u32::try_from(sealed.length), first)
        else {
            return;
        };
        for extent in sealed.extents {
            PackedExtent::pack(extent, |packed| self.extents.push(packed));
        }
        let (place, seal) = (sealed.place, sealed.seal.clone());
        if place < self.last {
            self.late.insert(place, number);
        }
        self.last = self.last.max(place);
        self.records.push(SealedRecord { place, offset: first.offset, seal, extents, length });
    }

    /// The record that a plain byte's place belongs to.
    pub fn find(&self, place: u64) -> Option<(u32, &SealedRecord)> {
        let holds = |number: u32| {
            let record = self.records.get(number as usize)?;
            let is_within = (record.place..record.end()).contains(&place);
            is_within.then_some((number, record))
        };
        let late = self.late.range(..=place).next_back().and_then(|(_, number)| holds(*number));
        late.or_else(|| holds(self.in_order(place)?))
    }

    /// Where a record stands, header and all, by its offset in its direction's stream of records.
    pub fn extents(&self, number: u32) -> impl Iterator<Item = Extent> {
        let record = self.records.get(number as usize);
        let start = record.map_or(0, |record| record.extents as usize);
        let end =
            self.records.get(number as usize + 1).map_or(self.extents.len(), |next| next.extents as usize);
        let mut offset = record.map_or(0, |record| record.offset);
        self.extents.range(start, end.max(start)).filter_map(move |packed| {
            let at = offset;
            offset += packed.length();
            packed.unpack(at)
        })
    }

    /// The last record of those in order whose place is not behind this one.
    fn in_order(&self, place: u64) -> Option<u32> {
        let (mut low, mut high) = (0, self.records.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.order_of(middle) <= place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // A late one stands between those in order.
        let mut at = low.checked_sub(1)?;
        while self.late_at(at) {
            at = at.checked_sub(1)?;
        }
        u32::try_from(at).ok()
    }

    /// The place that the records so far reach: those that came late do not count.
    fn order_of(&self, mut at: usize) -> u64 {
        while self.late_at(at) && at > 0 {
            at -= 1;
        }
        self.records.get(at).map_or(0, |record| record.place)
    }

    fn late_at(&self, at: usize) -> bool {
        let record = self.records.get(at);
        record.is_some_and(|record| self.late.get(&record.place).is_some_and(|number| *number as usize == at))
    }
}
