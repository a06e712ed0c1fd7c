//! What takes a look at all messages, and so is done a step at a time.

use std::mem::discriminant;

use hashbrown::HashMap;

use super::answer::limited;
use super::exporting::Export;
use super::{Session, Work};
use crate::filter::Filter;
use crate::session::api::{
    Answer, ConnectionOrder, Direction, Event, MessageKey, MessageName, MessageOrder, Page, Problem, Request,
    Searched, SessionState, Span, Target, TimeSpan,
};
use crate::session::decoder::Options;
use crate::session::index::{Index, Spill};
use crate::session::query::connections::{self, Gathering};
use crate::session::query::nearest::{Looked, Nearest};
use crate::session::query::scan::{Meaning, Scan, Step};
use crate::session::query::timeline::{self, Counting};
use crate::session::query::view::{View, ViewOf};

/// Views that are kept for the next request.
const VIEWS: usize = 4;
/// The part of [`Limits::index`](crate::limits::Limits::index) that the order of one view takes in memory.
const SHARE: usize = 8;
/// Messages that a timeline counts in one step.
const COUNTED: usize = 200_000;

/// A list of messages, and the search that finds them where payloads decide.
pub struct Shown {
    pub view: View,
    scan: Option<Scan>,
    /// Somebody has stopped the search.
    is_stopped: bool,
}

impl Shown {
    /// Searches no further; or goes on.
    pub(super) fn stop(&mut self, is_stopped: bool) {
        self.is_stopped = is_stopped && self.scan.as_ref().is_some_and(|scan| !scan.is_done());
    }
}

/// Something that is being answered.
pub struct Task {
    id: u64,
    kind: Kind,
}

enum Kind {
    Messages {
        of: ViewOf,
        rows: Span,
        told: bool,
    },
    Connections {
        rows: Span,
        order: ConnectionOrder,
        filter: Option<Filter>,
        scan: Option<Box<Scan>>,
        gathering: Gathering,
    },
    Timeline {
        of: ViewOf,
        slices: u32,
        span: Option<TimeSpan>,
        counting: Option<Counting>,
        counted: usize,
    },
    Search {
        of: ViewOf,
        told: usize,
    },
    GoTo {
        of: ViewOf,
        target: Target,
        nearest: Nearest,
    },
    Export(Box<Export>),
}

impl Task {
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// What came of a step.
pub(super) enum Progressed {
    /// The task goes on.
    Goes,
    /// It goes on when more was read.
    Waits,
    /// It is answered.
    Ends,
}

pub(super) type Stepped = Result<Progressed, Problem>;

impl Session {
    /// The lists that payloads decide are searched no further, or are again. Searches that hide no row are ended by cancelling them.
    pub(super) fn stop_searching(&mut self, is_stopped: bool) {
        for shown in &mut self.shown {
            let is_sought =
                |task: &Task| matches!(&task.kind, Kind::Search { of, .. } if *of == shown.view.of);
            if !self.tasks.iter().any(is_sought) {
                shown.stop(is_stopped);
            }
        }
    }

    /// Begins what cannot be answered at once.
    pub(super) fn begin(&mut self, id: u64, request: Request) {
        match self.kind(request) {
            Ok(kind) => {
                let same = |task: &Task| discriminant(&task.kind) == discriminant(&kind);
                let older: Vec<u64> = self.tasks.iter().filter(|task| same(task)).map(Task::id).collect();
                self.tasks.retain(|task| !same(task));
                self.events.extend(older.into_iter().map(|id| Event::Cancelled { id }));
                self.tasks.push(Task { id, kind });
            }
            Err(problem) => self.events.push_back(Event::Refused { id, problem }),
        }
    }

