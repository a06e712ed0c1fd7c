//! The connection table: which connection a segment belongs to, and when one is over.

use std::collections::VecDeque;

use crate::capture::History;
use crate::diagnostic::Finding;
use crate::limits::Limits;
use crate::order;
use crate::packet::{Glance, Segment};
use crate::stream::{Gap, Origin, Side, StreamChunk};

use super::connection::{Connection, Fate};
use super::direction::{Next, Work};
use super::facts::{End, Ending, Facts};
use super::flows::{self, Flows, Key, Sender};
use super::groups::Groups;
use super::past::Past;

/// What reads the two streams of one connection.
pub trait Stack: Default {
    /// Where it tells what it found.
    type Out<'o>;

    /// A connection begins.
    fn begin(&self, facts: &Facts, out: &mut Self::Out<'_>);
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
    /// Whether what it holds may have grown with the latest bytes of a side.
    fn may_hold(&self, side: Side) -> bool;
    /// Reads what the next bytes of a side will need, so that it is in the cache by then.
    fn touch(&self, side: Side) -> usize;
    /// Whether [`Stack::data`] needs no facts any more, which may be old then.
    fn is_settled(&self) -> bool;
}

/// Capture packets for which a connection that was reset stays open to what was on its way.
const LINGER_PACKETS: u64 = 256;
/// One in so many connections goes when there are too many: finding the idlest is then cheap on average.
const EVICTED_SHARE: usize = 16;

/// All TCP connections, by addresses, ports and tunnel.
pub struct Table<S> {
    flows: Flows,
    /// The records of the connections side by side: those of a thousand fit into a processor's cache.
    slots: Vec<Option<Connection<S>>>,
    keys: Vec<Key>,
    free: Vec<usize>,
    lingering: VecDeque<(u64, Key, u64)>,
    groups: Groups,
    /// How many are open, by group.
    open: Vec<usize>,
    streams: u64,
    evicted: u64,
    limits: Limits,
    past: Past,
    /// How often a connection was opened or went, modulo 2^32.
    changes: u32,
    /// What connections hold, in bytes of memory, as it was counted last, by group.
    held: Vec<usize>,
    /// A group may hold too much.
    is_full: bool,
}

/// Where a connection is, as long as none opens or goes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// `u32::MAX`: there is none yet.
    index: u32,
    /// How often the table had changed then, modulo 2^32.
    changes: u32,
    sender: Sender,
}

/// The segment that opens a connection.
#[derive(Clone, Copy, Debug)]
struct Opening<'s> {
    segment: &'s Segment<'s>,
    sender: Sender,
    origin: Origin,
}

