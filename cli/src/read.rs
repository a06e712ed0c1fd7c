//! Reads captures through the decoder into a report: one after the other, or several as one with `--join`.

use std::io;

use sha2::{Digest, Sha256};
use sockscope_core::diagnostic::Severity;
use sockscope_core::filter::Filter;
use sockscope_core::limits::Limits;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, LockedRow, SummaryRow};
use sockscope_core::session::{
    Asked, CapturedPacket, ConnectionView, Decoder, FrameView, MessageView, Options, PayloadView,
    PayloadWanted, Secrets, Sieve, Sink,
};
use sockscope_core::tls::Session;
use sockscope_core::tls::key_log::ClientRandom;

use crate::ahead::{self, Missed};
use crate::args::{FailOn, ReadArgs, TlsWanted};
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
    /// Only rows for which it holds are reported.
    pub filter: Option<&'a Filter>,
    /// The rows that the filter is asked about.
    pub asked: Asked,
    pub fail_on: FailOn,
    /// What decrypts TLS.
    pub secrets: &'a Secrets,
}

/// What came of one capture.
pub struct Outcome {
    pub summary: SummaryRow,
    /// Messages or frames that the report was given, or rows that a filter let pass; `None` where it asked for neither.
    pub rows: Option<u64>,
    /// There was a filter.
    pub filtered: bool,
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
        let filtered = self.filter.is_some();
        report.begin(&Source { name: name.clone(), number, among_several: several, live, filtered })?;
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
        let limits = Limits::default();
        let sieve = self.filter.map(|filter| Sieve::new(filter.clone(), self.asked, &limits));
        let (mut rows_wanted, mut payload) = (wants.rows(), wants.payload());
        if let Some(sieve) = &sieve {
            rows_wanted.messages |= sieve.needs_messages();
            payload = if sieve.needs_payload() { PayloadWanted::Full } else { payload };
            // It is asked about views.
            rows_wanted.lines = false;
        }
        let options = Options {
            limits,
            payload,
            rows: rows_wanted,
            decode_as: self.args.decode_as.clone(),
            secrets: self.secrets.clone(),
            threads: self.threads(),
            ..Options::default()
        };
        ahead::look(inputs, &options)?;
        let once = inputs.iter().any(|input| !input.is_regular());
        let missed = once.then(|| Missed::new(&options));
        let mut decoder = Decoder::new(options);
        let mut tap = Tap {
            report,
            sieve,
            asked: self.asked,
            hash: if wants.payload() == PayloadWanted::Hash && payload != wants.payload() {
                Hash::Ours
            } else {
                Hash::Decoders
            },
            only: self.args.connection,
            awaits_packet: true,
            fail_on: self.fail_on,
            missed,
            tls: self.args.tls.unwrap_or(TlsWanted::Likely),
            locked: Vec::new(),
            more_locked: 0,
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
        tap.release_all();
        let Tap { rows, found, damage, error, missed, locked, more_locked, report, .. } = tap;
        report.tls(&locked, more_locked);
        if let Some(missed) = missed {
            missed.tell(&joined_name(inputs), self.secrets, self.say);
        }
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
        let filtered = self.filter.is_some();
        let rows = (filtered || wants.messages || wants.frames).then_some(rows);
        Ok(summary.map(|summary| Outcome { summary, rows, filtered }))
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
        let mut block: Vec<u8> = Vec::new();
        let good = loop {
            if block.len() < input::CHUNK {
                block = vec![0; input::CHUNK];
            }
            let length = match input.read(&mut block) {
                Ok(0) => break true,
                Ok(length) => length,
                Err(error) => {
                    status.failed = true;
                    self.say.error(&format!("{}: reading stopped: {error}", input.name));
                    break true;
                }
            };
            // A file fills blocks, which are handed over. What a live capture gives is little, and copied.
            let pushed = if length == block.len() {
                decoder
                    .push_block(std::mem::take(&mut block), tap)
                    .map(|spare| block = spare.unwrap_or_default())
            } else {
                decoder.push(&block[..length], tap)
            };
            if let Err(error) = pushed {
                self.no_capture(&input.name, &error, status);
                break false;
            }
            progress.advance(length as u64);
            if !input.is_regular() {
                decoder.settle(tap);
                tap.report.flush()?;
            }
            if let Some(error) = tap.error.take() {
                return Err(error);
            }
        };
        progress.end();
        Ok(good)
    }

    /// As many as asked for, or as there are.
    fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        self.args.threads.map_or_else(all, usize::from)
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

/// TLS connections that are listed at most.
const LOCKED: usize = 10_000;

/// Who makes a payload's SHA-256.
#[derive(Clone, Copy)]
enum Hash {
    /// The decoder, if it is wanted.
    Decoders,
    /// It is made here: the decoder keeps payloads whole for the filter, and does not hash them.
    Ours,
}

/// Stands between decoder and report: lets through what was asked for, and remembers what the exit status needs.
struct Tap<'a> {
    report: &'a mut dyn Report,
    sieve: Option<Sieve>,
    asked: Asked,
    hash: Hash,
    only: Option<u64>,
    fail_on: FailOn,
    /// The first packet is still to come.
    awaits_packet: bool,
    tls: TlsWanted,
    /// TLS connections that cannot be read.
    locked: Vec<LockedRow>,
    more_locked: u64,
    /// What could have been decrypted, where the capture is read once.
    missed: Option<Missed>,
    /// Rows of the kind that is asked for.
    rows: u64,
    found: bool,
    /// What was said of damage, for standard error.
    damage: Vec<String>,
    /// Writing failed; nothing is written any more.
    error: Option<io::Error>,
}

