//! Handshake messages: they are the same however their bytes are cut, and what is in them is read or passed over.

use sockscope_core::tls::Version;
use sockscope_core::tls::handshake::hello::{ClientHello, ServerHello, chosen_alpn, ticket};
use sockscope_core::tls::handshake::{Messages, certificate};

use super::{Input, pieces};

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let seed = input.u8();
    let bytes = input.rest();
    let whole = messages(&[bytes]);
    assert_eq!(whole, messages(&pieces(bytes, seed)));
    let bodies = whole.iter().map(|(_, body)| body.as_slice());
    for body in bodies.chain([bytes]) {
        if let Some(hello) = ClientHello::read(body) {
            assert!(body.len() >= 2 + hello.random.len());
        }
        if let Some(hello) = ServerHello::read(body) {
            assert!(body.len() >= 2 + hello.random.len());
        }
        assert!(ticket(body).is_none_or(|ticket| ticket.len() + 6 <= body.len()));
        // A name that is no UTF-8 may take more bytes than it had.
        assert!(chosen_alpn(body).is_none_or(|name| name.len() <= 3 * 255));
        for version in [Version::Tls12, Version::Tls13] {
            let read = certificate::first(body, version);
            assert!(read.is_none_or(|certificate| certificate.subject.len() < 1 << 24));
        }
    }
}

/// All messages, in pieces.
fn messages(chunks: &[&[u8]]) -> Vec<(u8, Vec<u8>)> {
    let (mut messages, mut all) = (Messages::default(), Vec::new());
    for chunk in chunks {
        messages.push(chunk);
        while let Some((kind, body)) = messages.next_message() {
            all.push((kind.0, body));
        }
        assert!(messages.held() < 1 << 20);
    }
    all
}
