//! Builds Ethernet frames with IPv4 (RFC 791), TCP (RFC 9293) and UDP (RFC 768), all checksums right.

use std::io;

use crate::capture::Capture;

/// Payload bytes of a full segment: 1,500 less IP, TCP and its timestamps (RFC 7323).
pub const MSS: usize = 1448;
/// Payload bytes that segmentation offload lets a capture show as one segment at most: 44 full ones.
pub const OFFLOADED: usize = 44 * MSS;

/// An address and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// The address.
    pub address: [u8; 4],
    /// The port.
    pub port: u16,
}

/// Finish.
pub const FIN: u8 = 0x01;
/// Synchronise.
pub const SYN: u8 = 0x02;
/// Reset.
pub const RST: u8 = 0x04;
/// Push.
pub const PSH: u8 = 0x08;
/// Acknowledge.
pub const ACK: u8 = 0x10;

/// A TCP segment and who sends it to whom.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'p> {
    /// The sender.
    pub from: End,
    /// The receiver.
    pub to: End,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number.
    pub acknowledgement: u32,
    /// [`SYN`], [`ACK`] and the others.
    pub flags: u8,
    /// IP's identification.
    pub identification: u16,
    /// The payload.
    pub payload: &'p [u8],
}

const ETHERNET: usize = 14;
const IP: usize = 20;

/// Writes a segment as a packet of the capture.
pub fn write_tcp(segment: &Segment<'_>, capture: &mut Capture<'_>) -> io::Result<()> {
    let Segment { from, to, payload, .. } = *segment;
    let clock = (capture.now() / 1000) as u32;
    let syn = segment.flags & SYN != 0;
    let header = if syn { 40 } else { 32 };
    let packet = capture.record(ETHERNET + IP + header + payload.len())?;
    write_ip(6, from, to, segment.identification, header + payload.len(), packet);

    let start = packet.len();
    packet.extend(from.port.to_be_bytes());
    packet.extend(to.port.to_be_bytes());
    packet.extend(segment.sequence.to_be_bytes());
    packet.extend(segment.acknowledgement.to_be_bytes());
    packet.extend([(header as u8 / 4) << 4, segment.flags]);
    packet.extend(if syn { 64_240_u16 } else { 501 }.to_be_bytes());
    packet.extend([0; 4]);
    if syn {
        // Maximum segment size, selective acknowledgements, timestamps, window scale 7.
        packet.extend([2, 4, 5, 0xb4, 4, 2, 8, 10]);
    } else {
        packet.extend([1, 1, 8, 10]);
    }
    packet.extend(clock.to_be_bytes());
    packet.extend(clock.wrapping_sub(1).to_be_bytes());
    if syn {
        packet.extend([1, 3, 3, 7]);
    }
    packet.extend_from_slice(payload);
    let sum = pseudo_header(6, from, to, header + payload.len()) + sum(&packet[start..]);
    packet[start + 16..start + 18].copy_from_slice(&complement(sum));
    Ok(())
}

/// Writes a datagram as a packet of the capture.
pub fn write_udp(from: End, to: End, payload: &[u8], capture: &mut Capture<'_>) -> io::Result<()> {
    let length = 8 + payload.len();
    let packet = capture.record(ETHERNET + IP + length)?;
    write_ip(17, from, to, 0, length, packet);
    let start = packet.len();
    packet.extend(from.port.to_be_bytes());
    packet.extend(to.port.to_be_bytes());
    packet.extend((length as u16).to_be_bytes());
    packet.extend([0; 2]);
    packet.extend_from_slice(payload);
    let sum = pseudo_header(17, from, to, length) + sum(&packet[start..]);
    // A checksum of 0 would mean that there is none.
    let checksum = match complement(sum) {
        [0, 0] => [0xff, 0xff],
        checksum => checksum,
    };
    packet[start + 6..start + 8].copy_from_slice(&checksum);
    Ok(())
}

fn write_ip(protocol: u8, from: End, to: End, identification: u16, length: usize, packet: &mut Vec<u8>) {
    for end in [to, from] {
        packet.extend([0x02, 0x00]);
        packet.extend(end.address);
    }
    packet.extend([0x08, 0x00]);
    let start = packet.len();
    packet.extend([0x45, 0]);
    packet.extend(((IP + length) as u16).to_be_bytes());
    packet.extend(identification.to_be_bytes());
    packet.extend([0x40, 0, 64, protocol, 0, 0]); // Do not fragment; 64 hops.
    packet.extend(from.address);
    packet.extend(to.address);
    let checksum = complement(sum(&packet[start..]));
    packet[start + 10..start + 12].copy_from_slice(&checksum);
}

fn pseudo_header(protocol: u8, from: End, to: End, length: usize) -> u64 {
    sum(&from.address) + sum(&to.address) + sum(&[0, protocol]) + sum(&(length as u16).to_be_bytes())
}

/// The sum of RFC 1071, not folded yet: in native order, which it does not depend on (§2 B).
fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<4>();
    let whole: u64 = words.iter().map(|word| u64::from(u32::from_ne_bytes(*word))).sum();
    let mut last = [0; 4];
    last[..rest.len()].copy_from_slice(rest);
    whole + u64::from(u32::from_ne_bytes(last))
}

fn complement(mut sum: u64) -> [u8; 2] {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 1071 §3.
    #[test]
    fn sums_as_the_standard_does() {
        assert_eq!(complement(sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])), [0x22, 0x0d]);
        assert_eq!(complement(sum(&[0x00, 0x01, 0xf2])), [0x0d, 0xfe]);
    }
}
