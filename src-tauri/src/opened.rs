//! Files that somebody opened. The window knows them by numbers, so it can read these, and no others.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sockscope_core::session::api::shell::{Notice, OpenedFile};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime};

use crate::menu;
use crate::recent::Recents;

/// All of them, and who is told of new ones.
#[derive(Default)]
pub struct Opened(Mutex<State>);

#[derive(Default)]
struct State {
    /// A file's number is its place here.
    paths: Vec<PathBuf>,
    listener: Option<Channel<Notice>>,
    /// What came before the window listened.
    early: Vec<Notice>,
}

impl Opened {
    /// From now on the window listens here.
    pub fn attend(&self, notices: Channel<Notice>) {
        let mut state = self.state();
        for notice in std::mem::take(&mut state.early) {
            // A window that is gone wants to know nothing.
            let _ = notices.send(notice);
        }
        state.listener = Some(notices);
    }

    /// Tells the window something, once it listens.
    pub fn tell(&self, notice: Notice) {
        let mut state = self.state();
        match &state.listener {
            Some(listener) => {
                let _ = listener.send(notice);
            }
            None => state.early.push(notice),
        }
    }

    /// Gives a file a number, the one that it has if it was opened before.
    pub fn add(&self, path: &Path) -> u64 {
        let mut state = self.state();
        let known = state.paths.iter().position(|known| known == path);
        let place = known.unwrap_or_else(|| {
            state.paths.push(path.to_owned());
            state.paths.len() - 1
        });
        place as u64
    }

    /// Where a file lies; `None`: nobody opened one of that number.
    pub fn path(&self, number: u64) -> Option<PathBuf> {
        self.state().paths.get(usize::try_from(number).ok()?).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing in it is ever half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes in files that somebody chose, dropped or named: all ways to open a file end here.
pub fn let_in<R: Runtime>(app: &AppHandle<R>, paths: &[PathBuf]) {
    let opened = app.state::<Opened>();
    let mut files = Vec::new();
    for path in paths {
        match describe(path) {
            Ok((name, size)) => {
                files.push(OpenedFile { number: opened.add(path), name, size });
                app.state::<Recents>().put(path);
            }
            Err(error) => {
                opened.tell(Notice::Problem(format!("{} cannot be opened: {error}.", path.display())));
            }
        }
    }
    // A menu that cannot be made says less, and nothing else.
    let _ = menu::list_recent(app);
    if !files.is_empty() {
        opened.tell(Notice::Opened(files));
    }
}

/// Goes to the places that links speak of; what they say is read, and bounded, by the window.
pub fn follow<R: Runtime>(app: &AppHandle<R>, links: &[String]) {
    for link in links {
        app.state::<Opened>().tell(Notice::Link(link.clone()));
    }
}

/// A file's name and bytes.
///
/// # Errors
///
/// It is not there, or is something that cannot be read again, such as a folder or a pipe.
pub fn describe(path: &Path) -> io::Result<(String, u64)> {
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok((name, about.len()))
}

/// Some bytes of a file.
///
/// # Errors
///
/// It cannot be read.
pub fn bytes(path: &Path, start: u64, length: u64) -> io::Result<Vec<u8>> {
    describe(path)?;
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}
