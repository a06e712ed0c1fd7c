//! What can be wrong with frames and messages (RFC 6455 §5).

use std::time::Duration;

use sockscope_core::diagnostic::Code;
use sockscope_tests::deflate::Deflater;
use sockscope_tests::frame::{LengthForm, noise};
use sockscope_tests::{Conversation, Frame, Side};

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    [headers(), masks(), fragments(), control(), text()].into_iter().flatten().collect()
}

fn headers() -> Vec<Case> {
    vec![
        case(Code::ReservedBitWithoutExtension)
            .shows("RSV1 without an extension", || client([Frame::text("hello").rsv(4)]))
            .shows("RSV3 where only permessage-deflate is agreed", || {
                let frame = Frame::text("hello").rsv(1);
                Conversation::deflate("permessage-deflate", "permessage-deflate").client(frame).close().pcap()
            })
            .near_miss("RSV1 where permessage-deflate is agreed", || {
                let frame = Frame::text(Deflater::new().message("hello")).compressed();
                Conversation::deflate("permessage-deflate", "permessage-deflate").client(frame).close().pcap()
            }),
        case(Code::ReservedOpcode)
            .shows("a data opcode without meaning", || client([Frame::new(3, "hello")]))
            .shows("a control opcode without meaning", || server([Frame::new(11, "hello")]))
            .near_miss("the highest opcode that has a meaning", || {
                Conversation::open().server(Frame::ping("hello")).client(Frame::pong("hello")).close().pcap()
            }),
        case(Code::LengthNotMinimal)
            .shows("125 in 16 bits", || client([Frame::binary(noise(125)).length(LengthForm::Bits16)]))
            .shows("65,535 in 64 bits", || server([Frame::binary(noise(65_535)).length(LengthForm::Bits64)]))
            .near_miss("126 in 16 bits", || client([Frame::binary(noise(126))]))
            .near_miss("65,535 in 16 bits and 65,536 in 64", || {
                server([Frame::binary(noise(65_535)), Frame::binary(noise(65_536))])
            }),
        case(Code::LengthMsbSet)
            .also(&[Code::MessageNeverFinished, Code::NoCloseFrame])
            .shows("a length of 63 bits has the 64th set", || {
                let frame = Frame::binary(noise(70_000)).length(LengthForm::HighestBit);
                Conversation::open().talk().server(frame).finish(Side::Server).pcap()
            })
            .near_miss("a length of 64 bits has it clear", || server([Frame::binary(noise(70_000))])),
    ]
}

fn masks() -> Vec<Case> {
    vec![
        case(Code::ClientFrameUnmasked)
            .shows("a client does not mask", || client([Frame::text("hello").unmasked()]))
            .near_miss("a client masks a frame without a payload", || client([Frame::text("")])),
        case(Code::ServerFrameMasked)
            .shows("a server masks", || server([Frame::text("hello").key([0x37, 0xfa, 0x21, 0x3d])]))
            .near_miss("a server's payload looks as if a masked frame began", || {
                server([Frame::binary([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58])])
            }),
        case(Code::MaskZero)
            .shows("two masks of zero", || {
                client([Frame::text("one").key([0; 4]), Frame::text("two").key([0; 4])])
            })
            .near_miss("one mask of zero", || client([Frame::text("one").key([0; 4]), Frame::text("two")])),
        case(Code::MaskReused)
            .shows("one mask for three frames", || {
                client(["one", "two", "three"].map(|text| Frame::text(text).key([1, 2, 3, 4])))
            })
            .shows("two masks, each for two frames", || {
                let keys = [[1, 2, 3, 4], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6, 7, 8]];
                client(keys.map(|key| Frame::text("hello").key(key)))
            })
            .near_miss("one mask for two frames", || {
                client(["one", "two"].map(|text| Frame::text(text).key([1, 2, 3, 4])))
            })
            .near_miss("one mask for every ninth frame", || {
                let frame = |number: usize| match number % 9 {
                    0 => Frame::text("again").key([1, 2, 3, 4]),
                    _ => Frame::text("other"),
                };
                client((0..28).map(frame))
            }),
    ]
}

