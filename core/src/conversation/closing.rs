//! Who closed first, whether it was clean, and which Ping was answered (RFC 6455 §5.5, §7).

use std::collections::VecDeque;

use crate::diagnostic::{Code, Finding, Severity};
use crate::stream::{Origin, Side};
use crate::tcp::{End, EndKind, Facts};
use crate::websocket::frame::Opcode;

use super::Context;
use super::attempt::{Attempt, FirstClose};
use super::direction::Control;

/// Pings of one side that wait for their Pong; older ones are forgotten.
const PENDING_PINGS: usize = 64;
/// A Ping is unanswered if the connection goes on for so long without its Pong.
const PING_PATIENCE: u64 = 30_000_000_000;

/// What the control frames and the ends of both directions say together.
#[derive(Debug, Default)]
pub struct Closing {
    /// The first Close of each side, the client's first.
    closes: [Option<SentClose>; 2],
    /// The Pings of each side that wait for their Pong.
    pings: [VecDeque<SentPing>; 2],
    ends: [Option<End>; 2],
    reset: Option<End>,
    reset_before_closes: bool,
    /// Bytes of a side are lost, the client's first: what it sent may have been a Ping.
    lossy: [bool; 2],
    /// Pongs of each side whose sender had more of the other side than was read: their Ping may still come.
    early_pongs: [Vec<EarlyPong>; 2],
}

#[derive(Debug)]
struct EarlyPong {
    number: u64,
    payload: Body,
    origin: Origin,
}

/// Pongs that wait for their Ping; more are not told from unsolicited ones.
const EARLY_PONGS: usize = 16;

#[derive(Debug)]
struct SentClose {
    code: Option<u16>,
    end: u64,
    origin: Origin,
    /// What its sender had of the other side.
    acknowledged: Option<u64>,
    /// All of its body was captured.
    whole: bool,
}

#[derive(Debug)]
struct SentPing {
    number: u64,
    payload: Body,
    end: u64,
    origin: Origin,
    /// A Pong answered it, or a newer one.
    answered: bool,
    wrong_pong: Option<(u64, Body, Origin)>,
}

/// The payload of a Ping or Pong: what is sound of it, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Body {
    bytes: Vec<u8>,
    length: usize,
}

impl Body {
    fn of(payload: &[u8]) -> Self {
        Self { bytes: payload.get(..125).unwrap_or(payload).to_vec(), length: payload.len() }
    }
}

/// What is certain of a direction when a connection is over.
#[derive(Clone, Copy, Debug)]
pub struct Certainty {
    /// Bytes of it are lost.
    pub lossy: bool,
    /// A message was begun and not finished.
    pub inside_message: bool,
}

impl Closing {
    /// A control frame is complete, and of the other side so much was read.
    pub fn control(
        &mut self,
        side: Side,
        control: &Control<'_>,
        peer_reached: u64,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        match control.opcode {
            Opcode::CLOSE => self.close(side, control, attempt, cx),
            Opcode::PING => self.ping(side, control),
            Opcode::PONG => self.pong(side, control, peer_reached, attempt, cx),
            _ => {}
        }
    }

    /// Bytes of a side are lost.
    pub fn lose(&mut self, side: Side) {
        self.lossy[side.index()] = true;
    }

    /// A direction of the TCP connection ended.
    pub fn end(&mut self, end: End) {
        match end.kind {
            EndKind::Fin => self.ends[end.side.index()] = Some(end),
            EndKind::Reset if self.reset.is_none() => {
                self.reset = Some(end);
                self.reset_before_closes = self.closes.iter().any(Option::is_none);
            }
            EndKind::Reset => {}
        }
    }

    /// The connection is over: what can be said only now.
    pub fn finish(
        &self,
        certain: [Certainty; 2],
        attempt: &mut Attempt,
        facts: &Facts,
        cx: &mut Context<'_>,
    ) {
        // A side whose Close may lie in what is lost has perhaps sent one.
        let no_close_lost = Side::BOTH.iter().all(|side| {
            self.closes[side.index()].is_some() || (!certain[side.index()].lossy && facts.seen[side.index()])
        });
        let certainly_whole = certain.iter().all(|direction| !direction.lossy) && facts.seen == [true; 2];
        if let Some(reset) = self.reset.filter(|_| self.reset_before_closes && no_close_lost) {
            let text = format!(
                "the {} reset the TCP connection before both sides had sent a Close",
                reset.side.name()
            );
            attempt.report(reset.side, reset.origin, &Finding::new(Code::TcpReset, text), cx);
        }
        for side in Side::BOTH {
            let ended = self.reset.or(self.ends[side.index()]);
            if let Some(end) = ended
                && certain[side.index()].inside_message
                && !certain[side.index()].lossy
            {
                let text =
                    format!("the {} began a message and TCP ended before it was finished", side.name());
                attempt.report(side, end.origin, &Finding::new(Code::MessageNeverFinished, text), cx);
            }
        }
        if certainly_whole {
            self.check_close(certain, attempt, cx);
        }
        for side in Side::BOTH {
            let lossy = self.lossy[side.other().index()];
            for pong in self.early_pongs[side.index()].iter().filter(|_| !lossy) {
                unsolicited(side, pong.number, pong.origin, attempt, cx);
            }
            if !certain[side.other().index()].lossy && facts.seen[side.other().index()] {
                self.check_pings(side, attempt, facts, cx);
            }
        }
    }

