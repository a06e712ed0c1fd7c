//! What a workload's messages are, told by who wrote them and not by who reads them.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::frame;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The end point that asked for the connection.
    Client,
    /// The end point that was asked.
    Server,
}

impl Side {
    /// Both, the client first.
    pub const BOTH: [Self; 2] = [Self::Client, Self::Server];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// 0 for the client, 1 for the server.
    pub fn index(self) -> usize {
        match self {
            Self::Client => 0,
            Self::Server => 1,
        }
    }

    /// `client` or `server`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// A message, control frames included.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The WebSocket's number: from 0, in the order in which the requests were complete.
    pub connection: u64,
    /// Who sent it.
    pub from: Side,
    /// That of its first frame.
    pub opcode: u8,
    /// As the application sees it.
    pub payload: &'a [u8],
    /// What it was compressed to, if it was.
    pub compressed: Option<&'a [u8]>,
}

/// Takes the messages of a workload. Those of one side of one connection come in the order in which they ended.
pub trait Observer {
    /// A message.
    fn sent(&mut self, message: &Sent<'_>) -> io::Result<()>;
}

/// Nobody wants to know.
impl Observer for () {
    fn sent(&mut self, _: &Sent<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// Writes one line of JSON a message: connection, side, opcode, length, SHA-256.
pub struct TruthFile<'w> {
    out: &'w mut dyn Write,
    line: String,
}

impl<'w> TruthFile<'w> {
    /// Lines go to `out`, which should be buffered.
    pub fn new(out: &'w mut dyn Write) -> Self {
        Self { out, line: String::new() }
    }
}

impl Observer for TruthFile<'_> {
    fn sent(&mut self, message: &Sent<'_>) -> io::Result<()> {
        let opcode = opcode_name(message.opcode);
        let (connection, from, length) = (message.connection, message.from.name(), message.payload.len());
        self.line.clear();
        // Writing to a String cannot fail.
        let _ = write!(
            self.line,
            r#"{{"connection":{connection},"from":"{from}","opcode":"{opcode}","length":{length},"sha256":""#
        );
        for byte in Sha256::digest(message.payload) {
            self.line.push(char::from(HEX[usize::from(byte >> 4)]));
            self.line.push(char::from(HEX[usize::from(byte & 0xf)]));
        }
        self.line.push_str("\"}\n");
        self.out.write_all(self.line.as_bytes())
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// An opcode as the command line names it.
pub fn opcode_name(opcode: u8) -> &'static str {
    match opcode {
        frame::TEXT => "text",
        frame::BINARY => "binary",
        frame::CLOSE => "close",
        frame::PING => "ping",
        frame::PONG => "pong",
        _ => "continuation",
    }
}
