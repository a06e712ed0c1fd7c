//! Answers about many rows: which hold, in which order, how much when, what was found.

pub mod connections;
pub mod diagnostics;
pub mod export;
pub mod handshake;
pub mod ids;
pub mod nearest;
pub mod order;
pub mod record;
pub mod scan;
pub mod sparkline;
pub mod timeline;
pub mod view;
