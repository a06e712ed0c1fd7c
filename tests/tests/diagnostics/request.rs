//! What can be wrong with a request (RFC 6455 §4.1, §4.2.1, §11.3).

use std::net::SocketAddr;
use std::time::Duration;

use sockscope_core::diagnostic::{Code, Severity};
use sockscope_tests::http::{encode, key};
use sockscope_tests::wire::pcap_of;
use sockscope_tests::{Conversation, Frame, Head, Side, Wire};

use crate::case::{Case, accepted, accepted_after, answered, case, refused};

pub fn cases() -> Vec<Case> {
    [head(), keys(), versions(), lists()].into_iter().flatten().collect()
}

fn head() -> Vec<Case> {
    vec![
        case(Code::RequestNotGet)
            .shows("a POST asks for the upgrade", || {
                accepted(&Head::request().start("POST /chat HTTP/1.1").and("Content-Length", "0"))
            })
            .near_miss("a POST that asks for nothing stands before the GET", || {
                accepted_after(
                    "POST /login HTTP/1.1\r\nHost: server.example.com\r\nContent-Length: 5\r\n\r\na=b&c",
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                )
            }),
        case(Code::HttpVersionBelow11)
            .shows("the request is HTTP/1.0", || accepted(&Head::request().start("GET /chat HTTP/1.0")))
            .near_miss("a request of HTTP/1.0 that asks for nothing stands before it", || {
                accepted_after(
                    "GET / HTTP/1.0\r\nHost: server.example.com\r\nConnection: keep-alive\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
                )
            }),
        case(Code::HostMissing)
            .shows("there is no Host", || accepted(&Head::request().without("Host")))
            .near_miss("the name of Host is written in other case", || {
                accepted(&Head::request().without("Host").and("hOST", "server.example.com"))
            }),
        case(Code::UpgradeMissing)
            .shows("there is no Upgrade", || accepted(&Head::request().without("Upgrade")))
            .shows("Upgrade names something else", || {
                accepted(&Head::request().with("Upgrade", "websockets"))
            })
            .near_miss("Upgrade is a list, in other case", || {
                accepted(&Head::request().with("Upgrade", "example/2, WebSocket"))
            }),
        case(Code::ConnectionUpgradeMissing)
            .shows("Connection has no Upgrade", || {
                accepted(&Head::request().with("Connection", "keep-alive"))
            })
            .shows("there is no Connection", || accepted(&Head::request().without("Connection")))
            .near_miss("Connection is a list, in other case", || {
                accepted(&Head::request().with("Connection", "keep-alive, UPGRADE"))
            })
            .near_miss("Connection stands twice", || {
                accepted(&Head::request().with("Connection", "keep-alive").and("Connection", "upgrade"))
            }),
        case(Code::OriginEmpty)
            .shows("Origin is empty", || accepted(&Head::request().and("Origin", "")))
            .near_miss("Origin is null, as from a sandboxed frame", || {
                accepted(&Head::request().and("Origin", "null"))
            }),
        case(Code::DataBefore101)
            .shows("a client does not wait for the answer", || {
                let request = Head::request();
                Conversation::on(Wire::new())
                    .raw(Side::Client, request.bytes())
                    .client(Frame::text("too early"))
                    .raw(Side::Server, Head::answer(&request).bytes())
                    .talk()
                    .close()
                    .pcap()
            })
            .near_miss("the capture shows the first frame before the 101 that it acknowledges", || {
                let mut talk = Conversation::open().talk().close();
                let (frame, answer) = (talk.wire.data(Side::Client)[1], talk.wire.data(Side::Server)[0]);
                talk.wire.reorder(frame, answer);
                talk.pcap()
            }),
    ]
}

