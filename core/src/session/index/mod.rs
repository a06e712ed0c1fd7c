//! The index: what the first pass over a capture keeps, header facts and where the bytes stand, and no payload.
//!
//! A message costs 40 bytes, its place in its connection 4, each run of its bytes in the capture 24. A packet that
//! carries nothing of a WebSocket costs nothing. What of these has no room in memory lies in a file, where the shell gives one.

mod connection;
mod extent;
mod finding;
mod log;
mod long_log;
mod message;
mod numbers;
mod sealed;
mod spill;
mod structure;

pub use connection::Connection;
pub use finding::Found;
pub use log::Log;
pub use long_log::LongLog;
pub use message::{Odd, Record};
pub use sealed::SealedRecords;
pub use spill::{MakeSpill, Spill};
pub use structure::Structure;

use hashbrown::HashMap;

use self::extent::PackedExtent;
use super::api::{ConnectionRow, DiagnosticRow, MessageRow};
use super::decoder::Sink;
use crate::capture::CapturedPacket;
use crate::conversation::{ConnectionView, MessageView, Opened};
use crate::diagnostic::{Code, Severity};
use crate::limits::Limits;
use crate::packet::Piece;
use crate::stream::{Extent, Origin, Side};
use crate::tls::Sealed;
use crate::websocket::deflate::Checkpoint;

/// What the first pass keeps.
#[derive(Debug)]
pub struct Index {
    messages: LongLog<Record>,
    odd: HashMap<u32, Box<Odd>>,
    extents: LongLog<PackedExtent>,
    connections: Vec<Connection>,
    /// Where messages stand in `messages`: connections have chunks of it.
    places: LongLog<u32>,
    /// What has no room in memory.
    spill: Spill,
    /// When the first message and the last one were complete.
    times: Option<(u64, u64)>,
    found: Log<Found>,
    /// By code: how often, in which connections, and the worst severity.
    counts: Vec<Count>,
    /// How decrypted bytes are read again.
    pub sealed: SealedRecords,
    /// How packets are read again.
    pub structure: Structure,
    /// Messages that could not be taken in.
    pub left_out: u64,
    diagnostics_limit: usize,
    /// Rows of open connections are behind what was counted.
    unsettled: bool,
}

/// How often a code was found.
#[derive(Clone, Debug)]
pub struct Count {
    /// Which.
    pub code: Code,
    /// How often.
    pub count: u64,
    /// In how many connections, each counted once in a row.
    pub connections: u64,
    /// The worst severity.
    pub severity: Severity,
    last: Option<u64>,
}

/// A run of a message's bytes: where they stand, or that they are lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Bytes that were captured.
    Captured(Extent),
    /// Stream offset and length of lost ones.
    Lost(u64, u64),
}

impl Run {
    /// Offset of its first byte in its direction's stream.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Captured(extent) => extent.offset,
            Self::Lost(offset, _) => *offset,
        }
    }

    /// Stream offset behind its last byte.
    pub fn end(&self) -> u64 {
        match self {
            Self::Captured(extent) => extent.end(),
            Self::Lost(offset, length) => offset.saturating_add(*length),
        }
    }
}

impl Index {
    /// An empty index. What goes beyond [`Limits::index`] in memory is spilled, if there is something to make a spool.
    pub fn new(limits: &Limits, make: Option<MakeSpill>) -> Self {
        let spill = Spill::new(limits.index, make);
        Self {
            messages: LongLog::new(&spill),
            odd: HashMap::new(),
            extents: LongLog::new(&spill),
            connections: Vec::new(),
            places: LongLog::new(&spill),
            times: None,
            found: Log::default(),
            counts: Vec::new(),
            sealed: SealedRecords::new(&spill),
            structure: Structure::default(),
            left_out: 0,
            diagnostics_limit: limits.diagnostics,
            unsettled: false,
            spill,
        }
    }

    /// How many messages.
    pub fn len(&self) -> u32 {
        // `Record::of` takes no more in than 32 bits can count.
        self.messages.len() as u32
    }

    /// The message at that place.
    pub fn record(&self, id: u32) -> Option<Record> {
        self.messages.get(id as usize)
    }

    /// Where the message of that number of a connection stands.
    pub fn message(&self, connection: u64, number: u64) -> Option<u32> {
        self.connection(connection)?.message(usize::try_from(number).ok()?, &self.places)
    }

