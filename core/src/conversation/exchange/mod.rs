//! The HTTP stage: requests and responses on one connection, until one of them is an upgrade or a tunnel.
//!
//! Other requests are passed over; the upgrade may be the tenth. A side whose bytes cannot be understood before the
//! other has spoken waits: the client's behind a request for an upgrade, the server's while its request is still on
//! its way.

mod answer;
mod lost;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::diagnostic::{Code, Finding};
use crate::http::{self, BodySkipper, HeadProgress, HeadReader, RequestHead, SkipProgress, Tri};
use crate::stream::{Gap, GapReason, HeldChunk, Origin, Side, StreamChunk};
use crate::tcp::{End, Facts};

use crate::conversation::Context;
use crate::conversation::attempt::Attempt;
use crate::conversation::direction::describe;
use crate::conversation::frames::Frames;
use crate::conversation::legacy::Challenge;
use crate::conversation::seeking::Patience;

/// Server bytes held behind a gap that may have swallowed the response; the older half goes then.
const UNREAD: usize = 256 << 10;

/// Something of one side that waits for its turn.
#[derive(Debug)]
pub enum Item {
    /// Bytes.
    Chunk(HeldChunk),
    /// Missing bytes.
    Gap(Gap),
    /// The end.
    End(End),
}

impl Item {
    /// What it costs to hold it, in bytes of memory.
    fn cost(&self) -> usize {
        const ITEM: usize = 128;
        match self {
            Self::Chunk(held) => held.len() + ITEM,
            Self::Gap(_) | Self::End(_) => ITEM,
        }
    }
}

/// What follows the HTTP stage.
#[derive(Debug)]
pub enum Next {
    /// Frames of RFC 6455, or of a draft that is framed alike.
    Frames(Box<Frames>),
    /// Frames of hixie-75 or hixie-76.
    Legacy(Challenge),
    /// The connection is a WebSocket whose frames are not decoded (hybi-4 to hybi-6).
    Opaque,
    /// A proxy's tunnel: anything may follow.
    Tunnel,
    /// No WebSocket can follow.
    Nothing,
}

/// Whether the first bytes that come are the first of their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// They are.
    Captured,
    /// The rest of a head or a body may come first.
    Missed,
}

/// The HTTP stage.
#[derive(Debug)]
pub struct Exchange {
    readers: [Reader; 2],
    /// What waits, by side, the client first.
    waiting: [VecDeque<Item>; 2],
    waiting_bytes: [usize; 2],
    requests: VecDeque<Request>,
    /// Requests for a WebSocket so far.
    attempts: u64,
    /// A refused attempt, until its row is final.
    over: Option<Attempt>,
    /// An attempt whose request was not captured.
    alone: Option<Attempt>,
    gaps: [Option<Gap>; 2],
    /// Server bytes behind a gap that may have swallowed the response.
    unread: Vec<HeldChunk>,
    unread_bytes: usize,
    /// Looking for frames without a response is put off until so many bytes wait.
    next_try: usize,
    /// Client bytes behind the request were given up.
    client_lost: bool,
    /// Offset in the client's stream up to which it was read.
    client_read: u64,
    ended: [bool; 2],
    next: Option<Next>,
}

/// What a request costs beside its head.
const REQUEST: usize = 512;

#[derive(Debug)]
struct Request {
    head: Arc<RequestHead>,
    attempt: Option<(Attempt, Vec<(Origin, Finding)>)>,
    /// Where its head ends in the client's stream.
    end: u64,
}

#[derive(Debug)]
enum Reader {
    Head {
        reader: HeadReader,
        first: Option<Origin>,
    },
    Body(BodySkipper),
    /// Out of step: a head is looked for at the start of every segment.
    Lost,
}

