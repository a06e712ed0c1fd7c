//! What can be wrong with the request that asks for a WebSocket (RFC 6455 §4.1, §4.2.1, §11.3).

use super::super::Ground::{
    BothDirections, EarlierRequest, HandshakeSeen, NoGapBefore, NotLegacy, RequestSeen, Rfc6455,
};
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about the request.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Request",
    about: "The client's opening handshake: an HTTP request that asks for the upgrade to WebSocket.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::RequestNotGet,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The upgrade is asked for with another method than GET.",
        explanation: "The opening handshake must be a GET request. A server that follows the standard \
            answers any other method with an error such as 405 or 400, and no WebSocket comes about. \
            Browsers always send GET.",
        usual_cause: "A hand-written client or a load generator that reuses its POST code, or a proxy that \
            copies the headers of one request into another.",
        fix: "Send the opening handshake as a GET request without a body.",
    },
    Entry {
        code: Code::HttpVersionBelow11,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The upgrade is asked for in a version of HTTP below 1.1.",
        explanation: "The request must be HTTP/1.1 or higher, because HTTP/1.0 knows no Upgrade. A server \
            must ignore the Upgrade field of an HTTP/1.0 request (RFC 9110 §7.8), so it usually answers as \
            if an ordinary page had been asked for, or with 400 or 426.",
        usual_cause: "A reverse proxy that speaks HTTP/1.0 to the server behind it: nginx before 1.30 does \
            so unless `proxy_http_version 1.1` is set.",
        fix: "Make the client or the proxy speak HTTP/1.1; for nginx set `proxy_http_version 1.1` and pass \
            Upgrade and Connection on.",
    },
    Entry {
        code: Code::HostMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, RFC 9112 §3.2",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has no Host header.",
        explanation: "The request must name the host, and the port where it is not the scheme's own. \
            HTTP/1.1 asks a server to answer a request without Host with 400. Without it a server with \
            several names cannot tell which one is meant.",
        usual_cause: "A hand-written client, often on an embedded device, or a script that sends only the \
            WebSocket headers.",
        fix: "Send `Host` with the host name and, unless it is 80 (ws) or 443 (wss), the port.",
    },
    Entry {
        code: Code::UpgradeMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has no Upgrade header that lists websocket.",
        explanation: "The request must have an Upgrade header whose list of tokens has `websocket`, in any \
            case. Without it the server sees an ordinary GET and answers it as such, often with 400, 404 or \
            426.",
        usual_cause: "A proxy or load balancer between client and server. Upgrade is a hop-by-hop header, \
            which a proxy drops unless it is told to support WebSocket.",
        fix: "Pass `Upgrade: websocket` on in the proxy (in nginx `proxy_set_header Upgrade $http_upgrade`), \
            or send it from the client.",
    },
    Entry {
        code: Code::ConnectionUpgradeMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request's Connection header does not list Upgrade.",
        explanation: "The Connection header must list the token `Upgrade`, in any case; other tokens may \
            stand beside it, as in Firefox's `keep-alive, Upgrade`. It says that the Upgrade header is meant \
            for this hop. A server that does not find it refuses, usually with 400.",
        usual_cause: "A proxy that passes Upgrade on but writes its own `Connection: close` or `keep-alive`, \
            as nginx does unless told otherwise.",
        fix: "Send `Connection: Upgrade` (in nginx `proxy_set_header Connection \"upgrade\"`).",
    },
    Entry {
        code: Code::KeyMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §11.3.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has no Sec-WebSocket-Key.",
        explanation: "The request must carry a key: 16 random bytes in base64. The server proves with its \
            Accept that it read this very request as a WebSocket handshake. Without a key there is nothing \
            to answer, and the server must refuse.",
        usual_cause: "A client that was tried by hand (`curl` with only Upgrade and Connection), a proxy \
            that drops headers it does not know, or a client of the drafts before RFC 6455.",
        fix: "Send `Sec-WebSocket-Key` with 16 fresh random bytes in base64.",
    },
    Entry {
        code: Code::KeyDuplicate,
        severity: Severity::Error,
        rfc: "RFC 6455 §11.3.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has more than one Sec-WebSocket-Key.",
        explanation: "The key must not appear more than once in a request. Servers differ in what they make \
            of it: the first, the last, or both joined by a comma, so the Accept may fit one and not the \
            other.",
        usual_cause: "A proxy or a library wrapper that adds the handshake headers to a request that already \
            has them.",
        fix: "Let only one layer write the handshake headers.",
    },
    Entry {
        code: Code::KeyNotBase64,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The Sec-WebSocket-Key is not base64.",
        explanation: "The key must be 16 bytes in base64 as RFC 4648 §4 defines it, padding included: 22 \
            characters and `==`. Strict servers refuse any other text with 400; lenient ones hash it as it \
            stands, so that the conversation works with some servers and not with others.",
        usual_cause: "A client that puts random text, hexadecimal, a UUID or the URL-safe alphabet of base64 \
            there, or that lost the padding.",
        fix: "Encode 16 random bytes with the standard base64 alphabet, and keep the `==`.",
    },
    Entry {
        code: Code::KeyNot16Bytes,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The Sec-WebSocket-Key does not hold 16 bytes.",
        explanation: "The key must decode to 16 bytes. Strict servers check that and answer 400; lenient \
            ones take the text as it stands.",
        usual_cause: "A client that encodes a number, a UUID's text or 20 bytes of a digest instead of 16 \
            random bytes, or a key typed by hand for a test.",
        fix: "Take exactly 16 random bytes and encode them in base64.",
    },
    Entry {
        code: Code::KeyReused,
        severity: Severity::Warning,
        rfc: "RFC 6455 §4.1",
        grounds: &[RequestSeen, EarlierRequest, Rfc6455],
        title: "The same client used this Sec-WebSocket-Key before.",
        explanation: "The key must be chosen at random for each connection. If it repeats, an old answer, \
            such as one kept by a caching proxy, looks valid although nobody answered this request. Here the \
            same client address used it again in a connection that does not overlap the first; where that \
            cannot be said it is `key-seen-elsewhere`.",
        usual_cause: "A key written into the source (often the RFC's sample `dGhlIHNhbXBsZSBub25jZQ==`), a \
            load generator that replays one request, or a random generator with a fixed seed on an embedded \
            device.",
        fix: "Draw 16 new random bytes for every connection.",
    },
    Entry {
        code: Code::KeySeenElsewhere,
        severity: Severity::Note,
        rfc: "",
        grounds: &[RequestSeen, EarlierRequest, Rfc6455],
        title: "Another connection of this capture has the same Sec-WebSocket-Key.",
        explanation: "The same key came from another address, or in a connection that runs at the same time. \
            That is what a capture taken at a proxy looks like: the same handshake once on each side of it. \
            Keys from different clients are otherwise never equal.",
        usual_cause: "The capture holds both legs of a reverse proxy that passes the key on, or both sides \
            of a NAT.",
        fix: "Nothing to do; follow one of the two connections to see each message once.",
    },
    Entry {
        code: Code::VersionMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.1",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has no Sec-WebSocket-Version.",
        explanation: "The request must say `Sec-WebSocket-Version: 13`. A server cannot otherwise tell which \
            protocol the client will speak, and answers with 400 or 426.",
        usual_cause: "A hand-written client, or a proxy that drops headers it does not know.",
        fix: "Send `Sec-WebSocket-Version: 13`.",
    },
    Entry {
        code: Code::VersionNot13,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.4",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request asks for another version than 13.",
        explanation: "Version 13 is the only one that RFC 6455 defines; later numbers do not exist. A server \
            that does not know the version answers 426 with the ones it knows, and the client may then try \
            again: where that is seen this is a note. Versions 4 to 8 are drafts and are told as \
            `legacy-handshake`.",
        usual_cause: "A typing error in a hand-written client, a scanner, or a test of the server's \
            negotiation.",
        fix: "Send `Sec-WebSocket-Version: 13`.",
    },
    Entry {
        code: Code::VersionDuplicate,
        severity: Severity::Error,
        rfc: "RFC 6455 §11.3.5",
        grounds: &[RequestSeen, Rfc6455],
        title: "The request has more than one Sec-WebSocket-Version.",
        explanation: "The version must not appear more than once in a request; only a response may list \
            several. A server that joins the two reads `13, 13`, which is no version, and refuses.",
        usual_cause: "A proxy or a library wrapper that adds the handshake headers to a request that already \
            has them.",
        fix: "Let only one layer write the handshake headers.",
    },
    Entry {
        code: Code::SubprotocolBadToken,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §11.3.4",
        grounds: &[RequestSeen, NotLegacy],
        title: "An offered subprotocol is not a valid token.",
        explanation: "Each name in Sec-WebSocket-Protocol must be a non-empty HTTP token: printable ASCII \
            without spaces and without separators such as `/`, `@`, `{` or `\"`. Strict servers answer 400, \
            lenient ones split the list in their own way. In a browser `new WebSocket` throws a SyntaxError \
            for such a name.",
        usual_cause: "An access token, JSON or a URL put into the subprotocol list because a browser lets \
            scripts set no other header.",
        fix: "Offer plain names, and encode data that must travel there in URL-safe base64 without padding.",
    },
    Entry {
        code: Code::SubprotocolDuplicate,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1",
        grounds: &[RequestSeen, NotLegacy],
        title: "A subprotocol is offered twice.",
        explanation: "The offered subprotocols must all be different, since their order is the order of \
            preference. Most servers do not notice. In a browser `new WebSocket` throws a SyntaxError for \
            such a list.",
        usual_cause: "A client library that adds its own subprotocol to a list in which the application \
            already named it.",
        fix: "Name each subprotocol once.",
    },
    Entry {
        code: Code::ExtensionsSyntax,
        severity: Severity::Error,
        rfc: "RFC 6455 §9.1",
        grounds: &[NotLegacy],
        title: "Sec-WebSocket-Extensions does not follow its grammar.",
        explanation: "The header is a list of extensions, each a token with parameters behind semicolons, \
            and a quoted value must be a token once its quotes are gone. An end point that receives anything \
            else must fail the connection. It is checked in requests and in responses.",
        usual_cause: "A hand-written header with a comma where a semicolon belongs, a stray semicolon at the \
            end, or a proxy that joined or cut header lines.",
        fix: "Write it as `name; parameter=value, other-name`, or leave the header out.",
    },
    Entry {
        code: Code::DataBefore101,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1",
        grounds: &[HandshakeSeen, BothDirections, NoGapBefore, Rfc6455],
        title: "The client sent frames before it had the server's 101.",
        explanation: "After its request the client must wait for the answer before it sends anything more. \
            Bytes sent earlier may be taken for another HTTP request, be dropped by a server or proxy that \
            has not switched yet, or reach a server that refuses. That the client had not seen the 101 is \
            known from its TCP acknowledgement numbers.",
        usual_cause: "A client that sends its first message without waiting for its library's open event, or \
            a load generator that writes request and frames at once.",
        fix: "Wait until the 101 is read and its Accept checked before sending the first frame.",
    },
    Entry {
        code: Code::OriginEmpty,
        severity: Severity::Warning,
        rfc: "RFC 6454 §7.1",
        grounds: &[RequestSeen, NotLegacy],
        title: "The request has an Origin header without a value.",
        explanation: "An Origin is a scheme with host and port, or the word `null`; an empty one is neither. \
            A server that checks origins may take it for \"no browser\" and let it pass, or refuse it with \
            403. Browsers always send a value.",
        usual_cause: "A client library whose origin option is set to an empty string, or a proxy that blanks \
            the header instead of removing it.",
        fix: "Leave Origin out where the client is no browser, or send the page's origin.",
    },
    Entry {
        code: Code::LegacyHandshake,
        severity: Severity::Note,
        rfc: "RFC 6455 §4.1",
        grounds: &[RequestSeen],
        title: "The client speaks a draft from before RFC 6455.",
        explanation: "The request is one of hixie-75, hixie-76 (hybi-00) or a hybi draft with \
            Sec-WebSocket-Version 4 to 8. Their handshakes and partly their frames differ from RFC 6455; \
            only the checks that their drafts define are made. Current browsers and servers no longer speak \
            them.",
        usual_cause: "An old client: Safari 5 and iOS 4 to 5, Chrome before 16, Firefox 6 to 10, Flash shims \
            such as web-socket-js, or embedded devices of that time.",
        fix: "Update the client to one that speaks RFC 6455 (Sec-WebSocket-Version 13).",
    },
];
