//! A session with next to no memory for its index: all of it lies in a file, and every answer is the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sockscope_core::limits::Limits;
use sockscope_core::session::api::{
    Answer, ConnectionKey, ConnectionOrder, Direction, MessageKey, MessageName, MessageOrder, Request, Span,
    Stage, Target,
};
use sockscope_core::session::{MakeSpill, Options, PayloadWanted, Session, SessionOptions};
use sockscope_core::source::{Memory, Source, SourceError, Spool, Stamp};
use sockscope_tests::deflate::Deflater;
use sockscope_tests::session::Asker;
use sockscope_tests::{Conversation, Frame};
use sockscope_workload::{Kind, in_memory};

use crate::same::{self, ALL, FOUND};

/// Memory for the index: a few blocks of the smallest size.
const LITTLE: usize = 2_000;

fn spilling(options: SessionOptions, spill: MakeSpill) -> SessionOptions {
    let limits = Limits { index: LITTLE, ..options.limits };
    SessionOptions { limits, spill: Some(spill), ..options }
}

fn without_end() -> MakeSpill {
    Arc::new(|| Box::new(Memory::new(u64::MAX)))
}

fn both(capture: &[u8]) -> [Asker; 2] {
    let spilled = Asker::opened(capture, spilling(SessionOptions::default(), without_end()));
    [spilled, Asker::opened(capture, SessionOptions::default())]
}

#[test]
fn every_sample_is_the_same() {
    let mut spilled = 0;
    for sample in &crate::samples() {
        let options = spilling(sample.session(), without_end());
        let mut asker = Asker::opened_with(&sample.capture, &sample.key_logs, options);
        same::check(&sample.name, &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
        spilled += u32::from(asker.session.spilled() > 0);
    }
    assert!(spilled > 10, "{spilled}");
}

#[test]
fn workloads_are_the_same() {
    for kind in Kind::ALL {
        let capture = in_memory(kind, 500_000, 3);
        let mut asker = Asker::opened(&capture, spilling(SessionOptions::default(), without_end()));
        same::check(kind.name(), &mut asker, &capture, Options::default());
        // Of the others few packets are a WebSocket's, or messages are long.
        let has_many = matches!(kind, Kind::Chat | Kind::Deflate | Kind::Messy);
        assert!(!has_many || asker.session.spilled() > 1_000, "{kind:?}");
        assert_eq!(asker.session.progress().problem, None);
    }
}

#[test]
fn lists_of_many_messages_are_the_same() {
    let capture = in_memory(Kind::Messy, 1_500_000, 7);
    let [mut spilled, mut kept] = both(&capture);
    let by = ConnectionOrder { key: ConnectionKey::Bytes, direction: Direction::Descending };
    let mut requests = vec![
        Request::Connections { rows: ALL, order: by, filter: "length > 150".into() },
        Request::Connections { rows: ALL, order: by, filter: "not opcode == ping".into() },
        Request::Sparklines { connections: (0..1_000).collect(), slices: 50 },
        Request::Timeline { slices: 50, span: None, connection: None, filter: "from == client".into() },
    ];
    for packet in [0, 100, 1_000, 5_000, 1 << 40] {
        let (target, filter) = (Target::Packet(packet), String::new());
        requests.push(Request::GoTo { target, connection: None, order: FOUND, filter });
    }
    for filter in ["", "length > 60 and from == server", "text contains \"e\""] {
        for key in [MessageKey::Found, MessageKey::Time, MessageKey::Number, MessageKey::Length] {
            for direction in [Direction::Ascending, Direction::Descending] {
                let (order, filter) = (MessageOrder { key, direction }, filter.to_owned());
                let rows = Span { start: 37, length: 50 };
                let target = Target::Message(MessageName { connection: 3, message: 2 });
                let goal = Request::GoTo { target, connection: None, order, filter: filter.clone() };
                requests.push(Request::Messages { connection: None, rows, order, filter: filter.clone() });
                requests.push(goal);
                requests.push(Request::Messages { connection: Some(3), rows, order, filter });
            }
        }
    }
    for request in requests {
        assert_eq!(spilled.one(request.clone()), kept.one(request.clone()), "{request:?}");
    }
}

/// Windows between messages are written and read again.
#[test]
fn checkpoints_are_the_same() {
    let deflate = "permessage-deflate";
    let mut talk = Conversation::deflate(deflate, deflate);
    let mut deflater = Deflater::new();
    for number in 0..600_u32 {
        let text = format!("{number} ").repeat(2_000);
        talk = talk.server(Frame::text(deflater.message(&text)).compressed());
    }
    let capture = talk.close().pcap();
    let [mut spilled, mut kept] = both(&capture);
    for message in (0..600).rev().step_by(53) {
        let of = MessageName { connection: 0, message };
        let part = same::payload(&mut spilled, of, Stage::Application, ALL);
        assert_eq!(part.bytes, format!("{message} ").repeat(2_000).into_bytes());
        assert_eq!(part, same::payload(&mut kept, of, Stage::Application, ALL));
    }
    let (messages, (extents, _)) = spilled.session.index_memory();
    assert!(messages + extents < 40_000, "{messages} and {extents}: no window of 32 KiB is in memory");
}

#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let capture = in_memory(Kind::Chat, 500_000, 3);
    for room in [0, 20_000] {
        let spill: MakeSpill = Arc::new(move || Box::new(Memory::new(room)));
        let mut asker = Asker::opened(&capture, spilling(SessionOptions::default(), spill));
        let problem = asker.session.progress().problem.expect("a problem");
        assert!(problem.contains("no room"), "{problem}");
        same::check("chat", &mut asker, &capture, Options::default());
    }
}