impl<S: Stack> Table<S> {
    /// An empty table.
    pub fn new(limits: &Limits) -> Self {
        let groups = Groups::of(limits);
        Self {
            groups,
            open: vec![0; groups.count()],
            flows: Flows::default(),
            slots: Vec::new(),
            keys: Vec::new(),
            free: Vec::new(),
            lingering: VecDeque::new(),
            streams: 0,
            evicted: 0,
            limits: limits.clone(),
            past: Past::default(),
            changes: 0,
            held: vec![0; groups.count()],
            is_full: false,
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

    /// Where the connection of a segment is.
    #[inline(always)]
    pub fn find(&self, glance: &Glance<'_>) -> Place {
        let (key, sender) = flows::plain(glance.source(), glance.destination());
        let index = self.flows.get_plain(key).unwrap_or(u32::MAX);
        Place { index, sender, changes: self.changes }
    }

    /// Reads what the connection's next segment will need, so that it is in the cache by then.
    #[inline(always)]
    pub fn touch(&self, place: Place) -> usize {
        self.slots.get(place.index as usize).and_then(Option::as_ref).map_or(0, Connection::touch)
    }

    /// The same of its stack, once the connection itself was touched.
    #[inline(always)]
    pub fn touch_stack(&self, place: Place) -> usize {
        self.slots
            .get(place.index as usize)
            .and_then(Option::as_ref)
            .map_or(0, |open| open.touch_stack(place.sender))
    }

    /// Takes a segment to its connection, if that is at rest and the segment what comes next. `false`: nothing was done.
    #[inline(always)]
    pub fn push_at_rest(
        &mut self,
        glance: &Glance<'_>,
        place: Place,
        origin: Origin,
        out: &mut S::Out<'_>,
    ) -> bool {
        // What was found before another connection opened or went may have been overtaken.
        let place = if place.changes == self.changes { place } else { self.find(glance) };
        let Some(Some(connection)) = self.slots.get_mut(place.index as usize) else { return false };
        // Where too much is held, some of it goes first.
        if !glance.only_acknowledges() || self.is_full {
            return false;
        }
        let (sender, index) = (place.sender, place.index as usize);
        let payload = glance.payload;
        let next = Next {
            sequence: glance.sequence(),
            acknowledgement: glance.acknowledgement(),
            hop_limit: glance.hop_limit(),
            payload,
            place: glance.place,
        };
        let right = || glance.checksum_right();
        if !connection.push_at_rest(&next, right, sender, origin, &mut self.past, out) {
            return false;
        }
        if !payload.is_empty() && connection.may_hold(sender) {
            self.recount(index);
        }
        true
    }

    /// Takes a segment to its connection.
    #[inline]
    pub fn push(&mut self, segment: &Segment<'_>, origin: Origin, history: &History, out: &mut S::Out<'_>) {
        let (key, sender) = Key::of(&segment.flow);
        self.relieve(self.groups.of_key(&key), history, out);
        let mut found = self.flows.get(&key).map_or(usize::MAX, |index| index as usize);
        if self
            .slots
            .get(found)
            .and_then(Option::as_ref)
            .is_none_or(|open| open.is_reused_by(segment, sender))
        {
            found = self.open(found, key, Opening { segment, sender, origin }, history, out);
        }
        let Self { slots, limits, past, .. } = self;
        let Some(connection) = slots.get_mut(found).and_then(Option::as_mut) else { return };
        let mut work = Work { limits, past, history };
        match connection.push(segment, sender, origin, &mut work, out) {
            Fate::Open => {}
            Fate::Closed => connection.finish(Ending::Closed, &mut work, out),
            Fate::Lingering => {
                let stream = connection.stream();
                if self.lingering.back().is_none_or(|(_, _, latest)| *latest != stream) {
                    self.lingering.push_back((origin.packet, key, stream));
                }
            }
        }
        self.recount(found);
        self.relieve(self.groups.of_key(&key), history, out);
    }

    /// The packet before which the next connection ends that was reset.
    #[inline(always)]
    pub fn due(&self) -> Option<u64> {
        self.lingering.front().map(|(since, ..)| since + LINGER_PACKETS)
    }

    /// Ends the connection that is due next.
    #[inline(never)]
    pub fn end_due(&mut self, history: &History, out: &mut S::Out<'_>) {
        let Some((_, key, stream)) = self.lingering.pop_front() else { return };
        let index = self.flows.get(&key).map_or(usize::MAX, |index| index as usize);
        let connection = self.slots.get(index).and_then(Option::as_ref);
        if connection.is_some_and(|connection| connection.stream() == stream) {
            self.finish(index, Ending::Closed, history, out);
        }
    }

    /// All connections, in the order in which they began: the number of the first packet, and the place.
    pub fn in_order(&self) -> Vec<(u64, usize)> {
        let slots = self.slots.iter().enumerate();
        let mut all: Vec<_> =
            slots.filter_map(|(index, slot)| Some((slot.as_ref()?.first_packet(), index as u64))).collect();
        order::pairs(&mut all);
        all.into_iter().map(|(first, index)| (first, index as usize)).collect()
    }

    /// The capture has ended, and with it the connection at this place.
    pub fn end_at(&mut self, index: usize, history: &History, out: &mut S::Out<'_>) {
        self.finish(index, Ending::CaptureEnded, history, out);
    }

    /// A new connection, in the place of the one at `index` if there is one, whose flow is used again.
    #[inline(never)]
    fn open(
        &mut self,
        index: usize,
        key: Key,
        opening: Opening<'_>,
        history: &History,
        out: &mut S::Out<'_>,
    ) -> usize {
        if index < self.slots.len() {
            self.finish(index, Ending::Reused, history, out);
            self.open_in(index, key, opening, out);
            return index;
        }
        let group = self.groups.of_key(&key);
        if self.open[group] >= self.groups.limit() {
            self.evict(group, history, out);
        }
        self.open[group] += 1;
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.keys.push(key);
            self.slots.len() - 1
        });
        self.open_in(index, key, opening, out);
        // No more are open than `Limits::connections`, which fits.
        self.flows.insert(key, u32::try_from(index).unwrap_or(u32::MAX));
        index
    }

