//! What a lane has told, kept to be told again in the order of the capture, with numbers that count over all lanes.

use std::ops::Range;

use hashbrown::HashMap;

use super::super::collector::Collector;
use super::super::decoder;
use super::super::lane::{Telling, Turn};
use crate::conversation::{
    Attempt, ConnectionView, DiagnosticView, FrameView, Inflating, MessageView, Opened, PayloadView, Saw,
    Sink, Trace,
};
use crate::diagnostic::{Code, Finding};
use crate::stream::{Extent, Origin, Side};
use crate::subprotocol::Decoded;
use crate::tcp::Facts;
use crate::tls::{Seal, Sealed};
use crate::websocket::close::Close;
use crate::websocket::deflate::Checkpoint;
use crate::websocket::frame::{FrameHeader, Opcode};

/// Bytes that a lane tells before it waits: a few bytes of the capture may inflate to a thousand times as many.
const FULL: usize = 8 << 20;
/// Bytes of each kind of room that are kept for what comes.
const ROOM: usize = 1 << 20;

/// What one lane has told of one stretch. Payloads and lists lie one behind the other, so that nothing is allocated for
/// a message.
#[derive(Debug, Default)]
pub struct Told {
    events: Vec<(Turn, Event)>,
    messages: Vec<KeptMessage>,
    bytes: Vec<u8>,
    codes: Vec<Code>,
    numbers: Vec<u64>,
    holes: Vec<(u64, u64)>,
    extents: Vec<Extent>,
    frame_codes: Vec<(u64, Code)>,
    sealed: Vec<KeptSealed>,
    /// Bytes of checkpoints.
    checkpoints: usize,
    turn: Turn,
    /// How many connections the lane has opened.
    opened: u64,
}

#[derive(Debug)]
enum Event {
    Began(Box<Facts>),
    Opened(Box<KeptOpened>),
    Upgraded(Box<(Attempt, Facts)>),
    /// At this place among the messages.
    Message(usize),
    /// A message of this connection as a line.
    Line(u64, Range<usize>),
    Frame(Box<KeptFrame>),
    Diagnostic(Box<KeptDiagnostic>),
    Closed(Box<(Attempt, Facts)>),
    Saw(Saw),
    /// At this place among the records of TLS.
    Sealed(usize),
    Ended(u64),
}

#[derive(Debug)]
struct KeptOpened {
    /// Its number in the lane.
    number: u64,
    facts: Facts,
    first: Origin,
    origin: Origin,
    key: Option<String>,
}

#[derive(Debug)]
struct KeptPayload {
    kept: Range<usize>,
    holes: Range<usize>,
    sha256: Option<Box<[u8; 32]>>,
    complete: bool,
    truncated: bool,
    is_text: bool,
}

#[derive(Debug)]
struct KeptMessage {
    connection: u64,
    number: u64,
    started: Origin,
    completed: Origin,
    frames: u64,
    length: u64,
    wire_length: u64,
    payload: KeptPayload,
    codes: Range<usize>,
    close: Option<Box<Close>>,
    decoded: Option<Box<Decoded>>,
    from: Side,
    opcode: Opcode,
    compressed: bool,
    trace: Option<KeptTrace>,
}

#[derive(Debug)]
struct KeptTrace {
    extents: Range<usize>,
    end: u64,
    frames: Range<usize>,
    codes: Range<usize>,
    finished: bool,
    window_lost: bool,
    inflating: Option<Box<Inflating>>,
}

#[derive(Debug)]
struct KeptSealed {
    place: u64,
    length: usize,
    extents: Range<usize>,
    seal: Seal,
}

#[derive(Debug)]
struct KeptFrame {
    connection: u64,
    number: u64,
    from: Side,
    origin: Origin,
    packets: Range<usize>,
    header: FrameHeader,
    message: Option<u64>,
    payload: KeptPayload,
    codes: Range<usize>,
}

