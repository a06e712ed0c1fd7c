//! What must hold of every capture: how it is cut, shuffled or repeated changes nothing in the messages; and known answers.

use proptest::prelude::*;
use sockscope_core::session::Options;
use sockscope_core::session::api::MessageRow;
use sockscope_tests::decode::{decode, decode_chunks};
use sockscope_tests::deflate::Deflater;
use sockscope_tests::frame::opcode;
use sockscope_tests::wire::{STEP, Segment};
use sockscope_tests::{Conversation, Frame, Head, Side, Wire, http};

/// One message as somebody sent it: opcode and payload.
type Said = (u8, Vec<u8>);

/// A message of a generated conversation.
#[derive(Clone, Debug)]
struct Speech {
    side: Side,
    said: Said,
    fragments: usize,
    compressed: bool,
}

fn speech() -> impl Strategy<Value = Speech> {
    let payload = prop_oneof![
        "\\PC{0,40}".prop_map(|text| (opcode::TEXT, text.into_bytes())),
        "[a-e ]{0,900}".prop_map(|text| (opcode::TEXT, text.into_bytes())),
        prop::collection::vec(any::<u8>(), 0..700).prop_map(|bytes| (opcode::BINARY, bytes)),
        prop::collection::vec(any::<u8>(), 0..126).prop_map(|bytes| (opcode::PING, bytes)),
    ];
    let side = prop_oneof![Just(Side::Client), Just(Side::Server)];
    (side, payload, 1..5_usize, any::<bool>()).prop_map(|(side, said, fragments, compressed)| Speech {
        side,
        said,
        fragments,
        compressed,
    })
}

fn speeches() -> impl Strategy<Value = Vec<Speech>> {
    prop::collection::vec(speech(), 1..12)
}

/// The conversation in which these are said, over segments of that size, with permessage-deflate agreed.
fn converse(wire: Wire, speeches: &[Speech]) -> Conversation {
    let request = Head::request().and("Sec-WebSocket-Extensions", "permessage-deflate");
    let answer = Head::answer(&request).and("Sec-WebSocket-Extensions", "permessage-deflate");
    let mut deflaters = Side::BOTH.map(|_| Deflater::new());
    let mut talk =
        Conversation::on(wire).raw(Side::Client, request.bytes()).raw(Side::Server, answer.bytes());
    for Speech { side, said: (opcode, payload), fragments, compressed } in speeches {
        let frames = if *opcode == opcode::PING {
            vec![Frame::ping(&payload[..])]
        } else if *compressed {
            let mut frames = fragmented(*opcode, &deflaters[side.index()].message(payload), *fragments);
            frames[0].rsv = 4;
            frames
        } else {
            fragmented(*opcode, payload, *fragments)
        };
        talk = talk.frames(*side, frames);
    }
    talk.close()
}

fn fragmented(opcode: u8, payload: &[u8], count: usize) -> Vec<Frame> {
    let size = payload.len().div_ceil(count).max(1);
    let mut pieces: Vec<&[u8]> = payload.chunks(size).collect();
    if pieces.is_empty() {
        pieces.push(&[]);
    }
    let mut frames: Vec<Frame> = pieces.into_iter().map(|piece| Frame::continuation(piece).more()).collect();
    frames[0].opcode = opcode;
    if let Some(last) = frames.last_mut() {
        last.fin = true;
    }
    frames
}

/// What one side said, its Close included.
fn said_by(side: Side, speeches: &[Speech]) -> Vec<Said> {
    let own = speeches.iter().filter(|speech| speech.side == side).map(|speech| speech.said.clone());
    own.chain([(opcode::CLOSE, b"\x03\xe8bye".to_vec())]).collect()
}

/// What one side said, as the engine has it.
fn heard_from(side: Side, messages: &[MessageRow]) -> Vec<Said> {
    messages.iter().filter(|row| row.from == Some(side)).map(heard).collect()
}

fn heard(row: &MessageRow) -> Said {
    let opcode = match row.opcode.as_str() {
        "text" => opcode::TEXT,
        "binary" => opcode::BINARY,
        "close" => opcode::CLOSE,
        "ping" => opcode::PING,
        "pong" => opcode::PONG,
        other => panic!("nobody sends a message of opcode {other}"),
    };
    assert_eq!(row.complete, None, "nothing is lost");
    let payload = match (&row.payload.text, &row.payload.base64, row.code) {
        (Some(text), _, _) => text.clone().into_bytes(),
        (_, Some(base64), _) => http::decode(base64),
        // A well-formed Close has its code and its reason instead of a payload.
        (None, None, Some(code)) => {
            [&code.to_be_bytes(), row.reason.as_deref().unwrap_or_default().as_bytes()].concat()
        }
        (None, None, None) => Vec::new(),
    };
    assert_eq!(row.length, payload.len() as u64);
    (opcode, payload)
}

