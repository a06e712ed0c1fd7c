//! What the two ends of a messy connection say, and when.

use super::plan::Ending;
use crate::frame::{self, BINARY, CLOSE, PING, PONG, TEXT};
use crate::json;
use crate::random::Random;
use crate::truth::Side;
use crate::upgrade;

/// A message, and the place in its side's stream where it ends.
#[derive(Debug)]
pub struct Message {
    pub from: Side,
    pub opcode: u8,
    pub payload: Vec<u8>,
    pub end: usize,
}

/// What both ends say.
pub struct Talk {
    /// By side, the client first.
    pub streams: [Vec<u8>; 2],
    pub writes: Vec<Write>,
    pub messages: Vec<Message>,
    now: u64,
}

/// Bytes that an end writes at once.
pub struct Write {
    pub from: Side,
    pub start: usize,
    pub end: usize,
    pub at: u64,
    /// Only what follows the upgrade is mistreated.
    pub is_upgrade: bool,
}

impl Talk {
    pub fn new(began: u64, random: &mut Random) -> Self {
        let mut talk =
            Self { streams: Default::default(), writes: Vec::new(), messages: Vec::new(), now: began + 500 };
        let key = upgrade::key(random);
        let request = upgrade::request("messy.example.org", "/", &key, None);
        talk.write(Side::Client, true, |stream| stream.extend_from_slice(request.as_bytes()));
        talk.now += 2000;
        talk.write(Side::Server, true, |stream| {
            stream.extend_from_slice(upgrade::response(&key, None).as_bytes())
        });
        talk.now += 5000;
        talk
    }

    fn write(&mut self, from: Side, is_upgrade: bool, write: impl FnOnce(&mut Vec<u8>)) {
        let stream = &mut self.streams[from.index()];
        let start = stream.len();
        write(stream);
        self.writes.push(Write { from, start, end: stream.len(), at: self.now, is_upgrade });
    }

    pub fn converse(&mut self, least: usize, ending: Ending, random: &mut Random) {
        for _ in 0..random.skewed(least..=200) {
            let from = if random.one_in(2) { Side::Client } else { Side::Server };
            self.now += random.within(200..=60_000) as u64;
            match random.below(20) {
                0 => {
                    let payload = random.bits().to_be_bytes();
                    self.say(from, PING, payload.to_vec(), random);
                    self.now += 3000;
                    self.say(from.other(), PONG, payload.to_vec(), random);
                }
                1..5 => {
                    let mut payload = vec![0; random.skewed(1..=20_000)];
                    random.fill(&mut payload);
                    self.say(from, BINARY, payload, random);
                }
                _ => {
                    let (mut text, length) = (String::new(), random.skewed(20..=4000));
                    json::chat(random, length, &mut text);
                    self.say(from, TEXT, text.into_bytes(), random);
                }
            }
        }
        if ending == Ending::Clean {
            for side in Side::BOTH {
                // All that was on its way has come by then.
                self.now += 2_000_000;
                self.say(side, CLOSE, 1000_u16.to_be_bytes().to_vec(), random);
            }
        }
    }

    fn say(&mut self, from: Side, opcode: u8, payload: Vec<u8>, random: &mut Random) {
        let mut mask = || (from == Side::Client).then(|| random.mask());
        let fragment =
            if opcode < CLOSE && payload.len() % 8 == 5 { payload.len() / 3 + 1 } else { usize::MAX };
        let last = payload.len().div_ceil(fragment).max(1) - 1;
        self.write(from, false, |stream| {
            for (number, part) in payload.chunks(fragment).enumerate() {
                let fin = if number == last { frame::FIN } else { 0 };
                frame::write(fin | if number == 0 { opcode } else { 0 }, mask(), part, stream);
            }
        });
        let end = self.streams[from.index()].len();
        self.messages.push(Message { from, opcode, payload, end });
    }
}
