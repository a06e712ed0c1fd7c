//! Captures to measure and to test with: as large as they are asked to be, the same for a seed, with their truth.
//!
//! It shares no line with the engine, so that what it says its messages are proves something about what the engine
//! reads; and it stands by itself because the engine's benchmarks and `cargo xtask` both need it.

mod bulk;
mod capture;
mod chat;
mod connection;
mod deflate;
mod frame;
mod json;
mod messy;
mod mixed;
mod packet;
mod random;
mod scene;
mod truth;
mod upgrade;
mod walk;
mod websocket;

use std::io::{self, Write};

use capture::Capture;
use random::Random;
use scene::Scene;

pub use truth::{Observer, Sent, Side, TruthFile, opcode_name};
pub use walk::{Count, Walk};

/// A kind of traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1,000 connections, small text messages both ways, an acknowledgement for each.
    Chat,
    /// Messages of up to 1 MiB both ways.
    Bulk,
    /// JSON with permessage-deflate and context takeover.
    Deflate,
    /// One packet in 30 is a WebSocket's; the others are HTTP, TLS, other TCP, and UDP.
    Mixed,
    /// All that TCP allows, and what captures lose.
    Messy,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Chat, Self::Bulk, Self::Deflate, Self::Mixed, Self::Messy];

    /// `chat`, `bulk`, `deflate`, `mixed`, `messy`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Bulk => "bulk",
            Self::Deflate => "deflate",
            Self::Mixed => "mixed",
            Self::Messy => "messy",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Bytes of the capture.
    pub bytes: u64,
    /// Its packets.
    pub packets: u64,
    /// Its WebSockets.
    pub connections: u64,
}

/// Writes a capture of about `size` bytes, never fewer (its connections are opened and closed, whatever the size).
///
/// # Errors
///
/// Those of `out`, and those of `observer`.
pub fn write(
    kind: Kind,
    size: u64,
    seed: u64,
    out: &mut dyn Write,
    observer: &mut dyn Observer,
) -> io::Result<Written> {
    // Two kinds of the same seed have nothing in common.
    let random = Random::new(seed ^ (kind as u64) << 56);
    let mut scene = Scene::new(Capture::new(out), random, observer, size);
    match kind {
        Kind::Chat => chat::write(&mut scene)?,
        Kind::Bulk => bulk::write(&mut scene)?,
        Kind::Deflate => deflate::write(&mut scene)?,
        Kind::Mixed => mixed::write(&mut scene)?,
        Kind::Messy => messy::write(&mut scene)?,
    }
    scene.capture.flush()?;
    let connections = scene.next_number();
    Ok(Written { bytes: scene.capture.length(), packets: scene.capture.packets(), connections })
}

/// As [`write`], into memory, for those who want no truth.
pub fn in_memory(kind: Kind, size: u64, seed: u64) -> Vec<u8> {
    let mut capture = Vec::with_capacity(size as usize + (16 << 20));
    // Writing to memory does not fail.
    let _ = write(kind, size, seed, &mut capture, &mut ());
    capture
}