/// A spool whose disk fails at some time.
struct Failing {
    bytes: Memory,
    fails: Arc<AtomicBool>,
}

impl Source for Failing {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        self.bytes.size()
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        if self.fails.load(Ordering::Relaxed) {
            return Err(SourceError::Unreadable("the disk fails".into()));
        }
        self.bytes.read_at(offset, buffer)
    }

    fn stamp(&mut self) -> Stamp {
        self.bytes.stamp()
    }
}

impl Spool for Failing {
    fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        self.bytes.append(bytes)
    }
}

#[test]
fn a_failing_disk_is_told() {
    let capture = in_memory(Kind::Chat, 500_000, 3);
    let fails = Arc::new(AtomicBool::new(false));
    let disk = Arc::clone(&fails);
    let spill: MakeSpill =
        Arc::new(move || Box::new(Failing { bytes: Memory::new(u64::MAX), fails: Arc::clone(&disk) }));
    let mut asker = Asker::opened(&capture, spilling(SessionOptions::default(), spill));
    assert_eq!(asker.session.progress().problem, None);
    fails.store(true, Ordering::Relaxed);
    let order = MessageOrder { key: MessageKey::Length, direction: Direction::Ascending };
    let request = Request::Messages { connection: None, rows: ALL, order, filter: String::new() };
    assert!(matches!(asker.one(request), Answer::Messages(_)));
    let problem = asker.session.progress().problem.expect("a problem");
    assert!(problem.contains("messages are missing"), "{problem}");
}

/// A session is moved to the thread that works on it.
#[test]
fn a_session_can_be_sent() {
    fn is_send<T: Send>() {}
    is_send::<Session>();
}

#[test]
fn an_index_keeps_to_its_budget() {
    const BUDGET: usize = 100_000;
    let mut spilled = Vec::new();
    for size in [4_000_000, 12_000_000] {
        let capture = in_memory(Kind::Chat, size, 1);
        let limits = Limits { index: BUDGET, ..Limits::default() };
        let options = SessionOptions { limits, spill: Some(without_end()), ..SessionOptions::default() };
        let session = Asker::opened(&capture, options).session;
        let (messages, (extents, count)) = session.index_memory();
        // 1,000 connections have the places of their last messages, 128 at most.
        assert!(messages + extents < 2 * BUDGET + 1_000 * 128 * 4, "{messages} and {extents}");
        assert!(count * 24 > 2 * BUDGET, "there is more than would fit");
        spilled.push(session.spilled());
    }
    assert!(spilled[1] > 2 * spilled[0], "{spilled:?}");
}
