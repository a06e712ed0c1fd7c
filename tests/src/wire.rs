//! One TCP connection as the packets that a capture would hold: Ethernet, IPv4 or IPv6, TCP (RFC 9293), checksums right.
//!
//! The two ends behave like ordinary stacks: what one sends, the other acknowledges at once. Every segment stays open to
//! change in [`Wire::segments`] until the packets are made. Leaves out congestion, windows, SACK blocks and TCP timestamps.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::{PacketBuilder, TcpHeader, TcpOptionElement, VlanId};
use sockscope_core::stream::Side;

use crate::capture::{Packet, Pcap, interleave};

/// When captures begin: 2026-01-01T00:00:00Z in nanoseconds.
pub const START: u64 = 1_767_225_600_000_000_000;
/// Time from one packet to the next.
pub const STEP: Duration = Duration::from_micros(200);

/// Whether a segment's TCP checksum is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// As RFC 9293 §3.1 asks.
    Right,
    /// Two bits off.
    Wrong,
}

/// What is around the IP packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Around {
    /// Ethernet.
    Ethernet,
    /// Ethernet with an 802.1Q tag.
    Vlan(u16),
    /// Ethernet in VXLAN (RFC 7348) with this VNI.
    Vxlan(u32),
}

/// One TCP segment, open to change until it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Nanoseconds since the Unix epoch.
    pub time: u64,
    /// Who sent it.
    pub from: Side,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number, with the ACK flag.
    pub acknowledgement: Option<u32>,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// The window field.
    pub window: u16,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// Whether the TCP checksum is right.
    pub checksum: Checksum,
    /// The bytes that it carries.
    pub payload: Vec<u8>,
}

/// A TCP connection, built packet by packet.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Address and port of each side, the client's first.
    pub addresses: [SocketAddr; 2],
    /// Every packet so far, in the order of the file.
    pub segments: Vec<Segment>,
    /// The most payload bytes of a segment.
    pub segment_size: usize,
    /// What is around the IP packets.
    pub around: Around,
    /// When the next packet is sent.
    pub now: u64,
    /// Next sequence number of each side.
    pub next: [u32; 2],
    /// Up to where each side has acknowledged the other's bytes.
    pub acknowledged: [u32; 2],
}

impl Default for Wire {
    fn default() -> Self {
        Self::numbered(0)
    }
}

impl Wire {
    /// A connection from 192.0.2.10 to 198.51.100.80:80.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same two hosts; client port and initial sequence numbers differ with `number`.
    pub fn numbered(number: u16) -> Self {
        let spread = u32::from(number) * 1_000_003;
        Self::between(
            SocketAddr::from(([192, 0, 2, 10], 50_000 + number)),
            SocketAddr::from(([198, 51, 100, 80], 80)),
        )
        .initial_sequence(1_000_000_000 + spread, 3_000_000_000 + spread)
    }

    /// A connection between these; both of one IP version.
    pub fn between(client: SocketAddr, server: SocketAddr) -> Self {
        assert_eq!(client.is_ipv4(), server.is_ipv4(), "both ends have one IP version");
        Self {
            addresses: [client, server],
            segments: Vec::new(),
            segment_size: 1_440,
            around: Around::Ethernet,
            now: START,
            next: [1_000_000_000, 3_000_000_000],
            acknowledged: [0, 0],
        }
    }

    /// Sets both initial sequence numbers.
    pub fn initial_sequence(self, client: u32, server: u32) -> Self {
        Self { next: [client, server], ..self }
    }

    /// Sets the most payload bytes of a segment.
    pub fn segments_of(self, segment_size: usize) -> Self {
        Self { segment_size, ..self }
    }

    /// Puts the packets into something else.
    pub fn around(self, around: Around) -> Self {
        Self { around, ..self }
    }

    /// Begins this long after [`START`].
    pub fn starting_after(self, delay: Duration) -> Self {
        Self { now: START + delay.as_nanos() as u64, ..self }
    }

    /// SYN, SYN-ACK, ACK.
    pub fn open(&mut self) -> &mut Self {
        self.emit(Side::Client, |segment| (segment.syn, segment.acknowledgement) = (true, None));
        self.take(Side::Client, 1).hear(Side::Server);
        self.emit(Side::Server, |segment| segment.syn = true);
        self.take(Side::Server, 1).ack(Side::Client)
    }

