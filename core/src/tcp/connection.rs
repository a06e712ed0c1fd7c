//! One TCP connection: two directions, their clock, and the [`Stack`] that reads the streams.

use crate::packet::{Flags, Segment};
use crate::stream::{Origin, Side, StreamChunk};

use super::direction::{Clock, Direction, Next, Work};
use super::facts::{End, EndKind, Ending, Facts};
use super::feed::Feed;
use super::flows::Sender;
use super::past::Past;
use super::seq::Seq;
use super::table::Stack;

/// One connection. Its record is small and lies beside those of the others; what most packets do not touch is in a box.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Connection<S> {
    /// By side, the client first.
    directions: [Direction; 2],
    /// Its latest packet.
    last: Origin,
    /// Packets so far.
    packets: u64,
    /// Nothing is held, awaited or ended: the next bytes in order can be delivered at once.
    at_rest: bool,
    client: Sender,
    backwards: bool,
    ignored: bool,
    finished: bool,
    stack: S,
    aside: Box<Aside>,
}

/// What is known of a connection beside its record.
#[derive(Debug)]
struct Aside {
    /// Those that the record has too are brought up to date before they are shown.
    facts: Facts,
    ends: [Option<(EndKind, Origin, Option<u64>)>; 2],
    told: [bool; 2],
    /// When it was finished: each direction's SYN and the number that would have come next.
    syns: [Option<Seq>; 2],
    tails: [Option<Seq>; 2],
    /// Bytes held, as the table has counted them.
    counted: usize,
}

/// What a segment did to its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    /// Both directions have ended, and no packet that matters can follow.
    Closed,
    /// Reset: what was on its way may still follow.
    Lingering,
}

impl<S: Stack> Connection<S> {
    pub fn new(stream: u64, segment: &Segment<'_>, sender: Sender, origin: Origin) -> Self {
        let flow = &segment.flow;
        let from_client = match (segment.flags.syn, segment.flags.ack) {
            (true, false) => true,
            (true, true) => false,
            // No SYN: servers listen on the lower port, and else who speaks first asks.
            (false, _) => flow.source.1 >= flow.destination.1,
        };
        let ends =
            if from_client { [flow.source, flow.destination] } else { [flow.destination, flow.source] };
        let facts = Facts {
            stream,
            ends,
            tunnel: flow.tunnel,
            first: origin,
            last: origin,
            packets: 0,
            syn_seen: false,
            seen: [false; 2],
            acknowledged: [0; 2],
            delivered: [0; 2],
        };
        Self {
            directions: Default::default(),
            last: origin,
            packets: 0,
            at_rest: false,
            client: if from_client { sender } else { sender.other() },
            backwards: false,
            ignored: false,
            finished: false,
            stack: S::default(),
            aside: Box::new(Aside {
                facts,
                ends: [None; 2],
                told: [false; 2],
                syns: [None; 2],
                tails: [None; 2],
                counted: 0,
            }),
        }
    }

    pub fn stream(&self) -> u64 {
        self.aside.facts.stream
    }

    /// Its stack is told that it begins.
    pub fn begin(&self, out: &mut S::Out<'_>) {
        self.stack.begin(&self.aside.facts, out);
    }

    pub fn first_packet(&self) -> u64 {
        self.aside.facts.first.packet
    }

    pub fn last_packet(&self) -> u64 {
        self.last.packet
    }

    /// Counts what is held of it; says what was counted before, and what is now.
    pub fn recount(&mut self) -> (usize, usize) {
        let held = self.directions.iter().map(Direction::held_bytes).sum::<usize>() + self.stack.held();
        (std::mem::replace(&mut self.aside.counted, held), held)
    }

    /// Whether what is held of it may have grown with the latest bytes of that sender.
    #[inline(always)]
    pub fn may_hold(&self, sender: Sender) -> bool {
        self.stack.may_hold(self.side(sender))
    }

    /// What is held of it, as it was counted last.
    pub fn counted(&self) -> usize {
        self.aside.counted
    }

    /// Whether nothing more is expected of it.
    pub fn is_over(&self) -> bool {
        self.finished || self.aside.told == [true; 2]
    }

    /// Whether a segment cannot belong to this connection: its addresses and ports are used again.
    #[inline]
    pub fn is_reused_by(&self, segment: &Segment<'_>, sender: Sender) -> bool {
        (segment.flags.syn || self.finished) && self.is_begun_anew(segment, sender)
    }