    fn close(&mut self, side: Side, control: &Control<'_>, attempt: &mut Attempt, cx: &mut Context<'_>) {
        if self.closes[side.index()].is_some() {
            return;
        }
        let code = control.close.and_then(|close| close.code);
        let reason = control.close.and_then(|close| close.reason.clone()).unwrap_or_default();
        let mine = FirstClose { from: side, code, reason, answered: false };
        let sent = SentClose {
            code,
            end: control.end,
            origin: control.origin,
            acknowledged: control.acknowledged,
            whole: control.whole,
        };
        let Some(other) = &self.closes[side.other().index()] else {
            attempt.close.get_or_insert(mine);
            self.closes[side.index()] = Some(sent);
            return;
        };
        // Who had the other's Close when it wrote its own has answered, whatever was decoded first.
        let had = |acknowledged: Option<u64>, end: u64| acknowledged.is_some_and(|offset| offset >= end);
        let (answers, answered) = (had(sent.acknowledged, other.end), had(other.acknowledged, sent.end));
        if answered && !answers {
            attempt.close = Some(FirstClose { answered: true, ..mine });
        } else if let Some(first) = &mut attempt.close {
            first.answered = true;
        }
        if (answers || answered) && other.code != sent.code && other.whole && sent.whole {
            let (asker, answer, by) =
                if answers { (other, &sent, side) } else { (&sent, other, side.other()) };
            let say = |code: Option<u16>| code.map_or("no code".to_owned(), |code| format!("code {code}"));
            // The answer should echo the code (RFC 6455 §5.5.1).
            let text = format!(
                "the {} answered a Close that has {} with one that has {}",
                by.name(),
                say(asker.code),
                say(answer.code)
            );
            let finding = Finding::new(Code::CloseCodeNotEchoed, text);
            attempt.report_about(Some(control.number), Some(by), control.origin, &finding, cx);
        }
        self.closes[side.index()] = Some(sent);
    }

    fn ping(&mut self, side: Side, control: &Control<'_>) {
        let payload = Body::of(control.payload);
        let early = &mut self.early_pongs[side.other().index()];
        if let Some(place) = early.iter().position(|pong| pong.payload == payload) {
            early.remove(place);
            return;
        }
        let pings = &mut self.pings[side.index()];
        if pings.len() == PENDING_PINGS {
            pings.pop_front();
        }
        let (number, end, origin) = (control.number, control.end, control.origin);
        pings.push_back(SentPing { number, payload, end, origin, answered: false, wrong_pong: None });
    }

    /// A Pong answers the Ping that it repeats, and all before it (RFC 6455 §5.5.3).
    fn pong(
        &mut self,
        side: Side,
        control: &Control<'_>,
        peer_reached: u64,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) {
        let payload = Body::of(control.payload);
        let pings = &mut self.pings[side.other().index()];
        if let Some(place) = pings.iter().rposition(|ping| ping.payload == payload && !ping.answered) {
            pings.iter_mut().take(place).for_each(|ping| ping.answered = true);
            pings.remove(place);
            return;
        }
        // A newer one was answered first, and this is its own answer.
        if let Some(place) = pings.iter().position(|ping| ping.payload == payload) {
            pings.remove(place);
            return;
        }
        let unread = control.acknowledged.is_some_and(|had| had > peer_reached);
        let early = &mut self.early_pongs[side.index()];
        if unread && early.len() < EARLY_PONGS {
            early.push(EarlyPong { number: control.number, payload, origin: control.origin });
            return;
        }
        if self.lossy[side.other().index()] {
            return;
        }
        let had =
            |ping: &&mut SentPing| control.acknowledged.is_none_or(|had| had >= ping.end) && !ping.answered;
        match pings.iter_mut().rev().find(had) {
            Some(ping) => ping.wrong_pong = Some((control.number, payload, control.origin)),
            None => unsolicited(side, control.number, control.origin, attempt, cx),
        }
    }