    /// The client sends bytes, and the server acknowledges each segment.
    pub fn client(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(Side::Client, bytes)
    }

    /// The server sends bytes, and the client acknowledges each segment.
    pub fn server(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.send(Side::Server, bytes)
    }

    /// One side sends bytes, and the other acknowledges each segment.
    pub fn send(&mut self, side: Side, bytes: impl AsRef<[u8]>) -> &mut Self {
        for segment in bytes.as_ref().chunks(self.segment_size) {
            self.put(side, segment).ack(side.other());
        }
        self
    }

    /// One side sends bytes, and the other says nothing; its later packets do not cover them until it [`hear`](Self::hear)s
    /// or [`ack`](Self::ack)s.
    pub fn put(&mut self, side: Side, bytes: impl AsRef<[u8]>) -> &mut Self {
        for bytes in bytes.as_ref().chunks(self.segment_size) {
            self.emit(side, |segment| segment.payload = bytes.to_vec());
            self.take(side, bytes.len());
        }
        self
    }

    /// One side acknowledges all that the other has sent.
    pub fn ack(&mut self, side: Side) -> &mut Self {
        self.hear(side).emit(side, |_| {})
    }

    /// One side has received all that the other has sent, and will say so in its next packet.
    pub fn hear(&mut self, side: Side) -> &mut Self {
        self.acknowledged[side.index()] = self.next[side.other().index()];
        self
    }

    /// One side ends its direction, and the other acknowledges it.
    pub fn fin(&mut self, side: Side) -> &mut Self {
        self.emit(side, |segment| segment.fin = true);
        self.take(side, 1).ack(side.other())
    }

    /// Both directions end, `first`'s first.
    pub fn finish(&mut self, first: Side) -> &mut Self {
        self.fin(first).fin(first.other())
    }

    /// One side resets the connection.
    pub fn rst(&mut self, side: Side) -> &mut Self {
        self.emit(side, |segment| segment.rst = true)
    }

    /// Time passes without a packet.
    pub fn advance(&mut self, time: Duration) -> &mut Self {
        self.now += time.as_nanos() as u64;
        self
    }

    /// Appends a segment as it stands, at the present time: a copy, a forgery, a retransmission.
    pub fn append(&mut self, segment: Segment) -> &mut Self {
        let time = self.now;
        self.now += STEP.as_nanos() as u64;
        self.segments.push(Segment { time, ..segment });
        self
    }

    /// Places in [`Wire::segments`] of those of one side that carry bytes, in order.
    pub fn data(&self, side: Side) -> Vec<usize> {
        let carries = |segment: &Segment| segment.from == side && !segment.payload.is_empty();
        (0..self.segments.len()).filter(|&at| carries(&self.segments[at])).collect()
    }

    /// Takes a packet out of the capture, as if it had been lost before it.
    pub fn lose(&mut self, at: usize) -> Segment {
        self.segments.remove(at)
    }

    /// Moves a packet to another place in the file. Times stay where they were, so that they never run backwards.
    pub fn reorder(&mut self, from: usize, to: usize) -> &mut Self {
        let times: Vec<u64> = self.segments.iter().map(|segment| segment.time).collect();
        let segment = self.segments.remove(from);
        self.segments.insert(to, segment);
        for (segment, time) in self.segments.iter_mut().zip(times) {
            segment.time = time;
        }
        self
    }

    /// The capture began this many packets later.
    pub fn skip(&mut self, packets: usize) -> &mut Self {
        self.segments.drain(..packets);
        self
    }

    /// The packets.
    pub fn packets(&self) -> Vec<Packet> {
        self.segments.iter().map(|segment| Packet::new(segment.time, self.encode(segment))).collect()
    }

    /// A pcap file with this connection alone.
    pub fn pcap(&self) -> Vec<u8> {
        Pcap::default().write(&self.packets())
    }

