//! What can be wrong with the capture itself, and with TCP.

use std::time::Duration;

use sockscope_core::diagnostic::Code;
use sockscope_tests::capture::{Pcap, PcapNg};
use sockscope_tests::wire::Around;
use sockscope_tests::{Conversation, Frame, Head, Side, Wire};

use crate::case::{Case, case};

pub fn cases() -> Vec<Case> {
    [file(), lost(), half(), copies(), tunnels()].into_iter().flatten().collect()
}

fn file() -> Vec<Case> {
    vec![
        case(Code::CaptureDamaged)
            // Reading may go on behind the damage, and then what the damage took is missing.
            .also(&[Code::TcpGap])
            .shows("a record claims 4 GiB", || {
                let packets = talk().wire.packets();
                let mut file = Pcap::default().write(&packets);
                let record = Pcap::default().write(&packets[..12]).len();
                file[record + 8..record + 12].fill(0xff);
                file
            })
            .shows("the two lengths of a pcapng block differ", || {
                let packets = talk().wire.packets();
                let mut file = PcapNg::default().write(&packets);
                let end = PcapNg::default().write(&packets[..12]).len();
                file[end - 4] ^= 0x10;
                file
            })
            .faulty_near_miss("the file ends inside a record", || {
                let mut file = talk().pcap();
                file.truncate(file.len() - 10);
                file
            }),
        case(Code::CaptureCutShort)
            .shows("the file ends inside a packet", || {
                let mut file = talk().pcap();
                file.truncate(file.len() - 10);
                file
            })
            .shows("the file ends inside a record's header", || {
                let packets = talk().wire.packets();
                let mut file = Pcap::default().write(&packets);
                file.truncate(Pcap::default().write(&packets[..20]).len() + 7);
                file
            })
            .shows("the file ends inside a pcapng block", || {
                let mut file = PcapNg::default().write(&talk().wire.packets());
                file.truncate(file.len() - 6);
                file
            })
            .near_miss("the file ends between two records", || {
                Pcap::default().write(&talk().wire.packets()[..20])
            }),
        case(Code::SnaplenCut)
            .shows("a message is longer than the snap length", || snapped("word ".repeat(200)))
            .near_miss("every packet fits the snap length", || snapped("word ".repeat(40))),
    ]
}

fn lost() -> Vec<Case> {
    vec![
        case(Code::TcpGap)
            .shows("a segment that the other side has is not in the capture", || {
                let mut talk = talk_on();
                let frame = talk.wire.data(Side::Server)[1];
                talk.wire.lose(frame);
                talk.pcap()
            })
            .near_miss("the segment stands a few packets later", || {
                let mut talk = talk_on();
                let frame = talk.wire.data(Side::Server)[1];
                talk.wire.reorder(frame, frame + 3);
                talk.pcap()
            })
            .near_miss("a bare acknowledgement is not in the capture", || {
                let mut talk = talk_on();
                let frame = talk.wire.data(Side::Server)[1];
                talk.wire.lose(frame + 1);
                talk.pcap()
            }),
        case(Code::TcpGap)
            .limits(|limits| limits.out_of_order = 2_000)
            .shows("more stands behind a hole than may be held", || behind_a_hole(4))
            .near_miss("less stands behind a hole than may be held", || behind_a_hole(1)),
        case(Code::TcpLateSegment)
            .also(&[Code::TcpGap])
            .shows("a segment comes 4 s after what stands behind it", || {
                let mut talk = talk_on();
                let frame = talk.wire.data(Side::Server)[1];
                let segment = talk.wire.lose(frame);
                talk.wire.append(segment);
                talk.talk().close().pcap()
            })
            .near_miss("a segment comes a few packets late", || {
                let mut talk = talk_on();
                let frame = talk.wire.data(Side::Server)[1];
                talk.wire.reorder(frame, frame + 3);
                talk.talk().close().pcap()
            })
            .near_miss("a segment comes again, 4 s later", || {
                let mut talk = talk_on();
                let segment = talk.wire.segments[talk.wire.data(Side::Server)[1]].clone();
                talk.wire.append(segment);
                talk.talk().close().pcap()
            }),
    ]
}

