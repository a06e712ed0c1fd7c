//! The table and the conversation: what is copied from a cell, pages, and how long a refused upgrade took.

use sockscope_browser_tests::Page;
use sockscope_workload::Kind;

use crate::{Case, sample, temporary};

pub const CASES: &[Case] = &[
    ("messages::what_is_copied_is_told", what_is_copied_is_told),
    ("messages::a_conversation_says_what_is_beyond_its_page", a_conversation_says_what_is_beyond_its_page),
    ("messages::a_refused_upgrade_tells_how_long_it_took", a_refused_upgrade_tells_how_long_it_took),
];

fn what_is_copied_is_told(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    for (line, told, copied) in [
        ("Copy cell", "Copied the cell", "{\"type\":\"join\",\"room\":\"harbour\",\"name\":\"Ada\"}"),
        ("Copy payload", "Copied 45 bytes", "{\"type\":\"join\",\"room\":\"harbour\",\"name\":\"Ada\"}"),
        ("Copy row as JSON", "Copied the row", "\"opcode\":\"text\""),
        ("Copy link", "Copied the link", "message=0.0"),
    ] {
        page.script(
            "document.querySelector('.message [data-column=preview]').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 600, clientY: 300 }))",
            &[],
        );
        page.click("menuitem", line);
        page.wait(told, &format!("text('.table-told') === '{told}'"));
        assert!(page.clipboard().contains(copied), "{line}: {}", page.clipboard());
    }
    page.wait("the words' end", "text('.table-told') === ''");
}

fn a_conversation_says_what_is_beyond_its_page(page: &Page) {
    let path = temporary("pages.pcap", &sockscope_workload::in_memory(Kind::Chat, 400_000, 3));
    page.open_file(&path);
    let total = page.wait("the messages", "document.querySelector('#messages-table').ariaRowCount - 1");
    assert!(total.as_u64().unwrap_or_default() > 400, "{total}");
    page.click("button", "Conversation");
    page.wait("the first page", "text('.pager-span').startsWith('Messages 1–200 of ')");
    page.wait("no page before it", "!document.querySelector('.exchange > .exchange-rest:first-child')");
    page.script("document.querySelector('.exchange > .exchange-rest:last-child button').click()", &[]);
    page.wait("the second page", "text('.pager-span').startsWith('Messages 201–400 of ')");
    page.wait("its beginning", "document.querySelector('.exchange').scrollTop === 0");
    page.click("button", "Messages 1–200 of");
    page.wait("the first page", "text('.pager-span').startsWith('Messages 1–200 of ')");
    page.wait(
        "its end",
        "(list => list.scrollTop > 0 && list.scrollTop + list.clientHeight > list.scrollHeight - 2)(document.querySelector('.exchange'))",
    );
}

fn a_refused_upgrade_tells_how_long_it_took(page: &Page) {
    page.open_file(&sample("upgrades-refused"));
    page.click("option", "/chat");
    page.click("tab", "Handshake");
    page.wait("the time", "/→ 403 .*, [\\d.]+\\s[µm]s later$/.test(text('.verdict-summary'))");
}