    fn is_begun_anew(&self, segment: &Segment<'_>, sender: Sender) -> bool {
        let index = self.side(sender).index();
        let seq = Seq(segment.sequence);
        let flags = segment.flags;
        if self.finished {
            // What is left of this connection is near its end; other data, or another SYN, is new.
            let far = self.aside.tails[index]
                .is_none_or(|tail| !(-(1 << 20)..1 << 20).contains(&seq.ahead_of(tail)));
            let same_syn = self.aside.syns[index] == Some(seq);
            return (flags.syn && !same_syn) || (!flags.rst && !segment.payload.is_empty() && far);
        }
        let direction = &self.directions[index];
        match (flags.syn, flags.ack) {
            (true, false) => !direction.fits_syn(seq),
            // A server that had no data yet may have chosen another number (SYN cookies).
            (true, true) => self.has_delivered() && !direction.fits_syn(seq),
            (false, _) => false,
        }
    }

    /// Reads from each cache line that the next segment will need.
    #[inline(always)]
    pub fn touch(&self) -> usize {
        let [client, server] = &self.directions;
        let numbers = [client.next(), server.next(), self.packets];
        numbers
            .iter()
            .fold(usize::from(self.stack.is_settled()), |sum, number| sum.wrapping_add(*number as usize))
    }

    /// The same of the stack.
    #[inline(always)]
    pub fn touch_stack(&self, sender: Sender) -> usize {
        self.stack.touch(self.side(sender))
    }

    /// Takes its next segment.
    #[inline]
    pub fn push(
        &mut self,
        segment: &Segment<'_>,
        sender: Sender,
        origin: Origin,
        work: &mut Work<'_>,
        out: &mut S::Out<'_>,
    ) -> Fate {
        if segment.flags == Flags::ACK && segment.cut == 0 {
            let &Segment { sequence, acknowledgement, hop_limit, payload, place, .. } = segment;
            let next = Next { sequence, acknowledgement, hop_limit, payload, place };
            let right = || segment.checksum_right() != Some(false);
            if self.push_at_rest(&next, right, sender, origin, work.past, out) {
                return Fate::Open;
            }
        }
        self.push_any(segment, sender, origin, work, out)
    }

    /// The short way for what nearly every segment is: an acknowledgement, or the next bytes in order, of a connection
    /// at rest. `false`: it is something else, and nothing was done. `is_right` verifies its checksum.
    #[inline(always)]
    pub fn push_at_rest(
        &mut self,
        next: &Next<'_>,
        is_right: impl FnOnce() -> bool,
        sender: Sender,
        origin: Origin,
        past: &mut Past,
        out: &mut S::Out<'_>,
    ) -> bool {
        if !self.at_rest {
            return false;
        }
        let side = self.side(sender);
        let [client, server] = &mut self.directions;
        let (me, you) = match side {
            Side::Client => (client, server),
            Side::Server => (server, client),
        };
        if !me.expects(next, is_right) {
            return false;
        }
        let Some(acknowledged) = you.acknowledge_at_rest(Seq(next.acknowledgement)) else { return false };
        self.packets += 1;
        self.backwards |= is_before(origin, self.last);
        self.last = origin;
        if next.payload.is_empty() {
            return true;
        }
        let offset = me.take_expected(next, past);
        let (bytes, place, acknowledged) = (next.payload, next.place, Some(acknowledged));
        let chunk = StreamChunk { side, offset, bytes, place, origin, acknowledged };
        self.stack.data(chunk, &self.aside.facts, out);
        true
    }

