//! One TCP connection's stack: detects what is spoken, switches stages, numbers frames and messages, and collects
//! what is found. It shares nothing with other connections: it is the unit of threads and of replay.

mod attempt;
mod closing;
mod detection;
mod direction;
mod ending;
mod event;
mod exchange;
mod frame_rules;
mod frames;
mod legacy;
mod secure;
mod seeking;
mod trail;

pub use attempt::{Attempt, Counts, FirstClose, Verdict};
pub use detection::DecodeAs;
pub use event::{
    ConnectionView, DiagnosticView, FrameView, Inflating, Locked, MessageView, Opened, PayloadView, Saw,
    Sink, Trace,
};

use std::sync::Arc;

use crate::diagnostic::{Code, Finding};
use crate::http::Protocol;
use crate::limits::Limits;
use crate::packet::Tunnel;
use crate::stream::{Gap, HeldChunk, Origin, Side, StreamChunk};
use crate::tcp::{End, Ending, Facts, Stack};
use crate::tls;
use crate::websocket::message::PayloadWanted;

use attempt::tell_closed;
use detection::{Detection, Spoken};
use direction::Compression;
use ending::tell_likely_frames;
use exchange::{Beginning, Exchange, Item, Next};
use frames::{Frames, Start};
use legacy::LegacyFrames;
use secure::Secure;

/// What is asked of every conversation.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Bounds on memory and work.
    pub limits: Limits,
    /// What is kept of payloads.
    pub payload: PayloadWanted,
    /// Whether messages are told.
    pub messages: bool,
    /// Whether frames are told.
    pub frames: bool,
    /// Whether messages tell how to read them again.
    pub traced: bool,
    /// Servers that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<DecodeAs>,
    /// What decrypts TLS.
    pub secrets: tls::Secrets,
    /// Only what TLS connections say of their sessions is asked for.
    pub handshakes_only: bool,
}

/// Where a conversation tells what it found, and what it works with.
pub struct Context<'s> {
    /// Takes what is told.
    pub sink: &'s mut dyn Sink,
    /// What is asked.
    pub settings: &'s Settings,
    /// Room for one unmasked payload.
    pub scratch: &'s mut Vec<u8>,
    /// What is known of the TLS around a conversation.
    pub tls: Option<Arc<tls::Facts>>,
    /// How many layers of TLS are around it.
    pub layers: usize,
}

impl<'s> Context<'s> {
    /// Of a TCP connection, with nothing around it.
    pub fn new(sink: &'s mut dyn Sink, settings: &'s Settings, scratch: &'s mut Vec<u8>) -> Self {
        Self { sink, settings, scratch, tls: None, layers: 0 }
    }
}

impl Context<'_> {
    /// Tells a finding that belongs to no connection.
    fn report(&mut self, side: Side, origin: Origin, finding: &Finding) {
        self.sink.diagnostic(&DiagnosticView {
            connection: None,
            from: Some(side),
            origin,
            finding,
            message: None,
            accept: None,
        });
    }
}

/// Findings of TCP kept until there is an attempt that they belong to.
const EARLY_FINDINGS: usize = 16;

/// One TCP connection's stack.
#[derive(Debug, Default)]
pub struct Conversation {
    stage: Stage,
    attempt: Option<Box<Attempt>>,
    /// TCP's guess of who is the client was wrong.
    swapped: bool,
    early: Vec<(Side, Finding, Origin)>,
    introduced: Option<u64>,
}

#[derive(Debug, Default)]
enum Stage {
    /// Nothing has come.
    #[default]
    New,
    Detection(Box<Detection>),
    Secure(Box<Secure>),
    Exchange(Box<Exchange>),
    Frames(Box<Frames>),
    Legacy(Box<LegacyFrames>),
    /// A WebSocket whose frames are not decoded.
    Opaque,
    /// No WebSocket.
    Nothing,
}

impl Stack for Conversation {
    type Out<'o> = Context<'o>;

    fn begin(&self, facts: &Facts, cx: &mut Context<'_>) {
        cx.sink.began(facts);
    }

    #[inline(always)]
    fn data(&mut self, chunk: StreamChunk<'_>, facts: &Facts, cx: &mut Context<'_>) {
        let side = self.side(chunk.side);
        match (&mut self.stage, &mut self.attempt) {
            (Stage::Frames(frames), Some(attempt)) => frames.data(StreamChunk { side, ..chunk }, attempt, cx),
            _ => self.data_elsewhere(StreamChunk { side, ..chunk }, facts, cx),
        }
    }
    fn gap(&mut self, gap: Gap, facts: &Facts, cx: &mut Context<'_>) {
        let gap = Gap { side: self.side(gap.side), ..gap };
        self.take(gap.side, Item::Gap(gap), facts, cx);
    }

