//! A connection's handshake: every check of the table with what it found, and how the Accept follows from the key.

use crate::diagnostic::{CHAPTERS, Ground};
use crate::http::accept;
use crate::session::api::{AcceptStep, Check, CheckOutcome, Found, HandshakeView};
use crate::session::index::{Connection, Index};
use crate::session::rows::hexadecimal;
use crate::stream::Side;

/// The handshake of that connection.
pub fn view(index: &Index, connection: &Connection) -> HandshakeView {
    let row = &connection.row;
    let handshake = &row.handshake;
    let mut checks = Vec::new();
    for (title, side) in [("Request", Side::Client), ("Response", Side::Server)] {
        let entries =
            CHAPTERS.iter().filter(|chapter| chapter.title == title).flat_map(|chapter| chapter.entries);
        for entry in entries {
            let is_found = row.diagnostics.iter().any(|code| code == entry.code.name());
            let applies = entry.grounds.iter().all(|ground| match ground {
                Ground::Rfc6455 | Ground::NotLegacy => !connection.protocol.is_legacy(),
                Ground::AcceptsWebSocket => handshake.verdict != "refused",
                Ground::DeflateAgreed => handshake
                    .extensions
                    .as_deref()
                    .is_some_and(|agreed| agreed.contains("permessage-deflate")),
                _ => true,
            });
            if !applies && !is_found {
                continue;
            }
            let is_seen = match side {
                Side::Client => row.request.is_some(),
                Side::Server => row.response.is_some(),
            };
            let outcome = match (is_found, is_seen) {
                (true, _) => CheckOutcome::Failed,
                (false, true) => CheckOutcome::Passed,
                (false, false) => CheckOutcome::NotSeen,
            };
            let of_this = index.found().iter().filter(|found| {
                is_found && found.connection == Some(row.connection) && found.code == entry.code
            });
            checks.push(Check {
                code: entry.code.name().to_owned(),
                side,
                outcome,
                severity: entry.severity,
                rfc: entry.rfc.to_owned(),
                title: entry.title.to_owned(),
                found: of_this
                    .map(|found| {
                        let row = found.to_row();
                        Found { message: row.message, cause: row.cause, fix: row.fix }
                    })
                    .collect(),
            });
        }
    }
    HandshakeView {
        connection: row.connection,
        verdict: handshake.verdict.clone(),
        confidence: handshake.confidence,
        protocol: row.protocol.clone(),
        asked: connection.heads[0],
        answered: connection.heads[1],
        request: row.request.clone(),
        response: row.response.clone(),
        checks,
        accept: handshake.key.as_deref().map(|key| derive(key, handshake.accept.as_deref())),
    }
}

/// The steps of RFC 6455 §4.2.2, step 5, item 4.
fn derive(key: &str, received: Option<&str>) -> AcceptStep {
    let key = key.trim_ascii();
    let expected = accept::expected(key);
    let differing = received.map(|received| {
        let longest = received.chars().count().max(expected.chars().count());
        let (mut a, mut b) = (received.chars(), expected.chars());
        (0..).take(longest).filter(|_| a.next() != b.next()).collect()
    });
    AcceptStep {
        concatenated: format!("{key}{}", accept::GUID),
        sha1: hexadecimal(&accept::digest(key.as_bytes())),
        key: key.to_owned(),
        expected,
        received: received.map(str::to_owned),
        differing: differing.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_known_answer() {
        let steps = derive("dGhlIHNhbXBsZSBub25jZQ==", Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOO="));
        assert_eq!(steps.concatenated, "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        // RFC 6455 §1.3.
        assert_eq!(steps.sha1, "b37a4f2cc0624f1690f64606cf385945b2bec4ea");
        assert_eq!(steps.expected, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(steps.differing, [26]);
        assert_eq!(derive("dGhlIHNhbXBsZSBub25jZQ==", Some("s3p")).differing.len(), 25);
    }
}
