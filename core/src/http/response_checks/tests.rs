use super::super::deflate_offer::ContextTakeover;
use super::super::head::{parse_request, parse_response};
use super::super::upgrade::asks_for_websocket;
use super::*;
use crate::diagnostic::Severity;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn request(fields: &[&str]) -> RequestHead {
    let head = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {KEY}\r\n{}\r\n",
        fields.iter().map(|field| format!("{field}\r\n")).collect::<String>()
    );
    parse_request(head.as_bytes()).unwrap()
}

fn response(line: &str, fields: &[&str]) -> ResponseHead {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    parse_response(format!("{line}\r\n{fields}\r\n").as_bytes()).unwrap()
}

/// A sound 101 with other fields in place of those of the same name; `Name` alone takes the field away.
fn switching(fields: &[&str]) -> ResponseHead {
    let name = |field: &str| field.split(':').next().unwrap().to_ascii_lowercase();
    let replaced: Vec<_> = fields.iter().map(|field| name(field)).collect();
    let sound = ["Upgrade: websocket", "Connection: Upgrade", ACCEPT];
    let kept = sound.into_iter().filter(|field| !replaced.contains(&name(field)));
    let all: Vec<_> = kept.chain(fields.iter().copied().filter(|field| field.contains(':'))).collect();
    response("HTTP/1.1 101 Switching Protocols", &all)
}

