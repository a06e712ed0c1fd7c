//! One diagnostic as a block of text: what was found, where, why it usually happens, and the fix.

use std::fmt::Write;

use sockscope_core::session::api::DiagnosticRow;

use crate::terminal::{BOLD, DIM, Screen, severity_glyph};
use crate::text::quantity::count;
use crate::text::{sanitise, width};

/// Lines longer than this are hard to read, however wide the terminal is.
const READABLE: usize = 110;

/// The block, every line indented by so many cells. `again` says how often the same thing was found once more, and where.
pub fn block(row: &DiagnosticRow, screen: Screen, indent: usize, again: &Again) -> String {
    let mut out = String::new();
    let (glyph, style) = severity_glyph(row.severity);
    let code = sanitise::line(&row.code);
    let mut places = Vec::new();
    if let Some(side) = row.from {
        places.push(side.name().to_owned());
    }
    if let Some(message) = row.about_message {
        places.push(format!("message {}", count(message)));
    }
    if let Some(packet) = row.packet {
        places.push(format!("packet {}", count(packet)));
    }
    if !row.rfc.is_empty() {
        places.push(sanitise::line(&row.rfc).into_owned());
    }
    let _ = write!(out, "{:indent$}", "");
    let gap = if places.is_empty() { "" } else { "  " };
    let _ = writeln!(
        out,
        "{} {}{gap}{}",
        screen.paint(style, glyph),
        screen.paint(style.bold(), &code),
        screen.paint(DIM, &places.join(" · "))
    );
    let indent = indent + 2;
    paragraph(&mut out, screen, indent, "", &row.message);
    if let Some(cause) = row.cause.as_deref().filter(|cause| !cause.is_empty()) {
        paragraph(&mut out, screen, indent, "why  ", cause);
    }
    if let Some(fix) = row.fix.as_deref().filter(|fix| !fix.is_empty()) {
        paragraph(&mut out, screen, indent, "fix  ", fix);
    }
    if let Some(words) = again.words() {
        paragraph(&mut out, screen, indent, "", &words);
    }
    out
}

/// Text below a hanging label, wrapped to what is readable.
pub fn paragraph(out: &mut String, screen: Screen, indent: usize, label: &str, text: &str) {
    let room = screen.width.min(READABLE).saturating_sub(indent + label.len()).max(20);
    for (at, line) in width::wrap(&sanitise::line(text), room).into_iter().enumerate() {
        let _ = write!(out, "{:indent$}", "");
        let label = if at == 0 { label.to_owned() } else { " ".repeat(label.len()) };
        let _ = writeln!(out, "{}{line}", screen.paint(BOLD, &label));
    }
}

/// The same diagnostic, found once more.
#[derive(Clone, Debug, Default)]
pub struct Again {
    times: u64,
    /// The first packets of them.
    packets: Vec<u64>,
}

impl Again {
    /// How many packets are named.
    const NAMED: usize = 6;

    pub fn add(&mut self, row: &DiagnosticRow) {
        self.times += 1;
        let room = self.packets.len() < Self::NAMED;
        if let Some(packet) = row.packet.filter(|packet| room && self.packets.last() != Some(packet)) {
            self.packets.push(packet);
        }
    }

    fn words(&self) -> Option<String> {
        if self.times == 0 {
            return None;
        }
        let times = if self.times == 1 { "once".into() } else { format!("{} times", count(self.times)) };
        if self.packets.is_empty() {
            return Some(format!("{times} more"));
        }
        let packets: Vec<String> = self.packets.iter().map(|&packet| count(packet)).collect();
        let rest = if (self.packets.len() as u64) < self.times { " …" } else { "" };
        let noun = if packets.len() == 1 { "packet" } else { "packets" };
        Some(format!("{times} more: {noun} {}{rest}", packets.join(" · ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::diagnostic::Severity;

    #[test]
    fn says_where_why_and_what_to_do() {
        let row = DiagnosticRow {
            capture: None,
            severity: Severity::Error,
            code: "accept-mismatch".into(),
            connection: Some(1),
            from: Some(sockscope_core::stream::Side::Server),
            packet: Some(5),
            time: None,
            rfc: "RFC 6455 §4.2.2".into(),
            message: "The answer is \x1b[31m wrong.".into(),
            cause_code: Some("no-guid".into()),
            cause: Some("The GUID was left out.".into()),
            fix: Some("Append it.".into()),
            about_message: None,
        };
        let screen = Screen { terminal: false, color: false, width: 100 };
        let mut again = Again::default();
        again.add(&row);
        again.add(&row);
        let text = block(&row, screen, 2, &again);
        assert_eq!(
            text,
            "  ✗ accept-mismatch  server · packet 5 · RFC 6455 §4.2.2\n    The answer is ␛[31m wrong.\n    \
             why  The GUID was left out.\n    fix  Append it.\n    2 times more: packet 5 …\n"
        );
    }
}
