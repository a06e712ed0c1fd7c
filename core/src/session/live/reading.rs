//! The first pass: reads on a little at a time, and keeps what the index needs.

use super::secrets::Keys;
use super::{EndOfFile, Session, Work};
use crate::capture::{CaptureError, CapturedPacket};
use crate::conversation::{ConnectionView, MessageView, Opened};
use crate::packet::Piece;
use crate::session::api::{ConnectionRow, DiagnosticRow, Event, LockedRow, SessionState};
use crate::session::bytes::{Capture, Input};
use crate::session::decoder::{Decoder, Sink};
use crate::session::index::Index;
use crate::source::{SourceError, Spool};
use crate::tls::key_log::ClientRandom;
use crate::tls::{self, Sealed};

/// Bytes that are read in one step.
const STEP: usize = 1 << 20;

impl Session {
    /// Takes the next bytes of a capture that is pushed.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.is_over() {
            return;
        }
        if let Some(capture) = self.bytes.current() {
            // Where there is no room, payloads say so when they are asked for.
            let _ = capture.append(bytes);
            capture.read += bytes.len() as u64;
        }
        self.read += bytes.len() as u64;
        if self.decode(|decoder, pass| decoder.push(bytes, pass)) {
            self.settle();
            self.tell_progress();
        }
    }

    /// The capture that is pushed has ended.
    pub fn push_end(&mut self) {
        self.finish(SessionState::Complete);
    }

    /// Reads no more. What was read stays, and connections end here.
    pub(super) fn stop(&mut self) {
        self.finish(SessionState::Stopped);
    }

    /// Reads the next bytes of the file, if there is one.
    pub(super) fn read_on(&mut self) -> Work {
        if self.is_over() {
            return Work::Idle;
        }
        if self.bytes.current().is_none() && !self.next_file() {
            return Work::Idle; // Nothing was given to read.
        }
        let Some(capture) = self.bytes.current().filter(|capture| !capture.is_pushed()) else {
            return Work::Idle;
        };
        let at = capture.read;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(STEP, 0);
        let count = capture.source().read_at(at, &mut buffer);
        self.take_in(count, buffer)
    }

    /// Decodes what was read into the buffer.
    fn take_in(&mut self, count: Result<usize, SourceError>, buffer: Vec<u8>) -> Work {
        let Some(capture) = self.bytes.current() else { return Work::Idle };
        match count {
            Ok(0) if self.end == EndOfFile::MayGrow && self.waiting.is_empty() => {
                let before = self.progress();
                self.settle();
                if self.progress() != before {
                    self.tell_progress();
                }
                if self.use_late_secrets() { Work::More } else { Work::Idle }
            }
            Ok(0) => {
                capture.complete();
                if !self.next_file() {
                    self.finish(SessionState::Complete);
                }
                Work::More
            }
            Ok(count) => {
                capture.read += count as u64;
                self.read += count as u64;
                // It may have grown since it was opened.
                self.size = self.size.map(|size| size.max(self.read));
                let mut spare = None;
                let decoded = self.decode(|decoder, pass| {
                    if count == buffer.len() {
                        spare = decoder.push_block(buffer, pass)?;
                    } else {
                        // What a file grows by is little, and copied: a block would be held whole for it.
                        decoder.push(buffer.get(..count).unwrap_or_default(), pass)?;
                        spare = Some(buffer);
                    }
                    Ok(())
                });
                self.buffer = spare.filter(|_| !self.is_over()).unwrap_or_default();
                if decoded {
                    self.tell_progress();
                }
                Work::More
            }
            Err(error) => {
                self.problem = Some(error.to_string());
                self.finish(SessionState::Failed);
                Work::More
            }
        }
    }

    /// Begins the next file; `false`: there is none.
    fn next_file(&mut self) -> bool {
        let Some(source) = self.waiting.pop_front() else { return false };
        let mut base = 0;
        if self.bytes.current().is_some()
            && let Some(mut decoder) = self.decoder.take()
        {
            let result = self.with_first_pass(|pass| decoder.next_capture(pass));
            base = decoder.read_before();
            self.decoder = Some(decoder);
            if let Some(Err(error)) = result {
                self.problem = Some(error.to_string());
            }
        }
        self.bytes.add(base, Input::File(source));
        true
    }

    /// Has all told that was read: where there are threads, some of it is on its way. Who is asked knows as much as was read.
    pub(super) fn settle(&mut self) {
        if let Some(mut decoder) = self.decoder.take() {
            self.with_first_pass(|pass| decoder.settle(pass));
            self.decoder = Some(decoder);
        }
        self.index.settle();
    }

    /// Decodes the next bytes; `false`: they are no capture.
    fn decode(
        &mut self,
        push: impl FnOnce(&mut Decoder, &mut FirstPass<'_>) -> Result<(), CaptureError>,
    ) -> bool {
        let Some(mut decoder) = self.decoder.take() else { return false };
        let result = self.with_first_pass(|pass| push(&mut decoder, pass));
        if let (Some(points), Some(capture)) = (decoder.reader().take_restart_points(), self.bytes.current())
        {
            capture.add_restart_points(points);
        }
        self.decoder = Some(decoder);
        if let Some(Err(error)) = result {
            self.problem = Some(error.to_string());
            self.finish(SessionState::Failed);
            return false;
        }
        true
    }

    fn finish(&mut self, state: SessionState) {
        if self.is_over() {
            return;
        }
        self.state = state;
        if let Some(decoder) = self.decoder.take() {
            let before = decoder.summary().clone();
            let result = self.with_first_pass(|pass| decoder.finish(pass));
            match result {
                Some(Ok(summary)) => self.summary = summary,
                Some(Err(error)) => {
                    self.summary = before;
                    self.state = SessionState::Failed;
                    self.problem.get_or_insert(error.to_string());
                }
                None => {}
            }
        }
        if let Some(capture) = self.bytes.current() {
            capture.complete();
        }
        if self.state == SessionState::Complete && self.use_late_secrets() {
            return;
        }
        self.waiting.clear();
        self.tell_progress();
    }

    fn with_first_pass<T>(&mut self, run: impl FnOnce(&mut FirstPass<'_>) -> T) -> Option<T> {
        let capture = self.bytes.current()?;
        let mut pass = FirstPass {
            index: &mut self.index,
            capture,
            spool: &mut *self.spool,
            room: self.limits.spool,
            start: &mut self.start,
            keys: &mut self.keys,
        };
        Some(run(&mut pass))
    }

    pub(super) fn tell_progress(&mut self) {
        let progress = Event::Progress(self.progress());
        match self.events.back_mut() {
            Some(last @ Event::Progress(_)) => *last = progress,
            _ => self.events.push_back(progress),
        }
    }
}

impl Decoder {
    /// Bytes of the captures before the one at hand.
    fn read_before(&self) -> u64 {
        self.summary().bytes
    }
}

/// Gives to the index what the decoder tells, and to the spool what can be had only once.
struct FirstPass<'a> {
    index: &'a mut Index,
    capture: &'a mut Capture,
    spool: &'a mut dyn FnMut(u64) -> Box<dyn Spool + Send>,
    /// [`Limits::spool`](crate::limits::Limits::spool).
    room: u64,
    start: &'a mut Option<u64>,
    keys: &'a mut Keys,
}

