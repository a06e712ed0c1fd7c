//! What the engine says of a capture.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use sockscope_core::session::api::ConnectionRow;
use sockscope_core::session::{
    DecodeAs, Decoder, FrameView, MessageView, Options, PayloadWanted, RowsWanted, Secrets, Sink, Survey,
};
use sockscope_core::stream::Side;
use sockscope_core::tls::RsaKey;

use crate::sample::{Facts, Given};
use crate::seen::{Attempt, Direction, Frame, Header, Place, Seen};

/// What it says, and its messages by connection and direction as the truth lists them.
pub struct Ours {
    pub seen: Seen,
    pub messages: BTreeMap<(u64, Side), Vec<Message>>,
    /// The TCP streams by connection.
    pub streams: BTreeMap<u64, u64>,
    /// The clients' addresses by TCP stream.
    pub clients: BTreeMap<u64, String>,
}

/// A message as the truth lists it, with its number.
#[derive(Clone, Debug)]
pub struct Message {
    pub number: u64,
    pub complete: bool,
    pub facts: Facts,
}

/// Decodes a capture.
pub fn read(capture: &[u8], decode_as: &[u16], given: &Given) -> Ours {
    let secrets = Secrets::default();
    let text = |path| std::fs::read_to_string(path).expect("it is text");
    if let Some(path) = &given.key_log {
        secrets.read(text(path).as_bytes());
    }
    if let Some(path) = &given.rsa_key {
        secrets.add_key(RsaKey::from_pem(&text(path)).expect("it is a key"));
    }
    let options = Options {
        payload: PayloadWanted::Full,
        rows: RowsWanted { messages: true, frames: true, decoded: true, lines: false },
        decode_as: decode_as.iter().map(|&port| DecodeAs { host: None, port }).collect(),
        secrets,
        ..Options::default()
    };
    if !options.secrets.is_empty() {
        let mut survey = Survey::new(&options);
        survey.push_block(capture.to_vec()).expect("it is a capture");
        survey.finish().expect("it is a capture");
    }
    let mut rows = Rows::default();
    let mut decoder = Decoder::new(options);
    decoder.push(capture, &mut rows).expect("it is a capture");
    decoder.finish(&mut rows).expect("it is a capture");
    rows.together()
}

/// The name of a payload.
pub fn sha256(payload: &[u8]) -> String {
    Sha256::digest(payload).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Default)]
struct Rows {
    connections: Vec<ConnectionRow>,
    frames: Vec<(Side, Frame)>,
    payloads: BTreeMap<(u64, u64), Vec<u8>>,
    messages: BTreeMap<(u64, Side), Vec<Message>>,
}

impl Sink for Rows {
    fn connection(&mut self, row: &ConnectionRow) {
        self.connections.push(row.clone());
    }

    fn message(&mut self, view: &MessageView<'_>) {
        let row = view.to_row(PayloadWanted::None);
        let complete = row.complete != Some(false);
        let side = row.from.expect("a message has a sender");
        self.messages.entry((row.connection, side)).or_default().push(Message {
            number: row.message,
            complete,
            facts: (row.opcode, row.length, sha256(view.payload())),
        });
        if complete {
            self.payloads.insert((row.connection, row.message), view.payload().to_vec());
        }
    }

    fn frame(&mut self, view: &FrameView<'_>) {
        let row = view.to_row(PayloadWanted::None);
        let frame = Frame {
            header: Header {
                fin: row.fin,
                rsv: row.rsv,
                opcode: row.opcode,
                mask: row.mask,
                length: row.length,
            },
            packet: row.packets.iter().copied().max().unwrap_or(row.packet),
            payload: view.payload().to_vec(),
            message: None,
            whole: row.complete != Some(false),
            place: Some(Place { connection: row.connection, frame: row.frame, message: row.message }),
        };
        self.frames.push((row.from.expect("a frame has a sender"), frame));
    }
}

impl Rows {
    fn together(mut self) -> Ours {
        self.connections.sort_by_key(|row| row.connection);
        for messages in self.messages.values_mut() {
            messages.sort_by_key(|message| message.number);
        }
        let mut seen = Seen::default();
        let streams: BTreeMap<u64, u64> =
            self.connections.iter().map(|row| (row.connection, row.tcp_stream)).collect();
        self.frames.sort_by_key(|(_, frame)| frame.place.map(|place| (place.connection, place.frame)));
        for (side, mut frame) in self.frames {
            let place = frame.place.expect("the engine numbers frames");
            // A fragment completes its message with the bit FIN.
            frame.message = place
                .message
                .filter(|_| frame.header.fin)
                .and_then(|message| self.payloads.get(&(place.connection, message)).cloned());
            let direction = Direction { stream: streams[&place.connection], side };
            let list = seen.frames.entry(direction).or_default();
            // Bytes can only be read when all before them are there: a frame whose own packets came early waits for those
            // of the frame before it.
            frame.packet = frame.packet.max(list.last().map_or(0, |before: &Frame| before.packet));
            list.push(frame);
        }
        let clients = self.connections.iter().map(|row| (row.tcp_stream, row.client.clone())).collect();
        seen.attempts =
            self.connections.into_iter().filter(|row| row.request.is_some()).map(attempt).collect();
        Ours { seen, messages: self.messages, streams, clients }
    }
}

fn attempt(row: ConnectionRow) -> Attempt {
    Attempt {
        stream: row.tcp_stream,
        connection: Some(row.connection),
        target: row.request.map(|request| request.target),
        key: row.handshake.key,
        status: row.response.map(|response| response.status),
        accept: row.handshake.accept,
        accept_ok: row.handshake.accept_ok,
        verdict: Some(row.handshake.verdict),
    }
}
