//! Captures made to take memory or time: none takes either out of proportion.
//!
//! Memory is counted by an allocator of its own, which is why these tests are a program of their own. Time is
//! compared with that of a harmless capture in the same process, never with a clock's seconds.

mod cost;
mod packets;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sockscope_core::limits::Limits;
use sockscope_core::session::Options;
use sockscope_tests::capture::PcapNg;
use sockscope_tests::deflate::Deflater;
use sockscope_tests::{Frame, Head, Side, frame::Masks};

use cost::check;
use packets::{ACK, CLIENT, Link, Packets, SERVER, SYN, Tcp};

const MIB: u64 = 1 << 20;

fn options(change: impl FnOnce(&mut Limits)) -> Options {
    let mut limits = Limits::default();
    change(&mut limits);
    Options { limits, ..Options::default() }
}

/// A connection that is a WebSocket, with permessage-deflate.
fn websocket() -> Link {
    let extension = "permessage-deflate";
    let request = Head::request().and("Sec-WebSocket-Extensions", extension);
    let answer = Head::answer(&request).and("Sec-WebSocket-Extensions", extension);
    let mut link = Link::open();
    link.send(0, &request.bytes());
    link.send(1, &answer.bytes());
    link
}

fn frame(frame: &Frame) -> Vec<u8> {
    frame.encode(Side::Server, &mut Masks::default())
}

#[test]
fn a_message_that_inflates_without_end() {
    let bomb = Deflater::new().message(vec![0; 64 << 20]);
    let mut link = websocket();
    link.send(1, &frame(&Frame::binary(bomb).compressed()));
    let limits = options(|limits| (limits.inflated, limits.payload) = (1 << 20, 1 << 16));
    let cost = check("inflate bomb", &link.packets.file, limits, MIB);
    assert!(cost.rows.said("deflate-limit"), "{:?}", cost.rows.codes);
}

