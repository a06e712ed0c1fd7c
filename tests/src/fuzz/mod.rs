//! The bodies of the fuzz targets: each takes any bytes and panics where the engine breaks a promise.
//!
//! They stand here, and not in `fuzz/`, so that an ordinary test replays the corpora on stable Rust. A body builds
//! its input from the bytes front to back, and what is missing at the end is zeros: no input is refused.

mod capture;
mod deflate;
mod filter;
mod frame;
mod handshake;
mod http;
mod key_log;
mod packet;
mod pipeline;
mod tcp;
mod tls;

use arbitrary::Unstructured;

use crate::frame::scramble;

/// A fuzz target: its name, which is that of its corpus, and its body.
pub struct Target {
    /// As in `fuzz/fuzz_targets/` and `fuzz/corpus/`.
    pub name: &'static str,
    /// Panics where a promise is broken.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "capture", run: capture::run },
    Target { name: "packet", run: packet::run },
    Target { name: "tcp", run: tcp::run },
    Target { name: "http", run: http::run },
    Target { name: "frame", run: frame::run },
    Target { name: "deflate", run: deflate::run },
    Target { name: "tls", run: tls::run },
    Target { name: "handshake", run: handshake::run },
    Target { name: "key_log", run: key_log::run },
    Target { name: "filter", run: filter::run },
    Target { name: "pipeline", run: pipeline::run },
];

/// Runs the target of that name.
///
/// # Panics
/// If there is none, or a promise is broken.
pub fn run(name: &str, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target of that name");
    (target.run)(data);
}

/// The bytes of an input, taken from the front.
struct Input<'a>(Unstructured<'a>);

impl<'a> Input<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn u8(&mut self) -> u8 {
        self.0.arbitrary().unwrap_or_default()
    }

    fn u16(&mut self) -> u16 {
        self.0.arbitrary().unwrap_or_default()
    }

    fn u32(&mut self) -> u32 {
        self.0.arbitrary().unwrap_or_default()
    }

    /// As many bytes as there are, up to that.
    fn bytes(&mut self, most: usize) -> &'a [u8] {
        self.0.bytes(most.min(self.0.len())).unwrap_or_default()
    }

    fn rest(self) -> &'a [u8] {
        self.0.take_rest()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::from(self.u8()) % from.len()]
    }
}

/// The bytes in pieces that differ with `seed`; byte by byte for 0 where they are few.
fn pieces(mut bytes: &[u8], seed: u8) -> Vec<&[u8]> {
    // Long inputs are not cut into millions of pieces: the places that matter stand at their beginnings too.
    let longest = [1, 2, 7, 40, 300, 5_000][usize::from(seed) % 6].max(bytes.len() / 10_000);
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let length = scramble(u64::from(seed) << 32 | pieces.len() as u64) as usize % longest + 1;
        let (piece, rest) = bytes.split_at(length.min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}
