//! `mixed`: one packet in 30 is a WebSocket's. The others are those of HTTP connections that are kept alive, of what
//! looks like TLS, of some other protocol over TCP, and of UDP.

use std::io;

use crate::connection::Connection;
use crate::frame::TEXT;
use crate::json;
use crate::packet::{End, MSS, write_udp};
use crate::scene::Scene;
use crate::truth::Side;
use crate::websocket::WebSocket;

/// Packets for each packet of a WebSocket.
const PACKETS: u64 = 30;
const SOCKETS: usize = 100;
const FLOWS: usize = 600;
/// Bytes that payloads are cut out of.
const STOCK: usize = 1 << 20;

/// Writes it.
pub fn write(scene: &mut Scene<'_>) -> io::Result<()> {
    let mut stock = vec![0; STOCK];
    scene.random.fill(&mut stock);
    let mut sockets: Vec<WebSocket> = Vec::new();
    let mut flows = Vec::new();
    let mut packets_of_sockets = 0;
    while !scene.is_long_enough(0) {
        let before = scene.capture.packets();
        if packets_of_sockets * PACKETS <= before {
            if sockets.len() < SOCKETS && (sockets.is_empty() || scene.random.one_in(5)) {
                let (client, server) = (scene.next_client(), scene.server(80));
                sockets.push(WebSocket::open(client, server, None, scene)?);
            }
            let index = scene.random.below(sockets.len());
            chat(&mut sockets[index], scene)?;
            packets_of_sockets += scene.capture.packets() - before;
        } else if scene.random.one_in(8) {
            datagrams(&stock, scene)?;
        } else if flows.len() < FLOWS && scene.random.one_in(10) {
            flows.push(Flow::open(scene)?);
        } else if !flows.is_empty() {
            let index = scene.random.below(flows.len());
            if flows[index].go_on(&stock, scene)? == Step::Over {
                flows.swap_remove(index);
            }
        }
        let pause = scene.random.within(1..=40);
        scene.capture.wait(pause);
    }
    for socket in &mut sockets {
        socket.close(scene)?;
    }
    Ok(())
}

fn chat(socket: &mut WebSocket, scene: &mut Scene<'_>) -> io::Result<()> {
    let from = if scene.random.one_in(2) { Side::Client } else { Side::Server };
    let mut text = String::new();
    let length = scene.random.within(20..=600);
    json::chat(&mut scene.random, length, &mut text);
    socket.say(from, TEXT, text.as_bytes(), scene)?;
    socket.tcp.send_all(from, MSS, &mut scene.capture)
}

/// A question and its answer, as DNS has them, or a burst as QUIC has it.
fn datagrams(stock: &[u8], scene: &mut Scene<'_>) -> io::Result<()> {
    let client = End {
        address: [10, 32, 0, scene.random.within(1..=250) as u8],
        port: scene.random.within(32_768..=60_999) as u16,
    };
    let (port, lengths): (u16, &[usize]) =
        if scene.random.one_in(2) { (53, &[45, 160]) } else { (443, &[1200, 1200, 1200, 40]) };
    let server = scene.server(port);
    for (number, length) in lengths.iter().enumerate() {
        let start = scene.random.below(stock.len() - length);
        let (from, to) = if number == 0 { (client, server) } else { (server, client) };
        write_udp(from, to, &stock[start..start + length], &mut scene.capture)?;
        scene.capture.wait(20);
    }
    Ok(())
}

/// What is spoken over TCP that is no WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speech {
    Http,
    Tls,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    GoesOn,
    Over,
}

struct Flow {
    tcp: Connection,
    speech: Speech,
    /// Exchanges until it ends.
    left: usize,
    said_hello: bool,
}

