//! What is known of a connection beside its bytes: its ends, its packets, and how it ended (RFC 9293 §3.6).

use std::net::IpAddr;

use crate::stream::{Origin, Side};

/// An address and a port.
pub type EndPoint = (IpAddr, u16);

/// What is known of a connection so far; every call of a [`Stack`] is given it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Counted over all TCP conversations, as Wireshark does.
    pub stream: u64,
    /// The end points, the client first: who sent the SYN, else a guess.
    pub ends: [EndPoint; 2],
    /// The tunnel that the packets came through; 0 is none.
    pub tunnel: u64,
    /// Its first packet.
    pub first: Origin,
    /// Its latest packet.
    pub last: Origin,
    /// Packets so far.
    pub packets: u64,
    /// A SYN was captured, so the guess of who is the client is none.
    pub syn_seen: bool,
    /// Packets of this side were captured, the client's first.
    pub seen: [bool; 2],
    /// Stream offset up to which the other side acknowledged this side's bytes, the client's first.
    pub acknowledged: [u64; 2],
    /// Stream offset up to which this side's bytes were delivered or given up, the client's first.
    pub delivered: [u64; 2],
}

impl Facts {
    /// The same with the client for the server: TCP alone could only guess.
    pub fn swap_sides(&mut self) {
        self.ends.swap(0, 1);
        self.seen.swap(0, 1);
        self.acknowledged.swap(0, 1);
        self.delivered.swap(0, 1);
    }
}

/// How one direction of a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// In order (RFC 9293 §3.6).
    Fin,
    /// By a reset (RFC 9293 §3.5.2).
    Reset,
}

/// The end of one direction's stream.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// Whose stream ends.
    pub side: Side,
    /// How.
    pub kind: EndKind,
    /// The packet that said so.
    pub origin: Origin,
    /// What its sender had acknowledged of the other stream.
    pub acknowledged: Option<u64>,
}

/// Why nothing more will come of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Both directions ended.
    Closed,
    /// Another connection uses the same addresses and ports.
    Reused,
    /// There were too many connections at once, and this one was idle for the longest time.
    Evicted,
    /// Too much was held for all connections together, and this one was idle for the longest time.
    Starved,
    /// The capture ended first.
    CaptureEnded,
}
