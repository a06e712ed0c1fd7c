use super::*;
use crate::http::head::{parse_request, parse_response};

/// How many bytes the body takes, or why not, in pieces of every size.
fn check(length: BodyLength, input: &[u8], expect: &str) {
    for size in 1..=input.len().max(1) {
        let mut skipper = BodySkipper::new(length);
        let mut before = 0;
        let mut result = if skipper.is_done() { "done 0".to_owned() } else { "more".to_owned() };
        for piece in input.chunks(size) {
            match skipper.push(piece) {
                SkipProgress::NeedMore => before += piece.len(),
                SkipProgress::Done { consumed } => result = format!("done {}", before + consumed),
                SkipProgress::Lost { consumed } => result = format!("lost {}", before + consumed),
            }
            if result != "more" {
                break;
            }
        }
        assert_eq!(result, expect, "{} by {size}", input.escape_ascii());
    }
}

#[test]
fn bodies_are_passed_over() {
    let fixed = BodyLength::Fixed;
    check(fixed(0), b"GET", "done 0");
    check(fixed(3), b"abcGET", "done 3");
    check(fixed(3), b"ab", "more");
    check(fixed(u64::MAX), b"ab", "more");
    check(BodyLength::UntilClose, b"0\r\n\r\n", "more");
    check(BodyLength::Tunnel, b"GET", "done 0");
    let chunked = BodyLength::Chunked;
    check(chunked, b"3\r\nabc\r\n0\r\n\r\nGET", "done 13");
    check(chunked, b"0\r\n\r\n", "done 5");
    check(chunked, b"000A;a=\"b\" ; c\r\n0123456789\r\n00\r\n\r\nG", "done 34");
    check(chunked, b"3\nabc\n0\n\nGET", "done 9");
    check(chunked, b"1 \r\na\r\n0\r\nTrailer: x\r\nB: y\r\n\r\nG", "done 30");
    check(chunked, b"3\r\nabc\r\n0\r\n", "more");
    check(chunked, b"3\r\nabcd\r\n", "lost 6");
    check(chunked, b"x\r\n", "lost 0");
    check(chunked, b"\r\n", "lost 0");
    check(chunked, b"3x\r\n", "lost 1");
    check(chunked, b"FFFFFFFFFFFFFFFF\r\nabc", "more");
    check(chunked, b"10000000000000000\r\nabc", "lost 16");
}

#[test]
fn gaps_in_bodies() {
    let check = |length, before: &[u8], gap, after: &[u8], expect: (GapSkip, SkipProgress)| {
        let mut skipper = BodySkipper::new(length);
        skipper.push(before);
        assert_eq!((skipper.skip_gap(gap), skipper.push(after)), expect, "{length:?} {gap}");
    };
    use {GapSkip::*, SkipProgress as P};
    check(BodyLength::Fixed(10), b"ab", 5, b"cdeG", (InStep, P::Done { consumed: 3 }));
    check(BodyLength::Fixed(10), b"ab", 8, b"G", (InStep, P::Done { consumed: 0 }));
    check(BodyLength::Fixed(10), b"ab", 9, b"G", (Lost, P::Lost { consumed: 0 }));
    check(BodyLength::Fixed(0), b"", 1, b"G", (Lost, P::Lost { consumed: 0 }));
    check(BodyLength::UntilClose, b"", 100, b"G", (InStep, P::NeedMore));
    check(BodyLength::Chunked, b"a\r\nab", 5, b"cde\r\n0\r\n\r\nG", (InStep, P::Done { consumed: 10 }));
    check(BodyLength::Chunked, b"a\r\nab", 8, b"\r\n0\r\n\r\nG", (InStep, P::Done { consumed: 7 }));
    check(BodyLength::Chunked, b"a\r\nab", 9, b"\n0\r\n\r\nG", (Lost, P::Lost { consumed: 0 }));
    check(BodyLength::Chunked, b"a", 1, b"\n", (Lost, P::Lost { consumed: 0 }));
}

#[test]
fn lengths_of_requests_and_responses() {
    let request = |fields: &str, expect| {
        let head = parse_request(format!("POST / HTTP/1.1\r\n{fields}\r\n").as_bytes()).unwrap();
        assert_eq!(BodyLength::of_request(&head), expect, "{fields}");
    };
    request("", BodyLength::Fixed(0));
    request("Content-Length: 5\r\n", BodyLength::Fixed(5));
    request("Content-Length: 5, 5\r\ncontent-length: 5\r\n", BodyLength::Fixed(5));
    request("Content-Length: 5\r\nContent-Length: 6\r\n", BodyLength::UntilClose);
    request("Content-Length: +5\r\n", BodyLength::UntilClose);
    request("Content-Length: 99999999999999999999\r\n", BodyLength::UntilClose);
    request("Content-Length: 5\r\nTransfer-Encoding: gzip, Chunked\r\n", BodyLength::Chunked);
    request("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", BodyLength::Chunked);
    request("Transfer-Encoding: chunked, gzip\r\n", BodyLength::UntilClose);
    request("Transfer-Encoding: identity\r\nContent-Length: 1\r\n", BodyLength::Fixed(1));

    let response = |status: u16, fields: &str, method: Option<&str>, expect| {
        let head = parse_response(format!("HTTP/1.1 {status} X\r\n{fields}\r\n").as_bytes()).unwrap();
        assert_eq!(BodyLength::of_response(&head, method), expect, "{status} {method:?} {fields}");
    };
    let length = "Content-Length: 5\r\n";
    response(200, length, Some("GET"), BodyLength::Fixed(5));
    response(200, length, None, BodyLength::Fixed(5));
    response(200, length, Some("HEAD"), BodyLength::Fixed(0));
    response(200, "", Some("GET"), BodyLength::UntilClose);
    response(404, "Transfer-Encoding: chunked\r\n", Some("GET"), BodyLength::Chunked);
    for status in [100, 101, 103, 204, 304] {
        response(status, length, Some("GET"), BodyLength::Fixed(0));
    }
    response(200, length, Some("CONNECT"), BodyLength::Tunnel);
    response(407, length, Some("CONNECT"), BodyLength::Fixed(5));
}
