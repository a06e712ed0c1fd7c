//! One direction of a TCP connection: from segments in any order to chunks and gaps in stream order.
//!
//! The rules for what is believed when copies differ, and for when a hole is given up, are those of
//! `ARCHITECTURE.md`, "TCP". A direction knows nothing of the other one but how far it has acknowledged.

mod beginning;
mod copies;
mod holes;

use std::collections::VecDeque;

use crate::capture::Timestamp;
use crate::diagnostic::Finding;
use crate::limits::Limits;
use crate::packet::Segment;
use crate::stream::{GapReason, Origin};

use copies::{Checksums, Hops, conflict};

use crate::capture::History;
use crate::tcp::assembler::{Assembler, Held, slice};
use crate::tcp::past::{Link, Past};
use crate::tcp::seq::{Base, Seq};

/// What a direction tells, in stream order.
pub trait Output {
    /// The next bytes of the stream.
    fn data(&mut self, delivered: Delivered<'_>);
    /// Bytes that are missing.
    fn gap(&mut self, offset: u64, length: u64, reason: GapReason, origin: Origin);
    /// Something worth saying.
    fn found(&mut self, finding: Finding, origin: Origin);
}

/// Bytes of a direction whose turn has come.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// Stream offset of the first one.
    pub offset: u64,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Where the first one stands, as [`Piece`](crate::packet::Piece) says.
    pub place: u64,
    /// The packet that carried them.
    pub origin: Origin,
    /// What their sender had acknowledged.
    pub acknowledged: Option<u64>,
}

/// Packets of the connection for which a direction without a SYN waits for its first byte: a SYN that was
/// captured late, or segments before the first one seen.
const START_PACKETS: u64 = 16;
/// How far beyond what was seen an acknowledgement is believed.
const ACK_REACH: u64 = 16 << 20;
/// How far beyond what was seen a reset is believed: a window that is not scaled.
const RESET_REACH: u64 = 64 << 10;
/// Acknowledgements beyond a hole whose time is remembered; of more, only the latest.
const REMEMBERED_ACKNOWLEDGEMENTS: usize = 64;

/// The clock of a connection, as its packets move it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// Packets of the connection so far.
    pub packets: u64,
    /// The current packet.
    pub origin: Origin,
    /// Timestamps of this connection ran backwards: the order of the file proves nothing.
    pub backwards: bool,
}

/// What every connection works with.
#[derive(Debug)]
pub struct Work<'a> {
    /// Bounds on memory and work.
    pub limits: &'a Limits,
    /// What was delivered last, of all connections.
    pub past: &'a mut Past,
    /// The last bytes of the capture.
    pub history: &'a History,
}

/// A segment with ACK, without SYN, FIN and RST, of which nothing is cut.
#[derive(Clone, Copy, Debug)]
pub struct Next<'a> {
    /// Sequence number as on the wire.
    pub sequence: u32,
    /// Acknowledgement number as on the wire.
    pub acknowledgement: u32,
    /// TTL or hop limit.
    pub hop_limit: u8,
    /// The payload.
    pub payload: &'a [u8],
    /// Where the payload stands.
    pub place: u64,
}

/// One direction's reassembly.
///
/// A thousand connections do not fit into a processor's cache: what every packet touches stands first and together, and
/// all that is unusual in a box.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Direction {
    /// Offset of the next byte to deliver.
    next: u64,
    /// Offset up to which the other side has acknowledged.
    acknowledged: u64,
    base: Option<Base>,
    hops: Hops,
    checksums: Checksums,
    seen: bool,
    /// Something is held, overdue, doubted or waiting; else none of those need be looked at.
    troubled: bool,
    /// What was delivered last.
    latest: Link,
    /// The other side has acknowledged the FIN.
    end_acknowledged: bool,
    syn: Option<Seq>,
    /// Where the stream ends, once a FIN or RST said so.
    end: Option<u64>,
    unusual: Option<Box<Unusual>>,
}

/// What most directions never have.
#[derive(Debug, Default)]
struct Unusual {
    /// The end as a sequence number, while the stream's start is not decided.
    end_seq: Option<Seq>,
    held: Assembler,
    suspects: Vec<(u64, Held)>,
    /// When the other side was first seen to acknowledge so far, for what is beyond `next`; ascending.
    overdue: VecDeque<Overdue>,
    /// Segments without a SYN before them: what decides where the stream starts.
    waiting: Option<Waiting>,
    /// The number of a segment without data, while nothing else is known of the stream.
    idle: Option<Seq>,
    /// The last gaps that were given up, as (start, end): what comes for them is late.
    lost: VecDeque<(u64, u64)>,
}

