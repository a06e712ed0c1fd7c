//! What can be wrong with the secrets of TLS. The captures are those of a browser, with and without what it logged.

use sockscope_core::diagnostic::Code;

use crate::case::{Case, case};

const CAPTURE: &[u8] = include_bytes!("../../../samples/tls13-browser/capture.pcap");
const KEYS: &[u8] = include_bytes!("../../../samples/tls13-browser/keys.log");

pub fn cases() -> Vec<Case> {
    vec![
        case(Code::TlsNoSecrets)
            .shows("nothing was logged", || CAPTURE.to_vec())
            .shows("the log is another session's", || with_secrets(CAPTURE, &another()))
            .near_miss("the secrets stand in the capture", || with_secrets(CAPTURE, KEYS)),
        case(Code::TlsDecryptFailed)
            // What is lost with the record is missing then.
            .also(&[Code::TcpGap])
            .shows("a byte of a record is changed", || with_secrets(&changed(), KEYS))
            .near_miss("all records are as they were sent", || with_secrets(CAPTURE, KEYS)),
    ]
}

/// The log with other randoms and other secrets: the right ones would be found, since a browser's hello may be another one's.
fn another() -> Vec<u8> {
    let mut log = Vec::new();
    for line in KEYS.split(|byte| *byte == b'\n') {
        let mut line = line.to_vec();
        if let Some(space) = line.iter().position(|byte| *byte == b' ') {
            line[space + 1..space + 9].fill(b'0');
            let end = line.len();
            line[end - 8..].fill(b'0');
        }
        log.extend(line);
        log.push(b'\n');
    }
    log
}

/// The capture with one byte changed in the last record of 200 bytes or more, whose tag covers it.
fn changed() -> Vec<u8> {
    let mut capture = CAPTURE.to_vec();
    let is_record = |at: &usize| matches!(CAPTURE[*at..], [23, 3, 3, high, low, ..] if (200..1000).contains(&u16::from_be_bytes([high, low])));
    let at = (0..CAPTURE.len() - 5).rev().find(is_record).expect("a record");
    capture[at + 50] ^= 1;
    capture
}

/// A pcap as a pcapng with a block of secrets in front (draft-ietf-opsawg-pcapng §4.7).
fn with_secrets(pcap: &[u8], log: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_le_bytes(pcap[at..at + 4].try_into().expect("four bytes"));
    let mut file = Vec::new();
    let mut block = |kind: u32, body: &[&[u8]]| {
        let mut body = body.concat();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = u32::try_from(body.len() + 12).expect("a short block").to_le_bytes();
        file.extend([&kind.to_le_bytes(), &length, &body[..], &length].concat());
    };
    block(0x0a0d_0d0a, &[&0x1a2b_3c4d_u32.to_le_bytes(), &[1, 0, 0, 0], &[0xff; 8]]);
    let length = u32::try_from(log.len()).expect("a short log").to_le_bytes();
    block(0x0a, &[&0x544c_534b_u32.to_le_bytes(), &length, log]);
    block(0x01, &[&word(20).to_le_bytes(), &[0; 4]]);
    let mut at = 24;
    while at < pcap.len() {
        let time = u64::from(word(at)) * 1_000_000 + u64::from(word(at + 4));
        let high = u32::try_from(time >> 32).expect("32 bits").to_le_bytes();
        let length = word(at + 8) as usize;
        let lengths = &pcap[at + 8..at + 16];
        let data = &pcap[at + 16..at + 16 + length];
        block(0x06, &[&[0; 4], &high, &time.to_le_bytes()[..4], lengths, data]);
        at += 16 + length;
    }
    file
}
