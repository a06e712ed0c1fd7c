//! Segments of a few flows in any order: each stream is told without a break, and every byte is one that its packet
//! carried at that sequence number.

use std::collections::HashMap;
use std::net::IpAddr;

use sockscope_core::capture::Timestamp;
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
        unacknowledged: usize::from(input.u8()) * 16,
        connections: usize::from(input.u8() % 4) + 1,
        ..Limits::default()
    };
    let mut table = Table::<Recorder>::new(&limits);
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
        let mut payload: Vec<u8> = (0..length as u32).map(|at| byte_at(sequence.wrapping_add(at))).collect();
        let extra = input.u8();
        if extra & 0xf == 0xf {
            payload.iter_mut().for_each(|byte| *byte ^= extra);
        }
        // Times run backwards now and then.
        time = time.wrapping_add_signed(i64::from(input.u16().cast_signed()) << (extra >> 4) << 8);
        let ports = [1_000 + flow as u16, 80];
        let end = |side: usize| (IpAddr::from([10, 0, 0, side as u8]), ports[side]);
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
            cut: u32::from(flags >> 6 & 1) * 100,
            tcp: (flags & 128 != 0).then_some(&payload),
        };
        table.push(&segment, Origin { packet, time: Some(Timestamp(time)) }, &mut told);
        let carried = sequence.wrapping_add(u32::from(segment.flags.syn));
        next[flow][side] = carried.wrapping_add(length as u32).wrapping_add(u32::from(segment.flags.fin));
        sent.insert(packet, (carried, payload));
    }
    table.finish_all(&mut told);
    assert_eq!((told.begun, told.finished), (table.streams(), table.streams()));
    told.check_bytes(&sent);
}

/// What a byte is at that sequence number, where nobody lies.
fn byte_at(sequence: u32) -> u8 {
    (sequence.wrapping_mul(0x9e37_79b1) >> 24) as u8
}

/// What all connections told.
#[derive(Default)]
struct Told {
    begun: u64,
    finished: u64,
    chunks: Vec<(u64, Side, u64, Vec<u8>, u64)>,
}

impl Told {
    /// For each stream there is one place in sequence space at which all its chunks are what their packets carried.
    fn check_bytes(&self, sent: &HashMap<u64, (u32, Vec<u8>)>) {
        let mut starts: HashMap<(u64, Side), Vec<u32>> = HashMap::new();
        for (stream, side, offset, bytes, packet) in &self.chunks {
            let (sequence, payload) = &sent[packet];
            let fits = |start: u32| {
                let place = start.wrapping_add(*offset as u32).wrapping_sub(*sequence) as usize;
                payload.get(place..).is_some_and(|payload| payload.starts_with(bytes))
            };
            let first = || {
                let places = 0..=(payload.len() as u32).saturating_sub(bytes.len() as u32);
                places.map(|place| sequence.wrapping_add(place).wrapping_sub(*offset as u32)).collect()
            };
            let starts = starts.entry((*stream, *side)).or_insert_with(first);
            starts.retain(|start| fits(*start));
            assert!(!starts.is_empty(), "stream {stream}, {side:?}, offset {offset}, packet {packet}");
        }
    }
}

/// Reads one connection.
#[derive(Default)]
struct Recorder {
    begun: bool,
    next: [u64; 2],
    finished: bool,
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
        assert!(chunk.origin.packet <= facts.last.packet);
        told.chunks.push((facts.stream, chunk.side, chunk.offset, chunk.bytes.to_vec(), chunk.origin.packet));
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

    /// Every fourth stack has soon seen enough.
    fn wants_more(&self, facts: &Facts) -> bool {
        facts.stream % 4 != 3 || self.next.iter().sum::<u64>() < 1_000
    }
}
