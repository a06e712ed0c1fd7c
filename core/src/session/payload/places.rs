//! Bytes by their place, whatever kind of place it is: in the capture, in a datagram that was joined from fragments, or in
//! a record of TLS, which is opened again.

use zeroize::Zeroizing;

use crate::session::bytes::Bytes;
use crate::session::index::Index;
use crate::source::SourceError;
use crate::stream::Extent;
use crate::tls::Places;

/// Calls `each` with the bytes at that place, in pieces.
///
/// # Errors
///
/// They cannot be read, or are not what was read before.
pub fn read(
    index: &Index,
    bytes: &mut Bytes,
    place: u64,
    length: u64,
    each: &mut dyn FnMut(&[u8]),
) -> Result<(), SourceError> {
    if Places::is_sealed(place) {
        return read_sealed(index, bytes, place, length, each);
    }
    let mut result = Ok(());
    index.structure.resolve(place, length, &mut |place, length| {
        if result.is_ok() {
            result = bytes.read(place, length, each);
        }
    });
    result
}

fn read_sealed(
    index: &Index,
    bytes: &mut Bytes,
    place: u64,
    length: u64,
    each: &mut dyn FnMut(&[u8]),
) -> Result<(), SourceError> {
    let (mut at, end) = (place, place.saturating_add(length));
    while at < end {
        let (number, record) = index.sealed.find(at).ok_or(SourceError::Changed)?;
        let plain = match bytes.take_opened(record.place) {
            Some(plain) => plain,
            None => {
                let mut sealed = Vec::new();
                for extent in index.sealed.extents(number) {
                    // Records may stand in records: a proxy that is spoken to over TLS.
                    let mut take = |bytes: &[u8]| sealed.extend_from_slice(bytes);
                    read(index, bytes, extent.place, extent.length, &mut take)?;
                }
                let mut plain = Zeroizing::new(Vec::new());
                if !record.open(&sealed, &mut plain) {
                    return Err(SourceError::Changed);
                }
                plain
            }
        };
        let from = usize::try_from(at - record.place).unwrap_or(usize::MAX);
        let wanted = usize::try_from(end - at).unwrap_or(usize::MAX);
        let rest = plain.get(from..).unwrap_or_default();
        let given = rest.get(..wanted).unwrap_or(rest);
        each(given);
        at += given.len() as u64;
        let is_short = given.is_empty();
        bytes.keep_opened(record.place, plain);
        if is_short {
            return Err(SourceError::Changed);
        }
    }
    Ok(())
}

/// The extents of the packets that carried these: those of the records that they stand in.
pub fn on_the_wire(index: &Index, extents: Vec<Extent>) -> Vec<Extent> {
    if !extents.iter().any(|extent| Places::is_sealed(extent.place)) {
        return extents;
    }
    let mut outer: Vec<Extent> = Vec::new();
    let mut last = None;
    for extent in &extents {
        let (mut at, end) = (extent.place, extent.place.saturating_add(extent.length));
        while at < end
            && let Some((number, record)) = index.sealed.find(at)
        {
            if last.replace(number) != Some(number) {
                outer.extend(index.sealed.extents(number));
            }
            at = record.end();
        }
    }
    on_the_wire(index, outer)
}
