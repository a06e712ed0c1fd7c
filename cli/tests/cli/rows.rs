//! jsonl and CSV: the shapes that scripts depend on.

use crate::capture::{ACCEPT, Side, Wire, pcap, sound, wrong_accept};
use crate::run::{Folder, run};

/// The cells of a CSV file (RFC 4180).
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            other => cell.push(other),
        }
    }
    assert!(!quoted && cell.is_empty() && line.is_empty(), "the last line is whole");
    lines
}

#[test]
fn keys_stand_in_the_order_of_the_contract() {
    let folder = Folder::new("rows-keys");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    let first = |command| run(&[command, &capture]).stdout.lines().next().expect("a row").to_owned();
    let in_order = |line: &str, keys: &[&str]| {
        let places: Vec<_> = keys.iter().map(|key| line.find(&format!("\"{key}\":"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{keys:?} {places:?} in {line}");
    };
    in_order(
        &first("messages"),
        &[
            "connection",
            "message",
            "from",
            "opcode",
            "time",
            "started",
            "first_packet",
            "last_packet",
            "frames",
            "length",
            "wire_length",
            "compressed",
            "text",
        ],
    );
    in_order(
        &first("frames"),
        &[
            "connection",
            "frame",
            "from",
            "time",
            "packet",
            "packets",
            "fin",
            "rsv",
            "opcode",
            "opcode_name",
            "masked",
            "mask",
            "header_length",
            "length",
            "message",
            "text",
        ],
    );
    in_order(
        &first("connections"),
        &["connection", "client", "server", "tcp_stream", "opened", "closed", "first_packet", "last_packet"],
    );
    let overview = run(&[&capture]).rows();
    assert_eq!(overview[0]["summary"]["messages"], 6);
    assert_eq!(overview[1]["handshake"]["verdict"], "valid");
}

#[test]
fn a_payload_is_shown_as_asked_for() {
    let folder = Folder::new("rows-payload");
    let mut wire = Wire::upgraded(50_000, "/long", ACCEPT);
    wire.text(Side::Client, &"ä".repeat(300)).frame(Side::Server, 2, &[7; 300]);
    let capture = folder.file("a.pcap", &pcap(&wire.packets));
    let rows = |how| run(&["messages", "--payload", how, &capture]).ends_with(0).rows();
    let full = rows("full");
    assert_eq!(full[0]["text"].as_str().map(|text| text.chars().count()), Some(300));
    assert_eq!(full[1]["base64"].as_str().map(str::len), Some(400));
    let preview = rows("preview");
    assert_eq!(preview[0]["preview"].as_str().map(str::len), Some(200));
    assert!(preview[1]["preview_base64"].is_string());
    let hash = rows("hash");
    assert!(hash.iter().all(|row| row["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));
    let none = rows("none");
    for row in preview.iter().chain(&hash).chain(&none) {
        assert!(row.get("text").is_none() && row.get("base64").is_none(), "{row}");
        assert!(row["length"] == 600 || row["length"] == 300, "{row}");
    }
    assert!(none.iter().all(|row| row.get("sha256").is_none() && row.get("preview").is_none()));
}

#[test]
fn csv_has_one_header_and_as_many_cells_in_every_line() {
    let folder = Folder::new("rows-csv");
    let first = folder.file("a.pcap", &pcap(&sound()));
    let other = folder.file("b.pcap", &pcap(&wrong_accept()));
    for command in ["connections", "messages", "frames", "check"] {
        let ran = run(&[command, "--format", "csv", &first, &other]);
        let lines = cells(&ran.stdout);
        let header = &lines[0];
        assert!(header.iter().all(|name| !name.is_empty()), "{command}");
        assert!(lines.iter().all(|line| line.len() == header.len()), "{command}");
        assert_eq!(lines.iter().filter(|line| *line == header).count(), 1, "{command}");
        let jsonl = run(&[command, &first, &other]).rows();
        assert_eq!(lines.len() - 1, jsonl.len(), "{command}");
        // --help lists the columns.
        let help = run(&[command, "--help"]).stdout;
        for name in header {
            assert!(help.contains(name.as_str()), "{name} is not in {command} --help");
        }
    }
}

#[test]
fn csv_is_quoted_and_no_formula() {
    let folder = Folder::new("rows-csv-text");
    let mut wire = Wire::upgraded(50_000, "/=cmd", ACCEPT);
    let texts =
        ["plain", "a,b", "say \"hi\"", "two\nlines", "=HYPERLINK(\"http://x\")", "+1", "@SUM(A1)", "-2"];
    for text in texts {
        wire.text(Side::Client, text);
    }
    let capture = folder.file("a.pcap", &pcap(&wire.packets));
    let lines = cells(&run(&["messages", "--format", "csv", &capture]).ends_with(0).stdout);
    let column = lines[0].iter().position(|name| name == "text").expect("there is a column text");
    for (line, text) in lines[1..].iter().zip(texts) {
        let cell = &line[column];
        if text.starts_with(['=', '+', '@', '-']) {
            assert_eq!(*cell, format!("'{text}"));
        } else {
            assert_eq!(cell, text);
        }
    }
    assert_eq!(lines.len() - 1, texts.len());
}
