//! The value of `Sec-WebSocket-Accept` (RFC 6455 §4.2.2, step 5, item 4): a hash of the key as sent and a fixed GUID.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};

/// What the key is followed by before it is hashed (RFC 6455 §1.3).
pub const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The right value for a key: base64(SHA-1(key without surrounding white space, [`GUID`])). The key is not decoded first.
pub fn expected(key: &str) -> String {
    STANDARD.encode(digest(key.trim_ascii().as_bytes()))
}

/// Every value that is right for the key. Of a key that is no ASCII there are two: it may have been read as Latin-1, and
/// the server hashed the bytes.
pub fn right_values(key: &str) -> impl Iterator<Item = String> {
    let as_bytes = latin1(key).map(|key| STANDARD.encode(digest(key.trim_ascii())));
    [expected(key)].into_iter().chain(as_bytes)
}

/// SHA-1 of the key and [`GUID`].
pub fn digest(key: &[u8]) -> [u8; 20] {
    Sha1::new_with_prefix(key).chain_update(GUID).finalize().into()
}

/// The bytes as sent of a key that is no ASCII: text read as Latin-1 is hashed as the bytes that it was.
fn latin1(key: &str) -> Option<Vec<u8>> {
    if key.is_ascii() {
        return None;
    }
    key.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_answers() {
        // RFC 6455 §1.3.
        assert_eq!(expected("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(expected(" \tdGhlIHNhbXBsZSBub25jZQ==\r\n"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(expected(""), "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");
        assert!(right_values("dGhlIHNhbXBsZSBub25jZQ==").eq(["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]));
    }

    #[test]
    fn a_key_that_is_no_ascii_is_hashed_as_its_bytes() {
        let value = STANDARD.encode(digest(b"\xe9"));
        assert!(right_values("é").eq([expected("é"), value]));
    }
}