    fn kind(&self, request: Request) -> Result<Kind, Problem> {
        let found = MessageOrder { key: MessageKey::Found, direction: Direction::Ascending };
        Ok(match request {
            Request::Messages { connection, rows, order, filter } => {
                parse(&filter)?;
                Kind::Messages { of: ViewOf { connection, order, filter }, rows: limited(rows), told: false }
            }
            Request::Connections { rows, order, filter } => {
                let filter = parse(&filter)?;
                let scan = filter.as_ref().filter(|filter| filter.needs_payload()).map(|filter| {
                    let mut scan = self.scan(Some(filter.clone()), None, Meaning::Unasked);
                    scan.seen = Some(HashMap::new());
                    Box::new(scan)
                });
                Kind::Connections {
                    rows: limited(rows),
                    order,
                    filter,
                    scan,
                    gathering: Gathering::default(),
                }
            }
            Request::Timeline { slices, span, connection, filter } => {
                parse(&filter)?;
                let of = ViewOf { connection, order: found, filter };
                Kind::Timeline { of, slices, span, counting: None, counted: 0 }
            }
            Request::Search { connection, filter } => {
                parse(&filter)?;
                Kind::Search { of: ViewOf { connection, order: found, filter }, told: 0 }
            }
            Request::GoTo { target, connection, order, filter } => {
                parse(&filter)?;
                Kind::GoTo { of: ViewOf { connection, order, filter }, target, nearest: Nearest::default() }
            }
            Request::Export { what, connection, filter, format } => {
                Kind::Export(Box::new(self.begin_export(what, connection, parse(&filter)?, format)))
            }
            _ => return Err(Problem::new("this request is answered at once")), // Not reached: `quick` took it.
        })
    }

    pub(super) fn scan(&self, filter: Option<Filter>, connection: Option<u64>, meaning: Meaning) -> Scan {
        let options = Options {
            threads: self.threads,
            limits: self.limits.clone(),
            decode_as: self.decode_as.clone(),
            secrets: self.keys.as_at_the_start(),
            ..Options::default()
        };
        Scan::new(filter, connection, meaning, options)
    }

    /// One step of every task.
    pub(super) fn work_on_tasks(&mut self) -> Work {
        let mut work = Work::Idle;
        if !self.tasks.is_empty() {
            self.settle();
        }
        for mut task in std::mem::take(&mut self.tasks) {
            match self.step(task.id, &mut task.kind) {
                Ok(Progressed::Goes) => {
                    work = Work::More;
                    self.tasks.push(task);
                }
                Ok(Progressed::Waits) => self.tasks.push(task),
                Ok(Progressed::Ends) => work = Work::More,
                Err(problem) => self.events.push_back(Event::Refused { id: task.id, problem }),
            }
        }
        work
    }

    /// Sorts what was asked for while there is nothing else to do; `false`: all is sorted.
    pub(super) fn sort_in_background(&mut self) -> bool {
        let index = &self.index;
        self.shown.iter_mut().rev().any(|shown| shown.view.is_counted(index) && shown.view.sort(index))
    }

    fn step(&mut self, id: u64, kind: &mut Kind) -> Stepped {
        match kind {
            Kind::Messages { of, rows, told } => self.messages(id, of, *rows, told),
            Kind::Connections { rows, order, filter, scan, gathering } => {
                self.connections(id, *rows, *order, filter.as_ref(), scan, gathering)
            }
            Kind::Timeline { of, slices, span, counting, counted } => {
                self.timeline(id, of, *slices, *span, counting, counted)
            }
            Kind::Search { of, told } => self.search(id, of, told),
            Kind::GoTo { of, target, nearest } => self.go_to(id, of, *target, nearest),
            Kind::Export(export) => self.export(id, export),
        }
    }

    /// Takes the list out that shows this, so that it can be worked on; `put_back` it.
    fn shown(&mut self, of: &ViewOf) -> Result<Shown, Problem> {
        if let Some(place) = self.shown.iter().position(|shown| shown.view.of == *of) {
            return Ok(self.shown.remove(place));
        }
        let filter = parse(&of.filter)?;
        let spill = Spill::new(self.limits.index / SHARE, self.spill.clone());
        let view = View::new(of.clone(), filter, spill);
        let scan =
            view.needs_payload().then(|| self.scan(view.filter().cloned(), of.connection, Meaning::Unasked));
        Ok(Shown { view, scan, is_stopped: false })
    }

