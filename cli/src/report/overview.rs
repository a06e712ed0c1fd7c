//! The overview for a person: one headline, a block for each connection with its diagnostics, what to type next.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use sockscope_core::diagnostic::Severity;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, LockedRow, SummaryRow};

use super::connections::lasted;
use super::diagnostic::{block, paragraph};
use super::tally::{Group, Tally};
use super::{Out, Report, Source, Wants, closing};
use crate::terminal::{BOLD, CLIENT, DIM, ERROR, SERVER, Screen, WARNING};
use crate::text::quantity::{count, counted, size, span};
use crate::text::{sanitise, width};

/// More connections than this are no overview any more; those with faults come first.
const CONNECTIONS: usize = 50;
/// More diagnostics than this of one connection are left to `check`.
const DIAGNOSTICS: usize = 5;

/// The overview.
pub struct Overview {
    out: Out,
    screen: Screen,
    hints: bool,
    source: Option<Source>,
    connections: Vec<ConnectionRow>,
    tally: Tally,
    locked: Vec<LockedRow>,
    more_locked: u64,
}

impl Overview {
    /// With `quiet` there are no hints.
    pub fn new(out: Out, screen: Screen, show: crate::args::ShowArgs) -> Self {
        let (connections, tally) = (Vec::new(), Tally::default());
        Self {
            out,
            screen,
            hints: !show.quiet,
            source: None,
            connections,
            tally,
            locked: Vec::new(),
            more_locked: 0,
        }
    }

    /// TLS connections that cannot be read, a line each.
    fn write_locked(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.locked);
        if rows.is_empty() {
            return Ok(());
        }
        let title = "TLS connections without secrets, which may be WebSockets";
        writeln!(self.out, "\n{}", self.screen.paint(BOLD, title))?;
        for row in &rows {
            let known = [
                row.sni.clone(),
                row.version.clone(),
                (!row.alpn_offered.is_empty()).then(|| format!("offered {}", row.alpn_offered.join(", "))),
                row.encrypted_client_hello.then(|| "with an encrypted client hello".to_owned()),
            ];
            let known: Vec<String> = known.into_iter().flatten().collect();
            let line = format!("{} → {}  {}", row.client, row.server, known.join(" · "));
            writeln!(self.out, "  {}", sanitise::line(&line))?;
        }
        if self.more_locked > 0 {
            writeln!(self.out, "  and {} more", count(self.more_locked))?;
        }
        Ok(())
    }

    fn headline(&self, name: &str, summary: &SummaryRow) -> String {
        let screen = self.screen;
        let mut facts = vec![
            size(summary.bytes),
            counted(summary.packets, "packet"),
            counted(summary.tcp_connections, "TCP connection"),
            counted(summary.connections, "WebSocket connection"),
            counted(summary.messages, "message"),
        ];
        let shown: usize = width::of(name) + facts.iter().map(|fact| width::of(fact) + 3).sum::<usize>();
        let (errors, warnings) = (summary.errors, summary.warnings);
        if errors > 0 {
            facts.push(screen.paint(ERROR, &format!("✗ {}", counted(errors, "error"))));
        }
        if warnings > 0 {
            facts.push(screen.paint(WARNING, &format!("⚠ {}", counted(warnings, "warning"))));
        }
        let name = screen.paint(BOLD, &sanitise::line(name));
        let gap = if shown > screen.width { "\n" } else { "  " };
        format!("{name}{gap}{}\n", facts.join(" · "))
    }

    /// Which connections are shown: all, or those with faults first; in order of number.
    fn chosen(&mut self) -> Vec<ConnectionRow> {
        let mut rows = std::mem::take(&mut self.connections);
        rows.sort_by_key(|row| row.connection);
        if rows.len() > CONNECTIONS {
            let worst = |row: &ConnectionRow| self.tally.worst(Group::Connection(row.connection));
            let keep: BTreeSet<u64> = {
                let mut by_fault: Vec<_> = rows.iter().collect();
                by_fault
                    .sort_by_key(|row| std::cmp::Reverse(worst(row).filter(|&worst| worst > Severity::Note)));
                by_fault.into_iter().take(CONNECTIONS).map(|row| row.connection).collect()
            };
            rows.retain(|row| keep.contains(&row.connection));
        }
        rows
    }

    fn connection_block(&self, row: &ConnectionRow, name: &str) -> String {
        let screen = self.screen;
        let group = Group::Connection(row.connection);
        let (glyph, style) = closing::glyph(row, self.tally.worst(group));
        let target = row
            .request
            .as_ref()
            .map_or(String::new(), |request| sanitise::line(&request.target).into_owned());
        let ends = format!("{} → {}", sanitise::line(&row.client), sanitise::line(&row.server));
        let room =
            screen.width.saturating_sub(width::of(&ends) + row.connection.to_string().len() + 8).max(10);
        let target = width::cut(&target, room);
        let gap = if target.is_empty() { "" } else { "  " };
        let mut out = format!(
            "\n{} {}  {ends}{gap}{}\n",
            screen.paint(style, glyph),
            screen.paint(BOLD, &row.connection.to_string()),
            screen.paint(BOLD, &target)
        );
        paragraph(&mut out, screen, 4, "", &facts(row).join(" · "));
        let traffic = self.traffic(row);
        if !traffic.is_empty() {
            let _ = writeln!(out, "    {traffic}");
        }
        let diagnostics = self.tally.of(group);
        for (row, again) in diagnostics.iter().take(DIAGNOSTICS) {
            out.push_str(&block(row, screen, 4, again));
        }
        if diagnostics.len() > DIAGNOSTICS {
            let more = counted((diagnostics.len() - DIAGNOSTICS) as u64, "more kind");
            let _ =
                writeln!(out, "    {more}: sockscope check -c {} {}", row.connection, sanitise::line(name));
        }
        out
    }

    /// `▲ 12 messages, 1.2 kB   ▼ 36 messages, 48 kB`, with what it took on the wire where that is less.
    fn traffic(&self, row: &ConnectionRow) -> String {
        let side = |style, glyph, messages, bytes: u64, wire: u64| {
            let wire = if wire < bytes { format!(" ({} on the wire)", size(wire)) } else { String::new() };
            let words = format!("{}, {}{wire}", counted(messages, "message"), size(bytes));
            format!("{} {words}", self.screen.paint(style, glyph))
        };
        if row.client_frames + row.server_frames == 0 {
            return String::new();
        }
        format!(
            "{}   {}",
            side(CLIENT, "▲", row.client_messages, row.client_bytes, row.client_wire_bytes),
            side(SERVER, "▼", row.server_messages, row.server_bytes, row.server_wire_bytes)
        )
    }

    /// What to type next: commands that work as they stand.
    fn hints(&self, rows: &[ConnectionRow], name: &str) -> String {
        let name = if name.contains([' ', '\'', '"', '$', '\\']) { "CAPTURE" } else { name };
        let mut hints = Vec::new();
        if let Some(row) = rows.iter().find(|row| row.client_messages + row.server_messages > 0) {
            hints.push((
                format!("sockscope follow -c {} {name}", row.connection),
                "one connection, as a conversation",
            ));
            hints.push((format!("sockscope messages {name}"), "every message"));
        }
        let is_shown = |group: &Group| match group {
            Group::Capture => true,
            Group::Connection(number) => rows.iter().any(|row| row.connection == *number),
        };
        // Of several that are equally bad, the first.
        let coded = self.tally.groups().filter(is_shown).flat_map(|group| self.tally.of(group));
        if let Some((row, _)) = coded.min_by_key(|(row, _)| std::cmp::Reverse(row.severity)) {
            hints.push((format!("sockscope explain {}", row.code), "what a diagnostic means"));
        }
        let widest = hints.iter().map(|(command, _)| width::of(command)).max().unwrap_or(0);
        let mut out = String::new();
        for (command, what) in &hints {
            let pad = widest - width::of(command);
            let what = self.screen.paint(DIM, &format!("{:pad$}  {what}", ""));
            let _ = writeln!(out, "{}{what}", sanitise::line(command));
        }
        if out.is_empty() { out } else { format!("\n{out}") }
    }
}

