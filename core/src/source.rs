//! Where the bytes of a capture come from: read by position, so that a payload can be read again. Each shell has its own.

/// Bytes that are read by position: a file, a file of the browser, a spool.
pub trait Source {
    /// How many bytes there are now; `None` where that is not known.
    ///
    /// # Errors
    ///
    /// The source is gone.
    fn size(&mut self) -> Result<Option<u64>, SourceError>;

    /// Reads bytes from `offset` on into `buffer`; the answer is how many, 0 at the end.
    ///
    /// # Errors
    ///
    /// The source is gone, or cannot be read there.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError>;

    /// What changes when the bytes may have changed: of a file, its size and the time of its last change.
    fn stamp(&mut self) -> Stamp;
}

/// Bytes that are written down once, because what they came from cannot be read again.
pub trait Spool: Source {
    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// There is no room for them; nothing more is appended then.
    fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError>;
}

/// Tells two states of a source apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970 of the last change, where that is known.
    pub modified: Option<u64>,
}

/// Why bytes cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The shell's own words.
    #[error("the capture cannot be read: {0}")]
    Unreadable(String),
    /// It is not what was read before.
    #[error("the capture has changed since it was read: open it again")]
    Changed,
    /// It came from where nothing can be read again, and the spool has no room.
    #[error("the capture cannot be read again here: {0} bytes of it are kept, and this is behind them")]
    NotKept(u64),
}

/// Bytes in memory, up to a limit.
#[derive(Debug, Default)]
pub struct Memory {
    blocks: Vec<Vec<u8>>,
    length: u64,
    limit: u64,
}

/// Bytes of one block of [`Memory`].
const BLOCK: usize = 1 << 20;

impl Memory {
    /// An empty spool for at most `limit` bytes.
    pub fn new(limit: u64) -> Self {
        Self { blocks: Vec::new(), length: 0, limit }
    }

    /// All these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let blocks = bytes.chunks(BLOCK).map(<[u8]>::to_vec).collect();
        Self { blocks, length: bytes.len() as u64, limit: bytes.len() as u64 }
    }
}

impl Source for Memory {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Ok(Some(self.length))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let Ok(offset) = usize::try_from(offset) else { return Ok(0) };
        let bytes =
            self.blocks.get(offset / BLOCK).and_then(|block| block.get(offset % BLOCK..)).unwrap_or_default();
        let count = bytes.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(count)
    }

    fn stamp(&mut self) -> Stamp {
        // What was appended is never changed.
        Stamp::default()
    }
}

impl Spool for Memory {
    fn append(&mut self, mut bytes: &[u8]) -> Result<(), SourceError> {
        if self.length + bytes.len() as u64 > self.limit {
            return Err(SourceError::NotKept(self.length));
        }
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.blocks.last().is_none_or(|block| block.len() == BLOCK) {
                self.blocks.push(Vec::new());
            }
            let Some(block) = self.blocks.last_mut() else { break };
            let (now, later) = bytes.split_at((BLOCK - block.len()).min(bytes.len()));
            block.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_reads_what_was_appended() {
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
        let mut memory = Memory::new(3_000_000);
        for part in bytes.chunks(700_001) {
            memory.append(part).unwrap();
        }
        assert_eq!(memory.append(b"x"), Err(SourceError::NotKept(3_000_000)));
        let mut at = 0;
        let mut buffer = vec![0; 300_007];
        while let Ok(count @ 1..) = memory.read_at(at as u64, &mut buffer) {
            assert_eq!(buffer[..count], bytes[at..at + count]);
            at += count;
        }
        assert_eq!(at, bytes.len());
    }
}
