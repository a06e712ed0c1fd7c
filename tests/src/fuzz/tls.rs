//! A key log and two streams of records with holes: what is decrypted does not depend on how the streams are cut, and plain
//! streams have no break. Seeds hold real connections, so that changed ones reach what stands behind cryptography.

use sockscope_core::stream::{Gap, GapReason, Origin, Side, StreamChunk};
use sockscope_core::tls::{Connection, Out, Plain, Secrets};

use super::{Input, pieces};

/// Something that comes of a direction.
enum Item<'a> {
    Bytes(Side, &'a [u8]),
    Gap(Side, u64),
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (seed, log) = (input.u8(), input.u16());
    let secrets = Secrets::default();
    secrets.read(input.bytes(usize::from(log)));
    let mut items = Vec::new();
    while !input.is_empty() {
        let way = input.u8();
        let side = if way & 1 == 0 { Side::Client } else { Side::Server };
        let length = input.u16();
        items.push(match way & 0x70 {
            0x70 => Item::Gap(side, u64::from(length) + 1),
            _ => Item::Bytes(side, input.bytes(usize::from(length))),
        });
    }
    let mut whole = decrypt(&items, &secrets, |bytes| vec![bytes]);
    let mut cut = decrypt(&items, &secrets, |bytes| pieces(bytes, seed));
    // A side that waits for the other one goes on within a segment, or behind it.
    whole.failed.sort();
    cut.failed.sort();
    assert_eq!(whole.streams, cut.streams);
    assert_eq!(whole.failed, cut.failed);
}

/// What comes out, by side: bytes, and `None` for each one that is lost.
#[derive(Default)]
struct Told {
    streams: [Vec<(u64, Vec<u8>)>; 2],
    next: [u64; 2],
    failed: Vec<String>,
}

impl Out for Told {
    fn plain(&mut self, plain: Plain<'_>, connection: &Connection) {
        let StreamChunk { side, offset, bytes, .. } = plain.chunk;
        assert_eq!(offset, self.next[side.index()], "the plain stream has no break");
        self.next[side.index()] += bytes.len() as u64;
        assert_eq!(connection.plain_length(side), self.next[side.index()]);
        self.streams[side.index()].push((offset, bytes.to_vec()));
    }

    fn gap(&mut self, gap: Gap, _: &Connection) {
        assert_eq!(gap.offset, self.next[gap.side.index()], "the plain stream has no break");
        assert!(gap.length > 0);
        self.next[gap.side.index()] = gap.offset.saturating_add(gap.length);
    }

    fn failed(&mut self, _: Side, _: Origin, text: String, _: &Connection) {
        assert!(!text.is_empty());
        self.failed.push(text);
    }
}

fn decrypt<'a>(items: &[Item<'a>], secrets: &Secrets, cut: impl Fn(&'a [u8]) -> Vec<&'a [u8]>) -> Told {
    let (mut connection, mut told) = (Connection::default(), Told::default());
    let mut offsets = [0_u64; 2];
    for (packet, item) in (1..).zip(items) {
        let origin = Origin { packet, time: None };
        match *item {
            Item::Bytes(side, bytes) => {
                for bytes in cut(bytes) {
                    let offset = offsets[side.index()];
                    let chunk =
                        StreamChunk { side, offset, bytes, place: offset, origin, acknowledged: None };
                    connection.push(chunk, secrets, &mut told);
                    offsets[side.index()] += bytes.len() as u64;
                }
            }
            Item::Gap(side, length) => {
                let offset = offsets[side.index()];
                let gap = Gap { side, offset, length, exact: true, reason: GapReason::Lost, origin };
                connection.gap(gap, secrets, &mut told);
                offsets[side.index()] += length;
            }
        }
        for side in Side::BOTH {
            assert!(connection.plain_offset(side, 0) <= connection.plain_length(side));
        }
    }
    Side::BOTH.into_iter().for_each(|side| connection.finish(side, &mut told));
    // What connections say of themselves can be asked at any time.
    let (session, facts) = (connection.session(), connection.facts());
    assert!(facts.cipher.is_none() || facts.version.is_some());
    assert!(session.is_none_or(|session| !session.randoms.is_empty()));
    told
}
