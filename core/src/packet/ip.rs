//! Turns an IP packet into a datagram: IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200), AH (RFC 4302).
//!
//! Leaves out jumbograms' own length option (RFC 2675): a length of 0 means all that was captured.

use super::layer::Stop;
use super::span::Span;
use etherparse::{
    IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice,
};
use std::net::{IpAddr, Ipv6Addr};

/// Extension headers in one packet: each kind may stand once, destination options twice (RFC 8200 §4.1).
const MAX_EXTENSIONS: usize = 12;

/// What an IP packet carries, between whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    /// Who sent it.
    pub source: IpAddr,
    /// Who gets it in the end, also where a routing header leads over other nodes first.
    pub destination: IpAddr,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// What `span` is.
    pub protocol: IpNumber,
    /// The bytes behind the headers, without padding.
    pub span: Span<'a>,
    /// Which part of a larger datagram this is, if it is only a part.
    pub fragment: Option<Fragment>,
}

/// The place of a fragment in its datagram (RFC 791 §3.1, RFC 8200 §4.5).
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment {
    /// Which datagram of its sender it belongs to.
    pub id: u32,
    /// Bytes before it; a multiple of 8, at most 65,528.
    pub offset: usize,
    /// Whether another one follows.
    pub more: bool,
}

/// Reads an IP header of either version.
pub(super) fn datagram(span: Span<'_>) -> Result<Datagram<'_>, Stop> {
    match span.bytes().first().map(|byte| byte >> 4) {
        Some(4) => v4(span),
        Some(6) => v6(span),
        _ => Err(Stop::Malformed),
    }
}

impl Datagram<'_> {
    /// Passes over extension headers until something else, or a fragment header, was read.
    pub fn skip_extensions(&mut self) -> Result<(), Stop> {
        for _ in 0..MAX_EXTENSIONS {
            let bytes = self.span.bytes();
            let (next, length) = match self.protocol {
                IpNumber::AUTHENTICATION_HEADER => {
                    let header = IpAuthHeaderSlice::from_slice(bytes).map_err(|_| Stop::Malformed)?;
                    (header.next_header(), header.slice().len())
                }
                IpNumber::IPV6_HEADER_HOP_BY_HOP
                | IpNumber::IPV6_DESTINATION_OPTIONS
                | IpNumber::IPV6_ROUTE_HEADER
                | IpNumber::MOBILITY_HEADER
                | IpNumber::HIP
                | IpNumber::SHIM6
                    if self.source.is_ipv6() =>
                {
                    let header = Ipv6RawExtHeaderSlice::from_slice(bytes).map_err(|_| Stop::Malformed)?;
                    if self.protocol == IpNumber::IPV6_ROUTE_HEADER
                        && let Some(address) = final_destination(header.slice())
                    {
                        self.destination = IpAddr::V6(address);
                    }
                    (header.next_header(), header.slice().len())
                }
                IpNumber::IPV6_FRAGMENTATION_HEADER if self.source.is_ipv6() => {
                    let header = Ipv6FragmentHeaderSlice::from_slice(bytes).map_err(|_| Stop::Malformed)?;
                    // A fragment that is the whole datagram stands for itself and joins nothing (RFC 6946).
                    if header.is_fragmenting_payload() {
                        self.fragment = Some(Fragment {
                            id: header.identification(),
                            offset: usize::from(header.fragment_offset().byte_offset()),
                            more: header.more_fragments(),
                        });
                    }
                    (header.next_header(), header.slice().len())
                }
                _ => return Ok(()),
            };
            self.protocol = next;
            self.span = self.span.skip(length)?;
            if self.fragment.is_some() {
                return Ok(());
            }
        }
        Err(Stop::Malformed)
    }
}

fn v4(span: Span<'_>) -> Result<Datagram<'_>, Stop> {
    let header = Ipv4HeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
    let header_length = header.slice().len();
    let span = match usize::from(header.total_len()) {
        // Segmentation offload: the packet was captured before the network card wrote its length.
        0 => span,
        total if total < header_length => return Err(Stop::Malformed),
        // The total length decides what is padding (RFC 894) and what was cut.
        total => span.claim(total),
    };
    let fragment = header.is_fragmenting_payload().then(|| Fragment {
        id: u32::from(header.identification()),
        offset: usize::from(header.fragments_offset().byte_offset()),
        more: header.more_fragments(),
    });
    let mut datagram = Datagram {
        source: IpAddr::V4(header.source_addr()),
        destination: IpAddr::V4(header.destination_addr()),
        hop_limit: header.ttl(),
        protocol: header.protocol(),
        span: span.skip(header_length)?,
        fragment,
    };
    if datagram.protocol == IpNumber::AUTHENTICATION_HEADER && datagram.fragment.is_none() {
        datagram.skip_extensions()?;
    }
    Ok(datagram)
}

fn v6(span: Span<'_>) -> Result<Datagram<'_>, Stop> {
    let header = Ipv6HeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
    let payload = span.skip(header.slice().len())?;
    let span = match usize::from(header.payload_length()) {
        // Segmentation offload or a jumbogram.
        0 => payload,
        length => payload.claim(length),
    };
    let mut datagram = Datagram {
        source: IpAddr::V6(header.source_addr()),
        destination: IpAddr::V6(header.destination_addr()),
        hop_limit: header.hop_limit(),
        protocol: header.next_header(),
        span,
        fragment: None,
    };
    if datagram.protocol != IpNumber::TCP {
        datagram.skip_extensions()?;
    }
    Ok(datagram)
}

/// Where a routing header with segments left leads in the end: the address in the pseudo header (RFC 8200 §8.1),
/// and the one that the other direction answers from.
fn final_destination(header: &[u8]) -> Option<Ipv6Addr> {
    let (kind, segments_left) = (*header.get(2)?, *header.get(3)?);
    let addresses = header.get(8..)?;
    let address: &[u8; 16] = match kind {
        _ if segments_left == 0 => return None,
        // RFC 5095 §1 (type 0) and RFC 6275 §6.4 (type 2) list the nodes in the order of the visit.
        0 | 2 => addresses.last_chunk()?,
        // A segment routing header lists them in reverse, with options behind them (RFC 8754 §2).
        4 => addresses.first_chunk()?,
        _ => return None,
    };
    Some(Ipv6Addr::from(*address))
}
