//! `deflate`: a feed of JSON with permessage-deflate, context taken over (RFC 7692 §7.1.1).
//!
//! Compressing is far slower than all the rest, so a number of conversations is compressed once; connections come,
//! play one of them from its first message to its last, and go.

use std::io;

use flate2::{Compress, Compression, FlushCompress};

use crate::frame::TEXT;
use crate::json;
use crate::packet::MSS;
use crate::random::Random;
use crate::scene::Scene;
use crate::truth::Side;
use crate::upgrade::DEFLATE;
use crate::websocket::WebSocket;

/// Connections open at once.
const CONNECTIONS: usize = 200;
const SCRIPTS: usize = 24;
const MESSAGES: usize = 400;
/// What a server does not compress, as many do not.
const SMALL: usize = 64;

/// Writes it.
pub fn write(scene: &mut Scene<'_>) -> io::Result<()> {
    let scripts: Vec<Script> = (0..SCRIPTS).map(|_| Script::new(&mut scene.random)).collect();
    let mut playing: Vec<Playing> = Vec::new();
    while !scene.is_long_enough(0) {
        // One after the other, so that they come and go at all times and not all at once.
        if playing.is_empty() || (playing.len() < CONNECTIONS && scene.random.one_in(3)) {
            let (client, server) = (scene.next_client(), scene.server(8080));
            let socket = WebSocket::open(client, server, Some(DEFLATE), scene)?;
            playing.push(Playing { socket, script: scene.random.below(SCRIPTS), next: 0 });
        }
        let index = scene.random.below(playing.len());
        let each = &mut playing[index];
        let Some(line) = scripts[each.script].lines.get(each.next) else {
            each.socket.close(scene)?;
            playing.swap_remove(index);
            continue;
        };
        each.next += 1;
        match &line.compressed {
            Some(compressed) => each.socket.say_compressed(line.from, &line.text, compressed, scene)?,
            None => each.socket.say(line.from, TEXT, &line.text, scene)?,
        }
        each.socket.tcp.send_all(line.from, MSS, &mut scene.capture)?;
        let pause = scene.random.within(5..=60);
        scene.capture.wait(pause);
    }
    for each in &mut playing {
        each.socket.close(scene)?;
    }
    Ok(())
}

struct Playing {
    socket: WebSocket,
    script: usize,
    next: usize,
}

/// A conversation, compressed.
struct Script {
    lines: Vec<Line>,
}

struct Line {
    from: Side,
    text: Vec<u8>,
    compressed: Option<Vec<u8>>,
}

impl Script {
    fn new(random: &mut Random) -> Self {
        let mut encoders = [(); 2].map(|()| Compress::new(Compression::new(6), false));
        let mut text = String::new();
        let lines = (0..MESSAGES).map(|number| {
            let from = if random.one_in(5) { Side::Client } else { Side::Server };
            match from {
                Side::Client => json::request(random, number, &mut text),
                Side::Server if random.one_in(10) => json::chat(random, 60, &mut text),
                Side::Server => json::feed(random, number, number as u64 * 130, &mut text),
            }
            let text = text.as_bytes().to_vec();
            let compresses = from == Side::Client || text.len() >= SMALL;
            let compressed = compresses.then(|| compress(&mut encoders[from.index()], &text));
            Line { from, text, compressed }
        });
        Self { lines: lines.collect() }
    }
}

/// Compresses a message and takes off what a sender removes (RFC 7692 §7.2.1).
fn compress(encoder: &mut Compress, text: &[u8]) -> Vec<u8> {
    // More than it can become, so that one call does.
    let mut compressed = Vec::with_capacity(text.len() + text.len() / 8 + 64);
    let before = encoder.total_in();
    let result = encoder.compress_vec(text, &mut compressed, FlushCompress::Sync);
    assert!(result.is_ok() && encoder.total_in() - before == text.len() as u64, "the room is ample");
    assert!(compressed.ends_with(&[0, 0, 0xff, 0xff]), "a flush ends with an empty block");
    compressed.truncate(compressed.len() - 4);
    compressed
}
