//! What can still be told when heads are lost: half a handshake, an answer that never comes, one side that waits too
//! long.

use crate::diagnostic::{Code, Finding};
use crate::http::{self, GapSkip, Tri};
use crate::stream::{Gap, Side};
use crate::tcp::Facts;
use crate::websocket::resync::{self, Expectation};

use super::{Exchange, Item, Next, Reader, Request, report_gap};
use crate::conversation::Context;
use crate::conversation::attempt::Verdict;
use crate::conversation::direction::Compression;
use crate::conversation::frames::{Frames, Start};
use crate::conversation::seeking::Patience;

impl Exchange {
    pub(super) fn gap(&mut self, gap: Gap, cx: &mut Context<'_>) {
        let index = gap.side.index();
        if gap.side == Side::Client {
            self.client_read = self.client_read.max(gap.offset.saturating_add(gap.length));
        }
        if let Reader::Body(skipper) = &mut self.readers[index]
            && skipper.skip_gap(if gap.exact { gap.length } else { u64::MAX }) == GapSkip::InStep
        {
            if skipper.is_done() {
                self.await_head(gap.side, cx);
            }
            return;
        }
        self.gaps[index] = Some(gap);
        self.readers[index] = Reader::Lost;
        if gap.side == Side::Server
            && let Some((attempt, _)) = self.requests.front_mut().and_then(|request| request.attempt.as_mut())
        {
            report_gap(attempt, gap, "the response may lie in them", cx);
        }
    }

    /// The response may not be in the capture, and yet frames follow: then one half of the handshake is enough.
    pub(super) fn try_partial(&mut self, patience: Patience, facts: &Facts, cx: &mut Context<'_>) {
        let lost = self.gaps[1].is_some() || !facts.seen[1];
        let waiting = self.waiting_bytes[0] + self.unread_bytes;
        // What follows the gap is looked at first: the answer may come yet.
        let silent = facts.seen[1] && self.unread.is_empty();
        if !lost
            || (patience == Patience::WaitForCertain && silent)
            || (patience == Patience::WaitForCertain && waiting < self.next_try)
        {
            return;
        }
        let asks = self.requests.iter().position(|request| request.attempt.is_some());
        let Some((attempt, _)) = asks.and_then(|asks| self.requests[asks].attempt.as_ref()) else {
            return;
        };
        let offered = attempt.request.as_ref().is_some_and(|head| {
            head.headers.get_all("Sec-WebSocket-Extensions").any(|value| value.contains("permessage-deflate"))
        });
        let (mut client, mut starts) = (Vec::new(), Vec::new());
        for item in &self.waiting[0] {
            match item {
                Item::Chunk(held) => {
                    starts.push(client.len());
                    client.extend_from_slice(held.chunk(Side::Client).bytes);
                }
                _ => break,
            }
        }
        let mut server = Vec::new();
        for held in &self.unread {
            server.extend_from_slice(held.chunk(Side::Server).bytes);
        }
        self.next_try = waiting + waiting / 2;
        let expect = |masked| Expectation { masked: Some(masked), deflate: offered };
        let client_bits =
            resync::chain(&client, 0, expect(true), &mut Vec::new()).map_or(0.0, |found| found.bits);
        let server_bits = resync::find(&server, &[], expect(false)).map_or(0.0, |found| found.bits);
        let enough = match patience {
            Patience::WaitForCertain => client_bits + server_bits >= resync::CERTAIN,
            Patience::TakeLikely => client_bits + server_bits >= resync::LIKELY,
        };
        if enough {
            self.requests.drain(..asks.unwrap_or(0));
            self.accept_partial(offered, cx);
        }
    }

    pub(super) fn accept_partial(&mut self, offered: bool, cx: &mut Context<'_>) {
        let Some(request) = self.requests.front_mut() else { return };
        let Some((attempt, findings)) = &mut request.attempt else { return };
        for (origin, finding) in std::mem::take(findings) {
            attempt.report(Side::Client, origin, &finding, cx);
        }
        attempt.verdict = Verdict::Partial;
        let compression = if offered { Compression::Assumed } else { Compression::None };
        let client = if self.client_lost { Start::Unknown } else { Start::At(request.end) };
        let starts = [client, Start::Unknown];
        self.next = Some(Next::Frames(Box::new(Frames::new(starts, [compression; 2], None))));
    }

    /// One side cannot wait for ever.
    pub(super) fn bound_waiting(&mut self, facts: &Facts, cx: &mut Context<'_>) {
        for side in Side::BOTH {
            if self.waiting_bytes[side.index()] <= cx.settings.limits.pending {
                continue;
            }
            let text = format!(
                "{} bytes of the {} waited for the other side's HTTP head; they are given up",
                self.waiting_bytes[side.index()],
                side.name()
            );
            let finding = Finding::new(Code::PendingLimit, text);
            let origin = facts.last;
            match self.attempt() {
                Some(attempt) => attempt.report(side, origin, &finding, cx),
                None => cx.report(side, origin, &finding),
            }
            self.waiting[side.index()].retain(|item| matches!(item, Item::End(_)));
            self.waiting_bytes[side.index()] = self.waiting[side.index()].iter().map(Item::cost).sum();
            match side {
                Side::Client => self.client_lost = true,
                Side::Server => self.readers[1] = Reader::Lost,
            }
        }
    }

    /// The answer to the last attempt was lost, and the client goes on with another request: it was none.
    pub(super) fn pass_over_lost_answer(&mut self, facts: &Facts, cx: &mut Context<'_>) -> bool {
        let lost = self.gaps[1].is_some() || !facts.seen[1];
        let again = matches!(self.waiting[0].front(), Some(Item::Chunk(held))
            if http::looks_like_request(held.chunk(Side::Client).bytes) == Tri::Yes);
        let undecided = self.requests.back().is_some_and(|request| request.attempt.is_some());
        if !lost || !again || !undecided {
            return false;
        }
        for request in std::mem::take(&mut self.requests) {
            self.end_unanswered(request, facts, cx);
        }
        true
    }

    /// An attempt whose answer is not known is over.
    pub(super) fn end_unanswered(&mut self, request: Request, facts: &Facts, cx: &mut Context<'_>) {
        let Some((mut attempt, findings)) = request.attempt else { return };
        for (origin, finding) in findings {
            attempt.report(Side::Client, origin, &finding, cx);
        }
        attempt.last = Some(facts.last);
        self.replace_over(Some(attempt), facts, cx);
    }
}
