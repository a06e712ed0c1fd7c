//! A session: one capture (or several as one) that is read, indexed, and asked about.
//!
//! It does nothing by itself. Whoever holds it hands it requests ([`Session::request`]), lets it work a little at a time
//! ([`Session::work`]) and takes what it tells ([`Session::events`]): a thread on the desktop, a worker in the browser, a
//! loop in a test. So it can be stopped between any two steps, and no step takes longer than a few milliseconds' work.

mod answer;
mod exporting;
mod meaning;
mod paced;
mod reading;
mod secrets;
mod tasks;

use std::collections::VecDeque;

use super::api::{Answer, Asked, Event, Problem, Progress, Request, Searched, SessionState, SummaryRow};
use super::bytes::{Bytes, Input};
use super::decoder::{Decoder, Options, RowsWanted};
use super::index::{Index, MakeSpill};
use super::payload::{Reader, Replay};
use crate::capture::{Rereading, Timestamp};
use crate::conversation::DecodeAs;
use crate::limits::Limits;
use crate::source::{Memory, Source, SourceError, Spool};
use crate::websocket::message::PayloadWanted;

use meaning::Understood;
pub use paced::Paced;
use secrets::Keys;
use tasks::{Shown, Task};

/// Makes a spool when one is needed; it is given [`Limits::spool`], which bounds what is kept in memory.
pub type MakeSpool = Box<dyn FnMut(u64) -> Box<dyn Spool + Send> + Send>;

/// How a session reads.
pub struct SessionOptions {
    /// Bounds on memory and work.
    pub limits: Limits,
    /// Servers that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<DecodeAs>,
    /// What happens at the end of the file.
    pub end: EndOfFile,
    /// Where bytes are kept that cannot be read again.
    pub spool: MakeSpool,
    /// Where what is known of messages is written that has no room in memory ([`Limits::index`]). Without, all of it stays
    /// in memory.
    pub spill: Option<MakeSpill>,
    /// Threads that decode at most, the one that works included ([`Options::threads`]).
    pub threads: usize,
}

/// What the end of a file means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EndOfFile {
    /// The capture has ended.
    #[default]
    Final,
    /// Somebody may still write to it: more is read when it is longer.
    MayGrow,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            decode_as: Vec::new(),
            end: EndOfFile::Final,
            spool: Box::new(|room| Box::new(Memory::new(room))),
            spill: None,
            threads: 1,
        }
    }
}

/// Whether there is something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// More can be done at once.
    More,
    /// Nothing, until a request comes, or bytes are pushed, or the file has grown.
    Idle,
}

/// A capture that is read, indexed, and asked about.
pub struct Session {
    limits: Limits,
    decode_as: Vec<DecodeAs>,
    end: EndOfFile,
    spool: MakeSpool,
    spill: Option<MakeSpill>,
    threads: usize,
    /// What decrypts TLS.
    keys: Keys,
    /// How often the captures were begun again.
    pass: u32,
    decoder: Option<Decoder>,
    /// What the decoder counted, once it is done.
    summary: SummaryRow,
    index: Index,
    bytes: Bytes,
    replay: Option<Replay>,
    understood: Option<Understood>,
    /// Sources that were not begun.
    waiting: VecDeque<Box<dyn Source + Send>>,
    state: SessionState,
    problem: Option<String>,
    tasks: Vec<Task>,
    /// Lists of messages that were asked for, the latest last.
    shown: Vec<Shown>,
    events: VecDeque<Event>,
    /// When the first packet was captured, in nanoseconds since 1970.
    start: Option<u64>,
    /// Bytes of all files, where that is known.
    size: Option<u64>,
    read: u64,
    /// What the file is read into, a step at a time.
    buffer: Vec<u8>,
    /// How far the search is that rows of messages wait for.
    searching: Option<Searched>,
}

impl Session {
    /// A session that reads these captures as one, in this order.
    pub fn open(sources: Vec<Box<dyn Source + Send>>, options: SessionOptions) -> Self {
        let mut session = Self::new(options);
        session.waiting = sources.into();
        session.size =
            session.waiting.iter_mut().map(|source| source.size().ok().flatten()).sum::<Option<u64>>();
        session
    }

    /// A session that is pushed the bytes of a capture ([`Session::push`]), which it keeps in a spool.
    pub fn pushed(options: SessionOptions) -> Self {
        let mut session = Self::new(options);
        let spool = (session.spool)(session.limits.spool);
        session.bytes.add(0, Input::Pushed(spool));
        session
    }