/// What is to be said of a connection on one line.
fn facts(row: &ConnectionRow) -> Vec<String> {
    let mut facts = Vec::new();
    if row.handshake.verdict != "valid" {
        facts.push(closing::verdict(row));
    }
    if row.protocol != "rfc6455" {
        facts.push(sanitise::line(&row.protocol).into_owned());
    }
    if row.transport != "tcp" {
        facts.push(sanitise::line(&row.transport).into_owned());
    }
    facts.extend(row.handshake.subprotocol.clone());
    facts.extend(row.handshake.extensions.clone());
    if let Some(nanos) = lasted(row) {
        facts.push(span(nanos));
    }
    facts.extend(closing::ending(row));
    facts
}

impl Report for Overview {
    fn wants(&self) -> Wants {
        Wants::default()
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        if self.source.is_some() {
            writeln!(self.out)?;
        }
        self.source = Some(source.clone());
        self.connections.clear();
        self.tally = Tally::default();
        Ok(())
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        self.connections.push(row.clone());
        Ok(())
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) -> io::Result<()> {
        self.tally.add(row);
        Ok(())
    }

    fn tls(&mut self, rows: &[LockedRow], more: u64) {
        (self.locked, self.more_locked) = (rows.to_vec(), more);
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, summary: Option<&SummaryRow>) -> io::Result<()> {
        let name = self.source.as_ref().map_or(String::new(), |source| source.name.clone());
        let Some(summary) = summary else { return self.out.flush() };
        self.out.write_all(self.headline(&name, summary).as_bytes())?;
        let all = self.connections.len();
        let rows = self.chosen();
        for row in &rows {
            self.out.write_all(self.connection_block(row, &name).as_bytes())?;
        }
        if rows.len() < all {
            let more = count((all - rows.len()) as u64);
            writeln!(self.out, "\nand {more} more: sockscope connections {}", sanitise::line(&name))?;
        }
        self.write_locked()?;
        let of_capture = self.tally.of(Group::Capture);
        if !of_capture.is_empty() {
            writeln!(self.out, "\n{}", self.screen.paint(BOLD, "capture"))?;
        }
        for (row, again) in of_capture {
            self.out.write_all(block(row, self.screen, 2, again).as_bytes())?;
        }
        if self.hints && self.source.as_ref().is_some_and(|source| !source.live && !source.among_several) {
            self.out.write_all(self.hints(&rows, &name).as_bytes())?;
        }
        self.out.flush()
    }
}
