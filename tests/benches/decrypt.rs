//! TLS 1.3 with AES-128-GCM in bulk: decrypted and decoded, beside the least that anybody pays, which is to walk over the
//! packets and to open the same records with the same crate.
//!
//! `cargo bench -p sockscope-tests --bench decrypt` measures; with `-- --write FOLDER` it writes the capture and its key log there, to
//! be read by others. `cargo test --benches` runs everything once with little.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce, Tag};
use criterion::{Criterion, SamplingMode, Throughput};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sockscope_core::session::{Decoder, MessageView, Options, PayloadWanted, RowsWanted, Secrets, Sink};
use sockscope_tests::frame::{Masks, noise};
use sockscope_tests::{Frame, Head, Side, Wire};
use sockscope_workload::Walk;

/// Payload bytes of a message.
const MESSAGE: usize = 256 << 10;
/// Plain bytes of a record (RFC 8446 §5.1).
const RECORD: usize = 1 << 14;
const CHUNK: usize = 1 << 20;

/// One direction's keys, and how many records it has sent.
struct Sender {
    secret: [u8; 32],
    aead: Aes128Gcm,
    iv: [u8; 12],
    sequence: u64,
}

impl Sender {
    fn new(secret: [u8; 32]) -> Self {
        let key = expand(&secret, b"key", 16);
        let iv = expand(&secret, b"iv", 12).try_into().expect("12 bytes");
        Self { secret, aead: Aes128Gcm::new_from_slice(&key).expect("16 bytes"), iv, sequence: 0 }
    }

    fn nonce(&self, sequence: u64) -> [u8; 12] {
        let mut nonce = self.iv;
        nonce[4..].iter_mut().zip(sequence.to_be_bytes()).for_each(|(byte, number)| *byte ^= number);
        nonce
    }

    /// A record of application data (RFC 8446 §5.2).
    fn record(&mut self, plain: &[u8]) -> Vec<u8> {
        let length = u16::try_from(plain.len() + 17).expect("a record is short").to_be_bytes();
        let header = [23, 3, 3, length[0], length[1]];
        let mut body = [plain, &[23]].concat();
        let nonce = Nonce::from(self.nonce(self.sequence));
        let tag = self.aead.encrypt_inout_detached(&nonce, &header, body.as_mut_slice().into());
        self.sequence += 1;
        [&header[..], &body, &tag.expect("it is short")].concat()
    }

    /// What any program pays that opens the record.
    fn open(&self, sequence: u64, record: &[u8], room: &mut Vec<u8>) {
        let (header, body) = record.split_at(5);
        let (text, tag) = body.split_at(body.len() - 16);
        room.clear();
        room.extend_from_slice(text);
        let (nonce, tag) = (Nonce::from(self.nonce(sequence)), Tag::try_from(tag).expect("16 bytes"));
        let opened = self.aead.decrypt_inout_detached(&nonce, header, room.as_mut_slice().into(), &tag);
        assert!(opened.is_ok());
        black_box(room);
    }
}

/// HKDF-Expand-Label (RFC 8446 §7.1) of at most 32 bytes.
fn expand(secret: &[u8], label: &[u8], length: u8) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret).expect("any length");
    mac.update(&[0, length, 6 + label.len() as u8]);
    mac.update(b"tls13 ");
    mac.update(label);
    mac.update(&[0, 1]);
    mac.finalize().into_bytes()[..usize::from(length)].to_vec()
}

/// A capture, its records as they stand in it, and the log.
struct Workload {
    capture: Vec<u8>,
    /// The same in blocks, as it is read.
    blocks: Vec<Arc<Vec<u8>>>,
    records: Vec<(Side, u64, Vec<u8>)>,
    senders: [Sender; 2],
    log: String,
    messages: usize,
}

