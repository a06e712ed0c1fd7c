//! Shares flows out by groups. What depends on many connections, such as which one is given up, is decided within one
//! group; so groups may be decoded apart, and nothing depends on how many are decoded together.

use crate::limits::Limits;
use crate::packet::{Flow, Glance};

use super::flows::{self, Key};

/// Groups, where the limits allow as many.
const MOST: usize = 8;
/// Connections that each group may have open, and bytes that they may hold together, or else there is one group: a
/// connection alone may hold a whole payload each way.
const LEAST: usize = 512;
const LEAST_HELD: usize = 128 << 20;

/// The groups that flows fall into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// 1 or [`MOST`], powers of two both.
    count: usize,
    /// Connections of one group that may be open at once.
    limit: usize,
    /// Bytes that the connections of one group may hold together.
    memory: usize,
}

impl Groups {
    /// The groups that these limits allow.
    pub fn of(limits: &Limits) -> Self {
        let many = limits.connections >= MOST * LEAST && limits.memory >= MOST * LEAST_HELD;
        let count = if many { MOST } else { 1 };
        Self { count, limit: limits.connections.max(1) / count, memory: limits.memory / count }
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.count
    }

    /// The group of a segment.
    #[inline]
    pub fn of_glance(self, glance: &Glance<'_>) -> usize {
        self.of_key(&Key::Plain(flows::plain(glance.source(), glance.destination()).0))
    }

    /// The group of a flow.
    pub fn of_flow(self, flow: &Flow) -> usize {
        self.of_key(&Key::of(flow).0)
    }

    /// The group of a key: always the same one, unlike its place in a hash map.
    pub(super) fn of_key(self, key: &Key) -> usize {
        let (low, high) = key.words();
        let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The upper half is the better mixed one.
        (mixed >> 40) as usize & (self.count - 1)
    }

    /// Bytes that the connections of one group may hold together.
    pub(super) fn memory(self) -> usize {
        self.memory
    }

    /// Connections of one group that may be open at once.
    pub(super) fn limit(self) -> usize {
        self.limit
    }
}