#[derive(Debug)]
struct KeptDiagnostic {
    connection: Option<u64>,
    from: Option<Side>,
    origin: Origin,
    finding: Finding,
    message: Option<u64>,
    accept: Option<(String, String)>,
}

/// What a lane's numbers are over all lanes; of what is open only.
#[derive(Debug, Default)]
pub struct Numbers {
    streams: HashMap<u64, u64>,
    connections: HashMap<u64, u64>,
}

impl Told {
    /// Begins again, behind so many connections that the lane has opened; the room stays.
    pub fn begin(&mut self, opened: u64) {
        self.clear();
        self.opened = opened;
    }

    /// Forgets all of it. Some of the room stays.
    pub fn clear(&mut self) {
        fn clear<T>(all: &mut Vec<T>) {
            all.clear();
            all.shrink_to(ROOM / size_of::<T>());
        }
        clear(&mut self.events);
        clear(&mut self.messages);
        clear(&mut self.bytes);
        clear(&mut self.codes);
        clear(&mut self.numbers);
        clear(&mut self.holes);
        clear(&mut self.extents);
        clear(&mut self.frame_codes);
        clear(&mut self.sealed);
        self.checkpoints = 0;
    }

    /// What it holds, in bytes, but for what few events have in boxes.
    pub fn size(&self) -> usize {
        self.bytes.len()
            + self.checkpoints
            + size_of_val(self.events.as_slice())
            + size_of_val(self.messages.as_slice())
            + size_of_val(self.extents.as_slice())
            + size_of_val(self.sealed.as_slice())
    }

    /// Whether it holds so much that it is told before the lane goes on.
    pub fn is_full(&self) -> bool {
        self.size() > FULL
    }

    /// How many connections the lane has opened.
    pub fn opened(&self) -> u64 {
        self.opened
    }

    /// The turn of the event at `at`.
    pub fn turn_at(&self, at: usize) -> Option<Turn> {
        self.events.get(at).map(|(turn, _)| *turn)
    }

    /// Tells the event at `at` again. `streams` counts the TCP conversations of all lanes.
    pub fn tell(
        &self,
        at: usize,
        numbers: &mut Numbers,
        streams: &mut u64,
        sink: &mut Collector<'_, impl decoder::Sink>,
    ) {
        let Some((_, event)) = self.events.get(at) else { return };
        match event {
            Event::Began(facts) => {
                numbers.streams.insert(facts.stream, *streams);
                *streams += 1;
                sink.began(&numbers.facts(facts));
            }
            Event::Ended(stream) => {
                numbers.streams.remove(stream);
            }
            Event::Opened(opened) => {
                let KeptOpened { number, facts, first, origin, key } = &**opened;
                let facts = &numbers.facts(facts);
                let overall =
                    sink.opened(&Opened { facts, first: *first, origin: *origin, key: key.as_deref() });
                numbers.connections.insert(*number, overall);
            }
            Event::Upgraded(known) => {
                let (attempt, facts) = (numbers.attempt(&known.0), numbers.facts(&known.1));
                sink.upgraded(&ConnectionView { attempt: &attempt, facts: &facts });
            }
            Event::Closed(known) => {
                let (attempt, facts) = (numbers.attempt(&known.0), numbers.facts(&known.1));
                numbers.connections.remove(&known.0.number);
                sink.closed(&ConnectionView { attempt: &attempt, facts: &facts });
            }
            Event::Message(at) => {
                if let Some(message) = self.messages.get(*at) {
                    sink.message(&self.message(message, numbers));
                }
            }
            Event::Line(connection, range) => {
                let line = self.bytes.get(range.clone()).unwrap_or_default();
                sink.sink.line(numbers.connection(*connection), line);
            }
            Event::Frame(frame) => sink.frame(&self.frame(frame, numbers)),
            Event::Diagnostic(kept) => {
                let KeptDiagnostic { connection, from, origin, finding, message, accept } = &**kept;
                let accept = accept.as_ref().map(|(key, value)| (key.as_str(), value.as_str()));
                sink.diagnostic(&DiagnosticView {
                    connection: connection.map(|number| numbers.connection(number)),
                    from: *from,
                    origin: *origin,
                    finding,
                    message: *message,
                    accept,
                });
            }
            Event::Saw(what) => sink.saw(what.clone()),
            Event::Sealed(at) => {
                if let Some(KeptSealed { place, length, extents, seal }) = self.sealed.get(*at) {
                    let extents = self.extents.get(extents.clone()).unwrap_or_default();
                    sink.sealed(&Sealed { place: *place, length: *length, extents, seal: seal.clone() });
                }
            }
        }
    }