fn fragments() -> Vec<Case> {
    vec![
        case(Code::ContinuationWithoutStart)
            .shows("a continuation at the start", || client([Frame::continuation("hello")]))
            .shows("a continuation behind a finished message", || {
                server([Frame::text("whole"), Frame::continuation("too much")])
            })
            .near_miss("a continuation behind a ping", || {
                Conversation::open()
                    .frames(
                        Side::Server,
                        [Frame::text("in ").more(), Frame::ping("?"), Frame::continuation("pieces")],
                    )
                    .client(Frame::pong("?"))
                    .close()
                    .pcap()
            }),
        case(Code::NewDataFrameInsideMessage)
            .shows("a text begins inside a text", || client([Frame::text("one").more(), Frame::text("two")]))
            .near_miss("a text of the other side begins inside a text", || {
                Conversation::open()
                    .client(Frame::text("in ").more())
                    .server(Frame::text("whole"))
                    .client(Frame::continuation("pieces"))
                    .close()
                    .pcap()
            }),
        case(Code::MessageNeverFinished)
            .also(&[Code::NoCloseFrame])
            .shows("TCP ends inside a message", || unfinished().finish(Side::Client).pcap())
            .shows("TCP ends inside a frame", || {
                Conversation::open()
                    .talk()
                    .raw(Side::Server, b"\x82\x7e\x10\x00 less than 4096 bytes")
                    .finish(Side::Server)
                    .pcap()
            })
            .near_miss("the capture stops inside a message", || unfinished().pcap()),
        case(Code::EmptyFragment)
            .shows("a fragment in the middle is empty", || {
                client([Frame::text("a").more(), Frame::continuation("").more(), Frame::continuation("b")])
            })
            .near_miss("a whole message is empty", || client([Frame::text(""), Frame::binary("")])),
    ]
}

fn control() -> Vec<Case> {
    vec![
        case(Code::ControlFragmented)
            .also(&[Code::ContinuationWithoutStart])
            .shows("a ping is fragmented", || {
                server([Frame::ping("in ").more(), Frame::continuation("pieces")])
            })
            .near_miss("a ping stands between fragments", || {
                Conversation::open()
                    .frames(
                        Side::Server,
                        [Frame::binary("in ").more(), Frame::ping(""), Frame::continuation("pieces")],
                    )
                    .client(Frame::pong(""))
                    .close()
                    .pcap()
            }),
        case(Code::ControlTooLong)
            .shows("a ping of 126 bytes", || pinged(noise(126)))
            .near_miss("a ping of 125 bytes", || pinged(noise(125))),
    ]
}

fn text() -> Vec<Case> {
    vec![
        case(Code::TextInvalidUtf8)
            .shows("a byte that UTF-8 does not have", || client([Frame::text(b"caf\xe9 cr\xe8me")]))
            .shows("the last code point is cut", || server([Frame::text(&b"pay 5 \xe2\x82"[..])]))
            .shows("a surrogate is encoded", || server([Frame::text(&b"\xed\xa0\x80"[..])]))
            .near_miss("a code point stands in two fragments", || {
                server([
                    Frame::text(&b"pay 5 \xe2\x82"[..]).more(),
                    Frame::continuation(&b"\xac, please"[..]),
                ])
            })
            .near_miss("the same bytes are binary", || client([Frame::binary(b"caf\xe9 cr\xe8me")]))
            .faulty_near_miss("part of a text is lost", || {
                let mut talk = Conversation::open()
                    .server(Frame::text("é".repeat(2_500)))
                    .wait(Duration::from_secs(2))
                    .talk()
                    .close();
                let middle = talk.wire.data(Side::Server)[2];
                talk.wire.lose(middle);
                talk.pcap()
            }),
    ]
}

/// A conversation in which the client sends these between two ordinary exchanges.
fn client(frames: impl IntoIterator<Item = Frame>) -> Vec<u8> {
    Conversation::open().talk().frames(Side::Client, frames).talk().close().pcap()
}

/// A conversation in which the server sends these between two ordinary exchanges.
fn server(frames: impl IntoIterator<Item = Frame>) -> Vec<u8> {
    Conversation::open().talk().frames(Side::Server, frames).talk().close().pcap()
}

fn unfinished() -> Conversation {
    Conversation::open().talk().client(Frame::text("to be continued").more())
}

/// A ping of the server and its answer.
fn pinged(payload: Vec<u8>) -> Vec<u8> {
    let pong = Frame::pong(&payload[..]);
    Conversation::open().server(Frame::ping(payload)).client(pong).close().pcap()
}
