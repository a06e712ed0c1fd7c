//! Files that change, grow, are too long to keep, or come in several parts.

use std::sync::{Arc, Mutex};

use sockscope_core::limits::Limits;
use sockscope_core::session::api::{Answer, Asked, MessageName, Request, SessionState, Span, Stage};
use sockscope_core::session::{EndOfFile, Options, PayloadWanted, Session, SessionOptions, Work};
use sockscope_core::source::{Memory, Source, SourceError, Stamp};
use sockscope_tests::decode::decode;
use sockscope_tests::session::Asker;
use sockscope_workload::{Kind, in_memory};

use crate::same;

/// A file that somebody else can write to.
#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<u8>>>);

impl File {
    fn of(bytes: &[u8]) -> Self {
        Self(Arc::new(Mutex::new(bytes.to_vec())))
    }

    fn write(&self, change: impl FnOnce(&mut Vec<u8>)) {
        change(&mut self.0.lock().expect("one thread"));
    }
}

impl Source for File {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Ok(Some(self.0.lock().expect("one thread").len() as u64))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let bytes = self.0.lock().expect("one thread");
        let from = bytes.get(offset as usize..).unwrap_or_default();
        let count = from.len().min(buffer.len());
        buffer[..count].copy_from_slice(&from[..count]);
        Ok(count)
    }

    fn stamp(&mut self) -> Stamp {
        let bytes = self.0.lock().expect("one thread");
        // What a file system tells by the time of the last change.
        let sum = bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
        Stamp { size: bytes.len() as u64, modified: Some(sum) }
    }
}

const FIRST: MessageName = MessageName { connection: 0, message: 0 };

fn first_payload() -> Request {
    Request::Payload { message: FIRST, stage: Stage::Application, bytes: Span { start: 0, length: 1 << 20 } }
}

#[test]
fn a_file_that_changed_is_told_and_never_decoded() {
    let file = File::of(&in_memory(Kind::Messy, 300_000, 5));
    let session = Session::open(vec![Box::new(file.clone())], SessionOptions::default());
    let mut asker = Asker::new(session);
    asker.work_off();
    assert!(asker.ask(first_payload()).is_ok());
    file.write(|bytes| bytes[200_000] ^= 1);
    let problem = asker.ask(first_payload()).expect_err("it changed");
    assert!(problem.message.contains("changed"), "{problem:?}");
    let search = Request::Search { connection: None, filter: "text contains a".into() };
    assert!(asker.ask(search).expect_err("it changed").message.contains("changed"));
    // What needs no bytes of it is still there.
    assert!(matches!(asker.one(Request::Summary), Answer::Summary(_)));
}

#[test]
fn a_file_that_grows_is_read_on() {
    let capture = in_memory(Kind::Messy, 400_000, 5);
    let file = File::of(&capture[..150_001]);
    let options = SessionOptions { end: EndOfFile::MayGrow, ..SessionOptions::default() };
    let mut asker = Asker::new(Session::open(vec![Box::new(file.clone())], options));
    asker.work_off();
    let before = asker.session.progress();
    assert_eq!(before.state, SessionState::Reading);
    assert!(before.messages > 0 && before.read == 150_001);
    let Answer::Payload(early) = asker.one(first_payload()) else { panic!() };
    file.write(|bytes| bytes.extend_from_slice(&capture[150_001..]));
    asker.work_off();
    assert!(asker.session.progress().messages > before.messages);
    asker.session.request(Asked { id: 5, request: Request::Stop });
    asker.work_off();
    let rows = decode(&capture, Options { payload: PayloadWanted::Preview, ..Options::default() });
    same::same("messages", &same::messages(&mut asker, ""), &rows.messages);
    assert_eq!(asker.one(first_payload()), Answer::Payload(early));
}

