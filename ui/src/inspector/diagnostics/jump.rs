//! From a diagnostic to its place: which connection, which message, and the view that shows it.

use sockscope_core::session::api::{DiagnosticRow, MessageName};

use crate::place::{Place, Tab};

/// Goes where the diagnostic was found.
pub fn jump(row: &DiagnosticRow, place: &mut Place) {
    let Some(connection) = row.connection else { return };
    place.connection = Some(connection);
    place.message = match row.about_message {
        Some(message) => Some(MessageName { connection, message }),
        // A message of the same connection stays.
        None => place.message.filter(|message| message.connection == connection),
    };
    if let Some(tab) = view(&row.code, row.about_message.is_some()) {
        place.tab = tab;
    }
}

/// The view that shows what a code speaks of; `None`: none shows it better than the diagnostics themselves.
fn view(code: &str, has_message: bool) -> Option<Tab> {
    const STREAM: [&str; 8] = [
        "tcp-gap",
        "tcp-late-segment",
        "tcp-overlap-conflict",
        "tcp-reset",
        "snaplen-cut",
        "mid-stream",
        "one-directional",
        "capture-cut-short",
    ];
    const CLOSING: [&str; 4] = ["close-not-answered", "no-close-frame", "ping-unanswered", "payload-limit"];
    let is_stream = STREAM.contains(&code);
    match has_message {
        true if is_stream => Some(Tab::Packets),
        true if code.contains("utf8") || (code.starts_with("deflate-") && !code.contains("-on-")) => {
            Some(Tab::Payload)
        }
        true => Some(Tab::Frames),
        false if is_stream || CLOSING.contains(&code) => None,
        false => Some(Tab::Handshake),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::session::api::Severity;

    fn row(code: &str, connection: Option<u64>, message: Option<u64>) -> DiagnosticRow {
        DiagnosticRow {
            capture: None,
            severity: Severity::Error,
            code: code.to_owned(),
            connection,
            from: None,
            packet: None,
            time: None,
            rfc: String::new(),
            message: String::new(),
            cause_code: None,
            cause: None,
            fix: None,
            about_message: message,
        }
    }

    #[track_caller]
    fn check(row: &DiagnosticRow, connection: Option<u64>, message: Option<u64>, tab: Tab) {
        let mut place = Place { tab: Tab::Diagnostics, ..Place::default() };
        place.message = Some(MessageName { connection: 7, message: 1 });
        jump(row, &mut place);
        let of = place.message.map(|message| message.message);
        assert_eq!((place.connection, of, place.tab), (connection, message, tab));
    }

    #[test]
    fn each_code_has_its_place() {
        check(&row("client-frame-unmasked", Some(2), Some(5)), Some(2), Some(5), Tab::Frames);
        check(&row("text-invalid-utf8", Some(2), Some(5)), Some(2), Some(5), Tab::Payload);
        check(&row("tcp-gap", Some(2), Some(5)), Some(2), Some(5), Tab::Packets);
        check(&row("accept-mismatch", Some(2), None), Some(2), None, Tab::Handshake);
        check(&row("accept-mismatch", Some(7), None), Some(7), Some(1), Tab::Handshake);
        check(&row("tcp-gap", Some(2), None), Some(2), None, Tab::Diagnostics);
        check(&row("capture-damaged", None, None), None, Some(1), Tab::Diagnostics);
    }
}