fn codes(findings: &[Finding]) -> String {
    let sign = |severity| match severity {
        Severity::Error => "",
        Severity::Warning => " W",
        Severity::Note => " N",
    };
    findings.iter().map(|f| format!("{}{}", f.code.name(), sign(f.severity))).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check_with(asked: &[&str], answered: &[&str], expect: &str) -> ResponseCheck {
    let check = check_response(&request(asked), Protocol::Rfc6455, &switching(answered));
    assert!(check.accepted());
    assert_eq!(codes(&check.findings), expect, "{asked:?} {answered:?}");
    check
}

#[track_caller]
fn check(answered: &[&str], expect: &str) -> ResponseCheck {
    check_with(&[], answered, expect)
}

#[test]
fn sound_answers_are_silent() {
    let sound = check(&[], "");
    assert_eq!((sound.accept_ok, sound.mismatch), (Some(true), None));
    assert_eq!(sound.accept, sound.accept_expected);
    check(&["upgrade: WebSocket", "connection: keep-alive, upgrade"], "");
    check(&["Sec-WebSocket-Accept:  s3pPLMBiTxaQ9kYGzzhZRbK+xOo=  "], "");
    check(&["Sec-WebSocket-Location: ws://a/"], "");
}

#[test]
fn the_switch_itself() {
    check(&["Upgrade"], "response-upgrade-missing");
    check(&["Upgrade: websocket, foo"], "response-upgrade-missing");
    check(&["Upgrade: h2c"], "response-upgrade-missing");
    check(&["Connection"], "response-connection-missing");
    check(&["Connection: keep-alive"], "response-connection-missing");
    let old = response("HTTP/1.0 101 X", &["Upgrade: websocket", "Connection: Upgrade", ACCEPT]);
    let old = check_response(&request(&[]), Protocol::Rfc6455, &old);
    assert_eq!(codes(&old.findings), "response-http-1.0 W");
    check(&["WebSocket-Location: ws://a/", "WebSocket-Origin: b"], "legacy-header W");
    check(&["WebSocket-Protocol: a"], "legacy-header W");
}

#[test]
fn the_accept() {
    let missing = check(&["Sec-WebSocket-Accept"], "accept-missing");
    assert_eq!((missing.accept, missing.accept_ok), (None, None));
    assert!(missing.accept_expected.is_some());
    let twice = check(&[ACCEPT, ACCEPT], "accept-duplicate");
    assert_eq!(twice.accept_ok, Some(true));
    let wrong = check(&["Sec-WebSocket-Accept: x"], "accept-mismatch");
    assert_eq!(wrong.accept_ok, Some(false));
    assert_eq!(wrong.mismatch, Some(AcceptMismatch { key: KEY.to_owned(), value: "x".to_owned() }));
    let message = &wrong.findings[0].message;
    assert!(message.contains("“x”") && message.contains(KEY) && message.contains("s3pP"), "{message}");
    let one_wrong = check(&[ACCEPT, "Sec-WebSocket-Accept: x"], "accept-duplicate, accept-mismatch");
    assert_eq!(one_wrong.accept.as_deref(), Some("x"));
    check(&["Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo="], "accept-mismatch");
    check(&["Sec-WebSocket-Accept:"], "accept-mismatch");
    // Either of two keys may be the one that counts.
    check_with(&["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="], &[], "");
    // Without a key no Accept can be judged.
    let keyless = parse_request(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n").unwrap();
    let unchecked = check_response(&keyless, Protocol::Rfc6455, &switching(&[]));
    assert_eq!((codes(&unchecked.findings).as_str(), unchecked.accept_ok), ("", None));
}

#[test]
fn the_subprotocol() {
    let offers: &[&str] = &["Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: c"];
    assert_eq!(check_with(offers, &["Sec-WebSocket-Protocol: c"], "").subprotocol.as_deref(), Some("c"));
    check_with(offers, &["Sec-WebSocket-Protocol: A"], "subprotocol-not-offered");
    check_with(offers, &["Sec-WebSocket-Protocol:"], "subprotocol-not-offered");
    check(&["Sec-WebSocket-Protocol: a"], "subprotocol-not-offered");
    check_with(offers, &["Sec-WebSocket-Protocol: a, b"], "subprotocol-multiple");
    check_with(offers, &["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"], "subprotocol-multiple");
    check_with(offers, &["Sec-WebSocket-Protocol: a, x"], "subprotocol-multiple, subprotocol-not-offered");
    check_with(offers, &[], "subprotocol-none-selected N");
    check_with(&[offers, &["Origin: http://a"]].concat(), &[], "subprotocol-none-selected W");
    check_with(&[offers, &["Origin:"]].concat(), &[], "subprotocol-none-selected N");
}

#[test]
fn the_extensions() {
    let offer: &[&str] = &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-y"];
    let none = check_with(offer, &[], "");
    assert_eq!((none.deflate, none.extensions), (None, None));
    let agreed =
        check_with(offer, &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9"], "");
    assert_eq!(agreed.extensions.as_deref(), Some("permessage-deflate; client_max_window_bits=9"));
    assert_eq!(agreed.deflate.map(|deflate| deflate.client.window_bits), Some(9));
    // Accepted though not offered: what it says still tells how to inflate.
    let foreign = check(
        &[
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_max_window_bits=9",
        ],
        "extension-not-offered",
    );
    assert_eq!(foreign.deflate.map(|deflate| deflate.server.takeover), Some(ContextTakeover::Reset));
    check_with(offer, &["Sec-WebSocket-Extensions: x-y"], "extension-unknown N");
    check(
        &["Sec-WebSocket-Extensions: x-webkit-deflate-frame"],
        "extension-not-offered, extension-unknown N",
    );
    check_with(
        offer,
        &["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Extensions: x-y"],
        "extensions-header-repeated, extension-unknown N",
    );
    check_with(offer, &["Sec-WebSocket-Extensions: permessage-deflate;"], "extensions-syntax");
    check_with(offer, &["Sec-WebSocket-Extensions:"], "extensions-syntax");
    check_with(offer, &["Sec-WebSocket-Extensions: permessage-deflate; y"], "deflate-unknown-parameter");
    check_with(
        &["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"],
        &["Sec-WebSocket-Extensions: permessage-deflate"],
        "deflate-server-window-missing",
    );
    // The offers of all headers count, and one that fits is enough.
    check_with(
        &[
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9",
            "Sec-WebSocket-Extensions: permessage-deflate",
        ],
        &["Sec-WebSocket-Extensions: permessage-deflate"],
        "",
    );
}

#[test]
fn refusals_are_explained() {
    let check = |status: &str, fields: &[&str], words: &[&str]| {
        let refused = response(&format!("HTTP/1.1 {status}"), fields);
        let check = check_response(&request(&[]), Protocol::Rfc6455, &refused);
        assert_eq!((check.outcome, codes(&check.findings).as_str()), (Outcome::Refused, "upgrade-refused N"));
        let message = &check.findings[0].message;
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    };
    check(
        "426 Upgrade Required",
        &["Sec-WebSocket-Version: 13, 8", "Sec-WebSocket-Version: 7"],
        &["426", "“13, 8, 7”"],
    );
    check("426 Upgrade Required", &["Upgrade: TLS/1.0"], &["TLS/1.0"]);
    check("426", &[], &["does not say"]);
    check("400 Bad Request", &["Sec-WebSocket-Version: 13"], &["speaks “13”"]);
    check("400 Bad Request", &[], &["malformed"]);
    check("401 Unauthorized", &["WWW-Authenticate: Basic realm=x"], &["credentials", "Basic realm=x"]);
    check("403 Forbidden", &[], &["does not allow"]);
    check("407 X", &["Proxy-Authenticate: NTLM"], &["proxy", "NTLM"]);
    check("302 Found", &["Location: ws://other/"], &["ws://other/"]);
    check("308 X", &[], &["without saying where"]);
    check("200 OK", &[], &["served the page"]);
    check("404 Not Found", &[], &["path"]);
    check("500 X", &[], &["failed"]);
    check("502", &[], &["gateway"]);
    check("418 X", &[], &["wrong"]);
    check("999", &[], &["999"]);
}

#[test]
fn what_is_no_final_answer_to_the_request() {
    let outcome = |request: &RequestHead, response: &ResponseHead| {
        let check = check_response(request, Protocol::Rfc6455, response);
        assert!(check.outcome == Outcome::Accepted || check.findings.is_empty());
        check.outcome
    };
    for status in ["100 Continue", "102 X", "103 Early Hints"] {
        let interim = response(&format!("HTTP/1.1 {status}"), &[]);
        assert_eq!(outcome(&request(&[]), &interim), Outcome::Interim);
        assert_eq!(check_response_alone(&interim).outcome, Outcome::Interim);
    }
    let both = request(&["Upgrade: h2c"]);
    let h2c = response("HTTP/1.1 101 X", &["Connection: Upgrade", "Upgrade: H2C"]);
    assert_eq!(outcome(&both, &h2c), Outcome::OtherProtocol);
    assert_eq!(outcome(&request(&[]), &h2c), Outcome::Accepted);
    assert_eq!(outcome(&both, &switching(&[])), Outcome::Accepted);
    assert_eq!(check_response_alone(&h2c).outcome, Outcome::OtherProtocol);
}

#[test]
fn a_101_alone() {
    let check = |answered: &[&str], expect: &str| {
        let check = check_response_alone(&switching(answered));
        assert_eq!(codes(&check.findings), expect, "{answered:?}");
        check
    };
    let sound = check(&["Sec-WebSocket-Protocol: a"], "101-without-request N");
    assert!(sound.accepted() && sound.accept.is_some() && sound.subprotocol.is_some());
    assert_eq!((sound.accept_ok, sound.accept_expected, sound.mismatch), (None, None, None));
    check(&["Sec-WebSocket-Accept"], "101-without-request N, accept-missing");
    check(&["Connection"], "101-without-request N, response-connection-missing");
    check(&["Sec-WebSocket-Protocol: a, b"], "101-without-request N, subprotocol-multiple");
    let deflate = check(
        &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9"],
        "101-without-request N",
    );
    assert!(deflate.deflate.is_some());
    check(
        &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=7"],
        "101-without-request N, deflate-bad-value",
    );
    check(&["Sec-WebSocket-Accept", "Sec-WebSocket-Location: ws://a/"], "101-without-request N");
    check(&["Sec-WebSocket-Accept", "WebSocket-Location: ws://a/"], "101-without-request N");
    assert_eq!(check_response_alone(&response("HTTP/1.1 200 OK", &[])).outcome, Outcome::Refused);
}

#[test]
fn drafts_get_only_their_own_checks() {
    let check = |asked: &str, answered: &[&str]| {
        let request = parse_request(format!("GET / HTTP/1.1\r\n{asked}\r\n\r\n").as_bytes()).unwrap();
        let protocol = asks_for_websocket(&request).unwrap();
        let check = check_response(&request, protocol, &response("HTTP/1.0 101 X", answered));
        assert_eq!((check.outcome, codes(&check.findings).as_str()), (Outcome::Accepted, ""), "{asked}");
        check
    };
    let hixie = check("Upgrade: WebSocket\r\nOrigin: a", &["WebSocket-Location: b", "WebSocket-Protocol: c"]);
    assert_eq!(hixie.subprotocol.as_deref(), Some("c"));
    check("Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 1", &["Sec-WebSocket-Protocol: a, b"]);
    let hybi = check(
        &format!("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: {KEY}"),
        &["Sec-WebSocket-Accept: x", "Sec-WebSocket-Extensions: deflate-stream"],
    );
    assert_eq!((hybi.accept_ok, hybi.mismatch), (Some(false), None));
    assert_eq!(check("Sec-WebSocket-Version: 8", &[]).accept_ok, None);
}

/// A head within its limit can hold many thousand of anything.
#[test]
fn hostile_heads_take_linear_time() {
    let many = |item: &str, between: &str| {
        (0..20_000).map(|i| format!("{item}{i}")).collect::<Vec<_>>().join(between)
    };
    let lists = |name: &str| format!("{name}: {}", many("t", ","));
    let fields = |name: &str| format!("{name}: {}", many("t", &format!("\r\n{name}: ")));
    for name in ["Upgrade", "Connection", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"] {
        let field = lists(name);
        check_response(&request(&[&field]), Protocol::Rfc6455, &response("HTTP/1.1 101 X", &[&field]));
        check_response(
            &request(&[&field]),
            Protocol::Rfc6455,
            &response("HTTP/1.1 101 X", &[&field.replace('t', "x")]),
        );
    }
    let offers =
        format!("Sec-WebSocket-Extensions: {}", many("permessage-deflate;server_max_window_bits=9;x", ","));
    let answer = format!("Sec-WebSocket-Extensions: permessage-deflate;{}", many("x", ";"));
    check_response(&request(&[&offers]), Protocol::Rfc6455, &response("HTTP/1.1 101 X", &[&answer]));
    let (keys, accepts) = (fields("Sec-WebSocket-Key"), fields("Sec-WebSocket-Accept"));
    check_response(&request(&[&keys]), Protocol::Rfc6455, &response("HTTP/1.1 101 X", &[&accepts]));
}
