//! What passes a limit. The limits are small here, so that the captures are.

use std::time::Duration;

use sockscope_core::diagnostic::Code;
use sockscope_tests::frame::noise;
use sockscope_tests::http::key;
use sockscope_tests::wire::pcap_of;
use sockscope_tests::{Conversation, Frame, Head, Side, Wire};

use crate::case::{Case, accepted, case};

pub fn cases() -> Vec<Case> {
    vec![
        case(Code::HttpHeadLimit)
            .limits(|limits| limits.http_head = 1_000)
            .also(&[Code::SwitchingWithoutRequest])
            .shows("a head of 2,000 bytes", || accepted(&head_of(2_000)))
            .near_miss("a head of 1,000 bytes", || accepted(&head_of(1_000))),
        case(Code::ConnectionsLimit)
            .limits(|limits| limits.connections = 2)
            .shows("three connections are open at once", || pcap_of(&[&open(0), &open(1), &open(2)]))
            .near_miss("two connections are open at once", || pcap_of(&[&open(0), &open(1)])),
        case(Code::PayloadLimit)
            .limits(|limits| limits.payload = 1_000)
            .shows("a message of 1,001 bytes", || message_of(1_001))
            .near_miss("a message of 1,000 bytes", || message_of(1_000)),
        case(Code::PendingLimit)
            .limits(|limits| limits.pending = 1_000)
            .also(&[Code::TcpGap])
            .shows("2,000 bytes wait for the 101", || before_101(2_000))
            .near_miss("500 bytes wait for the 101", || before_101(500)),
        case(Code::MemoryLimit)
            .limits(|limits| limits.memory = 120_000)
            .shows("three messages of 15,000 bytes are not complete", || {
                pcap_of(&[&half(0), &half(1), &half(2)])
            })
            .near_miss("two messages of 15,000 bytes are not complete", || pcap_of(&[&half(0), &half(1)])),
    ]
}

/// A connection that is not closed, and 15,000 bytes of a message that is longer; begun as many seconds later.
fn half(number: u16) -> Wire {
    let mut wire = open(number);
    wire.server([0x82, 0x7e, 0xff, 0xff]).server(noise(15_000));
    wire
}

/// A request of that length.
fn head_of(length: usize) -> Head {
    let request = Head::request().and("Cookie", "");
    let rest = length - request.bytes().len();
    request.with("Cookie", "c".repeat(rest))
}

/// A connection that is not closed, begun as many seconds later.
fn open(number: u16) -> Wire {
    let request = Head::request().with("Sec-WebSocket-Key", key(number.into()));
    Conversation::on(Wire::numbered(number).starting_after(Duration::from_secs(number.into())))
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .wire
}

fn message_of(length: usize) -> Vec<u8> {
    Conversation::open().talk().server(Frame::binary(noise(length))).talk().close().pcap()
}

/// The capture shows the 101 behind a frame of the client that acknowledges it.
fn before_101(length: usize) -> Vec<u8> {
    let mut talk = Conversation::open();
    let answer = talk.wire.segments.len() - 2;
    talk = talk.client(Frame::binary(noise(length)));
    let last = talk.wire.segments.len() - 1;
    talk.wire.reorder(answer, last);
    talk.talk().close().pcap()
}
