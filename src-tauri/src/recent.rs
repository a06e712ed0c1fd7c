//! Captures that were open lately, the latest first: kept in a file of the app's own.

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
pub struct Recents(Mutex<Vec<PathBuf>>);

impl Recents {
    /// As the window shows them.
    pub fn rows(&self) -> Vec<Recent> {
        let name = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        self.paths()
            .iter()
            .map(|path| Recent {
                name: name(path.file_name()),
                folder: name(path.parent().map(Path::as_os_str)),
            })
            .collect()
    }

    /// The one at this place.
    pub fn path(&self, place: usize) -> Option<PathBuf> {
        self.paths().get(place).cloned()
    }

    /// Puts one at the head.
    fn put(&self, path: &Path) {
        let mut paths = self.paths();
        paths.retain(|known| known != path);
        paths.insert(0, path.to_owned());
        paths.truncate(MOST);
    }

    fn paths(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what was kept. What is not understood is forgotten.
pub fn load<R: Runtime>(app: &AppHandle<R>) {
    let kept = file(app).and_then(|file| std::fs::read(file).ok());
    let kept: Vec<PathBuf> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let recents = app.state::<Recents>();
    kept.iter().take(MOST).rev().for_each(|path| recents.put(path));
}

/// This one was opened now.
pub fn remember<R: Runtime>(app: &AppHandle<R>, path: &Path) {
    let recents = app.state::<Recents>();
    recents.put(path);
    let paths = recents.paths().clone();
    if let (Some(file), Ok(bytes)) = (file(app), serde_json::to_vec(&paths)) {
        // Where nothing can be kept, the list ends with the window.
        let _ = file.parent().map(std::fs::create_dir_all);
        let _ = std::fs::write(file, bytes);
    }
}

fn file<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
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
}
