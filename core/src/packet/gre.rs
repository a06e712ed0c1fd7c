//! Opens GRE (RFC 2784, RFC 2890; routing as in RFC 1701), PPTP's enhanced GRE (RFC 2637) and ERSPAN II and III.

use super::layer::{Layer, Stop};
use super::span::Span;
use super::tunnel::{Tunnel, TunnelKind};
use super::{NotTcp, ethernet};
use etherparse::{EtherType, IpNumber};

const CHECKSUM: u16 = 0x8000;
const ROUTING: u16 = 0x4000;
const KEY: u16 = 0x2000;
const SEQUENCE: u16 = 0x1000;
/// Only in version 1.
const ACKNOWLEDGEMENT: u16 = 0x0080;

const PPP: EtherType = EtherType(0x880b);
const ERSPAN_II: EtherType = EtherType(0x88be);
const ERSPAN_III: EtherType = EtherType(0x22eb);

/// Source route entries in one header.
const MAX_ROUTES: usize = 16;

/// Opens a GRE header.
pub(super) fn tunnel(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let flags = span.be16(0)?;
    let protocol = EtherType(span.be16(2)?);
    let rest = span.skip(4)?;
    match flags & 0x7 {
        0 => version_0(flags, protocol, rest),
        1 if protocol == PPP && flags & KEY != 0 => pptp(flags, rest),
        _ => Err(other()),
    }
}

fn version_0(flags: u16, protocol: EtherType, mut rest: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    // Checksum and offset are both there if either is meant (RFC 1701).
    if flags & (CHECKSUM | ROUTING) != 0 {
        rest = rest.skip(4)?;
    }
    let mut tunnel = Tunnel::new(TunnelKind::Gre, 0);
    if flags & KEY != 0 {
        tunnel = Tunnel::new(TunnelKind::GreKey, u32::from_be_bytes(*rest.head()?));
        rest = rest.skip(4)?;
    }
    if flags & SEQUENCE != 0 {
        rest = rest.skip(4)?;
    }
    if flags & ROUTING != 0 {
        rest = skip_routes(rest)?;
    }
    match protocol {
        ethernet::TRANSPARENT_BRIDGING => Ok((tunnel, Layer::Ethernet(rest))),
        // ERSPAN type I has no header of its own, and no sequence number tells it from type II.
        ERSPAN_II if flags & SEQUENCE == 0 => Ok((tunnel, Layer::Ethernet(rest))),
        ERSPAN_II => Ok((erspan(rest)?, Layer::Ethernet(rest.skip(8)?))),
        ERSPAN_III => erspan_iii(rest),
        PPP => Ok((tunnel, Layer::Ppp(rest))),
        _ => Ok((tunnel, Layer::EtherType(protocol, rest))),
    }
}

/// Source route entries end with one of length 0 (RFC 1701).
fn skip_routes(mut rest: Span<'_>) -> Result<Span<'_>, Stop> {
    for _ in 0..MAX_ROUTES {
        let [_, _, _, length] = *rest.head::<4>()?;
        rest = rest.skip(4 + usize::from(length))?;
        if length == 0 {
            return Ok(rest);
        }
    }
    Err(Stop::Malformed)
}

/// RFC 2637 §4.1: the key is payload length and call; without a sequence number it only acknowledges.
fn pptp(flags: u16, rest: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let (length, call) = (rest.be16(0)?, rest.be16(2)?);
    if flags & SEQUENCE == 0 {
        return Err(other());
    }
    let numbers = if flags & ACKNOWLEDGEMENT != 0 { 8 } else { 4 };
    let frame = rest.skip(4 + numbers)?.limit(usize::from(length));
    Ok((Tunnel::new(TunnelKind::Pptp, u32::from(call)), Layer::Ppp(frame)))
}

/// The session id is ten bits at the same place in both types (draft-foschiano-erspan §4.2, §4.3).
fn erspan(header: Span<'_>) -> Result<Tunnel, Stop> {
    Ok(Tunnel::new(TunnelKind::Erspan, u32::from(header.be16(2)? & 0x3ff)))
}

/// draft-foschiano-erspan §4.3.
fn erspan_iii(rest: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let tunnel = erspan(rest)?;
    let last = rest.be16(10)?;
    // The O bit: eight bytes that depend on the platform follow.
    let inner = rest.skip(if last & 1 == 0 { 12 } else { 20 })?;
    match last >> 10 & 0x1f {
        0 => Ok((tunnel, Layer::Ethernet(inner))),
        2 => Ok((tunnel, Layer::Ip(inner))),
        _ => Err(other()),
    }
}

fn other() -> Stop {
    Stop::NotTcp(NotTcp::IpProtocol(IpNumber::GRE.0))
}
