//! What goes to standard error: errors, warnings, notes and hints, each a line, made harmless. A closed standard error is
//! no reason to stop.

use std::io::Write;

use anstyle::Style;

use crate::args::ShowArgs;
use crate::progress::Progress;
use crate::terminal::{BOLD, ERROR, GOOD, NOTE, Screen, WARNING};
use crate::text::sanitise;

/// The voice on standard error.
#[derive(Clone, Debug)]
pub struct Say {
    screen: Screen,
    quiet: bool,
    silent: bool,
    /// Cleared before a line is written, so that neither spoils the other.
    pub progress: Progress,
}

impl Say {
    pub fn new(show: ShowArgs) -> Self {
        let screen = Screen::stderr(show.color);
        Self {
            screen,
            quiet: show.quiet,
            silent: false,
            progress: Progress::new(screen.terminal && !show.quiet),
        }
    }

    /// A voice that says nothing at all, for what will be said again.
    pub fn silent(&self) -> Self {
        Self { quiet: true, silent: true, ..self.clone() }
    }

    /// What went wrong: said with `--quiet` too.
    pub fn error(&self, text: &str) {
        self.line(ERROR.bold(), "error", text);
    }

    /// What is damaged or not to be trusted: said with `--quiet` too.
    pub fn warning(&self, text: &str) {
        self.line(WARNING.bold(), "warning", text);
    }

    /// What is worth knowing.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.line(NOTE.bold(), "note", text);
        }
    }

    /// What to do next.
    pub fn hint(&self, text: &str) {
        if !self.quiet {
            self.line(GOOD.bold(), "hint", text);
        }
    }

    /// A line of its own, such as a count at the end.
    pub fn plain(&self, text: &str) {
        if !self.quiet {
            self.progress.hide();
            let _ = writeln!(std::io::stderr(), "{}", sanitise::line(text));
        }
    }

    /// An item below a note.
    pub fn item(&self, text: &str) {
        if !self.quiet {
            self.progress.hide();
            let mark = self.screen.paint(BOLD, "•");
            let _ = writeln!(std::io::stderr(), "  {mark} {}", sanitise::line(text));
        }
    }

    fn line(&self, style: Style, word: &str, text: &str) {
        if self.silent {
            return;
        }
        self.progress.hide();
        let word = self.screen.paint(style, &format!("{word}:"));
        let _ = writeln!(std::io::stderr(), "{word} {}", sanitise::line(text));
    }
}
