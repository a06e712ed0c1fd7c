//! Inflates the compressed messages of one direction (permessage-deflate, RFC 7692 §7.2.2 and §7.2.3).
//!
//! In: the payload bytes of each compressed message, unmasked, its fragments joined, however cut. Out: the message as
//! its application saw it, which of its bytes are lost, and what was wrong. It always inflates with a window of 32 KiB,
//! whatever was agreed, so that a sender that breaks the agreement is understood and told of.
//!
//! Left out: the negotiation, and which messages are compressed. Nothing is allocated before the first compressed message.

mod message;
mod raw;
mod window;

#[cfg(test)]
mod tests;

use self::message::Message;
use self::raw::{Outcome, WINDOW};
use self::window::{Snapshot, Window};
use super::deflate_distance::DistanceWalker;
use crate::diagnostic::Finding;
use crate::http::{ContextTakeover, DeflateParameters};

/// What a sender removes from the end of each message: an empty stored block without its first bits (§7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// A whole empty stored block at a byte boundary. At a block's first bit a decoder takes it in and is where it was;
/// within a block it is symbols, lengths or data, and sooner or later asks for room or is refused.
const EMPTY_BLOCK: [u8; 5] = [0x00, 0x00, 0x00, 0xff, 0xff];

/// [`TAIL`] and then [`EMPTY_BLOCK`].
const TAIL_AND_EMPTY_BLOCK: [u8; 9] = [0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0xff, 0xff];

/// How many empty blocks are longer than what a block's header may take in without any output: at most 19 code
/// lengths of 3 bits and 316 symbols of 14 bits.
const LONGER_THAN_A_HEADER: usize = 128;

/// Compressed bytes kept of a message that may turn out to need the window of the messages before it. They are
/// kept only while it has less than 32 KiB of output (after that it cannot reach before itself), so this is ample.
const REPLAY_LIMIT: usize = 64 << 10;

/// About what a decoder and its window take.
const STATE: usize = 64 << 10;

/// A message is counted up to this many times the limit. What is longer is no message but an attack.
const COUNTED_LIMITS: u64 = 16;

/// What is known of a message at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inflated {
    /// Bytes of output, those beyond the limit included.
    pub length: u64,
    /// Offset and length of what is lost (zeros stand there), in order; length 0 where it is not known how much.
    pub holes: Vec<(u64, u64)>,
    /// What was wrong or noteworthy.
    pub findings: Vec<Finding>,
}

/// Inflates the messages of one direction: [`start`](Self::start), [`push`](Self::push) as often as needed,
/// [`finish`](Self::finish), and again.
#[derive(Debug)]
pub struct Inflater {
    parameters: DeflateParameters,
    output_limit: u64,
    /// Bytes were lost before the first message.
    lost_before: bool,
    stream: Option<Box<Stream>>,
}

impl Inflater {
    /// For one direction. `output_limit` bytes of a message are given out, the rest is counted.
    pub fn new(parameters: DeflateParameters, output_limit: u64) -> Self {
        Self { parameters, output_limit, lost_before: false, stream: None }
    }

    /// What was agreed on for this direction.
    pub fn parameters(&self) -> DeflateParameters {
        self.parameters
    }

    /// What is needed to go on between the message that was just finished and the next one.
    pub fn checkpoint(&self) -> Checkpoint {
        let stream = self.stream.as_deref().filter(|stream| stream.place != Place::Nowhere);
        Checkpoint { lost: stream.is_none(), window: stream.map(|stream| stream.window.snapshot()) }
    }

    /// An inflater that goes on where the checkpoint was taken.
    pub fn resume(parameters: DeflateParameters, output_limit: u64, checkpoint: &Checkpoint) -> Self {
        let mut stream = Stream::new(parameters, output_limit, checkpoint.lost);
        if let Some(window) = &checkpoint.window {
            stream.window = Window::restore(window);
        }
        Self { parameters, output_limit, lost_before: false, stream: Some(Box::new(stream)) }
    }

