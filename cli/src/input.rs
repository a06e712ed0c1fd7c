//! From the names on the command line to bytes: opens captures, says what to do where one cannot be opened, and puts
//! several in the order of their first timestamps for `--join`.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use sockscope_core::session::first_time;

use crate::nearest;

/// Read at a time: a file fills it, a pipe gives what it has.
pub const CHUNK: usize = 1 << 20;
/// What is read of a capture, at most, to find its first timestamp.
const HEAD: usize = 1 << 20;

/// A capture that could be opened.
pub struct Input {
    /// As given.
    pub name: String,
    /// What was read of a pipe to find its place among several.
    head: Vec<u8>,
    file: File,
    /// Its size, if it is a regular file and not a pipe.
    pub size: Option<u64>,
}

/// What cannot be opened, and what to do about it.
#[derive(Debug)]
pub struct CannotOpen {
    pub what: String,
    pub hint: Option<String>,
}

impl Input {
    pub fn open(path: &Path) -> Result<Self, CannotOpen> {
        if path == Path::new("-") { Self::stdin() } else { Self::file(path) }
    }

    fn stdin() -> Result<Self, CannotOpen> {
        if io::stdin().is_terminal() {
            return Err(CannotOpen {
                what: "- is standard input, and that is this terminal, which gives no capture".to_owned(),
                hint: Some("pipe one in: tcpdump -i any -U -w - | sockscope messages -".to_owned()),
            });
        }
        let file = stdin_as_file().map_err(|error| CannotOpen {
            what: format!("cannot read standard input: {error}"),
            hint: None,
        })?;
        Ok(Self { name: "-".to_owned(), head: Vec::new(), size: regular_size(&file), file })
    }

    fn file(path: &Path) -> Result<Self, CannotOpen> {
        let name = path.to_string_lossy().into_owned();
        let fails = |what: String, hint: Option<String>| CannotOpen { what, hint };
        let directory = || {
            let hint = format!("give the captures in it: {}/*.pcap*", name.trim_end_matches('/'));
            fails(format!("{name} is a folder, not a capture"), Some(hint))
        };
        // A folder can be opened like a file on some systems and not on others.
        if path.is_dir() {
            return Err(directory());
        }
        match File::open(path) {
            Ok(file) => Ok(Self { head: Vec::new(), size: regular_size(&file), file, name }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let hint = similar(path).map(|like| format!("did you mean {like}?"));
                Err(fails(format!("{name} does not exist"), hint))
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(fails(
                format!("{name} may not be read by you"),
                Some("captures made by root often belong to root: sudo chown \"$USER\" FILE".to_owned()),
            )),
            Err(error) => Err(fails(format!("cannot open {name}: {error}"), None)),
        }
    }

    /// Whether its end is where bytes end, and not where somebody stops to write.
    pub fn is_regular(&self) -> bool {
        self.size.is_some()
    }

    /// The next bytes, or 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            let length = self.head.len().min(buffer.len());
            buffer[..length].copy_from_slice(&self.head[..length]);
            self.head.drain(..length);
            return Ok(length);
        }
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// Begins again at the first byte; only a regular file can.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.head.clear();
        self.file.seek(SeekFrom::Start(0)).map(|_| ())
    }

    /// The time of its first packet. What is read for it is read again later.
    fn first_time(&mut self) -> Option<sockscope_core::capture::Timestamp> {
        let mut buffer = vec![0; 64 << 10];
        let mut head = Vec::new();
        let mut time = None;
        while time.is_none() && head.len() < HEAD {
            match self.read(&mut buffer) {
                Ok(length @ 1..) => head.extend_from_slice(&buffer[..length]),
                // An error comes again, and is reported, when the capture is read.
                Ok(0) | Err(_) => break,
            }
            time = first_time(&head);
        }
        // A pipe cannot go back, so what was read of it is kept.
        if !self.is_regular() || self.rewind().is_err() {
            self.head = head;
        }
        time
    }
}

/// Puts captures in the order of their first timestamps; those without one stay last, in the order given.
pub fn by_first_time(inputs: Vec<Input>) -> Vec<Input> {
    let mut timed: Vec<_> = inputs.into_iter().map(|mut input| (input.first_time(), input)).collect();
    timed.sort_by_key(|(time, _)| (time.is_none(), *time));
    timed.into_iter().map(|(_, input)| input).collect()
}

fn regular_size(file: &File) -> Option<u64> {
    file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len())
}

/// A second handle on standard input, so that it is asked whether it is a file, and read without a buffer between.
#[cfg(unix)]
fn stdin_as_file() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn stdin_as_file() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// A file of the same folder whose name is nearly that.
fn similar(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names: Vec<String> = std::fs::read_dir(folder.unwrap_or(Path::new(".")))
        .ok()?
        .take(10_000)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    let name = nearest::of(wanted, names.iter().map(String::as_str))?;
    Some(folder.map_or(PathBuf::from(name), |folder| folder.join(name)).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_to_do() {
        let folder = std::env::temp_dir().join(format!("sockscope-input-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("trading.pcap"), b"x").unwrap();

        let error = Input::open(&folder.join("tradnig.pcap")).err().unwrap();
        assert!(error.what.contains("does not exist"));
        assert!(error.hint.unwrap().contains("trading.pcap"));
        let error = Input::open(&folder).err().unwrap();
        assert!(error.what.contains("is a folder"));
        let mut input = Input::open(&folder.join("trading.pcap")).unwrap();
        assert_eq!(input.size, Some(1));
        let (mut one, mut two) = ([0; 4], [0; 4]);
        assert_eq!(input.first_time(), None);
        assert_eq!(input.read(&mut one).unwrap(), 1);
        assert_eq!(input.read(&mut two).unwrap(), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