    fn end(&mut self, end: End, facts: &Facts, cx: &mut Context<'_>) {
        let end = End { side: self.side(end.side), ..end };
        self.take(end.side, Item::End(end), facts, cx);
    }

    fn found(&mut self, side: Side, finding: Finding, origin: Origin, facts: &Facts, cx: &mut Context<'_>) {
        let side = self.side(side);
        let attempt = match (&mut self.stage, &mut self.attempt) {
            (Stage::Secure(secure), _) => return secure.found(side, finding, origin, facts, cx),
            (_, Some(attempt)) => Some(&mut **attempt),
            (Stage::Exchange(exchange), None) => exchange.attempt(),
            _ => None,
        };
        match attempt {
            Some(attempt) => attempt.report(side, origin, &finding, cx),
            None if self.early.len() < EARLY_FINDINGS => self.early.push((side, finding, origin)),
            None => {}
        }
    }

    fn finish(&mut self, ending: Ending, facts: &Facts, cx: &mut Context<'_>) {
        self.finish_within(ending, facts, cx);
        cx.sink.ended(facts);
    }

    fn wants_more(&self, _: &Facts) -> bool {
        !matches!(self.stage, Stage::Nothing)
    }

    fn held(&self) -> usize {
        let stage = match &self.stage {
            Stage::Detection(detection) => detection.held(),
            Stage::Secure(secure) => secure.held(),
            Stage::Exchange(exchange) => exchange.held(),
            Stage::Frames(frames) => frames.held(),
            Stage::Legacy(frames) => frames.held(),
            Stage::New | Stage::Opaque | Stage::Nothing => 0,
        };
        stage + self.attempt.as_ref().map_or(0, |attempt| attempt.held())
    }

    #[inline(always)]
    fn may_hold(&self, side: Side) -> bool {
        match &self.stage {
            Stage::Frames(frames) => frames.may_hold(self.side(side)),
            Stage::Opaque | Stage::Nothing => false,
            Stage::New | Stage::Detection(_) | Stage::Secure(_) | Stage::Exchange(_) | Stage::Legacy(_) => {
                true
            }
        }
    }

    #[inline(always)]
    fn touch(&self, side: Side) -> usize {
        match &self.stage {
            Stage::Frames(frames) => frames.touch(self.side(side)),
            _ => 0,
        }
    }

    #[inline(always)]
    fn is_settled(&self) -> bool {
        matches!(self.stage, Stage::Frames(_) | Stage::Legacy(_) | Stage::Opaque)
    }
}

impl Conversation {
    #[inline(never)]
    fn data_elsewhere(&mut self, chunk: StreamChunk<'_>, facts: &Facts, cx: &mut Context<'_>) {
        match (&mut self.stage, &mut self.attempt) {
            (Stage::Legacy(frames), Some(attempt)) => return frames.data(chunk, attempt, cx),
            (Stage::Opaque, Some(attempt)) => {
                attempt.counts[chunk.side.index()].wire_bytes += chunk.bytes.len() as u64;
                return;
            }
            (Stage::Nothing, _) => return,
            (Stage::Secure(_), _) => return self.decrypt(chunk, facts, cx),
            (Stage::New, _) => self.stage = Stage::Detection(Box::default()),
            _ => {}
        }
        if let Stage::Detection(_) = self.stage {
            return self.detect(chunk, facts, cx);
        }
        if let Stage::Exchange(exchange) = &mut self.stage
            && exchange.pass(chunk)
        {
            return;
        }
        self.take(chunk.side, Item::Chunk(HeldChunk::of(chunk)), facts, cx);
    }

    fn side(&self, side: Side) -> Side {
        if self.swapped { side.other() } else { side }
    }

    /// TCP's facts as this conversation sees the sides.
    fn mapped(&self, facts: &Facts) -> Facts {
        let mut facts = facts.clone();
        if self.swapped {
            facts.swap_sides();
        }
        facts
    }