    /// What it holds, in bytes of memory.
    pub fn held(&self) -> usize {
        self.stream.as_ref().map_or(0, |stream| STATE + stream.replay.capacity())
    }

    /// A compressed message begins. One that was not finished is given up, as by [`lose`](Self::lose).
    pub fn start(&mut self) {
        let (parameters, limit, lost) = (self.parameters, self.output_limit, self.lost_before);
        self.stream.get_or_insert_with(|| Box::new(Stream::new(parameters, limit, lost))).start();
    }

    /// The next payload bytes of the message. `out` gets what they inflate to, as soon as it is certain.
    pub fn push(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        if let Some(stream) = &mut self.stream {
            stream.push(bytes, out);
        }
    }

    /// The message ends. `out` gets the rest of it.
    pub fn finish(&mut self, out: &mut impl FnMut(&[u8])) -> Inflated {
        match &mut self.stream {
            Some(stream) => stream.finish(out),
            None => Inflated::default(),
        }
    }

    /// Bytes of this direction are lost here. The message at hand, if any, ends with what it has (further bytes of
    /// it cannot be understood), and what the next messages copy from before this point is marked as lost.
    pub fn lose(&mut self) {
        match &mut self.stream {
            Some(stream) => stream.lose(),
            None => self.lost_before = true,
        }
    }
}

/// The window between two messages, at most 64 KiB.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Nothing is known of the window.
    lost: bool,
    window: Option<Snapshot>,
}

impl Checkpoint {
    /// About how many bytes it takes, in memory and written.
    pub fn size(&self) -> usize {
        1 + self.window.as_ref().map_or(0, Snapshot::size)
    }

    /// Appends it as bytes.
    pub fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(self.lost));
        if let Some(window) = &self.window {
            window.write(to);
        }
    }

    /// The checkpoint that was written as these bytes; `None`: none was.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (lost, window) = bytes.split_first()?;
        let window = if window.is_empty() { None } else { Some(Snapshot::read(window)?) };
        Some(Self { lost: *lost != 0, window })
    }
}

/// Where the decoder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In its place in the direction's stream of blocks.
    InStream,
    /// Just behind a final block: it takes nothing in until it is started again.
    BehindFinalBlock,
    /// Nowhere: bytes are damaged or lost.
    Nowhere,
}

/// What becomes of the message at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// There is none.
    BetweenMessages,
    /// It is inflated.
    Inflating,
    /// Bytes of it are lost; what came before them is inflated.
    CutShort,
    /// It is damaged, or too long even to be counted; the rest is passed over.
    PassingOver,
}

/// The state of a direction that has compressed messages.
#[derive(Debug)]
struct Stream {
    takeover: ContextTakeover,
    window: Window,
    place: Place,
    phase: Phase,
    message: Message,
    /// The last bytes pushed, at most four: only at the message's end is it known what they are.
    held: Vec<u8>,
    /// The message's compressed bytes up to here, while it may yet need the window of those before it.
    replay: Vec<u8>,
    /// Whether `replay` has them all.
    can_replay: bool,
    /// Watches the distances where a window smaller than DEFLATE's largest was agreed.
    walker: Option<Box<DistanceWalker>>,
}

impl Stream {
    fn new(parameters: DeflateParameters, output_limit: u64, lost_before: bool) -> Self {
        let mut stream = Self {
            takeover: parameters.takeover,
            window: Window::new(),
            place: Place::InStream,
            phase: Phase::BetweenMessages,
            message: Message::new(output_limit),
            held: Vec::with_capacity(2 * TAIL.len()),
            replay: Vec::new(),
            can_replay: false,
            walker: (parameters.window_bits < 15)
                .then(|| Box::new(DistanceWalker::new(parameters.window_bits.max(8)))),
        };
        if lost_before {
            stream.lose();
        }
        stream
    }

