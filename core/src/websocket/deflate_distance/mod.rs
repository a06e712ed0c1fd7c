//! Walks through the symbols of DEFLATE blocks (RFC 1951) without producing output, to learn how far they reach back.
//!
//! permessage-deflate lets end points agree on a window smaller than DEFLATE's 32 KiB (RFC 7692 §7.1.2), and an
//! inflater with the larger window does not notice when that is broken. This walk does. It counts output bytes and
//! looks at distances, over input that may be cut anywhere. Damage ends it in silence: telling of that is the
//! inflater's business.
//!
//! Reading: RFC 1951 §3.2.3 (blocks), §3.2.5 (lengths and distances), §3.2.7 (dynamic codes).

mod huffman;

use std::sync::LazyLock;

use self::huffman::{Bits, Halt, Huffman};

/// The distance that reaches farthest beyond the window of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Bytes back.
    pub distance: u32,
    /// Offset in the inflated message of the byte that refers back.
    pub position: u64,
    /// Bytes back that were agreed.
    pub window: u32,
}

/// Watches the distances of one direction's messages.
#[derive(Debug)]
pub struct DistanceWalker {
    bits: Bits,
    awaits: Awaits,
    tally: Tally,
    /// The code lengths of a dynamic block while they are read.
    lengths: [u8; LITERALS + DISTANCES],
    dynamic: Codes,
}

/// The most symbols of the literal and length alphabet, and of the distance alphabet, that a block can name.
const LITERALS: usize = 288;
const DISTANCES: usize = 32;

/// What the walk awaits next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    BlockHeader,
    StoredLength,
    StoredBytes(u32),
    DynamicCounts,
    /// The code lengths of the code for code lengths.
    MetaLengths(Counts),
    /// The code lengths of the block's two codes.
    Lengths(Counts),
    FixedSymbol,
    DynamicSymbol,
    /// Damage: nothing more until the next message.
    NextMessage,
}

/// How many lengths a dynamic block names, and how many of them are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counts {
    literals: usize,
    distances: usize,
    meta: usize,
    read: usize,
}

impl DistanceWalker {
    /// For a direction with a window of `1 << window_bits` bytes, 8 to 15.
    pub fn new(window_bits: u8) -> Self {
        Self {
            bits: Bits::default(),
            awaits: Awaits::BlockHeader,
            tally: Tally {
                window: 1 << window_bits.clamp(8, 15),
                position: 0,
                worst: None,
                is_behind_final_block: false,
            },
            lengths: [0; LITERALS + DISTANCES],
            dynamic: Codes { literals: Huffman::empty(), distances: Huffman::empty() },
        }
    }

    /// A message begins, and with it a block (RFC 7692 §7.2.1).
    pub fn start(&mut self) {
        self.bits = Bits::default();
        self.awaits = Awaits::BlockHeader;
        (self.tally.position, self.tally.worst) = (0, None);
        self.tally.is_behind_final_block = false;
    }

    /// The next compressed bytes of the message.
    pub fn push(&mut self, mut bytes: &[u8]) {
        if self.awaits == Awaits::NextMessage {
            return;
        }
        loop {
            self.bits.refill(&mut bytes);
            match self.walk(&mut bytes) {
                Ok(awaits) => self.awaits = awaits,
                Err(Halt::NeedsInput) if bytes.is_empty() => return,
                Err(Halt::NeedsInput) => {}
                Err(Halt::Damage) => {
                    self.awaits = Awaits::NextMessage;
                    return;
                }
            }
        }
    }

    /// Bytes of output of the message so far.
    pub fn position(&self) -> u64 {
        self.tally.position
    }

    /// The distance of the message that is farthest beyond the window.
    pub fn worst(&self) -> Option<Reach> {
        self.tally.worst
    }

    /// One step as far as the bits at hand allow; nothing is taken of what is not there as a whole.
    fn walk(&mut self, bytes: &mut &[u8]) -> Result<Awaits, Halt> {
        match self.awaits {
            Awaits::BlockHeader => self.block_header(),
            Awaits::StoredLength => {
                let length = self.bits.take(32)?;
                if length & 0xffff != !length >> 16 {
                    return Err(Halt::Damage);
                }
                Ok(Awaits::StoredBytes(length & 0xffff))
            }
            Awaits::StoredBytes(0) => Ok(Awaits::BlockHeader),
            Awaits::StoredBytes(left) => {
                let whole = self.bits.drop_bytes(left)?;
                self.tally.produce(whole);
                Ok(Awaits::StoredBytes(left - whole))
            }
            Awaits::DynamicCounts => {
                let counts = self.bits.take(14)?;
                let literals = (counts & 0x1f) as usize + 257;
                let distances = (counts >> 5 & 0x1f) as usize + 1;
                let meta = (counts >> 10) as usize + 4;
                self.lengths.fill(0);
                Ok(Awaits::MetaLengths(Counts { literals, distances, meta, read: 0 }))
            }
            Awaits::MetaLengths(counts) => self.meta_length(counts),
            Awaits::Lengths(counts) => self.length(counts),
            Awaits::FixedSymbol => self.tally.symbols(&FIXED, &mut self.bits, bytes),
            Awaits::DynamicSymbol => self.tally.symbols(&self.dynamic, &mut self.bits, bytes),
            Awaits::NextMessage => Err(Halt::Damage),
        }
    }

