//! Opens the tunnels that run over UDP: VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281).
//!
//! They are recognised by destination port. Any other UDP may use these ports too, so what does not fit is plain
//! UDP and never malformed. Leaves out VXLAN-GPE and GTP-U's signalling.

use super::layer::{Layer, Stop};
use super::span::Span;
use super::tunnel::{Tunnel, TunnelKind};
use super::{NotTcp, ethernet};
use etherparse::{EtherType, UdpHeader, UdpHeaderSlice};

/// VXLAN: by RFC 7348 §5, and by Linux before there was an assignment.
const VXLAN: [u16; 2] = [4789, 8472];
/// Geneve: RFC 8926 §3.3.
const GENEVE: u16 = 6081;
/// GTP-U: TS 29.281 §4.4.2.
const GTP_U: u16 = 2152;

/// Extension headers of one GTP-U packet.
const MAX_GTP_EXTENSIONS: usize = 8;

/// Opens the tunnel in a UDP datagram.
pub(super) fn tunnel(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    open(span).map_err(|_| Stop::NotTcp(NotTcp::Udp))
}

fn open(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let header = UdpHeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
    let payload = match usize::from(header.length()) {
        // Segmentation offload, or a jumbogram (RFC 2675 §4).
        0 => span,
        length => span.limit(length),
    }
    .skip(UdpHeader::LEN)?;
    match header.destination_port() {
        port if VXLAN.contains(&port) => vxlan(payload),
        GENEVE => geneve(payload),
        GTP_U => gtp_u(payload),
        _ => Err(Stop::Malformed),
    }
}

/// RFC 7348 §5. Flags other than I are ignored: the group policy extension sets more.
fn vxlan(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let [flags, _, _, _, vni @ .., _] = span.head::<8>()?;
    if flags & 0x08 == 0 {
        return Err(Stop::Malformed);
    }
    Ok((Tunnel::new(TunnelKind::Vxlan, be24(*vni)), Layer::Ethernet(span.skip(8)?)))
}

/// RFC 8926 §3.4.
fn geneve(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let [version_and_length, flags, protocol_0, protocol_1, vni @ .., _] = span.head::<8>()?;
    // Version 0 is the only one, and the O bit marks a control packet.
    if version_and_length >> 6 != 0 || flags & 0x80 != 0 {
        return Err(Stop::Malformed);
    }
    let options = usize::from(version_and_length & 0x3f) * 4;
    let protocol = EtherType(u16::from_be_bytes([*protocol_0, *protocol_1]));
    let layer = match protocol {
        ethernet::TRANSPARENT_BRIDGING => Layer::Ethernet(span.skip(8 + options)?),
        _ => Layer::EtherType(protocol, span.skip(8 + options)?),
    };
    Ok((Tunnel::new(TunnelKind::Geneve, be24(*vni)), layer))
}

/// TS 29.281 §5.1 and §5.2.
fn gtp_u(span: Span<'_>) -> Result<(Tunnel, Layer<'_>), Stop> {
    let [flags, kind, _, _, teid @ ..] = span.head::<8>()?;
    // Version 1 of GTP (not GTP'), and a T-PDU: everything else is signalling.
    if flags >> 4 != 0b0011 || *kind != 255 {
        return Err(Stop::Malformed);
    }
    let length = usize::from(span.be16(2)?);
    let mut rest = span.skip(8)?.limit(length);
    // One of E, S and PN brings all three optional fields.
    if flags & 0b111 != 0 {
        let [_, _, _, mut next] = *rest.head::<4>()?;
        rest = rest.skip(4)?;
        if flags & 0b100 == 0 {
            next = 0;
        }
        for _ in 0..MAX_GTP_EXTENSIONS {
            if next == 0 {
                break;
            }
            // Length in units of four bytes, of which the last one names the next extension (§5.2.1).
            let extension = usize::from(rest.head::<1>()?[0]) * 4;
            let last = extension.checked_sub(1).ok_or(Stop::Malformed)?;
            next = *rest.bytes().get(last).ok_or(Stop::Malformed)?;
            rest = rest.skip(extension)?;
        }
        if next != 0 {
            return Err(Stop::Malformed);
        }
    }
    Ok((Tunnel::new(TunnelKind::GtpU, u32::from_be_bytes(*teid)), Layer::Ip(rest)))
}

fn be24([a, b, c]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, a, b, c])
}
