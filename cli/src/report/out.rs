//! Standard output behind a buffer. On a terminal, the progress bar gives way before the first byte.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use crate::progress::Progress;

/// Where rows go.
pub struct Out(BufWriter<Stdout>);

impl Out {
    pub fn stdout(progress: Progress) -> Self {
        let inner = io::stdout().lock();
        Self(BufWriter::with_capacity(64 << 10, Stdout { terminal: inner.is_terminal(), inner, progress }))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

struct Stdout {
    inner: StdoutLock<'static>,
    terminal: bool,
    progress: Progress,
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.terminal {
            self.progress.give_way();
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
