//! A file of the system, read by position, and never held in memory. It is held open, so what was read can be read again even if
//! its name is gone meanwhile; whether it changed is seen by its size and the time of its last change.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use sockscope_core::source::{Source, SourceError, Stamp};

/// The file of this path; where it cannot be opened, a source that says so.
pub fn open(path: &Path) -> Box<dyn Source + Send> {
    // A pipe would be waited for.
    let file = crate::opened::describe(path).and_then(|_| File::open(path));
    match file {
        Ok(file) => Box::new(OnDisk(file)),
        Err(error) => Box::new(Unopened(error.to_string())),
    }
}

/// A file that is open.
pub struct OnDisk(pub File);

impl Source for OnDisk {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Ok(Some(self.0.metadata().map_err(unreadable)?.len()))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        loop {
            match read_at(&self.0, offset, buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.map_err(unreadable),
            }
        }
    }

    fn stamp(&mut self) -> Stamp {
        let Ok(about) = self.0.metadata() else { return Stamp::default() };
        let modified = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let modified = modified.and_then(|since| u64::try_from(since.as_nanos()).ok());
        Stamp { size: about.len(), modified }
    }
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

fn unreadable(error: io::Error) -> SourceError {
    SourceError::Unreadable(error.to_string())
}

/// A file that could not be opened, and why.
struct Unopened(String);

impl Source for Unopened {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Err(SourceError::Unreadable(self.0.clone()))
    }

    fn read_at(&mut self, _: u64, _: &mut [u8]) -> Result<usize, SourceError> {
        Err(SourceError::Unreadable(self.0.clone()))
    }

    fn stamp(&mut self) -> Stamp {
        Stamp::default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_was_opened_can_be_read_though_its_name_is_gone() {
        let mut named = tempfile::NamedTempFile::new().unwrap();
        named.write_all(b"0123456789").unwrap();
        let mut source = open(named.path());
        let before = source.stamp();
        let mut buffer = [0; 4];
        assert_eq!((source.read_at(3, &mut buffer), &buffer), (Ok(4), b"3456"));
        assert_eq!(source.read_at(10, &mut buffer), Ok(0));
        named.as_file().set_len(5).unwrap();
        assert_ne!(source.stamp(), before, "it shrank");
        let path = named.path().to_owned();
        drop(named);
        assert_eq!(source.read_at(3, &mut buffer), Ok(2));
        assert!(matches!(open(&path).read_at(0, &mut buffer), Err(SourceError::Unreadable(_))));
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(open(folder.path()).size().is_err());
    }
}
