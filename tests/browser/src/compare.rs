//! Rows of the window beside those that the command line prints of the same capture.

use std::path::Path;

use serde_json::Value;
use sockscope_core::session::api::sanitise;
use sockscope_ui::words;

use crate::command_line::printed;
use crate::{Document, Row};

/// Compares all rows of a capture that is open; gives how many there are.
///
/// # Panics
/// If one of them says something else.
pub fn same_rows(document: &Document, capture: &Path) -> usize {
    let mut compared = 0;
    for (command, check) in [("connections", connection as Check), ("messages", message)] {
        let printed = printed(command, capture, &[]);
        let shown = if printed.is_empty() { Vec::new() } else { document.rows(command) };
        let name = capture.parent().unwrap_or(capture).display();
        assert_eq!(shown.len(), printed.len(), "{name}: {command}");
        for (shown, printed) in shown.iter().zip(&printed) {
            check(shown, printed);
            compared += 1;
        }
    }
    compared
}

/// Fails where a row of the page is not this row of the command line.
type Check = fn(&Row, &Value);

fn connection(shown: &Row, printed: &Value) {
    let target = printed["request"]["target"].as_str().map(|target| sanitise::line(target).into_owned());
    let handshake = &printed["handshake"];
    let subprotocol = handshake["subprotocol"].as_str().map(|name| sanitise::line(name).into_owned());
    for part in [
        text(printed, "client"),
        text(printed, "server"),
        target.unwrap_or_default(),
        subprotocol.unwrap_or_default(),
    ] {
        assert!(shown.text.contains(&part), "{part:?} is not in {shown:?}, which is {printed}");
    }
    assert_eq!(shown.text.contains('✓'), handshake["verdict"] == "valid", "{shown:?} is {printed}");
}

fn message(shown: &Row, printed: &Value) {
    let number = |key: &str| words::count(printed[key].as_u64().unwrap_or_default());
    let arrow = match printed["from"].as_str() {
        Some("client") => "▲",
        Some("server") => "▼",
        _ => "",
    };
    let expected = [
        ("connection", number("connection")),
        ("number", number("message")),
        ("from", arrow.to_owned()),
        ("type", text(printed, "opcode")),
        ("size", number("length")),
    ];
    for (column, expected) in expected {
        assert_eq!(shown.cell(column), expected, "{column} of {shown:?}, which is {printed}");
    }
    let code = printed["code"].as_u64().map(|code| code.to_string()).unwrap_or_default();
    assert!(shown.cell("preview").contains(&code), "{code} is not in {shown:?}");
    let preview = printed["preview"].as_str().unwrap_or_default();
    let preview: String = preview.chars().take(SURE).collect();
    let preview = sanitise::line(&preview).trim().to_owned();
    assert!(squeezed(shown.cell("preview")).contains(&squeezed(&preview)), "{preview:?} is not in {shown:?}");
}

/// Letters of a preview that are on the screen whatever stands before them.
const SURE: usize = 60;

/// A browser draws several spaces as one.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}
