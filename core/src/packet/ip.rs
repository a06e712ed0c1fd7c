//! Turns an IP packet into a datagram: IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200), AH (RFC 4302).
//!
//! Leaves out jumbograms' own length option (RFC 2675): a length of 0 means all that was captured.

use super::layer::Stop;
use super::span::Span;
use etherparse::{
    IpAuthHeaderSlice, IpNumber, Ipv4HeaderSlice, Ipv6FragmentHeaderSlice, Ipv6HeaderSlice,
    Ipv6RawExtHeaderSlice,
};
use std::net::IpAddr;

/// Extension headers in one packet: each kind may stand once, destination options twice (RFC 8200 §4.1).
const MAX_EXTENSIONS: usize = 12;

/// What an IP packet carries, between whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    /// Between whom.
    pub addresses: Addresses<'a>,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// What `span` is.
    pub protocol: IpNumber,
    /// The bytes behind the headers, without padding.
    pub span: Span<'a>,
    /// Which part of a larger datagram this is, if it is only a part.
    pub fragment: Option<Fragment>,
}

/// Who sent a datagram, and who gets it in the end, also where a routing header leads over other nodes first.
///
/// Borrowed: an [`IpAddr`] is copied once, into the segment, and not from layer to layer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Addresses<'a> {
    /// IPv4.
    V4 { source: &'a [u8; 4], destination: &'a [u8; 4] },
    /// IPv6.
    V6 { source: &'a [u8; 16], destination: &'a [u8; 16] },
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

impl Addresses<'_> {
    /// Who sent it.
    pub fn source(&self) -> IpAddr {
        match *self {
            Self::V4 { source, .. } => IpAddr::from(*source),
            Self::V6 { source, .. } => IpAddr::from(*source),
        }
    }

    /// Who gets it.
    pub fn destination(&self) -> IpAddr {
        match *self {
            Self::V4 { destination, .. } => IpAddr::from(*destination),
            Self::V6 { destination, .. } => IpAddr::from(*destination),
        }
    }

    /// Whether they are of IPv6.
    pub fn is_v6(&self) -> bool {
        matches!(self, Self::V6 { .. })
    }
}

/// Reads an IP header of either version.
#[inline]
pub(super) fn datagram(span: Span<'_>) -> Result<Datagram<'_>, Stop> {
    match span.bytes().first().map(|byte| byte >> 4) {
        Some(4) => v4(span),
        Some(6) => v6(span),
        _ => Err(Stop::Malformed),
    }
}

impl<'a> Datagram<'a> {
    /// Passes over extension headers until something else, or a fragment header, was read.
    #[inline(never)]
    pub fn skip_extensions(mut self) -> Result<Self, Stop> {
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
                    if self.addresses.is_v6() =>
                {
                    let header = Ipv6RawExtHeaderSlice::from_slice(bytes).map_err(|_| Stop::Malformed)?;
                    if self.protocol == IpNumber::IPV6_ROUTE_HEADER
                        && let Addresses::V6 { destination, .. } = &mut self.addresses
                        && let Some(address) = final_destination(header.slice())
                    {
                        *destination = address;
                    }
                    (header.next_header(), header.slice().len())
                }
                IpNumber::IPV6_FRAGMENTATION_HEADER if self.addresses.is_v6() => {
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
                _ => return Ok(self),
            };
            self.protocol = next;
            self.span = self.span.skip(length)?;
            if self.fragment.is_some() {
                return Ok(self);
            }
        }
        Err(Stop::Malformed)
    }
}

#[inline]
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
    let datagram = Datagram {
        addresses: Addresses::V4 { source: span.chunk(12)?, destination: span.chunk(16)? },
        hop_limit: header.ttl(),
        protocol: header.protocol(),
        span: span.skip(header_length)?,
        fragment,
    };
    if datagram.protocol == IpNumber::AUTHENTICATION_HEADER && datagram.fragment.is_none() {
        return datagram.skip_extensions();
    }
    Ok(datagram)
}

#[inline]
fn v6(span: Span<'_>) -> Result<Datagram<'_>, Stop> {
    let header = Ipv6HeaderSlice::from_slice(span.bytes()).map_err(|_| Stop::Malformed)?;
    let addresses = Addresses::V6 { source: span.chunk(8)?, destination: span.chunk(24)? };
    let payload = span.skip(header.slice().len())?;
    let span = match usize::from(header.payload_length()) {
        // Segmentation offload or a jumbogram.
        0 => payload,
        length => payload.claim(length),
    };
    let datagram = Datagram {
        addresses,
        hop_limit: header.hop_limit(),
        protocol: header.next_header(),
        span,
        fragment: None,
    };
    if datagram.protocol == IpNumber::TCP { Ok(datagram) } else { datagram.skip_extensions() }
}

/// Where a routing header with segments left leads in the end: the address in the pseudo header (RFC 8200 §8.1),
/// and the one that the other direction answers from.
fn final_destination(header: &[u8]) -> Option<&[u8; 16]> {
    let (kind, segments_left) = (*header.get(2)?, *header.get(3)?);
    let addresses = header.get(8..)?;
    match kind {
        _ if segments_left == 0 => None,
        // RFC 5095 §1 (type 0) and RFC 6275 §6.4 (type 2) list the nodes in the order of the visit.
        0 | 2 => addresses.last_chunk(),
        // A segment routing header lists them in reverse, with options behind them (RFC 8754 §2).
        4 => addresses.first_chunk(),
        _ => None,
    }
}
