//! Names the commands that the window may call, which only those in `capabilities/` can be, and makes sure that there is a
//! folder to embed: `cargo xtask page` lays the window out in it, and a fresh clone has none.

use tauri_build::{AppManifest, Attributes};

/// Where the window's files are.
const PAGE: &str = "../target/desktop-page";

/// What the window may ask of the shell.
const COMMANDS: &[&str] = &[
    "attend",
    "read",
    "ask",
    "use_key_logs",
    "close",
    "bytes",
    "again",
    "choose",
    "recent",
    "open_recent",
    "save",
    "save_part",
    "save_end",
];

fn main() {
    println!("cargo:rerun-if-changed={PAGE}");
    // Where it cannot be made, embedding says so.
    let _ = std::fs::create_dir_all(PAGE);
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
