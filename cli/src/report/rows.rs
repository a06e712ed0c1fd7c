//! `--format jsonl` and `--format csv`: rows for programs, in the order in which they became final.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, LockedRow, SummaryRow};
use sockscope_core::session::csv::columns::{self, Column};
use sockscope_core::session::{FrameView, JsonLines, MessageView, csv};

use super::{Kept, Out, Report, Source, Wants};
use crate::args::{Format, Payload, TlsWanted};
use crate::terminal::Screen;
use crate::text::sanitise;

/// Connections that wait for an earlier one to end; memory stays bounded.
const EARLY: usize = 1 << 16;

/// Which rows are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// A summary, then connections
    Overview,
    Connections,
    Messages,
    Frames,
    Check,
}

/// Rows for programs.
pub struct Rows {
    out: Out,
    which: Which,
    csv: bool,
    payload: Kept,
    /// Standard output is a terminal, which must not be told what to do by a payload.
    terminal: bool,
    tag: Option<String>,
    name: String,
    /// The overview's connections wait for the summary.
    held: Vec<ConnectionRow>,
    /// Connections that are over while an earlier one is not: those of a file are printed by number.
    early: BTreeMap<u64, ConnectionRow>,
    /// TLS connections without secrets, where they are asked for.
    locked: Vec<LockedRow>,
    next: u64,
    live: bool,
    line: String,
    lines: JsonLines,
    bytes: Vec<u8>,
    /// How the lines of this capture's messages begin.
    head: Vec<u8>,
    header_written: bool,
    /// TLS connections without secrets were asked for.
    tells_tls: bool,
}

impl Rows {
    pub fn new(out: Out, screen: Screen, which: Which, format: Format, payload: Payload) -> Self {
        let payload = match payload {
            Payload::None => Kept::Nothing,
            Payload::Hash => Kept::Hash,
            Payload::Preview => Kept::Beginning,
            Payload::Full => Kept::Everything,
        };
        Self {
            out,
            which,
            csv: format == Format::Csv,
            payload,
            terminal: screen.terminal,
            tag: None,
            name: String::new(),
            held: Vec::new(),
            early: BTreeMap::new(),
            locked: Vec::new(),
            next: 0,
            live: false,
            line: String::new(),
            lines: JsonLines::default(),
            bytes: Vec::new(),
            head: Vec::new(),
            header_written: false,
            tells_tls: false,
        }
    }

    /// With TLS connections without secrets, where they are asked for.
    pub fn with_tls(self, wanted: Option<TlsWanted>) -> Self {
        Self { tells_tls: wanted.is_some(), ..self }
    }

    fn put<R: Serialize>(&mut self, columns: &'static [Column<R>], row: &R) -> io::Result<()> {
        if !self.csv {
            return self.json(row);
        }
        self.header(columns)?;
        self.line.clear();
        csv::row(&mut self.line, columns, row);
        self.out.write_all(self.line.as_bytes())
    }

    /// Prints the connections whose turn has come; at most `most` wait for an earlier one.
    fn put_in_turn(&mut self, most: usize) -> io::Result<()> {
        while let Some(first) = self.early.first_entry()
            && (*first.key() == self.next || self.early.len() > most)
        {
            let Some((number, row)) = self.early.pop_first() else { break };
            self.next = number + 1;
            self.put(columns::CONNECTION, &row)?;
        }
        Ok(())
    }

    fn header<R>(&mut self, columns: &'static [Column<R>]) -> io::Result<()> {
        if self.header_written {
            return Ok(());
        }
        self.header_written = true;
        self.line.clear();
        csv::header(&mut self.line, columns);
        self.out.write_all(self.line.as_bytes())
    }

    fn json(&mut self, row: &impl Serialize) -> io::Result<()> {
        let mut line = std::mem::take(&mut self.line).into_bytes();
        line.clear();
        serde_json::to_writer(&mut line, row)?;
        line.push(b'\n');
        if self.terminal {
            let text = String::from_utf8_lossy(&line).into_owned();
            self.out.write_all(sanitise::json(&text).as_bytes())?;
        } else {
            self.out.write_all(&line)?;
        }
        line.clear();
        self.line = String::from_utf8(line).unwrap_or_default();
        Ok(())
    }
}

