//! What the shells talk to: requests, events and rows, and the decoder that makes them.

pub mod api;
mod bytes;
mod collector;
pub mod csv;
mod decoder;
mod index;
mod interpreter;
mod jsonl;
mod lane;
mod live;
#[cfg(feature = "threads")]
mod parallel;
mod payload;
mod query;
mod records;
mod registry;
mod rows;
mod sieve;
mod survey;
mod waiting;

pub use crate::capture::CaptureError;
pub use crate::capture::CapturedPacket;
pub use crate::capture::Rereading;
pub use crate::conversation::{ConnectionView, DecodeAs, FrameView, MessageView, PayloadView};
pub use crate::tls::Secrets;
pub use crate::websocket::message::PayloadWanted;
pub use decoder::{Decoder, Options, RowsWanted, Sink, first_time};
pub use index::MakeSpill;
pub use jsonl::JsonLines;
pub use live::{EndOfFile, MakeSpool, Paced, Session, SessionOptions, Work};
pub use sieve::{Asked, Sieve};
pub use survey::{Survey, Surveyed};
