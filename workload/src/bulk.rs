//! `bulk`: messages of up to 1 MiB both ways, in full segments or in ones that segmentation offload made larger.

use std::io;

use crate::frame::{BINARY, PING, PONG, TEXT};
use crate::packet::{MSS, OFFLOADED};
use crate::random::Random;
use crate::scene::Scene;
use crate::truth::Side;
use crate::websocket::WebSocket;

const CONNECTIONS: usize = 16;
const LARGEST: usize = 1 << 20;
/// Bytes that payloads are cut out of.
const STOCK: usize = 4 << 20;

/// Writes it.
pub fn write(scene: &mut Scene<'_>) -> io::Result<()> {
    let mut sockets = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let (client, server) = (scene.next_client(), scene.server(8080));
        sockets.push(WebSocket::open(client, server, None, scene)?);
    }
    let stock = Stock::new(&mut scene.random);
    // The Ping of each side that is not answered yet: what answers it is sent when the other side has it.
    let mut pings = [[None::<[u8; 4]>; 2]; CONNECTIONS];
    let mut pending = 0;
    loop {
        let index = scene.random.below(CONNECTIONS);
        let from = if scene.random.one_in(2) { Side::Client } else { Side::Server };
        let socket = &mut sockets[index];
        if socket.tcp.pending(from) == 0 {
            if let Some(payload) = pings[index][from.index()].take() {
                socket.say(from.other(), PONG, &payload, scene)?;
                pending = sockets.iter().map(queued).sum();
                continue;
            }
            if scene.is_long_enough(pending) {
                // Round after round, until nobody has anything left.
                if pending == 0 && pings.iter().flatten().all(Option::is_none) {
                    break;
                }
                continue;
            }
            pings[index][from.index()] = speak(socket, from, &stock, scene)?;
            pending = sockets.iter().map(queued).sum();
            continue;
        }
        let before = queued(socket);
        // Half of the connections were captured where offload shows larger segments.
        let size = if index.is_multiple_of(2) { MSS } else { scene.random.within(2..=44) * MSS };
        for _ in 0..scene.random.within(1..=5) {
            if socket.tcp.pending(from) == 0 {
                break;
            }
            socket.tcp.send(from, size.min(OFFLOADED), &mut scene.capture)?;
            scene.capture.wait(2 + size / 1250);
            if size == MSS && socket.tcp.pending(from) > 0 {
                socket.tcp.send(from, size, &mut scene.capture)?;
                scene.capture.wait(2);
            }
            socket.tcp.acknowledge(from.other(), &mut scene.capture)?;
            scene.capture.wait(8);
        }
        pending -= before - queued(socket);
    }
    for socket in &mut sockets {
        socket.close(scene)?;
    }
    Ok(())
}

fn queued(socket: &WebSocket) -> u64 {
    Side::BOTH.iter().map(|side| socket.tcp.pending(*side) as u64).sum()
}

/// Queues a message, and perhaps a Ping behind it, whose payload it returns.
fn speak(
    socket: &mut WebSocket,
    from: Side,
    stock: &Stock,
    scene: &mut Scene<'_>,
) -> io::Result<Option<[u8; 4]>> {
    let length = scene.random.skewed(4096..=LARGEST);
    let (opcode, stock) = if scene.random.one_in(4) { (TEXT, &stock.text) } else { (BINARY, &stock.binary) };
    let start = scene.random.below(stock.len() - length);
    let payload = &stock[start..start + length];
    if scene.random.one_in(4) {
        socket.say_in_fragments(from, opcode, payload, 64 << 10, scene)?;
    } else {
        socket.say(from, opcode, payload, scene)?;
    }
    if !scene.random.one_in(16) {
        return Ok(None);
    }
    let payload = scene.random.word().to_be_bytes();
    socket.say(from, PING, &payload, scene)?;
    Ok(Some(payload))
}

/// What payloads are made of: making every one anew would take longer than all the rest.
struct Stock {
    binary: Vec<u8>,
    /// ASCII, so that it can be cut anywhere.
    text: Vec<u8>,
}

impl Stock {
    fn new(random: &mut Random) -> Self {
        let mut binary = vec![0; STOCK];
        random.fill(&mut binary);
        let text = binary.iter().map(|byte| b' ' + byte % 95).collect();
        Self { binary, text }
    }
}
