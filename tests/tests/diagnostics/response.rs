//! What can be wrong with an answer (RFC 6455 §4.1 steps 1 to 6, §4.2.2).

use std::time::Duration;

use sockscope_core::diagnostic::{Code, Severity};
use sockscope_tests::{Conversation, Head, Side, Wire};

use crate::case::{Case, answered, case, refused};

pub fn cases() -> Vec<Case> {
    [outcome(), head(), accept(), lists()].into_iter().flatten().collect()
}

fn outcome() -> Vec<Case> {
    vec![
        case(Code::UpgradeRefused)
            .shows("403", || refused(&Head::request(), &Head::refusal("403 Forbidden")))
            .shows("a page instead", || refused(&Head::request(), &Head::refusal("200 OK")))
            .near_miss("103 stands before the 101", || {
                let hints = Head::new("HTTP/1.1 103 Early Hints").and("Link", "</style.css>; rel=preload");
                let request = Head::request();
                Conversation::heads(&request, &hints)
                    .raw(Side::Server, Head::answer(&request).bytes())
                    .talk()
                    .close()
                    .pcap()
            })
            .near_miss("100 and 101 stand in one segment", || {
                let request = Head::request();
                let answers =
                    [Head::new("HTTP/1.1 100 Continue").bytes(), Head::answer(&request).bytes()].concat();
                Conversation::on(Wire::new())
                    .raw(Side::Client, request.bytes())
                    .raw(Side::Server, answers)
                    .talk()
                    .close()
                    .pcap()
            }),
        case(Code::UpgradeUnanswered)
            .also(&[Code::TcpReset])
            .shows("the server ends TCP without a word", || asked().finish(Side::Server).pcap())
            .shows("the server resets TCP without a word", || {
                asked()
                    .then(|wire| {
                        wire.rst(Side::Server);
                    })
                    .pcap()
            })
            .near_miss("the capture stops before the answer", || asked().pcap()),
        case(Code::SwitchingWithoutRequest)
            .also(&[Code::TcpGap])
            .shows_as(Severity::Warning, "TCP opens, and the server speaks first", || {
                Conversation::on(Wire::new())
                    .raw(Side::Server, Head::answer(&Head::request()).bytes())
                    .talk()
                    .close()
                    .pcap()
            })
            .shows_as(Severity::Note, "the capture begins with the 101", || {
                let mut talk = Conversation::open().talk().talk().close();
                let answer = talk.wire.data(Side::Server)[0];
                talk.wire.skip(answer);
                talk.pcap()
            })
            .shows_as(Severity::Note, "the request is lost", || {
                let mut talk = Conversation::open().talk().wait(Duration::from_secs(2)).talk().close();
                let request = talk.wire.data(Side::Client)[0];
                talk.wire.lose(request);
                talk.pcap()
            })
            .near_miss("the capture shows the request behind the 101", || {
                let mut talk = Conversation::open().talk().close();
                let (request, answer) = (talk.wire.data(Side::Client)[0], talk.wire.data(Side::Server)[0]);
                talk.wire.reorder(request, answer);
                talk.pcap()
            }),
    ]
}

fn head() -> Vec<Case> {
    vec![
        case(Code::ResponseUpgradeMissing)
            .shows("there is no Upgrade", || with_answer(|answer| answer.without("Upgrade")))
            .near_miss("Upgrade is in other case", || {
                with_answer(|answer| answer.with("Upgrade", "WebSocket"))
            }),
        case(Code::ResponseConnectionMissing)
            .shows("there is no Connection", || with_answer(|answer| answer.without("Connection")))
            .shows("Connection has no Upgrade", || {
                with_answer(|answer| answer.with("Connection", "keep-alive"))
            })
            .near_miss("Connection is a list, in other case", || {
                with_answer(|answer| answer.with("Connection", "keep-alive, upgrade"))
            }),
        case(Code::ResponseHttp10)
            .shows("the 101 is HTTP/1.0", || {
                with_answer(|answer| answer.start("HTTP/1.0 101 Switching Protocols"))
            })
            .near_miss("a refusal is HTTP/1.0", || {
                refused(&Head::request(), &Head::refusal("").start("HTTP/1.0 400 Bad Request"))
            }),
    ]
}

