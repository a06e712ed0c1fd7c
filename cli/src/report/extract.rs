//! `extract`: every message's payload as a file of its own, and an index beside them.
//!
//! Names are made of numbers and fixed words only, so nothing in a capture can choose where something is written. Files
//! are only ever created: one that is there already, or a link of that name, stops the work.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use sockscope_core::session::api::{MessageRow, SummaryRow};
use sockscope_core::session::{MessageView, PayloadWanted};

use super::{Kept, Report, Source, Wants};

const INDEX: &str = "index.jsonl";

/// Writes payloads into a folder.
pub struct Extract {
    folder: PathBuf,
    index: BufWriter<File>,
    source: Option<Source>,
    /// How many payloads were written.
    pub files: u64,
}

/// A row of the index: the file's name, then the message's row with the SHA-256 in place of the payload.
#[derive(Serialize)]
struct Entry<'a> {
    file: &'a str,
    #[serde(flatten)]
    row: &'a MessageRow,
}

impl Extract {
    /// Makes the folder, if there is none, and the index in it.
    pub fn new(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder).map_err(|error| about(&error, "cannot make the folder", folder))?;
        let index = BufWriter::new(create(&folder.join(INDEX))?);
        Ok(Self { folder: folder.to_owned(), index, source: None, files: 0 })
    }
}

impl Report for Extract {
    fn wants(&self) -> Wants {
        Wants { messages: true, payload: Kept::Everything, ..Wants::default() }
    }

    fn begin(&mut self, source: &Source) -> io::Result<()> {
        self.source = Some(source.clone());
        Ok(())
    }

    fn message(&mut self, view: &MessageView<'_>) -> io::Result<()> {
        let mut row = view.to_row(PayloadWanted::None);
        // Of a truncated payload only the beginning is here, and its hash would be taken for that of the whole.
        row.payload.sha256 = (!row.truncated).then(|| sha256(view.payload()));
        row.capture = self.source.as_ref().and_then(Source::tag);
        let capture = self.source.as_ref().filter(|source| source.among_several).map(|source| source.number);
        let name = file_name(capture, &row, view.payload());
        let path = self.folder.join(&name);
        create(&path)?.write_all(view.payload()).map_err(|error| about(&error, "cannot write", &path))?;
        serde_json::to_writer(&mut self.index, &Entry { file: &name, row: &row })?;
        self.index.write_all(b"\n")?;
        self.files += 1;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.index.flush().map_err(|error| about(&error, "cannot write", &self.folder.join(INDEX)))
    }

    fn end(&mut self, _summary: Option<&SummaryRow>) -> io::Result<()> {
        self.flush()
    }
}

/// `000-000012-client-text.json`; `capture-001-` before it where several captures are read.
fn file_name(capture: Option<usize>, row: &MessageRow, payload: &[u8]) -> String {
    let capture = capture.map_or(String::new(), |number| format!("capture-{number:03}-"));
    let side = row.from.map_or("unknown", sockscope_core::stream::Side::name);
    let whole = row.complete != Some(false) && !row.truncated;
    let text = whole && row.opcode == "text" && std::str::from_utf8(payload).is_ok();
    // A bare number or word is JSON too, but nobody means it.
    let json = text
        && matches!(payload.trim_ascii_start().first(), Some(b'{' | b'['))
        && serde_json::from_slice::<IgnoredAny>(payload).is_ok();
    let opcode = match row.opcode.as_str() {
        fixed @ ("text" | "binary" | "close" | "ping" | "pong") => fixed,
        _ => "reserved",
    };
    let part = match (row.complete, row.truncated) {
        (Some(false), _) => "-incomplete",
        (_, true) => "-truncated",
        _ => "",
    };
    let ending = match (json, text) {
        (true, _) => "json",
        (_, true) => "txt",
        _ => "bin",
    };
    format!("{capture}{:03}-{:06}-{side}-{opcode}{part}.{ending}", row.connection, row.message)
}

/// As the rows of `messages --payload hash` have it.
fn sha256(payload: &[u8]) -> String {
    Sha256::digest(payload).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Creates a file that was not there; a link of that name is not followed (`O_EXCL`).
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            let text = format!(
                "{} is there already, and nothing is overwritten: choose an empty folder",
                path.display()
            );
            io::Error::new(ErrorKind::AlreadyExists, text)
        } else {
            about(&error, "cannot make", path)
        }
    })
}

fn about(error: &io::Error, what: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sockscope_core::stream::Side;

    fn row(opcode: &str) -> MessageRow {
        MessageRow { message: 12, from: Some(Side::Client), opcode: opcode.into(), ..Default::default() }
    }

    #[test]
    fn names_are_numbers_and_fixed_words() {
        assert_eq!(file_name(None, &row("text"), b"hi"), "000-000012-client-text.txt");
        assert_eq!(file_name(None, &row("text"), b" {\"a\":1}"), "000-000012-client-text.json");
        assert_eq!(file_name(None, &row("text"), b"{oops"), "000-000012-client-text.txt");
        assert_eq!(file_name(None, &row("text"), b"\xff"), "000-000012-client-text.bin");
        assert_eq!(file_name(Some(1), &row("binary"), b"{}"), "capture-001-000-000012-client-binary.bin");
        assert_eq!(file_name(None, &row("../../etc/passwd"), b""), "000-000012-client-reserved.bin");
        let lost = MessageRow { complete: Some(false), ..row("text") };
        assert_eq!(file_name(None, &lost, b"hi"), "000-000012-client-text-incomplete.bin");
        let deep = "[".repeat(100_000);
        assert_eq!(file_name(None, &row("text"), deep.as_bytes()), "000-000012-client-text.txt");
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = std::env::temp_dir().join(format!("sockscope-extract-{}", std::process::id()));
        let first = Extract::new(&folder.join("made/for/it"));
        assert!(first.is_ok());
        let second = Extract::new(&folder.join("made/for/it")).err().unwrap();
        assert!(second.to_string().contains("nothing is overwritten"), "{second}");
        assert!(Extract::new(&folder.join("made/for/it/index.jsonl")).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
