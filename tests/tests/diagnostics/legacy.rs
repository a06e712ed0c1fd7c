//! Handshakes from before RFC 6455: hixie-75, hixie-76 and the hybi drafts.

use md5::{Digest, Md5};
use sockscope_core::diagnostic::Code;
use sockscope_tests::{Conversation, Head, Side, Wire};

use crate::case::{Case, accepted, answered, case};

pub fn cases() -> Vec<Case> {
    vec![
        case(Code::LegacyHandshake)
            .shows("hixie-76", || hixie_76(*b"8jKS'y:G*Co,Wxa-"))
            .shows("hixie-75", hixie_75)
            .shows("the eighth hybi draft", || accepted(&hybi("8")))
            .shows("the seventh hybi draft", || accepted(&hybi("7")))
            .near_miss("version 13 with the drafts' name of Origin", || accepted(&hybi("13"))),
        case(Code::LegacyChallengeMismatch)
            .shows("hixie-76's answer is wrong in its last byte", || hixie_76(*b"8jKS'y:G*Co,Wxa_"))
            .near_miss("hixie-76's answer is right", || hixie_76(*b"8jKS'y:G*Co,Wxa-")),
        case(Code::LegacyHeader)
            .shows("an RFC 6455 server sends WebSocket-Location", || {
                let request = Head::request();
                answered(
                    &request,
                    &Head::answer(&request).and("WebSocket-Location", "ws://server.example.com/chat"),
                )
            })
            .shows("an RFC 6455 server sends WebSocket-Protocol", || {
                let request = Head::request().and("Sec-WebSocket-Protocol", "chat");
                let answer = Head::answer(&request)
                    .and("Sec-WebSocket-Protocol", "chat")
                    .and("WebSocket-Protocol", "chat");
                answered(&request, &answer)
            })
            .near_miss("a hixie-75 server sends it, as it must", hixie_75),
    ]
}

/// A request of draft-ietf-hybi-thewebsocketprotocol.
fn hybi(version: &str) -> Head {
    Head::request()
        .with("Sec-WebSocket-Version", version)
        .and("Sec-WebSocket-Origin", "http://server.example.com")
}

/// The example of draft-hixie-thewebsocketprotocol-76 §1.2, one text each way and the closing handshake.
fn hixie_76(answer: [u8; 16]) -> Vec<u8> {
    let request = Head::new("GET /demo HTTP/1.1")
        .and("Host", "example.com")
        .and("Connection", "Upgrade")
        .and("Sec-WebSocket-Key2", "12998 5 Y3 1  .P00")
        .and("Sec-WebSocket-Protocol", "sample")
        .and("Upgrade", "WebSocket")
        .and("Sec-WebSocket-Key1", "4 @1  46546xW%0l 1 5")
        .and("Origin", "http://example.com");
    let head = Head::new("HTTP/1.1 101 WebSocket Protocol Handshake")
        .and("Upgrade", "WebSocket")
        .and("Connection", "Upgrade")
        .and("Sec-WebSocket-Origin", "http://example.com")
        .and("Sec-WebSocket-Location", "ws://example.com/demo")
        .and("Sec-WebSocket-Protocol", "sample");
    Conversation::on(Wire::new())
        .raw(Side::Client, [&request.bytes()[..], b"^n:ds[4U"].concat())
        .raw(Side::Server, [&head.bytes()[..], &answer].concat())
        .raw(Side::Client, b"\x00How are you?\xff")
        .raw(Side::Server, b"\x00Fine, thank you.\xff")
        .raw(Side::Client, b"\xff\x00")
        .raw(Side::Server, b"\xff\x00")
        .finish(Side::Server)
        .pcap()
}

/// The handshake of draft-hixie-thewebsocketprotocol-75 §1.2, one text each way, and the end of TCP, which is its only way to
/// close.
fn hixie_75() -> Vec<u8> {
    let request = Head::new("GET /demo HTTP/1.1")
        .and("Upgrade", "WebSocket")
        .and("Connection", "Upgrade")
        .and("Host", "example.com")
        .and("Origin", "http://example.com");
    let answer = Head::new("HTTP/1.1 101 Web Socket Protocol Handshake")
        .and("Upgrade", "WebSocket")
        .and("Connection", "Upgrade")
        .and("WebSocket-Origin", "http://example.com")
        .and("WebSocket-Location", "ws://example.com/demo");
    Conversation::heads(&request, &answer)
        .raw(Side::Client, b"\x00How are you?\xff")
        .raw(Side::Server, b"\x00Fine, thank you.\xff")
        .finish(Side::Client)
        .pcap()
}

/// The draft's own arithmetic gives the answer that the cases above call right.
#[test]
fn the_example_of_hixie_76() {
    let input = [&829_309_203_u32.to_be_bytes()[..], &259_970_620_u32.to_be_bytes(), b"^n:ds[4U"].concat();
    assert_eq!(Md5::digest(input)[..], *b"8jKS'y:G*Co,Wxa-");
}
