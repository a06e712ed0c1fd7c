//! One lane of decoding: connections, and what they work with. A lane shares nothing with another one, so that each may
//! have a thread of its own; a decoder of one thread is one lane.

use std::hint::black_box;
use std::vec::IntoIter;

use super::decoder::RowsWanted;
use super::interpreter::Interpreter;
use crate::capture::{CapturedPacket, History};
use crate::conversation::{self, Context, Conversation, MessageView, Settings};
use crate::packet::{Glance, Segment};
use crate::stream::Origin;
use crate::tcp::{Place, Table};

/// Packets whose connections are looked up together.
pub const BATCH: usize = 32;

/// What is seen at a glance of the packets of a batch, and where their connections are.
pub type Seen<'a> = [Option<(Glance<'a>, Place)>; BATCH];

/// Connections that are decoded by one thread.
pub struct Lane {
    pub table: Table<Conversation>,
    pub history: History,
    pub settings: Settings,
    interpreter: Interpreter,
    scratch: Vec<u8>,
    /// Connections that are still to be told at the end of the capture, once that has come.
    ending: Option<IntoIter<(u64, usize)>>,
}

/// Takes what a lane tells, which is told in turns. Over all lanes together no two turns are equal, and their order is
/// the one in which a single lane would take them.
pub trait Telling: conversation::Sink {
    /// What follows belongs to this turn.
    fn turn(&mut self, _: Turn) {}
    /// A message as a line, in place of [`message`](conversation::Sink::message) where lines are asked for. `write` appends
    /// what follows the connection's number.
    fn line(&mut self, message: &MessageView<'_>, write: impl FnOnce(&mut Vec<u8>));
}

/// The place of something in the order of the capture: of a packet, or of what its coming puts an end to before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn(u64);

impl Turn {
    /// After all of them.
    #[cfg(feature = "threads")]
    pub const NEVER: Self = Self(u64::MAX);

    /// That of a packet.
    pub fn of(packet: u64) -> Self {
        Self(packet * 2 + 1)
    }

    /// Before a packet.
    pub fn before(packet: u64) -> Self {
        Self(packet * 2)
    }
}

impl Lane {
    /// No connections yet.
    pub fn new(settings: Settings, wanted: RowsWanted) -> Self {
        Self {
            interpreter: Interpreter::new(&settings, wanted),
            table: Table::new(&settings.limits),
            history: History::new(settings.limits.compared),
            scratch: Vec::new(),
            ending: None,
            settings,
        }
    }

    /// Looks at packets before they are taken. What each will touch is touched for all of them: a thousand connections
    /// do not fit into a processor's first cache, and so it waits for many at once and not for one after the other.
    #[inline(always)]
    pub fn look<'a>(&self, packets: impl Iterator<Item = CapturedPacket<'a>>, seen: &mut Seen<'a>) {
        for (seen, packet) in seen.iter_mut().zip(packets) {
            *seen = Glance::of(&packet).map(|glance| (glance, self.table.find(&glance)));
        }
        let mut touched = 0_usize;
        for (_, place) in seen.iter().flatten() {
            touched = touched.wrapping_add(self.table.touch(*place));
        }
        for (_, place) in seen.iter().flatten() {
            touched = touched.wrapping_add(self.table.touch_stack(*place));
        }
        black_box(touched);
    }

    /// Takes a segment that was seen at a glance.
    #[inline(always)]
    pub fn glance(&mut self, origin: Origin, glance: &Glance<'_>, place: Place, told: &mut impl Telling) {
        self.pass_time(origin.packet, told);
        told.turn(Turn::of(origin.packet));
        let Self { table, history, interpreter, scratch, settings, .. } = self;
        let mut told = interpreter.before(told);
        let mut cx = Context::new(&mut told, settings, scratch);
        if !table.push_at_rest(glance, place, origin, &mut cx) {
            table.push(&glance.segment(), origin, history, &mut cx);
        }
    }

    /// Takes any segment.
    #[inline(never)]
    pub fn segment(&mut self, origin: Origin, segment: &Segment<'_>, told: &mut impl Telling) {
        self.pass_time(origin.packet, told);
        told.turn(Turn::of(origin.packet));
        let Self { table, history, interpreter, scratch, settings, .. } = self;
        table.push(
            segment,
            origin,
            history,
            &mut Context::new(&mut interpreter.before(told), settings, scratch),
        );
    }

    /// Before this segment of the capture, of whichever lane, connections end that were reset long enough ago.
    #[inline(always)]
    pub fn pass_time(&mut self, packet: u64, told: &mut impl Telling) {
        while let Some(due) = self.table.due().filter(|due| *due <= packet) {
            told.turn(Turn::before(due));
            let Self { table, history, interpreter, scratch, settings, .. } = self;
            table.end_due(history, &mut Context::new(&mut interpreter.before(told), settings, scratch));
        }
    }

    /// The capture has ended: every connection is told, in the order in which they began, as long as there is room; `false`:
    /// there are more.
    pub fn finish<T: Telling>(&mut self, told: &mut T, has_room: impl Fn(&T) -> bool) -> bool {
        let table = &self.table;
        let mut ending = self.ending.take().unwrap_or_else(|| table.in_order().into_iter());
        while has_room(told) {
            let Some((first, index)) = ending.next() else { return true };
            told.turn(Turn::of(first));
            let Self { table, history, interpreter, scratch, settings, .. } = self;
            table.end_at(index, history, &mut Context::new(&mut interpreter.before(told), settings, scratch));
        }
        self.ending = Some(ending);
        false
    }
}
