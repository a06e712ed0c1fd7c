//! `follow`: one connection as a conversation, to read.
//!
//! A connection's row, with its handshake, is final only when the connection ends. A file is therefore read twice: once
//! for the handshake, and once for what was said after it. From a pipe the handshake comes last.

use std::fmt::Write as _;
use std::io::{self, Write};

use sockscope_core::capture::Timestamp;
use sockscope_core::diagnostic::Code;
use sockscope_core::session::api::{ConnectionRow, Decoded, DiagnosticRow, MessageRow, SummaryRow};
use sockscope_core::session::{MessageView, PayloadWanted};
use sockscope_core::stream::Side;

use super::connections::lasted;
use super::diagnostic::{Again, block};
use super::{Kept, Out, Report, Source, Wants, closing};
use crate::terminal::{BOLD, DIM, ERROR, GOOD, PLAIN, Screen, WARNING, side_glyph};
use crate::text::quantity::{count, counted, moment, since, size, span};
use crate::text::{hex, sanitise, width};

/// Of a text, so many characters are shown,
const CHARACTERS: usize = 4_000;
/// and so many bytes of anything else.
const BYTES: usize = 128;

/// What the first reading finds out about the connection.
#[derive(Default)]
pub struct Profile {
    pub connection: Option<ConnectionRow>,
    diagnostics: Vec<DiagnosticRow>,
}

impl Report for Profile {
    fn wants(&self) -> Wants {
        Wants::default()
    }

    fn begin(&mut self, _source: &Source) -> io::Result<()> {
        Ok(())
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        self.connection = Some(row.clone());
        Ok(())
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) -> io::Result<()> {
        if is_of_handshake(row) && self.diagnostics.len() < 100 {
            self.diagnostics.push(row.clone());
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        Ok(())
    }
}

/// The conversation.
pub struct Follow {
    out: Out,
    screen: Screen,
    profile: Option<Profile>,
    start: Option<Timestamp>,
    /// Whether the connection is there at all.
    pub found: bool,
}

impl Follow {
    pub fn new(out: Out, screen: Screen, profile: Option<Profile>) -> Self {
        Self { out, screen, profile, start: None, found: false }
    }

    fn put(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }
}

impl Report for Follow {
    fn wants(&self) -> Wants {
        Wants { messages: true, decoded: true, payload: Kept::Everything, ..Wants::default() }
    }

    fn begin(&mut self, _source: &Source) -> io::Result<()> {
        let Some(Profile { connection: Some(row), diagnostics }) = &self.profile else { return Ok(()) };
        self.start = row.opened;
        let mut text = handshake(row, self.screen);
        for row in diagnostics {
            text.push_str(&block(row, self.screen, 2, &Again::default()));
        }
        text.push('\n');
        self.put(&text)
    }

    fn connection(&mut self, row: &ConnectionRow) -> io::Result<()> {
        self.found = true;
        let text = match &self.profile {
            Some(_) => ending(row, self.screen),
            None => format!("{}\n{}", ending(row, self.screen), handshake(row, self.screen)),
        };
        self.put(&text)
    }