    /// Every so manyth message of a connection, by number: its number, and where it stands.
    pub fn messages_by(&self, connection: &Connection, step: usize) -> impl Iterator<Item = (usize, u32)> {
        let numbers = (0..connection.message_count()).step_by(step.max(1));
        numbers.filter_map(|number| Some((number, connection.message(number, &self.places)?)))
    }

    /// The window behind the last message before this one that has a checkpoint; `None` too where it cannot be read.
    pub fn checkpoint_before(&self, connection: &Connection, side: Side, message: u64) -> Option<Checkpoint> {
        connection.inflating[side.index()].checkpoint(message, &self.spill)
    }

    /// When the first message and the last one were complete, in nanoseconds since 1970.
    pub fn times(&self) -> Option<(u64, u64)> {
        self.times
    }

    /// What to say of what could not be spilled, or not be had again.
    pub fn problem(&self) -> Option<&'static str> {
        self.spill.problem()
    }

    /// Bytes that lie in a file, since they had no room in memory.
    pub fn spilled(&self) -> u64 {
        self.spill.written()
    }

    /// The messages from that place on, in the order in which they became final.
    pub fn records_from(&self, id: u32) -> impl Iterator<Item = Record> {
        self.messages.range(id as usize, self.messages.len())
    }

    /// What few messages have.
    pub fn odd(&self, id: u32, record: &Record) -> Option<&Odd> {
        if record.is_odd() { self.odd.get(&id).map(|odd| &**odd) } else { None }
    }

    /// Payload bytes as the application sees them.
    pub fn length(&self, id: u32, record: &Record) -> u64 {
        self.odd(id, record).map_or(record.short_length(), |odd| odd.lengths.0)
    }

    /// Payload bytes on the wire.
    pub fn wire_length(&self, id: u32, record: &Record) -> u64 {
        self.odd(id, record).map_or(record.short_wire_length(), |odd| odd.lengths.1)
    }

    /// The message's bytes, from its first header to its last frame's end.
    pub fn runs(&self, id: u32, record: &Record) -> impl Iterator<Item = Run> {
        let mut offset = record.offset;
        self.extents_of(id, record).map(move |extent| {
            let start = offset;
            offset += extent.length();
            extent.unpack(start).map_or(Run::Lost(start, extent.length()), Run::Captured)
        })
    }

    fn extents_of(&self, id: u32, record: &Record) -> impl Iterator<Item = PackedExtent> {
        let end = self.messages.get(id as usize + 1).map_or(self.extents.len(), |next| next.extents as usize);
        self.extents.range(record.extents as usize, end)
    }

    /// The message's first packet and the one that completed it.
    #[inline(always)] // It is asked for every message, in the page too, whose engine is compiled for size.
    pub fn origins(&self, id: u32, record: &Record) -> (Origin, Origin) {
        if let Some(origins) = self.odd(id, record).and_then(|odd| odd.origins) {
            return origins;
        }
        let end = self.messages.get(id as usize + 1).map_or(self.extents.len(), |next| next.extents as usize);
        let at = |place: usize| self.extents.get(place)?.origin();
        let nowhere = Origin { packet: 0, time: None };
        let first = at(record.extents as usize).unwrap_or(nowhere);
        (first, end.checked_sub(1).and_then(at).unwrap_or(first))
    }

    /// The connections, by number.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// The connection with that number.
    pub fn connection(&self, number: u64) -> Option<&Connection> {
        self.connections.get(usize::try_from(number).ok()?)
    }

    /// Writes into the rows of open connections what was counted so far.
    pub fn settle(&mut self) {
        if std::mem::take(&mut self.unsettled) {
            self.connections.iter_mut().for_each(Connection::settle);
        }
    }

    /// The diagnostics that are kept, in the order in which they were found.
    pub fn found(&self) -> &Log<Found> {
        &self.found
    }

    /// How often each code was found, by code.
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// The message's row, but for its payload and what a Close gives as its reason.
    pub fn row(&self, id: u32, record: &Record) -> MessageRow {
        let (started, completed) = self.origins(id, record);
        let odd = self.odd(id, record);
        MessageRow {
            connection: record.connection(),
            message: record.number(),
            from: Some(record.from()),
            opcode: record.opcode().name().to_owned(),
            time: completed.time,
            started: started.time,
            first_packet: started.packet,
            last_packet: completed.packet,
            frames: record.frames(),
            length: self.length(id, record),
            wire_length: self.wire_length(id, record),
            compressed: record.is_compressed(),
            code: record.close_code(),
            complete: (!record.is_complete()).then_some(false),
            holes: odd.map(|odd| odd.holes.clone()).unwrap_or_default(),
            diagnostics: odd.map(|odd| rows_codes(&odd.codes)).unwrap_or_default(),
            ..MessageRow::default()
        }
    }

    /// The numbers of the message's frames.
    pub fn frame_number(&self, id: u32, record: &Record, place: usize) -> Option<u64> {
        match self.odd(id, record).filter(|odd| !odd.frames.is_empty()) {
            Some(odd) => odd.frames.get(place).copied(),
            None => (place == 0).then(|| record.first_frame()),
        }
    }

    /// What speaks of a frame of the message.
    pub fn frame_codes(&self, id: u32, record: &Record, frame: u64) -> Vec<Code> {
        let all = self.odd(id, record).map(|odd| odd.frame_codes.as_slice()).unwrap_or_default();
        let before = all.partition_point(|&(number, _)| number < frame);
        let of_frame = all.iter().skip(before).take_while(|&&(number, _)| number == frame);
        of_frame.map(|&(_, code)| code).collect()
    }

    /// What the messages take, in bytes of memory: records, places in their connections, and checkpoints.
    pub fn message_memory(&self) -> usize {
        self.messages.memory()
            + self.places.memory()
            + self.connections.iter().map(Connection::memory).sum::<usize>()
    }

    /// What the extents take, in bytes of memory, and how many there are.
    pub fn extent_memory(&self) -> (usize, usize) {
        (self.extents.memory(), self.extents.len())
    }

    fn take(&mut self, view: &MessageView<'_>) -> Option<()> {
        let id = u32::try_from(self.messages.len()).ok().filter(|&id| id != u32::MAX)?;
        let trace = view.trace?;
        let (record, odd) = Record::of(view, self.extents.len())?;
        let connection = self.connections.get_mut(usize::try_from(view.connection).ok()?)?;
        let extents = &mut self.extents;
        let mut offset = record.offset;
        for extent in trace.extents {
            PackedExtent::lost(extent.offset.saturating_sub(offset), |lost| extents.push(lost));
            PackedExtent::pack(extent, |packed| extents.push(packed));
            offset = extent.end();
        }
        PackedExtent::lost(trace.end.saturating_sub(offset), |lost| extents.push(lost));
        self.messages.push(record);
        if let Some(time) = view.completed.time {
            let (first, last) = self.times.unwrap_or((time.0, time.0));
            self.times = Some((first.min(time.0), last.max(time.0)));
        }
        if let Some(odd) = odd {
            self.odd.insert(id, odd);
        }
        connection.add(view, id, &mut self.places, &self.spill);
        self.unsettled = true;
        Some(())
    }
}

