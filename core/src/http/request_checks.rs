//! Checks a request that asks for a WebSocket (RFC 6455 §4.1, §4.2.1, §11.3): every rule that one request alone can
//! break. A legacy draft gets only the note that it is one.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, PAD};

use super::deflate_offer;
use super::extensions;
use super::head::{RequestHead, ResponseHead};
use super::headers::Headers;
use super::sentence::{header, quoted, quoted_list};
use super::subprotocol;
use super::upgrade::Protocol;
use crate::diagnostic::{Code, Finding, Severity};

/// Strict base64 (RFC 4648 §4), but for the bits behind the last byte, which no server looks at.
const KEY_ENCODING: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// Everything that is wrong with a request of that protocol.
pub fn check_request(request: &RequestHead, protocol: Protocol) -> Vec<Finding> {
    if protocol.is_legacy() {
        return vec![legacy(protocol)];
    }
    let headers = &request.headers;
    let mut findings = Vec::new();
    check_first_line(request, &mut findings);
    if headers.get("Host").is_none_or(str::is_empty) {
        let message =
            format!("the request for {} has no host: {}", quoted(&request.target), header(headers, "Host"));
        findings.push(Finding::new(Code::HostMissing, message));
    }
    if !headers.has_token("Upgrade", "websocket") {
        let message = format!("Upgrade does not name websocket: {}", header(headers, "Upgrade"));
        findings.push(Finding::new(Code::UpgradeMissing, message));
    }
    if !headers.has_token("Connection", "upgrade") {
        let message = format!("Connection does not name Upgrade: {}", header(headers, "Connection"));
        findings.push(Finding::new(Code::ConnectionUpgradeMissing, message));
    }
    check_key(headers, &mut findings);
    check_version(headers, &mut findings);
    findings.extend(subprotocol::check_offer(headers));
    check_extensions(headers, &mut findings);
    if headers.get("Origin").is_some_and(str::is_empty) {
        findings.push(Finding::new(Code::OriginEmpty, "Origin is there and empty"));
    }
    findings
}

/// The same finding once the answer is known: `version-not-13` is a note where a 426 answers it, for then the client
/// only asked which versions there are (RFC 6455 §4.4).
pub fn in_light_of_answer(finding: Finding, response: &ResponseHead) -> Finding {
    match (finding.code, response.status) {
        (Code::VersionNot13, 426) => finding.severity(Severity::Note),
        _ => finding,
    }
}

fn legacy(protocol: Protocol) -> Finding {
    let draft = match protocol {
        Protocol::Rfc6455 => "RFC 6455".to_owned(),
        Protocol::Hybi(version) => {
            format!("a draft before RFC 6455 ({}: Sec-WebSocket-Version is {version})", protocol.name())
        }
        Protocol::Hixie76 => "the draft hixie-76 (hybi-00), with two keys and an MD5 answer".to_owned(),
        Protocol::Hixie75 => "the draft hixie-75, without a key".to_owned(),
    };
    Finding::new(Code::LegacyHandshake, format!("the handshake is that of {draft}"))
}

fn check_first_line(request: &RequestHead, findings: &mut Vec<Finding>) {
    if request.method != "GET" {
        let message = format!("the method is {}, not GET", quoted(&request.method));
        findings.push(Finding::new(Code::RequestNotGet, message));
    }
    // Versions are one digit, a point and one digit, so text order is their order.
    if request.version.as_str() < "1.1" {
        let message = format!("the request is HTTP/{}, and an upgrade needs HTTP/1.1", request.version);
        findings.push(Finding::new(Code::HttpVersionBelow11, message));
    }
}

fn check_key(headers: &Headers, findings: &mut Vec<Finding>) {
    const KEY: &str = "Sec-WebSocket-Key";
    let Some(key) = headers.get(KEY) else {
        findings.push(Finding::new(Code::KeyMissing, "the request has no Sec-WebSocket-Key"));
        return;
    };
    let count = headers.get_all(KEY).count();
    if count > 1 {
        let message = format!("{KEY} is there {count} times: {}", quoted_list(headers.get_all(KEY)));
        findings.push(Finding::new(Code::KeyDuplicate, message));
    }
    match KEY_ENCODING.decode(key) {
        Err(error) => {
            let message = format!("the key {} is no base64: {error}", quoted(key));
            findings.push(Finding::new(Code::KeyNotBase64, message));
        }
        Ok(bytes) if bytes.len() != 16 => {
            let message =
                format!("the key {} has {} bytes behind its base64, not 16", quoted(key), bytes.len());
            findings.push(Finding::new(Code::KeyNot16Bytes, message));
        }
        Ok(_) => {}
    }
}

