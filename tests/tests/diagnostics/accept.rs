//! Every cause of a wrong `Sec-WebSocket-Accept`: what a server answers that has this bug, for a key of which the bug shows.

use std::time::Duration;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use sockscope_core::diagnostic::{Cause, Code};
use sockscope_tests::http::{GUID, accept, accept_of, decode, encode, key, key_where};
use sockscope_tests::wire::pcap_of;
use sockscope_tests::{Conversation, Head, Side, Wire};

use crate::case::{Case, answered, cause};

pub fn cases() -> Vec<Case> {
    [spoilt(), hashed_wrong(), key_spoilt(), copied(), typos()].into_iter().flatten().collect()
}

/// The value is right and spoilt on its way into the header.
fn spoilt() -> Vec<Case> {
    vec![
        cause(Cause::AcceptPlusBecameSpace)
            .shows("a plus became a space", || with(&odd_accept(), accept(&odd_accept()).replace('+', " ")))
            .faulty_near_miss("a plus became a minus", || {
                with(&odd_accept(), accept(&odd_accept()).replace('+', "-"))
            }),
        cause(Cause::AcceptPaddingLost)
            .shows("the padding is lost", || of_key_0(|key| accept(key).trim_end_matches('=').to_owned()))
            .faulty_near_miss("one character more is lost", || of_key_0(|key| accept(key)[..26].to_owned())),
        cause(Cause::AcceptUrlsafe)
            .shows("base64 for addresses", || with(&odd_accept(), urlsafe(&accept(&odd_accept()))))
            .faulty_near_miss("the two odd characters changed places", || {
                let swap = |c| match c {
                    '+' => '/',
                    '/' => '+',
                    c => c,
                };
                with(&odd_accept(), accept(&odd_accept()).chars().map(swap).collect())
            }),
        cause(Cause::AcceptCaseChanged)
            .shows("in lower case", || of_key_0(|key| accept(key).to_lowercase()))
            .shows("in upper case", || of_key_0(|key| accept(key).to_uppercase()))
            .faulty_near_miss("in lower case, and one character is another", || {
                of_key_0(|key| change_last(&accept(key).to_lowercase()))
            }),
        cause(Cause::AcceptDoublyEncoded)
            .shows("base64 of base64", || of_key_0(|key| encode(accept(key))))
            .faulty_near_miss("base64 of the base64 of something else", || {
                of_key_0(|_| encode(encode([90; 20])))
            }),
        cause(Cause::HexDigest)
            .shows("hexadecimal", || of_key_0(hex_digest))
            .shows("hexadecimal in upper case", || of_key_0(|key| hex_digest(key).to_uppercase()))
            .shows("base64 of hexadecimal", || of_key_0(|key| encode(hex_digest(key))))
            .faulty_near_miss("hexadecimal of something else", || {
                of_key_0(|key| change_last(&hex_digest(key)))
            }),
    ]
}

/// The wrong bytes are hashed, or the right ones wrongly.
fn hashed_wrong() -> Vec<Case> {
    vec![
        cause(Cause::NoGuid)
            .shows("the key alone", || of_key_0(|key| accept_of(key)))
            .faulty_near_miss("the GUID alone", || of_key_0(|_| accept_of(GUID))),
        cause(Cause::GuidAlone)
            .shows("the GUID alone", || of_key_0(|_| "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=".to_owned()))
            .faulty_near_miss("the key alone", || of_key_0(|key| accept_of(key))),
        cause(Cause::GuidBeforeKey)
            .shows("the GUID before the key", || of_key_0(|key| accept_of(format!("{GUID}{key}"))))
            .near_miss("the GUID behind the key", || of_key_0(accept)),
        cause(Cause::GuidLowercase)
            .shows("the GUID in lower case", || {
                of_key_0(|key| accept_of(format!("{key}{}", GUID.to_lowercase())))
            })
            .faulty_near_miss("the key in lower case", || {
                of_key_0(|key| accept_of(format!("{}{GUID}", key.to_lowercase())))
            }),
        cause(Cause::WrongHash)
            .shows("MD5", || of_key_0(|key| encode(Md5::digest(format!("{key}{GUID}")))))
            .shows("SHA-256", || of_key_0(|key| encode(Sha256::digest(format!("{key}{GUID}")))))
            .shows("SHA-512", || of_key_0(|key| encode(Sha512::digest(format!("{key}{GUID}")))))
            .shows("SHA-1 twice", || of_key_0(|key| accept_of(Sha1::digest(format!("{key}{GUID}")))))
            .faulty_near_miss("SHA-256 of something else", || {
                of_key_0(|key| encode(Sha256::digest(format!("{key} and something else"))))
            }),
        cause(Cause::Utf16Hashed)
            .shows("each character in two bytes", || {
                of_key_0(|key| accept_of(utf16(&format!("{key}{GUID}"))))
            })
            .faulty_near_miss("only the key's characters in two bytes", || {
                of_key_0(|key| accept_of([&utf16(key), GUID.as_bytes()].concat()))
            }),
    ]
}

