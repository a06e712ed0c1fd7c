//! Captures made to take memory or time: none takes either out of proportion.
//!
//! Memory is counted by an allocator of its own, which is why these tests are a program of their own. Time is counted in
//! instructions, and only where the capture can grow.

mod cost;
mod instructions;
mod packets;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use sockscope_core::limits::Limits;
use sockscope_core::session::Options;
use sockscope_tests::capture::PcapNg;
use sockscope_tests::deflate::Deflater;
use sockscope_tests::{Frame, Head, Side, frame::Masks};

use cost::{Cost, check, check_memory};
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
    let bomb = |mebibytes| {
        let bomb = Deflater::new().message(vec![0; mebibytes as usize * MIB as usize]);
        let mut link = websocket();
        link.send(1, &frame(&Frame::binary(bomb).compressed()));
        link.packets.file
    };
    let limits = options(|limits| (limits.inflated, limits.payload) = (1 << 20, 1 << 16));
    let cost = check_memory(&bomb(64), limits, MIB);
    assert!(cost.rows.said("deflate-limit"), "{:?}", cost.rows.codes);
}

#[test]
fn lengths_of_two_to_the_63rd() {
    let frames = |count| {
        let mut link = websocket();
        for _ in 0..count {
            // A header that claims all of it, twenty bytes, and a hole in sequence numbers behind them.
            link.send(
                1,
                &[&[0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], &[7; 10][..]].concat(),
            );
        }
        link.packets.file
    };
    let cost = check(frames, 2_000, Options::default(), MIB);
    assert_eq!(cost.rows.frames, 1, "all that follows is its payload");
}

#[test]
fn a_frame_in_hundreds_of_thousands_of_packets() {
    let frame = |packets| {
        let mut link = websocket();
        link.send(1, &[0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        for _ in 0..packets {
            link.send(1, &[7]);
        }
        link.packets.file
    };
    // Where the last quarter of a million segments stand is remembered, of all connections together.
    check(frame, 200_000, options(|limits| limits.packets = 10_000), 16 * MIB);
}

#[test]
fn a_million_fragments() {
    let fragments = |count| {
        let mut link = websocket();
        let mut bytes = frame(&Frame::binary([1]).more());
        bytes.extend(frame(&Frame::continuation([]).more()).repeat(count as usize / 2));
        bytes.extend(frame(&Frame::continuation([2]).more()).repeat(count as usize / 2));
        bytes.extend(frame(&Frame::continuation([3])));
        link.send(1, &bytes);
        link.packets.file
    };
    let cost = check(fragments, 1_000_000, Options::default(), 2 * MIB);
    assert_eq!((cost.rows.frames, cost.rows.messages), (1_000_002, 1));
}

#[test]
fn pings_without_end() {
    let pings = |count| {
        let mut link = websocket();
        link.send(1, &frame(&Frame::ping("are you there?")).repeat(count as usize));
        link.packets.file
    };
    let cost = check(pings, 200_000, Options::default(), MIB);
    assert_eq!(cost.rows.messages, 200_000);
}

#[test]
fn a_diagnostic_for_every_frame() {
    let wrong = |times| {
        let wrong = [
            frame(&Frame::new(3, "").rsv(3).key([1, 2, 3, 4])),
            frame(&Frame::continuation("").rsv(7)),
            frame(&Frame::close_body([3]).more()),
        ];
        let mut link = websocket();
        link.send(1, &wrong.concat().repeat(times as usize));
        link.packets.file
    };
    let cost = check(wrong, 30_000, Options::default(), MIB);
    assert!(cost.rows.diagnostics > 300_000, "{}", cost.rows.diagnostics);
}

#[test]
fn one_message_with_a_diagnostic_for_every_fragment() {
    let fragments = |count| {
        let mut link = websocket();
        let mut bytes = frame(&Frame::binary("").more());
        let wrong = Frame::continuation("").more().rsv(7).key([1, 2, 3, 4]);
        bytes.extend(frame(&wrong).repeat(count as usize));
        link.send(1, &bytes);
        link.packets.file
    };
    check(fragments, 100_000, Options::default(), MIB);
}

#[test]
fn segments_that_each_overlap_all_before() {
    let segments = |count| {
        let mut link = websocket();
        let next = link.segment(1);
        // Each begins one byte before the last one, so that every insertion overlaps all that are held.
        for number in 0..count {
            let sequence = next.sequence.wrapping_add(100_000 - number % 90_000);
            link.packets.tcp(Tcp { sequence, ..next }, &[7; 100]);
        }
        link.packets.file
    };
    check(segments, 20_000, Options::default(), 16 * MIB);
}

#[test]
fn segments_with_holes_and_long_ones_over_them() {
    let segments = |count| {
        let mut link = websocket();
        let next = link.segment(1);
        for number in 0..count {
            let (at, length) = if number < count / 4 * 3 { (number * 3, 1) } else { (number % 50, 300) };
            let sequence = next.sequence.wrapping_add(10 + at);
            link.packets.tcp(Tcp { sequence, ..next }, &[7; 300][..length]);
        }
        link.packets.file
    };
    check(segments, 20_000, Options::default(), 16 * MIB);
}

#[test]
fn forged_copies_that_are_doubted() {
    let copies = |count| {
        let mut link = websocket();
        let next = link.segment(1);
        link.send(1, &frame(&Frame::binary([1; 100])));
        for number in 0..count {
            let sequence = next.sequence.wrapping_add(200 + number % 1_000);
            let forged = Tcp { sequence, ..next };
            let start = link.packets.file.len();
            link.packets.tcp(forged, &[number as u8; 300]);
            link.packets.file[start + 16 + 8] = if number % 3 == 0 { 64 } else { 200 };
        }
        link.packets.file
    };
    check(copies, 20_000, Options::default(), 8 * MIB);
}

#[test]
fn a_million_half_open_connections() {
    let flood = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            let from = (0x0a00_0000 | number >> 4, 1_024 + (number & 15) as u16);
            packets.tcp(Tcp { from, to: SERVER, sequence: number, acknowledgement: 0, flags: SYN }, &[]);
        }
        packets.file
    };
    let cost = check(flood, 1_000_000, Options::default(), 160 * MIB);
    assert_eq!(cost.summary.tcp_connections, 1_000_000);
}