/// Each segment moved by at most `reach` places; copies of some of them like the others. The first three stay, since a capture
/// begins with them.
fn shuffled(segments: &[Segment], moves: &[(usize, bool)], reach: usize) -> Vec<Segment> {
    let (first, rest) = segments.split_at(3);
    let mut drawn = moves.iter().cycle();
    let mut placed = Vec::new();
    for segment in rest {
        for copy in [true, false] {
            if let Some(&(by, wanted)) = drawn.next()
                && (wanted || !copy)
            {
                placed.push((placed.len() + by % reach, segment));
            }
        }
    }
    placed.sort_by_key(|&(place, _)| place);
    let all = first.iter().chain(placed.into_iter().map(|(_, segment)| segment));
    let time = |number: usize| segments[0].time + number as u64 * STEP.as_nanos() as u64;
    all.enumerate().map(|(number, segment)| Segment { time: time(number), ..segment.clone() }).collect()
}

/// A segment is late by less than twice as many packets, and so by less than the 64 after which a hole is given up.
const REACH: usize = 28;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_said_is_heard(
        speeches in speeches(), size in 7..1_440_usize, client in any::<u32>(), server in any::<u32>(),
    ) {
        let wire = Wire::new().segments_of(size).initial_sequence(client, server);
        let decoded = decode(&converse(wire, &speeches).pcap(), Options::default());
        for side in Side::BOTH {
            prop_assert_eq!(heard_from(side, &decoded.messages), said_by(side, &speeches));
        }
        prop_assert_eq!(decoded.alarms(), Vec::<&_>::new());
    }

    #[test]
    fn chunks_change_nothing(
        speeches in speeches(), size in 7..1_440_usize, cuts in prop::collection::vec(1..3_000_usize, 1..20),
    ) {
        let capture = converse(Wire::new().segments_of(size), &speeches).pcap();
        let mut chunks = Vec::new();
        let mut rest = &capture[..];
        for cut in cuts.iter().cycle() {
            let (chunk, behind) = rest.split_at(rest.len().min(*cut));
            chunks.push(chunk);
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        let whole = decode(&capture, Options::default());
        let pieces = decode_chunks(chunks, Options::default()).expect("a capture");
        prop_assert_eq!(pieces, whole);
    }

    #[test]
    fn order_and_copies_change_no_message(
        speeches in speeches(), size in 7..1_440_usize,
        moves in prop::collection::vec((0..REACH, prop::bool::weighted(0.2)), 1..400),
    ) {
        let mut talk = converse(Wire::new().segments_of(size), &speeches);
        talk.wire.segments = shuffled(&talk.wire.segments, &moves, REACH);
        let decoded = decode(&talk.pcap(), Options::default());
        for side in Side::BOTH {
            prop_assert_eq!(heard_from(side, &decoded.messages), said_by(side, &speeches));
        }
        prop_assert_eq!(decoded.alarms(), Vec::<&_>::new());
    }
}

#[test]
fn a_capture_byte_by_byte_is_the_same_capture() {
    let capture = sockscope_tests::conversation::conversation();
    let bytes = decode_chunks(capture.chunks(1), Options::default()).expect("a capture");
    assert_eq!(bytes, decode(&capture, Options::default()));
}

#[test]
fn a_handshake_and_frames_byte_by_byte() {
    let request = Head::request();
    let capture = Conversation::on(Wire::new().segments_of(1))
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close()
        .pcap();
    let decoded = decode(&capture, Options::default());
    assert_eq!(decoded.diagnostics, []);
    assert_eq!(decoded.connections[0].handshake.verdict, "valid");
    assert_eq!(decoded.messages.len(), 4);
}

