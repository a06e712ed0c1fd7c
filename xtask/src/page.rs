//! `cargo xtask page`: the static site. The window of `ui/` is compiled to wasm, bound to JavaScript, and laid beside what
//! stands in `ui/page/`, the style sheet (the files of `ui/style/` in their order) and samples to try.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use sockscope_workload::Kind;
use wasm_bindgen_cli_support::Bindgen;

use crate::root;

/// The samples that the page offers, with the name of the file that it gets them from.
const SAMPLES: &[(&str, &str)] =
    &[("accept-without-guid", "capture.pcap"), ("deflate-context-takeover", "capture.pcap")];
/// The sample that is long enough to feel the speed: a workload, always the same.
const LONG: Kind = Kind::Chat;
/// Its bytes.
const LONG_SIZE: u64 = 24_000_000;

/// The files of the style sheet, in its order.
const STYLE: &str = "ui/style";

/// Builds the page as it is published.
pub fn build() -> anyhow::Result<()> {
    page("window", "window")
}

/// Builds the page for whoever works on it.
pub fn build_quick() -> anyhow::Result<()> {
    page("dev", "debug")
}

/// Where the page is built.
pub fn folder() -> PathBuf {
    root().join("target/page")
}

fn page(profile: &str, profile_folder: &str) -> anyhow::Result<()> {
    let status = Command::new("cargo")
        .args([
            "build",
            "--package",
            "sockscope-ui",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            profile,
        ])
        .current_dir(root())
        .status()
        .context("cargo cannot be started")?;
    if !status.success() {
        bail!("the window does not build");
    }
    let page = folder();
    let wasm = root().join("target/wasm32-unknown-unknown").join(profile_folder).join("sockscope-ui.wasm");
    fs::create_dir_all(&page)?;
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .omit_default_module_path(false)
        .out_name("sockscope")
        .typescript(false)
        .generate(&page)?;
    for file in files(&root().join("ui/page"))? {
        fs::copy(&file, page.join(file.file_name().unwrap_or_default()))?;
    }
    fs::write(page.join("sockscope.css"), style()?)?;
    samples(&page.join("samples"))?;
    eprintln!("── the page is in {}", page.display());
    Ok(())
}

fn style() -> anyhow::Result<String> {
    let parts = files(&root().join(STYLE))?;
    let parts: Result<Vec<String>, _> = parts.iter().map(fs::read_to_string).collect();
    Ok(parts?.concat())
}

/// The files of a folder by name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|file| file.is_file());
    files.sort();
    Ok(files)
}

fn samples(to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for (name, capture) in SAMPLES {
        let file = root().join("samples").join(name).join(capture);
        fs::copy(&file, to.join(format!("{name}.pcap"))).with_context(|| file.display().to_string())?;
    }
    let long = to.join("long.pcap");
    if !long.exists() {
        let mut capture = Vec::new();
        sockscope_workload::write(LONG, LONG_SIZE, 7, &mut capture, &mut ())?;
        fs::write(long, capture)?;
    }
    Ok(())
}
