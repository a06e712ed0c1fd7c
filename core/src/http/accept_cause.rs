//! Why a `Sec-WebSocket-Accept` is wrong: what the server did instead of RFC 6455 §4.2.2, found by doing it again.
//!
//! Causes are tried in the order of the documentation, and the first that gives the value wins. Only the last one,
//! a slip in the GUID, needs thousands of hashes.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};

use super::accept::{GUID, expected};
use crate::diagnostic::Cause;

/// How much work a search may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Every cause.
    Thorough,
    /// All but `guid-typo`: for a capture with very many wrong values.
    Cheap,
}

/// The key and the Accept of the example in RFC 6455 §1.3.
const RFC_SAMPLE: (&str, &str) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

/// A key has 24 characters. One of a megabyte would cost hundreds of megabytes of hashing.
const LONGEST_KEY: usize = 256;

/// What servers have left around a key.
const AROUND_A_KEY: &[u8] = b" \t\r\n\0\"'";

/// The cause of a value that is wrong for the key; `None` where no known one gives it. `is_expected_elsewhere` tells whether a value is the right one for
/// another request of the capture.
pub fn find(
    key: &str,
    value: &str,
    search: Search,
    is_expected_elsewhere: &dyn Fn(&str) -> bool,
) -> Option<Cause> {
    let key = key.trim_ascii();
    let value = value.trim_ascii();
    if value.is_empty() || key.len() > LONGEST_KEY {
        return None;
    }
    if let Some(cause) = changed_on_the_way(&expected(key), value) {
        return Some(cause);
    }
    let hash = STANDARD.decode(value).ok();
    let sha1 = hash.as_deref().and_then(|hash| <[u8; 20]>::try_from(hash).ok());
    if let Some(cause) = sha1.and_then(|sha1| hashed_something_else(key, &sha1)) {
        return Some(cause);
    }
    if hash.as_deref().is_some_and(|hash| is_other_hash(key.as_bytes(), hash)) {
        return Some(Cause::WrongHash);
    }
    if sha1.is_some_and(|sha1| is_utf16_hash(key, &sha1)) {
        return Some(Cause::Utf16Hashed);
    }
    if value == key {
        return Some(Cause::EchoesKey);
    }
    if value == RFC_SAMPLE.1 && key != RFC_SAMPLE.0 {
        return Some(Cause::CopyOfRfcSample);
    }
    if is_expected_elsewhere(value) {
        return Some(Cause::BelongsToAnotherConnection);
    }
    let sha1 = sha1.filter(|_| search == Search::Thorough)?;
    is_guid_typo(key.as_bytes(), &sha1).then_some(Cause::GuidTypo)
}

/// The right hash, written or carried wrongly.
fn changed_on_the_way(expected: &str, value: &str) -> Option<Cause> {
    let unpadded = expected.trim_end_matches('=');
    // A space at the start does not survive the parsing of the header.
    if expected.contains('+') && value == expected.replace('+', " ").trim_ascii() {
        return Some(Cause::AcceptPlusBecameSpace);
    }
    if value == unpadded {
        return Some(Cause::AcceptPaddingLost);
    }
    let urlsafe = expected.replace('+', "-").replace('/', "_");
    if urlsafe != expected && value.trim_end_matches('=') == urlsafe.trim_end_matches('=') {
        return Some(Cause::AcceptUrlsafe);
    }
    if value != expected && value.eq_ignore_ascii_case(expected) {
        return Some(Cause::AcceptCaseChanged);
    }
    if value == STANDARD.encode(expected) {
        return Some(Cause::AcceptDoublyEncoded);
    }
    is_hex(expected, value).then_some(Cause::HexDigest)
}

/// The right hash as hexadecimal digits, or base64 of these.
fn is_hex(expected: &str, value: &str) -> bool {
    let hex = hex(&STANDARD.decode(expected).unwrap_or_default());
    value.eq_ignore_ascii_case(&hex)
        || value == STANDARD.encode(&hex)
        || value == STANDARD.encode(hex.to_ascii_uppercase())
}

