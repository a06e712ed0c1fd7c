//! Measures a session at a million messages: `cargo bench -p sockscope-tests --bench session [MESSAGES]`.
//!
//! It prints what the window waits for, in milliseconds and beside the time that the plain decoder takes for the same
//! capture: the first pass, pages of rows, a new order, a filter, a search, the last message of a long compressed
//! connection.

use std::thread;
use std::time::{Duration, Instant};

use sockscope_core::session::api::{
    Answer, Asked, ConnectionKey, ConnectionOrder, Direction, Event, MessageKey, MessageName, MessageOrder,
    Request, Span, Stage,
};
use sockscope_core::session::{
    Decoder, Options, PayloadWanted, RowsWanted, Session, SessionOptions, Sink, Work,
};
use sockscope_core::source::Memory;
use sockscope_tests::deflate::Deflater;
use sockscope_tests::frame::scramble;
use sockscope_tests::{Conversation, Frame};
use sockscope_workload::{Kind, in_memory};

struct Nobody;
impl Sink for Nobody {}

fn main() {
    let wanted =
        std::env::args().skip(1).find_map(|argument| argument.parse::<u64>().ok()).unwrap_or(1_000_000);
    chat(wanted);
    threads(&[(Kind::Chat, wanted * 305), (Kind::Bulk, 300_000_000), (Kind::Deflate, 50_000_000)]);
    compressed();
}

/// The first pass and a search on one thread and on all, in turn.
fn threads(captures: &[(Kind, u64)]) {
    let all = thread::available_parallelism().map_or(1, usize::from);
    for &(kind, size) in captures {
        let capture = in_memory(kind, size, 1);
        println!("{}: {} MB", kind.name(), capture.len() / 1_000_000);
        for turn in 0..3 {
            for threads in [1, all] {
                let options = SessionOptions { threads, ..SessionOptions::default() };
                let mut session = Session::open(vec![Box::new(Memory::of(&capture))], options);
                let begun = Instant::now();
                while session.work() == Work::More {}
                let of = format!("{threads} threads, turn {turn}");
                say(&format!("the session's first pass, {of}"), begun.elapsed());
                let _ = session.events().count();
                let filter = "text contains \"no such word\"".into();
                let search = Request::Search { connection: None, filter };
                say(&format!("a search through all payloads, {of}"), last(&mut session, search));
            }
        }
    }
}

fn chat(wanted: u64) {
    // A message and its acknowledgement take about 300 bytes of a capture.
    let capture = in_memory(Kind::Chat, wanted * 305, 1);
    let decoded = decode(&capture);
    let begun = Instant::now();
    let mut session = Session::open(vec![Box::new(Memory::of(&capture))], SessionOptions::default());
    while session.work() == Work::More {}
    let opened = begun.elapsed();
    let _ = session.events().count();
    let messages = session.progress().messages;
    println!("chat: {} MB, {messages} messages", capture.len() / 1_000_000);
    say("the decoder alone, messages none", decoded);
    say("the session's first pass", opened);
    println!("{:>10.2}  times the decoder", opened.as_secs_f64() / decoded.as_secs_f64());
    let (index, (extents, count)) = session.index_memory();
    println!("{:>10.1}  bytes a message", index as f64 / messages as f64);
    println!("{:>10.1}  bytes an extent", extents as f64 / count as f64);

    let order = |key, direction| MessageOrder { key, direction };
    let page = |start| Span { start, length: 100 };
    let list = |order, filter: &str, rows| Request::Messages {
        connection: None,
        rows,
        order,
        filter: filter.into(),
    };
    let found = order(MessageKey::Found, Direction::Ascending);
    say("a page in the order of the capture", first(&mut session, list(found, "", page(messages / 2))));
    let longest = order(MessageKey::Length, Direction::Descending);
    say("the first page of a new order", first(&mut session, list(longest, "", page(0))));
    let latest = order(MessageKey::Time, Direction::Descending);
    say("a page in the middle of a new order", first(&mut session, list(latest, "", page(messages / 2))));
    let begun = Instant::now();
    while session.work() == Work::More {}
    say("the whole of both orders, behind it", begun.elapsed());
    say("a page under a standing order", first(&mut session, list(latest, "", page(messages / 3))));
    let filter = "from == client and length > 150";
    say("the first page of a header filter", first(&mut session, list(found, filter, page(0))));
    say("the same, with all counted", last(&mut session, list(found, filter, page(0))));
    let rows = Span { start: 0, length: 1000 };
    let by = ConnectionOrder { key: ConnectionKey::Bytes, direction: Direction::Descending };
    say(
        "all connections, by bytes",
        last(&mut session, Request::Connections { rows, order: by, filter: String::new() }),
    );
    let timeline = Request::Timeline { slices: 500, span: None, connection: None, filter: String::new() };
    say("a timeline of all", last(&mut session, timeline));
    let search = Request::Search { connection: None, filter: "text contains \"no such word\"".into() };
    say("a search through all payloads", last(&mut session, search));
    let payload = |connection, message| Request::Payload {
        message: MessageName { connection, message },
        stage: Stage::Application,
        bytes: Span { start: 0, length: u64::MAX },
    };
    say("one payload", last(&mut session, payload(500, 3)));
}

