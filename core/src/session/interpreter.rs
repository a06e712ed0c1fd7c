//! What a lane adds to messages before they are told: what they mean in their sub-protocols and, where lines are asked
//! for, their rows as text. Both cost more than anything else that a row costs, so both are done where the connection is
//! decoded, on whichever thread that is.

use super::decoder::RowsWanted;
use super::jsonl::JsonLines;
use super::lane::Telling;
use super::rows;
use crate::conversation::{
    ConnectionView, DiagnosticView, FrameView, MessageView, Opened, PayloadView, Saw, Settings, Sink,
};
use crate::subprotocol::{Connections, Decoded, Message};
use crate::tcp::Facts;
use crate::tls::Sealed;
use crate::websocket::message::PayloadWanted;

/// What a lane knows of the sub-protocols of its connections, and how it writes lines.
pub struct Interpreter {
    /// It is asked what messages mean, and whole payloads are kept for that.
    connections: Option<Connections>,
    lines: Option<Lines>,
}

struct Lines {
    writer: JsonLines,
    payload: PayloadWanted,
}

/// Passes on what is told, with what an interpreter adds.
pub struct Interpreted<'a, T> {
    told: &'a mut T,
    interpreter: &'a mut Interpreter,
}

impl Interpreter {
    /// One that adds what is wanted.
    pub fn new(settings: &Settings, wanted: RowsWanted) -> Self {
        let decoding = wanted.messages && wanted.decoded && settings.payload == PayloadWanted::Full;
        let line = || Lines { writer: JsonLines::default(), payload: settings.payload };
        Self {
            connections: decoding.then(|| Connections::new(&settings.limits)),
            lines: (wanted.messages && wanted.lines).then(line),
        }
    }

    /// Stands between what conversations tell and those who take it.
    #[inline(always)]
    pub fn before<'a, T: Telling>(&'a mut self, told: &'a mut T) -> Interpreted<'a, T> {
        Interpreted { told, interpreter: self }
    }

    fn decode(&mut self, view: &MessageView<'_>) -> Option<Decoded> {
        let connections = self.connections.as_mut().filter(|_| !view.opcode.is_control())?;
        let PayloadView { kept, complete, truncated, .. } = view.payload;
        let MessageView { number, from, opcode, length, .. } = *view;
        let message = Message { number, from, opcode, payload: kept, length };
        if !complete || truncated {
            connections.pass(view.connection, &message);
            return None;
        }
        connections.message(view.connection, &message)
    }
}

impl<T: Telling> Sink for Interpreted<'_, T> {
    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        if let Some(connections) = &mut self.interpreter.connections {
            connections.upgraded(view.attempt.number, &rows::handshake(view));
        }
        self.told.upgraded(view);
    }

    fn message(&mut self, message: &MessageView<'_>) {
        let decoded = self.interpreter.decode(message);
        let message = &MessageView { decoded: decoded.as_ref(), ..*message };
        match &mut self.interpreter.lines {
            Some(Lines { writer, payload }) => {
                self.told.line(message, |line| writer.behind_number(message, *payload, line));
            }
            None => self.told.message(message),
        }
    }

    fn closed(&mut self, view: &ConnectionView<'_>) {
        if let Some(connections) = &mut self.interpreter.connections {
            connections.closed(view.attempt.number);
        }
        self.told.closed(view);
    }

    fn began(&mut self, facts: &Facts) {
        self.told.began(facts);
    }

    fn opened(&mut self, opened: &Opened<'_>) -> u64 {
        self.told.opened(opened)
    }

    fn frame(&mut self, frame: &FrameView<'_>) {
        self.told.frame(frame);
    }

    fn diagnostic(&mut self, diagnostic: &DiagnosticView<'_>) {
        self.told.diagnostic(diagnostic);
    }

    fn sealed(&mut self, sealed: &Sealed<'_>) {
        self.told.sealed(sealed);
    }

    fn saw(&mut self, what: Saw) {
        self.told.saw(what);
    }

    fn ended(&mut self, facts: &Facts) {
        self.told.ended(facts);
    }
}
