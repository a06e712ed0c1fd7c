//! Small captures, packet by packet: Ethernet, IPv4, TCP (RFC 9293), written as pcap. Checksums are left zero, as
//! checksum offload leaves them.

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

use self::Side::{Client, Server};

/// The example of RFC 6455 §1.3.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

pub const SERVER_PORT: u16 = 8001;

const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const PSH: u8 = 0x08;
const FIN: u8 = 0x01;

/// The opcodes of RFC 6455 §5.2.
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;

/// One TCP connection. Each side acknowledges at once all that it was sent.
pub struct Wire {
    client_port: u16,
    next: [u32; 2],
    pub packets: Vec<Vec<u8>>,
}

impl Wire {
    /// A connection with its three-way handshake.
    pub fn open(client_port: u16) -> Self {
        let mut wire = Self { client_port, next: [1000, 5000], packets: Vec::new() };
        wire.segment(Client, SYN, &[]);
        wire.segment(Server, SYN | ACK, &[]);
        wire.segment(Client, ACK, &[]);
        wire
    }

    /// A connection whose upgrade was asked for and answered like that.
    pub fn upgraded(client_port: u16, target: &str, accept: &str) -> Self {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: 10.0.0.2:{SERVER_PORT}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        let mut wire = Self::open(client_port);
        wire.send(Client, request.as_bytes());
        wire.send(Server, response.as_bytes());
        wire
    }

    /// Payload, and its acknowledgement.
    pub fn send(&mut self, from: Side, payload: &[u8]) -> &mut Self {
        self.segment(from, PSH | ACK, payload);
        self.segment(if from == Client { Server } else { Client }, ACK, &[]);
        self
    }

    /// A whole frame in a segment of its own.
    pub fn frame(&mut self, from: Side, opcode: u8, payload: &[u8]) -> &mut Self {
        let bytes = frame(from, opcode, payload, self.packets.len());
        self.send(from, &bytes)
    }

    pub fn text(&mut self, from: Side, text: &str) -> &mut Self {
        self.frame(from, TEXT, text.as_bytes())
    }

    /// Both Closes, then both FINs.
    pub fn close(&mut self, reason: &str) -> &mut Self {
        let body = [&1000u16.to_be_bytes(), reason.as_bytes()].concat();
        self.frame(Client, CLOSE, &body).frame(Server, CLOSE, &body);
        self.segment(Server, FIN | ACK, &[]);
        self.segment(Client, FIN | ACK, &[]);
        self.segment(Server, ACK, &[]);
        self
    }

    fn segment(&mut self, from: Side, flags: u8, payload: &[u8]) {
        let (me, other) = if from == Client { (0, 1) } else { (1, 0) };
        let addresses = [[10, 0, 0, 1], [10, 0, 0, 2]];
        let ports = [self.client_port, SERVER_PORT];
        let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00];
        let total = u16::try_from(40 + payload.len()).expect("a segment fits into a datagram");
        bytes.extend([0x45, 0]);
        bytes.extend(total.to_be_bytes());
        bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        bytes.extend(addresses[me]);
        bytes.extend(addresses[other]);
        bytes.extend(ports[me].to_be_bytes());
        bytes.extend(ports[other].to_be_bytes());
        bytes.extend(self.next[me].to_be_bytes());
        bytes.extend(if flags & ACK != 0 { self.next[other] } else { 0 }.to_be_bytes());
        bytes.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        bytes.extend(payload);
        self.packets.push(bytes);
        let counts = payload.len() + usize::from(flags & (SYN | FIN) != 0);
        self.next[me] += u32::try_from(counts).expect("a segment is short");
    }
}

/// A frame's bytes (RFC 6455 §5.2): a client's is masked, with a key that no other frame has.
pub fn frame(from: Side, opcode: u8, payload: &[u8], salt: usize) -> Vec<u8> {
    let mask_bit = if from == Client { 0x80 } else { 0 };
    let mut bytes = vec![0x80 | opcode];
    match u16::try_from(payload.len()).expect("payloads are short here") {
        length @ 0..126 => bytes.push(mask_bit | u8::try_from(length).expect("it is below 126")),
        length => {
            bytes.push(mask_bit | 126);
            bytes.extend(length.to_be_bytes());
        }
    }
    if from == Server {
        bytes.extend(payload);
        return bytes;
    }
    let salt = u32::try_from(salt).expect("captures are short here");
    let key = 0x9e37_79b9_u32.wrapping_mul(salt + 1).to_be_bytes();
    bytes.extend(key);
    bytes.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key));
    bytes
}

/// The beginning of a pcap file: microseconds, little-endian, Ethernet.
pub fn file_header() -> Vec<u8> {
    let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(65_535_u32.to_le_bytes());
    bytes.extend(1_u32.to_le_bytes());
    bytes
}

/// A packet's record; packets are a millisecond apart.
pub fn record(number: usize, packet: &[u8]) -> Vec<u8> {
    let number = u32::try_from(number).expect("captures are short here");
    let length = u32::try_from(packet.len()).expect("packets are short").to_le_bytes();
    let mut bytes = (1_767_225_600 + number / 1000).to_le_bytes().to_vec();
    bytes.extend((number % 1000 * 1000).to_le_bytes());
    bytes.extend(length);
    bytes.extend(length);
    bytes.extend(packet);
    bytes
}

/// A whole capture.
pub fn pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    pcap_from(0, packets)
}

/// A capture whose first packet is that many milliseconds late: the second part of a split one.
pub fn pcap_from(first: usize, packets: &[Vec<u8>]) -> Vec<u8> {
    let records = packets.iter().enumerate().flat_map(|(at, packet)| record(first + at, packet));
    file_header().into_iter().chain(records).collect()
}

/// A sound conversation of four messages and two Closes.
pub fn sound() -> Vec<Vec<u8>> {
    let mut wire = Wire::upgraded(50_000, "/chat", ACCEPT);
    wire.text(Client, "hello").text(Server, "{\"answer\":1}").frame(Server, BINARY, &[0, 1, 254, 255]);
    wire.text(Client, "größer, \"quoted\"\nand on").close("bye");
    wire.packets
}

/// The same kind of conversation after a wrong Accept.
pub fn wrong_accept() -> Vec<Vec<u8>> {
    let mut wire = Wire::upgraded(50_001, "/wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    wire.text(Client, "hello").text(Server, "world").close("");
    wire.packets
}
