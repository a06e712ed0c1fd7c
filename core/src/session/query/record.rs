//! An indexed message as a record that a filter asks.

use crate::diagnostic::Code;
use crate::filter::{Field, Record, Value};
use crate::session::index::{self, Index};
use crate::session::records::Handshake;
use crate::websocket::frame::Opcode;

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
            // Of a damaged text too: what is there can be searched.
            Field::Text => {
                record.opcode() == Opcode::TEXT
                    && self.payload.is_some_and(|bytes| holds(Value::Bytes(bytes)))
            }
            Field::Payload => self.payload.is_some_and(|bytes| holds(Value::Bytes(bytes))),
            Field::Time => index.origins(id, record).1.time.is_some_and(|time| holds(number(time.0))),
            Field::SinceStart => match (index.origins(id, record).1.time, self.start) {
                (Some(time), Some(start)) => {
                    time.0.checked_sub(start).is_some_and(|nanos| holds(number(nanos)))
                }
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
            Field::Fin | Field::Rsv | Field::Masked | Field::Mask => false,
            _ => index.connection(record.connection()).is_some_and(|connection| {
                let ends = connection.ends.map(Some);
                Handshake::of_row(&connection.row, ends, Some(record.from())).any(field, holds)
            }),
        }
    }
}

impl IndexedMessage<'_> {
    fn codes(&self) -> &[Code] {
        self.index.odd(self.id, self.record).map_or(&[], |odd| &odd.codes)
    }
}