    #[inline(never)]
    fn push_any(
        &mut self,
        segment: &Segment<'_>,
        sender: Sender,
        origin: Origin,
        work: &mut Work<'_>,
        out: &mut S::Out<'_>,
    ) -> Fate {
        self.count(origin);
        if self.finished {
            return Fate::Open;
        }
        let flags = segment.flags;
        if flags.syn {
            self.learn_sides(segment, sender);
        }
        let side = self.side(sender);
        let (me, you) = (side.index(), side.other().index());
        self.update_facts();
        self.aside.facts.seen[me] = true;
        let clock = self.clock(origin);

        let acknowledged = flags.ack.then(|| {
            self.directions[you].acknowledge(Seq(segment.acknowledgement), clock);
            if flags.syn {
                self.directions[you].start_unseen(Seq(segment.acknowledgement));
            } else if !self.directions[you].seen() && self.directions[me].syn().is_some() {
                // The third step of the handshake tells where a stream begins that was not captured.
                self.directions[you].start_unseen(Seq(segment.acknowledgement));
            }
            self.directions[you].offset(Seq(segment.acknowledgement))
        });
        let acknowledged = acknowledged.flatten();
        if self.ignored {
            return self.push_ignored(segment, side, origin, out);
        }
        if segment.payload.is_empty()
            && segment.cut == 0
            && !flags.syn
            && !flags.fin
            && !flags.rst
            && self.directions.iter().all(Direction::is_quiet)
        {
            return Fate::Open; // An acknowledgement and nothing else.
        }
        let Self { directions, stack, aside, .. } = self;
        let mut output = Feed { side, stack, facts: &mut aside.facts, out };
        if flags.syn {
            let peer = directions[you].likely_base();
            directions[me].start(Seq(segment.sequence), peer, clock, work, &mut output);
        }
        directions[me].push(segment, acknowledged, clock, work, &mut output);
        self.note_end(segment, side, origin, acknowledged);
        // Where both have said that they end, no SYN will come either.
        let ending = flags.fin || flags.rst;
        let ended = ending && self.aside.ends.iter().all(Option::is_some);
        if ended || self.directions.iter().any(|direction| direction.has_waited(clock)) {
            self.begin_both(clock, work, out);
        }
        for each in Side::BOTH {
            let Self { directions, stack, aside, .. } = self;
            let mut output = Feed { side: each, stack, facts: &mut aside.facts, out };
            directions[each.index()].tick(clock, work, &mut output);
        }
        self.tell_ends(out);
        self.settle()
    }

    /// Nothing more will come.
    pub fn finish(&mut self, ending: Ending, work: &mut Work<'_>, out: &mut S::Out<'_>) {
        if self.finished {
            return;
        }
        self.finished = true;
        self.at_rest = false;
        self.update_facts();
        let clock = self.clock(self.last);
        if !self.ignored {
            self.begin_both(clock, work, out);
            for side in Side::BOTH {
                let Self { directions, stack, aside, .. } = self;
                let seen = aside.facts.seen[side.index()];
                if seen || directions[side.other().index()].seen() {
                    let mut output = Feed { side, stack, facts: &mut aside.facts, out };
                    directions[side.index()].finish(clock, work, &mut output);
                }
            }
            self.tell_ends(out);
        }
        let over = self.aside.told == [true; 2] || self.fate() != Fate::Open;
        let early = matches!(ending, Ending::CaptureEnded | Ending::Evicted | Ending::Starved);
        let ending = if over && early { Ending::Closed } else { ending };
        self.stack.finish(ending, &self.aside.facts, out);
        self.aside.syns = self.directions.each_ref().map(Direction::syn);
        if !self.ignored {
            self.aside.tails = self.directions.each_ref().map(Direction::next_seq);
        }
        self.directions = Default::default();
        self.stack = S::default();
    }

    /// Directions whose SYN was not captured begin together: what one has acknowledged orders the other.
    fn begin_both(&mut self, clock: Clock, work: &mut Work<'_>, out: &mut S::Out<'_>) {
        let bases = self.directions.each_ref().map(Direction::likely_base);
        for side in Side::BOTH {
            let Self { directions, stack, aside, .. } = self;
            let peer = bases[side.other().index()];
            let mut output = Feed { side, stack, facts: &mut aside.facts, out };
            directions[side.index()].begin_at_lowest(peer, clock, &mut output);
        }
        // What both held is told in the order in which it was captured.
        let ready = |directions: &[Direction; 2]| {
            Side::BOTH.into_iter().filter_map(|side| Some((directions[side.index()].ready()?, side))).min()
        };
        while let Some((_, side)) = ready(&self.directions) {
            let Self { directions, stack, aside, .. } = self;
            let mut output = Feed { side, stack, facts: &mut aside.facts, out };
            directions[side.index()].deliver_ready(clock, work, &mut output);
        }
        for side in Side::BOTH {
            let Self { directions, stack, aside, .. } = self;
            let mut output = Feed { side, stack, facts: &mut aside.facts, out };
            directions[side.index()].bound(clock, work, &mut output);
        }
    }

    fn count(&mut self, origin: Origin) {
        self.packets += 1;
        self.backwards |= is_before(origin, self.last);
        if !self.finished {
            self.last = origin;
        }
    }