impl Exchange {
    /// At the start of a connection, or of a tunnel in it; or where a capture begins in the middle.
    pub fn new(start: Beginning, cx: &Context<'_>) -> Self {
        let head = || match start {
            Beginning::Captured => {
                Reader::Head { reader: HeadReader::new(cx.settings.limits.http_head), first: None }
            }
            Beginning::Missed => Reader::Lost,
        };
        Self {
            readers: [head(), head()],
            waiting: Default::default(),
            waiting_bytes: [0; 2],
            requests: VecDeque::new(),
            attempts: 0,
            over: None,
            alone: None,
            gaps: [None; 2],
            unread: Vec::new(),
            unread_bytes: 0,
            next_try: 0,
            client_lost: false,
            client_read: 0,
            ended: [false; 2],
            next: None,
        }
    }

    /// What is held back, in bytes of memory.
    pub fn held(&self) -> usize {
        let of = |request: &Request| {
            // An attempt has the same head.
            let heads = match &request.attempt {
                Some((attempt, _)) => attempt.held(),
                None => request.head.headers.held() + request.head.target.len(),
            };
            heads + REQUEST
        };
        let partial = |reader: &Reader| match reader {
            Reader::Head { reader, .. } => reader.held(),
            Reader::Body(_) | Reader::Lost => 0,
        };
        self.waiting_bytes.iter().sum::<usize>()
            + self.unread_bytes
            + self.readers.iter().map(partial).sum::<usize>()
            + self.requests.iter().map(of).sum::<usize>()
            + self.over.as_ref().map_or(0, Attempt::held)
    }

    /// What is open: the attempt whose findings are told next.
    pub fn attempt(&mut self) -> Option<&mut Attempt> {
        let pending = self.requests.iter_mut().find_map(|request| request.attempt.as_mut());
        pending.map(|(attempt, _)| attempt).or(self.over.as_mut())
    }

    /// Takes the next of one side; `Some`: the stage is over, and what waits is for the next one.
    pub fn push(
        &mut self,
        side: Side,
        item: Item,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) -> Option<(Next, Option<Attempt>)> {
        self.hold(side, item);
        self.run(facts, cx)
    }

    /// Passes over bytes of a body without holding them; `false` where they must be looked at.
    pub fn pass(&mut self, chunk: StreamChunk<'_>) -> bool {
        let index = chunk.side.index();
        match &mut self.readers[index] {
            Reader::Body(skipper) if self.waiting[index].is_empty() => {
                let before = skipper.clone();
                let inside = skipper.push(chunk.bytes) == SkipProgress::NeedMore;
                if !inside {
                    *skipper = before;
                } else if chunk.side == Side::Client {
                    self.client_read = self.client_read.max(chunk.offset + chunk.bytes.len() as u64);
                }
                inside
            }
            _ => false,
        }
    }

    /// What waits, in the order in which the next stage is to take it: the client's first.
    pub fn take_waiting(&mut self) -> Vec<(Side, Item)> {
        let [client, server] = std::mem::take(&mut self.waiting);
        let unread = std::mem::take(&mut self.unread).into_iter().map(Item::Chunk);
        let client = client.into_iter().map(|item| (Side::Client, item));
        let server = unread.chain(server).map(|item| (Side::Server, item));
        client.chain(server).collect()
    }

    /// An attempt that is over, if its row was not told yet.
    pub fn take_over(&mut self) -> Option<Attempt> {
        self.over.take()
    }

    /// Nothing more will come: what can still be decided is.
    pub fn finish(
        &mut self,
        certain_end: bool,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) -> Option<(Next, Option<Attempt>)> {
        // Nothing that a side waits for will come: what it sent is read as it stands.
        self.client_read = u64::MAX;
        let left = self.run(facts, cx);
        if left.is_some() {
            return left;
        }
        self.try_partial(Patience::TakeLikely, facts, cx);
        if self.next.is_some() {
            return self.leave();
        }
        let unknown = self.gaps[1].is_some() || !facts.seen[1] || matches!(self.readers[1], Reader::Lost);
        for mut request in std::mem::take(&mut self.requests) {
            let Some((mut attempt, findings)) = request.attempt.take() else { continue };
            for (origin, finding) in findings {
                attempt.report(Side::Client, origin, &finding, cx);
            }
            if (certain_end || self.ended[Side::Server.index()]) && !unknown {
                let text = format!(
                    "the request for {} was never answered: TCP ended without an HTTP response",
                    short(&request.head.target)
                );
                attempt.report(Side::Server, facts.last, &Finding::new(Code::UpgradeUnanswered, text), cx);
            }
            attempt.last = Some(facts.last);
            self.replace_over(Some(attempt), facts, cx);
        }
        None
    }

