//! Tells from the first bytes of a direction whether they are HTTP/1.x (RFC 9112 §3, §4), on any port. An answer
//! never changes when more bytes come.

use memchr::{memchr, memmem};

use super::lenient::is_token;

/// An answer on bytes that may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// It is.
    Yes,
    /// It is not, whatever follows.
    No,
    /// More bytes are needed.
    NeedMore,
}

/// The longest registered method has 17 characters.
const LONGEST_METHOD: usize = 32;
/// So many bytes of a first line are waited for; then its method decides.
const LONGEST_WAIT: usize = 8192;
/// So many empty lines' bytes are skipped before a head.
const MOST_EMPTY: usize = 64;
/// Methods that decide where the target is longer than the wait.
const KNOWN_METHODS: [&[u8]; 9] =
    [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH"];
/// RFC 9113 §3.4.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Whether the bytes begin with a request line of HTTP/1: a method, a target and ` HTTP/1.`. No for TLS, for frames and
/// for the preface of HTTP/2.
pub fn looks_like_request(bytes: &[u8]) -> Tri {
    let Some(line) = first_line(bytes) else { return Tri::No };
    let method = line.iter().take(LONGEST_METHOD + 1).take_while(|byte| is_token(**byte)).count();
    match line.get(method) {
        _ if method > LONGEST_METHOD => return Tri::No,
        None => return Tri::NeedMore,
        Some(b' ' | b'\t') if method > 0 => {}
        Some(_) => return Tri::No,
    }
    let rest = line.get(method..).unwrap_or_default();
    let rest = rest.get(..LONGEST_WAIT).unwrap_or(rest);
    let end = rest.iter().position(|byte| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f);
    let target = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    if memmem::find(target, b" HTTP/1.").is_some() {
        return Tri::Yes;
    }
    match end {
        Some(_) => Tri::No,
        None if rest.len() < LONGEST_WAIT => Tri::NeedMore,
        None if line.get(..method).is_some_and(|method| KNOWN_METHODS.contains(&method)) => Tri::Yes,
        None => Tri::No,
    }
}

/// Whether the bytes begin with a status line of HTTP/1: `HTTP/1.`, a digit, a space and a digit.
pub fn looks_like_response(bytes: &[u8]) -> Tri {
    let Some(line) = first_line(bytes) else { return Tri::No };
    for (place, byte) in line.iter().enumerate() {
        let fits = match place {
            0..7 => b"HTTP/1.".get(place) == Some(byte),
            7 => byte.is_ascii_digit(),
            8 => *byte == b' ',
            _ if *byte == b' ' && place < LONGEST_METHOD => true,
            _ => return if byte.is_ascii_digit() { Tri::Yes } else { Tri::No },
        };
        if !fits {
            return Tri::No;
        }
    }
    Tri::NeedMore
}

/// Whether the bytes begin with the preface that opens every HTTP/2 connection (RFC 9113 §3.4).
pub fn is_http2_preface(bytes: &[u8]) -> Tri {
    if bytes.starts_with(HTTP2_PREFACE) {
        Tri::Yes
    } else if HTTP2_PREFACE.starts_with(bytes) {
        Tri::NeedMore
    } else {
        Tri::No
    }
}

/// The bytes without a few empty lines before them (RFC 9112 §2.2), up to and with the line feed.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let empty = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let line = bytes.get(empty..).unwrap_or_default();
    let end = memchr(b'\n', line).map_or(line.len(), |end| end + 1);
    if empty > MOST_EMPTY { None } else { line.get(..end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every prefix needs more, up to the place where the answer falls; from there on it stays.
    fn check(what: fn(&[u8]) -> Tri, bytes: &[u8], expect: Tri) {
        let answers: Vec<_> = (0..=bytes.len()).map(|end| what(&bytes[..end])).collect();
        let undecided = answers.iter().take_while(|answer| **answer == Tri::NeedMore).count();
        assert!(
            answers[undecided..].iter().all(|answer| *answer == expect),
            "{}: {answers:?}",
            bytes.escape_ascii()
        );
        assert_eq!(answers.last(), Some(&expect), "{}", bytes.escape_ascii());
    }

    #[test]
    fn requests_on_any_port() {
        for method in
            ["GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "PATCH", "DELETE", "TRACE", "M-SEARCH", "x"]
        {
            check(looks_like_request, format!("{method} /a HTTP/1.1\r\n\r\n").as_bytes(), Tri::Yes);
        }
        let yes: [&[u8]; 5] = [
            b"\r\n\nGET / HTTP/1.0\n",
            b"GET http://a/ HTTP/1.",
            b"GET /a b HTTP/1.1\r\n",
            b"GET /\xe9 HTTP/1.1\r\n",
            &[b"GET /".as_slice(), &[b'a'; 9000]].concat(),
        ];
        for bytes in yes {
            check(looks_like_request, bytes, Tri::Yes);
        }
        let no: [&[u8]; 13] = [
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
            b"\x81\x85abcdHello",
            b"\x82\x7e\x01\x00",
            b"HTTP/1.1 200 OK\r\n",
            b"GET /\r\n",
            b"OPTIONS rtsp://a RTSP/1.0\r\n",
            b"INVITE sip:a@b SIP/2.0\r\n",
            b"get foo\r\n",
            b" GET / HTTP/1.1\r\n",
            b"SSH-2.0-OpenSSH_9.2\r\n",
            &[b'A'; 40],
            &[b"BREW /".as_slice(), &[b'a'; 9000]].concat(),
        ];
        for bytes in no {
            check(looks_like_request, bytes, Tri::No);
        }
        for bytes in [b"".as_slice(), b"\r\n", b"GET", b"GET / HTTP/1", b"PRI * HTTP"] {
            check(looks_like_request, bytes, Tri::NeedMore);
        }
        check(looks_like_request, &[b'\n'; 100], Tri::No);
    }

    #[test]
    fn responses_on_any_port() {
        for bytes in [b"HTTP/1.1 101 X\r\n".as_slice(), b"HTTP/1.0  200", b"\r\nHTTP/1.1 2"] {
            check(looks_like_response, bytes, Tri::Yes);
        }
        for bytes in [
            b"HTTP/2 200\r\n".as_slice(),
            b"RTSP/1.0 200 OK",
            b"HTTP/1.1\r\n",
            b"HTTP/1.1 OK",
            b"\x81\x05Hello",
            b"GET ",
        ] {
            check(looks_like_response, bytes, Tri::No);
        }
        for bytes in [b"".as_slice(), b"HTTP/1.1 ", b"HTT"] {
            check(looks_like_response, bytes, Tri::NeedMore);
        }
    }

    #[test]
    fn the_preface_of_http2() {
        check(is_http2_preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0", Tri::Yes);
        check(is_http2_preface, b"PRI * HTTP/2.0\r\n\r\nS", Tri::NeedMore);
        check(is_http2_preface, b"PRI * HTTP/2.0\r\n\r\nX", Tri::No);
        check(is_http2_preface, b"POST / HTTP/1.1", Tri::No);
    }
}
