//! Files that the page saves are byte by byte what the command line writes.

use sockscope_browser_tests::Page;

use crate::{Case, root, sample};
use sockscope_browser_tests::command_line::written;

pub const CASES: &[Case] = &[
    ("export::files_are_those_of_the_command_line", files_are_those_of_the_command_line),
    ("export::what_is_shown_and_what_is_selected", what_is_shown_and_what_is_selected),
];

/// A format in the menu, and at the end of a file's name.
const FORMATS: [(&str, &str); 2] = [("JSON lines", "jsonl"), ("CSV", "csv")];

fn files_are_those_of_the_command_line(page: &Page) {
    for name in ["accept-without-guid", "hostile-payloads", "framing-violations", "graphql-transport-ws"] {
        let capture = sample(name);
        page.load();
        page.open_file(&capture);
        for (line, file, command) in [
            ("Messages shown", "messages", "messages"),
            ("All connections", "connections", "connections"),
            ("All diagnostics", "diagnostics", "check"),
        ] {
            for (words, format) in FORMATS {
                let saved = saved(page, line, words, &format!("{file}.{format}"));
                same(
                    &saved,
                    &written(&[command, "--format", format], &capture),
                    &format!("{name}, {command}, {format}"),
                );
            }
        }
    }
}

fn what_is_shown_and_what_is_selected(page: &Page) {
    let capture = sample("accept-without-guid");
    page.open_file(&capture);
    page.choose_message(2);
    page.script("document.querySelector('[data-chip=control]').click()", &[]);
    page.wait("no control frames", "document.querySelectorAll('.message[data-message]').length === 6");
    for (words, format) in FORMATS {
        let shown = saved(page, "Messages shown", words, &format!("messages.{format}"));
        let expected =
            written(&["messages", "--format", format, "--filter", "opcode in {text, binary}"], &capture);
        assert!(expected.iter().filter(|byte| **byte == b'\n').count() >= 6);
        same(&shown, &expected, format);
        let selected = saved(page, "Selected message", words, &format!("message.{format}"));
        let one = page.script("return document.querySelector('.message[aria-selected=true]').dataset", &[]);
        let filter =
            format!("connection == {} and message == {}", text(&one["connection"]), text(&one["message"]));
        same(&selected, &written(&["messages", "--format", format, "--filter", &filter], &capture), format);
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().expect("a text")
}

/// Exports, and gives the file.
fn saved(page: &Page, line: &str, format: &str, file: &str) -> Vec<u8> {
    page.saved(&root().join("target/browser/saved"), file, || page.choose_in_menu(&[line, format]))
}

/// Fails where the files differ, with the first line that does.
fn same(saved: &[u8], written: &[u8], what: &str) {
    let (saved, written) = (String::from_utf8_lossy(saved), String::from_utf8_lossy(written));
    for (place, (saved, written)) in saved.lines().zip(written.lines()).enumerate() {
        assert_eq!(saved, written, "{what}, line {place}");
    }
    assert_eq!(saved.len(), written.len(), "{what}");
}