#[derive(Clone, Copy, Debug)]
struct Overdue {
    offset: u64,
    packets: u64,
    time: Option<Timestamp>,
}

#[derive(Debug)]
struct Waiting {
    since: u64,
    /// With what their senders had acknowledged, as on the wire: where the other stream starts is not known either.
    segments: Vec<(Seq, Option<Seq>, Held)>,
    bytes: usize,
}

impl Unusual {
    /// Whether bytes wait.
    fn holds(&self) -> bool {
        !self.held.is_empty() || !self.suspects.is_empty() || self.waiting.is_some()
    }
}

impl Direction {
    fn unusual(&mut self) -> &mut Unusual {
        self.unusual.get_or_insert_default()
    }

    fn is_waiting(&self) -> bool {
        self.unusual.as_ref().is_some_and(|unusual| unusual.waiting.is_some())
    }

    fn holds_segments(&self) -> bool {
        self.held_first().is_some()
    }

    fn doubts(&self) -> bool {
        self.unusual.as_ref().is_some_and(|unusual| !unusual.suspects.is_empty())
    }

    fn held_first(&self) -> Option<u64> {
        self.unusual.as_ref()?.held.first()
    }

    fn held_end(&self) -> Option<u64> {
        self.unusual.as_ref()?.held.end()
    }

    /// Whether any packet of this direction was seen.
    pub fn seen(&self) -> bool {
        self.seen
    }

    /// Whether an acknowledgement changes nothing: no hole, no end, and the start is decided.
    pub fn is_quiet(&self) -> bool {
        !self.troubled && self.end.is_none() && self.base.is_some()
    }

    /// The initial sequence number, if its SYN was seen.
    pub fn syn(&self) -> Option<Seq> {
        self.syn
    }

    /// Offset of the next byte to deliver.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Offset up to which the other side has acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Whether all of the stream, up to its FIN or RST, has been told.
    pub fn ended(&self) -> bool {
        self.end.is_some_and(|end| self.next >= end)
    }

    /// What is held of it, in bytes of memory.
    pub fn held_bytes(&self) -> usize {
        let Some(unusual) = self.unusual.as_ref().filter(|_| self.troubled) else { return 0 };
        let doubted: usize = unusual.suspects.iter().map(|(_, held)| held.bytes.len() + 128).sum();
        unusual.held.size() + doubted + unusual.waiting.as_ref().map_or(0, |waiting| waiting.bytes)
    }

    /// Whether bytes are held, or known to be on their way.
    pub fn outstanding(&self) -> bool {
        self.acknowledged > self.next || self.unusual.as_deref().is_some_and(Unusual::holds)
    }

    /// Whether a SYN with this number belongs to the stream that is known so far.
    pub fn fits_syn(&self, syn: Seq) -> bool {
        match (self.syn, self.base) {
            (Some(known), _) => known == syn,
            (None, Some(Base(start))) => (0..1 << 20).contains(&start.ahead_of(syn.plus(1))),
            (None, None) => self.unusual.as_deref().is_none_or(|unusual| match &unusual.waiting {
                Some(waiting) => {
                    waiting.segments.iter().all(|(seq, ..)| (0..1 << 20).contains(&seq.ahead_of(syn.plus(1))))
                }
                None => unusual.idle.is_none_or(|idle| (0..1 << 20).contains(&idle.ahead_of(syn.plus(1)))),
            }),
        }
    }

    /// Whether the end, if there is one, was acknowledged by the other side: no retransmission can follow.
    pub fn fin_acknowledged(&self) -> bool {
        self.end.is_none() || self.end_acknowledged
    }

    /// Drops what is held: nobody wants the stream.
    pub fn forget(&mut self) {
        self.latest = Link::default();
        if let Some(unusual) = &mut self.unusual {
            unusual.held = Assembler::default();
            unusual.suspects = Vec::new();
            unusual.waiting = None;
        }
    }

    /// The offset of `seq` in this stream, if its start is known.
    #[inline]
    pub fn offset(&self, seq: Seq) -> Option<u64> {
        self.base?.offset(seq, self.next)
    }

