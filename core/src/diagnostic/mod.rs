//! What can be found wrong, suspicious or noteworthy in a capture, and how it is said.
//!
//! A diagnostic is a fact about the capture, never a failure of the program. A stage makes a [`Finding`]; the
//! conversation that runs the stage adds direction, packet and time.

mod cause;
mod code;
mod explain;
mod ground;
mod key_logs;
pub(crate) mod nearest;
mod table;
mod topic;

pub use cause::Cause;
pub use code::Code;
pub use explain::explain;
pub use ground::Ground;
pub use key_logs::KEY_LOGS;
pub use table::{CHAPTERS, Chapter, Entry};
pub use topic::{Topic, UnknownName};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A SHOULD is broken, or something is lost or suspicious.
    Warning,
    /// A MUST is broken, or bytes cannot be decoded.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing found by a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// One sentence with the values found.
    pub message: String,
    /// The recognised cause.
    pub cause: Option<Cause>,
}

impl Finding {
    /// A finding with the severity that the table gives its code.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, severity: code.entry().severity, message: message.into(), cause: None }
    }

    /// The same finding with another severity.
    pub fn severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// The same finding with its cause.
    pub fn cause(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }
}

#[cfg(test)]
mod tests;
