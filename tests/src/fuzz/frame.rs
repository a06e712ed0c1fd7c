//! The bytes of one direction: frames of RFC 6455 and of the drafts begin and end in the same places however they are
//! cut, a header means what it is written as, and text is UTF-8 where the standard library says so.

use sockscope_core::websocket::close::parse_close;
use sockscope_core::websocket::frame::{FrameDecoder, FrameHeader, Opcode};
use sockscope_core::websocket::legacy::{LegacyDecoder, LegacyEvent, LegacyKind};
use sockscope_core::websocket::mask::unmask;
use sockscope_core::websocket::resync::{self, Expectation, LIKELY};
use sockscope_core::websocket::utf8::Utf8Validator;

use super::{Input, pieces};

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let (seed, how) = (input.u8(), input.u8());
    let bytes = input.rest();
    let whole = frames(&[bytes]);
    assert_eq!(whole, frames(&pieces(bytes, seed)));
    check_headers(bytes, &whole);
    assert_eq!(legacy(&[bytes]), legacy(&pieces(bytes, seed)));
    check_text(bytes, seed);
    check_mask(bytes, how);
    let (close, findings) = parse_close(bytes);
    assert!(bytes.len() != 1 || (close.code.is_none() && !findings.is_empty()));
    let expectation = Expectation {
        masked: [None, Some(true), Some(false)][usize::from(how % 3)],
        deflate: how & 128 != 0,
    };
    let starts = [usize::from(how), usize::from(seed)];
    if let Some(found) = resync::find(bytes, &starts, expectation).filter(|found| found.bits >= LIKELY) {
        let header = FrameHeader::parse(&bytes[found.at..]).expect("a frame begins there");
        assert!(header.opcode.is_defined() && header.length_is_minimal());
        assert!((0.0..1.0).contains(&found.confidence()));
    }
}

/// Each header with its place, and how far the last frame's payload goes beyond the bytes.
fn frames(chunks: &[&[u8]]) -> (Vec<(u64, FrameHeader)>, u64) {
    let (mut decoder, mut frames, mut payload, mut place) = (FrameDecoder::default(), Vec::new(), 0_u64, 0);
    for mut chunk in chunks.iter().copied() {
        while !chunk.is_empty() {
            let skipped = payload.min(chunk.len() as u64);
            payload -= skipped;
            place += skipped;
            chunk = &chunk[skipped as usize..];
            let before = chunk.len();
            if payload > 0 {
                break;
            }
            let Some(header) = decoder.next(&mut chunk) else {
                assert!(chunk.is_empty());
                place += before as u64;
                continue;
            };
            place += (before - chunk.len()) as u64;
            frames.push((place - u64::from(header.header_length), header));
            payload = header.length;
        }
    }
    (frames, payload)
}

/// Written again, a header has the same bytes.
fn check_headers(bytes: &[u8], (frames, _): &(Vec<(u64, FrameHeader)>, u64)) {
    for (place, header) in frames {
        let mut written = vec![u8::from(header.fin) << 7 | header.rsv << 4 | header.opcode.0];
        let masked = u8::from(header.mask.is_some()) << 7;
        match header.length_bits() {
            7 => written.push(masked | header.length as u8),
            16 => {
                written.push(masked | 126);
                written.extend((header.length as u16).to_be_bytes());
            }
            _ => {
                written.push(masked | 127);
                written.extend(header.length.to_be_bytes());
            }
        }
        written.extend(header.mask.into_iter().flatten());
        assert!(bytes[*place as usize..].starts_with(&written));
        assert_eq!(written.len(), usize::from(header.header_length));
        assert_eq!(header.opcode.is_control(), header.opcode >= Opcode::CLOSE);
    }
}

/// Frames of hixie-75 and -76: kind, payload, and whether the frame is complete.
fn legacy(chunks: &[&[u8]]) -> Vec<(Option<LegacyKind>, Vec<u8>, bool)> {
    let (mut decoder, mut frames) = (LegacyDecoder::new(), Vec::new());
    for mut chunk in chunks.iter().copied() {
        while let Some(event) = decoder.next(&mut chunk) {
            match event {
                LegacyEvent::FrameStart { kind, header_length } => {
                    assert!(header_length > 0);
                    frames.push((Some(kind), Vec::new(), false));
                }
                LegacyEvent::Payload(bytes) => {
                    assert!(!bytes.is_empty());
                    frames.last_mut().expect("a frame has begun").1.extend(bytes);
                }
                LegacyEvent::FrameEnd => frames.last_mut().expect("a frame has begun").2 = true,
                LegacyEvent::Close => frames.push((None, Vec::new(), true)),
            }
        }
        assert!(chunk.is_empty());
    }
    frames
}

fn check_text(bytes: &[u8], seed: u8) {
    let mut validator = Utf8Validator::new();
    let pushed = pieces(bytes, seed).iter().try_for_each(|piece| validator.push(piece));
    let wrong_at = pushed.and_then(|()| validator.finish()).err().map(|invalid| invalid.0);
    assert_eq!(wrong_at, std::str::from_utf8(bytes).err().map(|error| error.valid_up_to() as u64));
}

fn check_mask(bytes: &[u8], how: u8) {
    let (key, position) = ([how, 0, how ^ 0xff, 7], u64::from(how) << 31);
    let expected: Vec<u8> = (position..).zip(bytes).map(|(at, byte)| byte ^ key[at as usize % 4]).collect();
    assert_eq!(unmask(bytes, key, position, &mut Vec::new()), expected);
}