    fn message(&mut self, view: &MessageView<'_>) -> io::Result<()> {
        self.found = true;
        // Without its payload, which is shown from the view.
        let mut row = view.to_row(PayloadWanted::None);
        row.decoded = view.decoded.cloned();
        self.start = self.start.or(row.started).or(row.time);
        let text = message(&row, view.payload(), self.start, self.screen);
        self.put(&text)
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) -> io::Result<()> {
        if self.profile.is_some() && is_of_handshake(row) {
            return Ok(());
        }
        self.put(&block(row, self.screen, indent(self.screen), &Again::default()))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        self.out.flush()
    }
}

fn is_of_handshake(row: &DiagnosticRow) -> bool {
    Code::from_name(&row.code).is_some_and(|code| matches!(code.chapter().title, "Request" | "Response"))
}

/// Who speaks with whom, and the two heads with the headers that matter to a WebSocket.
fn handshake(row: &ConnectionRow, screen: Screen) -> String {
    let ends = format!("{} → {}", sanitise::line(&row.client), sanitise::line(&row.server));
    let (glyph, style) = closing::glyph(row, closing::worst(row));
    let mut out = format!(
        "{} {}  {ends}\n",
        screen.paint(style, glyph),
        screen.paint(BOLD, &format!("connection {}", row.connection)),
    );
    let opened = row.opened.map(|opened| format!("opened {}", moment(opened)));
    let facts: Vec<String> =
        opened.into_iter().chain([closing::verdict(row), row.protocol.clone()]).collect();
    let _ = writeln!(out, "  {}\n", screen.paint(DIM, &sanitise::line(&facts.join(" · "))));
    if let Some(request) = &row.request {
        let line = format!("{} {} HTTP/{}", request.method, request.target, request.version);
        head(&mut out, screen, Side::Client, &line, &request.headers, row);
    }
    if let Some(response) = &row.response {
        let line = format!("HTTP/{} {} {}", response.version, response.status, response.reason);
        head(&mut out, screen, Side::Server, line.trim_end(), &response.headers, row);
    }
    out
}

fn head(
    out: &mut String,
    screen: Screen,
    side: Side,
    line: &str,
    headers: &[(String, String)],
    row: &ConnectionRow,
) {
    let (glyph, style) = side_glyph(Some(side));
    let room = screen.width.saturating_sub(4);
    let _ = writeln!(out, "  {} {}", screen.paint(style, glyph), width::cut(&sanitise::line(line), room));
    let mut others = 0;
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        if !lower.starts_with("sec-websocket-")
            && !matches!(&*lower, "host" | "origin" | "user-agent" | "server")
        {
            others += 1;
            continue;
        }
        let (name, value) = (sanitise::line(name), sanitise::line(value));
        let verdict = match row.handshake.accept_ok.filter(|_| lower == "sec-websocket-accept") {
            Some(true) => format!("  {}", screen.paint(GOOD, "✓ right")),
            Some(false) => {
                let expected = row.handshake.accept_expected.as_deref().unwrap_or("another value");
                format!("  {}", screen.paint(ERROR, &format!("✗ should be {}", sanitise::line(expected))))
            }
            None => String::new(),
        };
        let room = room.saturating_sub(width::of(&name) + 2).max(20);
        let _ = writeln!(
            out,
            "    {} {}{verdict}",
            screen.paint(DIM, &format!("{name}:")),
            width::cut(&value, room)
        );
    }
    if others > 0 {
        let _ =
            writeln!(out, "    {}", screen.paint(DIM, &format!("and {}", counted(others, "other header"))));
    }
}

/// How it ended.
fn ending(row: &ConnectionRow, screen: Screen) -> String {
    let ending = closing::ending(row).unwrap_or_else(|| closing::verdict(row));
    let after = lasted(row).map_or(String::new(), |nanos| format!(" · lasted {}", span(nanos)));
    let counts = format!(
        " · {} and {} bytes",
        counted(row.client_messages + row.server_messages, "message"),
        count(row.client_bytes.saturating_add(row.server_bytes))
    );
    format!("\n  {}\n", screen.paint(DIM, &format!("{ending}{after}{counts}")))
}

/// What stands before a payload that does not fit beside its message's facts: on a wide terminal it leaves the column of
/// times to the times.
fn indent(screen: Screen) -> usize {
    if screen.width >= 96 { 16 } else { 4 }
}

