//! Writes a pcap file (microseconds, Ethernet) to whatever takes bytes, with a clock that only goes forward.

use std::io::{self, Write};

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 20;
/// When every capture begins: 2026-01-05T08:00:00Z, in microseconds.
const START: u64 = 1_767_600_000_000_000;

/// A capture in the making.
pub struct Capture<'w> {
    out: &'w mut dyn Write,
    buffer: Vec<u8>,
    written: u64,
    packets: u64,
    now: u64,
}

impl<'w> Capture<'w> {
    /// Writes the file's header.
    pub fn new(out: &'w mut dyn Write) -> Self {
        let mut buffer = Vec::with_capacity(BUFFER + (128 << 10));
        buffer.extend(0xa1b2_c3d4_u32.to_le_bytes());
        buffer.extend([2, 0, 4, 0]);
        buffer.extend([0; 8]);
        buffer.extend(262_144_u32.to_le_bytes());
        buffer.extend(1_u32.to_le_bytes());
        Self { out, buffer, written: 0, packets: 0, now: START }
    }

    /// Bytes so far.
    pub fn length(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Packets so far.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// The clock, in microseconds since 1970.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Time passes.
    pub fn wait(&mut self, microseconds: usize) {
        self.now += microseconds as u64;
    }

    /// Sets the clock. Only a capture that is to be wrong sets it back.
    pub fn set_now(&mut self, microseconds: u64) {
        self.now = microseconds;
    }

    /// Begins the record of a packet; `length` bytes are to be appended to what it returns.
    pub fn record(&mut self, length: usize) -> io::Result<&mut Vec<u8>> {
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        self.packets += 1;
        let length = (length as u32).to_le_bytes();
        self.buffer.extend(((self.now / 1_000_000) as u32).to_le_bytes());
        self.buffer.extend(((self.now % 1_000_000) as u32).to_le_bytes());
        self.buffer.extend(length);
        self.buffer.extend(length);
        Ok(&mut self.buffer)
    }

    /// Writes what is gathered.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}
