//! The command line: flags to a report, captures through the decoder into it, an exit status. All decoding is done by
//! `sockscope-core`; what is here reads files, prints rows and talks to a person.

mod ahead;
mod args;
mod decrypt;
mod explain;
mod help;
mod input;
mod key_log;
mod nearest;
mod nothing;
mod progress;
mod read;
mod report;
mod say;
mod status;
mod table;
mod terminal;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use sockscope_core::filter::Filter;
use sockscope_core::session::{Asked, Secrets};

use args::{
    CheckArgs, Cli, Command, ExplainArgs, ExtractArgs, FailOn, FollowArgs, Format, ReadArgs, RowArgs,
};
use read::Reading;
use report::rows::{Rows, Which};
use report::{Out, Report};
use say::Say;
use status::Status;
use terminal::Screen;

fn main() -> ExitCode {
    let cli = match Cli::read(std::env::args_os().collect()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match cli.command {
        None => rows(&cli.overview, Which::Overview, FailOn::Never),
        Some(Command::Connections(args)) => rows(&args, Which::Connections, FailOn::Never),
        Some(Command::Messages(args)) => rows(&args, Which::Messages, FailOn::Never),
        Some(Command::Frames(args)) => rows(&args, Which::Frames, FailOn::Never),
        Some(Command::Check(CheckArgs { rows: args, fail_on })) => rows(&args, Which::Check, fail_on),
        Some(Command::Follow(args)) => follow(&args),
        Some(Command::Extract(args)) => extract(&args),
        Some(Command::Decrypt(args)) => decrypt::run(&args),
        Some(Command::Explain(args)) => explain_code(&args),
        Some(Command::Completions(args)) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "sockscope", &mut script);
            print(&script)
        }
        Some(Command::Man(args)) => man(args.command.as_deref()),
    }
}

/// Every command that prints rows, and the overview.
fn rows(args: &RowArgs, which: Which, fail_on: FailOn) -> ExitCode {
    let say = Say::new(args.show);
    let screen = Screen::stdout(args.show.color);
    let format = args.format.unwrap_or(if screen.terminal { Format::Table } else { Format::Jsonl });
    let out = Out::stdout(say.progress.clone());
    let mut report: Box<dyn Report> = match (format, which) {
        (Format::Jsonl | Format::Csv, _) => {
            Box::new(Rows::new(out, screen, which, format, args.payload).with_tls(args.read.tls))
        }
        (Format::Table, Which::Overview) => Box::new(report::overview::Overview::new(out, screen, args.show)),
        (Format::Table, Which::Connections) => Box::new(report::connections::Connections::new(out, screen)),
        (Format::Table, Which::Messages) => Box::new(report::messages::Messages::new(out, screen)),
        (Format::Table, Which::Frames) => Box::new(report::frames::Frames::new(out, screen)),
        (Format::Table, Which::Check) => Box::new(report::check::Check::new(out, screen, say.clone())),
    };
    let (noun, asked) = match which {
        Which::Overview | Which::Connections => ("connections", Asked::Connections),
        Which::Messages => ("messages", Asked::Messages),
        Which::Frames => ("frames", Asked::Frames),
        Which::Check => ("diagnostics", Asked::Diagnostics),
    };
    let mut status = Status::default();
    let Some(secrets) = &may_read(&args.read, &say, &mut status) else { return status.into() };
    let filter = filter(&args.read, &say, asked);
    let reading = Reading { args: &args.read, say: &say, noun, filter, asked, fail_on, secrets };
    let written = reading.all(report.as_mut(), &mut status);
    finish(written, &say, status)
}

fn follow(args: &FollowArgs) -> ExitCode {
    let say = Say::new(args.show);
    let screen = Screen::stdout(args.show.color);
    let mut status = Status::default();
    if args.read.captures.len() > 1 && !args.read.join {
        say.error("follow reads one capture");
        say.hint("give one of them, or --join if together they are one recording");
        status.failed = true;
        return status.into();
    }
    let Some(secrets) = &may_read(&args.read, &say, &mut status) else { return status.into() };
    let reading = messages_of(&args.read, &say, Asked::Conversation, secrets);
    let written = follow_in(&reading, screen, &mut status);
    finish(written, &say, status)
}

/// Reads captures for their messages, whatever is done with those.
fn messages_of<'a>(args: &'a ReadArgs, say: &'a Say, asked: Asked, secrets: &'a Secrets) -> Reading<'a> {
    let filter = filter(args, say, asked);
    Reading { args, say, noun: "messages", filter, asked, fail_on: FailOn::Never, secrets }
}

