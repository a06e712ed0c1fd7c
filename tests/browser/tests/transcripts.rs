//! Replays the transcripts through the real worker: it answers what the session answered when they were recorded.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sockscope_browser_tests::Page;
use sockscope_core::session::api::transport::{FromEngine, Opening, ToEngine};
use sockscope_core::session::api::{Event, SessionState, binary};
use sockscope_tests::session::key_log_name;
use sockscope_tests::transcript::{Transcript, joined};

use crate::{Case, root};

pub const CASES: &[Case] = &[
    ("transcripts::the_worker_answers_as_recorded", the_worker_answers_as_recorded),
    ("transcripts::a_worker_is_stopped_and_started_again", a_worker_is_stopped_and_started_again),
];

fn the_worker_answers_as_recorded(page: &Page) {
    let folder = root().join("tests/transcripts");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect("transcripts").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    assert!(paths.len() >= 9);
    for path in paths {
        let transcript = Transcript::read(&path);
        let worker = InPage::start(page);
        worker.open(&folder, &transcript.opening);
        for exchange in &transcript.exchanges {
            worker.send(&ToEngine::Asked(vec![exchange.asked.clone()]), &[]);
            let told = worker.hear_until(|event| ends(event, exchange.asked.id));
            assert_eq!(joined(told), exchange.told, "{}: {:?}", path.display(), exchange.asked);
        }
        worker.end();
    }
}

fn a_worker_is_stopped_and_started_again(page: &Page) {
    let folder = root().join("tests/transcripts");
    let transcript = Transcript::read(&folder.join("gaps.jsonl"));
    let asked = &transcript.exchanges[0];
    for _ in 0..3 {
        let worker = InPage::start(page);
        worker.open(&folder, &transcript.opening);
        worker.send(&ToEngine::Asked(vec![asked.asked.clone()]), &[]);
        assert_eq!(joined(worker.hear_until(|event| ends(event, asked.asked.id))), asked.told);
        worker.end();
    }
}

fn ends(event: &Event, asked: u64) -> bool {
    match event {
        Event::Answer { id, last, .. } => *last && *id == asked,
        Event::Refused { id, .. } | Event::Cancelled { id } => *id == asked,
        Event::Progress(_) => false,
    }
}

/// The capture was read to its end in that pass.
fn is_complete(event: &Event, pass: u32) -> bool {
    matches!(event, Event::Progress(progress) if progress.state == SessionState::Complete && progress.pass == pass)
}

/// A worker of the page, spoken to as the page does.
struct InPage<'a>(&'a Page);

impl<'a> InPage<'a> {
    /// Starts it, and waits until it listens.
    fn start(page: &'a Page) -> Self {
        page.eventually(
            "a worker",
            "const worker = new Worker('./worker.js', { type: 'module' });
             worker.postMessage(await WebAssembly.compileStreaming(fetch('./sockscope_bg.wasm')));
             const heard = [];
             worker.onmessage = event => heard.push(toBase64(event.data[0]));
             worker.onerror = event => heard.push(`broken: ${event.message}`);
             window.tested = { worker, heard };",
            &[],
        );
        let worker = Self(page);
        assert_eq!(worker.hear(), [FromEngine::Ready]);
        worker
    }

    /// Has it read a transcript's capture to its end.
    fn open(&self, folder: &Path, opening: &sockscope_tests::transcript::Opening) {
        let capture = std::fs::read(folder.join(&opening.capture)).expect("a capture");
        self.send(
            &ToEngine::Open(Opening { decode_as: opening.decode_as.clone(), ..Opening::default() }),
            &[("capture".into(), capture)],
        );
        self.hear_until(|event| is_complete(event, 0));
        // Secrets that come late open what was read.
        let logs = opening.key_logs(folder).into_iter().enumerate();
        let logs: Vec<_> = logs.map(|(number, log)| (key_log_name(number), log)).collect();
        if !logs.is_empty() {
            self.send(&ToEngine::KeyLogs(logs.iter().map(|(name, _)| name.clone()).collect()), &logs);
            self.hear_until(|event| is_complete(event, 1));
        }
    }

    fn send(&self, message: &ToEngine, files: &[(String, Vec<u8>)]) {
        let message = STANDARD.encode(binary::encode(message).expect("a message"));
        self.0.script(
            "const [message, given] = arguments;
             const files = given.map(([name, bytes]) => new File([fromBase64(bytes)], name));
             window.tested.worker.postMessage([fromBase64(message), ...files]);",
            &[
                json!(message),
                json!(files.iter().map(|(name, file)| (name, STANDARD.encode(file))).collect::<Vec<_>>()),
            ],
        );
    }

    /// What it said since the last call; waits for something.
    fn hear(&self) -> Vec<FromEngine> {
        let heard =
            self.0.wait("the worker's words", "window.tested.heard.length && window.tested.heard.splice(0)");
        let heard = heard.as_array().expect("a list");
        let bytes = heard
            .iter()
            .filter_map(Value::as_str)
            .map(|words| STANDARD.decode(words).unwrap_or_else(|_| panic!("{words}")));
        bytes.map(|bytes| binary::decode(&bytes).expect("a message")).collect()
    }

    fn hear_until(&self, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut told = Vec::new();
        while !told.iter().any(&is_last) {
            for message in self.hear() {
                match message {
                    FromEngine::Events(events) => told.extend(events),
                    other => panic!("{other:?}"),
                }
            }
        }
        told
    }

    fn end(self) {
        self.0.script("window.tested.worker.terminate(); delete window.tested;", &[]);
    }
}
