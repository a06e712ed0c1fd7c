//! The key logs of one engine, which are read as far as they reach, and on when somebody writes to them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sockscope_core::session::Session;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Key logs that are watched.
#[derive(Default)]
pub struct KeyLogs(Vec<Watched>);

struct Watched {
    path: PathBuf,
    /// What the session calls it by.
    number: usize,
    /// Its bytes when it was looked at last.
    size: u64,
    /// Where the line begins that had not ended then.
    line: u64,
}

impl KeyLogs {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Has a session use these, too.
    pub fn add(&mut self, session: &mut Session, paths: Vec<PathBuf>) {
        for path in paths {
            if self.0.iter().any(|known| known.path == path) {
                continue;
            }
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let number = session.add_key_log(&name);
            self.0.push(Watched { path, number, size: 0, line: 0 });
        }
        self.look(session);
    }

    /// Reads what was written to them since the last look.
    pub fn look(&mut self, session: &mut Session) {
        let mut grew = false;
        for log in &mut self.0 {
            // One that is gone may come again, and what was read of it stays.
            grew |= log.read_on(session).unwrap_or(false);
        }
        if grew {
            session.use_key_logs();
        }
    }
}

impl Watched {
    /// Whether there was something new.
    fn read_on(&mut self, session: &mut Session) -> io::Result<bool> {
        let size = size(&self.path)?;
        if size == self.size {
            return Ok(false);
        }
        if size < self.size {
            self.line = 0; // It was begun anew.
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.line))?;
        let mut buffer = vec![0; PIECE];
        let mut at = self.line;
        loop {
            let count = match file.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            if bytes.is_empty() {
                break;
            }
            session.read_key_log(self.number, bytes);
            if let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
                self.line = at + end as u64 + 1;
            }
            at += count as u64;
        }
        buffer.fill(0);
        // The last line is perhaps whole; if it is not, it is read once more when it has grown.
        session.end_key_log(self.number);
        self.size = at;
        Ok(true)
    }
}

fn size(path: &Path) -> io::Result<u64> {
    crate::opened::describe(path).map(|(_, size)| size)
}