impl Sink for FirstPass<'_> {
    fn packet(&mut self, packet: &CapturedPacket<'_>) {
        if self.start.is_none() {
            *self.start = packet.time.map(|time| time.0);
        }
        self.index.packet(packet);
    }

    fn structure(&mut self, place: u64, bytes: &[u8]) {
        self.index.structure(place, bytes);
    }

    fn plain(&mut self, bytes: &[u8]) {
        // Where there is no room, payloads say so when they are asked for.
        let _: Result<(), SourceError> = self.capture.keep(bytes, || (self.spool)(self.room));
    }

    fn pieces(&mut self, pieces: &[Piece]) {
        self.index.pieces(pieces);
    }

    fn opened(&mut self, opened: &Opened<'_>, number: u64) {
        self.index.opened(opened, number);
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        self.index.upgraded(view);
    }

    fn message(&mut self, view: &MessageView<'_>) {
        self.index.message(view);
    }

    fn sealed(&mut self, sealed: &Sealed<'_>) {
        self.index.sealed(sealed);
    }

    fn locked(&mut self, random: Option<ClientRandom>) {
        self.keys.locked(random);
    }

    fn tls(&mut self, row: &LockedRow) {
        self.keys.locked_row(row);
    }

    fn session(&mut self, session: &tls::Session) {
        self.keys.session(session);
    }

    fn unlocked(&mut self, random: ClientRandom) {
        self.keys.unlocked(random);
    }

    fn connection(&mut self, row: &ConnectionRow) {
        self.index.connection(row);
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.index.diagnostic(row);
    }
}
