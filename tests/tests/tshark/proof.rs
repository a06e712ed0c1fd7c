//! Who is right where both differ: the engine's row must be the truth of the sample, and so tshark's is not.

use sockscope_core::stream::Side;

use crate::compare::{Difference, Key, What};
use crate::ours::Ours;
use crate::sample::{Connection, Sample};

/// A sample, and all that is known of it.
pub struct Case<'a> {
    pub sample: &'a Sample,
    /// The sample that it was made from by taking packets away.
    pub whole: Option<&'a Sample>,
    pub ours: &'a Ours,
    pub differences: &'a [Difference],
}

/// Says why the truth does not prove a difference to be a fault of tshark; `None`: it does.
pub fn objection(difference: &Difference, case: &Case<'_>) -> Option<String> {
    let &Case { sample, ours, differences: all, .. } = case;
    let Key { side, what, .. } = difference.key;
    let connection = difference.place.map(|place| place.connection);
    let truth = |number| truth(sample, number);
    let proven = match (what, connection) {
        (What::Request | What::Response | What::Accept, Some(number)) => {
            truth(number).and_then(|truth| attempt(truth, ours, number))
        }
        (What::FrameMissing, Some(number)) => truth(number).and_then(|truth| {
            // What a message becomes may depend on lost bytes; then the frames behind it are the proof, since lengths
            // chain one to the next.
            let behind = |one: &&Difference| {
                let Key { stream, side, what, number } = one.key;
                (stream, side, what) == (difference.key.stream, difference.key.side, difference.key.what)
                    && number >= difference.key.number
            };
            let mut proofs = all.iter().filter(behind).map(|one| message(truth, case, one, side));
            let first = proofs.next().unwrap_or(Err("it is no difference".to_owned()));
            first.or_else(|error| if proofs.any(|proof| proof.is_ok()) { Ok(()) } else { Err(error) })
        }),
        (What::Payload | What::Message, Some(number)) => {
            truth(number).and_then(|truth| message(truth, case, difference, side))
        }
        // The truth knows no packets, but who takes another payload takes it from elsewhere.
        (What::Packet, _) => {
            let other = |what| Key { what, ..difference.key };
            let takes_another = all.iter().any(|one| one.key == other(What::Payload));
            if takes_another { Ok(()) } else { Err("the truth says nothing of packets".to_owned()) }
        }
        // All messages are those of the truth, so there is none that it could belong to.
        (What::FrameInvented, _) => direction(sample, ours, difference),
        (What::UpgradeInvented, _) => {
            let known = sample.truth.connections.as_ref().map(Vec::len);
            let same = known == Some(ours.seen.attempts.len());
            if same { Ok(()) } else { Err(format!("the truth has {known:?} connections")) }
        }
        (_, None) => Err("it speaks of no connection".to_owned()),
    };
    proven.err()
}

fn truth(sample: &Sample, number: u64) -> Result<&Connection, String> {
    let list = sample.truth.connections.as_ref().ok_or("the truth says nothing of connections")?;
    let connection = usize::try_from(number).ok().and_then(|number| list.get(number));
    connection.ok_or_else(|| format!("the truth has no connection {number}"))
}

fn attempt(truth: &Connection, ours: &Ours, number: u64) -> Result<(), String> {
    let mine = ours.seen.attempts.iter().find(|attempt| attempt.connection == Some(number));
    let mine = mine.ok_or_else(|| format!("there is no upgrade {number}"))?;
    let facts = [
        ("target", truth.target.is_some() && truth.target == mine.target),
        ("verdict", truth.verdict.is_some() && truth.verdict == mine.verdict),
        ("accept_ok", truth.accept_ok == mine.accept_ok),
    ];
    match facts.iter().find(|(_, agrees)| !agrees) {
        Some((fact, _)) => Err(format!("the truth says otherwise, or nothing, of {fact}")),
        None => Ok(()),
    }
}

/// The message that it speaks of is the one that the truth has in this place.
fn message(truth: &Connection, case: &Case<'_>, difference: &Difference, side: Side) -> Result<(), String> {
    let place = difference.place.ok_or("it speaks of no frame")?;
    let number = place.message.ok_or("the frame belongs to no message")?;
    let known = truth.messages(side).ok_or("the truth says nothing of this direction")?;
    let mine = case.ours.messages.get(&(place.connection, side)).map_or(&[][..], Vec::as_slice);
    let mine: Vec<_> = mine.iter().filter(|message| message.complete).collect();
    let at =
        mine.iter().position(|message| message.number == number).ok_or("bytes of the message are lost")?;
    let facts = &mine[at].facts;
    let is_known = if truth.exact {
        known.len() == mine.len() && known.get(at) == Some(facts)
    } else {
        known.contains(facts) || truth.recoverable(side).contains(facts)
    };
    let whole = case.whole.and_then(|whole| self::truth(whole, place.connection).ok());
    let whole = whole.and_then(|whole| whole.messages(side)).unwrap_or_default();
    if is_known || whole.contains(facts) {
        Ok(())
    } else {
        Err(format!("the truth has no such message: {facts:?}"))
    }
}

/// All messages of its stream's direction are those of the truth.
fn direction(sample: &Sample, ours: &Ours, difference: &Difference) -> Result<(), String> {
    let Key { stream, side, .. } = difference.key;
    for (&number, _) in ours.streams.iter().filter(|(_, other)| **other == stream) {
        let truth = truth(sample, number)?;
        let known = truth.messages(side).ok_or("the truth says nothing of this direction")?;
        let mine = ours.messages.get(&(number, side)).map_or(&[][..], Vec::as_slice);
        let mine = mine.iter().filter(|message| message.complete).map(|message| &message.facts);
        if !truth.exact || !mine.eq(known) {
            return Err("the truth does not list exactly these messages".to_owned());
        }
    }
    Ok(())
}
