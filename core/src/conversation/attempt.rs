//! One attempt at a WebSocket: what the `connections` row says.

use std::sync::Arc;

use crate::capture::Timestamp;
use crate::diagnostic::{Code, Finding, Severity};
use crate::http::{AcceptMismatch, Protocol, RequestHead, ResponseHead};
use crate::stream::{Origin, Side};
use crate::tcp::Facts;
use crate::tls;

use super::Context;
use super::event::{ConnectionView, DiagnosticView, Opened};

/// What came of the upgrade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Accepted, and nothing is wrong with it.
    Valid,
    /// Accepted, but an error of the request or response stands.
    Invalid,
    /// Answered with another status.
    Refused,
    /// Not answered (yet).
    Unanswered,
    /// One half was not captured, and frames follow.
    Partial,
    /// No handshake was captured; how sure it is that these are frames.
    Missing {
        /// 0 to 1.
        confidence: f64,
    },
}

impl Verdict {
    /// As rows name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::Partial => "partial",
            Self::Missing { .. } => "missing",
        }
    }
}

/// What one side has sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Frames.
    pub frames: u64,
    /// Messages, control frames included.
    pub messages: u64,
    /// Payload bytes, after inflating.
    pub bytes: u64,
    /// Bytes on the wire, frame headers included.
    pub wire_bytes: u64,
}

/// A connection's first Close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstClose {
    /// Who sent it.
    pub from: Side,
    /// Its code, if it has one.
    pub code: Option<u16>,
    /// Its reason; empty where it has none.
    pub reason: String,
    /// The other side sent one too.
    pub answered: bool,
}

/// One attempt at a WebSocket.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The connection's number.
    pub number: u64,
    /// Its first packet.
    pub first: Origin,
    /// Its last packet, once it is over.
    pub last: Option<Origin>,
    /// Which draft or standard it speaks.
    pub protocol: Protocol,
    /// The request, if it was captured.
    pub request: Option<Arc<RequestHead>>,
    /// The response, if it was captured.
    pub response: Option<Arc<ResponseHead>>,
    /// When its request's head was whole, if that was captured before an answer.
    pub asked: Option<Timestamp>,
    /// When its response's head was whole.
    pub answered: Option<Timestamp>,
    /// What came of it.
    pub verdict: Verdict,
    /// `Sec-WebSocket-Accept`.
    pub accept: Option<String>,
    /// What it should be.
    pub accept_expected: Option<String>,
    /// Whether it is.
    pub accept_ok: Option<bool>,
    /// The key and the wrong Accept.
    pub mismatch: Option<AcceptMismatch>,
    /// The sub-protocol that the server chose.
    pub subprotocol: Option<String>,
    /// The extensions that the server accepted.
    pub extensions: Option<String>,
    /// By side, the client first.
    pub counts: [Counts; 2],
    /// The first Close.
    pub close: Option<FirstClose>,
    /// What was found, each code once.
    pub codes: Vec<Code>,
    /// The TLS around it.
    pub tls: Option<Arc<tls::Facts>>,
    /// An error of the request or response group stands.
    handshake_error: bool,
}

impl Attempt {
    /// Tells that an attempt has become known.
    pub fn open(
        protocol: Protocol,
        request: Option<Arc<RequestHead>>,
        first: Origin,
        origin: Origin,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) -> Self {
        let key = request.as_ref().and_then(|request| request.headers.get("Sec-WebSocket-Key"));
        let number = cx.sink.opened(&Opened { facts, first, origin, key });
        Self {
            number,
            first,
            last: None,
            protocol,
            request,
            response: None,
            asked: None,
            answered: None,
            verdict: Verdict::Unanswered,
            accept: None,
            accept_expected: None,
            accept_ok: None,
            mismatch: None,
            subprotocol: None,
            extensions: None,
            counts: Default::default(),
            close: None,
            codes: Vec::new(),
            tls: cx.tls.clone(),
            handshake_error: false,
        }
    }

    /// Tells a finding.
    pub fn report(
        &mut self,
        from: impl Into<Option<Side>>,
        origin: Origin,
        finding: &Finding,
        cx: &mut Context<'_>,
    ) {
        self.report_about(None, from.into(), origin, finding, cx);
    }

    /// Tells a finding that speaks of a message.
    pub fn report_about(
        &mut self,
        message: Option<u64>,
        from: Option<Side>,
        origin: Origin,
        finding: &Finding,
        cx: &mut Context<'_>,
    ) {
        let mismatch = self.mismatch.as_ref().filter(|_| finding.code == Code::AcceptMismatch);
        let accept = mismatch.map(|mismatch| (mismatch.key.as_str(), mismatch.value.as_str()));
        cx.sink.diagnostic(&DiagnosticView {
            connection: Some(self.number),
            from,
            origin,
            finding,
            message,
            accept,
        });
        self.handshake_error |= finding.severity == Severity::Error && is_of_handshake(finding.code);
        if !self.codes.contains(&finding.code) {
            self.codes.push(finding.code);
        }
    }

    /// What came of the upgrade, with all that was found since.
    pub fn verdict(&self) -> Verdict {
        match self.verdict {
            Verdict::Valid if self.handshake_error => Verdict::Invalid,
            verdict => verdict,
        }
    }

    /// What its heads hold, in bytes of memory.
    pub fn held(&self) -> usize {
        self.request.as_ref().map_or(0, |head| head.headers.held() + head.target.len())
            + self.response.as_ref().map_or(0, |head| head.headers.held())
    }

    /// Whether the code was told already.
    pub fn has(&self, code: Code) -> bool {
        self.codes.contains(&code)
    }
}

/// Whether a code stands in the chapters of the request or the response.
fn is_of_handshake(code: Code) -> bool {
    matches!(code.chapter().title, "Request" | "Response")
}

/// Tells that nothing more will come of an attempt.
pub(super) fn tell_closed(attempt: Attempt, facts: &Facts, cx: &mut Context<'_>) {
    cx.sink.closed(&ConnectionView { attempt: &attempt, facts });
}
