//! Transcripts: what was asked of a session and what it told, so that every shell can be held to the same answers.
//!
//! A transcript is a file of JSON lines. The first one names the capture, seen from the transcript's folder:
//! `{"capture":"../../samples/gaps/capture.pcap"}`, with `"key_logs":[…]` where it has some. Then each line is one question and its answers:
//! `{"asked":{"id":1,"request":…},"told":[…]}`. The capture is read to its end before the first question, and each
//! question is answered before the next one. Left out is what depends on the pace: progress is not told, and the parts of
//! a search or an export are joined to one.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sockscope_core::session::api::{Answer, Asked, Event, Request};
use sockscope_core::session::{DecodeAs, SessionOptions};

use crate::session::Asker;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The capture, seen from the transcript's folder.
    pub capture: String,
    /// Servers' ports that are read as WebSocket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decode_as: Vec<u16>,
    /// Key logs, seen from the transcript's folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_logs: Vec<String>,
}

impl Opening {
    /// The bytes of its key logs; `folder` is the transcript's.
    ///
    /// # Panics
    /// If one cannot be read.
    pub fn key_logs(&self, folder: &Path) -> Vec<Vec<u8>> {
        self.key_logs.iter().map(|log| fs::read(folder.join(log)).expect("a key log")).collect()
    }
}

/// A question and its answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub asked: Asked,
    /// What was told until there was no more to do.
    pub told: Vec<Event>,
}

/// A capture, questions, and answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// The capture.
    pub opening: Opening,
    /// What was asked and told.
    pub exchanges: Vec<Exchange>,
}

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Panics
    /// If it is none.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut lines = text.lines();
        let opening = serde_json::from_str(lines.next().unwrap_or_default()).expect("an opening");
        let exchanges = lines.map(|line| serde_json::from_str(line).expect("an exchange")).collect();
        Self { opening, exchanges }
    }

    /// Writes it.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, path: &Path) {
        let mut lines = vec![serde_json::to_string(&self.opening).expect("an opening")];
        lines.extend(
            self.exchanges.iter().map(|exchange| serde_json::to_string(exchange).expect("an exchange")),
        );
        fs::write(path, lines.join("\n") + "\n").expect("the folder");
    }

    /// Asks a new session these questions; `folder` is the transcript's.
    ///
    /// # Panics
    /// If the capture cannot be read.
    pub fn record(folder: &Path, opening: Opening, requests: Vec<Request>) -> Self {
        let capture = fs::read(folder.join(&opening.capture)).expect("the capture");
        let decode_as = opening.decode_as.iter().map(|&port| DecodeAs { host: None, port }).collect();
        let options = SessionOptions { decode_as, ..SessionOptions::default() };
        let mut asker = Asker::opened_with(&capture, &opening.key_logs(folder), options);
        let mut exchanges = Vec::new();
        for (id, request) in (1..).zip(requests) {
            let asked = Asked { id, request };
            asker.session.request(asked.clone());
            exchanges.push(Exchange { asked, told: joined(asker.work_off()) });
        }
        Self { opening, exchanges }
    }

    /// What was asked.
    pub fn requests(&self) -> Vec<Request> {
        self.exchanges.iter().map(|exchange| exchange.asked.request.clone()).collect()
    }
}

/// Events without what depends on the pace.
pub fn joined(events: Vec<Event>) -> Vec<Event> {
    let mut told: Vec<Event> = Vec::new();
    for event in events {
        match (event, told.last_mut()) {
            (Event::Progress(_), _) => {}
            (
                Event::Answer { id, last, answer: Answer::Found { messages, searched, size } },
                Some(Event::Answer {
                    id: before_id,
                    last: before_last,
                    answer: Answer::Found { messages: before, searched: so_far, .. },
                }),
            ) if *before_id == id => {
                before.extend(messages);
                (*before_last, *so_far) = (last, searched.max(*so_far).min(size));
            }
            (
                Event::Answer { id, last, answer: Answer::Exported { bytes, rows } },
                Some(Event::Answer {
                    id: before_id,
                    last: before_last,
                    answer: Answer::Exported { bytes: before, rows: so_far },
                }),
            ) if *before_id == id => {
                before.extend(bytes);
                (*before_last, *so_far) = (last, rows);
            }
            // Of a page that was told before all was counted, only the last state is kept.
            (
                Event::Answer { id, answer, last: true },
                Some(Event::Answer { id: before, answer: earlier, last: false }),
            ) if *before == id => {
                *earlier = answer;
                if let Some(Event::Answer { last, .. }) = told.last_mut() {
                    *last = true;
                }
            }
            (event, _) => told.push(event),
        }
    }
    told
}
