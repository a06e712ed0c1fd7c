//! `Sec-WebSocket-Protocol`: what a client offers and what a server chooses (RFC 6455 §4.1, §4.2.2, §11.3.4).

use foldhash::{HashSet, HashSetExt};

use super::headers::Headers;
use super::lenient::is_token;
use super::sentence::quoted_list;
use crate::diagnostic::{Code, Finding, Severity};

const HEADER: &str = "Sec-WebSocket-Protocol";

/// Checks the names that a request offers: tokens, each once (RFC 6455 §4.1, item 10).
pub fn check_offer(request: &Headers) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut bad = request.elements(HEADER).filter(|name| !name.bytes().all(is_token)).peekable();
    if bad.peek().is_some() {
        let message = format!("{HEADER} offers {}, which is no token", quoted_list(bad));
        findings.push(Finding::new(Code::SubprotocolBadToken, message));
    } else if request.contains(HEADER) && request.elements(HEADER).next().is_none() {
        // `1#token`: one element must be there; empty ones beside it count for nothing.
        findings
            .push(Finding::new(Code::SubprotocolBadToken, format!("{HEADER} is there and names nothing")));
    }
    let mut seen = HashSet::new();
    let mut repeated = request.elements(HEADER).filter(|name| !seen.insert(*name)).peekable();
    if repeated.peek().is_some() {
        let message = format!("{HEADER} offers {} more than once", quoted_list(repeated));
        findings.push(Finding::new(Code::SubprotocolDuplicate, message));
    }
    findings
}

/// Checks what a 101 chose against what the request offered (RFC 6455 §4.1, step 6; names are compared with case).
pub fn check_choice(request: &Headers, response: &Headers) -> Vec<Finding> {
    let mut findings = check_number(response);
    let offered: HashSet<&str> = request.elements(HEADER).collect();
    let offers = || match offered.is_empty() {
        true => "the request offers none".to_owned(),
        false => format!("the request offers {}", quoted_list(request.elements(HEADER))),
    };
    let mut foreign = response.elements(HEADER).filter(|name| !offered.contains(name)).peekable();
    if foreign.peek().is_some() {
        let message = format!("the server chose the sub-protocol {}; {}", quoted_list(foreign), offers());
        findings.push(Finding::new(Code::SubprotocolNotOffered, message));
    } else if response.contains(HEADER) && response.elements(HEADER).next().is_none() {
        // The empty string is not the same as no choice (§4.2.2, /subprotocol/).
        let message = format!("the server chose the sub-protocol “”; {}", offers());
        findings.push(Finding::new(Code::SubprotocolNotOffered, message));
    } else if !offered.is_empty() && !response.contains(HEADER) {
        let is_browser = request.get("Origin").is_some_and(|origin| !origin.is_empty());
        let (severity, why) = match is_browser {
            true => (Severity::Warning, "; it has an Origin, and browsers fail the connection here"),
            false => (Severity::Note, ""),
        };
        let message = format!("the server chose no sub-protocol; {}{why}", offers());
        findings.push(Finding::new(Code::SubprotocolNoneSelected, message).severity(severity));
    }
    findings
}

/// Checks that a 101 names at most one (RFC 6455 §11.3.4).
pub fn check_number(response: &Headers) -> Vec<Finding> {
    let names = response.elements(HEADER).count();
    if names < 2 && response.get_all(HEADER).count() < 2 {
        return Vec::new();
    }
    let message =
        format!("the server chose {names} sub-protocols at once: {}", quoted_list(response.elements(HEADER)));
    vec![Finding::new(Code::SubprotocolMultiple, message)]
}

/// What a 101 chose, as sent.
pub fn chosen(response: &Headers) -> Option<String> {
    response.joined(HEADER)
}
