//! What the shells talk to: requests, events and rows, and the decoder that makes them.

pub mod api;
