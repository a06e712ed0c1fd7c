//! What can be wrong with the closing handshake, pings and pongs (RFC 6455 §5.5, §7).

use std::time::Duration;

use sockscope_core::diagnostic::{Cause, Code, Severity};
use sockscope_tests::{Conversation, Frame, Side};

use crate::case::{Case, case, cause};

pub fn cases() -> Vec<Case> {
    [bodies(), after_close(), answers(), ends(), pings()].into_iter().flatten().collect()
}

fn bodies() -> Vec<Case> {
    vec![
        case(Code::CloseBody1Byte)
            .shows("a body of one byte", || closed_by(Frame::close_body([3]), Frame::close(1002, "")))
            .near_miss("an empty body", || closed_by(Frame::close_body([]), Frame::close_body([])))
            .near_miss("a body of two bytes", || closed_with(1000)),
        case(Code::CloseReasonInvalidUtf8)
            .shows("a reason in Latin-1", || {
                closed_by(Frame::close(1000, b"tsch\xfc\xdf"), Frame::close(1000, ""))
            })
            .near_miss("the same reason in UTF-8", || {
                closed_by(Frame::close(1000, "tschüß"), Frame::close(1000, ""))
            }),
        case(Code::CloseCodeForbidden)
            .shows("0", || closed_with(0))
            .shows("999", || closed_with(999))
            .shows("1004", || closed_with(1004))
            .shows("1005", || closed_with(1005))
            .shows("1006", || closed_with(1006))
            .shows("1015", || closed_with(1015))
            .near_miss("1003", || closed_with(1003))
            .near_miss("1007", || closed_with(1007))
            .near_miss("1014", || closed_with(1014)),
        case(Code::CloseCodeUnassigned)
            .shows("1016", || closed_with(1016))
            .shows("2999", || closed_with(2999))
            .shows("5000", || closed_with(5000))
            .shows("65535", || closed_with(65_535))
            .near_miss("1014", || closed_with(1014))
            .near_miss("3000", || closed_with(3000))
            .near_miss("4999", || closed_with(4999)),
        cause(Cause::ReasonWithoutCode)
            .shows("a reason stands where the code belongs", || {
                closed_by(Frame::close_body("going away"), Frame::close(1002, ""))
            })
            .faulty_near_miss("a code without meaning stands before the reason", || {
                closed_by(Frame::close(5000, "going away"), Frame::close(1002, ""))
            }),
    ]
}

fn after_close() -> Vec<Case> {
    vec![
        case(Code::DataAfterClose)
            .shows("the client goes on after its own Close", || {
                Conversation::open()
                    .frames(Side::Client, [bye(), Frame::text("and another thing")])
                    .server(bye())
                    .finish(Side::Server)
                    .pcap()
            })
            .near_miss("the server finishes before it answers the Close", || {
                Conversation::open()
                    .client(bye())
                    .frames(Side::Server, [Frame::text("and another thing"), bye()])
                    .finish(Side::Server)
                    .pcap()
            }),
        case(Code::ControlAfterClose)
            .shows("the client pings after its own Close", || {
                Conversation::open()
                    .frames(Side::Client, [bye(), Frame::ping("?")])
                    .server(bye())
                    .finish(Side::Server)
                    .pcap()
            })
            .near_miss("the server pings before it answers the Close", || {
                Conversation::open()
                    .client(bye())
                    .frames(Side::Server, [Frame::ping("?"), bye()])
                    .finish(Side::Server)
                    .pcap()
            }),
    ]
}

