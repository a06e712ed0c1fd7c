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

use super::collector::Collector;
use super::decoder::{RowsWanted, Sink};
use super::lane::{Lane, Turn};
use crate::capture::{CapturedPacket, History};
use crate::conversation::Settings;
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
    /// By group.
    lane_of: Vec<usize>,
    pool: Pool,
    /// By lane.
    items: Vec<Vec<Item>>,
    numbers: Vec<Numbers>,
    stretch: Stretch,
    latest: Latest,
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

/// The block with the latest bytes of the capture: which one it is in its stretch, and where it lies.
#[derive(Clone, Copy, Debug, Default)]
struct Latest {
    at: usize,
    start: usize,
    length: usize,
}

impl Crew {
    /// Lanes for so many threads, the calling one included.
    pub fn new(threads: usize, settings: &Settings, wanted: RowsWanted) -> Self {
        let groups = Groups::of(&settings.limits);
        let lanes = (threads * LANES).clamp(1, groups.count());
        let threads = threads.clamp(1, lanes) - 1;
        Self {
            lane_of: (0..groups.count()).map(|group| group % lanes).collect(),
            groups,
            pool: Pool::new(threads, (0..lanes).map(|_| Lane::new(settings.clone(), wanted)).collect()),
            items: (0..lanes).map(|_| Vec::new()).collect(),
            numbers: (0..lanes).map(|_| Numbers::default()).collect(),
            stretch: Stretch::default(),
            latest: Latest::default(),
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
    pub fn bytes(
        &mut self,
        bytes: &[u8],
        block: Option<&Arc<Vec<u8>>>,
        place: u64,
        told: &mut Collector<'_, impl Sink>,
    ) {
        if self.size >= FULL {
            self.send(told);
        }
        self.size += bytes.len();
        let (block, from) = History::share(bytes, block, || self.spare());
        self.history.extend([(&block, from, place)].into_iter());
        let at = self.stretch.blocks.len();
        self.latest = Latest { at, start: block.as_ptr().addr(), length: block.len() };
        self.stretch.bytes.push((at, from, place));
        self.stretch.blocks.push(block);
    }

    /// A packet that holds a segment, as was seen at a glance.
    #[inline]
    pub fn glance(&mut self, packet: &CapturedPacket<'_>, glance: &Glance<'_>) {
        self.stretch.now = packet.number;
        let lane = self.lane_of(self.groups.of_glance(glance));
        // It stands in the latest bytes of the capture, as a rule.
        let from = packet.data.as_ptr().addr().wrapping_sub(self.latest.start);
        let (at, from) = if from <= self.latest.length && packet.data.len() <= self.latest.length - from {
            (self.latest.at, from)
        } else {
            // It straddles two chunks, and the reader had to copy it.
            self.stretch.blocks.push(Arc::new(packet.data.to_vec()));
            (self.stretch.blocks.len() - 1, 0)
        };
        if let (Some(items), Some(item)) = (self.items.get_mut(lane), Item::plain(packet, at, from)) {
            items.push(item);
        }
    }

    /// Any other segment.
    pub fn segment(&mut self, origin: Origin, segment: &Segment<'_>) {
        self.stretch.now = origin.packet;
        let lane = self.lane_of(self.groups.of_flow(&segment.flow));
        if let Some(items) = self.items.get_mut(lane) {
            items.push(Item::of(origin, segment));
        }
    }

    #[inline(always)]
    fn lane_of(&self, group: usize) -> usize {
        self.lane_of.get(group).copied().unwrap_or(0)
    }

    /// Tells all that is final so far.
    pub fn settle(&mut self, told: &mut Collector<'_, impl Sink>) {
        self.send(told);
        while self.told < self.sent {
            self.tell(told);
        }
    }

    /// The capture has ended.
    pub fn finish(&mut self, told: &mut Collector<'_, impl Sink>) {
        self.settle(told);
        self.push(None);
        self.tell(told);
    }

    /// Gives the stretch at hand to the lanes.
    fn send(&mut self, told: &mut Collector<'_, impl Sink>) {
        if self.stretch.blocks.is_empty() && self.items.iter().all(Vec::is_empty) {
            return;
        }
        let now = self.stretch.now;
        let stretch = std::mem::replace(&mut self.stretch, Stretch { now, ..Stretch::default() });
        (self.size, self.latest) = (0, Latest::default());
        self.push(Some(Arc::new(stretch)));
        while self.sent - self.told > ON_THE_WAY {
            self.tell(told);
        }
    }

    fn push(&mut self, stretch: Option<Arc<Stretch>>) {
        let Self { items, spare, sent, .. } = self;
        let parts = items.iter_mut().enumerate().map(|(lane, items)| {
            let (room, told) = spare.pop().unwrap_or_default();
            let items = std::mem::replace(items, room);
            Part { lane, number: *sent, stretch: stretch.clone(), items, taken: 0, is_done: false, told }
        });
        self.pool.push(parts);
        self.sent += 1;
    }

    /// Tells what the lanes told of the earliest stretch on its way.
    fn tell(&mut self, told: &mut Collector<'_, impl Sink>) {
        let mut parts = self.pool.take(self.told);
        self.told += 1;
        let turn_at = |part: &Part, place| part.told.turn_at(place).unwrap_or(Turn::NEVER);
        // The next turn of each lane, and the place of its first event.
        let mut next: Vec<(Turn, usize)> = parts.iter().map(|part| (turn_at(part, 0), 0)).collect();
        while let Some((lane, (turn, mut place))) =
            next.iter().copied().enumerate().min_by_key(|(_, next)| next.0)
            && turn != Turn::NEVER
        {
            let Some((part, numbers)) = parts.get_mut(lane).zip(self.numbers.get_mut(lane)) else { break };
            let mut following = turn;
            while following == turn {
                part.told.tell(place, numbers, &mut self.streams, told);
                place += 1;
                following = turn_at(part, place);
                while following == Turn::NEVER && !part.is_done {
                    self.pool.go_on(part);
                    (place, following) = (0, turn_at(part, 0));
                }
            }
            if let Some(next) = next.get_mut(lane) {
                *next = (following, place);
            }
        }
        self.spare.extend(parts.into_iter().map(|part| {
            let Part { mut items, mut told, .. } = part;
            items.clear();
            told.clear();
            (items, told)
        }));
    }
}
