//! `cargo xtask workload` writes captures to measure and to test with; `cargo xtask compare` measures with them.

mod compare;
mod machine;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use sockscope_workload::{Kind, TruthFile, Written};

const USAGE: &str = "\
usage: cargo xtask workload KIND SIZE SEED [-o FILE]    write a capture, and beside FILE its truth
       cargo xtask compare [SIZE [RUNS]]                measure against tshark on chat
KIND is chat, bulk, deflate, mixed or messy; SIZE is in bytes, K, M and G are thousands";

/// `workload KIND SIZE SEED [-o FILE]`: to standard output, or to FILE with the truth beside it.
pub fn write(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        [kind, size, seed] => {
            let mut out = io::stdout().lock();
            let written =
                sockscope_workload::write(kind_of(kind)?, size_of(size)?, seed.parse()?, &mut out, &mut ());
            ended(written.map(drop))
        }
        [kind, size, seed, "-o", file] => {
            write_file(kind_of(kind)?, size_of(size)?, seed.parse()?, Path::new(file)).map(drop)
        }
        _ => bail!("{USAGE}"),
    }
}

/// `compare [SIZE [RUNS]]`: measures against tshark.
pub fn compare(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        [] => compare::run(compare::SIZE, compare::RUNS),
        [size] => compare::run(size_of(size)?, compare::RUNS),
        [size, runs] => compare::run(size_of(size)?, runs.parse()?),
        _ => bail!("{USAGE}"),
    }
}

/// Writes a capture to a file and its truth beside it; returns where that is.
fn write_file(kind: Kind, size: u64, seed: u64, path: &Path) -> anyhow::Result<PathBuf> {
    let truth_path = path.with_extension("truth.jsonl");
    let create =
        |path: &Path| File::create(path).with_context(|| format!("cannot create {}", path.display()));
    let (mut capture, mut truth) = (create(path)?, BufWriter::with_capacity(1 << 20, create(&truth_path)?));
    let began = Instant::now();
    let written = sockscope_workload::write(kind, size, seed, &mut capture, &mut TruthFile::new(&mut truth))?;
    truth.flush()?;
    let Written { bytes, packets, connections } = written;
    eprintln!(
        "{}: {bytes} bytes, {packets} packets, {connections} WebSockets, in {:.1} s; its messages are in {}",
        path.display(),
        began.elapsed().as_secs_f64(),
        truth_path.display()
    );
    Ok(truth_path)
}

/// A reader of standard output that goes away is no error.
fn ended(result: io::Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

fn kind_of(name: &str) -> anyhow::Result<Kind> {
    Kind::from_name(name).with_context(|| format!("there is no workload {name}\n{USAGE}"))
}

/// `500`, `20K`, `200M`, `2G`.
fn size_of(text: &str) -> anyhow::Result<u64> {
    let (digits, unit) = match text.char_indices().next_back() {
        Some((at, 'K' | 'k')) => (&text[..at], 1_000),
        Some((at, 'M' | 'm')) => (&text[..at], 1_000_000),
        Some((at, 'G' | 'g')) => (&text[..at], 1_000_000_000),
        _ => (text, 1),
    };
    let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    size.with_context(|| format!("{text} is no size\n{USAGE}"))
}