    fn start(&mut self) {
        if matches!(self.phase, Phase::Inflating | Phase::CutShort) {
            self.lose_place();
        }
        self.phase = Phase::Inflating;
        self.message.begin();
        self.held.clear();
        self.replay.clear();
        self.can_replay = self.takeover == ContextTakeover::Reset && self.window.has_past();
        if let Some(walker) = &mut self.walker {
            walker.start();
        }
        match (self.takeover, self.place) {
            (ContextTakeover::Reset, _) => {
                self.window.restart();
                self.place = Place::InStream;
            }
            (ContextTakeover::Kept, Place::Nowhere) => {
                self.window.resume_before(0);
                self.place = Place::InStream;
            }
            (ContextTakeover::Kept, Place::InStream | Place::BehindFinalBlock) => {}
        }
    }

    fn push(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        self.message.received = self.message.received.saturating_add(bytes.len() as u64);
        if self.phase != Phase::Inflating {
            return;
        }
        if let Some(walker) = &mut self.walker {
            walker.push(bytes);
        }
        let (now, held) = bytes.split_at(bytes.len().saturating_sub(TAIL.len()));
        // Of `held` (before) and `bytes` together, all but the last four are inflated now.
        let mut earlier = [0; TAIL.len()];
        let releasable = (self.held.len() + held.len()).saturating_sub(TAIL.len());
        for (slot, byte) in earlier.iter_mut().zip(self.held.drain(..releasable)) {
            *slot = byte;
        }
        self.held.extend_from_slice(held);
        self.feed(earlier.get(..releasable).unwrap_or_default(), out);
        self.feed(now, out);
    }

    fn finish(&mut self, out: &mut impl FnMut(&[u8])) -> Inflated {
        match self.phase {
            Phase::BetweenMessages => return Inflated::default(),
            Phase::PassingOver => {}
            Phase::Inflating => self.finish_whole(out),
            Phase::CutShort => {
                self.feed_held(out);
                if self.phase == Phase::CutShort {
                    self.pass_over();
                }
            }
        }
        self.phase = Phase::BetweenMessages;
        self.message.end(self.walker.as_deref())
    }

    fn lose(&mut self) {
        match self.phase {
            Phase::Inflating => self.phase = Phase::CutShort,
            Phase::CutShort => {} // Its place is lost when what came before the loss is inflated.
            Phase::BetweenMessages | Phase::PassingOver => self.lose_place(),
        }
    }

    fn lose_place(&mut self) {
        self.place = Place::Nowhere;
        self.window.lose();
    }

    /// The message's last bytes, and the proof that it ends at a block's end (§7.2.2).
    fn finish_whole(&mut self, out: &mut impl FnMut(&[u8])) {
        if self.message.received == 0 {
            // Not even the first bits of the empty block: no encoder does this, and what is meant is certain.
            return;
        }
        let length_before = self.message.length();
        let tail_is_there = self.held == TAIL;
        self.feed_held(out);
        if self.phase != Phase::Inflating || self.place == Place::BehindFinalBlock {
            return;
        }
        // With the last symbol among the last four bytes there is no room for a block's header behind it. Where it
        // is not, the message may end within such a header, which can take in a lot in silence.
        let rounds = if self.message.length() > length_before { 0 } else { LONGER_THAN_A_HEADER };
        let first: &[u8] = if tail_is_there { &EMPTY_BLOCK } else { &TAIL_AND_EMPTY_BLOCK };
        if self.absorb(first) && (0..rounds).all(|_| self.absorb(&EMPTY_BLOCK)) {
            self.message.tail_is_there = tail_is_there;
        } else {
            self.damaged("it ends in the middle of a block".to_owned());
        }
    }

    fn feed_held(&mut self, out: &mut impl FnMut(&[u8])) {
        let mut last = [0; TAIL.len()];
        let count = self.held.len().min(TAIL.len());
        for (slot, byte) in last.iter_mut().zip(self.held.drain(..)) {
            *slot = byte;
        }
        self.feed(last.get(..count).unwrap_or_default(), out);
    }