    fn detect(&mut self, chunk: StreamChunk<'_>, facts: &Facts, cx: &mut Context<'_>) {
        let Stage::Detection(detection) = &mut self.stage else { return };
        let asserted =
            facts.ends.iter().position(|end| cx.settings.decode_as.iter().any(|each| each.matches(*end)));
        let spoken = detection.data(chunk, asserted.is_some(), facts);
        match (spoken, asserted) {
            (Spoken::Unknown, Some(server)) if detection.is_no_http() => {
                let client = if server == 1 { Side::Client } else { Side::Server };
                self.frames_without_handshake(self.side(client), 1.0, Start::Likely, facts, cx);
            }
            (Spoken::Unknown, _) => {}
            (Spoken::Http { client }, _) => {
                let items = detection.take_items();
                self.swap_to(client);
                let start = if facts.syn_seen { Beginning::Captured } else { Beginning::Missed };
                self.stage = Stage::Exchange(Box::new(Exchange::new(start, cx)));
                self.replay(items, client == Side::Server, facts, cx);
            }
            (Spoken::Frames { client, confidence }, _) => {
                self.frames_without_handshake(client, confidence, Start::Unknown, facts, cx)
            }
            // A capture that brings its own secrets could go on without end.
            (Spoken::Tls { .. }, _) if cx.layers >= cx.settings.limits.tls_layers => {
                cx.sink.saw(Saw::Tls(None));
                self.stage = Stage::Nothing;
            }
            (Spoken::Tls { client }, _) => {
                let items = detection.take_items();
                self.swap_to(client);
                self.stage = Stage::Secure(Box::new(Secure::new(cx)));
                for (side, finding, origin) in std::mem::take(&mut self.early) {
                    self.found(side, finding, origin, facts, cx);
                }
                self.replay(items, client == Side::Server, facts, cx);
            }
            (Spoken::Http2, _) => {
                cx.sink.saw(Saw::Http2);
                self.stage = Stage::Nothing;
            }
            (Spoken::Other, _) => {
                tell_likely_frames(detection, facts, cx);
                self.stage = Stage::Nothing;
            }
        }
    }

    /// Gives bytes to the stage of TLS. What can be read no more is let go of.
    fn decrypt(&mut self, chunk: StreamChunk<'_>, facts: &Facts, cx: &mut Context<'_>) {
        let mapped = self.swapped.then(|| self.mapped(facts));
        let facts = mapped.as_ref().unwrap_or(facts);
        let Stage::Secure(secure) = &mut self.stage else { return };
        secure.data(chunk, facts, cx);
        if secure.is_over(cx.settings) {
            secure.finish(Ending::Closed, facts, cx);
            self.stage = Stage::Nothing;
        }
    }

    fn swap_to(&mut self, client: Side) {
        if client == Side::Server {
            self.swapped = !self.swapped;
        }
    }

    /// Gives items, whose sides are those before a swap, to the stage that is there now.
    fn replay(&mut self, items: Vec<(Side, Item)>, swapped: bool, facts: &Facts, cx: &mut Context<'_>) {
        for (side, item) in items {
            let side = if swapped { side.other() } else { side };
            let item = match item {
                Item::Gap(gap) => Item::Gap(Gap { side, ..gap }),
                Item::End(end) => Item::End(End { side, ..end }),
                chunk => chunk,
            };
            self.take(side, item, facts, cx);
        }
    }

    /// Gives something of one side to the stage.
    fn take(&mut self, side: Side, item: Item, facts: &Facts, cx: &mut Context<'_>) {
        match (&mut self.stage, &mut self.attempt, item) {
            (Stage::New, _, item) => {
                let mut detection = Box::<Detection>::default();
                detection.push(side, item);
                self.stage = Stage::Detection(detection);
            }
            (Stage::Detection(_), _, Item::Chunk(held)) => self.detect(held.chunk(side), facts, cx),
            (Stage::Detection(detection), _, item) => detection.push(side, item),
            (Stage::Secure(_), _, Item::Chunk(held)) => self.decrypt(held.chunk(side), facts, cx),
            (Stage::Secure(_), _, item) => {
                let facts = &self.mapped(facts);
                let Stage::Secure(secure) = &mut self.stage else { return };
                match item {
                    Item::Gap(gap) => secure.gap(gap, facts, cx),
                    Item::End(end) => secure.end(end, facts, cx),
                    Item::Chunk(_) => {}
                }
            }
            (Stage::Exchange(exchange), _, item) => {
                let mapped;
                let facts = if self.swapped {
                    let mut swapped = facts.clone();
                    swapped.swap_sides();
                    mapped = swapped;
                    &mapped
                } else {
                    facts
                };
                if let Some((next, attempt)) = exchange.push(side, item, facts, cx) {
                    self.enter(next, attempt, facts, cx);
                }
            }
            (Stage::Frames(frames), Some(attempt), item) => match item {
                Item::Chunk(held) => frames.data(held.chunk(side), attempt, cx),
                Item::Gap(gap) => frames.gap(gap, attempt, cx),
                Item::End(end) => frames.end(end),
            },
            (Stage::Legacy(frames), Some(attempt), item) => match item {
                Item::Chunk(held) => frames.data(held.chunk(side), attempt, cx),
                Item::Gap(gap) => frames.gap(gap, attempt, cx),
                Item::End(end) => frames.end(end),
            },
            (Stage::Opaque, Some(attempt), Item::Chunk(held)) => {
                attempt.counts[side.index()].wire_bytes += held.len() as u64;
            }
            (Stage::Opaque, Some(attempt), Item::Gap(gap)) => {
                exchange::report_gap(attempt, gap, "the frames of this draft are not decoded", cx);
            }
            _ => {}
        }
        if let Stage::Exchange(_) = self.stage {
            self.introduce(facts, cx);
        }
    }

