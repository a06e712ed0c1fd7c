//! Holds the engine against what is known of every sample (`samples/README.md` describes `expected.json`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sockscope_core::diagnostic::Severity;
use sockscope_core::session::api::{ConnectionRow, Decoded, DiagnosticRow, MessageRow, SummaryRow};
use sockscope_core::session::{
    DecodeAs, Decoder, JsonLines, MessageView, Options, PayloadWanted, RowsWanted, Sink, Survey,
};
use sockscope_core::stream::Side;
use sockscope_core::tls::RsaKey;

/// What is not built yet; samples that need it wait.
const NOT_BUILT: [&str; 1] = ["http2"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    about: String,
    capture: String,
    keylog: Option<String>,
    rsa_key: Option<String>,
    needs: Vec<String>,
    sound: Option<bool>,
    #[serde(default)]
    must: Vec<String>,
    connections: Option<Vec<Connection>>,
    exit: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Connection {
    client: String,
    server: String,
    transport: Option<String>,
    protocol: Option<String>,
    verdict: Option<String>,
    accept_ok: Option<bool>,
    subprotocol: Option<String>,
    target: Option<String>,
    close: Option<Close>,
    #[serde(default)]
    must: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
    errors: Option<Vec<String>>,
    cause: Option<String>,
    #[serde(default)]
    causes: BTreeMap<String, String>,
    client_messages: Option<Vec<Message>>,
    server_messages: Option<Vec<Message>>,
    exact: Option<bool>,
    /// What the messages are in their sub-protocol: who sent each and, in words, which packet.
    packets: Option<Vec<String>>,
    #[serde(default, rename = "client_recoverable")]
    _client_recoverable: Vec<Message>,
    #[serde(default, rename = "server_recoverable")]
    _server_recoverable: Vec<Message>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    from: Option<Side>,
    code: Option<u16>,
    reason: Option<String>,
    clean: Option<bool>,
}

/// Opcode, length, SHA-256.
type Message = (String, u64, String);

#[derive(Default)]
struct Rows {
    payload: PayloadWanted,
    connections: Vec<ConnectionRow>,
    messages: Vec<MessageRow>,
    diagnostics: Vec<DiagnosticRow>,
}

impl Sink for Rows {
    fn connection(&mut self, row: &ConnectionRow) {
        self.connections.push(row.clone());
    }

    fn message(&mut self, message: &MessageView<'_>) {
        let row = message.to_row(self.payload);
        let (mut fast, plain) = (Vec::new(), serde_json::to_string(&row).expect("a row"));
        JsonLines::default().message(message, None, self.payload, &mut fast);
        assert_eq!(String::from_utf8_lossy(&fast), format!("{plain}\n"));
        assert_eq!(serde_json::from_str::<MessageRow>(&plain).expect("a row"), row);
        self.messages.push(row);
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.diagnostics.push(row.clone());
    }
}

const ROWS: RowsWanted = RowsWanted { messages: true, frames: false, decoded: true, lines: false };

#[test]
fn messages_are_decoded_where_that_is_asked() {
    let folder = samples().join("socket-io");
    let decoded = |rows| {
        let (rows, _) = decode(&folder, &expected(&folder), PayloadWanted::Full, rows);
        rows.messages.iter().filter(|row| row.decoded.is_some()).count()
    };
    assert!(decoded(ROWS) > 0);
    assert_eq!(decoded(RowsWanted { decoded: false, ..ROWS }), 0);
}

#[test]
fn samples_agree_with_their_truth() {
    let mut differences = Vec::new();
    for folder in folders() {
        let expected = expected(&folder);
        if expected.needs.iter().any(|need| NOT_BUILT.contains(&need.as_str())) {
            continue;
        }
        let (rows, summary) = decode(&folder, &expected, PayloadWanted::Hash, ROWS);
        let mut say = |what: String| differences.push(format!("{}: {what}", name(&folder)));
        compare(&expected, &rows, &summary, &mut say);
        compare_packets(&folder, &expected, &mut say);
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn samples_are_complete_and_listed() {
    let list = fs::read_to_string(samples().join("README.md")).expect("samples/README.md");
    let mut lacking = Vec::new();
    for folder in folders() {
        let name = name(&folder);
        for file in ["README.md", "expected.json"] {
            if !folder.join(file).is_file() {
                lacking.push(format!("{name} has no {file}"));
            }
        }
        if !list.contains(&format!("[{name}]({name}/)")) {
            lacking.push(format!("{name} is not listed in samples/README.md"));
        }
    }
    assert!(lacking.is_empty(), "\n{}", lacking.join("\n"));
}

#[test]
fn samples_hold_the_files_that_they_name() {
    let mut lacking = Vec::new();
    for folder in folders() {
        let expected = expected(&folder);
        let wanted = [Some(expected.capture), expected.keylog, expected.rsa_key];
        for file in wanted.into_iter().flatten().filter(|file| !folder.join(file).is_file()) {
            lacking.push(format!("{} has no {file}", name(&folder)));
        }
        if expected.about.is_empty() {
            lacking.push(format!("{} does not say by which software it was recorded", name(&folder)));
        }
    }
    assert!(lacking.is_empty(), "\n{}", lacking.join("\n"));
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(samples()).expect("samples/");
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder's entry").path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().expect("a folder below samples/").to_string_lossy().into_owned()
}

fn expected(folder: &Path) -> Expected {
    let path = folder.join("expected.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn decode(
    folder: &Path,
    expected: &Expected,
    payload: PayloadWanted,
    rows: RowsWanted,
) -> (Rows, SummaryRow) {
    let ports = expected.needs.iter().filter_map(|need| need.strip_prefix("decode-as::"));
    let options = Options {
        payload,
        rows,
        decode_as: ports.map(|port| DecodeAs { host: None, port: port.parse().expect("a port") }).collect(),
        ..Options::default()
    };
    if let Some(log) = &expected.keylog {
        options.secrets.read(&fs::read(folder.join(log)).expect("the key log"));
    }
    if let Some(key) = &expected.rsa_key {
        let pem = fs::read_to_string(folder.join(key)).expect("the private key");
        options.secrets.add_key(RsaKey::from_pem(&pem).expect("a private key"));
    }
    let capture = fs::read(folder.join(&expected.capture)).expect("the capture");
    if !options.secrets.is_empty() {
        // Secrets of sessions that are resumed.
        let mut survey = Survey::new(&options);
        survey.push_block(capture.clone()).expect("a capture");
        survey.finish().expect("a capture");
    }
    let mut rows = Rows { payload, ..Rows::default() };
    let mut decoder = Decoder::new(options);
    decoder.push(&capture, &mut rows).expect("a capture");
    let summary = decoder.finish(&mut rows).expect("a capture");
    rows.connections.sort_by_key(|row| row.connection);
    (rows, summary)
}

fn compare(expected: &Expected, rows: &Rows, summary: &SummaryRow, say: &mut impl FnMut(String)) {
    let damaged = if summary.damaged { 3 } else { 0 };
    if expected.exit != damaged {
        say(format!("`messages` would end with {damaged}, not with {}", expected.exit));
    }
    for code in &expected.must {
        if !rows.diagnostics.iter().any(|row| row.code == *code) {
            say(format!("{code} is missing"));
        }
    }
    let alarm = rows.diagnostics.iter().find(|row| row.severity > Severity::Note);
    match (expected.sound, alarm) {
        (Some(true), Some(row)) => say(format!("a sound capture, yet {}: {}", row.code, row.message)),
        (Some(false), None) => say("an unsound capture, yet no error and no warning".to_owned()),
        _ => {}
    }
    let Some(wanted) = &expected.connections else { return };
    let have: Vec<_> = rows.connections.iter().map(|row| (&row.client, &row.server)).collect();
    let want: Vec<_> = wanted.iter().map(|row| (&row.client, &row.server)).collect();
    if want != have {
        say(format!("the connections are {have:?}, not {want:?}"));
        return;
    }
    for (wanted, row) in wanted.iter().zip(&rows.connections) {
        let mut say = |what: String| say(format!("connection {}: {what}", row.connection));
        compare_row(wanted, row, &mut say);
        compare_diagnostics(wanted, row, &rows.diagnostics, &mut say);
        for (side, wanted_messages) in
            [(Side::Client, &wanted.client_messages), (Side::Server, &wanted.server_messages)]
        {
            let Some(wanted_messages) = wanted_messages else { continue };
            let have = messages(rows, row.connection, side);
            let difference = match wanted.exact {
                Some(false) => missing_message(wanted_messages, &have),
                _ => different_message(wanted_messages, &have),
            };
            if let Some(difference) = difference {
                say(format!("{} {difference}", side.name()));
            }
        }
    }
}

/// Packets are only known where payloads are kept.
fn compare_packets(folder: &Path, expected: &Expected, say: &mut impl FnMut(String)) {
    let wanted = expected.connections.iter().flatten().map(|connection| connection.packets.as_deref());
    if wanted.clone().all(|packets| packets.is_none()) {
        return;
    }
    let (rows, _) = decode(folder, expected, PayloadWanted::Full, ROWS);
    for (connection, wanted) in wanted.enumerate() {
        let Some(wanted) = wanted else { continue };
        let mut own: Vec<_> =
            rows.messages.iter().filter(|row| row.connection == connection as u64).collect();
        own.sort_by_key(|row| row.message);
        let packet = |row: &&MessageRow| {
            let label = row.decoded.as_ref()?.label().unwrap_or_default();
            Some(format!("{} {label}", row.from?.name()))
        };
        let have: Vec<_> = own.iter().filter_map(packet).collect();
        if have != wanted {
            let at = (0..).find(|&at| have.get(at) != wanted.get(at)).unwrap_or(0);
            say(format!(
                "packet {at} of connection {connection} is {:?}, not {:?}",
                have.get(at),
                wanted.get(at)
            ));
        }
        let problems = own.iter().filter_map(|row| row.decoded.as_ref()).flat_map(Decoded::problems);
        problems.for_each(|problem| say(format!("connection {connection}: a sound packet, yet {problem}")));
    }
}

fn compare_row(wanted: &Connection, row: &ConnectionRow, say: &mut impl FnMut(String)) {
    let mut same = |what: &str, wanted: Option<&str>, have: Option<&str>| {
        if wanted.is_some() && wanted != have {
            say(format!("{what} is {have:?}, not {wanted:?}"));
        }
    };
    same("transport", wanted.transport.as_deref(), Some(&row.transport));
    same("protocol", Some(wanted.protocol.as_deref().unwrap_or("rfc6455")), Some(&row.protocol));
    same("verdict", wanted.verdict.as_deref(), Some(&row.handshake.verdict));
    same("subprotocol", wanted.subprotocol.as_deref(), row.handshake.subprotocol.as_deref());
    same("target", wanted.target.as_deref(), row.request.as_ref().map(|request| request.target.as_str()));
    if wanted.accept_ok.is_some() && wanted.accept_ok != row.handshake.accept_ok {
        say(format!("accept_ok is {:?}, not {:?}", row.handshake.accept_ok, wanted.accept_ok));
    }
    if let Some(wanted) = &wanted.close {
        let Some(close) = &row.close else { return say("it has no Close".to_owned()) };
        let right = wanted.from.is_none_or(|from| from == close.from)
            && wanted.code.is_none_or(|code| Some(code) == close.code)
            && wanted.reason.as_deref().is_none_or(|reason| reason == close.reason.as_deref().unwrap_or(""))
            && wanted.clean.is_none_or(|clean| clean == close.clean);
        if !right {
            say(format!("its close is {close:?}"));
        }
    }
}

fn compare_diagnostics(
    wanted: &Connection,
    row: &ConnectionRow,
    diagnostics: &[DiagnosticRow],
    say: &mut impl FnMut(String),
) {
    let own = || diagnostics.iter().filter(|found| found.connection == Some(row.connection));
    for code in wanted.must.iter().filter(|code| !own().any(|found| found.code == **code)) {
        say(format!("{code} is missing"));
    }
    for found in own() {
        let is_other_error = found.severity == Severity::Error
            && wanted.errors.as_ref().is_some_and(|errors| !errors.contains(&found.code));
        if is_other_error || wanted.must_not.contains(&found.code) {
            say(format!("{} is wrong here: {}", found.code, found.message));
        }
    }
    let accept = wanted.cause.as_deref().map(|cause| ("accept-mismatch", cause));
    let others = wanted.causes.iter().map(|(code, cause)| (code.as_str(), cause.as_str()));
    for (code, cause) in accept.into_iter().chain(others) {
        if !own().any(|found| found.code == code && found.cause_code.as_deref() == Some(cause)) {
            say(format!("the cause {cause} of {code} is not named"));
        }
    }
}

/// The messages that can be compared: whole ones of opcodes that RFC 6455 defines.
fn messages(rows: &Rows, connection: u64, side: Side) -> Vec<Message> {
    let is_comparable = |row: &&MessageRow| {
        row.connection == connection
            && row.from == Some(side)
            && row.complete != Some(false)
            && !row.opcode.starts_with("reserved-")
    };
    let message =
        |row: &MessageRow| (row.opcode.clone(), row.length, row.payload.sha256.clone().unwrap_or_default());
    rows.messages.iter().filter(is_comparable).map(message).collect()
}

/// The first place in which the two differ.
fn different_message(wanted: &[Message], have: &[Message]) -> Option<String> {
    let at = (0..wanted.len().max(have.len())).find(|&at| wanted.get(at) != have.get(at))?;
    Some(format!("message {at} is {:?}, not {:?}", have.get(at), wanted.get(at)))
}

/// The first of `wanted` that `have` does not hold in that order; others may stand between them.
fn missing_message(wanted: &[Message], have: &[Message]) -> Option<String> {
    let mut rest = have.iter();
    let at = wanted.iter().position(|wanted| !rest.any(|message| message == wanted))?;
    Some(format!("message {at} is not in its place: {:?}", wanted.get(at)))
}
