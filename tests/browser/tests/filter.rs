//! Filter, chips, Find, and a search through all payloads that is stopped.

use fantoccini::key::Key;
use sockscope_browser_tests::Page;
use sockscope_workload::Kind;

use crate::{Case, sample, temporary};
use sockscope_browser_tests::command_line::printed;

pub const CASES: &[Case] = &[
    ("filter::rows_are_those_of_the_command_line", rows_are_those_of_the_command_line),
    ("filter::a_mistake_is_shown_where_it_is", a_mistake_is_shown_where_it_is),
    ("filter::chips_hide_kinds_of_messages", chips_hide_kinds_of_messages),
    ("filter::find_steps_and_hides_nothing", find_steps_and_hides_nothing),
    ("filter::a_search_through_payloads_is_stopped", a_search_through_payloads_is_stopped),
];

/// The messages that the table holds.
const NAMES: &str = "[...document.querySelectorAll('.message[data-message]')].map(row => `${row.dataset.connection}:${row.dataset.message}`).join(' ')";

fn filter(page: &Page, expression: &str) {
    page.type_into("combobox", "Filter", expression);
    page.press(&char::from(Key::Enter).to_string());
}

fn rows_are_those_of_the_command_line(page: &Page) {
    let capture = sample("accept-without-guid");
    page.open_file(&capture);
    for expression in [
        "from == client",
        "opcode == text and ferry",
        "length > 40 or opcode == close",
        "text contains \"Grace\"",
    ] {
        filter(page, expression);
        let rows = printed("messages", &capture, &["--filter", expression]);
        let names: Vec<String> =
            rows.iter().map(|row| format!("{}:{}", row["connection"], row["message"])).collect();
        assert!(!names.is_empty(), "{expression}");
        page.wait(expression, &format!("{NAMES} === {:?}", names.join(" ")));
    }
}

fn a_mistake_is_shown_where_it_is(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.type_into("combobox", "Filter", "lenght > 3");
    page.wait("the problem", "text('#filter-problem').includes('lenght')");
    page.wait("its mark", "one('combobox', 'Filter').getAttribute('aria-invalid') === 'true'");
}

fn chips_hide_kinds_of_messages(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.wait("all messages", &format!("{NAMES}.split(' ').length === 10"));
    page.script("document.querySelector('[data-chip=control]').click()", &[]);
    page.wait("no control frames", &format!("{NAMES}.split(' ').length === 6"));
    page.script("document.querySelector('[data-chip=client]').click()", &[]);
    page.wait("only the server's", &format!("{NAMES}.split(' ').length === 3"));
    page.script("document.querySelector('[data-chip=clear]').click()", &[]);
    page.wait("all messages", &format!("{NAMES}.split(' ').length === 10"));
}

fn find_steps_and_hides_nothing(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.focus("grid", "Messages");
    page.press_with(Key::Control.into(), 'f');
    page.type_into("textbox", "Find in payloads", "Grace");
    page.wait("what was found", "/\\b2\\b/.test(text('#find-count'))");
    page.press(&char::from(Key::Enter).to_string());
    page.wait(
        "the first",
        "document.querySelector('.message[aria-selected=true]')?.innerText.includes('Grace')",
    );
    let first =
        page.wait("its name", "document.querySelector('.message[aria-selected=true]')?.dataset.message");
    page.press(&char::from(Key::Enter).to_string());
    page.wait(
        "the next",
        &format!("document.querySelector('.message[aria-selected=true]')?.dataset.message !== {first}"),
    );
    page.wait("all messages", &format!("{NAMES}.split(' ').length === 10"));
}

fn a_search_through_payloads_is_stopped(page: &Page) {
    let path = temporary("searched.pcap", &sockscope_workload::in_memory(Kind::Deflate, 40_000_000, 5));
    page.open_file(&path);
    filter(page, "payload contains \"this stands in no payload at all\"");
    page.wait("progress", "document.querySelector('.filter-status progress')");
    page.click("button", "Stop");
    page.wait("its end", "!document.querySelector('.filter-status progress')");
    // The window goes on to answer.
    filter(page, "opcode == text");
    page.wait("rows", "document.querySelector('.message[data-message]')");
}
