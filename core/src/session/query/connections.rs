//! Which connections hold, and in which order.

use std::cmp::Ordering;

use hashbrown::HashMap;

use super::record::IndexedMessage;
use crate::capture::Timestamp;
use crate::filter::{Comparison, Filter, Holder, Seen};
use crate::session::api::{ConnectionKey, ConnectionOrder, ConnectionRow, Direction};
use crate::session::index::{Connection, Index};
use crate::session::records::Since;

/// Messages that are looked at in one step.
const STEP: usize = 100_000;

/// What a filter finds in messages, by the number of their connection. They are looked at in the order of the index, since that
/// may lie in a file.
#[derive(Debug, Default)]
pub struct Gathering {
    /// Messages that were looked at.
    looked: u32,
    seen: HashMap<u64, Seen>,
}

impl Gathering {
    /// Looks at the headers of the next messages; `false`: there are no more for now, or none matters.
    pub fn look(&mut self, index: &Index, filter: &Filter, start: Option<u64>) -> bool {
        // With `not`, a filter can hold until a message is seen: all of them are asked, unless none matters.
        let is_of_messages =
            |comparison: &Comparison| comparison.field().entry().holder != Holder::Connection;
        if self.looked >= index.len() || !filter.comparisons().iter().any(is_of_messages) {
            return false;
        }
        for record in index.records_from(self.looked).take(STEP) {
            let message = IndexedMessage { index, id: self.looked, record: &record, payload: None, start };
            self.seen.entry(record.connection()).or_default().add(filter, &message);
            self.looked += 1;
        }
        true
    }

    /// Adds what a search found in payloads.
    pub fn add(&mut self, seen: HashMap<u64, Seen>) {
        self.seen = seen;
    }

    /// Whether a connection holds: a field of messages means some message of it.
    pub fn holds(&self, connection: &Connection, filter: &Filter, start: Option<u64>) -> bool {
        let own = Since { row: &*connection.row, start: start.map(Timestamp) };
        let seen = self.seen.get(&connection.row.connection).copied().unwrap_or_default();
        seen.holds_with(filter, &own)
    }
}

/// The connections that hold, by number, in that order.
pub fn sorted(
    index: &Index,
    order: ConnectionOrder,
    holds: impl Fn(&Connection) -> bool,
) -> Vec<&Connection> {
    let mut held: Vec<&Connection> =
        index.connections().iter().filter(|connection| holds(connection)).collect();
    held.sort_unstable_by(|a, b| {
        let (a, b) = (&a.row, &b.row);
        let ordering = compare(a, b, order.key);
        let ordering = if order.direction == Direction::Descending { ordering.reverse() } else { ordering };
        ordering.then(a.connection.cmp(&b.connection))
    });
    held
}

fn compare(a: &ConnectionRow, b: &ConnectionRow, key: ConnectionKey) -> Ordering {
    let target = |row: &ConnectionRow| row.request.as_ref().map(|request| request.target.clone());
    let duration = |row: &ConnectionRow| Some(row.closed?.since(row.opened?));
    match key {
        ConnectionKey::Number => a.connection.cmp(&b.connection),
        ConnectionKey::Opened => a.opened.cmp(&b.opened),
        ConnectionKey::Duration => duration(a).cmp(&duration(b)),
        ConnectionKey::Verdict => a.handshake.verdict.cmp(&b.handshake.verdict),
        ConnectionKey::Client => a.client.cmp(&b.client),
        ConnectionKey::Server => a.server.cmp(&b.server),
        ConnectionKey::Target => target(a).cmp(&target(b)),
        ConnectionKey::Messages => {
            (a.client_messages + a.server_messages).cmp(&(b.client_messages + b.server_messages))
        }
        ConnectionKey::Bytes => {
            a.client_bytes.saturating_add(a.server_bytes).cmp(&b.client_bytes.saturating_add(b.server_bytes))
        }
    }
}
