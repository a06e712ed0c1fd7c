//! Build and documentation commands that cargo alone cannot give: `cargo xtask COMMAND`.

mod docs;
mod workload;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask docs            write docs/diagnostics.md from the table of diagnostics
       cargo xtask docs --check    fail where it is stale";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["docs"] => docs::write(),
        ["docs", "--check"] => docs::check(),
        [command @ ("workload" | "compare"), rest @ ..] => workload::run(command, rest),
        _ => anyhow::bail!("{USAGE}"),
    }
}
