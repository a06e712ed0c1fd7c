//! `cargo xtask measure-page`: builds the page, writes the captures that it is measured with, fetches what drives the browser
//! and what the page is compared with, and hands all that to `tests/benches/page.mjs`, which measures.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use sockscope_workload::Kind;

use crate::{page, root};

/// The capture that wiregasm loads, too.
const SMALL: (Kind, u64) = (Kind::Chat, 20_000_000);
/// The captures that the page alone is measured with.
const LARGE: [(Kind, u64); 3] =
    [(Kind::Chat, 300_000_000), (Kind::Chat, 1_000_000_000), (Kind::Mixed, 1_000_000_000)];
/// What npm fetches: it is part of no build.
const FETCHED: [&str; 2] = ["playwright-core@1.65.1", "@goodtools/wiregasm@1.9.1"];

/// `measure-page [CAPTURE...]`: with these captures instead of workloads.
pub fn run(captures: &[&str]) -> anyhow::Result<()> {
    page::build()?;
    let folder = root().join("target/measure-page");
    fs::create_dir_all(&folder)?;
    let small = capture(&folder, SMALL)?;
    let large: Vec<PathBuf> = match captures {
        [] => LARGE.into_iter().map(|workload| capture(&folder, workload)).collect::<anyhow::Result<_>>()?,
        given => given.iter().map(std::path::absolute).collect::<std::io::Result<_>>()?,
    };
    let npm = ["install", "--prefix", ".", "--no-save", "--no-audit", "--no-fund"];
    call("npm", npm.iter().chain(&FETCHED), &folder)?;
    let script = root().join("tests/benches/page.mjs");
    let arguments = [script, page::folder(), small].into_iter().chain(large);
    call("node", arguments, &folder)
}

/// The workload, written if it is not there yet.
fn capture(folder: &Path, (kind, size): (Kind, u64)) -> anyhow::Result<PathBuf> {
    let path = folder.join(format!("{}-{}M.pcap", kind.name(), size / 1_000_000));
    if !path.exists() {
        // What was begun and not ended is no workload.
        let begun = path.with_extension("begun");
        sockscope_workload::write(kind, size, 1, &mut File::create(&begun)?, &mut ())?;
        fs::rename(begun, &path)?;
    }
    Ok(path)
}

fn call(
    program: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    folder: &Path,
) -> anyhow::Result<()> {
    let status = Command::new(program).args(arguments).current_dir(folder).status();
    if !status.with_context(|| format!("{program} cannot be started"))?.success() {
        bail!("{program} failed");
    }
    Ok(())
}
