//! `chat`: 1,000 connections, small text messages both ways, an acknowledgement for each.

use std::collections::VecDeque;
use std::io;

use crate::frame::TEXT;
use crate::json;
use crate::packet::MSS;
use crate::scene::Scene;
use crate::truth::Side;
use crate::websocket::WebSocket;

const CONNECTIONS: usize = 1000;
/// Messages of other connections between a message and its acknowledgement.
const ON_ITS_WAY: usize = 3;

/// Writes it.
pub fn write(scene: &mut Scene<'_>) -> io::Result<()> {
    let mut sockets = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let (client, server) = (scene.next_client(), scene.server(8080));
        sockets.push(WebSocket::open(client, server, None, scene)?);
    }
    let mut text = String::new();
    let mut unacknowledged = VecDeque::new();
    while !scene.is_long_enough(0) {
        let index = scene.random.below(CONNECTIONS);
        let from = if scene.random.one_in(2) { Side::Client } else { Side::Server };
        let length = scene.random.within(20..=200);
        json::chat(&mut scene.random, length, &mut text);
        sockets[index].say(from, TEXT, text.as_bytes(), scene)?;
        sockets[index].tcp.send(from, MSS, &mut scene.capture)?;
        let pause = scene.random.within(4..=30);
        scene.capture.wait(pause);
        unacknowledged.push_back((index, from.other()));
        if unacknowledged.len() > ON_ITS_WAY
            && let Some((index, side)) = unacknowledged.pop_front()
        {
            sockets[index].tcp.acknowledge(side, &mut scene.capture)?;
            scene.capture.wait(2);
        }
    }
    for (index, side) in unacknowledged {
        sockets[index].tcp.acknowledge(side, &mut scene.capture)?;
        scene.capture.wait(2);
    }
    for socket in &mut sockets {
        socket.close(scene)?;
    }
    Ok(())
}