    fn message<'a>(&'a self, message: &'a KeptMessage, numbers: &Numbers) -> MessageView<'a> {
        MessageView {
            connection: numbers.connection(message.connection),
            number: message.number,
            from: message.from,
            opcode: message.opcode,
            started: message.started,
            completed: message.completed,
            frames: message.frames,
            length: message.length,
            wire_length: message.wire_length,
            compressed: message.compressed,
            payload: self.payload(&message.payload),
            close: message.close.as_deref(),
            codes: self.codes.get(message.codes.clone()).unwrap_or_default(),
            decoded: message.decoded.as_deref(),
            trace: message.trace.as_ref().map(|trace| self.trace(trace)),
        }
    }

    fn trace<'a>(&'a self, trace: &'a KeptTrace) -> Trace<'a> {
        Trace {
            extents: self.extents.get(trace.extents.clone()).unwrap_or_default(),
            end: trace.end,
            frames: self.numbers.get(trace.frames.clone()).unwrap_or_default(),
            codes: self.frame_codes.get(trace.codes.clone()).unwrap_or_default(),
            finished: trace.finished,
            window_lost: trace.window_lost,
            inflating: trace.inflating.as_deref(),
        }
    }

    fn frame<'a>(&'a self, frame: &'a KeptFrame, numbers: &Numbers) -> FrameView<'a> {
        FrameView {
            connection: numbers.connection(frame.connection),
            number: frame.number,
            from: frame.from,
            origin: frame.origin,
            packets: self.numbers.get(frame.packets.clone()).unwrap_or_default(),
            header: &frame.header,
            message: frame.message,
            payload: self.payload(&frame.payload),
            codes: self.codes.get(frame.codes.clone()).unwrap_or_default(),
        }
    }

    fn payload(&self, payload: &KeptPayload) -> PayloadView<'_> {
        PayloadView {
            kept: self.bytes.get(payload.kept.clone()).unwrap_or_default(),
            sha256: payload.sha256.as_deref().copied(),
            holes: self.holes.get(payload.holes.clone()).unwrap_or_default(),
            complete: payload.complete,
            truncated: payload.truncated,
            is_text: payload.is_text,
        }
    }

    fn keep_payload(&mut self, payload: &PayloadView<'_>) -> KeptPayload {
        KeptPayload {
            kept: keep(&mut self.bytes, payload.kept),
            holes: keep(&mut self.holes, payload.holes),
            sha256: payload.sha256.map(Box::new),
            complete: payload.complete,
            truncated: payload.truncated,
            is_text: payload.is_text,
        }
    }

    fn keep_trace(&mut self, trace: &Trace<'_>) -> KeptTrace {
        let checkpoint = trace.inflating.and_then(|inflating| inflating.checkpoint.as_ref());
        self.checkpoints += checkpoint.map_or(0, Checkpoint::size);
        KeptTrace {
            extents: keep(&mut self.extents, trace.extents),
            end: trace.end,
            frames: keep(&mut self.numbers, trace.frames),
            codes: keep(&mut self.frame_codes, trace.codes),
            finished: trace.finished,
            window_lost: trace.window_lost,
            inflating: trace.inflating.cloned().map(Box::new),
        }
    }

    fn push(&mut self, event: Event) {
        self.events.push((self.turn, event));
    }
}