#[test]
fn several_captures_are_one() {
    let capture = in_memory(Kind::Messy, 600_000, 5);
    // Cut between two packets, and the header before both.
    let mut at = 24;
    while at < capture.len() / 2 {
        at += 16 + u32::from_le_bytes(capture[at + 8..at + 12].try_into().expect("four bytes")) as usize;
    }
    let second = [&capture[..24], &capture[at..]].concat();
    let sources: Vec<Box<dyn Source + Send>> =
        vec![Box::new(Memory::of(&capture[..at])), Box::new(Memory::of(&second))];
    let mut asker = Asker::new(Session::open(sources, SessionOptions::default()));
    asker.work_off();
    assert!(asker.is_complete());
    let whole = decode(&capture, Options { payload: PayloadWanted::Preview, ..Options::default() });
    same::same("messages", &same::messages(&mut asker, ""), &whole.messages);
    let full = decode(&capture, Options::default());
    for row in full.messages.iter().rev().take(300) {
        let of = MessageName { connection: row.connection, message: row.message };
        let part = same::payload(&mut asker, of, Stage::Application, same::ALL);
        assert_eq!(part.bytes, same::bytes(&row.payload), "{of:?}");
        let Answer::Packets(page) = asker.one(Request::Packets { message: of, rows: same::ALL }) else {
            panic!()
        };
        assert!(page.rows.iter().any(|packet| packet.taken > 0), "{of:?}");
    }
}

#[test]
fn a_pushed_capture_that_is_too_long_to_keep_says_so() {
    let capture = in_memory(Kind::Messy, 600_000, 5);
    let options = SessionOptions {
        limits: Limits { spool: 200_000, ..Limits::default() },
        ..SessionOptions::default()
    };
    let mut asker = Asker::pushed(&capture, 50_000, &[], options);
    let rows = decode(&capture, Options { payload: PayloadWanted::Preview, ..Options::default() });
    assert_eq!(asker.session.progress().messages, rows.messages.len() as u64);
    assert!(asker.ask(first_payload()).is_ok());
    let last = rows.messages.last().expect("a message");
    let message = MessageName { connection: last.connection, message: last.message };
    let bytes = Span { start: 0, length: 100 };
    let problem = asker
        .ask(Request::Payload { message, stage: Stage::Application, bytes })
        .expect_err("it was not kept");
    assert!(problem.message.contains("200000 bytes"), "{problem:?}");
}

#[test]
fn what_is_no_capture_says_what_it_is() {
    let mut asker = Asker::opened(
        b"%PDF-1.7 and so on, for longer than the head that is looked at. ",
        SessionOptions::default(),
    );
    asker.work_off();
    let progress = asker.session.progress();
    assert_eq!(progress.state, SessionState::Failed);
    assert!(progress.problem.as_deref().is_some_and(|problem| problem.contains("PDF")), "{progress:?}");
    assert_eq!(asker.session.work(), Work::Idle);
}

/// Payloads from everywhere in a compressed capture, those at its end first.
#[track_caller]
fn check_payloads(capture: &[u8], compressed: &[u8], options: SessionOptions) {
    let full = decode(capture, Options::default());
    let mut asker = Asker::opened(compressed, options);
    assert_eq!(asker.session.progress().messages, full.messages.len() as u64);
    for row in full.messages.iter().rev().step_by(full.messages.len() / 40) {
        let of = MessageName { connection: row.connection, message: row.message };
        let part = same::payload(&mut asker, of, Stage::Application, same::ALL);
        assert_eq!(part.bytes, same::bytes(&row.payload)[..part.bytes.len()], "{of:?}");
        assert!(part.bytes.len() as u64 == row.length.min(4 << 20), "{of:?}");
    }
}

#[test]
fn gzip_is_taken_up_in_its_middle() {
    let capture = in_memory(Kind::Bulk, 14_000_000, 5);
    check_payloads(&capture, &crate::gzip(&capture), SessionOptions::default());
}

#[test]
fn zstd_is_taken_up_at_its_frames() {
    let capture = in_memory(Kind::Messy, 2_500_000, 5);
    let level = || ruzstd::encoding::CompressionLevel::Fastest;
    let frames: Vec<Vec<u8>> =
        capture.chunks(300_000).map(|part| ruzstd::encoding::compress_to_vec(part, level())).collect();
    // Of the spool only the first frame is needed, until the second one begins.
    let options =
        SessionOptions { spool: Box::new(|_| Box::new(Memory::new(600_000))), ..SessionOptions::default() };
    check_payloads(&capture, &frames.concat(), options);
}
