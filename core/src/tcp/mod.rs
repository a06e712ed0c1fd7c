//! Turns TCP segments into the two byte streams of each connection (RFC 9293): reordering, retransmission, overlap,
//! loss. Knows nothing of what the streams carry; whatever does is a [`Stack`].

mod assembler;
mod connection;
mod direction;
mod facts;
mod feed;
mod flows;
mod groups;
mod past;
mod seq;
mod table;

pub use facts::{End, EndKind, EndPoint, Ending, Facts};
pub use groups::Groups;
pub use table::{Place, Stack, Table};
