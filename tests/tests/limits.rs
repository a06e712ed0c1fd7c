//! Every field of `Limits`, reached on purpose: what is said of it, or what its documented answer is, and that the
//! default says nothing of the same capture.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sockscope_core::diagnostic::{Cause, Code};
use sockscope_core::filter::Filter;
use sockscope_core::limits::Limits;
use sockscope_core::session::api::{
    Answer, ConnectionRow, DiagnosticRow, Direction, MessageKey, MessageName, MessageOrder, Request, Span,
    Stage,
};
use sockscope_core::session::{
    Asked, Decoder, MakeSpill, MessageView, Options, RowsWanted, SessionOptions, Sieve, Sink,
};
use sockscope_core::source::Memory;
use sockscope_tests::capture::PcapNg;
use sockscope_tests::decode::{Decoded, decode};
use sockscope_tests::deflate::Deflater;
use sockscope_tests::frame::noise;
use sockscope_tests::session::Asker;
use sockscope_tests::wire::{Segment, pcap_of};
use sockscope_tests::{Conversation, Frame, Head, Side, Wire, http};
use sockscope_workload::{Kind, in_memory};

/// What holds of a capture within small limits, and not within the default ones.
fn check(change: fn(&mut Limits), capture: &[u8], reached: impl Fn(&Decoded) -> bool) {
    let mut limits = Limits::default();
    let within = decode(capture, Options { limits: limits.clone(), ..Options::default() });
    assert!(!reached(&within), "within the default limits: {:?}", within.diagnostics);
    change(&mut limits);
    let beyond = decode(capture, Options { limits, ..Options::default() });
    assert!(reached(&beyond), "beyond the limit: {:?}", beyond.diagnostics);
}

fn says(code: Code) -> impl Fn(&Decoded) -> bool {
    move |decoded| !decoded.of(code).is_empty()
}

/// Whoever adds a limit adds a test here: this does not compile without.
#[test]
fn no_limit_is_forgotten() {
    let Limits {
        block: _,
        expansion: _,
        out_of_order: _,
        compared: _,
        doubted: _,
        http_head: _,
        pending: _,
        inflated: _,
        payload: _,
        packets: _,
        connections: _,
        memory: _,
        tls_layers: _,   // tests/tests/tls/events.rs, layers_within_each_other
        tls_sessions: _, // tests/tests/tls/secrets.rs, resumption_by_the_first_handshakes_secrets
        datagrams: _,    // core/src/packet/tests/fragments.rs, which can make fragments.
        accept_searches: _,
        requests: _,
        spool: _,
        index: _,
        diagnostics: _,
        waiting_diagnostics: _,
        remembered_pings: _,
        decoded_data: _, // core/src/subprotocol/socket_io/tests.rs, much_data_is_not_repeated
        unanswered: _,   // the same, questions_are_forgotten_in_time
    } = Limits::default();
}

#[test]
fn block() {
    let capture = Conversation::open().server(Frame::binary(noise(1_200))).close().pcap();
    check(|limits| limits.block = 1_000, &capture, says(Code::CaptureDamaged));
}

#[test]
fn expansion() {
    let form = PcapNg::default();
    let mut plain = form.write(&[]);
    plain.extend(form.block(0x0bad, &vec![0; 1 << 20]).repeat(65));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&plain).expect("memory takes all");
    let capture = encoder.finish().expect("memory takes all");
    check(|limits| limits.expansion = 1, &capture, says(Code::CaptureDamaged));
}

/// Three segments of a kilobyte; the first comes last.
fn out_of_order_capture() -> Vec<u8> {
    let mut talk = Conversation::open();
    let first = talk.wire.segments.len();
    talk.wire.segment_size = 1_000;
    talk = talk.put(Side::Server, Frame::binary(noise(2_900)));
    let last = talk.wire.segments.len() - 1;
    talk.wire.reorder(first, last);
    talk.wire.ack(Side::Client);
    talk.close().pcap()
}

#[test]
fn out_of_order() {
    check(|limits| limits.out_of_order = 1_500, &out_of_order_capture(), says(Code::TcpGap));
}

/// A copy with a strange hop limit is held back until a better one comes, but not where nothing may be.
#[test]
fn doubted() {
    let mut talk = Conversation::open().talk();
    let at = talk.wire.segments.len();
    talk = talk.put(Side::Server, Frame::text("this is what was sent"));
    let sent = talk.wire.segments[at].clone();
    let mut payload = sent.payload.clone();
    payload[2..].fill(b'X');
    talk.wire.segments.insert(at, Segment { payload, hop_limit: 200, ..sent });
    talk.wire.ack(Side::Client);
    let forged = |decoded: &Decoded| {
        decoded
            .messages
            .iter()
            .any(|row| row.payload.text.as_ref().is_some_and(|text| text.starts_with("XX")))
    };
    check(|limits| limits.doubted = 0, &talk.close().pcap(), forged);
}

