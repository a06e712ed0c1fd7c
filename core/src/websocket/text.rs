//! Reads whole text messages: takes the mask off (RFC 6455 §5.3) and checks that what it covers is UTF-8 (§5.6), in one
//! pass where it is ASCII.
//!
//! The lengths of messages cannot be foretold, and a processor that guesses wrong loses more than a few bytes cost. So
//! the end of a text is read in one piece that overlaps what was read before, and not byte by byte.

/// Bytes that are read at a time.
const BLOCK: usize = 32;
/// Of so many, simdutf8 checks all in one go.
const CHECKED: usize = 64;
/// The high bits of eight bytes: none is set in ASCII.
const HIGH_BITS: u64 = (u64::MAX / 0xff) << 7;

/// The text in `payload`, read by way of `room` if it is masked; `None`: it is no UTF-8.
#[inline]
pub fn read<'p>(payload: &'p [u8], mask: Option<[u8; 4]>, room: &'p mut Vec<u8>) -> Option<&'p [u8]> {
    let Some(key) = mask else { return is_utf8(payload).then_some(payload) };
    if room.len() < payload.len() + CHECKED {
        room.resize(payload.len() + CHECKED, 0);
    }
    let is_ascii = unmask(payload, key, room.get_mut(..payload.len())?) & HIGH_BITS == 0;
    if !is_ascii {
        // NUL is UTF-8 and ends no sequence that is not whole.
        room.get_mut(payload.len()..)?.first_chunk_mut::<CHECKED>()?.fill(0);
        simdutf8::basic::from_utf8(room.get(..payload.len().next_multiple_of(CHECKED))?).ok()?;
    }
    room.get(..payload.len())
}

/// Whether all of `bytes` is UTF-8.
#[inline]
fn is_utf8(bytes: &[u8]) -> bool {
    if bytes.len() >= CHECKED {
        return seen(bytes) & HIGH_BITS == 0 || simdutf8::basic::from_utf8(bytes).is_ok();
    }
    let mut padded = [0; CHECKED];
    for (to, from) in padded.iter_mut().zip(bytes) {
        *to = *from;
    }
    simdutf8::basic::from_utf8(&padded).is_ok()
}

/// Takes the mask off `masked`, which is as long as `plain`; the bits that any eight bytes have.
#[inline]
fn unmask(masked: &[u8], key: [u8; 4], plain: &mut [u8]) -> u64 {
    let [a, b, c, d] = key;
    let word = u64::from_le_bytes([a, b, c, d, a, b, c, d]);
    let mut seen = [0; BLOCK / 8];
    let (blocks, rest) = masked.as_chunks::<BLOCK>();
    for (plain, masked) in plain.as_chunks_mut::<BLOCK>().0.iter_mut().zip(blocks) {
        unmask_block(masked, word, plain, &mut seen);
    }
    if !rest.is_empty() {
        match (masked.last_chunk::<BLOCK>(), plain.last_chunk_mut::<BLOCK>()) {
            (Some(masked), Some(plain)) => {
                // It begins where the key is at another byte.
                let word = word.rotate_right(8 * (rest.len() % 4) as u32);
                unmask_block(masked, word, plain, &mut seen);
            }
            _ => {
                for ((plain, masked), key) in plain.iter_mut().zip(masked).zip(key.iter().cycle()) {
                    *plain = masked ^ key;
                    seen[0] |= u64::from(*plain);
                }
            }
        }
    }
    seen.iter().fold(0, |all, bits| all | bits)
}

#[inline(always)]
fn unmask_block(masked: &[u8; BLOCK], word: u64, plain: &mut [u8; BLOCK], seen: &mut [u64; BLOCK / 8]) {
    let words = masked.as_chunks::<8>().0.iter().zip(plain.as_chunks_mut::<8>().0);
    for ((masked, plain), seen) in words.zip(seen) {
        let read = u64::from_le_bytes(*masked) ^ word;
        *plain = read.to_le_bytes();
        *seen |= read;
    }
}

/// The bits that any eight of `bytes` have, of which there are no fewer than [`BLOCK`].
#[inline]
fn seen(bytes: &[u8]) -> u64 {
    let mut seen = [0; BLOCK / 8];
    for block in bytes.as_chunks::<BLOCK>().0.iter().chain(bytes.last_chunk::<BLOCK>()) {
        for (seen, word) in seen.iter_mut().zip(block.as_chunks::<8>().0) {
            *seen |= u64::from_le_bytes(*word);
        }
    }
    seen.iter().fold(0, |all, bits| all | bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(plain: &[u8]) {
        let key = [0x37, 0xfa, 0x21, 0x3d];
        let masked: Vec<u8> = plain.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
        let expected = std::str::from_utf8(plain).ok().map(str::as_bytes);
        let mut room = vec![0xff; 7];
        assert_eq!(read(&masked, Some(key), &mut room), expected, "masked {plain:?}");
        assert_eq!(read(plain, None, &mut room), expected, "{plain:?}");
    }

    #[test]
    fn reads_text_of_every_length() {
        for length in 0..300 {
            let ascii: Vec<u8> = (0..length).map(|at| b' ' + (at * 7 % 90) as u8).collect();
            check(&ascii);
            for at in (0..ascii.len()).filter(|at| at % 5 == 0 || at + 8 > ascii.len()) {
                let mut broken = ascii.clone();
                broken[at] |= 0x80;
                check(&broken);
                let mut text = ascii.clone();
                text.splice(at..at, "é€😀".bytes());
                check(&text);
                text.truncate(at + 7);
                check(&text);
            }
        }
    }
}
