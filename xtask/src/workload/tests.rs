//! Every workload is what its truth says, by the engine's reading.

use std::collections::BTreeMap;

use serde_json::Value;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, SummaryRow};
use sockscope_core::session::{Decoder, MessageView, Options, PayloadWanted, RowsWanted, Sink};
use sockscope_workload::{Kind, TruthFile};

use super::size_of;

/// Opcode, length and SHA-256 of each message, by connection and side.
type Messages = BTreeMap<(u64, String), Vec<(String, u64, String)>>;

#[derive(Default)]
struct Found {
    messages: Messages,
    connections: Vec<ConnectionRow>,
    diagnostics: Vec<DiagnosticRow>,
}

impl Sink for Found {
    fn connection(&mut self, row: &ConnectionRow) {
        self.connections.push(row.clone());
    }

    fn message(&mut self, view: &MessageView<'_>) {
        let row = view.to_row(PayloadWanted::Hash);
        if row.complete == Some(false) {
            return;
        }
        let from = row.from.map_or("", |side| side.name()).to_owned();
        let hash = row.payload.sha256.unwrap_or_default();
        self.messages.entry((row.connection, from)).or_default().push((row.opcode, row.length, hash));
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.diagnostics.push(row.clone());
    }
}

fn written(kind: Kind, size: u64, seed: u64) -> (Vec<u8>, Messages) {
    let (mut capture, mut lines) = (Vec::new(), Vec::new());
    let written = sockscope_workload::write(kind, size, seed, &mut capture, &mut TruthFile::new(&mut lines));
    assert_eq!(written.unwrap().bytes, capture.len() as u64);
    let mut truth = Messages::new();
    for line in String::from_utf8(lines).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let key = (row["connection"].as_u64().unwrap(), text("from"));
        truth.entry(key).or_default().push((text("opcode"), row["length"].as_u64().unwrap(), text("sha256")));
    }
    (capture, truth)
}

fn decoded(capture: &[u8]) -> (Found, SummaryRow) {
    let mut found = Found::default();
    let rows = RowsWanted { messages: true, ..RowsWanted::default() };
    let mut decoder = Decoder::new(Options { payload: PayloadWanted::Hash, rows, ..Options::default() });
    for chunk in capture.chunks(1 << 16) {
        decoder.push(chunk, &mut found).unwrap();
    }
    let summary = decoder.finish(&mut found).unwrap();
    (found, summary)
}

fn check(kind: Kind, size: u64) -> Found {
    let (capture, truth) = written(kind, size, 7);
    assert!(capture.len() as u64 >= size, "{} bytes", capture.len());
    assert!(written(kind, size, 7).0 == capture, "the same seed, the same capture");
    let (found, summary) = decoded(&capture);
    assert!(!summary.damaged);
    assert_eq!(found.messages, truth);
    assert!(found.connections.iter().all(|row| row.handshake.verdict == "valid"));
    let codes: Vec<&str> = found.diagnostics.iter().map(|row| row.code.as_str()).collect();
    // Nobody has secrets of what looks like TLS.
    let noted: &[&str] = if kind == Kind::Mixed { &["tls-no-secrets"] } else { &[] };
    assert_eq!(codes, noted, "what is sound is reported as sound");
    found
}

#[test]
fn chat_is_what_its_truth_says() {
    let found = check(Kind::Chat, 3_000_000);
    assert_eq!(found.connections.len(), 1000);
}

#[test]
fn bulk_is_what_its_truth_says() {
    let found = check(Kind::Bulk, 8_000_000);
    assert!(found.messages.values().flatten().any(|(_, length, _)| *length > 500_000));
}

#[test]
fn deflate_is_what_its_truth_says() {
    let found = check(Kind::Deflate, 3_000_000);
    assert!(found.connections.iter().any(|row| row.client_bytes > 2 * row.client_wire_bytes));
}

#[test]
fn mixed_is_what_its_truth_says() {
    let (capture, _) = written(Kind::Mixed, 4_000_000, 7);
    let (_, summary) = decoded(&capture);
    assert!(summary.tls_without_secrets > 0 && summary.http_requests > 0 && summary.other_packets > 0);
    let found = check(Kind::Mixed, 4_000_000);
    assert!(!found.messages.is_empty());
}

#[test]
fn messy_is_a_sound_file_of_unsound_traffic() {
    let (capture, truth) = written(Kind::Messy, 2_000_000, 7);
    assert!(written(Kind::Messy, 2_000_000, 7).0 == capture, "the same seed, the same capture");
    let (found, summary) = decoded(&capture);
    assert!(!summary.damaged && !truth.is_empty());
    let codes = ["tcp-gap", "tcp-overlap-conflict", "tcp-reset", "mid-stream"];
    assert!(codes.iter().all(|code| found.diagnostics.iter().any(|row| row.code == *code)));
}

#[test]
fn sizes_have_units() {
    assert_eq!(
        [size_of("12").unwrap(), size_of("20K").unwrap(), size_of("2G").unwrap()],
        [12, 20_000, 2_000_000_000]
    );
    assert!(size_of("much").is_err() && size_of("").is_err() && size_of("99999999999G").is_err());
}
