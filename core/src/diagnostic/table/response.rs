//! What can be wrong with the answer to a request for a WebSocket (RFC 6455 §4.1 steps 1 to 6, §4.2.2).

use super::super::Ground::{
    AcceptsWebSocket, BothDirections, EndSeen, HandshakeSeen, NoGapBefore, NotLegacy, RequestSeen,
    ResponseSeen, Rfc6455,
};
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about the response.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Response",
    about: "The server's opening handshake, and the answers that refuse it.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::UpgradeRefused,
        severity: Severity::Note,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen],
        title: "The server answered the request with another status than 101.",
        explanation: "Any status but 101 means that there is no WebSocket, and the client handles it as \
            plain HTTP. 426 asks for another Sec-WebSocket-Version, 401 and 407 for credentials, 403 often \
            means an Origin that is not allowed, and 3xx sends the client elsewhere. A browser follows no \
            redirect here and tells the script only that the connection failed (close code 1006).",
        usual_cause: "A proxy that does not pass Upgrade on (the server sees a plain GET and answers 400, \
            404 or 426), a wrong path, missing credentials, a forbidden Origin, or a server that is down \
            (502, 503, 504).",
        fix: "Read the status and body of the response: they are the server's own reason.",
    },
    Entry {
        code: Code::UpgradeUnanswered,
        severity: Severity::Warning,
        rfc: "RFC 6455 §4.2.1",
        grounds: &[RequestSeen, BothDirections, NoGapBefore, EndSeen],
        title: "The connection ended without an answer to the upgrade.",
        explanation: "A server answers the handshake with 101, or with an HTTP error where it does not like \
            it. Here TCP ended and no response came. The client cannot tell a refusal from a crash; a \
            browser reports close code 1006. A capture that stops first is no proof, and then the row only \
            says that the connection is open.",
        usual_cause: "A server that crashed or timed out on the request, a port that speaks another protocol \
            (TLS, or a game's own), or a firewall that cuts upgraded connections.",
        fix: "Look into the server's log at this time, and check scheme and port (ws or wss).",
    },
    Entry {
        code: Code::ResponseUpgradeMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, Rfc6455],
        title: "The 101 has no Upgrade header that says websocket.",
        explanation: "The 101 must carry `Upgrade: websocket`, in any case. A client that does not find it \
            must fail the connection, and browsers do. To everybody in between, the header says which \
            protocol follows.",
        usual_cause: "A hand-written server, or a proxy that drops hop-by-hop headers from the response.",
        fix: "Send `Upgrade: websocket` in the 101, and let proxies pass it.",
    },
    Entry {
        code: Code::ResponseConnectionMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, Rfc6455],
        title: "The 101's Connection header does not list Upgrade.",
        explanation: "The 101 must carry a Connection header with the token `Upgrade`, in any case. A client \
            that does not find it must fail the connection, and browsers do.",
        usual_cause: "A hand-written server, or a proxy that writes `Connection: keep-alive` or `close` over \
            the server's value.",
        fix: "Send `Connection: Upgrade` in the 101, and let proxies pass it.",
    },
    Entry {
        code: Code::ResponseHttp10,
        severity: Severity::Warning,
        rfc: "RFC 6455 §4.2.2, RFC 9112 §2.3",
        grounds: &[ResponseSeen, AcceptsWebSocket, Rfc6455],
        title: "The 101 comes with the version HTTP/1.0.",
        explanation: "HTTP/1.0 knows neither status 101 nor Upgrade, and RFC 6455 shows the answer as \
            HTTP/1.1. Some clients go on; others, such as Python's websockets and Rust's tungstenite, refuse \
            such an answer.",
        usual_cause: "A server built on a simple HTTP library: Python's `BaseHTTPRequestHandler` answers as \
            HTTP/1.0 unless `protocol_version` is set.",
        fix: "Answer with `HTTP/1.1 101 Switching Protocols`.",
    },
    Entry {
        code: Code::AcceptMissing,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, Rfc6455],
        title: "The 101 has no Sec-WebSocket-Accept.",
        explanation: "The 101 must prove with Sec-WebSocket-Accept that the server read the request's key. \
            Without it the client must fail the connection, since the 101 may come from something that knows \
            nothing of WebSocket. Browsers do so.",
        usual_cause: "A hand-written server, a server of the hixie drafts, or a proxy that translates from \
            HTTP/2, where there is no Accept, and does not add one.",
        fix: "Send base64(SHA-1(key + 258EAFA5-E914-47DA-95CA-C5AB0DC85B11)) as `Sec-WebSocket-Accept`.",
    },
    Entry {
        code: Code::AcceptDuplicate,
        severity: Severity::Error,
        rfc: "RFC 6455 §11.3.3",
        grounds: &[ResponseSeen, AcceptsWebSocket, Rfc6455],
        title: "The 101 has more than one Sec-WebSocket-Accept.",
        explanation: "The header must not appear more than once in a response. Clients take the first, the \
            last, or refuse: Chromium fails the connection.",
        usual_cause: "A proxy or framework that computes the Accept although the server behind it already \
            sent one.",
        fix: "Let only one layer answer the handshake.",
    },
    Entry {
        code: Code::AcceptMismatch,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, Rfc6455],
        title: "The response's Sec-WebSocket-Accept is not what the request's key asks for.",
        explanation: "The value must be the base64 of the SHA-1 of the key's text, without white space \
            around it, followed by 258EAFA5-E914-47DA-95CA-C5AB0DC85B11; the key is not decoded first. The \
            key dGhlIHNhbXBsZSBub25jZQ== asks for s3pPLMBiTxaQ9kYGzzhZRbK+xOo=. A client that finds another \
            value must fail the connection, and every browser does: the page sees an error and close code \
            1006, although the server believes that the connection is open.",
        usual_cause: "A hand-written handshake that leaves out the GUID, hashes other bytes or encodes the \
            hash wrongly, or a proxy or cache that answers with the value of another request. Where the \
            bytes tell which one it was, the finding names it.",
        fix: "Compute the value from this request's key as above, with 20 raw SHA-1 bytes going into base64, \
            and check it against the RFC's sample key.",
    },
    Entry {
        code: Code::SubprotocolNotOffered,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The server selected a subprotocol that the client did not offer.",
        explanation: "The server may select only one of the offered subprotocols, and their case counts. A \
            client must fail the connection on any other, and browsers do.",
        usual_cause: "A server that names its subprotocol in every response, whatever was asked, or a client \
            of another generation: `graphql-ws` against `graphql-transport-ws`, `mqttv3.1` against `mqtt`.",
        fix: "Select only from the request's Sec-WebSocket-Protocol, and send no such header where nothing \
            fits.",
    },
    Entry {
        code: Code::SubprotocolMultiple,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.2.2, §11.3.4",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The server selected more than one subprotocol.",
        explanation: "The response names at most one subprotocol, in one header. A list or a second header \
            leaves open which one is spoken; browsers fail the connection.",
        usual_cause: "A server that sends the request's whole list back, or a server and a proxy that each \
            add the header.",
        fix: "Select one of the offered names and send it once.",
    },
    Entry {
        code: Code::SubprotocolNoneSelected,
        severity: Severity::Warning,
        rfc: "RFC 6455 §4.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The client offered subprotocols and the server selected none.",
        explanation: "RFC 6455 allows this: the connection then has no subprotocol. Browsers follow the \
            WHATWG WebSockets standard, which asks them to fail the connection here, so it is a warning \
            where the request has an Origin, and a note elsewhere.",
        usual_cause: "A server whose list of subprotocols was never configured, or a client that carries an \
            access token in the subprotocol list to a server that does not answer it.",
        fix: "Name one of the offered subprotocols in the response, or offer none.",
    },
    Entry {
        code: Code::ExtensionNotOffered,
        severity: Severity::Error,
        rfc: "RFC 6455 §4.1, §9.1",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The server accepted an extension that the client did not offer.",
        explanation: "The server may accept only extensions that the client offered. A client must fail the \
            connection on any other, since it could not read the frames; browsers do so.",
        usual_cause: "A server that answers `permessage-deflate` to everybody, or a proxy that removed the \
            client's offer but left the server's compression on.",
        fix: "Accept only what the request's Sec-WebSocket-Extensions offers.",
    },
    Entry {
        code: Code::ExtensionsHeaderRepeated,
        severity: Severity::Error,
        rfc: "RFC 6455 §11.3.2",
        grounds: &[ResponseSeen, AcceptsWebSocket, NotLegacy],
        title: "The response has more than one Sec-WebSocket-Extensions.",
        explanation: "A request may repeat the header, a response must not: several extensions stand in one \
            list. Clients may read only one of the headers and then misread the frames.",
        usual_cause: "A proxy or framework that adds its own answer beside the server's.",
        fix: "Let one layer negotiate extensions, in one header.",
    },
    Entry {
        code: Code::LegacyHeader,
        severity: Severity::Warning,
        rfc: "RFC 6455 §4.2.2",
        grounds: &[ResponseSeen, AcceptsWebSocket, Rfc6455],
        title: "The response carries a header of the drafts before RFC 6455.",
        explanation: "WebSocket-Location, WebSocket-Protocol and their like belong to hixie-75; RFC 6455 \
            does not define them and clients ignore them. A subprotocol named only there is not selected at \
            all.",
        usual_cause: "A server that once served both generations of clients and sends both sets of headers \
            to everybody.",
        fix: "Remove the old headers from RFC 6455 answers, and name the subprotocol in \
            `Sec-WebSocket-Protocol`.",
    },
    Entry {
        code: Code::LegacyChallengeMismatch,
        severity: Severity::Error,
        rfc: "draft-hixie-thewebsocketprotocol-76 §5.2",
        grounds: &[HandshakeSeen, BothDirections, NoGapBefore],
        title: "The answer to the hixie-76 challenge is wrong.",
        explanation: "In hixie-76 the server answers with 16 bytes behind its head: the MD5 of both keys' \
            numbers (their digits, divided by their count of spaces) as big-endian 32-bit values and of the \
            8 bytes behind the request's head. A client must fail the connection where they differ.",
        usual_cause: "A server that computes the numbers in floating point or in the wrong byte order, or a \
            proxy that kept back the 8 bytes behind the request, because no Content-Length announces them.",
        fix: "Compute the answer as the draft says, or better use a client and a server that speak RFC 6455.",
    },
    Entry {
        code: Code::SwitchingWithoutRequest,
        severity: Severity::Note,
        rfc: "RFC 9110 §15.2.2",
        grounds: &[ResponseSeen, NotLegacy],
        title: "A 101 for WebSocket was captured without its request.",
        explanation: "A 101 answers a request to switch protocols, and that request is not in the capture, \
            so the Accept cannot be checked and the offers are unknown. It is a warning where the \
            connection's SYN was captured and nothing is lost: then the server sent it unasked.",
        usual_cause: "A capture that began between request and response, that saw one direction only, or \
            that lost the request's packets.",
        fix: "Start the capture before the client connects, and capture both directions.",
    },
];