fn check_version(headers: &Headers, findings: &mut Vec<Finding>) {
    const VERSION: &str = "Sec-WebSocket-Version";
    let count = headers.get_all(VERSION).count();
    if count == 0 {
        findings.push(Finding::new(Code::VersionMissing, "the request has no Sec-WebSocket-Version"));
    }
    if count > 1 {
        let message = format!("{VERSION} is there {count} times: {}", quoted_list(headers.get_all(VERSION)));
        findings.push(Finding::new(Code::VersionDuplicate, message));
    }
    if let Some(other) = headers.get_all(VERSION).find(|version| *version != "13") {
        findings.push(Finding::new(Code::VersionNot13, format!("{VERSION} is {}, not 13", quoted(other))));
    }
}

/// The header may be repeated in a request (RFC 6455 §11.3.2).
fn check_extensions(headers: &Headers, findings: &mut Vec<Finding>) {
    let mut offers = Vec::new();
    let mut fault = None;
    for value in headers.get_all("Sec-WebSocket-Extensions") {
        let (extensions, wrong) = extensions::parse(value);
        offers.extend(extensions);
        fault = fault.or(wrong.map(|wrong| (value, wrong)));
    }
    if let Some((value, wrong)) = fault {
        let message = format!("Sec-WebSocket-Extensions {} breaks the syntax: {wrong}", quoted(value));
        findings.push(Finding::new(Code::ExtensionsSyntax, message));
    }
    findings.extend(deflate_offer::check_offers(&offers));
}

#[cfg(test)]
mod tests {
    use super::super::head::{parse_request, parse_response};
    use super::super::upgrade::asks_for_websocket;
    use super::*;

    const HOST: &str = "Host: a";
    const UPGRADE: &str = "Upgrade: websocket";
    const CONNECTION: &str = "Connection: Upgrade";
    const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    const VERSION: &str = "Sec-WebSocket-Version: 13";

    fn findings(line: &str, fields: &[&str]) -> Vec<Finding> {
        let head = format!("{line}\r\n{}\r\n\r\n", fields.join("\r\n"));
        let request = parse_request(head.as_bytes()).unwrap();
        check_request(&request, asks_for_websocket(&request).unwrap())
    }

    fn codes(findings: &[Finding]) -> String {
        findings.iter().map(|finding| finding.code.name()).collect::<Vec<_>>().join(", ")
    }

    /// What is found in a sound request with other fields in place of those of the same name.
    fn check(fields: &[&str], expect: &str) {
        let name = |field: &str| field.split(':').next().unwrap().to_ascii_lowercase();
        let replaced: Vec<_> = fields.iter().map(|field| name(field)).collect();
        let sound = [HOST, UPGRADE, CONNECTION, KEY, VERSION];
        let all: Vec<_> = sound.into_iter().filter(|field| !replaced.contains(&name(field))).collect();
        // `Name` alone takes the field away.
        let added = fields.iter().copied().filter(|field| field.contains(':'));
        let all: Vec<_> = all.into_iter().chain(added).collect();
        assert_eq!(codes(&findings("GET /chat HTTP/1.1", &all)), expect, "{fields:?}");
    }

    #[test]
    fn sound_requests_are_silent() {
        check(&[], "");
        check(&["connection: keep-alive, UPGRADE", "upgrade: h2c, WebSocket"], "");
        check(&["Connection: keep-alive", "Connection: Upgrade"], "");
        check(&["Origin: null"], "");
        check(&["Sec-WebSocket-Protocol: a, b", "Sec-WebSocket-Protocol: A,,c"], "");
        check(&["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-y;z=\"1\""], "");
        check(&["Sec-WebSocket-Extensions: a", "Sec-WebSocket-Extensions: b"], "");
        // Bits behind the last byte are no matter.
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR=="], "");
    }