impl Workload {
    fn new(messages: usize) -> Self {
        const RANDOM: [u8; 32] = [7; 32];
        let mut wire = Wire::new();
        wire.addresses[1].set_port(443);
        wire.open();
        let mut senders = [Sender::new([1; 32]), Sender::new([2; 32])];
        let hello = |kind: u8, rest: &[u8]| {
            let body = [&[3, 3], &RANDOM[..], &[0], rest].concat();
            let message = [&[kind, 0, 0, body.len() as u8], &body[..]].concat();
            [&[22, 3, 3, 0, message.len() as u8], &message[..]].concat()
        };
        // One suite, no compression, no extensions; then the suite, and the version.
        wire.client(hello(1, &[0, 2, 0x13, 1, 1, 0, 0, 0]));
        wire.server(hello(2, &[0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4]));
        let mut records = Vec::new();
        let mut say = |side: Side, bytes: &[u8]| {
            for plain in bytes.chunks(RECORD) {
                let sender = &mut senders[side.index()];
                let (sequence, record) = (sender.sequence, sender.record(plain));
                wire.put(side, &record);
                records.push((side, sequence, record));
            }
            wire.ack(side.other());
        };
        let request = Head::request();
        say(Side::Client, &request.bytes());
        say(Side::Server, &Head::answer(&request).bytes());
        let mut masks = Masks::default();
        for number in 0..messages {
            let side = if number % 4 == 0 { Side::Client } else { Side::Server };
            say(side, &Frame::binary(noise(MESSAGE)).encode(side, &mut masks));
        }
        let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let line = |label: &str, sender: &Sender| {
            format!("{label}_TRAFFIC_SECRET_0 {} {}\n", digits(&RANDOM), digits(&sender.secret))
        };
        let log = line("CLIENT", &senders[0]) + &line("SERVER", &senders[1]);
        let capture = wire.pcap();
        let blocks = capture.chunks(CHUNK).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Self { capture, blocks, records, senders, log, messages }
    }

    /// Writes it where other programs can read it.
    fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::write(folder.join("capture.pcap"), &self.capture)?;
        std::fs::write(folder.join("keys.log"), &self.log)
    }

    fn bare(&self) {
        let mut walk = Walk::default();
        assert_eq!(walk.push(black_box(&self.capture)), self.capture.len());
        black_box(walk.total());
        let mut room = Vec::new();
        for (side, sequence, record) in &self.records {
            self.senders[side.index()].open(*sequence, record, &mut room);
        }
    }

    fn decode(&self) {
        let secrets = Secrets::default();
        secrets.read(self.log.as_bytes());
        let rows = RowsWanted { messages: true, ..RowsWanted::default() };
        let mut decoder =
            Decoder::new(Options { payload: PayloadWanted::Full, rows, secrets, ..Options::default() });
        let mut counting = Counting::default();
        for block in black_box(&self.blocks) {
            decoder.push_shared(Arc::clone(block), &mut counting).expect("a capture");
        }
        decoder.finish(&mut counting).expect("a capture");
        assert_eq!((counting.messages, counting.bytes), (self.messages, (self.messages * MESSAGE) as u64));
    }
}

#[derive(Default)]
struct Counting {
    messages: usize,
    bytes: u64,
}

impl Sink for Counting {
    fn message(&mut self, view: &MessageView<'_>) {
        self.messages += 1;
        self.bytes += view.payload().len() as u64;
    }
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let workload = Workload::new(if measured { 512 } else { 4 });
    let mut arguments = std::env::args().skip_while(|argument| argument != "--write").skip(1);
    if let Some(folder) = arguments.next() {
        return workload.write(Path::new(&folder)).expect("a folder to write to");
    }
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("tls13 aes-128-gcm bulk");
    group.throughput(Throughput::Bytes(workload.capture.len() as u64));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("bare walk and decryption", |bencher| bencher.iter(|| workload.bare()));
    group.bench_function("messages full", |bencher| bencher.iter(|| workload.decode()));
    group.finish();
    criterion.final_summary();
}