    /// The other side acknowledges up to `seq`.
    pub fn acknowledge(&mut self, seq: Seq, clock: Clock) {
        let Some(offset) = self.offset(seq) else { return };
        // An acknowledgement of the FIN is one beyond the last byte.
        let offset = match self.end {
            Some(end) => {
                self.end_acknowledged |= offset > end;
                offset.min(end)
            }
            None => offset,
        };
        // An acknowledgement of what was never sent is not believed (RFC 9293 §3.10.7.4): a gap larger than a window
        // is known by the data behind it.
        if offset > self.acknowledged && offset <= self.known_end().saturating_add(ACK_REACH) {
            self.acknowledged = offset;
            if offset > self.next {
                self.troubled = true;
                let overdue = &mut self.unusual().overdue;
                if overdue.len() == REMEMBERED_ACKNOWLEDGEMENTS {
                    overdue.pop_back();
                }
                overdue.push_back(Overdue { offset, packets: clock.packets, time: clock.origin.time });
            }
        }
    }

    /// Offset behind the last byte that is known to have been sent.
    fn known_end(&self) -> u64 {
        self.held_end().unwrap_or(0).max(self.next).max(self.acknowledged)
    }

    /// Whether a reset with this number is one that the receiver took (RFC 9293 §3.5.3): in its window, or at a stream
    /// of which nothing is known.
    pub fn takes_reset(&self, seq: Seq) -> bool {
        match self.base {
            Some(base) => base.offset(seq, self.next).is_some_and(|offset| {
                let from = self.next.min(self.acknowledged).saturating_sub(1);
                (from..=self.known_end().saturating_add(RESET_REACH)).contains(&offset)
            }),
            None => !self.is_waiting(),
        }
    }

    /// The sequence number that comes next, if the stream's start is known.
    pub fn next_seq(&self) -> Option<Seq> {
        self.base.map(|base| base.seq(self.next))
    }

    /// A FIN or RST says that the stream ends at `seq`.
    pub fn end_at(&mut self, seq: Seq) {
        if self.base.is_none() {
            if self.is_waiting() {
                self.unusual().end_seq = Some(seq);
                return;
            }
            self.base = Some(Base(seq));
        }
        let offset = self.offset(seq).unwrap_or(self.next);
        if self.end.is_none_or(|end| offset < end) {
            let end = offset.max(self.next);
            self.end = Some(end);
            // An acknowledgement may have been captured before the FIN that it covers.
            self.end_acknowledged |= self.acknowledged > end;
            self.acknowledged = self.acknowledged.min(end);
        }
    }

    /// Takes the payload of a segment. `acknowledged` is what its sender had of the other stream.
    pub fn push(
        &mut self,
        segment: &Segment<'_>,
        acknowledged: Option<u64>,
        clock: Clock,
        work: &mut Work<'_>,
        output: &mut impl Output,
    ) {
        self.seen = true;
        let length = segment.payload.len();
        if length == 0 && segment.cut == 0 {
            if self.base.is_none() && !segment.flags.syn {
                self.unusual().idle = Some(Seq(segment.sequence));
            }
            return;
        }
        // Data on a SYN (RFC 9293 §3.4): the SYN itself takes one number.
        let seq = Seq(segment.sequence).plus(u32::from(segment.flags.syn));
        let cut = u64::from(segment.cut);
        let place = segment.place;
        let held =
            |bytes: &[u8]| Held { bytes: bytes.to_vec(), place, origin: clock.origin, acknowledged, cut };
        let Some(base) = self.base else {
            self.troubled = true;
            let waiting = self.unusual().waiting.get_or_insert_with(|| Waiting {
                since: clock.packets,
                segments: Vec::new(),
                bytes: 0,
            });
            waiting.bytes += length + 128;
            let acknowledgement = segment.flags.ack.then_some(Seq(segment.acknowledgement));
            waiting.segments.push((seq, acknowledgement, held(segment.payload)));
            if waiting.bytes > work.limits.out_of_order {
                self.begin_at_lowest(None, clock, output);
                self.drain(clock, work, output);
                self.bound(clock, work, output);
            }
            return;
        };
        let doubt = self.doubt(segment);
        let Some(offset) = base.offset(seq, self.next) else { return };
        let end = offset + length as u64;
        if length <= 1 && cut == 0 && (offset + 1 == self.next || Some(offset + 1) == self.held_end()) {
            return; // A keep-alive probe (RFC 9293 §3.8.4): its byte means nothing.
        }
        if offset > self.next.saturating_add(1 << 30) {
            return; // No window is that large: not of this stream.
        }
        if let Some(doubt) = &doubt
            && end > self.next
        {
            self.suspect(offset, held(segment.payload), doubt, clock, work, output);
            return;
        }
        if offset < self.next {
            self.compare_delivered(offset, segment, doubt, clock, work, output);
            if end + cut <= self.next {
                return;
            }
        }
        if self.troubled {
            self.compare_suspects(offset, segment.payload, clock, output);
        }
        if offset <= self.next && !self.holds_segments() {
            let (bytes, origin) = (segment.payload, clock.origin);
            self.deliver(Delivered { offset, bytes, place, origin, acknowledged }, work, output);
            self.skip_cut(end, cut, clock, output);
            return;
        }
        if let Some(at) = self.hold(offset, held(segment.payload)) {
            output.found(conflict(at, "the first one captured was kept"), clock.origin);
        }
        self.drain(clock, work, output);
        self.bound(clock, work, output);
    }

