//! The shortest way for what nearly every packet is: a whole TCP segment in IPv4 without options, in Ethernet without
//! tags. It takes no decision of its own: what it does not know, it leaves to the layers.
//!
//! A [`Glance`] is small. A [`Segment`] is not: it is made of one only where something is unusual.

use std::net::{IpAddr, Ipv4Addr};

use etherparse::{EtherType, Ethernet2Header, IpNumber, Ipv4Header, TcpHeader};

use super::{Flags, Flow, Segment, checksum, link};
use crate::capture::CapturedPacket;

const ETHERNET: usize = Ethernet2Header::LEN;
const IPV4: usize = Ipv4Header::MIN_LEN;
const TCP: usize = TcpHeader::MIN_LEN;

/// All three headers without options.
const HEADERS: usize = ETHERNET + IPV4 + TCP;

/// A segment as nearly all are: where its headers and its payload stand. What is needed of them is read from them then,
/// since hundreds of bytes about each of many packets are dearer to keep than to read again.
///
/// [`PacketDecoder`](super::PacketDecoder) would find the same in its packet.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    headers: &'a [u8; HEADERS],
    /// The TCP header and payload.
    tcp: &'a [u8],
    /// The payload.
    pub payload: &'a [u8],
    /// Where the payload stands.
    pub place: u64,
}

impl<'a> Glance<'a> {
    /// What is seen of a packet at a glance, if it is of that kind.
    #[inline(always)]
    pub fn of(packet: &CapturedPacket<'a>) -> Option<Self> {
        let headers = packet.data.first_chunk::<HEADERS>()?;
        // EtherType, version, header of five words; then no fragment, and the protocol.
        let network = word(headers, 12) & 0xffff_ff00;
        let transport = word(headers, 20) & 0x3fff_00ff;
        if packet.link_type != link::ETHERNET
            || network != u32::from(EtherType::IPV4.0) << 16 | 0x4500
            || transport != u32::from(IpNumber::TCP.0)
        {
            return None;
        }
        let total = usize::from(u16::from_be_bytes([headers[16], headers[17]]));
        let header_length = usize::from(headers[46] >> 4) * 4;
        if header_length < TCP {
            return None;
        }
        let tcp = packet.data.get(ETHERNET + IPV4..ETHERNET + total)?;
        Some(Self {
            headers,
            tcp,
            payload: tcp.get(header_length..)?,
            place: packet.offset + (ETHERNET + IPV4 + header_length) as u64,
        })
    }

    /// Address and port of the sender, the port in the low 16 bits.
    #[inline(always)]
    pub fn source(&self) -> u64 {
        u64::from(word(self.headers, 26)) << 16 | u64::from(word(self.headers, 34) >> 16)
    }

    /// Address and port of the receiver.
    #[inline(always)]
    pub fn destination(&self) -> u64 {
        u64::from(word(self.headers, 30)) << 16 | u64::from(word(self.headers, 34) & 0xffff)
    }

    /// Sequence number as on the wire.
    #[inline(always)]
    pub fn sequence(&self) -> u32 {
        word(self.headers, 38)
    }

    /// Acknowledgement number as on the wire.
    #[inline(always)]
    pub fn acknowledgement(&self) -> u32 {
        word(self.headers, 42)
    }

    /// TTL.
    #[inline(always)]
    pub fn hop_limit(&self) -> u8 {
        self.headers[22]
    }

    /// Whether of SYN, ACK, FIN and RST only ACK is set.
    #[inline(always)]
    pub fn only_acknowledges(&self) -> bool {
        self.headers[47] & 0x17 == 0x10
    }

    /// Whether the TCP checksum is right.
    #[inline]
    pub fn checksum_right(&self) -> bool {
        let addresses = self.headers.split_at(26).1.first_chunk::<8>();
        addresses.is_some_and(|addresses| checksum::is_right(checksum::of_ipv4(*addresses, self.tcp)))
    }

    /// The same as a segment.
    #[inline(never)]
    pub fn segment(&self) -> Segment<'a> {
        // Both halves fit: an address has 32 bits, a port 16.
        let end = |end: u64| (IpAddr::from(Ipv4Addr::from_bits((end >> 16) as u32)), end as u16);
        let flags = self.headers[47];
        Segment {
            flow: Flow { source: end(self.source()), destination: end(self.destination()), tunnel: 0 },
            sequence: self.sequence(),
            acknowledgement: self.acknowledgement(),
            flags: Flags {
                syn: flags & 0x02 != 0,
                ack: flags & 0x10 != 0,
                fin: flags & 0x01 != 0,
                rst: flags & 0x04 != 0,
            },
            window: u16::from_be_bytes([self.headers[48], self.headers[49]]),
            hop_limit: self.hop_limit(),
            payload: self.payload,
            place: self.place,
            cut: 0,
            tcp: Some(self.tcp),
        }
    }
}

/// Four bytes of the headers, of which a constant place is checked when this is compiled.
#[inline(always)]
fn word(headers: &[u8; HEADERS], at: usize) -> u32 {
    u32::from_be_bytes([headers[at], headers[at + 1], headers[at + 2], headers[at + 3]])
}
