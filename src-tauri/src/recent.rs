//! Captures that were open lately, the latest first: kept in a file of the app's own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sockscope_core::session::api::shell::Recent;
use tauri::{AppHandle, Manager, Runtime};

/// So many are kept.
const MOST: usize = 10;
/// The file's name.
const FILE: &str = "recent.json";

/// All of them.
#[derive(Default)]
pub struct Recents(Mutex<State>);

#[derive(Default)]
struct State {
    paths: Vec<PathBuf>,
    /// Where they are kept; `None`: they end with the app.
    kept: Option<PathBuf>,
}

impl Recents {
    /// As the window shows them.
    pub fn rows(&self) -> Vec<Recent> {
        let name = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let row = |path: &PathBuf| Recent {
            name: name(path.file_name()),
            folder: name(path.parent().map(Path::as_os_str)),
        };
        self.state().paths.iter().map(row).collect()
    }

    /// The one at this place.
    pub fn path(&self, place: usize) -> Option<PathBuf> {
        self.state().paths.get(place).cloned()
    }

    /// Takes up what is kept in this file, and keeps there what comes. What is not understood is forgotten.
    pub fn keep(&self, file: PathBuf) {
        let kept = std::fs::read(&file).ok();
        let mut paths: Vec<PathBuf> =
            kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        paths.truncate(MOST);
        *self.state() = State { paths, kept: Some(file) };
    }

    /// This one was opened now.
    pub fn put(&self, path: &Path) {
        let mut state = self.state();
        state.paths.retain(|known| known != path);
        state.paths.insert(0, path.to_owned());
        state.paths.truncate(MOST);
        if let (Some(file), Ok(bytes)) = (&state.kept, serde_json::to_vec(&state.paths)) {
            // Where nothing can be written, the list ends with the app.
            let _ = file.parent().map(std::fs::create_dir_all);
            let _ = std::fs::write(file, bytes);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the app keeps them.
pub fn file<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
    Some(app.path().app_data_dir().ok()?.join(FILE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_stands_first_and_once() {
        let recents = Recents::default();
        for number in 0..12 {
            recents.put(Path::new(&format!("/captures/{number}.pcap")));
        }
        recents.put(Path::new("/captures/7.pcap"));
        let names: Vec<String> = recents.rows().into_iter().map(|row| row.name).collect();
        assert_eq!(names.len(), MOST);
        assert_eq!(names[..3], ["7.pcap", "11.pcap", "10.pcap"]);
        assert_eq!(recents.rows()[0].folder, "/captures");
        assert_eq!(recents.path(MOST), None);
    }

    #[test]
    fn they_are_there_when_the_app_starts_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/recent.json");
        let recents = Recents::default();
        recents.keep(file.clone());
        recents.put(Path::new("/captures/a.pcap"));
        let again = Recents::default();
        again.keep(file.clone());
        assert_eq!(again.path(0), Some("/captures/a.pcap".into()));
        std::fs::write(&file, "{not a list").unwrap();
        again.keep(file);
        assert_eq!(again.path(0), None, "what is not understood is forgotten");
    }
}