/// The key is spoilt before it is hashed.
fn key_spoilt() -> Vec<Case> {
    vec![
        cause(Cause::KeyUntrimmed)
            .shows("the space before the key", || of_key_0(|key| accept_of(format!(" {key}{GUID}"))))
            .shows("the line's end behind the key", || of_key_0(|key| accept_of(format!("{key}\r\n{GUID}"))))
            .shows("quotes around the key", || of_key_0(|key| accept_of(format!("\"{key}\"{GUID}"))))
            .near_miss("white space stands around the key, and the server takes it off", || {
                with(&format!("  {} ", key(0)), accept(&key(0)))
            }),
        cause(Cause::KeyDecodedFirst)
            .shows("the 16 bytes and the GUID", || {
                of_key_0(|key| accept_of([&decode(key), GUID.as_bytes()].concat()))
            })
            .faulty_near_miss("the 16 bytes alone", || of_key_0(|key| accept_of(decode(key)))),
        cause(Cause::KeyPlusBecameSpace)
            .shows("a plus became a space", || {
                with(&plus_key(), accept_of(format!("{}{GUID}", plus_key().replace('+', " "))))
            })
            .near_miss("a plus stayed one", || with(&plus_key(), accept(&plus_key()))),
        cause(Cause::KeyPercentDecoded)
            .also(&[Code::KeyNotBase64, Code::KeyNot16Bytes])
            .shows("the client encodes the key as in an address, and the server decodes it", || {
                with(&key(0).replace('=', "%3D"), accept(&key(0)))
            })
            .faulty_near_miss("the server hashes it as it came", || {
                with(&key(0).replace('=', "%3D"), accept(&key(0).replace('=', "%3D")))
            }),
        cause(Cause::KeyPaddingLost)
            .shows("the padding is lost", || {
                of_key_0(|key| accept_of(format!("{}{GUID}", key.trim_end_matches('='))))
            })
            .faulty_near_miss("one character more is lost", || {
                of_key_0(|key| accept_of(format!("{}{GUID}", &key[..21])))
            }),
        cause(Cause::KeyCaseChanged)
            .shows("the key in lower case", || {
                of_key_0(|key| accept_of(format!("{}{GUID}", key.to_lowercase())))
            })
            .faulty_near_miss("the GUID in lower case", || {
                of_key_0(|key| accept_of(format!("{key}{}", GUID.to_lowercase())))
            }),
    ]
}

/// The value is somebody else's.
fn copied() -> Vec<Case> {
    vec![
        cause(Cause::EchoesKey)
            .shows("the key itself", || of_key_0(str::to_owned))
            .faulty_near_miss("the key backwards", || of_key_0(|key| key.chars().rev().collect())),
        cause(Cause::CopyOfRfcSample)
            .shows("the Accept of the standard's sample", || {
                of_key_0(|_| "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned())
            })
            .near_miss("the key is that of the standard's sample", || {
                with("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".to_owned())
            }),
        cause(Cause::BelongsToAnotherConnection)
            .shows("the Accept of the connection before", || {
                let first = conversation(Wire::numbered(0), &key(0), accept(&key(0)));
                let second = conversation(in_10_seconds(1), &key(1), accept(&key(0)));
                pcap_of(&[&first.wire, &second.wire])
            })
            .faulty_near_miss("the Accept of a connection that comes later", || {
                let first = conversation(Wire::numbered(0), &key(0), accept(&key(1)));
                let second = conversation(in_10_seconds(1), &key(1), accept(&key(1)));
                pcap_of(&[&first.wire, &second.wire])
            }),
    ]
}

/// The GUID was not copied but typed.
fn typos() -> Vec<Case> {
    vec![
        cause(Cause::GuidTypo)
            .shows("one character is left out", || typed("258EAFA5-E914-47DA-95CA-C5AB0DC8B11"))
            .shows("one character is too much", || typed("258EAFA5-E914-47DAA-95CA-C5AB0DC85B11"))
            .shows("one character is another", || typed("258EAFA5-E914-47DA-95CA-C5AB0DC85B71"))
            .shows("two neighbours changed places", || typed("258EAFA5-E941-47DA-95CA-C5AB0DC85B11"))
            .faulty_near_miss("two characters are others", || typed("258EAFB5-E914-47DA-95CA-C5AB0DC85B71")),
    ]
}

fn typed(guid: &str) -> Vec<u8> {
    of_key_0(|key| accept_of(format!("{key}{guid}")))
}

/// A conversation with that key and that Accept.
fn with(key: &str, accept: String) -> Vec<u8> {
    let request = Head::request().with("Sec-WebSocket-Key", key);
    answered(&request, &Head::answer(&request).with("Sec-WebSocket-Accept", accept))
}

/// The same for the first key, from which `make` makes the Accept.
fn of_key_0(make: impl Fn(&str) -> String) -> Vec<u8> {
    with(&key(0), make(&key(0)))
}

fn conversation(wire: Wire, key: &str, accept: String) -> Conversation {
    let request = Head::request().with("Sec-WebSocket-Key", key);
    let answer = Head::answer(&request).with("Sec-WebSocket-Accept", accept);
    Conversation::on(wire).raw(Side::Client, request.bytes()).raw(Side::Server, answer.bytes()).talk().close()
}

fn in_10_seconds(number: u16) -> Wire {
    Wire::numbered(number).starting_after(Duration::from_secs(10))
}

/// A key whose right Accept has both odd characters of base64, neither of them where a header's value is trimmed.
fn odd_accept() -> String {
    key_where(|_, accept| accept[1..].contains('+') && accept.contains('/') && !accept.starts_with('+'))
}

/// A key with a plus inside.
fn plus_key() -> String {
    key_where(|key, _| key[1..].contains('+') && !key.starts_with('+'))
}

fn urlsafe(text: &str) -> String {
    text.replace('+', "-").replace('/', "_")
}

fn hex_digest(key: &str) -> String {
    Sha1::digest(format!("{key}{GUID}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// The last letter or digit becomes another one.
fn change_last(text: &str) -> String {
    let (body, padding) = text.split_at(text.trim_end_matches('=').len());
    let (rest, last) = body.split_at(body.len() - 1);
    format!("{rest}{}{padding}", if last == "0" { "1" } else { "0" })
}
