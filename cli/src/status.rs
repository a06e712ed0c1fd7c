//! The exit status: the first of 2, 3, 1, 0 that applies.

use std::process::ExitCode;

/// What happened so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Status {
    /// Wrong usage, or something that cannot be opened, read or written.
    pub failed: bool,
    /// A capture is damaged or cut short.
    pub damaged: bool,
    /// `check` found something at `--fail-on`.
    pub found: bool,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status { failed: true, .. } => 2,
            Status { damaged: true, .. } => 3,
            Status { found: true, .. } => 1,
            _ => 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_applies() {
        let code =
            |failed, damaged, found| format!("{:?}", ExitCode::from(Status { failed, damaged, found }));
        let is = |number: u8| format!("{:?}", ExitCode::from(number));
        assert_eq!(code(true, true, true), is(2));
        assert_eq!(code(false, true, true), is(3));
        assert_eq!(code(false, false, true), is(1));
        assert_eq!(code(false, false, false), is(0));
    }
}
