//! Turns a message into an Engine.IO packet (protocols 2 to 4: github.com/socketio/engine.io-protocol). Over WebSocket
//! a message is one packet.

/// The type of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `0`: the server's first, with the session's id and times.
    Open,
    /// `1`: the transport is to be closed.
    Close,
    /// `2`: to be answered with a pong of the same data.
    Ping,
    /// `3`: answers a ping.
    Pong,
    /// `4`: what the application says.
    Message,
    /// `5`: the client goes over to this transport.
    Upgrade,
    /// `6`: nothing.
    Noop,
}

impl Kind {
    fn of(digit: u8) -> Option<Self> {
        Some(match digit {
            0 => Self::Open,
            1 => Self::Close,
            2 => Self::Ping,
            3 => Self::Pong,
            4 => Self::Message,
            5 => Self::Upgrade,
            6 => Self::Noop,
            _ => return None,
        })
    }

    /// As the protocol names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
            Self::Message => "message",
            Self::Upgrade => "upgrade",
            Self::Noop => "noop",
        }
    }
}

/// What a packet carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body<'a> {
    /// Text.
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
    /// Bytes as Base64, from a side that cannot send them otherwise.
    Base64(&'a str),
}

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnginePacket<'a> {
    /// Its type.
    pub kind: Kind,
    /// What it carries.
    pub body: Body<'a>,
}

/// The packet of a text message: a digit, then its data. `None`: it is none.
pub fn of_text(text: &str, version: Option<u8>) -> Option<EnginePacket<'_>> {
    let first = *text.as_bytes().first()?;
    if first == b'b' {
        return of_base64(text.get(1..)?, version);
    }
    let kind = Kind::of(first.checked_sub(b'0')?)?;
    Some(EnginePacket { kind, body: Body::Text(text.get(1..)?) })
}

/// The packet of a binary message. Up to protocol 3 its first byte is the type; in protocol 4 it is a message, and
/// nothing stands before its data.
pub fn of_binary(payload: &[u8], version: Option<u8>) -> Option<EnginePacket<'_>> {
    if version.is_none_or(|version| version > 3) {
        return Some(EnginePacket { kind: Kind::Message, body: Body::Binary(payload) });
    }
    let (first, data) = payload.split_first()?;
    Some(EnginePacket { kind: Kind::of(*first)?, body: Body::Binary(data) })
}

/// `b` and Base64: with a type before the data up to protocol 3, without one in protocol 4.
fn of_base64(text: &str, version: Option<u8>) -> Option<EnginePacket<'_>> {
    let is_base64 =
        |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    if text.is_empty() || !is_base64(text) {
        return None;
    }
    let is_typed = match version {
        Some(version) => version <= 3,
        None => text.starts_with('4') && text.len() % 4 == 1,
    };
    if !is_typed {
        return Some(EnginePacket { kind: Kind::Message, body: Body::Base64(text) });
    }
    let kind = Kind::of(text.as_bytes().first()?.checked_sub(b'0')?)?;
    Some(EnginePacket { kind, body: Body::Base64(text.get(1..)?) })
}

/// Bytes that Base64 stands for.
pub fn base64_length(text: &str) -> u64 {
    let digits = text.trim_end_matches('=').len() as u64;
    digits.saturating_mul(3) / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, version: Option<u8>, expected: Option<(Kind, Body<'_>)>) {
        let packet = of_text(text, version).map(|packet| (packet.kind, packet.body));
        assert_eq!(packet, expected, "{text} in {version:?}");
    }

    #[test]
    fn texts() {
        check("0{\"sid\":\"a\"}", None, Some((Kind::Open, Body::Text("{\"sid\":\"a\"}"))));
        check("1", None, Some((Kind::Close, Body::Text(""))));
        check("2probe", Some(3), Some((Kind::Ping, Body::Text("probe"))));
        check("3probe", Some(4), Some((Kind::Pong, Body::Text("probe"))));
        check("42[]", Some(4), Some((Kind::Message, Body::Text("2[]"))));
        check("5", None, Some((Kind::Upgrade, Body::Text(""))));
        check("6", None, Some((Kind::Noop, Body::Text(""))));
        for text in ["7", "", "x", "é", "bé", "b", "b*"] {
            check(text, None, None);
        }
    }

    #[test]
    fn base64_has_a_type_up_to_version_3() {
        check("b4AQID", Some(3), Some((Kind::Message, Body::Base64("AQID"))));
        check("bAQID", Some(4), Some((Kind::Message, Body::Base64("AQID"))));
        check("b4AQID", None, Some((Kind::Message, Body::Base64("AQID"))));
        check("bAQID", None, Some((Kind::Message, Body::Base64("AQID"))));
        check("b9AQID", Some(2), None);
        assert_eq!(["AQID", "AQI=", "AQ==", ""].map(base64_length), [3, 2, 1, 0]);
    }

    #[test]
    fn bytes_have_a_type_up_to_version_3() {
        let packet = |version| of_binary(&[4, 1, 2], version).map(|packet| packet.body);
        assert_eq!(packet(Some(3)), Some(Body::Binary(&[1, 2])));
        assert_eq!(packet(Some(4)), Some(Body::Binary(&[4, 1, 2])));
        assert_eq!(packet(None), Some(Body::Binary(&[4, 1, 2])));
        assert_eq!(of_binary(&[9], Some(3)), None);
        assert_eq!(of_binary(&[], Some(3)), None);
    }
}
