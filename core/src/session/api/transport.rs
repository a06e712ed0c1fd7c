//! What goes between a window and its engine, whatever carries it: to a worker, or to the threads of a shell.

use serde::{Deserialize, Serialize};

use super::{Asked, Event};

/// From a window to its engine. The files of a capture go beside it, in whatever form they have there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// Read these files as one capture.
    Open(Opening),
    /// Answer these, in this order.
    Asked(Vec<Asked>),
    /// The files beside this are key logs, called so: use their secrets, also for what was read already.
    KeyLogs(Vec<String>),
}

/// How a capture is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Servers' ports that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<u16>,
    /// Somebody may still write to the file: what comes is read too.
    pub follow: bool,
}

/// From an engine to its window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// It listens: what was sent before is lost.
    Ready,
    /// What the session tells.
    Events(Vec<Event>),
    /// It broke down.
    Broken(String),
}