    /// Leaves the HTTP stage for the next one, which takes what waited. `facts` are as this conversation sees them.
    fn enter(&mut self, next: Next, attempt: Option<Attempt>, facts: &Facts, cx: &mut Context<'_>) {
        let Stage::Exchange(exchange) = &mut self.stage else { return };
        let waiting = exchange.take_waiting();
        if let Some(over) = exchange.take_over() {
            tell_closed(over, facts, cx);
        }
        self.attempt = attempt.map(Box::new);
        self.stage = match next {
            Next::Frames(frames) => Stage::Frames(frames),
            Next::Legacy(challenge) => Stage::Legacy(Box::new(LegacyFrames::new(challenge))),
            Next::Opaque => Stage::Opaque,
            Next::Tunnel => Stage::Detection(Box::default()),
            Next::Nothing => Stage::Nothing,
        };
        self.introduce(facts, cx);
        self.tell_upgraded(facts, cx);
        let facts = &if self.swapped { self.mapped(facts) } else { facts.clone() };
        for (side, item) in waiting {
            self.take(side, item, facts, cx);
        }
    }

    fn frames_without_handshake(
        &mut self,
        client: Side,
        confidence: f64,
        start: Start,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) {
        let Stage::Detection(detection) = &mut self.stage else { return };
        let items = detection.take_items();
        self.swap_to(client);
        let facts = &self.mapped(facts);
        let mut attempt = Attempt::open(Protocol::Rfc6455, None, facts.first, facts.last, facts, cx);
        attempt.verdict = Verdict::Missing { confidence };
        let text = "the capture begins in the middle of this connection: no handshake was captured";
        attempt.report(None, facts.last, &Finding::new(Code::MidStream, text), cx);
        self.attempt = Some(Box::new(attempt));
        self.stage = Stage::Frames(Box::new(Frames::new([start; 2], [Compression::Assumed; 2], None)));
        self.introduce(facts, cx);
        self.tell_upgraded(facts, cx);
        self.replay(items, client == Side::Server, facts, cx);
    }

    fn tell_upgraded(&self, facts: &Facts, cx: &mut Context<'_>) {
        if let Some(attempt) = &self.attempt
            && !matches!(self.stage, Stage::Nothing)
        {
            cx.sink.upgraded(&ConnectionView { attempt, facts });
        }
    }

    /// Tells, once an attempt is known, what its TCP connection has to say.
    fn introduce(&mut self, facts: &Facts, cx: &mut Context<'_>) {
        let attempt = match (&mut self.stage, &mut self.attempt) {
            (_, Some(attempt)) => &mut **attempt,
            (Stage::Exchange(exchange), None) => match exchange.attempt() {
                Some(attempt) => attempt,
                None => return,
            },
            _ => return,
        };
        if self.introduced == Some(attempt.number) {
            return;
        }
        self.introduced = Some(attempt.number);
        for (side, finding, origin) in std::mem::take(&mut self.early) {
            attempt.report(side, origin, &finding, cx);
        }
        if let Some(tunnel) = Tunnel::from_key(facts.tunnel) {
            let text = format!("the packets came through a tunnel: {tunnel}");
            attempt.report(None, facts.first, &Finding::new(Code::Tunnel, text), cx);
        }
        if !facts.syn_seen && !attempt.has(Code::MidStream) {
            let text = "the start of the TCP connection was not captured";
            attempt.report(None, facts.first, &Finding::new(Code::MidStream, text), cx);
        }
    }
}
