//! How large the page is shown, which is kept for the next start.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager, Runtime};

use crate::window;

/// The file's name.
const FILE: &str = "zoom.json";

/// Percent that the page is shown at.
pub struct Zoom(Mutex<State>);

struct State {
    percent: u32,
    /// Where it is kept; `None`: it ends with the app.
    kept: Option<PathBuf>,
}

impl Default for Zoom {
    fn default() -> Self {
        Self(Mutex::new(State { percent: 100, kept: None }))
    }
}

impl Zoom {
    /// Takes up what is kept in this file, and keeps there what comes.
    fn keep(&self, file: PathBuf) {
        let kept = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        *self.state() = State { percent: within(kept.unwrap_or(100)), kept: Some(file) };
    }

    /// Changes it; the answer is what it is then.
    fn change(&self, change: fn(u32) -> u32) -> u32 {
        let mut state = self.state();
        state.percent = within(change(state.percent));
        if let Some(file) = &state.kept {
            // Where nothing can be written, it ends with the app.
            let _ = file.parent().map(std::fs::create_dir_all);
            let _ = std::fs::write(file, state.percent.to_string());
        }
        state.percent
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn within(percent: u32) -> u32 {
    percent.clamp(50, 300)
}

/// Shows the page as large as it was when the app ended.
pub fn take_up<R: Runtime>(app: &AppHandle<R>) {
    let zoom = app.state::<Zoom>();
    if let Ok(folder) = app.path().app_data_dir() {
        zoom.keep(folder.join(FILE));
    }
    let percent = zoom.state().percent;
    show(app, percent);
}

/// Shows the page larger or smaller.
pub fn change<R: Runtime>(app: &AppHandle<R>, by: fn(u32) -> u32) {
    let percent = app.state::<Zoom>().change(by);
    show(app, percent);
}

fn show<R: Runtime>(app: &AppHandle<R>, percent: u32) {
    if let Some(window) = window::of(app) {
        let _ = window.set_zoom(f64::from(percent) / 100.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_kept_and_has_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made/zoom.json");
        let zoom = Zoom::default();
        zoom.keep(file.clone());
        assert_eq!(zoom.change(|percent| percent + 10), 110);
        assert_eq!(zoom.change(|percent| percent + 1000), 300);
        let again = Zoom::default();
        again.keep(file.clone());
        assert_eq!(again.change(|percent| percent - 10), 290);
        std::fs::write(&file, "large").unwrap();
        again.keep(file);
        assert_eq!(again.change(|percent| percent), 100, "what is not understood is forgotten");
    }
}
