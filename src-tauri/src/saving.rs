//! Files that are being saved, where somebody chose in the system's dialog.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// All of them, by number.
#[derive(Default)]
pub struct Saving(Mutex<State>);

#[derive(Default)]
struct State {
    next: u64,
    files: HashMap<u64, File>,
}

impl Saving {
    /// Begins to write a file; gives its number.
    ///
    /// # Errors
    ///
    /// It cannot be written there.
    pub fn begin(&self, path: &Path) -> io::Result<u64> {
        let file = File::create(path)?;
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.files.insert(number, file);
        Ok(number)
    }

    /// Writes the next bytes. A file that does not take them is given up.
    ///
    /// # Errors
    ///
    /// They cannot be written, or there is no such file.
    pub fn write(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let file = state.files.get_mut(&number).ok_or(io::ErrorKind::NotFound)?;
        let written = file.write_all(bytes);
        if written.is_err() {
            state.files.remove(&number);
        }
        written
    }

    /// It is whole.
    ///
    /// # Errors
    ///
    /// The system could not keep it, or there is no such file.
    pub fn end(&self, number: u64) -> io::Result<()> {
        let file = self.state().files.remove(&number).ok_or(io::ErrorKind::NotFound)?;
        file.sync_all()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last part of a name, of letters that no file system takes offence at.
pub fn plain_name(name: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '-' };
    name.chars().map(kept).collect::<String>().trim_start_matches('.').chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_piece_by_piece() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payload.bin");
        let saving = Saving::default();
        let number = saving.begin(&path).unwrap();
        saving.write(number, b"ab").unwrap();
        saving.write(number, b"c").unwrap();
        saving.end(number).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");
        assert!(saving.write(number, b"d").is_err(), "it is closed");
        assert!(saving.end(number + 1).is_err(), "there is none");
    }

    #[test]
    fn a_proposed_name_leads_nowhere_else() {
        assert_eq!(plain_name("../../etc/passwd"), "-..-etc-passwd");
        assert_eq!(plain_name(".bashrc"), "bashrc");
        assert_eq!(plain_name("capture-c0-m12.json"), "capture-c0-m12.json");
    }
}
