//! Captures come in: named on the command line, by a second start, from the list of recent ones.

use sockscope_browser_tests::{root, sample};

use crate::Case;
use crate::desktop::Desktop;

pub const CASES: &[Case] = &[
    ("opening::the_empty_window", the_empty_window),
    ("opening::a_path_on_the_command_line", a_path_on_the_command_line),
    ("opening::a_second_start_hands_its_files_over", a_second_start_hands_its_files_over),
    ("opening::what_was_open_lately", what_was_open_lately),
    ("opening::what_is_not_there_is_said", what_is_not_there_is_said),
    ("opening::a_key_log_that_grows", a_key_log_that_grows),
    ("opening::a_key_log_and_a_sample", a_key_log_and_a_sample),
    ("opening::a_private_key", a_private_key),
    ("opening::where_one_stood_comes_back", where_one_stood_comes_back),
    ("opening::a_link_on_the_command_line", a_link_on_the_command_line),
];

fn the_empty_window(desktop: &Desktop) {
    let app = desktop.open(&[]);
    app.wait("the empty window", "document.querySelector('.opening')");
    // The shell gives nothing beyond its own commands.
    for command in [
        "plugin:event|listen",
        "plugin:window|close",
        "plugin:dialog|open",
        "plugin:webview|internal_toggle_devtools",
    ] {
        let refused = app.eventually(
            command,
            "return await window.__TAURI__.core.invoke(arguments[0], {}).then(() => 'done', error => `${error}`);",
            &[command.into()],
        );
        assert!(refused.as_str().is_some_and(|words| words.contains("not allowed")), "{command}: {refused}");
    }
}

fn a_path_on_the_command_line(desktop: &Desktop) {
    let app = desktop.open(&[&sample("accept-without-guid")]);
    app.wait_for_capture();
    let header = app.text("header");
    for fact in ["capture.pcap", "2 connections", "10 messages", "1 error"] {
        assert!(header.contains(fact), "{fact} is not in {header}");
    }
}

fn a_second_start_hands_its_files_over(desktop: &Desktop) {
    let app = desktop.open(&[&sample("accept-without-guid")]);
    app.wait_for_capture();
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let second = desktop.file("second.pcap", &capture);
    assert!(desktop.start_again(&[&second]).status.success());
    app.wait("the second capture", "text('header.header').includes('second.pcap')");
    app.wait("two tabs", "all('tab', 'pcap').length === 2");
}

fn what_was_open_lately(desktop: &Desktop) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    let lately = desktop.file("lately.pcap", &capture);
    let app = desktop.open(&[&lately]);
    app.wait_for_capture();
    drop(app);
    let app = desktop.open(&[]);
    app.click("button", "lately.pcap");
    app.wait_for_capture();
    assert!(app.text("header.header").contains("lately.pcap"));
}

fn what_is_not_there_is_said(desktop: &Desktop) {
    let missing = desktop.file("missing.pcap", b"");
    std::fs::remove_file(&missing).expect("it was made");
    let app = desktop.open(&[&missing]);
    app.wait("words about it", "/missing.pcap cannot be opened/.test(text('[role=alert]'))");
}

fn a_key_log_and_a_sample(desktop: &Desktop) {
    let secret = "ab".repeat(32);
    let line = format!("CLIENT_RANDOM {secret} {secret}{}\n", "00".repeat(16));
    let app = desktop.open(&[&desktop.file("keys.log", line.as_bytes())]);
    app.wait("its secrets", "document.body.innerText.includes('keys.log')");
    app.script("document.querySelector('[role=dialog] button').click()", &[]);
    // A sample has no path: the page's own worker reads it.
    app.click("button", "A wrong Accept");
    app.wait("the sample", "text('header.header').includes('10 messages')");
}

fn a_key_log_that_grows(desktop: &Desktop) {
    let folder = root().join("samples/tls13-browser");
    let whole = std::fs::read_to_string(folder.join("keys.log")).expect("a key log");
    let (first, rest) = whole.split_at(whole.len() / 2);
    let log = desktop.file("growing.log", first.as_bytes());
    let app = desktop.open(&[&folder.join("capture.pcap"), &log]);
    app.wait_for_capture();
    // The secrets of two connections are there, which are no WebSockets.
    app.wait("what is missing", "/2\\s+TLS connections without secrets/.test(text('.nothing'))");
    // Whoever is captured writes the other secrets.
    let mut file = std::fs::OpenOptions::new().append(true).open(&log).expect("the key log");
    std::io::Write::write_all(&mut file, rest.as_bytes()).expect("the key log");
    app.wait("all connections", "/2 connections · 104 messages/.test(text('header.header'))");
    app.click("button", "Keys");
    app.wait("what they opened", "/opened 3 connections/.test(text('[role=dialog]'))");
}

fn a_private_key(desktop: &Desktop) {
    let folder = root().join("samples/tls12-private-key");
    let app = desktop.open(&[&folder.join("capture.pcap"), &folder.join("server.pem")]);
    app.wait_for_capture();
    app.wait("what it opened", "/[1-9]\\d* messages/.test(text('header.header'))");
    app.click("button", "Keys");
    app.wait("the key", "/RSA private key/.test(text('[role=dialog]'))");
}

/// Which messages the filter lets through, which one is selected, and which view is shown of it.
const PLACE: &str = "JSON.stringify([
    one('combobox', 'Filter').value, document.querySelector('.message[aria-selected=true]')?.dataset.message,
    document.querySelector('[role=tab][aria-selected=true][id^=tab-]')?.id])";

fn where_one_stood_comes_back(desktop: &Desktop) {
    let capture = std::fs::read(sample("accept-without-guid")).expect("a sample");
    let path = desktop.file("stood.pcap", &capture);
    let app = desktop.open(&[&path]);
    app.wait_for_capture();
    app.type_into("combobox", "Filter", "from == server");
    app.wait("its rows", "document.querySelectorAll('.message[data-message]').length === 5");
    app.choose_message(2);
    app.click("tab", "Frames");
    let place = r#"["from == server","4","tab-Frames"]"#;
    app.wait("the place", &format!("{PLACE} === '{place}'"));
    app.wait("that it is kept", "localStorage.getItem('sockscope-places')?.includes('tab=frames')");
    drop(app);
    let app = desktop.open(&[&path]);
    app.wait_for_capture();
    app.wait("the place again", &format!("{PLACE} === '{place}'"));
}

fn a_link_on_the_command_line(desktop: &Desktop) {
    let app = desktop.open(&[]);
    app.wait("the empty window", "document.querySelector('.opening')");
    let link = std::path::Path::new("sockscope:#sample=accept-without-guid&message=0.3");
    assert!(desktop.start_again(&[link]).status.success());
    app.wait_for_capture();
    app.wait(
        "its message",
        "document.querySelector('.message[aria-selected=true]')?.dataset.message === '3'",
    );
}
