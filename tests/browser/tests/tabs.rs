//! Several captures, long ones that are stopped, and the way back to a place.

use fantoccini::key::Key;
use serde_json::Value;
use sockscope_browser_tests::Page;
use sockscope_workload::Kind;

use crate::{Case, sample, temporary};

pub const CASES: &[Case] = &[
    ("tabs::several_captures_in_tabs", several_captures_in_tabs),
    ("tabs::open_captures_are_joined", open_captures_are_joined),
    ("tabs::a_tab_is_closed_by_keyboard", a_tab_is_closed_by_keyboard),
    ("tabs::reading_is_stopped", reading_is_stopped),
    ("tabs::a_sample_comes_back_after_a_reload", a_sample_comes_back_after_a_reload),
    ("tabs::a_dropped_file_is_asked_for_again", a_dropped_file_is_asked_for_again),
    ("tabs::a_link_leads_to_its_place", a_link_leads_to_its_place),
    ("tabs::a_conversation_comes_back_after_a_reload", a_conversation_comes_back_after_a_reload),
];

/// Where somebody stands: the message that is selected, and the view of it.
const PLACE: &str = "JSON.stringify([
    document.querySelector('.message[aria-selected=true]')?.dataset.message,
    document.querySelector('[role=tab][aria-selected=true][id^=tab-]')?.id])";

fn several_captures_in_tabs(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_message(2);
    let plain = std::fs::read(sample("plain-conversation")).expect("a sample");
    page.drop_files(&[("plain.pcap", &plain)]);
    page.wait("the second capture", "text('header').includes('plain.pcap')");
    page.wait_until_read();
    page.click("tab", "capture.pcap");
    page.wait("the first capture", "text('header').includes('10 messages')");
    page.wait("its place", &format!("{PLACE} === '[\"2\",\"tab-Payload\"]'"));
    page.click("button", "Close plain.pcap");
    page.wait(
        "one capture",
        "all('tab', 'plain.pcap').length === 0 && text('header').includes('10 messages')",
    );
}

fn open_captures_are_joined(page: &Page) {
    for name in ["plain-conversation", "accept-without-guid"] {
        let bytes = std::fs::read(sample(name)).expect("a sample");
        page.drop_files(&[(&format!("{name}.pcap"), &bytes)]);
        page.wait("the capture", &format!("text('h1').includes('{name}.pcap')"));
        page.wait_until_read();
    }
    page.choose_in_menu(&["Join the open captures"]);
    page.wait("both as one", "text('h1') === 'accept-without-guid.pcap + plain-conversation.pcap'");
    page.wait("no tabs", "all('tab', '.pcap').length === 0");
}

fn a_tab_is_closed_by_keyboard(page: &Page) {
    for name in ["accept-without-guid", "plain-conversation", "ipv6"] {
        let bytes = std::fs::read(sample(name)).expect("a sample");
        page.drop_files(&[(&format!("{name}.pcap"), &bytes)]);
        page.wait("the capture", &format!("text('h1').includes('{name}.pcap')"));
        page.wait_until_read();
    }
    page.focus("tab", "ipv6.pcap");
    // The button beside the tab is the next thing that Tab leads to.
    page.press(&char::from(Key::Tab).to_string());
    page.wait("its button", "nameOf(document.activeElement) === 'Close ipv6.pcap'");
    page.press(&char::from(Key::Enter).to_string());
    page.wait("two tabs", "all('tab', '.pcap').length === 2");
    page.wait("the focus on a tab", "document.activeElement === one('tab', 'plain-conversation.pcap')");
    page.press(&char::from(Key::Delete).to_string());
    page.wait(
        "no tabs",
        "all('tab', '.pcap').length === 0 && text('h1').includes('accept-without-guid.pcap')",
    );
    page.wait("the focus on the messages", "document.activeElement === one('grid', 'Messages')");
}

