use super::*;

fn request(head: &[u8]) -> String {
    match parse_request(head) {
        Ok(RequestHead { method, target, version, headers, latin1 }) => {
            format!("{method}|{target}|{version}|{headers:?}{}", if latin1 { "|latin1" } else { "" })
        }
        Err(error) => format!("{error:?}"),
    }
}

fn response(head: &[u8]) -> String {
    match parse_response(head) {
        Ok(ResponseHead { status, reason, version, headers, latin1 }) => {
            format!("{status}|{reason}|{version}|{headers:?}{}", if latin1 { "|latin1" } else { "" })
        }
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn requests_as_they_occur() {
    let check = |head: &[u8], expect: &str| assert_eq!(request(head), expect, "{}", head.escape_ascii());
    check(b"GET /a?b HTTP/1.1\r\nHost: x\r\nA:b\r\n\r\n", r#"GET|/a?b|1.1|[("Host", "x"), ("A", "b")]"#);
    check(b"GET / HTTP/1.0\n\n", "GET|/|1.0|[]");
    check(b"\r\nGET / HTTP/1.1\nA: b\r\n\n", r#"GET|/|1.1|[("A", "b")]"#);
    check(b"GET http://[::1]:8/c HTTP/1.1\r\n\r\n", "GET|http://[::1]:8/c|1.1|[]");
    check(b"OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS|*|1.1|[]");
    check(b"CONNECT h:443 HTTP/1.1\r\n\r\n", "CONNECT|h:443|1.1|[]");
    // Folded lines: one space in their place, wherever white space stood.
    check(
        b"GET / HTTP/1.1\r\nA: b \r\n\t c\r\n  d\r\nE: f\r\n\r\n",
        r#"GET|/|1.1|[("A", "b c d"), ("E", "f")]"#,
    );
    check(b"GET / HTTP/1.1\r\nA:\r\n b\r\n \r\nE: f\r\n\r\n", r#"GET|/|1.1|[("A", "b"), ("E", "f")]"#);
    check(b"GET / HTTP/1.1\r\n A: b\r\n c\r\nE: f\r\n\r\n", r#"GET|/|1.1|[("E", "f")]"#);
    check(b"GET / HTTP/1.1\r\nUpgrade : websocket\r\n\r\n", r#"GET|/|1.1|[("Upgrade", "websocket")]"#);
    check(b"GET / HTTP/1.1\r\nA: \t b \t \r\nC:\r\n\r\n", r#"GET|/|1.1|[("A", "b"), ("C", "")]"#);
    check(b"GET / HTTP/1.1\r\nno colon\r\nC: d\r\n\r\n", r#"GET|/|1.1|[("no colon", ""), ("C", "d")]"#);
    check(b"GET / HTTP/1.1\r\nA: \0\x01\r\n\r\n", r#"GET|/|1.1|[("A", "\0\u{1}")]"#);
    check("GET /é HTTP/1.1\r\nA: é\r\n\r\n".as_bytes(), r#"GET|/é|1.1|[("A", "é")]"#);
    check(
        b"GET / HTTP/1.1\r\nA: \xe9\r\nB: \xc3\xa9\r\n\r\n",
        r#"GET|/|1.1|[("A", "é"), ("B", "é")]|latin1"#,
    );
    check(b"GET /\xe9 HTTP/1.1\r\n\xff: b\r\n\r\n", r#"GET|/é|1.1|[("ÿ", "b")]|latin1"#);
    check(b"GET  /a b  HTTP/1.1 \r\n\r\n", "GET|/a b|1.1|[]");
    check(b"GET / HTTP/0.9\r\n\r\n", "GET|/|0.9|[]");
    check(b"GET / HTTP/1.1\r\nA: b", r#"GET|/|1.1|[("A", "b")]"#);
}

#[test]
fn what_is_no_request() {
    let check = |head: &[u8], expect: HeadError| {
        assert_eq!(parse_request(head), Err(expect), "{}", head.escape_ascii())
    };
    check(b"", HeadError::RequestLine);
    check(b"GET\r\n\r\n", HeadError::RequestLine);
    check(b"GET HTTP/1.1\r\n\r\n", HeadError::RequestLine);
    check(b"GET /\r\n\r\n", HeadError::Version);
    check(b"OPTIONS * RTSP/1.0\r\n\r\n", HeadError::Version);
    check(b"G(T / HTTP/1.1\r\n\r\n", HeadError::RequestLine);
}

#[test]
fn responses_as_they_occur() {
    let check = |head: &[u8], expect: &str| assert_eq!(response(head), expect, "{}", head.escape_ascii());
    check(b"HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n", r#"101|Switching Protocols|1.1|[("A", "b")]"#);
    check(b"HTTP/1.0 200 OK\n\n", "200|OK|1.0|[]");
    check(b"HTTP/1.1 101\r\n\r\n", "101||1.1|[]");
    check(b"HTTP/1.1 101 \r\n\r\n", "101||1.1|[]");
    check(b"HTTP/1.1  101  a  b \r\n\r\n", "101|a  b|1.1|[]");
    check(b"HTTP/1.1 200 \xe9\r\n\r\n", "200|é|1.1|[]|latin1");
    check(b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", r#"200|OK|1.1|[("A", "b c")]"#);
    check(b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", r#"200|OK|1.1|[("A", "b")]"#);
    check(b"HTTP/1.1 20 OK\r\n\r\n", "StatusLine");
    check(b"HTTP/1.1 2000 OK\r\n\r\n", "StatusLine");
    check(b"HTTP/1.1\r\n\r\n", "StatusLine");
    check(b"ICY 200 OK\r\n\r\n", "Version");
}

#[test]
fn large_heads() {
    for fields in [10_000, 100_000] {
        let head = [b"GET / HTTP/1.1\r\n".as_slice(), &b"A: b\r\n".repeat(fields), b"\r\n"].concat();
        assert_eq!(parse_request(&head).unwrap().headers.len(), fields);
    }
    let cookies = "c".repeat(1 << 20);
    let head = format!("GET / HTTP/1.1\r\nCookie: {cookies}\r\nA: b\r\n\r\n");
    let headers = parse_request(head.as_bytes()).unwrap().headers;
    assert_eq!((headers.get("cookie").map(str::len), headers.get("a")), (Some(1 << 20), Some("b")));
}

/// Where httparse reads a head, the line parser reads the same.
#[test]
fn both_parsers_agree() {
    let pieces: [&[u8]; 22] = [
        b"GET",
        b"HTTP/1.1",
        b"HTTP/1.0",
        b" ",
        b" ",
        b"/",
        b"\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b":",
        b": ",
        b"A",
        b"\t",
        b"\xc3\xa9",
        b"\xe9",
        b"200",
        b"b",
        b"\0",
        b",",
        b"\"",
        b"OK",
    ];
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 40).unwrap()
    };
    let (mut requests, mut responses) = (0, 0);
    for _ in 0..60_000 {
        let start: &[u8] = if next() % 2 == 0 { b"GET / HTTP/1.1\r\n" } else { b"HTTP/1.1 200 OK\r\n" };
        let mut head = if next() % 4 == 0 { Vec::new() } else { start.to_vec() };
        for _ in 0..next() % 12 {
            head.extend_from_slice(pieces[next() % pieces.len()]);
        }
        head.extend_from_slice(b"\r\n\r\n");
        let head = lenient::unfold(lenient::without_empty_lines(&head)).into_owned();
        if let Some(strict) = strict_request(&head) {
            assert_eq!(lenient::request(&head), Ok(strict), "{}", head.escape_ascii());
            requests += 1;
        }
        if let Some(strict) = strict_response(&head) {
            assert_eq!(lenient::response(&head), Ok(strict), "{}", head.escape_ascii());
            responses += 1;
        }
    }
    assert!(requests > 500 && responses > 500, "{requests} {responses}");
}
