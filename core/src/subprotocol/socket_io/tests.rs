use proptest::prelude::*;

use super::super::Connections;
use super::super::view::{self, Facts, View};
use super::*;

const V2: &str = "/socket.io/?EIO=2&transport=websocket";
const V3: &str = "/socket.io/?EIO=3&transport=websocket";
const V4: &str = "/socket.io/?EIO=4&transport=websocket";
const ENGINE: &str = "/engine.io/?EIO=4&transport=websocket";
const UNKNOWN: &str = "";

/// One message: `>` from the client, `<` from the server; behind `>#` or `<#` a binary one, hexadecimal.
fn message(line: &str) -> (Side, Opcode, Vec<u8>) {
    let from = if line.starts_with('>') { Side::Client } else { Side::Server };
    match line[1..].strip_prefix('#') {
        Some(bytes) => {
            let bytes = bytes.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap());
            (from, Opcode::BINARY, bytes.collect())
        }
        None => (from, Opcode::TEXT, line.as_bytes()[1..].to_vec()),
    }
}

struct Talk(Vec<(Side, Opcode, Vec<u8>)>);

impl Talk {
    fn message(&self, number: usize) -> Message<'_> {
        let (from, opcode, payload) = &self.0[number];
        Message { number: number as u64, from: *from, opcode: *opcode, payload, length: payload.len() as u64 }
    }

    fn rows(&self, target: &str) -> Vec<Option<Decoded>> {
        let mut connections = Connections::new(&Limits::default());
        connections.upgraded(7, &Handshake { target: Some(target), subprotocol: None });
        (0..self.0.len()).map(|number| connections.message(7, &self.message(number))).collect()
    }

    fn view(&self, target: &str, number: usize) -> View {
        let handshake = Handshake { target: Some(target), subprotocol: None };
        view::view(&handshake, &self.message(number), self, &Limits::default())
    }
}

impl Around for Talk {
    fn facts(&self, number: u64) -> Option<Facts> {
        let (from, opcode, payload) = self.0.get(number as usize)?;
        Some(Facts { from: *from, opcode: *opcode, length: payload.len() as u64 })
    }

    fn payload(&self, number: u64, most: usize) -> Option<Vec<u8>> {
        let payload = &self.0.get(number as usize)?.2;
        Some(payload[..payload.len().min(most)].to_vec())
    }
}

/// A conversation: each message, and its row without the keys that all rows of it share. The view of each message says
/// the same, since none has neighbours behind it that matter.
fn check(target: &str, shared: &str, lines: &[(&str, &str)]) {
    let talk = Talk(lines.iter().map(|(line, _)| message(line)).collect());
    for (number, ((line, expected), row)) in lines.iter().zip(talk.rows(target)).enumerate() {
        let text = row.as_ref().map_or("-".to_owned(), Decoded::to_json).replace(shared, "…");
        assert_eq!(text, *expected, "{line}");
        let view = talk.view(target, number).decoded.map(|mut decoded| {
            decoded.more.retain(|(key, _)| key != "attached" && key != "answered_by");
            decoded
        });
        assert_eq!(view, row, "the view of {line}");
    }
}

