//! What a window asks of many rows: orders, pages, filters, searches, places, timelines, exports.

use sockscope_core::session::api::{
    Answer, Asked, ConnectionKey, ConnectionOrder, Direction, Event, ExportFormat, Exported, MessageKey,
    MessageName, MessageOrder, MessageRow, Page, Request, Span, Stage, Target, TimeSpan,
};
use sockscope_core::session::{Options, PayloadWanted, Session, SessionOptions, Work};
use sockscope_core::source::Memory;
use sockscope_core::stream::Side;
use sockscope_tests::decode::{Decoded, decode};
use sockscope_tests::session::Asker;
use sockscope_workload::{Kind, in_memory};

use crate::same::{self, ALL, FOUND};

fn opened(kind: Kind, size: u64) -> (Vec<u8>, Asker, Decoded) {
    let capture = in_memory(kind, size, 7);
    let asker = Asker::opened(&capture, SessionOptions::default());
    let options = Options { payload: PayloadWanted::Preview, ..Options::default() };
    let rows = decode(&capture, options);
    (capture, asker, rows)
}

fn page(asker: &mut Asker, rows: Span, order: MessageOrder, filter: &str) -> Page<MessageRow> {
    let filter = filter.to_owned();
    match asker.one(Request::Messages { connection: None, rows, order, filter }) {
        Answer::Messages(page) => page,
        other => panic!("{other:?}"),
    }
}

#[test]
fn workloads_are_the_same_read_lazily() {
    for kind in Kind::ALL {
        let capture = in_memory(kind, 500_000, 3);
        let mut asker = Asker::opened(&capture, SessionOptions::default());
        assert!(asker.is_complete());
        same::check(kind.name(), &mut asker, &capture, Options::default());
    }
}

#[test]
fn workloads_are_the_same_on_several_threads() {
    for kind in Kind::ALL {
        // More than a step, so that what is decoded at its end is seen.
        let capture = in_memory(kind, 2_500_000, 3);
        let mut asker = Asker::opened(&capture, SessionOptions { threads: 2, ..SessionOptions::default() });
        let mut alone = Asker::opened(&capture, SessionOptions::default());
        let by_time = MessageOrder { key: MessageKey::Time, direction: Direction::Ascending };
        for filter in ["", "payload contains \"ab\"", "length > 100 or opcode == close"] {
            let (order, filter) = (by_time, filter.to_owned());
            let request = Request::Messages { connection: None, rows: ALL, order, filter };
            assert_eq!(
                asker.one(request.clone()),
                alone.one(request.clone()),
                "{}: {request:?}",
                kind.name()
            );
        }
        same::check(kind.name(), &mut asker, &capture, Options::default());
    }
}

/// Whoever asks while a capture is read is told what was read, however many threads decode.
#[test]
fn what_is_asked_while_reading_is_the_same_on_several_threads() {
    let capture = in_memory(Kind::Chat, 6_000_000, 3);
    let open = |threads| {
        let options = SessionOptions { threads, ..SessionOptions::default() };
        Asker::new(Session::open(vec![Box::new(Memory::of(&capture))], options))
    };
    let (mut alone, mut asker) = (open(1), open(3));
    let mut counts = Vec::new();
    while alone.session.work() == Work::More {
        asker.session.work();
        let told = [&mut alone, &mut asker].map(|asker| {
            asker.session.request(Asked { id: 1, request: Request::Summary });
            let answers = asker.session.events().filter(|event| matches!(event, Event::Answer { .. }));
            let answers: Vec<_> = answers.collect();
            let progress = asker.session.progress();
            (answers, progress.read, progress.packets, progress.connections, progress.messages)
        });
        assert!(!told[0].0.is_empty());
        counts.push(told[0].4);
        assert_eq!(told[0], told[1]);
    }
    counts.dedup();
    assert!(counts.len() > 2, "{counts:?}: it was asked while messages came");
}

