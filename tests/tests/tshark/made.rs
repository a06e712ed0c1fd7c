//! Captures for faults that no recording shows: written here, so that their truth is what was written.

use std::net::SocketAddr;
use std::path::Path;

use sockscope_tests::deflate::{Deflater, Takeover};
use sockscope_tests::frame::noise;
use sockscope_tests::http::Head;
use sockscope_tests::{Conversation, Frame, Side, Wire};

use crate::ours::sha256;
use crate::sample::{Connection, Facts, Sample, Truth};

/// All of them; their files are written anew.
pub fn all() -> Vec<Sample> {
    vec![byte_by_byte(), large_masked_frame(), one_sided_takeover()]
}

/// A handshake in segments of one byte, on a port that tshark does not know as one of HTTP.
fn byte_by_byte() -> Sample {
    let client = SocketAddr::from(([192, 0, 2, 10], 50_000));
    let server = SocketAddr::from(([198, 51, 100, 80], 9_001));
    let request = Head::request();
    let talk = Conversation::on(Wire::between(client, server).segments_of(1))
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk();
    made("made-byte-by-byte", talk, vec![text("How are you?")], vec![text("Fine, thank you.")])
}

/// A frame of the client that is longer than what tshark unmasks.
fn large_masked_frame() -> Sample {
    let payload = noise(300_000);
    let talk = Conversation::open().client(Frame::binary(payload.clone()));
    made("made-large-masked-frame", talk, vec![facts("binary", &payload)], Vec::new())
}

/// The client alone gives up its window; the server's messages refer to those before them.
fn one_sided_takeover() -> Sample {
    const WORDS: &str = "The window goes on from message to message, for this side alone.";
    const EXTENSION: &str = "permessage-deflate; client_no_context_takeover";
    let (mut server, mut client) = (Deflater::new(), Deflater::with_window(15, Takeover::Reset));
    let mut talk = Conversation::deflate(EXTENSION, EXTENSION);
    for _ in 0..3 {
        talk = talk
            .client(Frame::text(client.message(WORDS)).compressed())
            .server(Frame::text(server.message(WORDS)).compressed());
    }
    made("made-one-sided-takeover", talk, vec![text(WORDS); 3], vec![text(WORDS); 3])
}

fn made(name: &str, talk: Conversation, mut client: Vec<Facts>, mut server: Vec<Facts>) -> Sample {
    let close = facts("close", b"\x03\xe8bye");
    client.push(close.clone());
    server.push(close);
    let capture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pcap"));
    std::fs::write(&capture, talk.close().pcap()).expect("it can be written");
    let connection = Connection::valid("/chat", client, server);
    Sample { name: name.to_owned(), capture, truth: Truth::of(vec![connection]) }
}

fn text(text: &str) -> Facts {
    facts("text", text.as_bytes())
}

fn facts(opcode: &str, payload: &[u8]) -> Facts {
    let length = u64::try_from(payload.len()).expect("a length fits");
    (opcode.to_owned(), length, sha256(payload))
}
