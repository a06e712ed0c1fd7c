//! Rows without end: only those on the screen are drawn and known, and the scroll bar is true.

mod keys;
mod known;
mod pages;
mod rows;
pub mod scroll;

pub use keys::step;
pub use known::Held;
pub use pages::{Pages, use_pages};
pub use rows::{Named, Rows, Window};