    /// §3.2.3. BFINAL ends nothing here: the next block begins at the next byte (RFC 7692 §7.2.3.4).
    fn block_header(&mut self) -> Result<Awaits, Halt> {
        if self.tally.is_behind_final_block {
            self.bits.drop_to_byte();
            self.tally.is_behind_final_block = false;
        }
        let header = self.bits.take(3)?;
        self.tally.is_behind_final_block = header & 1 == 1;
        match header >> 1 {
            0 => {
                self.bits.drop_to_byte();
                Ok(Awaits::StoredLength)
            }
            1 => Ok(Awaits::FixedSymbol),
            2 => Ok(Awaits::DynamicCounts),
            _ => Err(Halt::Damage),
        }
    }

    /// §3.2.7: the lengths of the code for code lengths, in their own order.
    fn meta_length(&mut self, mut counts: Counts) -> Result<Awaits, Halt> {
        const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
        if counts.read < counts.meta {
            let length = self.bits.take(3)?;
            let slot = ORDER.get(counts.read).and_then(|&symbol| self.lengths.get_mut(symbol));
            *slot.ok_or(Halt::Damage)? = length as u8;
            counts.read += 1;
            return Ok(Awaits::MetaLengths(counts));
        }
        self.dynamic.literals.assign(self.lengths.get(..ORDER.len()).unwrap_or_default())?;
        self.lengths.fill(0);
        Ok(Awaits::Lengths(Counts { read: 0, ..counts }))
    }

    /// §3.2.7: the lengths of both codes in one sequence, with repetitions that may cross from one to the other.
    fn length(&mut self, mut counts: Counts) -> Result<Awaits, Halt> {
        let all = counts.literals + counts.distances;
        if counts.read == all {
            let lengths = self.lengths.get(..all).unwrap_or_default();
            let (literals, distances) = lengths.split_at(counts.literals.min(lengths.len()));
            self.dynamic.literals.assign(literals)?;
            self.dynamic.distances.assign(distances)?;
            return Ok(Awaits::DynamicSymbol);
        }
        let (symbol, bits) = self.dynamic.literals.decode(&self.bits)?;
        let previous = counts.read.checked_sub(1).and_then(|place| self.lengths.get(place)).copied();
        let (length, base, extra) = match symbol {
            0..=15 => (symbol as u8, 1, 0),
            16 => (previous.ok_or(Halt::Damage)?, 3, 2),
            17 => (0, 3, 3),
            _ => (0, 11, 7),
        };
        let repeat = base + (self.bits.peek(bits + extra)? >> bits) as usize;
        self.bits.drop_bits(bits + extra);
        if repeat > all - counts.read {
            return Err(Halt::Damage);
        }
        self.lengths.get_mut(counts.read..counts.read + repeat).ok_or(Halt::Damage)?.fill(length);
        counts.read += repeat;
        Ok(Awaits::Lengths(counts))
    }
}

/// What has been counted in the message at hand.
#[derive(Debug)]
struct Tally {
    window: u32,
    position: u64,
    worst: Option<Reach>,
    is_behind_final_block: bool,
}

impl Tally {
    fn produce(&mut self, count: u32) {
        self.position = self.position.saturating_add(count.into());
    }

    /// Symbols up to the block's end (§3.2.5).
    fn symbols(&mut self, codes: &Codes, bits: &mut Bits, bytes: &mut &[u8]) -> Result<Awaits, Halt> {
        loop {
            bits.refill(bytes);
            let (symbol, used) = codes.literals.decode(bits)?;
            let Some(length_symbol) = symbol.checked_sub(256) else {
                bits.drop_bits(used);
                self.produce(1);
                continue;
            };
            let Some(length_code) = length_symbol.checked_sub(1) else {
                bits.drop_bits(used);
                return Ok(Awaits::BlockHeader);
            };
            let &(base, extra) = LENGTHS.get(usize::from(length_code)).ok_or(Halt::Damage)?;
            let length = u32::from(base) + (bits.peek(used + extra)? >> used);
            let mut rest = *bits;
            rest.drop_bits(used + extra);
            let (distance_code, used) = codes.distances.decode(&rest)?;
            let &(base, extra) = DISTANCE_BASES.get(usize::from(distance_code)).ok_or(Halt::Damage)?;
            let distance = u32::from(base) + (rest.peek(used + extra)? >> used);
            rest.drop_bits(used + extra);
            *bits = rest;
            self.look_at(distance);
            self.produce(length);
        }
    }

    fn look_at(&mut self, distance: u32) {
        if distance > self.window && self.worst.is_none_or(|worst| distance > worst.distance) {
            self.worst = Some(Reach { distance, position: self.position, window: self.window });
        }
    }
}

/// The two codes of a block.
#[derive(Debug)]
struct Codes {
    literals: Huffman,
    distances: Huffman,
}

/// §3.2.6.
static FIXED: LazyLock<Codes> = LazyLock::new(|| {
    let mut lengths = [8; LITERALS];
    for (symbol, length) in lengths.iter_mut().enumerate() {
        match symbol {
            144..=255 => *length = 9,
            256..=279 => *length = 7,
            _ => {}
        }
    }
    Codes { literals: Huffman::of(&lengths), distances: Huffman::of(&[5; DISTANCES]) }
});

/// §3.2.5: base and extra bits of the length codes 257 to 285.
const LENGTHS: [(u16, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// §3.2.5: base and extra bits of the distance codes 0 to 29.
const DISTANCE_BASES: [(u16, u32); 30] = distance_bases();

const fn distance_bases() -> [(u16, u32); 30] {
    let mut bases = [(0, 0); 30];
    let (mut code, mut base) = (0, 1);
    while code < bases.len() {
        // Two codes share each number of extra bits, but for the first four, which have none.
        let extra = if code < 4 { 0 } else { code as u32 / 2 - 1 };
        bases[code] = (base, extra);
        base += 1 << extra;
        code += 1;
    }
    bases
}

#[cfg(test)]
mod tests;
