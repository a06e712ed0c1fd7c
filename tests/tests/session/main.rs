//! A session answers what the stream of rows says, and reads payloads lazily as they were in the first pass.

mod asks;
mod files;
mod json;
mod keys;
mod packets;
mod same;
mod spilled;
mod transcripts;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use sockscope_core::session::{DecodeAs, Options, PayloadWanted, SessionOptions, Survey};
use sockscope_tests::session::Asker;

/// A sample: its name, its capture, and the ports that are decoded as WebSocket.
struct Sample {
    name: String,
    capture: Vec<u8>,
    decode_as: Vec<DecodeAs>,
    key_logs: Vec<Vec<u8>>,
}

impl Sample {
    fn options(&self, payload: PayloadWanted) -> Options {
        let options = Options { payload, decode_as: self.decode_as.clone(), ..Options::default() };
        for log in &self.key_logs {
            options.secrets.read(log);
        }
        if !self.key_logs.is_empty() {
            // As the command line does; a session does it by itself.
            let mut survey = Survey::new(&options);
            survey.push_block(self.capture.clone()).expect("a capture");
            survey.finish().expect("a capture");
        }
        options
    }

    /// A session that has read it from a file of these bytes.
    fn opened(&self, capture: &[u8]) -> Asker {
        Asker::opened_with(capture, &self.key_logs, self.session())
    }

    fn session(&self) -> SessionOptions {
        SessionOptions { decode_as: self.decode_as.clone(), ..SessionOptions::default() }
    }
}

fn samples() -> Vec<Sample> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("samples")
        .map(|entry| entry.expect("a folder").path())
        .filter(|path| path.join("expected.json").exists())
        .collect();
    folders.sort();
    folders.iter().map(|folder| sample(folder)).collect()
}

fn sample(folder: &Path) -> Sample {
    let expected: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).expect("expected.json"))
            .expect("JSON");
    let needs = expected["needs"].as_array().cloned().unwrap_or_default();
    let ports = needs.iter().filter_map(|need| need.as_str()?.strip_prefix("decode-as:")?.rsplit(':').next());
    Sample {
        name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        capture: fs::read(folder.join(expected["capture"].as_str().expect("a name"))).expect("a capture"),
        key_logs: expected["keylog"]
            .as_str()
            .map(|log| fs::read(folder.join(log)).expect("a key log"))
            .into_iter()
            .collect(),
        decode_as: ports.map(|port| DecodeAs { host: None, port: port.parse().expect("a port") }).collect(),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn every_sample_is_the_same_read_lazily() {
    let all = samples();
    assert!(all.len() > 50);
    for sample in &all {
        let mut asker = sample.opened(&sample.capture);
        same::check(&sample.name, &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
    }
}

#[test]
fn every_sample_is_the_same_pushed_byte_by_byte() {
    for sample in samples().iter().filter(|sample| sample.capture.len() < 100_000) {
        let mut asker = Asker::pushed(&sample.capture, 1, &sample.key_logs, sample.session());
        same::check(&sample.name, &mut asker, &sample.capture, sample.options(PayloadWanted::Full));
    }
}

#[test]
fn every_sample_is_the_same_in_gzip_and_zstd() {
    for sample in &samples() {
        for (how, compressed) in [
            ("gzip", gzip(&sample.capture)),
            (
                "zstd",
                ruzstd::encoding::compress_to_vec(
                    sample.capture.as_slice(),
                    ruzstd::encoding::CompressionLevel::Fastest,
                ),
            ),
        ] {
            let name = format!("{} in {how}", sample.name);
            let mut asker = sample.opened(&compressed);
            same::check(&name, &mut asker, &compressed, sample.options(PayloadWanted::Full));
        }
    }
}

#[test]
fn every_sample_is_the_same_on_several_threads() {
    for sample in &samples() {
        for (how, capture) in [("plain", sample.capture.clone()), ("gzip", gzip(&sample.capture))] {
            let name = format!("{} {how}, on 3 threads", sample.name);
            let options = SessionOptions { threads: 3, ..sample.session() };
            let mut asker = Asker::opened_with(&capture, &sample.key_logs, options);
            same::check(&name, &mut asker, &capture, sample.options(PayloadWanted::Full));
        }
    }
}
