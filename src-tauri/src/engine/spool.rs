//! What cannot be read again, such as the bytes of one long zstd frame, and what is known of messages that has no room in memory
//! is written to a temporary file that has no name and is gone when its capture is closed.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use sockscope_core::source::{Memory, Source, SourceError, Spool, Stamp};

use super::file::OnDisk;

/// A spool on the disk; in memory, as long as there is room, where the system gives no file.
pub fn make(room: u64) -> Box<dyn Spool + Send> {
    match temporary() {
        Ok(file) => Box::new(OnDiskSpool { file: OnDisk(file), length: 0 }),
        Err(_) => Box::new(Memory::new(room)),
    }
}

/// A file without a name. `/tmp` is memory on many systems, and what lies here has no room there; who sets `TMPDIR` knows better.
fn temporary() -> io::Result<File> {
    if cfg!(unix) && std::env::var_os("TMPDIR").is_none() {
        tempfile::tempfile_in("/var/tmp").or_else(|_| tempfile::tempfile())
    } else {
        tempfile::tempfile()
    }
}

struct OnDiskSpool {
    file: OnDisk,
    length: u64,
}

impl Source for OnDiskSpool {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Ok(Some(self.length))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        self.file.read_at(offset, buffer)
    }

    fn stamp(&mut self) -> Stamp {
        // What was appended is never changed.
        Stamp::default()
    }
}

impl Spool for OnDiskSpool {
    fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let OnDisk(file) = &mut self.file;
        let written = file.seek(SeekFrom::Start(self.length)).and_then(|_| file.write_all(bytes));
        written.map_err(|_| SourceError::NotKept(self.length))?;
        self.length += bytes.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_gives_back_what_was_appended() {
        let mut spool = make(0);
        for part in [b"abc".as_slice(), b"", b"defg"] {
            spool.append(part).unwrap();
        }
        let mut buffer = [0; 4];
        assert_eq!((spool.read_at(2, &mut buffer), &buffer), (Ok(4), b"cdef"));
        spool.append(b"h").unwrap();
        assert_eq!((spool.read_at(7, &mut buffer), buffer[0]), (Ok(1), b'h'));
        assert_eq!(spool.size(), Ok(Some(8)));
    }
}
