//! Which messages hold, and in which order: a list of places in the index that is made piece by piece, so that the rows
//! on the screen are there before the last message was looked at.

use super::record::IndexedMessage;
use crate::filter::Filter;
use crate::session::api::{Direction, MessageKey, MessageOrder};
use crate::session::index::{Index, Record};

/// Messages that are looked at in one step.
const STEP: usize = 100_000;
/// Messages that are sorted in one step.
const RUN: usize = 1 << 17;

/// What a view shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewOf {
    /// Of one connection only.
    pub connection: Option<u64>,
    /// How sorted.
    pub order: MessageOrder,
    /// Which hold; an expression.
    pub filter: String,
}

/// Messages that hold, in an order.
#[derive(Debug)]
pub struct View {
    /// What it shows.
    pub of: ViewOf,
    filter: Option<Filter>,
    /// Those that hold, as far as was looked, in the order in which they became final.
    found: Vec<u32>,
    /// Messages that were looked at.
    looked: u32,
    /// The order, of the first `sorted_of` of `found`.
    sorted: Vec<u32>,
    sorted_of: usize,
    /// Sorted runs that are merged to the order, and what of `found` is in none of them.
    runs: Vec<Vec<(u64, u32)>>,
    in_runs: usize,
}

impl View {
    /// A view that nothing is known of yet. A filter that looks into payloads is not asked here: who searches gives
    /// what it finds ([`View::add`]).
    pub fn new(of: ViewOf, filter: Option<Filter>) -> Self {
        Self {
            of,
            filter,
            found: Vec::new(),
            looked: 0,
            sorted: Vec::new(),
            sorted_of: 0,
            runs: Vec::new(),
            in_runs: 0,
        }
    }