/// SHA-1 of other bytes than the key and the GUID.
fn hashed_something_else(text: &str, wanted: &[u8; 20]) -> Option<Cause> {
    let (key, guid) = (text.as_bytes(), GUID.as_bytes());
    let is = |parts: &[&[u8]]| sha1(parts) == *wanted;
    let with_guid = |key: &[u8]| is(&[key, guid]);
    if is(&[key]) {
        Some(Cause::NoGuid)
    } else if is(&[guid]) {
        Some(Cause::GuidAlone)
    } else if is(&[guid, key]) {
        Some(Cause::GuidBeforeKey)
    } else if is(&[key, GUID.to_ascii_lowercase().as_bytes()]) {
        Some(Cause::GuidLowercase)
    } else if is_untrimmed(key, wanted) {
        Some(Cause::KeyUntrimmed)
    } else if decoded(text).is_some_and(|bytes| with_guid(&bytes)) {
        Some(Cause::KeyDecodedFirst)
    } else if with_guid(text.replace('+', " ").as_bytes()) {
        Some(Cause::KeyPlusBecameSpace)
    } else if with_guid(&percent_decoded(key))
        || with_guid(&percent_decoded(text.replace('+', " ").as_bytes()))
    {
        Some(Cause::KeyPercentDecoded)
    } else if with_guid(text.trim_end_matches('=').as_bytes()) {
        Some(Cause::KeyPaddingLost)
    } else if with_guid(&key.to_ascii_lowercase()) || with_guid(&key.to_ascii_uppercase()) {
        Some(Cause::KeyCaseChanged)
    } else {
        None
    }
}

/// The raw bytes behind a key, padded or not.
fn decoded(key: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(key.trim_end_matches('=')).ok()
}

/// One or two characters before the key, or behind it, or one on each side.
fn is_untrimmed(key: &[u8], wanted: &[u8; 20]) -> bool {
    let is = |before: &[u8], behind: &[u8]| sha1(&[before, key, behind, GUID.as_bytes()]) == *wanted;
    AROUND_A_KEY.iter().any(|&first| {
        is(&[first], b"")
            || is(b"", &[first])
            || AROUND_A_KEY.iter().any(|&second| {
                is(&[first, second], b"") || is(b"", &[first, second]) || is(&[first], &[second])
            })
    })
}

/// Another hash over the right bytes, or SHA-1 over its own result, raw or in hexadecimal digits.
fn is_other_hash(key: &[u8], wanted: &[u8]) -> bool {
    let input = [key, GUID.as_bytes()].concat();
    let once = Sha1::digest(&input);
    match wanted.len() {
        16 => Md5::digest(&input).as_slice() == wanted,
        20 => Sha1::digest(once).as_slice() == wanted || Sha1::digest(hex(&once)).as_slice() == wanted,
        32 => Sha256::digest(&input).as_slice() == wanted,
        64 => Sha512::digest(&input).as_slice() == wanted,
        _ => false,
    }
}

/// The right characters in two bytes each, of either byte order.
fn is_utf16_hash(key: &str, wanted: &[u8; 20]) -> bool {
    let units: Vec<u16> = key.encode_utf16().chain(GUID.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    sha1(&[&little]) == *wanted || sha1(&[&big]) == *wanted
}

/// One character of the GUID left out, put in, replaced, or swapped with the next: about 7000 hashes.
fn is_guid_typo(key: &[u8], wanted: &[u8; 20]) -> bool {
    let guid = GUID.as_bytes();
    // What stands before the slip is hashed once.
    let mut before = Sha1::new_with_prefix(key);
    (0..=guid.len()).any(|place| {
        let rest = guid.get(place..).unwrap_or_default();
        let is = |parts: [&[u8]; 2]| {
            let [first, second] = parts;
            before.clone().chain_update(first).chain_update(second).finalize().as_slice() == wanted
        };
        let found = match rest {
            [] => (b' '..=b'~').any(|new| is([&[new], b""])),
            [this, behind @ ..] => {
                is([b"", behind])
                    || matches!(behind, [next, behind @ ..] if is([&[*next, *this], behind]))
                    || (b' '..=b'~').any(|new| is([&[new], behind]) || is([&[new], rest]))
            }
        };
        before.update(rest.get(..1).unwrap_or_default());
        found
    })
}

fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// RFC 3986 §2.1.
fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        let pair = match rest {
            [b'%', high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match pair {
            Some((high, low)) => {
                decoded.push((high << 4) | low);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = behind;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests;
