//! Where nothing was found: says what was there instead, and what to do about it.

use sockscope_core::session::api::{KEY_LOGS, SummaryRow};

use crate::read::Outcome;
use crate::say::Say;
use crate::text::quantity::{count, counted};

/// Says why there are no rows, if there are none. `noun` is what the rows are called.
pub fn explain(say: &Say, name: &str, outcome: &Outcome, noun: &str, only: Option<u64>) {
    let summary = &outcome.summary;
    match (summary.connections, only) {
        (0, _) => {
            say.note(&format!("{name}: no WebSocket in {}", counted(summary.packets, "packet")));
            for line in instead(summary, name) {
                say.item(&line);
            }
        }
        (connections, Some(number)) if number >= connections => {
            say.note(&format!("{name}: {}", no_such_connection(connections, number)));
        }
        (connections, _) if outcome.rows == Some(0) && outcome.filtered => {
            let place = match only {
                Some(number) => format!("connection {number}"),
                None => counted(connections, "WebSocket connection"),
            };
            say.note(&format!("{name}: the filter holds for no {noun} in {place}"));
        }
        (connections, None) if outcome.rows == Some(0) => {
            say.note(&format!("{name}: no {noun} in {}", counted(connections, "WebSocket connection")));
            say.hint(&format!("sockscope check {name} says why"));
        }
        (_, Some(number)) if outcome.rows == Some(0) => {
            say.note(&format!("{name}: no {noun} in connection {number}"));
            say.hint(&format!("sockscope check -c {number} {name} says why"));
        }
        _ => {}
    }
}

/// Connections are numbered from 0, which is easily forgotten.
pub fn no_such_connection(connections: u64, number: u64) -> String {
    match connections {
        0 => format!("there is no connection {number}: no WebSocket was found"),
        1 => format!("there is no connection {number}: the only one has number 0"),
        _ => format!(
            "there is no connection {number}: there are {}, numbered from 0 to {}",
            count(connections),
            connections.saturating_sub(1)
        ),
    }
}

/// What a capture without a WebSocket holds, a line each.
fn instead(summary: &SummaryRow, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if summary.packets == 0 {
        lines.push(
            "the capture is empty: was the right interface captured, and the filter not too narrow?".into(),
        );
        return lines;
    }
    lines.push(counted(summary.tcp_connections, "TCP connection"));
    if summary.tls_without_secrets > 0 {
        lines.push(format!(
            "{} without secrets, which is what wss:// looks like from outside. Let the client write them while you \
             capture, and give the file with --keylog:",
            counted(summary.tls_without_secrets, "TLS connection")
        ));
        lines.extend(KEY_LOGS.iter().map(|(who, how)| format!("  {who}: {how}")));
    }
    if summary.http2_connections > 0 {
        lines.push(format!(
            "{} that {} HTTP/2, in which WebSockets are not found yet",
            counted(summary.http2_connections, "connection"),
            if summary.http2_connections == 1 { "speaks" } else { "speak" },
        ));
    }
    if summary.http_requests > 0 {
        lines.push(format!(
            "{} that ask{} for no WebSocket",
            counted(summary.http_requests, "HTTP request"),
            if summary.http_requests == 1 { "s" } else { "" },
        ));
    }
    if summary.other_packets > 0 {
        lines.push(format!("{} of other kinds than TCP", counted(summary.other_packets, "packet")));
    }
    for &(link_type, packets) in &summary.unknown_link_types {
        lines.push(format!(
            "{} of link type {link_type}, which is not understood",
            counted(packets, "packet")
        ));
    }
    for server in &summary.looks_like_frames {
        lines.push(format!(
            "what {server} sends and gets looks like WebSocket frames, but there are too few to be sure: try --decode-as \
             {server} {name}"
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_all_that_was_there() {
        let summary = SummaryRow {
            packets: 1204,
            tcp_connections: 12,
            tls_without_secrets: 1,
            http2_connections: 2,
            http_requests: 1,
            other_packets: 30,
            unknown_link_types: vec![(228, 4)],
            looks_like_frames: vec!["[::1]:9000".into()],
            ..SummaryRow::default()
        };
        let lines = instead(&summary, "a.pcap").join("\n");
        for part in [
            "12 TCP connections",
            "1 TLS connection without secrets",
            "SSLKEYLOGFILE",
            "2 connections that speak HTTP/2",
            "tls.Config{KeyLogWriter: file}",
            "1 HTTP request that asks",
            "30 packets",
            "4 packets of link type 228",
            "--decode-as [::1]:9000 a.pcap",
        ] {
            assert!(lines.contains(part), "{part} is not in {lines}");
        }
    }

    #[test]
    fn numbers_begin_at_0() {
        assert!(no_such_connection(1, 1).contains("number 0"));
        assert!(no_such_connection(3, 3).contains("from 0 to 2"));
    }
}
