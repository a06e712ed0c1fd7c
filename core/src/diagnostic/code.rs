//! The names of all diagnostics. What each of them means stands in [`super::table`].

use super::table;
use super::{CHAPTERS, Chapter, Entry};

macro_rules! codes {
    ($($variant:ident = $name:literal,)*) => {
        /// What a diagnostic is about. [`Code::name`] is stable, [`Code::entry`] says what it means.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name that scripts rely on, such as `accept-mismatch`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

impl Code {
    /// This code's row of the table.
    pub fn entry(self) -> &'static Entry {
        table::entry(self)
    }

    /// The chapter of the documentation that it stands in.
    pub fn chapter(self) -> &'static Chapter {
        let holds = |chapter: &&Chapter| chapter.entries.iter().any(|entry| entry.code == self);
        // Every code has a row: the table does not compile otherwise.
        CHAPTERS.iter().find(holds).unwrap_or(&CHAPTERS[0])
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

codes! {
    RequestNotGet = "request-not-get",
    HttpVersionBelow11 = "http-version-below-1.1",
    HostMissing = "host-missing",
    UpgradeMissing = "upgrade-missing",
    ConnectionUpgradeMissing = "connection-upgrade-missing",
    KeyMissing = "key-missing",
    KeyDuplicate = "key-duplicate",
    KeyNotBase64 = "key-not-base64",
    KeyNot16Bytes = "key-not-16-bytes",
    KeyReused = "key-reused",
    KeySeenElsewhere = "key-seen-elsewhere",
    VersionMissing = "version-missing",
    VersionNot13 = "version-not-13",
    VersionDuplicate = "version-duplicate",
    SubprotocolBadToken = "subprotocol-bad-token",
    SubprotocolDuplicate = "subprotocol-duplicate",
    ExtensionsSyntax = "extensions-syntax",
    DataBefore101 = "data-before-101",
    OriginEmpty = "origin-empty",
    LegacyHandshake = "legacy-handshake",
    UpgradeRefused = "upgrade-refused",
    UpgradeUnanswered = "upgrade-unanswered",
    ResponseUpgradeMissing = "response-upgrade-missing",
    ResponseConnectionMissing = "response-connection-missing",
    ResponseHttp10 = "response-http-1.0",
    AcceptMissing = "accept-missing",
    AcceptDuplicate = "accept-duplicate",
    AcceptMismatch = "accept-mismatch",
    SubprotocolNotOffered = "subprotocol-not-offered",
    SubprotocolMultiple = "subprotocol-multiple",
    SubprotocolNoneSelected = "subprotocol-none-selected",
    ExtensionNotOffered = "extension-not-offered",
    ExtensionsHeaderRepeated = "extensions-header-repeated",
    LegacyHeader = "legacy-header",
    LegacyChallengeMismatch = "legacy-challenge-mismatch",
    SwitchingWithoutRequest = "101-without-request",
    ClientFrameUnmasked = "client-frame-unmasked",
    ServerFrameMasked = "server-frame-masked",
    ReservedBitWithoutExtension = "reserved-bit-without-extension",
    ReservedOpcode = "reserved-opcode",
    LengthNotMinimal = "length-not-minimal",
    LengthMsbSet = "length-msb-set",
    MaskZero = "mask-zero",
    MaskReused = "mask-reused",
    ContinuationWithoutStart = "continuation-without-start",
    NewDataFrameInsideMessage = "new-data-frame-inside-message",
    MessageNeverFinished = "message-never-finished",
    EmptyFragment = "empty-fragment",
    ControlFragmented = "control-fragmented",
    ControlTooLong = "control-too-long",
    TextInvalidUtf8 = "text-invalid-utf8",
    CloseBody1Byte = "close-body-1-byte",
    CloseReasonInvalidUtf8 = "close-reason-invalid-utf8",
    CloseCodeForbidden = "close-code-forbidden",
    CloseCodeUnassigned = "close-code-unassigned",
    DataAfterClose = "data-after-close",
    ControlAfterClose = "control-after-close",
    CloseNotAnswered = "close-not-answered",
    CloseCodeNotEchoed = "close-code-not-echoed",
    NoCloseFrame = "no-close-frame",
    TcpReset = "tcp-reset",
    PingUnanswered = "ping-unanswered",
    PongPayloadMismatch = "pong-payload-mismatch",
    UnsolicitedPong = "unsolicited-pong",
    DeflateUnknownParameter = "deflate-unknown-parameter",
    DeflateDuplicateParameter = "deflate-duplicate-parameter",
    DeflateBadValue = "deflate-bad-value",
    DeflateClientWindowUnsolicited = "deflate-client-window-unsolicited",
    DeflateServerWindowLarger = "deflate-server-window-larger",
    DeflateServerWindowMissing = "deflate-server-window-missing",
    DeflateServerTakeoverKept = "deflate-server-takeover-kept",
    DeflateOnControlFrame = "deflate-on-control-frame",
    DeflateOnContinuation = "deflate-on-continuation",
    DeflateCorrupt = "deflate-corrupt",
    DeflateBeyondWindow = "deflate-beyond-window",
    DeflateTakeoverUsed = "deflate-takeover-used",
    DeflateFinalBlock = "deflate-final-block",
    DeflateTailNotStripped = "deflate-tail-not-stripped",
    DeflateLimit = "deflate-limit",
    DeflateAssumed = "deflate-assumed",
    ExtensionUnknown = "extension-unknown",
    CaptureDamaged = "capture-damaged",
    CaptureCutShort = "capture-cut-short",
    SnaplenCut = "snaplen-cut",
    TcpGap = "tcp-gap",
    TcpLateSegment = "tcp-late-segment",
    MidStream = "mid-stream",
    OneDirectional = "one-directional",
    TcpOverlapConflict = "tcp-overlap-conflict",
    Tunnel = "tunnel",
    TlsNoSecrets = "tls-no-secrets",
    TlsDecryptFailed = "tls-decrypt-failed",
    HttpHeadLimit = "http-head-limit",
    ConnectionsLimit = "connections-limit",
    PayloadLimit = "payload-limit",
    PendingLimit = "pending-limit",
    MemoryLimit = "memory-limit",
}
