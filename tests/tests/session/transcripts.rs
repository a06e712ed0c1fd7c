//! Replays the transcripts: the session still answers as it did when they were recorded. The browser and the desktop
//! replay the same files over their own transports.
//!
//! A change that is meant is written down with `SOCKSCOPE_TRANSCRIPTS=write cargo test -p sockscope-tests --test session`.

use std::path::{Path, PathBuf};

use sockscope_core::session::api::{
    Answer, Asked, ConnectionKey, ConnectionOrder, Direction, Event, ExportFormat, Exported, MessageKey,
    MessageName, MessageOrder, Request, Span, Stage, Target, binary,
};
use sockscope_tests::transcript::{Opening, Transcript};

use crate::same::FOUND;

/// Samples whose sessions are written down, and the ports that are read as WebSocket.
const RECORDED: [(&str, &str, &[u16]); 9] = [
    ("accept-without-guid", "capture.pcap", &[]),
    ("deflate-context-takeover", "capture.pcap", &[]),
    ("gap-under-deflate", "capture.pcap", &[]),
    ("gaps", "capture.pcap", &[]),
    ("hixie-76", "capture.pcap", &[]),
    ("hostile-payloads", "capture.pcap", &[]),
    ("ip-fragments-shuffled", "capture.pcap", &[]),
    ("socket-io", "capture.pcap.gz", &[]),
    ("tls13-browser", "capture.pcap", &[]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts")
}

/// What a window asks of a capture, a little of everything.
fn questions() -> Vec<Request> {
    let few = Span { start: 0, length: 4 };
    let order = |key, direction| MessageOrder { key, direction };
    let by_number = ConnectionOrder { key: ConnectionKey::Number, direction: Direction::Ascending };
    let messages = |order, rows, filter: &str| Request::Messages {
        connection: None,
        rows,
        order,
        filter: filter.into(),
    };
    let name = |message| MessageName { connection: 0, message };
    let payload = |message, stage| Request::Payload {
        message: name(message),
        stage,
        bytes: Span { start: 0, length: 300 },
    };
    vec![
        Request::Summary,
        Request::Connections { rows: few, order: by_number, filter: String::new() },
        messages(FOUND, few, ""),
        messages(order(MessageKey::Length, Direction::Descending), few, ""),
        messages(
            order(MessageKey::Time, Direction::Descending),
            Span { start: 1, length: 2 },
            "from == server",
        ),
        messages(FOUND, few, "text contains \"e\""),
        messages(FOUND, few, "lenght > 3"),
        Request::Message { message: name(4) },
        payload(0, Stage::Wire),
        payload(0, Stage::Unmasked),
        payload(0, Stage::Application),
        payload(3, Stage::Application),
        Request::Frames { message: name(0), rows: few },
        Request::Packets { message: name(0), rows: few },
        Request::Meaning { message: name(2) },
        Request::JsonChildren { message: name(2), container: None, rows: few },
        Request::JsonPlace { message: name(2), offset: 4 },
        Request::JsonPretty { message: name(2), most: 200 },
        Request::Handshake { connection: 0 },
        Request::Handshake { connection: 1 },
        Request::Timeline { slices: 6, span: None, connection: None, filter: String::new() },
        Request::Diagnostics { rows: few, code: None, connection: None },
        Request::DiagnosticGroups,
        Request::Message { message: name(0) },
        Request::Explain { code: "accept-mismatch".into() },
        Request::Explain { code: "accept-mismacth".into() },
        Request::Search { connection: None, filter: "payload contains \"a\"".into() },
        Request::GoTo {
            target: Target::Message(name(3)),
            connection: None,
            order: FOUND,
            filter: String::new(),
        },
        Request::GoTo { target: Target::Packet(9), connection: None, order: FOUND, filter: String::new() },
        Request::Export {
            what: Exported::Connections,
            connection: Some(0),
            filter: String::new(),
            format: ExportFormat::Csv,
        },
        Request::Export {
            what: Exported::Messages,
            connection: Some(0),
            filter: "length < 40".into(),
            format: ExportFormat::Jsonl,
        },
        Request::Secrets,
        Request::Complete { expression: "from == ".into(), cursor: 8 },
        Request::Handshake { connection: 77 },
    ]
}

#[test]
fn transcripts_are_told_again() {
    let writes = std::env::var("SOCKSCOPE_TRANSCRIPTS").is_ok_and(|value| value == "write");
    for (sample, capture, ports) in RECORDED {
        let path = folder().join(format!("{sample}.jsonl"));
        let capture = format!("../../samples/{sample}/{capture}");
        let key_log = format!("../../samples/{sample}/keys.log");
        let key_logs = folder().join(&key_log).exists().then_some(key_log).into_iter().collect();
        let opening = Opening { capture, decode_as: ports.to_vec(), key_logs };
        if writes {
            Transcript::record(&folder(), opening, questions()).write(&path);
            continue;
        }
        let known = Transcript::read(&path);
        assert_eq!(known.requests(), questions(), "{sample} was recorded with other questions");
        let told = Transcript::record(&folder(), opening, known.requests());
        for (known, told) in known.exchanges.iter().zip(&told.exchanges) {
            assert_eq!(told.told, known.told, "{sample}: {:?}", known.asked);
        }
    }
}

#[test]
fn every_question_is_answered_once() {
    for (sample, ..) in RECORDED {
        for exchange in Transcript::read(&folder().join(format!("{sample}.jsonl"))).exchanges {
            let of = exchange.asked.id;
            let ends = exchange.told.iter().filter(|event| match event {
                Event::Answer { id, last: true, .. } | Event::Refused { id, .. } => *id == of,
                _ => false,
            });
            assert_eq!(ends.count(), 1, "{sample}: {:?}", exchange.asked);
        }
    }
    let capture = Transcript::read(&folder().join("accept-without-guid.jsonl"));
    let told = capture.exchanges.iter().flat_map(|exchange| &exchange.told);
    let accepts = told.filter_map(|event| match event {
        Event::Answer { answer: Answer::Handshake(view), .. } => view.accept.as_ref(),
        _ => None,
    });
    let differing: Vec<bool> = accepts.map(|accept| !accept.differing.is_empty()).collect();
    assert_eq!(differing, [false, true]);
}

#[test]
fn the_binary_form_loses_nothing() {
    let folder = folder();
    for (name, ..) in RECORDED {
        let transcript = Transcript::read(&folder.join(format!("{name}.jsonl")));
        for exchange in transcript.exchanges {
            let asked = binary::encode(&exchange.asked).expect("a request");
            assert_eq!(binary::decode::<Asked>(&asked).expect("a request"), exchange.asked);
            let told = binary::encode(&exchange.told).expect("events");
            assert_eq!(binary::decode::<Vec<Event>>(&told).expect("events"), exchange.told, "{name}");
        }
    }
}
