//! What standard output and standard error are, and the colours that carry one meaning each: blue and ▲ the client, teal
//! and ▼ the server, red and ✗ an error, amber and ⚠ a warning. Never colour alone.

use std::io::{self, IsTerminal};

use anstyle::{AnsiColor, Style};
use sockscope_core::diagnostic::Severity;
use sockscope_core::stream::Side;

use crate::args::ColorWhen;

/// Columns where standard output is no terminal.
const PIPED_WIDTH: usize = 100;
/// Below this many columns nothing can be aligned; lines run over instead.
const LEAST_WIDTH: usize = 40;

pub const PLAIN: Style = Style::new();
pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
pub const ERROR: Style = AnsiColor::Red.on_default();
pub const WARNING: Style = AnsiColor::Yellow.on_default();
pub const NOTE: Style = AnsiColor::Blue.on_default();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const CLIENT: Style = AnsiColor::Blue.on_default();
pub const SERVER: Style = AnsiColor::Cyan.on_default();

/// One of the two streams that a person may look at.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    pub terminal: bool,
    pub color: bool,
    pub width: usize,
}

impl Screen {
    pub fn stdout(when: ColorWhen) -> Self {
        Self::new(io::stdout().is_terminal(), when, terminal_size::terminal_size_of(io::stdout()))
    }

    pub fn stderr(when: ColorWhen) -> Self {
        Self::new(io::stderr().is_terminal(), when, terminal_size::terminal_size_of(io::stderr()))
    }

    fn new(
        terminal: bool,
        when: ColorWhen,
        size: Option<(terminal_size::Width, terminal_size::Height)>,
    ) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = match (columns, size) {
            (Some(columns), _) => columns,
            (None, Some((width, _))) if terminal => width.0.into(),
            _ => PIPED_WIDTH,
        };
        Self { terminal, color, width: width.max(LEAST_WIDTH) }
    }

    /// The text in that style, if there is colour.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.color || style == PLAIN || text.is_empty() {
            return text.to_owned();
        }
        format!("{style}{text}{style:#}")
    }
}

/// ✗, ⚠ or ·, with its colour.
pub fn severity_glyph(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Error => ("✗", ERROR),
        Severity::Warning => ("⚠", WARNING),
        Severity::Note => ("·", NOTE),
    }
}

/// ▲ or ▼, with its colour.
pub fn side_glyph(side: Option<Side>) -> (&'static str, Style) {
    match side {
        Some(Side::Client) => ("▲", CLIENT),
        Some(Side::Server) => ("▼", SERVER),
        None => (" ", PLAIN),
    }
}
