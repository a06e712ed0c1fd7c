//! Passes over an MPLS label stack (RFC 3032) and finds out what stands behind it: IP or an Ethernet pseudowire.

use super::NotTcp;
use super::ethernet;
use super::layer::{Layer, Stop};
use super::span::Span;
use etherparse::EtherType;

/// Labels in one stack.
const MAX_LABELS: usize = 32;

/// Reads a label stack. No field names what is behind it, so that the first four bits decide (RFC 4928 §3).
pub(super) fn stack(mut span: Span<'_>) -> Result<Layer<'_>, Stop> {
    for _ in 0..MAX_LABELS {
        let [_, _, bottom, _] = span.head::<4>()?;
        span = span.skip(4)?;
        if bottom & 1 != 0 {
            return behind(span);
        }
    }
    Err(Stop::Malformed)
}

fn behind(span: Span<'_>) -> Result<Layer<'_>, Stop> {
    match span.head::<1>()?[0] >> 4 {
        4 | 6 => Ok(Layer::Ip(span)),
        // A control word (RFC 4448 §4.6), unless an Ethernet frame whose address starts so stands there at once.
        0 => {
            let with_control_word = span.skip(4)?;
            if !is_frame(with_control_word) && is_frame(span) {
                Ok(Layer::Ethernet(span))
            } else {
                Ok(Layer::Ethernet(with_control_word))
            }
        }
        _ if is_frame(span) => Ok(Layer::Ethernet(span)),
        // Control channels of the pseudowire (RFC 4385 §5), and what was never defined.
        _ => Err(Stop::NotTcp(NotTcp::LinkControl)),
    }
}

/// Whether an Ethernet header with an EtherType that leads somewhere stands here.
fn is_frame(span: Span<'_>) -> bool {
    const LEADS_ON: [EtherType; 7] = [
        EtherType::IPV4,
        EtherType::IPV6,
        EtherType::VLAN_TAGGED_FRAME,
        EtherType::PROVIDER_BRIDGING,
        EtherType::VLAN_DOUBLE_TAGGED_FRAME,
        ethernet::MPLS_UNICAST,
        ethernet::MPLS_MULTICAST,
    ];
    span.be16(12).is_ok_and(|field| LEADS_ON.contains(&EtherType(field)))
}
