//! Reads a value of an expression as its field's kind asks for it.

use std::net::{IpAddr, SocketAddr};

use super::field::{Entry, Field, Kind};
use super::moment;
use super::value::{Literal, Network, rank};
use crate::diagnostic::{Code, Severity, nearest};

/// A value as it was written.
#[derive(Clone, Copy, Debug)]
pub enum Written<'a> {
    /// Without quotes.
    Bare(&'a str),
    /// Between quotes, the escapes read.
    Quoted(&'a str),
}

impl<'a> Written<'a> {
    /// What was written.
    pub fn text(self) -> &'a str {
        match self {
            Self::Bare(text) | Self::Quoted(text) => text,
        }
    }
}

/// The opcodes' names, in the order of their numbers (RFC 6455 §5.2). Filters read them and rows show them.
pub(crate) const OPCODES: [&str; 16] = [
    "continuation",
    "text",
    "binary",
    "reserved-3",
    "reserved-4",
    "reserved-5",
    "reserved-6",
    "reserved-7",
    "close",
    "ping",
    "pong",
    "reserved-11",
    "reserved-12",
    "reserved-13",
    "reserved-14",
    "reserved-15",
];

/// What an upgrade can come to.
pub(super) const VERDICTS: [&str; 6] = ["valid", "invalid", "refused", "unanswered", "partial", "missing"];

/// Severities, the mildest first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

/// Seconds from here on are a date, and fewer are counted from the capture's start: it is 1973, or three years of capture.
const DATES_FROM: u64 = 100_000_000 * 1_000_000_000;

/// Whether nanoseconds written as bare seconds of `time` are a date.
pub(super) fn is_date(nanos: u64) -> bool {
    nanos >= DATES_FROM
}

/// The value, and the field that it belongs to: `time` and `code` stand for two fields each, and the value tells which.
/// `name` is how the field was written.
pub fn read(entry: &Entry, name: &str, written: Written<'_>) -> Result<(Field, Literal), String> {
    let (mut field, text) = (entry.field, written.text());
    let literal = match entry.kind {
        Kind::Number => number(text).map(Literal::Number),
        Kind::Size => size(text).map(Literal::Number),
        Kind::Seconds => moment::seconds(text).map(Literal::Number),
        Kind::Time => match moment::seconds(text) {
            Some(nanos) if is_date(nanos) || name.eq_ignore_ascii_case("frame.time_epoch") => {
                Some(Literal::Number(nanos))
            }
            Some(nanos) => {
                field = Field::SinceStart;
                Some(Literal::Number(nanos))
            }
            None => moment::date(text).map(Literal::Number),
        },
        Kind::Flag => flag(text).map(Literal::Flag),
        Kind::Opcode => opcode(text).map(Literal::Number),
        Kind::Side => word(text, &["client", "server"]),
        Kind::Verdict => word(text, &VERDICTS),
        Kind::Severity => {
            let same = |severity: &Severity| severity.name().eq_ignore_ascii_case(text);
            SEVERITIES.into_iter().find(same).map(|severity| Literal::Number(rank(severity)))
        }
        Kind::Code => match number(text) {
            Some(number) => Some(Literal::Number(number)),
            None => {
                field = Field::Diagnostic;
                Some(diagnostic(text)?)
            }
        },
        Kind::Diagnostic => Some(diagnostic(text)?),
        Kind::Text => Some(Literal::Text(text.into())),
        Kind::Bytes => match (written, text.strip_prefix("hex:")) {
            (Written::Bare(_), Some(digits)) => match hexadecimal(digits) {
                Some(bytes) => Some(Literal::Bytes(bytes.into())),
                None => {
                    return Err("after `hex:` stand pairs of hexadecimal digits, as in hex:0a1b".to_owned());
                }
            },
            _ => Some(Literal::Text(text.into())),
        },
        Kind::Mask => mask(text).map(Literal::Number),
        Kind::Address => network(text).map(Literal::Network),
        Kind::EndPoint => match text.parse::<SocketAddr>() {
            Ok(end) => Some(Literal::EndPoint(end)),
            Err(_) => network(text).map(Literal::Network),
        },
    };
    match literal {
        Some(literal) => Ok((field, literal)),
        None => Err(format!("`{}` takes {}, not `{}`", name, entry.kind.words(), cut(text))),
    }
}

/// What an expression says, as far as it fits into a sentence.
pub fn cut(text: &str) -> String {
    let shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() { format!("{shown}…") } else { shown }
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if digits.starts_with('+') => None,
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None if text.starts_with('+') => None,
        None => text.parse().ok(),
    }
}

/// `1500`, `10k`, `1.5 M` without the blank, `64KiB`.
fn size(text: &str) -> Option<u64> {
    if let Some(number) = number(text) {
        return Some(number);
    }
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let factor: u64 = match unit.to_ascii_lowercase().trim_end_matches('b') {
        "" => 1,
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        "ki" => 1 << 10,
        "mi" => 1 << 20,
        "gi" => 1 << 30,
        _ => return None,
    };
    // Nine decimals are read as nanoseconds are.
    let billionths = u128::from(moment::seconds(digits)?) * u128::from(factor);
    u64::try_from(billionths / 1_000_000_000).ok()
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn opcode(text: &str) -> Option<u64> {
    let named =
        OPCODES.iter().zip(0..).find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, number)| number);
    named.or_else(|| number(text).filter(|&number| number < 16))
}

fn word(text: &str, words: &[&str]) -> Option<Literal> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|&word| Literal::Text(word.into()))
}

fn diagnostic(text: &str) -> Result<Literal, String> {
    let name = text.to_ascii_lowercase().replace('_', "-");
    match Code::from_name(&name) {
        Some(code) => Ok(Literal::Text(code.name().into())),
        None => {
            let near = nearest::of(&name, Code::ALL.iter().map(|code| code.name()));
            Err(format!("there is no diagnostic `{}`{}", cut(text), nearest::did_you_mean(&near)))
        }
    }
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = digits.chars().map(|letter| letter.to_digit(16)).collect::<Option<_>>()?;
    let byte = |pair: &[u32]| match pair {
        &[high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}

fn mask(text: &str) -> Option<u64> {
    let digits = text.replace(':', "");
    let bytes = hexadecimal(digits.strip_prefix("0x").unwrap_or(&digits))?;
    Some(u64::from(u32::from_be_bytes(bytes.try_into().ok()?)))
}

fn network(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(address);
    let first: IpAddr = address.parse().ok()?;
    let most = if first.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        Some(bits) if bits.starts_with('+') => return None,
        Some(bits) => bits.parse().ok().filter(|&bits| bits <= most)?,
        None => most,
    };
    Some(Network { first, bits })
}
