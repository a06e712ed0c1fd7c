//! The connection table: which connection a segment belongs to, and when one is over.

use std::collections::VecDeque;
use std::net::IpAddr;

use hashbrown::HashMap;

use crate::diagnostic::Finding;
use crate::limits::Limits;
use crate::packet::{Flow, Segment};
use crate::stream::{Gap, Origin, Side, StreamChunk};

use super::connection::{Connection, End, Ending, Facts, Fate};

/// What reads the two streams of one connection.
pub trait Stack: Default {
    /// Where it tells what it found.
    type Out<'o>;

    /// The next bytes of a direction.
    fn data(&mut self, chunk: StreamChunk<'_>, facts: &Facts, out: &mut Self::Out<'_>);
    /// Bytes of a direction that are missing.
    fn gap(&mut self, gap: Gap, facts: &Facts, out: &mut Self::Out<'_>);
    /// A direction ended.
    fn end(&mut self, end: End, facts: &Facts, out: &mut Self::Out<'_>);
    /// Reassembly found something.
    fn found(&mut self, side: Side, finding: Finding, origin: Origin, facts: &Facts, out: &mut Self::Out<'_>);
    /// Nothing more will come.
    fn finish(&mut self, ending: Ending, facts: &Facts, out: &mut Self::Out<'_>);
    /// `false`: the streams are of no interest any more, and need not be reassembled.
    fn wants_more(&self, facts: &Facts) -> bool;
    /// What it holds back, in bytes of memory.
    fn held(&self) -> usize;
}

/// Capture packets for which a connection that was reset stays open to what was on its way.
const LINGER_PACKETS: u64 = 256;
/// One in so many connections goes when there are too many: finding the idlest is then cheap on average.
const EVICTED_SHARE: usize = 16;

/// All TCP connections, by addresses, ports and tunnel.
pub struct Table<S> {
    by_flow: HashMap<Key, usize, foldhash::fast::RandomState>,
    slots: Vec<Option<Box<Connection<S>>>>,
    keys: Vec<Key>,
    free: Vec<usize>,
    lingering: VecDeque<(u64, Key, u64)>,
    streams: u64,
    evicted: u64,
    limits: Limits,
    latest: Option<(Key, usize)>,
    /// What all connections hold, in bytes of memory.
    held: usize,
}

/// A flow without a direction: the lower end point first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    addresses: [u128; 2],
    ports: u32,
    tunnel: u64,
}

impl<S: Stack> Table<S> {
    /// An empty table.
    pub fn new(limits: &Limits) -> Self {
        Self {
            by_flow: HashMap::default(),
            slots: Vec::new(),
            keys: Vec::new(),
            free: Vec::new(),
            lingering: VecDeque::new(),
            streams: 0,
            evicted: 0,
            limits: limits.clone(),
            latest: None,
            held: 0,
        }
    }

    /// How many TCP conversations there were so far.
    pub fn streams(&self) -> u64 {
        self.streams
    }

    /// How many were given up because there were too many at once.
    pub fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Takes a segment to its connection.
    pub fn push(&mut self, segment: &Segment<'_>, origin: Origin, out: &mut S::Out<'_>) {
        let key = Key::of(&segment.flow);
        let found = match self.latest {
            Some((latest, index)) if latest == key => Some(index),
            _ => self.by_flow.get(&key).copied(),
        };
        let index = match found {
            Some(index) if self.is_reused(index, segment) => {
                self.finish(index, Ending::Reused, out);
                self.open_in(index, key, segment, origin);
                index
            }
            Some(index) => index,
            None => {
                if self.by_flow.len() >= self.limits.connections.max(1) {
                    self.evict(out);
                }
                let index = self.free.pop().unwrap_or_else(|| {
                    self.slots.push(None);
                    self.keys.push(key);
                    self.slots.len() - 1
                });
                self.open_in(index, key, segment, origin);
                self.by_flow.insert(key, index);
                index
            }
        };
        self.latest = Some((key, index));
        let Some(connection) = self.slots.get_mut(index).and_then(Option::as_mut) else { return };
        match connection.push(segment, origin, &self.limits, out) {
            Fate::Open => {}
            Fate::Closed => connection.finish(Ending::Closed, &self.limits, out),
            Fate::Lingering => {
                let stream = connection.stream();
                if self.lingering.back().is_none_or(|(_, _, latest)| *latest != stream) {
                    self.lingering.push_back((origin.packet, key, stream));
                }
            }
        }
        self.end_lingering(origin.packet, out);
        self.recount(index);
        if self.held > self.limits.memory {
            self.relieve(out);
        }
    }

    /// The capture has ended: every connection is told, in the order in which they began.
    pub fn finish_all(&mut self, out: &mut S::Out<'_>) {
        let mut open: Vec<usize> = (0..self.slots.len()).collect();
        open.sort_by_key(|&index| self.slots[index].as_ref().map(|connection| connection.stream()));
        for index in open {
            self.finish(index, Ending::CaptureEnded, out);
        }
    }

    fn is_reused(&self, index: usize, segment: &Segment<'_>) -> bool {
        self.slots.get(index).and_then(Option::as_ref).is_some_and(|open| open.is_reused_by(segment))
    }

    fn open_in(&mut self, index: usize, key: Key, segment: &Segment<'_>, origin: Origin) {
        self.slots[index] = Some(Box::new(Connection::new(self.streams, segment, origin)));
        self.keys[index] = key;
        self.streams += 1;
    }

    fn finish(&mut self, index: usize, ending: Ending, out: &mut S::Out<'_>) {
        if let Some(connection) = self.slots.get_mut(index).and_then(Option::as_mut) {
            connection.finish(ending, &self.limits, out);
        }
        self.recount(index);
    }

    /// What a connection holds has changed.
    fn recount(&mut self, index: usize) {
        if let Some(connection) = self.slots.get_mut(index).and_then(Option::as_mut) {
            let (before, now) = connection.recount();
            self.held = (self.held + now).saturating_sub(before);
        }
    }

    /// Gives up the connections that were idle for the longest time, until an eighth of what may be held is free: finding
    /// them is then cheap on average. Those that hold nothing stay.
    fn relieve(&mut self, out: &mut S::Out<'_>) {
        let mut idle: Vec<(u64, usize)> = (self.slots.iter().enumerate())
            .filter_map(|(index, slot)| slot.as_ref().map(|connection| (connection, index)))
            .filter(|(connection, _)| connection.counted() > 0)
            .map(|(connection, index)| (connection.last_packet(), index))
            .collect();
        idle.sort_unstable();
        let enough = self.limits.memory - self.limits.memory / 8;
        for (_, index) in idle {
            if self.held <= enough {
                break;
            }
            self.give_up(index, Ending::Starved, out);
        }
    }

    /// A connection goes; what comes of it later is a new one.
    fn give_up(&mut self, index: usize, ending: Ending, out: &mut S::Out<'_>) {
        self.finish(index, ending, out);
        self.slots[index] = None;
        self.by_flow.remove(&self.keys[index]);
        self.free.push(index);
        self.latest = None;
    }

    fn end_lingering(&mut self, packet: u64, out: &mut S::Out<'_>) {
        while let Some(&(since, key, stream)) = self.lingering.front() {
            if packet - since < LINGER_PACKETS {
                break;
            }
            self.lingering.pop_front();
            if let Some(&index) = self.by_flow.get(&key)
                && let Some(connection) = self.slots.get(index).and_then(Option::as_ref)
                && connection.stream() == stream
            {
                self.finish(index, Ending::Closed, out);
            }
        }
    }

    /// Gives up the connections that were idle for the longest time; those that are over go first.
    fn evict(&mut self, out: &mut S::Out<'_>) {
        let mut idle: Vec<(bool, u64, usize)> = (self.slots.iter().enumerate())
            .filter_map(|(index, slot)| slot.as_ref().map(|c| (!c.is_over(), c.last_packet(), index)))
            .collect();
        let count = (idle.len() / EVICTED_SHARE).max(1);
        idle.select_nth_unstable(count - 1);
        idle.truncate(count);
        idle.sort_unstable_by_key(|&(_, last, index)| (last, index));
        for (open, _, index) in idle {
            self.evicted += u64::from(open);
            self.give_up(index, Ending::Evicted, out);
        }
    }
}

impl Key {
    fn of(flow: &Flow) -> Self {
        let bits = |address: IpAddr| match address {
            // An IPv4 address cannot meet an IPv6 one: the mapped range ::ffff:0:0/96 is never on the wire.
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        };
        let (a, b) = ((bits(flow.source.0), flow.source.1), (bits(flow.destination.0), flow.destination.1));
        let (low, high) = if a <= b { (a, b) } else { (b, a) };
        Self {
            addresses: [low.0, high.0],
            ports: u32::from(low.1) << 16 | u32::from(high.1),
            tunnel: flow.tunnel,
        }
    }
}
