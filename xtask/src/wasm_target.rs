//! The target that the page is compiled to. `rust-toolchain.toml` names it, but rustup installs it by itself only where that
//! was not switched off, nor the toolchain put there by other means.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// Its name.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Makes sure that the toolchain has its standard library.
pub fn ensure() -> anyhow::Result<()> {
    if is_there()? {
        return Ok(());
    }
    eprintln!("── rustup target add {WASM}");
    let status = Command::new("rustup").args(["target", "add", WASM]).status();
    match status {
        Ok(status) if status.success() && is_there()? => Ok(()),
        _ => bail!(
            "the toolchain cannot compile to {WASM}, which the page needs, and `rustup target add {WASM}` did not help: \
             install the target as you installed Rust"
        ),
    }
}

fn is_there() -> anyhow::Result<bool> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .output()
        .context("rustc cannot be started")?;
    let folder = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(folder.trim_end()).is_dir())
}
