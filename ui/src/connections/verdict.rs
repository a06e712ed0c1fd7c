//! What came of a connection, in a sign and a few words.

use std::collections::HashMap;

use sockscope_core::session::api::{ConnectionRow, Severity, close_code_words};

use crate::findings::Findings;
use crate::sign::{self, Sign};

/// What came of the upgrade.
pub fn verdict(row: &ConnectionRow) -> Sign {
    match row.handshake.verdict.as_str() {
        "valid" => ("✓", "good", "upgraded"),
        "invalid" => ("✗", "bad", "upgraded against the rules"),
        "refused" => ("✗", "bad", "refused"),
        "unanswered" => ("…", "warn", "unanswered"),
        "partial" => ("◐", "warn", "handshake captured in part"),
        _ => ("◌", "dim", "handshake not captured"),
    }
}

/// The worst that is to be said of it, with the class of its colour.
pub fn reason(
    row: &ConnectionRow,
    findings: &Findings,
    causes: &HashMap<u64, String>,
) -> Option<(String, &'static str)> {
    let status = row.response.as_ref().map(|response| response.status);
    let worst = findings.worst(&row.diagnostics).filter(|group| group.severity > Severity::Note);
    let said = worst.map(|group| {
        let (sign, class, _) = sign::of_severity(group.severity);
        let words = match causes.get(&row.connection).filter(|_| group.code == "accept-mismatch") {
            Some(cause) => format!("accept mismatch · {}", in_words(cause)),
            None => group.title.clone(),
        };
        (format!("{sign} {words}"), class)
    });
    let verdict = row.handshake.verdict.as_str();
    let plain = || match (verdict, status) {
        ("refused", Some(status)) => Some((format!("✗ refused: {status}"), "bad")),
        ("refused", None) => Some(("✗ refused".to_owned(), "bad")),
        ("unanswered", _) => Some(("… unanswered".to_owned(), "warn")),
        ("partial", _) => Some(("◐ handshake captured in part".to_owned(), "warn")),
        ("missing", _) => Some(("◌ handshake not captured".to_owned(), "dim")),
        _ => None,
    };
    match (verdict, said) {
        // That it was refused is what counts.
        ("refused", said) if said.as_ref().is_none_or(|(_, class)| *class != "bad") => plain(),
        (_, Some(said)) => Some(said),
        (_, None) => plain(),
    }
}

/// `accept-key-not-joined` → `key not joined`
fn in_words(cause: &str) -> String {
    cause.strip_prefix("accept-").unwrap_or(cause).replace('-', " ")
}

/// How it was closed: `closed 1000`, with the class of its colour and all that is known of it.
pub fn closed(row: &ConnectionRow) -> (String, &'static str, String) {
    match &row.close {
        Some(close) => {
            let class = if matches!(close.code, Some(1000 | 1001) | None) { "dim" } else { "warn" };
            let code = close.code.map(|code| code.to_string()).unwrap_or_default();
            let name = close.code.and_then(close_code_words).unwrap_or("no code");
            let reason = close.reason.as_ref().map(|reason| format!(" “{reason}”")).unwrap_or_default();
            let both = if close.clean { "both sides" } else { "one side" };
            let said =
                format!("closed by the {}: {code} {name}{reason}; {both} sent a Close", close.from.name());
            (format!("closed {code}").trim_end().to_owned(), class, said)
        }
        None if row.open => ("open".to_owned(), "dim", "open when the capture ended".to_owned()),
        None => ("no Close".to_owned(), "dim", "ended without a Close frame".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::{CloseRow, DiagnosticGroup, HandshakeRow, ResponseRow, Side};

    use super::*;

    fn row(verdict: &str, status: u16, codes: &[&str]) -> ConnectionRow {
        ConnectionRow {
            connection: 4,
            handshake: HandshakeRow { verdict: verdict.into(), ..HandshakeRow::default() },
            response: Some(ResponseRow { status, ..ResponseRow::default() }),
            diagnostics: codes.iter().map(|code| (*code).to_owned()).collect(),
            ..ConnectionRow::default()
        }
    }

    #[test]
    fn the_reason_is_told_in_words() {
        let group = |code: &str, severity, title: &str| DiagnosticGroup {
            code: code.into(),
            severity,
            count: 1,
            connections: 1,
            title: title.into(),
            rfc: String::new(),
        };
        let findings = Findings::new(&[
            group("accept-mismatch", Severity::Error, "the Accept does not follow from the key"),
            group("origin-missing", Severity::Warning, "no Origin"),
        ]);
        let causes = HashMap::from([(4, "accept-key-not-joined".to_owned())]);
        let check = |row: &ConnectionRow, expected: Option<(&str, &str)>| {
            let reason = reason(row, &findings, &causes);
            assert_eq!(reason.as_ref().map(|(words, class)| (words.as_str(), *class)), expected);
        };
        check(&row("valid", 101, &[]), None);
        check(&row("valid", 101, &["unknown-code"]), None);
        check(
            &row("invalid", 101, &["origin-missing", "accept-mismatch"]),
            Some(("✗ accept mismatch · key not joined", "bad")),
        );
        check(&row("refused", 403, &["origin-missing"]), Some(("✗ refused: 403", "bad")));
        check(&row("valid", 101, &["origin-missing"]), Some(("⚠ no Origin", "warn")));
        check(&row("missing", 0, &[]), Some(("◌ handshake not captured", "dim")));
    }

    #[test]
    fn how_it_was_closed_is_told() {
        let mut row = row("valid", 101, &[]);
        assert_eq!(closed(&row).0, "no Close");
        row.open = true;
        assert_eq!(closed(&row).0, "open");
        let close = |code, clean| CloseRow { from: Side::Server, code, reason: Some("x".into()), clean };
        row.close = Some(close(Some(1011), true));
        let (words, class, said) = closed(&row);
        assert_eq!((words.as_str(), class), ("closed 1011", "warn"));
        assert_eq!(said, "closed by the server: 1011 internal error “x”; both sides sent a Close");
        row.close = Some(close(None, false));
        assert_eq!(closed(&row).0, "closed");
    }
}