    fn open_in(&mut self, index: usize, key: Key, opening: Opening<'_>, out: &mut S::Out<'_>) {
        let Opening { segment, sender, origin } = opening;
        let connection = Connection::new(self.streams, segment, sender, origin);
        connection.begin(out);
        self.slots[index] = Some(connection);
        self.keys[index] = key;
        self.streams += 1;
        self.changes = self.changes.wrapping_add(1);
    }

    fn finish(&mut self, index: usize, ending: Ending, history: &History, out: &mut S::Out<'_>) {
        let Self { slots, limits, past, .. } = self;
        if let Some(connection) = slots.get_mut(index).and_then(Option::as_mut) {
            connection.finish(ending, &mut Work { limits, past, history }, out);
        }
        self.recount(index);
    }

    /// What a connection holds has changed.
    fn recount(&mut self, index: usize) {
        if let Some(connection) = self.slots.get_mut(index).and_then(Option::as_mut) {
            let (before, now) = connection.recount();
            if before != now {
                let held = &mut self.held[self.groups.of_key(&self.keys[index])];
                *held = (*held + now).saturating_sub(before);
                self.is_full |= *held > self.groups.memory();
            }
        }
    }

    /// Where a group holds too much, gives up those of its connections that were idle for the longest time, until an
    /// eighth of what it may hold is free: finding them is then cheap on average. Those that hold nothing stay.
    #[inline(always)]
    fn relieve(&mut self, group: usize, history: &History, out: &mut S::Out<'_>) {
        if self.is_full && self.held[group] > self.groups.memory() {
            self.relieve_full(group, history, out);
        }
    }

    #[inline(never)]
    fn relieve_full(&mut self, group: usize, history: &History, out: &mut S::Out<'_>) {
        let mut idle: Vec<(u64, u64)> = (self.slots.iter().enumerate())
            .filter(|(index, _)| self.groups.of_key(&self.keys[*index]) == group)
            .filter_map(|(index, slot)| slot.as_ref().map(|connection| (connection, index)))
            .filter(|(connection, _)| connection.counted() > 0)
            .map(|(connection, index)| (connection.last_packet(), index as u64))
            .collect();
        order::pairs(&mut idle);
        let enough = self.groups.memory() - self.groups.memory() / 8;
        for (_, index) in idle {
            if self.held[group] <= enough {
                break;
            }
            self.give_up(index as usize, Ending::Starved, history, out);
        }
        self.is_full = self.held.iter().any(|held| *held > self.groups.memory());
    }

    /// A connection goes; what comes of it later is a new one.
    fn give_up(&mut self, index: usize, ending: Ending, history: &History, out: &mut S::Out<'_>) {
        self.finish(index, ending, history, out);
        self.slots[index] = None;
        self.changes = self.changes.wrapping_add(1);
        self.open[self.groups.of_key(&self.keys[index])] -= 1;
        self.flows.remove(&self.keys[index]);
        self.free.push(index);
    }

    /// Gives up the connections of a group that were idle for the longest time; those that are over go first.
    fn evict(&mut self, group: usize, history: &History, out: &mut S::Out<'_>) {
        // Packets' numbers have 63 bits at most.
        let key = |c: &Connection<S>| u64::from(!c.is_over()) << 63 | c.last_packet();
        let mut idle: Vec<(u64, u64)> = (self.slots.iter().enumerate())
            .filter(|(index, _)| self.groups.of_key(&self.keys[*index]) == group)
            .filter_map(|(index, slot)| slot.as_ref().map(|connection| (key(connection), index as u64)))
            .collect();
        let count = (idle.len() / EVICTED_SHARE).max(1);
        order::least(&mut idle, count);
        idle.iter_mut().for_each(|(key, _)| *key = key.rotate_left(1));
        order::pairs(&mut idle);
        for (key, index) in idle {
            self.evicted += key & 1;
            self.give_up(index as usize, Ending::Evicted, history, out);
        }
    }
}