fn reading_is_stopped(page: &Page) {
    let path = temporary("long.pcap", &sockscope_workload::in_memory(Kind::Chat, 150_000_000, 11));
    page.open_files(&[path]);
    page.wait(
        "rows while it is read",
        "document.querySelector('.message[data-message]') && all('progressbar').length",
    );
    page.click("button", "Stop");
    page.wait_until_read();
    page.wait("words that it was stopped", "/stopped/i.test(text('.status'))");
    let found = page.text("header");
    page.choose_message(5);
    page.wait("a payload", "text('[role=tabpanel]').trim()");
    assert_eq!(page.text("header"), found, "nothing more is read");
}

/// Opens a sample, and goes to a place in it.
fn go_to_a_place(page: &Page) {
    page.click("button", "A wrong Accept");
    page.wait_until_read();
    page.type_into("combobox", "Filter", "from == server");
    page.press(&char::from(Key::Enter).to_string());
    page.script("document.querySelector('[data-chip=control]').click()", &[]);
    page.wait("fewer rows", "document.querySelectorAll('.message[data-message]').length === 3");
    page.choose_message(1);
    page.click("tab", "Frames");
    page.wait("the place", &format!("{PLACE}.includes('tab-Frames') && !{PLACE}.includes('null')"));
}

/// Fails unless somebody stands at that place.
fn is_at_the_place(page: &Page, place: &Value) {
    page.wait("the sample", "text('header').includes('10 messages')");
    page.wait("the place", &format!("{PLACE} === {place}"));
    page.wait("the filter", "one('combobox', 'Filter').value === 'from == server'");
    page.wait("the chip", "document.querySelector('[data-chip=control]').ariaPressed === 'false'");
    page.wait("its rows", "document.querySelectorAll('.message[data-message]').length === 3");
}

fn a_sample_comes_back_after_a_reload(page: &Page) {
    go_to_a_place(page);
    let place = page.wait("the place", PLACE);
    page.wait("the address", "location.hash.includes('tab=frames') && location.hash.includes('message=')");
    assert_eq!(page.script("return location.search", &[]), "", "no host sees the place");
    page.reload();
    is_at_the_place(page, &place);
}

fn a_link_leads_to_its_place(page: &Page) {
    go_to_a_place(page);
    let place = page.wait("the place", PLACE);
    page.choose_in_menu(&["Copy link to this place"]);
    page.wait("that it was copied", "all('status').some(status => status.innerText.includes('link copied'))");
    let link = page.clipboard();
    page.load();
    page.leave();
    page.visit(&link);
    is_at_the_place(page, &place);
}

fn a_dropped_file_is_asked_for_again(page: &Page) {
    let [one, other] =
        ["plain-conversation", "ipv6"].map(|name| std::fs::read(sample(name)).expect("a sample"));
    page.drop_files(&[("mine.pcap", &one)]);
    page.wait("the capture", "text('header').includes('mine.pcap')");
    page.wait_until_read();
    page.choose_message(3);
    page.click("tab", "Handshake");
    page.wait("the address", "location.hash.includes('tab=handshake') && location.hash.includes('message=')");
    let place = page.wait("the place", PLACE);
    page.reload();
    page.wait("the wish", "document.body.innerText.includes('Drop this file again') && document.body.innerText.includes('mine.pcap')");
    page.drop_files(&[("mine.pcap", &other)]);
    page.wait(
        "that it is another file",
        "all('alert').some(alert => alert.innerText.includes('is not the file'))",
    );
    page.drop_files(&[("renamed.pcap", &one)]);
    page.wait("the capture again", "document.querySelector('.workspace')");
    page.wait_until_read();
    page.wait("the place", &format!("{PLACE} === {place}"));
}

fn a_conversation_comes_back_after_a_reload(page: &Page) {
    page.click("button", "A wrong Accept");
    page.wait_until_read();
    page.click("button", "Conversation");
    page.wait("the exchange", "document.querySelectorAll('.said').length === 10");
    page.script("document.querySelectorAll('.said')[3].click()", &[]);
    page.wait(
        "the address",
        "location.hash.includes('view=conversation') && location.hash.includes('message=')",
    );
    page.reload();
    page.wait("the exchange", "document.querySelectorAll('.said').length === 10");
    page.wait("its message", "document.querySelectorAll('.said')[3].ariaCurrent === 'true'");
    page.click("button", "Table");
    page.wait("the address of a table", "!location.hash.includes('view=')");
}