fn rows_codes(codes: &[Code]) -> Vec<String> {
    super::rows::names(codes)
}

impl Sink for Index {
    fn packet(&mut self, packet: &CapturedPacket<'_>) {
        self.structure.packet(packet);
    }

    fn structure(&mut self, place: u64, bytes: &[u8]) {
        self.structure.add(place, bytes);
    }

    fn pieces(&mut self, pieces: &[Piece]) {
        self.structure.join(pieces);
    }

    fn opened(&mut self, opened: &Opened<'_>, number: u64) {
        debug_assert_eq!(number, self.connections.len() as u64);
        self.connections.push(Connection::new(opened, number));
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        let number = usize::try_from(view.attempt.number).unwrap_or(usize::MAX);
        if let Some(connection) = self.connections.get_mut(number) {
            connection.upgraded(view);
        }
    }

    fn message(&mut self, view: &MessageView<'_>) {
        if self.take(view).is_none() {
            self.left_out += 1;
        }
    }

    fn sealed(&mut self, sealed: &Sealed<'_>) {
        self.sealed.add(sealed);
    }

    fn connection(&mut self, row: &ConnectionRow) {
        let number = usize::try_from(row.connection).unwrap_or(usize::MAX);
        if let Some(connection) = self.connections.get_mut(number) {
            connection.close(row);
        }
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        let Some(found) = Found::of(row) else { return };
        let place =
            self.counts.binary_search_by_key(&found.code, |count| count.code).unwrap_or_else(|place| {
                let (code, severity) = (found.code, found.severity);
                self.counts.insert(place, Count { code, count: 0, connections: 0, severity, last: None });
                place
            });
        if let Some(count) = self.counts.get_mut(place) {
            count.count += 1;
            count.severity = count.severity.max(found.severity);
            if found.connection.is_some() && count.last != found.connection {
                count.connections += 1;
                count.last = found.connection;
            }
        }
        if self.found.len() < self.diagnostics_limit {
            self.found.push(found);
        }
    }
}
