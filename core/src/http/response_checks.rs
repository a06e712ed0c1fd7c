//! Checks the answer to a request for a WebSocket (RFC 6455 §4.1 steps 1 to 6, §4.2.2) and reads from it what was
//! agreed. A wrong Accept is found here; its cause may lie in other connections, so the caller searches for it
//! ([`super::accept_cause`]).

use foldhash::HashSet;

use super::accept;
use super::deflate_offer::{self, DeflateAgreement};
use super::extensions::{self, Extension};
use super::head::{RequestHead, ResponseHead};
use super::headers::Headers;
use super::refusal;
use super::sentence::{header, quoted, quoted_list};
use super::subprotocol;
use super::upgrade::{Protocol, names_websocket, protocol_of_response};
use crate::diagnostic::{Code, Finding};

/// What an answer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A 101 that names websocket or answers a request for one: frames follow.
    Accepted,
    /// Another final status.
    Refused,
    /// 100, 103 and the like: the answer is still to come.
    Interim,
    /// A 101 to another protocol that the request asked for: no WebSocket at all.
    OtherProtocol,
}

/// A wrong Accept: what the search for its cause needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptMismatch {
    /// The key as sent.
    pub key: String,
    /// The Accept as sent.
    pub value: String,
}

/// What an answer says, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseCheck {
    /// What it does.
    pub outcome: Outcome,
    /// What is wrong. An `accept-mismatch` is without its cause.
    pub findings: Vec<Finding>,
    /// `Sec-WebSocket-Accept`; of several values the first wrong one.
    pub accept: Option<String>,
    /// What it should be, where the request has a key.
    pub accept_expected: Option<String>,
    /// Whether it is, where there are both.
    pub accept_ok: Option<bool>,
    /// There where `accept_ok` is `Some(false)` and RFC 6455 holds.
    pub mismatch: Option<AcceptMismatch>,
    /// The sub-protocol that the server chose.
    pub subprotocol: Option<String>,
    /// The extensions that the server accepted, as sent.
    pub extensions: Option<String>,
    /// What holds for compressed messages, also where the answer breaks a rule.
    pub deflate: Option<DeflateAgreement>,
}

impl ResponseCheck {
    /// Whether frames follow.
    pub fn accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }

    fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            findings: Vec::new(),
            accept: None,
            accept_expected: None,
            accept_ok: None,
            mismatch: None,
            subprotocol: None,
            extensions: None,
            deflate: None,
        }
    }
}

/// Checks the answer to a request of that protocol.
pub fn check_response(request: &RequestHead, protocol: Protocol, response: &ResponseHead) -> ResponseCheck {
    match response.status {
        101 if is_other_protocol(request, response) => ResponseCheck::new(Outcome::OtherProtocol),
        101 => accepted(Some(request), protocol, response),
        100..=199 => ResponseCheck::new(Outcome::Interim),
        _ => {
            let mut check = ResponseCheck::new(Outcome::Refused);
            check.findings.push(refusal::finding(request, response));
            check
        }
    }
}

/// Checks a 101 whose request was not captured; of another answer only the outcome is told. The Accept stays unchecked,
/// and `101-without-request` has the severity that holds where something of the connection may be lost.
pub fn check_response_alone(response: &ResponseHead) -> ResponseCheck {
    match response.status {
        101 if !names_websocket(response) => ResponseCheck::new(Outcome::OtherProtocol),
        101 => {
            let mut check = accepted(None, protocol_of_response(response), response);
            let message = "a 101 to websocket answers a request that the capture does not hold";
            check.findings.insert(0, Finding::new(Code::SwitchingWithoutRequest, message));
            check
        }
        100..=199 => ResponseCheck::new(Outcome::Interim),
        _ => ResponseCheck::new(Outcome::Refused),
    }
}