impl Flow {
    fn open(scene: &mut Scene<'_>) -> io::Result<Self> {
        let (speech, port) = *scene.random.one_of(&[
            (Speech::Http, 80),
            (Speech::Http, 80),
            (Speech::Tls, 443),
            (Speech::Tls, 443),
            (Speech::Tls, 443),
            (Speech::Other, 9042),
        ]);
        let (client, server) = (scene.next_client(), scene.server(port));
        let mut tcp = Connection::new(client, server, &mut scene.random);
        tcp.open(&mut scene.capture)?;
        Ok(Self { tcp, speech, left: scene.random.within(5..=60), said_hello: false })
    }

    fn go_on(&mut self, stock: &[u8], scene: &mut Scene<'_>) -> io::Result<Step> {
        for side in Side::BOTH {
            if self.tcp.pending(side) > 0 {
                for _ in 0..scene.random.within(1..=4) {
                    if self.tcp.pending(side) > 0 {
                        self.tcp.send(side, MSS, &mut scene.capture)?;
                        scene.capture.wait(3);
                    }
                }
                self.tcp.acknowledge(side.other(), &mut scene.capture)?;
                return Ok(Step::GoesOn);
            }
        }
        if self.left == 0 {
            self.tcp.close(Side::Client, &mut scene.capture)?;
            return Ok(Step::Over);
        }
        self.left -= 1;
        match self.speech {
            Speech::Http => self.ask(stock, scene),
            Speech::Tls => self.write_records(stock, scene),
            Speech::Other => {
                for side in Side::BOTH {
                    let length = scene.random.skewed(16..=20_000);
                    let start = scene.random.below(stock.len() - length);
                    // A first byte that begins neither a TLS record nor a method's name.
                    self.tcp.stream(side).push(0x84);
                    self.tcp.stream(side).extend_from_slice(&stock[start..start + length]);
                }
            }
        }
        Ok(Step::GoesOn)
    }

    fn ask(&mut self, stock: &[u8], scene: &mut Scene<'_>) {
        let number = scene.random.below(100_000);
        let posted = if scene.random.one_in(5) { scene.random.skewed(20..=8000) } else { 0 };
        let (method, type_of_body) = match posted {
            0 => ("GET", String::new()),
            length => {
                ("POST", format!("Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n"))
            }
        };
        let request = format!(
            "{method} /assets/{number}.js HTTP/1.1\r\nHost: www.example.org\r\nConnection: keep-alive\r\n\
             User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
             Accept: */*\r\nAccept-Encoding: gzip, deflate\r\n{type_of_body}\r\n"
        );
        let stream = self.tcp.stream(Side::Client);
        stream.extend_from_slice(request.as_bytes());
        stream.extend_from_slice(&stock[number..number + posted]);

        let length = scene.random.skewed(200..=200_000);
        let body = &stock[number..number + length];
        let stream = self.tcp.stream(Side::Server);
        stream.extend_from_slice(b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/javascript\r\n");
        if scene.random.one_in(3) {
            stream.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(8192) {
                stream.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                stream.extend_from_slice(chunk);
                stream.extend_from_slice(b"\r\n");
            }
            stream.extend_from_slice(b"0\r\n\r\n");
        } else {
            stream.extend_from_slice(format!("Content-Length: {length}\r\n\r\n").as_bytes());
            stream.extend_from_slice(body);
        }
    }

    /// Records as long as TLS has them (RFC 8446 §5.1): a hello of each side first, then application data.
    fn write_records(&mut self, stock: &[u8], scene: &mut Scene<'_>) {
        let hello = !std::mem::replace(&mut self.said_hello, true);
        for (side, longest) in [(Side::Client, 2000), (Side::Server, 60_000)] {
            let mut left = if hello { 517 } else { scene.random.skewed(40..=longest) };
            while left > 0 {
                let length = left.min(16_384);
                left -= length;
                let start = scene.random.below(stock.len() - length);
                let stream = self.tcp.stream(side);
                stream.extend([if hello { 22 } else { 23 }, 3, if hello { 1 } else { 3 }]);
                stream.extend((length as u16).to_be_bytes());
                stream.extend_from_slice(&stock[start..start + length]);
            }
        }
    }
}
