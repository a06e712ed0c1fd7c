//! Bits and prefix codes of DEFLATE (RFC 1951 §3.1.1, §3.2.2).

/// Why nothing more can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// The input at hand ends first.
    NeedsInput,
    /// The bytes are no DEFLATE.
    Damage,
}

/// Input not yet used, the next bit lowest.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits {
    /// The bits from `count` on are zero.
    value: u64,
    /// `count <= 64`.
    count: u32,
}

impl Bits {
    /// Takes as many whole bytes as fit, so that at least 57 bits are there unless `bytes` is empty.
    pub fn refill(&mut self, bytes: &mut &[u8]) {
        if let Some((next, _)) = bytes.split_first_chunk::<8>() {
            let whole = (64 - self.count) / 8;
            // No bits beyond the whole bytes, or else the invariant of `value` is lost.
            let fitting = u64::from_le_bytes(*next) & u64::MAX.checked_shr(64 - whole * 8).unwrap_or(0);
            self.value |= fitting.checked_shl(self.count).unwrap_or(0);
            self.count += whole * 8;
            *bytes = bytes.get(whole as usize..).unwrap_or_default();
            return;
        }
        while self.count <= 56 {
            let Some((first, rest)) = bytes.split_first() else { return };
            self.value |= u64::from(*first) << self.count;
            self.count += 8;
            *bytes = rest;
        }
    }

    /// The next `count` bits, at most 32, which stay.
    pub fn peek(&self, count: u32) -> Result<u32, Halt> {
        if count > self.count {
            return Err(Halt::NeedsInput);
        }
        Ok((self.value & ((1 << count) - 1)) as u32)
    }

    /// The next `count` bits, at most 32.
    pub fn take(&mut self, count: u32) -> Result<u32, Halt> {
        let value = self.peek(count)?;
        self.drop_bits(count);
        Ok(value)
    }

    /// Passes over `count` bits that are there.
    pub fn drop_bits(&mut self, count: u32) {
        self.value = self.value.checked_shr(count).unwrap_or(0);
        self.count = self.count.saturating_sub(count);
    }

    /// Passes over the rest of the byte that is read from.
    pub fn drop_to_byte(&mut self) {
        self.drop_bits(self.count % 8);
    }

    /// Passes over whole bytes, at most `most`; says how many.
    pub fn drop_bytes(&mut self, most: u32) -> Result<u32, Halt> {
        let whole = (self.count / 8).min(most);
        if whole == 0 {
            return Err(Halt::NeedsInput);
        }
        self.drop_bits(whole * 8);
        Ok(whole)
    }
}

/// The longest code (§3.2.7).
const LONGEST: usize = 15;

/// Codes up to this length are looked up in one step.
const QUICK: u32 = 9;

/// A prefix code.
#[derive(Debug)]
pub(super) struct Huffman {
    /// For each value of the next [`QUICK`] bits the symbol times 16 and the length of its code; 0 where it is longer.
    quick: [u16; 1 << QUICK],
    /// How many symbols have a code of each length.
    counts: [u16; LONGEST + 1],
    /// The symbols in the order of their codes.
    symbols: [u16; 288],
}

impl Huffman {
    /// A code without symbols.
    pub fn empty() -> Self {
        Self { quick: [0; 1 << QUICK], counts: [0; LONGEST + 1], symbols: [0; 288] }
    }

    /// The code with these lengths; one that no lengths can make is left empty.
    pub fn of(lengths: &[u8]) -> Self {
        let mut code = Self::empty();
        if code.assign(lengths).is_err() {
            return Self::empty();
        }
        code
    }

    /// Becomes the code in which symbol `i` has a code of `lengths[i]` bits, or none where that is 0 (§3.2.2).
    pub fn assign(&mut self, lengths: &[u8]) -> Result<(), Halt> {
        self.quick.fill(0);
        self.counts.fill(0);
        for &length in lengths {
            *self.counts.get_mut(usize::from(length)).ok_or(Halt::Damage)? += 1;
        }
        self.counts[0] = 0;
        let (mut first_codes, mut first_places) = ([0_u32; LONGEST + 1], [0_u16; LONGEST + 1]);
        let (mut code, mut place) = (0_u32, 0_u16);
        for (length, &count) in self.counts.iter().enumerate() {
            (first_codes[length], first_places[length]) = (code, place);
            place += count;
            code += u32::from(count);
            if length > 0 && code > 1 << length {
                return Err(Halt::Damage);
            }
            code <<= 1;
        }
        for (symbol, &length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            let place = usize::from(length);
            let (code, slot) = (first_codes[place], first_places[place]);
            (first_codes[place], first_places[place]) = (code + 1, slot + 1);
            *self.symbols.get_mut(usize::from(slot)).ok_or(Halt::Damage)? = symbol as u16;
            let bits = u32::from(length);
            if bits <= QUICK {
                // Codes stand in the stream with their highest bit first.
                let start = (code << (32 - bits)).reverse_bits() as usize;
                for entry in self.quick.iter_mut().skip(start).step_by(1 << bits) {
                    *entry = (symbol as u16) << 4 | u16::from(length);
                }
            }
        }
        Ok(())
    }

    /// The next symbol and the length of its code, which stays.
    #[inline]
    pub fn decode(&self, bits: &Bits) -> Result<(u16, u32), Halt> {
        let entry = self.quick.get((bits.value & ((1 << QUICK) - 1)) as usize).copied().unwrap_or(0);
        let length = u32::from(entry & 15);
        if length != 0 && length <= bits.count {
            return Ok((entry >> 4, length));
        }
        self.decode_slowly(bits)
    }

    /// Bit by bit, comparing with the first code of each length.
    fn decode_slowly(&self, bits: &Bits) -> Result<(u16, u32), Halt> {
        let (mut code, mut first, mut place) = (0_u32, 0_u32, 0_usize);
        for (length, &count) in (1..).zip(self.counts.iter().skip(1)) {
            if length > bits.count {
                return Err(Halt::NeedsInput);
            }
            code |= (bits.value >> (length - 1) & 1) as u32;
            let count = u32::from(count);
            if code < first + count {
                let symbol = self.symbols.get(place + (code - first) as usize);
                return symbol.map(|&symbol| (symbol, length)).ok_or(Halt::Damage);
            }
            place += count as usize;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Halt::Damage)
    }
}
