//! A capture file of any bytes: the packets and faults are the same however it is cut, and are numbered in order.

use std::hash::{DefaultHasher, Hash, Hasher};

use sockscope_core::capture::{CaptureError, CaptureEvent, CaptureReader, Fault};
use sockscope_core::limits::Limits;

use super::{Input, pieces};

const BLOCK: usize = 64 << 10;

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let seed = input.u8();
    let file = input.rest();
    let whole = Seen::of(&[file]);
    assert_eq!(whole, Seen::of(&pieces(file, seed)));
}

/// What a reader told. Packets are many where the file is a bomb, so that they are only hashed.
#[derive(Debug, Default, PartialEq)]
struct Seen {
    packets: u64,
    hash: u64,
    faults: Vec<Fault>,
    error: Option<CaptureError>,
    length: u64,
}

impl Seen {
    fn of(chunks: &[&[u8]]) -> Self {
        let limits = Limits { block: BLOCK, ..Limits::default() };
        let mut reader = CaptureReader::new(&limits);
        let mut seen = Self::default();
        let (mut number, mut end, mut told) = (0, 0, 0);
        let mut take = |event: CaptureEvent<'_>| match event {
            CaptureEvent::Packets(packets) => {
                for packet in packets {
                    seen.packets += 1;
                    assert!(packet.number > number && packet.number >= seen.packets);
                    number = packet.number;
                    assert!(packet.offset >= end && packet.data.len() <= BLOCK);
                    end = packet.offset + packet.data.len() as u64;
                    seen.add(&(packet.time, packet.link_type, packet.interface));
                    seen.add(&(packet.record, packet.offset, packet.data, packet.original_length));
                }
            }
            CaptureEvent::Bytes(bytes) => told += bytes.len() as u64,
            CaptureEvent::Secrets { kind, data } => seen.add(&(kind, data)),
            CaptureEvent::Structure { offset, bytes } => seen.add(&(offset, bytes)),
            // Not asked for.
            CaptureEvent::Plain(_) => unreachable!("the file need not be read again"),
            CaptureEvent::Fault(fault) => seen.faults.push(fault),
        };
        let pushed = chunks.iter().try_for_each(|chunk| reader.push(chunk, &mut take));
        let error = pushed.and_then(|()| reader.finish(&mut take)).err();
        assert!(reader.has_ended());
        assert_eq!(reader.packets(), seen.packets);
        if error.is_none() {
            seen.length = reader.offset();
            // All bytes of packets were told; of a chunk with damage in it, those behind it too.
            assert!(end <= seen.length && end <= told);
        }
        seen.error = error;
        seen
    }

    fn add(&mut self, what: &impl Hash) {
        let mut hasher = DefaultHasher::new();
        (self.hash, what).hash(&mut hasher);
        self.hash = hasher.finish();
    }
}