/// A copy that differs is found as long as what was delivered can be looked up.
#[test]
fn compared() {
    let mut talk = Conversation::open();
    let at = talk.wire.segments.len();
    talk = talk.put(Side::Server, Frame::binary(noise(500)));
    for _ in 0..20 {
        talk = talk.put(Side::Server, Frame::binary(noise(1_000)));
    }
    let sent = talk.wire.segments[at].clone();
    let mut payload = sent.payload.clone();
    payload[100..].fill(b'X');
    talk.wire.append(Segment { payload, ..sent }).ack(Side::Client);
    let unnoticed = |decoded: &Decoded| decoded.of(Code::TcpOverlapConflict).is_empty();
    check(|limits| limits.compared = 1_000, &talk.close().pcap(), unnoticed);
}

#[test]
fn http_head() {
    let request = Head::request().and("Cookie", "c".repeat(2_000));
    let capture = Conversation::upgrade(&request).talk().close().pcap();
    check(|limits| limits.http_head = 1_000, &capture, says(Code::HttpHeadLimit));
}

#[test]
fn pending() {
    let mut talk = Conversation::open();
    let answer = talk.wire.segments.len() - 2;
    talk = talk.client(Frame::binary(noise(2_000)));
    let last = talk.wire.segments.len() - 1;
    talk.wire.reorder(answer, last);
    check(|limits| limits.pending = 1_000, &talk.talk().close().pcap(), says(Code::PendingLimit));
}

#[test]
fn inflated() {
    let message = Deflater::new().message(vec![b'a'; 2_000]);
    let capture = Conversation::deflate("permessage-deflate", "permessage-deflate")
        .server(Frame::text(message).compressed())
        .close()
        .pcap();
    check(|limits| limits.inflated = 1_000, &capture, says(Code::DeflateLimit));
}

#[test]
fn payload() {
    let capture = Conversation::open().server(Frame::binary(noise(1_001))).close().pcap();
    check(
        |limits| limits.payload = 1_000,
        &capture,
        |decoded| {
            let row = &decoded.messages[0];
            row.truncated && row.length == 1_001 && says(Code::PayloadLimit)(decoded)
        },
    );
}

#[test]
fn packets() {
    let wire = Wire::new().segments_of(400);
    let request = Head::request();
    let capture = Conversation::on(wire)
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .server(Frame::binary(noise(2_000)))
        .close()
        .pcap();
    let last = decode(&capture, Options::default()).messages[0].last_packet;
    check(
        |limits| limits.packets = 2,
        &capture,
        |decoded| {
            let listed = &decoded.frames[0].packets;
            listed.len() == 3 && listed.last() == Some(&last)
        },
    );
}

fn open(number: u16) -> Wire {
    let request = Head::request().with("Sec-WebSocket-Key", http::key(number.into()));
    Conversation::on(Wire::numbered(number).starting_after(Duration::from_secs(number.into())))
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .wire
}

#[test]
fn connections() {
    let capture = pcap_of(&[&open(0), &open(1), &open(2)]);
    check(|limits| limits.connections = 2, &capture, says(Code::ConnectionsLimit));
}

#[test]
fn memory() {
    let half = |number| {
        let mut wire = open(number);
        wire.server([0x82, 0x7e, 0xff, 0xff]).server(noise(15_000));
        wire
    };
    let capture = pcap_of(&[&half(0), &half(1), &half(2)]);
    // The idlest go, with what they had; the last one stays.
    check(
        |limits| limits.memory = 120_000,
        &capture,
        |decoded| {
            let told = decoded.of(Code::MemoryLimit);
            told.iter().any(|row| row.connection == Some(0))
                && told.iter().all(|row| row.connection != Some(2))
        },
    );
}

#[test]
fn accept_searches() {
    let request = Head::request();
    let typo = http::accept_of(format!("{}258EAFA5-E914-47DA-95CA-C5AB0DC85B71", http::key(0)));
    let answer = Head::answer(&request).with("Sec-WebSocket-Accept", typo);
    let capture = Conversation::heads(&request, &answer).talk().close().pcap();
    check(
        |limits| limits.accept_searches = 0,
        &capture,
        |decoded| says(Code::AcceptMismatch)(decoded) && decoded.caused_by(Cause::GuidTypo).is_empty(),
    );
}

#[test]
fn requests() {
    let talk = |port: u16, key: u64| {
        let request = Head::request().with("Sec-WebSocket-Key", http::key(key));
        Conversation::on(Wire::numbered(port).starting_after(Duration::from_secs(port.into())))
            .raw(Side::Client, request.bytes())
            .raw(Side::Server, Head::answer(&request).bytes())
            .close()
            .wire
    };
    let capture = pcap_of(&[&talk(0, 7), &talk(1, 8), &talk(2, 7)]);
    check(|limits| limits.requests = 1, &capture, |decoded| decoded.of(Code::KeyReused).is_empty());
}

/// A session of this capture, pushed, since only then nothing can be read again.
fn session(capture: &[u8], change: fn(&mut Limits)) -> Asker {
    let mut limits = Limits::default();
    change(&mut limits);
    let mut asker =
        Asker::pushed(capture, 4_096, &[], SessionOptions { limits, ..SessionOptions::default() });
    asker.work_off();
    asker
}

