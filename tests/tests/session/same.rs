//! Compares a session's answers with the rows that a decoder gives as they stream by.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sockscope_core::session::api::{
    Answer, ConnectionKey, ConnectionOrder, ConnectionRow, DiagnosticRow, Direction, FrameRow, FrameView,
    MessageKey, MessageName, MessageOrder, MessageRow, Page, PayloadColumns, PayloadPart, Request, Span,
    Stage,
};
use sockscope_core::session::{Options, PayloadWanted};
use sockscope_tests::decode::{Decoded, decode};
use sockscope_tests::session::Asker;

pub const ALL: Span = Span { start: 0, length: u64::MAX };
pub const FOUND: MessageOrder = MessageOrder { key: MessageKey::Found, direction: Direction::Ascending };

/// Every answer that has a row in the stream is equal to it.
pub fn check(name: &str, asker: &mut Asker, capture: &[u8], options: Options) {
    let full = decode(capture, options.clone());
    let preview = decode(capture, Options { payload: PayloadWanted::Preview, ..options });
    assert_eq!(asker.one(Request::Summary), Answer::Summary(Box::new(full.summary.clone())), "{name}");
    let mut rows = full.connections.clone();
    rows.sort_by_key(|row| row.connection);
    same(&format!("{name}: connections"), &connections(asker, ""), &rows);
    same(&format!("{name}: messages"), &messages(asker, ""), &preview.messages);
    // What is found only where payloads are kept is no matter of the index.
    let told: Vec<DiagnosticRow> = diagnostics(asker);
    same(&format!("{name}: diagnostics"), &told, &preview.diagnostics);
    for row in &full.messages {
        message(name, asker, &full, row);
    }
    for row in &preview.messages {
        shown(name, asker, &preview, row);
    }
}

/// A message alone is told as among the others.
fn shown(name: &str, asker: &mut Asker, preview: &Decoded, row: &MessageRow) {
    let of = MessageName { connection: row.connection, message: row.message };
    let Answer::Message(view) = asker.one(Request::Message { message: of }) else { panic!("{name}: {of:?}") };
    assert_eq!(&view.row, row, "{name}");
    let speaks = |found: &&DiagnosticRow| {
        found.connection == Some(of.connection) && found.about_message == Some(of.message)
    };
    let found: Vec<DiagnosticRow> = preview.diagnostics.iter().filter(speaks).take(100).cloned().collect();
    assert_eq!(view.diagnostics, found, "{name}: of {of:?}");
}

fn message(name: &str, asker: &mut Asker, full: &Decoded, row: &MessageRow) {
    let of = MessageName { connection: row.connection, message: row.message };
    let place = format!("{name}: message {} of connection {}", row.message, row.connection);
    let part = payload(asker, of, Stage::Application, ALL);
    if !row.truncated {
        assert_eq!(part.bytes, bytes(&row.payload), "{place}: payload");
    }
    assert_eq!((part.total, &part.holes), (row.length, &row.holes), "{place}");
    assert_eq!(part.is_text, row.payload.text.is_some(), "{place}");

    // A part in the middle is that part of the whole.
    let (start, length) = (row.length / 3, row.length / 2);
    let middle = payload(asker, of, Stage::Application, Span { start, length });
    let (start, end) = (start as usize, (start + length) as usize);
    assert_eq!(
        middle.bytes,
        part.bytes[start.min(part.bytes.len())..end.min(part.bytes.len())],
        "{place}: a part"
    );

    let own: Vec<&FrameRow> = full
        .frames
        .iter()
        .filter(|frame| frame.connection == row.connection && frame.message == Some(row.message))
        .collect();
    let frames = frames(asker, of);
    let without_payload =
        |row: &FrameRow| FrameRow { payload: PayloadColumns::default(), truncated: false, ..row.clone() };
    let expected: Vec<FrameRow> = own.iter().map(|row| without_payload(row)).collect();
    let got: Vec<FrameRow> = frames.iter().map(|view| without_payload(&view.row)).collect();
    same(&format!("{place}: frames"), &got, &expected);
    let unmasked: Vec<u8> = own.iter().flat_map(|row| bytes(&row.payload)).collect();
    if own.iter().all(|frame| !frame.truncated) {
        assert_eq!(payload(asker, of, Stage::Unmasked, ALL).bytes, unmasked, "{place}: unmasked");
    }
    let headers: usize = frames.iter().map(|view| view.header.len()).sum();
    if got.iter().all(|row| row.opcode_name == "text" || row.masked) {
        assert_eq!(headers, own.iter().map(|row| usize::from(row.header_length)).sum::<usize>(), "{place}");
    }

    if row.message % 5 > 1 {
        return; // Packets are read from the capture again each time.
    }
    let mut carried: Vec<u64> = own.iter().flat_map(|row| row.packets.clone()).collect();
    carried.sort_unstable();
    carried.dedup();
    let Answer::Packets(page) = asker.one(Request::Packets { message: of, rows: ALL }) else {
        panic!("{place}")
    };
    let mut taken: Vec<u64> =
        page.rows.iter().filter(|packet| packet.taken > 0).map(|packet| packet.packet).collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken, carried, "{place}: packets");
}

/// Fails with the first row that differs.
#[track_caller]
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &[T], expected: &[T]) {
    let place = got.iter().zip(expected).position(|(got, expected)| got != expected);
    if let Some(place) = place {
        assert_eq!(got[place], expected[place], "{what}, row {place}");
    }
    assert_eq!(got.len(), expected.len(), "{what}");
}

/// All connections that hold, by number.
pub fn connections(asker: &mut Asker, filter: &str) -> Vec<ConnectionRow> {
    let order = ConnectionOrder { key: ConnectionKey::Number, direction: Direction::Ascending };
    match asker.one(Request::Connections { rows: ALL, order, filter: filter.to_owned() }) {
        Answer::Connections(Page { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

/// All messages that hold, as they became final.
pub fn messages(asker: &mut Asker, filter: &str) -> Vec<MessageRow> {
    let filter = filter.to_owned();
    match asker.one(Request::Messages { connection: None, rows: ALL, order: FOUND, filter }) {
        Answer::Messages(Page { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

fn diagnostics(asker: &mut Asker) -> Vec<DiagnosticRow> {
    match asker.one(Request::Diagnostics { rows: ALL, code: None, connection: None }) {
        Answer::Diagnostics(Page { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

/// A part of a payload.
pub fn payload(asker: &mut Asker, message: MessageName, stage: Stage, bytes: Span) -> PayloadPart {
    match asker.one(Request::Payload { message, stage, bytes }) {
        Answer::Payload(part) => part,
        other => panic!("{other:?}"),
    }
}

fn frames(asker: &mut Asker, message: MessageName) -> Vec<FrameView> {
    match asker.one(Request::Frames { message, rows: ALL }) {
        Answer::Frames(Page { rows, .. }) => rows,
        other => panic!("{other:?}"),
    }
}

/// The bytes that a row has of a payload.
pub fn bytes(columns: &PayloadColumns) -> Vec<u8> {
    match (&columns.text, &columns.base64) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(base64)) => STANDARD.decode(base64).expect("Base64"),
        (None, None) => Vec::new(),
    }
}
