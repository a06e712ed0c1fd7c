//! Which connections hold, and in which order.

use std::cmp::Ordering;

use super::record::{IndexedMessage, of_connection};
use crate::diagnostic::Code;
use crate::filter::{Field, Filter, Record, Seen, Value};
use crate::session::api::{ConnectionKey, ConnectionOrder, ConnectionRow, Direction};
use crate::session::index::{Connection, Index};

/// A connection of the index: its row's fields; those of its messages are asked of them.
struct IndexedConnection<'a>(&'a Connection);

impl Record for IndexedConnection<'_> {
    fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let Self(connection) = self;
        let row = &connection.row;
        let codes = || row.diagnostics.iter().filter_map(|name| Code::from_name(name));
        match field {
            Field::Diagnostic => row.diagnostics.iter().any(|code| holds(Value::Text(code))),
            Field::Severity => codes().any(|code| holds(Value::Severity(code.entry().severity))),
            Field::Time => [row.opened, row.closed].iter().flatten().any(|time| holds(Value::Number(time.0))),
            Field::Packet => holds(Value::Number(row.first_packet)) || holds(Value::Number(row.last_packet)),
            Field::Code => row
                .close
                .as_ref()
                .and_then(|close| close.code)
                .is_some_and(|code| holds(Value::Number(code.into()))),
            Field::Reason => row
                .close
                .as_ref()
                .and_then(|close| close.reason.as_deref())
                .is_some_and(|reason| holds(Value::Text(reason))),
            _ => of_connection(row, connection.ends, field, holds),
        }
    }
}

/// Whether a connection holds: a field of messages means some message of it. `seen` is what a search found in payloads.
pub fn holds(
    index: &Index,
    connection: &Connection,
    filter: &Filter,
    seen: Seen,
    start: Option<u64>,
) -> bool {
    let own = IndexedConnection(connection);
    if seen.holds_with(filter, &own) {
        return true;
    }
    let mut seen = seen;
    for id in connection.messages() {
        let Some(record) = index.record(id) else { continue };
        seen.add(filter, &IndexedMessage { index, id, record, payload: None, start });
    }
    seen.holds_with(filter, &own)
}

/// The connections that hold, by number, in that order.
pub fn sorted<'i>(
    index: &'i Index,
    order: ConnectionOrder,
    holds: impl Fn(&Connection) -> bool,
) -> Vec<&'i Connection> {
    let mut held: Vec<&Connection> =
        index.connections().iter().filter(|connection| holds(connection)).collect();
    held.sort_by(|a, b| {
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
