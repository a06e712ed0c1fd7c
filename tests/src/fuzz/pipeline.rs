//! The whole engine, on a capture of any bytes or on one that is built from them step by step: conversations with
//! frames of every kind, compressed or not, whose segments are lost, repeated, moved and altered. The rows do not depend
//! on how the capture is cut and agree with each other.

use std::collections::BTreeMap;
use std::time::Duration;

use sockscope_core::limits::Limits;
use sockscope_core::session::{DecodeAs, Options, PayloadWanted};
use sockscope_core::stream::Side;

use super::{Input, pieces};
use crate::capture::{Pcap, PcapNg};
use crate::decode::{Decoded, decode_chunks};
use crate::deflate::Deflater;
use crate::frame::{Frame, LengthForm, Mask, Masks};
use crate::http::Head;
use crate::wire::{Checksum, Wire, packets_of};

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (seed, how) = (input.u8(), input.u8());
    let wanted = [PayloadWanted::Full, PayloadWanted::Preview, PayloadWanted::Hash, PayloadWanted::None];
    let options = Options {
        limits: limits(how),
        payload: wanted[usize::from(how & 3)],
        decode_as: if how & 4 == 0 { Vec::new() } else { vec![DecodeAs { host: None, port: 80 }] },
        ..Options::default()
    };
    let capture = if how & 8 == 0 { build(&mut input) } else { input.rest().to_vec() };
    let whole = decode_chunks([&capture[..]], options.clone());
    let cut = decode_chunks(pieces(&capture, seed), options);
    match (whole, cut) {
        (Ok(whole), Ok(cut)) => {
            assert_eq!(whole, cut);
            // Blocks of pcapng that Wireshark lists beside the packets have numbers too.
            check(&whole, if how & 8 == 0 { whole.summary.packets } else { u64::MAX });
        }
        (whole, cut) => assert_eq!(whole.err(), cut.err()),
    }
}

fn limits(how: u8) -> Limits {
    if how & 16 == 0 {
        return Limits::default();
    }
    Limits {
        block: 2_000,
        expansion: 10,
        out_of_order: 3_000,
        compared: 3_000,
        doubted: 300,
        http_head: 500,
        pending: 1_000,
        inflated: 4_000,
        payload: 1_000,
        packets: 3,
        connections: 2,
        memory: 20_000,
        datagrams: 2,
        accept_searches: 1,
        requests: 2,
        ..Limits::default()
    }
}

/// Segments of one connection.
const SEGMENTS: usize = 300;

/// The conversations that the bytes ask for, one after the other.
fn build(input: &mut Input<'_>) -> Vec<u8> {
    let form = input.u8();
    let snap_length = usize::from(form >> 1).max(54) * if form & 1 == 0 { 64 } else { 1 };
    let mut wires = Vec::new();
    while !input.is_empty() && wires.len() < 4 {
        let size = usize::from(input.u8()) * 8 + 1;
        let mut talk = Talk {
            wire: Wire::numbered(wires.len() as u16).segments_of(size),
            masks: Masks::default(),
            deflaters: Side::BOTH.map(|_| Deflater::new()),
        };
        talk.begin(input.u8());
        while !input.is_empty() && talk.room() > 0 && talk.step(input) {}
        wires.push(talk.wire);
    }
    let wires: Vec<&Wire> = wires.iter().collect();
    let packets: Vec<_> = packets_of(&wires).into_iter().map(|packet| packet.snapped(snap_length)).collect();
    if form & 1 == 0 { Pcap::default().write(&packets) } else { PcapNg::default().write(&packets) }
}

/// One connection in the making.
struct Talk {
    wire: Wire,
    masks: Masks,
    deflaters: [Deflater; 2],
}

impl Talk {
    /// Handshakes of TCP and of WebSocket, or what is left of them.
    fn begin(&mut self, how: u8) {
        if how & 1 == 0 {
            self.wire.open();
        }
        self.upgrade(how >> 1);
    }

    fn upgrade(&mut self, how: u8) {
        let extension = "permessage-deflate; client_max_window_bits=10";
        let mut request = Head::request();
        match how & 3 {
            0 => {}
            1 => request = request.and("Sec-WebSocket-Extensions", extension),
            2 => request = request.with("Sec-WebSocket-Version", "7"),
            _ => request = request.and("Sec-WebSocket-Protocol", "chat, superchat"),
        }
        let mut answer = Head::answer(&request);
        match how >> 2 & 7 {
            0 | 1 => {}
            2 => answer = Head::refusal("401 Unauthorized"),
            3 => answer = answer.with("Sec-WebSocket-Accept", "AAAA"),
            _ if how & 3 == 1 => answer = answer.and("Sec-WebSocket-Extensions", extension),
            _ => answer = answer.and("Sec-WebSocket-Protocol", "chat"),
        }
        if how & 32 == 0 {
            self.wire.client(request.bytes());
        }
        if how & 64 == 0 {
            self.wire.server(answer.bytes());
        }
    }

    /// Segments that may still be added: more would find nothing that fewer do not.
    fn room(&self) -> usize {
        SEGMENTS.saturating_sub(self.wire.segments.len())
    }

