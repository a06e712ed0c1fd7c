use super::*;

/// A key with all that may be lost on the way: `/`, `+`, both cases and padding.
const KEY: &str = "/YOPKQC//D3ik+kSa/TweQ==";

fn base64_sha1(input: impl AsRef<[u8]>) -> String {
    STANDARD.encode(Sha1::digest(input))
}

fn cause(key: &str, value: &str) -> Option<Cause> {
    find(key, value, Search::Thorough, &|_| false)
}

#[track_caller]
fn check(key: &str, value: &str, expect: Cause) {
    assert_ne!(value, expected(key), "a wrong value");
    assert_eq!(cause(key, value), Some(expect), "{key} {value}");
    let cheap = find(key, value, Search::Cheap, &|_| false);
    assert_eq!(cheap, Some(expect).filter(|cause| *cause != Cause::GuidTypo), "cheap: {key} {value}");
}

/// A key whose Accept has what a test needs.
fn key_with(fits: impl Fn(&str) -> bool) -> String {
    (0_u128..).map(|number| STANDARD.encode(number.to_be_bytes())).find(|key| fits(&expected(key))).unwrap()
}

#[test]
fn the_right_hash_written_wrongly() {
    for start in ["+", ""] {
        let key =
            key_with(|accept| accept.contains('+') && accept.contains('/') && accept.starts_with(start));
        let right = expected(&key);
        check(&key, right.replace('+', " ").trim(), Cause::AcceptPlusBecameSpace);
        check(&key, &right.replace('+', "-").replace('/', "_"), Cause::AcceptUrlsafe);
        check(&key, right.replace('+', "-").replace('/', "_").trim_end_matches('='), Cause::AcceptUrlsafe);
        check(&key, right.trim_end_matches('='), Cause::AcceptPaddingLost);
        check(&key, &right.to_lowercase(), Cause::AcceptCaseChanged);
        check(&key, &right.to_uppercase(), Cause::AcceptCaseChanged);
        check(&key, &STANDARD.encode(&right), Cause::AcceptDoublyEncoded);
        let digits = hex(&STANDARD.decode(&right).unwrap());
        check(&key, &digits, Cause::HexDigest);
        check(&key, &digits.to_uppercase(), Cause::HexDigest);
        check(&key, &STANDARD.encode(&digits), Cause::HexDigest);
        check(&key, &STANDARD.encode(digits.to_uppercase()), Cause::HexDigest);
        // Near misses: one character more is wrong, or half a change.
        for near in [
            format!("{}A", right.replace('+', " ").trim()),
            right.replacen('=', "-", 1),
            format!("{digits}0"),
            digits.replacen(['a', 'b', 'c', 'd', 'e', 'f'], "0", 1),
            right.chars().rev().collect(),
        ] {
            assert_eq!(cause(&key, &near), None, "{near}");
        }
    }
    // Without `+` and `/` the URL-safe form is the right one.
    let plain = key_with(|accept| !accept.contains(['+', '/']));
    check(&plain, expected(&plain).trim_end_matches('='), Cause::AcceptPaddingLost);
}

