//! The bytes of one message by their offsets in the direction's stream.

use super::places;
use crate::session::bytes::Bytes;
use crate::session::index::{Index, Record, Run};
use crate::source::SourceError;
use crate::stream::Origin;

/// Bytes, or so many that are lost.
#[derive(Debug)]
pub enum Piece<'a> {
    /// Bytes.
    Bytes(&'a [u8]),
    /// So many are lost.
    Lost(u64),
}

/// The bytes of one message.
pub struct MessageStream<'a> {
    index: &'a Index,
    bytes: &'a mut Bytes,
    /// By offset; no two overlap, and nothing lies between them.
    runs: Vec<Run>,
}

impl<'a> MessageStream<'a> {
    /// The bytes of that message.
    pub fn new(index: &'a Index, bytes: &'a mut Bytes, id: u32, record: &Record) -> Self {
        let runs = index.runs(id, record).collect();
        Self { index, bytes, runs }
    }

    /// Stream offset behind the last byte.
    pub fn end(&self) -> u64 {
        self.runs.last().map_or(0, Run::end)
    }

    /// Calls `each` with what stands between two stream offsets, in order.
    pub fn each(
        &mut self,
        from: u64,
        until: u64,
        each: &mut dyn FnMut(Piece<'_>),
    ) -> Result<(), SourceError> {
        let first = self.runs.partition_point(|run| run.end() <= from);
        for run in self.runs.get(first..).unwrap_or_default() {
            if run.offset() >= until {
                break;
            }
            match run {
                Run::Captured(extent) => {
                    let part = extent.between(from, until);
                    let mut give = |bytes: &[u8]| each(Piece::Bytes(bytes));
                    places::read(self.index, self.bytes, part.place, part.length, &mut give)?;
                }
                Run::Lost(..) => each(Piece::Lost(run.end().min(until) - run.offset().max(from))),
            }
        }
        Ok(())
    }

    /// Calls `each` with stream offset and length of what is lost between two stream offsets.
    pub fn lost(&self, from: u64, until: u64, each: &mut dyn FnMut(u64, u64)) {
        for run in self.runs.iter().filter(|run| run.end() > from && run.offset() < until) {
            if let Run::Lost(..) = run {
                let start = run.offset().max(from);
                each(start, run.end().min(until) - start);
            }
        }
    }

    /// The numbers of the packets that carried what is between two stream offsets, and the first of them.
    pub fn packets(&self, from: u64, until: u64) -> (Vec<u64>, Option<Origin>) {
        let (mut packets, mut first) = (Vec::new(), None);
        for run in self.runs.iter().filter(|run| run.end() > from && run.offset() < until) {
            if let Run::Captured(extent) = run {
                first.get_or_insert(extent.origin);
                if packets.last() != Some(&extent.origin.packet) {
                    packets.push(extent.origin.packet);
                }
            }
        }
        (packets, first)
    }

    /// The runs.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}