#[test]
fn flows_that_look_alike() {
    let flows = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            // The sum and, for most, the exclusive or of addresses and ports is the same.
            let (a, b) = (number % 400, number / 400);
            let from = (0x0a00_0000 + a, 1_000 + b as u16);
            let to = (0x0b00_0000 - a, 60_000 - b as u16);
            packets.tcp(Tcp { from, to, sequence: 1, acknowledgement: 1, flags: ACK }, b"?");
        }
        packets.file
    };
    check(flows, 100_000, Options::default(), 160 * MIB);
}

#[test]
fn blocks_that_claim_four_gigabytes() {
    let mut file = PcapNg::default().write(&[]);
    for kind in [6_u32, 1, 10, 0x0bad_cafe] {
        file.extend(kind.to_le_bytes());
        file.extend(0xffff_fffc_u32.to_le_bytes());
        file.extend([0; 1_000]);
    }
    let cost = check_memory(&file, Options::default(), MIB);
    assert!(cost.rows.said("capture-damaged"));
    let mut packets = Packets::new();
    packets.file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    packets.file.extend([0; 1_000]);
    let cost = check_memory(&packets.file, Options::default(), MIB);
    assert!(cost.rows.said("capture-damaged"));
}

/// A capture with so many of these blocks in it.
fn blocks(kind: u32, body: &[u8]) -> impl Fn(u32) -> Vec<u8> {
    move |count| {
        let form = PcapNg::default();
        let mut file = form.write(&[]);
        file.extend(form.block(kind, body).repeat(count as usize));
        file
    }
}

#[test]
fn a_million_blocks_of_a_kind_that_nobody_knows() {
    check(blocks(0x0bad, &[]), 1_000_000, Options::default(), MIB);
}

#[test]
fn a_million_interfaces() {
    let cost = check(blocks(1, &[1, 0, 0, 0, 0, 0, 0, 0]), 1_000_000, Options::default(), 8 * MIB);
    assert!(cost.rows.said("capture-damaged"), "more interfaces than are read");
}