    fn clock(&self, origin: Origin) -> Clock {
        Clock { packets: self.packets, origin, backwards: self.backwards }
    }

    fn side(&self, sender: Sender) -> Side {
        if sender == self.client { Side::Client } else { Side::Server }
    }

    fn has_delivered(&self) -> bool {
        self.directions.iter().any(|direction| direction.next() > 0)
    }

    /// A SYN tells who asked. If its packet came late, the guess may have been wrong: nothing was delivered yet then.
    fn learn_sides(&mut self, segment: &Segment<'_>, sender: Sender) {
        let delivered = self.has_delivered();
        let Aside { facts, ends, .. } = &mut *self.aside;
        if std::mem::replace(&mut facts.syn_seen, true) {
            return;
        }
        let from_client = !segment.flags.ack;
        if (sender == self.client) != from_client && !delivered {
            facts.ends.swap(0, 1);
            facts.seen.swap(0, 1);
            ends.swap(0, 1);
            self.directions.swap(0, 1);
            self.client = self.client.other();
        }
    }

    fn note_end(&mut self, segment: &Segment<'_>, side: Side, origin: Origin, acknowledged: Option<u64>) {
        let flags = segment.flags;
        if !flags.fin && !flags.rst {
            return;
        }
        let kind = if flags.rst { EndKind::Reset } else { EndKind::Fin };
        if flags.rst && !self.ignored && !self.directions[side.index()].takes_reset(Seq(segment.sequence)) {
            return;
        }
        let length = u32::try_from(segment.payload.len()).unwrap_or(u32::MAX).saturating_add(segment.cut);
        self.directions[side.index()].end_at(Seq(segment.sequence).plus(u32::from(flags.syn)).plus(length));
        let Aside { ends, told, .. } = &mut *self.aside;
        let (end, told) = (&mut ends[side.index()], &mut told[side.index()]);
        if end.is_none() || (kind == EndKind::Reset && !*told) {
            *end = Some((kind, origin, acknowledged));
        } else if kind == EndKind::Reset {
            // A reset behind the FIN of the same side is an end of its own.
            *end = Some((kind, origin, acknowledged));
            *told = false;
        }
    }

    fn tell_ends(&mut self, out: &mut S::Out<'_>) {
        for side in Side::BOTH {
            let index = side.index();
            if let Some((kind, origin, acknowledged)) = self.aside.ends[index]
                && !self.aside.told[index]
                && (self.directions[index].ended() || self.ignored || self.finished)
            {
                self.aside.told[index] = true;
                self.update_facts();
                self.stack.end(End { side, kind, origin, acknowledged }, &self.aside.facts, out);
            }
        }
    }

    fn update_facts(&mut self) {
        let facts = &mut self.aside.facts;
        (facts.last, facts.packets) = (self.last, self.packets);
        for (index, direction) in self.directions.iter().enumerate() {
            facts.acknowledged[index] = direction.acknowledged();
            facts.delivered[index] = direction.next();
        }
    }

    fn settle(&mut self) -> Fate {
        self.update_facts();
        if !self.stack.wants_more(&self.aside.facts) {
            self.ignored = true;
            self.directions.iter_mut().for_each(Direction::forget);
        }
        let quiet = !self.ignored && self.aside.told == [false; 2];
        self.at_rest = quiet && self.stack.is_settled() && self.directions.iter().all(Direction::is_quiet);
        self.fate()
    }

    fn fate(&self) -> Fate {
        let Aside { told, ends, .. } = &*self.aside;
        let both = *told == [true; 2];
        let reset =
            told.iter().zip(ends).any(|(told, end)| *told && matches!(end, Some((EndKind::Reset, ..))));
        let acknowledged =
            self.directions.iter().all(|direction| !direction.outstanding() && direction.fin_acknowledged());
        if both && (acknowledged || self.ignored) {
            Fate::Closed
        } else if reset {
            Fate::Lingering
        } else {
            Fate::Open
        }
    }

    /// The stack has seen enough: only the ends count.
    fn push_ignored(
        &mut self,
        segment: &Segment<'_>,
        side: Side,
        origin: Origin,
        out: &mut S::Out<'_>,
    ) -> Fate {
        if segment.flags.fin || segment.flags.rst {
            self.note_end(segment, side, origin, None);
            self.tell_ends(out);
        }
        self.fate()
    }
}

fn is_before(origin: Origin, other: Origin) -> bool {
    matches!((origin.time, other.time), (Some(time), Some(other)) if time < other)
}
