//! Inflates a message again: from the last checkpoint before it through the compressed messages of its direction.

use std::cell::Cell;

use super::Reader;
use super::stream::Piece;
use crate::session::api::Stage;
use crate::session::index::{Index, Record};
use crate::source::SourceError;
use crate::stream::Side;
use crate::websocket::deflate::Inflater;

/// An inflater that stands behind a message.
#[derive(Debug)]
pub struct Replay {
    connection: u64,
    side: Side,
    after: u64,
    inflater: Inflater,
}

/// What is wanted of a message that is inflated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// More of it.
    More,
    /// Nothing more.
    Enough,
}

/// A message that inflates to so many bytes is left when there is enough of it; the inflater is then of no use for the
/// next one, which is worth it only for long ones.
const LONG: u64 = 1 << 20;
/// Compressed bytes that are inflated before it is asked whether there is enough: they may become a thousand times as many.
const PIECE: usize = 4 << 10;

impl Reader<'_> {
    /// Calls `out` with the message as the application sees it, until there is enough.
    pub(super) fn inflated(
        &mut self,
        id: u32,
        record: &Record,
        out: &mut dyn FnMut(&[u8]) -> Wanted,
    ) -> Result<(), SourceError> {
        let (number, side) = (record.number(), record.from());
        let Some(connection) = self.index.connection(record.connection()) else { return Ok(()) };
        let inflating = &connection.inflating[side.index()];
        let Some(parameters) = inflating.parameters else { return Ok(()) };
        let before = inflating.before(number);
        let reached = before.unwrap_or_default();
        let stands = self.replay.take().filter(|replay| {
            let here = replay.connection == record.connection() && replay.side == side;
            here && (reached..number).contains(&replay.after)
        });
        let limit = self.limits.inflated;
        let (mut inflater, next) = match (stands, before) {
            (Some(replay), _) => (replay.inflater, replay.after + 1),
            (None, Some(message)) => {
                let checkpoint = self.index.checkpoint_before(connection, side, number);
                let checkpoint = checkpoint.ok_or_else(|| lost_checkpoint(self.index))?;
                (Inflater::resume(parameters, limit, &checkpoint), message + 1)
            }
            (None, None) => (Inflater::new(parameters, limit), 0),
        };
        for earlier in next..number {
            let Some(earlier) = self.index.message(record.connection(), earlier) else { continue };
            let Some(record) = self.index.record(earlier) else { continue };
            if record.from() == side && record.is_compressed() {
                self.replay_one(earlier, &record, &mut inflater, &mut |_| Wanted::More)?;
            }
        }
        if self.replay_one(id, record, &mut inflater, out)? == Wanted::More {
            *self.replay = Some(Replay { connection: record.connection(), side, after: number, inflater });
        }
        Ok(())
    }

    /// `Enough`: the message was left in its middle.
    fn replay_one(
        &mut self,
        id: u32,
        record: &Record,
        inflater: &mut Inflater,
        out: &mut dyn FnMut(&[u8]) -> Wanted,
    ) -> Result<Wanted, SourceError> {
        let may_leave = self.index.length(id, record) > LONG;
        let wanted = Cell::new(Wanted::More);
        let leaves = || may_leave && wanted.get() == Wanted::Enough;
        if record.is_window_lost() {
            inflater.lose();
        }
        inflater.start();
        let mut take = |bytes: &[u8]| wanted.set(out(bytes));
        self.each_payload(id, record, Stage::Unmasked, 0, u64::MAX, &mut |piece| match piece {
            Piece::Bytes(bytes) => {
                for bytes in bytes.chunks(PIECE).take_while(|_| !leaves()) {
                    inflater.push(bytes, &mut take);
                }
            }
            Piece::Lost(_) => inflater.lose(),
        })?;
        if leaves() {
            return Ok(Wanted::Enough);
        }
        if !record.is_finished() {
            inflater.lose();
        }
        inflater.finish(&mut take);
        Ok(Wanted::More)
    }
}

/// What stands in a temporary file cannot be read again.
fn lost_checkpoint(index: &Index) -> SourceError {
    SourceError::Unreadable(index.problem().unwrap_or_default().to_owned())
}
