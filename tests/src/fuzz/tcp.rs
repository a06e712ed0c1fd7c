//! Segments of a few flows in any order: each stream is told without a break, and every chunk stands in
//! its packet at the sequence number that it claims.

use std::collections::HashMap;
use std::net::IpAddr;

use sockscope_core::capture::{History, Timestamp};
use sockscope_core::diagnostic::Finding;
use sockscope_core::limits::Limits;
use sockscope_core::packet::{Flags, Flow, Segment};
use sockscope_core::stream::{Gap, Origin, Side, StreamChunk};
use sockscope_core::tcp::{End, Ending, Facts, Stack, Table};

use super::Input;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let limits = Limits {
        out_of_order: 64 + usize::from(input.u16()),
        memory: usize::from(input.u16()) * 4,
        compared: usize::from(input.u8()) * 64,
        connections: usize::from(input.u8() % 4) + 1,
        ..Limits::default()
    };
    let mut table = Table::<Recorder>::new(&limits);
    let mut history = History::new(limits.compared);
    let mut told = Told::default();
    let mut sent = HashMap::new();
    let mut next = [[0_u32; 2]; 4];
    let (mut packet, mut time) = (0, 1_u64 << 60);
    while !input.is_empty() {
        packet += 1;
        let (way, flags) = (input.u8(), input.u8());
        let (flow, side) = (usize::from(way & 3), usize::from(way >> 2 & 1));
        let move_by = i32::from(input.u16().cast_signed()) << (way >> 6 << 2);
        let sequence = next[flow][side].wrapping_add_signed(move_by);
        let acknowledgement =
            next[flow][1 - side].wrapping_add_signed(i32::from(input.u8().cast_signed()) * 8);
        let length = usize::from(input.u8()) << (way >> 3 & 3);
        let extra = input.u8();
        // Copies of a byte are equal but for those of a liar.
        let lie = if extra & 0xf == 0xf { extra } else { 0 };
        let byte = |at: u32| (sequence.wrapping_add(at).wrapping_mul(0x9e37_79b1) >> 24) as u8 ^ lie;
        let payload: Vec<u8> = (0..length as u32).map(byte).collect();
        // Times run backwards now and then.
        time = time.wrapping_add_signed(i64::from(input.u16().cast_signed()) << (extra >> 4) << 8);
        let ports = [1_000 + flow as u16, 80];
        let end = |side: usize| (IpAddr::from([10, 0, 0, side as u8]), ports[side]);
        let place = history.end();
        history.push(&payload, None, place);
        let segment = Segment {
            flow: Flow { source: end(side), destination: end(1 - side), tunnel: 0 },
            sequence,
            acknowledgement,
            flags: Flags {
                syn: flags & 1 != 0,
                ack: flags & 6 != 0,
                fin: flags & 8 != 0,
                rst: flags & 16 != 0,
            },
            window: 1_000,
            hop_limit: 64 + (flags >> 5 & 1) * 10,
            payload: &payload,
            place,
            cut: u32::from(flags >> 6 & 1) * 100,
            tcp: (flags & 128 != 0).then_some(&payload),
        };
        while table.due().is_some_and(|due| due <= packet) {
            table.end_due(&history, &mut told);
        }
        table.push(&segment, Origin { packet, time: Some(Timestamp(time)) }, &history, &mut told);
        let carried = sequence.wrapping_add(u32::from(segment.flags.syn));
        next[flow][side] = carried.wrapping_add(length as u32).wrapping_add(u32::from(segment.flags.fin));
        sent.insert(packet, (carried, payload, place));
    }
    for (_, index) in table.in_order() {
        table.end_at(index, &history, &mut told);
    }
    assert_eq!((told.begun, told.finished), (table.streams(), table.streams()));
    told.check_bytes(&sent);
}

/// Where a chunk stands in its stream and in the capture.
#[derive(Debug)]
struct Chunk {
    side: Side,
    offset: u64,
    packet: u64,
    place: u64,
}

/// What all connections told.
#[derive(Default)]
struct Told {
    begun: u64,
    finished: u64,
    /// With the number of the stream, and the bytes.
    chunks: Vec<(u64, Chunk, Vec<u8>)>,
}

impl Told {
    /// Every chunk stands where it says that it does, and all chunks of a stream begin it at one sequence number.
    fn check_bytes(&self, sent: &HashMap<u64, (u32, Vec<u8>, u64)>) {
        let mut starts = HashMap::new();
        for (stream, chunk, bytes) in &self.chunks {
            let (sequence, payload, place) = &sent[&chunk.packet];
            let at = (chunk.place - place) as usize;
            assert!(payload[at..].starts_with(bytes), "{chunk:?}");
            let start = sequence.wrapping_add(at as u32).wrapping_sub(chunk.offset as u32);
            assert_eq!(*starts.entry((*stream, chunk.side)).or_insert(start), start, "{chunk:?}");
        }
    }
}

/// Reads one connection.
#[derive(Default)]
struct Recorder {
    begun: bool,
    next: [u64; 2],
    finished: bool,
    /// It needs no facts any more; one of two kinds of streams that are read to their ends.
    settled: bool,
}

impl Recorder {
    fn go_on(&mut self, side: Side, offset: u64, length: u64, told: &mut Told) {
        self.call(told);
        assert_eq!(self.next[side.index()], offset, "{side:?}");
        assert!(length > 0);
        self.next[side.index()] += length;
    }

    fn call(&mut self, told: &mut Told) {
        assert!(!self.finished, "nothing is told behind the end");
        told.begun += u64::from(!std::mem::replace(&mut self.begun, true));
    }
}

impl Stack for Recorder {
    type Out<'o> = Told;

    fn data(&mut self, chunk: StreamChunk<'_>, facts: &Facts, told: &mut Told) {
        self.go_on(chunk.side, chunk.offset, chunk.bytes.len() as u64, told);
        assert!(self.settled || chunk.origin.packet <= facts.last.packet);
        self.settled |= facts.stream % 4 < 2;
        let StreamChunk { side, offset, place, .. } = chunk;
        let at = Chunk { side, offset, packet: chunk.origin.packet, place };
        told.chunks.push((facts.stream, at, chunk.bytes.to_vec()));
    }

    fn gap(&mut self, gap: Gap, _: &Facts, told: &mut Told) {
        self.go_on(gap.side, gap.offset, gap.length, told);
    }

    fn end(&mut self, _: End, _: &Facts, told: &mut Told) {
        self.call(told);
    }

    fn found(&mut self, _: Side, finding: Finding, _: Origin, _: &Facts, told: &mut Told) {
        self.call(told);
        assert!(!finding.message.is_empty());
    }

    fn finish(&mut self, _: Ending, facts: &Facts, told: &mut Told) {
        self.call(told);
        self.finished = true;
        told.finished += 1;
        assert_eq!(facts.delivered, self.next);
    }

    fn held(&self) -> usize {
        self.next.iter().sum::<u64>() as usize % 512
    }

    fn may_hold(&self, _: Side) -> bool {
        true
    }

    fn begin(&self, _: &Facts, _: &mut Told) {}

    fn touch(&self, side: Side) -> usize {
        self.next[side.index()] as usize
    }

    fn is_settled(&self) -> bool {
        self.settled
    }

    /// Every fourth stack has soon seen enough.
    fn wants_more(&self, facts: &Facts) -> bool {
        facts.stream % 4 != 3 || self.next.iter().sum::<u64>() < 1_000
    }
}
