//! How fast captures are decoded, on one thread and in processor time, beside the least that any reader does.
//!
//! `cargo bench -p sockscope-core` measures with criterion; with `-- --ratios` it prints the table of `BENCHMARKS.md`.
//! The captures are those of `cargo xtask workload`, in memory, and pushed in the pieces in which the command line reads
//! a file.

mod contenders;
mod processor;
mod ratios;

use criterion::{Criterion, SamplingMode, Throughput};
use sockscope_workload::Kind;

use contenders::Workload;
use processor::ProcessorTime;

fn main() {
    let given = |name: &str| std::env::args().skip(1).any(|argument| argument == name);
    // `cargo test --benches` runs everything once, to see that it runs.
    let size = |bytes: u64| if given("--bench") { bytes } else { bytes / 64 };
    let kinds = [(Kind::Chat, 200_000_000), (Kind::Bulk, 128_000_000), (Kind::Deflate, 32_000_000)];
    let asked_for = kinds.into_iter().filter(|(kind, _)| is_asked_for(*kind));
    if given("--ratios") {
        asked_for.for_each(|(kind, bytes)| ratios::print(kind, size(bytes)));
        return;
    }
    let mut criterion = Criterion::default().with_measurement(ProcessorTime).configure_from_args();
    for (kind, bytes) in asked_for {
        let workload = Workload::new(kind, size(bytes));
        let mut group = criterion.benchmark_group(kind.name());
        group.throughput(Throughput::Bytes(workload.capture.len() as u64));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        for contender in workload.contenders() {
            group.bench_function(contender.name, |bencher| bencher.iter(|| (contender.run)()));
        }
        group.finish();
    }
    criterion.final_summary();
}

/// Whether the filter of the command line, if there is one, may let benchmarks of this kind through.
fn is_asked_for(kind: Kind) -> bool {
    let names = |kind: Kind| std::env::args().skip(1).any(|argument| argument.contains(kind.name()));
    names(kind) || !Kind::ALL.into_iter().any(names)
}
