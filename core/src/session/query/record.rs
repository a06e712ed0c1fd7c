//! An indexed message, and a connection, as records that a filter asks.

use std::net::SocketAddr;

use crate::diagnostic::Code;
use crate::filter::{Field, Record, Value};
use crate::session::api::ConnectionRow;
use crate::session::index::{self, Index};
use crate::stream::Side;

/// A message of the index; what it says is in its header, or in its payload if that is at hand.
pub struct IndexedMessage<'a> {
    /// The index.
    pub index: &'a Index,
    /// The message's place in it.
    pub id: u32,
    /// The message.
    pub record: &'a index::Record,
    /// Its payload, if it is at hand.
    pub payload: Option<&'a [u8]>,
    /// When the capture begins, in nanoseconds since 1970.
    pub start: Option<u64>,
}

impl Record for IndexedMessage<'_> {
    fn any(&self, field: Field, holds: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let Self { index, id, record, .. } = *self;
        let number = Value::Number;
        match field {
            Field::From => holds(Value::Text(record.from().name())),
            Field::Opcode => holds(number(record.opcode().0.into())),
            Field::Length => holds(number(index.length(id, record))),
            Field::WireLength => holds(number(index.wire_length(id, record))),
            Field::Text => record.is_text() && self.payload.is_some_and(|bytes| holds(Value::Bytes(bytes))),
            Field::Payload => self.payload.is_some_and(|bytes| holds(Value::Bytes(bytes))),
            Field::Time => index.origins(id, record).1.time.is_some_and(|time| holds(number(time.0))),
            Field::SinceStart => match (index.origins(id, record).1.time, self.start) {
                (Some(time), Some(start)) => holds(number(time.0.saturating_sub(start))),
                _ => false,
            },
            Field::Message => holds(number(record.number())),
            Field::Frame => false,
            Field::Frames => holds(number(record.frames())),
            Field::Packet => {
                let (first, last) = index.origins(id, record);
                holds(number(first.packet)) || holds(number(last.packet))
            }
            Field::Compressed => holds(Value::Flag(record.is_compressed())),
            Field::Complete => holds(Value::Flag(record.is_complete())),
            Field::Code => record.close_code().is_some_and(|code| holds(number(code.into()))),
            Field::Reason => self
                .payload
                .filter(|_| record.opcode().is_control() && record.close_code().is_some())
                .and_then(|body| std::str::from_utf8(body.get(2..)?).ok())
                .is_some_and(|reason| !reason.is_empty() && holds(Value::Text(reason))),
            Field::Diagnostic => self.codes().iter().any(|code| holds(Value::Text(code.name()))),
            Field::Severity => self.codes().iter().any(|code| holds(Value::Severity(code.entry().severity))),
            Field::Source | Field::Destination | Field::SourcePort | Field::DestinationPort => {
                let Some(connection) = index.connection(record.connection()) else { return false };
                let [client, server] = connection.ends;
                let (from, to) = match record.from() {
                    Side::Client => (client, server),
                    Side::Server => (server, client),
                };
                match field {
                    Field::Source => holds(Value::Address(from.ip())),
                    Field::Destination => holds(Value::Address(to.ip())),
                    Field::SourcePort => holds(number(from.port().into())),
                    _ => holds(number(to.port().into())),
                }
            }
            Field::Fin | Field::Rsv | Field::Masked | Field::Mask => false,
            _ => index
                .connection(record.connection())
                .is_some_and(|connection| of_connection(&connection.row, connection.ends, field, holds)),
        }
    }
}

impl IndexedMessage<'_> {
    fn codes(&self) -> &[Code] {
        self.index.odd(self.id, self.record).map_or(&[], |odd| &odd.codes)
    }
}

/// A connection's own fields.
pub fn of_connection(
    row: &ConnectionRow,
    ends: [SocketAddr; 2],
    field: Field,
    holds: &mut dyn FnMut(Value<'_>) -> bool,
) -> bool {
    let [client, server] = ends;
    let text = |value: Option<&str>, holds: &mut dyn FnMut(Value<'_>) -> bool| {
        value.is_some_and(|value| holds(Value::Text(value)))
    };
    let header = |name: &str| {
        let headers = &row.request.as_ref()?.headers;
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let target = || row.request.as_ref().map(|request| request.target.as_str());
    match field {
        Field::Connection => holds(Value::Number(row.connection)),
        Field::TcpStream => holds(Value::Number(row.tcp_stream)),
        Field::Client => holds(Value::EndPoint(client)),
        Field::Server => holds(Value::EndPoint(server)),
        Field::Address => holds(Value::Address(client.ip())) || holds(Value::Address(server.ip())),
        Field::Port => {
            holds(Value::Number(client.port().into())) || holds(Value::Number(server.port().into()))
        }
        Field::Host => header("Host").is_some_and(|host| {
            let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
            holds(Value::Text(host)) || (bare != host && holds(Value::Text(bare)))
        }),
        Field::Path => text(target().map(|target| target.split(['?', '#']).next().unwrap_or(target)), holds),
        Field::Target => text(target(), holds),
        Field::Status => {
            row.response.as_ref().is_some_and(|response| holds(Value::Number(response.status.into())))
        }
        Field::Verdict => holds(Value::Text(&row.handshake.verdict)),
        Field::Subprotocol => text(row.handshake.subprotocol.as_deref(), holds),
        Field::WebSocket => holds(Value::Flag(true)),
        _ => false,
    }
}