/// Appends `items`, and says where they are.
fn keep<T: Copy>(all: &mut Vec<T>, items: &[T]) -> Range<usize> {
    let from = all.len();
    all.extend_from_slice(items);
    from..all.len()
}

impl Telling for Told {
    fn turn(&mut self, turn: Turn) {
        self.turn = turn;
    }

    fn line(&mut self, message: &MessageView<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        // As lines they may be six times as long.
        if self.is_full() {
            return self.message(message);
        }
        let from = self.bytes.len();
        write(&mut self.bytes);
        self.push(Event::Line(message.connection, from..self.bytes.len()));
    }
}

impl Sink for Told {
    fn began(&mut self, facts: &Facts) {
        self.push(Event::Began(Box::new(facts.clone())));
    }

    fn opened(&mut self, opened: &Opened<'_>) -> u64 {
        let number = self.opened;
        self.opened += 1;
        let &Opened { facts, first, origin, key } = opened;
        let (facts, key) = (facts.clone(), key.map(str::to_owned));
        self.push(Event::Opened(Box::new(KeptOpened { number, facts, first, origin, key })));
        number
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        self.push(Event::Upgraded(Box::new((view.attempt.clone(), view.facts.clone()))));
    }

    fn message(&mut self, view: &MessageView<'_>) {
        let message = KeptMessage {
            connection: view.connection,
            number: view.number,
            started: view.started,
            completed: view.completed,
            frames: view.frames,
            length: view.length,
            wire_length: view.wire_length,
            payload: self.keep_payload(&view.payload),
            codes: keep(&mut self.codes, view.codes),
            close: view.close.cloned().map(Box::new),
            decoded: view.decoded.cloned().map(Box::new),
            from: view.from,
            opcode: view.opcode,
            compressed: view.compressed,
            trace: view.trace.map(|trace| self.keep_trace(&trace)),
        };
        self.push(Event::Message(self.messages.len()));
        self.messages.push(message);
    }

    fn frame(&mut self, view: &FrameView<'_>) {
        let frame = KeptFrame {
            connection: view.connection,
            number: view.number,
            from: view.from,
            origin: view.origin,
            packets: keep(&mut self.numbers, view.packets),
            header: *view.header,
            message: view.message,
            payload: self.keep_payload(&view.payload),
            codes: keep(&mut self.codes, view.codes),
        };
        self.push(Event::Frame(Box::new(frame)));
    }

    fn diagnostic(&mut self, view: &DiagnosticView<'_>) {
        let &DiagnosticView { connection, from, origin, finding, message, accept } = view;
        let accept = accept.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let finding = finding.clone();
        let kept = KeptDiagnostic { connection, from, origin, finding, message, accept };
        self.push(Event::Diagnostic(Box::new(kept)));
    }

    fn closed(&mut self, view: &ConnectionView<'_>) {
        self.push(Event::Closed(Box::new((view.attempt.clone(), view.facts.clone()))));
    }

    fn sealed(&mut self, sealed: &Sealed<'_>) {
        let extents = keep(&mut self.extents, sealed.extents);
        let Sealed { place, length, .. } = *sealed;
        self.push(Event::Sealed(self.sealed.len()));
        self.sealed.push(KeptSealed { place, length, extents, seal: sealed.seal.clone() });
    }

    fn saw(&mut self, what: Saw) {
        self.push(Event::Saw(what));
    }

    fn ended(&mut self, facts: &Facts) {
        self.push(Event::Ended(facts.stream));
    }
}

impl Numbers {
    fn connection(&self, own: u64) -> u64 {
        // A lane tells nothing of a connection before it has opened it, or after it is closed.
        self.connections.get(&own).copied().unwrap_or(own)
    }

    fn facts(&self, facts: &Facts) -> Facts {
        Facts { stream: self.streams.get(&facts.stream).copied().unwrap_or(facts.stream), ..facts.clone() }
    }

    fn attempt(&self, attempt: &Attempt) -> Attempt {
        let mut renumbered = attempt.clone();
        renumbered.number = self.connection(attempt.number);
        renumbered
    }
}
