//! How a connection began and ended, in words: the verdict on its handshake, and its close (RFC 6455 §7.4, and the codes
//! registered with IANA).

use anstyle::Style;
use sockscope_core::diagnostic::{Code, Severity};
use sockscope_core::session::api::{ConnectionRow, close_code_words};

use crate::terminal::{DIM, ERROR, GOOD, WARNING, severity_glyph};
use crate::text::sanitise;

/// The glyph of a connection as a whole: its handshake's, or that of the worst diagnostic. `worst` is what is known of it.
pub fn glyph(row: &ConnectionRow, worst: Option<Severity>) -> (&'static str, Style) {
    match (row.handshake.verdict.as_str(), worst.filter(|&worst| worst > Severity::Note)) {
        ("invalid" | "refused", _) => ("✗", ERROR),
        (_, Some(severity)) => severity_glyph(severity),
        ("valid", None) => ("✓", GOOD),
        ("unanswered", None) if !row.open => ("⚠", WARNING),
        _ => ("○", DIM),
    }
}

/// The worst severity that the table gives the connection's diagnostics.
pub fn worst(row: &ConnectionRow) -> Option<Severity> {
    row.diagnostics.iter().filter_map(|code| Code::from_name(code)).map(|code| code.entry().severity).max()
}

/// `refused with 403 Forbidden`, `no handshake captured (97 % sure)` ….
pub fn verdict(row: &ConnectionRow) -> String {
    let status = || {
        row.response.as_ref().map_or(String::new(), |response| {
            let reason = sanitise::line(&response.reason);
            format!(" with {} {reason}", response.status).trim_end().to_owned()
        })
    };
    match row.handshake.verdict.as_str() {
        "valid" => "valid".to_owned(),
        "invalid" => "invalid handshake".to_owned(),
        "refused" => format!("refused{}", status()),
        "unanswered" if row.open => "not answered yet".to_owned(),
        "unanswered" => "never answered".to_owned(),
        "partial" => "half of the handshake was not captured".to_owned(),
        "missing" => match row.handshake.confidence {
            Some(sure) => format!("no handshake captured ({:.0} % sure that these are frames)", sure * 100.0),
            None => "no handshake captured".to_owned(),
        },
        other => sanitise::line(other).into_owned(),
    }
}

/// `closed by the client, 1000 normal closure “bye”`, `open when the capture ends` ….
pub fn ending(row: &ConnectionRow) -> Option<String> {
    let upgraded = matches!(row.handshake.verdict.as_str(), "valid" | "invalid" | "partial" | "missing");
    let Some(close) = &row.close else {
        return match (row.open, upgraded) {
            (true, _) => Some("still open when the capture ends".to_owned()),
            (false, true) => Some("ended without a Close".to_owned()),
            (false, false) => None,
        };
    };
    let code = match close.code {
        Some(code) => format!(", {}", code_words(code)),
        None => ", without a code".to_owned(),
    };
    let reason = match &close.reason {
        Some(reason) if !reason.is_empty() => format!(" “{}”", sanitise::line(reason)),
        _ => String::new(),
    };
    let unanswered = if close.clean { "" } else { ", not answered" };
    Some(format!("closed by the {}{code}{reason}{unanswered}", close.from.name()))
}

/// `1000 normal closure`.
pub fn code_words(code: u16) -> String {
    match (close_code_words(code), code) {
        (Some(words), _) => format!("{code} {words}"),
        // RFC 6455 §7.4.2: for private use.
        (None, 4000..=4999) => format!("{code} of the application"),
        (None, _) => code.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::{CloseRow, HandshakeRow};
    use sockscope_core::stream::Side;

    fn row(verdict: &str) -> ConnectionRow {
        ConnectionRow {
            handshake: HandshakeRow { verdict: verdict.into(), ..Default::default() },
            ..Default::default()
        }
    }

    #[test]
    fn never_colour_alone() {
        assert_eq!(glyph(&row("valid"), None).0, "✓");
        assert_eq!(glyph(&row("valid"), Some(Severity::Note)).0, "✓");
        assert_eq!(glyph(&row("valid"), Some(Severity::Warning)).0, "⚠");
        assert_eq!(glyph(&row("refused"), Some(Severity::Note)).0, "✗");
        assert_eq!(glyph(&row("missing"), None).0, "○");
    }

    #[test]
    fn endings() {
        let mut closed = row("valid");
        closed.close = Some(CloseRow {
            from: Side::Client,
            code: Some(1000),
            reason: Some("bye\x1b".into()),
            clean: false,
        });
        let words = ending(&closed).unwrap();
        assert_eq!(words, "closed by the client, 1000 normal closure “bye␛”, not answered");
        assert_eq!(ending(&row("valid")).unwrap(), "ended without a Close");
        assert_eq!(ending(&row("refused")), None);
    }
}
