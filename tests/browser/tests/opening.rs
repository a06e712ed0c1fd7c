//! Captures come in, and what cannot be read is said.

use sockscope_browser_tests::Page;

use crate::{Case, sample};

pub const CASES: &[Case] = &[
    ("opening::the_empty_window_has_the_theme", the_empty_window_has_the_theme),
    ("opening::a_chosen_file", a_chosen_file),
    ("opening::a_dropped_file", a_dropped_file),
    ("opening::a_sample_of_the_page", a_sample_of_the_page),
    ("opening::half_a_capture", half_a_capture),
    ("opening::no_capture", no_capture),
];

fn a_chosen_file(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    let header = page.text("header");
    for fact in ["capture.pcap", "2 connections", "10 messages", "1 error"] {
        assert!(header.contains(fact), "{fact} is not in {header}");
    }
}

fn a_dropped_file(page: &Page) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    page.drop_files(&[("dropped.pcap", &capture)]);
    page.wait("the capture", "text('header').includes('dropped.pcap')");
    page.wait_until_read();
}

fn a_sample_of_the_page(page: &Page) {
    page.click("button", "A wrong Accept");
    page.wait("the sample", "text('header').includes('10 messages')");
}

fn half_a_capture(page: &Page) {
    let capture = std::fs::read(sample("plain-conversation")).expect("a sample");
    page.drop_files(&[("half.pcap", &capture[..capture.len() / 2])]);
    // What stands before the end is shown all the same.
    page.wait("messages", "/[1-9]\\d* messages/.test(text('header'))");
    page.wait("words about the end", "/cut|ends|incomplete|within/.test(document.body.innerText)");
}

fn no_capture(page: &Page) {
    page.drop_files(&[("notes.txt", b"This is no capture at all, but a shopping list.\n")]);
    page.wait("what is accepted", "/pcapng/.test(document.body.innerText) && /no capture|not a capture|neither/i.test(document.body.innerText)");
}

fn the_empty_window_has_the_theme(page: &Page) {
    page.choose_in_menu(&["Dark"]);
    page.wait("the dark window", "document.documentElement.dataset.theme === 'dark'");
}
