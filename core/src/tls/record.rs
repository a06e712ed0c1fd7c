//! Cuts a direction's stream into TLS records (RFC 8446 §5.1, RFC 5246 §6.2.1), however it is cut into chunks. Holds
//! at most one record that is not whole. Behind a gap, boundaries are certain where the length of the record at hand
//! reaches beyond it; else they are looked for.

use crate::stream::{Extent, Extents, Gap, Origin, StreamChunk};

/// Length of a record's header.
pub const HEADER: usize = 5;
/// Bytes behind a header at most: 2^14 and what protection may add (RFC 5246 §6.2.3).
pub const BODY: usize = (1 << 14) + 2048;

/// What a record carries (RFC 8446 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentType(pub u8);

impl ContentType {
    /// What follows is protected (RFC 5246 §7.1); in TLS 1.3 for middleboxes alone.
    pub const CHANGE_CIPHER_SPEC: Self = Self(20);
    /// RFC 8446 §6.
    pub const ALERT: Self = Self(21);
    /// RFC 8446 §4.
    pub const HANDSHAKE: Self = Self(22);
    /// In TLS 1.3 anything that is encrypted.
    pub const APPLICATION_DATA: Self = Self(23);
}

/// A record as it stands in the stream.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Stream offset of its header.
    pub offset: u64,
    /// The packet that completed it.
    pub origin: Origin,
    /// What its sender had acknowledged.
    pub acknowledged: Option<u64>,
    /// Type, version, length.
    pub header: [u8; HEADER],
    /// All behind the header.
    pub body: &'a [u8],
}

impl Record<'_> {
    /// What its header says that it carries.
    pub fn content_type(&self) -> ContentType {
        ContentType(self.header[0])
    }

    /// Stream offset behind it.
    pub fn end(&self) -> u64 {
        self.offset + (HEADER + self.body.len()) as u64
    }
}

/// The length that a header gives, if it can be one.
pub fn body_length(header: &[u8; HEADER]) -> Option<usize> {
    let [kind, major, minor, high, low] = *header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    let plausible = (20..=23).contains(&kind) && major == 3 && minor <= 4 && length <= BODY;
    // Only application data may be empty (RFC 8446 §5.1).
    (plausible && (length > 0 || kind == ContentType::APPLICATION_DATA.0)).then_some(length)
}

/// Bytes that hold a record, lent.
#[derive(Debug)]
pub struct Lent {
    bytes: Vec<u8>,
    start: usize,
    length: usize,
}

