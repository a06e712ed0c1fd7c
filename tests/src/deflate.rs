//! Compresses messages as permessage-deflate sends them (RFC 7692 §7.2.1): raw DEFLATE, flushed, the tail taken off.

use flate2::{Compress, Compression, FlushCompress};

/// What a flush leaves behind and a sender takes off.
pub const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Whether what was sent before may be referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takeover {
    /// The window goes on from message to message.
    Kept,
    /// Each message begins with an empty window.
    Reset,
}

/// Compresses one direction.
#[derive(Debug)]
pub struct Deflater {
    compress: Compress,
    takeover: Takeover,
}

impl Default for Deflater {
    fn default() -> Self {
        Self::new()
    }
}

impl Deflater {
    /// With the largest window, kept from message to message.
    pub fn new() -> Self {
        Self::with_window(15, Takeover::Kept)
    }

    /// With a window of 2^`bits` bytes; `bits` from 9 to 15.
    pub fn with_window(bits: u8, takeover: Takeover) -> Self {
        Self { compress: Compress::new_with_window_bits(Compression::default(), false, bits), takeover }
    }

    /// The payload of one message.
    pub fn message(&mut self, data: impl AsRef<[u8]>) -> Vec<u8> {
        let mut out = self.with_tail(data);
        out.truncate(out.len() - TAIL.len());
        out
    }

    /// The payload of one message, its tail left on against §7.2.1 step 3.
    pub fn with_tail(&mut self, data: impl AsRef<[u8]>) -> Vec<u8> {
        let mut out = self.run(data.as_ref(), FlushCompress::Sync);
        if out.is_empty() {
            // Nothing to flush: the empty message is an empty stored block of its own (§7.2.3.6).
            out = [&[0], &TAIL[..]].concat();
        }
        assert!(out.ends_with(&TAIL), "a flush ends in an empty stored block");
        out
    }

    /// The payload of one message in a block marked final (§7.2.3.4): an octet of zero stands behind it.
    pub fn final_block(data: impl AsRef<[u8]>) -> Vec<u8> {
        let mut out = Self::new().run(data.as_ref(), FlushCompress::Finish);
        out.push(0);
        out
    }

    fn run(&mut self, mut data: &[u8], flush: FlushCompress) -> Vec<u8> {
        if self.takeover == Takeover::Reset {
            self.compress.reset();
        }
        let mut out = Vec::with_capacity(data.len() + 1_024);
        loop {
            let before = self.compress.total_in();
            self.compress.compress_vec(data, &mut out, flush).expect("compressing cannot fail");
            data = &data[(self.compress.total_in() - before) as usize..];
            if data.is_empty() && out.len() < out.capacity() {
                return out;
            }
            out.reserve(1_024);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7692 §7.2.3.1, §7.2.3.2 and §7.2.3.4.
    #[test]
    fn the_examples_of_rfc_7692() {
        let mut deflater = Deflater::new();
        assert_eq!(deflater.message("Hello"), [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]);
        assert_eq!(deflater.message("Hello"), [0xf2, 0x00, 0x11, 0x00, 0x00]);
        assert_eq!(Deflater::final_block("Hello"), [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00]);
    }

    #[test]
    fn messages_inflate_again() {
        let noise = crate::frame::noise(3_000);
        for (bits, takeover) in [(9, Takeover::Kept), (10, Takeover::Reset), (15, Takeover::Kept)] {
            let (mut deflater, mut inflate) =
                (Deflater::with_window(bits, takeover), flate2::Decompress::new(false));
            for message in [&b"Hello"[..], b"", b"Hello", &noise, &noise[100..200]] {
                let mut out = Vec::with_capacity(4_000);
                let payload = [deflater.message(message), TAIL.to_vec()].concat();
                inflate.decompress_vec(&payload, &mut out, flate2::FlushDecompress::Sync).unwrap();
                assert_eq!(out, message);
            }
        }
    }
}
