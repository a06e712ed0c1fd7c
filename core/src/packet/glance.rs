//! The shortest way for what nearly every packet is: a whole TCP segment in IPv4 without options, in Ethernet without
//! tags. It takes no decision of its own: what it does not know, it leaves to the layers.
//!
//! A [`Glance`] stays in registers. A [`Segment`] does not: it is made of one only where something is unusual.

use std::net::{IpAddr, Ipv4Addr};

use etherparse::{EtherType, Ethernet2Header, IpNumber, Ipv4Header, TcpHeader};

use super::{Flags, Flow, Segment, checksum, link};
use crate::capture::CapturedPacket;

const ETHERNET: usize = Ethernet2Header::LEN;
const IPV4: usize = Ipv4Header::MIN_LEN;
const TCP: usize = TcpHeader::MIN_LEN;

/// A segment as nearly all are.
///
/// [`PacketDecoder`](super::PacketDecoder) would find the same in its packet.
#[derive(Clone, Copy, Debug)]
pub struct Glance<'a> {
    /// Address and port of the sender, the port in the low 16 bits.
    pub source: u64,
    /// Address and port of the receiver.
    pub destination: u64,
    /// Sequence number as on the wire.
    pub sequence: u32,
    /// Acknowledgement number as on the wire.
    pub acknowledgement: u32,
    /// TTL.
    pub hop_limit: u8,
    /// The payload.
    pub payload: &'a [u8],
    /// Where the payload stands.
    pub place: u64,
    flags: u8,
    window: u16,
    /// The TCP header and payload.
    tcp: &'a [u8],
}

impl<'a> Glance<'a> {
    /// What is seen of a packet at a glance, if it is of that kind.
    #[inline(always)]
    pub fn of(packet: &CapturedPacket<'a>) -> Option<Self> {
        let frame = packet.data.first_chunk::<{ ETHERNET + IPV4 + TCP }>()?;
        let ip = frame.split_first_chunk::<ETHERNET>()?.1.first_chunk::<IPV4>()?;
        // No fragment, and a header of five words.
        let fragment = u16::from_be_bytes([ip[6], ip[7]]) & 0x3fff;
        let is_ipv4 = u16::from_be_bytes([frame[12], frame[13]]) == EtherType::IPV4.0;
        if packet.link_type != link::ETHERNET
            || !is_ipv4
            || ip[0] != 0x45
            || fragment != 0
            || ip[9] != IpNumber::TCP.0
        {
            return None;
        }
        let total = usize::from(u16::from_be_bytes([ip[2], ip[3]]));
        let tcp = packet.data.get(ETHERNET + IPV4..ETHERNET + total)?;
        let header = tcp.first_chunk::<TCP>()?;
        let header_length = usize::from(header[12] >> 4) * 4;
        if header_length < TCP {
            return None;
        }
        let end = |address: [u8; 4], port: [u8; 2]| {
            u64::from(u32::from_be_bytes(address)) << 16 | u64::from(u16::from_be_bytes(port))
        };
        Some(Self {
            source: end([ip[12], ip[13], ip[14], ip[15]], [header[0], header[1]]),
            destination: end([ip[16], ip[17], ip[18], ip[19]], [header[2], header[3]]),
            sequence: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
            acknowledgement: u32::from_be_bytes([header[8], header[9], header[10], header[11]]),
            hop_limit: ip[8],
            payload: tcp.get(header_length..)?,
            place: packet.offset + (ETHERNET + IPV4 + header_length) as u64,
            flags: header[13],
            window: u16::from_be_bytes([header[14], header[15]]),
            tcp,
        })
    }

    /// The same in a capture that follows on so many bytes of others.
    #[inline(always)]
    pub fn moved(self, bytes: u64) -> Self {
        Self { place: self.place + bytes, ..self }
    }

    /// Whether of SYN, ACK, FIN and RST only ACK is set.
    #[inline(always)]
    pub fn only_acknowledges(&self) -> bool {
        self.flags & 0x17 == 0x10
    }

    /// Whether the TCP checksum is right.
    #[inline]
    pub fn checksum_right(&self) -> bool {
        checksum::is_right(checksum::of_ipv4(self.source >> 16, self.destination >> 16, self.tcp))
    }

    /// The same as a segment.
    #[inline(never)]
    pub fn segment(&self) -> Segment<'a> {
        // Both halves fit: an address has 32 bits, a port 16.
        let end = |end: u64| (IpAddr::from(Ipv4Addr::from_bits((end >> 16) as u32)), end as u16);
        let flags = self.flags;
        Segment {
            flow: Flow { source: end(self.source), destination: end(self.destination), tunnel: 0 },
            sequence: self.sequence,
            acknowledgement: self.acknowledgement,
            flags: Flags {
                syn: flags & 0x02 != 0,
                ack: flags & 0x10 != 0,
                fin: flags & 0x01 != 0,
                rst: flags & 0x04 != 0,
            },
            window: self.window,
            hop_limit: self.hop_limit,
            payload: self.payload,
            place: self.place,
            cut: 0,
            tcp: Some(self.tcp),
        }
    }
}
