//! Tiny files of each variant, built here byte by byte, cut into chunks and damaged in every way.

use std::io::Write;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::limits::Limits;

/// A number in the file's order.
impl ByteOrder {
    fn put16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn put32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn put64(self, number: u64) -> [u8; 8] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

use ByteOrder::{Big, Little};

struct File {
    order: ByteOrder,
    bytes: Vec<u8>,
}

impl File {
    /// A pcap file's header.
    fn pcap(order: ByteOrder, magic: u32, version: (u16, u16), network: u32) -> Self {
        Self { order, bytes: Vec::new() }
            .u32(magic)
            .u16(version.0)
            .u16(version.1)
            .u32(0)
            .u32(0)
            .u32(96)
            .u32(network)
    }

    /// A pcapng file with one section.
    fn pcapng(order: ByteOrder) -> Self {
        Self { order, bytes: Vec::new() }.section(order)
    }

    fn u16(mut self, number: u16) -> Self {
        self.bytes.extend(self.order.put16(number));
        self
    }

    fn u32(mut self, number: u32) -> Self {
        self.bytes.extend(self.order.put32(number));
        self
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    fn record(self, seconds: u32, fraction: u32, lengths: (u32, u32), rest: &[u8]) -> Self {
        self.u32(seconds).u32(fraction).u32(lengths.0).u32(lengths.1).bytes(rest)
    }

    fn section(mut self, order: ByteOrder) -> Self {
        self.order = order;
        let body = [&order.put32(0x1a2b_3c4d)[..], &order.put16(1), &order.put16(0), &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn block(self, kind: u32, body: &[u8]) -> Self {
        let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
        let length = (12 + body.len() + padding.len()) as u32;
        self.u32(kind).u32(length).bytes(body).bytes(&padding).u32(length)
    }

    fn interface(self, link_type: u16, snaplen: u32, options: &[(u16, &[u8])]) -> Self {
        let order = self.order;
        let mut body = [&order.put16(link_type)[..], &[0, 0], &order.put32(snaplen)].concat();
        for (code, value) in options {
            body.extend(order.put16(*code));
            body.extend(order.put16(value.len() as u16));
            body.extend_from_slice(value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    fn enhanced(self, interface: u32, time: u64, original: u32, data: &[u8]) -> Self {
        let words = [interface, (time >> 32) as u32, time as u32, data.len() as u32, original];
        let words = words.map(|word| self.order.put32(word)).concat();
        self.block(6, &[&words, data].concat())
    }

    fn simple(self, original: u32, data: &[u8]) -> Self {
        let original = self.order.put32(original);
        self.block(3, &[&original, data].concat())
    }

    fn secrets(self, data: &[u8]) -> Self {
        let words = [self.order.put32(0x544c_534b), self.order.put32(data.len() as u32)].concat();
        self.block(10, &[&words, data].concat())
    }
}

fn lines_of(event: &CaptureEvent<'_>) -> Vec<String> {
    match event {
        CaptureEvent::Packets(packets) => packets.iter().map(packet_line).collect(),
        CaptureEvent::Secrets { kind, data } => {
            vec![format!("secrets {kind:#x} {}", String::from_utf8_lossy(data))]
        }
        CaptureEvent::Fault(fault) => {
            vec![format!("{} at={} {}", fault.code.name(), fault.offset, fault.message)]
        }
        // How bytes are cut is not what is looked at, nor, here, how a file is built.
        CaptureEvent::Bytes(_) | CaptureEvent::Structure { .. } => Vec::new(),
        CaptureEvent::Plain(bytes) => vec![format!("plain {bytes:02x?}")],
    }
}

fn packet_line(packet: &CapturedPacket<'_>) -> String {
    let time = packet.time.map_or("-".to_owned(), |time| time.0.to_string());
    let CapturedPacket { number, link_type, interface, offset, data, original_length, .. } = packet;
    format!("{number} t={time} link={link_type} if={interface} at={offset} of={original_length} {data:02x?}")
}

/// The events of a file that is cut into chunks of these lengths, over and over.
fn read(bytes: &[u8], chunks: &[usize]) -> Vec<String> {
    let limits = Limits { block: 4096, ..Limits::default() };
    let mut reader = CaptureReader::new(&limits);
    let mut lines = Vec::new();
    let mut sink = |event: CaptureEvent<'_>| lines.extend(lines_of(&event));
    let mut result = Ok(());
    let (mut rest, mut lengths) = (bytes, chunks.iter().cycle());
    while !rest.is_empty() {
        let length = lengths.next().map_or(rest.len(), |&length| length.clamp(1, rest.len()));
        let (chunk, behind) = rest.split_at(length);
        rest = behind;
        result = result.and(reader.push(chunk, &mut sink));
    }
    result = result.and(reader.finish(&mut sink));
    let packets = reader.packets();
    if let Err(error) = result {
        lines.push(error.to_string());
    } else if !reader.has_ended() {
        lines.push("reads on behind the end".to_owned());
    }
    let seen = lines.iter().filter(|line| line.contains(" link=")).count();
    assert_eq!(packets, seen as u64);
    lines
}

#[track_caller]
fn check(file: &[u8], expected: &[&str]) {
    assert_eq!(read(file, &[]), expected);
    assert_eq!(read(file, &[1]), expected, "byte by byte");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::GzBuilder::new().filename("a.pcap").extra([7; 300]).write(Vec::new(), Default::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Two packets in a plain pcap file.
fn small_pcap() -> Vec<u8> {
    File::pcap(Little, 0xa1b2_c3d4, (2, 4), 1)
        .record(1, 2, (3, 60), &[7, 8, 9])
        .record(3, 1_000_001, (2, 2), &[5, 6])
        .bytes
}

const SMALL_PCAP: [&str; 2] =
    ["1 t=1000002000 link=1 if=0 at=40 of=60 [07, 08, 09]", "2 t=4000001000 link=1 if=0 at=59 of=2 [05, 06]"];

/// Two sections of different order, with every block that is read and some that are not.
fn small_pcapng() -> Vec<u8> {
    File::pcapng(Big)
        .interface(1, 0, &[])
        .interface(101, 2, &[(9, &[9]), (14, &Big.put64(10)), (0, &[])])
        .enhanced(0, 1_000_002, 60, &[7, 8, 9])
        .enhanced(1, 5, 3, &[4])
        .secrets(b"CLIENT_RANDOM")
        .block(4, &[0; 8])
        .block(0xbad, &[0; 8])
        .block(0x7777, &[1])
        .section(Little)
        .interface(113, 2, &[(9, &[0x80 | 10])])
        .block(2, &[0, 0, 9, 9, 0, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6])
        .simple(60, &[1, 2])
        .block(5, &[0; 12])
        .bytes
}

const SMALL_PCAPNG: [&str; 5] = [
    "1 t=1000002000 link=1 if=0 at=120 of=60 [07, 08, 09]",
    "2 t=10000000005 link=101 if=1 at=156 of=3 [04]",
    "secrets 0x544c534b CLIENT_RANDOM",
    // The custom block has number 3.
    "4 t=500000000 link=113 if=2 at=340 of=1 [06]",
    "5 t=- link=113 if=2 at=360 of=60 [01, 02]",
];

#[test]
fn reads_every_variant_of_pcap() {
    for (order, magic, nanoseconds) in [
        (Little, 0xa1b2_c3d4, 1000),
        (Big, 0xa1b2_c3d4, 1000),
        (Little, 0xa1b2_3c4d, 1),
        (Big, 0xa1b2_3c4d, 1),
    ] {
        let file = File::pcap(order, magic, (2, 4), 1).record(1, 2, (3, 60), &[7, 8, 9]);
        let expected =
            format!("1 t={} link=1 if=0 at=40 of=60 [07, 08, 09]", 1_000_000_000 + 2 * nanoseconds);
        check(&file.bytes, &[&expected]);
    }
    check(&small_pcap(), &SMALL_PCAP);
    for order in [Little, Big] {
        let modified =
            File::pcap(order, 0xa1b2_cd34, (2, 4), 1).record(1, 2, (1, 60), &[0, 0, 0, 0, 0, 0, 0, 0, 7]);
        check(&modified.bytes, &["1 t=1000002000 link=1 if=0 at=48 of=60 [07]"]);
        let ixia = File::pcap(order, 0x1c00_01ac, (2, 4), 1).u32(17).record(1, 2, (1, 60), &[7]);
        check(&ixia.bytes, &["1 t=1000000002 link=1 if=0 at=44 of=60 [07]"]);
    }
}

#[test]
fn old_pcap_files_swap_the_lengths() {
    for (version, lengths) in [((2, 2), (60, 1)), ((2, 3), (60, 1)), ((2, 3), (1, 60)), ((543, 0), (60, 1))] {
        let file = File::pcap(Big, 0xa1b2_c3d4, version, 1).record(0, 0, lengths, &[7]);
        check(&file.bytes, &["1 t=0 link=1 if=0 at=40 of=60 [07]"]);
    }
}

#[test]
fn the_frame_check_sequence_is_taken_off() {
    let file = File::pcap(Little, 0xa1b2_c3d4, (2, 4), 0x2400_0001)
        .record(0, 0, (6, 6), &[1, 2, 3, 4, 5, 6])
        .record(0, 0, (5, 6), &[1, 2, 3, 4, 5])
        .record(0, 0, (2, 6), &[1, 2])
        .record(0, 0, (2, 2), &[1, 2]);
    check(
        &file.bytes,
        &[
            "1 t=0 link=1 if=0 at=40 of=2 [01, 02]",
            "2 t=0 link=1 if=0 at=62 of=2 [01, 02]",
            "3 t=0 link=1 if=0 at=83 of=2 [01, 02]",
            "4 t=0 link=1 if=0 at=101 of=0 []",
        ],
    );
}

#[test]
fn reads_pcapng() {
    check(&small_pcapng(), &SMALL_PCAPNG);
}

#[test]
fn clocks_of_interfaces() {
    let time = |options: &[(u16, &[u8])], time| {
        let file = File::pcapng(Little).interface(1, 0, options).enhanced(0, time, 0, &[]);
        let lines = read(&file.bytes, &[]);
        lines[0].split(' ').nth(1).map(|word| word[2..].to_owned()).unwrap()
    };
    assert_eq!(time(&[], 7), "7000");
    assert_eq!(time(&[(9, &[0])], 7), "7000000000");
    assert_eq!(time(&[(9, &[12])], 7_999), "7");
    assert_eq!(time(&[(9, &[127])], u64::MAX), "0");
    assert_eq!(time(&[(9, &[0xff])], u64::MAX), "0");
    assert_eq!(time(&[(9, &[0x80])], 3), "3000000000");
    assert_eq!(time(&[(9, &[0xa0])], 3 << 31), "1500000000");
    assert_eq!(time(&[(9, &[0x80])], u64::MAX), u64::MAX.to_string());
    assert_eq!(time(&[(9, &[0])], u64::MAX), u64::MAX.to_string());
    assert_eq!(time(&[(9, &[0]), (14, &(-5_i64).to_le_bytes())], 7), "2000000000");
    assert_eq!(time(&[(14, &(-5_i64).to_le_bytes())], 7), "0");
    assert_eq!(time(&[(14, &i64::MAX.to_le_bytes())], 7), u64::MAX.to_string());
    // What stands behind the end of options is no option.
    assert_eq!(time(&[(0, &[]), (9, &[0])], 7), "7000");
}

#[test]
fn takes_off_compression() {
    let file = small_pcap();
    check(&gzip(&file), &SMALL_PCAP);
    check(&zstd(&file), &SMALL_PCAP);
    check(&zstd(&gzip(&file)), &SMALL_PCAP);
    let (first, second) = file.split_at(41);
    check(&[gzip(first), gzip(second), vec![0; 512]].concat(), &SMALL_PCAP);
    let skippable = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    check(&[&skippable, &zstd(first)[..], &skippable, &zstd(second)].concat(), &SMALL_PCAP);
    check(
        &gzip(&gzip(&gzip(&file))),
        &["this is no capture, but a compressed file that holds yet another one: decompress it first; \
           pcap and pcapng files are read, plain or compressed with gzip or zstd"],
    );
}

#[test]
fn damaged_compression_keeps_what_stands_before() {
    let file = small_pcap();
    let compressed = gzip(&file);
    let length = compressed.len();
    let [first, second] = SMALL_PCAP;
    let cut = |end| {
        format!(
            "capture-cut-short at=0 the file ends at byte {end}, inside the gzip data that begins at byte 0"
        )
    };
    check(&compressed[..length - 8], &[first, second, &cut(length - 8)]);
    check(&compressed[..5], &[&cut(5)]);
    let garbage = [&compressed, &b"xyz"[..]].concat();
    let message = format!(
        "capture-damaged at={length} the gzip data at byte {length} of the file does not go on with another member: 1f \
         was expected and 78 found"
    );
    check(&garbage, &[first, second, &message]);

    let compressed = zstd(&file);
    let length = compressed.len();
    let message = format!(
        "capture-cut-short at=0 the file ends at byte {}, inside the zstd frame that begins at byte 0",
        length - 1
    );
    check(&compressed[..length - 1], &[first, second, &message]);
    // A frame whose second block says a type that is reserved, behind a whole raw one.
    let header = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x58];
    let block = [&((file.len() as u32) << 3).to_le_bytes()[..3], &file].concat();
    let message = format!("capture-damaged at={} the zstd block at byte {0} of the file", 6 + block.len());
    let lines = read(&[&header, &block[..], &[7, 0, 0]].concat(), &[1]);
    assert_eq!(lines[..2], SMALL_PCAP);
    assert!(lines[2].starts_with(&message), "{}", lines[2]);
    // A window of 2 GiB.
    check(
        &[0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8],
        &[
            "capture-damaged at=0 the zstd frame at byte 0 of the file cannot be read: it needs a window of 2147483648 \
           bytes where at most 134217728 are given; decompress it first",
        ],
    );
}

#[test]
fn says_where_a_pcap_file_breaks_off() {
    let file = small_pcap();
    let [first, second] = SMALL_PCAP;
    check(
        &file[..10],
        &["capture-cut-short at=0 the file ends at byte 10, inside its header: 24 bytes were expected"],
    );
    check(
        &file[..50],
        &[
            first,
            "capture-cut-short at=43 the file ends at byte 50, inside the header of the packet record that begins at \
             byte 43: 16 bytes were expected and 7 are there",
        ],
    );
    check(
        &file[..60],
        &[
            first,
            "capture-cut-short at=43 the file ends at byte 60, inside the packet record that begins at byte 43: 18 \
             bytes were expected and 17 are there",
        ],
    );
    let damaged = File { order: Little, bytes: file }.record(0, 0, (u32::MAX, 0), &[0; 50]);
    check(
        &damaged.bytes,
        &[
            first,
            second,
            "capture-damaged at=61 the packet record at byte 61 of the file claims 4294967295 captured bytes where at \
             most 4096 can be; nothing behind byte 61 can be read",
        ],
    );
}

#[test]
fn a_broken_block_costs_only_itself() {
    let start = || File::pcapng(Little).interface(1, 0, &[]);
    let good = |file: File| file.enhanced(0, 0, 1, &[7]);
    let packet = |at: u64| format!("1 t=0 link=1 if=0 at={} of=1 [07]", at + 28);
    let check = |file: File, broken: &str, at: u64| {
        check(&good(file).bytes, &[&format!("capture-damaged at=48 the {broken}"), &packet(at)]);
    };
    check(
        start().enhanced(1, 0, 1, &[1]),
        "enhanced packet block at byte 48 of the file is of interface 1 where the section has described 1",
        84,
    );
    let absurd = [0, 0, 0, 77, 0].map(|word| Little.put32(word)).concat();
    check(
        start().block(6, &absurd),
        "enhanced packet block at byte 48 of the file claims 77 captured bytes where it has room for 0",
        80,
    );
    check(
        start().block(6, &[]),
        "enhanced packet block at byte 48 of the file has 12 bytes where it must have at least 32",
        60,
    );
    check(
        start().simple(9, &[1; 8]),
        "simple packet block at byte 48 of the file claims 9 captured bytes where it has room for 8",
        72,
    );
    check(
        start().block(1, &[0; 4]),
        "interface description at byte 48 of the file has 16 bytes where it must have at least 20",
        64,
    );
    check(
        start().block(10, &[9; 8]),
        "decryption secrets at byte 48 of the file claims more secrets than it has room for",
        68,
    );
    check(
        start().block(0x4444, &[0; 8192]),
        "block at byte 48 of the file claims 8204 bytes where at most 4096 are read, and is passed over",
        8252,
    );
    check(
        start().u32(5).u32(16).u32(0).u32(20),
        "interface statistics at byte 48 of the file claims 16 bytes at its beginning and 20 at its end",
        64,
    );
}

#[test]
fn a_broken_length_ends_a_pcapng_file() {
    let start = || File::pcapng(Little).interface(1, 0, &[]).enhanced(0, 0, 1, &[7]);
    let packet = "1 t=0 link=1 if=0 at=76 of=1 [07]";
    check(
        &start().u32(5).u32(8).bytes(&[0; 40]).bytes,
        &[
            packet,
            "capture-damaged at=84 the block at byte 84 of the file (interface statistics) claims 8 bytes where it must \
             have at least 12; nothing behind byte 84 can be read",
        ],
    );
    check(
        &start().u32(0x0a0d_0d0a).u32(28).bytes(&[0; 40]).bytes,
        &[
            packet,
            "capture-damaged at=84 the block at byte 84 of the file has the byte-order magic [00, 00, 00, 00] where 1a \
             2b 3c 4d or its reverse must stand; nothing behind byte 84 can be read",
        ],
    );
    check(
        &start().u32(5).u32(16).u32(0).u32(20).bytes(&[9; 40]).bytes,
        &[
            packet,
            "capture-damaged at=84 the interface statistics at byte 84 of the file claims 16 bytes at its beginning and \
             20 at its end",
            "capture-damaged at=100 the block at byte 100 of the file has the unknown type 0x09090909 behind one that \
             was damaged; nothing behind byte 100 can be read",
        ],
    );
    check(
        &start().u32(6).u32(u32::MAX).bytes(&[9; 40]).bytes,
        &[
            packet,
            "capture-damaged at=84 the enhanced packet block at byte 84 of the file claims 4294967295 bytes where at \
             most 4096 are read, and is passed over",
            "capture-cut-short at=132 the file ends at byte 132, 4294967248 bytes before the end of its last block",
        ],
    );
    check(
        &start().enhanced(0, 0, 9, &[1; 9]).bytes[..100],
        &[
            packet,
            "capture-cut-short at=84 the file ends at byte 100, inside the enhanced packet block that begins at byte 84: \
             44 bytes were expected and 16 are there",
        ],
    );
    check(&start().bytes[..10], &["capture-cut-short at=0 the file ends at byte 10, inside its header"]);
}

#[test]
fn a_flood_of_broken_blocks_is_summed_up() {
    let mut file = File::pcapng(Little);
    for _ in 0..250 {
        file = file.block(6, &[]);
    }
    let lines = read(&file.bytes, &[]);
    assert_eq!(lines.len(), 101);
    assert_eq!(
        lines[100],
        "capture-damaged at=3028 150 more blocks before byte 3028 of the file are damaged"
    );
}

#[test]
fn names_what_is_no_capture() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "an empty file"),
        (b"\xd4\xc3", "a file of 2 bytes"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x7fELF\x02\x01", "an ELF program"),
        (b"PK\x03\x04\x14", "a zip archive"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive"),
        (b"\xfd7zXZ\0\0\x04", "an xz-compressed file, which is not supported"),
        (b"BZh91AY&SY", "a bzip2-compressed file, which is not supported"),
        (b"\x04\x22\x4d\x18\x64", "an lz4-compressed file, which is not supported"),
        (b"snoop\0\0\0\0\0\0\x02", "a Solaris snoop capture"),
        (b"GMBU\0\x02", "a Microsoft Network Monitor capture"),
        (b"\x0a\x0d\x0d\x0a\x1c\0\0\0\0\0\0\0", "a file that begins like pcapng"),
        (b"HTTP/1.1 101 Switching Protocols\r\n", "HTTP as text"),
        (b"{\"log\": {\"version\": \"1.2\"}}", "a HAR file"),
        (b"[1, 2]", "a JSON text"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"CLIENT_RANDOM 00 00", "a log of TLS secrets"),
        (b"0000  45 00 00 3c 1c 46 40 00", "a hexadecimal dump"),
        (b"00000000: 4500 003c 1c46 4000", "a hexadecimal dump"),
        (b"12:34:56.789012 IP 10.0.0.1.80 > 10.0.0.2.81: Flags [S]", "tcpdump's printed text"),
        (b"hello, world", "a text"),
        (b"\0\x0a\0\x40\x60\0\0\0", "an IPFIX or NetFlow export"),
        (b"\xaa\xbb\xcc\xdd\xee", "a file of an unknown kind"),
    ];
    for (file, expected) in cases {
        let expected = format!("this is no capture, but {expected}");
        let lines = read(file, &[]);
        assert!(lines.len() == 1 && lines[0].starts_with(&expected), "{lines:?}");
        assert_eq!(read(file, &[1]), lines);
        let lines = read(&gzip(file), &[]);
        assert!(lines[0].starts_with("this is no capture, but a compressed file that holds "), "{lines:?}");
    }
}

/// Files for the property below, plain and compressed.
static SAMPLES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(samples);

fn samples() -> Vec<Vec<u8>> {
    let mut larger = File::pcap(Big, 0xa1b2_3c4d, (2, 4), 101);
    for n in 0..40 {
        let data: Vec<u8> = (0..n * 7).map(|byte| (byte * n % 251) as u8).collect();
        larger = larger.record(n, n, (data.len() as u32, 2000), &data);
    }
    let plain = [small_pcap(), small_pcapng(), larger.bytes];
    let compressed = plain.iter().flat_map(|file| {
        let (first, second) = file.split_at(file.len() / 2);
        [gzip(file), zstd(file), [gzip(first), gzip(second)].concat(), [zstd(first), zstd(second)].concat()]
    });
    plain.iter().cloned().chain(compressed).collect()
}

#[test]
fn damage_anywhere_keeps_what_stands_before_and_never_panics() {
    for file in [small_pcap(), small_pcapng()] {
        let whole = read(&file, &[]);
        for at in 0..file.len() {
            // Where each packet ends in the file, those that end before the damage are read as before.
            let before = whole.iter().filter(|line| {
                let word = |key: &str| line.split(' ').find_map(|word| word.strip_prefix(key));
                let start: Option<usize> = word("at=").and_then(|at| at.parse().ok());
                let length = line.matches(", ").count() + usize::from(!line.contains("[]"));
                start.is_some_and(|start| start + length.next_multiple_of(4) + 4 <= at)
            });
            let before: Vec<&String> = before.collect();
            for flip in [1, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[at] ^= flip;
                let lines = read(&damaged, &[]);
                let lines: Vec<&String> = lines.iter().filter(|line| line.contains(" link=")).collect();
                assert!(lines.starts_with(&before), "byte {at}: {lines:?} {before:?}");
                assert_eq!(read(&damaged, &[1]), read(&damaged, &[]));
            }
            let cut = read(&file[..at], &[]);
            let lines: Vec<&String> = cut.iter().filter(|line| line.contains(" link=")).collect();
            assert!(lines.starts_with(&before), "cut at {at}: {lines:?}");
            assert_eq!(read(&file[..at], &[1]), cut);
        }
    }
}

proptest! {
    #[test]
    fn chunks_do_not_matter(
        which in 0_usize..100,
        chunks in prop::collection::vec(1_usize..600, 1..20),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = SAMPLES[which % SAMPLES.len()].clone();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(end) = end {
            file.truncate(end.index(file.len() + 1));
        }
        prop_assert_eq!(read(&file, &chunks), read(&file, &[]));
        prop_assert_eq!(read(&file, &[1]), read(&file, &[]));
    }
}

#[test]
fn link_types_have_names() {
    assert_eq!(link_type_name(1), Some("LINKTYPE_ETHERNET"));
    assert_eq!(link_type_name(276), Some("LINKTYPE_LINUX_SLL2"));
    assert_eq!(link_type_name(11), None);
}

#[test]
fn a_length_without_its_padding_is_rounded_up() {
    let file = File::pcapng(Little).interface(1, 0, &[]).u32(0x7777).u32(15).u32(9).u32(15);
    check(&file.enhanced(0, 0, 1, &[7]).bytes, &["1 t=0 link=1 if=0 at=92 of=1 [07]"]);
}
