//! A whole WebSocket conversation in one chain of calls: TCP, handshake, frames, closing handshake, end.

use std::time::Duration;

use sockscope_core::stream::Side;

use crate::frame::{Frame, Masks};
use crate::http::Head;
use crate::wire::Wire;

/// A conversation that is being written. Its parts stay open to change.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// The connection.
    pub wire: Wire,
    /// The client's masking keys.
    pub masks: Masks,
}

impl Conversation {
    /// A TCP connection that was opened, and nothing in it.
    pub fn on(mut wire: Wire) -> Self {
        wire.open();
        Self { wire, masks: Masks::default() }
    }

    /// A sound handshake on the default connection.
    pub fn open() -> Self {
        Self::upgrade(&Head::request())
    }

    /// The default connection; a request and its sound answer.
    pub fn upgrade(request: &Head) -> Self {
        Self::heads(request, &Head::answer(request))
    }

    /// The default connection; a request and any answer.
    pub fn heads(request: &Head, answer: &Head) -> Self {
        Self::on(Wire::new()).raw(Side::Client, request.bytes()).raw(Side::Server, answer.bytes())
    }

    /// A sound handshake in which the client offers permessage-deflate in these words and the server accepts in those.
    pub fn deflate(offer: &str, accepted: &str) -> Self {
        let request = Head::request().and("Sec-WebSocket-Extensions", offer);
        let answer = Head::answer(&request).and("Sec-WebSocket-Extensions", accepted);
        Self::heads(&request, &answer)
    }

    /// One side sends bytes.
    pub fn raw(mut self, side: Side, bytes: impl AsRef<[u8]>) -> Self {
        self.wire.send(side, bytes);
        self
    }

    /// One side sends a frame.
    pub fn frame(self, side: Side, frame: Frame) -> Self {
        self.frames(side, [frame])
    }

    /// One side sends frames in as few segments as hold them.
    pub fn frames(mut self, side: Side, frames: impl IntoIterator<Item = Frame>) -> Self {
        let bytes: Vec<u8> =
            frames.into_iter().flat_map(|frame| frame.encode(side, &mut self.masks)).collect();
        self.raw(side, bytes)
    }

    /// One side sends a frame that the other does not acknowledge yet.
    pub fn put(mut self, side: Side, frame: Frame) -> Self {
        let bytes = frame.encode(side, &mut self.masks);
        self.wire.put(side, bytes);
        self
    }

    /// The client sends a frame.
    pub fn client(self, frame: Frame) -> Self {
        self.frame(Side::Client, frame)
    }

    /// The server sends a frame.
    pub fn server(self, frame: Frame) -> Self {
        self.frame(Side::Server, frame)
    }

    /// A text each way: an ordinary exchange.
    pub fn talk(self) -> Self {
        self.client(Frame::text("How are you?")).server(Frame::text("Fine, thank you."))
    }

    /// Time passes.
    pub fn wait(mut self, time: Duration) -> Self {
        self.wire.advance(time);
        self
    }

    /// Whatever the connection can do.
    pub fn then(mut self, act: impl FnOnce(&mut Wire)) -> Self {
        act(&mut self.wire);
        self
    }

    /// The closing handshake (RFC 6455 §7.1.2), begun by the client; then TCP ends, the server first (§7.1.1).
    pub fn close(self) -> Self {
        self.client(Frame::close(1000, "bye")).server(Frame::close(1000, "bye")).finish(Side::Server)
    }

    /// TCP ends in order, `first`'s direction first.
    pub fn finish(mut self, first: Side) -> Self {
        self.wire.finish(first);
        self
    }

    /// A pcap file with it alone.
    pub fn pcap(&self) -> Vec<u8> {
        self.wire.pcap()
    }
}

/// The ordinary good case: handshake, texts, fragments, bytes, ping and pong, closing handshake.
pub fn conversation() -> Vec<u8> {
    Conversation::open()
        .talk()
        .frames(Side::Client, [Frame::text("in ").more(), Frame::continuation("pieces")])
        .server(Frame::ping("alive?"))
        .client(Frame::pong("alive?"))
        .server(Frame::binary(crate::frame::noise(5_000)))
        .close()
        .pcap()
}
