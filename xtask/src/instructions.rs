//! `cargo xtask instructions`: how many instructions a packet takes, counted by callgrind and compared with the figures
//! in [`FIGURES`]. A count does not depend on what else the machine does, so that CI can fail on it.
//!
//! It does depend on the toolchain, and on the instruction sets that memchr, simdutf8, zlib-rs and the C library find:
//! valgrind shows a processor of its own, which has AVX2 if the real one does and never AVX-512 or SHA. So the figures
//! are those of x86-64 with AVX2, and other machines only print theirs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use sockscope_workload::{Kind, Written};

use crate::packages::{self, Package, What};
use crate::root;

/// The figures that are compared with, in the repository.
const FIGURES: &str = "core/benches/instructions.toml";
/// By so many percent a figure may rise.
const MARGIN: f64 = 5.0;
/// What is read, and bytes of it.
const WORKLOADS: [(Kind, u64); 3] =
    [(Kind::Chat, 24 << 20), (Kind::Bulk, 16 << 20), (Kind::Deflate, 8 << 20)];
const SEED: u64 = 1;
/// What is run: the whole way of the bytes on one thread, without what payloads cost.
const COMMAND: [&str; 7] = ["messages", "--payload", "none", "--format", "jsonl", "--threads", "1"];

/// The C library chooses how to copy by the size of the caches, and one of the ways counts an instruction for every
/// byte: copies of any length go the vectors' way.
const TUNABLES: &str =
    "glibc.cpu.x86_rep_movsb_threshold=0x10000000:glibc.cpu.x86_non_temporal_threshold=0x10000000";

const PACKAGES: &[Package] = &[Package {
    what: What::Program("valgrind"),
    debian: "valgrind",
    elsewhere: "Fedora, Arch and Homebrew: valgrind",
    purpose: "callgrind, a part of it, counts instructions",
}];

/// A workload's name and its instructions for each packet.
type Figure = (String, u64);

/// Counts and compares.
pub fn check() -> anyhow::Result<()> {
    let path = root().join(FIGURES);
    let committed = read(&fs::read_to_string(&path).with_context(|| path.display().to_string())?)?;
    let counted = count()?;
    let verdicts: Vec<Verdict> = counted.iter().map(|figure| Verdict::of(figure, &committed)).collect();
    for verdict in &verdicts {
        println!("{}", verdict.line);
    }
    if !is_comparable() {
        println!("this machine is no x86-64 with AVX2, so nothing is compared");
        return Ok(());
    }
    if verdicts.iter().any(|verdict| verdict.judgement == Judgement::TooMany) {
        bail!(
            "a packet takes more instructions than {FIGURES} allows. Where they went: callgrind_annotate \
             target/instructions/KIND.callgrind. If it is right so: cargo xtask instructions --update"
        );
    }
    if verdicts.iter().any(|verdict| verdict.judgement == Judgement::Fewer) {
        println!("fewer than before: keep them with cargo xtask instructions --update");
    }
    Ok(())
}

/// Counts, and writes the figures.
pub fn update() -> anyhow::Result<()> {
    if !is_comparable() {
        bail!("the figures are those of x86-64 with AVX2, and this machine is another");
    }
    let path = root().join(FIGURES);
    let text = write(&count()?);
    fs::write(&path, &text).with_context(|| path.display().to_string())?;
    print!("{text}");
    Ok(())
}

fn is_comparable() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Builds the command line, writes the workloads, and runs the one on the others.
fn count() -> anyhow::Result<Vec<Figure>> {
    packages::ensure(PACKAGES)?;
    let folder = root().join("target/instructions");
    fs::create_dir_all(&folder)?;
    run(Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["build", "--release", "--quiet", "--package", "sockscope"])
        .current_dir(root()))?;
    let mut figures = Vec::new();
    for (kind, size) in WORKLOADS {
        let capture = folder.join(format!("{}.pcap", kind.name()));
        let mut file = fs::File::create(&capture)?;
        let Written { packets, .. } = sockscope_workload::write(kind, size, SEED, &mut file, &mut ())?;
        let instructions = instructions_of(&capture, &folder.join(format!("{}.callgrind", kind.name())))?;
        figures.push((kind.name().to_owned(), instructions / packets.max(1)));
    }
    Ok(figures)
}

