//! A TCP connection as both of its ends see it: numbers that fit, and what each side still has to send.

use std::io;

use crate::capture::Capture;
use crate::packet::{ACK, End, FIN, PSH, SYN, Segment, write_tcp};
use crate::random::Random;
use crate::truth::Side;

/// A connection whose network loses nothing.
#[derive(Debug)]
pub struct Connection {
    /// The client's end, then the server's.
    ends: [End; 2],
    sides: [Sender; 2],
}

#[derive(Debug)]
struct Sender {
    /// Sequence number of the next byte.
    next: u32,
    identification: u16,
    pending: Vec<u8>,
    /// How much of `pending` is sent: `sent <= pending.len()`.
    sent: usize,
}

impl Connection {
    /// One that is not open yet.
    pub fn new(client: End, server: End, random: &mut Random) -> Self {
        let mut sender = || Sender {
            next: random.word(),
            identification: random.word() as u16,
            pending: Vec::new(),
            sent: 0,
        };
        Self { ends: [client, server], sides: [sender(), sender()] }
    }

    /// The three steps of the handshake (RFC 9293 §3.5).
    pub fn open(&mut self, capture: &mut Capture<'_>) -> io::Result<()> {
        for (side, flags) in [(Side::Client, SYN), (Side::Server, SYN | ACK), (Side::Client, ACK)] {
            self.segment(side, flags, &[], capture)?;
            capture.wait(60);
        }
        Ok(())
    }

    /// Where a side's bytes are put that it is to send.
    pub fn stream(&mut self, side: Side) -> &mut Vec<u8> {
        &mut self.sides[side.index()].pending
    }

    /// Bytes that a side still has to send.
    pub fn pending(&self, side: Side) -> usize {
        let sender = &self.sides[side.index()];
        sender.pending.len() - sender.sent
    }

    /// Sends at most `size` bytes of what is pending, as one segment.
    pub fn send(&mut self, side: Side, size: usize, capture: &mut Capture<'_>) -> io::Result<()> {
        let sender = &mut self.sides[side.index()];
        let mut pending = std::mem::take(&mut sender.pending);
        let end = pending.len().min(sender.sent + size);
        let segment = &pending[sender.sent..end];
        sender.sent = end;
        let is_last = end == pending.len();
        let result = self.segment(side, if is_last { PSH | ACK } else { ACK }, segment, capture);
        if is_last {
            pending.clear();
            pending.shrink_to(64 << 10);
            self.sides[side.index()].sent = 0;
        }
        self.sides[side.index()].pending = pending;
        result
    }

    /// Sends all that is pending in segments of `size` bytes, each second one acknowledged, and the last.
    pub fn send_all(&mut self, side: Side, size: usize, capture: &mut Capture<'_>) -> io::Result<()> {
        while self.pending(side) > 0 {
            for _ in 0..2 {
                if self.pending(side) > 0 {
                    self.send(side, size, capture)?;
                    capture.wait(3);
                }
            }
            self.acknowledge(side.other(), capture)?;
            capture.wait(5);
        }
        Ok(())
    }

    /// A segment without payload: `side` has all that the other one sent.
    pub fn acknowledge(&mut self, side: Side, capture: &mut Capture<'_>) -> io::Result<()> {
        self.segment(side, ACK, &[], capture)
    }

    /// Both sides finish, `first` first.
    pub fn close(&mut self, first: Side, capture: &mut Capture<'_>) -> io::Result<()> {
        for (side, flags) in [(first, FIN | ACK), (first.other(), FIN | ACK), (first, ACK)] {
            self.segment(side, flags, &[], capture)?;
            capture.wait(40);
        }
        Ok(())
    }

    fn segment(
        &mut self,
        side: Side,
        flags: u8,
        payload: &[u8],
        capture: &mut Capture<'_>,
    ) -> io::Result<()> {
        let (me, you) = (side.index(), side.other().index());
        let acknowledgement = if flags & ACK == 0 { 0 } else { self.sides[you].next };
        let sender = &mut self.sides[me];
        let segment = Segment {
            from: self.ends[me],
            to: self.ends[you],
            sequence: sender.next,
            acknowledgement,
            flags,
            identification: sender.identification,
            payload,
        };
        sender.identification = sender.identification.wrapping_add(1);
        sender.next = sender
            .next
            .wrapping_add(payload.len() as u32)
            .wrapping_add(u32::from(flags & SYN != 0) + u32::from(flags & FIN != 0));
        write_tcp(&segment, capture)
    }
}
