//! Decodes on several threads, with the output of one: the ordered fan-out.
//!
//! The thread that reads walks the headers and shares the connections out among lanes, by flow. Each lane has a thread,
//! and the reading thread has a lane of its own. Stretch by stretch of the capture the lanes tell what they found, and
//! the reading thread tells it again in the order in which a single lane would have: by the packet at which it became
//! final. Numbers that count over all connections, and checks across them, are made there.
//!
//! Lanes get the same packets however many threads there are, since flows are shared out by groups
//! ([`Groups`]), and what depends on many connections, such as which one is given up, is decided within a group.

mod stretch;
mod told;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::lane::{BATCH, Lane};
use crate::capture::{CapturedPacket, History};
use crate::conversation::{Settings, Sink};
use crate::packet::{Glance, Segment};
use crate::stream::Origin;
use crate::tcp::Groups;

use stretch::{Item, Stretch};
use told::{Numbers, Told};

/// Stretches that may be decoded while the one before them is told.
const IN_FLIGHT: usize = 2;
/// Bytes of the capture from which on a stretch is full.
const FULL: usize = 256 << 10;
/// Of ten parts that another lane is given, the reading thread's has so many: it has other work, too.
const OWN_SHARE: usize = 6;

/// The lanes, and what is on its way to and from them.
pub(super) struct Crew {
    groups: Groups,
    /// The lane of each group.
    lanes: Vec<usize>,
    own: Lane,
    others: Vec<Worker>,
    /// By lane, the own one first.
    items: Vec<Vec<Item>>,
    stretch: Stretch,
    size: usize,
    /// What the own lane told of the stretches on their way.
    told: VecDeque<Told>,
    spare: Vec<Told>,
    numbers: Vec<Numbers>,
    /// How many connections the own lane has opened.
    opened: u64,
    streams: u64,
}

/// A lane on a thread of its own.
struct Worker {
    /// Dropped to say that nothing more comes.
    jobs: Option<SyncSender<Job>>,
    done: Receiver<(Told, Vec<Item>)>,
    /// Room that was used before.
    told: Vec<Told>,
    items: Vec<Vec<Item>>,
    thread: Option<JoinHandle<()>>,
}

struct Job {
    stretch: Arc<Stretch>,
    items: Vec<Item>,
    told: Told,
}

impl Crew {
    /// Lanes for so many threads, the calling one included.
    pub fn new(threads: usize, settings: &Settings) -> Self {
        let groups = Groups::of(&settings.limits);
        let others = threads.clamp(1, groups.count()) - 1;
        Self {
            groups,
            lanes: (0..groups.count()).map(|group| lane_of(group, groups.count(), others)).collect(),
            own: Lane::new(settings.clone()),
            others: (0..others).map(|_| Worker::start(settings.clone())).collect(),
            items: (0..=others).map(|_| Vec::new()).collect(),
            stretch: Stretch::default(),
            size: 0,
            told: VecDeque::new(),
            spare: Vec::new(),
            numbers: (0..=others).map(|_| Numbers::default()).collect(),
            opened: 0,
            streams: 0,
        }
    }

    /// A block that nobody needs any more.
    pub fn spare(&mut self) -> Option<Vec<u8>> {
        self.own.history.spare()
    }

    /// The next bytes of the capture, before the packets in them.
    pub fn bytes(&mut self, bytes: &[u8], block: Option<&Arc<Vec<u8>>>, sink: &mut impl Sink) {
        if self.size >= FULL {
            self.send(sink);
        }
        self.size += bytes.len();
        let (block, from) = History::share(bytes, block);
        self.stretch.bytes.push((self.stretch.blocks.len(), from));
        self.stretch.blocks.push(block);
    }

