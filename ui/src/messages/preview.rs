//! What a message says, in one line.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sockscope_core::session::api::{MessageRow, Severity, close_code_words, sanitise};

use crate::findings::Findings;

/// Bytes of a payload that are shown in hexadecimal.
const BYTES: usize = 48;

/// What a message says, harmless to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What is wrong with it.
    pub finding: Option<(Severity, String)>,
    /// The beginning of its payload.
    pub text: String,
    /// The payload is more than can be read as text.
    pub is_binary: bool,
}

/// What a message says.
pub fn preview(row: &MessageRow, findings: &Findings) -> Preview {
    let worst = findings.worst(&row.diagnostics).filter(|group| group.severity > Severity::Note);
    let finding = worst.map(|group| (group.severity, group.title.clone()));
    let (text, is_binary) = said(row);
    Preview { finding, text: sanitise::line(&text).into_owned(), is_binary }
}

fn said(row: &MessageRow) -> (String, bool) {
    if let (Some(code), "close") = (row.code, row.opcode.as_str()) {
        let mut text = code.to_string();
        if let Some(name) = close_code_words(code) {
            text = format!("{text} {name}");
        }
        if let Some(reason) = &row.reason {
            text = format!("{text} “{reason}”");
        }
        return (text, false);
    }
    if let Some(text) = row.payload.preview.as_deref().or(row.payload.text.as_deref()) {
        let is_cut = (text.len() as u64) < row.length;
        return (if is_cut { format!("{text}…") } else { text.to_owned() }, false);
    }
    let bytes = bytes(row);
    let is_cut = (bytes.len() as u64) < row.length;
    let is_control = matches!(row.opcode.as_str(), "ping" | "pong");
    match std::str::from_utf8(&bytes) {
        Ok(text) if is_control && !is_cut && !text.contains(|c: char| c.is_control()) => {
            (text.to_owned(), false)
        }
        _ if bytes.is_empty() => (String::new(), false),
        _ => {
            let shown = bytes.get(..BYTES).unwrap_or(&bytes);
            let digits: Vec<String> = shown.iter().map(|byte| format!("{byte:02x}")).collect();
            let more = if is_cut || shown.len() < bytes.len() { " …" } else { "" };
            (format!("▒ {}{more}", digits.join(" ")), true)
        }
    }
}

/// The beginning of a payload that is no text.
pub fn bytes(row: &MessageRow) -> Vec<u8> {
    let encoded = row.payload.preview_base64.as_deref().or(row.payload.base64.as_deref());
    encoded.and_then(|encoded| STANDARD.decode(encoded).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::{DiagnosticGroup, PayloadColumns};

    use super::*;

    fn row(opcode: &str, text: Option<&str>, bytes: &[u8], length: u64) -> MessageRow {
        let payload = PayloadColumns {
            preview: text.map(str::to_owned),
            preview_base64: text.is_none().then(|| STANDARD.encode(bytes)),
            ..PayloadColumns::default()
        };
        MessageRow { opcode: opcode.into(), payload, length, ..MessageRow::default() }
    }

    fn check(row: &MessageRow, expected: &str) {
        assert_eq!(preview(row, &Findings::default()).text, expected);
    }

    #[test]
    fn every_kind_of_message_says_something() {
        check(&row("text", Some("hello"), b"", 5), "hello");
        check(&row("text", Some("hel"), b"", 5), "hel…");
        check(&row("text", Some("a\n\u{202e}b"), b"", 5), &sanitise::line("a\n\u{202e}b"));
        check(&row("binary", None, &[0x83, 0xa2], 2), "▒ 83 a2");
        check(&row("binary", None, &[0; 60], 60), &format!("▒ {}…", "00 ".repeat(48)));
        check(&row("ping", None, b"beat", 4), "beat");
        check(&row("pong", None, &[0xff], 1), "▒ ff");
        check(&row("pong", None, &[], 0), "");
    }

    #[test]
    fn a_close_says_why() {
        let close = |code, reason: Option<&str>| MessageRow {
            code,
            reason: reason.map(str::to_owned),
            ..row("close", None, &[], 2)
        };
        check(&close(Some(1000), None), "1000 normal closure");
        check(&close(Some(1001), Some("bye")), "1001 going away “bye”");
        check(&close(Some(4242), None), "4242");
        check(&close(None, None), "");
    }

    #[test]
    fn the_worst_finding_stands_first() {
        let group = |code: &str, severity| DiagnosticGroup {
            code: code.into(),
            severity,
            count: 1,
            connections: 1,
            title: format!("title of {code}"),
            rfc: String::new(),
        };
        let findings = Findings::new(&[
            group("a", Severity::Warning),
            group("b", Severity::Error),
            group("c", Severity::Note),
        ]);
        let with = |codes: &[&str]| MessageRow {
            diagnostics: codes.iter().map(|code| (*code).to_owned()).collect(),
            ..MessageRow::default()
        };
        assert_eq!(
            preview(&with(&["a", "b", "c"]), &findings).finding,
            Some((Severity::Error, "title of b".into()))
        );
        assert_eq!(preview(&with(&["c"]), &findings).finding, None, "a note is no reason for a mark");
    }
}
