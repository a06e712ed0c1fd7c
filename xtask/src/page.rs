//! `cargo xtask page`: the static site. The window of `ui/` is compiled to wasm, bound to JavaScript, and laid beside what
//! stands in `ui/page/`, the style sheet (the files of `ui/style/` in their order) and samples to try.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use sockscope_workload::Kind;
use wasm_bindgen_cli_support::Bindgen;

use crate::wasm_target::{self, WASM};
use crate::{root, size};

/// What its processor has: all browsers since 2023 have vectors. They bring no speed, and a smaller module.
const FEATURES: &str = "-C target-feature=+simd128";

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
    page("web", "web")?;
    size::check(&folder())
}

/// What the page may connect to on the web: its own host. The desktop's window speaks to its shell beside that (Tauri's
/// own protocol, which is an address of this machine on Windows).
const CONNECTS: [&str; 2] = ["connect-src 'self'", "connect-src 'self' ipc: http://ipc.localhost"];

/// Builds the page for whoever works on it.
pub fn build_quick() -> anyhow::Result<()> {
    page("dev", "debug")
}

/// Builds the tests of components: a page of their own, with a module of their own.
pub fn build_components() -> anyhow::Result<()> {
    let folder = root().join("target/components");
    compile("dev", &["--bin", "components", "--features", "fake"])?;
    bind("debug", "components", "components", &folder)?;
    copy(&root().join("ui/component-tests/page"), &folder)?;
    fs::copy(root().join("ui/page/icon.svg"), folder.join("icon.svg"))?;
    fs::write(folder.join("sockscope.css"), style()?)?;
    eprintln!("── the tests of components are in {}", folder.display());
    Ok(())
}

/// Where the page is built.
pub fn folder() -> PathBuf {
    root().join("target/page")
}

fn page(profile: &str, profile_folder: &str) -> anyhow::Result<()> {
    let page = folder();
    clear(&page)?;
    compile(profile, &["--bin", "sockscope-ui"])?;
    bind(profile_folder, "sockscope-ui", "sockscope", &page)?;
    copy(&root().join("ui/page"), &page)?;
    fs::write(page.join("sockscope.css"), style()?)?;
    samples(&page.join("samples"))?;
    desktop(&page)?;
    eprintln!("── the page is in {}", page.display());
    Ok(())
}

/// Lays the same page out for the desktop's window, which must be allowed to speak to its shell.
fn desktop(page: &Path) -> anyhow::Result<()> {
    let folder = root().join("target/desktop-page");
    for part in ["", "samples"] {
        fs::create_dir_all(folder.join(part))?;
        copy(&page.join(part), &folder.join(part))?;
    }
    let index = fs::read_to_string(page.join("index.html"))?;
    let [web, shell] = CONNECTS;
    anyhow::ensure!(index.contains(web), "the page's policy does not say {web}");
    fs::write(folder.join("index.html"), index.replace(web, shell))?;
    Ok(())
}

fn compile(profile: &str, what: &[&str]) -> anyhow::Result<()> {
    wasm_target::ensure()?;
    let status = Command::new("cargo")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FEATURES)
        .args(["build", "--package", "sockscope-ui", "--target", WASM, "--profile", profile])
        .args(what)
        .current_dir(root())
        .status()
        .context("cargo cannot be started")?;
    if !status.success() {
        bail!("the window does not build");
    }
    Ok(())
}

/// Binds a module to JavaScript: `NAME.js` and `NAME_bg.wasm`.
fn bind(profile_folder: &str, program: &str, name: &str, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    Bindgen::new()
        .input_path(
            root().join("target").join(WASM).join(profile_folder).join(program).with_extension("wasm"),
        )
        .web(true)?
        .omit_default_module_path(false)
        // A fifth of the module, and nobody sees it: a panic says where it was by itself.
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(name)
        .typescript(false)
        .generate(folder)
}

/// Removes what an earlier build left, but for the samples, which take a while to write.
fn clear(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        for file in files(folder)? {
            fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for file in files(from)? {
        fs::copy(&file, to.join(file.file_name().unwrap_or_default()))?;
    }
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