/// One message: its facts, and its payload beside or below them.
fn message(row: &MessageRow, payload: &[u8], start: Option<Timestamp>, screen: Screen) -> String {
    let time = match (start, row.time) {
        (Some(start), Some(time)) => since(start, time),
        _ => String::new(),
    };
    let (glyph, style) = side_glyph(row.from);
    let opcode = sanitise::line(&row.opcode);
    let size = size(row.length);
    let mut out = format!(
        "{}  {} {opcode:<6} {}",
        screen.paint(DIM, &format!("{time:>12}")),
        screen.paint(style, glyph),
        screen.paint(DIM, &format!("{size:>8}"))
    );
    // 12 for the time, 2, glyph, 1, opcode, 1, 8 for the size, 2 before the payload.
    let mut used = 12 + 2 + 1 + 1 + width::of(&opcode).max(6) + 1 + width::of(&size).max(8) + 2;
    if let Some(label) = row.decoded.as_ref().and_then(Decoded::label) {
        let label = sanitise::line(&label);
        let label = width::cut(&label, screen.width.saturating_sub(used).max(20));
        let _ = write!(out, "  {}", screen.paint(BOLD, &label));
        used += width::of(&label) + 2;
    }
    let content = content(row, payload, screen, used);
    let indent = indent(screen);
    match content.as_slice() {
        [] => out.push('\n'),
        [(style, line)] if used + width::of(line) <= screen.width => {
            let _ = writeln!(out, "  {}", screen.paint(*style, line));
        }
        lines => {
            out.push('\n');
            for (style, line) in lines {
                let _ = writeln!(out, "{:indent$}{}", "", screen.paint(*style, line));
            }
        }
    }
    for problem in row.decoded.iter().flat_map(Decoded::problems) {
        for line in width::wrap(&sanitise::line(&format!("⚠ {problem}")), screen.width.saturating_sub(indent))
        {
            let _ = writeln!(out, "{:indent$}{}", "", screen.paint(WARNING, line));
        }
    }
    if row.complete == Some(false) {
        let lost: u64 = row.holes.iter().map(|&(_, length)| length).fold(0, u64::saturating_add);
        let text = if lost == 0 {
            "⚠ bytes of this message are lost, nobody knows how many".to_owned()
        } else {
            format!("⚠ {} of this message are lost", counted(lost, "byte"))
        };
        let _ = writeln!(out, "{:indent$}{}", "", screen.paint(WARNING, &text));
    }
    out
}

/// The payload's lines.
fn content(row: &MessageRow, payload: &[u8], screen: Screen, used: usize) -> Vec<(anstyle::Style, String)> {
    let room = screen.width.saturating_sub(indent(screen)).max(20);
    if row.opcode == "close" {
        let code = row.code.map_or("without a code".to_owned(), closing::code_words);
        let reason =
            row.reason.as_deref().map_or(String::new(), |reason| format!(" “{}”", sanitise::line(reason)));
        let text = format!("{code}{reason}");
        return width::wrap(&text, room).into_iter().map(|line| (PLAIN, line.to_owned())).collect();
    }
    if row.opcode == "text" && !row.holes.is_empty() {
        let text = around_holes(payload, &row.holes);
        return text_lines(&text, room, screen.width.saturating_sub(used), row);
    }
    let readable = std::str::from_utf8(payload).ok();
    let control = matches!(row.opcode.as_str(), "ping" | "pong");
    match readable {
        Some("") => Vec::new(),
        Some(text) if row.opcode == "text" || (control && !text.chars().any(char::is_control)) => {
            text_lines(text, room, screen.width.saturating_sub(used), row)
        }
        _ if payload.len() <= 16 => vec![(DIM, hex::run(payload, 16))],
        _ => {
            let shown = &payload[..payload.len().min(BYTES)];
            let mut lines: Vec<_> = hex::lines(shown).map(|line| (DIM, line)).collect();
            more(&mut lines, payload.len() - shown.len(), row);
            lines
        }
    }
}

/// A text's lines: one, if it fits into `beside`, else wrapped to `room`.
fn text_lines(text: &str, room: usize, beside: usize, row: &MessageRow) -> Vec<(anstyle::Style, String)> {
    let end = text.char_indices().nth(CHARACTERS).map_or(text.len(), |(at, _)| at);
    let shown = sanitise::block(&text[..end]);
    let shown = shown.strip_suffix('\n').unwrap_or(&shown);
    let one_line = !shown.contains('\n') && width::of(shown) <= beside;
    let wide = if one_line { beside } else { room };
    let mut lines: Vec<_> =
        width::wrap(shown, wide).into_iter().map(|line| (PLAIN, line.to_owned())).collect();
    more(&mut lines, text.len() - end, row);
    lines
}

