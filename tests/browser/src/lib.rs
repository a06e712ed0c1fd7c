//! Drives the page in a real browser: [`Browser`] starts and ends it, [`Page`] does what a person does, in verbs. All of it
//! waits for what shall be seen and never for time, and panics with what was awaited.

mod browser;
mod document;
mod page;
mod row;

pub use browser::{Browser, PATIENCE};
pub use document::Document;
pub use page::Page;
pub use row::Row;
