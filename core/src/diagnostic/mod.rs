//! What can be found wrong, suspicious or noteworthy in a capture, and how it is said.
//!
//! A diagnostic is a fact about the capture, never a failure of the program. A stage makes a [`Finding`]; the
//! conversation that runs the stage adds direction, packet and time.

mod cause;
mod code;

pub use cause::Cause;
pub use code::{Code, Entry};

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

/// What must be known before a check may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The upgrade was captured.
    HandshakeSeen,
    /// Packets of both directions were captured.
    BothDirections,
    /// Nothing is lost or cut before this place.
    NoGapBefore,
    /// The TCP connection's SYN was captured.
    SynSeen,
    /// The TCP connection's end was captured.
    EndSeen,
    /// The conversation is RFC 6455 over HTTP/1.1, not a legacy draft.
    Rfc6455,
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

impl Code {
    /// The stable name that scripts rely on, such as `accept-mismatch`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}