#[test]
fn another_input_hashed() {
    let check = |input: &[u8], expect| check(KEY, &base64_sha1(input), expect);
    check(KEY.as_bytes(), Cause::NoGuid);
    check(GUID.as_bytes(), Cause::GuidAlone);
    check(format!("{GUID}{KEY}").as_bytes(), Cause::GuidBeforeKey);
    check(format!("{KEY}{}", GUID.to_lowercase()).as_bytes(), Cause::GuidLowercase);
    for around in [" ", "\t", "\r", "\n", "\0", "\"", "'", "\r\n", "  ", "\0\0"] {
        check(format!("{around}{KEY}{GUID}").as_bytes(), Cause::KeyUntrimmed);
        check(format!("{KEY}{around}{GUID}").as_bytes(), Cause::KeyUntrimmed);
    }
    check(format!("\"{KEY}\"{GUID}").as_bytes(), Cause::KeyUntrimmed);
    let raw = STANDARD.decode(KEY).unwrap();
    check(&[&raw, GUID.as_bytes()].concat(), Cause::KeyDecodedFirst);
    check(format!("{}{GUID}", KEY.replace('+', " ")).as_bytes(), Cause::KeyPlusBecameSpace);
    check(format!("{}{GUID}", KEY.trim_end_matches('=')).as_bytes(), Cause::KeyPaddingLost);
    check(format!("{}{GUID}", KEY.to_lowercase()).as_bytes(), Cause::KeyCaseChanged);
    check(format!("{}{GUID}", KEY.to_uppercase()).as_bytes(), Cause::KeyCaseChanged);
    let utf16 = |bytes: fn(u16) -> [u8; 2]| {
        format!("{KEY}{GUID}").encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    check(&utf16(u16::to_le_bytes), Cause::Utf16Hashed);
    check(&utf16(u16::to_be_bytes), Cause::Utf16Hashed);
    for near in [
        format!("{KEY}x{GUID}"),
        format!("{KEY}   {GUID}"),
        format!("\u{feff}{KEY}{GUID}"),
        format!("{}{GUID}", KEY.replacen('+', "-", 1)),
        format!("{}{GUID}", KEY.trim_start_matches('/')),
        format!("{GUID} {KEY}"),
    ] {
        // A character between key and GUID reads as a slip in the GUID.
        let expect = (near == format!("{KEY}x{GUID}")).then_some(Cause::GuidTypo);
        assert_eq!(cause(KEY, &base64_sha1(&near)), expect, "{near}");
    }
}

#[test]
fn a_percent_encoded_key_that_was_decoded() {
    for (sent, hashed) in [
        ("/YOPKQC//D3ik%2BkSa/TweQ%3D%3D", "/YOPKQC//D3ik+kSa/TweQ=="),
        ("%2fYOPKQC//D3ik+kSa/TweQ==", "/YOPKQC//D3ik kSa/TweQ=="),
    ] {
        check(sent, &base64_sha1(format!("{hashed}{GUID}")), Cause::KeyPercentDecoded);
    }
    assert_eq!(percent_decoded(b"%41%4%zz%"), b"A%4%zz%");
}

#[test]
fn another_hash() {
    let input = format!("{KEY}{GUID}");
    check(KEY, &STANDARD.encode(Md5::digest(&input)), Cause::WrongHash);
    check(KEY, &STANDARD.encode(Sha256::digest(&input)), Cause::WrongHash);
    check(KEY, &STANDARD.encode(Sha512::digest(&input)), Cause::WrongHash);
    check(KEY, &base64_sha1(Sha1::digest(&input)), Cause::WrongHash);
    check(KEY, &base64_sha1(hex(&Sha1::digest(&input))), Cause::WrongHash);
    assert_eq!(cause(KEY, &STANDARD.encode(Md5::digest(KEY))), None);
    assert_eq!(cause(KEY, &STANDARD.encode(sha2::Sha384::digest(&input))), None);
}

#[test]
fn values_that_are_no_hash_of_this_key() {
    check(KEY, KEY, Cause::EchoesKey);
    check(KEY, RFC_SAMPLE.1, Cause::CopyOfRfcSample);
    let elsewhere = expected("AAAAAAAAAAAAAAAAAAAAAA==");
    let find_there = |value: &str| find(KEY, value, Search::Cheap, &|value| value == elsewhere);
    assert_eq!(find_there(&elsewhere), Some(Cause::BelongsToAnotherConnection));
    assert_eq!(find_there(&expected("BAAAAAAAAAAAAAAAAAAAAA==")), None);
    // An explanation by the bytes goes before one by other connections.
    assert_eq!(find(KEY, KEY, Search::Cheap, &|_| true), Some(Cause::EchoesKey));
    for none in ["", " ", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "é", "=", &KEY[1..]] {
        assert_eq!(cause(KEY, none), None, "{none:?}");
    }
    assert_eq!(cause("", ""), None);
    let long = "A".repeat(1 << 20);
    assert_eq!(cause(&long, &base64_sha1(&long)), None);
}

#[test]
fn slips_in_the_guid() {
    for guid in [
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B1",
        "58EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B111",
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11~",
        "{258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B12",
        "358EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        "258EAFA5-E914-47DA-95CA-5CAB0DC85B11",
        "528EAFA5-E914-47DA-95CA-C5AB0DC85B11",
        "258EAFA5E914-47DA-95CA-C5AB0DC85B11",
        "258EAFA5-E914-47DA-95CA-C5AB0dC85B11",
    ] {
        check(KEY, &base64_sha1(format!("{KEY}{guid}")), Cause::GuidTypo);
    }
    for guid in [
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B",
        "8EAFA5-E914-47DA-95CA-C5AB0DC85B11x",
        "258EAFA5E91447DA95CAC5AB0DC85B11",
        "\u{1}258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
    ] {
        assert_eq!(cause(KEY, &base64_sha1(format!("{KEY}{guid}"))), None, "{guid}");
    }
}
