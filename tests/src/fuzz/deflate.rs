//! The compressed messages of one direction, sound or not: what comes out does not depend on how they are cut, is what
//! went in where they are sound, and is counted rightly where it is lost or beyond the limit.

use sockscope_core::http::{ContextTakeover, DeflateParameters};
use sockscope_core::websocket::deflate::{Inflated, Inflater};

use super::{Input, pieces};
use crate::deflate::{Deflater, Takeover};

/// A message: its compressed payload, what it was before where it is sound, and what is lost of it.
struct Compressed {
    payload: Vec<u8>,
    plain: Option<Vec<u8>>,
    loss: Loss,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loss {
    None,
    /// Bytes are lost before it.
    Before,
    /// All behind these many bytes of it are lost.
    Behind(usize),
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let seed = input.u8();
    let how = input.u8();
    let limit = u64::from(input.u16()) * 4;
    let takeover = if how & 8 == 0 { Takeover::Kept } else { Takeover::Reset };
    let parameters = DeflateParameters {
        takeover: match takeover {
            Takeover::Kept => ContextTakeover::Kept,
            Takeover::Reset => ContextTakeover::Reset,
        },
        window_bits: 8 + (how & 7),
    };
    let messages = messages(&mut input, Deflater::with_window(parameters.window_bits.max(9), takeover));
    let inflate = |cut: &dyn for<'a> Fn(&'a [u8]) -> Vec<&'a [u8]>| -> Vec<(Vec<u8>, Inflated)> {
        let mut inflater = Inflater::new(parameters, limit);
        messages.iter().map(|message| message.inflate(&mut inflater, cut)).collect()
    };
    let whole = inflate(&|bytes| vec![bytes]);
    assert_eq!(whole, inflate(&|bytes| pieces(bytes, seed)));
    let mut sound = true;
    for (message, (out, inflated)) in messages.iter().zip(&whole) {
        check(out, inflated, limit);
        // Without takeover a message stands alone; with it, only the first that is not sound ends the certainty.
        sound &= takeover == Takeover::Reset || (message.plain.is_some() && message.loss == Loss::None);
        if let (true, Loss::None, Some(plain)) = (sound, message.loss, &message.plain) {
            assert_eq!(inflated.length, plain.len() as u64);
            assert_eq!(out, &plain[..plain.len().min(limit as usize)]);
            assert_eq!(inflated.holes, []);
        }
    }
}

fn messages(input: &mut Input<'_>, mut deflater: Deflater) -> Vec<Compressed> {
    let mut messages = Vec::new();
    while !input.is_empty() && messages.len() < 32 {
        let (kind, length) = (input.u8(), usize::from(input.u16() % 4_096));
        let bytes = input.bytes(length);
        // Longer than the window, and no longer than what is quick.
        let repeated = bytes.repeat((1 << (kind >> 4 & 7)).min(100_000 / bytes.len().max(1)));
        let loss = match kind >> 1 & 7 {
            6 => Loss::Before,
            7 => Loss::Behind(length / 2),
            _ => Loss::None,
        };
        messages.push(match kind & 1 {
            0 => Compressed { payload: deflater.message(&repeated), plain: Some(repeated), loss },
            _ => Compressed { payload: bytes.to_vec(), plain: None, loss },
        });
    }
    messages
}

impl Compressed {
    fn inflate(
        &self,
        inflater: &mut Inflater,
        cut: &dyn for<'a> Fn(&'a [u8]) -> Vec<&'a [u8]>,
    ) -> (Vec<u8>, Inflated) {
        let mut out = Vec::new();
        let kept = match self.loss {
            Loss::None => &self.payload[..],
            Loss::Before => {
                inflater.lose();
                &self.payload[..]
            }
            Loss::Behind(kept) => &self.payload[..kept.min(self.payload.len())],
        };
        inflater.start();
        for piece in cut(kept) {
            inflater.push(piece, &mut |bytes| out.extend_from_slice(bytes));
        }
        if matches!(self.loss, Loss::Behind(_)) {
            inflater.lose();
        }
        let inflated = inflater.finish(&mut |bytes| out.extend_from_slice(bytes));
        (out, inflated)
    }
}

fn check(out: &[u8], inflated: &Inflated, limit: u64) {
    assert_eq!(out.len() as u64, inflated.length.min(limit));
    let mut end = 0;
    for &(offset, length) in &inflated.holes {
        assert!(offset >= end && offset + length <= inflated.length);
        end = offset + length;
        let kept = |at: u64| at.min(out.len() as u64) as usize;
        assert!(out[kept(offset)..kept(end)].iter().all(|byte| *byte == 0), "zeros stand for what is lost");
    }
}
