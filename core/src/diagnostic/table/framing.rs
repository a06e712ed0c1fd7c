//! What can be wrong with frames and with the messages that they make up (RFC 6455 §5).

use super::super::Ground::{EndSeen, HandshakeSeen, MessageWhole, NoGapBefore, NotLegacy};
use super::super::{Code, Severity};
use super::{Chapter, Entry};

/// The rows about frames.
pub(super) const CHAPTER: Chapter = Chapter {
    title: "Framing",
    about: "Frame headers, masks, and how frames make up messages.",
    entries: ENTRIES,
};

const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::ClientFrameUnmasked,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.1, §5.3",
        grounds: &[NotLegacy],
        title: "The client sent a frame without a mask.",
        explanation: "A client must mask every frame, over TLS too, so that a script in a browser cannot \
            choose the bytes on the wire and so deceive a proxy. A server must close the connection when it \
            receives an unmasked frame, usually with code 1002.",
        usual_cause: "A hand-written client, or server code used for the client's side.",
        fix: "Set the MASK bit on every client frame, with a fresh random masking key.",
    },
    Entry {
        code: Code::ServerFrameMasked,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.1",
        grounds: &[NotLegacy],
        title: "The server sent a masked frame.",
        explanation: "A server must not mask its frames. A client must close the connection when it receives \
            a masked one; browsers do, with code 1006 or 1002.",
        usual_cause: "A hand-written server that uses client code to send, or a relay that passes the \
            client's frames on as they are.",
        fix: "Send server frames with the MASK bit 0 and without a masking key.",
    },
    Entry {
        code: Code::ReservedBitWithoutExtension,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.2",
        grounds: &[HandshakeSeen, NotLegacy],
        title: "A frame has a reserved bit set that no extension defines.",
        explanation: "RSV1, RSV2 and RSV3 must be 0 unless an agreed extension gives them a meaning. A \
            receiver must fail the connection, and all common libraries do. permessage-deflate defines RSV1 \
            on the first frame of a data message, and nothing else. Where no handshake was captured RSV1 is \
            read as deflate.",
        usual_cause: "A sender that compresses although permessage-deflate was not agreed, often because a \
            proxy removed the extension from the handshake, or bytes that are no frame at all because an \
            earlier length was wrong.",
        fix: "Compress only where the handshake agreed on permessage-deflate, and let proxies pass \
            Sec-WebSocket-Extensions or remove it in both directions.",
    },
    Entry {
        code: Code::ReservedOpcode,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.2",
        grounds: &[NotLegacy],
        title: "A frame has an opcode that RFC 6455 does not define.",
        explanation: "Opcodes 3 to 7 and 11 to 15 are reserved for the future. A receiver must fail the \
            connection, usually with code 1002. The frame is shown as it is, and decoding goes on behind it.",
        usual_cause: "A fuzzer or a conformance test, or a stream that lost its frame boundaries because an \
            earlier frame announced a wrong length.",
        fix: "Use opcodes 0, 1, 2, 8, 9 and 10 only, and check the lengths of the frames before this one.",
    },
    Entry {
        code: Code::LengthNotMinimal,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.2",
        grounds: &[NotLegacy],
        title: "A frame's length is written in more bytes than it needs.",
        explanation: "Lengths up to 125 stand in the second byte, up to 65,535 in 16 bits, and only longer \
            ones in 64 bits; the shortest form must be used. Some receivers close with code 1002, most do \
            not look. Longer forms can hide data from filters.",
        usual_cause: "A hand-written encoder that always uses one form, or that compares with 126 or 65,536 \
            in the wrong direction.",
        fix: "Choose the shortest of the three forms of the length.",
    },
    Entry {
        code: Code::LengthMsbSet,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.2",
        grounds: &[NotLegacy],
        title: "A frame's 64-bit length has its highest bit set.",
        explanation: "The highest bit of a 64-bit length must be 0. No frame can be that long, so nothing \
            behind this header can be found by its length. A receiver fails the connection.",
        usual_cause: "A negative number written as a length, a wrong byte order, a fuzzer, or a stream that \
            lost its frame boundaries.",
        fix: "Write the length as an unsigned big-endian number, and check the frame before this one.",
    },
    Entry {
        code: Code::MaskZero,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.3, §10.3",
        grounds: &[NotLegacy],
        title: "The client masks with a key of zeros, again and again.",
        explanation: "A masking key must be fresh and unpredictable for each frame; zero leaves the payload \
            as it is, and the protection of proxies that masking is for is gone. Nothing fails at once. One \
            zero key may be chance, so this is said from the second of a direction on.",
        usual_cause: "A client that saves the work of masking, such as a load generator or an embedded \
            library with masking \"off\".",
        fix: "Draw each masking key from a strong random source.",
    },
    Entry {
        code: Code::MaskReused,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.3, §10.3",
        grounds: &[NotLegacy],
        title: "The client uses the same masking keys again and again.",
        explanation: "A masking key must be fresh and unpredictable for each frame, so that what a page \
            sends cannot decide the bytes on the wire. Nothing fails at once. One repetition may be chance: \
            this is said when a key equals one of the 8 before it for the second time in a connection.",
        usual_cause: "A constant in the client's source, a key drawn once for each connection, or a random \
            generator with few states.",
        fix: "Draw each masking key from a strong random source.",
    },
    Entry {
        code: Code::ContinuationWithoutStart,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.4",
        grounds: &[NoGapBefore, NotLegacy],
        title: "A continuation frame continues nothing.",
        explanation: "A frame with opcode 0 continues a data message whose earlier frame had FIN 0. Here no \
            such message is open, so its type is unknown and it belongs to no message. A receiver fails the \
            connection, usually with code 1002.",
        usual_cause: "An encoder that uses opcode 0 for a whole message, that set FIN too early, or two \
            threads that send fragmented messages at the same time.",
        fix: "Begin each message with opcode 1 or 2, set FIN only on its last frame, and send one message at \
            a time.",
    },
    Entry {
        code: Code::NewDataFrameInsideMessage,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.4",
        grounds: &[NoGapBefore, NotLegacy],
        title: "A new message begins before the one before it has ended.",
        explanation: "The frames of one message must follow each other; only control frames may come \
            between. A text or binary frame inside an unfinished message makes a receiver fail the \
            connection, usually with code 1002. The unfinished message is given up here and the new one \
            decoded.",
        usual_cause: "Two threads or tasks that write to one connection without a lock, or an encoder that \
            repeats the opcode on every fragment.",
        fix: "Give every fragment but the first opcode 0, and let only one writer send at a time.",
    },
    Entry {
        code: Code::MessageNeverFinished,
        severity: Severity::Warning,
        rfc: "RFC 6455 §5.4",
        grounds: &[NoGapBefore, EndSeen, NotLegacy],
        title: "The connection ended inside a message.",
        explanation: "The last frame of a fragmented message has FIN 1, and a frame is as long as its header \
            says. TCP ended before that, so the application never saw this message. Where the capture ends \
            first, nothing is said.",
        usual_cause: "An end point that crashed, was killed or ran into a time limit while sending, or an \
            encoder that never sets FIN.",
        fix: "Finish the message, or send a Close, before ending the connection.",
    },
    Entry {
        code: Code::EmptyFragment,
        severity: Severity::Note,
        rfc: "RFC 6455 §5.4",
        grounds: &[NotLegacy],
        title: "A fragment of a message is empty.",
        explanation: "An empty fragment is legal. It often stands at the end, where a sender learns only \
            afterwards that nothing more comes. Many of them cost a receiver work and carry nothing.",
        usual_cause: "A streaming sender that closes its message with an empty last frame.",
        fix: "Nothing to do; it is legal.",
    },
    Entry {
        code: Code::ControlFragmented,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.4, §5.5",
        grounds: &[NotLegacy],
        title: "A control frame has FIN 0.",
        explanation: "Close, ping and pong must not be fragmented, since they may stand between the \
            fragments of a message. A receiver fails the connection, usually with code 1002. A continuation \
            behind it continues nothing.",
        usual_cause: "An encoder that splits every payload in the same way, or a conformance test.",
        fix: "Send each control frame whole, with FIN 1 and at most 125 bytes.",
    },
    Entry {
        code: Code::ControlTooLong,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.5",
        grounds: &[NotLegacy],
        title: "A control frame's payload is longer than 125 bytes.",
        explanation: "The payload of a Close, ping or pong must not be longer than 125 bytes; a Close has \
            123 left for its reason. A receiver fails the connection, usually with code 1002.",
        usual_cause: "An error message or a stack trace put into the Close's reason, or application data in \
            a ping.",
        fix: "Cut the reason to 123 bytes, at the end of a character, and send data in data frames.",
    },
    Entry {
        code: Code::TextInvalidUtf8,
        severity: Severity::Error,
        rfc: "RFC 6455 §5.6, §8.1",
        grounds: &[MessageWhole, NoGapBefore, NotLegacy],
        title: "A text message is not valid UTF-8.",
        explanation: "The whole of a text message must be UTF-8; a character split over two fragments is \
            legal. A receiver must fail the connection, and browsers close with code 1007. The offset given \
            is that of the first wrong byte in the message, after inflating.",
        usual_cause: "Binary data or text in Latin-1 or another encoding sent with the text opcode, or text \
            that was cut at a number of bytes in the middle of a character.",
        fix: "Encode text as UTF-8, and send everything else with the binary opcode.",
    },
];
