//! `check` for a person: diagnostics by connection, each with its cause and fix, and a count on standard error.

use std::collections::BTreeMap;
use std::io::{self, Write};

use sockscope_core::diagnostic::Severity;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, SummaryRow};

use super::diagnostic::{Again, block};
use super::tally::{Group, Tally};
use super::{Out, Report, Source, Wants};
use crate::say::Say;
use crate::terminal::{BOLD, DIM, GOOD, Screen};
use crate::text::quantity::counted;
use crate::text::{sanitise, width};

/// Diagnostics to read.
pub struct Check {
    out: Out,
    screen: Screen,
    say: Say,
    source: Option<Source>,
    tally: Tally,
    /// What stands behind a connection's number; only for those that have a diagnostic when they end.
    titles: BTreeMap<u64, String>,
    counts: [u64; 3],
    /// From a pipe, the connection whose diagnostics were printed last.
    last: Option<Group>,
    first: bool,
}

impl Check {
    pub fn new(out: Out, screen: Screen, say: Say) -> Self {
        let (tally, titles) = (Tally::default(), BTreeMap::new());
        Self { out, screen, say, source: None, tally, titles, counts: [0; 3], last: None, first: true }
    }

    fn live(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.live)
    }

    fn title(&mut self, group: Group) -> io::Result<()> {
        let gap = if std::mem::take(&mut self.first) { "" } else { "\n" };
        match group {
            Group::Capture => writeln!(self.out, "{gap}{}", self.screen.paint(BOLD, "capture")),
            Group::Connection(number) => {
                let name = self.screen.paint(BOLD, &format!("connection {number}"));
                let room = self.screen.width.saturating_sub("connection ".len() + number.to_string().len());
                let ends = self.titles.get(&number).map_or(String::new(), |ends| format!("  {ends}"));
                let ends = width::cut(&ends, room);
                writeln!(self.out, "{gap}{name}{}", self.screen.paint(DIM, &ends))
            }
        }
    }
}

impl Report for Check {
    fn wants(&self) -> Wants {
        Wants::default()
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        if source.among_several {
            let gap = if self.source.is_none() { "" } else { "\n" };
            let name = self.screen.paint(BOLD, &sanitise::line(&source.name));
            writeln!(self.out, "{gap}{name}")?;
        }
        self.source = Some(source.clone());
        self.tally = Tally::default();
        self.titles.clear();
        self.counts = [0; 3];
        self.last = None;
        self.first = !source.among_several;
        Ok(())
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        if !row.diagnostics.is_empty() {
            let target = row.request.as_ref().map_or("", |request| &request.target);
            let ends = format!("{} → {}  {target}", row.client, row.server);
            self.titles.insert(row.connection, sanitise::line(ends.trim_end()).into_owned());
        }
        Ok(())
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) -> io::Result<()> {
        self.counts[match row.severity {
            Severity::Error => 0,
            Severity::Warning => 1,
            Severity::Note => 2,
        }] += 1;
        if !self.live() {
            self.tally.add(row);
            return Ok(());
        }
        let group = Group::of(row);
        if self.last.replace(group) != Some(group) {
            self.title(group)?;
        }
        self.out.write_all(block(row, self.screen, 2, &Again::default()).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, summary: Option<&SummaryRow>) -> io::Result<()> {
        for group in self.tally.groups().collect::<Vec<_>>() {
            self.title(group)?;
            for (row, again) in self.tally.of(group) {
                self.out.write_all(block(row, self.screen, 2, again).as_bytes())?;
            }
        }
        let Some(summary) = summary else { return self.out.flush() };
        let [errors, warnings, notes] = self.counts;
        let filtered = self.source.as_ref().is_some_and(|source| source.filtered);
        if errors + warnings + notes == 0 && summary.connections > 0 && !filtered {
            let all = counted(summary.connections, "connection");
            writeln!(self.out, "{} nothing to find fault with in {all}", self.screen.paint(GOOD, "✓"))?;
        }
        self.out.flush()?;
        if errors + warnings + notes > 0 {
            self.say.plain(&format!(
                "{}, {}, {} in {}",
                counted(errors, "error"),
                counted(warnings, "warning"),
                counted(notes, "note"),
                counted(summary.connections, "connection")
            ));
        }
        Ok(())
    }
}