    fn new(options: SessionOptions) -> Self {
        let SessionOptions { limits, decode_as, end, spool, spill, threads } = options;
        let mut session = Self {
            keys: Keys::new(limits.tls_sessions),
            index: Index::new(&limits, spill.clone()),
            limits,
            decode_as,
            end,
            spool,
            spill,
            threads,
            pass: 0,
            decoder: None,
            summary: SummaryRow::default(),
            bytes: Bytes::default(),
            replay: None,
            understood: None,
            waiting: VecDeque::new(),
            state: SessionState::Reading,
            problem: None,
            tasks: Vec::new(),
            shown: Vec::new(),
            events: VecDeque::new(),
            start: None,
            size: None,
            read: 0,
            buffer: Vec::new(),
            searching: None,
        };
        session.decoder = Some(session.new_decoder());
        session
    }

    /// A decoder for the first pass.
    fn new_decoder(&self) -> Decoder {
        Decoder::new(Options {
            secrets: self.keys.secrets.clone(),
            threads: self.threads,
            limits: self.limits.clone(),
            payload: PayloadWanted::None,
            rows: RowsWanted { messages: true, ..RowsWanted::default() },
            decode_as: self.decode_as.clone(),
            rereading: Rereading::AtRandom,
            ..Options::default()
        })
    }

    /// Takes a request. What is quickly answered is answered at once, the rest while it works; a newer request of the
    /// same kind takes the place of an older one that is not answered yet.
    pub fn request(&mut self, asked: Asked) {
        let Asked { id, request } = asked;
        self.settle();
        match request {
            Request::Stop => {
                self.stop();
                self.answer(id, Answer::Done);
            }
            Request::Searching { goes_on } => {
                self.stop_searching(!goes_on);
                self.answer(id, Answer::Done);
            }
            Request::Cancel { id: other } => {
                if let Some(place) = self.tasks.iter().position(|task| task.id() == other) {
                    self.tasks.remove(place);
                    self.events.push_back(Event::Cancelled { id: other });
                }
                self.answer(id, Answer::Done);
            }
            request => match self.quick(&request) {
                Some(Ok(answer)) => self.answer(id, answer),
                Some(Err(problem)) => self.events.push_back(Event::Refused { id, problem }),
                None => self.begin(id, request),
            },
        }
    }

    /// Does a little of what there is to do: first what was asked, then reading.
    pub fn work(&mut self) -> Work {
        let searching = self.searching.take();
        let asked = self.work_on_tasks();
        if self.searching != searching {
            self.tell_progress();
        }
        let read = self.read_on();
        let ordered = asked == Work::Idle && self.sort_in_background();
        if asked == Work::More || read == Work::More || ordered { Work::More } else { Work::Idle }
    }

    /// What is to be told, since this was last asked for.
    pub fn events(&mut self) -> impl Iterator<Item = Event> {
        self.events.drain(..)
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let summary = self.summary();
        Progress {
            state: self.state,
            pass: self.pass,
            read: self.read,
            size: self.size,
            start: self.start.map(Timestamp),
            packets: summary.packets,
            connections: self.index.connections().len() as u64,
            messages: u64::from(self.index.len()),
            errors: summary.errors,
            warnings: summary.warnings,
            problem: self.problem.clone().or_else(|| self.left_out()).or_else(|| self.not_spilled()),
            searching: self.searching,
        }
    }

    /// What the index takes, in bytes of memory: for its messages, and for their extents, with how many these are.
    pub fn index_memory(&self) -> (usize, (usize, usize)) {
        (self.index.message_memory(), self.index.extent_memory())
    }

    /// What to say of messages that the index cannot count.
    fn left_out(&self) -> Option<String> {
        let count = self.index.left_out;
        (count > 0)
            .then(|| format!("{count} messages are not listed: their numbers or packets are beyond 32 bits"))
    }

    /// Bytes of the index that lie in a file, since they had no room in memory.
    pub fn spilled(&self) -> u64 {
        self.index.spilled()
    }

    /// What to say of a file for what has no room in memory: of the index, or of a list that is shown.
    fn not_spilled(&self) -> Option<String> {
        let of_lists = || self.shown.iter().find_map(|shown| shown.view.problem());
        self.index.problem().or_else(of_lists).map(str::to_owned)
    }

    fn summary(&self) -> &SummaryRow {
        self.decoder.as_ref().map_or(&self.summary, Decoder::summary)
    }

    fn is_over(&self) -> bool {
        self.state != SessionState::Reading
    }

    fn reader(&mut self) -> Reader<'_> {
        Reader { index: &self.index, bytes: &mut self.bytes, limits: &self.limits, replay: &mut self.replay }
    }

    fn answer(&mut self, id: u64, answer: Answer) {
        self.events.push_back(Event::Answer { id, last: true, answer });
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        Self::new(error.to_string())
    }
}
