//! Every diagnostic and every cause: captures that show it, and near misses in which it would be wrong.
//!
//! One module a chapter of the documentation. The first test walks the tables of the engine, so that no code can be
//! added without its captures; the others run them.

mod accept;
mod capture;
mod case;
mod closing;
mod deflate;
mod framing;
mod legacy;
mod limits;
mod request;
mod response;
mod tls;

use case::{Case, Subject, check};
use sockscope_core::diagnostic::{Cause, Code};

fn all_cases() -> Vec<Case> {
    [
        request::cases(),
        legacy::cases(),
        response::cases(),
        accept::cases(),
        framing::cases(),
        closing::cases(),
        deflate::cases(),
        capture::cases(),
        tls::cases(),
        limits::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_code_and_every_cause_has_a_capture_and_a_near_miss() {
    let cases = all_cases();
    let codes = Code::ALL.iter().copied().map(Subject::Code);
    let causes = Cause::ALL.iter().copied().map(Subject::Cause);
    let mut lacking = Vec::new();
    for subject in codes.chain(causes) {
        let own = || cases.iter().filter(|case| case.subject == subject);
        if own().all(|case| case.shows.is_empty()) {
            lacking.push(format!("{} has no capture that shows it", subject.name()));
        }
        if own().all(|case| case.near_misses.is_empty()) {
            lacking.push(format!("{} has no near miss", subject.name()));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn request() {
    check(&request::cases());
}

#[test]
fn legacy() {
    check(&legacy::cases());
}

#[test]
fn response() {
    check(&response::cases());
}

#[test]
fn causes_of_a_wrong_accept() {
    check(&accept::cases());
}

#[test]
fn framing() {
    check(&framing::cases());
}

#[test]
fn closing_ping_and_pong() {
    check(&closing::cases());
}

#[test]
fn permessage_deflate() {
    check(&deflate::cases());
}

#[test]
fn capture_and_tcp() {
    check(&capture::cases());
}

#[test]
fn tls() {
    check(&tls::cases());
}

#[test]
fn limits() {
    check(&limits::cases());
}

#[test]
fn an_ordinary_conversation_says_nothing() {
    let decoded = sockscope_tests::decode::decode(
        &sockscope_tests::conversation::conversation(),
        sockscope_core::session::Options::default(),
    );
    assert_eq!(decoded.diagnostics, []);
    assert_eq!(decoded.connections.len(), 1);
    assert_eq!(decoded.messages.len(), 8);
    assert_eq!(decoded.frames.len(), 9);
}
