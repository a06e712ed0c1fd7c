//! Build, test and documentation commands that cargo alone cannot give: `cargo xtask COMMAND`.

mod docs;
mod instructions;
mod licences;
mod measure_page;
mod packages;
mod page;
mod size;
mod test;
mod wasm_target;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

/// A command: its words, the arguments behind them, what it does, and the function that does it.
struct Command {
    words: &'static [&'static str],
    arguments: &'static str,
    about: &'static str,
    run: Run,
}

enum Run {
    Alone(fn() -> anyhow::Result<()>),
    WithArguments(fn(&[&str]) -> anyhow::Result<()>),
}

const COMMANDS: &[Command] = &[
    Command {
        words: &["test"],
        arguments: "",
        about: "run everything that must hold before a merge, as CI does",
        run: Run::Alone(test::run),
    },
    Command {
        words: &["docs"],
        arguments: "",
        about: "write docs/diagnostics.md from the table of diagnostics",
        run: Run::Alone(docs::write),
    },
    Command {
        words: &["docs", "--check"],
        arguments: "",
        about: "fail where docs/diagnostics.md is stale",
        run: Run::Alone(docs::check),
    },
    Command {
        words: &["page"],
        arguments: "",
        about: "build the static site into target/page, for any host; fail where it is too big",
        run: Run::Alone(page::build),
    },
    Command {
        words: &["page", "--quick"],
        arguments: "",
        about: "the same, built in seconds and slow",
        run: Run::Alone(page::build_quick),
    },
    Command {
        words: &["page", "--components"],
        arguments: "",
        about: "build the tests of components, which a browser runs, into target/components",
        run: Run::Alone(page::build_components),
    },
    Command {
        words: &["measure-page"],
        arguments: " [CAPTURE...]",
        about: "measure the page in Chromium, beside wiregasm, as BENCHMARKS.md shows",
        run: Run::WithArguments(measure_page::run),
    },
    Command {
        words: &["workload"],
        arguments: " KIND SIZE SEED [-o FILE]",
        about: "write a capture to measure with: chat, bulk, deflate, mixed or messy, of SIZE (200M), the same for a SEED",
        run: Run::WithArguments(workload::write),
    },
    Command {
        words: &["compare"],
        arguments: " [SIZE [RUNS]]",
        about: "measure against tshark in one run, as BENCHMARKS.md shows",
        run: Run::WithArguments(workload::compare),
    },
    Command {
        words: &["instructions"],
        arguments: "",
        about: "fail where a packet takes more instructions than core/benches/instructions.toml says",
        run: Run::Alone(instructions::check),
    },
    Command {
        words: &["instructions", "--update"],
        arguments: "",
        about: "count instructions, and write them there",
        run: Run::Alone(instructions::update),
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if matches!(words.as_slice(), [] | ["help" | "-h" | "--help"]) {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    }
    let called = COMMANDS.iter().find_map(|command| match command.run {
        Run::Alone(_) => (command.words == words).then_some((command, &[][..])),
        Run::WithArguments(_) => words.strip_prefix(command.words).map(|arguments| (command, arguments)),
    });
    let Some((command, arguments)) = called else {
        eprint!("error: there is no command `cargo xtask {}`\n\n{}", words.join(" "), usage());
        return ExitCode::from(2);
    };
    let result = match command.run {
        Run::Alone(run) => run(),
        Run::WithArguments(run) => run(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = COMMANDS.iter().map(|command| {
        let call = format!("cargo xtask {}{}", command.words.join(" "), command.arguments);
        format!("  {call:46}  {}\n", command.about)
    });
    format!("usage:\n{}", lines.collect::<String>())
}

/// The workspace's folder, wherever the command is called. Cargo says at run time which one that is: a `target/` that was
/// copied with its checkout holds the path of the old one.
fn root() -> PathBuf {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    folder.parent().unwrap_or(&folder).to_owned()
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
