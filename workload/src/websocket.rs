//! A WebSocket on a [`Connection`]: opens it, writes frames, tells the observer what was said, closes it.

use std::io;

use crate::connection::Connection;
use crate::frame;
use crate::packet::{End, MSS};
use crate::scene::Scene;
use crate::truth::{Sent, Side};
use crate::upgrade;

/// An open WebSocket.
#[derive(Debug)]
pub struct WebSocket {
    /// What carries it.
    pub tcp: Connection,
    number: u64,
}

impl WebSocket {
    /// Opens the connection and upgrades it.
    pub fn open(
        client: End,
        server: End,
        extension: Option<&str>,
        scene: &mut Scene<'_>,
    ) -> io::Result<Self> {
        let mut tcp = Connection::new(client, server, &mut scene.random);
        tcp.open(&mut scene.capture)?;
        let number = scene.next_number();
        let key = upgrade::key(&mut scene.random);
        let host = format!("chat.example.org:{}", server.port);
        let request = upgrade::request(&host, &format!("/socket/{number}"), &key, extension);
        tcp.stream(Side::Client).extend_from_slice(request.as_bytes());
        tcp.send_all(Side::Client, MSS, &mut scene.capture)?;
        scene.capture.wait(200);
        tcp.stream(Side::Server).extend_from_slice(upgrade::response(&key, extension).as_bytes());
        tcp.send_all(Side::Server, MSS, &mut scene.capture)?;
        scene.capture.wait(100);
        Ok(Self { tcp, number })
    }

    /// Queues a message of one frame.
    pub fn say(&mut self, from: Side, opcode: u8, payload: &[u8], scene: &mut Scene<'_>) -> io::Result<()> {
        self.write(from, frame::FIN | opcode, payload, scene);
        self.tell(from, opcode, payload, None, scene)
    }

    /// Queues a compressed message of one frame: `payload` was compressed to `compressed`.
    pub fn say_compressed(
        &mut self,
        from: Side,
        payload: &[u8],
        compressed: &[u8],
        scene: &mut Scene<'_>,
    ) -> io::Result<()> {
        self.write(from, frame::FIN | frame::RSV1 | frame::TEXT, compressed, scene);
        self.tell(from, frame::TEXT, payload, Some(compressed), scene)
    }

    /// Queues a message in fragments of `size` bytes.
    pub fn say_in_fragments(
        &mut self,
        from: Side,
        opcode: u8,
        payload: &[u8],
        size: usize,
        scene: &mut Scene<'_>,
    ) -> io::Result<()> {
        let last = payload.len().div_ceil(size).max(1) - 1;
        for (number, fragment) in payload.chunks(size).enumerate() {
            let fin = if number == last { frame::FIN } else { 0 };
            self.write(from, fin | if number == 0 { opcode } else { 0 }, fragment, scene);
        }
        self.tell(from, opcode, payload, None, scene)
    }

    /// Both sides close, the client first, and TCP ends. Nothing is pending.
    pub fn close(&mut self, scene: &mut Scene<'_>) -> io::Result<()> {
        for side in Side::BOTH {
            self.say(side, frame::CLOSE, &1000_u16.to_be_bytes(), scene)?;
            self.tcp.send_all(side, MSS, &mut scene.capture)?;
        }
        self.tcp.close(Side::Server, &mut scene.capture)
    }

    fn write(&mut self, from: Side, first: u8, payload: &[u8], scene: &mut Scene<'_>) {
        let mask = (from == Side::Client).then(|| scene.random.mask());
        frame::write(first, mask, payload, self.tcp.stream(from));
    }

    fn tell(
        &self,
        from: Side,
        opcode: u8,
        payload: &[u8],
        compressed: Option<&[u8]>,
        scene: &mut Scene<'_>,
    ) -> io::Result<()> {
        scene.observer.sent(&Sent { connection: self.number, from, opcode, payload, compressed })
    }
}
