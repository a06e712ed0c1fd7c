//! Which connection a flow belongs to: addresses, ports and tunnel, without a direction.

use std::net::IpAddr;

use hashbrown::HashMap;

use crate::packet::Flow;

/// Connections by flow.
///
/// Nearly all traffic is IPv4 without a tunnel, and its flows fit into two words: they have a map of their own, since
/// a thousand connections are looked up at random and every cache line counts.
#[derive(Debug, Default)]
pub struct Flows {
    plain: HashMap<(u64, u64), u32, foldhash::fast::RandomState>,
    other: HashMap<Wide, u32, foldhash::fast::RandomState>,
}

/// A flow without a direction: the lower end point first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// IPv4 without a tunnel: address and port of each end.
    Plain((u64, u64)),
    /// All others.
    Other(Wide),
}

/// A flow of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wide {
    addresses: [u128; 2],
    ports: u32,
    tunnel: u64,
}

/// Which end of a flow's key sent a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// The lower end point.
    Lower,
    /// The higher one.
    Higher,
}

/// The key of a flow in IPv4 without a tunnel, and who of it sends.
#[inline(always)]
pub fn plain(source: u64, destination: u64) -> ((u64, u64), Sender) {
    // Who of the two sends cannot be foretold, so that no branch is taken for it.
    let sender = if source <= destination { Sender::Lower } else { Sender::Higher };
    ((source.min(destination), source.max(destination)), sender)
}

impl Sender {
    /// The other end.
    pub fn other(self) -> Self {
        match self {
            Self::Lower => Self::Higher,
            Self::Higher => Self::Lower,
        }
    }
}

impl Key {
    /// The key of a flow, and who of it sends.
    #[inline]
    pub fn of(flow: &Flow) -> (Self, Sender) {
        if let (IpAddr::V4(from), IpAddr::V4(to), 0) = (flow.source.0, flow.destination.0, flow.tunnel) {
            let source = u64::from(from.to_bits()) << 16 | u64::from(flow.source.1);
            let destination = u64::from(to.to_bits()) << 16 | u64::from(flow.destination.1);
            let (key, sender) = plain(source, destination);
            return (Self::Plain(key), sender);
        }
        Self::wide(flow)
    }

    /// Two words that stand for it.
    pub fn words(&self) -> (u64, u64) {
        match self {
            Self::Plain(ends) => *ends,
            Self::Other(Wide { addresses: [low, high], ports, tunnel }) => {
                let folded = |address: &u128| (*address as u64) ^ (*address >> 64) as u64;
                (folded(low) ^ u64::from(*ports), folded(high).rotate_left(17) ^ tunnel)
            }
        }
    }

    #[inline(never)]
    fn wide(flow: &Flow) -> (Self, Sender) {
        let bits = |address: IpAddr| match address {
            // An IPv4 address cannot meet an IPv6 one: the mapped range ::ffff:0:0/96 is never on the wire.
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        };
        let (a, b) = ((bits(flow.source.0), flow.source.1), (bits(flow.destination.0), flow.destination.1));
        let (low, high, sender) = if a <= b { (a, b, Sender::Lower) } else { (b, a, Sender::Higher) };
        let ports = u32::from(low.1) << 16 | u32::from(high.1);
        (Self::Other(Wide { addresses: [low.0, high.0], ports, tunnel: flow.tunnel }), sender)
    }
}

impl Flows {
    /// The connection of a flow.
    #[inline]
    pub fn get(&self, key: &Key) -> Option<u32> {
        match key {
            Key::Plain(key) => self.plain.get(key).copied(),
            Key::Other(key) => self.other.get(key).copied(),
        }
    }

    /// The connection of a flow in IPv4 without a tunnel.
    #[inline(always)]
    pub fn get_plain(&self, key: (u64, u64)) -> Option<u32> {
        self.plain.get(&key).copied()
    }

    /// Adds a flow that is not there yet.
    pub fn insert(&mut self, key: Key, connection: u32) {
        match key {
            Key::Plain(key) => self.plain.insert(key, connection),
            Key::Other(key) => self.other.insert(key, connection),
        };
    }

    /// Removes a flow.
    pub fn remove(&mut self, key: &Key) {
        match key {
            Key::Plain(key) => self.plain.remove(key),
            Key::Other(key) => self.other.remove(key),
        };
    }
}