    /// Bytes of one packet.
    pub fn encode(&self, segment: &Segment) -> Vec<u8> {
        let (source, destination) =
            (self.addresses[segment.from.index()], self.addresses[segment.from.other().index()]);
        let tcp = tcp_header(source, destination, segment);
        let (from_mac, to_mac) = (mac(segment.from), mac(segment.from.other()));
        let mut bytes = Vec::new();
        let ethernet = PacketBuilder::ethernet2(from_mac, to_mac);
        let tag = match self.around {
            Around::Vlan(tag) => Some(VlanId::try_new(tag).expect("12 bits")),
            Around::Ethernet | Around::Vxlan(_) => None,
        };
        let written = match (source.ip(), destination.ip(), tag) {
            (IpAddr::V4(source), IpAddr::V4(destination), None) => ethernet
                .ipv4(source.octets(), destination.octets(), segment.hop_limit)
                .tcp_header(tcp)
                .write_to_vec(&mut bytes, &segment.payload),
            (IpAddr::V4(source), IpAddr::V4(destination), Some(tag)) => ethernet
                .single_vlan(tag)
                .ipv4(source.octets(), destination.octets(), segment.hop_limit)
                .tcp_header(tcp)
                .write_to_vec(&mut bytes, &segment.payload),
            (IpAddr::V6(source), IpAddr::V6(destination), None) => ethernet
                .ipv6(source.octets(), destination.octets(), segment.hop_limit)
                .tcp_header(tcp)
                .write_to_vec(&mut bytes, &segment.payload),
            _ => panic!("both ends have one IP version, and VLAN tags stand before IPv4 only"),
        };
        written.expect("a segment fits an IP packet");
        if segment.checksum == Checksum::Wrong {
            let tcp_length = segment.payload.len() + usize::from(segment.syn) * 4 + TcpHeader::MIN_LEN;
            let at = bytes.len() - tcp_length + 16;
            bytes[at] ^= 0x41;
        }
        if let Around::Vxlan(vni) = self.around { vxlan(vni, &bytes) } else { bytes }
    }

    /// Adds a segment with what its sender would write into it, then lets `change` make it special.
    fn emit(&mut self, from: Side, change: impl FnOnce(&mut Segment)) -> &mut Self {
        let mut segment = Segment {
            time: self.now,
            from,
            sequence: self.next[from.index()],
            acknowledgement: Some(self.acknowledged[from.index()]),
            syn: false,
            fin: false,
            rst: false,
            window: 64_240,
            hop_limit: 64,
            checksum: Checksum::Right,
            payload: Vec::new(),
        };
        change(&mut segment);
        self.append(segment)
    }

    /// One side has used up sequence numbers.
    fn take(&mut self, side: Side, count: usize) -> &mut Self {
        let next = &mut self.next[side.index()];
        *next = next.wrapping_add(count as u32);
        self
    }
}

/// A pcap file with several connections, interleaved by time.
pub fn pcap_of(wires: &[&Wire]) -> Vec<u8> {
    Pcap::default().write(&packets_of(wires))
}

/// The packets of several connections, interleaved by time.
pub fn packets_of(wires: &[&Wire]) -> Vec<Packet> {
    let sources: Vec<_> = wires.iter().map(|wire| wire.packets()).collect();
    interleave(&sources)
}

fn tcp_header(source: SocketAddr, destination: SocketAddr, segment: &Segment) -> TcpHeader {
    let mut tcp = TcpHeader::new(source.port(), destination.port(), segment.sequence, segment.window);
    tcp.syn = segment.syn;
    tcp.fin = segment.fin;
    tcp.rst = segment.rst;
    tcp.psh = !segment.payload.is_empty();
    tcp.ack = segment.acknowledgement.is_some();
    tcp.acknowledgment_number = segment.acknowledgement.unwrap_or(0);
    if segment.syn {
        tcp.set_options(&[TcpOptionElement::MaximumSegmentSize(1_460)]).expect("four bytes fit");
    }
    tcp
}

/// Locally administered addresses, one for each side.
fn mac(side: Side) -> [u8; 6] {
    [2, 0, 0, 0, 0, 1 + side.index() as u8]
}

/// The frame in a UDP datagram to port 4789 (RFC 7348 §5).
fn vxlan(vni: u32, frame: &[u8]) -> Vec<u8> {
    let mut payload = vec![0x08, 0, 0, 0];
    payload.extend((vni << 8).to_be_bytes());
    payload.extend(frame);
    let mut bytes = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 1, 1], [2, 0, 0, 0, 1, 2])
        .ipv4([203, 0, 113, 1], [203, 0, 113, 2], 64)
        .udp(49_152, 4_789)
        .write_to_vec(&mut bytes, &payload)
        .expect("a segment fits an IP packet");
    bytes
}
