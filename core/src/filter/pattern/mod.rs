//! Regular expressions over bytes that tell whether they match, and nothing else. [`lean`] is put together of fewer parts
//! than `regex` has: everybody who opens the page loads them. Everywhere else it is `regex`, which looks for literals first.

#[cfg(any(test, target_family = "wasm"))]
mod lean;

#[cfg(target_family = "wasm")]
use lean::Engine;
#[cfg(not(target_family = "wasm"))]
use regex::bytes::{Regex as Engine, RegexBuilder};

use super::PATTERN;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Box<Engine>);

impl Pattern {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// In words: it is none, or would take too much memory.
    pub fn new(pattern: &str) -> Result<Self, String> {
        engine(pattern).map(|engine| Self(Box::new(engine)))
    }

    /// One that matches this text without regard to case, by Unicode's simple case folding.
    ///
    /// # Errors
    ///
    /// It would take too much memory.
    pub fn text(text: &str) -> Result<Self, String> {
        Self::new(&format!("(?i:{})", regex_syntax::escape(text)))
    }

    /// Whether it matches anywhere in these bytes.
    pub fn is_match(&self, bytes: &[u8]) -> bool {
        self.0.is_match(bytes)
    }
}

#[cfg(target_family = "wasm")]
fn engine(pattern: &str) -> Result<Engine, String> {
    Engine::new(pattern)
}

#[cfg(not(target_family = "wasm"))]
fn engine(pattern: &str) -> Result<Engine, String> {
    RegexBuilder::new(pattern).size_limit(PATTERN).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => too_large(),
        error => no_pattern(&error.to_string()),
    })
}

fn too_large() -> String {
    "this regular expression is too large".to_owned()
}

/// The last line of a longer text with a drawing in it.
fn no_pattern(text: &str) -> String {
    let last = text.lines().last().unwrap_or_default();
    format!("this is no regular expression: {}", last.strip_prefix("error: ").unwrap_or(last))
}
