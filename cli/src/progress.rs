//! The bar on standard error while a big file is read. It shows up after half a second and gives way to the first row that
//! is written to a terminal.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Reading that takes less needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A handle to the one bar.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Standard error is a terminal, and nobody asked for quiet.
    wanted: bool,
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Idle,
    Waiting {
        since: Instant,
        size: u64,
        done: u64,
    },
    Shown(ProgressBar),
    /// Rows are being written to the same terminal: they are progress enough.
    GaveWay,
}

impl Progress {
    pub fn new(wanted: bool) -> Self {
        Self { wanted, state: Rc::default() }
    }

    /// A regular file of that many bytes is about to be read.
    pub fn begin(&self, size: u64) {
        let mut state = self.state.borrow_mut();
        if self.wanted && !matches!(*state, State::GaveWay) {
            *state = State::Waiting { since: Instant::now(), size, done: 0 };
        }
    }

    /// That many more bytes were read.
    pub fn advance(&self, bytes: u64) {
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Waiting { since, size, done } => {
                *done = done.saturating_add(bytes);
                if since.elapsed() >= PATIENCE {
                    *state = State::Shown(bar(*size, *done, *since));
                }
            }
            State::Shown(bar) => bar.inc(bytes),
            State::Idle | State::GaveWay => {}
        }
    }

    /// The file is read.
    pub fn end(&self) {
        let mut state = self.state.borrow_mut();
        if let State::Shown(bar) = &*state {
            bar.finish_and_clear();
        }
        if !matches!(*state, State::GaveWay) {
            *state = State::Idle;
        }
    }

    /// A line is about to be written to the terminal; the bar comes back after it.
    pub fn hide(&self) {
        if let State::Shown(bar) = &*self.state.borrow() {
            bar.suspend(|| {});
        }
    }

    /// Rows are about to be written to the terminal; the bar stays away.
    pub fn give_way(&self) {
        self.end();
        *self.state.borrow_mut() = State::GaveWay;
    }
}

fn bar(size: u64, done: u64, since: Instant) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(
        "reading {bar:30.blue/dim} {percent:>3} %  {decimal_bytes_per_sec}  {eta} left",
    ) {
        bar.set_style(style.progress_chars("━━╌"));
    }
    bar.with_elapsed(since.elapsed()).with_position(done)
}
