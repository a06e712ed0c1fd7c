//! Turns a captured packet into a TCP [`Segment`]: link layer, tunnels, IP, IP fragments, TCP header (RFC 9293).
//!
//! One packet is a stack of layers. `link` holds the table of link types and says which layer comes first;
//! every layer is a function from its bytes to the next one; [`PacketDecoder`] runs them. etherparse slices the
//! single headers; its own `LaxSlicedPacket` is not used because it knows few link types and no tunnels.
//!
//! Bytes are borrowed all the way: only a datagram joined from fragments is copied. Nothing here verifies a
//! checksum unasked, decrypts, or looks into UDP beyond tunnels.

mod checksum;
mod decoder;
mod ethernet;
mod fragment;
mod glance;
mod gre;
mod ip;
mod layer;
mod link;
mod mpls;
mod ppp;
mod segment;
mod span;
mod tunnel;
mod udp;
mod wifi;

pub use decoder::PacketDecoder;
pub use glance::Glance;
pub use tunnel::{Tunnel, TunnelKind};

use std::net::IpAddr;

/// What tells one TCP connection from another: the innermost addresses and ports, and the tunnel they came through.
///
/// VLAN tags, MPLS labels and PPPoE sessions are not part of it: they often differ between the two directions, or
/// between two captured interfaces, of one and the same connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flow {
    /// The sender's address and port.
    pub source: (IpAddr, u16),
    /// The receiver's address and port.
    pub destination: (IpAddr, u16),
    /// The outer tunnel's id (VXLAN or Geneve VNI, GRE key) with its kind, as [`Tunnel::key`] makes it; 0 without
    /// a tunnel. Equal in both directions, so that a GTP-U TEID is not in it.
    pub tunnel: u64,
}

/// The TCP header's flags that reassembly looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags {
    /// Synchronise: the sequence number is the initial one.
    pub syn: bool,
    /// Acknowledge: the acknowledgement number is valid.
    pub ack: bool,
    /// Finish: no more data from the sender.
    pub fin: bool,
    /// Reset: the connection is gone.
    pub rst: bool,
}

impl Flags {
    /// Those of most segments.
    pub const ACK: Self = Self { syn: false, ack: true, fin: false, rst: false };
}

/// One TCP segment (RFC 9293 §3.1), borrowed from its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who speaks to whom.
    pub flow: Flow,
    /// Sequence number as on the wire.
    pub sequence: u32,
    /// Acknowledgement number as on the wire; meaningless without `flags.ack`.
    pub acknowledgement: u32,
    /// Which of SYN, ACK, FIN and RST are set.
    pub flags: Flags,
    /// The window field, not scaled.
    pub window: u16,
    /// TTL or hop limit of the innermost IP header.
    pub hop_limit: u8,
    /// The payload as far as it was captured.
    pub payload: &'a [u8],
    /// Where `payload` stands, by [`Piece`].
    pub place: u64,
    /// Payload bytes that were on the wire and that the snap length cut.
    pub cut: u32,
    /// The TCP header and payload, for [`Segment::checksum_right`]; `None` where the datagram was cut.
    pub tcp: Option<&'a [u8]>,
}

/// A place is an offset in the (decompressed) capture. A datagram that was joined from fragments stands in no single
/// place there, so it gets a range of its own above all offsets, [`Piece::JOINED`] and up, which pieces map to where
/// its bytes really are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The place that is mapped: at or above [`Piece::JOINED`].
    pub joined: u64,
    /// The place where those bytes stand; that of a fragment within a joined datagram is one of these again.
    pub place: u64,
    /// How many bytes.
    pub length: u64,
}

impl Piece {
    /// The first place of a joined datagram: no file has so many bytes.
    pub const JOINED: u64 = 1 << 63;
}

/// What a packet turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// A TCP segment, and the tunnel that it came through with the id as on the wire.
    Tcp(Segment<'a>, Option<Tunnel>),
    /// A fragment of an IP datagram whose other fragments are not all there yet.
    FragmentHeld,
    /// A sound packet that carries no TCP.
    NotTcp(NotTcp),
    /// A link type that the table does not hold.
    UnknownLinkType(u16),
    /// Cut before the end of the fixed TCP header, or contradictory.
    Malformed,
}

/// What a packet without TCP carries, as far as it was looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotTcp {
    /// UDP that is no known tunnel.
    Udp,
    /// ICMP or ICMPv6.
    Icmp,
    /// ARP.
    Arp,
    /// IPsec ESP, or an 802.11 frame with the Protected flag.
    Encrypted,
    /// Another IP protocol, by its number.
    IpProtocol(u8),
    /// Another EtherType.
    EtherType(u16),
    /// A frame of the link itself: beacons, spanning tree, PPP negotiation.
    LinkControl,
}

#[cfg(test)]
mod tests;
