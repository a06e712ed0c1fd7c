//! What a message means in its sub-protocol, and the JSON in it: its tree by pages, places, lines.

use std::cell::RefCell;
use std::ops::Range;

use super::Session;
use crate::session::api::{Answer, JsonPlace, JsonPretty, MessageName, Page, Problem, Request, Span};
use crate::session::index::{Connection, Record};
use crate::session::payload::Reader;
use crate::source::SourceError;
use crate::subprotocol::json::{Landmarks, Node, PAGE, at_offset, pretty};
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
                self.of_json(*message, |json| Answer::JsonChildren(children(json, *container, *rows)))
            }
            Request::JsonPlace { message, offset } => self.of_json(*message, |json| {
                Answer::JsonPlace(at_offset(json, *offset).map(|place| JsonPlace {
                    pointer: place.pointer(),
                    javascript: place.javascript(),
                    node: place.node.node(json),
                }))
            }),
            Request::JsonPretty { message, most } => self.of_json(*message, |json| {
                let most = usize::try_from((*most).min(PRETTY)).unwrap_or(usize::MAX);
                let lines = pretty(json, most);
                Answer::JsonPretty(JsonPretty {
                    text: lines.text,
                    cut: lines.cut,
                    broken: lines.broken.map(|broken| broken.fault.to_string()),
                })
            }),
            _ => return None,
        })
    }

    /// Answers about the JSON that a message holds.
    fn of_json(
        &mut self,
        name: MessageName,
        answer: impl FnOnce(&[u8]) -> Answer,
    ) -> Result<Answer, Problem> {
        let MessageName { connection, message } = name;
        let mut range = None;
        let found = self.of_message(name, |session, id, record| {
            let payload = session.whole(id, record)?;
            let json = session.view_of(record, &payload).json;
            range = json.and_then(|json| part(&payload, json.start..json.end).map(<[u8]>::to_vec));
            Ok(Answer::Done)
        });
        found?;
        match range {
            Some(json) => Ok(answer(&json)),
            None => Err(Problem::new(format!("message {message} of connection {connection} is no JSON"))),
        }
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

fn children(json: &[u8], container: Option<u64>, rows: Span) -> Page<Node> {
    let landmarks = Landmarks::of(json, container);
    let most = usize::try_from(rows.length).unwrap_or(PAGE);
    Page {
        total: landmarks.count(),
        counted: landmarks.broken().is_none(),
        start: rows.start,
        rows: landmarks.page(json, rows.start, most),
    }
}

fn part(payload: &[u8], range: Range<u64>) -> Option<&[u8]> {
    payload.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}
