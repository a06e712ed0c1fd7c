//! Holds the two ways to filter against each other: rows as they stream by, and rows of an index.

use std::fs;
use std::path::Path;

use sockscope_core::capture::CapturedPacket;
use sockscope_core::filter::Filter;
use sockscope_core::limits::Limits;
use sockscope_core::session::api::{
    Answer, ConnectionKey, ConnectionOrder, ConnectionRow, DiagnosticRow, Direction, ExportFormat, Exported,
    MessageKey, MessageOrder, Page, Request, Span,
};
use sockscope_core::session::{
    Asked, ConnectionView, Decoder, MessageView, Options, PayloadWanted, RowsWanted, SessionOptions, Sieve,
    Sink,
};
use sockscope_tests::session::Asker;

/// Fields of headers, handshakes and payloads, present and absent, with what depends on several values.
const EXPRESSIONS: &[&str] = &[
    "from == client",
    "not opcode == text",
    "opcode != text",
    "opcode in {text, 9..10} and length < 1k",
    "compressed or not complete",
    "since_start > 0.5 and time < 2200-01-01",
    "packet in {5..30}",
    "frames > 1 or message == 3",
    "code >= 1000",
    "reason",
    "reason contains e and not code == 1000",
    "diagnostic",
    "severity >= warning",
    "diagnostic != no-close-frame",
    "e and not \"{\"",
    "payload contains hex:00 or text matches '[0-9]{4}'",
    "source == 127.0.0.1 or source_port > 50000",
    "destination == 10.0.0.0/8",
    "host contains 1 and not path == /",
    "target contains c and status == 101",
    // From valid to invalid it may still turn with the first frames, which an index knows for all messages.
    "verdict in {partial, missing}",
    "subprotocol",
    "server contains 80 and tcp_stream < 2",
    "websocket and connection == 0",
    // A diagnostic's own words, or those of the message that it speaks of.
    "text contains a and not from == server",
    "diagnostic == message-never-finished or opcode == ping",
];

/// Keeps what passes one filter: the numbers of connections, and of messages with their connection's, and diagnostics.
struct Passed {
    sieve: Sieve,
    connections: Vec<u64>,
    messages: Vec<(u64, u64)>,
    diagnostics: Vec<DiagnosticRow>,
}

impl Passed {
    /// Takes the diagnostics that wait no longer.
    fn drain(&mut self) {
        while let Some(row) = self.sieve.next_diagnostic() {
            self.diagnostics.push(row);
        }
    }
}

/// All filters, asked in one pass.
struct All {
    awaits_packet: bool,
    passed: Vec<Passed>,
}

impl Sink for All {
    fn packet(&mut self, packet: &CapturedPacket<'_>) {
        if std::mem::take(&mut self.awaits_packet) {
            self.passed.iter_mut().for_each(|passed| passed.sieve.start(packet.time));
        }
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        self.passed.iter_mut().for_each(|passed| passed.sieve.upgraded(view));
    }

    fn connection(&mut self, row: &ConnectionRow) {
        for passed in &mut self.passed {
            if passed.sieve.connection(row) {
                passed.connections.push(row.connection);
            }
        }
    }

    fn message(&mut self, view: &MessageView<'_>) {
        let row = view.to_row(PayloadWanted::None);
        for passed in &mut self.passed {
            if passed.sieve.message(view) {
                passed.messages.push((row.connection, row.message));
            }
        }
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        for passed in &mut self.passed {
            passed.sieve.diagnostic(row);
            passed.drain();
        }
    }
}

/// What passes each of [`EXPRESSIONS`].
fn streamed(capture: &[u8], asked: Asked) -> Vec<Passed> {
    let passed = EXPRESSIONS.iter().map(|expression| {
        let filter = Filter::parse(expression).expect(expression);
        let sieve = Sieve::new(filter, asked, &Limits::default());
        Passed { sieve, connections: Vec::new(), messages: Vec::new(), diagnostics: Vec::new() }
    });
    let mut all = All { awaits_packet: true, passed: passed.collect() };
    let rows = RowsWanted { messages: true, ..RowsWanted::default() };
    let mut decoder = Decoder::new(Options { rows, ..Options::default() });
    decoder.push(capture, &mut all).expect("a capture");
    decoder.finish(&mut all).expect("a capture");
    for passed in &mut all.passed {
        passed.sieve.finish();
        passed.drain();
    }
    all.passed
}

