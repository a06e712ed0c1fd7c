//! How fast captures are decoded, on one thread and in processor time, beside the least that any reader does.
//!
//! `cargo bench -p sockscope-core` measures; `BENCHMARKS.md` says what the figures mean. The captures are those of
//! `cargo xtask workload`, in memory, and pushed in the pieces in which the command line reads a file.

mod processor;

use std::hint::black_box;
use std::io::Write as _;

use criterion::{BenchmarkGroup, Criterion, SamplingMode, Throughput};
use flate2::{Decompress, FlushDecompress};
use sockscope_core::session::api::ConnectionRow;
use sockscope_core::session::{Decoder, MessageView, Options, PayloadWanted, RowsWanted, Sink};
use sockscope_workload::{Kind, Observer, Sent, Walk};

use processor::ProcessorTime;

/// What the command line reads at a time.
const CHUNK: usize = 1 << 20;
const SEED: u64 = 1;

fn main() {
    let mut criterion = Criterion::default().with_measurement(ProcessorTime).configure_from_args();
    // `cargo test --benches` runs everything once, to see that it runs.
    let measures = std::env::args().any(|argument| argument == "--bench");
    let size = |bytes: u64| if measures { bytes } else { bytes / 64 };
    for (kind, bytes) in [(Kind::Chat, 64_000_000), (Kind::Bulk, 128_000_000), (Kind::Deflate, 32_000_000)] {
        if is_asked_for(kind) {
            decode(kind, size(bytes), &mut criterion);
        }
    }
    criterion.final_summary();
}

/// Whether the filter of the command line, if there is one, may let benchmarks of this kind through.
fn is_asked_for(kind: Kind) -> bool {
    let names = |kind: Kind| std::env::args().skip(1).any(|argument| argument.contains(kind.name()));
    names(kind) || !Kind::ALL.into_iter().any(names)
}

fn decode(kind: Kind, size: u64, criterion: &mut Criterion<ProcessorTime>) {
    let mut capture = Vec::new();
    let mut compressed = Compressed::default();
    let written = sockscope_workload::write(kind, size, SEED, &mut capture, &mut compressed);
    assert!(written.is_ok(), "memory takes all that is written");

    let mut group = criterion.benchmark_group(kind.name());
    group.throughput(Throughput::Bytes(capture.len() as u64));
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("bare walk", |bencher| {
        bencher.iter(|| {
            let mut walk = Walk::default();
            assert_eq!(walk.push(black_box(&capture)), capture.len());
            walk.total()
        });
    });
    if kind == Kind::Deflate {
        group.bench_function("bare inflate", |bencher| bencher.iter(|| compressed.inflate()));
    }
    let (none, full) = (PayloadWanted::None, PayloadWanted::Full);
    let messages = RowsWanted { messages: true, frames: false };
    run("connections", none, RowsWanted::default(), &capture, &mut group, Counting::default);
    run("messages none", none, messages, &capture, &mut group, Counting::default);
    run("messages full", full, messages, &capture, &mut group, Counting::default);
    run("jsonl none", none, messages, &capture, &mut group, || Lines::new(none));
    run("jsonl full", full, messages, &capture, &mut group, || Lines::new(full));
    group.finish();
}

fn run<S: Sink>(
    name: &str,
    payload: PayloadWanted,
    rows: RowsWanted,
    capture: &[u8],
    group: &mut BenchmarkGroup<'_, ProcessorTime>,
    sink: impl Fn() -> S,
) {
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let mut decoder = Decoder::new(Options { payload, rows, ..Options::default() });
            let mut sink = sink();
            for chunk in black_box(capture).chunks(CHUNK) {
                assert!(decoder.push(chunk, &mut sink).is_ok(), "it is a capture");
            }
            (decoder.finish(&mut sink).ok(), sink)
        });
    });
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
    line: Vec<u8>,
    out: std::io::BufWriter<std::io::Sink>,
}

impl Lines {
    fn new(payload: PayloadWanted) -> Self {
        let out = std::io::BufWriter::with_capacity(64 << 10, std::io::sink());
        Self { payload, line: Vec::new(), out }
    }
}

impl Sink for Lines {
    fn message(&mut self, view: &MessageView<'_>) {
        self.line.clear();
        // Neither memory nor nowhere can fail.
        let _ = serde_json::to_writer(&mut self.line, &view.to_row(self.payload));
        self.line.push(b'\n');
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