impl Tap<'_> {
    fn asks_for(&self, connection: Option<u64>) -> bool {
        self.only.is_none() || self.only == connection
    }

    fn pass(&mut self, write: impl FnOnce(&mut dyn Report) -> io::Result<()>) -> bool {
        if self.error.is_none() {
            self.error = write(self.report).err();
        }
        self.error.is_none()
    }

    fn pass_diagnostic(&mut self, row: &DiagnosticRow) {
        if self.pass(|report| report.diagnostic(row)) {
            self.rows += u64::from(self.asked == Asked::Diagnostics);
            self.found |= self.fail_on.includes(row.severity);
        }
    }

    /// Passes on the diagnostics for which the filter holds, as far as that is known.
    fn release(&mut self) {
        while let Some(row) = self.sieve.as_mut().and_then(Sieve::next_diagnostic) {
            self.pass_diagnostic(&row);
        }
    }

    /// Nothing more comes: passes on what still waits.
    fn release_all(&mut self) {
        if let Some(sieve) = &mut self.sieve {
            sieve.finish();
        }
        self.release();
    }
}

impl Sink for Tap<'_> {
    fn packet(&mut self, packet: &CapturedPacket<'_>) {
        if !std::mem::take(&mut self.awaits_packet) {
            return;
        }
        if let Some(time) = packet.time {
            self.report.start(time);
        }
        if let Some(sieve) = &mut self.sieve {
            sieve.start(packet.time);
        }
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        if let Some(sieve) = &mut self.sieve {
            sieve.upgraded(view);
            self.release();
        }
    }

    fn wants_connections(&self) -> bool {
        self.sieve.is_some() || self.asked == Asked::Connections || self.report.wants_connections()
    }

    fn connection(&mut self, row: &ConnectionRow) {
        if !self.asks_for(Some(row.connection)) {
            return;
        }
        let mut passes = true;
        if let Some(sieve) = &mut self.sieve {
            passes = sieve.connection(row);
            self.release();
        }
        if passes {
            let written = self.pass(|report| report.connection(row));
            self.rows += u64::from(written && self.asked == Asked::Connections);
        }
    }

    fn message(&mut self, row: &MessageView<'_>) {
        if !self.asks_for(Some(row.connection())) {
            return;
        }
        let Some(sieve) = &mut self.sieve else {
            self.rows += u64::from(self.pass(|report| report.message(row)));
            return;
        };
        let passes = sieve.message(row);
        self.release();
        if passes {
            let row = MessageView { payload: hashed(row.payload, self.hash), ..*row };
            self.rows += u64::from(self.pass(|report| report.message(&row)));
        }
    }

    fn line(&mut self, connection: u64, behind_number: &[u8]) {
        if self.asks_for(Some(connection)) {
            self.rows += u64::from(self.pass(|report| report.line(connection, behind_number)));
        }
    }

    fn frame(&mut self, row: &FrameView<'_>) {
        if !self.asks_for(Some(row.connection())) {
            return;
        }
        let Some(sieve) = &self.sieve else {
            self.rows += u64::from(self.pass(|report| report.frame(row)));
            return;
        };
        if sieve.frame(row) {
            let row = FrameView { payload: hashed(row.payload, self.hash), ..*row };
            self.rows += u64::from(self.pass(|report| report.frame(&row)));
        }
    }

    fn locked(&mut self, random: Option<ClientRandom>) {
        if let (Some(missed), Some(random)) = (&mut self.missed, random) {
            missed.locked(random);
        }
    }

    fn tls(&mut self, row: &LockedRow) {
        let wanted = match self.tls {
            TlsWanted::All => true,
            TlsWanted::Likely => row.may_be_websocket,
            TlsWanted::None => false,
        };
        match self.locked.len() < LOCKED {
            _ if !wanted => {}
            true => self.locked.push(row.clone()),
            false => self.more_locked += 1,
        }
    }

    fn session(&mut self, session: &Session) {
        if let Some(missed) = &mut self.missed {
            missed.session(session);
        }
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        // Damage is said even where only some rows are asked for: they may have lost bytes by it.
        if row.severity > Severity::Note && row.code.starts_with("capture-") {
            self.damage.push(row.message.clone());
        }
        if !self.asks_for(row.connection) {
            return;
        }
        match &mut self.sieve {
            Some(sieve) => {
                sieve.diagnostic(row);
                self.release();
            }
            None => self.pass_diagnostic(row),
        }
    }
}

/// The payload with its SHA-256, where the decoder kept the payload itself for the filter.
fn hashed(payload: PayloadView<'_>, hash: Hash) -> PayloadView<'_> {
    match hash {
        Hash::Ours if payload.holes.is_empty() && !payload.truncated => {
            PayloadView { sha256: Some(Sha256::digest(payload.kept).into()), ..payload }
        }
        _ => payload,
    }
}
