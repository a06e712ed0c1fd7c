//! Diagnostics as the index keeps them: what the table of codes says of every one is not kept with each.

use crate::capture::Timestamp;
use crate::diagnostic::{Cause, Code, Severity};
use crate::session::api::DiagnosticRow;
use crate::stream::Side;

/// One diagnostic.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its code.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// The connection's number.
    pub connection: Option<u64>,
    /// Whose doing it is.
    pub from: Option<Side>,
    /// The packet where it was found.
    pub packet: Option<u64>,
    /// When that was captured.
    pub time: Option<Timestamp>,
    /// The message that it speaks of.
    pub message: Option<u64>,
    /// One sentence with the values.
    pub text: Box<str>,
    /// The recognised cause.
    pub cause: Option<Cause>,
}

impl Found {
    /// What is kept of a row.
    pub fn of(row: &DiagnosticRow) -> Option<Self> {
        Some(Self {
            code: Code::from_name(&row.code)?,
            severity: row.severity,
            connection: row.connection,
            from: row.from,
            packet: row.packet,
            time: row.time,
            message: row.about_message,
            text: row.message.as_str().into(),
            cause: row.cause_code.as_deref().and_then(Cause::from_name),
        })
    }

    /// The row again.
    pub fn to_row(&self) -> DiagnosticRow {
        let entry = self.code.entry();
        DiagnosticRow {
            capture: None,
            severity: self.severity,
            code: self.code.name().to_owned(),
            connection: self.connection,
            from: self.from,
            packet: self.packet,
            time: self.time,
            rfc: entry.rfc.to_owned(),
            message: self.text.to_string(),
            cause_code: self.cause.map(|cause| cause.name().to_owned()),
            cause: Some(self.cause.map_or(entry.usual_cause, Cause::sentence).to_owned()),
            fix: Some(self.cause.map_or(entry.fix, Cause::fix).to_owned()),
            about_message: self.message,
        }
    }
}
