//! Encodes WebSocket frames (RFC 6455 §5.2), right by default, with every field open to change.

use sockscope_core::stream::Side;

/// Opcodes (§11.8).
pub mod opcode {
    /// Goes on with a message.
    pub const CONTINUATION: u8 = 0;
    /// UTF-8.
    pub const TEXT: u8 = 1;
    /// Bytes.
    pub const BINARY: u8 = 2;
    /// Closes.
    pub const CLOSE: u8 = 8;
    /// Asks for a Pong.
    pub const PING: u8 = 9;
    /// Answers a Ping.
    pub const PONG: u8 = 10;
}

/// Which masking key a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// As the standard asks (§5.3): a new one from the client, none from the server.
    Proper,
    /// None.
    Absent,
    /// This one.
    Key([u8; 4]),
}

/// How the payload's length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthForm {
    /// In the fewest bytes, as the standard asks.
    Minimal,
    /// In 16 bits, whatever it is.
    Bits16,
    /// In 64 bits, whatever it is.
    Bits64,
    /// In 64 bits with the highest bit set.
    HighestBit,
}

/// One frame, open to change until it is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The last of its message.
    pub fin: bool,
    /// The three reserved bits, RSV1 highest.
    pub rsv: u8,
    /// What it is.
    pub opcode: u8,
    /// Its masking key.
    pub mask: Mask,
    /// How its length is written.
    pub length: LengthForm,
    /// The payload before masking.
    pub payload: Vec<u8>,
}

impl Frame {
    /// A whole message of any opcode.
    pub fn new(opcode: u8, payload: impl Into<Vec<u8>>) -> Self {
        let payload = payload.into();
        Self { fin: true, rsv: 0, opcode, mask: Mask::Proper, length: LengthForm::Minimal, payload }
    }

    /// A text.
    pub fn text(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::TEXT, payload)
    }

    /// Bytes.
    pub fn binary(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::BINARY, payload)
    }

    /// The last fragment of a message; [`more`](Self::more) makes it a middle one.
    pub fn continuation(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::CONTINUATION, payload)
    }

    /// A Ping.
    pub fn ping(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::PING, payload)
    }

    /// A Pong.
    pub fn pong(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::PONG, payload)
    }

    /// A Close with a code and a reason.
    pub fn close(code: u16, reason: impl AsRef<[u8]>) -> Self {
        Self::new(opcode::CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
    }

    /// A Close with any body.
    pub fn close_body(body: impl Into<Vec<u8>>) -> Self {
        Self::new(opcode::CLOSE, body)
    }

    /// More fragments follow.
    pub fn more(self) -> Self {
        Self { fin: false, ..self }
    }

    /// Sets the reserved bits; 4 is RSV1.
    pub fn rsv(self, rsv: u8) -> Self {
        Self { rsv, ..self }
    }

    /// Sets RSV1, which says compressed (RFC 7692 §6).
    pub fn compressed(self) -> Self {
        self.rsv(4)
    }

    /// Masked with this key.
    pub fn key(self, key: [u8; 4]) -> Self {
        Self { mask: Mask::Key(key), ..self }
    }

    /// Not masked.
    pub fn unmasked(self) -> Self {
        Self { mask: Mask::Absent, ..self }
    }

    /// Another form of the length.
    pub fn length(self, length: LengthForm) -> Self {
        Self { length, ..self }
    }

    /// The frame as `side` sends it.
    pub fn encode(&self, side: Side, masks: &mut Masks) -> Vec<u8> {
        let key = match (self.mask, side) {
            (Mask::Key(key), _) => Some(key),
            (Mask::Proper, Side::Client) => Some(masks.next_key()),
            (Mask::Proper, Side::Server) | (Mask::Absent, _) => None,
        };
        let mut bytes = vec![u8::from(self.fin) << 7 | (self.rsv & 7) << 4 | self.opcode & 15];
        let masked = u8::from(key.is_some()) << 7;
        let count = self.payload.len() as u64;
        match (self.length, count) {
            (LengthForm::Minimal, 0..=125) => bytes.push(masked | count as u8),
            (LengthForm::Minimal, 126..=0xffff) | (LengthForm::Bits16, 0..=0xffff) => {
                bytes.push(masked | 126);
                bytes.extend((count as u16).to_be_bytes());
            }
            (LengthForm::Bits16, _) => panic!("{count} does not fit 16 bits"),
            (LengthForm::Minimal | LengthForm::Bits64 | LengthForm::HighestBit, _) => {
                let highest = u64::from(self.length == LengthForm::HighestBit) << 63;
                bytes.push(masked | 127);
                bytes.extend((count | highest).to_be_bytes());
            }
        }
        match key {
            Some(key) => {
                bytes.extend(key);
                bytes.extend(self.payload.iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask));
            }
            None => bytes.extend(&self.payload),
        }
        bytes
    }
}

/// Masking keys that vary, equal in every run. None is zero and none repeats within a capture of sensible length.
#[derive(Clone, Debug, Default)]
pub struct Masks(u64);

impl Masks {
    /// The next key.
    pub fn next_key(&mut self) -> [u8; 4] {
        self.0 += 1;
        let [a, b, c, d, ..] = scramble(self.0).to_be_bytes();
        [a, b, c, d | 1]
    }
}

/// Spreads a counter over 64 bits (the finalizer of SplitMix64).
pub fn scramble(counter: u64) -> u64 {
    let mut z = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Bytes that do not compress, equal in every run.
pub fn noise(length: usize) -> Vec<u8> {
    (1..).flat_map(|counter| scramble(counter).to_be_bytes()).take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6455 §5.7.
    #[test]
    fn the_examples_of_rfc_6455() {
        let masks = &mut Masks::default();
        assert_eq!(Frame::text("Hello").encode(Side::Server, masks), b"\x81\x05Hello");
        assert_eq!(
            Frame::text("Hello").key([0x37, 0xfa, 0x21, 0x3d]).encode(Side::Client, masks),
            [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
        );
        assert_eq!(Frame::text("Hel").more().encode(Side::Server, masks), b"\x01\x03Hel");
        assert_eq!(Frame::continuation("lo").encode(Side::Server, masks), b"\x80\x02lo");
        assert_eq!(Frame::binary([0; 256]).encode(Side::Server, masks)[..4], [0x82, 0x7e, 1, 0]);
        let long = Frame::binary(vec![0; 65_536]).encode(Side::Server, masks);
        assert_eq!(long[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
