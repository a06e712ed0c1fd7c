//! What a message means in its sub-protocol, and the JSON in it: its tree by pages, places, lines.

use std::cell::RefCell;

use super::Session;
use crate::session::api::{Answer, MessageName, Problem, Request};
use crate::session::index::{Connection, Record};
use crate::session::payload::Reader;
use crate::source::SourceError;
use crate::subprotocol::json::{Landmarks, Part};
use crate::subprotocol::view::{Around, Facts, View, view};
use crate::subprotocol::{Handshake, Message};

/// Bytes of laid-out JSON in one answer.
const PRETTY: u64 = 4 << 20;

impl Session {
    /// The answer to a question about what a message means; `None`: it is another one.
    pub(super) fn meaning(&mut self, request: &Request) -> Option<Result<Answer, Problem>> {
        Some(match request {
            Request::Meaning { message } => self.of_message(*message, |session, id, record| {
                let understood = session.understand(id, record)?;
                Ok(Answer::Meaning(Box::new(understood.view.clone())))
            }),
            Request::JsonChildren { message, container, rows } => {
                let most = usize::try_from(rows.length).unwrap_or(usize::MAX);
                self.of_json(*message, |json, children| {
                    if children.as_ref().is_none_or(|(of, _)| of != container) {
                        *children = Some((*container, json.landmarks(*container)));
                    }
                    let landmarks = children.as_ref().and_then(|(_, landmarks)| landmarks.as_ref());
                    Answer::JsonChildren(json.page(landmarks, rows.start, most))
                })
            }
            Request::JsonPlace { message, offset } => {
                self.of_json(*message, |json, _| Answer::JsonPlace(json.at_offset(*offset)))
            }
            Request::JsonPretty { message, most } => {
                let most = usize::try_from((*most).min(PRETTY)).unwrap_or(usize::MAX);
                self.of_json(*message, |json, _| Answer::JsonPretty(json.lines(most)))
            }
            _ => return None,
        })
    }

    /// Answers about the JSON that a message holds.
    fn of_json(
        &mut self,
        name: MessageName,
        answer: impl FnOnce(Part<'_>, &mut Option<Children>) -> Answer,
    ) -> Result<Answer, Problem> {
        let mut answered = None;
        self.of_message(name, |session, id, record| {
            let Understood { payload, view, children, .. } = session.understand(id, record)?;
            answered = view.json.as_ref().map(|view| answer(Part::of(payload, view), children));
            Ok(Answer::Done)
        })?;
        let MessageName { connection, message } = name;
        answered
            .ok_or_else(|| Problem::new(format!("message {message} of connection {connection} is no JSON")))
    }

    /// What a message means: what is known of the one that was asked about last, or is found out now.
    fn understand(&mut self, id: u32, record: &Record) -> Result<&mut Understood, SourceError> {
        let known = self.index.connection(record.connection()).map_or(0, Connection::message_count);
        let understood = match self.understood.take().filter(|last| last.id == id && last.known == known) {
            Some(last) => last,
            None => {
                let most = self.limits.payload as u64;
                let payload = self.reader().application(id, record, most)?;
                let view = self.view_of(record, &payload);
                Understood { id, known, payload, view, children: None }
            }
        };
        Ok(self.understood.insert(understood))
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
        let around = Neighbours { connection: record.connection(), reader: RefCell::new(reader) };
        view(&handshake, &message, &around, &limits)
    }
}

/// The children of a container of it that were counted last, with that container.
type Children = (Option<u64>, Option<Landmarks>);

/// The message that was asked about last. A tree is asked for page by page, and a large message takes long to read and to
/// check. One message is kept, which [`Limits::payload`](crate::limits::Limits::payload) bounds.
pub struct Understood {
    id: u32,
    /// Messages of its connection that were known: what is found later may answer it.
    known: usize,
    payload: Vec<u8>,
    view: View,
    children: Option<Children>,
}

/// The other messages of a connection, read again as they are asked for.
struct Neighbours<'a> {
    connection: u64,
    reader: RefCell<Reader<'a>>,
}

impl Around for Neighbours<'_> {
    fn facts(&self, number: u64) -> Option<Facts> {
        let reader = self.reader.borrow();
        let id = reader.index.message(self.connection, number)?;
        let record = reader.index.record(id)?;
        let length = reader.index.length(id, &record);
        Some(Facts { from: record.from(), opcode: record.opcode(), length })
    }

    fn payload(&self, number: u64, most: usize) -> Option<Vec<u8>> {
        let mut reader = self.reader.borrow_mut();
        let id = reader.index.message(self.connection, number)?;
        let record = reader.index.record(id)?;
        reader.application(id, &record, most as u64).ok()
    }
}