#[test]
fn packets_of_interfaces_that_nobody_described() {
    let cost = check(blocks(6, &[9; 20]), 100_000, Options::default(), MIB);
    assert!(cost.rows.diagnostics < 1_000, "not each of them is told");
}

#[test]
fn first_fragments_of_ip_datagrams() {
    let fragments = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            // Each claims a datagram of nearly 64 KiB.
            packets.ip(0x0a00_0000 + number, SERVER.0, 6, (number as u16, MORE | 8_180), &[&[0; 8]]);
        }
        packets.file
    };
    // 1,024 datagrams of 64 KiB.
    check(fragments, 100_000, Options::default(), 80 * MIB);
}

#[test]
fn every_other_fragment_of_ip_datagrams() {
    let fragments = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            // None of the datagrams is ever whole.
            let fragment = (number / 4_000) as u16;
            packets.ip(1, 2, 6, (fragment, MORE | (number % 4_000 * 2) as u16), &[&[0; 8]]);
        }
        packets.file
    };
    check(fragments, 100_000, Options::default(), 16 * MIB);
}

/// More fragments follow.
const MORE: u16 = 0x2000;

/// A request with this line so many times in its head.
fn headers(line: &str) -> Cost {
    let upgrade = |count: u32| {
        let mut head = Head::request().bytes();
        head.truncate(head.len() - 2);
        head.extend(line.repeat(count as usize).into_bytes());
        head.extend(b"\r\n");
        let mut link = Link::open();
        link.send(0, &head);
        link.send(1, &Head::answer(&Head::request()).bytes());
        link.packets.file
    };
    check(upgrade, (1 << 20) / line.len() as u32, Options::default(), 120 * MIB)
}

#[test]
fn a_huge_list_of_headers() {
    headers("a:\r\n");
}

#[test]
fn a_huge_list_of_extensions() {
    headers("Sec-WebSocket-Extensions: a;b=c,d\r\n");
}

#[test]
fn a_huge_list_of_subprotocols() {
    headers("Sec-WebSocket-Protocol: a,a,b\r\n");
}

#[test]
fn a_header_of_a_huge_list_of_lines() {
    headers(" x\r\n");
}

#[test]
fn an_upgrade_asked_for_again_and_again() {
    let requests = |count| {
        let request = Head::request().and("Cookie", "c".repeat(10_000)).bytes();
        let mut link = Link::open();
        for _ in 0..count {
            link.send(0, &request);
        }
        link.packets.file
    };
    check(requests, 1_500, Options::default(), 80 * MIB);
}

#[test]
fn requests_in_a_pipeline() {
    let requests = |count| {
        let plain = Head::new("GET / HTTP/1.1").and("Cookie", "c".repeat(10_000)).bytes();
        let mut bytes = plain.repeat(count as usize);
        bytes.extend(Head::request().and("Cookie", "c".repeat(10_000)).bytes());
        let mut link = Link::open();
        link.send(0, &bytes);
        link.packets.file
    };
    check(requests, 1_500, Options::default(), 80 * MIB);
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
    let cost = check_memory(&once, Options::default(), 4 * MIB);
    assert!(!cost.summary.damaged);
    let cost = check_memory(&gzip(&once), Options::default(), 4 * MIB);
    assert!(cost.summary.damaged, "it is not read to its end");
    assert_eq!(cost.summary.bytes, 64 << 20);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Many connections that each stay within their limits, and together do not: each sends these bytes again and again,
/// with a hole of so many before them.
fn many_connections(bytes: &[u8], hole: u32) {
    // What every connection costs whatever it holds, and the requests that are remembered across connections.
    const REST: u64 = 6 * MIB;
    let from = |number: u32| (0x0a00_0000 + number, 1_024);
    let connections = |count| {
        let mut packets = Packets::new();
        for round in 0..20 {
            for number in 0..count {
                let sequence = 1 + round * bytes.len() as u32;
                let tcp = Tcp { from: from(number), to: SERVER, sequence, acknowledgement: 1, flags: ACK };
                if round == 0 {
                    packets.tcp(Tcp { sequence: 0, flags: SYN, ..tcp }, &[]);
                }
                packets.tcp(Tcp { sequence: sequence + hole, ..tcp }, bytes);
            }
        }
        packets.file
    };
    let cost = check(connections, 1_000, options(|limits| limits.memory = 4 << 20), 4 * MIB + REST);
    assert!(cost.rows.said("memory-limit"), "{:?}", cost.rows.codes);
}

#[test]
fn many_connections_with_heads_that_do_not_end() {
    many_connections(&[&b"GET / HTTP/1.1\r\nCookie: "[..], &[b'c'; 1_000]].concat(), 0);
}

#[test]
fn many_connections_with_segments_behind_a_hole() {
    many_connections(&[7; 1_000], 100);
}

#[test]
fn many_connections_with_messages_that_do_not_end() {
    many_connections(&[&Head::request().bytes()[..], &[0x82; 700]].concat(), 0);
}

#[test]
fn resets_and_connections_that_begin_again() {
    let connections = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            let tcp =
                Tcp { from: CLIENT, to: SERVER, sequence: number << 16, acknowledgement: 1, flags: ACK | 4 };
            packets.tcp(Tcp { flags: SYN, ..tcp }, &[]);
            packets.tcp(tcp, b"GET / HT");
        }
        packets.file
    };
    check(connections, 50_000, Options::default(), 8 * MIB);
}

