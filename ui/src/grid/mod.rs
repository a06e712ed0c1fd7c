//! Rows without end: only those on the screen are drawn, and the scroll bar is true.

mod rows;
pub mod scroll;

pub use rows::{Rows, Window};
