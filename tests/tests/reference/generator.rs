//! Random conversations, and what a network does to their segments.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sockscope_tests::wire::{STEP, Segment};
use sockscope_tests::{Side, Wire};

use crate::spoken::Spoken;

/// What is said, and in segments of which sizes.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub deflate: bool,
    pub starts: [u32; 2],
    pub speeches: Vec<Speech>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Speech {
    pub side: Side,
    pub kind: Kind,
    pub size: usize,
    /// How often one byte stands where it stood before: 0 is noise.
    pub sameness: u8,
    pub compressed: bool,
    pub fragments: usize,
    /// Pings between the fragments.
    pub pings: bool,
    pub segment_size: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
    Ping,
}

impl Conversation {
    pub fn speak(&self) -> Spoken {
        Spoken::of(self)
    }
}

pub fn conversations() -> impl Strategy<Value = Conversation> {
    (any::<bool>(), any::<[u32; 2]>(), vec(speeches(), 1..12))
        .prop_map(|(deflate, starts, speeches)| Conversation { deflate, starts, speeches })
}

fn speeches() -> impl Strategy<Value = Speech> {
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    let kind = prop_oneof![3 => Just(Kind::Text), 3 => Just(Kind::Binary), 1 => Just(Kind::Ping)];
    // The lengths at which the header changes its form are likelier than the others.
    let size = prop_oneof![
        6 => 0..400_usize,
        3 => 123..129_usize,
        1 => 65_533..65_539_usize,
        1 => 400..20_000_usize,
    ];
    let segment_size = prop_oneof![2 => Just(1_440_usize), 1 => 1..60_usize, 1 => 60..1_440_usize];
    (side, kind, size, 0..4_u8, any::<bool>(), 1..5_usize, any::<bool>(), segment_size).prop_map(
        |(side, kind, size, sameness, compressed, fragments, pings, segment_size)| Speech {
            side,
            kind,
            size: if kind == Kind::Ping { size % 126 } else { size },
            sameness,
            compressed,
            fragments,
            pings,
            // A large message in tiny segments takes long and shows nothing that a small one does not.
            segment_size: segment_size.max(size / 200 + 1),
        },
    )
}

/// What becomes of segments on their way, the same again and again.
#[derive(Clone, Debug)]
pub struct Network {
    fates: Vec<Fate>,
}

/// What becomes of one segment.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Passes,
    /// Comes so many places later.
    Late(usize),
    /// Comes again so many places later.
    Again(usize),
    /// Comes again with what its sender sent before and after it, from and up to those places.
    Overlaps(usize, usize, usize),
}

/// A segment may be late by fewer than the 64 packets after which a hole is given up: the others of its side and all
/// copies move too.
const REACH: usize = 14;

pub fn networks() -> impl Strategy<Value = Network> {
    let fate = prop_oneof![
        6 => Just(Fate::Passes),
        2 => (1..REACH).prop_map(Fate::Late),
        1 => (1..REACH).prop_map(Fate::Again),
        1 => (1..REACH, 0..900_usize, 0..900_usize).prop_map(|(by, from, to)| Fate::Overlaps(by, from, to)),
    ];
    vec(fate, 1..60).prop_map(|fates| Network { fates })
}

impl Network {
    /// The connection as it is captured behind this network. The handshake of TCP stays first.
    pub fn carry(&self, mut wire: Wire) -> Wire {
        let segments = std::mem::take(&mut wire.segments);
        let (first, rest) = segments.split_at(3);
        let mut placed: Vec<(usize, Segment)> = Vec::new();
        for (place, (segment, fate)) in rest.iter().zip(self.fates.iter().cycle()).enumerate() {
            match *fate {
                Fate::Passes => placed.push((place, segment.clone())),
                Fate::Late(by) => placed.push((place + by, segment.clone())),
                Fate::Again(by) => {
                    placed.push((place, segment.clone()));
                    placed.push((place + by, segment.clone()));
                }
                Fate::Overlaps(by, from, to) => {
                    placed.push((place, segment.clone()));
                    placed.extend(overlapping(rest, place, from, to).map(|copy| (place + by, copy)));
                }
            }
        }
        placed.sort_by_key(|(place, _)| *place);
        let all = first.iter().cloned().chain(placed.into_iter().map(|(_, segment)| segment));
        let time = |number: usize| segments[0].time + number as u64 * STEP.as_nanos() as u64;
        wire.segments =
            all.enumerate().map(|(number, segment)| Segment { time: time(number), ..segment }).collect();
        wire
    }
}

/// A segment that begins within the one at `place` and ends within the next one of its side.
fn overlapping(segments: &[Segment], place: usize, from: usize, to: usize) -> Option<Segment> {
    let segment = &segments[place];
    let follows = segment.sequence.wrapping_add(segment.payload.len() as u32);
    // One that was sent much later would acknowledge what was not sent yet.
    let next = segments[place + 1..]
        .iter()
        .take(REACH)
        .find(|next| next.from == segment.from && !next.payload.is_empty() && next.sequence == follows)?;
    let from = from.checked_rem(segment.payload.len())?;
    let to = to % next.payload.len();
    let payload = [&segment.payload[from..], &next.payload[..to]].concat();
    let sequence = segment.sequence.wrapping_add(from as u32);
    // One byte before what is expected next is a keep-alive, and not a copy.
    (payload.len() > 1).then(|| Segment { sequence, payload, fin: false, ..next.clone() })
}

/// Which segments are lost.
pub fn losses() -> impl Strategy<Value = Vec<Index>> {
    vec(any::<Index>(), 1..6)
}