/// A record of TLS.
fn record(content: u8, body: &[u8]) -> Vec<u8> {
    [&[content, 3, 3][..], &(body.len() as u16).to_be_bytes(), body].concat()
}

/// A handshake message in a record of its own: what stands before its extensions, and these by their type.
fn hello(kind: u8, before: &[&[u8]], extensions: &[(u16, &[u8])]) -> Vec<u8> {
    let of = |&(kind, body): &(u16, &[u8])| {
        [&kind.to_be_bytes()[..], &(body.len() as u16).to_be_bytes(), body].concat()
    };
    let extensions: Vec<u8> = extensions.iter().flat_map(of).collect();
    let body = [&before.concat()[..], &(extensions.len() as u16).to_be_bytes(), &extensions].concat();
    record(22, &[&[kind], &(body.len() as u32).to_be_bytes()[1..], &body].concat())
}

/// Each connection has a ClientHello that is encrypted, so that all secrets of the log are tried for it.
#[test]
fn hellos_that_no_secret_of_many_opens() {
    const VERSIONS: u16 = 43;
    const ENCRYPTED_HELLO: u16 = 0xfe0d;
    let versions: (u16, &[u8]) = (VERSIONS, &[2, 3, 4]);
    let client =
        hello(1, &[&[3, 3], &[7; 32], &[0, 0, 2, 0x13, 1, 1, 0]], &[versions, (ENCRYPTED_HELLO, &[0])]);
    let server = hello(2, &[&[3, 3], &[8; 32], &[0, 0x13, 1, 0]], &[(VERSIONS, &[3, 4])]);
    let answer = [server, record(23, &[9; 40])].concat();
    let connections = |count| {
        let mut packets = Packets::new();
        for number in 0..count {
            let ends = [(0x0a00_0000 + number, 1_024), SERVER];
            for (from, to, sequence, acknowledgement, bytes) in
                [(0, 1, 1, 1, &client), (1, 0, 1, 1 + client.len() as u32, &answer)]
            {
                let (from, to) = (ends[from], ends[to]);
                let tcp = Tcp { from, to, sequence: 0, acknowledgement, flags: SYN };
                packets.tcp(tcp, &[]);
                packets.tcp(Tcp { sequence, flags: ACK, ..tcp }, bytes);
            }
        }
        packets.file
    };
    let options = Options::default();
    // Ten times as many are tried at most; unoptimised, one try takes ten times what it takes a user.
    for number in 0..100 {
        let line = format!("SERVER_HANDSHAKE_TRAFFIC_SECRET {number:064x} {:064x}\n", number + 1);
        options.secrets.read(line.as_bytes());
    }
    let cost = check(connections, 4_000, options, 16 * MIB);
    assert_eq!(cost.summary.tls_without_secrets, 4_000);
}
