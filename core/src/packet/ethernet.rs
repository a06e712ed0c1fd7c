//! Ethernet frames (IEEE 802.3), VLAN tags (802.1Q, 802.1ad), LLC and SNAP (802.2), and what EtherTypes name.

use super::layer::{Layer, Stop};
use super::span::Span;
use super::{NotTcp, mpls, ppp};
use etherparse::{EtherType, Ethernet2Header, Ethernet2HeaderSlice, SingleVlanHeader, SingleVlanHeaderSlice};

/// Ethernet in GRE and Geneve (RFC 1701, RFC 8926 §3.4).
pub(super) const TRANSPARENT_BRIDGING: EtherType = EtherType(0x6558);
pub(super) const MPLS_UNICAST: EtherType = EtherType(0x8847);
pub(super) const MPLS_MULTICAST: EtherType = EtherType(0x8848);
const PPPOE_SESSION: EtherType = EtherType(0x8864);

/// Up to here the field is the frame's length (IEEE 802.3 §3.2.6).
const MAX_LENGTH: u16 = 1500;
/// From here on it is an EtherType.
const MIN_ETHER_TYPE: u16 = 0x600;

/// Reads an Ethernet header.
pub(super) fn frame(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    let header = Ethernet2HeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
    type_or_length(header.ether_type(), span.skip(Ethernet2Header::LEN)?)
}

/// The IP packet in an Ethernet frame, where nothing stands between them.
#[inline]
pub(super) fn ip(span: Span<'_>) -> Option<Span<'_>> {
    let [.., high, low] = span.head::<{ Ethernet2Header::LEN }>().ok()?;
    match EtherType(u16::from_be_bytes([*high, *low])) {
        EtherType::IPV4 | EtherType::IPV6 => span.skip(Ethernet2Header::LEN).ok(),
        _ => None,
    }
}

/// Goes on behind a field that is either the EtherType of `span` or its length.
pub(super) fn type_or_length(field: EtherType, span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match field.0 {
        length @ 0..=MAX_LENGTH => Ok(Layer::Llc(span.limit(usize::from(length)))),
        MIN_ETHER_TYPE.. => Ok(Layer::EtherType(field, span)),
        undefined => Err(Stop::NotTcp(NotTcp::EtherType(undefined))),
    }
}

/// Goes on with what an EtherType names.
pub(super) fn payload(ether_type: EtherType, span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match ether_type {
        EtherType::IPV4 | EtherType::IPV6 => Ok(Layer::Ip(span)),
        EtherType::VLAN_TAGGED_FRAME | EtherType::PROVIDER_BRIDGING | EtherType::VLAN_DOUBLE_TAGGED_FRAME => {
            let tag = SingleVlanHeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
            type_or_length(tag.ether_type(), span.skip(SingleVlanHeader::LEN)?)
        }
        MPLS_UNICAST | MPLS_MULTICAST => mpls::stack(span),
        PPPOE_SESSION => ppp::pppoe(span),
        EtherType::ARP => Err(Stop::NotTcp(NotTcp::Arp)),
        EtherType(other) => Err(Stop::NotTcp(NotTcp::EtherType(other))),
    }
}

/// Reads an LLC header, and SNAP behind it (IEEE 802.2, RFC 1042).
pub(super) fn llc(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match span.head::<3>()? {
        // SNAP: an organisation and a type, which is an EtherType for organisation 0, and for Apple's bridge-tunnel.
        [0xaa, 0xaa, 0x03] => match span.head::<8>()? {
            [_, _, _, 0, 0, 0 | 0xf8, high, low] => {
                Ok(Layer::EtherType(EtherType(u16::from_be_bytes([*high, *low])), span.skip(8)?))
            }
            _ => Err(Stop::NotTcp(NotTcp::LinkControl)),
        },
        // IP has an address of its own, though RFC 948 was given up for SNAP.
        [0x06, 0x06, 0x03] => Ok(Layer::Ip(span.skip(3)?)),
        _ => Err(Stop::NotTcp(NotTcp::LinkControl)),
    }
}
