//! Recognised causes of a diagnostic: why it happened, told by the bytes themselves.

use super::Code;

macro_rules! causes {
    ($($code:ident { $($variant:ident = $name:literal, $sentence:literal, $fix:literal;)* })*) => {
        /// Why a diagnostic happened. [`Cause::name`] is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Cause {
            $($(#[doc = $sentence] $variant,)*)*
        }

        impl Cause {
            /// Every cause, those of `accept-mismatch` in the order in which they are tried.
            pub const ALL: &[Self] = &[$($(Self::$variant,)*)*];

            /// The stable name that scripts rely on, such as `no-guid`.
            pub fn name(self) -> &'static str {
                match self { $($(Self::$variant => $name,)*)* }
            }

            /// The diagnostic that it is a cause of.
            pub fn code(self) -> Code {
                match self { $($(Self::$variant => Code::$code,)*)* }
            }

            /// One sentence: why it happened.
            pub fn sentence(self) -> &'static str {
                match self { $($(Self::$variant => $sentence,)*)* }
            }

            /// One sentence: what to do about it.
            pub fn fix(self) -> &'static str {
                match self { $($(Self::$variant => $fix,)*)* }
            }
        }
    };
}

impl Cause {
    /// The causes that are recognised for that code, in the order in which they are tried.
    pub fn of(code: Code) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |cause| cause.code() == code)
    }

    /// The cause of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.name() == name)
    }
}

causes! {
    AcceptMismatch {
        AcceptPlusBecameSpace = "accept-plus-became-space",
            "The value is right but has a space for every plus sign: something decoded it as if it stood in \
                a URL or a form.",
            "Do not URL-decode header values on their way to the client.";
        AcceptPaddingLost = "accept-padding-lost",
            "The value is right but its `=` at the end is gone: it was encoded without padding, or cut at \
                the equals sign.",
            "Encode with padding (28 characters, the last of them `=`), and split headers at the colon only.";
        AcceptUrlsafe = "accept-urlsafe",
            "The value is right but written in the URL-safe alphabet of base64, with `-` and `_` for `+` and \
                `/`.",
            "Use the standard base64 alphabet of RFC 4648 §4.";
        AcceptCaseChanged = "accept-case-changed",
            "The value is right but for the case of its letters: something lowered or raised the header's \
                value with its name.",
            "Change the case of header names only, never of values.";
        AcceptDoublyEncoded = "accept-doubly-encoded",
            "The value is the base64 of the right value: it was encoded twice.",
            "Encode the 20 bytes of the SHA-1 in base64 once.";
        HexDigest = "hex-digest",
            "The value is the right SHA-1 in hexadecimal, plain or once more in base64, where base64 of its \
                20 raw bytes belongs.",
            "Take the raw digest and not its hexadecimal text (`digest()`, not `hexdigest()`; in PHP \
                `sha1($text, true)`).";
        NoGuid = "no-guid",
            "The value is the hash of the key alone: the server did not append the GUID.",
            "Append 258EAFA5-E914-47DA-95CA-C5AB0DC85B11 to the key before hashing.";
        GuidAlone = "guid-alone",
            "The value is the hash of the GUID alone: the server read an empty key, often because it looks \
                for the header in another case.",
            "Look header names up without regard to case, and hash the key that the request carries.";
        GuidBeforeKey = "guid-before-key",
            "The value is the hash of the GUID followed by the key: they were joined in the wrong order.",
            "Put the key first and the GUID behind it.";
        GuidLowercase = "guid-lowercase",
            "The value is the hash with the GUID in lower case, as a UUID type prints it.",
            "Write the GUID in upper case: 258EAFA5-E914-47DA-95CA-C5AB0DC85B11.";
        KeyUntrimmed = "key-untrimmed",
            "The value is the hash of the key with white space, a line end, a NUL or quotes around it: the \
                header's value was not trimmed.",
            "Remove white space and line ends around the header's value before hashing, and add no quotes or \
                NUL.";
        KeyDecodedFirst = "key-decoded-first",
            "The value is the hash of the key's 16 decoded bytes: the server decoded the base64 before \
                hashing.",
            "Hash the key's text as it stands in the header, without decoding it.";
        KeyPlusBecameSpace = "key-plus-became-space",
            "The value is the hash of the key with a space for every plus sign: the key was decoded as if it \
                stood in a URL or a form.",
            "Do not URL-decode header values before hashing.";
        KeyPercentDecoded = "key-percent-decoded",
            "The value is the hash of the percent-decoded key: the server treated the header as part of a \
                URL.",
            "Do not percent-decode header values before hashing.";
        KeyPaddingLost = "key-padding-lost",
            "The value is the hash of the key without its `==`: the header was cut at the equals sign, or \
                read with a base64 type that drops it.",
            "Split headers at the first colon only, and hash the key with its padding.";
        KeyCaseChanged = "key-case-changed",
            "The value is the hash of the key in one case: something lowered or raised the header's value \
                with its name.",
            "Change the case of header names only, never of values.";
        WrongHash = "wrong-hash",
            "The value is the base64 of another hash of key and GUID: MD5, SHA-256, SHA-512, or SHA-1 \
                applied twice.",
            "Use SHA-1, once; it serves as a proof of reading here and needs no collision resistance.";
        Utf16Hashed = "utf16-hashed",
            "The value is the hash of key and GUID in UTF-16: the strings' memory was hashed instead of \
                their ASCII bytes.",
            "Convert the text to ASCII or UTF-8 bytes before hashing (in C# `Encoding.ASCII`, not \
                `Encoding.Unicode`).";
        EchoesKey = "echoes-key",
            "The value is the request's key itself: the server sent it back without hashing.",
            "Compute base64(SHA-1(key + GUID)) instead of returning the key.";
        CopyOfRfcSample = "copy-of-rfc-sample",
            "The value is the sample of RFC 6455 §1.3: it was copied into the source and answers every key.",
            "Compute the value from each request's own key.";
        BelongsToAnotherConnection = "belongs-to-another-connection",
            "The value is right for the key of another request in this capture: a cache, a shared variable \
                or swapped responses gave it to this one.",
            "Keep the key with its own connection, and let no cache or pool answer an upgrade.";
        GuidTypo = "guid-typo",
            "The value is the hash with one character of the GUID wrong, missing, added or swapped with its \
                neighbour.",
            "Copy the GUID from RFC 6455 §1.3: 258EAFA5-E914-47DA-95CA-C5AB0DC85B11.";
    }
    CloseCodeUnassigned {
        ReasonWithoutCode = "reason-without-code",
            "The whole body of the Close reads as text: the reason was sent without a code, and its first \
                two characters were taken for one.",
            "Put the code, two bytes with the higher one first, before the reason.";
    }
}
