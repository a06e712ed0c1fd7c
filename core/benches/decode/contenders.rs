//! What is measured: the least that any reader does, and the engine with ever more asked of it.

use std::hint::black_box;
use std::io::Write as _;
use std::sync::Arc;

use flate2::{Decompress, FlushDecompress};
use sockscope_core::session::api::ConnectionRow;
use sockscope_core::session::{Decoder, JsonLines, MessageView, Options, PayloadWanted, RowsWanted, Sink};
use sockscope_workload::{Kind, Observer, Sent, Walk};

/// What the command line reads at a time.
const CHUNK: usize = 1 << 20;
const SEED: u64 = 1;

/// One thing to measure; running it reads all of the capture.
pub struct Contender<'c> {
    pub name: &'static str,
    pub run: Box<dyn Fn() + 'c>,
}

/// A capture in memory, and its compressed messages.
pub struct Workload {
    pub kind: Kind,
    pub capture: Vec<u8>,
    /// The same in the blocks that the command line hands over.
    blocks: Vec<Arc<Vec<u8>>>,
    compressed: Compressed,
}

impl Workload {
    /// One of about this many bytes.
    pub fn new(kind: Kind, size: u64) -> Self {
        let (mut capture, mut compressed) = (Vec::new(), Compressed::default());
        let written = sockscope_workload::write(kind, size, SEED, &mut capture, &mut compressed);
        assert!(written.is_ok(), "memory takes all that is written");
        let blocks = capture.chunks(CHUNK).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Self { kind, capture, blocks, compressed }
    }

    /// All that is measured on it. What the engine's figures are ratios of stands first.
    pub fn contenders(&self) -> Vec<Contender<'_>> {
        let (capture, blocks) = (self.capture.as_slice(), self.blocks.as_slice());
        let (none, full) = (PayloadWanted::None, PayloadWanted::Full);
        let messages = RowsWanted { messages: true, frames: false, decoded: true, lines: false };
        let mut all = vec![contender("bare walk", move || {
            let mut walk = Walk::default();
            assert_eq!(walk.push(black_box(capture)), capture.len());
            black_box(walk.total());
        })];
        if self.kind == Kind::Deflate {
            all.push(contender("bare inflate", || {
                black_box(self.compressed.inflate());
            }));
        }
        all.push(contender("connections", move || {
            decode(blocks, none, RowsWanted::default(), Counting::default())
        }));
        all.push(contender("messages none", move || decode(blocks, none, messages, Counting::default())));
        all.push(contender("messages full", move || decode(blocks, full, messages, Counting::default())));
        all.push(contender("jsonl none", move || decode(blocks, none, messages, Lines::new(none))));
        all.push(contender("jsonl full", move || decode(blocks, full, messages, Lines::new(full))));
        all
    }
}

fn contender<'c>(name: &'static str, run: impl Fn() + 'c) -> Contender<'c> {
    Contender { name, run: Box::new(run) }
}

fn decode(blocks: &[Arc<Vec<u8>>], payload: PayloadWanted, rows: RowsWanted, mut sink: impl Sink) {
    let mut decoder = Decoder::new(Options { payload, rows, ..Options::default() });
    for block in black_box(blocks) {
        assert!(decoder.push_shared(Arc::clone(block), &mut sink).is_ok(), "it is a capture");
    }
    black_box((decoder.finish(&mut sink).ok(), &mut sink));
}

/// Counts rows, and touches what they say.
#[derive(Default)]
struct Counting {
    rows: u64,
    bytes: u64,
}

impl Sink for Counting {
    fn connection(&mut self, row: &ConnectionRow) {
        self.rows += 1;
        self.bytes += row.client_bytes + row.server_bytes;
    }

    fn message(&mut self, view: &MessageView<'_>) {
        self.rows += 1;
        self.bytes += view.payload().len() as u64;
    }
}

/// Writes rows as the command line does, to nowhere.
struct Lines {
    payload: PayloadWanted,
    lines: JsonLines,
    line: Vec<u8>,
    out: std::io::BufWriter<std::io::Sink>,
}

impl Lines {
    fn new(payload: PayloadWanted) -> Self {
        let out = std::io::BufWriter::with_capacity(64 << 10, std::io::sink());
        Self { payload, lines: JsonLines::default(), line: Vec::new(), out }
    }
}

impl Sink for Lines {
    fn wants_connections(&self) -> bool {
        false
    }

    fn message(&mut self, view: &MessageView<'_>) {
        self.line.clear();
        self.lines.message(view, None, self.payload, &mut self.line);
        // Nowhere cannot fail.
        let _ = self.out.write_all(&self.line);
    }
}

/// The compressed messages of a capture, in their order, each with the four bytes that its sender took off.
#[derive(Default)]
struct Compressed {
    streams: usize,
    messages: Vec<(usize, Vec<u8>)>,
}

impl Observer for Compressed {
    fn sent(&mut self, message: &Sent<'_>) -> std::io::Result<()> {
        if let Some(compressed) = message.compressed {
            let stream = message.connection as usize * 2 + message.from.index();
            self.streams = self.streams.max(stream + 1);
            self.messages.push((stream, [compressed, &[0, 0, 0xff, 0xff]].concat()));
        }
        Ok(())
    }
}

impl Compressed {
    /// What any program pays that inflates these messages with this crate; returns how much came out.
    fn inflate(&self) -> u64 {
        let mut decoders: Vec<Option<Decompress>> = (0..self.streams).map(|_| None).collect();
        let mut plain = vec![0; 64 << 10];
        let mut total = 0;
        for (stream, bytes) in &self.messages {
            let decoder = decoders[*stream].get_or_insert_with(|| Decompress::new(false));
            let (read, written) = (decoder.total_in(), decoder.total_out());
            let result = decoder.decompress(bytes, &mut plain, FlushDecompress::Sync);
            assert!(result.is_ok() && decoder.total_in() - read == bytes.len() as u64, "one call is enough");
            total += decoder.total_out() - written;
            black_box(&plain);
        }
        total
    }
}
