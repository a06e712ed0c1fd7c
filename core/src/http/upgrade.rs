//! What is an attempt at a WebSocket, and of which version of the protocol (RFC 6455 §4.1; the drafts hixie-75,
//! hixie-76 and hybi-04 to hybi-08).

use super::head::{RequestHead, ResponseHead};

/// The version of the protocol that a handshake speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// RFC 6455, `Sec-WebSocket-Version: 13`.
    Rfc6455,
    /// A draft with `Sec-WebSocket-Version` 4 to 8.
    Hybi(u8),
    /// draft-hixie-thewebsocketprotocol-76 and hybi-00 to 03: two keys, eight bytes behind the head and an MD5 answer.
    Hixie76,
    /// draft-hixie-thewebsocketprotocol-75: no key at all.
    Hixie75,
}

impl Protocol {
    /// The name in a row: `rfc6455`, `hybi-4` … `hybi-8`, `hixie-76`, `hixie-75`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rfc6455 => "rfc6455",
            Self::Hybi(4) => "hybi-4",
            Self::Hybi(5) => "hybi-5",
            Self::Hybi(6) => "hybi-6",
            Self::Hybi(7) => "hybi-7",
            Self::Hybi(_) => "hybi-8",
            Self::Hixie76 => "hixie-76",
            Self::Hixie75 => "hixie-75",
        }
    }

    /// Whether it is a draft, which gets only its own checks.
    pub fn is_legacy(self) -> bool {
        self != Self::Rfc6455
    }
}

/// Whether a request asks for a WebSocket, and by which protocol. `None` for every other request, also for one that
/// asks for another upgrade such as `h2c`.
pub fn asks_for_websocket(request: &RequestHead) -> Option<Protocol> {
    let headers = &request.headers;
    if headers.contains("Sec-WebSocket-Key") {
        return Some(by_version(request));
    }
    if headers.contains("Sec-WebSocket-Key1") || headers.contains("Sec-WebSocket-Key2") {
        return Some(Protocol::Hixie76);
    }
    if headers.contains("Sec-WebSocket-Version") {
        return Some(by_version(request));
    }
    if !headers.has_token("Upgrade", "websocket") {
        return None;
    }
    Some(if is_hixie_75(request) { Protocol::Hixie75 } else { Protocol::Rfc6455 })
}

/// Whether a response's `Upgrade` names websocket.
pub fn names_websocket(response: &ResponseHead) -> bool {
    response.headers.has_token("Upgrade", "websocket")
}

/// The protocol that a 101 speaks whose request was not captured.
pub fn protocol_of_response(response: &ResponseHead) -> Protocol {
    let headers = &response.headers;
    if headers.contains("Sec-WebSocket-Accept") {
        Protocol::Rfc6455
    } else if headers.contains("Sec-WebSocket-Location") {
        Protocol::Hixie76
    } else if headers.contains("WebSocket-Location") {
        Protocol::Hixie75
    } else {
        Protocol::Rfc6455
    }
}

fn by_version(request: &RequestHead) -> Protocol {
    let mut draft = None;
    for version in request.headers.elements("Sec-WebSocket-Version") {
        match version {
            "4" => draft = Some(4),
            "5" => draft = Some(5),
            "6" => draft = Some(6),
            "7" => draft = Some(7),
            "8" => draft = Some(8),
            // Whoever offers any other version beside a draft is no old client.
            _ => return Protocol::Rfc6455,
        }
    }
    draft.map_or(Protocol::Rfc6455, Protocol::Hybi)
}

/// hixie-75 has no header of its own that must be there. Its clients write `WebSocket` exactly so and send an Origin (or
/// `WebSocket-Protocol`, which only it has); no client of a later protocol is without every header that begins with
/// `Sec-`, unless its key and its version were lost, and then it writes `websocket` as RFC 6455 does.
fn is_hixie_75(request: &RequestHead) -> bool {
    let headers = &request.headers;
    let has_sec =
        headers.iter().any(|(name, _)| name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sec-")));
    let has_its_case = headers.elements("Upgrade").any(|token| token == "WebSocket");
    !has_sec && (headers.contains("WebSocket-Protocol") || (has_its_case && headers.contains("Origin")))
}

#[cfg(test)]
mod tests {
    use super::super::head::{parse_request, parse_response};
    use super::*;

    #[test]
    fn attempts_and_their_protocols() {
        let check = |fields: &str, expect: Option<&str>| {
            let head = format!("GET / HTTP/1.1\r\n{}\r\n", fields.replace('|', "\r\n"));
            let request = parse_request(head.as_bytes()).unwrap();
            assert_eq!(asks_for_websocket(&request).map(Protocol::name), expect, "{fields}");
        };
        check(
            "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Key: a|Sec-WebSocket-Version: 13|",
            Some("rfc6455"),
        );
        check("Sec-WebSocket-Key: a|", Some("rfc6455"));
        check("Sec-WebSocket-Version: 99|", Some("rfc6455"));
        check("Sec-WebSocket-Version: |", Some("rfc6455"));
        check("Upgrade: h2c, WEBSOCKET|", Some("rfc6455"));
        check("Upgrade: websocket|Connection: Upgrade|", Some("rfc6455"));
        for version in 4..=8 {
            check(
                &format!("Sec-WebSocket-Key: a|Sec-WebSocket-Version: {version}|"),
                Some(&format!("hybi-{version}")),
            );
        }
        for version in ["0", "3", "9", "12", "14", "x", "08", "8, 13"] {
            check(&format!("Sec-WebSocket-Key: a|Sec-WebSocket-Version: {version}|"), Some("rfc6455"));
        }
        check("Sec-WebSocket-Version: 8|Sec-WebSocket-Version: 13|", Some("rfc6455"));
        check("Upgrade: WebSocket|Sec-WebSocket-Key1: a|Sec-WebSocket-Key2: b|", Some("hixie-76"));
        check("Upgrade: WebSocket|Sec-WebSocket-Key2: b|", Some("hixie-76"));
        check("Upgrade: WebSocket|Connection: Upgrade|Origin: http://a|", Some("hixie-75"));
        check("Upgrade: websocket|WebSocket-Protocol: a|", Some("hixie-75"));
        // Not hixie-75: another case, no Origin, or a header that only later clients send.
        check("Upgrade: websocket|Origin: http://a|", Some("rfc6455"));
        check("Upgrade: WebSocket|", Some("rfc6455"));
        check("Upgrade: WebSocket|Origin: http://a|Sec-Fetch-Mode: websocket|", Some("rfc6455"));
        check("Upgrade: WebSocket|Origin: http://a|Sec-WebSocket-Protocol: a|", Some("rfc6455"));
        check("Upgrade: h2c|Connection: Upgrade, HTTP2-Settings|HTTP2-Settings: a|", None);
        check("Upgrade: websockets|", None);
        check("Sec-WebSocket-Protocol: a|", None);
        check("Host: a|", None);
    }

    #[test]
    fn the_protocol_of_a_lone_101() {
        let check = |fields: &str, expect| {
            let head = format!("HTTP/1.1 101 X\r\n{fields}\r\n");
            assert_eq!(protocol_of_response(&parse_response(head.as_bytes()).unwrap()), expect, "{fields}");
        };
        check("Sec-WebSocket-Accept: a\r\nWebSocket-Location: b\r\n", Protocol::Rfc6455);
        check("Sec-WebSocket-Location: b\r\n", Protocol::Hixie76);
        check("WebSocket-Location: b\r\n", Protocol::Hixie75);
        check("", Protocol::Rfc6455);
    }
}
