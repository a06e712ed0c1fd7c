//! Replays the corpora of the fuzz targets: what fuzzing reached once, stable Rust reaches in every run.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use sockscope_tests::fuzz::TARGETS;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_keeps_every_promise() {
    let mut broken = Vec::new();
    for target in TARGETS {
        let inputs = files(&format!("corpus/{}", target.name));
        assert!(inputs.len() >= 10, "{} has {} inputs", target.name, inputs.len());
        for path in inputs {
            let input = fs::read(&path).expect("an input");
            if catch_unwind(|| (target.run)(&input)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "promises are broken by {broken:#?}");
}

#[test]
fn every_target_can_be_fuzzed_and_has_a_corpus() {
    let stems = |folder: &str| -> Vec<String> {
        files(folder).iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect()
    };
    let mut names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    names.sort_unstable();
    assert_eq!(stems("fuzz_targets"), names);
    assert_eq!(stems("corpus"), names);
}