    fn hold(&mut self, side: Side, item: Item) {
        if let (Item::Gap(gap), Some(Item::Gap(before))) = (&item, self.waiting[side.index()].back_mut())
            && before.offset + before.length == gap.offset
        {
            before.length += gap.length;
            return;
        }
        self.waiting_bytes[side.index()] += item.cost();
        self.waiting[side.index()].push_back(item);
    }

    /// Puts back what a side cannot read yet.
    fn hold_again(&mut self, side: Side, held: HeldChunk) {
        let item = Item::Chunk(held);
        self.waiting_bytes[side.index()] += item.cost();
        self.waiting[side.index()].push_front(item);
    }

    fn run(&mut self, facts: &Facts, cx: &mut Context<'_>) -> Option<(Next, Option<Attempt>)> {
        let mut moved = true;
        while moved && self.next.is_none() {
            moved = self.pass_over_lost_answer(facts, cx);
            for side in Side::BOTH {
                while self.next.is_none() {
                    let acknowledged = match self.waiting[side.index()].front() {
                        Some(Item::Chunk(held)) => held.acknowledged(),
                        Some(_) => None,
                        None => break,
                    };
                    if self.must_wait(side, acknowledged) {
                        break;
                    }
                    let Some(item) = self.waiting[side.index()].pop_front() else { break };
                    moved = true;
                    self.waiting_bytes[side.index()] -= item.cost();
                    match item {
                        Item::Chunk(held) => self.read(side, held, facts, cx),
                        Item::Gap(gap) => self.gap(gap, cx),
                        Item::End(end) => self.ended[end.side.index()] = true,
                    }
                }
            }
        }
        if self.next.is_none() {
            self.try_partial(Patience::WaitForCertain, facts, cx);
        }
        if self.next.is_none() {
            self.bound_waiting(facts, cx);
        }
        if self.next.is_some() { self.leave() } else { None }
    }

    fn leave(&mut self) -> Option<(Next, Option<Attempt>)> {
        let asked = || self.requests.pop_front()?.attempt.map(|(attempt, _)| attempt);
        let attempt = self.alone.take().or_else(asked);
        self.next.take().map(|next| (next, attempt))
    }

    /// Whether a side's bytes, sent when it had `acknowledged` of the other's, cannot be understood yet.
    fn must_wait(&self, side: Side, acknowledged: Option<u64>) -> bool {
        match side {
            // What follows a request for an upgrade or a tunnel depends on the answer (RFC 6455 §4.1).
            Side::Client => {
                let undecided = self.requests.back().is_some_and(|request| {
                    request.attempt.is_some()
                        || request.head.method.eq_ignore_ascii_case("CONNECT")
                        || request.head.headers.contains("Upgrade")
                });
                undecided && !matches!(self.readers[0], Reader::Body(_))
            }
            // Its request is on its way: the server had bytes that the capture shows only later.
            Side::Server => {
                self.requests.is_empty()
                    && acknowledged.is_some_and(|acknowledged| acknowledged > self.client_read)
            }
        }
    }