/// Instructions of one run of the command line.
fn instructions_of(capture: &Path, profile: &Path) -> anyhow::Result<u64> {
    let told = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-instr=no"])
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(root().join("target/release/sockscope"))
        .args(COMMAND)
        .arg(capture)
        .env_remove("SSLKEYLOGFILE")
        .env("GLIBC_TUNABLES", TUNABLES)
        .stdout(Stdio::null())
        .output()
        .context("valgrind cannot be started")?;
    let told = String::from_utf8_lossy(&told.stderr);
    let count = told
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok());
    count.with_context(|| format!("callgrind says no count:\n{told}"))
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?} cannot be started"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}

/// What a count says beside the committed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    TooMany,
    AsBefore,
    Fewer,
}

struct Verdict {
    judgement: Judgement,
    line: String,
}

impl Verdict {
    fn of((name, counted): &Figure, committed: &[Figure]) -> Self {
        let Some((_, before)) = committed.iter().find(|(known, _)| known == name) else {
            let line = format!("{name}: {counted} instructions a packet, and {FIGURES} has no figure");
            return Self { judgement: Judgement::TooMany, line };
        };
        let change = (*counted as f64 / *before as f64 - 1.0) * 100.0;
        let judgement = match change {
            _ if change > MARGIN => Judgement::TooMany,
            _ if change < -MARGIN => Judgement::Fewer,
            _ => Judgement::AsBefore,
        };
        let line = format!("{name}: {counted} instructions a packet, {before} before ({change:+.1} %)");
        Self { judgement, line }
    }
}

/// The figures of a file: lines of a name, an equals sign and a number, and comments.
fn read(text: &str) -> anyhow::Result<Vec<Figure>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, number) = line.split_once('=').with_context(|| format!("{FIGURES}: {line:?}"))?;
            let number = number.trim().parse().with_context(|| format!("{FIGURES}: {line:?}"))?;
            Ok((name.trim().to_owned(), number))
        })
        .collect()
}

fn write(figures: &[Figure]) -> String {
    let lines: String = figures.iter().map(|(name, count)| format!("{name} = {count}\n")).collect();
    format!(
        "# Instructions a packet, by workload, of `sockscope {}`:\n\
         # x86-64 with AVX2, the toolchain of rust-toolchain.toml, counted by callgrind. `cargo xtask instructions` fails\n\
         # where one rises by more than {MARGIN} percent; with --update it writes this file.\n{lines}",
        COMMAND.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let figures = vec![("chat".to_owned(), 1_234), ("bulk".to_owned(), 56)];
        assert_eq!(read(&write(&figures)).unwrap(), figures);
        assert!(read("chat: 5").is_err() && read("chat = five").is_err());
    }

    #[test]
    fn more_is_told_from_as_many_and_fewer() {
        let committed = [("chat".to_owned(), 1_000)];
        let judge = |name: &str, count| Verdict::of(&(name.to_owned(), count), &committed).judgement;
        assert_eq!(judge("chat", 1_051), Judgement::TooMany);
        assert_eq!(judge("chat", 1_049), Judgement::AsBefore);
        assert_eq!(judge("chat", 949), Judgement::Fewer);
        assert_eq!(judge("bulk", 1), Judgement::TooMany, "there is nothing to compare it with");
    }

    #[test]
    fn every_workload_has_its_figure() {
        let committed = read(&fs::read_to_string(root().join(FIGURES)).unwrap()).unwrap();
        assert_eq!(committed.len(), WORKLOADS.len());
        assert!(WORKLOADS.iter().all(|(kind, _)| committed.iter().any(|(name, _)| name == kind.name())));
    }
}