#[test]
fn version_5_above_engine_4() {
    check(
        V4,
        r#","engine":4,"known_by":"url""#,
        &[
            (
                r#"<0{"sid":"x","upgrades":[],"pingInterval":25000}"#,
                r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"open","known_by":"url","data":{"sid":"x","upgrades":[],"pingInterval":25000}}"#,
            ),
            (
                r#">40{"token":"t"}"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"connect"…,"namespace":"/","data":{"token":"t"}}"#,
            ),
            (
                r#"<40{"sid":"y"}"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"connect"…,"namespace":"/","answers":1,"data":{"sid":"y"}}"#,
            ),
            (
                ">40/admin,",
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"connect"…,"namespace":"/admin"}"#,
            ),
            (
                r#"<44/admin,{"message":"no"}"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"connect_error"…,"namespace":"/admin","answers":3,"data":{"message":"no"}}"#,
            ),
            (
                r#">42/chat,12["message", 1.50,{"a":1,"a":2}]"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"event"…,"namespace":"/chat","event":"message","ack":12,"args":[1.50,{"a":1,"a":2}]}"#,
            ),
            (
                "<2",
                r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"ping","known_by":"url"}"#,
            ),
            (
                r#"<43/chat,12["ok"]"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"ack"…,"namespace":"/chat","event":"message","ack":12,"answers":5,"args":["ok"]}"#,
            ),
            (
                ">3",
                r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"pong","known_by":"url","answers":6}"#,
            ),
            (
                r#">451-7["bin",{"_placeholder":true,"num":0}]"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"binary_event"…,"namespace":"/","event":"bin","ack":7,"args":[{"_placeholder":true,"num":0}],"attachments":1}"#,
            ),
            (
                "<2",
                r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"ping","known_by":"url"}"#,
            ),
            (
                ">#01 02 03",
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"attachment"…,"namespace":"/","event":"bin","of":9,"index":0,"attachments":1,"length":3}"#,
            ),
            (
                r#"<461-7[{"_placeholder":true,"num":0}]"#,
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"binary_ack"…,"namespace":"/","event":"bin","ack":7,"answers":9,"args":[{"_placeholder":true,"num":0}],"attachments":1}"#,
            ),
            (
                "<bAQID",
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"attachment"…,"namespace":"/","event":"bin","of":12,"index":0,"attachments":1,"length":3}"#,
            ),
            (
                ">41/chat,",
                r#"{"protocol":"socket.io","version":5,"confidence":0.99,"packet":"disconnect"…,"namespace":"/chat"}"#,
            ),
            (
                ">1",
                r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"close","known_by":"url"}"#,
            ),
        ],
    );
}

#[test]
fn version_4_above_engine_3() {
    check(
        V3,
        r#","engine":3,"known_by":"url""#,
        &[
            (
                ">2probe",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"ping","known_by":"url","probe":true}"#,
            ),
            (
                "<3probe",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"pong","known_by":"url","answers":0,"probe":true}"#,
            ),
            (
                ">5",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"upgrade","known_by":"url"}"#,
            ),
            (
                "<6",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"noop","known_by":"url"}"#,
            ),
            (
                "<40",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"connect"…,"namespace":"/"}"#,
            ),
            (
                ">40/chat?token=a,",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"connect"…,"namespace":"/chat","query":"token=a"}"#,
            ),
            (
                "<40/chat",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"connect"…,"namespace":"/chat","answers":5}"#,
            ),
            (
                r#"<44"Not authorized""#,
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"error"…,"namespace":"/","data":"Not authorized"}"#,
            ),
            (
                ">2",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"ping","known_by":"url"}"#,
            ),
            (
                "<3",
                r#"{"protocol":"engine.io","version":3,"confidence":0.99,"packet":"pong","known_by":"url","answers":8}"#,
            ),
            (
                r#"<452-["two",{"_placeholder":true,"num":1},{"num":0,"_placeholder":true}]"#,
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"binary_event"…,"namespace":"/","event":"two","args":[{"_placeholder":true,"num":1},{"num":0,"_placeholder":true}],"attachments":2}"#,
            ),
            (
                "<#04 ff",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"attachment"…,"namespace":"/","event":"two","of":10,"index":0,"attachments":2,"length":1}"#,
            ),
            (
                "<b4AQI=",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"attachment"…,"namespace":"/","event":"two","of":10,"index":1,"attachments":2,"length":2}"#,
            ),
        ],
    );
}

