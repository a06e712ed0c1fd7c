//! What can be wrong with permessage-deflate and other extensions (RFC 7692).

use super::super::Ground::{
    AcceptsWebSocket, DeflateAgreed, HandshakeSeen, MessageWhole, NoGapBefore, NotLegacy,
};
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about compression.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "permessage-deflate",
    about: "Compression of messages: what the handshake agreed on, and what was sent. An answer is checked \
        against every offer; it is an error only if it fits none.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::DeflateUnknownParameter,
        severity: Severity::Error,
        rfc: "RFC 7692 §7",
        grounds: &[NotLegacy],
        title: "An offer or answer of permessage-deflate has a parameter that RFC 7692 does not define.",
        explanation: "There are four parameters: server_no_context_takeover, client_no_context_takeover, \
            server_max_window_bits and client_max_window_bits. A client must fail the connection where the \
            answer has another one. In an offer it is only a note: the server must decline that offer, and \
            may take another.",
        usual_cause: "A typing error in a configuration, or parameters of an old draft of the extension.",
        fix: "Use the four parameters of RFC 7692 only.",
    },
    Entry {
        code: Code::DeflateDuplicateParameter,
        severity: Severity::Error,
        rfc: "RFC 7692 §7",
        grounds: &[NotLegacy],
        title: "A parameter of permessage-deflate appears twice.",
        explanation: "Each parameter may appear once in an offer or answer. A server must decline such an \
            offer, a client must fail the connection on such an answer, since the two values may contradict \
            each other.",
        usual_cause: "A server that copies the offer's parameters and then adds its own.",
        fix: "Name each parameter once.",
    },
    Entry {
        code: Code::DeflateBadValue,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.1, §7.1.2",
        grounds: &[NotLegacy],
        title: "A parameter of permessage-deflate has a value that it must not have.",
        explanation: "The window parameters take a number from 8 to 15 without leading zeros (it may be \
            quoted); only in an offer may client_max_window_bits stand without a value. The two \
            no_context_takeover parameters take none. A server must decline such an offer, a client must \
            fail the connection on such an answer.",
        usual_cause: "A window given in bytes (32768) instead of bits, `=true` behind a parameter without \
            value, or an answer that copies the offer's bare client_max_window_bits.",
        fix: "Write window sizes as 8 to 15, and no value behind no_context_takeover.",
    },
    Entry {
        code: Code::DeflateClientWindowUnsolicited,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.2.2",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The answer limits the client's window although the client did not offer that.",
        explanation: "The answer must not have client_max_window_bits unless the offer has it, since a \
            client that did not name it may be unable to compress with a smaller window. The client must \
            fail the connection.",
        usual_cause: "A server that always sends the window size of its configuration.",
        fix: "Send client_max_window_bits only where the accepted offer has it.",
    },
    Entry {
        code: Code::DeflateServerWindowLarger,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.2.1",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The answer's server window is larger than the client allows.",
        explanation: "Where the offer limits the server's window with server_max_window_bits, the answer \
            must give the same or a smaller value. A client that kept only the smaller window cannot inflate \
            what refers further back, and it must fail the connection.",
        usual_cause: "A server that answers with its own default of 15 instead of the smaller of both \
            values.",
        fix: "Answer with the smaller of the offered and the own window, or decline the offer.",
    },
    Entry {
        code: Code::DeflateServerWindowMissing,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.2.1",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The client limits the server's window and the answer does not confirm it.",
        explanation: "A server accepts an offer with server_max_window_bits by putting that parameter into \
            its answer. Without it the client must assume a window of 15 bits, which it said that it does \
            not have, and fails the connection.",
        usual_cause: "A server that does not know the parameter and accepts the offer instead of declining \
            it.",
        fix: "Confirm server_max_window_bits in the answer and keep to it, or decline the offer.",
    },
    Entry {
        code: Code::DeflateServerTakeoverKept,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.1.1",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The client asks the server not to keep its context and the answer does not confirm it.",
        explanation: "A server accepts an offer with server_no_context_takeover by putting that parameter \
            into its answer. Without it the server may refer back to earlier messages, which the client said \
            that it does not keep, and the client fails the connection.",
        usual_cause: "A server that ignores the parameters of the offer and answers with a bare \
            `permessage-deflate`.",
        fix: "Confirm server_no_context_takeover in the answer and keep to it, or decline the offer.",
    },
    Entry {
        code: Code::DeflateOnControlFrame,
        severity: Severity::Error,
        rfc: "RFC 7692 §6.1",
        grounds: &[DeflateAgreed, NotLegacy],
        title: "A control frame has RSV1 set.",
        explanation: "Only data messages are compressed: RSV1 must be 0 on Close, ping and pong. A receiver \
            must fail the connection. The payload is shown as it is.",
        usual_cause: "An encoder that compresses every frame, or a fuzzer.",
        fix: "Send control frames uncompressed, with RSV1 0.",
    },
    Entry {
        code: Code::DeflateOnContinuation,
        severity: Severity::Error,
        rfc: "RFC 7692 §6.1",
        grounds: &[DeflateAgreed, NotLegacy],
        title: "A continuation frame has RSV1 set.",
        explanation: "RSV1 on the first frame says that the whole message is compressed; on the frames \
            behind it RSV1 must be 0. A receiver must fail the connection.",
        usual_cause: "An encoder that compresses each fragment by itself, or repeats the first frame's bits \
            on all.",
        fix: "Compress the message as a whole, and set RSV1 on its first frame only.",
    },
    Entry {
        code: Code::DeflateCorrupt,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.2.2, RFC 1951 §3.2",
        grounds: &[MessageWhole, NoGapBefore, NotLegacy],
        title: "A compressed message cannot be inflated.",
        explanation: "The payload of a compressed message, with 00 00 ff ff behind it, must be a DEFLATE \
            stream. Here it is not: the finding says at which offset and why. An end point fails the \
            connection, usually with code 1002 or 1007. Later messages are tried again.",
        usual_cause: "An end point whose context went out of step (it reset or kept the window against what \
            was agreed, or compressed two messages at once), a payload sent plain with RSV1 set, or zlib or \
            gzip framing where raw DEFLATE belongs.",
        fix: "Compress with raw DEFLATE (zlib: negative window bits) and a sync flush, one context a \
            direction, and set RSV1 only where it was used.",
    },
    Entry {
        code: Code::DeflateBeyondWindow,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.2.1, §7.1.2.2",
        grounds: &[DeflateAgreed, MessageWhole, NoGapBefore, NotLegacy],
        title: "A compressed message refers back further than the agreed window.",
        explanation: "A window of n bits allows distances of at most 2^n bytes. A receiver that keeps just \
            that window cannot inflate this message and fails the connection; one that keeps 32 KiB notices \
            nothing.",
        usual_cause: "A compressor that was set up with 15 bits whatever was agreed, or zlib before 1.2.9 \
            asked for 8 bits: it silently takes 9.",
        fix: "Set the compressor to the agreed window, and agree on no less than 9 bits with zlib.",
    },
    Entry {
        code: Code::DeflateTakeoverUsed,
        severity: Severity::Error,
        rfc: "RFC 7692 §7.1.1.1, §7.1.1.2",
        grounds: &[DeflateAgreed, MessageWhole, NoGapBefore, NotLegacy],
        title: "A compressed message refers back to an earlier one although that was excluded.",
        explanation: "With no_context_takeover for its direction each message must be compressed with an \
            empty window. A receiver that cleared its own window cannot inflate this message and fails the \
            connection.",
        usual_cause: "A compressor that is kept over messages without a reset, or a server that reads \
            client_no_context_takeover as its own.",
        fix: "Reset the compressor after each message in the direction for which it was agreed.",
    },
    Entry {
        code: Code::DeflateFinalBlock,
        severity: Severity::Note,
        rfc: "RFC 7692 §7.2.3.4",
        grounds: &[MessageWhole, NotLegacy],
        title: "A compressed message ends its DEFLATE stream with BFINAL.",
        explanation: "A block with BFINAL set is legal; the message and the next one go on behind it. \
            Receivers that stop at the final block lose what follows, which makes this worth knowing.",
        usual_cause: "A compressor that finishes its stream for each message (Z_FINISH) instead of flushing \
            it.",
        fix: "Nothing to do; where a receiver fails on it, flush with Z_SYNC_FLUSH instead of Z_FINISH.",
    },
    Entry {
        code: Code::DeflateTailNotStripped,
        severity: Severity::Note,
        rfc: "RFC 7692 §7.2.1",
        grounds: &[MessageWhole, NotLegacy],
        title: "A compressed message still has 00 00 ff ff at its end.",
        explanation: "The sender removes the four bytes 00 00 ff ff that a sync flush leaves, and the \
            receiver puts them back. Left in, they are an empty block: the message inflates to the same \
            bytes and only costs four bytes more.",
        usual_cause: "A hand-written sender that compresses with a sync flush and does not cut the tail.",
        fix: "Remove the last four bytes after the flush.",
    },
    Entry {
        code: Code::DeflateLimit,
        severity: Severity::Warning,
        rfc: "",
        grounds: &[NotLegacy],
        title: "A compressed message inflates to more than the limit.",
        explanation: "One message may inflate to 256 MiB (`Limits.inflated`); DEFLATE reaches a factor of \
            about 1,000, so a small frame can ask for much memory. What lies over the limit is counted and \
            not kept. An end point should have such a limit too, and close with code 1009.",
        usual_cause: "A very large message, or a decompression bomb.",
        fix: "Limit the size of messages at both end points; a program that uses the engine can raise \
            `Limits.inflated`.",
    },
    Entry {
        code: Code::DeflateAssumed,
        severity: Severity::Note,
        rfc: "RFC 7692 §6",
        grounds: &[NotLegacy],
        title: "RSV1 is read as permessage-deflate although no handshake was captured.",
        explanation: "Without the handshake it is not known which extension gives RSV1 its meaning; \
            permessage-deflate is practically the only one in use. The window begins empty here, so messages \
            that refer to what was sent before the capture are shown incomplete.",
        usual_cause: "A capture that was started after the connection.",
        fix: "Start the capture before the client connects to see the handshake and the whole context.",
    },
    Entry {
        code: Code::ExtensionUnknown,
        severity: Severity::Note,
        rfc: "RFC 6455 §9.1",
        grounds: &[HandshakeSeen, AcceptsWebSocket, NotLegacy],
        title: "The handshake agreed on an extension that Sockscope does not decode.",
        explanation: "An agreed extension may change frames and payloads. Of this one only the frames are \
            shown, with their payloads as they are on the wire, and its reserved bits are no error.",
        usual_cause: "An old WebKit's `x-webkit-deflate-frame`, `permessage-bzip2`, or an extension of the \
            application's own.",
        fix: "Let the end points agree on permessage-deflate or on no extension to see the payloads.",
    },
];
