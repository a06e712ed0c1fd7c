//! What is told does not depend on how many threads decode: every row, and their order.

use std::fs;
use std::path::Path;

use sockscope_core::limits::Limits;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow};
use sockscope_core::session::{
    Decoder, FrameView, JsonLines, MessageView, Options, PayloadWanted, RowsWanted, Sink,
};
use sockscope_tests::deflate::Deflater;
use sockscope_tests::{Conversation, Frame};
use sockscope_workload::{Kind, Observer, Sent};

/// All that is told, a line each, in the order in which it is.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn push(&mut self, row: impl serde::Serialize) {
        self.0.push(serde_json::to_string(&row).expect("a row"));
    }
}

impl Sink for Lines {
    fn connection(&mut self, row: &ConnectionRow) {
        self.push(row);
    }

    fn message(&mut self, message: &MessageView<'_>) {
        self.push(message.to_row(PayloadWanted::Full));
    }

    fn line(&mut self, connection: u64, behind_number: &[u8]) {
        let mut line = Vec::new();
        JsonLines::head(None, &mut line);
        line.extend_from_slice(connection.to_string().as_bytes());
        line.extend_from_slice(behind_number.strip_suffix(b"\n").expect("a whole line"));
        self.0.push(String::from_utf8(line).expect("JSON"));
    }

    fn frame(&mut self, frame: &FrameView<'_>) {
        self.push(frame.to_row(PayloadWanted::Full));
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.push(row);
    }
}

/// Whether rows are asked for in between, as a live capture does.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    AtTheEnd,
    AfterEachChunk,
}

fn decode(capture: &[u8], chunk: usize, asked: Asked, options: Options) -> Vec<String> {
    let mut lines = Lines::default();
    let mut decoder = Decoder::new(options);
    for chunk in capture.chunks(chunk) {
        decoder.push(chunk, &mut lines).expect("a capture");
        if asked == Asked::AfterEachChunk {
            decoder.settle(&mut lines);
        }
    }
    let summary = decoder.finish(&mut lines).expect("a capture");
    lines.push(summary);
    lines.0
}

fn check(name: &str, capture: &[u8], rows: RowsWanted, limits: &Limits) {
    let run = |threads, rows, chunk, asked| {
        let options = Options {
            threads,
            rows,
            limits: limits.clone(),
            payload: PayloadWanted::Full,
            ..Options::default()
        };
        decode(capture, chunk, asked, options)
    };
    let one = run(1, rows, 64 << 10, Asked::AtTheEnd);
    let compare = |what: &str, threads, many: &[String]| {
        let differs = one.iter().zip(many).position(|(a, b)| a != b);
        let at = |lines: &[String]| differs.and_then(|at| lines.get(at)).cloned();
        assert!(differs.is_none(), "{name}, {what}, {threads} threads:\n{:?}\n{:?}", at(&one), at(many));
        assert_eq!(one.len(), many.len(), "{name}, {what}, {threads} threads");
    };
    for threads in 1..=4 {
        let lines = RowsWanted { lines: true, ..rows };
        compare("lines", threads, &run(threads, lines, 64 << 10, Asked::AtTheEnd));
        if threads > 1 {
            compare("rows", threads, &run(threads, rows, 64 << 10, Asked::AtTheEnd));
            compare("rows, settled", threads, &run(threads, rows, 7_001, Asked::AfterEachChunk));
        }
    }
}

struct Nobody;

impl Observer for Nobody {
    fn sent(&mut self, _: &Sent<'_>) -> std::io::Result<()> {
        Ok(())
    }
}

const MESSAGES: RowsWanted = RowsWanted { messages: true, frames: false, decoded: true, lines: false };

#[test]
fn of_samples() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
    for folder in fs::read_dir(samples).expect("the samples").flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with("capture") {
                let capture = fs::read(file.path()).expect("a sample");
                let name = folder.file_name().to_string_lossy().into_owned();
                check(&name, &capture, RowsWanted { frames: true, ..MESSAGES }, &Limits::default());
            }
        }
    }
}

#[test]
fn of_workloads() {
    for kind in Kind::ALL {
        let mut capture = Vec::new();
        sockscope_workload::write(kind, 1_500_000, 7, &mut capture, &mut Nobody).expect("memory");
        check(kind.name(), &capture, MESSAGES, &Limits::default());
    }
}

/// Which connections are given up does not depend on it either.
#[test]
fn of_too_many_connections() {
    let mut capture = Vec::new();
    sockscope_workload::write(Kind::Mixed, 4_000_000, 3, &mut capture, &mut Nobody).expect("memory");
    check("few connections", &capture, MESSAGES, &Limits { connections: 40, ..Limits::default() });
}

/// A lane leaves a part of which there is too much to tell, and goes on with it when that is told.
#[test]
fn of_much_in_little() {
    let deflate = "permessage-deflate";
    let mut conversation = Conversation::deflate(deflate, deflate);
    let mut deflater = Deflater::new();
    for letter in ["a", "b", "c", "d", "e"] {
        conversation =
            conversation.server(Frame::text(deflater.message(letter.repeat(3 << 20))).compressed());
    }
    let capture = conversation.close().pcap();
    assert!(capture.len() < 100_000, "all of it is in one stretch");
    check("much in little", &capture, MESSAGES, &Limits::default());
}
