//! A conversation in segments, with the truth: every message, and where in its side's stream it lies.

use std::ops::Range;

use sockscope_tests::deflate::Deflater;
use sockscope_tests::frame::{opcode, scramble};
use sockscope_tests::reference::Message;
use sockscope_tests::{Conversation as Talk, Frame, Head, Side, Wire};

use crate::generator::{Conversation, Kind, Speech};

/// What was said, in segments.
pub struct Spoken {
    pub wire: Wire,
    pub said: Vec<Said>,
}

/// One message as it was sent.
#[derive(Clone, Debug)]
pub struct Said {
    pub side: Side,
    pub message: Message,
    pub compressed: bool,
    /// The places of its frames in its side's stream, and of their payloads.
    pub frames: Vec<Range<u64>>,
    pub payloads: Vec<Range<u64>>,
}

impl Said {
    /// The place in the stream of a byte of the payload on the wire.
    pub fn place_of(&self, offset: u64) -> Option<u64> {
        self.payloads.iter().flat_map(Clone::clone).nth(offset as usize)
    }
}

impl Spoken {
    pub fn of(conversation: &Conversation) -> Self {
        let extension = "permessage-deflate";
        let (mut request, mut answer) = (Head::request(), Head::answer(&Head::request()));
        if conversation.deflate {
            request = request.and("Sec-WebSocket-Extensions", extension);
            answer = answer.and("Sec-WebSocket-Extensions", extension);
        }
        let [client, server] = conversation.starts;
        let talk = Talk::on(Wire::new().initial_sequence(client, server))
            .raw(Side::Client, request.bytes())
            .raw(Side::Server, answer.bytes());
        let mut writer = Writer {
            talk,
            sent: [request.bytes().len() as u64, answer.bytes().len() as u64],
            deflaters: Side::BOTH.map(|_| Deflater::new()),
            said: Vec::new(),
        };
        for (number, speech) in conversation.speeches.iter().enumerate() {
            writer.say(number, speech, conversation.deflate);
        }
        for side in Side::BOTH {
            let said = writer.begin(side, opcode::CLOSE, b"\x03\xe8bye".to_vec(), false);
            writer.send(said, &Frame::close(1000, "bye"));
        }
        Self { wire: writer.talk.finish(Side::Server).wire, said: writer.said }
    }

    /// What one side said, in the order in which the messages began.
    pub fn messages(&self, side: Side) -> Vec<Message> {
        self.of_side(side).map(|said| said.message.clone()).collect()
    }

    pub fn of_side(&self, side: Side) -> impl Iterator<Item = &Said> {
        self.said.iter().filter(move |said| said.side == side)
    }
}

struct Writer {
    talk: Talk,
    /// Bytes of each side so far.
    sent: [u64; 2],
    deflaters: [Deflater; 2],
    said: Vec<Said>,
}

impl Writer {
    fn say(&mut self, number: usize, speech: &Speech, deflate: bool) {
        self.talk.wire.segment_size = speech.segment_size;
        let payload = payload(number, speech);
        let side = speech.side;
        if speech.kind == Kind::Ping {
            let said = self.begin(side, opcode::PING, payload.clone(), false);
            return self.send(said, &Frame::ping(payload));
        }
        let compressed = deflate && speech.compressed;
        let code = if speech.kind == Kind::Text { opcode::TEXT } else { opcode::BINARY };
        let said = self.begin(side, code, payload.clone(), compressed);
        let on_wire = if compressed { self.deflaters[side.index()].message(payload) } else { payload };
        let size = on_wire.len().div_ceil(speech.fragments).max(1);
        let mut fragments: Vec<&[u8]> = on_wire.chunks(size).collect();
        if fragments.is_empty() {
            fragments.push(&[]);
        }
        let last = fragments.len() - 1;
        for (place, fragment) in fragments.into_iter().enumerate() {
            let mut frame =
                if place == 0 { Frame::new(code, fragment) } else { Frame::continuation(fragment) };
            frame.fin = place == last;
            frame.rsv = if place == 0 && compressed { 4 } else { 0 };
            self.send(said, &frame);
            if speech.pings && place < last {
                let ping = format!("ping {number}.{place}").into_bytes();
                let said = self.begin(side, opcode::PING, ping.clone(), false);
                self.send(said, &Frame::ping(ping));
            }
        }
    }

    fn begin(&mut self, side: Side, opcode: u8, payload: Vec<u8>, compressed: bool) -> usize {
        let message = Message { opcode, payload };
        self.said.push(Said { side, message, compressed, frames: Vec::new(), payloads: Vec::new() });
        self.said.len() - 1
    }

    fn send(&mut self, said: usize, frame: &Frame) {
        let said = &mut self.said[said];
        let bytes = frame.encode(said.side, &mut self.talk.masks);
        let sent = &mut self.sent[said.side.index()];
        let end = *sent + bytes.len() as u64;
        said.frames.push(*sent..end);
        said.payloads.push(end - frame.payload.len() as u64..end);
        *sent = end;
        self.talk.wire.send(said.side, bytes);
    }
}

/// A payload that no other message of the conversation has, so that none is taken for another.
fn payload(number: usize, speech: &Speech) -> Vec<u8> {
    let name = format!("{number}:{}:", speech.size).into_bytes();
    let period = [u64::MAX, 1_000, 50, 3][usize::from(speech.sameness)];
    let byte = |at: u64| scramble((at % period) ^ (number as u64) << 32) as u8;
    let noise = (0..).map(|at| match speech.kind {
        Kind::Text => byte(at) % 95 + 32,
        Kind::Binary | Kind::Ping => byte(at),
    });
    name.into_iter().chain(noise).take(speech.size).collect()
}
