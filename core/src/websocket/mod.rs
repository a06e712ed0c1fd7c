//! What WebSocket end points put on a byte stream, decoded by an observer that never stops at a violation.

pub mod close;
pub mod deflate;
pub mod deflate_distance;
pub mod legacy;
pub mod utf8;
