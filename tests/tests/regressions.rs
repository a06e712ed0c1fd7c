//! Every fault that was found leaves a case here, named by what went wrong.

use std::time::Duration;

use sockscope_core::diagnostic::Code;
use sockscope_core::limits::Limits;
use sockscope_core::session::api::ConnectionRow;
use sockscope_core::session::{Options, first_time};
use sockscope_tests::capture::{Packet, PcapNg};
use sockscope_tests::decode::{Decoded, decode, decode_chunks, decode_joined};
use sockscope_tests::wire::Segment;
use sockscope_tests::{Conversation, Frame, Head, Side, Wire};

fn check(capture: &[u8], connections: &[(&str, &str)], messages: usize) -> Decoded {
    let decoded = decode(capture, Options::default());
    let row = |row: &ConnectionRow| {
        let target = row.request.as_ref().map_or("", |request| request.target.as_str()).to_owned();
        (target, row.handshake.verdict.clone())
    };
    let got: Vec<_> = decoded.connections.iter().map(row).collect();
    let wanted: Vec<_> = connections.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(got, wanted);
    assert_eq!(decoded.messages.len(), messages, "{:?}", decoded.diagnostics);
    decoded
}

/// A conversation of `count` texts each way, and what stray packets do in its middle.
fn disturbed(count: usize, disturb: impl FnOnce(&mut Wire)) -> Vec<u8> {
    let mut talk = Conversation::open();
    for number in 0..count {
        talk = talk
            .client(Frame::text(format!("question {number}")))
            .server(Frame::text(format!("answer {number}")));
    }
    talk = talk.then(disturb);
    for number in 0..count {
        talk =
            talk.client(Frame::text(format!("more {number}"))).server(Frame::text(format!("yes {number}")));
    }
    talk.close().pcap()
}

/// A packet like the last one of `side`, without its payload.
fn stray(wire: &Wire, side: Side) -> Segment {
    let last = wire.segments.iter().rev().find(|segment| segment.from == side).expect("a segment");
    Segment { payload: Vec::new(), fin: false, ..last.clone() }
}

#[test]
fn an_acknowledgement_of_what_was_never_sent_loses_nothing() {
    let capture = disturbed(50, |wire| {
        let stray = stray(wire, Side::Server);
        let ahead = stray.acknowledgement.map(|number| number.wrapping_add(200_000_000));
        wire.append(Segment { acknowledgement: ahead, ..stray });
    });
    let decoded = check(&capture, &[("/chat", "valid")], 202);
    assert_eq!(decoded.alarms(), Vec::<&_>::new());
}

#[test]
fn a_reset_out_of_any_window_ends_nothing() {
    for distance in [500_000_000_u32, 0_u32.wrapping_sub(1_000_000)] {
        let capture = disturbed(200, |wire| {
            let stray = stray(wire, Side::Client);
            wire.append(Segment { sequence: stray.sequence.wrapping_add(distance), rst: true, ..stray });
        });
        let decoded = check(&capture, &[("/chat", "valid")], 802);
        assert_eq!(decoded.alarms(), Vec::<&_>::new());
    }
}

#[test]
fn acknowledged_gaps_cost_no_more_than_what_was_captured() {
    let mut talk = Conversation::open();
    for _ in 0..20 {
        // The header of a binary frame of a gigabyte, and acknowledgements that claim that it all came.
        talk = talk.raw(Side::Server, [0x82, 0x7f, 0, 0, 0, 0, 0x40, 0, 0, 0]);
        talk = talk.then(|wire| {
            for step in 1..100_u32 {
                let stray = stray(wire, Side::Client);
                let ahead = stray.acknowledgement.map(|number| number.wrapping_add(step * 10_000_000));
                wire.append(Segment { acknowledgement: ahead, ..stray });
            }
        });
    }
    let decoded = decode(&talk.pcap(), Options::default());
    let kept: usize =
        decoded.messages.iter().filter_map(|row| row.payload.base64.as_ref()).map(String::len).sum();
    assert!(kept < 64 << 20, "{kept} bytes");
}

#[test]
fn a_long_first_line_makes_a_connection_known() {
    let target = format!("/{}", "x".repeat(3_000));
    let request = Head::request().start(format!("GET {target} HTTP/1.1"));
    let wire = Conversation::on(Wire::new()).raw(Side::Client, request.bytes()).wire;
    check(&wire.pcap(), &[(&target, "unanswered")], 0);
}