#[test]
fn orders_are_those_of_a_stable_sort() {
    let (_, mut asker, rows) = opened(Kind::Messy, 2_000_000);
    type Key = fn(&MessageRow) -> (u64, u64);
    let keys: [(MessageKey, Key); 6] = [
        (MessageKey::Time, |row| (row.time.map_or(0, |time| time.0), 0)),
        (MessageKey::Number, |row| (row.connection, row.message)),
        (MessageKey::From, |row| (row.from.map_or(0, |side| side.index() as u64), 0)),
        (MessageKey::Opcode, |row| (if row.opcode == "text" { 1 } else { opcode(&row.opcode) }, 0)),
        (MessageKey::Length, |row| (row.length, 0)),
        (MessageKey::WireLength, |row| (row.wire_length, 0)),
    ];
    for (key, of) in keys {
        for direction in [Direction::Ascending, Direction::Descending] {
            let mut expected: Vec<&MessageRow> = rows.messages.iter().collect();
            match direction {
                Direction::Ascending => expected.sort_by_key(|row| of(row)),
                Direction::Descending => expected.sort_by_key(|row| std::cmp::Reverse(of(row))),
            }
            let order = MessageOrder { key, direction };
            // The first page is there before the order is, and is the same when the order stands.
            for _ in 0..2 {
                let page = page(&mut asker, Span { start: 40, length: 30 }, order, "");
                assert_eq!(page.total, rows.messages.len() as u64);
                let expected: Vec<MessageRow> = expected[40..70].iter().map(|row| (*row).clone()).collect();
                assert_eq!(page.rows, expected, "{order:?}");
            }
        }
    }
}

fn opcode(name: &str) -> u64 {
    match name {
        "binary" => 2,
        "close" => 8,
        "ping" => 9,
        "pong" => 10,
        _ => panic!("{name}"),
    }
}

#[test]
fn filters_hold_for_the_rows_that_they_should() {
    let (_, mut asker, rows) = opened(Kind::Messy, 2_000_000);
    type Holds = fn(&MessageRow) -> bool;
    let cases: [(&str, Holds); 6] = [
        ("from == client and length > 100", |row| row.from == Some(Side::Client) && row.length > 100),
        ("opcode in {close, ping}", |row| row.opcode == "close" || row.opcode == "ping"),
        ("not compressed and packet < 500", |row| {
            !row.compressed && (row.first_packet < 500 || row.last_packet < 500)
        }),
        ("connection == 3", |row| row.connection == 3),
        ("not complete", |row| row.complete == Some(false)),
        ("code == 1000", |row| row.code == Some(1000)),
    ];
    for (filter, holds) in cases {
        let expected: Vec<MessageRow> = rows.messages.iter().filter(|row| holds(row)).cloned().collect();
        same::same(filter, &same::messages(&mut asker, filter), &expected);
        let connections = same::connections(&mut asker, filter);
        let with: Vec<u64> = connections.iter().map(|row| row.connection).collect();
        if !filter.contains("code") && !filter.contains(" and ") && !filter.contains("not ") {
            let mut expected: Vec<u64> = expected.iter().map(|row| row.connection).collect();
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(with, expected, "{filter}");
        }
    }
}