    fn put_back(&mut self, shown: Shown) {
        self.shown.push(shown);
        if self.shown.len() > VIEWS {
            self.shown.remove(0);
        }
    }

    /// Looks at more messages; `Ends`: at all that there are.
    fn look(&mut self, shown: &mut Shown) -> Stepped {
        let Some(scan) = &mut shown.scan else {
            let more = shown.view.look(&self.index, self.start);
            return Ok(if more { Progressed::Goes } else { Progressed::Ends });
        };
        if shown.is_stopped {
            return Ok(Progressed::Ends);
        }
        self.bytes.verify()?;
        let over = self.state != SessionState::Reading;
        let step = scan.step(&mut self.bytes, &self.index, self.start, over, &mut ())?;
        // Messages become final in the same order in every pass: what was found last is how far it is.
        let looked =
            if step == Step::Done { self.index.len() } else { scan.found.last().map_or(0, |&last| last + 1) };
        shown.view.add(&std::mem::take(&mut scan.found), looked);
        Ok(match step {
            Step::More => Progressed::Goes,
            Step::Waiting => Progressed::Waits,
            Step::Done => Progressed::Ends,
        })
    }

    fn messages(&mut self, id: u64, of: &ViewOf, rows: Span, told: &mut bool) -> Stepped {
        let mut shown = self.shown(of)?;
        let looked = self.look(&mut shown)?;
        let all = matches!(looked, Progressed::Ends | Progressed::Waits);
        self.searching = shown
            .scan
            .as_ref()
            .filter(|_| !all)
            .map(|scan| Searched { searched: scan.searched, size: self.read });
        let simple = of.order.key == MessageKey::Found && of.order.direction == Direction::Ascending;
        let enough = simple && shown.view.total(&self.index) >= rows.start.saturating_add(rows.length);
        if all && shown.view.prepare(&self.index) {
            self.put_back(shown);
            return Ok(Progressed::Goes);
        }
        let page = (all || (enough && !*told)).then(|| {
            let ids = shown.view.rows(&self.index, rows.start, rows.length);
            (ids, shown.view.total(&self.index))
        });
        let is_stopped = shown.is_stopped;
        self.put_back(shown);
        if let Some((ids, total)) = page {
            self.bytes.verify()?;
            let mut page = Page {
                total,
                counted: all && !is_stopped && self.is_over(),
                start: rows.start,
                rows: Vec::new(),
            };
            for message in ids {
                let Some(record) = self.index.record(message) else { continue };
                page.rows.push(self.row(message, &record)?);
            }
            *told = true;
            self.events.push_back(Event::Answer { id, last: all, answer: Answer::Messages(page) });
        }
        Ok(if all { Progressed::Ends } else { Progressed::Goes })
    }

    fn connections(
        &mut self,
        id: u64,
        rows: Span,
        order: ConnectionOrder,
        filter: Option<&Filter>,
        scan: &mut Option<Box<Scan>>,
        gathering: &mut Gathering,
    ) -> Stepped {
        let over = self.is_over();
        if let Some(searching) = scan {
            self.bytes.verify()?;
            match searching.step(&mut self.bytes, &self.index, self.start, over, &mut ())? {
                Step::More => return Ok(Progressed::Goes),
                Step::Waiting | Step::Done => gathering.add(searching.seen.take().unwrap_or_default()),
            }
            *scan = None;
        }
        let (index, start) = (&self.index, self.start);
        if filter.is_some_and(|filter| gathering.look(index, filter, start)) {
            return Ok(Progressed::Goes);
        }
        let held = connections::sorted(index, order, |connection| {
            filter.is_none_or(|filter| gathering.holds(connection, filter, start))
        });
        let page = Page {
            total: held.len() as u64,
            counted: over,
            start: rows.start,
            rows: part(&held, rows).iter().map(|connection| (*connection.row).clone()).collect(),
        };
        self.answer(id, Answer::Connections(page));
        Ok(Progressed::Ends)
    }

