//! Build, test and documentation commands that cargo alone cannot give: `cargo xtask COMMAND`.

mod docs;
mod packages;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A command: its words, what it does, and the function that does it.
struct Command {
    words: &'static [&'static str],
    about: &'static str,
    run: fn() -> anyhow::Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        words: &["test"],
        about: "run everything that must hold before a merge, as CI does",
        run: test::run,
    },
    Command {
        words: &["docs"],
        about: "write docs/diagnostics.md from the table of diagnostics",
        run: docs::write,
    },
    Command {
        words: &["docs", "--check"],
        about: "fail where docs/diagnostics.md is stale",
        run: docs::check,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if matches!(words.as_slice(), [] | ["help" | "-h" | "--help"]) {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.words == words) else {
        eprint!("error: there is no command `cargo xtask {}`\n\n{}", words.join(" "), usage());
        return ExitCode::from(2);
    };
    match (command.run)() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = COMMANDS.iter().map(|command| {
        let call = format!("cargo xtask {}", command.words.join(" "));
        format!("  {call:26}  {}\n", command.about)
    });
    format!("usage:\n{}", lines.collect::<String>())
}

/// The workspace's folder, wherever the command is called.
fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.parent().unwrap_or(folder).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_the_usage_once() {
        let usage = usage();
        for command in COMMANDS {
            assert_eq!(usage.matches(command.about).count(), 1, "{:?}", command.words);
        }
        assert!(root().join("Cargo.lock").is_file());
    }
}