fn answers() -> Vec<Case> {
    vec![
        case(Code::CloseNotAnswered)
            .also(&[Code::TcpReset])
            .shows_as(Severity::Warning, "the server acknowledges the Close and ends TCP", || {
                said_bye().finish(Side::Server).pcap()
            })
            .shows_as(Severity::Note, "the server resets TCP", || {
                said_bye()
                    .then(|wire| {
                        wire.rst(Side::Server);
                    })
                    .pcap()
            })
            .shows_as(Severity::Note, "the client ends TCP without waiting", || {
                said_bye().finish(Side::Client).pcap()
            })
            .near_miss("the capture stops behind the Close", || said_bye().pcap())
            .near_miss("the server answers", || said_bye().server(bye()).finish(Side::Server).pcap())
            .faulty_near_miss("the server ends TCP before it has the Close", || {
                let both = |wire: &mut sockscope_tests::Wire| {
                    wire.fin(Side::Server).ack(Side::Server).fin(Side::Client);
                };
                Conversation::open().talk().put(Side::Client, bye()).then(both).pcap()
            }),
        case(Code::CloseCodeNotEchoed)
            .shows("the server answers with another code", || {
                closed_by(Frame::close(1000, "bye"), Frame::close(1001, ""))
            })
            .near_miss("the server answers with the same code and another reason", || {
                closed_by(Frame::close(1000, "bye"), Frame::close(1000, "ciao"))
            })
            .near_miss("two Closes cross", || {
                let both = |wire: &mut sockscope_tests::Wire| {
                    wire.ack(Side::Client).ack(Side::Server).finish(Side::Server);
                };
                Conversation::open()
                    .talk()
                    .put(Side::Client, Frame::close(1000, "bye"))
                    .put(Side::Server, Frame::close(1001, "going away"))
                    .then(both)
                    .pcap()
            }),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        case(Code::NoCloseFrame)
            .also(&[Code::TcpReset, Code::MessageNeverFinished])
            .shows_as(Severity::Note, "TCP ends in order", || {
                Conversation::open().talk().finish(Side::Client).pcap()
            })
            .shows_as(Severity::Warning, "TCP is reset", || reset(Conversation::open().talk(), Side::Server))
            .shows_as(Severity::Warning, "TCP ends inside a message", || {
                Conversation::open().client(Frame::text("to be ").more()).finish(Side::Client).pcap()
            })
            .near_miss("the capture stops", || Conversation::open().talk().pcap())
            .near_miss("both sides close", || Conversation::open().talk().close().pcap()),
        case(Code::TcpReset)
            .also(&[Code::NoCloseFrame])
            .shows("before any Close", || reset(Conversation::open().talk(), Side::Client))
            .near_miss("after both Closes", || reset(said_bye().server(bye()), Side::Client)),
    ]
}

fn pings() -> Vec<Case> {
    vec![
        case(Code::PingUnanswered)
            .shows("no pong within 31 s", || {
                Conversation::open().server(Frame::ping("1")).wait(seconds(31)).talk().close().pcap()
            })
            .shows("no pong within 31 s, and the connection goes on", || {
                Conversation::open().server(Frame::ping("1")).wait(seconds(31)).talk().pcap()
            })
            .near_miss("the connection ends after 29 s", || {
                Conversation::open().server(Frame::ping("1")).wait(seconds(29)).talk().close().pcap()
            })
            .near_miss("a newer ping is answered", || {
                Conversation::open()
                    .server(Frame::ping("1"))
                    .server(Frame::ping("2"))
                    .client(Frame::pong("2"))
                    .wait(seconds(31))
                    .talk()
                    .close()
                    .pcap()
            })
            .near_miss("the connection is closed at once and ends after 31 s", || {
                Conversation::open()
                    .server(Frame::ping("1"))
                    .client(bye())
                    .server(bye())
                    .wait(seconds(31))
                    .finish(Side::Server)
                    .pcap()
            }),
        case(Code::PongPayloadMismatch)
            .also(&[Code::PingUnanswered])
            .shows("the only pong has another payload", || {
                Conversation::open()
                    .server(Frame::ping("1"))
                    .client(Frame::pong("one"))
                    .wait(seconds(31))
                    .talk()
                    .close()
                    .pcap()
            })
            .near_miss("a pong of its own accord stands before the answer", || {
                Conversation::open()
                    .server(Frame::ping("1"))
                    .client(Frame::pong("one"))
                    .client(Frame::pong("1"))
                    .wait(seconds(31))
                    .talk()
                    .close()
                    .pcap()
            }),
        case(Code::UnsolicitedPong)
            .shows("a pong without a ping", || {
                Conversation::open().talk().client(Frame::pong("alive")).talk().close().pcap()
            })
            .near_miss("a pong behind a ping", || {
                Conversation::open()
                    .talk()
                    .server(Frame::ping("alive"))
                    .client(Frame::pong("alive"))
                    .talk()
                    .close()
                    .pcap()
            }),
    ]
}

fn bye() -> Frame {
    Frame::close(1000, "bye")
}

/// The client has sent its Close, and the server's TCP has it.
fn said_bye() -> Conversation {
    Conversation::open().talk().client(bye())
}

fn closed_by(client: Frame, server: Frame) -> Vec<u8> {
    Conversation::open().talk().client(client).server(server).finish(Side::Server).pcap()
}

/// Both sides close with this code.
fn closed_with(code: u16) -> Vec<u8> {
    closed_by(Frame::close(code, ""), Frame::close(code, ""))
}

fn reset(talk: Conversation, side: Side) -> Vec<u8> {
    talk.then(|wire| {
        wire.rst(side);
    })
    .pcap()
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
