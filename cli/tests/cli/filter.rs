//! `--filter`: which rows pass, of every command, and that nothing else of them changes.

use serde_json::Value;

use crate::capture::{ACCEPT, BINARY, Side, Wire, pcap, sound, wrong_accept};
use crate::run::{Folder, Ran, run, run_with_input, samples};

/// Two connections: `/chat` is sound and has six messages, `/wrong` has a wrong Accept and four.
fn two() -> Vec<u8> {
    pcap(&[sound(), wrong_accept()].concat())
}

/// What a row is called by.
fn name(row: &Value) -> String {
    let number = |key: &str| row[key].to_string();
    match row.get("code").and_then(Value::as_str) {
        Some(code) => format!("{code} {}", number("connection")),
        None if row.get("frame").is_some() => format!("{}/{}", number("connection"), number("frame")),
        None if row.get("message").is_some() => format!("{}/{}", number("connection"), number("message")),
        None => number("connection"),
    }
}

/// The names of the rows that pass.
#[track_caller]
fn check(command: &str, expression: &str, capture: &str, expected: &[&str]) {
    let ran = run(&[command, "--filter", expression, capture]);
    let rows: Vec<String> = ran.rows().iter().map(name).collect();
    assert_eq!(rows, expected, "{command} --filter {expression:?}: {}", ran.stderr);
}

#[test]
fn messages_pass_by_what_they_and_their_connection_are() {
    let folder = Folder::new("filter-messages");
    let capture = folder.file("a.pcap", &two());
    check("messages", "hello", &capture, &["0/0", "1/0"]);
    check("messages", "hello and path == /wrong", &capture, &["1/0"]);
    check("messages", "tcp.stream == 0 and from == server", &capture, &["0/1", "0/2", "0/5"]);
    check("messages", "GRÖẞER or größer", &capture, &["0/3"]);
    check("messages", "payload contains hex:fe and ip.src == 10.0.0.2", &capture, &["0/2"]);
    check("messages", "client == 10.0.0.1:50001 and not opcode == close", &capture, &["1/0", "1/1"]);
    check("messages", "code == 1000 and reason == bye", &capture, &["0/4", "0/5"]);
    check("messages", "verdict == invalid and opcode == text", &capture, &["1/0", "1/1"]);
    check("messages", "since_start <= 0.007", &capture, &["0/0"]);
    check("messages", "time > 2030-01-01", &capture, &[]);
}

#[test]
fn frames_pass_by_their_own_fields() {
    let folder = Folder::new("filter-frames");
    let capture = folder.file("a.pcap", &two());
    check(
        "frames",
        "websocket.mask == 1 and host == 10.0.0.2",
        &capture,
        &["0/0", "0/3", "0/4", "1/0", "1/2"],
    );
    check("frames", "not fin", &capture, &[]);
    check("frames", "websocket.opcode == 2 && tcp.port == 8001", &capture, &["0/2"]);
    run(&["frames", "--filter", "compressed", &capture]).ends_with(0).says(&["have no compressed"]);
}

#[test]
fn a_connection_has_the_fields_of_its_messages() {
    let folder = Folder::new("filter-connections");
    let capture = folder.file("a.pcap", &two());
    check("connections", "world", &capture, &["1"]);
    check("connections", "opcode == binary and text contains answer", &capture, &["0"]);
    check("connections", "opcode != binary", &capture, &["1"]);
    check("connections", "diagnostic == accept-mismatch", &capture, &["1"]);
    check("connections", "not severity == error", &capture, &["0"]);
    check("connections", "packet == 4 or path == /nowhere", &capture, &[]);
    let overview = run(&["--filter", "world", &capture]).rows();
    assert_eq!(overview[0]["summary"]["connections"], 2, "the summary is that of the capture");
    assert_eq!(overview[1..].iter().map(name).collect::<Vec<_>>(), ["1"]);
}

