//! A payload as lines of text, of which only those on the screen are read; or its JSON, laid out in lines.

mod lines;
mod listing;
mod piece;
mod pretty;
mod stored;

pub use pretty::Pretty;
pub use stored::Stored;

/// Columns of a row that is not wrapped: a line that is longer goes on in the next row.
const UNWRAPPED: u64 = 1000;
/// Columns that the line number takes.
const NUMBER: u64 = 9;

/// Columns at which lines are cut, of those that there are room for; `None`: the room was not measured yet.
fn cut_at(room: u64, is_wrapped: bool) -> Option<u64> {
    match (room, is_wrapped) {
        (0, _) => None,
        (_, false) => Some(UNWRAPPED),
        (room, true) => Some(room.saturating_sub(NUMBER).max(20)),
    }
}
