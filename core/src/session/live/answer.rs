//! What is answered at once: it takes no look at all messages.

use super::Session;
use crate::conversation::PayloadView;
use crate::diagnostic::{Cause, Code};
use crate::filter;
use crate::order;
use crate::session::api::{
    Answer, DiagnosticGroup, DiagnosticRow, ExplainedCause, Explanation, MessageName, MessageRow,
    MessageView, Page, Problem, Request, Span,
};
use crate::session::index::{Found, Record};
use crate::session::query::{handshake, sparkline};
use crate::session::rows;
use crate::source::SourceError;
use crate::websocket::frame::Opcode;
use crate::websocket::message::{PREVIEW, PayloadWanted};

/// Rows that one answer gives at most.
pub(super) const ROWS: u64 = 10_000;
/// Diagnostics of one message that are shown beside it.
const OF_ONE: usize = 100;
/// Bytes of a Close's body, of which its reason is a part (RFC 6455 §5.5).
const CLOSE: u64 = 4 << 10;

impl Session {
    /// The answer to a request that needs no look at all messages; `None`: it does.
    pub(super) fn quick(&mut self, request: &Request) -> Option<Result<Answer, Problem>> {
        Some(match request {
            Request::Summary => Ok(Answer::Summary(Box::new(self.summary().clone()))),
            Request::Secrets => Ok(Answer::Secrets(self.secrets_view())),
            Request::Message { message } => self.of_message(*message, |session, id, record| {
                let row = session.row(id, record)?;
                let diagnostics = session.speaking_of(*message);
                Ok(Answer::Message(Box::new(MessageView { row, diagnostics })))
            }),
            Request::Payload { message, stage, bytes } => self.of_message(*message, |session, id, record| {
                session.reader().payload(id, record, *stage, *bytes).map(Answer::Payload)
            }),
            Request::Frames { message, rows } => self.of_message(*message, |session, id, record| {
                session.reader().frames(id, record, limited(*rows)).map(Answer::Frames)
            }),
            Request::Packets { message, rows } => self.of_message(*message, |session, id, record| {
                session.reader().packets(id, record, limited(*rows)).map(Answer::Packets)
            }),
            Request::Handshake { connection } => match self.index.connection(*connection) {
                Some(found) => Ok(Answer::Handshake(Box::new(handshake::view(&self.index, found)))),
                None => Err(Problem::new(format!("there is no connection {connection} (yet)"))),
            },
            Request::Diagnostics { rows, code, connection } => {
                Ok(Answer::Diagnostics(self.diagnostics(limited(*rows), code.as_deref(), *connection)))
            }
            Request::Sparklines { connections, slices } => {
                Ok(Answer::Sparklines(sparkline::lines(&self.index, self.start, connections, *slices)))
            }
            Request::DiagnosticGroups => Ok(Answer::DiagnosticGroups(self.groups())),
            Request::Explain { code } => explanation(code).map(|told| Answer::Explanation(Box::new(told))),
            Request::Complete { expression, cursor } => {
                let cursor = usize::try_from(*cursor).unwrap_or(usize::MAX).min(expression.len());
                Ok(Answer::Completion(filter::complete(expression, cursor)))
            }
            request => return self.meaning(request),
        })
    }

    pub(super) fn of_message(
        &mut self,
        name: MessageName,
        answer: impl FnOnce(&mut Self, u32, &Record) -> Result<Answer, SourceError>,
    ) -> Result<Answer, Problem> {
        let MessageName { connection, message } = name;
        let id = self.index.message(connection, message);
        let found = id.and_then(|id| Some((id, self.index.record(id)?)));
        let Some((id, record)) = found else {
            return Err(Problem::new(format!(
                "there is no message {message} in connection {connection} (yet)"
            )));
        };
        self.bytes.verify()?;
        Ok(answer(self, id, &record)?)
    }

    /// The message's row, with the beginning of its payload.
    pub(super) fn row(&mut self, id: u32, record: &Record) -> Result<MessageRow, SourceError> {
        let mut row = self.index.row(id, record);
        let is_close = record.opcode() == Opcode::CLOSE;
        // Three bytes more, so that a cut code point is known to be one.
        let wanted = if is_close { CLOSE } else { PREVIEW as u64 + 3 };
        let beginning = self.reader().application(id, record, wanted)?;
        if is_close && row.code.is_some() {
            let reason = beginning.get(2..).and_then(|reason| std::str::from_utf8(reason).ok());
            row.reason = reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
        }
        let view = PayloadView {
            kept: beginning.get(..PREVIEW + 3).unwrap_or(&beginning),
            sha256: None,
            holes: &[],
            complete: record.is_complete(),
            truncated: false,
            is_text: record.is_text(),
        };
        row.payload = rows::columns(&view, PayloadWanted::Preview);
        Ok(row)
    }

    fn diagnostics(&self, rows: Span, code: Option<&str>, connection: Option<u64>) -> Page<DiagnosticRow> {
        let mut page = Page { total: 0, counted: self.is_over(), start: rows.start, rows: Vec::new() };
        for found in self.index.found().iter() {
            let is_other = code.is_some_and(|code| code != found.code.name())
                || (connection.is_some() && connection != found.connection);
            if is_other {
                continue;
            }
            if (rows.start..rows.start.saturating_add(rows.length)).contains(&page.total) {
                page.rows.push(found.to_row());
            }
            page.total += 1;
        }
        // Of more than `Limits::diagnostics` only the groups are exact.
        let found: u64 = self.index.counts().iter().map(|count| count.count).sum();
        page.counted &= found == self.index.found().len() as u64;
        page
    }

    /// The diagnostics that speak of a message.
    fn speaking_of(&self, name: MessageName) -> Vec<DiagnosticRow> {
        let of_it =
            self.index.found().iter().filter(|found| {
                found.connection == Some(name.connection) && found.message == Some(name.message)
            });
        of_it.take(OF_ONE).map(Found::to_row).collect()
    }

    fn groups(&self) -> Vec<DiagnosticGroup> {
        let groups = self.index.counts().iter().map(|count| DiagnosticGroup {
            code: count.code.name().to_owned(),
            severity: count.severity,
            count: count.count,
            connections: count.connections,
            title: count.code.entry().title.to_owned(),
            rfc: count.code.entry().rfc.to_owned(),
        });
        let mut groups: Vec<DiagnosticGroup> = groups.collect();
        // The worst first; ties in the order of the table.
        order::by_key(&mut groups, |group| u64::MAX - group.severity as u64);
        groups
    }
}

/// What the table says of that code.
fn explanation(name: &str) -> Result<Explanation, Problem> {
    let code = Code::from_name(name)
        .ok_or_else(|| Problem::new(format!("there is no diagnostic called \"{}\"", name.escape_debug())))?;
    let entry = code.entry();
    let causes = Cause::of(code).map(|cause| ExplainedCause {
        name: cause.name().to_owned(),
        sentence: cause.sentence().to_owned(),
        fix: cause.fix().to_owned(),
    });
    Ok(Explanation {
        code: code.name().to_owned(),
        rfc: entry.rfc.to_owned(),
        explanation: entry.explanation.to_owned(),
        usual_cause: entry.usual_cause.to_owned(),
        fix: entry.fix.to_owned(),
        causes: causes.collect(),
        grounds: entry.grounds.iter().map(|ground| ground.sentence().to_owned()).collect(),
    })
}

/// No more rows than one answer gives.
pub(super) fn limited(rows: Span) -> Span {
    Span { length: rows.length.min(ROWS), ..rows }
}
