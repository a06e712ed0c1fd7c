//! Which diagnostics hold: one has the fields of its connection's handshake and of the message that it speaks of too.

use hashbrown::HashMap;

use super::record::IndexedMessage;
use super::scan::Taker;
use crate::capture::Timestamp;
use crate::conversation::MessageView;
use crate::filter::{Filter, Seen};
use crate::session::api::{DiagnosticRow, MessageName};
use crate::session::index::Index;
use crate::session::records::{Handshake, Since};
use crate::session::sieve::diagnostic_holds;
use crate::stream::Side;

/// The messages that diagnostics speak of, and what a filter finds in their payloads.
pub struct Spoken {
    filter: Filter,
    messages: HashMap<MessageName, Seen>,
}

impl Spoken {
    /// The messages that diagnostics of one connection or of all speak of, none of them read yet.
    pub fn new(index: &Index, connection: Option<u64>, filter: Filter) -> Self {
        let found =
            index.found().iter().filter(|found| connection.is_none() || found.connection == connection);
        let names = found
            .filter_map(|found| Some(MessageName { connection: found.connection?, message: found.message? }));
        Self { filter, messages: names.map(|name| (name, Seen::default())).collect() }
    }

    /// No payload needs to be read.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// What was found in the message that a diagnostic speaks of.
    pub fn seen(&self, row: &DiagnosticRow) -> Option<Seen> {
        let name = MessageName { connection: row.connection?, message: row.about_message? };
        self.messages.get(&name).copied()
    }
}

impl Taker for Spoken {
    fn take(&mut self, _: u32, view: &MessageView<'_>) {
        let name = MessageName { connection: view.connection, message: view.number };
        if let Some(seen) = self.messages.get_mut(&name) {
            // When it came the diagnostic says itself.
            seen.add(&self.filter, &Since { row: view, start: None });
        }
    }
}

/// Whether a diagnostic holds. `seen` is what a search found in the payload of the message that it speaks of.
pub fn holds(
    index: &Index,
    row: &DiagnosticRow,
    filter: &Filter,
    seen: Option<Seen>,
    start: Option<u64>,
) -> bool {
    let connection = row.connection.and_then(|number| index.connection(number));
    let sides = connection.map(|connection| {
        Side::BOTH.map(|side| {
            let mut found = Seen::default();
            found.add(filter, &Handshake::of_row(&connection.row, connection.ends.map(Some), Some(side)));
            found
        })
    });
    let id = row.connection.zip(row.about_message).and_then(|(of, number)| index.message(of, number));
    let message = id.and_then(|id| Some((id, index.record(id)?))).map(|(id, record)| {
        let mut found = seen.unwrap_or_default();
        found.add(filter, &IndexedMessage { index, id, record: &record, payload: None, start });
        found
    });
    diagnostic_holds(filter, &Since { row, start: start.map(Timestamp) }, sides.as_ref(), message.as_ref())
}
