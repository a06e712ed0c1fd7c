//! Reads pcapng's interface description blocks (draft-ietf-opsawg-pcapng §4.2): link type, snap length and clock.

use pcap_parser::OptionCode;
use pcap_parser::pcapng::{parse_interfacedescriptionblock_be, parse_interfacedescriptionblock_le};

use super::{ByteOrder, Timestamp};

/// One interface of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) link_type: u16,
    /// 0: no limit.
    pub(super) snaplen: u32,
    clock: Clock,
}

/// How this interface counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    unit: Unit,
    /// Seconds to add (`if_tsoffset`).
    offset: i64,
}

/// What a timestamp counts (`if_tsresol`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// So many nanoseconds.
    Nanoseconds(u64),
    /// So many units make a nanosecond.
    PerNanosecond(u64),
    /// A second divided by 2 to this power.
    PowerOfTwo(u32),
}

impl Interface {
    /// Reads a complete block; `None` where it is shorter than its fixed fields.
    pub(super) fn read(block: &[u8], order: ByteOrder) -> Option<Self> {
        let (_, block) = match order {
            ByteOrder::Little => parse_interfacedescriptionblock_le(block).ok()?,
            ByteOrder::Big => parse_interfacedescriptionblock_be(block).ok()?,
        };
        let mut clock = Clock { unit: Unit::Nanoseconds(1_000), offset: 0 };
        for option in block.options.iter().take_while(|option| option.code != OptionCode::EndOfOpt) {
            let value = option.value();
            if option.code == OptionCode::IfTsresol {
                clock.unit = value.first().map_or(clock.unit, |&resolution| Unit::of(resolution));
            } else if option.code == OptionCode::IfTsoffset {
                // pcap-parser reads this field as little-endian always.
                clock.offset = value.first_chunk().map_or(clock.offset, |&bytes| order.i64(bytes));
            }
        }
        // The field has 16 bits in the block.
        let link_type = u16::try_from(block.linktype.0).ok()?;
        Some(Self { link_type, snaplen: block.snaplen, clock })
    }

    /// The time that a packet block's two words mean.
    pub(super) fn time(&self, high: u32, low: u32) -> Timestamp {
        let count = u64::from(high) << 32 | u64::from(low);
        let nanos = match self.clock.unit {
            Unit::Nanoseconds(nanos) => count.saturating_mul(nanos),
            Unit::PerNanosecond(units) => count / units,
            Unit::PowerOfTwo(power) => {
                let scaled = u128::from(count) * 1_000_000_000;
                u64::try_from(scaled >> power).unwrap_or(u64::MAX)
            }
        };
        let offset = self.clock.offset.unsigned_abs().saturating_mul(1_000_000_000);
        Timestamp(if self.clock.offset < 0 {
            nanos.saturating_sub(offset)
        } else {
            nanos.saturating_add(offset)
        })
    }
}

impl Unit {
    /// Reads `if_tsresol`: the highest bit chooses the base, the others are the negative power.
    fn of(resolution: u8) -> Self {
        let power = u32::from(resolution & 0x7f);
        if resolution & 0x80 != 0 {
            Self::PowerOfTwo(power)
        } else if power <= 9 {
            Self::Nanoseconds(10_u64.pow(9 - power))
        } else {
            // Finer than 10⁻²⁸ s no count in 64 bits reaches a nanosecond.
            10_u64.checked_pow(power - 9).map_or(Self::Nanoseconds(0), Self::PerNanosecond)
        }
    }
}