#[test]
fn content_is_searched_whole() {
    let capture = in_memory(Kind::Deflate, 1_000_000, 7);
    let full = decode(&capture, Options::default());
    let mut asker = Asker::opened(&capture, SessionOptions::default());
    // A word from behind the preview's end of some message.
    let long = full.messages.iter().filter_map(|row| row.payload.text.as_ref()).max_by_key(|text| text.len());
    let word: String = long.expect("text").chars().rev().skip(5).take(12).collect();
    let word: String = word.chars().rev().collect();
    let quoted = format!("{word:?}");
    let holding: Vec<&MessageRow> = full
        .messages
        .iter()
        .filter(|row| {
            row.payload.text.as_ref().is_some_and(|text| text.to_lowercase().contains(&word.to_lowercase()))
        })
        .collect();
    assert!(!holding.is_empty());
    let names: Vec<MessageName> =
        holding.iter().map(|row| MessageName { connection: row.connection, message: row.message }).collect();
    let filter = format!("text contains {quoted}");
    let answers = asker.ask(Request::Search { connection: None, filter: filter.clone() }).expect("an answer");
    let mut found = Vec::new();
    for answer in answers {
        let Answer::Found { messages, searched, size } = answer else { panic!() };
        assert!(searched <= size);
        found.extend(messages);
    }
    assert_eq!(found, names);
    let listed: Vec<MessageName> = same::messages(&mut asker, &filter)
        .iter()
        .map(|row| MessageName { connection: row.connection, message: row.message })
        .collect();
    assert_eq!(listed, names);
    let mut with: Vec<u64> = names.iter().map(|name| name.connection).collect();
    with.sort_unstable();
    with.dedup();
    let connections: Vec<u64> =
        same::connections(&mut asker, &filter).iter().map(|row| row.connection).collect();
    assert_eq!(connections, with);
    let (what, format) = (Exported::Connections, ExportFormat::Csv);
    let Answer::Exported { rows, .. } = asker.one(Request::Export { what, connection: None, filter, format })
    else {
        panic!()
    };
    assert_eq!(rows, with.len() as u64);
}

#[test]
fn a_search_that_rows_wait_for_tells_how_far_it_is() {
    let capture = in_memory(Kind::Chat, 5_000_000, 7);
    let mut asker = Asker::opened(&capture, SessionOptions::default());
    assert_eq!(asker.session.progress().searching, None);
    let request = Request::Messages {
        connection: None,
        rows: Span { start: 0, length: 10 },
        order: FOUND,
        filter: "text contains \"no such text\"".to_owned(),
    };
    asker.session.request(Asked { id: 1, request });
    let told: Vec<Option<u64>> = asker
        .work_off()
        .into_iter()
        .filter_map(|event| match event {
            Event::Progress(progress) => Some(progress.searching.map(|searching| {
                assert_eq!(searching.size, capture.len() as u64);
                searching.searched
            })),
            _ => None,
        })
        .collect();
    let (last, before) = told.split_last().expect("told");
    assert!(before.len() > 2 && before.is_sorted(), "{told:?}");
    assert_eq!(*last, None, "the search is over");
}

#[test]
fn goes_to_messages_and_packets() {
    let (_, mut asker, rows) = opened(Kind::Chat, 1_000_000);
    let go = |asker: &mut Asker, target, order, filter: &str| {
        let request = Request::GoTo { target, connection: None, order, filter: filter.to_owned() };
        match asker.one(request) {
            Answer::Row(row) => row,
            other => panic!("{other:?}"),
        }
    };
    let at = 777;
    let row = &rows.messages[at];
    let name = MessageName { connection: row.connection, message: row.message };
    assert_eq!(go(&mut asker, Target::Message(name), FOUND, ""), Some(at as u64));
    let backwards = MessageOrder { direction: Direction::Descending, ..FOUND };
    let last = rows.messages.len() as u64 - 1;
    assert_eq!(go(&mut asker, Target::Message(name), backwards, ""), Some(last - at as u64));
    assert_eq!(go(&mut asker, Target::Packet(row.last_packet), FOUND, ""), Some(at as u64));
    assert_eq!(go(&mut asker, Target::Packet(u64::MAX), FOUND, ""), None);
    let own = format!("connection == {}", row.connection);
    let place = rows.messages[..at].iter().filter(|other| other.connection == row.connection).count();
    assert_eq!(go(&mut asker, Target::Message(name), FOUND, &own), Some(place as u64));
    let by_length = MessageOrder { key: MessageKey::Length, direction: Direction::Ascending };
    let place = go(&mut asker, Target::Message(name), by_length, "").expect("a row");
    let there = page(&mut asker, Span { start: place, length: 1 }, by_length, "");
    assert_eq!(&there.rows[0], row);
    let nobody = MessageName { connection: 1_000_000, message: 0 };
    assert_eq!(go(&mut asker, Target::Message(nobody), FOUND, ""), None);
}

