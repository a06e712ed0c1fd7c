//! What the index keeps of a connection: its row, its messages by number, and places from which inflating can go on.

use std::net::SocketAddr;

use super::long_log::LongLog;
use super::numbers::Numbers;
use super::spill::Spill;
use crate::capture::Timestamp;
use crate::conversation::{ConnectionView, MessageView, Opened, Verdict};
use crate::http::{DeflateParameters, Protocol};
use crate::session::api::{ConnectionRow, HandshakeRow};
use crate::session::rows;
use crate::websocket::deflate::Checkpoint;

/// One connection. What every message touches stands first.
#[derive(Debug)]
#[repr(C)]
pub struct Connection {
    /// Where its messages stand in the index.
    numbers: Numbers,
    /// What each side has sent so far, the client first; frames, messages and bytes.
    counts: [[u64; 3]; 2],
    last_packet: u64,
    /// What is known of it so far; while it is open, as it was [settled](Connection::settle) last.
    pub row: Box<ConnectionRow>,
    /// The client's end point and the server's.
    pub ends: [SocketAddr; 2],
    /// Nothing more will come of it.
    pub is_final: bool,
    /// When its request's head and its response's were whole, where the upgrade succeeded.
    pub heads: [Option<Timestamp>; 2],
    /// How its messages are framed.
    pub protocol: Protocol,
    /// By side, the client first.
    pub inflating: [Inflating; 2],
}

/// What reading compressed messages of one direction again needs.
#[derive(Debug, Default)]
pub struct Inflating {
    /// What was agreed on; known once a compressed message came.
    pub parameters: Option<DeflateParameters>,
    /// The number of a message and the window behind it, in order.
    checkpoints: Vec<(u32, Kept)>,
}

/// A checkpoint.
#[derive(Debug)]
enum Kept {
    InMemory(Checkpoint),
    /// Where it lies in the spill file, and how long it is.
    Spilled(u64, u32),
}

impl Kept {
    fn new(checkpoint: Checkpoint, spill: &Spill) -> Self {
        if spill.hold(checkpoint.size()) {
            return Self::InMemory(checkpoint);
        }
        let mut bytes = Vec::with_capacity(checkpoint.size());
        checkpoint.write(&mut bytes);
        match (spill.write(&bytes), u32::try_from(bytes.len())) {
            (Some(place), Ok(length)) => Self::Spilled(place, length),
            _ => {
                spill.hold_anyway(checkpoint.size());
                Self::InMemory(checkpoint)
            }
        }
    }

    fn get(&self, spill: &Spill) -> Option<Checkpoint> {
        match self {
            Self::InMemory(checkpoint) => Some(checkpoint.clone()),
            Self::Spilled(place, length) => {
                let mut bytes = vec![0; *length as usize];
                spill.read(*place, &mut bytes).then(|| Checkpoint::read(&bytes)).flatten()
            }
        }
    }
}

impl Inflating {
    /// The number of the last message before this one that has a checkpoint behind it.
    pub fn before(&self, message: u64) -> Option<u64> {
        self.last_before(message).map(|(number, _)| u64::from(*number))
    }

    /// The checkpoint of [`before`](Self::before); `None` too where it cannot be read.
    pub(super) fn checkpoint(&self, message: u64, spill: &Spill) -> Option<Checkpoint> {
        self.last_before(message)?.1.get(spill)
    }

    fn last_before(&self, message: u64) -> Option<&(u32, Kept)> {
        let behind = self.checkpoints.partition_point(|(number, _)| u64::from(*number) < message);
        self.checkpoints.get(behind.checked_sub(1)?)
    }

    fn note(&mut self, view: &MessageView<'_>, spill: &Spill) {
        let Some(inflating) = view.trace.and_then(|trace| trace.inflating) else { return };
        self.parameters.get_or_insert(inflating.parameters);
        if let (Some(checkpoint), Ok(number)) = (&inflating.checkpoint, u32::try_from(view.number)) {
            self.checkpoints.push((number, Kept::new(checkpoint.clone(), spill)));
        }
    }

    fn memory(&self) -> usize {
        let each = self.checkpoints.iter().map(|(_, kept)| match kept {
            Kept::InMemory(checkpoint) => checkpoint.size(),
            Kept::Spilled(..) => 0,
        });
        each.sum()
    }
}

impl Connection {
    /// A connection that has become known.
    pub fn new(opened: &Opened<'_>, number: u64) -> Self {
        let [client, server] = opened.facts.ends.map(rows::name);
        Self {
            ends: opened.facts.ends.map(SocketAddr::from),
            numbers: Numbers::default(),
            counts: Default::default(),
            last_packet: opened.origin.packet,
            row: Box::new(ConnectionRow {
                connection: number,
                client,
                server,
                tcp_stream: opened.facts.stream,
                opened: opened.first.time,
                open: true,
                first_packet: opened.first.packet,
                last_packet: opened.origin.packet,
                transport: "tcp".to_owned(),
                protocol: Protocol::Rfc6455.name().to_owned(),
                handshake: HandshakeRow {
                    verdict: "unanswered".to_owned(),
                    key: opened.key.map(str::to_owned),
                    ..HandshakeRow::default()
                },
                ..ConnectionRow::default()
            }),
            is_final: false,
            heads: [opened.origin.time, None],
            protocol: Protocol::Rfc6455,
            inflating: Default::default(),
        }
    }

    /// Its frames begin.
    pub fn upgraded(&mut self, view: &ConnectionView<'_>) {
        self.protocol = view.attempt.protocol;
        self.heads = [view.attempt.asked, view.attempt.answered];
        self.ends = view.facts.ends.map(SocketAddr::from);
        *self.row = ConnectionRow { open: true, closed: None, ..rows::connection_row(view, &[]) };
    }

    /// Nothing more will come of it.
    pub fn close(&mut self, row: &ConnectionRow) {
        // Of an attempt that was refused, the answer is the last thing.
        if row.handshake.verdict == Verdict::Refused.name() {
            self.heads[1] = row.closed;
        }
        *self.row = row.clone();
        self.is_final = true;
        self.numbers.shrink_to_fit();
    }

    /// A message is final, and stands at that place of the index.
    pub(super) fn add(&mut self, view: &MessageView<'_>, id: u32, places: &mut LongLog<u32>, spill: &Spill) {
        let Ok(number) = usize::try_from(view.number) else { return };
        self.numbers.place(number, id, places);
        if view.compressed {
            self.inflating[view.from.index()].note(view, spill);
        }
        self.last_packet = self.last_packet.max(view.completed.packet);
        let [frames, messages, bytes] = &mut self.counts[view.from.index()];
        *frames += view.frames;
        *messages += 1;
        *bytes = bytes.saturating_add(view.length);
    }

    /// Writes into the row what was counted so far.
    pub fn settle(&mut self) {
        if self.is_final {
            return;
        }
        let row = &mut *self.row;
        row.last_packet = row.last_packet.max(self.last_packet);
        let [client, server] = self.counts;
        [row.client_frames, row.client_messages, row.client_bytes] = client;
        [row.server_frames, row.server_messages, row.server_bytes] = server;
    }

    /// Where the message with that number stands in the index.
    pub(super) fn message(&self, number: usize, places: &LongLog<u32>) -> Option<u32> {
        self.numbers.get(number, places)
    }

    /// How many numbers its messages have, those that are not final yet too.
    pub fn message_count(&self) -> usize {
        self.numbers.len()
    }

    /// What it takes, in bytes of memory, without its row.
    pub fn memory(&self) -> usize {
        self.numbers.memory() + self.inflating.iter().map(Inflating::memory).sum::<usize>()
    }
}
