//! Which messages hold, and in which order: a list of places in the index that is made piece by piece, so that the rows
//! on the screen are there before the last message was looked at.

use super::ids::Ids;
use super::order::{Keyed, Order, RUN};
use super::record::IndexedMessage;
use crate::filter::Filter;
use crate::session::api::{Direction, MessageKey, MessageOrder};
use crate::session::index::{Index, Record, Spill};

/// Messages that are looked at in one step.
const STEP: usize = 100_000;
/// Messages of a run, where there is little memory.
const SMALLEST: usize = 256;

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
    /// Those that hold, as far as was looked, unless all do.
    found: Ids,
    /// Messages that were looked at.
    looked: u32,
    /// The order of the first of them.
    order: Order,
    spill: Spill,
}

impl View {
    /// A view that nothing is known of yet. A filter that looks into payloads is not asked here: who searches gives
    /// what it finds ([`View::add`]).
    pub fn new(of: ViewOf, filter: Option<Filter>, spill: Spill) -> Self {
        // Half of the memory is for the run that is sorted.
        let fits = spill.budget().map_or(RUN, |budget| budget / 2 / size_of::<Keyed>());
        let order = Order::new(fits.clamp(SMALLEST, RUN), &spill);
        Self { of, filter, found: Ids::default(), looked: 0, order, spill }
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
        u64::from(if self.is_all() { index.len() } else { self.found.len() })
    }

    /// Whether all messages of the index were looked at.
    pub fn is_counted(&self, index: &Index) -> bool {
        self.is_all() || self.looked >= index.len()
    }

    /// What to say of an order that has no room in memory.
    pub fn problem(&self) -> Option<&'static str> {
        self.spill.problem()
    }

    /// All messages hold.
    fn is_all(&self) -> bool {
        self.of.connection.is_none() && self.filter.is_none()
    }

    /// The messages that hold, from the one of that number on, as they became final.
    fn held(&self, index: &Index, number: u32) -> impl Iterator<Item = u32> {
        let all = self.is_all().then(|| number..index.len());
        let some = (!self.is_all()).then(|| self.found.from(number));
        all.into_iter().flatten().chain(some.into_iter().flatten())
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
            let message = IndexedMessage { index, id, record: &record, payload: None, start };
            if self.filter.as_ref().is_none_or(|filter| filter.holds(&message)) {
                self.found.push(id);
            }
        }
        true
    }

    /// These hold, and all before `looked` were looked at.
    pub fn add(&mut self, ids: &[u32], looked: u32) {
        ids.iter().for_each(|id| self.found.push(*id));
        self.looked = looked;
    }

    /// Sorts a part of what was found; `false`: the order stands.
    pub fn sort(&mut self, index: &Index) -> bool {
        if self.is_sorted(index) {
            return false;
        }
        // No more messages are counted than 32 bits hold.
        let fresh = self.held(index, self.order.len() as u32).take(self.order.room());
        let keyed: Vec<Keyed> = fresh.map(|id| self.keyed(index, id)).collect();
        self.order.add(keyed.into_iter());
        // Whoever waits for it is not to wait for what is read meanwhile.
        !self.is_sorted(index)
    }

    /// Sorts a part of what must be sorted before there are rows; `false`: there are.
    pub fn prepare(&mut self, index: &Index) -> bool {
        // Where there is memory for all of them, the first page is picked out before they are sorted.
        let fits = self.spill.budget().is_none_or(|budget| {
            self.total(index).saturating_mul(size_of::<Keyed>() as u64) <= budget as u64
        });
        let picks = fits && self.order.len() == 0;
        !picks && self.sort(index)
    }

    /// Whether the order of what was found stands.
    fn is_sorted(&self, index: &Index) -> bool {
        self.of.order.key == MessageKey::Found || self.order.len() as u64 == self.total(index)
    }

    /// The messages from row `start` on, at most so many, of those that were found so far.
    pub fn rows(&self, index: &Index, start: u64, length: u64) -> Vec<u32> {
        let total = self.total(index);
        let (start, end) = (start.min(total), start.saturating_add(length).min(total));
        // None is more than `total`, and that is no more than 32 bits hold.
        let count = (end - start) as usize;
        if self.of.order.key == MessageKey::Found {
            let is_descending = self.of.order.direction == Direction::Descending;
            let first = if is_descending { total - end } else { start };
            let mut rows: Vec<u32> = self.held(index, first as u32).take(count).collect();
            if is_descending {
                rows.reverse();
            }
            return rows;
        }
        if self.is_sorted(index) {
            return self.order.rows(start as usize, count);
        }
        let (start, end) = (start as usize, end as usize);
        let mut keyed: Vec<Keyed> = Vec::with_capacity(total as usize);
        keyed.extend(self.held(index, 0).map(|id| self.keyed(index, id)));
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

    /// The row of a message, where the order stands; `None`: it does not hold.
    pub fn row_of(&self, index: &Index, id: u32) -> Option<u64> {
        if !self.holds(index, id) {
            return None;
        }
        if self.of.order.key != MessageKey::Found {
            return Some(self.order.row_of(self.keyed(index, id)) as u64);
        }
        let place = u64::from(if self.is_all() { id } else { self.found.before(id) });
        let is_descending = self.of.order.direction == Direction::Descending;
        Some(if is_descending { self.total(index) - 1 - place } else { place })
    }

    /// Whether a message holds, of those that were looked at.
    pub fn holds(&self, index: &Index, id: u32) -> bool {
        if self.is_all() { id < index.len() } else { self.found.contains(id) }
    }

    /// What a message is sorted by: equal keys stay in the order of the index.
    fn keyed(&self, index: &Index, id: u32) -> Keyed {
        let key = index.record(id).map_or(u64::MAX, |record| key(index, id, &record, self.of.order.key));
        (if self.of.order.direction == Direction::Descending { !key } else { key }, id)
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
