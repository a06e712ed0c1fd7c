//! The Internet checksum (RFC 1071): a sum in ones' complement of 16-bit words. It is the first touch of most payloads,
//! so it adds eight bytes at a time, whose carries the processor keeps.

use etherparse::IpNumber;

/// Words that are added up at a time, each with the carry of the one before it.
const BLOCK: usize = 4;

/// The words of `bytes` added up (RFC 1071 §2 (B): a sum of words read the other way round is swapped, and as right); an
/// odd last byte is followed by 0. Carries are still in the upper half: `sum < 2^33`.
#[inline]
pub(super) fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    // The last bytes, in the low ones of a word. They are read with those before them: how many there are cannot be
    // foretold, and a loop that ends at an unforeseen place is dearer than all of this.
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last).checked_shr(64 - 8 * rest.len() as u32).unwrap_or(0),
        None => rest.iter().rev().fold(0, |last, byte| last << 8 | u64::from(*byte)),
    };
    let (blocks, words) = words.as_chunks::<BLOCK>();
    let mut sum = last;
    for block in blocks {
        let mut carry = false;
        for word in block {
            (sum, carry) = sum.carrying_add(u64::from_le_bytes(*word), carry);
        }
        // A sum that was carried over from is not full, so that nothing is carried again.
        sum += u64::from(carry);
    }
    for word in words {
        let (added, carry) = sum.overflowing_add(u64::from_le_bytes(*word));
        sum = added + u64::from(carry);
    }
    (sum & 0xffff_ffff) + (sum >> 32)
}

/// The sum over a TCP segment in IPv4, with the pseudo header (RFC 9293 §3.1): both addresses, the protocol and the
/// segment's length.
#[inline]
pub(super) fn of_ipv4(addresses: [u8; 8], tcp: &[u8]) -> u64 {
    let addresses = u64::from_le_bytes(addresses);
    // An IPv4 datagram has no more than 65,535 bytes.
    let rest = (u32::from(IpNumber::TCP.0) + tcp.len() as u32).swap_bytes();
    (addresses & 0xffff_ffff) + (addresses >> 32) + u64::from(rest) + sum(tcp)
}

/// Whether a sum over everything, the checksum included, is that of a right one: all ones once its carries are added
/// (RFC 1071 §1). 2^16 is 1 modulo 2^16 - 1, so that adding them changes no remainder, and only a sum of nothing but
/// zeros is 0.
#[inline]
pub(super) fn is_right(sum: u64) -> bool {
    sum != 0 && sum.is_multiple_of(0xffff)
}

#[cfg(test)]
mod tests {
    use etherparse::checksum::Sum16BitWords;

    use super::*;

    #[test]
    fn agrees_with_etherparse_on_every_length() {
        let mut bytes: Vec<u8> = (0..300_u32).map(|at| (at * at * 31 + 7) as u8).collect();
        for length in 2..bytes.len() {
            let theirs = Sum16BitWords::new().add_slice(&bytes[2..length]).ones_complement();
            bytes[..2].copy_from_slice(&theirs.to_ne_bytes());
            assert!(is_right(sum(&bytes[..length])), "{length}");
            bytes[length / 2] ^= 0x10;
            assert!(!is_right(sum(&bytes[..length])), "{length}");
            bytes[length / 2] ^= 0x10;
        }
    }
}
