//! The end of a conversation: what was still open is told, and what cannot be complete any more.

use super::attempt::tell_closed;
use super::detection::{Detection, Spoken};
use super::event::Saw;
use super::frames::Start;
use super::{Context, Conversation, Stage};
use crate::diagnostic::{Code, Finding};
use crate::stream::Side;
use crate::tcp::{Ending, Facts};

impl Conversation {
    /// Tells what was still open: of a conversation that may lie within TLS.
    pub(super) fn finish_within(&mut self, ending: Ending, facts: &Facts, cx: &mut Context<'_>) {
        let as_tcp_sees = facts;
        if let Stage::Secure(_) = self.stage {
            let facts = &self.mapped(facts);
            if let Stage::Secure(mut secure) = std::mem::replace(&mut self.stage, Stage::Nothing) {
                secure.finish(ending, facts, cx);
            }
            return;
        }
        if let Stage::Detection(detection) = &mut self.stage {
            match detection.recognise_at_end() {
                Spoken::Frames { client, confidence } => {
                    self.frames_without_handshake(client, confidence, Start::Unknown, facts, cx)
                }
                _ => tell_likely_frames(detection, facts, cx),
            }
        }
        let facts = &self.mapped(as_tcp_sees);
        let certain_end = ending == Ending::Closed;
        if let Stage::Exchange(exchange) = &mut self.stage
            && let Some((next, attempt)) = exchange.finish(certain_end, facts, cx)
        {
            self.enter(next, attempt, facts, cx);
        }
        self.introduce(facts, cx);
        match (&mut self.stage, &mut self.attempt) {
            (Stage::Frames(frames), Some(attempt)) => frames.finish(attempt, facts, cx),
            (Stage::Legacy(frames), Some(attempt)) => frames.finish(attempt, facts, cx),
            (Stage::Exchange(exchange), _) => self.attempt = exchange.take_over().map(Box::new),
            _ => {}
        }
        self.introduce(facts, cx);
        if ending == Ending::Starved {
            let text = format!(
                "more than {} bytes were held for all open TCP connections together; this one was given up as the one \
                 that was idle for the longest time",
                cx.settings.limits.memory
            );
            let finding = Finding::new(Code::MemoryLimit, text);
            match &mut self.attempt {
                Some(attempt) => attempt.report(None, facts.last, &finding, cx),
                None => cx.report(Side::Client, facts.last, &finding),
            }
        }
        if let Some(mut attempt) = self.attempt.take() {
            if facts.seen != [true; 2] {
                let side = if facts.seen[0] { Side::Client } else { Side::Server };
                let text = format!("only packets of the {} are in the capture", side.name());
                attempt.report(None, facts.last, &Finding::new(Code::OneDirectional, text), cx);
            }
            if ending == Ending::Evicted {
                let text = format!(
                    "more than {} TCP connections were open at once; this one was given up as the one that was idle \
                     for the longest time",
                    cx.settings.limits.connections
                );
                attempt.report(None, facts.last, &Finding::new(Code::ConnectionsLimit, text), cx);
            }
            let over = matches!(ending, Ending::Closed | Ending::Reused);
            attempt.last = over.then_some(facts.last);
            tell_closed(*attempt, facts, cx);
        }
        self.stage = Stage::Nothing;
    }
}

/// Names the server whose bytes look like frames, if a connection is passed over that was not captured from its beginning.
pub fn tell_likely_frames(detection: &Detection, facts: &Facts, cx: &mut Context<'_>) {
    if !facts.syn_seen
        && let Some(server) = detection.server_of_likely_frames()
    {
        let server = std::net::SocketAddr::from(facts.ends[server.index()]);
        cx.sink.saw(Saw::LooksLikeFrames(server.to_string()));
    }
}