#[test]
fn timelines_count_every_message_once() {
    let (_, mut asker, rows) = opened(Kind::Messy, 1_000_000);
    let ask = |asker: &mut Asker, slices, span, filter: &str| {
        let request = Request::Timeline { slices, span, connection: None, filter: filter.to_owned() };
        match asker.one(request) {
            Answer::Timeline(timeline) => timeline,
            other => panic!("{other:?}"),
        }
    };
    let whole = ask(&mut asker, 50, None, "");
    assert!(whole.slices.len() <= 50);
    let count = |side: usize| whole.slices.iter().map(|slice| slice.messages[side]).sum::<u64>();
    let of = |side: Side| rows.messages.iter().filter(|row| row.from == Some(side)).count() as u64;
    assert_eq!([count(0), count(1)], [of(Side::Client), of(Side::Server)]);
    let bytes: u64 = whole.slices.iter().map(|slice| slice.bytes[0] + slice.bytes[1]).sum();
    assert_eq!(bytes, rows.messages.iter().map(|row| row.length).sum::<u64>());
    let middle =
        TimeSpan { start: whole.start + (whole.end - whole.start) / 3, end: whole.end / 2 + whole.start / 2 };
    let part = ask(&mut asker, 7, Some(middle), "from == server");
    let expected = rows.messages.iter().filter(|row| {
        let time = row.time.map_or(0, |time| time.0);
        row.from == Some(Side::Server) && (middle.start..middle.end).contains(&time)
    });
    assert_eq!(part.slices.iter().map(|slice| slice.messages[1]).sum::<u64>(), expected.count() as u64);
    assert_eq!(part.slices.iter().map(|slice| slice.messages[0]).sum::<u64>(), 0);
}

#[test]
fn sparklines_count_a_connections_messages_when_they_were_sent() {
    let (_, mut asker, rows) = opened(Kind::Messy, 1_000_000);
    let connections: Vec<u64> = (0..rows.connections.len() as u64 + 3).rev().collect();
    let request = Request::Sparklines { connections: connections.clone(), slices: 40 };
    let Answer::Sparklines(all) = asker.one(request) else { panic!("other") };
    let numbers: Vec<u64> = all.lines.iter().map(|line| line.connection).collect();
    assert_eq!(numbers, &connections[3..], "in the order of the question, without those that do not exist");
    let width = (all.end - all.start).div_ceil(40);
    for line in &all.lines {
        let mut expected = vec![[0; 2]; 40];
        for row in rows.messages.iter().filter(|row| row.connection == line.connection) {
            let (time, from) = (row.time.expect("a time"), row.from.expect("a side"));
            let slice = (time.0.saturating_sub(all.start) / width).min(39) as usize;
            expected[slice][from.index()] += 1;
        }
        assert_eq!(line.messages, expected, "connection {}", line.connection);
    }
}

#[test]
fn a_sparkline_of_a_long_connection_is_about_right() {
    let (_, mut asker, rows) = opened(Kind::Deflate, 4_000_000);
    // So many are asked for that only a few messages of each are looked at.
    let connections = vec![0; 1_000];
    let Answer::Sparklines(all) = asker.one(Request::Sparklines { connections, slices: 5 }) else {
        panic!("other");
    };
    let messages = rows.messages.iter().filter(|row| row.connection == 0).count() as u64;
    let counted: u64 = all.lines[0].messages.iter().flatten().sum();
    assert!(messages > 40, "{messages}");
    assert_eq!(counted, messages);
}