fn keys() -> Vec<Case> {
    vec![
        case(Code::KeyMissing)
            .shows("there is no key, and the server refuses", || {
                refused(&Head::request().without("Sec-WebSocket-Key"), &Head::refusal("400 Bad Request"))
            })
            .near_miss("the name is written in other case", || {
                let (request, value) = (Head::request().without("Sec-WebSocket-Key"), key(0));
                let request = request.and("sec-websocket-key", value);
                accepted(&request)
            }),
        case(Code::KeyDuplicate)
            .shows("the key stands twice", || accepted(&Head::request().and("Sec-WebSocket-Key", key(0))))
            .near_miss("a second attempt on the same connection has another key", || {
                let second = Head::request().with("Sec-WebSocket-Key", key(1));
                Conversation::heads(&Head::request(), &Head::refusal("401 Unauthorized"))
                    .raw(Side::Client, second.bytes())
                    .raw(Side::Server, Head::answer(&second).bytes())
                    .talk()
                    .close()
                    .pcap()
            }),
        case(Code::KeyNotBase64)
            .shows("the key has other characters", || accepted(&with_key("this*is*not*base64*at*a==")))
            .near_miss("the key has both of base64's odd characters", || {
                accepted(&with_key(&encode(&[0xfb, 0xff, 0xbf].repeat(6)[..16])))
            }),
        case(Code::KeyNot16Bytes)
            .shows("the key is 15 bytes", || accepted(&with_key(&encode([7; 15]))))
            .shows("the key is 17 bytes", || accepted(&with_key(&encode([7; 17]))))
            .near_miss("the key is 16 bytes, all of them 255", || accepted(&with_key(&encode([255; 16]))))
            .near_miss("white space stands around the key", || {
                let request = Head::request().with("Sec-WebSocket-Key", format!("  {}\t", key(0)));
                accepted(&request)
            }),
        case(Code::KeyReused)
            .shows("a client uses a key again after its first connection ended", || {
                pcap_of(&[&whole(Wire::numbered(0), 0).wire, &whole(later(1), 0).wire])
            })
            .near_miss("the two connections overlap in time", || {
                pcap_of(&[&long(Wire::numbered(0), 0).wire, &whole(soon(Wire::numbered(1)), 0).wire])
            })
            .near_miss("another client has the same key later", || {
                let second = Wire::between(address("192.0.2.99:50000"), address("198.51.100.80:80"));
                let second = second.starting_after(Duration::from_secs(10));
                pcap_of(&[&whole(Wire::numbered(0), 0).wire, &whole(second, 0).wire])
            })
            .near_miss("a client takes a new key for its second connection", || {
                pcap_of(&[&whole(Wire::numbered(0), 0).wire, &whole(later(1), 1).wire])
            }),
        case(Code::KeySeenElsewhere)
            .shows("both legs of a proxy are in the capture", || {
                pcap_of(&[&long(Wire::numbered(0), 0).wire, &whole(behind_proxy(), 0).wire])
            })
            .near_miss("the proxy opens its own handshake towards the server", || {
                pcap_of(&[&long(Wire::numbered(0), 0).wire, &whole(behind_proxy(), 1).wire])
            })
            .near_miss("the request is sent twice, by TCP", || {
                let mut talk = Conversation::open();
                let request = talk.wire.segments[talk.wire.data(Side::Client)[0]].clone();
                talk.wire.append(request).ack(Side::Server);
                talk.talk().close().pcap()
            }),
    ]
}

