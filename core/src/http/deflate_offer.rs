//! The negotiation of permessage-deflate (RFC 7692 §5, §7.1): offers, the answer, and what both agreed on.

use super::extensions::Extension;
use super::sentence::{quoted, quoted_list};
use crate::diagnostic::{Code, Finding, Severity};

/// Whether the sender of a direction keeps its window from one message to the next (RFC 7692 §7.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContextTakeover {
    /// It may refer to earlier messages.
    Kept,
    /// Every message begins with an empty window.
    Reset,
}

/// What was agreed for one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeflateParameters {
    /// Whether the sender keeps its window.
    pub takeover: ContextTakeover,
    /// The window is 2 to the power of this many bytes: 8 to 15 (RFC 7692 §7.1.2).
    pub window_bits: u8,
}

impl Default for DeflateParameters {
    /// What holds where nothing is said.
    fn default() -> Self {
        Self { takeover: ContextTakeover::Kept, window_bits: MOST_BITS }
    }
}

/// What the answer says, which is what both sides do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeflateAgreement {
    /// Messages from the client.
    pub client: DeflateParameters,
    /// Messages from the server.
    pub server: DeflateParameters,
}

/// The largest window, which holds where nothing is said.
const MOST_BITS: u8 = 15;

/// `permessage-deflate` with its parameters, as an offer or an answer has it. Of a repeated parameter the first holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Parameters {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_max_window_bits: Bits,
    client_max_window_bits: Bits,
}

/// A parameter that limits a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Bits {
    #[default]
    Absent,
    /// Without a value, or with a wrong one.
    NoValue,
    Limit(u8),
}

impl Bits {
    fn limit(self) -> u8 {
        match self {
            Self::Limit(bits) => bits,
            _ => MOST_BITS,
        }
    }
}

/// What one offer or answer breaks by itself.
#[derive(Debug, Default)]
struct Faults<'a> {
    unknown: Vec<&'a str>,
    duplicate: Vec<&'a str>,
    bad_value: Vec<String>,
}

/// In which half of the negotiation a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Offer,
    Answer,
}

