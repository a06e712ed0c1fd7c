//! Secrets that come with the capture, after it, in it behind the packets that need them, or never.

use std::path::Path;

use sockscope_core::session::api::{Answer, Event, MessageName, Request, SecretsSource, SecretsView, Span};
use sockscope_core::session::{Options, PayloadWanted, Session, Work};
use sockscope_core::source::Memory;
use sockscope_core::tls::RsaKey;
use sockscope_tests::decode::decode;
use sockscope_tests::session::Asker;

use crate::{Sample, same, sample};

fn browser() -> Sample {
    sample(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/tls13-browser"))
}

fn secrets(asker: &mut Asker) -> SecretsView {
    let Answer::Secrets(view) = asker.one(Request::Secrets) else { panic!("another answer") };
    view
}

fn log(sample: &Sample) -> &[u8] {
    sample.key_logs.first().expect("a key log")
}

#[test]
fn late_keys_open_what_was_read() {
    let sample = browser();
    let mut asker = Asker::opened(&sample.capture, sample.session());
    let view = secrets(&mut asker);
    // A browser offers http/1.1 alone for a WebSocket.
    assert!(!view.likely.is_empty() && view.likely.iter().all(|row| row.may_be_websocket), "{view:?}");
    assert_eq!(view, SecretsView { without: 4, likely: view.likely.clone(), ..SecretsView::default() });
    asker.give(&sample.key_logs);
    asker.work_off();
    same::check("late", &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
    assert_eq!(asker.session.progress().pass, 1);
    let view = secrets(&mut asker);
    assert_eq!((view.opened, view.without), (3, 0));
    let [SecretsSource { name: Some(name), secrets: 16, opened: 3 }] = view.sources.as_slice() else {
        panic!("{view:?}");
    };
    assert_eq!(name, "keys.log");
}

#[test]
fn late_keys_open_what_was_pushed() {
    let sample = browser();
    let mut asker = Asker::pushed(&sample.capture, 1000, &[], sample.session());
    asker.give(&sample.key_logs);
    asker.work_off();
    same::check("pushed", &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
}

#[test]
fn keys_of_others_change_nothing() {
    let sample = browser();
    let mut asker = Asker::opened(&sample.capture, sample.session());
    let others = format!("CLIENT_RANDOM {} {}\n", "5a".repeat(32), "00".repeat(48));
    asker.give(&[others.into_bytes()]);
    assert_eq!(asker.session.work(), Work::Idle);
    assert_eq!(asker.session.progress().pass, 0);
    let [SecretsSource { secrets: 1, opened: 0, .. }] = secrets(&mut asker).sources[..] else { panic!() };
}

#[test]
fn a_log_may_grow_a_line_at_a_time() {
    let sample = browser();
    let mut asker = Asker::opened(&sample.capture, sample.session());
    let growing = asker.session.add_key_log("growing.log");
    for piece in log(&sample).chunks(97) {
        asker.session.read_key_log(growing, piece);
        asker.session.use_key_logs();
        asker.work_off();
    }
    asker.session.end_key_log(growing);
    asker.session.use_key_logs();
    asker.work_off();
    same::check("growing", &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
    assert_eq!(secrets(&mut asker).opened, 3);
}

/// The line of a log with the premaster secret of the only connection with RSA key exchange.
fn premaster_line(capture: &[u8], key: &RsaKey) -> String {
    // A ClientKeyExchange whose secret was encrypted by a key of 2,048 bits.
    let header = [16, 0, 1, 2, 1, 0];
    let at = capture.windows(6).position(|bytes| bytes == header).expect("a ClientKeyExchange") + 6;
    let encrypted = &capture[at..at + 256];
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let premaster = key.open(encrypted).expect("it is this key's");
    format!("RSA {} {}\n", hexadecimal(&encrypted[..8]), hexadecimal(premaster.bytes()))
}

#[test]
fn a_late_premaster_secret_opens_what_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/tls12-private-key");
    let mut sample = sample(&folder);
    let pem = std::fs::read_to_string(folder.join("server.pem")).expect("the sample's key");
    let line = premaster_line(&sample.capture, &RsaKey::from_pem(&pem).expect("a key"));
    let mut asker = Asker::opened(&sample.capture, sample.session());
    assert_eq!((secrets(&mut asker).opened, secrets(&mut asker).without), (0, 1));
    sample.key_logs = vec![line.into_bytes()];
    asker.give(&sample.key_logs);
    asker.work_off();
    assert_eq!(asker.session.progress().pass, 1);
    assert_eq!(secrets(&mut asker).opened, 1);
    let options = Options { payload: PayloadWanted::Full, ..Options::default() };
    options.secrets.read(log(&sample));
    same::check("premaster", &mut asker, &sample.capture, options);
}

#[test]
fn an_encrypted_hello_is_read_without_what_opens_it() {
    let mut sample = sample(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/tls13-encrypted-hello"));
    let whole = Options { payload: PayloadWanted::Full, ..Options::default() };
    whole.secrets.read(log(&sample));
    let whole = decode(&sample.capture, whole);
    // What Chrome and Go write.
    let text = String::from_utf8(log(&sample).to_vec()).expect("a log");
    let plain: String =
        text.lines().filter(|line| !line.starts_with("ECH_")).map(|line| format!("{line}\n")).collect();
    let options = || {
        let options = Options { payload: PayloadWanted::Full, ..Options::default() };
        options.secrets.read(plain.as_bytes());
        options
    };
    let rows = decode(&sample.capture, options());
    assert!(rows.messages.len() > 4 && rows.messages == whole.messages, "{} messages", rows.messages.len());
    // And where the log comes late.
    let mut asker = Asker::opened(&sample.capture, sample.session());
    assert_eq!(secrets(&mut asker).opened, 0);
    sample.key_logs = vec![plain.clone().into_bytes()];
    asker.give(&sample.key_logs);
    asker.work_off();
    same::check("hidden", &mut asker, &sample.capture, options());
}

#[test]
fn a_late_private_key_opens_what_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/tls12-private-key");
    let mut sample = sample(&folder);
    let pem = std::fs::read(folder.join("server.pem")).expect("the sample's key");
    let mut asker = Asker::opened(&sample.capture, sample.session());
    assert_eq!((secrets(&mut asker).opened, secrets(&mut asker).without), (0, 1));
    // A key of somebody else is tried once.
    let other = include_bytes!("other.pem");
    asker.give(&[other.to_vec()]);
    asker.work_off();
    assert_eq!((asker.session.progress().pass, secrets(&mut asker).opened), (1, 0));
    sample.key_logs = vec![pem];
    asker.give(&sample.key_logs);
    asker.work_off();
    assert_eq!(asker.session.progress().pass, 2);
    assert_eq!(secrets(&mut asker).opened, 1);
    let options = Options { payload: PayloadWanted::Full, ..Options::default() };
    options.secrets.read(log(&sample));
    same::check("private key", &mut asker, &sample.capture, options);
}

#[test]
fn who_asked_before_the_keys_came_is_not_answered_with_what_was_found_then() {
    let sample = browser();
    let session = Session::open(vec![Box::new(Memory::of(&sample.capture))], sample.session());
    let mut asker = Asker::new(session);
    asker.work_off();
    let search = Request::Search { connection: None, filter: "hello".into() };
    asker.session.request(sockscope_core::session::api::Asked { id: 77, request: search });
    asker.give(&sample.key_logs);
    let told = asker.work_off();
    assert!(told.iter().any(|event| matches!(event, Event::Cancelled { id: 77 })), "{told:?}");
}

/// The same packets in a pcapng file, with the secrets behind the packet of that number, or behind all.
fn embedded(sample: &Sample, behind: usize) -> Vec<u8> {
    let block = |kind: u32, body: &[u8]| {
        let padded = body.len().next_multiple_of(4);
        let length = u32::try_from(padded + 12).expect("a length").to_le_bytes();
        let mut block = [&kind.to_le_bytes()[..], &length, body].concat();
        block.resize(8 + padded, 0);
        block.extend(length);
        block
    };
    let word = |at: usize, of: &[u8]| u32::from_le_bytes(of[at..at + 4].try_into().expect("four bytes"));
    let capture = &sample.capture;
    let mut file =
        block(0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes()[..], &[1, 0, 0, 0], &[0xff; 8]].concat());
    file.extend(block(1, &[&capture[20..22], &[0, 0], &capture[16..20]].concat()));
    let kept = log(sample);
    let length = u32::try_from(kept.len()).expect("a length").to_le_bytes();
    let secrets = block(10, &[&0x544c_534b_u32.to_le_bytes()[..], &length, kept].concat());
    let (mut at, mut number) = (24, 0);
    while at < capture.len() {
        if number == behind {
            file.extend(&secrets);
        }
        let length = word(at + 8, capture) as usize;
        let time = u64::from(word(at, capture)) * 1_000_000 + u64::from(word(at + 4, capture));
        let (high, low) = ((time >> 32) as u32, time as u32);
        let head =
            [0, high, low, word(at + 8, capture), word(at + 12, capture)].map(u32::to_le_bytes).concat();
        file.extend(block(6, &[&head, &capture[at + 16..at + 16 + length]].concat()));
        (at, number) = (at + 16 + length, number + 1);
    }
    if number <= behind {
        file.extend(&secrets);
    }
    file
}

#[test]
fn secrets_behind_their_packets_are_used() {
    let sample = browser();
    for behind in [0, 30, 90, usize::MAX] {
        let capture = embedded(&sample, behind);
        let mut asker = Asker::opened(&capture, sample.session());
        assert_eq!(asker.session.progress().pass, u32::from(behind > 0), "{behind}");
        same::check("embedded", &mut asker, &capture, sample.options(PayloadWanted::Full));
        let view = secrets(&mut asker);
        let [SecretsSource { name: None, secrets: 16, opened: 3 }] = view.sources[..] else {
            panic!("{view:?}");
        };
    }
}

#[test]
fn packets_of_a_message_are_those_of_its_records() {
    let sample = browser();
    let mut asker = sample.opened(&sample.capture);
    // 180,000 bytes that were not compressed well enough for one segment.
    let messages = same::messages(&mut asker, "");
    let long = messages.iter().max_by_key(|row| row.wire_length).expect("messages");
    let message = MessageName { connection: long.connection, message: long.message };
    let rows = Span { start: 0, length: 1000 };
    let Answer::Packets(page) = asker.one(Request::Packets { message, rows }) else {
        panic!("another answer")
    };
    let numbers: Vec<u64> = page.rows.iter().map(|row| row.packet).collect();
    assert!(numbers.contains(&long.last_packet), "{numbers:?} and {}", long.last_packet);
    let taken: u64 = page.rows.iter().map(|row| row.taken).sum();
    assert!(taken > long.wire_length, "a record is longer than what is in it");
    assert!(page.rows.iter().all(|row| !row.retransmitted && row.taken <= u64::from(row.length)));
    let mut expected = page.rows.first().expect("a packet").sequence;
    for row in &page.rows {
        assert_eq!(row.sequence, expected, "one behind the other");
        expected = expected.wrapping_add(row.length);
    }
}