    /// A packet that holds a segment, as was seen at a glance.
    pub fn glance(&mut self, packet: &CapturedPacket<'_>, glance: &Glance<'_>) {
        self.stretch.now = packet.number;
        let lane = self.lanes.get(self.groups.of_glance(glance)).copied().unwrap_or(0);
        let data = packet.data.as_ptr_range();
        let within = |block: &Arc<Vec<u8>>| {
            let bytes = block.as_ptr_range();
            bytes.start <= data.start && data.end <= bytes.end
        };
        let last =
            self.stretch.blocks.iter().rposition(within).filter(|at| at + 2 >= self.stretch.blocks.len());
        let (at, from) = match last.and_then(|at| Some((at, self.stretch.blocks.get(at)?))) {
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
        let lane = self.lanes.get(self.groups.of_flow(&segment.flow)).copied().unwrap_or(0);
        if let Some(items) = self.items.get_mut(lane) {
            items.push(Item::of(origin, segment));
        }
    }

    /// Tells all that is final so far.
    pub fn settle(&mut self, sink: &mut impl Sink) {
        self.send(sink);
        while !self.told.is_empty() {
            self.tell(sink);
        }
    }

    /// The capture has ended.
    pub fn finish(&mut self, sink: &mut impl Sink) {
        self.settle(sink);
        for worker in &mut self.others {
            worker.jobs = None;
        }
        let mut told = Told::default();
        told.begin(self.opened);
        self.own.finish(&mut told);
        self.told.push_back(told);
        self.tell(sink);
        for worker in &mut self.others {
            worker.join();
        }
    }

    /// Gives the stretch at hand to the lanes.
    fn send(&mut self, sink: &mut impl Sink) {
        if self.stretch.blocks.is_empty() && self.items.iter().all(Vec::is_empty) {
            return;
        }
        let now = self.stretch.now;
        let stretch = Arc::new(std::mem::replace(&mut self.stretch, Stretch { now, ..Stretch::default() }));
        self.size = 0;
        let (own, others) = self.items.split_at_mut(1);
        for (worker, items) in self.others.iter_mut().zip(others) {
            worker.send(&stretch, items);
        }
        let mut told = self.spare.pop().unwrap_or_default();
        told.begin(self.opened);
        if let Some(items) = own.first_mut() {
            run(&mut self.own, &stretch, items, &mut told);
            items.clear();
        }
        self.opened = told.opened();
        self.told.push_back(told);
        while self.told.len() > IN_FLIGHT {
            self.tell(sink);
        }
    }

    /// Tells what the lanes told of the earliest stretch on its way.
    fn tell(&mut self, sink: &mut impl Sink) {
        let Some(own) = self.told.pop_front() else { return };
        let mut all = vec![own];
        all.extend(self.others.iter_mut().map(Worker::receive));
        let mut places = vec![0; all.len()];
        let earliest = |places: &[usize]| {
            let turns = all.iter().zip(places).map(|(told, place)| told.turn_at(*place));
            turns.enumerate().filter_map(|(lane, turn)| Some((turn?, lane))).min()
        };
        while let Some((turn, lane)) = earliest(&places) {
            let Some(told) = all.get(lane) else { break };
            let Some((place, numbers)) = places.get_mut(lane).zip(self.numbers.get_mut(lane)) else { break };
            while told.turn_at(*place) == Some(turn) {
                told.tell(*place, numbers, &mut self.streams, sink);
                *place += 1;
            }
        }
        let mut all = all.into_iter();
        self.spare.extend(all.next());
        for (worker, told) in self.others.iter_mut().zip(all) {
            worker.give_back(told);
        }
    }
}

impl Worker {
    fn start(settings: Settings) -> Self {
        let (jobs, inbox) = sync_channel(IN_FLIGHT + 1);
        let (outbox, done) = sync_channel(IN_FLIGHT + 2);
        let thread = thread::spawn(move || work(Lane::new(settings), &inbox, &outbox));
        let (told, items) = (Vec::new(), Vec::new());
        Self { jobs: Some(jobs), done, told, items, thread: Some(thread) }
    }

    /// Takes `items`, and leaves room for others in their place.
    fn send(&mut self, stretch: &Arc<Stretch>, items: &mut Vec<Item>) {
        let items = std::mem::replace(items, self.items.pop().unwrap_or_default());
        let job = Job { stretch: Arc::clone(stretch), items, told: self.told.pop().unwrap_or_default() };
        if self.jobs.as_ref().is_none_or(|jobs| jobs.send(job).is_err()) {
            self.join();
        }
    }

    fn receive(&mut self) -> Told {
        match self.done.recv() {
            Ok((told, items)) => {
                self.items.push(items);
                told
            }
            Err(_) => {
                self.join();
                Told::default()
            }
        }
    }

    fn give_back(&mut self, told: Told) {
        self.told.push(told);
    }

    /// Waits for the thread's end; where it panicked, so does this one.
    fn join(&mut self) {
        if let Some(Err(panic)) = self.thread.take().map(JoinHandle::join) {
            std::panic::resume_unwind(panic);
        }
    }
}

/// What a lane's thread does.
fn work(mut lane: Lane, inbox: &Receiver<Job>, outbox: &SyncSender<(Told, Vec<Item>)>) {
    let mut opened = 0;
    for Job { stretch, mut items, mut told } in inbox {
        told.begin(opened);
        run(&mut lane, &stretch, &items, &mut told);
        opened = told.opened();
        items.clear();
        // Blocks are to be free again before the stretch is told.
        drop(stretch);
        if outbox.send((told, items)).is_err() {
            return; // Nobody wants to know.
        }
    }
    let mut told = Told::default();
    told.begin(opened);
    lane.finish(&mut told);
    let _ = outbox.send((told, Vec::new()));
}

/// Takes the packets of a stretch that are a lane's.
fn run(lane: &mut Lane, stretch: &Stretch, items: &[Item], told: &mut Told) {
    let bytes = stretch.bytes.iter().filter_map(|&(at, from)| Some((stretch.blocks.get(at)?, from)));
    lane.history.extend(bytes);
    for items in items.chunks(BATCH) {
        let seen = lane.look(items.iter().map(|item| item.packet(stretch)));
        for (item, seen) in items.iter().zip(seen) {
            match (seen, item.segment()) {
                (Some((glance, place)), _) => lane.glance(item.origin(), &glance, place, told),
                (None, Some(segment)) => lane.segment(item.origin(), &segment, told),
                (None, None) => {}
            }
        }
    }
    lane.pass_time(stretch.now, told);
}

/// The lane of a group: the first ones are those of the reading thread.
fn lane_of(group: usize, groups: usize, others: usize) -> usize {
    let own = groups * OWN_SHARE / (OWN_SHARE + 10 * others);
    match group.checked_sub(own) {
        Some(behind) if others > 0 => 1 + behind % others,
        _ => 0,
    }
}
