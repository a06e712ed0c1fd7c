//! Files that are damaged, shrink, grow or vanish.

use std::fs::OpenOptions;
use std::io::Write;

use sockscope_browser_tests::sample;

use crate::Case;
use crate::desktop::Desktop;

pub const CASES: &[Case] = &[
    ("faults::half_a_capture", half_a_capture),
    ("faults::no_capture", no_capture),
    ("faults::a_file_that_vanishes", a_file_that_vanishes),
    ("faults::a_file_that_shrinks", a_file_that_shrinks),
    ("faults::a_file_that_grows", a_file_that_grows),
];

fn half_a_capture(desktop: &Desktop) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let app = desktop.open(&[&desktop.file("half.pcap", &capture[..capture.len() / 2])]);
    app.wait("messages", "/[1-9]\\d* messages/.test(text('header'))");
    app.wait("words about the end", "/damaged or cut short/.test(document.body.innerText)");
}

fn no_capture(desktop: &Desktop) {
    let app = desktop.open(&[&desktop.file("notes.txt", b"This is no capture, but a shopping list.\n")]);
    app.wait("what it is", "/cannot be read as a capture/.test(document.body.innerText)");
}

fn a_file_that_vanishes(desktop: &Desktop) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let path = desktop.file("gone.pcap", &capture);
    let app = desktop.open(&[&path]);
    app.wait_for_capture();
    let before = app.text("header.header");
    std::fs::remove_file(&path).expect("it was made");
    // What is open can be read on.
    app.choose_message(1);
    app.wait("a payload", "document.querySelector('.inspector') && /\\d+ B/.test(text('footer.status'))");
    app.click("button", "More");
    app.choose_in_menu(&["Read the file again"]);
    app.wait("words about it", "/gone.pcap cannot be read again/.test(text('[role=alert]'))");
    assert_eq!(app.text("header.header"), before, "what was read stays");
}

fn a_file_that_shrinks(desktop: &Desktop) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let path = desktop.file("shrinks.pcap", &capture);
    let app = desktop.open(&[&path]);
    app.wait_for_capture();
    app.wait("rows", "document.querySelectorAll('.message[data-message]').length > 1");
    OpenOptions::new().write(true).open(&path).and_then(|file| file.set_len(100)).expect("it was made");
    // Where rows were asked for once more, it is said in their place.
    app.script("document.querySelectorAll('.message[data-message]')[1]?.click()", &[]);
    app.wait("words about it", "/changed since it was read/.test(document.body.innerText)");
}

fn a_file_that_grows(desktop: &Desktop) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let path = desktop.file("grows.pcap", &capture[..capture.len() / 2]);
    let app = desktop.open(&[&path]);
    app.wait_for_capture();
    app.click("button", "More");
    app.choose_in_menu(&["Follow"]);
    app.wait("following", "/following/.test(text('footer.status'))");
    let mut file = OpenOptions::new().append(true).open(&path).expect("it was made");
    file.write_all(&capture[capture.len() / 2..]).expect("it is a file");
    let whole =
        sockscope_browser_tests::command_line::printed("messages", &sample("plain-conversation"), &[]);
    app.wait("the rest", &format!("text('header').includes('{} messages')", whole.len()));
}
