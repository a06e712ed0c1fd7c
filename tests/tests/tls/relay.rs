//! Stands between a client and a server on this machine and writes down the bytes of every TCP connection.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use sockscope_tests::{Side, Wire};

use crate::openssl::PATIENCE;

/// What is in front of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// Nothing: bytes go through as they are.
    Nothing,
    /// A proxy that the client asks for the server by `CONNECT` (RFC 9110 §9.3.6).
    Proxy,
}

/// What went through one TCP connection.
#[derive(Clone, Debug, Default)]
pub struct Talk {
    /// Bytes as they came, each with who sent them.
    pub pieces: Vec<(Side, Vec<u8>)>,
    /// Which directions have ended, in their order.
    pub ends: Vec<Side>,
}

impl Talk {
    /// Bytes of one side so far.
    pub fn length(&self, side: Side) -> usize {
        self.pieces.iter().filter(|(from, _)| *from == side).map(|(_, bytes)| bytes.len()).sum()
    }

    /// Records of that type of one side so far; each begins with type, version and length, whatever is behind them.
    pub fn records(&self, side: Side, kind: u8) -> usize {
        let pieces = self.pieces.iter().filter(|(from, _)| *from == side);
        let stream: Vec<u8> = pieces.flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        let (mut rest, mut count) = (&stream[..], 0);
        while let [first, 3, _, high, low, behind @ ..] = rest {
            count += usize::from(*first == kind);
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            rest = behind.get(length..).unwrap_or_default();
        }
        count
    }

    /// The packets that a capture would hold of it; `number` tells connections apart.
    pub fn wire(&self, number: u16, segment_size: usize) -> Wire {
        let mut wire = Wire::numbered(number).segments_of(segment_size);
        wire.addresses[1].set_port(443);
        wire.now += u64::from(number) * 1_000_000_000;
        wire.open();
        for (side, bytes) in &self.pieces {
            wire.send(*side, bytes);
        }
        for side in &self.ends {
            wire.fin(*side);
        }
        wire
    }
}

/// All talks so far.
#[derive(Default)]
struct Talks {
    list: Mutex<Vec<Talk>>,
    changed: Condvar,
}

/// A relay to one server.
pub struct Relay {
    pub port: u16,
    talks: Arc<Talks>,
}

impl Relay {
    /// Takes connections until the test is over.
    pub fn to(server: u16, front: Front) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let talks = Arc::new(Talks::default());
        let all = Arc::clone(&talks);
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.expect("a connection");
                let server = TcpStream::connect(("127.0.0.1", server)).expect("the server listens");
                let number = {
                    let mut list = all.list.lock().expect("no thread panics");
                    list.push(Talk::default());
                    list.len() - 1
                };
                if front == Front::Proxy {
                    answer_connect(&client, number, &all);
                }
                for (side, from, to) in [(Side::Client, &client, &server), (Side::Server, &server, &client)] {
                    let (from, to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
                    let all = Arc::clone(&all);
                    thread::spawn(move || copy(side, from, to, number, &all));
                }
            }
        });
        Self { port, talks }
    }

    /// Waits until that holds of a talk, and gives it.
    pub fn wait(&self, number: usize, what: &str, holds: impl Fn(&Talk) -> bool) -> Talk {
        let list = self.talks.list.lock().expect("no thread panics");
        let waiting = |list: &mut Vec<Talk>| !list.get(number).is_some_and(&holds);
        let (list, late) =
            self.talks.changed.wait_timeout_while(list, PATIENCE, waiting).expect("no thread panics");
        assert!(!late.timed_out(), "{what} of connection {number} never came: {:?}", list.get(number));
        list[number].clone()
    }
}

/// Writes down before it passes on, so that an answer stands behind what it answers.
fn copy(side: Side, mut from: TcpStream, mut to: TcpStream, number: usize, all: &Talks) {
    let mut room = vec![0; 1 << 16];
    loop {
        let length = from.read(&mut room).unwrap_or(0);
        let mut list = all.list.lock().expect("no thread panics");
        match length {
            0 => list[number].ends.push(side),
            _ => list[number].pieces.push((side, room[..length].to_vec())),
        }
        drop(list);
        all.changed.notify_all();
        if length == 0 || to.write_all(&room[..length]).is_err() {
            // Who has gone away already has seen the end.
            let _ = to.shutdown(Shutdown::Write);
            return;
        }
    }
}

fn answer_connect(mut client: &TcpStream, number: usize, all: &Talks) {
    const ANSWER: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).expect("a head");
        head.extend(byte);
    }
    client.write_all(ANSWER).expect("the client takes it");
    let mut list = all.list.lock().expect("no thread panics");
    list[number].pieces.extend([(Side::Client, head), (Side::Server, ANSWER.to_vec())]);
}
