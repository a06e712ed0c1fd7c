//! Threads that decode the lanes' parts of stretches. A lane belongs to no thread: whoever is free takes the next part
//! whose lane is free, the reading thread while it waits, too. So work is shared out evenly whatever is in it.
//!
//! Locks are taken for parts, never for packets.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use super::stretch::{Item, Stretch};
use super::told::Told;
use crate::session::lane::{BATCH, Lane};

/// Bytes that may wait to be told before no more are made.
const KEPT: usize = 32 << 20;
/// The number of the calling thread.
const CALLING: usize = 0;

/// Lanes and the threads that decode them, but for the calling one.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// A lane's part of a stretch.
#[derive(Debug)]
pub struct Part {
    /// Which lane's.
    pub lane: usize,
    /// The stretch, counted from 0.
    pub number: u64,
    /// The stretch; `None`: the capture has ended.
    pub stretch: Option<Arc<Stretch>>,
    /// Its packets that are the lane's.
    pub items: Vec<Item>,
    /// How many of them the lane has taken. The others wait until what is told so far was told again.
    pub taken: usize,
    /// It has taken all of them, or told all at the end of the capture.
    pub is_done: bool,
    /// What the lane tells of those that it took last.
    pub told: Told,
}

struct Shared {
    state: Mutex<State>,
    lanes: Vec<Mutex<LaneOf>>,
    /// A part can be taken, or nothing more comes.
    work: Condvar,
    /// A part is done.
    done: Condvar,
}

struct LaneOf {
    lane: Lane,
    /// How many connections it has opened.
    opened: u64,
}

#[derive(Default)]
struct State {
    /// In the order of the capture.
    waiting: VecDeque<Part>,
    /// By lane: somebody decodes it.
    busy: Vec<bool>,
    /// By lane: who decoded it last, and has its connections in a cache.
    last: Vec<usize>,
    done: Vec<Part>,
    /// Bytes of what is told in `done`.
    kept: usize,
    /// The stretch that is told next.
    earliest: u64,
    ended: bool,
    /// What a thread panicked with.
    panic: Option<Box<dyn Any + Send>>,
}

