//! Replays the transcripts through the shell's commands and channel: it answers what the session answered when they were recorded.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sockscope_browser_tests::root;
use sockscope_core::session::api::transport::{FromEngine, Opening};
use sockscope_core::session::api::{Asked, Event, SessionState, binary};
use sockscope_tests::transcript::{Transcript, joined};

use crate::Case;
use crate::desktop::{App, Desktop};

pub const CASES: &[Case] = &[("transcripts::the_shell_answers_as_recorded", the_shell_answers_as_recorded)];

/// A number that the page itself does not use.
const NUMBER: u64 = 1_000_000;

fn the_shell_answers_as_recorded(desktop: &Desktop) {
    let folder = root().join("tests/transcripts");
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).expect("transcripts").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    assert!(paths.len() >= 9);
    for path in paths {
        let transcript = Transcript::read(&path);
        let capture = folder.join(&transcript.opening.capture).canonicalize().expect("a capture");
        let logs = transcript.opening.key_logs.iter();
        let logs: Vec<_> = logs.map(|log| folder.join(log).canonicalize().expect("a key log")).collect();
        let files: Vec<&Path> =
            [capture.as_path()].into_iter().chain(logs.iter().map(PathBuf::as_path)).collect();
        let app = desktop.open(&files);
        app.wait_for_capture();
        read(&app, &transcript);
        for exchange in &transcript.exchanges {
            ask(&app, &exchange.asked);
            let told = hear_until(&app, |event| ends(event, exchange.asked.id));
            assert_eq!(joined(told), exchange.told, "{}: {:?}", path.display(), exchange.asked);
        }
    }
}

/// Has the shell read the capture once more, to its end.
fn read(app: &App, transcript: &Transcript) {
    let opening = Opening { decode_as: transcript.opening.decode_as.clone(), ..Opening::default() };
    app.eventually(
        "an engine",
        "const [number, opening] = arguments;
         window.heard = [];
         const told = new window.__TAURI__.core.Channel(bytes => window.heard.push(toBase64(new Uint8Array(bytes))));
         await window.__TAURI__.core.invoke('read', { number, files: [0], opening, told });",
        &[json!(NUMBER), json!(opening)],
    );
    hear_until(app, |event| is_complete(event, 0));
    // The files are numbered as they were opened, the capture first. Secrets that come late open what was read.
    let logs: Vec<usize> = (1..=transcript.opening.key_logs.len()).collect();
    if !logs.is_empty() {
        app.eventually(
            "key logs",
            "const [number, files] = arguments;
             await window.__TAURI__.core.invoke('use_key_logs', { number, files });",
            &[json!(NUMBER), json!(logs)],
        );
        hear_until(app, |event| is_complete(event, 1));
    }
}

/// The capture was read to its end in that pass.
fn is_complete(event: &Event, pass: u32) -> bool {
    matches!(event, Event::Progress(progress) if progress.state == SessionState::Complete && progress.pass == pass)
}

fn ask(app: &App, asked: &Asked) {
    let bytes = binary::encode(&vec![asked]).expect("a request");
    app.eventually(
        "a request",
        "await window.__TAURI__.core.invoke('ask', fromBase64(arguments[1]),
             { headers: { number: `${arguments[0]}` } });",
        &[json!(NUMBER), json!(STANDARD.encode(bytes))],
    );
}

fn hear_until(app: &App, is_last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut told = Vec::new();
    while !told.iter().any(&is_last) {
        let heard = app.wait("the shell's words", "window.heard.length && window.heard.splice(0)");
        for words in heard.as_array().expect("a list").iter().filter_map(Value::as_str) {
            match binary::decode(&STANDARD.decode(words).expect("Base64")).expect("a message") {
                FromEngine::Ready => {}
                FromEngine::Events(events) => told.extend(events),
                FromEngine::Broken(why) => panic!("{why}"),
            }
        }
    }
    told
}

fn ends(event: &Event, asked: u64) -> bool {
    match event {
        Event::Answer { id, last, .. } => *last && *id == asked,
        Event::Refused { id, .. } | Event::Cancelled { id } => *id == asked,
        Event::Progress(_) => false,
    }
}
