//! PPP frames (RFC 1661), in HDLC-like framing (RFC 1662), Cisco's HDLC, and PPPoE sessions (RFC 2516).
//!
//! Leaves out compressed frames and multilink.

use super::NotTcp;
use super::layer::{Layer, Stop};
use super::span::Span;
use super::{ethernet, mpls};
use etherparse::EtherType;

/// Reads a frame, with or without address and control field, the protocol field compressed or not.
pub(super) fn frame(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let span = match span.head::<2>()? {
        [0xff, 0x03] => span.skip(2)?,
        _ => span,
    };
    // An odd first byte is the whole protocol field (RFC 1661 §6.5).
    let first = span.head::<1>()?[0];
    let (protocol, rest) = match first & 1 {
        1 => (u16::from(first), span.skip(1)?),
        _ => (span.be16(0)?, span.skip(2)?),
    };
    match protocol {
        // IPv4 (RFC 1332) and IPv6 (RFC 5072).
        0x0021 | 0x0057 => Ok(Layer::Ip(rest)),
        // MPLS (RFC 3032 §4.3).
        0x0281 | 0x0283 => mpls::stack(rest),
        _ => Err(Stop::NotTcp(NotTcp::LinkControl)),
    }
}

/// Reads a frame of a serial line, where Cisco's HDLC occurs too: another address, and an EtherType.
pub(super) fn hdlc(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match span.head::<2>()? {
        [0x0f | 0x8f, 0] => ethernet::type_or_length(EtherType(span.be16(2)?), span.skip(4)?),
        _ => frame(span),
    }
}

/// Reads a PPPoE session header (RFC 2516 §4). Its length leaves out the padding of the Ethernet frame.
pub(super) fn pppoe(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let [version_and_type, code, _, _, length @ ..] = span.head::<6>()?;
    if *version_and_type != 0x11 || *code != 0 {
        return Err(Stop::NotTcp(NotTcp::LinkControl));
    }
    Ok(Layer::Ppp(span.skip(6)?.limit(usize::from(u16::from_be_bytes(*length)))))
}