#[test]
fn spool() {
    let capture = Conversation::open().server(Frame::binary(noise(5_000))).close().pcap();
    let ask = |change| {
        let request = Request::Payload {
            message: MessageName { connection: 0, message: 0 },
            stage: Stage::Unmasked,
            bytes: Span { start: 0, length: 5_000 },
        };
        session(&capture, change).ask(request)
    };
    assert!(ask(|_| {}).is_ok());
    let problem = ask(|limits| limits.spool = 1_000).expect_err("its bytes were not kept");
    assert!(!problem.message.is_empty());
}

/// What is beyond is spilled, and read again.
#[test]
fn index() {
    let capture = in_memory(Kind::Chat, 500_000, 1);
    let ask = |index| {
        let spill: MakeSpill = Arc::new(|| Box::new(Memory::new(u64::MAX)));
        let limits = Limits { index, ..Limits::default() };
        let mut asker = Asker::opened(
            &capture,
            SessionOptions { limits, spill: Some(spill), ..SessionOptions::default() },
        );
        let rows = Span { start: 0, length: 100 };
        let order = MessageOrder { key: MessageKey::Length, direction: Direction::Ascending };
        let filter = String::new();
        let answer = asker.one(Request::Messages { connection: None, rows, order, filter });
        (answer, asker.session.spilled())
    };
    let (answer, spilled) = ask(Limits::default().index);
    let (same_answer, spilled_beyond) = ask(10_000);
    assert_eq!(spilled, 0);
    assert!(spilled_beyond > 50_000, "{spilled_beyond}");
    assert_eq!(answer, same_answer);
}

#[test]
fn diagnostics() {
    let mut talk = Conversation::open();
    for _ in 0..5 {
        talk = talk.server(Frame::binary("").rsv(1));
    }
    let capture = talk.close().pcap();
    let ask = |change| {
        let mut asker = session(&capture, change);
        let all = Request::Diagnostics { rows: Span { start: 0, length: 100 }, code: None, connection: None };
        (asker.one(all), asker.one(Request::DiagnosticGroups))
    };
    let (Answer::Diagnostics(all), groups) = ask(|_| {}) else { panic!("diagnostics were asked for") };
    let (Answer::Diagnostics(some), same_groups) = ask(|limits| limits.diagnostics = 2) else {
        panic!("diagnostics were asked for")
    };
    assert!(all.rows.len() >= 5);
    assert_eq!(some.rows, all.rows[..2]);
    assert_eq!(same_groups, groups, "all are counted");
}

/// The diagnostics that pass a filter.
struct Sifted {
    sieve: Sieve,
    passed: Vec<String>,
}

impl Sifted {
    fn take(&mut self) {
        self.passed.extend(std::iter::from_fn(|| self.sieve.next_diagnostic()).map(|row| row.code));
    }

    /// The codes that pass, by these limits.
    fn of(capture: &[u8], filter: &str, change: fn(&mut Limits)) -> Vec<String> {
        let mut limits = Limits::default();
        change(&mut limits);
        let sieve = Sieve::new(Filter::parse(filter).expect("a filter"), Asked::Diagnostics, &limits);
        let mut sifted = Self { sieve, passed: Vec::new() };
        let rows = RowsWanted { messages: true, ..RowsWanted::default() };
        let mut decoder = Decoder::new(Options { rows, ..Options::default() });
        decoder.push(capture, &mut sifted).expect("a capture");
        decoder.finish(&mut sifted).expect("a capture");
        sifted.sieve.finish();
        sifted.take();
        sifted.passed
    }
}

impl Sink for Sifted {
    fn message(&mut self, view: &MessageView<'_>) {
        self.sieve.message(view);
        self.take();
    }

    fn connection(&mut self, row: &ConnectionRow) {
        self.sieve.connection(row);
        self.take();
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.sieve.diagnostic(row);
        self.take();
    }
}

#[test]
fn waiting_diagnostics() {
    let fragments = [Frame::text("in two").rsv(1).more(), Frame::continuation(" pieces")];
    let capture = Conversation::open().frames(Side::Server, fragments).close().pcap();
    // How long the message is, nobody knows when its first fragment is wrong.
    let passed = |change| Sifted::of(&capture, "length == 13", change);
    let code = Code::ReservedBitWithoutExtension.name();
    assert_eq!(passed(|_| {}), [code]);
    assert_eq!(passed(|limits| limits.waiting_diagnostics = 0), [""; 0]);
}

#[test]
fn remembered_pings() {
    let capture = Conversation::open()
        .server(Frame::ping("first"))
        .server(Frame::ping("another"))
        .wait(Duration::from_secs(120))
        .close()
        .pcap();
    // Only at the end it is known that nobody answers.
    let passed = |change| Sifted::of(&capture, "length == 5", change);
    let code = Code::PingUnanswered.name();
    assert_eq!(passed(|_| {}), [code]);
    assert_eq!(passed(|limits| limits.remembered_pings = 1), [""; 0]);
}
