//! Reads captures through the decoder into a report: one after the other, or several as one with `--join`.

use std::io;

use sockscope_core::diagnostic::Severity;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, SummaryRow};
use sockscope_core::session::{Decoder, FrameView, MessageView, Options, Sink};

use crate::args::{FailOn, ReadArgs};
use crate::input::{self, Input};
use crate::nothing;
use crate::report::{Report, Source};
use crate::say::Say;
use crate::status::Status;

/// What reading is about, beyond the captures themselves.
pub struct Reading<'a> {
    pub args: &'a ReadArgs,
    pub say: &'a Say,
    /// What the rows are called, for the case that there is none.
    pub noun: &'static str,
    pub fail_on: FailOn,
}

/// What came of one capture.
pub struct Outcome {
    pub summary: SummaryRow,
    /// Messages or frames that the report was given; `None` where it asked for neither.
    pub rows: Option<u64>,
}

impl Reading<'_> {
    /// Reads all of them. An error is one of writing; what cannot be read is said, and noted in `status`.
    pub fn all(&self, report: &mut dyn Report, status: &mut Status) -> io::Result<()> {
        let several = self.args.captures.len() > 1 && !self.args.join;
        if self.args.join {
            let inputs = self.open_joined(status);
            return if inputs.is_empty() { Ok(()) } else { self.one(inputs, 0, false, report, status) };
        }
        for (number, path) in self.args.captures.iter().enumerate() {
            match Input::open(path) {
                Ok(input) => self.one(vec![input], number, several, report, status)?,
                Err(error) => self.cannot_open(error, status),
            }
        }
        Ok(())
    }

    /// Opens those that can be opened, in the order in which they are read.
    pub fn open_joined(&self, status: &mut Status) -> Vec<Input> {
        let mut inputs = Vec::new();
        for path in &self.args.captures {
            match Input::open(path) {
                Ok(input) => inputs.push(input),
                Err(error) => self.cannot_open(error, status),
            }
        }
        if inputs.len() > 1 { input::by_first_time(inputs) } else { inputs }
    }

    fn one(
        &self,
        mut inputs: Vec<Input>,
        number: usize,
        several: bool,
        report: &mut dyn Report,
        status: &mut Status,
    ) -> io::Result<()> {
        let name = joined_name(&inputs);
        let live = inputs.iter().any(|input| !input.is_regular());
        report.begin(&Source { name: name.clone(), number, among_several: several, live })?;
        let outcome = self.decode(&mut inputs, report, status)?;
        report.end(outcome.as_ref().map(|outcome| &outcome.summary))?;
        if let Some(outcome) = outcome {
            nothing::explain(self.say, &name, &outcome, self.noun, self.args.connection);
        }
        Ok(())
    }

    /// Runs one decoder over the captures. `None`: there was none to decode.
    pub fn decode(
        &self,
        inputs: &mut [Input],
        report: &mut dyn Report,
        status: &mut Status,
    ) -> io::Result<Option<Outcome>> {
        let wants = report.wants();
        let options = Options {
            payload: wants.payload(),
            rows: wants.rows(),
            decode_as: self.args.decode_as.clone(),
            ..Options::default()
        };
        let mut decoder = Decoder::new(options);
        let mut tap = Tap {
            report,
            only: self.args.connection,
            fail_on: self.fail_on,
            rows: 0,
            found: false,
            damage: Vec::new(),
            error: None,
        };
        let (mut good, mut last_name) = (false, String::new());
        for (at, input) in inputs.iter_mut().enumerate() {
            if at > 0
                && let Err(error) = decoder.next_capture(&mut tap)
            {
                self.no_capture(&last_name, &error, status);
            }
            last_name.clone_from(&input.name);
            good |= self.push_all(input, &mut decoder, &mut tap, status)?;
        }
        let summary = if good {
            decoder.finish(&mut tap).map_err(|error| self.no_capture(&last_name, &error, status)).ok()
        } else {
            None
        };
        let Tap { rows, found, damage, error, .. } = tap;
        if let Some(error) = error {
            return Err(error);
        }
        status.found |= found;
        if summary.as_ref().is_some_and(|summary| summary.damaged) {
            status.damaged = true;
            for message in damage {
                self.say.warning(&format!("{}: {message}", joined_name(inputs)));
            }
        }
        let rows = (wants.messages || wants.frames).then_some(rows);
        Ok(summary.map(|summary| Outcome { summary, rows }))
    }

    /// Pushes one capture's bytes; `false` where it turns out to be none.
    fn push_all(
        &self,
        input: &mut Input,
        decoder: &mut Decoder,
        tap: &mut Tap<'_>,
        status: &mut Status,
    ) -> io::Result<bool> {
        let progress = &self.say.progress;
        if let Some(size) = input.size {
            progress.begin(size);
        }
        let mut buffer = vec![0; input::CHUNK];
        let good = loop {
            let length = match input.read(&mut buffer) {
                Ok(0) => break true,
                Ok(length) => length,
                Err(error) => {
                    status.failed = true;
                    self.say.error(&format!("{}: reading stopped: {error}", input.name));
                    break true;
                }
            };
            if let Err(error) = decoder.push(&buffer[..length], tap) {
                self.no_capture(&input.name, &error, status);
                break false;
            }
            progress.advance(length as u64);
            if !input.is_regular() {
                tap.report.flush()?;
            }
            if let Some(error) = tap.error.take() {
                return Err(error);
            }
        };
        progress.end();
        Ok(good)
    }

    fn cannot_open(&self, error: input::CannotOpen, status: &mut Status) {
        status.failed = true;
        self.say.error(&error.what);
        if let Some(hint) = error.hint {
            self.say.hint(&hint);
        }
    }

    fn no_capture(&self, name: &str, error: &dyn std::fmt::Display, status: &mut Status) {
        status.failed = true;
        self.say.error(&format!("{name}: {error}"));
        self.say.hint("a capture is a pcap or pcapng file, plain or compressed with gzip or zstd");
    }
}

/// The name of several captures read as one.
pub fn joined_name(inputs: &[Input]) -> String {
    inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Stands between decoder and report: lets through what was asked for, and remembers what the exit status needs.
struct Tap<'a> {
    report: &'a mut dyn Report,
    only: Option<u64>,
    fail_on: FailOn,
    rows: u64,
    found: bool,
    /// What was said of damage, for standard error.
    damage: Vec<String>,
    /// Writing failed; nothing is written any more.
    error: Option<io::Error>,
}

impl Tap<'_> {
    fn pass(
        &mut self,
        connection: Option<u64>,
        write: impl FnOnce(&mut dyn Report) -> io::Result<()>,
    ) -> bool {
        if self.error.is_some() || (self.only.is_some() && self.only != connection) {
            return false;
        }
        self.error = write(self.report).err();
        true
    }
}

impl Sink for Tap<'_> {
    fn connection(&mut self, row: &ConnectionRow) {
        self.pass(Some(row.connection), |report| report.connection(row));
    }

    fn message(&mut self, row: &MessageView<'_>) {
        self.rows += u64::from(self.pass(Some(row.connection()), |report| report.message(row)));
    }

    fn frame(&mut self, row: &FrameView<'_>) {
        self.rows += u64::from(self.pass(Some(row.connection()), |report| report.frame(row)));
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        // Damage is said even where only one connection is asked for: it may have lost bytes by it.
        if row.severity > Severity::Note && row.code.starts_with("capture-") {
            self.damage.push(row.message.clone());
        }
        if self.pass(row.connection, |report| report.diagnostic(row)) {
            self.found |= self.fail_on.includes(row.severity);
        }
    }
}