#[test]
fn a_diagnostic_has_the_fields_of_what_it_speaks_of() {
    let folder = Folder::new("filter-check");
    let mut wire = Wire::upgraded(50_002, "/odd", ACCEPT);
    wire.text(Side::Client, "fine").frame(Side::Server, 3, b"what").frame(Side::Client, BINARY, b"fine");
    wire.frame(Side::Server, 1, b"not \xff text").frame(Side::Server, 10, b"a pong that nobody asked for");
    wire.close("");
    let capture = folder.file("a.pcap", &pcap(&[wrong_accept(), wire.packets].concat()));
    let all = run(&["check", &capture]).rows();
    assert!(all.len() > 4, "{all:?}");
    check("check", "code == accept-mismatch", &capture, &["accept-mismatch 0"]);
    check("check", "path == /wrong and severity == error", &capture, &["accept-mismatch 0"]);
    check("check", "opcode == reserved-3", &capture, &["reserved-opcode 1"]);
    check("check", "payload contains hex:ff", &capture, &["text-invalid-utf8 1"]);
    check("check", "opcode == pong and length > 10", &capture, &["unsolicited-pong 1"]);
    check("check", "text contains \"sec-websocket-accept is\"", &capture, &["accept-mismatch 0"]);
    check(
        "check",
        "ip.src == 10.0.0.2 and from == server and opcode == text",
        &capture,
        &["text-invalid-utf8 1"],
    );
    let errors = |filter| run(&["check", "--filter", filter, &capture]).status;
    assert_eq!((errors("severity == error"), errors("from == client")), (1, 0));
    // What waits for a message stays in its place.
    let waited = run(&["check", "--filter", "not length == 12345", &capture]).rows();
    assert_eq!(waited, all);
}

#[test]
fn follow_and_extract_take_the_messages_that_pass() {
    let folder = Folder::new("filter-follow");
    let capture = folder.file("a.pcap", &two());
    let shown = run(&["follow", "-c", "0", "--filter", "from == server and text contains answer", &capture]);
    assert!(shown.stdout.contains("GET /chat") && shown.stdout.contains("answer"), "{}", shown.stdout);
    assert!(!shown.stdout.contains("hello") && !shown.stdout.contains("▼ close"), "{}", shown.stdout);
    let target = folder.path("out");
    run(&["extract", "-o", &target, "--filter", "opcode == binary", &capture]).ends_with(0);
    assert_eq!(folder.names("out"), ["000-000002-server-binary.bin", "index.jsonl"]);
}

#[test]
fn a_wrong_expression_is_wrong_usage_and_shows_its_place() {
    let ran = run(&["messages", "--filter", "from == client and lenght > 5", "no-such-file.pcap"]);
    ran.ends_with(2).says(&[
        "did you mean length",
        "from == client and lenght > 5\n",
        "\n                     ^^^^^^",
    ]);
}

#[test]
fn where_none_pass_it_is_said() {
    let folder = Folder::new("filter-none");
    let capture = folder.file("a.pcap", &two());
    for (command, noun) in [("messages", "messages"), ("frames", "frames"), ("connections", "connections")] {
        let ran = run(&[command, "--filter", "length == 1234567", &capture]).ends_with(0);
        assert_eq!(ran.stdout, "");
        ran.says(&[&format!("the filter holds for no {noun} in 2 WebSocket connections")]);
    }
    let check = run(&["check", "--format", "table", "--filter", "length == 1234567", &capture]).ends_with(0);
    assert!(!check.stdout.contains("nothing to find fault with"), "{}", check.stdout);
}

#[test]
fn a_payload_that_the_filter_reads_is_shown_no_more_than_asked_for() {
    let folder = Folder::new("filter-payload");
    let capture = folder.file("a.pcap", &two());
    for how in ["none", "hash", "preview", "full"] {
        for command in ["messages", "frames"] {
            let rows = |more: &[&str]| -> Vec<Value> {
                run(&[&[command, "--payload", how], more, &[capture.as_str()]].concat()).ends_with(0).rows()
            };
            let all = rows(&[]);
            // It asks for every payload, and holds for all of them.
            assert_eq!(
                rows(&["--filter", "payload contains x or not payload contains x"]),
                all,
                "{command} {how}"
            );
        }
    }
}

