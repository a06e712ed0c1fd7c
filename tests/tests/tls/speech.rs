//! A WebSocket conversation, step by step: what each end says, and what is done between.
//!
//! OpenSSL's client and server take a line that begins with one of some letters for a command. So texts are digits, and
//! masks have the highest bit of every byte.

use sha2::{Digest, Sha256};
use sockscope_tests::frame::{Masks, scramble};
use sockscope_tests::http::key;
use sockscope_tests::{Frame, Head, Side};

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// One side writes bytes, which come out at the other.
    Say(Side, Vec<u8>),
    /// The server has these bytes by early data.
    Already(Vec<u8>),
    /// One side is told to do something by a letter: `K`, `k`, `R`, `r`.
    Command(Side, u8),
}

/// Sender, opcode, length, SHA-256.
pub type Message = (Side, String, u64, String);

/// A conversation and its truth.
#[derive(Clone, Debug, Default)]
pub struct Speech {
    pub steps: Vec<Step>,
    pub messages: Vec<Message>,
}

/// The mask of a message by its number.
fn mask(number: usize) -> [u8; 4] {
    [0x9a, 0xa5, 0xc3, 0x80 | u8::try_from(number % 0x80).expect("seven bits")]
}

/// A request with a key that no other number has.
pub fn request(number: u64) -> Head {
    Head::request().with("Sec-WebSocket-Key", key(number))
}

impl Speech {
    /// A sound handshake.
    pub fn open() -> Self {
        Self::numbered(0)
    }

    /// A sound handshake with a key that no other number has.
    pub fn numbered(number: u64) -> Self {
        let request = request(number);
        Self::default().bytes(Side::Client, request.bytes()).answer(&request)
    }

    /// The same, whose request has travelled as early data.
    pub fn early(number: u64) -> Self {
        let request = request(number);
        Self { steps: vec![Step::Already(request.bytes())], messages: Vec::new() }.answer(&request)
    }

    fn answer(self, request: &Head) -> Self {
        self.bytes(Side::Server, Head::answer(request).bytes())
    }

    pub fn bytes(mut self, side: Side, bytes: Vec<u8>) -> Self {
        self.steps.push(Step::Say(side, bytes));
        self
    }

    pub fn command(mut self, side: Side, letter: u8) -> Self {
        self.steps.push(Step::Command(side, letter));
        self
    }

    fn frame(mut self, side: Side, opcode: &str, frame: Frame) -> Self {
        let sum: String = Sha256::digest(&frame.payload).iter().map(|byte| format!("{byte:02x}")).collect();
        let number = self.messages.len();
        self.messages.push((side, opcode.to_owned(), frame.payload.len() as u64, sum));
        let frame = if side == Side::Client { frame.key(mask(number)) } else { frame };
        let bytes = frame.encode(side, &mut Masks::default());
        self.bytes(side, bytes)
    }

    /// A text of so many digits.
    pub fn text(self, side: Side, length: usize) -> Self {
        // Without a period, which could be taken for a row of frames where bytes are lost.
        let digit = |at: usize| char::from(b'0' + (scramble(at as u64) % 10) as u8);
        let digits: String = (0..length).map(digit).collect();
        self.frame(side, "text", Frame::text(digits))
    }

    /// A text each way.
    pub fn talk(self) -> Self {
        let number = self.messages.len();
        self.text(Side::Client, 20 + number).text(Side::Server, 30 + number)
    }

    /// Texts that take several records each.
    pub fn talk_at_length(self) -> Self {
        self.text(Side::Client, 20_000).text(Side::Server, 40_000)
    }

    /// The closing handshake.
    pub fn close(self) -> Self {
        self.frame(Side::Client, "close", Frame::close(1000, "bye")).frame(
            Side::Server,
            "close",
            Frame::close(1000, "bye"),
        )
    }

    /// An ordinary one.
    pub fn ordinary() -> Self {
        Self::open().goes_on()
    }

    /// What an ordinary one says behind its handshake.
    pub fn goes_on(self) -> Self {
        self.talk().talk_at_length().talk().close()
    }

    /// One side's messages.
    pub fn of(&self, side: Side) -> Vec<Message> {
        self.messages.iter().filter(|message| message.0 == side).cloned().collect()
    }
}
