//! `explain`: what the table of diagnostics says about a code or a cause, laid out to read.

use std::fmt::Write;

use sockscope_core::diagnostic::{Cause, Code, Ground};

use crate::nearest;
use crate::report::diagnostic::paragraph;
use crate::terminal::{BOLD, DIM, Screen, severity_glyph, severity_name};
use crate::text::width;

/// The page about a code or a cause. `Err` says which one was probably meant.
pub fn page(name: &str, screen: Screen) -> Result<String, Option<&'static str>> {
    if let Some(code) = Code::from_name(name) {
        return Ok(code_page(code, screen));
    }
    if let Some(&cause) = Cause::ALL.iter().find(|cause| cause.name() == name) {
        return Ok(cause_page(cause, screen));
    }
    let codes = Code::ALL.iter().map(|code| code.name());
    let causes = Cause::ALL.iter().map(|cause| cause.name());
    Err(nearest::of(&name.to_lowercase(), codes.chain(causes)))
}

/// All codes by chapter, then the causes.
pub fn list(screen: Screen) -> String {
    let mut out = String::new();
    let mut chapter = "";
    let widest = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    let item = |out: &mut String, glyph: &str, name: &str, title: &str| {
        let room = screen.width.saturating_sub(widest + 6).max(20);
        let _ = writeln!(out, "  {glyph} {name:widest$}  {}", screen.paint(DIM, &width::cut(title, room)));
    };
    for code in Code::ALL {
        let entry = code.entry();
        if entry.chapter != chapter {
            let gap = if chapter.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", screen.paint(BOLD, entry.chapter));
            chapter = entry.chapter;
        }
        let (glyph, style) = severity_glyph(entry.severity);
        item(&mut out, &screen.paint(style, glyph), entry.name, entry.title);
    }
    let _ = writeln!(out, "\n{}", screen.paint(BOLD, "Causes"));
    for cause in Cause::ALL {
        item(&mut out, " ", cause.name(), cause.sentence());
    }
    out
}

fn code_page(code: Code, screen: Screen) -> String {
    let entry = code.entry();
    let (glyph, style) = severity_glyph(entry.severity);
    let mut facts = vec![severity_name(entry.severity), entry.chapter];
    if !entry.rfc.is_empty() {
        facts.push(entry.rfc);
    }
    let mut out = format!(
        "{} {}  {}\n",
        screen.paint(style, glyph),
        screen.paint(style.bold(), entry.name),
        screen.paint(DIM, &facts.join(" · "))
    );
    section(&mut out, screen, "", entry.title);
    section(&mut out, screen, "", entry.explanation);
    section(&mut out, screen, "Why it usually happens", entry.usual_cause);
    section(&mut out, screen, "What to do", entry.fix);
    let grounds: Vec<&str> = entry.grounds.iter().map(|&ground| ground_words(ground)).collect();
    if !grounds.is_empty() {
        section(&mut out, screen, "When it is said", &format!("Only where {}.", grounds.join(", and ")));
    }
    out
}

fn cause_page(cause: Cause, screen: Screen) -> String {
    let mut out = format!("{}  {}\n", screen.paint(BOLD, cause.name()), screen.paint(DIM, "cause"));
    section(&mut out, screen, "", cause.sentence());
    section(&mut out, screen, "What to do", cause.fix());
    out
}

fn section(out: &mut String, screen: Screen, title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    out.push('\n');
    if !title.is_empty() {
        let _ = writeln!(out, "  {}", screen.paint(BOLD, title));
    }
    for line in text.split('\n') {
        paragraph(out, screen, 2, "", line);
    }
}

fn ground_words(ground: Ground) -> &'static str {
    match ground {
        Ground::HandshakeSeen => "the handshake was captured",
        Ground::BothDirections => "both directions were captured",
        Ground::NoGapBefore => "nothing is lost before this place",
        Ground::SynSeen => "the beginning of the TCP connection was captured",
        Ground::EndSeen => "the end of the TCP connection was captured",
        Ground::Rfc6455 => "the conversation follows RFC 6455 and not an older draft",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_cause_has_a_page() {
        let screen = Screen { terminal: false, color: false, width: 100 };
        for name in
            Code::ALL.iter().map(|code| code.name()).chain(Cause::ALL.iter().map(|cause| cause.name()))
        {
            assert!(page(name, screen).unwrap().contains(name), "{name}");
            assert!(list(screen).contains(name), "{name}");
        }
        assert_eq!(page("accept-mismach", screen), Err(Some("accept-mismatch")));
        assert_eq!(page("Accept-Mismatch", screen), Err(Some("accept-mismatch")));
        assert_eq!(page("no-such-thing-at-all", screen), Err(None));
    }
}
