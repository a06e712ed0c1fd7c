//! What must be known before a check may speak.

/// What must be known before a check may speak.
///
/// A false alarm is as bad as a miss, so a check without its grounds is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ground {
    /// The request's head was captured.
    RequestSeen,
    /// The response's head was captured.
    ResponseSeen,
    /// The upgrade was captured: request and response.
    HandshakeSeen,
    /// The response accepts a WebSocket, and no other protocol.
    AcceptsWebSocket,
    /// The conversation is RFC 6455 over HTTP/1.1.
    Rfc6455,
    /// The conversation is no legacy draft; it may run over HTTP/2.
    NotLegacy,
    /// The captured handshake agreed on permessage-deflate.
    DeflateAgreed,
    /// Packets of both directions were captured.
    BothDirections,
    /// Nothing is lost or cut before this place.
    NoGapBefore,
    /// Every byte that the check reads was captured.
    MessageWhole,
    /// The TCP connection's SYN was captured.
    SynSeen,
    /// The TCP connection's end was captured.
    EndSeen,
    /// The other end point's TCP acknowledged the frame.
    Acknowledged,
    /// The other request of a comparison is still remembered.
    EarlierRequest,
}

impl Ground {
    /// One sentence: what must hold.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::RequestSeen => "The request's head was captured.",
            Self::ResponseSeen => "The response's head was captured.",
            Self::HandshakeSeen => "The upgrade was captured, request and response.",
            Self::AcceptsWebSocket => {
                "The response is a 101 that names websocket or answers a request for it (over HTTP/2, a 2xx); \
                 a 100 or 103 before it is skipped."
            }
            Self::Rfc6455 => "The conversation is RFC 6455 over HTTP/1.1: no legacy draft, and not HTTP/2.",
            Self::NotLegacy => "The conversation is no legacy draft (hixie-75, hixie-76, hybi 4 to 8).",
            Self::DeflateAgreed => "The captured handshake agreed on permessage-deflate.",
            Self::BothDirections => "Packets of both directions were captured.",
            Self::NoGapBefore => "Nothing is lost, and nothing cut by a snap length, before this place.",
            Self::MessageWhole => "Every byte that the check reads was captured.",
            Self::SynSeen => "The TCP connection's SYN was captured.",
            Self::EndSeen => "The TCP connection was seen to end; a capture that stops first proves nothing.",
            Self::Acknowledged => "The other end point's TCP acknowledged the frame, so it arrived.",
            Self::EarlierRequest => {
                "The other request was complete at an earlier packet, and is among the last 65,536."
            }
        }
    }
}