#[test]
fn a_pipe_is_filtered_too() {
    let capture = two();
    for command in ["connections", "messages", "frames", "check"] {
        let rows = |ran: Ran| ran.rows().iter().map(name).collect::<Vec<_>>();
        let folder = Folder::new(&format!("filter-pipe-{command}"));
        let file = folder.file("a.pcap", &capture);
        let from_file = rows(run(&[command, "--filter", "path == /wrong", &file]));
        let from_pipe = rows(run_with_input(&[command, "--filter", "path == /wrong", "-"], &capture));
        assert!(!from_file.is_empty() && from_file == from_pipe, "{command}: {from_file:?} {from_pipe:?}");
    }
}

/// An expression, and what it says of a message's row and its connection's.
type Case = (&'static str, fn(&Value, &Value) -> bool);

const CASES: &[Case] = &[
    ("from == client", |row, _| row["from"] == "client"),
    ("opcode in {text, binary} and length >= 100", |row, _| {
        matches!(row["opcode"].as_str(), Some("text" | "binary")) && row["length"].as_u64() >= Some(100)
    }),
    ("compressed and wire_length < 1k", |row, _| {
        row["compressed"] == true && row["wire_length"].as_u64() < Some(1000)
    }),
    ("code >= 1001", |row, _| row["code"].as_u64() >= Some(1001)),
    ("not complete or diagnostic", |row, _| row["complete"] == false || row.get("diagnostics").is_some()),
    ("text matches \"[0-9]{3}\"", |row, _| {
        // Text that is damaged is searched as it stands.
        let bytes = payload(row);
        let digits = bytes.windows(3).any(|three| three.iter().all(u8::is_ascii_digit));
        row["opcode"] == "text" && digits
    }),
    ("\"e\" and not payload contains hex:7b", |row, _| {
        let bytes = payload(row);
        row["opcode"] == "text"
            && bytes.iter().any(|byte| matches!(byte, b'e' | b'E'))
            && !bytes.contains(&0x7b)
    }),
    ("verdict == valid and tcp_stream < 1 and frames > 1", |row, connection| {
        connection["handshake"]["verdict"] == "valid"
            && connection["tcp_stream"] == 0
            && row["frames"].as_u64() > Some(1)
    }),
    ("subprotocol or target contains \"?\"", |_, connection| {
        connection["handshake"].get("subprotocol").is_some()
            || connection["request"]["target"].as_str().is_some_and(|target| target.contains('?'))
    }),
    ("ip.src == 127.0.0.0/8 and packet in {1..40}", |row, connection| {
        let end = connection[row["from"].as_str().unwrap_or_default()].as_str().unwrap_or_default();
        let packets = [&row["first_packet"], &row["last_packet"]];
        end.starts_with("127.") && packets.iter().any(|packet| packet.as_u64() <= Some(40))
    }),
];

fn payload(row: &Value) -> Vec<u8> {
    match (row["text"].as_str(), row["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(base64)) => decode(base64),
        (None, None) => Vec::new(),
    }
}

/// RFC 4648 §4, without any check.
fn decode(base64: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = base64.bytes().filter(|&byte| byte != b'=').map(digit).collect();
    let group = |four: &[u8]| {
        let number = four.iter().fold(0_u32, |number, &digit| number << 6 | u32::from(digit))
            << (6 * (4 - four.len()));
        number.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}

#[test]
fn of_every_sample_those_messages_pass_that_a_person_would_choose() {
    let mut passed = vec![0; CASES.len()];
    for (sample, capture) in samples() {
        let rows = run(&["messages", &capture]).rows();
        let connections = run(&["connections", &capture]).rows();
        if rows.is_empty() {
            continue;
        }
        for ((expression, holds), passed) in CASES.iter().zip(&mut passed) {
            let of = |row: &Value| {
                connections.iter().find(|connection| connection["connection"] == row["connection"])
            };
            let expected: Vec<&Value> =
                rows.iter().filter(|row| holds(row, of(row).expect("each has one"))).collect();
            let filtered = run(&["messages", "--filter", expression, &capture]).rows();
            assert_eq!(filtered.iter().collect::<Vec<_>>(), expected, "{sample}: {expression}");
            *passed += expected.len();
        }
    }
    let idle: Vec<_> =
        CASES.iter().zip(&passed).filter(|(_, passed)| **passed == 0).map(|((text, _), _)| text).collect();
    assert!(passed.iter().sum::<usize>() == 0 || idle.is_empty(), "no sample shows {idle:?}");
}
