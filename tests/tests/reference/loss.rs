//! The same with lost segments: what the engine calls complete is the truth, and what it calls lost is lost.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::Index;
use sockscope_core::session::Options;
use sockscope_core::session::api::MessageRow;
use sockscope_tests::decode::decode;
use sockscope_tests::reference::{self, Message, Stream};
use sockscope_tests::wire::Segment;
use sockscope_tests::{Side, Wire};

use crate::generator::{conversations, losses, networks};
use crate::spoken::{Said, Spoken};
use crate::{config, message, rows_of};

/// Takes some of the segments out that are at stake, but not the heads: without them another story begins. Whether one is
/// at stake depends on its side and on its place in the stream.
fn lose(mut wire: Wire, losses: &[Index], at_stake: impl Fn(Side, Range<u64>) -> bool) -> Wire {
    let syn = |side| wire.segments.iter().find(|segment| segment.syn && segment.from == side);
    let starts = Side::BOTH.map(|side| syn(side).map_or(0, |segment| segment.sequence.wrapping_add(1)));
    for index in losses {
        let is_at_stake = |at: &usize| {
            let Segment { from, sequence, payload, .. } = &wire.segments[*at];
            let start = u64::from(sequence.wrapping_sub(starts[from.index()]));
            start > 0 && at_stake(*from, start..start + payload.len() as u64)
        };
        let data: Vec<usize> =
            Side::BOTH.into_iter().flat_map(|side| wire.data(side)).filter(is_at_stake).collect();
        if let Some(&at) = data.get(index.index(data.len().max(1))) {
            wire.lose(at);
        }
    }
    wire
}

/// What was captured of one side, and what was said by it.
struct Truth<'s> {
    said: Vec<&'s Said>,
    captured: BTreeMap<u64, u8>,
}

impl Truth<'_> {
    fn is_lost(&self, place: u64) -> bool {
        !self.captured.contains_key(&place)
    }

    /// Whether the row may be what is left of the message: the same but for its holes, and those are lost.
    fn fits(&self, said: &Said, row: &MessageRow) -> bool {
        let Message { opcode, payload } = message(row);
        if said.message.opcode != opcode {
            return false;
        }
        if row.complete.is_none() {
            return said.message.payload == payload;
        }
        let whole = &said.message.payload;
        let in_hole = |at: u64| row.holes.iter().any(|&(from, length)| (from..from + length).contains(&at));
        let same = (0..).zip(&payload).all(|(at, byte)| in_hole(at) || whole.get(at as usize) == Some(byte));
        // A message that was given up may be shorter than it was.
        same && payload.len() <= whole.len()
    }

    fn check_holes(&self, said: &Said, row: &MessageRow) -> Result<(), TestCaseError> {
        let (start, end) = (
            said.frames.first().map_or(0, |frame| frame.start),
            said.frames.last().map_or(0, |frame| frame.end),
        );
        if !said.compressed {
            // What is lost between its fragments may have been its end and another one's beginning.
            prop_assert!((start..end).any(|place| self.is_lost(place)), "{row:?} lacks nothing");
            for &(from, length) in &row.holes {
                for offset in from..from + length {
                    let place = said.place_of(offset);
                    prop_assert!(place.is_none_or(|place| self.is_lost(place)), "byte {offset} of {row:?}");
                }
            }
            return Ok(());
        }
        // What is inflated may depend on any compressed message before it.
        prop_assert!((0..end).any(|place| self.is_lost(place)), "{row:?} depends on nothing that is lost");
        Ok(())
    }
}

fn check_side(spoken: &Spoken, wire: &Wire, side: Side, rows: &[MessageRow]) -> Result<(), TestCaseError> {
    let captured = Stream::of(&wire.segments, side).bytes;
    let truth = Truth { said: spoken.of_side(side).collect(), captured };
    let beginning = reference::messages(&wire.segments, side);
    let complete: Vec<Message> = rows.iter().filter(|row| row.complete.is_none()).map(message).collect();
    prop_assert!(
        beginning.iter().all(|message| complete.contains(message)),
        "a message before the first loss is not told"
    );
    // Rows are messages in their order; some messages are in no row.
    let mut rest = truth.said.iter();
    for row in rows {
        let Some(said) = rest.find(|said| truth.fits(said, row)) else {
            return Err(TestCaseError::fail(format!("{side:?} never said {row:?}")));
        };
        if row.complete.is_some() {
            truth.check_holes(said, row)?;
        }
    }
    Ok(())
}

fn check(spoken: &Spoken, wire: &Wire) -> Result<(), TestCaseError> {
    let decoded = decode(&wire.pcap(), Options::default());
    for side in Side::BOTH {
        check_side(spoken, wire, side, &rows_of(side, &decoded.messages))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn what_is_complete_is_true_and_what_is_a_hole_is_lost(
        conversation in conversations(), network in networks(), losses in losses(),
    ) {
        let spoken = conversation.speak();
        let wire = lose(network.carry(spoken.wire.clone()), &losses, |_, _| true);
        check(&spoken, &wire)?;
    }

    /// What follows is then the rest of a frame, and noise in it may look like the header of another.
    #[test]
    fn the_rest_of_a_frame_is_not_taken_for_frames(
        conversation in conversations(), network in networks(), losses in losses(),
    ) {
        let spoken = conversation.speak();
        let begins_frame = |side, place: Range<u64>| {
            let mut frames = spoken.of_side(side).flat_map(|said| &said.frames);
            frames.any(|frame| place.contains(&frame.start) && frame.end > place.end)
        };
        let wire = lose(network.carry(spoken.wire.clone()), &losses, begins_frame);
        check(&spoken, &wire)?;
    }
}
