//! What can be wrong with permessage-deflate (RFC 7692).

use sockscope_core::diagnostic::{Code, Severity};
use sockscope_tests::deflate::{Deflater, Takeover};
use sockscope_tests::frame::noise;
use sockscope_tests::{Conversation, Frame, Side};

use crate::case::{Case, case};

const PLAIN: &str = "permessage-deflate";
const TEXT: &str = r#"{"event":"price","symbol":"ACME","bid":100.25,"ask":100.5}"#;

pub fn cases() -> Vec<Case> {
    [parameters(), promises(), frames(), streams(), unnegotiated()].into_iter().flatten().collect()
}

fn parameters() -> Vec<Case> {
    vec![
        case(Code::DeflateUnknownParameter)
            .shows_as(Severity::Error, "in the answer", || agreed(PLAIN, "permessage-deflate; x_level=9"))
            .shows_as(Severity::Note, "in an offer", || {
                agreed("permessage-deflate; x_level=9, permessage-deflate", PLAIN)
            })
            .near_miss("all four that there are", || {
                agreed(
                    "permessage-deflate; client_no_context_takeover; server_no_context_takeover; \
                     client_max_window_bits; server_max_window_bits=12",
                    "permessage-deflate; client_no_context_takeover; server_no_context_takeover; \
                     client_max_window_bits=11; server_max_window_bits=12",
                )
            }),
        case(Code::DeflateDuplicateParameter)
            .shows("the answer says one twice", || {
                agreed(PLAIN, "permessage-deflate; server_no_context_takeover; server_no_context_takeover")
            })
            .near_miss("two offers say the same one", || {
                agreed(
                    "permessage-deflate; server_no_context_takeover; client_max_window_bits, \
                     permessage-deflate; server_no_context_takeover",
                    "permessage-deflate; server_no_context_takeover",
                )
            }),
        case(Code::DeflateBadValue)
            .shows("7", || agreed(PLAIN, "permessage-deflate; server_max_window_bits=7"))
            .shows("16", || agreed(PLAIN, "permessage-deflate; server_max_window_bits=16"))
            .shows("a leading zero", || {
                agreed(
                    "permessage-deflate; client_max_window_bits",
                    "permessage-deflate; client_max_window_bits=09",
                )
            })
            .near_miss("8 and 15", || {
                agreed(
                    "permessage-deflate; client_max_window_bits",
                    "permessage-deflate; server_max_window_bits=8; client_max_window_bits=15",
                )
            })
            .near_miss("in quotes", || agreed(PLAIN, "permessage-deflate; server_max_window_bits=\"10\"")),
        case(Code::ExtensionUnknown)
            .shows("x-webkit-deflate-frame is agreed", || {
                agreed("x-webkit-deflate-frame", "x-webkit-deflate-frame")
            })
            .near_miss("permessage-deflate is agreed", || agreed(PLAIN, PLAIN)),
    ]
}

/// The answer must keep to an offer.
fn promises() -> Vec<Case> {
    vec![
        case(Code::DeflateClientWindowUnsolicited)
            .shows("the server limits a client that did not allow it", || {
                agreed(PLAIN, "permessage-deflate; client_max_window_bits=10")
            })
            .near_miss("the client allowed it in its second offer", || {
                agreed(
                    "permessage-deflate, permessage-deflate; client_max_window_bits",
                    "permessage-deflate; client_max_window_bits=10",
                )
            }),
        case(Code::DeflateServerWindowLarger)
            .shows("12 where 10 was asked for", || {
                agreed(
                    "permessage-deflate; server_max_window_bits=10",
                    "permessage-deflate; server_max_window_bits=12",
                )
            })
            .near_miss("9 where 10 was asked for", || {
                agreed(
                    "permessage-deflate; server_max_window_bits=10",
                    "permessage-deflate; server_max_window_bits=9",
                )
            }),
        case(Code::DeflateServerWindowMissing)
            .shows("nothing where 10 was asked for", || {
                agreed("permessage-deflate; server_max_window_bits=10", PLAIN)
            })
            .near_miss("the second offer does not ask", || {
                agreed("permessage-deflate; server_max_window_bits=10, permessage-deflate", PLAIN)
            }),
        case(Code::DeflateServerTakeoverKept)
            .shows("the server does not promise what was asked for", || {
                agreed("permessage-deflate; server_no_context_takeover", PLAIN)
            })
            .near_miss("the second offer does not ask", || {
                agreed("permessage-deflate; server_no_context_takeover, permessage-deflate", PLAIN)
            })
            .near_miss("the client only promises it for itself", || {
                agreed("permessage-deflate; client_no_context_takeover", PLAIN)
            }),
    ]
}

fn frames() -> Vec<Case> {
    vec![
        case(Code::DeflateOnControlFrame)
            .shows("a compressed ping", || {
                let ping = Frame::ping("alive").compressed();
                Conversation::deflate(PLAIN, PLAIN).server(ping).client(Frame::pong("alive")).close().pcap()
            })
            .near_miss("a ping inside a compressed message", || {
                let [first, last] = halves(Deflater::new().message(TEXT));
                let frames =
                    [Frame::text(first).compressed().more(), Frame::ping("alive"), Frame::continuation(last)];
                Conversation::deflate(PLAIN, PLAIN)
                    .frames(Side::Server, frames)
                    .client(Frame::pong("alive"))
                    .close()
                    .pcap()
            }),
        case(Code::DeflateOnContinuation)
            .shows("every fragment says that it is compressed", || {
                let [first, last] = halves(Deflater::new().message(TEXT));
                sent([Frame::text(first).compressed().more(), Frame::continuation(last).compressed()])
            })
            .near_miss("the first fragment says it for all", || {
                let [first, last] = halves(Deflater::new().message(TEXT));
                sent([Frame::text(first).compressed().more(), Frame::continuation(last)])
            }),
    ]
}

