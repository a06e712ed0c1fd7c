//! Values: what a record has, what an expression holds against it, and when the two are equal.

use std::fmt::{self, Write};
use std::net::{IpAddr, SocketAddr};

use crate::diagnostic::Severity;

/// A value that a record has. A field's [`Kind`](super::Kind) says which of these it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Numbers, sizes, opcodes and codes; times and seconds in nanoseconds; a mask as its four bytes, the first highest.
    Number(u64),
    /// Flags.
    Flag(bool),
    /// Texts, sides, verdicts, the names of diagnostics.
    Text(&'a str),
    /// Payloads, and the text of a message, which need not be valid UTF-8.
    Bytes(&'a [u8]),
    /// Severities.
    Severity(Severity),
    /// Addresses.
    Address(IpAddr),
    /// End points.
    EndPoint(SocketAddr),
}

/// A value that an expression names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Number(u64),
    Flag(bool),
    Text(Box<str>),
    Bytes(Box<[u8]>),
    Network(Network),
    EndPoint(SocketAddr),
}

/// The addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub first: IpAddr,
    /// At most 32 for IPv4, and 128 for IPv6.
    pub bits: u8,
}

/// The number by which a severity is ordered.
pub(super) fn rank(severity: Severity) -> u64 {
    match severity {
        Severity::Note => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}

impl Value<'_> {
    /// What it is ordered by.
    pub(super) fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Severity(severity) => Some(rank(severity)),
            _ => None,
        }
    }

    pub(super) fn equals(self, literal: &Literal) -> bool {
        match (self, literal) {
            (Self::Flag(value), Literal::Flag(flag)) => value == *flag,
            (Self::Text(value), Literal::Text(text)) => *value == **text,
            (Self::Bytes(value), Literal::Text(text)) => value == text.as_bytes(),
            (Self::Bytes(value), Literal::Bytes(bytes)) => *value == **bytes,
            (Self::Address(value), Literal::Network(network)) => network.holds(value),
            (Self::EndPoint(value), Literal::Network(network)) => network.holds(value.ip()),
            (Self::EndPoint(value), Literal::EndPoint(end)) => value == *end,
            (value, Literal::Number(number)) => value.number() == Some(*number),
            _ => false,
        }
    }

    /// Gives the bytes that a search looks into.
    pub(super) fn searched(self, search: impl FnOnce(&[u8]) -> bool) -> bool {
        match self {
            Self::Text(text) => search(text.as_bytes()),
            Self::Bytes(bytes) => search(bytes),
            Self::Address(address) => Shown::of(address).is_some_and(|shown| search(shown.bytes())),
            Self::EndPoint(end) => Shown::of(end).is_some_and(|shown| search(shown.bytes())),
            Self::Number(_) | Self::Flag(_) | Self::Severity(_) => false,
        }
    }
}

impl Network {
    /// Whether the address is one of them.
    pub fn holds(self, address: IpAddr) -> bool {
        masked(address, self.bits) == masked(self.first, self.bits)
    }
}

/// The address with all later bits zero; both kinds as 128 bits, told apart by the first part.
fn masked(address: IpAddr, bits: u8) -> (u8, u128) {
    let (width, number) = match address {
        IpAddr::V4(address) => (32, u128::from(address.to_bits())),
        IpAddr::V6(address) => (128, address.to_bits()),
    };
    let shift = u32::from(width).saturating_sub(u32::from(bits));
    (width, number.checked_shr(shift).unwrap_or(0))
}

/// An address in its usual form, written without allocating.
struct Shown {
    bytes: [u8; 64],
    /// `length <= 64`
    length: usize,
}

impl Shown {
    fn of(address: impl fmt::Display) -> Option<Self> {
        let mut shown = Self { bytes: [0; 64], length: 0 };
        write!(shown, "{address}").ok()?;
        Some(shown)
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl Write for Shown {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, first: &str, bits: u8, expected: bool) {
        let network = Network { first: first.parse().unwrap(), bits };
        assert_eq!(network.holds(address.parse().unwrap()), expected, "{address} in {first}/{bits}");
    }

    #[test]
    fn networks_hold_addresses_of_their_kind() {
        check("10.1.2.3", "10.0.0.0", 8, true);
        check("11.1.2.3", "10.0.0.0", 8, false);
        check("10.1.2.3", "10.1.2.3", 32, true);
        check("10.1.2.3", "0.0.0.0", 0, true);
        check("::1", "0.0.0.0", 0, false);
        check("::1", "::", 0, true);
        check("2001:db8::1", "2001:db8::", 32, true);
        check("2001:db9::1", "2001:db8::", 32, false);
    }
}