    fn read(&mut self, side: Side, mut held: HeldChunk, facts: &Facts, cx: &mut Context<'_>) {
        while !held.is_empty() && self.next.is_none() {
            if self.must_wait(side, held.acknowledged()) {
                return self.hold_again(side, held);
            }
            let chunk = held.chunk(side);
            let origin = chunk.origin;
            if side == Side::Client {
                // As far as a head or body goes on; a head that ends says so itself.
                self.client_read = self.client_read.max(chunk.offset + chunk.bytes.len() as u64);
            }
            match &mut self.readers[side.index()] {
                Reader::Head { reader, first } => {
                    let first = *first.get_or_insert(origin);
                    match reader.push(chunk.bytes) {
                        HeadProgress::NeedMore => return,
                        HeadProgress::TooLong => {
                            let text = format!(
                                "the {} sent an HTTP head of more than {} bytes; it is not read",
                                side.name(),
                                cx.settings.limits.http_head
                            );
                            cx.report(side, origin, &Finding::new(Code::HttpHeadLimit, text));
                            self.readers[side.index()] = Reader::Lost;
                            return;
                        }
                        HeadProgress::Complete { head, consumed } => {
                            let head = head.into_owned();
                            held.drop_front(consumed);
                            let end = held.offset();
                            if side == Side::Client && self.client_read != u64::MAX {
                                self.client_read = end;
                            }
                            match side {
                                Side::Client => self.request(&head, first, origin, end, facts, cx),
                                Side::Server => self.response(&head, origin, end, facts, cx),
                            }
                        }
                    }
                }
                Reader::Body(skipper) => match skipper.push(chunk.bytes) {
                    SkipProgress::NeedMore => return,
                    SkipProgress::Done { consumed } => {
                        held.drop_front(consumed);
                        self.await_head(side, cx);
                    }
                    SkipProgress::Lost { .. } => {
                        self.readers[side.index()] = Reader::Lost;
                        return;
                    }
                },
                Reader::Lost => {
                    let is_head = match side {
                        Side::Client => http::looks_like_request(chunk.bytes),
                        Side::Server => http::looks_like_response(chunk.bytes),
                    };
                    if is_head == Tri::Yes {
                        self.unread.clear();
                        self.unread_bytes = 0;
                        self.await_head(side, cx);
                        continue;
                    }
                    if side == Side::Server && self.requests.iter().any(|request| request.attempt.is_some()) {
                        self.unread_bytes += held.len() + 128;
                        self.unread.push(held);
                        if self.unread_bytes > UNREAD {
                            let half = self.unread.len() / 2;
                            self.unread.drain(..half);
                            self.unread_bytes = self.unread.iter().map(|held| held.len() + 128).sum();
                            self.next_try = UNREAD;
                        }
                    }
                    return;
                }
            }
        }
        if !held.is_empty() {
            self.hold_again(side, held);
        }
    }

    fn await_head(&mut self, side: Side, cx: &Context<'_>) {
        self.readers[side.index()] =
            Reader::Head { reader: HeadReader::new(cx.settings.limits.http_head), first: None };
    }

    fn pass_over(&mut self, side: Side, skipper: BodySkipper, cx: &Context<'_>) {
        if skipper.is_done() {
            self.await_head(side, cx);
        } else {
            self.readers[side.index()] = Reader::Body(skipper);
        }
    }

    fn replace_over(&mut self, attempt: Option<Attempt>, facts: &Facts, cx: &mut Context<'_>) {
        if let Some(over) = std::mem::replace(&mut self.over, attempt) {
            crate::conversation::attempt::tell_closed(over, facts, cx);
        }
    }
}

/// Tells a gap of an attempt whose frames are not being decoded.
pub(in crate::conversation) fn report_gap(attempt: &mut Attempt, gap: Gap, what: &str, cx: &mut Context<'_>) {
    if gap.reason == GapReason::Unseen {
        return; // That a direction was not captured at all is said of the connection.
    }
    let code = if gap.reason == GapReason::SnapLength { Code::SnaplenCut } else { Code::TcpGap };
    let text = format!("{}; {what}", describe(gap));
    attempt.report(gap.side, gap.origin, &Finding::new(code, text), cx);
}

fn short(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}
