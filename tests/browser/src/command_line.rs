//! The command line of the same build, to compare with.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{key_log, root};

/// The rows that it prints of a capture.
pub fn printed(command: &str, capture: &Path, more: &[&str]) -> Vec<Value> {
    let arguments = [&[command, "--format", "jsonl", "--payload", "preview"], more].concat();
    let output = String::from_utf8(written(&arguments, capture)).expect("UTF-8");
    output.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

/// Exactly what it writes about a capture; of a sample with its key log.
pub fn written(arguments: &[&str], capture: &Path) -> Vec<u8> {
    let output = Command::new(program())
        .args(arguments)
        .arg("--keylog")
        .arg(key_log(capture).unwrap_or_else(|| "none".into()))
        .arg("--quiet")
        .arg(capture)
        .output()
        .expect("the command line can be run");
    output.stdout
}

/// The program, which `cargo test --workspace` makes.
fn program() -> PathBuf {
    let tests = std::env::current_exe().expect("a path");
    let folder =
        tests.parent().and_then(Path::parent).map_or_else(|| root().join("target/debug"), Path::to_owned);
    let program = folder.join(format!("sockscope{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is missing: run `cargo build -p sockscope` first", program.display());
    program
}
