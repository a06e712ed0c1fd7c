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
    ("filter::find_steps_in_the_order_that_is_shown", find_steps_in_the_order_that_is_shown),
    ("filter::what_is_found_is_marked", what_is_found_is_marked),
    ("filter::what_a_filter_holds_for_is_marked", what_a_filter_holds_for_is_marked),
    ("filter::letters_that_are_not_seen_become_escapes", letters_that_are_not_seen_become_escapes),
    ("filter::a_search_through_payloads_is_stopped", a_search_through_payloads_is_stopped),
    ("filter::a_search_that_is_stopped_keeps_what_it_found", a_search_that_is_stopped_keeps_what_it_found),
    ("filter::find_is_stopped", find_is_stopped),
];

/// The messages that the table holds.
const NAMES: &str = "[...document.querySelectorAll('.message[data-message]')].map(row => `${row.dataset.connection}:${row.dataset.message}`).join(' ')";

/// The message that is selected.
const SELECTED: &str = "(row => row && `${row.dataset.connection}:${row.dataset.message}`)(document.querySelector('.message[aria-selected=true]'))";

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

fn find_steps_in_the_order_that_is_shown(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    let by_capture = page.wait("the capture's order", NAMES);
    // Descending, since the messages become longer.
    for _ in 0..2 {
        page.script("document.querySelector('.column.cell-size .column-head').click()", &[]);
    }
    page.wait(
        "the descending order",
        "document.querySelector('.column.cell-size')?.ariaSort === 'descending'",
    );
    page.wait("another order", &format!("{NAMES} !== {by_capture}"));
    filter(page, "payload contains \"a\"");
    page.wait("those that hold", &format!("{NAMES}.split(' ').length < 10"));
    let held = page.wait("their order", NAMES);
    let held: Vec<&str> = held.as_str().unwrap_or_default().split(' ').collect();
    assert!(held.len() > 3, "{held:?}");
    page.click("button", "Clear the filter");
    page.wait("all messages", &format!("{NAMES}.split(' ').length === 10"));
    page.press_with(Key::Control.into(), 'f');
    page.type_into("textbox", "Find in payloads", "a");
    page.wait("what was found", &format!("text('#find-count').startsWith('{} found')", held.len()));
    // Round at the end, and one step back.
    for name in held.iter().chain(&held[..1]) {
        page.press(&char::from(Key::Enter).to_string());
        page.wait(name, &format!("{SELECTED} === '{name}'"));
    }
    page.press_with(Key::Shift.into(), Key::Enter.into());
    let last = held.last().copied().unwrap_or_default();
    page.wait(last, &format!("{SELECTED} === '{last}'"));
}

/// All that is marked, in small letters.
const MARKED: &str = "[...document.querySelectorAll('mark')].map(mark => mark.innerText.toLowerCase())";

fn what_is_found_is_marked(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_message(0);
    page.press_with(Key::Control.into(), 'f');
    page.type_into("textbox", "Find in payloads", "aDa");
    page.wait("four rows", "document.querySelectorAll('.message.matched').length === 4");
    page.wait("no other row is marked", &format!("{NAMES}.split(' ').length === 10"));
    page.wait("the tree", "text('.tree mark') === 'Ada'");
    page.wait("nothing else", &format!("{MARKED}.every(word => word === 'ada')"));
    page.click("button", "Text");
    page.wait("the text", "text('.text-listing mark') === 'Ada'");
    page.click("button", "Hex");
    page.wait(
        "the bytes",
        "[...document.querySelectorAll('.hex-bytes .matched')].map(byte => byte.innerText).join('') === '416461'",
    );
    page.click("button", "Conversation");
    page.wait("the conversation", "document.querySelectorAll('.said.matched mark').length === 4");
    page.click("button", "Close Find");
    page.wait("no marks", "!document.querySelector('mark, .matched')");
}

fn what_a_filter_holds_for_is_marked(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    filter(page, "text contains \"ferry\" or grace");
    page.wait("the words", &format!("{MARKED}.includes('ferry') && {MARKED}.includes('grace')"));
    filter(page, "length > 3");
    page.wait("no words", "!document.querySelector('mark')");
}

fn letters_that_are_not_seen_become_escapes(page: &Page) {
    page.open_file(&sample("hostile-payloads"));
    filter(page, "text contains \"\u{202e}txt\"");
    page.wait("an escape", "one('combobox', 'Filter').value === 'text contains \"\\\\u{202e}txt\"'");
    page.wait("the same colours", "text('.painted') === one('combobox', 'Filter').value");
    page.wait(
        "the message with that letter",
        &format!("{NAMES}.split(' ').length === 1 && text('.message').includes('txt.exe')"),
    );
    filter(page, "text contains \"größe שלום\"");
    page.wait("no escapes", "one('combobox', 'Filter').value === 'text contains \"größe שלום\"'");
    page.press_with(Key::Control.into(), 'f');
    page.type_into("textbox", "Find in payloads", "a\u{2066}b");
    page.wait("its name", "text('.find-bar').includes('\\\\u{2066}')");
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

/// How many messages the field says to be let through; `+` behind it where there may be more.
const LET_THROUGH: &str = "text('.filter-status .number').split(' of ')[0]";

fn a_search_that_is_stopped_keeps_what_it_found(page: &Page) {
    let path = temporary("stopped.pcap", &sockscope_workload::in_memory(Kind::Deflate, 40_000_000, 5));
    page.open_file(&path);
    filter(page, "payload contains \"a\"");
    page.wait("some rows, and progress", "document.querySelector('.filter-status progress') && document.querySelector('.message[data-message]')");
    page.click("button", "Stop");
    page.wait("that it is stopped", "text('.filter-status').includes('stopped')");
    let part = page.wait("how many", &format!("{LET_THROUGH}.endsWith('+') && {LET_THROUGH}"));
    page.wait("rows", "document.querySelector('.message[data-message]')");
    page.focus("combobox", "Filter");
    page.press(&char::from(Key::Enter).to_string());
    let whole = page.wait("all of them", &format!("!{LET_THROUGH}.endsWith('+') && {LET_THROUGH}"));
    let number = |told: &serde_json::Value| -> u64 {
        let digits: String = told.as_str().expect("words").chars().filter(char::is_ascii_digit).collect();
        digits.parse().expect("a number")
    };
    assert!(number(&part) > 0 && number(&part) < number(&whole), "{part}, then {whole}");
}

fn find_is_stopped(page: &Page) {
    let path = temporary("sought.pcap", &sockscope_workload::in_memory(Kind::Deflate, 40_000_000, 5));
    page.open_file(&path);
    page.press_with(Key::Control.into(), 'f');
    page.type_into("textbox", "Find in payloads", "a");
    page.wait("some", "document.querySelector('.find-bar progress') && /\\d/.test(text('#find-count'))");
    page.click("button", "Stop");
    page.wait("that it is stopped", "/[1-9].*stopped/.test(text('#find-count'))");
    page.wait("rows that are marked", "document.querySelector('.message.matched')");
}
