//! The plan of one connection: what its ends say, what becomes of each segment on its way, and so each packet.

use super::talk::{Message, Talk};
use super::way::{Event, Way, scatter};
use crate::random::Random;
use crate::truth::Side;

/// Which steps of TCP's handshake were captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Whole,
    WithoutSyn,
    WithoutSynAck,
    WithoutEither,
}

/// All that happens in one connection.
#[derive(Debug)]
pub struct Plan {
    pub events: Vec<Event>,
    /// Which event completes the request.
    pub opens: usize,
    /// The messages that a reader must find.
    pub certain: Vec<Message>,
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Close frames, then FIN.
    Clean,
    /// FIN alone.
    Fin,
    /// A reset in the middle.
    Reset,
    /// Nothing: it is not heard of again.
    Silence,
}

impl Plan {
    /// The plan of a connection that begins at this time.
    pub fn new(opening: Opening, began: u64, random: &mut Random) -> Self {
        let ending =
            *random.one_of(&[Ending::Clean, Ending::Clean, Ending::Fin, Ending::Reset, Ending::Silence]);
        let mut talk = Talk::new(began, random);
        // A stream without a SYN may wait for its start, and must not be over by then.
        let least = if opening == Opening::WithoutEither { 60 } else { 5 };
        talk.converse(least, ending, random);
        let mut way = Way::default();
        way.isn = [random.word(), random.word()];
        if random.one_in(3) {
            // The numbers wrap round soon.
            way.isn = way.isn.map(|isn| u32::MAX - isn % 5000);
        }
        if random.one_in(20) {
            way.jitter = 3000;
        }
        way.open(opening, began, random);
        let loses = random.one_in(4);
        let mut copies = Vec::new();
        for write in &talk.writes {
            scatter(write, loses, random, &mut copies);
        }
        copies.sort_by_key(|copy| copy.at);
        let cut = (ending == Ending::Reset).then(|| random.within(copies.len() / 2..=copies.len()));
        let (before, after) = copies.split_at(cut.unwrap_or(copies.len()));
        for copy in before {
            way.carry(copy, &talk, random);
        }
        let opens = way.opens;
        let certain: [usize; 2] = Side::BOTH.map(|side| way.sides[side.index()].captured.upto());
        match ending {
            Ending::Clean | Ending::Fin => way.finish(random),
            Ending::Reset => way.reset(after, &talk, random),
            Ending::Silence => {}
        }
        let messages =
            talk.messages.into_iter().filter(|message| message.end <= certain[message.from.index()]);
        Self { events: way.events, opens, certain: messages.collect() }
    }
}
