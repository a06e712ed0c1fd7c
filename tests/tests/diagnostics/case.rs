//! What a case is, how it is run, and the few captures that many cases begin with.

use sockscope_core::diagnostic::{Cause, Code, Severity};
use sockscope_core::limits::Limits;
use sockscope_core::session::Options;
use sockscope_core::session::api::DiagnosticRow;
use sockscope_tests::decode::{Decoded, decode};
use sockscope_tests::{Conversation, Head, Side};

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Code(Code),
    Cause(Cause),
}

impl Subject {
    pub fn name(self) -> &'static str {
        match self {
            Self::Code(code) => code.name(),
            Self::Cause(cause) => cause.name(),
        }
    }

    fn rows(self, decoded: &Decoded) -> Vec<&DiagnosticRow> {
        match self {
            Self::Code(code) => decoded.of(code),
            Self::Cause(cause) => decoded.caused_by(cause),
        }
    }

    /// The severity of the table.
    fn severity(self) -> Severity {
        self.code().entry().severity
    }

    /// The code that carries it.
    fn code(self) -> Code {
        match self {
            Self::Code(code) => code,
            Self::Cause(Cause::ReasonWithoutCode) => Code::CloseCodeUnassigned,
            Self::Cause(_) => Code::AcceptMismatch,
        }
    }
}

/// Makes a capture.
pub type Capture = fn() -> Vec<u8>;

/// A capture in which the subject must be found.
pub struct Shows {
    pub what: &'static str,
    pub severity: Severity,
    pub capture: Capture,
}

/// Whether a near miss has any fault of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Soundness {
    /// No error and no warning is right.
    Sound,
    /// Others are.
    Faulty,
}

/// A capture in which the subject would be wrong.
pub struct NearMiss {
    pub what: &'static str,
    pub soundness: Soundness,
    pub capture: Capture,
}

/// One diagnostic or cause, with the captures that tell whether it is said where it is true and only there.
pub struct Case {
    pub subject: Subject,
    pub shows: Vec<Shows>,
    pub near_misses: Vec<NearMiss>,
    /// Errors and warnings that may stand beside it where it is shown; others may not.
    pub also: Vec<Code>,
    pub limits: Limits,
}

/// A case of a code.
pub fn case(code: Code) -> Case {
    Case::new(Subject::Code(code))
}

/// A case of a cause.
pub fn cause(cause: Cause) -> Case {
    Case::new(Subject::Cause(cause))
}

impl Case {
    fn new(subject: Subject) -> Self {
        let (shows, near_misses, also) = Default::default();
        Self { subject, shows, near_misses, also, limits: Limits::default() }
    }

    /// Shown here, with the severity of the table.
    pub fn shows(self, what: &'static str, capture: Capture) -> Self {
        let severity = self.subject.severity();
        self.shows_as(severity, what, capture)
    }

    /// Shown here, with this severity.
    pub fn shows_as(mut self, severity: Severity, what: &'static str, capture: Capture) -> Self {
        self.shows.push(Shows { what, severity, capture });
        self
    }

    /// Not true of this capture, which is sound.
    pub fn near_miss(mut self, what: &'static str, capture: Capture) -> Self {
        self.near_misses.push(NearMiss { what, soundness: Soundness::Sound, capture });
        self
    }

    /// Not true of this capture, of which other errors and warnings are.
    pub fn faulty_near_miss(mut self, what: &'static str, capture: Capture) -> Self {
        self.near_misses.push(NearMiss { what, soundness: Soundness::Faulty, capture });
        self
    }

    /// Errors and warnings that may stand beside it.
    pub fn also(mut self, codes: &[Code]) -> Self {
        self.also.extend(codes);
        self
    }

    /// With other limits.
    pub fn limits(self, change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        Self { limits, ..self }
    }

    fn decode(&self, capture: Capture) -> Decoded {
        decode(&capture(), Options { limits: self.limits.clone(), ..Options::default() })
    }

    fn failures(&self) -> Vec<String> {
        let name = self.subject.name();
        let mut failures = Vec::new();
        for shows in &self.shows {
            let decoded = self.decode(shows.capture);
            let rows = self.subject.rows(&decoded);
            let what = shows.what;
            if rows.is_empty() {
                failures.push(format!("{name} is not said of: {what}\n{}", list(&decoded.diagnostics)));
            }
            for row in rows.iter().filter(|row| row.severity != shows.severity) {
                failures.push(format!("{name} is {:?}, not {:?}, of: {what}", row.severity, shows.severity));
            }
            let expected = |row: &DiagnosticRow| {
                row.code == self.subject.code().name() || self.also.iter().any(|code| row.code == code.name())
            };
            let others: Vec<_> = decoded.alarms().into_iter().filter(|row| !expected(row)).cloned().collect();
            if !others.is_empty() {
                failures.push(format!("beside {name} there is a false alarm of: {what}\n{}", list(&others)));
            }
        }
        for near_miss in &self.near_misses {
            let decoded = self.decode(near_miss.capture);
            let what = near_miss.what;
            if !self.subject.rows(&decoded).is_empty() {
                failures.push(format!("{name} is said of: {what}\n{}", list(&decoded.diagnostics)));
            }
            let alarms: Vec<_> = decoded.alarms().into_iter().cloned().collect();
            if near_miss.soundness == Soundness::Sound && !alarms.is_empty() {
                failures.push(format!("near {name} there is a false alarm of: {what}\n{}", list(&alarms)));
            }
            if near_miss.soundness == Soundness::Faulty && decoded.summary.packets == 0 {
                failures.push(format!("near {name} no packet is read of: {what}"));
            }
        }
        failures
    }
}

/// Runs the cases and says all that is wrong at once.
pub fn check(cases: &[Case]) {
    let failures: Vec<String> = cases.iter().flat_map(Case::failures).collect();
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

fn list(rows: &[DiagnosticRow]) -> String {
    let line = |row: &DiagnosticRow| {
        let cause = row.cause_code.as_deref().unwrap_or("-");
        format!(
            "    {:?} {} (cause {cause}, packet {:?}): {}\n",
            row.severity, row.code, row.packet, row.message
        )
    };
    rows.iter().map(line).collect()
}

/// A request, its sound answer, a short talk, a sound end.
pub fn accepted(request: &Head) -> Vec<u8> {
    answered(request, &Head::answer(request))
}

/// A request, an answer that accepts it, a short talk, a sound end.
pub fn answered(request: &Head, answer: &Head) -> Vec<u8> {
    Conversation::heads(request, answer).talk().close().pcap()
}

/// A request, an answer that refuses it, the end of TCP.
pub fn refused(request: &Head, answer: &Head) -> Vec<u8> {
    Conversation::heads(request, answer).finish(Side::Server).pcap()
}

/// A sound upgrade on a connection that carried something else before.
pub fn accepted_after(earlier_request: &str, earlier_answer: &str) -> Vec<u8> {
    let request = Head::request();
    Conversation::on(sockscope_tests::Wire::new())
        .raw(Side::Client, earlier_request)
        .raw(Side::Server, earlier_answer)
        .raw(Side::Client, request.bytes())
        .raw(Side::Server, Head::answer(&request).bytes())
        .talk()
        .close()
        .pcap()
}