/// A TLS connection that cannot be read.
#[derive(Serialize)]
struct Locked<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    capture: Option<&'a str>,
    tls_connection: &'a LockedRow,
}

/// The overview's first object.
#[derive(Serialize)]
struct Overview<'a> {
    summary: &'a SummaryRow,
}

impl Report for Rows {
    fn wants(&self) -> Wants {
        let (messages, frames) = (self.which == Which::Messages, self.which == Which::Frames);
        let payload = if messages || frames { self.payload } else { Kept::Nothing };
        let decoded = messages && matches!(payload, Kept::Everything);
        Wants { messages, frames, decoded, lines: messages && !self.csv && !self.terminal, payload }
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        self.tag = source.tag();
        self.name.clone_from(&source.name);
        self.head.clear();
        JsonLines::head(self.tag.as_deref(), &mut self.head);
        self.next = 0;
        self.live = source.live;
        Ok(())
    }

    fn wants_connections(&self) -> bool {
        matches!(self.which, Which::Overview | Which::Connections)
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        let tagged = |tag: &Option<String>| ConnectionRow { capture: tag.clone(), ..row.clone() };
        match self.which {
            Which::Overview if !self.csv => {
                self.held.push(tagged(&self.tag));
                Ok(())
            }
            Which::Overview | Which::Connections if self.live => {
                self.put(columns::CONNECTION, &tagged(&self.tag))
            }
            Which::Overview | Which::Connections if self.tag.is_none() && row.connection == self.next => {
                self.next += 1;
                self.put(columns::CONNECTION, row)?;
                self.put_in_turn(EARLY)
            }
            Which::Overview | Which::Connections => {
                self.early.insert(row.connection, tagged(&self.tag));
                self.put_in_turn(EARLY)
            }
            _ => Ok(()),
        }
    }

    fn message(&mut self, view: &MessageView<'_>) -> io::Result<()> {
        let wanted = self.wants().payload();
        if !self.csv && !self.terminal {
            self.bytes.clear();
            self.lines.message(view, self.tag.as_deref(), wanted, &mut self.bytes);
            return self.out.write_all(&self.bytes);
        }
        let mut row = view.to_row(wanted);
        row.capture.clone_from(&self.tag);
        self.put(columns::MESSAGE, &row)
    }

    fn line(&mut self, connection: u64, behind_number: &[u8]) -> io::Result<()> {
        self.out.write_all(&self.head)?;
        self.out.write_all(itoa::Buffer::new().format(connection).as_bytes())?;
        self.out.write_all(behind_number)
    }

    fn frame(&mut self, view: &FrameView<'_>) -> io::Result<()> {
        let mut row = view.to_row(self.wants().payload());
        row.capture.clone_from(&self.tag);
        self.put(columns::FRAME, &row)
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) -> io::Result<()> {
        match (self.which, &self.tag) {
            (Which::Check, None) => self.put(columns::DIAGNOSTIC, row),
            (Which::Check, tag) => {
                let row = DiagnosticRow { capture: tag.clone(), ..row.clone() };
                self.put(columns::DIAGNOSTIC, &row)
            }
            _ => Ok(()),
        }
    }

    fn tls(&mut self, rows: &[LockedRow], _: u64) {
        if self.tells_tls && self.wants_connections() && !self.csv {
            self.locked = rows.to_vec();
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, summary: Option<&SummaryRow>) -> io::Result<()> {
        match (self.which, summary) {
            _ if self.csv => match self.which {
                Which::Overview | Which::Connections => self.header(columns::CONNECTION)?,
                Which::Messages => self.header(columns::MESSAGE)?,
                Which::Frames => self.header(columns::FRAME)?,
                Which::Check => self.header(columns::DIAGNOSTIC)?,
            },
            (Which::Overview, Some(summary)) => {
                let summary = SummaryRow { capture: self.name.clone(), ..summary.clone() };
                self.json(&Overview { summary: &summary })?;
            }
            _ => {}
        }
        self.put_in_turn(0)?;
        let mut held = std::mem::take(&mut self.held);
        held.sort_by_key(|row| row.connection);
        for row in held {
            self.json(&row)?;
        }
        let tag = self.tag.clone();
        for row in std::mem::take(&mut self.locked) {
            self.json(&Locked { capture: tag.as_deref(), tls_connection: &row })?;
        }
        self.out.flush()
    }
}
