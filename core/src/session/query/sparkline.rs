//! When connections sent messages, coarsely: what can be drawn beside a row. It is answered at once, so of long
//! connections only every so manyth message is looked at, and counted for those between.

use crate::session::api::{Sparkline, Sparklines};
use crate::session::index::{Connection, Index};

/// Connections that one answer tells of at most.
const CONNECTIONS: usize = 1_000;
/// The most slices.
const SLICES: u32 = 1_000;
/// Messages that are looked at for one answer, shared by the connections: about a millisecond's work.
const LOOKED_AT: usize = 20_000;

/// The lines of these connections, over the time from the capture's start to the last message.
pub fn lines(index: &Index, start: Option<u64>, connections: &[u64], slices: u32) -> Sparklines {
    let asked = connections.get(..CONNECTIONS).unwrap_or(connections);
    let found: Vec<&Connection> = asked.iter().filter_map(|&number| index.connection(number)).collect();
    let start = start.unwrap_or_default();
    let last = index.len().checked_sub(1).and_then(|id| time(index, id)).unwrap_or(start);
    let closed = found.iter().filter_map(|connection| connection.row.closed).map(|time| time.0).max();
    let end = last.max(closed.unwrap_or(start)).max(start).saturating_add(1);
    let slices = u64::from(slices.clamp(1, SLICES));
    let scale = Scale { start, width: (end - start).div_ceil(slices), slices };
    let room = (LOOKED_AT / found.len().max(1)).max(1);
    let lines = found.into_iter().map(|connection| line(index, connection, scale, room)).collect();
    Sparklines { start, end, lines }
}

/// How time is divided.
#[derive(Clone, Copy)]
struct Scale {
    start: u64,
    /// Nanoseconds of a slice, at least 1.
    width: u64,
    slices: u64,
}

impl Scale {
    /// The slice of a moment. Packets need not be in the order of time: what lies outside is in the first or last slice.
    fn slice(self, time: u64) -> usize {
        let place = (time.saturating_sub(self.start) / self.width.max(1)).min(self.slices - 1);
        usize::try_from(place).unwrap_or_default()
    }
}

fn line(index: &Index, connection: &Connection, scale: Scale, room: usize) -> Sparkline {
    let mut messages = vec![[0; 2]; usize::try_from(scale.slices).unwrap_or(1)];
    let count = connection.message_count();
    let step = count.div_ceil(room).max(1);
    for (place, id) in index.messages_by(connection, step) {
        let Some(record) = index.record(id) else { continue };
        let Some(time) = time(index, id) else { continue };
        if let Some(slice) = messages.get_mut(scale.slice(time)) {
            // The last one stands for those that are left.
            slice[record.from().index()] += step.min(count - place) as u64;
        }
    }
    Sparkline { connection: connection.row.connection, messages }
}

fn time(index: &Index, id: u32) -> Option<u64> {
    index.origins(id, &index.record(id)?).1.time.map(|time| time.0)
}