    /// Whether payloads decide what holds.
    pub fn needs_payload(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::needs_payload)
    }

    /// The filter.
    pub fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// How many hold so far.
    pub fn total(&self, index: &Index) -> u64 {
        if self.is_all() { u64::from(index.len()) } else { self.found.len() as u64 }
    }

    /// Whether all messages of the index were looked at.
    pub fn is_counted(&self, index: &Index) -> bool {
        self.is_all() || self.looked >= index.len()
    }

    /// All messages, as they are.
    fn is_all(&self) -> bool {
        self.of.connection.is_none() && self.filter.is_none() && self.of.order.key == MessageKey::Found
    }

    /// Looks at the next messages; `false`: there are no more for now.
    pub fn look(&mut self, index: &Index, start: Option<u64>) -> bool {
        if self.is_all() || self.needs_payload() || self.looked >= index.len() {
            return false;
        }
        for record in index.records_from(self.looked).take(STEP) {
            let id = self.looked;
            self.looked += 1;
            if self.of.connection.is_some_and(|connection| connection != record.connection()) {
                continue;
            }
            let message = IndexedMessage { index, id, record, payload: None, start };
            if self.filter.as_ref().is_none_or(|filter| filter.holds(&message)) {
                self.found.push(id);
            }
        }
        true
    }

    /// These hold, and all before `looked` were looked at.
    pub fn add(&mut self, ids: &[u32], looked: u32) {
        self.found.extend_from_slice(ids);
        self.looked = looked;
    }

    /// Sorts a part of what was found; `false`: the order stands.
    pub fn sort(&mut self, index: &Index) -> bool {
        if self.of.order.key == MessageKey::Found {
            return false;
        }
        if let Some(fresh) = self.found.get(self.in_runs..).filter(|fresh| !fresh.is_empty()) {
            let run = fresh.get(..RUN).unwrap_or(fresh);
            self.in_runs += run.len();
            let mut keyed: Vec<(u64, u32)> = run.iter().map(|&id| (self.key(index, id), id)).collect();
            keyed.sort_unstable();
            self.runs.push(keyed);
            return true;
        }
        if self.runs.len() > 1 {
            if let (Some(a), Some(b)) = (self.shortest_run(), self.shortest_run()) {
                self.runs.push(merge(&a, &b));
            }
            return true;
        }
        if self.sorted_of < self.found.len() {
            self.sorted =
                self.runs.first().map(|run| run.iter().map(|&(_, id)| id).collect()).unwrap_or_default();
            self.sorted_of = self.found.len();
            return true;
        }
        false
    }

    fn shortest_run(&mut self) -> Option<Vec<(u64, u32)>> {
        let (at, _) = self.runs.iter().enumerate().min_by_key(|(_, run)| run.len())?;
        Some(self.runs.swap_remove(at))
    }

    /// Whether the order of what was found stands.
    pub fn is_sorted(&self) -> bool {
        self.of.order.key == MessageKey::Found || self.sorted_of == self.found.len()
    }

    /// The messages from row `start` on, at most so many, of those that were found so far.
    pub fn rows(&self, index: &Index, start: u64, length: u64) -> Vec<u32> {
        let total = self.total(index);
        let (start, end) = (start.min(total), start.saturating_add(length).min(total));
        let descending = self.of.order.direction == Direction::Descending;
        if self.of.order.key == MessageKey::Found {
            let row = |row: u64| if descending { total - 1 - row } else { row };
            let id = |row: u64| match self.is_all() {
                true => u32::try_from(row).ok(),
                false => self.found.get(usize::try_from(row).ok()?).copied(),
            };
            return (start..end).filter_map(|at| id(row(at))).collect();
        }
        // Neither is more than `found.len()`.
        let (start, end) = (start as usize, end as usize);
        if self.is_sorted() {
            return self.sorted.get(start..end).unwrap_or_default().to_vec();
        }
        let mut keyed: Vec<(u64, u32)> = self.found.iter().map(|&id| (self.key(index, id), id)).collect();
        if end < keyed.len() {
            keyed.select_nth_unstable(end);
        }
        keyed.truncate(end);
        if 0 < start && start < keyed.len() {
            keyed.select_nth_unstable(start);
        }
        let page = keyed.get_mut(start..).unwrap_or_default();
        page.sort_unstable();
        page.iter().map(|&(_, id)| id).collect()
    }

    /// The row of a message; `None`: it does not hold.
    pub fn row_of(&self, index: &Index, id: u32) -> Option<u64> {
        let total = self.total(index);
        let place = if self.is_all() {
            u64::from(id)
        } else if self.of.order.key == MessageKey::Found {
            self.found.binary_search(&id).ok()? as u64
        } else {
            return self.sorted.iter().position(|&each| each == id).map(|place| place as u64);
        };
        Some(if self.of.order.direction == Direction::Descending { total - 1 - place } else { place })
    }

    /// Whether a message holds, of those that were looked at.
    pub fn holds(&self, id: u32) -> bool {
        self.is_all() || self.found.binary_search(&id).is_ok()
    }

    /// What a message is sorted by: equal keys stay in the order of the index.
    fn key(&self, index: &Index, id: u32) -> u64 {
        let Some(record) = index.record(id) else { return u64::MAX };
        let key = key(index, id, record, self.of.order.key);
        if self.of.order.direction == Direction::Descending { !key } else { key }
    }
}

fn key(index: &Index, id: u32, record: &Record, key: MessageKey) -> u64 {
    match key {
        MessageKey::Found => u64::from(id),
        MessageKey::Time => index.origins(id, record).1.time.map_or(0, |time| time.0),
        MessageKey::Number => record.connection() << 32 | record.number(),
        MessageKey::From => record.from().index() as u64,
        MessageKey::Opcode => u64::from(record.opcode().0),
        MessageKey::Length => index.length(id, record),
        MessageKey::WireLength => index.wire_length(id, record),
    }
}

fn merge(a: &[(u64, u32)], b: &[(u64, u32)]) -> Vec<(u64, u32)> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        let next = if left <= right { a.next() } else { b.next() };
        merged.extend(next);
    }
    merged.extend(a);
    merged.extend(b);
    merged
}
