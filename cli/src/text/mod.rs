//! Text for people: harmless, measured in terminal cells, wrapped, and quantities written out.

pub mod hex;
pub mod quantity;
pub mod width;

pub use sockscope_core::sanitise;