/// The diagnostics that a session exports.
fn exported(asker: &mut Asker, filter: &str) -> Vec<DiagnosticRow> {
    let (what, format) = (Exported::Diagnostics, ExportFormat::Jsonl);
    let request = Request::Export { what, connection: None, filter: filter.to_owned(), format };
    let mut lines = Vec::new();
    for answer in asker.ask(request).expect("an export") {
        let Answer::Exported { bytes, .. } = answer else { panic!("{answer:?}") };
        lines.extend(bytes);
    }
    let rows = serde_json::Deserializer::from_slice(&lines).into_iter();
    rows.map(|row| row.expect("a diagnostic")).collect()
}

/// How many connections, messages and diagnostics pass each of [`EXPRESSIONS`].
fn check(name: &str, capture: &[u8]) -> Vec<[usize; 3]> {
    let mut asker = Asker::opened(capture, SessionOptions::default());
    let [of_messages, of_connections, of_diagnostics] =
        [Asked::Messages, Asked::Connections, Asked::Diagnostics].map(|asked| streamed(capture, asked));
    let mut counts = Vec::new();
    let streamed = of_messages.into_iter().zip(of_connections).zip(of_diagnostics);
    for (expression, ((of_messages, of_connections), of_diagnostics)) in EXPRESSIONS.iter().zip(streamed) {
        let all = Span { start: 0, length: u64::MAX };
        let order = MessageOrder { key: MessageKey::Found, direction: Direction::Ascending };
        let filter = (*expression).to_owned();
        let request = Request::Messages { connection: None, rows: all, order, filter: filter.clone() };
        let Answer::Messages(Page { rows, .. }) = asker.one(request) else { panic!("{name}") };
        let indexed: Vec<_> = rows.iter().map(|row| (row.connection, row.message)).collect();
        assert_eq!(indexed, of_messages.messages, "{name}: messages with {expression}");

        let order = ConnectionOrder { key: ConnectionKey::Number, direction: Direction::Ascending };
        let request = Request::Connections { rows: all, order, filter: filter.clone() };
        let Answer::Connections(Page { rows, .. }) = asker.one(request) else { panic!("{name}") };
        let indexed: Vec<_> = rows.iter().map(|row| row.connection).collect();
        let mut connections = of_connections.connections;
        connections.sort_unstable();
        assert_eq!(indexed, connections, "{name}: connections with {expression}");

        let diagnostics = exported(&mut asker, &filter);
        assert_eq!(diagnostics, of_diagnostics.diagnostics, "{name}: diagnostics with {expression}");
        counts.push([connections.len(), of_messages.messages.len(), diagnostics.len()]);
    }
    counts
}

#[test]
fn the_index_and_the_stream_let_the_same_rows_pass() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let mut passed = vec![[0; 3]; EXPRESSIONS.len()];
    for folder in fs::read_dir(samples).expect("samples") {
        let folder = folder.expect("an entry").path();
        let Ok(files) = fs::read_dir(&folder) else { continue };
        let is_capture =
            |path: &Path| path.file_stem().is_some_and(|stem| stem.to_string_lossy().starts_with("capture"));
        for path in files.map(|file| file.expect("an entry").path()).filter(|path| is_capture(path)) {
            let capture = fs::read(&path).expect("a capture");
            let name = path.display().to_string();
            for (counts, passed) in check(&name, &capture).into_iter().zip(&mut passed) {
                for (count, passed) in counts.into_iter().zip(passed) {
                    *passed += count;
                }
            }
        }
    }
    let idle = |rows: usize| -> Vec<&str> {
        let none = EXPRESSIONS.iter().zip(&passed).filter(|(_, passed)| passed[rows] == 0);
        none.map(|(expression, _)| *expression).collect()
    };
    assert_eq!([idle(0), idle(1)], [Vec::<&str>::new(), Vec::new()], "no sample shows them");
    // No sample has a diagnostic of such a message.
    let of_diagnostics = ["reason", "reason contains e and not code == 1000", "destination == 10.0.0.0/8"];
    assert_eq!(idle(2), of_diagnostics);
}