#[test]
fn exports_the_lines_that_the_command_line_prints() {
    let capture = in_memory(Kind::Chat, 800_000, 7);
    let rows = decode(&capture, Options::default());
    let mut asker = Asker::opened(&capture, SessionOptions::default());
    let export = |asker: &mut Asker, what, connection, filter: &str| {
        let format = ExportFormat::Jsonl;
        let request = Request::Export { what, connection, filter: filter.to_owned(), format };
        let (mut all, mut count) = (Vec::new(), 0);
        for answer in asker.ask(request).expect("an answer") {
            let Answer::Exported { bytes, rows } = answer else { panic!() };
            all.extend(bytes);
            count = rows;
        }
        let lines: Vec<serde_json::Value> = String::from_utf8(all)
            .expect("text")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(lines.len() as u64, count);
        lines
    };
    let value = |row: &MessageRow| serde_json::to_value(row).expect("a row");
    let all: Vec<_> = rows.messages.iter().map(value).collect();
    assert_eq!(export(&mut asker, Exported::Messages, None, ""), all);
    let some: Vec<_> =
        rows.messages.iter().filter(|row| row.connection == 5 && row.length > 60).map(value).collect();
    assert_eq!(export(&mut asker, Exported::Messages, Some(5), "length > 60"), some);
    let connections = export(&mut asker, Exported::Connections, None, "");
    assert_eq!(connections.len(), rows.connections.len());
    assert_eq!(export(&mut asker, Exported::Diagnostics, None, "").len(), rows.diagnostics.len());
}

#[test]
fn a_newer_question_of_the_same_kind_takes_the_place_of_an_older_one() {
    let capture = in_memory(Kind::Chat, 3_000_000, 7);
    let mut asker = Asker::opened(&capture, SessionOptions::default());
    let search = |filter: &str| Request::Search { connection: None, filter: filter.to_owned() };
    asker.session.request(Asked { id: 71, request: search("aaa") });
    asker.session.work();
    asker.session.request(Asked { id: 72, request: search("bbb") });
    let order = ConnectionOrder { key: ConnectionKey::Bytes, direction: Direction::Descending };
    let other = Request::Connections { rows: ALL, order, filter: String::new() };
    asker.session.request(Asked { id: 73, request: other });
    asker.session.request(Asked { id: 74, request: Request::Cancel { id: 72 } });
    let told = asker.work_off();
    let cancelled: Vec<u64> = told
        .iter()
        .filter_map(|event| if let Event::Cancelled { id } = event { Some(*id) } else { None })
        .collect();
    assert_eq!(cancelled, [71, 72]);
    let answered = |id: u64| {
        told.iter().any(|event| matches!(event, Event::Answer { id: of, last: true, .. } if *of == id))
    };
    assert!(answered(73) && answered(74) && !answered(71) && !answered(72));
}

#[test]
fn what_cannot_be_answered_says_why() {
    let (_, mut asker, _) = opened(Kind::Chat, 200_000);
    let problem = asker
        .ask(Request::Messages { connection: None, rows: ALL, order: FOUND, filter: "lenght > 3".to_owned() })
        .expect_err("a misspelt field");
    assert_eq!(problem.at, Some((0, 6)), "{problem:?}");
    let nobody = MessageName { connection: 99_999, message: 0 };
    let problem = asker.ask(Request::Frames { message: nobody, rows: ALL }).expect_err("no message");
    assert!(problem.message.contains("99999"), "{problem:?}");
}

#[test]
fn stopping_keeps_what_was_read() {
    let capture = in_memory(Kind::Chat, 4_000_000, 7);
    let mut session = Session::open(vec![Box::new(Memory::of(&capture))], SessionOptions::default());
    session.work();
    session.work();
    let mut asker = Asker::new(session);
    asker.session.request(Asked { id: 9, request: Request::Stop });
    asker.work_off();
    let progress = asker.session.progress();
    assert!(progress.read < capture.len() as u64 && progress.messages > 0, "{progress:?}");
    let part = &capture[..progress.read as usize];
    let rows = decode(part, Options { payload: PayloadWanted::Preview, ..Options::default() });
    let whole: Vec<MessageRow> = rows.messages;
    assert_eq!(same::messages(&mut asker, "")[..100], whole[..100]);
    assert_eq!(asker.session.progress().messages, whole.len() as u64);
    // Searching reads what was read, and no more.
    let searched = asker.ask(Request::Search { connection: None, filter: "text contains \"a\"".to_owned() });
    assert!(searched.is_ok_and(|answers| !answers.is_empty()));
}