fn versions() -> Vec<Case> {
    vec![
        case(Code::VersionMissing)
            .shows("there is no version", || accepted(&Head::request().without("Sec-WebSocket-Version")))
            .near_miss("the name is written in other case", || {
                accepted(&Head::request().without("Sec-WebSocket-Version").and("SEC-WEBSOCKET-VERSION", "13"))
            }),
        case(Code::VersionNot13)
            .shows("the version is 12, and the server accepts", || accepted(&with_version("12")))
            .shows_as(Severity::Note, "a 426 answers that names 13", || {
                refused(
                    &with_version("25"),
                    &Head::refusal("426 Upgrade Required").and("Sec-WebSocket-Version", "13"),
                )
            })
            .near_miss("the version is 8, of a draft", || accepted(&with_version("8")))
            .near_miss("a 426 answers version 13", || {
                refused(
                    &Head::request(),
                    &Head::refusal("426 Upgrade Required").and("Sec-WebSocket-Version", "8, 7"),
                )
            })
            .near_miss("white space stands around 13", || accepted(&with_version(" 13 "))),
        case(Code::VersionDuplicate)
            .shows("the version stands twice", || {
                accepted(&Head::request().and("Sec-WebSocket-Version", "13"))
            })
            .near_miss("the version stands twice in the 426, as it may (§4.4)", || {
                let answer = Head::refusal("426 Upgrade Required")
                    .and("Sec-WebSocket-Version", "13")
                    .and("Sec-WebSocket-Version", "8, 7");
                refused(&with_version("25"), &answer)
            }),
    ]
}

fn lists() -> Vec<Case> {
    vec![
        case(Code::SubprotocolBadToken)
            .shows("a sub-protocol's name has a space", || accepted(&offering("chat room")))
            .shows("a sub-protocol's name has a slash", || accepted(&offering("chat/2")))
            .near_miss("a sub-protocol's name has every character that a token may have", || {
                let name = "v1.chat!#$%&'*+-.^_`|~";
                let request = offering(name);
                answered(&request, &Head::answer(&request).and("Sec-WebSocket-Protocol", name))
            }),
        case(Code::SubprotocolDuplicate)
            .shows("a sub-protocol is offered twice", || {
                let request = offering("chat, superchat, chat");
                answered(&request, &Head::answer(&request).and("Sec-WebSocket-Protocol", "chat"))
            })
            .near_miss("two headers offer different sub-protocols", || {
                let request = offering("chat").and("Sec-WebSocket-Protocol", "chat2, superchat");
                answered(&request, &Head::answer(&request).and("Sec-WebSocket-Protocol", "chat"))
            }),
        case(Code::ExtensionsSyntax)
            .shows("a parameter has no name", || accepted(&extending("x-test; =1")))
            .shows("a quoted value is no token", || accepted(&extending("x-test; mode=\"a b\"")))
            .near_miss("a quoted value is a token, and white space stands where it may", || {
                let request =
                    extending("permessage-deflate; server_max_window_bits=\"10\" , permessage-deflate");
                let answer = Head::answer(&request);
                answered(&request, &answer.and("Sec-WebSocket-Extensions", "permessage-deflate"))
            }),
    ]
}

fn with_key(key: &str) -> Head {
    Head::request().with("Sec-WebSocket-Key", key)
}

fn with_version(version: &str) -> Head {
    Head::request().with("Sec-WebSocket-Version", version)
}

fn offering(subprotocols: &str) -> Head {
    Head::request().and("Sec-WebSocket-Protocol", subprotocols)
}

fn extending(extensions: &str) -> Head {
    Head::request().and("Sec-WebSocket-Extensions", extensions)
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn later(number: u16) -> Wire {
    Wire::numbered(number).starting_after(Duration::from_secs(10))
}

fn soon(wire: Wire) -> Wire {
    wire.starting_after(Duration::from_millis(3))
}

/// From the server's host on to the one behind it.
fn behind_proxy() -> Wire {
    soon(Wire::between(address("198.51.100.80:40000"), address("203.0.113.5:8080")))
}

/// A whole conversation with that key.
fn whole(wire: Wire, key_number: u64) -> Conversation {
    let request = with_key(&key(key_number));
    Conversation::on(wire)
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close()
}

/// The same, except that the server answers after 30 ms, and the talk lasts until others are over.
fn long(wire: Wire, key_number: u64) -> Conversation {
    let request = with_key(&key(key_number));
    Conversation::on(wire)
        .raw(Side::Client, request.bytes())
        .wait(Duration::from_millis(30))
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .wait(Duration::from_secs(1))
        .close()
}
