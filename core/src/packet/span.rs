//! Bytes of one layer: what was captured, and how many there were on the wire.

use super::layer::Stop;

/// The captured bytes of a layer and its length on the wire, which is larger where the snap length cut it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// What was captured.
    bytes: &'a [u8],
    /// Length on the wire: `bytes.len() <= wire`.
    wire: usize,
}

impl<'a> Span<'a> {
    /// A packet as captured. Some writers give an original length below the captured one; it is not believed.
    pub fn captured(bytes: &'a [u8], original_length: u32) -> Self {
        let original_length = usize::try_from(original_length).unwrap_or(usize::MAX);
        Self { bytes, wire: original_length.max(bytes.len()) }
    }

    /// Bytes of which none is missing.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self { bytes, wire: bytes.len() }
    }

    /// What was captured.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Length on the wire.
    pub fn wire(&self) -> usize {
        self.wire
    }

    /// Whether captured bytes are fewer than there were.
    pub fn is_cut(&self) -> bool {
        self.bytes.len() < self.wire
    }

    /// The first `N` bytes.
    pub fn head<const N: usize>(&self) -> Result<&'a [u8; N], Stop> {
        self.bytes.first_chunk().ok_or(Stop::Malformed)
    }

    /// The `N` bytes that stand `at` bytes from the start.
    pub fn chunk<const N: usize>(&self, at: usize) -> Result<&'a [u8; N], Stop> {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk()).ok_or(Stop::Malformed)
    }

    /// A big-endian number `at` bytes from the start.
    pub fn be16(&self, at: usize) -> Result<u16, Stop> {
        self.chunk(at).copied().map(u16::from_be_bytes)
    }

    /// What follows the first `length` bytes, which must have been captured.
    pub fn skip(self, length: usize) -> Result<Self, Stop> {
        let bytes = self.bytes.get(length..).ok_or(Stop::Malformed)?;
        Ok(Self { bytes, wire: self.wire.saturating_sub(length) })
    }

    /// At most `length` bytes: what is behind them is padding.
    pub fn limit(self, length: usize) -> Self {
        Self { bytes: self.bytes.get(..length).unwrap_or(self.bytes), wire: self.wire.min(length) }
    }

    /// Exactly `length` bytes on the wire, even where the layer below knows of fewer.
    pub fn claim(self, length: usize) -> Self {
        Self { wire: length, ..self.limit(length) }
    }
}

/// Bytes whose place is known, which others are borrowed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base<'a> {
    bytes: &'a [u8],
    place: u64,
}

impl<'a> Base<'a> {
    /// Bytes that stand at `place`.
    pub fn new(bytes: &'a [u8], place: u64) -> Self {
        Self { bytes, place }
    }

    /// Where a part of these bytes stands.
    #[inline]
    pub fn place(self, part: &[u8]) -> u64 {
        self.place + (part.as_ptr().addr() - self.bytes.as_ptr().addr()) as u64
    }
}
