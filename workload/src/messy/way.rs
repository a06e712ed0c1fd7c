//! The way between the two ends of a messy connection: what becomes of each segment, and so each captured packet.

use super::plan::Opening;
use super::received::Received;
use super::talk::{Talk, Write};
use crate::packet::{ACK, FIN, MSS, PSH, RST, SYN};
use crate::random::Random;
use crate::truth::Side;

/// A packet, and when.
#[derive(Debug)]
pub struct Event {
    /// Its place in the file.
    pub at: u64,
    /// The time that the file gives it.
    pub stamp: u64,
    pub from: Side,
    pub sequence: u32,
    pub acknowledgement: u32,
    pub flags: u8,
    pub payload: Vec<u8>,
}

/// A segment on its way, perhaps not the only one with these bytes.
pub struct Copy {
    from: Side,
    start: usize,
    end: usize,
    pub at: u64,
    fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Captured,
    /// It did not get to where the capture was made; its sender will send it again.
    Dropped,
    /// It came, and the capture does not have it.
    Missed,
    /// The same bytes in other cuts.
    Recut,
    /// Other bytes in the place of those that came.
    Forged,
    /// The last byte again, or none, to see whether the other end is there (RFC 9293 §3.8.4).
    KeepAlive,
}

/// Cuts what was written into segments and decides what becomes of them.
pub fn scatter(write: &Write, loses: bool, random: &mut Random, copies: &mut Vec<Copy>) {
    let (mut start, mut at, from) = (write.start, write.at, write.from);
    while start < write.end {
        let size = if random.one_in(4) { random.within(1..=200) } else { MSS };
        let end = write.end.min(start + size);
        let mut copy = |at, fate| copies.push(Copy { from, start, end, at, fate });
        let later = at + random.within(50..=250_000) as u64;
        match random.below(100) {
            _ if write.is_upgrade => copy(at, Fate::Captured),
            0..5 => [at, later].map(|at| copy(at, Fate::Captured)).into_iter().collect(),
            5..9 => {
                copy(at, Fate::Dropped);
                copy(at + 210_000, Fate::Captured);
            }
            9..14 => copy(at + random.within(50..=3000) as u64, Fate::Captured),
            14..18 => {
                copy(at, Fate::Captured);
                copy(later, Fate::Recut);
            }
            18 => {
                copy(at, Fate::Captured);
                copy(at + 100, Fate::Forged);
            }
            19..22 => {
                copy(at, Fate::Captured);
                copy(later, Fate::KeepAlive);
            }
            22 if loses => copy(at, Fate::Missed),
            _ => copy(at, Fate::Captured),
        }
        at += random.within(2..=60) as u64;
        start = end;
    }
}

/// The way between both ends, and the packets that were captured on it.
#[derive(Default)]
pub struct Way {
    pub events: Vec<Event>,
    /// Which event completes the request.
    pub opens: usize,
    /// The initial sequence numbers, the client's first.
    pub isn: [u32; 2],
    /// By side, the client first.
    pub sides: [Stream; 2],
    /// Microseconds by which timestamps may run behind.
    pub jitter: usize,
    now: u64,
}

#[derive(Default)]
pub struct Stream {
    /// Bytes sent so far.
    sent: usize,
    /// What the receiver has.
    received: Received,
    /// What the capture has.
    pub captured: Received,
}

impl Way {
    pub fn open(&mut self, opening: Opening, began: u64, random: &mut Random) {
        let [client, server] = self.isn;
        let steps =
            [(Side::Client, SYN, client, 0), (Side::Server, SYN | ACK, server, client.wrapping_add(1))];
        let missing = match opening {
            Opening::Whole => [false, false],
            Opening::WithoutSyn => [true, false],
            Opening::WithoutSynAck => [false, true],
            Opening::WithoutEither => [true, true],
        };
        self.now = began;
        for ((from, flags, sequence, acknowledgement), missing) in steps.into_iter().zip(missing) {
            self.now += 60;
            let times = if random.one_in(10) { 2 } else { 1 };
            for _ in 0..if missing { 0 } else { times } {
                self.packet(from, flags, sequence, acknowledgement, Vec::new(), random);
            }
        }
        self.acknowledge(Side::Client, random);
    }

