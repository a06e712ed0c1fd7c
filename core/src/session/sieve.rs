//! Decides which rows a filter lets through, while a capture is read.
//!
//! Of an open connection it keeps what the comparisons found so far, a few words, and never a message. A diagnostic
//! waits for the message or handshake that it speaks of, if the filter asks for them; the others wait behind it, so that
//! their order stays.
//!
//! A message has the handshake's fields as they are when the frames begin. The verdict may still turn from valid to
//! invalid with the first frames (`data-before-101`); to a connection's row it is the last one.

use hashbrown::HashMap;

use super::api::{ConnectionRow, DiagnosticRow};
use super::records::{Handshake, Since, ends};
use super::waiting::{State, Waiting};
use crate::capture::Timestamp;
use crate::conversation::{ConnectionView, FrameView, MessageView};
use crate::filter::{Comparison, Field, Filter, Found, Holder, Record, Rows, Seen};
use crate::limits::Limits;
use crate::stream::Side;
use crate::websocket::frame::Opcode;

/// Which rows a filter is asked about; the others pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Those of connections, which have the fields of their messages too.
    Connections,
    /// Those of messages.
    Messages,
    /// Those of frames.
    Frames,
    /// Those of diagnostics, which have the fields of what they speak of too.
    Diagnostics,
    /// Those of messages and of diagnostics.
    Conversation,
}

impl Asked {
    /// Whether such rows can have a field.
    pub fn has(self, field: Field) -> bool {
        match field.entry().rows {
            Rows::All => true,
            Rows::NotFrames => self != Self::Frames,
            Rows::Frames => self == Self::Frames,
        }
    }
}

/// A filter at work on one capture.
#[derive(Debug)]
pub struct Sieve {
    filter: Filter,
    asked: Asked,
    /// When the capture's first packet was captured.
    start: Option<Timestamp>,
    /// The filter asks for what a handshake says.
    needs_handshake: bool,
    /// The filter asks, for other rows than those of messages, for what a message has.
    needs_messages: bool,
    /// Of open connections, what the handshake's fields are found to be, by side, the client first.
    handshakes: HashMap<u64, [Seen; 2]>,
    /// Of open connections, what was seen of their messages.
    messages: HashMap<u64, Seen>,
    diagnostics: Waiting,
}

impl Sieve {
    /// A filter that has seen nothing yet.
    pub fn new(filter: Filter, asked: Asked, limits: &Limits) -> Self {
        let asks = |which: &dyn Fn(Field) -> bool| {
            filter.comparisons().iter().any(|comparison| which(comparison.field()))
        };
        let is_of_message =
            |field: Field| field.entry().holder != Holder::Connection && Asked::Messages.has(field);
        let is_of_handshake = |field: Field| field.entry().holder == Holder::Connection;
        let needs_handshake = match asked {
            // Its row says it all.
            Asked::Connections => false,
            Asked::Diagnostics => asks(&|field| is_of_handshake(field) && !says(field)),
            Asked::Messages | Asked::Frames | Asked::Conversation => asks(&is_of_handshake),
        };
        let needs_messages = match asked {
            Asked::Connections => asks(&is_of_message),
            Asked::Diagnostics | Asked::Conversation => asks(&|field| is_of_message(field) && !says(field)),
            Asked::Messages | Asked::Frames => false,
        };
        Self {
            filter,
            asked,
            start: None,
            needs_handshake,
            needs_messages,
            handshakes: HashMap::new(),
            messages: HashMap::new(),
            diagnostics: Waiting::new(limits),
        }
    }

    /// Whether it must be given messages, even if nobody else asks for them.
    pub fn needs_messages(&self) -> bool {
        self.needs_messages
    }

    /// Whether messages, or frames, must come with their whole payload.
    pub fn needs_payload(&self) -> bool {
        self.filter.needs_payload()
    }

    /// The capture's first packet was captured at that time.
    pub fn start(&mut self, time: Option<Timestamp>) {
        self.start = time;
    }

    /// A connection's frames begin.
    pub fn upgraded(&mut self, view: &ConnectionView<'_>) {
        if self.needs_handshake {
            let sides = Side::BOTH.map(|side| self.seen(&Handshake::of_view(view, side)));
            self.handshakes.insert(view.attempt.number, sides);
            self.judge_those(State::AwaitsHandshake { connection: view.attempt.number }, None);
        }
    }

    /// Takes a message, and says whether it passes.
    pub fn message(&mut self, view: &MessageView<'_>) -> bool {
        let record = Since { row: view, start: self.start };
        if self.needs_messages && self.asked == Asked::Connections {
            self.messages.entry(view.connection).or_default().add(&self.filter, &record);
        } else if self.needs_messages {
            self.note_for_diagnostics(view, &record);
        }
        match self.asked {
            Asked::Connections | Asked::Diagnostics => false,
            Asked::Frames => true,
            Asked::Messages | Asked::Conversation => self.holds(view.connection, view.from, &record),
        }
    }

    /// Whether a frame passes.
    pub fn frame(&self, view: &FrameView<'_>) -> bool {
        let record = Since { row: view, start: self.start };
        self.asked != Asked::Frames || self.holds(view.connection, view.from, &record)
    }

    /// Takes a connection that is over, and says whether it passes.
    pub fn connection(&mut self, row: &ConnectionRow) -> bool {
        let connection = row.connection;
        if self.diagnostics.has_any(connection) {
            // It may never have been upgraded.
            let sides = Side::BOTH.map(|side| self.seen(&Handshake::of_row(row, ends(row), Some(side))));
            self.handshakes.insert(connection, sides);
            self.judge_those(State::AwaitsHandshake { connection }, None);
            for number in self.diagnostics.awaited(connection) {
                self.judge_those(State::AwaitsMessage { connection, number }, None);
            }
        }
        self.handshakes.remove(&connection);
        let seen = self.messages.remove(&connection).unwrap_or_default();
        self.asked != Asked::Connections || seen.holds_with(&self.filter, &Since { row, start: self.start })
    }

