//! What is wrong with an expression, and where.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Why an expression is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub struct FilterError {
    /// Where, in bytes of the expression; empty at its end where something is missing there.
    pub range: Range<usize>,
    /// One sentence: what is wrong, and what to write.
    pub message: String,
}

impl FilterError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into() }
    }

    /// The expression, and a line beneath that points at the place. Characters that could move a cursor are replaced.
    pub fn under(&self, expression: &str) -> String {
        let shown = |text: &str| -> String {
            text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
        };
        let before = expression.get(..self.range.start).unwrap_or(expression);
        let marked = expression.get(self.range.clone()).unwrap_or_default();
        let (gap, marks) = (before.chars().count(), marked.chars().count().max(1));
        format!("{}\n{}{}", shown(expression), " ".repeat(gap), "^".repeat(marks))
    }
}
