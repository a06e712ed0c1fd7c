//! What WebSocket end points put on a byte stream, decoded by an observer that never stops at a violation.

pub mod close;
pub mod deflate;
pub mod deflate_distance;
pub mod frame;
pub mod legacy;
pub mod mask;
pub mod message;
pub mod resync;
pub mod text;
pub mod utf8;
