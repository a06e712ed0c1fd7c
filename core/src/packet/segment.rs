//! Turns a datagram of protocol TCP into a [`Segment`] (RFC 9293 §3.1), and verifies its checksum when asked.

use super::ip::Datagram;
use super::span::Base;
use super::tunnel::Tunnel;
use super::{Decoded, Flags, Flow, Segment, checksum};
use etherparse::err::tcp::HeaderSliceError;
use etherparse::{IpNumber, TcpHeader, TcpHeaderSlice};
use std::net::IpAddr;

impl Segment<'_> {
    /// Whether the TCP checksum is right; `None` where the packet was cut.
    ///
    /// Wrong checksums alone prove nothing: with checksum offload the network card writes them after the capture.
    pub fn checksum_right(&self) -> Option<bool> {
        let tcp = self.tcp?;
        // The pseudo header: RFC 9293 §3.1 for IPv4, RFC 8200 §8.1 for IPv6; both sum up the same words.
        let addresses = match (self.flow.source.0, self.flow.destination.0) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                checksum::sum(&source.octets()) + checksum::sum(&destination.octets())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                checksum::sum(&source.octets()) + checksum::sum(&destination.octets())
            }
            _ => return None,
        };
        let length = u32::try_from(tcp.len()).ok()?;
        let rest = checksum::sum(&length.to_be_bytes()) + checksum::sum(&[0, IpNumber::TCP.0]);
        Some(checksum::is_right(addresses + rest + checksum::sum(tcp)))
    }
}

/// Reads the TCP header of a datagram.
#[inline]
pub(super) fn open<'a>(datagram: &Datagram<'a>, tunnel: Option<Tunnel>, base: Base<'_>) -> Decoded<'a> {
    let span = datagram.span;
    let Ok(fixed) = span.head::<{ TcpHeader::MIN_LEN }>() else { return Decoded::Malformed };
    let header_length = usize::from(fixed[12] >> 4) * 4;
    let Some(payload_length) = span.wire().checked_sub(header_length) else { return Decoded::Malformed };
    let without_options;
    let header = match TcpHeaderSlice::from_slice(span.bytes()) {
        Ok(header) => header,
        // The snap length cut the options; what is in front of them is as good as ever.
        Err(HeaderSliceError::Len(_)) => {
            let mut bytes = *fixed;
            bytes[12] = 5 << 4;
            without_options = bytes;
            let Ok(header) = TcpHeaderSlice::from_slice(&without_options) else { return Decoded::Malformed };
            header
        }
        Err(HeaderSliceError::Content(_)) => return Decoded::Malformed,
    };
    let payload = span.bytes().get(header_length..).unwrap_or_default();
    let segment = Segment {
        flow: Flow {
            source: (datagram.addresses.source(), header.source_port()),
            destination: (datagram.addresses.destination(), header.destination_port()),
            tunnel: tunnel.map_or(0, Tunnel::key),
        },
        sequence: header.sequence_number(),
        acknowledgement: header.acknowledgment_number(),
        flags: Flags { syn: header.syn(), ack: header.ack(), fin: header.fin(), rst: header.rst() },
        window: header.window_size(),
        hop_limit: datagram.hop_limit,
        payload,
        place: base.place(span.bytes()) + header_length as u64,
        cut: u32::try_from(payload_length.saturating_sub(payload.len())).unwrap_or(u32::MAX),
        tcp: (!span.is_cut()).then_some(span.bytes()),
    };
    Decoded::Tcp(segment, tunnel)
}