#[test]
fn a_search_that_is_stopped_keeps_what_it_found() {
    let (_, mut asker, rows) = opened(Kind::Chat, 12_000_000);
    let filter = "text contains \"a\"";
    let request = Request::Messages { connection: None, rows: ALL, order: FOUND, filter: filter.to_owned() };
    let search = Request::Search { connection: None, filter: "text contains \"e\"".to_owned() };
    asker.session.request(Asked { id: 500, request: search });
    asker.session.request(Asked { id: 501, request: request.clone() });
    for _ in 0..3 {
        asker.session.work();
    }
    asker.session.request(Asked { id: 502, request: Request::Searching { goes_on: false } });
    let told = asker.work_off();
    let is_whole = |event: &Event| matches!(event, Event::Answer { id: 500, last: true, answer: Answer::Found { searched, size, .. } } if searched == size);
    assert!(told.iter().any(is_whole), "a search that hides no row goes on");
    let answer = told.iter().find_map(|event| match event {
        Event::Answer { id: 501, last: true, answer: Answer::Messages(page) } => Some(page.clone()),
        _ => None,
    });
    let part = answer.expect("an answer");
    assert!(part.total > 0 && !part.counted, "{} of {}", part.total, rows.messages.len());
    assert_eq!(page(&mut asker, ALL, FOUND, filter), part, "it stays");
    asker.session.request(Asked { id: 503, request: Request::Searching { goes_on: true } });
    let whole = page(&mut asker, ALL, FOUND, filter);
    assert!(whole.counted && whole.total > part.total, "{} behind {}", whole.total, part.total);
    assert_eq!(whole.rows[..part.rows.len()], part.rows);
    let again = page(&mut asker, ALL, FOUND, "(text contains \"a\")");
    assert_eq!((again.total, again.counted), (whole.total, true), "the same as without a stop");
}

#[test]
fn an_index_stays_small() {
    let (_, asker, rows) = opened(Kind::Chat, 12_000_000);
    let (messages, (extents, count)) = asker.session.index_memory();
    assert!(rows.messages.len() > 30_000);
    // What is not full of the last blocks is no matter of how many there are.
    let block = 1 << 14;
    assert!(
        messages <= 48 * rows.messages.len() + 40 * block,
        "{messages} bytes for {}",
        rows.messages.len()
    );
    assert!(extents <= 24 * count + 24 * block, "{extents} bytes for {count}");
    // Acknowledgements cost nothing: there is one run of bytes for each message.
    assert!(count <= rows.messages.len() + rows.messages.len() / 100);
}

#[test]
fn a_long_compressed_message_is_left_when_there_is_enough_of_it() {
    let deflate = "permessage-deflate";
    let mut deflater = sockscope_tests::deflate::Deflater::new();
    let texts: Vec<Vec<u8>> =
        [3_000_000, 40, 1_200_000, 40].iter().map(|&length| sockscope_tests::frame::noise(length)).collect();
    let mut conversation = sockscope_tests::Conversation::deflate(deflate, deflate);
    for text in &texts {
        let frame = sockscope_tests::Frame::binary(deflater.message(text)).compressed();
        conversation = conversation.server(frame);
    }
    let mut asker = Asker::opened(&conversation.close().pcap(), SessionOptions::default());
    // Each beginning alone, then the one behind it, whose window is the end of it.
    for (message, text) in (0..).zip(&texts).chain((0..).zip(&texts)) {
        let message = MessageName { connection: 0, message };
        for span in [Span { start: 0, length: 30 }, Span { start: text.len() as u64 / 2, length: 30 }, ALL] {
            let part = same::payload(&mut asker, message, Stage::Application, span);
            let from = span.start as usize;
            let until = text.len().min(from.saturating_add(span.length as usize));
            assert!(part.bytes == text[from..until], "{message:?} {span:?}");
        }
    }
}