/// Whether a 101 switches to something else that the request asked for (RFC 9110 §7.8).
fn is_other_protocol(request: &RequestHead, response: &ResponseHead) -> bool {
    if names_websocket(response) {
        return false;
    }
    let asked: HashSet<String> = request.headers.elements("Upgrade").map(str::to_ascii_lowercase).collect();
    response.headers.elements("Upgrade").any(|protocol| asked.contains(&protocol.to_ascii_lowercase()))
}

fn accepted(request: Option<&RequestHead>, protocol: Protocol, response: &ResponseHead) -> ResponseCheck {
    let headers = &response.headers;
    let mut check = ResponseCheck::new(Outcome::Accepted);
    if protocol == Protocol::Rfc6455 {
        check_upgrade(response, &mut check.findings);
    }
    read_accept(request, protocol, headers, &mut check);
    check.subprotocol = match protocol {
        Protocol::Hixie75 => headers.joined("WebSocket-Protocol"),
        _ => subprotocol::chosen(headers),
    };
    if protocol == Protocol::Rfc6455 {
        check.findings.extend(match request {
            Some(request) => subprotocol::check_choice(&request.headers, headers),
            None => subprotocol::check_number(headers),
        });
    }
    read_extensions(request, protocol, headers, &mut check);
    if protocol == Protocol::Rfc6455 {
        check_legacy_headers(headers, &mut check.findings);
    }
    check
}

/// RFC 6455 §4.1, steps 2 and 3. Unlike a request's, this Upgrade has one value only.
fn check_upgrade(response: &ResponseHead, findings: &mut Vec<Finding>) {
    let headers = &response.headers;
    let mut protocols = headers.elements("Upgrade").peekable();
    if protocols.peek().is_none() || protocols.any(|protocol| !protocol.eq_ignore_ascii_case("websocket")) {
        let message = format!("the 101 does not say that it is to websocket: {}", header(headers, "Upgrade"));
        findings.push(Finding::new(Code::ResponseUpgradeMissing, message));
    }
    if !headers.has_token("Connection", "upgrade") {
        let message =
            format!("the 101's Connection does not name Upgrade: {}", header(headers, "Connection"));
        findings.push(Finding::new(Code::ResponseConnectionMissing, message));
    }
    if response.version.as_str() < "1.1" {
        let message = format!("the 101 is HTTP/{}, which knows no upgrade", response.version);
        findings.push(Finding::new(Code::ResponseHttp10, message));
    }
}

/// RFC 6455 §4.1, step 4. The drafts with a single key have the same Accept; theirs is read and not judged.
fn read_accept(
    request: Option<&RequestHead>,
    protocol: Protocol,
    headers: &Headers,
    check: &mut ResponseCheck,
) {
    const ACCEPT: &str = "Sec-WebSocket-Accept";
    if matches!(protocol, Protocol::Hixie75 | Protocol::Hixie76) {
        return;
    }
    let keys: Vec<&str> =
        request.iter().flat_map(|request| request.headers.get_all("Sec-WebSocket-Key")).collect();
    // With two different keys, either may be the one that the server took.
    let mut right = keys.iter().flat_map(|key| accept::right_values(key)).peekable();
    check.accept_expected = right.peek().cloned();
    let right: HashSet<String> = right.collect();
    let wrong = check
        .accept_expected
        .as_ref()
        .and_then(|_| headers.get_all(ACCEPT).find(|value| !right.contains(*value)));
    check.accept = wrong.or(headers.get(ACCEPT)).map(str::to_owned);
    if check.accept.is_some() && check.accept_expected.is_some() {
        check.accept_ok = Some(wrong.is_none());
    }
    if protocol != Protocol::Rfc6455 {
        return;
    }
    let count = headers.get_all(ACCEPT).count();
    if count == 0 {
        check.findings.push(Finding::new(Code::AcceptMissing, "the 101 has no Sec-WebSocket-Accept"));
    }
    if count > 1 {
        let message = format!("{ACCEPT} is there {count} times: {}", quoted_list(headers.get_all(ACCEPT)));
        check.findings.push(Finding::new(Code::AcceptDuplicate, message));
    }
    if let (Some(value), Some(key), Some(expected)) = (wrong, keys.first(), &check.accept_expected) {
        let message =
            format!("{ACCEPT} is {}, and the key {} needs {}", quoted(value), quoted(key), quoted(expected));
        check.findings.push(Finding::new(Code::AcceptMismatch, message));
        check.mismatch = Some(AcceptMismatch { key: (*key).to_owned(), value: value.to_owned() });
    }
}