    #[test]
    fn the_first_line() {
        let sound = [HOST, UPGRADE, CONNECTION, KEY, VERSION];
        let check = |line: &str, expect: &str| assert_eq!(codes(&findings(line, &sound)), expect, "{line}");
        check("GET http://a/ HTTP/1.1", "");
        check("GET / HTTP/1.2", "");
        check("POST / HTTP/1.1", "request-not-get");
        check("get / HTTP/1.1", "request-not-get");
        check("GET / HTTP/1.0", "http-version-below-1.1");
        check("HEAD / HTTP/0.9", "request-not-get, http-version-below-1.1");
    }

    #[test]
    fn the_headers_that_must_be_there() {
        check(&["Host"], "host-missing");
        check(&["Host:"], "host-missing");
        check(&["Upgrade"], "upgrade-missing");
        check(&["Upgrade: websockets"], "upgrade-missing");
        check(&["Connection"], "connection-upgrade-missing");
        check(&["Connection: keep-alive"], "connection-upgrade-missing");
        check(&["Connection: upgrade-insecure"], "connection-upgrade-missing");
        check(&["Sec-WebSocket-Key"], "key-missing");
        check(&["Sec-WebSocket-Version"], "version-missing");
        check(&["Sec-WebSocket-Key", "Sec-WebSocket-Version"], "key-missing, version-missing");
        check(&["Origin:"], "origin-empty");
    }

    #[test]
    fn the_key() {
        check(&[KEY, KEY], "key-duplicate");
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ"], "key-not-base64");
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ-=="], "key-not-base64");
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ=="], "key-not-base64");
        check(&["Sec-WebSocket-Key: é"], "key-not-base64");
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQA="], "key-not-16-bytes");
        check(&["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j"], "key-not-16-bytes");
        check(&["Sec-WebSocket-Key:"], "key-not-16-bytes");
    }

    #[test]
    fn the_version() {
        check(&[VERSION, VERSION], "version-duplicate");
        check(&[VERSION, "Sec-WebSocket-Version: 8"], "version-duplicate, version-not-13");
        for version in ["99", "12", "013", "13, 8", "", "x"] {
            check(&[&format!("Sec-WebSocket-Version: {version}")], "version-not-13");
        }
        let finding = || Finding::new(Code::VersionNot13, "");
        let with = |status: u16| {
            let response = parse_response(format!("HTTP/1.1 {status} X\r\n\r\n").as_bytes()).unwrap();
            in_light_of_answer(finding(), &response).severity
        };
        assert_eq!((with(426), with(400), with(101)), (Severity::Note, Severity::Error, Severity::Error));
    }

    #[test]
    fn offers() {
        check(&["Sec-WebSocket-Protocol: a b"], "subprotocol-bad-token");
        check(&["Sec-WebSocket-Protocol: a, b/c"], "subprotocol-bad-token");
        check(&["Sec-WebSocket-Protocol: \"a\""], "subprotocol-bad-token");
        check(&["Sec-WebSocket-Protocol: é"], "subprotocol-bad-token");
        check(&["Sec-WebSocket-Protocol: ,"], "subprotocol-bad-token");
        check(&["Sec-WebSocket-Protocol: a, b, a"], "subprotocol-duplicate");
        check(&["Sec-WebSocket-Protocol: a", "Sec-WebSocket-Protocol: a"], "subprotocol-duplicate");
        check(&["Sec-WebSocket-Extensions:"], "extensions-syntax");
        check(&["Sec-WebSocket-Extensions: a;;b"], "extensions-syntax");
        check(&["Sec-WebSocket-Extensions: a", "Sec-WebSocket-Extensions: =b"], "extensions-syntax");
        check(&["Sec-WebSocket-Extensions: permessage-deflate; x"], "deflate-unknown-parameter");
        check(
            &["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=7"],
            "deflate-bad-value",
        );
    }

    #[test]
    fn drafts_get_only_their_own_checks() {
        let check = |fields: &[&str], message: &str| {
            let found = findings("POST / HTTP/1.0", fields);
            assert_eq!(codes(&found), "legacy-handshake", "{fields:?}");
            assert!(found[0].message.contains(message), "{}", found[0].message);
        };
        check(&["Upgrade: WebSocket", "Origin: b"], "hixie-75");
        check(&["Sec-WebSocket-Key1: 1"], "hixie-76");
        check(&["Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: x"], "hybi-8");
        check(&["Sec-WebSocket-Version: 4"], "hybi-4");
    }
}
