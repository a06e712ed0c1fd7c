//! The engine as the window sees it: requests go in, events come out. What carries them is a transport.

mod asking;
mod client;
#[cfg(any(test, feature = "fake"))]
pub mod fake;
mod heartbeat;
mod pace;
pub mod shell;
pub mod wire;
pub mod worker;

pub use asking::{Answered, use_answer, use_broken, use_client, use_progress};
pub use client::{Asking, Client, Told};
pub use heartbeat::use_silence;
pub use pace::Pace;

use sockscope_core::session::api::{Asked, Event};

use crate::opening::Given;

/// Whatever runs a session: a worker in the browser, the shell's own threads on the desktop.
pub trait Engine {
    /// Hands a request over. It is answered by events, in any order.
    fn ask(&self, asked: Asked);

    /// Gives key logs, whose secrets are used for what was read already, too. It takes those that lie where it is.
    fn give(&self, key_logs: &[Given]);
}

/// What an engine tells its window.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// The engine listens, and begins to read.
    Began,
    /// What the session tells.
    Events(Vec<Event>),
    /// The engine broke down, and answers nothing any more: a fault of Sockscope, in its own words.
    Broken(String),
}

/// Who hears it.
pub type Listener = Box<dyn Fn(Heard)>;