fn follow_in(reading: &Reading<'_>, screen: Screen, status: &mut Status) -> io::Result<()> {
    use report::follow::{Follow, Profile};

    let mut inputs = reading.open_joined(status);
    if inputs.is_empty() {
        return Ok(());
    }
    let twice = inputs.iter().all(input::Input::is_regular);
    let mut profile = Profile::default();
    if twice {
        // What goes wrong is said in the second reading.
        let silent = Reading { say: &reading.say.silent(), filter: None, ..*reading };
        silent.decode(&mut inputs, &mut profile, &mut Status::default())?;
        inputs.iter_mut().try_for_each(input::Input::rewind)?;
    }
    let out = Out::stdout(reading.say.progress.clone());
    let mut follow = Follow::new(out, screen, twice.then_some(profile));
    let name = read::joined_name(&inputs);
    let filtered = reading.filter.is_some();
    follow.begin(&report::Source {
        name: name.clone(),
        number: 0,
        among_several: false,
        live: !twice,
        filtered,
    })?;
    let outcome = reading.decode(&mut inputs, &mut follow, status)?;
    follow.end(outcome.as_ref().map(|outcome| &outcome.summary))?;
    match (&outcome, reading.args.connection) {
        (Some(outcome), Some(number)) if !follow.found => {
            // It was asked for by its number, so a wrong one is wrong usage.
            status.failed = true;
            let connections = outcome.summary.connections;
            reading.say.error(&format!("{name}: {}", nothing::no_such_connection(connections, number)));
            match connections {
                0 => nothing::explain(reading.say, &name, outcome, reading.noun, None),
                _ => reading.say.hint(&format!("sockscope connections {name} lists them")),
            }
        }
        (Some(outcome), only) => nothing::explain(reading.say, &name, outcome, reading.noun, only),
        (None, _) => {}
    }
    Ok(())
}

fn extract(args: &ExtractArgs) -> ExitCode {
    let say = Say::new(args.show);
    let mut status = Status::default();
    let Some(secrets) = &may_read(&args.read, &say, &mut status) else { return status.into() };
    let reading = messages_of(&args.read, &say, Asked::Messages, secrets);
    let written = report::extract::Extract::new(&args.folder).and_then(|mut extract| {
        reading.all(&mut extract, &mut status)?;
        let (files, folder) = (text::quantity::counted(extract.files, "payload"), args.folder.display());
        say.plain(&format!("{files} in {folder}, listed in index.jsonl"));
        Ok(())
    });
    finish(written, &say, status)
}

fn explain_code(args: &ExplainArgs) -> ExitCode {
    let screen = Screen::stdout(args.show.color);
    let Some(code) = &args.code else { return print(explain::list(screen).as_bytes()) };
    match explain::page(code, screen) {
        Ok(page) => print(page.as_bytes()),
        Err(unknown) => {
            let say = Say::new(args.show);
            say.error(&unknown.to_string());
            say.hint("sockscope explain lists all of them");
            ExitCode::from(Status { failed: true, ..Status::default() })
        }
    }
}

fn man(name: Option<&str>) -> ExitCode {
    let mut root = Cli::command();
    root.build();
    let command = match name {
        None | Some("sockscope") => root,
        Some(name) => match root.find_subcommand(name) {
            // Its page is found by the name that man looks for: sockscope-messages.
            Some(command) => {
                let name = format!("sockscope-{name}");
                command.clone().name(name.clone()).display_name(name).version(env!("CARGO_PKG_VERSION"))
            }
            None => {
                let error = root
                    .error(clap::error::ErrorKind::InvalidSubcommand, format!("there is no command {name}"));
                error.exit()
            }
        },
    };
    let mut page = Vec::new();
    match clap_mangen::Man::new(command).render(&mut page) {
        Ok(()) => print(&page),
        Err(_) => ExitCode::from(Status { failed: true, ..Status::default() }),
    }
}

/// Reads the key logs, and looks whether the captures can be read as they are named. `None`: not so.
fn may_read(args: &ReadArgs, say: &Say, status: &mut Status) -> Option<Secrets> {
    let secrets = key_log::read(&args.secrets, say).unwrap_or_else(|()| {
        status.failed = true;
        Secrets::default()
    });
    if args.captures.iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        say.error("- is standard input, which can be read only once");
        status.failed = true;
    }
    (!status.failed).then_some(secrets)
}

/// The filter; says what it asks for in vain.
fn filter<'a>(args: &'a ReadArgs, say: &Say, asked: Asked) -> Option<&'a Filter> {
    let filter = args.filter.as_ref()?;
    let mut said = Vec::new();
    for field in filter.comparisons().iter().map(|comparison| comparison.field()) {
        if !asked.has(field) && !said.contains(&field) {
            said.push(field);
            let name = field.name();
            say.note(&format!("these rows have no {name}, so no comparison with {name} holds"));
        }
    }
    Some(filter)
}

/// Text that needs no capture.
fn print(text: &[u8]) -> ExitCode {
    let mut out = io::stdout().lock();
    let written = out.write_all(text).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            ExitCode::from(Status { failed: true, ..Status::default() })
        }
        _ => ExitCode::SUCCESS,
    }
}

/// A reader that goes away, as `head` does, is no error; any other failure to write is.
fn finish(written: io::Result<()>, say: &Say, mut status: Status) -> ExitCode {
    say.progress.end();
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        match error.raw_os_error() {
            Some(_) => say.error(&format!("cannot write: {error}")),
            // It says already what could not be written.
            None => say.error(&error.to_string()),
        }
        status.failed = true;
    }
    status.into()
}
