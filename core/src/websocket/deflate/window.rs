//! The window of one direction, also where its bytes are lost: then two decoders run with two different fillers in
//! place of the lost bytes, and a byte of output depends on what was lost exactly where the two differ.
//!
//! That is exact and not a guess: nothing that DEFLATE decides depends on the bytes it copies, so both decoders take
//! the same steps; a byte is either a copy of a lost one, 0x00 here and 0xff there, or equal in both.

use super::raw::{RawInflater, Step, WINDOW};

const FILLER: u8 = 0x00;
const OTHER_FILLER: u8 = 0xff;

/// What is known of the output before this point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    /// All of it, from the connection's first message on.
    Known,
    /// Only the last so many bytes, fewer than [`WINDOW`].
    LostBut(usize),
}

/// One direction's decoder, doubled where bytes of its window are lost.
#[derive(Debug)]
pub(super) struct Window {
    decoder: RawInflater,
    /// The same decoder with other bytes in place of those that are lost.
    shadow: Option<Box<RawInflater>>,
    past: Past,
}

/// The bytes of a window.
#[derive(Clone, Debug)]
pub(super) struct Snapshot {
    past: Past,
    bytes: Box<[u8]>,
    /// The same with other bytes in place of those that are lost.
    shadow: Option<Box<[u8]>>,
}

impl Snapshot {
    /// About how many bytes it takes, in memory and written.
    pub fn size(&self) -> usize {
        8 + self.bytes.len() + self.shadow.as_ref().map_or(0, |shadow| shadow.len())
    }

    /// Appends it as bytes: how much of the past is known, the length of the window, the window, the other one.
    pub fn write(&self, to: &mut Vec<u8>) {
        // Neither is more than `WINDOW`.
        let known = match self.past {
            Past::Known => u32::MAX,
            Past::LostBut(known) => known as u32,
        };
        to.extend_from_slice(&known.to_le_bytes());
        to.extend_from_slice(&(self.bytes.len() as u32).to_le_bytes());
        to.extend_from_slice(&self.bytes);
        to.extend_from_slice(self.shadow.as_deref().unwrap_or_default());
    }

    /// The snapshot that was written as these bytes.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (known, bytes) = bytes.split_first_chunk()?;
        let (length, bytes) = bytes.split_first_chunk()?;
        let (bytes, shadow) = bytes.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let past = match u32::from_le_bytes(*known) {
            u32::MAX => Past::Known,
            known => Past::LostBut(known as usize),
        };
        Some(Self { past, bytes: bytes.into(), shadow: (!shadow.is_empty()).then(|| shadow.into()) })
    }
}

impl Window {
    pub fn new() -> Self {
        Self { decoder: RawInflater::new(), shadow: None, past: Past::Known }
    }

    /// Whether a distance that reaches before the output since [`restart`](Self::restart) may find something there.
    pub fn has_past(&self) -> bool {
        self.decoder.has_past() || self.past != Past::Known
    }

    /// Takes in `input` up to the end of the room at hand, then keeps account of what is known.
    pub fn inflate(&mut self, input: &[u8]) -> Step {
        let step = self.decoder.inflate(input);
        let Some(shadow) = &mut self.shadow else {
            if let Past::LostBut(known) = self.past {
                self.know(known + step.produced);
            }
            return step;
        };
        let shadow_step = shadow.inflate(input);
        debug_assert_eq!(step, shadow_step, "what is copied steers nothing");
        step
    }

    /// Takes in `input` as far as no output comes of it.
    pub fn absorb(&mut self, input: &[u8]) -> Step {
        if let Some(shadow) = &mut self.shadow {
            shadow.absorb(input);
        }
        self.decoder.absorb(input)
    }

    /// The last `count` bytes of output, from the latest call of [`inflate`](Self::inflate); zeros for lost ones.
    pub fn latest(&self, count: usize) -> &[u8] {
        self.decoder.latest(count)
    }

    /// Calls `lost` with start and length of every run that depends on lost bytes, counted from the first of the
    /// last `count` bytes of output. To be called once for each call of [`inflate`](Self::inflate): it notes how much
    /// is known, and as soon as that is the whole window, one decoder is enough again.
    pub fn find_lost(&mut self, count: usize, mut lost: impl FnMut(usize, usize)) {
        let Some(shadow) = &self.shadow else { return };
        let (ours, theirs) = (self.decoder.latest(count), shadow.latest(count));
        let mut known = match self.past {
            Past::Known => WINDOW,
            Past::LostBut(known) => known,
        };
        if ours == theirs {
            known += count;
        } else {
            let mut run_start = None;
            for (place, (our, their)) in ours.iter().zip(theirs).enumerate() {
                match (our != their, run_start) {
                    (true, None) => run_start = Some(place),
                    (false, Some(start)) => {
                        lost(start, place - start);
                        run_start = None;
                        known = 1;
                    }
                    (true, Some(_)) => {}
                    (false, None) => known += 1,
                }
            }
            if let Some(start) = run_start {
                lost(start, ours.len() - start);
                known = 0;
            }
        }
        self.know(known);
    }

    /// Everything up to here is lost, and the decoder is at no known place.
    pub fn lose(&mut self) {
        self.past = Past::LostBut(0);
        self.shadow = None;
    }

    /// At a block's first bit, with an empty window (no context takeover).
    pub fn restart(&mut self) {
        self.shadow = None;
        self.decoder.restart();
    }

    /// At a block's first bit, with (at most) the last `reach` bytes of output as the window.
    pub fn resume(&mut self, reach: usize) {
        self.decoder.resume(reach);
        if let Some(shadow) = &mut self.shadow {
            shadow.resume(reach);
        }
    }

    /// At a block's first bit, with all that is known of the output but its last `count` bytes as the window, and
    /// fillers in place of what is lost.
    pub fn resume_before(&mut self, count: usize) {
        self.decoder.rewind(count);
        self.shadow = None;
        if let Past::LostBut(known) = &mut self.past {
            *known = known.saturating_sub(count);
            let mut shadow = self.decoder.twin();
            self.decoder.forget_but(*known, FILLER);
            shadow.forget_but(*known, OTHER_FILLER);
            self.shadow = Some(Box::new(shadow));
        }
        self.resume(WINDOW);
    }

    /// The window's bytes, at a block's first bit.
    pub fn snapshot(&self) -> Snapshot {
        let shadow = self.shadow.as_ref().map(|shadow| shadow.past());
        Snapshot { past: self.past, bytes: self.decoder.past(), shadow }
    }

    /// The window again.
    pub fn restore(snapshot: &Snapshot) -> Self {
        let decoder = RawInflater::with_past(&snapshot.bytes);
        let shadow = snapshot.shadow.as_deref().map(|bytes| Box::new(RawInflater::with_past(bytes)));
        Self { decoder, shadow, past: snapshot.past }
    }

    fn know(&mut self, known: usize) {
        self.past = if known >= WINDOW { Past::Known } else { Past::LostBut(known) };
        if self.past == Past::Known {
            self.shadow = None;
        }
    }
}
