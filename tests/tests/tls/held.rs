//! Recordings decoded, and held against what was sent.

use sockscope_core::limits::Limits;
use sockscope_core::session::api::{ConnectionRow, TlsRow};
use sockscope_core::session::{Options, PayloadWanted, Secrets, Survey};
use sockscope_tests::Side;
pub use sockscope_tests::decode::Decoded;
use sockscope_tests::decode::decode;

use crate::speech::{Message, Speech};

/// Decodes with the secrets of a log.
pub fn read(capture: &[u8], log: &[u8]) -> Decoded {
    read_within(capture, log, Limits::default())
}

/// The same with limits.
pub fn read_within(capture: &[u8], log: &[u8], limits: Limits) -> Decoded {
    let secrets = Secrets::default();
    secrets.read(log);
    decode(capture, Options { payload: PayloadWanted::Hash, secrets, limits, ..Options::default() })
}

/// Decodes with these secrets, after a look through the whole capture.
pub fn read_twice(capture: &[u8], secrets: &Secrets, limits: Limits) -> Decoded {
    let options =
        Options { payload: PayloadWanted::Hash, secrets: secrets.clone(), limits, ..Options::default() };
    let mut survey = Survey::new(&options);
    survey.push_block(capture.to_vec()).expect("a capture");
    survey.finish().expect("a capture");
    decode(capture, options)
}

/// Whole messages of one side of a connection.
pub fn messages(decoded: &Decoded, connection: u64, side: Side) -> Vec<Message> {
    let mut rows: Vec<_> = decoded
        .messages
        .iter()
        .filter(|row| row.connection == connection && row.from == Some(side) && row.complete != Some(false))
        .collect();
    rows.sort_by_key(|row| row.message);
    let sum = |sum: &Option<String>| sum.clone().unwrap_or_default();
    rows.iter().map(|row| (side, row.opcode.clone(), row.length, sum(&row.payload.sha256))).collect()
}

/// All that was said was decrypted, and nothing is said of it. The answer is what is wrong.
pub fn complaint(decoded: &Decoded, connection: u64, speech: &Speech) -> Option<String> {
    let said = || format!("{:?}\n{:?}", decoded.diagnostics, decoded.summary);
    let Some(row) = decoded.connections.iter().find(|row| row.connection == connection) else {
        return Some(format!("there is no connection {connection}: {}", said()));
    };
    for side in Side::BOTH {
        if messages(decoded, connection, side) != speech.of(side) {
            return Some(format!("other messages of the {}: {}", side.name(), said()));
        }
    }
    if row.transport != "tls" || row.handshake.verdict != "valid" {
        return Some(format!("{row:?}"));
    }
    (!decoded.alarms().is_empty()).then(said)
}

/// What is said of the TLS of a connection.
pub fn tls(decoded: &Decoded, connection: u64) -> &TlsRow {
    let row: Option<&ConnectionRow> = decoded.connections.iter().find(|row| row.connection == connection);
    row.and_then(|row| row.tls.as_ref()).expect("it is one over TLS")
}
