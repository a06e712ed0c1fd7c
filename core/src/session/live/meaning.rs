//! What a message means in its sub-protocol, and the JSON in it: its tree by pages, places, lines.

use std::cell::RefCell;

use super::Session;
use crate::session::api::{Answer, MessageName, Problem, Request};
use crate::session::index::{Connection, Record};
use crate::session::payload::Reader;
use crate::source::SourceError;
use crate::subprotocol::json::Part;
use crate::subprotocol::view::{Around, Facts, View, view};
use crate::subprotocol::{Handshake, Message};

/// Bytes of laid-out JSON in one answer.
const PRETTY: u64 = 4 << 20;

impl Session {
    /// The answer to a question about what a message means; `None`: it is another one.
    pub(super) fn meaning(&mut self, request: &Request) -> Option<Result<Answer, Problem>> {
        Some(match request {
            Request::Meaning { message } => self.of_message(*message, |session, id, record| {
                let payload = session.whole(id, record)?;
                Ok(Answer::Meaning(Box::new(session.view_of(record, &payload))))
            }),
            Request::JsonChildren { message, container, rows } => {
                let most = usize::try_from(rows.length).unwrap_or(usize::MAX);
                self.of_json(*message, |json| Answer::JsonChildren(json.page(*container, rows.start, most)))
            }
            Request::JsonPlace { message, offset } => {
                self.of_json(*message, |json| Answer::JsonPlace(json.at_offset(*offset)))
            }
            Request::JsonPretty { message, most } => {
                let most = usize::try_from((*most).min(PRETTY)).unwrap_or(usize::MAX);
                self.of_json(*message, |json| Answer::JsonPretty(json.lines(most)))
            }
            _ => return None,
        })
    }

    /// Answers about the JSON that a message holds.
    fn of_json(
        &mut self,
        name: MessageName,
        answer: impl FnOnce(Part<'_>) -> Answer,
    ) -> Result<Answer, Problem> {
        let mut answered = None;
        self.of_message(name, |session, id, record| {
            let payload = session.whole(id, record)?;
            let view = session.view_of(record, &payload).json;
            answered = view.map(|view| answer(Part::of(&payload, &view)));
            Ok(Answer::Done)
        })?;
        let MessageName { connection, message } = name;
        answered
            .ok_or_else(|| Problem::new(format!("message {message} of connection {connection} is no JSON")))
    }

    fn whole(&mut self, id: u32, record: &Record) -> Result<Vec<u8>, SourceError> {
        let most = self.limits.payload as u64;
        self.reader().application(id, record, most)
    }

    fn view_of(&mut self, record: &Record, payload: &[u8]) -> View {
        let limits = self.limits.clone();
        let Some(connection) = self.index.connection(record.connection()) else { return View::default() };
        let handshake: Handshake<'_> = connection.row.subprotocol_handshake();
        let message = Message {
            number: record.number(),
            from: record.from(),
            opcode: record.opcode(),
            payload,
            length: payload.len() as u64,
        };
        let reader = Reader {
            index: &self.index,
            bytes: &mut self.bytes,
            limits: &self.limits,
            replay: &mut self.replay,
        };
        let around = Neighbours { connection, reader: RefCell::new(reader) };
        view(&handshake, &message, &around, &limits)
    }
}

/// The other messages of a connection, read again as they are asked for.
struct Neighbours<'a> {
    connection: &'a Connection,
    reader: RefCell<Reader<'a>>,
}

impl Around for Neighbours<'_> {
    fn facts(&self, number: u64) -> Option<Facts> {
        let reader = self.reader.borrow();
        let id = self.connection.message(number)?;
        let record = reader.index.record(id)?;
        let length = reader.index.length(id, record);
        Some(Facts { from: record.from(), opcode: record.opcode(), length })
    }

    fn payload(&self, number: u64, most: usize) -> Option<Vec<u8>> {
        let mut reader = self.reader.borrow_mut();
        let id = self.connection.message(number)?;
        let record = *reader.index.record(id)?;
        reader.application(id, &record, most as u64).ok()
    }
}
