//! How sides and severities are shown everywhere: a sign, the class of a colour, and a name, for a colour alone tells nothing.

use sockscope_core::session::api::{Severity, Side};

/// A sign, the class of its colour, and what it says to those who see neither.
pub type Sign = (&'static str, &'static str, &'static str);

/// Of a severity.
pub fn of_severity(severity: Severity) -> Sign {
    match severity {
        Severity::Error => ("✗", "bad", "error"),
        Severity::Warning => ("⚠", "warn", "warning"),
        Severity::Note => ("ℹ", "dim", "note"),
    }
}

/// Of who sent something.
pub fn of_side(side: Option<Side>) -> Sign {
    match side {
        Some(Side::Client) => ("▲", "client", "client"),
        Some(Side::Server) => ("▼", "server", "server"),
        None => ("", "", "unknown"),
    }
}
