//! The Internet checksum (RFC 1071): a sum in ones' complement of 16-bit words. It is the first touch of most payloads,
//! so it adds in the widest registers that the compiler finds.

use etherparse::IpNumber;

/// Bytes that are added up at a time.
const STRIDE: usize = 64;

/// The words of `bytes` added up in the machine's byte order (RFC 1071 §2 (B): sums in another order are swapped, and
/// as right); an odd last byte is followed by 0. Carries are still in the upper half: `sum <= 2^32 * bytes.len()`.
#[inline]
pub(super) fn sum(bytes: &[u8]) -> u64 {
    let (strides, rest) = bytes.as_chunks::<STRIDE>();
    let mut sum = if strides.is_empty() { 0 } else { sum_strides(strides) };
    let (words, last) = rest.as_chunks::<8>();
    for word in words {
        let word = u64::from_ne_bytes(*word);
        sum += (word & 0xffff_ffff) + (word >> 32);
    }
    let (word, last) = last.split_first_chunk::<4>().map_or(([0; 4], last), |(word, last)| (*word, last));
    let mut padded = [0; 4];
    for (to, from) in padded.iter_mut().zip(last) {
        *to = *from;
    }
    let last = u64::from(u32::from_ne_bytes(word)) + u64::from(u32::from_ne_bytes(padded));
    sum + last
}

/// Out of line, so that what it adds up stays in registers: within a large function it does not.
#[inline(never)]
fn sum_strides(strides: &[[u8; STRIDE]]) -> u64 {
    let mut lanes = [0_u64; STRIDE / 8];
    for stride in strides {
        for (lane, word) in lanes.iter_mut().zip(stride.as_chunks::<8>().0) {
            let word = u64::from_ne_bytes(*word);
            *lane += (word & 0xffff_ffff) + (word >> 32);
        }
    }
    lanes.iter().sum()
}

/// The sum over a TCP segment in IPv4, with the pseudo header (RFC 9293 §3.1): both addresses, the protocol and the
/// segment's length.
#[inline]
pub(super) fn of_ipv4(source: u64, destination: u64, tcp: &[u8]) -> u64 {
    let header = source + destination + u64::from(IpNumber::TCP.0) + tcp.len() as u64;
    // Everything else is in network order, whose sum is that of the machine's order, swapped.
    sum(tcp) + u64::from(fold(header).to_be())
}

/// Whether a sum over everything, the checksum included, is that of a right one: all ones.
#[inline]
pub(super) fn is_right(sum: u64) -> bool {
    fold(sum) == 0xffff
}

/// Adds the carries (RFC 1071 §1).
#[inline]
fn fold(sum: u64) -> u16 {
    let sum = (sum & 0xffff_ffff) + (sum >> 32);
    let sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    let sum = (sum & 0xffff) + (sum >> 16);
    // At most one carry is left.
    ((sum & 0xffff) + (sum >> 16)) as u16
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
