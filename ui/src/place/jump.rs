//! From a diagnostic to its place: which connection, which message, and the view that shows it.

use sockscope_core::session::api::{Answer, DiagnosticRow, MessageName, Request, Span, Target};
use wasm_bindgen_futures::spawn_local;

use super::{FOUND, Place, Placed, Tab};
use crate::engine::Client;
use crate::inspector::payload::reading::ask;
use crate::messages::name;

/// Goes where the diagnostic was found. Where it speaks of a packet and of no message, that is the message that the packet
/// carried, else the next one.
pub fn go(client: &Client, placed: &Placed, row: &DiagnosticRow) {
    let is_of_stream = row.connection.is_none() || view(&row.code, false).is_none();
    let Some(packet) = row.packet.filter(|_| row.about_message.is_none() && is_of_stream) else {
        let row = row.clone();
        return placed.set(move |place| jump(&row, place));
    };
    let (client, placed, row) = (client.clone(), placed.clone(), row.clone());
    let before = placed.place.clone();
    spawn_local(async move {
        // What cannot be read any more is said by the table.
        let message = at_packet(&client, row.connection, packet).await.ok().flatten();
        placed.set(move |place| {
            // Who has gone elsewhere meanwhile stays there.
            if *place != *before {
                return;
            }
            jump(&row, place);
            if let Some(message) = message {
                place.message = Some(message);
                place.connection = place.connection.map(|_| message.connection);
                place.tab = Tab::Packets;
            }
        });
    });
}

/// The message that a packet carried, else the next one, of one connection or of all.
async fn at_packet(
    client: &Client,
    connection: Option<u64>,
    packet: u64,
) -> Result<Option<MessageName>, String> {
    let (order, filter) = (FOUND, String::new());
    let request = Request::GoTo { target: Target::Packet(packet), connection, order, filter: filter.clone() };
    let Answer::Row(Some(row)) = *ask(client, request).await? else { return Ok(None) };
    let rows = Span { start: row, length: 1 };
    let answer = ask(client, Request::Messages { connection, rows, order, filter }).await?;
    Ok(match &*answer {
        Answer::Messages(page) => page.rows.first().map(name),
        _ => None,
    })
}

/// Goes where the diagnostic was found, as far as that is known without asking.
pub fn jump(row: &DiagnosticRow, place: &mut Place) {
    let Some(connection) = row.connection else {
        place.tab = Tab::Diagnostics;
        return;
    };
    match row.about_message {
        Some(message) => {
            place.message = Some(MessageName { connection, message });
            // Where messages of all connections are shown, this one is among them.
            place.connection = place.connection.map(|_| connection);
        }
        None => {
            // A message of the same connection stays.
            place.message = place.message.filter(|message| message.connection == connection);
            place.connection = Some(connection);
        }
    }
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
        check(&row("client-frame-unmasked", Some(2), Some(5)), None, Some(5), Tab::Frames);
        check(&row("text-invalid-utf8", Some(2), Some(5)), None, Some(5), Tab::Payload);
        check(&row("tcp-gap", Some(2), Some(5)), None, Some(5), Tab::Packets);
        check(&row("accept-mismatch", Some(2), None), Some(2), None, Tab::Handshake);
        check(&row("accept-mismatch", Some(7), None), Some(7), Some(1), Tab::Handshake);
        check(&row("tcp-gap", Some(2), None), Some(2), None, Tab::Diagnostics);
        check(&row("capture-damaged", None, None), None, Some(1), Tab::Diagnostics);
    }

    #[test]
    fn the_list_follows_where_it_shows_one_connection() {
        let mut place = Place { connection: Some(3), ..Place::default() };
        jump(&row("client-frame-unmasked", Some(4), Some(1)), &mut place);
        assert_eq!(place.connection, Some(4));
    }
}
