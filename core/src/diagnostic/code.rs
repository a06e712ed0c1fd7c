//! The table of every diagnostic: the one source of `check`, `explain`, the window and the documentation page.

use super::{Ground, Severity};

/// One row of the table.
#[derive(Debug)]
pub struct Entry {
    /// The stable name that scripts rely on.
    pub name: &'static str,
    /// The severity that it usually has; a finding may carry another where the table's text says so.
    pub severity: Severity,
    /// The section that asks for it, or empty.
    pub rfc: &'static str,
    /// Which chapter of the documentation it stands in.
    pub chapter: &'static str,
    /// Without these the check is silent.
    pub grounds: &'static [Ground],
    /// One sentence: what it says.
    pub title: &'static str,
    /// What the standard asks and why it matters, in plain words.
    pub explanation: &'static str,
    /// Why this usually happens.
    pub usual_cause: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

macro_rules! codes {
    ($($variant:ident = $name:literal, $severity:ident, $rfc:literal, $chapter:literal, [$($ground:ident),*],
        $title:literal, $explanation:literal, $usual_cause:literal, $fix:literal;)*) => {
        /// What a diagnostic is about. `Code::name` is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// This code's row of the table.
            pub fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$variant => &Entry {
                        name: $name,
                        severity: Severity::$severity,
                        rfc: $rfc,
                        chapter: $chapter,
                        grounds: &[$(Ground::$ground),*],
                        title: $title,
                        explanation: $explanation,
                        usual_cause: $usual_cause,
                        fix: $fix,
                    },)*
                }
            }
        }
    };
}