fn streams() -> Vec<Case> {
    vec![
        case(Code::DeflateCorrupt)
            .shows("a block of the type that does not exist", || {
                sent([Frame::binary([0x06, 1, 2, 3, 4]).compressed(), Frame::text("on we go")])
            })
            .near_miss("a stored block (§7.2.3.3)", || {
                let stored = b"\x00\x05\x00\xfa\xffHello\x00";
                sent([Frame::text(&stored[..]).compressed(), Frame::text("on we go")])
            }),
        case(Code::DeflateBeyondWindow)
            .shows("a repetition over 2,000 bytes, where 512 were agreed", || {
                windowed(15, [noise(2_000), noise(300)].concat())
            })
            .near_miss("the same bytes, compressed with a window of 512", || {
                windowed(9, [noise(2_000), noise(300)].concat())
            }),
        case(Code::DeflateTakeoverUsed)
            .shows("the client refers to the message before", || {
                client_sends_twice(Deflater::new(), "permessage-deflate; client_no_context_takeover")
            })
            .near_miss("the client begins anew", || {
                let deflater = Deflater::with_window(15, Takeover::Reset);
                client_sends_twice(deflater, "permessage-deflate; client_no_context_takeover")
            })
            .near_miss("the server alone promised to begin anew", || {
                client_sends_twice(Deflater::new(), "permessage-deflate; server_no_context_takeover")
            }),
        case(Code::DeflateFinalBlock)
            .shows("a block is marked final (§7.2.3.4)", || {
                let next = Deflater::new().message("and so on");
                sent([
                    Frame::text(Deflater::final_block("Hello")).compressed(),
                    Frame::text(next).compressed(),
                ])
            })
            .near_miss("the same message, its block not final", || {
                sent([Frame::text(Deflater::new().message("Hello")).compressed()])
            }),
        case(Code::DeflateTailNotStripped)
            .shows("the tail is left on", || {
                let mut deflater = Deflater::new();
                let (first, second) = (deflater.with_tail(TEXT), deflater.message(TEXT));
                sent([Frame::text(first).compressed(), Frame::text(second).compressed()])
            })
            .near_miss("the same four bytes stand between two blocks (§7.2.3.5)", || {
                let blocks = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00";
                sent([Frame::text(&blocks[..]).compressed()])
            }),
        case(Code::DeflateLimit)
            .limits(|limits| limits.inflated = 1_000)
            .shows("a message inflates to 1,001 bytes, where 1,000 are allowed", || {
                sent([Frame::text(Deflater::new().message([b'a'; 1_001])).compressed()])
            })
            .near_miss("a message inflates to 1,000 bytes", || {
                sent([Frame::text(Deflater::new().message([b'a'; 1_000])).compressed()])
            }),
    ]
}

fn unnegotiated() -> Vec<Case> {
    vec![
        case(Code::DeflateAssumed)
            .shows("the capture begins inside a compressed conversation", || {
                let compressed = |deflater: &mut Deflater| Frame::text(deflater.message(TEXT)).compressed();
                without_handshake(compressed)
            })
            .near_miss("the capture begins inside one without compression", || {
                without_handshake(|_| Frame::text(TEXT))
            })
            .near_miss("the handshake agrees on it", || {
                sent([Frame::text(Deflater::new().message(TEXT)).compressed()])
            }),
    ]
}

/// A conversation whose extensions were negotiated in these words, without a compressed message.
fn agreed(offer: &str, accepted: &str) -> Vec<u8> {
    Conversation::deflate(offer, accepted).talk().close().pcap()
}

/// A conversation with permessage-deflate in which the server sends these.
fn sent(frames: impl IntoIterator<Item = Frame>) -> Vec<u8> {
    Conversation::deflate(PLAIN, PLAIN).talk().frames(Side::Server, frames).talk().close().pcap()
}

/// The server agreed to a window of 512 bytes, and compresses with one of 2^`bits`.
fn windowed(bits: u8, message: Vec<u8>) -> Vec<u8> {
    let parameters = "permessage-deflate; server_max_window_bits=9";
    let payload = Deflater::with_window(bits, Takeover::Kept).message(message);
    Conversation::deflate(parameters, parameters).server(Frame::binary(payload).compressed()).close().pcap()
}

/// The client sends one text twice, with what the server answered to an offer that allows all.
fn client_sends_twice(mut deflater: Deflater, accepted: &str) -> Vec<u8> {
    let messages = [deflater.message(TEXT), deflater.message(TEXT)];
    Conversation::deflate("permessage-deflate; client_max_window_bits", accepted)
        .frames(Side::Client, messages.map(|payload| Frame::text(payload).compressed()))
        .close()
        .pcap()
}

/// Six frames each way, made by `make`, of a conversation whose handshake was not captured.
fn without_handshake(make: impl Fn(&mut Deflater) -> Frame) -> Vec<u8> {
    let mut deflaters = Side::BOTH.map(|_| Deflater::with_window(15, Takeover::Reset));
    let mut talk = Conversation::deflate(PLAIN, PLAIN);
    let handshake = talk.wire.segments.len();
    for _ in 0..6 {
        for side in Side::BOTH {
            talk = talk.frame(side, make(&mut deflaters[side.index()]));
        }
    }
    let mut talk = talk.close();
    talk.wire.skip(handshake);
    talk.pcap()
}

fn halves(payload: Vec<u8>) -> [Vec<u8>; 2] {
    let (first, last) = payload.split_at(payload.len() / 2);
    [first.to_vec(), last.to_vec()]
}
