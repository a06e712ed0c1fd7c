//! Requests and responses: which belong together, and what an answer decides.

use std::sync::Arc;

use crate::diagnostic::{Code, Severity};
use crate::http::{self, BodySkipper, Outcome, Protocol, ResponseCheck, ResponseHead};
use crate::stream::{Origin, Side};
use crate::tcp::Facts;

use super::{Exchange, Next, Reader, Request, report_gap};
use crate::conversation::Context;
use crate::conversation::attempt::{Attempt, Verdict};
use crate::conversation::event::Saw;
use crate::conversation::frames::{Extension, Frames, Start, compression};
use crate::conversation::legacy::Challenge;

impl Exchange {
    pub(super) fn request(
        &mut self,
        head: &[u8],
        first: Origin,
        origin: Origin,
        end: u64,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) {
        let Ok(head) = http::parse_request(head) else {
            self.readers[0] = Reader::Lost;
            return;
        };
        let head = Arc::new(head);
        let protocol = http::asks_for_websocket(&head);
        self.pass_over(Side::Client, BodySkipper::for_request(&head), cx);
        let attempt = protocol.map(|protocol| {
            // The challenge of hixie-76 has eight bytes behind the head and no length.
            if protocol == Protocol::Hixie76 {
                self.await_head(Side::Client, cx);
            }
            self.replace_over(None, facts, cx);
            let first = if self.attempts == 0 { facts.first } else { first };
            self.attempts += 1;
            let mut attempt = Attempt::open(protocol, Some(head.clone()), first, origin, facts, cx);
            attempt.asked = origin.time;
            let findings = http::check_request(&head, protocol);
            (attempt, findings.into_iter().map(|finding| (origin, finding)).collect())
        });
        if attempt.is_none() {
            cx.sink.saw(Saw::HttpRequest);
        }
        self.requests.push_back(Request { head, attempt, end });
        if self.requests.len() > 1024 {
            self.requests.pop_front(); // Answers that were never captured.
        }
    }

    pub(super) fn response(
        &mut self,
        head: &[u8],
        origin: Origin,
        end: u64,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) {
        let Ok(head) = http::parse_response(head) else {
            self.readers[1] = Reader::Lost;
            return;
        };
        if head.status == 101 && http::names_websocket(&head) && self.gaps[1].is_some() {
            // Answers before this one may be lost: it belongs to the request that asks for it.
            let asks = self.requests.iter().position(|request| request.attempt.is_some());
            self.requests.drain(..asks.unwrap_or(0));
        }
        let Some(request) = self.requests.front_mut() else {
            return self.response_alone(head, origin, end, facts, cx);
        };
        if (100..=199).contains(&head.status) && head.status != 101 {
            return self.await_head(Side::Server, cx);
        }
        if request.attempt.is_none() && head.status == 101 && http::names_websocket(&head) {
            // The request does not ask for what it gets: an attempt all the same.
            let first = if self.attempts == 0 { facts.first } else { origin };
            self.attempts += 1;
            let attempt =
                Attempt::open(Protocol::Rfc6455, Some(request.head.clone()), first, origin, facts, cx);
            let findings = http::check_request(&request.head, Protocol::Rfc6455);
            request.attempt =
                Some((attempt, findings.into_iter().map(|finding| (origin, finding)).collect()));
        }
        let asked = Arc::clone(&request.head);
        let Some((attempt, findings)) = &mut request.attempt else {
            let connects = asked.method.eq_ignore_ascii_case("CONNECT") && (200..=299).contains(&head.status);
            if connects || head.status == 101 {
                let h2 = head.headers.has_token("Upgrade", "h2c");
                if h2 {
                    cx.sink.saw(Saw::Http2);
                }
                self.next = Some(if connects { Next::Tunnel } else { Next::Nothing });
                return;
            }
            self.requests.pop_front();
            return self.pass_over(Side::Server, BodySkipper::for_response(&head, Some(&asked.method)), cx);
        };
        for (origin, finding) in std::mem::take(findings) {
            attempt.report(Side::Client, origin, &http::in_light_of_answer(finding, &head), cx);
        }
        let head = Arc::new(head);
        let mut check = http::check_response(&asked, attempt.protocol, &head);
        record(attempt, &mut check, &head, origin, cx);
        match check.outcome {
            Outcome::Accepted => {
                attempt.verdict = Verdict::Valid;
                let client = if self.client_lost { Start::Unknown } else { Start::At(request.end) };
                let starts = [client, Start::At(end)];
                self.next = Some(accepted(attempt, starts, &check));
            }
            Outcome::OtherProtocol => self.next = Some(Next::Nothing),
            Outcome::Refused | Outcome::Interim => {
                attempt.verdict = Verdict::Refused;
                attempt.last = Some(origin);
                let attempt = self.requests.pop_front().and_then(|request| request.attempt);
                self.replace_over(attempt.map(|(attempt, _)| attempt), facts, cx);
                self.pass_over(Side::Server, BodySkipper::for_response(&head, Some(&asked.method)), cx);
            }
        }
    }