codes! {
    RequestNotGet = "request-not-get", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    HttpVersionBelow11 = "http-version-below-1.1", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    HostMissing = "host-missing", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    UpgradeMissing = "upgrade-missing", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    ConnectionUpgradeMissing = "connection-upgrade-missing", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeyMissing = "key-missing", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeyDuplicate = "key-duplicate", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeyNotBase64 = "key-not-base64", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeyNot16Bytes = "key-not-16-bytes", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeyReused = "key-reused", Warning, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    KeySeenElsewhere = "key-seen-elsewhere", Note, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    VersionMissing = "version-missing", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    VersionNot13 = "version-not-13", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    VersionDuplicate = "version-duplicate", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    SubprotocolBadToken = "subprotocol-bad-token", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    SubprotocolDuplicate = "subprotocol-duplicate", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    ExtensionsSyntax = "extensions-syntax", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    DataBefore101 = "data-before-101", Error, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    OriginEmpty = "origin-empty", Warning, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    LegacyHandshake = "legacy-handshake", Note, "RFC 6455 §4.1, §4.2.1, §11.3", "Request", [],
        "", "", "", "";
    UpgradeRefused = "upgrade-refused", Note, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    UpgradeUnanswered = "upgrade-unanswered", Warning, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ResponseUpgradeMissing = "response-upgrade-missing", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ResponseConnectionMissing = "response-connection-missing", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ResponseHttp10 = "response-http-1.0", Warning, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    AcceptMissing = "accept-missing", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    AcceptDuplicate = "accept-duplicate", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    AcceptMismatch = "accept-mismatch", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    SubprotocolNotOffered = "subprotocol-not-offered", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    SubprotocolMultiple = "subprotocol-multiple", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    SubprotocolNoneSelected = "subprotocol-none-selected", Warning, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ExtensionNotOffered = "extension-not-offered", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ExtensionsHeaderRepeated = "extensions-header-repeated", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    LegacyHeader = "legacy-header", Warning, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    LegacyChallengeMismatch = "legacy-challenge-mismatch", Error, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    SwitchingWithoutRequest = "101-without-request", Note, "§4.1 steps 1 to 6, §4.2.2", "Response", [],
        "", "", "", "";
    ClientFrameUnmasked = "client-frame-unmasked", Error, "§5", "Framing", [],
        "", "", "", "";
    ServerFrameMasked = "server-frame-masked", Error, "§5", "Framing", [],
        "", "", "", "";
    ReservedBitWithoutExtension = "reserved-bit-without-extension", Error, "§5", "Framing", [],
        "", "", "", "";
    ReservedOpcode = "reserved-opcode", Error, "§5", "Framing", [],
        "", "", "", "";
    LengthNotMinimal = "length-not-minimal", Error, "§5", "Framing", [],
        "", "", "", "";
    LengthMsbSet = "length-msb-set", Error, "§5", "Framing", [],
        "", "", "", "";
    MaskZero = "mask-zero", Warning, "§5", "Framing", [],
        "", "", "", "";
    MaskReused = "mask-reused", Warning, "§5", "Framing", [],
        "", "", "", "";
    ContinuationWithoutStart = "continuation-without-start", Error, "§5", "Framing", [],
        "", "", "", "";
    NewDataFrameInsideMessage = "new-data-frame-inside-message", Error, "§5", "Framing", [],
        "", "", "", "";
    MessageNeverFinished = "message-never-finished", Warning, "§5", "Framing", [],
        "", "", "", "";
    EmptyFragment = "empty-fragment", Note, "§5", "Framing", [],
        "", "", "", "";
    ControlFragmented = "control-fragmented", Error, "§5", "Framing", [],
        "", "", "", "";
    ControlTooLong = "control-too-long", Error, "§5", "Framing", [],
        "", "", "", "";
    TextInvalidUtf8 = "text-invalid-utf8", Error, "§5", "Framing", [],
        "", "", "", "";
    CloseBody1Byte = "close-body-1-byte", Error, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    CloseReasonInvalidUtf8 = "close-reason-invalid-utf8", Error, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    CloseCodeForbidden = "close-code-forbidden", Error, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    CloseCodeUnassigned = "close-code-unassigned", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    DataAfterClose = "data-after-close", Error, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    ControlAfterClose = "control-after-close", Note, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    CloseNotAnswered = "close-not-answered", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    CloseCodeNotEchoed = "close-code-not-echoed", Note, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    NoCloseFrame = "no-close-frame", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    TcpReset = "tcp-reset", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    PingUnanswered = "ping-unanswered", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    PongPayloadMismatch = "pong-payload-mismatch", Warning, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    UnsolicitedPong = "unsolicited-pong", Note, "§5.5, §7", "Closing, ping and pong", [],
        "", "", "", "";
    DeflateUnknownParameter = "deflate-unknown-parameter", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateDuplicateParameter = "deflate-duplicate-parameter", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateBadValue = "deflate-bad-value", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateClientWindowUnsolicited = "deflate-client-window-unsolicited", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateServerWindowLarger = "deflate-server-window-larger", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateServerWindowMissing = "deflate-server-window-missing", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateServerTakeoverKept = "deflate-server-takeover-kept", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateOnControlFrame = "deflate-on-control-frame", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateOnContinuation = "deflate-on-continuation", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateCorrupt = "deflate-corrupt", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateBeyondWindow = "deflate-beyond-window", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateTakeoverUsed = "deflate-takeover-used", Error, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateFinalBlock = "deflate-final-block", Note, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateTailNotStripped = "deflate-tail-not-stripped", Note, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateLimit = "deflate-limit", Warning, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    DeflateAssumed = "deflate-assumed", Note, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    ExtensionUnknown = "extension-unknown", Note, "RFC 7692", "permessage-deflate", [],
        "", "", "", "";
    CaptureDamaged = "capture-damaged", Error, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    CaptureCutShort = "capture-cut-short", Warning, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    SnaplenCut = "snaplen-cut", Warning, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    TcpGap = "tcp-gap", Warning, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    TcpLateSegment = "tcp-late-segment", Note, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    MidStream = "mid-stream", Note, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    OneDirectional = "one-directional", Warning, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    TcpOverlapConflict = "tcp-overlap-conflict", Warning, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    Tunnel = "tunnel", Note, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    TlsNoSecrets = "tls-no-secrets", Note, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    TlsDecryptFailed = "tls-decrypt-failed", Error, "", "Capture, TCP, TLS", [],
        "", "", "", "";
    HttpHeadLimit = "http-head-limit", Warning, "", "Limits", [],
        "", "", "", "";
    ConnectionsLimit = "connections-limit", Warning, "", "Limits", [],
        "", "", "", "";
    PayloadLimit = "payload-limit", Note, "", "Limits", [],
        "", "", "", "";
    PendingLimit = "pending-limit", Warning, "", "Limits", [],
        "", "", "", "";
}
