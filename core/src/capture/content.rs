//! Tells by its first bytes what a file is: a capture, a compressed file, or something that a message names.

use super::gzip::Gzip;
use super::pcap::Variant;
use super::pcapng::Pcapng;
use super::zstd::Zstd;

/// First bytes that are looked at to name what is no capture.
pub(super) const HEAD: usize = 512;

/// What can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Pcap(Variant),
    Pcapng,
    Gzip,
    Zstd,
}

impl Content {
    /// What begins like this, if that is certain already and can be read.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if let Some(variant) = head.first_chunk().and_then(|&magic| Variant::of(magic)) {
            Some(Self::Pcap(variant))
        } else if Pcapng::recognise(head) == Some(true) {
            Some(Self::Pcapng)
        } else if Gzip::recognise(head) {
            Some(Self::Gzip)
        } else if Zstd::recognise(head) {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

/// What the first bytes of a file look like that cannot be read, with an article.
pub(super) fn looks_like(head: &[u8]) -> String {
    let named =
        MAGICS.iter().find(|(at, magic, _)| head.get(*at..).is_some_and(|head| head.starts_with(magic)));
    if head.is_empty() {
        "an empty file".to_owned()
    } else if let Some((_, _, name)) = named {
        (*name).to_owned()
    } else if head.len() < 4 {
        format!("a file of {} bytes ({head:02x?})", head.len())
    } else if let Some(name) = text(head) {
        name.to_owned()
    } else if head.starts_with(&[0, 10]) || head.starts_with(&[0, 9, 0]) {
        "an IPFIX or NetFlow export, which holds flows and no packets".to_owned()
    } else if is_erf(head) {
        "an Endace ERF capture: convert it first (editcap FILE new.pcapng)".to_owned()
    } else {
        let start = head.get(..head.len().min(8)).unwrap_or_default();
        format!("a file of an unknown kind that begins with {start:02x?}")
    }
}

/// Where the bytes stand, the bytes, and what begins with them.
const MAGICS: &[(usize, &[u8], &str)] = &[
    (0, b"\xfd7zXZ\0", "an xz-compressed file, which is not supported: decompress it first (xz -d)"),
    (0, b"BZh", "a bzip2-compressed file, which is not supported: decompress it first (bzip2 -d)"),
    (0, b"\x04\x22\x4d\x18", "an lz4-compressed file, which is not supported: decompress it first (lz4 -d)"),
    (0, b"\x02\x21\x4c\x18", "an lz4-compressed file, which is not supported: decompress it first (lz4 -d)"),
    (0, b"\x5d\0\0", "an lzma-compressed file, which is not supported: decompress it first (xz -d)"),
    (
        0,
        b"\x1f\x9d",
        "a file compressed with compress, which is not supported: decompress it first (gzip -d)",
    ),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive: extract the capture first"),
    (0, b"PK\x03\x04", "a zip archive: extract the capture first"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive: extract the capture first"),
    (257, b"ustar", "a tar archive: extract the capture first"),
    (0, b"\x0a\x0d\x0d\x0a", "a file that begins like pcapng, but without a section's byte-order magic"),
    (0, b"snoop\0\0\0", "a Solaris snoop capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"btsnoop\0", "a Bluetooth snoop log"),
    (0, b"RTSS", "a Microsoft Network Monitor capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"GMBU", "a Microsoft Network Monitor capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"XCP\0", "a NetXray or Sniffer capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"TRSNIFF data", "a Sniffer capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"\x7fver", "an OmniPeek or EtherPeek capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"iptrace 1.0", "an AIX iptrace capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"iptrace 2.0", "an AIX iptrace capture: convert it first (editcap FILE new.pcapng)"),
    (0, b"\x13\0\x10\0\x05", "a Windows event trace: convert it first (etl2pcapng)"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"MZ", "a Windows program"),
    (0, b"\xcf\xfa\xed\xfe", "a macOS program"),
    (0, b"\xca\xfe\xba\xbe", "a macOS program or Java class"),
    (0, b"\0asm", "a WebAssembly module"),
    (0, b"SQLite format 3\0", "an SQLite database"),
];

/// What a text is, by how it begins; `None`: it is no text.
fn text(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // The last code point may be cut.
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    if valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\x0c' | '\x1b')) {
        return None;
    }
    let text = valid.trim_start();
    let begins = |prefixes: &[&str]| {
        prefixes
            .iter()
            .any(|prefix| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
    };
    Some(if begins(&["{", "["]) {
        if text.contains("\"log\"") { "a HAR file (JSON), which is not supported" } else { "a JSON text" }
    } else if begins(&["<!doctype html", "<html"]) {
        "an HTML page, as a download that failed may be"
    } else if begins(&["<?xml", "<pdml", "<psml"]) {
        if text.contains("<pdml") || text.contains("<psml") {
            "tshark's printed XML: read the capture itself"
        } else {
            "an XML text"
        }
    } else if begins(&["HTTP/1.", "GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "CONNECT "]) {
        "HTTP as text, without the packets that carried it"
    } else if begins(&[
        "CLIENT_RANDOM ",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET ",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
    ]) || text.contains("\nCLIENT_RANDOM ")
        || text.contains("\nCLIENT_HANDSHAKE_TRAFFIC_SECRET ")
    {
        "a log of TLS secrets, which goes behind --keylog"
    } else if is_hex_dump(text) {
        "a hexadecimal dump: make a capture of it first (text2pcap)"
    } else if is_printed_packet(text) {
        "tcpdump's printed text: let it write a capture (tcpdump -w FILE)"
    } else {
        "a text"
    })
}

/// An offset and bytes, all hexadecimal, as of `hexdump -C`, `xxd`, `od` or tcpdump's `-x`.
fn is_hex_dump(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let mut words = line.split([' ', '\t', ':']).filter(|word| !word.is_empty());
    let offset = words.next().unwrap_or_default().trim_start_matches("0x");
    let is_hex = |word: &str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = words.take(4).filter(|word| matches!(word.len(), 2 | 4) && is_hex(word)).count();
    (3..=8).contains(&offset.len()) && is_hex(offset) && bytes == 4
}

/// `12:34:56.789012 IP …`
fn is_printed_packet(text: &str) -> bool {
    let shape = "00:00:00.000000 ".bytes();
    let fits = |(byte, shape): (u8, u8)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    text.len() > 16 && text.bytes().zip(shape).all(fits)
}

/// A record of ERF has no magic: a type that is used, and lengths that agree.
fn is_erf(head: &[u8]) -> bool {
    let Some(&[_, _, _, _, _, _, _, _, kind, _, a, b, _, _, c, d]) = head.first_chunk() else { return false };
    let (record, wire) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    let dated = head.get(4..8).is_some_and(|seconds| seconds.iter().any(|&byte| byte != 0));
    let known = (1..=32).contains(&(kind & 0x7f));
    dated
        && known
        && record >= 28
        && record.is_multiple_of(8)
        && (20..).contains(&wire)
        && record - 28 <= wire
}
