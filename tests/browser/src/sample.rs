//! The samples of the workspace.

use std::path::{Path, PathBuf};

/// The workspace's folder.
pub fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    folder.ancestors().nth(2).unwrap_or(folder).to_owned()
}

/// The capture of a sample.
///
/// # Panics
/// If there is no such sample.
pub fn sample(name: &str) -> PathBuf {
    let folder = root().join("samples").join(name);
    let about = std::fs::read_to_string(folder.join("expected.json")).expect("a sample");
    let about: serde_json::Value = serde_json::from_str(&about).expect("JSON");
    folder.join(about["capture"].as_str().expect("its file"))
}

/// The key log of a sample's capture, if it has one.
pub fn key_log(capture: &Path) -> Option<PathBuf> {
    let about = std::fs::read_to_string(capture.with_file_name("expected.json")).ok()?;
    let about: serde_json::Value = serde_json::from_str(&about).ok()?;
    about["keylog"].as_str().map(|log| capture.with_file_name(log))
}

/// The captures of all samples.
///
/// # Panics
/// If there are none.
pub fn samples() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("samples")).expect("samples").flatten();
    let mut names: Vec<String> = folders
        .filter(|folder| folder.path().join("expected.json").is_file())
        .map(|folder| folder.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.iter().map(|name| sample(name)).collect()
}