    /// Inflates the next compressed bytes of the message.
    fn feed(&mut self, bytes: &[u8], out: &mut impl FnMut(&[u8])) {
        if self.can_replay && self.phase != Phase::PassingOver {
            self.can_replay =
                self.message.length() < WINDOW as u64 && self.replay.len() + bytes.len() <= REPLAY_LIMIT;
            if self.can_replay {
                self.replay.extend_from_slice(bytes);
            } else {
                self.replay = Vec::new();
            }
        }
        if self.inflate(bytes, out) == Outcome::BadSymbol {
            self.take_over(out);
        }
    }

    /// Perhaps the message reaches before itself though its sender may not (§7.1.1): once more, with the window kept.
    fn take_over(&mut self, out: &mut impl FnMut(&[u8])) {
        if self.can_replay {
            self.can_replay = false;
            let replay = std::mem::take(&mut self.replay);
            let produced = self.message.take_over();
            self.window.resume_before(usize::try_from(produced).unwrap_or(usize::MAX).min(WINDOW));
            if self.inflate(&replay, out) != Outcome::BadSymbol {
                return;
            }
        }
        self.damaged("a code stands for nothing, or a distance reaches to before the window".to_owned());
    }

    /// Inflates `bytes`. Only [`Outcome::BadSymbol`] is left to the caller.
    fn inflate(&mut self, mut bytes: &[u8], out: &mut impl FnMut(&[u8])) -> Outcome {
        let mut outcome = Outcome::WantsInput;
        while self.phase != Phase::PassingOver && (!bytes.is_empty() || outcome == Outcome::WantsRoom) {
            if self.place == Place::BehindFinalBlock {
                self.resume();
            }
            let step = self.window.inflate(bytes);
            bytes = bytes.get(step.consumed..).unwrap_or_default();
            self.message.inflated(&mut self.window, &step, out);
            outcome = step.outcome;
            match &mut outcome {
                Outcome::WantsRoom => {}
                Outcome::WantsInput if bytes.is_empty() => {}
                Outcome::WantsInput => self.damaged("it makes no progress".to_owned()),
                Outcome::FinalBlock => self.behind_final_block(),
                Outcome::BadSymbol => return Outcome::BadSymbol,
                Outcome::Broken(reason) => {
                    let reason = std::mem::take(reason);
                    self.damaged(reason);
                }
            }
            if self.message.is_beyond_counting() {
                self.pass_over();
            }
        }
        Outcome::WantsInput
    }

    /// Takes `bytes` in if they are nothing but empty blocks, which proves that the decoder is at a block's start.
    fn absorb(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            if self.place == Place::BehindFinalBlock {
                self.resume();
            }
            let step = self.window.absorb(bytes);
            bytes = bytes.get(step.consumed..).unwrap_or_default();
            match step.outcome {
                Outcome::WantsInput => {}
                Outcome::FinalBlock => self.behind_final_block(),
                Outcome::WantsRoom | Outcome::BadSymbol | Outcome::Broken(_) => return false,
            }
        }
        true
    }

    /// A block with BFINAL set ends neither the message nor the stream of messages (§7.2.3.4).
    fn behind_final_block(&mut self) {
        self.place = Place::BehindFinalBlock;
        self.message.has_final_block = true;
    }

    fn resume(&mut self) {
        let reach = match self.takeover {
            ContextTakeover::Kept => WINDOW,
            ContextTakeover::Reset if self.message.took_over() => WINDOW,
            ContextTakeover::Reset => usize::try_from(self.message.length()).unwrap_or(WINDOW),
        };
        self.window.resume(reach);
        self.place = Place::InStream;
    }

    fn damaged(&mut self, reason: String) {
        if self.phase == Phase::Inflating {
            self.message.damaged(reason);
        }
        self.pass_over();
    }

    fn pass_over(&mut self) {
        if self.phase == Phase::CutShort {
            // Beside a gap nothing is said of damage.
            self.message.end_unknown();
        }
        self.phase = Phase::PassingOver;
        self.lose_place();
    }
}