#[test]
fn a_proxy_line_stands_before_the_request() {
    let request = Head::request();
    let line = [b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n".as_slice(), &request.bytes()].concat();
    let talk = Conversation::on(Wire::new())
        .raw(Side::Client, line)
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close();
    let decoded = check(&talk.pcap(), &[("/chat", "valid")], 4);
    assert_eq!(decoded.alarms(), Vec::<&_>::new());
}

#[test]
fn a_capture_begins_within_a_body_and_an_upgrade_follows() {
    let request = Head::request();
    let mut talk = Conversation::on(Wire::new())
        .raw(Side::Client, "GET /page HTTP/1.1\r\nHost: server\r\n\r\n")
        .raw(Side::Server, "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n")
        .raw(Side::Server, [b'x'; 3000])
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close();
    let page = talk.wire.data(Side::Server)[1];
    talk.wire.skip(page);
    check(&talk.pcap(), &[("/chat", "valid")], 4);
}

#[test]
fn the_answer_before_a_101_is_lost() {
    let request = Head::request();
    let mut talk = Conversation::on(Wire::new())
        .raw(Side::Client, "GET /page HTTP/1.1\r\nHost: server\r\n\r\n")
        .raw(Side::Server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes());
    for _ in 0..40 {
        talk = talk.talk();
    }
    talk = talk.close();
    let answer = talk.wire.data(Side::Server)[0];
    talk.wire.lose(answer);
    let decoded = check(&talk.pcap(), &[("/chat", "valid")], 82);
    assert!(decoded.diagnostics.iter().all(|row| row.severity < sockscope_core::diagnostic::Severity::Error));
}

#[test]
fn the_request_is_lost_and_the_response_is_there() {
    let mut talk = Conversation::open();
    for _ in 0..60 {
        talk = talk.talk();
    }
    let mut talk = talk.close();
    let request = talk.wire.data(Side::Client)[0];
    talk.wire.lose(request);
    check(&talk.pcap(), &[("", "partial")], 122);
}

#[test]
fn pings_with_equal_payloads_are_all_answered() {
    let decoded = check(
        &Conversation::open()
            .put(Side::Client, Frame::ping(b""))
            .put(Side::Client, Frame::ping(b""))
            .server(Frame::pong(b""))
            .server(Frame::pong(b""))
            .close()
            .pcap(),
        &[("/chat", "valid")],
        6,
    );
    assert_eq!(decoded.diagnostics, []);
}

#[test]
fn runs_of_one_value_are_no_frames() {
    for run in [[0x82_u8, 0x00], [0x8a, 0x00], [0, 0]] {
        let mut wire = Wire::new();
        wire.open();
        for _ in 0..20 {
            wire.server(run.repeat(600)).advance(Duration::from_millis(1));
        }
        wire.skip(3);
        check(&wire.pcap(), &[], 0);
    }
}

#[test]
fn tiny_segments_beside_zeros_take_no_quadratic_time() {
    let mut wire = Wire::new();
    wire.open();
    wire.server(vec![0; 200_000]);
    for number in 0..2_000_u32 {
        wire.client([number as u8 | 0x80]);
    }
    wire.skip(3);
    // Minutes where every segment searches all bytes again.
    decode(&wire.pcap(), Options::default());
}

#[test]
fn the_length_of_a_damaged_capture_does_not_depend_on_its_pieces() {
    let mut capture = sockscope_tests::conversation::conversation();
    let record = capture.len();
    capture.extend([0xff; 400]);
    let whole = decode(&capture, Options::default());
    assert_eq!((whole.summary.bytes, whole.summary.damaged), (record as u64, true));
    assert_eq!(decode_chunks(capture.chunks(7), Options::default()), Ok(whole));
}

#[test]
fn a_message_is_completed_by_the_packet_that_was_captured_last() {
    let mut talk = Conversation::open();
    let first = talk.wire.segments.len();
    talk.wire.segment_size = 10;
    talk = talk.client(Frame::text("a text in three segments"));
    let segments = talk.wire.data(Side::Client);
    let (second, third) = (segments[segments.len() - 2], segments[segments.len() - 1]);
    talk.wire.reorder(third, second);
    let decoded = check(&talk.pcap(), &[("/chat", "valid")], 1);
    let row = &decoded.messages[0];
    // Packets count from 1, and the third segment stands before the second now.
    assert_eq!([row.first_packet, row.last_packet], [first, second + 1].map(|place| place as u64 + 1));
}

#[test]
fn an_end_that_waits_for_the_answer_is_still_counted_when_bytes_are_given_up() {
    let request = Head::request();
    let talk = Conversation::on(Wire::new())
        .raw(Side::Client, request.bytes())
        .client(Frame::binary([0; 800]))
        .then(|wire| _ = wire.fin(Side::Client))
        .raw(Side::Server, Head::refusal("401 Unauthorized").bytes());
    let options = Options { limits: Limits { pending: 1_000, ..Limits::default() }, ..Options::default() };
    let decoded = decode(&talk.pcap(), options);
    // Once: what is counted must not fall below nothing.
    assert_eq!(decoded.of(Code::PendingLimit).len(), 1, "{:?}", decoded.diagnostics);
    assert_eq!(decoded.connections[0].handshake.verdict, "refused");
}

#[test]
fn packet_numbers_of_joined_captures_go_on_behind_records_that_are_no_packets() {
    let packets =
        Conversation::open().client(Frame::text("one")).server(Frame::text("two")).close().wire.packets();
    let custom = PcapNg::default().block(0xbad, &32_473_u32.to_le_bytes());
    let plain = |packets: &[Packet]| PcapNg::default().write(packets);
    // As Wireshark numbers what mergecap makes of them: each file has one record more than it has packets.
    let (first, second) = packets.split_at(packets.len() / 2);
    let whole = decode(&plain(&packets), Options::default());
    let first = [plain(first), custom.clone()].concat();
    let joined = decode_joined(&[&first, &plain(second)], Options::default()).expect("two captures");
    let number = |decoded: &Decoded| decoded.messages.last().map(|row| row.last_packet);
    assert_eq!(number(&joined), number(&whole).map(|number| number + 1));
    // Where such a record stands first, the first packet is still the one that says when the capture begins.
    let headers = plain(&[]);
    let behind = [&headers, &custom, &plain(&packets)[headers.len()..]].concat();
    assert_eq!(first_time(&behind), first_time(&plain(&packets)));
    assert!(first_time(&behind).is_some());
}

#[test]
fn who_masks_is_not_taken_for_the_server() {
    let talk = Conversation::open();
    let captured = talk.wire.segments.len();
    // Of what was captured, the server speaks first, and too little to be sure.
    let talk = talk
        .server(Frame::text("an answer that is long enough"))
        .client(Frame::text("a question that is long enough"))
        .then(|wire| _ = wire.skip(captured));
    let server = talk.wire.addresses[1].to_string();
    assert_eq!(check(&talk.pcap(), &[], 0).summary.looks_like_frames, [server]);
}