    /// A response whose request was not captured.
    pub(super) fn response_alone(
        &mut self,
        head: ResponseHead,
        origin: Origin,
        end: u64,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) {
        let check = http::check_response_alone(&head);
        match check.outcome {
            Outcome::Accepted => {
                let first = if self.attempts == 0 { facts.first } else { origin };
                self.attempts += 1;
                let protocol = http::protocol_of_response(&head);
                let mut attempt = Attempt::open(protocol, None, first, origin, facts, cx);
                if let Some(gap) = self.gaps[0].take() {
                    report_gap(&mut attempt, gap, "the request may lie in them", cx);
                }
                let whole = facts.syn_seen && facts.seen == [true; 2] && attempt.codes.is_empty();
                let mut check = check;
                for finding in &mut check.findings {
                    if finding.code == Code::SwitchingWithoutRequest && whole {
                        finding.severity = Severity::Warning;
                    }
                }
                record(&mut attempt, &mut check, &Arc::new(head), origin, cx);
                attempt.verdict = Verdict::Partial;
                let client = match whole {
                    true => Start::At(facts.delivered[0]),
                    false => Start::Unknown,
                };
                self.next = Some(accepted(&attempt, [client, Start::At(end)], &check));
                self.alone = Some(attempt);
            }
            Outcome::OtherProtocol => self.next = Some(Next::Nothing),
            Outcome::Interim => self.await_head(Side::Server, cx),
            Outcome::Refused => self.pass_over(Side::Server, BodySkipper::for_response(&head, None), cx),
        }
    }
}

/// Writes down what the answer says; its texts are moved, not copied.
fn record(
    attempt: &mut Attempt,
    check: &mut ResponseCheck,
    head: &Arc<ResponseHead>,
    origin: Origin,
    cx: &mut Context<'_>,
) {
    attempt.response = Some(Arc::clone(head));
    attempt.answered = origin.time;
    attempt.accept = check.accept.take();
    attempt.accept_expected = check.accept_expected.take();
    attempt.accept_ok = check.accept_ok;
    attempt.mismatch = check.mismatch.take();
    attempt.subprotocol = check.subprotocol.take();
    attempt.extensions = check.extensions.take();
    for finding in &check.findings {
        attempt.report(Side::Server, origin, finding, cx);
    }
}

fn accepted(attempt: &Attempt, starts: [Start; 2], check: &ResponseCheck) -> Next {
    match attempt.protocol {
        Protocol::Hixie75 => Next::Legacy(Challenge::None),
        Protocol::Hixie76 => Next::Legacy(Challenge::BehindHeads),
        Protocol::Hybi(4..=6) => Next::Opaque,
        _ => {
            let unknown = check.findings.iter().any(|finding| finding.code == Code::ExtensionUnknown)
                || (check.deflate.is_none()
                    && attempt.extensions.as_ref().is_some_and(|value| !value.is_empty()));
            let unknown = if unknown { Extension::NotUnderstood } else { Extension::None };
            let accepted_at = match starts[1] {
                Start::At(offset) => Some(offset),
                Start::Likely | Start::Unknown => None,
            };
            Next::Frames(Box::new(Frames::new(starts, compression(check.deflate, unknown), accepted_at)))
        }
    }
}