    /// Takes a diagnostic; [`Sieve::next_diagnostic`] gives it back, if it passes.
    pub fn diagnostic(&mut self, row: &DiagnosticRow) {
        let passes_unasked = matches!(self.asked, Asked::Connections | Asked::Messages | Asked::Frames);
        let message = row.connection.zip(row.about_message).filter(|_| self.needs_messages);
        let state = match (row.connection, message) {
            _ if passes_unasked => State::Judged { passes: true },
            (_, Some((connection, number))) => match self.diagnostics.remembered(connection, number) {
                Some(seen) => State::Judged { passes: self.judge(row, Some(&seen)) },
                None => State::AwaitsMessage { connection, number },
            },
            (Some(connection), _) if self.needs_handshake && !self.handshakes.contains_key(&connection) => {
                State::AwaitsHandshake { connection }
            }
            _ => State::Judged { passes: self.judge(row, None) },
        };
        self.diagnostics.push(row.clone(), state);
    }

    /// The next diagnostic that passes, in the order in which they were taken.
    pub fn next_diagnostic(&mut self) -> Option<DiagnosticRow> {
        loop {
            let (row, state) = self.diagnostics.first()?;
            let passes = match state {
                State::Judged { passes } => passes,
                _ if self.diagnostics.is_over() => self.judge(row, None),
                _ => return None,
            };
            let row = self.diagnostics.pop()?;
            if passes {
                return Some(row);
            }
        }
    }

    /// Nothing more comes: diagnostics wait no longer.
    pub fn finish(&mut self) {
        self.diagnostics.close();
    }

    /// What the filter finds in a record.
    fn seen(&self, record: &impl Record) -> Seen {
        let mut seen = Seen::default();
        seen.add(&self.filter, record);
        seen
    }

    /// Asks the filter about a row; what its handshake says was asked before.
    fn holds(&self, connection: u64, from: Side, record: &impl Record) -> bool {
        let handshake = if self.needs_handshake { self.handshakes.get(&connection) } else { None };
        let of_side = handshake.map(|sides| sides[from.index()]).unwrap_or_default();
        let decided = self.filter.decide(|number, comparison| {
            Some(match comparison.field().entry().holder {
                Holder::Connection => comparison.judge(of_side.found(number)),
                Holder::Row | Holder::Payload => comparison.holds(record),
            })
        });
        decided == Some(true)
    }

    /// Asks the filter about a diagnostic, with what was found in the message that it speaks of.
    fn judge(&self, row: &DiagnosticRow, message: Option<&Seen>) -> bool {
        let sides = row.connection.and_then(|connection| self.handshakes.get(&connection));
        diagnostic_holds(&self.filter, &Since { row, start: self.start }, sides, message)
    }

    fn note_for_diagnostics(&mut self, view: &MessageView<'_>, record: &impl Record) {
        let (connection, number) = (view.connection, view.number);
        // Whether a Ping is answered is known only later.
        let remember = matches!(view.opcode, Opcode::PING | Opcode::PONG);
        if remember || self.diagnostics.is_awaited(connection, number) {
            let seen = self.seen(record);
            self.judge_those(State::AwaitsMessage { connection, number }, Some(&seen));
            if remember {
                self.diagnostics.remember(connection, number, seen);
            }
        }
    }

    /// Judges the diagnostics that await this.
    fn judge_those(&mut self, awaiting: State, message: Option<&Seen>) {
        let mut waiting = std::mem::take(&mut self.diagnostics);
        waiting.judge(awaiting, |row| self.judge(row, message));
        self.diagnostics = waiting;
    }
}

/// Asks a filter about a diagnostic, with what was found in its connection's handshake, by side, the client first, and
/// in the message that it speaks of.
pub(super) fn diagnostic_holds(
    filter: &Filter,
    record: &Since<'_, DiagnosticRow>,
    sides: Option<&[Seen; 2]>,
    message: Option<&Seen>,
) -> bool {
    let find = |number: usize, comparison: &Comparison| {
        let field = comparison.field();
        let own = comparison.find(record);
        let theirs = match (field.entry().holder, record.row.from) {
            _ if says(field) => None,
            (Holder::Connection, Some(from)) => sides.map(|sides| sides[from.index()].found(number)),
            // Nobody sent it.
            (Holder::Connection, None) if is_of_one_side(field) => None,
            (Holder::Connection, None) => sides.map(|[client, _]| client.found(number)),
            (Holder::Row | Holder::Payload, _) => message.map(|seen| seen.found(number)),
        };
        let theirs = theirs.unwrap_or_default();
        Found { value: own.value || theirs.value, hit: own.hit || theirs.hit }
    };
    filter.decide(|number, comparison| Some(comparison.judge(find(number, comparison)))) == Some(true)
}

/// Whether a diagnostic says itself what the field is, so that what it speaks of is not asked.
fn says(field: Field) -> bool {
    use Field::{Connection, Diagnostic, From, Message, Packet, Severity, SinceStart, Time};
    matches!(field, Connection | Diagnostic | From | Message | Packet | Severity | SinceStart | Time)
}

/// Whether the field depends on who sent the row.
fn is_of_one_side(field: Field) -> bool {
    matches!(field, Field::Source | Field::Destination | Field::SourcePort | Field::DestinationPort)
}
