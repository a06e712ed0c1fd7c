//! What can be wrong with closing, ping and pong (RFC 6455 §5.5, §7).

use super::super::Ground::{Acknowledged, BothDirections, EndSeen, MessageWhole, NoGapBefore, NotLegacy};
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about control frames and the end of a connection.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Closing, ping and pong",
    about: "Control frames, the closing handshake, and how TCP ended.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::CloseBody1Byte,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.5.1",
        grounds: &[MessageWhole, NotLegacy],
        title: "A Close has a body of one byte.",
        explanation: "A Close has either no body or one that begins with a code of two bytes. One byte is \
            neither. A receiver treats it as a protocol error, usually closing with code 1002.",
        usual_cause: "An encoder that writes the code as one byte or as text, or a conformance test.",
        fix: "Send the code as two bytes, the higher one first, or send no body.",
    },
    Entry {
        code: Code::CloseReasonInvalidUtf8,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.5.1, §8.1",
        grounds: &[MessageWhole, NotLegacy],
        title: "A Close's reason is not valid UTF-8.",
        explanation: "The bytes behind the code are a reason in UTF-8. A receiver that checks it answers \
            with code 1007 or 1002.",
        usual_cause: "A reason cut to 123 bytes in the middle of a character, text in another encoding, or a \
            body without a code whose first two characters were taken for it.",
        fix: "Encode the reason as UTF-8 and cut it at the end of a character.",
    },
    Entry {
        code: Code::CloseCodeForbidden,
        severity: Severity::Error,
        rfc: "RFC 6455 §7.4.1, §7.4.2",
        grounds: &[MessageWhole, NotLegacy],
        title: "A Close carries a code that must not be sent.",
        explanation: "Codes 0 to 999 are not used, 1004 is reserved, and 1005, 1006 and 1015 only tell an \
            application what happened; no end point may send them. Receivers treat such a code as a protocol \
            error, usually closing with code 1002, and browsers show 1006 or 1002 to the script.",
        usual_cause: "An application or a relay that passes on the code that its library reported (1005 or \
            1006) as if it had been received, or an exit status or HTTP status used as a close code.",
        fix: "Send 1000, 1001, 1011 or a code from 3000 to 4999, or a Close without a body where the peer \
            gave none.",
    },
    Entry {
        code: Code::CloseCodeUnassigned,
        severity: Severity::Warning,
        rfc: "RFC 6455 §7.4.2",
        grounds: &[MessageWhole, NotLegacy],
        title: "A Close carries a code that nobody has assigned.",
        explanation: "Codes 1016 to 2999 are reserved for future versions of the protocol and its \
            extensions, and those from 5000 on are not defined. Many libraries, such as ws for Node and \
            Python's websockets, treat them as a protocol error. Applications have 3000 to 3999 (registered) \
            and 4000 to 4999 (private).",
        usual_cause: "An application that invents codes, or a Close whose body is only text, so that its \
            first two characters are read as a code.",
        fix: "Use a code from 4000 to 4999 for an application's own reasons, and write it before the reason.",
    },
    Entry {
        code: Code::DataAfterClose,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.5.1",
        grounds: &[NoGapBefore, NotLegacy],
        title: "An end point sent a data frame after its own Close.",
        explanation: "After its Close an end point must not send data frames any more. The other side \
            ignores what comes, so the message is lost. What the other side sends before it answers the \
            Close is legal.",
        usual_cause: "A second thread, timer or broadcast that goes on sending while the connection is being \
            closed.",
        fix: "Stop all senders before sending the Close, and let the library refuse messages from then on.",
    },
    Entry {
        code: Code::ControlAfterClose,
        severity: Severity::Note,
        rfc: "RFC 6455 §5.5.1",
        grounds: &[NoGapBefore, NotLegacy],
        title: "An end point sent a control frame after its own Close.",
        explanation: "The Close should be the last that an end point sends. The standard forbids only data \
            frames behind it, so a ping, a pong or a second Close does no harm, but the other side need not \
            read it.",
        usual_cause: "A heartbeat timer that was not stopped, a pong that crossed with the Close, or two \
            layers that each close the connection.",
        fix: "Stop heartbeats when closing; otherwise nothing to do.",
    },
    Entry {
        code: Code::CloseNotAnswered,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.5.1",
        grounds: &[BothDirections, NoGapBefore, Acknowledged, EndSeen, NotLegacy],
        title: "A Close was not answered with a Close.",
        explanation: "An end point that receives a Close must answer with one, unless it already sent its \
            own. Without it the closing is not clean: the closer waits until its time limit, and an \
            application sees `wasClean` false and code 1006. It is a warning only where the peer \
            acknowledged the Close and then sent a FIN without one; after a reset, or where the closer ended \
            TCP first, it is a note.",
        usual_cause: "A peer that closes the socket as soon as it reads a Close, a process that ends, or a \
            proxy that cuts the connection.",
        fix: "Answer a Close with a Close of the same code, then end TCP (the server first).",
    },
    Entry {
        code: Code::CloseCodeNotEchoed,
        severity: Severity::Note,
        rfc: "RFC 6455 §5.5.1",
        grounds: &[BothDirections, NoGapBefore, NotLegacy],
        title: "A Close was answered with another code.",
        explanation: "The answer typically repeats the code that it received, but does not have to. The code \
            that counts is the one received first. Closes that crossed on the way are no answers, and \
            nothing is said of them.",
        usual_cause: "A library that answers every Close with 1000 or with an empty body.",
        fix: "Nothing to do, unless the application reads the answer's code.",
    },
    Entry {
        code: Code::NoCloseFrame,
        severity: Severity::Warning,
        rfc: "RFC 6455 §7.1.5, §7.3",
        grounds: &[BothDirections, NoGapBefore, EndSeen, NotLegacy],
        title: "The connection ended without any Close frame.",
        explanation: "A WebSocket is closed with the closing handshake; where TCP just ends, an application \
            sees code 1006 and cannot know whether messages were lost. It is a warning after a reset or \
            inside an unfinished message, and a note on an orderly FIN.",
        usual_cause: "A process that ended or crashed, a network that changed, or a proxy or load balancer \
            with a time limit for idle connections (often 60 s: nginx `proxy_read_timeout`, an AWS load \
            balancer's idle timeout).",
        fix: "Send a Close before ending, and pings more often than the shortest idle limit on the way.",
    },
    Entry {
        code: Code::TcpReset,
        severity: Severity::Warning,
        rfc: "RFC 6455 §7.1.1, RFC 9293 §3.5.2",
        grounds: &[NotLegacy],
        title: "TCP was reset before the closing handshake was complete.",
        explanation: "A clean closing ends with a Close each way and then a FIN. A reset throws away what \
            has not been read yet, so the last messages may be lost, and an application sees code 1006. \
            After both Closes a reset does no harm and nothing is said.",
        usual_cause: "A process that was killed or closed its socket with unread data in it, a firewall or \
            load balancer that dropped an idle connection, or a host that restarted.",
        fix: "Find who sent it (the finding names the direction, the TTL shows whether it came from a device \
            on the way), and close with a Close frame.",
    },
    Entry {
        code: Code::PingUnanswered,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.5.2",
        grounds: &[BothDirections, NoGapBefore, Acknowledged, NotLegacy],
        title: "A ping was never answered.",
        explanation: "An end point must answer a ping with a pong as soon as is practical, unless it already \
            received a Close; one pong for the newest of several pings is enough. This is said only where \
            TCP acknowledged the ping, no later pong answers it or a newer one, no Close came between, and \
            the connection went on for 30 s. A sender that counts on pongs will drop the connection.",
        usual_cause: "An application that blocks its event loop or does not read from its socket, or a \
            hand-written end point that ignores pings. Browsers answer by themselves.",
        fix: "Read frames also while the application is busy, and answer each ping with its own payload.",
    },
    Entry {
        code: Code::PongPayloadMismatch,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.5.3",
        grounds: &[BothDirections, NoGapBefore, MessageWhole, NotLegacy],
        title: "A pong's payload is not that of the ping it seems to answer.",
        explanation: "A pong must carry the payload of the ping that it answers, byte for byte. A sender \
            that compares them takes the ping for lost. This is said only where that ping stays unanswered.",
        usual_cause: "A hand-written end point that answers every ping with an empty pong, or that echoes a \
            payload still masked or cut.",
        fix: "Copy the ping's payload, unmasked, into the pong.",
    },
    Entry {
        code: Code::UnsolicitedPong,
        severity: Severity::Note,
        rfc: "RFC 6455 §5.5.3",
        grounds: &[BothDirections, NoGapBefore, NotLegacy],
        title: "A pong was sent without a ping.",
        explanation: "A pong without a ping is legal: a heartbeat in one direction, to which no answer is \
            expected.",
        usual_cause: "A keep-alive timer: .NET's `ClientWebSocket` sends such pongs by default.",
        fix: "Nothing to do; it is legal.",
    },
];
