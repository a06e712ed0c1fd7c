//! Decodes on several threads, with the output of one: the ordered fan-out.
//!
//! The thread that reads walks the headers and shares the connections out among lanes, by flow; threads decode what
//! comes for the lanes. Stretch by stretch of the capture the lanes tell what they found, and the reading thread tells
//! it again in the order in which a single lane would have: by the packet at which it became final. Numbers that count
//! over all connections, and checks across them, are made there.
//!
//! What a lane decides does not depend on how many lanes there are: flows are shared out by groups ([`Groups`]), and
//! what depends on many connections, such as which one is given up, is decided within a group.

mod pool;
mod stretch;
mod told;

use std::sync::Arc;

use super::lane::Lane;
use crate::capture::{CapturedPacket, History};
use crate::conversation::{Settings, Sink};
use crate::packet::{Glance, Segment};
use crate::stream::Origin;
use crate::tcp::Groups;

use pool::{Part, Pool};
use stretch::{Item, Stretch};
use told::{Numbers, Told};

/// Stretches that may be decoded while the one before them is told.
const ON_THE_WAY: u64 = 3;
/// Bytes of the capture from which on a stretch is full.
const FULL: usize = 256 << 10;
/// Lanes for each thread: the more, the evener is the work shared out, and the fewer packets follow on each other.
const LANES: usize = 2;

/// The lanes, and what is on its way to and from them.
pub(super) struct Crew {
    groups: Groups,
    pool: Pool,
    /// By lane.
    items: Vec<Vec<Item>>,
    numbers: Vec<Numbers>,
    stretch: Stretch,
    size: usize,
    /// Stretches that were given to the lanes, and those that were told.
    sent: u64,
    told: u64,
    /// Room that was used before.
    spare: Vec<(Vec<Item>, Told)>,
    /// To know which blocks nobody needs any more.
    history: History,
    streams: u64,
}

impl Crew {
    /// Lanes for so many threads, the calling one included.
    pub fn new(threads: usize, settings: &Settings) -> Self {
        let groups = Groups::of(&settings.limits);
        let lanes = (threads * LANES).clamp(1, groups.count());
        let threads = threads.clamp(1, lanes) - 1;
        Self {
            groups,
            pool: Pool::new(threads, (0..lanes).map(|_| Lane::new(settings.clone())).collect()),
            items: (0..lanes).map(|_| Vec::new()).collect(),
            numbers: (0..lanes).map(|_| Numbers::default()).collect(),
            stretch: Stretch::default(),
            size: 0,
            sent: 0,
            told: 0,
            spare: Vec::new(),
            history: History::new(settings.limits.compared),
            streams: 0,
        }
    }

    /// A block that nobody needs any more.
    pub fn spare(&mut self) -> Option<Vec<u8>> {
        self.history.spare()
    }

    /// The bytes of the capture at `place`, before the packets in them.
    pub fn bytes(&mut self, bytes: &[u8], block: Option<&Arc<Vec<u8>>>, place: u64, sink: &mut impl Sink) {
        if self.size >= FULL {
            self.send(sink);
        }
        self.size += bytes.len();
        let (block, from) = History::share(bytes, block, || self.spare());
        self.history.extend([(&block, from, place)].into_iter());
        self.stretch.bytes.push((self.stretch.blocks.len(), from, place));
        self.stretch.blocks.push(block);
    }

    /// A packet that holds a segment, as was seen at a glance.
    pub fn glance(&mut self, packet: &CapturedPacket<'_>, glance: &Glance<'_>) {
        self.stretch.now = packet.number;
        let lane = self.groups.of_glance(glance) % self.items.len();
        let data = packet.data.as_ptr_range();
        // It stands in the latest bytes of the capture.
        let latest = self.stretch.bytes.last().and_then(|&(at, ..)| Some((at, self.stretch.blocks.get(at)?)));
        let within = latest.filter(|(_, block)| {
            let bytes = block.as_ptr_range();
            bytes.start <= data.start && data.end <= bytes.end
        });
        let (at, from) = match within {
            Some((at, block)) => (at, data.start.addr() - block.as_ptr().addr()),
            None => {
                // It straddles two chunks, and the reader had to copy it.
                self.stretch.blocks.push(Arc::new(packet.data.to_vec()));
                (self.stretch.blocks.len() - 1, 0)
            }
        };
        if let (Some(items), Some(item)) = (self.items.get_mut(lane), Item::plain(packet, at, from)) {
            items.push(item);
        }
    }

    /// Any other segment.
    pub fn segment(&mut self, origin: Origin, segment: &Segment<'_>) {
        self.stretch.now = origin.packet;
        let lane = self.groups.of_flow(&segment.flow) % self.items.len();
        if let Some(items) = self.items.get_mut(lane) {
            items.push(Item::of(origin, segment));
        }
    }

    /// Tells all that is final so far.
    pub fn settle(&mut self, sink: &mut impl Sink) {
        self.send(sink);
        while self.told < self.sent {
            self.tell(sink);
        }
    }

    /// The capture has ended.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        self.settle(sink);
        self.push(None);
        self.tell(sink);
    }

    /// Gives the stretch at hand to the lanes.
    fn send(&mut self, sink: &mut impl Sink) {
        if self.stretch.blocks.is_empty() && self.items.iter().all(Vec::is_empty) {
            return;
        }
        let now = self.stretch.now;
        let stretch = std::mem::replace(&mut self.stretch, Stretch { now, ..Stretch::default() });
        self.size = 0;
        self.push(Some(Arc::new(stretch)));
        while self.sent - self.told > ON_THE_WAY {
            self.tell(sink);
        }
    }

    fn push(&mut self, stretch: Option<Arc<Stretch>>) {
        let Self { items, spare, sent, .. } = self;
        let parts = items.iter_mut().enumerate().map(|(lane, items)| {
            let (room, told) = spare.pop().unwrap_or_default();
            let items = std::mem::replace(items, room);
            Part { lane, number: *sent, stretch: stretch.clone(), items, told }
        });
        self.pool.push(parts);
        self.sent += 1;
    }

    /// Tells what the lanes told of the earliest stretch on its way.
    fn tell(&mut self, sink: &mut impl Sink) {
        let parts = self.pool.take(self.told);
        self.told += 1;
        let mut places = vec![0; parts.len()];
        let earliest = |places: &[usize]| {
            let turns = parts.iter().zip(places).map(|(part, place)| part.told.turn_at(*place));
            turns.enumerate().filter_map(|(lane, turn)| Some((turn?, lane))).min()
        };
        while let Some((turn, lane)) = earliest(&places) {
            let Some(part) = parts.get(lane) else { break };
            let Some((place, numbers)) = places.get_mut(lane).zip(self.numbers.get_mut(lane)) else { break };
            while part.told.turn_at(*place) == Some(turn) {
                part.told.tell(*place, numbers, &mut self.streams, sink);
                *place += 1;
            }
        }
        self.spare.extend(parts.into_iter().map(|part| (part.items, part.told)));
    }
}
