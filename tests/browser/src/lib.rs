//! Drives the page in a real browser: [`Browser`] starts and ends it, [`Page`] does what a person does, in verbs. All of it
//! waits for what shall be seen and never for time, and panics with what was awaited.

mod browser;
pub mod command_line;
mod compare;
mod document;
mod page;
mod row;
mod sample;

pub use browser::{Browser, PATIENCE, connector, moment, runtime, within};
pub use compare::same_rows;
pub use document::Document;
pub use page::Page;
pub use row::Row;
pub use sample::{key_log, root, sample, samples};
