//! `sockscope decrypt`: the capture with its secrets in it, so that one file is enough.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use sockscope_core::capture::{CaptureReader, Embed};
use sockscope_core::limits::Limits;
use sockscope_core::session::{Options, Survey};
use sockscope_core::tls::key_log::ClientRandom;

use crate::args::DecryptArgs;
use crate::input::{CHUNK, Input};
use crate::say::Say;
use crate::status::Status;
use crate::text::quantity::counted;
use crate::{ahead, key_log};

pub fn run(args: &DecryptArgs) -> ExitCode {
    let say = Say::new(args.show);
    let mut status = Status::default();
    if let Err(what) = write(args, &say, &mut status) {
        status.failed = true;
        if let Some(what) = what {
            say.error(&what);
        }
    }
    status.into()
}

/// `Err(None)`: it was said already.
fn write(args: &DecryptArgs, say: &Say, status: &mut Status) -> Result<(), Option<String>> {
    let secrets = key_log::read(&args.secrets, say).map_err(|()| None)?;
    let mut input = Input::open(&args.capture).map_err(|error| {
        say.error(&error.what);
        if let Some(hint) = error.hint {
            say.hint(&hint);
        }
        None
    })?;
    if !input.is_regular() {
        return Err(Some(
            "decrypt reads a capture twice, and a pipe gives it once: write it to a file".to_owned(),
        ));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let options = Options { secrets: secrets.clone(), threads, ..Options::default() };
    let inputs = std::slice::from_mut(&mut input);
    let fails = |error: io::Error| Some(format!("{}: {error}", args.capture.display()));
    // Secrets that stand late in the capture, and what follows from them, decrypt in the second pass.
    ahead::look(inputs, &options).map_err(fails)?;
    let mut survey = Survey::whole(&options);
    ahead::run(&mut survey, inputs).map_err(fails)?;
    let found = survey.finish().map_err(|error| Some(format!("{}: {error}", args.capture.display())))?;
    let needed: Vec<&ClientRandom> = found.randoms.iter().filter(|random| secrets.has(random)).collect();
    let mut log = Vec::new();
    needed.iter().for_each(|random| secrets.write(random, &mut log));
    let lines = log.iter().filter(|byte| **byte == b'\n').count() as u64;
    let copied = copy(&mut input, args, log, say, status);
    copied.map_err(|error| Some(format!("cannot write {}: {error}", args.output.display())))?;
    let (secrets, connections) = (counted(lines, "secret"), counted(needed.len() as u64, "TLS handshake"));
    say.plain(&format!("{secrets} of {connections} in {}", args.output.display()));
    if lines == 0 {
        say.note("no secrets of this capture's TLS connections are at hand");
        say.hint("sockscope explain tls-no-secrets says how programs are made to write them");
    }
    Ok(())
}

fn copy(
    input: &mut Input,
    args: &DecryptArgs,
    log: Vec<u8>,
    say: &Say,
    status: &mut Status,
) -> io::Result<()> {
    let mut file = BufWriter::new(File::create_new(&args.output)?);
    let mut reader = CaptureReader::new(&Limits::default());
    let mut embed = Embed::new(log);
    let (mut block, mut out) = (vec![0; CHUNK], Vec::new());
    let mut fault = None;
    loop {
        let length = input.read(&mut block)?;
        let mut take = |event: sockscope_core::capture::CaptureEvent<'_>| {
            if let sockscope_core::capture::CaptureEvent::Fault(found) = &event {
                fault.get_or_insert_with(|| found.message.clone());
            }
            embed.take(&event, &mut out);
        };
        let read = match length {
            0 => reader.finish(&mut take),
            _ => reader.push(block.get(..length).unwrap_or_default(), &mut take),
        };
        read.map_err(io::Error::other)?;
        if length == 0 {
            embed.finish(&mut out);
        }
        file.write_all(&out)?;
        out.clear();
        if length == 0 {
            break;
        }
    }
    file.flush()?;
    if let Some(message) = fault {
        status.damaged = true;
        say.warning(&format!("{}: {message}", input.name));
    }
    Ok(())
}