impl Lent {
    /// All behind the record's header.
    pub fn body(&self) -> &[u8] {
        self.bytes.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

/// Cuts one direction's stream into records.
#[derive(Debug, Default)]
pub struct Reader {
    /// The bytes from `offset` on that are not read yet; empty where the chunk at hand holds them.
    held: Vec<u8>,
    /// Bytes of `held` that are read.
    read: usize,
    /// Stream offset of `held`'s first byte.
    offset: u64,
    /// Where the bytes stand, if that is asked for.
    extents: Option<Extents>,
    origin: Option<Origin>,
    acknowledged: Option<u64>,
    /// Bytes of a record that began before a gap, still to be passed over.
    passing: u64,
    /// The boundary is not known.
    lost: bool,
}

impl Reader {
    /// One that can say where records stand.
    pub fn traced() -> Self {
        Self { extents: Some(Extents::default()), ..Self::default() }
    }

    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.held.capacity() + self.extents.as_ref().map_or(0, Extents::held)
    }

    /// Where the bytes between two stream offsets stand; nothing where that is not asked for.
    pub fn extents(&mut self, from: u64, until: u64) -> &[Extent] {
        self.extents.as_mut().map_or(&[], |extents| extents.cut(from, until))
    }

    /// Whether the boundary is not known.
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// Takes the next bytes. They are copied, for a record comes in several segments as a rule.
    pub fn push(&mut self, chunk: &StreamChunk<'_>) {
        let passed = usize::try_from(self.passing).unwrap_or(usize::MAX).min(chunk.bytes.len());
        self.passing -= passed as u64;
        let chunk = chunk.skip(passed);
        if chunk.bytes.is_empty() {
            return;
        }
        self.held.drain(..self.read);
        self.offset += self.read as u64;
        self.read = 0;
        if self.held.is_empty() {
            self.offset = chunk.offset;
        }
        if let Some(extents) = &mut self.extents {
            extents.push(&chunk, self.offset);
        }
        self.held.extend_from_slice(chunk.bytes);
        self.origin = Some(chunk.origin);
        self.acknowledged = chunk.acknowledged;
    }

    /// Bytes are missing. The answer is how many records that had begun before are lost: one or none.
    pub fn gap(&mut self, gap: &Gap) -> u64 {
        let rest = self.held.get(self.read..).unwrap_or_default();
        let whole = rest.first_chunk().and_then(body_length).map(|length| (HEADER + length) as u64);
        let begun = self.passing > 0 || !rest.is_empty();
        let to_come =
            if self.passing > 0 { self.passing } else { whole.map_or(0, |whole| whole - rest.len() as u64) };
        match to_come.checked_sub(gap.length) {
            Some(left) if begun && !self.lost && to_come > 0 => self.passing = left,
            _ => {
                self.passing = 0;
                self.lost = true;
            }
        }
        self.held.clear();
        self.read = 0;
        self.offset = gap.offset + gap.length;
        u64::from(begun)
    }

    /// The next record, if it is whole; where the boundary is lost, what could be one. It stays the next one until it is
    /// [taken](Self::accept) or [passed over](Self::reject).
    pub fn next_record(&mut self) -> Option<Record<'_>> {
        let origin = self.origin?;
        if self.lost {
            self.seek();
        }
        let length = loop {
            let header = self.held.get(self.read..)?.first_chunk::<HEADER>()?;
            match body_length(header) {
                Some(length) => break length,
                None => {
                    // Not TLS, or not any more.
                    self.lost = true;
                    self.seek();
                }
            }
        };
        let rest = self.held.get(self.read..)?;
        let header = *rest.first_chunk::<HEADER>()?;
        let body = rest.get(HEADER..HEADER + length)?;
        let offset = self.offset + self.read as u64;
        Some(Record { offset, origin, acknowledged: self.acknowledged, header, body })
    }

    /// Lends the bytes of the next record, whose body has this length: while it is looked at, all but them may change. They are
    /// [taken back](Self::take_back) before anything else is asked.
    pub fn lend(&mut self, length: usize) -> Lent {
        Lent { bytes: std::mem::take(&mut self.held), start: self.read + HEADER, length }
    }

    /// Takes back what was lent.
    pub fn take_back(&mut self, lent: Lent) {
        self.held = lent.bytes;
    }

    /// What was next is a record.
    pub fn accept(&mut self) {
        let header = self.held.get(self.read..).and_then(|rest| rest.first_chunk());
        self.read += header.and_then(body_length).map_or(0, |length| HEADER + length);
        self.lost = false;
    }

    /// What was next is none.
    pub fn reject(&mut self) {
        self.read = (self.read + 1).min(self.held.len());
    }

    /// Goes to the first byte that can begin a record.
    fn seek(&mut self) {
        let rest = self.held.get(self.read..).unwrap_or_default();
        let could_begin = |at: usize| match rest.get(at..) {
            Some([kind, major, minor, high, low, ..]) => {
                body_length(&[*kind, *major, *minor, *high, *low]).is_some()
            }
            Some([kind, rest @ ..]) => {
                (20..=23).contains(kind) && rest.first().is_none_or(|major| *major == 3)
            }
            _ => false,
        };
        self.read += (0..rest.len()).find(|at| could_begin(*at)).unwrap_or(rest.len());
    }
}