    fn timeline(
        &mut self,
        id: u64,
        of: &ViewOf,
        slices: u32,
        span: Option<TimeSpan>,
        counting: &mut Option<Counting>,
        counted: &mut usize,
    ) -> Stepped {
        let mut shown = self.shown(of)?;
        let looked = self.look(&mut shown)?;
        if matches!(looked, Progressed::Goes) {
            self.put_back(shown);
            return Ok(Progressed::Goes);
        }
        let index = &self.index;
        let open = counting.get_or_insert_with(|| {
            let mut open = Counting::new(span.unwrap_or_else(|| timeline::whole(index)), slices);
            open.diagnostics(index, of.connection);
            open
        });
        let ids = shown.view.rows(index, *counted as u64, COUNTED as u64);
        for &message in &ids {
            open.message(index, message);
        }
        *counted += ids.len();
        let more = ids.len() == COUNTED;
        self.put_back(shown);
        if more {
            return Ok(Progressed::Goes);
        }
        if let Some(done) = counting.take() {
            self.answer(id, Answer::Timeline(done.finish()));
        }
        Ok(Progressed::Ends)
    }

    fn search(&mut self, id: u64, of: &ViewOf, told: &mut usize) -> Stepped {
        let mut shown = self.shown(of)?;
        let looked = self.look(&mut shown)?;
        let ids = shown.view.rows(&self.index, *told as u64, u64::MAX);
        let searched = shown.scan.as_ref().map_or(self.read, |scan| scan.searched);
        self.put_back(shown);
        *told += ids.len();
        let ends = matches!(looked, Progressed::Ends) && self.is_over();
        if !ids.is_empty() || ends || matches!(looked, Progressed::Goes) {
            let answer = Answer::Found { messages: names(&self.index, &ids), searched, size: self.read };
            self.events.push_back(Event::Answer { id, last: ends, answer });
        }
        Ok(match looked {
            _ if ends => Progressed::Ends,
            Progressed::Goes => Progressed::Goes,
            // The search goes on with what is still to be read.
            Progressed::Waits | Progressed::Ends => Progressed::Waits,
        })
    }

    fn go_to(&mut self, id: u64, of: &ViewOf, target: Target, nearest: &mut Nearest) -> Stepped {
        let mut shown = self.shown(of)?;
        let looked = self.look(&mut shown)?;
        let going = matches!(looked, Progressed::Goes) || shown.view.sort(&self.index);
        if going {
            self.put_back(shown);
            return Ok(Progressed::Goes);
        }
        let index = &self.index;
        let message = match target {
            Target::Message(MessageName { connection, message }) => index.message(connection, message),
            Target::Packet(packet) => {
                match nearest.look(index, packet, |message| shown.view.holds(index, message)) {
                    Looked::At(message) => message,
                    Looked::More => {
                        self.put_back(shown);
                        return Ok(Progressed::Goes);
                    }
                }
            }
        };
        let row = message.and_then(|message| shown.view.row_of(index, message));
        self.put_back(shown);
        self.answer(id, Answer::Row(row));
        Ok(Progressed::Ends)
    }
}

fn parse(filter: &str) -> Result<Option<Filter>, Problem> {
    if filter.trim().is_empty() {
        return Ok(None);
    }
    Filter::parse(filter).map(Some).map_err(|error| {
        // An expression is no longer than 32 bits can count.
        let at = (error.range.start as u32, error.range.end as u32);
        Problem { message: error.message, at: Some(at) }
    })
}

fn names(index: &Index, ids: &[u32]) -> Vec<MessageName> {
    ids.iter()
        .filter_map(|&id| index.record(id))
        .map(|record| MessageName { connection: record.connection(), message: record.number() })
        .collect()
}

/// The rows of a span.
fn part<T>(all: &[T], rows: Span) -> &[T] {
    let start = usize::try_from(rows.start).unwrap_or(usize::MAX).min(all.len());
    let end = start.saturating_add(usize::try_from(rows.length).unwrap_or(usize::MAX)).min(all.len());
    all.get(start..end).unwrap_or_default()
}