#[test]
fn lengths_of_two_to_the_63rd() {
    let mut link = websocket();
    for _ in 0..2_000 {
        // A header that claims all of it, twenty bytes, and a hole in sequence numbers behind them.
        link.send(1, &[&[0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[7; 10][..]].concat());
    }
    let cost = check("a frame of 2^63 - 1 bytes", &link.packets.file, Options::default(), MIB);
    assert_eq!(cost.rows.frames, 1, "all that follows is its payload");
}

#[test]
fn a_frame_in_hundreds_of_thousands_of_packets() {
    let mut link = websocket();
    link.send(1, &[0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    for _ in 0..200_000 {
        link.send(1, &[7]);
    }
    // Where the last quarter of a million segments stand is remembered, of all connections together.
    check("packets of one frame", &link.packets.file, options(|limits| limits.packets = 10_000), 16 * MIB);
}

#[test]
fn a_million_fragments() {
    let mut link = websocket();
    let mut bytes = frame(&Frame::binary([1]).more());
    bytes.extend(frame(&Frame::continuation([]).more()).repeat(500_000));
    bytes.extend(frame(&Frame::continuation([2]).more()).repeat(500_000));
    bytes.extend(frame(&Frame::continuation([3])));
    link.send(1, &bytes);
    let cost = check("fragments", &link.packets.file, Options::default(), 2 * MIB);
    assert_eq!((cost.rows.frames, cost.rows.messages), (1_000_002, 1));
}

#[test]
fn pings_without_end() {
    let mut link = websocket();
    link.send(1, &frame(&Frame::ping("are you there?")).repeat(200_000));
    let cost = check("pings", &link.packets.file, Options::default(), MIB);
    assert_eq!(cost.rows.messages, 200_000);
}

#[test]
fn a_diagnostic_for_every_frame() {
    let mut link = websocket();
    let wrong = [
        frame(&Frame::new(3, "").rsv(3).key([1, 2, 3, 4])),
        frame(&Frame::continuation("").rsv(7)),
        frame(&Frame::close_body([3]).more()),
    ];
    link.send(1, &wrong.concat().repeat(30_000));
    let cost = check("diagnostics", &link.packets.file, Options::default(), MIB);
    assert!(cost.rows.diagnostics > 300_000, "{}", cost.rows.diagnostics);
}

#[test]
fn one_message_with_a_diagnostic_for_every_fragment() {
    let mut link = websocket();
    let mut bytes = frame(&Frame::binary("").more());
    bytes.extend(frame(&Frame::continuation("").more().rsv(7).key([1, 2, 3, 4])).repeat(100_000));
    link.send(1, &bytes);
    check("diagnostics of one message", &link.packets.file, Options::default(), MIB);
}

#[test]
fn overlapping_segments_behind_a_hole() {
    let mut link = websocket();
    let next = link.segment(1);
    // Each begins one byte before the last one, so that every insertion overlaps all that are held.
    for number in 0..20_000_u32 {
        let sequence = next.sequence.wrapping_add(100_000 - number % 90_000);
        link.packets.tcp(Tcp { sequence, ..next }, &[7; 200]);
    }
    check("overlaps, backwards", &link.packets.file, Options::default(), 16 * MIB);
    let mut link = websocket();
    for number in 0..20_000_u32 {
        // Short ones with holes between them, then long ones over them.
        let (at, length) = if number < 15_000 { (number * 3, 1) } else { (number % 50, 30_000) };
        let sequence = next.sequence.wrapping_add(10 + at);
        link.packets.tcp(Tcp { sequence, ..next }, &vec![7; length][..length.min(1_400)]);
    }
    check("overlaps, combs", &link.packets.file, Options::default(), 16 * MIB);
}

#[test]
fn forged_copies_that_are_doubted() {
    let mut link = websocket();
    let next = link.segment(1);
    link.send(1, &frame(&Frame::binary([1; 100])));
    for number in 0..20_000_u32 {
        let sequence = next.sequence.wrapping_add(200 + number % 1_000);
        let forged = Tcp { sequence, ..next };
        let start = link.packets.file.len();
        link.packets.tcp(forged, &[number as u8; 300]);
        link.packets.file[start + 16 + 8] = if number % 3 == 0 { 64 } else { 200 };
    }
    check("forged copies", &link.packets.file, Options::default(), 8 * MIB);
}

#[test]
fn a_million_half_open_connections() {
    let mut packets = Packets::new();
    for number in 0..1_000_000_u32 {
        let from = (0x0a00_0000 | number >> 4, 1_024 + (number & 15) as u16);
        packets.tcp(Tcp { from, to: SERVER, sequence: number, acknowledgement: 0, flags: SYN }, &[]);
    }
    let cost = check("half-open flood", &packets.file, Options::default(), 160 * MIB);
    assert_eq!(cost.summary.tcp_connections, 1_000_000);
}

#[test]
fn flows_that_look_alike() {
    let mut packets = Packets::new();
    for number in 0..100_000_u32 {
        // The sum and, for most, the exclusive or of addresses and ports is the same.
        let (a, b) = (number % 400, number / 400);
        let from = (0x0a00_0000 + a, 1_000 + b as u16);
        let to = (0x0b00_0000 - a, 60_000 - b as u16);
        packets.tcp(Tcp { from, to, sequence: 1, acknowledgement: 1, flags: ACK }, b"?");
    }
    check("similar flows", &packets.file, Options::default(), 160 * MIB);
}

#[test]
fn blocks_that_claim_four_gigabytes() {
    let mut file = PcapNg::default().write(&[]);
    for kind in [6_u32, 1, 10, 0x0bad_cafe] {
        file.extend(kind.to_le_bytes());
        file.extend(0xffff_fffc_u32.to_le_bytes());
        file.extend([0; 1_000]);
    }
    let cost = check("blocks of 4 GB", &file, Options::default(), MIB);
    assert!(cost.rows.said("capture-damaged"));
    let mut packets = Packets::new();
    packets.file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    packets.file.extend([0; 1_000]);
    let cost = check("records of 4 GB", &packets.file, Options::default(), MIB);
    assert!(cost.rows.said("capture-damaged"));
}

#[test]
fn a_million_tiny_blocks() {
    let form = PcapNg::default();
    let mut file = form.write(&[]);
    file.extend(form.block(0x0bad, &[]).repeat(1_000_000));
    check("unknown blocks", &file, Options::default(), MIB);
    let mut file = form.write(&[]);
    file.extend(form.block(1, &[1, 0, 0, 0, 0, 0, 0, 0]).repeat(1_000_000));
    let cost = check("interfaces", &file, Options::default(), 8 * MIB);
    assert!(cost.rows.said("capture-damaged"), "more interfaces than are read");
    let mut file = form.write(&[]);
    // Packets of interfaces that nobody described: each is damaged.
    file.extend(form.block(6, &[9; 20]).repeat(100_000));
    let cost = check("damaged blocks", &file, Options::default(), MIB);
    assert!(cost.rows.diagnostics < 1_000, "not each of them is told");
}

#[test]
fn tiny_fragments_of_ip_datagrams() {
    const MORE: u16 = 0x2000;
    let mut packets = Packets::new();
    for number in 0..100_000_u32 {
        // Each claims a datagram of nearly 64 KiB.
        packets.ip(0x0a00_0000 + number, SERVER.0, 6, (number as u16, MORE | 8_180), &[&[0; 8]]);
    }
    // 1,024 datagrams of 64 KiB.
    check("first fragments", &packets.file, Options::default(), 80 * MIB);
    let mut packets = Packets::new();
    for number in 0..100_000_u32 {
        // Every other block of the same datagrams, none of which is ever whole.
        packets.ip(1, 2, 6, ((number / 4_000) as u16, MORE | (number % 4_000 * 2) as u16), &[&[0; 8]]);
    }
    check("combs of fragments", &packets.file, Options::default(), 16 * MIB);
}

#[test]
fn huge_lists_of_headers() {
    for line in
        ["a:\r\n", "Sec-WebSocket-Extensions: a;b=c,d\r\n", "Sec-WebSocket-Protocol: a,a,b\r\n", " x\r\n"]
    {
        let mut head = Head::request().bytes();
        head.truncate(head.len() - 2);
        let count = (1 << 20) / line.len();
        head.extend(line.repeat(count).into_bytes());
        head.extend(b"\r\n");
        let mut link = Link::open();
        link.send(0, &head);
        link.send(1, &Head::answer(&Head::request()).bytes());
        check(&format!("headers {line:?}"), &link.packets.file, Options::default(), 120 * MIB);
    }
}

#[test]
fn requests_without_answers() {
    let request = Head::request().and("Cookie", "c".repeat(10_000)).bytes();
    let mut link = Link::open();
    for _ in 0..1_500 {
        link.send(0, &request);
    }
    check("an upgrade asked for again and again", &link.packets.file, Options::default(), 80 * MIB);
    let mut plain = Head::new("GET / HTTP/1.1").and("Cookie", "c".repeat(10_000)).bytes().repeat(1_500);
    plain.extend(request);
    let mut link = Link::open();
    link.send(0, &plain);
    check("requests in a pipeline", &link.packets.file, Options::default(), 80 * MIB);
}

#[test]
fn compression_within_compression() {
    let form = PcapNg::default();
    let mut plain = form.write(&[]);
    let zeros = form.block(0x0bad, &vec![0; 1 << 20]);
    for _ in 0..100 {
        plain.extend(&zeros);
    }
    let once = gzip(&plain);
    let cost = check("gzip", &once, Options::default(), 4 * MIB);
    assert!(!cost.summary.damaged);
    let cost = check("gzip in gzip", &gzip(&once), Options::default(), 4 * MIB);
    assert!(cost.summary.damaged, "it is not read to its end");
    assert_eq!(cost.summary.bytes, 64 << 20);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[test]
fn many_connections_that_each_stay_within_their_limits() {
    let small = || options(|limits| limits.memory = 4 << 20);
    let from = |number: u32| (0x0a00_0000 + number, 1_024);
    // What every connection costs whatever it holds, and the requests that are remembered across connections.
    const REST: u64 = 6 * MIB;
    let talks: [(&str, Vec<u8>, u32); 3] = [
        ("heads that do not end", [&b"GET / HTTP/1.1\r\nCookie: "[..], &[b'c'; 1_000]].concat(), 0),
        ("segments behind a hole", vec![7; 1_000], 100),
        ("messages that do not end", [&Head::request().bytes()[..], &[0x82; 700]].concat(), 0),
    ];
    for (what, bytes, gap) in talks {
        let mut packets = Packets::new();
        for round in 0..20 {
            for number in 0..1_000 {
                let sequence = 1 + round * bytes.len() as u32;
                let tcp = Tcp { from: from(number), to: SERVER, sequence, acknowledgement: 1, flags: ACK };
                if round == 0 {
                    packets.tcp(Tcp { sequence: 0, flags: SYN, ..tcp }, &[]);
                }
                packets.tcp(Tcp { sequence: sequence + gap, ..tcp }, &bytes);
            }
        }
        let cost = check(what, &packets.file, small(), 4 * MIB + REST);
        assert!(cost.rows.said("memory-limit"), "{what}: {:?}", cost.rows.codes);
    }
}

#[test]
fn resets_and_connections_that_begin_again() {
    let mut packets = Packets::new();
    for number in 0..50_000_u32 {
        let tcp =
            Tcp { from: CLIENT, to: SERVER, sequence: number << 16, acknowledgement: 1, flags: ACK | 4 };
        packets.tcp(Tcp { flags: SYN, ..tcp }, &[]);
        packets.tcp(tcp, b"GET / HT");
    }
    check("resets", &packets.file, Options::default(), 8 * MIB);
}