/// One compressed connection of 200 MB, as the client of a busy feed would see it.
fn compressed() {
    let deflate = "permessage-deflate";
    let mut conversation = Conversation::deflate(deflate, deflate);
    let mut deflater = Deflater::new();
    let mut inflated = 0;
    for number in 0_u64.. {
        let text = quote(number);
        inflated += text.len();
        let frame = Frame::text(deflater.message(&text)).compressed();
        conversation = conversation.server(frame);
        if inflated > 200_000_000 {
            break;
        }
    }
    let capture = conversation.close().pcap();
    let mut session = Session::open(vec![Box::new(Memory::of(&capture))], SessionOptions::default());
    let begun = Instant::now();
    while session.work() == Work::More {}
    println!(
        "one compressed connection: {} MB, inflated {}",
        capture.len() / 1_000_000,
        inflated / 1_000_000
    );
    say("the session's first pass", begun.elapsed());
    let _ = session.events().count();
    let by = ConnectionOrder { key: ConnectionKey::Bytes, direction: Direction::Descending };
    let rows = Span { start: 0, length: 1 };
    let answer = ask(&mut session, Request::Connections { rows, order: by, filter: String::new() });
    let Some(Answer::Connections(page)) = answer.0 else { return };
    let Some(row) = page.rows.first() else { return };
    let last = row.client_messages + row.server_messages - 3;
    let name = MessageName { connection: row.connection, message: last };
    let bytes = Span { start: 0, length: u64::MAX };
    let request = Request::Payload { message: name, stage: Stage::Application, bytes };
    say("its last message", ask(&mut session, request).1);
}

/// Some two kilobytes of JSON that differ each time.
fn quote(number: u64) -> String {
    let mut text = format!("{{\"sequence\":{number},\"quotes\":[");
    for line in 0..24 {
        let price = scramble(number * 31 + line) % 1_000_000;
        let size = scramble(number * 17 + line) % 900;
        text +=
            &format!("{{\"symbol\":\"SYM{line:03}\",\"bid\":{price},\"size\":{size},\"venue\":\"XLON\"}},");
    }
    text + "null]}"
}

fn decode(capture: &[u8]) -> Duration {
    let begun = Instant::now();
    let mut decoder = Decoder::new(Options {
        payload: PayloadWanted::None,
        rows: RowsWanted { messages: true, ..RowsWanted::default() },
        ..Options::default()
    });
    for chunk in capture.chunks(1 << 20) {
        decoder.push(chunk, &mut Nobody).expect("a capture");
    }
    decoder.finish(&mut Nobody).expect("a capture");
    begun.elapsed()
}

/// Until the first answer.
fn first(session: &mut Session, request: Request) -> Duration {
    let begun = Instant::now();
    session.request(Asked { id: 1, request });
    loop {
        session.work();
        if session.events().any(|event| matches!(event, Event::Answer { .. })) {
            return begun.elapsed();
        }
    }
}

/// Until the last answer.
fn last(session: &mut Session, request: Request) -> Duration {
    ask(session, request).1
}

fn ask(session: &mut Session, request: Request) -> (Option<Answer>, Duration) {
    let begun = Instant::now();
    session.request(Asked { id: 1, request });
    loop {
        let over = session.events().find_map(|event| match event {
            Event::Answer { last: true, answer, .. } => Some(Some(answer)),
            Event::Refused { problem, .. } => {
                eprintln!("{}", problem.message);
                Some(None)
            }
            _ => None,
        });
        if let Some(answer) = over {
            return (answer, begun.elapsed());
        }
        session.work();
    }
}

fn say(what: &str, time: Duration) {
    println!("{:>10.1}  ms: {what}", time.as_secs_f64() * 1000.0);
}
