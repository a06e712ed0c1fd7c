//! TLS in the page: a capture whose key log is dropped after, before or with it, and one whose secrets nobody gave.

use std::path::PathBuf;

use sockscope_browser_tests::{Page, key_log, same_rows};

use crate::{Case, sample, temporary};

pub const CASES: &[Case] = &[
    ("keys::what_may_be_a_websocket_is_listed", what_may_be_a_websocket_is_listed),
    ("keys::a_private_key_is_no_use_to_the_page", a_private_key_is_no_use_to_the_page),
    ("keys::dropped_after_the_capture", dropped_after_the_capture),
    ("keys::dropped_before_the_capture", dropped_before_the_capture),
    ("keys::dropped_with_the_capture", dropped_with_the_capture),
    ("keys::of_others_open_nothing", of_others_open_nothing),
];

fn files() -> (PathBuf, PathBuf) {
    let capture = sample("tls13-browser");
    let log = key_log(&capture).expect("its key log");
    (capture, log)
}

fn close_panel(page: &Page) {
    page.script("document.querySelector('[role=dialog] button').click()", &[]);
}

fn dropped_after_the_capture(page: &Page) {
    let (capture, log) = files();
    page.open_file(&capture);
    page.wait("what was there", "one('region', 'No WebSocket was found')");
    let said = page.text(".nothing").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("4 TLS connections without secrets"), "{said}");
    page.open_files(&[log]);
    // The panel says what came of it, while the rows appear behind it.
    page.wait("what it opened", "/20 secrets · opened 3 connections/.test(text('[role=dialog]'))");
    close_panel(page);
    assert!(same_rows(page, &capture) > 50);
    // A payload, opened again from its record.
    page.wait("the first message", "all('row').length > 3");
}

fn dropped_before_the_capture(page: &Page) {
    let (capture, log) = files();
    page.open_files(&[log]);
    page.wait("its secrets", "/20 secrets/.test(text('[role=dialog]'))");
    close_panel(page);
    page.open_file(&capture);
    assert!(same_rows(page, &capture) > 50);
}

fn dropped_with_the_capture(page: &Page) {
    let (capture, log) = files();
    page.open_files(&[log, capture.clone()]);
    assert!(same_rows(page, &capture) > 50);
    assert_eq!(page.script("return document.querySelectorAll('[role=dialog]').length", &[]), 0);
    // It is read again by a new engine, which has the secrets too.
    page.click("button", "Keys");
    page.wait("what they opened", "/3 TLS connections decrypted/.test(text('[role=dialog]'))");
}

fn of_others_open_nothing(page: &Page) {
    let (capture, _) = files();
    let line = format!("CLIENT_RANDOM {} {}\n", "ab".repeat(32), "00".repeat(48));
    page.open_file(&capture);
    page.wait("what was there", "one('region', 'No WebSocket was found')");
    page.open_files(&[temporary("others.log", line.as_bytes())]);
    page.wait("that it opened none", "/opened no connection of this capture/.test(text('[role=dialog]'))");
    assert!(page.text("[role=dialog]").contains("4 TLS connections"));
}

fn what_may_be_a_websocket_is_listed(page: &Page) {
    page.open_file(&sample("tls13-browser"));
    page.wait("them", "text('.nothing .likely').includes('may be')");
    let row = page.text(".nothing .likely tr");
    assert!(row.contains('→') && row.contains("TLS 1.3"), "{row}");
    page.click("button", "Keys");
    page.wait("the same among the keys", "text('.panel .likely').includes('may be')");
}

fn a_private_key_is_no_use_to_the_page(page: &Page) {
    let key = std::fs::read(sample("tls12-private-key").with_file_name("server.pem")).expect("a key");
    page.drop_files(&[("server.pem", &key)]);
    page.wait(
        "what it is",
        "text('.unreadable').includes('a private key') && text('.unreadable').includes('--rsa-key')",
    );
}
