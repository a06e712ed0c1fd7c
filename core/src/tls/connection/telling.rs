//! What comes out of a connection: plain bytes and how to read them again, what is missing of them, and failures.

use super::{Connection, Out, Plain, Whole};
use crate::stream::{Gap, GapReason, Side, StreamChunk};
use crate::tls::direction::{Hole, Protection};
use crate::tls::protection::{Chain, Failure};
use crate::tls::sealed::{Seal, Sealed};

/// Records in a row that fail before a direction is given up.
const FAILURES: u32 = 16;

/// How much is lost of a stream of records.
pub(super) struct Lost {
    /// Bytes of records.
    pub(super) records: u64,
    /// What protected them at least.
    pub(super) overhead: u64,
    /// Nothing else did: there was no padding.
    pub(super) exact: bool,
    /// There may have been application data among it.
    pub(super) data: bool,
}

impl Connection {
    /// Tells the plain bytes of a record; `before`: what the record before left to this one.
    pub(super) fn data(
        &mut self,
        side: Side,
        record: &Whole<'_>,
        before: Chain,
        plain: &[u8],
        out: &mut impl Out,
    ) {
        let direction = &mut self.directions[side.index()];
        direction.has_data = true;
        let offset = direction.plain;
        direction.plain += plain.len() as u64;
        if plain.is_empty() {
            return;
        }
        let place = self.places.as_mut().and_then(|places| places.give(record.origin, plain.len()));
        let opener = place.and_then(|_| direction.protection.opener());
        let seal = opener.map(|opener| Seal::new(opener, direction.sequence.saturating_sub(1), before));
        let extents = seal.as_ref().map(|_| direction.reader.extents(record.offset, record.end()).to_vec());
        let sealed = place.zip(seal).map(|(place, seal)| Sealed {
            place,
            length: plain.len(),
            extents: extents.as_deref().unwrap_or_default(),
            seal,
        });
        let other = &self.directions[side.other().index()];
        let chunk = StreamChunk {
            side,
            offset,
            bytes: plain,
            place: place.unwrap_or_default(),
            origin: record.origin,
            acknowledged: record.acknowledged.map(|cipher| other.plain_before(cipher)),
        };
        out.plain(Plain { chunk, sealed: sealed.as_ref() }, self);
    }

    /// Tells how many plain bytes are lost.
    pub(super) fn tell_hole(&mut self, side: Side, hole: Hole, lost: Lost, out: &mut impl Out) {
        let direction = &mut self.directions[side.index()];
        direction.hole = None;
        if !lost.data {
            return;
        }
        let length = lost.records.saturating_sub(lost.overhead);
        let offset = direction.plain;
        direction.plain = direction.plain.saturating_add(length);
        if length > 0 {
            out.gap(Gap { side, offset, length, exact: lost.exact, ..hole.gap }, self);
        }
    }

    /// A record cannot be opened: it is lost, and the first time that is told.
    pub(super) fn fail(&mut self, side: Side, record: &Whole<'_>, failure: Failure, out: &mut impl Out) {
        let direction = &mut self.directions[side.index()];
        direction.failed += 1;
        let number = direction.sequence;
        direction.sequence = direction.sequence.saturating_add(1);
        let lost = Gap {
            side,
            offset: record.offset,
            length: record.length(),
            exact: true,
            reason: GapReason::Lost,
            origin: record.origin,
        };
        let records = direction.hole.map_or(1, |hole| hole.records + 1);
        direction.hole.get_or_insert(Hole { gap: lost, records }).records = records;
        if direction.failed >= FAILURES {
            direction.protection = Protection::Unreadable;
        }
        if direction.told || direction.has_lost {
            return;
        }
        direction.told = true;
        let cipher = self.facts.cipher.clone().unwrap_or_default();
        let text = format!(
            "record {number} of the {} ({} bytes, {cipher}) cannot be decrypted: {failure}",
            side.name(),
            record.body.len()
        );
        out.failed(side, record.origin, text, self);
    }
}