fn accept() -> Vec<Case> {
    vec![
        case(Code::AcceptMissing)
            .shows("there is no Accept", || with_answer(|answer| answer.without("Sec-WebSocket-Accept")))
            .near_miss("its name is in other case", || {
                with_answer(|answer| {
                    let value = answer.get("Sec-WebSocket-Accept").unwrap_or_default().to_owned();
                    answer.without("Sec-WebSocket-Accept").and("sec-websocket-accept", value)
                })
            })
            .near_miss("the upgrade is refused", || {
                refused(&Head::request(), &Head::refusal("404 Not Found"))
            }),
        case(Code::AcceptDuplicate)
            .also(&[Code::AcceptMismatch])
            .shows("the right Accept stands twice", || {
                with_answer(|answer| {
                    let value = answer.get("Sec-WebSocket-Accept").unwrap_or_default().to_owned();
                    answer.and("Sec-WebSocket-Accept", value)
                })
            })
            .near_miss("other headers stand twice, as they may", || {
                with_answer(|answer| answer.and("Set-Cookie", "a=1").and("Set-Cookie", "b=2"))
            }),
        case(Code::AcceptMismatch)
            .shows("the Accept is of the right form, and wrong", || {
                with_answer(|answer| {
                    answer.with("Sec-WebSocket-Accept", sockscope_tests::http::encode([90; 20]))
                })
            })
            .near_miss("white space stands around the right Accept", || {
                with_answer(|answer| {
                    let value = format!("  {} \t", answer.get("Sec-WebSocket-Accept").unwrap_or_default());
                    answer.with("Sec-WebSocket-Accept", value)
                })
            }),
    ]
}

fn lists() -> Vec<Case> {
    vec![
        case(Code::SubprotocolNotOffered)
            .shows("the server takes another one", || subprotocols(&["chat"], &["superchat"]))
            .shows("the server takes one where none is offered", || subprotocols(&[], &["chat"]))
            .near_miss("the server takes one of the second header", || {
                subprotocols(&["chat, chat2", "superchat"], &["superchat"])
            }),
        case(Code::SubprotocolMultiple)
            .shows("the server takes two", || subprotocols(&["chat, superchat"], &["chat, superchat"]))
            .shows("the server says it twice", || subprotocols(&["chat, superchat"], &["chat", "chat"]))
            .near_miss("the server takes one of two", || subprotocols(&["chat, superchat"], &["chat"])),
        case(Code::SubprotocolNoneSelected)
            .shows_as(Severity::Warning, "a browser offers, and the server takes none", || {
                let request = Head::request()
                    .and("Origin", "http://server.example.com")
                    .and("Sec-WebSocket-Protocol", "chat");
                answered(&request, &Head::answer(&request))
            })
            .shows_as(Severity::Note, "no browser offers, and the server takes none", || {
                subprotocols(&["chat"], &[])
            })
            .near_miss("a browser offers none", || {
                let request = Head::request().and("Origin", "http://server.example.com");
                answered(&request, &Head::answer(&request))
            }),
        case(Code::ExtensionNotOffered)
            .shows("the server takes one where none is offered", || extensions(&[], &["permessage-deflate"]))
            .shows("the server takes another one", || extensions(&["permessage-deflate"], &["x-test"]))
            .near_miss("the server takes one of the second header", || {
                extensions(&["x-test", "permessage-deflate"], &["permessage-deflate"])
            }),
        case(Code::ExtensionsHeaderRepeated)
            .shows("the server takes two in two headers", || {
                extensions(&["permessage-deflate, x-test"], &["permessage-deflate", "x-test"])
            })
            .near_miss("the server takes two in one header, offered in two", || {
                extensions(&["permessage-deflate", "x-test"], &["permessage-deflate, x-test"])
            }),
    ]
}

/// A sound request on a connection just opened.
fn asked() -> Conversation {
    Conversation::on(Wire::new()).raw(Side::Client, Head::request().bytes())
}

/// A sound request, and its sound answer changed.
fn with_answer(change: impl Fn(Head) -> Head) -> Vec<u8> {
    let request = Head::request();
    answered(&request, &change(Head::answer(&request)))
}

fn subprotocols(offered: &[&str], taken: &[&str]) -> Vec<u8> {
    lines("Sec-WebSocket-Protocol", offered, taken)
}

fn extensions(offered: &[&str], taken: &[&str]) -> Vec<u8> {
    lines("Sec-WebSocket-Extensions", offered, taken)
}

/// That header in request and answer, a line for each value.
fn lines(name: &str, offered: &[&str], taken: &[&str]) -> Vec<u8> {
    let add = |head: Head, values: &[&str]| values.iter().fold(head, |head, value| head.and(name, *value));
    let request = add(Head::request(), offered);
    answered(&request, &add(Head::answer(&request), taken))
}