    /// Whether a segment is what comes next: no data, or the next bytes, beyond doubt. `is_right` verifies its checksum.
    #[inline(always)]
    pub fn expects(&self, next: &Next<'_>, is_right: impl FnOnce() -> bool) -> bool {
        if next.payload.is_empty() {
            return self.seen;
        }
        let Some(base) = self.base else { return false };
        Seq(next.sequence) == base.seq(self.next)
            && self.hops.is_usual(next.hop_limit)
            && self.checksums.is_beyond_doubt(is_right)
    }

    /// Takes a segment that was expected; the stream offset of its first byte.
    #[inline(always)]
    pub fn take_expected(&mut self, next: &Next<'_>, past: &mut Past) -> u64 {
        let (offset, length) = (self.next, next.payload.len());
        self.hops.keep();
        self.next += length as u64;
        past.push(&mut self.latest, offset, next.place, length);
        offset
    }

    /// The other side acknowledges up to `seq`; `None`: beyond what was delivered, and nothing was done.
    #[inline(always)]
    pub fn acknowledge_at_rest(&mut self, seq: Seq) -> Option<u64> {
        let offset = self.offset(seq).filter(|offset| *offset <= self.next)?;
        self.acknowledged = self.acknowledged.max(offset);
        Some(offset)
    }

    /// The packet that carried what is held and has come to its turn.
    pub fn ready(&self) -> Option<u64> {
        let held = &self.unusual.as_ref().filter(|_| self.troubled)?.held;
        let turn = held.first().is_some_and(|first| first <= self.next);
        if turn { held.first_packet() } else { None }
    }

    /// Delivers one segment that is held and has come to its turn.
    pub fn deliver_ready(&mut self, clock: Clock, work: &mut Work<'_>, output: &mut impl Output) {
        let Some((offset, held)) = self.unusual().held.pop() else { return };
        let end = offset + held.bytes.len() as u64;
        let Held { bytes, place, origin, acknowledged, .. } = &held;
        let (place, origin, acknowledged) = (*place, *origin, *acknowledged);
        self.deliver(Delivered { offset, bytes, place, origin, acknowledged }, work, output);
        let clock = Clock { origin: held.origin, ..clock };
        self.skip_cut(end, held.cut, clock, output);
    }

    /// Delivers what is new of some bytes that begin at or before the next one.
    fn deliver(&mut self, mut delivered: Delivered<'_>, work: &mut Work<'_>, output: &mut impl Output) {
        let end = delivered.offset + delivered.bytes.len() as u64;
        delivered.bytes = slice(delivered.bytes, delivered.offset, self.next, end);
        if delivered.bytes.is_empty() {
            return;
        }
        delivered.place += self.next - delivered.offset;
        delivered.offset = self.next;
        self.next = end;
        work.past.push(&mut self.latest, delivered.offset, delivered.place, delivered.bytes.len());
        output.data(delivered);
    }

    fn hold(&mut self, offset: u64, held: Held) -> Option<u64> {
        self.troubled = true;
        self.unusual().held.insert(offset, held)
    }

    /// Delivers what is held and has come to its turn.
    pub fn drain(&mut self, clock: Clock, work: &mut Work<'_>, output: &mut impl Output) {
        while self.ready().is_some() {
            self.deliver_ready(clock, work, output);
        }
    }
}