/// The text that is there, with words in place of what is lost.
fn around_holes(payload: &[u8], holes: &[(u64, u64)]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for &(offset, length) in holes {
        let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(payload.len());
        let (from, to) = (place(offset).max(at), place(offset.saturating_add(length)).max(at));
        out.push_str(&String::from_utf8_lossy(&payload[at..from]));
        let lost = if length == 0 { "some bytes".to_owned() } else { counted(length, "byte") };
        let _ = write!(out, "⟨{lost} lost⟩");
        at = to;
    }
    out.push_str(&String::from_utf8_lossy(&payload[at..]));
    out
}

/// Says how much of the payload is not shown.
fn more(lines: &mut Vec<(anstyle::Style, String)>, left: usize, row: &MessageRow) {
    if left > 0 {
        let all = format!("sockscope extract -c {} -o DIR writes all of it", row.connection);
        lines.push((DIM, format!("… {} more; {all}", counted(left as u64, "byte"))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen = Screen { terminal: false, color: false, width: 60 };

    fn row(opcode: &str, length: u64) -> MessageRow {
        MessageRow {
            opcode: opcode.into(),
            length,
            from: Some(Side::Client),
            time: Some(Timestamp(12_000)),
            ..Default::default()
        }
    }

    fn check(row: &MessageRow, payload: &[u8], expected: &str) {
        assert_eq!(message(row, payload, Some(Timestamp(0)), SCREEN), expected);
    }

    #[test]
    fn short_payloads_stand_beside_the_facts() {
        check(&row("text", 2), b"hi", "    0.000012  ▲ text        2 B  hi\n");
        check(&row("binary", 2), b"\x01\xff", "    0.000012  ▲ binary      2 B  01 ff\n");
        check(&row("ping", 0), b"", "    0.000012  ▲ ping        0 B\n");
        let close = MessageRow { code: Some(1001), reason: Some("bye\n".into()), ..row("close", 5) };
        check(&close, b"", "    0.000012  ▲ close       5 B  1001 going away “bye⏎”\n");
    }

    #[test]
    fn long_ones_below() {
        let text = "word ".repeat(20);
        let shown = message(&row("text", 100), text.as_bytes(), None, SCREEN);
        assert!(shown.lines().count() > 2 && shown.lines().all(|line| width::of(line) <= 60), "{shown}");
        let shown = message(&row("text", 9_000), &[b'a'; 9_000], None, SCREEN);
        assert!(
            shown.ends_with("… 5,000 bytes more; sockscope extract -c 0 -o DIR writes all of it\n"),
            "{shown}"
        );
        let shown = message(&row("binary", 200), &[0; 200], None, SCREEN);
        assert!(shown.contains("00000070") && shown.contains("72 bytes more"), "{shown}");
    }

    #[test]
    fn holes_are_named() {
        assert_eq!(around_holes(b"ab\0\0cd", &[(2, 2)]), "ab⟨2 bytes lost⟩cd");
        assert_eq!(around_holes(b"ab", &[(0, 0), (1, 1), (9, u64::MAX)]).matches("lost").count(), 3);
    }

    #[test]
    fn what_a_packet_is_stands_before_it() {
        let decoded =
            r#"{"protocol":"socket.io","confidence":0.99,"packet":"event","event":"m","problems":["a, b"]}"#;
        let decoded = Some(serde_json::from_str(decoded).unwrap());
        let expected = "    0.000012  ▲ text        7 B  event m  42[\"m\"]\n    ⚠ a, b\n";
        check(&MessageRow { decoded, ..row("text", 7) }, b"42[\"m\"]", expected);
    }

    #[test]
    fn a_payload_cannot_move_the_cursor() {
        let shown = message(&row("text", 9), b"\x1b[2J\rx\n\x07", None, SCREEN);
        assert!(!shown.contains(['\x1b', '\r', '\x07']), "{shown:?}");
    }
}