/// RFC 6455 §4.1, step 5; RFC 7692 §7.1.
fn read_extensions(
    request: Option<&RequestHead>,
    protocol: Protocol,
    headers: &Headers,
    check: &mut ResponseCheck,
) {
    const EXTENSIONS: &str = "Sec-WebSocket-Extensions";
    let mut answers = Vec::new();
    let mut fault = None;
    for value in headers.get_all(EXTENSIONS) {
        let (extensions, wrong) = extensions::parse(value);
        answers.extend(extensions);
        fault = fault.or(wrong.map(|wrong| (value, wrong)));
    }
    check.extensions = headers.joined(EXTENSIONS);
    let deflate = answers.iter().find(|answer| answer.is_deflate());
    check.deflate = deflate.map(deflate_offer::agreement);
    if protocol != Protocol::Rfc6455 {
        return;
    }
    let findings = &mut check.findings;
    let count = headers.get_all(EXTENSIONS).count();
    if count > 1 {
        let message =
            format!("{EXTENSIONS} is there {count} times: {}", quoted_list(headers.get_all(EXTENSIONS)));
        findings.push(Finding::new(Code::ExtensionsHeaderRepeated, message));
    }
    if let Some((value, wrong)) = fault {
        let message = format!("the 101's {EXTENSIONS} {} breaks the syntax: {wrong}", quoted(value));
        findings.push(Finding::new(Code::ExtensionsSyntax, message));
    }
    let offers: Vec<Extension<'_>> = request
        .iter()
        .flat_map(|request| request.headers.get_all(EXTENSIONS))
        .flat_map(|value| extensions::parse(value).0)
        .collect();
    if request.is_some() {
        check_offered(&offers, &answers, findings);
    }
    if let Some(deflate) = deflate {
        findings.extend(deflate_offer::check_answer(&offers, deflate));
    }
    let mut unknown =
        answers.iter().filter(|answer| !answer.is_deflate()).map(|answer| answer.name).peekable();
    if unknown.peek().is_some() {
        let message =
            format!("payloads are shown as they are, since {} is not decoded here", quoted_list(unknown));
        findings.push(Finding::new(Code::ExtensionUnknown, message));
    }
}

fn check_offered(offers: &[Extension<'_>], answers: &[Extension<'_>], findings: &mut Vec<Finding>) {
    let offered: HashSet<String> = offers.iter().map(|offer| offer.name.to_ascii_lowercase()).collect();
    let is_foreign = |answer: &&Extension<'_>| !offered.contains(&answer.name.to_ascii_lowercase());
    let mut foreign = answers.iter().filter(is_foreign).map(|answer| answer.name).peekable();
    if foreign.peek().is_some() {
        let offers = match offers {
            [] => "the request offers none".to_owned(),
            offers => format!("the request offers {}", quoted_list(offers.iter().map(|offer| offer.name))),
        };
        let message = format!("the server accepted the extension {}; {offers}", quoted_list(foreign));
        findings.push(Finding::new(Code::ExtensionNotOffered, message));
    }
}

/// Headers of hixie-75, which mean nothing in RFC 6455.
fn check_legacy_headers(headers: &Headers, findings: &mut Vec<Finding>) {
    const LEGACY: [&str; 3] = ["WebSocket-Location", "WebSocket-Protocol", "WebSocket-Origin"];
    let mut found = LEGACY.into_iter().filter(|name| headers.contains(name)).peekable();
    if found.peek().is_some() {
        let message =
            format!("the 101 of RFC 6455 has a header of the draft hixie-75: {}", quoted_list(found));
        findings.push(Finding::new(Code::LegacyHeader, message));
    }
}

#[cfg(test)]
mod tests;