#[test]
fn engine_2_goes_with_several_versions() {
    check(
        V2,
        r#","engine":2,"known_by":"url""#,
        &[
            (
                r#"<42["a"]"#,
                r#"{"protocol":"socket.io","confidence":0.99,"packet":"event"…,"namespace":"/","event":"a","args":[]}"#,
            ),
            ("<#04 82 a4", r#"{"protocol":"socket.io","version":2,"confidence":0.99…,"length":2}"#),
            (
                r#"<451-["a",{"_placeholder":true,"num":0}]"#,
                r#"{"protocol":"socket.io","version":3,"confidence":0.99,"packet":"binary_event"…,"namespace":"/","event":"a","args":[{"_placeholder":true,"num":0}],"attachments":1}"#,
            ),
            (
                "<#04 01",
                r#"{"protocol":"socket.io","version":3,"confidence":0.99,"packet":"attachment"…,"namespace":"/","event":"a","of":2,"index":0,"attachments":1,"length":1}"#,
            ),
            (
                "<460-1[]",
                r#"{"protocol":"socket.io","version":4,"confidence":0.99,"packet":"binary_ack"…,"namespace":"/","ack":1,"args":[],"attachments":0}"#,
            ),
        ],
    );
}

#[test]
fn engine_io_alone() {
    let row = r#"{"protocol":"engine.io","version":4,"confidence":0.99,"packet":"message","known_by":"url"}"#;
    check(ENGINE, "nothing is shared", &[(">4hello", row), (">#01", row), ("<42[\"no event\"]", row)]);
}

#[test]
fn versions_are_learnt_without_a_url() {
    let learnt = |lines: &[&str]| {
        let talk = Talk(lines.iter().map(|line| message(line)).collect());
        let last = talk.rows(UNKNOWN).pop().unwrap().unwrap();
        (last.version, last.text("known_by").map(str::to_owned))
    };
    let known = |version, by: &str| (Some(version), Some(by.to_owned()));
    let event = r#">42["a"]"#;
    assert_eq!(learnt(&[event]), (None, None));
    assert_eq!(learnt(&[event, "<2", event]), known(5, "ping-direction"));
    assert_eq!(learnt(&[event, ">3", event]), known(5, "ping-direction"));
    assert_eq!(learnt(&[event, ">2", event]), known(4, "ping-direction"));
    assert_eq!(learnt(&[event, "<40", ">2", event]), known(4, "connect-packet"));
    assert_eq!(learnt(&[r#"<40{"sid":"a"}"#, event]), known(5, "connect-packet"));
    assert_eq!(learnt(&[event, ">40", event]), known(5, "connect-packet"));
    assert_eq!(learnt(&[r#"<0{"sid":"a","maxPayload":9}"#, event]), known(5, "open-packet"));
}

#[test]
fn a_chat_is_no_socket_io() {
    let lines = [
        "2",
        "3",
        "40",
        "42",
        "4",
        "hello",
        "42 is the answer",
        "42[not json",
        "42[1]",
        "451-",
        "0{}",
        "43[1]",
    ];
    for line in lines {
        let talk = Talk(vec![message(&format!(">{line}"))]);
        assert_eq!(talk.rows(UNKNOWN), [None], "{line}");
        assert_eq!(talk.rows("/chat?EIO"), [None], "{line}");
    }
    // And what is Socket.IO by its shape does not claim what is something else.
    check(
        UNKNOWN,
        "nothing",
        &[
            (
                r#">42["a"]"#,
                r#"{"protocol":"socket.io","confidence":0.8,"packet":"event","namespace":"/","event":"a","args":[]}"#,
            ),
            (">{}", r#"{"protocol":"json","confidence":1.0}"#),
            (">hello", "-"),
        ],
    );
}

#[test]
fn broken_packets_say_why() {
    let problems = |lines: &[&str]| {
        let talk = Talk(lines.iter().map(|line| message(line)).collect());
        match talk.rows(V4).pop().unwrap().unwrap().get("problems") {
            Some(Value::Json(list)) => serde_json::from_str::<Vec<String>>(list).unwrap().join("; "),
            _ => String::new(),
        }
    };
    let check = |lines: &[&str], expected: &str| assert_eq!(problems(lines), expected, "{lines:?}");
    let bin = r#"<452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    check(&[bin], "");
    check(&["<x"], "no packet of Engine.IO begins with “x”");
    check(&[">"], "an empty message is no packet of Engine.IO");
    check(&["<4x"], "no packet of Socket.IO begins with “x”");
    check(&[">2"], "in Engine.IO 4 the server sends ping, and here the client does");
    check(&[">0{}"], "in Engine.IO 4 the server sends open, and here the client does");
    check(&["<0{"], "the data is no JSON at byte 2: the text ends within an array or an object");
    check(&["<1x"], "data where there is none to be");
    check(&["<42"], "the data is missing");
    check(&["<42{}"], "the data is no array");
    check(&["<42[]"], "the event has no name");
    check(&["<42[1]"], "the event's name is a number");
    check(&["<42[null]"], "the event's name is no text");
    check(&["<42[\"connect\"]"], "the event's name “connect” is reserved");
    check(&["<42[\"a\""], "the data is no JSON at byte 6: the text ends within an array or an object");
    check(&["<42[\"a\"][]"], "2 values stand in the data, where one can");
    check(&["<43[]"], "an ack without its id");
    check(&["<4399999999999999999999[]"], "the ack id is too large: 99999999999999999999");
    check(&["<45[\"a\"]"], "the number of attachments and its “-” are missing");
    check(&["<451-[\"a\"]"], "attachments announced: 1, placeholders in the data: 0");
    check(
        &[r#"<451-["a",{"_placeholder":true,"num":1}]"#],
        "a placeholder asks for attachment 1; attachments announced: 1",
    );
    check(&["<#01"], "no packet has announced this binary message");
    check(&[bin, ">#01"], "no packet has announced this binary message");
    check(
        &[bin, "<#01", "<2", "<42[\"b\"]"],
        "of the attachments of message 0, 1 of 2 came before this packet",
    );
    check(&[bin, "<#01", "<#02", "<#03"], "no packet has announced this binary message");
}

#[test]
fn a_message_that_cannot_be_read_keeps_its_place() {
    let talk = Talk(
        [
            r#"<452-1["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            "<#01",
            "<#02",
            ">431[]",
        ]
        .map(message)
        .into(),
    );
    let mut connections = Connections::new(&Limits::default());
    connections.upgraded(7, &Handshake { target: Some(V4), subprotocol: None });
    // Of the packet only its beginning, of its first attachment nothing.
    let cut = Message { payload: &talk.0[0].2[..12], ..talk.message(0) };
    connections.pass(7, &cut);
    connections.pass(7, &Message { payload: &[], ..talk.message(1) });
    let label = |decoded: Option<Decoded>| decoded.and_then(|decoded| decoded.label());
    let attachment = connections.message(7, &talk.message(2));
    assert_eq!(label(attachment).as_deref(), Some("attachment a · 2 of 2 of message 0"));
    let ack = connections.message(7, &talk.message(3));
    assert_eq!(label(ack).as_deref(), Some("ack a · ack 1 · answers message 0"));
    connections.closed(7);
    assert_eq!(label(connections.message(7, &talk.message(2))), None);
}

#[test]
fn text_that_is_no_utf_8_is_no_packet() {
    let talk = Talk(vec![(Side::Client, Opcode::TEXT, b"42[\"\xff\"]".to_vec())]);
    assert_eq!(talk.rows(V4)[0].as_ref().unwrap().problems(), ["the text is no UTF-8"]);
}

#[test]
fn much_data_is_not_repeated() {
    let row = |line: String| Talk(vec![message(&line)]).rows(V4).remove(0).unwrap();
    let long = row(format!("<42[\"a\",\"{}\"]", "x".repeat(70_000)));
    assert_eq!((long.get("args"), long.get("args_length")), (None, Some(&Value::Number(70_004))));
    let deep = row(format!("<42[\"a\",{}{}]", "[".repeat(200), "]".repeat(200)));
    assert_eq!((deep.get("args"), deep.get("args_length")), (None, Some(&Value::Number(402))));
}

#[test]
fn questions_are_forgotten_in_time() {
    let mut lines: Vec<String> = (0..200).map(|ack| format!(">42{ack}[\"q\"]")).collect();
    lines.extend(["<430[]".to_owned(), "<43199[]".to_owned(), "<43199[]".to_owned()]);
    let rows = Talk(lines.iter().map(|line| message(line)).collect()).rows(V4);
    let answers: Vec<_> =
        rows[200..].iter().map(|row| row.as_ref().unwrap().get("answers").cloned()).collect();
    assert_eq!(answers, [None, Some(Value::Number(199)), None]);
}

#[test]
fn a_view_knows_what_comes_after() {
    let talk = Talk(
        [
            r#">452-3["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#,
            "<2",
            ">#01 02 03",
            "<42[\"other\"]",
            ">#01",
            ">3",
            "<433[]",
            ">#05",
        ]
        .map(message)
        .into(),
    );
    let view = talk.view(V4, 0);
    let decoded = view.decoded.unwrap();
    let attached = r#"[{"message":2,"length":3},{"message":4,"length":1}]"#;
    assert_eq!(decoded.get("attached"), Some(&Value::Json(attached.into())));
    assert_eq!(decoded.get("answered_by"), Some(&Value::Number(6)));
    let json = view.json.unwrap();
    assert_eq!((json.start, json.end, json.values, json.depth), (5, 70, 1, 2));
    assert_eq!(talk.view(V4, 1).decoded.unwrap().get("answered_by"), Some(&Value::Number(5)));
    assert_eq!(talk.view(V4, 2).decoded.unwrap().get("of"), Some(&Value::Number(0)));
    assert_eq!(talk.view(V4, 2).json, None);
}

/// Packets, and what is nearly one.
fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("2"),
        Just("4"),
        Just("5"),
        Just("1-"),
        Just("/a,"),
        Just("?"),
        Just("[\"a\"]"),
        Just("[]"),
        Just("{"),
        Just("#04 01"),
        Just("b4"),
        Just("AQID"),
        Just("probe"),
        Just("99999999999999999999"),
        Just("é"),
        Just("\""),
        Just("{\"_placeholder\":true,\"num\":0}"),
    ];
    (any::<bool>(), prop::collection::vec(piece, 0..6)).prop_map(|(client, pieces)| {
        let text = pieces.concat();
        let binary = text.starts_with('#')
            && text[1..].split_whitespace().all(|b| b.len() == 2 && u8::from_str_radix(b, 16).is_ok());
        let text = if text.starts_with('#') && !binary { text[1..].to_owned() } else { text };
        format!("{}{text}", if client { '>' } else { '<' })
    })
}

proptest! {
    #[test]
    fn any_conversation_has_rows_that_are_json(lines in prop::collection::vec(line(), 0..24), at in 0usize..4) {
        let target = [V2, V3, V4, UNKNOWN][at];
        let talk = Talk(lines.iter().map(|line| message(line)).collect());
        for (number, row) in talk.rows(target).into_iter().enumerate() {
            let mut view = talk.view(target, number).decoded;
            if let Some(view) = &mut view {
                view.more.retain(|(key, _)| key != "attached" && key != "answered_by");
            }
            prop_assert_eq!(&view, &row);
            if let Some(row) = row {
                let text = row.to_json();
                prop_assert!(!text.contains('\n'));
                prop_assert_eq!(serde_json::from_str::<Decoded>(&text).unwrap(), row);
            }
        }
    }

    #[test]
    fn any_bytes_do_not_panic(messages in prop::collection::vec((any::<bool>(), any::<bool>(), prop::collection::vec(any::<u8>(), 0..20)), 0..8), at in 0usize..4) {
        let messages = messages.into_iter().map(|(client, text, payload)| {
            (if client { Side::Client } else { Side::Server }, if text { Opcode::TEXT } else { Opcode::BINARY }, payload)
        });
        Talk(messages.collect()).rows([V2, V3, V4, UNKNOWN][at]);
    }
}
