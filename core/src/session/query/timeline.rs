//! How much was sent when: messages and bytes by slices of time.

use crate::diagnostic::Severity;
use crate::session::api::{Slice, TimeSpan, Timeline};
use crate::session::index::Index;

/// The most slices of a timeline.
const SLICES: u32 = 10_000;

/// A timeline in the making.
#[derive(Debug)]
pub struct Counting {
    timeline: Timeline,
    /// Nanoseconds of a slice, at least 1.
    width: u64,
}

impl Counting {
    /// An empty timeline of that span.
    pub fn new(span: TimeSpan, slices: u32) -> Self {
        let slices = u64::from(slices.clamp(1, SLICES));
        let end = span.end.max(span.start.saturating_add(1));
        let width = (end - span.start).div_ceil(slices);
        let count = usize::try_from((end - span.start).div_ceil(width)).unwrap_or(1);
        let timeline = Timeline { start: span.start, end, slices: vec![Slice::default(); count] };
        Self { timeline, width }
    }

    /// Counts a message.
    pub fn message(&mut self, index: &Index, id: u32) {
        let Some(record) = index.record(id) else { return };
        let Some(time) = index.origins(id, &record).1.time else { return };
        let length = index.length(id, &record);
        if let Some(slice) = self.slice(time.0) {
            let side = record.from().index();
            slice.messages[side] += 1;
            slice.bytes[side] = slice.bytes[side].saturating_add(length);
        }
    }

    /// Counts the diagnostics of that connection, or of all.
    pub fn diagnostics(&mut self, index: &Index, connection: Option<u64>) {
        for found in index.found().iter() {
            let Some(time) = found.time else { continue };
            if connection.is_some() && found.connection != connection {
                continue;
            }
            if let Some(slice) = self.slice(time.0) {
                match found.severity {
                    Severity::Error => slice.errors += 1,
                    Severity::Warning => slice.warnings += 1,
                    Severity::Note => {}
                }
            }
        }
    }

    /// The timeline.
    pub fn finish(self) -> Timeline {
        self.timeline
    }

    fn slice(&mut self, time: u64) -> Option<&mut Slice> {
        if time >= self.timeline.end {
            return None;
        }
        let place = time.checked_sub(self.timeline.start)? / self.width;
        self.timeline.slices.get_mut(usize::try_from(place).ok()?)
    }
}

/// From the first message or diagnostic to the last one.
pub fn whole(index: &Index) -> TimeSpan {
    let mut span = index.times();
    for time in index.found().iter().filter_map(|found| found.time) {
        let (start, end) = span.unwrap_or((time.0, time.0));
        span = Some((start.min(time.0), end.max(time.0)));
    }
    let (start, end) = span.unwrap_or_default();
    TimeSpan { start, end: end.saturating_add(1) }
}
