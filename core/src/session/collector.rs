//! Turns what conversations tell into rows: numbers connections, checks across them, counts.

use hashbrown::HashMap;

use super::api::SummaryRow;
use super::decoder::Sink;
use super::lane::Telling;
use super::registry::Registry;
use super::rows;
use crate::conversation::{self, ConnectionView, DiagnosticView, FrameView, MessageView, Opened, Saw};
use crate::diagnostic::{Code, Severity};
use crate::stream::Side;
use crate::tcp::Facts;
use crate::tls::Sealed;

/// What is kept while a capture is decoded, but for what its connections hold.
pub(super) struct State {
    pub registry: Registry,
    /// Codes of open connections that the registry found.
    pub more_codes: HashMap<u64, Vec<Code>>,
    pub summary: SummaryRow,
    /// Room for one.
    pub line: Vec<u8>,
    /// Packets whose payload the snap length cut.
    pub cut: Option<CutPackets>,
    pub cut_told: bool,
}

/// Packets that the snap length cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct CutPackets {
    /// The first one.
    pub first: u64,
    pub count: u64,
}

impl State {
    /// Counts a diagnostic.
    pub fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.summary.errors += 1,
            Severity::Warning => self.summary.warnings += 1,
            Severity::Note => self.summary.notes += 1,
        }
    }
}

/// Turns what conversations tell into rows.
pub(super) struct Collector<'a, S> {
    pub sink: &'a mut S,
    pub state: &'a mut State,
}

impl<S: Sink> Telling for Collector<'_, S> {
    fn line(&mut self, message: &MessageView<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        self.state.line.clear();
        write(&mut self.state.line);
        self.sink.line(message.connection, &self.state.line);
    }
}

impl<S: Sink> conversation::Sink for Collector<'_, S> {
    fn began(&mut self, _: &Facts) {
        self.state.summary.tcp_connections += 1;
    }

    fn opened(&mut self, opened: &Opened<'_>) -> u64 {
        let number = self.state.summary.connections;
        self.state.summary.connections += 1;
        if let Some(finding) = self.state.registry.request(opened, number) {
            self.state.more_codes.entry(number).or_default().push(finding.code);
            self.diagnostic(&DiagnosticView {
                connection: Some(number),
                from: Some(Side::Client),
                origin: opened.origin,
                finding: &finding,
                message: None,
                accept: None,
            });
        }
        self.sink.opened(opened, number);
        number
    }

    fn upgraded(&mut self, view: &ConnectionView<'_>) {
        self.sink.upgraded(view);
    }

    fn message(&mut self, message: &MessageView<'_>) {
        self.sink.message(message);
    }

    fn frame(&mut self, frame: &FrameView<'_>) {
        self.sink.frame(frame);
    }

    fn diagnostic(&mut self, view: &DiagnosticView<'_>) {
        self.state.count(view.finding.severity);
        self.state.cut_told |= view.finding.code == Code::SnaplenCut;
        let cause = match view.accept {
            Some((key, value)) => self.state.registry.cause(key, value, view.origin.packet),
            None => view.finding.cause,
        };
        self.sink.diagnostic(&rows::diagnostic_row(view, cause));
    }

    fn closed(&mut self, view: &ConnectionView<'_>) {
        let attempt = view.attempt;
        if let Some(key) = attempt.request.as_ref().and_then(|head| head.headers.get("Sec-WebSocket-Key")) {
            self.state.registry.closed(key, attempt.number);
        }
        self.state.summary.messages += attempt.counts.iter().map(|counts| counts.messages).sum::<u64>();
        let more = self.state.more_codes.remove(&attempt.number).unwrap_or_default();
        if self.sink.wants_connections() {
            self.sink.connection(&rows::connection_row(view, &more));
        }
    }

    fn sealed(&mut self, sealed: &Sealed<'_>) {
        self.sink.sealed(sealed);
    }

    fn saw(&mut self, what: Saw) {
        let summary = &mut self.state.summary;
        match what {
            Saw::Tls(random) => {
                summary.tls_without_secrets += 1;
                self.sink.locked(random);
            }
            Saw::SecretMissing(random) => self.sink.locked(Some(random)),
            Saw::Decrypted(random) => self.sink.unlocked(random),
            Saw::Locked(locked) => self.sink.tls(&rows::locked_row(&locked)),
            Saw::Session(session) => self.sink.session(&session),
            Saw::Http2 => summary.http2_connections += 1,
            Saw::HttpRequest => summary.http_requests += 1,
            Saw::LooksLikeFrames(server) => {
                if summary.looks_like_frames.len() < 64 && !summary.looks_like_frames.contains(&server) {
                    summary.looks_like_frames.push(server);
                }
            }
        }
    }
}