impl Pool {
    /// So many threads beside the calling one, for these lanes.
    pub fn new(threads: usize, lanes: Vec<Lane>) -> Self {
        let state =
            State { busy: vec![false; lanes.len()], last: vec![CALLING; lanes.len()], ..State::default() };
        let lanes = lanes.into_iter().map(|lane| Mutex::new(LaneOf { lane, opened: 0 })).collect();
        let shared =
            Arc::new(Shared { state: Mutex::new(state), lanes, work: Condvar::new(), done: Condvar::new() });
        let start = |number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.work(number))
        };
        let threads = (1..=threads).map(start).collect();
        Self { shared, threads }
    }

    /// Gives parts to whoever is free.
    pub fn push(&self, parts: impl Iterator<Item = Part>) {
        lock(&self.shared.state).waiting.extend(parts);
        self.shared.work.notify_all();
    }

    /// Goes on with a part that its lane has left, in place of what it told.
    pub fn go_on(&self, part: &mut Part) {
        if let Some(lane) = self.shared.lanes.get(part.lane) {
            lock(lane).run(part);
        }
        if part.is_done {
            if let Some(busy) = lock(&self.shared.state).busy.get_mut(part.lane) {
                *busy = false;
            }
            self.shared.work.notify_one();
        }
    }

    /// All parts of a stretch, in the order of the lanes. Until they are done, the calling thread works on them.
    pub fn take(&self, number: u64) -> Vec<Part> {
        let shared = &*self.shared;
        let mut state = lock(&shared.state);
        state.earliest = number;
        shared.work.notify_all();
        loop {
            if let Some(panic) = state.panic.take() {
                resume_unwind(panic);
            }
            if state.done.iter().filter(|part| part.number == number).count() == shared.lanes.len() {
                let mut parts: Vec<_> = state.done.extract_if(.., |part| part.number == number).collect();
                parts.sort_by_key(|part| part.lane);
                state.kept -= parts.iter().map(|part| part.told.size()).sum::<usize>();
                return parts;
            }
            state = match state.next(CALLING) {
                Some(part) => {
                    drop(state);
                    shared.run(part);
                    lock(&shared.state)
                }
                None => shared.done.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        lock(&self.shared.state).ended = true;
        self.shared.work.notify_all();
        for thread in self.threads.drain(..) {
            // What it panicked with was told, or nobody waits for it.
            let _ = thread.join();
        }
    }
}

impl State {
    /// The first part whose lane is free, of a lane that this thread decoded last if there is one. While payloads wait that
    /// a little of the capture inflated to, no stretch but the one that is told next is gone on with.
    fn next(&mut self, thread: usize) -> Option<Part> {
        let full = self.kept > KEPT;
        let free =
            |part: &Part| self.busy.get(part.lane) == Some(&false) && (!full || part.number == self.earliest);
        let own = |part: &Part| self.last.get(part.lane) == Some(&thread) && free(part);
        let at = self.waiting.iter().position(own).or_else(|| self.waiting.iter().position(free))?;
        let part = self.waiting.remove(at)?;
        if let Some(busy) = self.busy.get_mut(part.lane) {
            *busy = true;
        }
        if let Some(last) = self.last.get_mut(part.lane) {
            *last = thread;
        }
        Some(part)
    }
}

impl Shared {
    /// What a thread does.
    fn work(&self, number: usize) {
        let mut state = lock(&self.state);
        while !state.ended {
            state = match state.next(number) {
                Some(part) => {
                    drop(state);
                    self.run(part);
                    lock(&self.state)
                }
                None => self.work.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    fn run(&self, mut part: Part) {
        let result = catch_unwind(AssertUnwindSafe(|| {
            if let Some(lane) = self.lanes.get(part.lane) {
                lock(lane).run(&mut part);
            }
        }));
        let mut state = lock(&self.state);
        // A lane that left its part goes on with it before anything else.
        if let Some(busy) = state.busy.get_mut(part.lane).filter(|_| part.is_done) {
            *busy = false;
        }
        if let Err(panic) = result {
            state.panic = Some(panic);
        }
        state.kept += part.told.size();
        state.done.push(part);
        drop(state);
        self.done.notify_one();
        self.work.notify_one();
    }
}

impl LaneOf {
    fn run(&mut self, part: &mut Part) {
        let Part { stretch, items, taken, told, .. } = part;
        told.begin(self.opened);
        let is_done = match stretch {
            Some(stretch) => run(&mut self.lane, stretch, items, taken, told),
            None => self.lane.finish(told, |told| !told.is_full()),
        };
        self.opened = told.opened();
        part.is_done = is_done;
        if is_done {
            part.stretch = None;
        }
    }
}

/// Takes the packets of a stretch that are a lane's, as long as there is room for what is told; `false`: there are more.
fn run(lane: &mut Lane, stretch: &Stretch, items: &[Item], taken: &mut usize, told: &mut Told) -> bool {
    if *taken == 0 {
        let blocks = stretch.bytes.iter();
        let bytes = blocks.filter_map(|&(at, from, place)| Some((stretch.blocks.get(at)?, from, place)));
        lane.history.extend(bytes);
    }
    for items in items.get(*taken..).unwrap_or_default().chunks(BATCH) {
        let mut seen = [None; BATCH];
        lane.look(items.iter().map(|item| item.packet(stretch)), &mut seen);
        for (item, seen) in items.iter().zip(&seen) {
            if told.is_full() {
                return false;
            }
            *taken += 1;
            match (seen, item.segment()) {
                (Some((glance, place)), _) => lane.glance(item.origin(), glance, *place, told),
                (None, Some(segment)) => lane.segment(item.origin(), &segment, told),
                (None, None) => {}
            }
        }
    }
    lane.pass_time(stretch.now, told);
    true
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
