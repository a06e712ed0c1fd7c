//! Recognised causes of a diagnostic: why it happened, told by the bytes themselves.

macro_rules! causes {
    ($($variant:ident = $name:literal, $sentence:literal, $fix:literal;)*) => {
        /// Why a diagnostic happened. `Cause::name` is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Cause {
            $(#[doc = $sentence] $variant,)*
        }

        impl Cause {
            /// Every cause, those of `accept-mismatch` in the order in which they are tried.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name that scripts rely on.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One sentence: why this usually happens.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// One sentence: what to do about it.
            pub fn fix(self) -> &'static str {
                match self { $(Self::$variant => $fix,)* }
            }
        }
    };
}

causes! {
    AcceptPlusBecameSpace = "accept-plus-became-space", "", "";
    AcceptPaddingLost = "accept-padding-lost", "", "";
    AcceptUrlsafe = "accept-urlsafe", "", "";
    AcceptCaseChanged = "accept-case-changed", "", "";
    AcceptDoublyEncoded = "accept-doubly-encoded", "", "";
    HexDigest = "hex-digest", "", "";
    NoGuid = "no-guid", "", "";
    GuidAlone = "guid-alone", "", "";
    GuidBeforeKey = "guid-before-key", "", "";
    GuidLowercase = "guid-lowercase", "", "";
    KeyUntrimmed = "key-untrimmed", "", "";
    KeyDecodedFirst = "key-decoded-first", "", "";
    KeyPlusBecameSpace = "key-plus-became-space", "", "";
    KeyPercentDecoded = "key-percent-decoded", "", "";
    KeyPaddingLost = "key-padding-lost", "", "";
    KeyCaseChanged = "key-case-changed", "", "";
    WrongHash = "wrong-hash", "", "";
    Utf16Hashed = "utf16-hashed", "", "";
    EchoesKey = "echoes-key", "", "";
    CopyOfRfcSample = "copy-of-rfc-sample", "", "";
    BelongsToAnotherConnection = "belongs-to-another-connection", "", "";
    GuidTypo = "guid-typo", "", "";
    ReasonWithoutCode = "reason-without-code", "", "";
}