    pub fn carry(&mut self, copy: &Copy, talk: &Talk, random: &mut Random) {
        let Copy { from, mut start, mut end, at, fate } = *copy;
        self.now = self.now.max(at);
        let stream = &mut self.sides[from.index()];
        let text = &talk.streams[from.index()];
        stream.sent = stream.sent.max(if matches!(fate, Fate::Captured | Fate::Dropped | Fate::Missed) {
            end
        } else {
            0
        });
        let mut payload = Vec::new();
        match fate {
            Fate::Dropped => return,
            Fate::Missed => {
                stream.received.add(start, end);
                return self.acknowledge(from.other(), random);
            }
            Fate::Captured => payload.extend_from_slice(&text[start..end]),
            Fate::Recut => {
                start = start.saturating_sub(random.below(300));
                end = stream.sent.min(end + random.below(300)).min(start + MSS);
                payload.extend_from_slice(&text[start..end]);
            }
            Fate::Forged if end <= stream.captured.upto() => {
                payload.extend(text[start..end].iter().map(|byte| !byte))
            }
            // Only where nothing is on its way is the byte before the next one surely no news.
            Fate::KeepAlive if stream.received.upto() == stream.sent => {
                (start, end) = (stream.sent - 1, stream.sent - 1);
                payload.extend((0..random.below(2)).map(|_| 0));
            }
            Fate::Forged | Fate::KeepAlive => return,
        }
        if matches!(fate, Fate::Captured | Fate::Recut) {
            stream.received.add(start, end);
            stream.captured.add(start, end);
        }
        let sequence = self.sequence(from, start);
        let acknowledgement = self.acknowledgement(from);
        let is_request =
            from == Side::Client && self.opens == 0 && self.sides[0].captured.upto() == talk.writes[0].end;
        self.packet(from, PSH | ACK, sequence, acknowledgement, payload, random);
        if is_request {
            self.opens = self.events.len() - 1;
        }
        if !random.one_in(3) || fate == Fate::KeepAlive {
            self.now += 1;
            self.acknowledge(from.other(), random);
        }
    }

    pub fn finish(&mut self, random: &mut Random) {
        self.now += 1000;
        let first = if random.one_in(2) { Side::Client } else { Side::Server };
        for (number, side) in [first, first.other(), first].into_iter().enumerate() {
            self.now += 100;
            // The numbers that the FINs take (RFC 9293 §3.4).
            let (mine, theirs) = [(0, 0), (0, 1), (1, 1)][number];
            let sequence = self.sequence(side, self.sides[side.index()].sent).wrapping_add(mine);
            let acknowledgement = self.acknowledgement(side).wrapping_add(theirs);
            let flags = if number < 2 { FIN | ACK } else { ACK };
            self.packet(side, flags, sequence, acknowledgement, Vec::new(), random);
        }
    }

    /// A reset, and what of the other side was on its way then.
    pub fn reset(&mut self, after: &[Copy], talk: &Talk, random: &mut Random) {
        let side = if random.one_in(2) { Side::Client } else { Side::Server };
        self.now += 20;
        let sequence = self.sequence(side, self.sides[side.index()].sent);
        let acknowledgement = self.acknowledgement(side);
        self.packet(side, RST | ACK, sequence, acknowledgement, Vec::new(), random);
        let on_their_way = after.iter().filter(|copy| copy.from != side && copy.fate == Fate::Captured);
        for copy in on_their_way.take(2) {
            self.now += 10;
            let (sequence, acknowledgement) =
                (self.sequence(copy.from, copy.start), self.acknowledgement(copy.from));
            let payload = talk.streams[copy.from.index()][copy.start..copy.end].to_vec();
            self.packet(copy.from, PSH | ACK, sequence, acknowledgement, payload, random);
        }
    }

    fn acknowledge(&mut self, from: Side, random: &mut Random) {
        let sequence = self.sequence(from, self.sides[from.index()].sent);
        let acknowledgement = self.acknowledgement(from);
        self.packet(from, ACK, sequence, acknowledgement, Vec::new(), random);
    }

    fn sequence(&self, side: Side, offset: usize) -> u32 {
        self.isn[side.index()].wrapping_add(1).wrapping_add(offset as u32)
    }

    fn acknowledgement(&self, from: Side) -> u32 {
        self.sequence(from.other(), self.sides[from.other().index()].received.upto())
    }

    fn packet(
        &mut self,
        from: Side,
        flags: u8,
        sequence: u32,
        acknowledgement: u32,
        payload: Vec<u8>,
        random: &mut Random,
    ) {
        let behind = if self.jitter > 0 { random.below(self.jitter) as u64 } else { 0 };
        let (at, stamp) = (self.now, self.now - behind);
        self.events.push(Event { at, stamp, from, sequence, acknowledgement, flags, payload });
    }
}
