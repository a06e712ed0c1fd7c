//! What stands next in a packet, and why a packet yields no segment.

use super::span::Span;
use super::{Decoded, NotTcp};
use etherparse::EtherType;

/// The next layer and its bytes. IP ends the stack, or starts another one inside a tunnel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Layer<'a> {
    /// An Ethernet frame, from the destination address on.
    Ethernet(Span<'a>),
    /// What an EtherType names.
    EtherType(EtherType, Span<'a>),
    /// An IEEE 802.2 LLC header.
    Llc(Span<'a>),
    /// A PPP frame, from the address or protocol field on.
    Ppp(Span<'a>),
    /// IP of the version that its first four bits say.
    Ip(Span<'a>),
}

/// Why no segment comes out of a packet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop {
    /// A sound packet that carries something else.
    NotTcp(NotTcp),
    /// The datagram is not complete yet.
    FragmentHeld,
    /// A link type that the table does not hold.
    UnknownLinkType(u16),
    /// Cut too early, or contradictory.
    Malformed,
}

impl From<Stop> for Decoded<'_> {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NotTcp(what) => Self::NotTcp(what),
            Stop::FragmentHeld => Self::FragmentHeld,
            Stop::UnknownLinkType(link_type) => Self::UnknownLinkType(link_type),
            Stop::Malformed => Self::Malformed,
        }
    }
}
