//! The table of link types (<https://www.tcpdump.org/linktypes.html>): which layer a captured packet begins with.

use super::layer::{Layer, Stop};
use super::span::Span;
use super::{NotTcp, ethernet, ppp, wifi};
use etherparse::EtherType;

/// The link type of nearly all captures.
pub(super) const ETHERNET: u16 = 1;

/// Finds the first layer of a packet of that link type.
#[inline(never)]
pub(super) fn first_layer(link_type: u16, span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match link_type {
        0 | 108 => null(span), // NULL, LOOP
        ETHERNET => Ok(Layer::Ethernet(span)),
        9 | 50 | 104 => ppp::hdlc(span),      // PPP, PPP_HDLC, C_HDLC
        12 | 14 | 101 => Ok(Layer::Ip(span)), // RAW; 12 and 14 are what some systems write for it
        51 => ppp::pppoe(span),               // PPP_ETHER
        105 => wifi::frame(span, None),       // IEEE802_11
        113 => linux_cooked(span),            // LINUX_SLL
        119 => wifi::prism(span),             // IEEE802_11_PRISM
        127 => wifi::radiotap(span),          // IEEE802_11_RADIOTAP
        163 => wifi::avs(span),               // IEEE802_11_AVS
        204 => Ok(Layer::Ppp(span.skip(1)?)), // PPP_WITH_DIR
        228 | 229 => Ok(Layer::Ip(span)),     // IPV4, IPV6
        276 => linux_cooked_v2(span),         // LINUX_SLL2
        unknown => Err(Stop::UnknownLinkType(unknown)),
    }
}

/// IP, where it stands at once behind a link layer of fixed length: a short cut through [`first_layer`] for what
/// nearly every packet is.
#[inline]
pub(super) fn ip(link_type: u16, span: Span<'_>) -> Option<Span<'_>> {
    match link_type {
        ETHERNET => ethernet::ip(span),
        12 | 14 | 101 | 228 | 229 => Some(span),
        _ => None,
    }
}

/// BSD loopback: an address family of four bytes. NULL has the order of the machine that captured, LOOP network
/// order; families are small, so that the bytes themselves say which.
fn null(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let bytes = *span.head::<4>()?;
    let little = u32::from_le_bytes(bytes);
    let family = if little <= 0xffff { little } else { u32::from_be_bytes(bytes) };
    match family {
        // AF_INET everywhere; AF_INET6 on Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS.
        2 | 10 | 23 | 24 | 28 | 30 => Ok(Layer::Ip(span.skip(4)?)),
        _ => Err(Stop::NotTcp(NotTcp::LinkControl)),
    }
}

/// Linux cooked: type of packet, ARPHRD, length of the address, address, protocol.
fn linux_cooked(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    cooked(span.be16(2)?, span.be16(14)?, span.skip(16)?)
}

/// Linux cooked, version 2: protocol, two reserved bytes, interface, ARPHRD, and the rest.
fn linux_cooked_v2(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    cooked(span.be16(8)?, span.be16(0)?, span.skip(20)?)
}

/// etherparse reads this header too, but refuses hardware types that it does not know, and tunnels have such ones.
fn cooked(hardware: u16, protocol: u16, span: Span<'_>) -> Result<Layer<'_>, Stop> {
    const RADIOTAP: u16 = 803;
    const LLC: u16 = 4;
    match (hardware, protocol) {
        (RADIOTAP, _) => wifi::radiotap(span),
        (_, LLC) => Ok(Layer::Llc(span)),
        (_, protocol) => match ethernet::type_or_length(EtherType(protocol), span)? {
            // Below the EtherTypes stand Linux's own numbers, never a length.
            Layer::Llc(_) => Err(Stop::NotTcp(NotTcp::LinkControl)),
            layer => Ok(layer),
        },
    }
}