/// Checks a request's offers, each by itself (RFC 7692 §7.1). An unknown parameter is a note here: it may come from a
/// later standard, and the server only declines the offer.
pub fn check_offers(offers: &[Extension<'_>]) -> Vec<Finding> {
    let mut faults = Faults::default();
    for offer in offers.iter().filter(|offer| offer.is_deflate()) {
        read(offer, Half::Offer, &mut faults);
    }
    faults.findings("offer", Severity::Note)
}

/// Checks an answer by itself and against every offer; it is right if it fits one of them. Without offers it is only
/// checked by itself.
pub fn check_answer(offers: &[Extension<'_>], answer: &Extension<'_>) -> Vec<Finding> {
    let mut faults = Faults::default();
    let answer = read(answer, Half::Answer, &mut faults);
    let mut findings = faults.findings("answer", Severity::Error);
    let mut best = None::<Vec<Finding>>;
    for offer in offers.iter().filter(|offer| offer.is_deflate()) {
        let offer = read(offer, Half::Offer, &mut Faults::default());
        let misfits = misfits(offer, answer);
        if best.as_ref().is_none_or(|best| misfits.len() < best.len()) {
            best = Some(misfits);
        }
    }
    findings.extend(best.unwrap_or_default());
    findings
}

/// What an answer means, also where it breaks the rules: the first of a repeated parameter, 15 bits for a wrong value.
pub fn agreement(answer: &Extension<'_>) -> DeflateAgreement {
    let answer = read(answer, Half::Answer, &mut Faults::default());
    let takeover = |is_reset| if is_reset { ContextTakeover::Reset } else { ContextTakeover::Kept };
    DeflateAgreement {
        client: DeflateParameters {
            takeover: takeover(answer.client_no_context_takeover),
            window_bits: answer.client_max_window_bits.limit(),
        },
        server: DeflateParameters {
            takeover: takeover(answer.server_no_context_takeover),
            window_bits: answer.server_max_window_bits.limit(),
        },
    }
}

/// What in the answer one offer does not allow.
fn misfits(offer: Parameters, answer: Parameters) -> Vec<Finding> {
    let mut misfits = Vec::new();
    if answer.client_max_window_bits != Bits::Absent && offer.client_max_window_bits == Bits::Absent {
        misfits.push(Finding::new(
            Code::DeflateClientWindowUnsolicited,
            "the answer limits the client's window with client_max_window_bits, which the client did not offer",
        ));
    }
    match (offer.server_max_window_bits, answer.server_max_window_bits) {
        (Bits::Limit(asked), Bits::Absent) => misfits.push(Finding::new(
            Code::DeflateServerWindowMissing,
            format!("the client asked for server_max_window_bits={asked}, and the answer accepts without it"),
        )),
        (Bits::Limit(asked), Bits::Limit(answered)) if answered > asked => misfits.push(Finding::new(
            Code::DeflateServerWindowLarger,
            format!("the client asked for server_max_window_bits={asked}, and the answer says {answered}"),
        )),
        _ => {}
    }
    if offer.server_no_context_takeover && !answer.server_no_context_takeover {
        misfits.push(Finding::new(
            Code::DeflateServerTakeoverKept,
            "the client asked for server_no_context_takeover, and the answer accepts without it",
        ));
    }
    misfits
}

fn read<'a>(extension: &'a Extension<'_>, half: Half, faults: &mut Faults<'a>) -> Parameters {
    let mut parameters = Parameters::default();
    for (name, value) in &extension.parameters {
        let value = value.as_deref();
        let is_repeated = match name.to_ascii_lowercase().as_str() {
            "server_no_context_takeover" => {
                flag(&mut parameters.server_no_context_takeover, name, value, faults)
            }
            "client_no_context_takeover" => {
                flag(&mut parameters.client_no_context_takeover, name, value, faults)
            }
            "server_max_window_bits" => {
                if value.is_none() {
                    faults.bad_value.push(format!("{name} without a value"));
                }
                bits(&mut parameters.server_max_window_bits, name, value, faults)
            }
            "client_max_window_bits" => {
                // In an offer the value may be left out (§7.1.2.2).
                if value.is_none() && half == Half::Answer {
                    faults.bad_value.push(format!("{name} without a value"));
                }
                bits(&mut parameters.client_max_window_bits, name, value, faults)
            }
            _ => {
                faults.unknown.push(name);
                false
            }
        };
        if is_repeated {
            faults.duplicate.push(name);
        }
    }
    parameters
}

/// Reads a parameter that has no value (§7.1.1) and returns whether it was there before.
fn flag(parameter: &mut bool, name: &str, value: Option<&str>, faults: &mut Faults<'_>) -> bool {
    if let Some(value) = value {
        faults.bad_value.push(format!("{name} with the value {}", quoted(value)));
    }
    std::mem::replace(parameter, true)
}

/// Reads a parameter that limits a window (§7.1.2) and returns whether it was there before.
fn bits(parameter: &mut Bits, name: &str, value: Option<&str>, faults: &mut Faults<'_>) -> bool {
    let read = match value {
        None => Bits::NoValue,
        Some(value) => match window_bits(value) {
            Some(bits) => Bits::Limit(bits),
            None => {
                faults.bad_value.push(format!("{name} with the value {}", quoted(value)));
                Bits::NoValue
            }
        },
    };
    let is_repeated = *parameter != Bits::Absent;
    if !is_repeated {
        *parameter = read;
    }
    is_repeated
}

/// 8 to 15, without a leading zero (§7.1.2.1).
fn window_bits(value: &str) -> Option<u8> {
    let bits = value.parse().ok().filter(|bits| (8..=MOST_BITS).contains(bits))?;
    (bits.to_string() == value).then_some(bits)
}

impl Faults<'_> {
    fn findings(&self, half: &str, unknown: Severity) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.unknown.is_empty() {
            let names = quoted_list(self.unknown.iter().copied());
            let message = format!(
                "the {half} of permessage-deflate has a parameter that RFC 7692 does not define: {names}"
            );
            findings.push(Finding::new(Code::DeflateUnknownParameter, message).severity(unknown));
        }
        if !self.duplicate.is_empty() {
            let names = quoted_list(self.duplicate.iter().copied());
            let message = format!("the {half} of permessage-deflate repeats {names}");
            findings.push(Finding::new(Code::DeflateDuplicateParameter, message));
        }
        if let Some(first) = self.bad_value.first() {
            let message = format!("the {half} of permessage-deflate has {first}");
            findings.push(Finding::new(Code::DeflateBadValue, message));
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::super::extensions::parse;
    use super::*;

    fn codes(findings: &[Finding]) -> String {
        let sign = |severity| match severity {
            Severity::Error => "",
            Severity::Warning => " W",
            Severity::Note => " N",
        };
        findings
            .iter()
            .map(|f| format!("{}{}", f.code.name(), sign(f.severity)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[test]
    fn offers() {
        let check = |offer: &str, expect: &str| {
            let value = format!("permessage-deflate; {offer}");
            assert_eq!(codes(&check_offers(&parse(&value).0)), expect, "{offer}");
        };
        for sound in [
            "client_max_window_bits",
            "client_max_window_bits=8; server_max_window_bits=15",
            "client_max_window_bits=\"10\"; server_no_context_takeover; client_no_context_takeover",
            "a, permessage-deflate; client_max_window_bits, x-webkit-deflate-frame; no_context_takeover",
        ] {
            check(&sound.replacen("a,", "client_max_window_bits,", 1), "");
        }
        check("x", "deflate-unknown-parameter N");
        check("no_context_takeover", "deflate-unknown-parameter N");
        check("client_max_window_bits; client_max_window_bits=9", "deflate-duplicate-parameter");
        check("client_max_window_bits, permessage-deflate; client_max_window_bits", "");
        for bad in ["=7", "=16", "=08", "=+9", "=a", "=\"016\"", "=256", "=-9"] {
            check(&format!("client_max_window_bits{bad}"), "deflate-bad-value");
            check(&format!("server_max_window_bits{bad}"), "deflate-bad-value");
        }
        check("server_max_window_bits", "deflate-bad-value");
        check("server_no_context_takeover=1", "deflate-bad-value");
        check("client_no_context_takeover=true", "deflate-bad-value");
    }

    #[test]
    fn answers() {
        let check = |offers: &str, answer: &str, expect: &str| {
            let answer = format!("permessage-deflate{answer}");
            let findings = check_answer(&parse(offers).0, &parse(&answer).0[0]);
            assert_eq!(codes(&findings), expect, "{offers} -> {answer}");
        };
        let plain = "permessage-deflate";
        let window = "permessage-deflate; client_max_window_bits";
        check(plain, "", "");
        check(
            plain,
            "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9",
            "",
        );
        check(window, "; client_max_window_bits=9", "");
        check("permessage-deflate; client_max_window_bits=9", "; client_max_window_bits=12", "");
        check(window, "; client_max_window_bits=\"9\"", "");
        check(window, "; client_max_window_bits", "deflate-bad-value");
        check(window, "; server_max_window_bits", "deflate-bad-value");
        check(window, "; server_max_window_bits=16", "deflate-bad-value");
        check(window, "; x=1", "deflate-unknown-parameter");
        check(
            window,
            "; server_no_context_takeover; server_no_context_takeover",
            "deflate-duplicate-parameter",
        );
        check(plain, "; client_max_window_bits=15", "deflate-client-window-unsolicited");
        let server = "permessage-deflate; server_max_window_bits=10";
        check(server, "; server_max_window_bits=10", "");
        check(server, "; server_max_window_bits=8", "");
        check(server, "; server_max_window_bits=11", "deflate-server-window-larger");
        check(server, "", "deflate-server-window-missing");
        let reset = "permessage-deflate; server_no_context_takeover";
        check(reset, "; server_no_context_takeover", "");
        check(reset, "; client_no_context_takeover", "deflate-server-takeover-kept");
        check("permessage-deflate; client_no_context_takeover", "", "");
        // One offer that fits is enough; otherwise the nearest one is spoken of.
        check(&format!("{server}; server_no_context_takeover, {plain}"), "", "");
        check(&format!("{server}; server_no_context_takeover, {reset}"), "", "deflate-server-takeover-kept");
        check(&format!("{server}, {reset}"), "", "deflate-server-window-missing");
        // Not offered at all: that is another finding.
        check("a", "; client_max_window_bits=9", "");
    }

    #[test]
    fn agreements() {
        let check = |answer: &str, client, server| {
            let answer = format!("permessage-deflate{answer}");
            let found = agreement(&parse(&answer).0[0]);
            let short = |p: DeflateParameters| (p.window_bits, p.takeover);
            assert_eq!((short(found.client), short(found.server)), (client, server), "{answer}");
        };
        use ContextTakeover::{Kept, Reset};
        check("", (15, Kept), (15, Kept));
        check("; client_no_context_takeover; server_max_window_bits=9", (15, Reset), (9, Kept));
        check("; server_no_context_takeover; client_max_window_bits=8", (8, Kept), (15, Reset));
        check("; client_max_window_bits=7; server_max_window_bits", (15, Kept), (15, Kept));
        check("; client_max_window_bits=9; client_max_window_bits=10", (9, Kept), (15, Kept));
    }
}
