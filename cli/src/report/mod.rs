//! From rows to what is printed: one [`Report`] for each command and format.

pub mod check;
pub mod closing;
pub mod connections;
pub mod diagnostic;
pub mod extract;
pub mod follow;
pub mod frames;
mod grid;
pub mod messages;
mod out;
pub mod overview;
pub mod rows;
mod tally;

use std::io;

use sockscope_core::capture::Timestamp;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, LockedRow, SummaryRow};
use sockscope_core::session::{FrameView, MessageView, PayloadWanted, RowsWanted};

pub use out::Out;

/// What is asked of the decoder.
#[derive(Default)]
pub struct Wants {
    pub messages: bool,
    pub frames: bool,
    /// What messages mean in their sub-protocols, where everything is kept.
    pub decoded: bool,
    /// Messages as lines of JSON: they are written by the threads that decode.
    pub lines: bool,
    pub payload: Kept,
}

/// How much of each payload the decoder keeps.
#[derive(Clone, Copy, Default)]
pub enum Kept {
    #[default]
    Nothing,
    Hash,
    Beginning,
    Everything,
}

impl Wants {
    pub fn rows(&self) -> RowsWanted {
        RowsWanted { messages: self.messages, frames: self.frames, decoded: self.decoded, lines: self.lines }
    }

    pub fn payload(&self) -> PayloadWanted {
        match self.payload {
            Kept::Nothing => PayloadWanted::None,
            Kept::Hash => PayloadWanted::Hash,
            Kept::Beginning => PayloadWanted::Preview,
            Kept::Everything => PayloadWanted::Full,
        }
    }
}

/// The capture that rows belong to.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file's name as given; several joined ones with commas.
    pub name: String,
    /// Counted from 0.
    pub number: usize,
    /// Whether others are read beside it, so that rows name it.
    pub among_several: bool,
    /// Whether it is a pipe that somebody may still write to.
    pub live: bool,
    /// Whether only some rows are asked for, so that none says little.
    pub filtered: bool,
}

impl Source {
    /// What stands in a row's `capture`.
    pub fn tag(&self) -> Option<String> {
        self.among_several.then(|| self.name.clone())
    }
}

/// Takes the rows of one capture after the other. An error is one of writing.
pub trait Report {
    /// What it needs to be given.
    fn wants(&self) -> Wants;

    /// The rows of this capture follow.
    fn begin(&mut self, source: &Source) -> io::Result<()>;

    /// When the capture's first packet was captured.
    fn start(&mut self, _time: Timestamp) {}

    /// Whether [`Report::connection`] does anything.
    fn wants_connections(&self) -> bool {
        true
    }

    fn connection(&mut self, _row: &ConnectionRow) -> io::Result<()> {
        Ok(())
    }

    fn message(&mut self, _row: &MessageView<'_>) -> io::Result<()> {
        Ok(())
    }

    /// A message as a line of JSON, from what follows its connection's number on.
    fn line(&mut self, _connection: u64, _behind_number: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn frame(&mut self, _row: &FrameView<'_>) -> io::Result<()> {
        Ok(())
    }

    fn diagnostic(&mut self, _row: &DiagnosticRow) -> io::Result<()> {
        Ok(())
    }

    /// TLS connections that cannot be read, before the end; `more` of them are not among these.
    fn tls(&mut self, _rows: &[LockedRow], _more: u64) {}

    /// Input may block now: what is final is shown.
    fn flush(&mut self) -> io::Result<()>;

    /// That was all of this capture. There is no summary where it turned out to be none.
    fn end(&mut self, summary: Option<&SummaryRow>) -> io::Result<()>;
}