/// The examples of RFC 6455 §5.7, byte for byte.
#[test]
fn the_examples_of_rfc_6455() {
    let bytes_256: Vec<u8> = (0..=255).collect();
    let bytes_64k: Vec<u8> = bytes_256.repeat(256);
    let server = [
        &b"\x81\x05Hello"[..],
        b"\x01\x03Hel\x80\x02lo",
        b"\x89\x05Hello",
        &[&b"\x82\x7e\x01\x00"[..], &bytes_256].concat(),
        &[&b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"[..], &bytes_64k].concat(),
    ]
    .concat();
    let client = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    let capture = Conversation::open().raw(Side::Server, server).raw(Side::Client, client).close().pcap();
    let decoded = decode(&capture, Options::default());
    let hello = |opcode| (opcode, b"Hello".to_vec());
    let bye = (opcode::CLOSE, b"\x03\xe8bye".to_vec());
    assert_eq!(
        heard_from(Side::Server, &decoded.messages),
        [
            hello(opcode::TEXT),
            hello(opcode::TEXT),
            hello(opcode::PING),
            (opcode::BINARY, bytes_256),
            (opcode::BINARY, bytes_64k),
            bye.clone(),
        ]
    );
    assert_eq!(heard_from(Side::Client, &decoded.messages), [hello(opcode::TEXT), hello(opcode::PONG), bye]);
    assert_eq!(decoded.alarms(), Vec::<&_>::new());
}

/// The examples of RFC 7692 §7.2.3, byte for byte: one block, fragments, the window taken over, a stored block, a final block,
/// two blocks.
#[test]
fn the_examples_of_rfc_7692() {
    let server = [
        &b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00"[..],
        b"\x41\x03\xf2\x48\xcd\x80\x04\xc9\xc9\x07\x00",
        b"\xc1\x05\xf2\x00\x11\x00\x00",
        b"\xc1\x0b\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00",
        b"\xc1\x08\xf3\x48\xcd\xc9\xc9\x07\x00\x00",
        b"\xc1\x0d\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00",
    ]
    .concat();
    let capture = Conversation::deflate("permessage-deflate", "permessage-deflate")
        .raw(Side::Server, server)
        .close()
        .pcap();
    let decoded = decode(&capture, Options::default());
    let messages = heard_from(Side::Server, &decoded.messages);
    assert_eq!(messages[..6], vec![(opcode::TEXT, b"Hello".to_vec()); 6]);
    assert_eq!(decoded.alarms(), Vec::<&_>::new());
}

mod tungstenite_speaks {
    //! What another implementation wrote is understood.

    use std::io::{Read, Write};

    use tungstenite::protocol::frame::coding::CloseCode;
    use tungstenite::protocol::{CloseFrame, Role, WebSocket};
    use tungstenite::{Bytes, Message};

    use super::*;

    /// Keeps what is written, and has nothing to read.
    #[derive(Default)]
    struct Written(Vec<u8>);

    impl Read for Written {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::WouldBlock.into())
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn bytes_of(end: &mut WebSocket<Written>, message: Message) -> Vec<u8> {
        end.send(message).expect("it is written to memory");
        std::mem::take(&mut end.get_mut().0)
    }

    fn message((opcode, payload): &Said) -> Message {
        let bytes = Bytes::copy_from_slice(payload);
        match *opcode {
            opcode::TEXT => {
                Message::text(String::from_utf8(payload.clone()).expect("a text is made of characters"))
            }
            opcode::PING => Message::Ping(bytes),
            _ => Message::Binary(bytes),
        }
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn and_is_understood(speeches in speeches(), size in 7..1_440_usize) {
            let request = Head::request();
            let mut ends = [Role::Client, Role::Server]
                .map(|role| WebSocket::from_raw_socket(Written::default(), role, None));
            let mut talk = Conversation::on(Wire::new().segments_of(size))
                .raw(Side::Client, request.bytes())
                .raw(Side::Server, Head::answer(&request).bytes());
            for speech in &speeches {
                let bytes = bytes_of(&mut ends[speech.side.index()], message(&speech.said));
                talk = talk.raw(speech.side, bytes);
            }
            for side in Side::BOTH {
                let close = CloseFrame { code: CloseCode::Normal, reason: "bye".into() };
                let bytes = bytes_of(&mut ends[side.index()], Message::Close(Some(close)));
                talk = talk.raw(side, bytes);
            }
            let decoded = decode(&talk.finish(Side::Server).pcap(), Options::default());
            for side in Side::BOTH {
                prop_assert_eq!(heard_from(side, &decoded.messages), said_by(side, &speeches));
            }
            prop_assert_eq!(decoded.alarms(), Vec::<&_>::new());
        }
    }
}