fn half() -> Vec<Case> {
    vec![
        case(Code::MidStream)
            .shows("the capture begins behind the handshake", || {
                let mut talk = Conversation::open();
                let handshake = talk.wire.segments.len();
                talk = (0..6).fold(talk, |talk, _| talk.talk()).close();
                talk.wire.skip(handshake);
                talk.pcap()
            })
            .near_miss("the capture begins with the handshake", || {
                (0..6).fold(Conversation::open(), |talk, _| talk.talk()).close().pcap()
            }),
        case(Code::OneDirectional)
            // Acknowledgements tell that the other side's bytes were there.
            .also(&[Code::TcpGap])
            .shows("only the client's packets are in the capture", || {
                let mut talk = talk();
                talk.wire.segments.retain(|segment| segment.from == Side::Client);
                talk.pcap()
            })
            .shows("only the server's packets are in the capture", || {
                let mut talk = talk();
                talk.wire.segments.retain(|segment| segment.from == Side::Server);
                talk.pcap()
            })
            .near_miss("the server has nothing to say", || {
                (0..6).fold(Conversation::open(), |talk, _| talk.client(Frame::text("anybody?"))).pcap()
            }),
    ]
}

fn copies() -> Vec<Case> {
    vec![
        case(Code::TcpOverlapConflict)
            .shows("two copies of a segment differ", || copied(|payload| payload[6] ^= 0x20))
            .near_miss("two copies of a segment are equal", || copied(|_| {}))
            .near_miss("a keep-alive carries a byte of garbage", || {
                let mut talk = talk_on();
                let last = talk.wire.data(Side::Server).pop().expect("the server spoke");
                let mut probe = talk.wire.segments[last].clone();
                probe.sequence = talk.wire.next[Side::Server.index()].wrapping_sub(1);
                probe.payload = vec![0];
                talk.wire.advance(Duration::from_secs(60)).append(probe).ack(Side::Client);
                talk.talk().close().pcap()
            }),
    ]
}

fn tunnels() -> Vec<Case> {
    vec![
        case(Code::Tunnel)
            .shows("the packets come through VXLAN", || around(Around::Vxlan(42)))
            .near_miss("the packets have a VLAN tag", || around(Around::Vlan(42))),
    ]
}

fn talk() -> Conversation {
    Conversation::open().talk().talk().close()
}

/// Three exchanges, two seconds apart, and no end yet.
fn talk_on() -> Conversation {
    let pause = Duration::from_secs(2);
    Conversation::open().talk().talk().wait(pause).talk().talk().wait(pause).talk()
}

/// The server sends a text, recorded with a snap length of 300 bytes.
fn snapped(text: String) -> Vec<u8> {
    let talk = Conversation::open().talk().server(Frame::text(text)).talk().close();
    Pcap { snap_length: 300, ..Pcap::default() }.write(&talk.wire.packets())
}

/// The first of six segments stands behind `count` of the others.
fn behind_a_hole(count: usize) -> Vec<u8> {
    let message = Frame::binary(sockscope_tests::frame::noise(1_436 + 5 * 1_440));
    let mut talk = Conversation::open().talk().put(Side::Server, message);
    let first = talk.wire.data(Side::Server)[2];
    talk.wire.reorder(first, first + count).ack(Side::Client);
    talk.talk().close().pcap()
}

/// The server sends a text twice before the client acknowledges it, the second time changed.
fn copied(change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut talk = Conversation::open().talk().put(Side::Server, Frame::text("to be or not to be"));
    let mut copy = talk.wire.segments.last().expect("a segment").clone();
    change(&mut copy.payload);
    talk.wire.append(copy).ack(Side::Client);
    talk.talk().close().pcap()
}

fn around(around: Around) -> Vec<u8> {
    let request = Head::request();
    Conversation::on(Wire::new().around(around))
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close()
        .pcap()
}
