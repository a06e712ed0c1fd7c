//! Turns a captured packet into a TCP [`Segment`]: link layer, tunnels, IP, IP fragments, TCP header.

use std::net::IpAddr;

/// What tells one TCP connection from another: the innermost addresses and ports, and the tunnel they came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Flow {
    /// The sender's address and port.
    pub source: (IpAddr, u16),
    /// The receiver's address and port.
    pub destination: (IpAddr, u16),
    /// The outer tunnel's id (VXLAN or Geneve VNI, GTP-U TEID, GRE key) with its kind; 0 without a tunnel.
    pub tunnel: u64,
}

/// The TCP header's flags that reassembly looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags {
    /// Synchronise: the sequence number is the initial one.
    pub syn: bool,
    /// Acknowledge: the acknowledgement number is valid.
    pub ack: bool,
    /// Finish: no more data from the sender.
    pub fin: bool,
    /// Reset: the connection is gone.
    pub rst: bool,
}

/// One TCP segment (RFC 9293 §3.1), borrowed from its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// Who speaks to whom.
    pub flow: Flow,
    /// Sequence number as on the wire.
    pub sequence: u32,
    /// Acknowledgement number as on the wire; meaningless without `flags.ack`.
    pub acknowledgement: u32,
    /// Which of SYN, ACK, FIN and RST are set.
    pub flags: Flags,
    /// The window field, not scaled.
    pub window: u16,
    /// TTL or hop limit of the innermost IP header.
    pub hop_limit: u8,
    /// The payload as far as it was captured.
    pub payload: &'a [u8],
    /// Payload bytes that were on the wire and that the snap length cut.
    pub cut: u32,
    /// The TCP header and payload, for [`Segment::checksum_right`]; `None` where the datagram was cut.
    pub tcp: Option<&'a [u8]>,
}

impl Segment<'_> {
    /// TEMP
    pub fn checksum_right(&self) -> Option<bool> {
        None
    }
}