    /// One step; `false`: the connection is left as it is.
    fn step(&mut self, input: &mut Input<'_>) -> bool {
        let (what, detail) = (input.u8(), input.u8());
        let side = Side::BOTH[usize::from(what >> 7)];
        match what & 15 {
            0..=3 => {
                let frame = frame(input, detail, what);
                self.send(side, what, &frame);
            }
            4 => {
                let length = usize::from(input.u16() % 3_000);
                let payload =
                    self.deflaters[side.index()].message(input.bytes(length).repeat(1 << (detail & 7)));
                let (first, rest) = payload.split_at(payload.len() / 2);
                let frames = match detail & 8 {
                    0 => vec![Frame::text(&payload[..]).compressed()],
                    _ => vec![Frame::binary(first).compressed().more(), Frame::continuation(rest)],
                };
                frames.iter().for_each(|frame| self.send(side, what, frame));
            }
            5 => {
                self.wire.send(side, input.bytes(detail.into()));
            }
            6 => {
                self.wire.advance(Duration::from_millis(1 << (detail & 15)));
            }
            7 => {
                self.wire.ack(side);
            }
            8 => self.upgrade(detail),
            9 if detail & 1 == 0 => {
                self.wire.fin(side);
            }
            9 => {
                self.wire.rst(side);
            }
            10..=13 => self.disturb(what & 3, detail, input),
            14 => return false,
            _ => {
                self.wire.put(side, vec![detail; usize::from(input.u8())]);
            }
        }
        true
    }

    fn send(&mut self, side: Side, what: u8, frame: &Frame) {
        let mut bytes = frame.encode(side, &mut self.masks);
        bytes.truncate(self.wire.segment_size * self.room());
        if what & 64 == 0 {
            self.wire.send(side, bytes);
        } else {
            self.wire.put(side, bytes);
        }
    }

    /// Something becomes of a segment, counted from the last.
    fn disturb(&mut self, what: u8, detail: u8, input: &mut Input<'_>) {
        let count = self.wire.segments.len();
        let Some(at) = count.checked_sub(usize::from(detail) + 1) else { return };
        match what {
            0 => {
                self.wire.lose(at);
            }
            1 => {
                let copy = self.wire.segments[at].clone();
                self.wire.append(copy);
            }
            2 => {
                let to = at.saturating_sub(usize::from(input.u8()));
                self.wire.reorder(at, to);
            }
            _ => {
                let segment = &mut self.wire.segments[at];
                let (field, by) = (input.u8(), u32::from(input.u8()));
                match field & 7 {
                    0 => segment.sequence = segment.sequence.wrapping_sub(by),
                    1 => segment.sequence = segment.sequence.wrapping_add(by << (field >> 3)),
                    2 => segment.acknowledgement = segment.acknowledgement.map(|ack| ack.wrapping_add(by)),
                    3 => segment.payload.truncate(by as usize),
                    4 => segment.payload.iter_mut().for_each(|byte| *byte ^= by as u8),
                    5 => segment.hop_limit = by as u8,
                    6 => segment.checksum = Checksum::Wrong,
                    _ => (segment.syn, segment.fin, segment.rst) = (by & 1 != 0, by & 2 != 0, by & 4 != 0),
                }
            }
        }
    }
}

fn frame(input: &mut Input<'_>, detail: u8, what: u8) -> Frame {
    let (length, fill) = (input.u8(), input.u8());
    let length = match length {
        0..=199 => usize::from(length),
        200..=254 => [125, 126, 127, 1_000, 65_535, 65_536][usize::from(length) % 6],
        255 => usize::from(input.u16() % 2_048),
    };
    let payload = match fill {
        0..=127 => vec![fill; length],
        _ => input.bytes(length).to_vec(),
    };
    Frame {
        fin: detail & 16 == 0,
        rsv: detail >> 5,
        opcode: detail & 15,
        mask: [Mask::Proper, Mask::Proper, Mask::Absent, Mask::Key([0; 4])][usize::from(what & 3)],
        length: match (what >> 4 & 3, length) {
            (1, ..0x1_0000) => LengthForm::Bits16,
            (2, _) => LengthForm::Bits64,
            (3, _) => LengthForm::HighestBit,
            _ => LengthForm::Minimal,
        },
        payload,
    }
}

/// Rows that belong together agree, and no packet has a number beyond the last.
fn check(decoded: &Decoded, last: u64) {
    assert_eq!(decoded.connections.len() as u64, decoded.summary.connections);
    let mut messages: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for row in &decoded.messages {
        messages.entry(row.connection).or_default().push(row.message);
        assert!(1 <= row.first_packet && row.last_packet <= last, "{row:?}");
        assert!(row.first_packet <= row.last_packet, "{row:?}");
        check_holes(&row.holes, row.length);
        assert!(row.holes.is_empty() || row.complete == Some(false));
        if let Some(text) = row.payload.text.as_ref().filter(|_| !row.truncated) {
            assert_eq!(text.len() as u64, row.length);
        }
    }
    let mut frames: BTreeMap<u64, u64> = BTreeMap::new();
    for row in &decoded.frames {
        *frames.entry(row.connection).or_default() += 1;
        assert!(row.packets.iter().all(|packet| (1..=last).contains(packet)));
        check_holes(&row.holes, row.length);
    }
    for row in &decoded.connections {
        let mut numbers = messages.remove(&row.connection).unwrap_or_default();
        numbers.sort_unstable();
        assert_eq!(numbers.len() as u64, row.client_messages + row.server_messages);
        assert!(numbers.iter().copied().eq(0..numbers.len() as u64), "every message has its number");
        let count = frames.remove(&row.connection).unwrap_or_default();
        assert_eq!(count, row.client_frames + row.server_frames);
    }
    assert!(messages.is_empty() && frames.is_empty(), "every row has its connection");
    assert!(decoded.diagnostics.iter().all(|row| row.connection < Some(decoded.summary.connections)));
}

fn check_holes(holes: &[(u64, u64)], length: u64) {
    let mut end = 0;
    for &(offset, size) in holes {
        assert!(offset >= end && offset.saturating_add(size) <= length);
        end = offset + size;
    }
}