    fn check_close(&self, certain: [Certainty; 2], attempt: &mut Attempt, cx: &mut Context<'_>) {
        let over = self.reset.or(self.first_end());
        let Some(over) = over else { return };
        match &self.closes {
            [None, None] => {
                if self.reset.is_none() && self.ends.iter().any(Option::is_none) {
                    return; // One side is still open.
                }
                let unfinished = certain.iter().any(|direction| direction.inside_message);
                let severity =
                    if self.reset.is_some() || unfinished { Severity::Warning } else { Severity::Note };
                let how = if self.reset.is_some() { "was reset" } else { "ended" };
                let text =
                    format!("TCP {how} and neither side had sent a Close; an application sees code 1006");
                attempt.report(
                    over.side,
                    over.origin,
                    &Finding::new(Code::NoCloseFrame, text).severity(severity),
                    cx,
                );
            }
            [Some(close), None] => self.check_answer(Side::Client, close, attempt, cx),
            [None, Some(close)] => self.check_answer(Side::Server, close, attempt, cx),
            [Some(_), Some(_)] => {}
        }
    }

    /// Who ended TCP first.
    fn first_end(&self) -> Option<End> {
        self.ends.iter().flatten().min_by_key(|end| end.origin.packet).copied()
    }

    /// `closer` sent a Close and the other side did not.
    fn check_answer(&self, closer: Side, close: &SentClose, attempt: &mut Attempt, cx: &mut Context<'_>) {
        let peer = closer.other();
        let say = |severity, origin, text: String, attempt: &mut Attempt, cx: &mut Context<'_>| {
            let finding = Finding::new(Code::CloseNotAnswered, text).severity(severity);
            attempt.report(peer, origin, &finding, cx);
        };
        if let Some(reset) = self.reset {
            let text = format!(
                "the {} sent a Close and the {} reset TCP before an answer",
                closer.name(),
                reset.side.name()
            );
            return say(Severity::Note, reset.origin, text, attempt, cx);
        }
        let Some(end) = self.ends[peer.index()] else { return };
        if end.acknowledged.is_none_or(|acknowledged| acknowledged < close.end) {
            return; // It may not have read the Close before it ended.
        }
        if self.first_end().is_some_and(|first| first.side == closer) {
            let text =
                format!("the {} sent a Close and ended TCP without waiting for the answer", closer.name());
            return say(Severity::Note, end.origin, text, attempt, cx);
        }
        let text = format!(
            "the {} had the {}'s Close (packet {}) and ended TCP without a Close of its own",
            peer.name(),
            closer.name(),
            close.origin.packet
        );
        say(Severity::Warning, end.origin, text, attempt, cx);
    }

    fn check_pings(&self, side: Side, attempt: &mut Attempt, facts: &Facts, cx: &mut Context<'_>) {
        for ping in self.pings[side.index()].iter().filter(|ping| !ping.answered) {
            // A Close that comes later ends the wait; one before the Ping leaves nothing to wait for.
            let closes = self.closes.iter().flatten();
            let closed = closes.filter(|close| close.origin.packet >= ping.origin.packet);
            let waited = closed
                .map(|close| close.origin)
                .chain([facts.last])
                .map(|until| until.time.zip(ping.origin.time).map_or(0, |(until, sent)| until.since(sent)));
            let waited = waited.min().unwrap_or(0);
            let answer_due = facts.acknowledged[side.index()] >= ping.end && waited >= PING_PATIENCE;
            if let Some((number, payload, origin)) = ping.wrong_pong.as_ref().filter(|_| answer_due) {
                let text = format!(
                    "the Ping of message {} has the payload {} and the Pong that followed has {}",
                    ping.number,
                    quote(&ping.payload.bytes),
                    quote(&payload.bytes)
                );
                let finding = Finding::new(Code::PongPayloadMismatch, text);
                attempt.report_about(Some(*number), Some(side.other()), *origin, &finding, cx);
            } else if let Some((number, _, origin)) = &ping.wrong_pong {
                // Too soon to say that its Ping stays unanswered.
                unsolicited(side.other(), *number, *origin, attempt, cx);
            } else if answer_due {
                let text = format!(
                    "the Ping of message {} was acknowledged, and in the {} s that followed no Pong answered it",
                    ping.number,
                    waited / 1_000_000_000
                );
                let finding = Finding::new(Code::PingUnanswered, text);
                attempt.report_about(Some(ping.number), Some(side.other()), ping.origin, &finding, cx);
            }
        }
    }
}

fn unsolicited(side: Side, number: u64, origin: Origin, attempt: &mut Attempt, cx: &mut Context<'_>) {
    let text = format!("the {} sent a Pong that answers no Ping", side.name());
    attempt.report_about(Some(number), Some(side), origin, &Finding::new(Code::UnsolicitedPong, text), cx);
}

/// A short payload in words: text as it is, else hexadecimal.
fn quote(payload: &[u8]) -> String {
    let printable = |byte: &u8| byte.is_ascii_graphic() || *byte == b' ';
    if !payload.is_empty() && payload.iter().all(printable) {
        return format!("\"{}\"", String::from_utf8_lossy(payload));
    }
    match payload {
        [] => "of no bytes".to_owned(),
        _ => payload.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
