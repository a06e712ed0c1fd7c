//! The table and the conversation: what is copied from a cell, pages, and how long a refused upgrade took.

use fantoccini::key::Key;
use sockscope_browser_tests::Page;
use sockscope_workload::Kind;

use crate::{Case, sample, temporary};

pub const CASES: &[Case] = &[
    ("messages::what_is_copied_is_told", what_is_copied_is_told),
    ("messages::a_conversation_says_what_is_beyond_its_page", a_conversation_says_what_is_beyond_its_page),
    ("messages::a_number_is_gone_to", a_number_is_gone_to),
    ("messages::a_link_is_gone_to", a_link_is_gone_to),
    ("messages::long_frames_show_more", long_frames_show_more),
    ("messages::a_gap_leads_to_its_packet", a_gap_leads_to_its_packet),
    ("messages::what_diagnostics_speak_of_has_a_sign", what_diagnostics_speak_of_has_a_sign),
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

/// The message that is selected.
const SELECTED: &str = "document.querySelector('.message[aria-selected=true]')?.dataset.message";

fn enter(page: &Page, words: &str) {
    page.press(&format!("{words}{}", char::from(Key::Enter)));
}

fn a_number_is_gone_to(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.click("button", "Go to a message");
    enter(page, "7");
    page.wait("the message", &format!("{SELECTED} === '7'"));
    page.type_into("combobox", "Filter", "from == client");
    enter(page, "");
    page.wait("fewer rows", "document.querySelectorAll('.message[data-message]').length === 5");
    page.press_with(Key::Control.into(), 'g');
    enter(page, "2");
    page.wait("that it is hidden", "text('#go-to-said').includes('hidden')");
    enter(page, "");
    page.wait("it", &format!("{SELECTED} === '2' && one('combobox', 'Filter').value === ''"));
    page.press_with(Key::Control.into(), 'g');
    enter(page, "4711");
    page.wait("that there is none", "text('#go-to-said') === 'there is none'");
}

fn a_link_is_gone_to(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_message(3);
    page.script(
        "document.querySelector('.message [data-column=preview]').dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 600, clientY: 300 }))",
        &[],
    );
    page.click("menuitem", "Copy link");
    page.wait("the link", "text('.table-told') === 'Copied the link'");
    let link = page.clipboard();
    page.choose_message(8);
    page.wait("another message", &format!("{SELECTED} === '8'"));
    page.press_with(Key::Control.into(), 'g');
    enter(page, &link);
    page.wait("the message of the link", &format!("{SELECTED} === '0'"));
    page.choose_message(8);
    // As when it is pasted anywhere.
    page.script(
        "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);
         document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }))",
        &[link.into()],
    );
    page.wait("the message again", &format!("{SELECTED} === '0'"));
}

fn long_frames_show_more(page: &Page) {
    page.open_file(&sample("large-message-in-fragments"));
    page.wait(
        "the long one",
        "(cell => cell && (cell.click(), true))(document.querySelector('.message[data-message=\"1\"] .cell-number'))",
    );
    page.click("tab", "Frames");
    page.click("button", "Next frame");
    page.wait("the second frame", "text('.frames-head').includes('Frame 2 of ')");
    page.click("button", "Next frame");
    const BYTES: &str = "document.querySelectorAll('.frame-hex [role=gridcell]').length";
    page.wait("the first bytes", &format!("{BYTES} === 128"));
    page.click("button", "Show more");
    page.wait("more bytes", &format!("{BYTES} > 128"));
}

fn a_gap_leads_to_its_packet(page: &Page) {
    page.open_file(&sample("gaps"));
    page.click("tab", "Diagnostics");
    page.click("button", "tcp-gap");
    let packet =
        page.wait("a gap", "document.querySelector('.diagnostic[data-code=tcp-gap]')?.dataset.packet");
    page.script("document.querySelector('.diagnostic[data-code=tcp-gap]').click()", &[]);
    page.wait(
        "the packets",
        "document.querySelector('#tab-Packets').getAttribute('aria-selected') === 'true'",
    );
    page.wait("a message", &format!("{SELECTED} !== undefined"));
    assert!(packet.as_str().is_some_and(|packet| packet.parse::<u64>().is_ok()), "{packet}");
}

fn what_diagnostics_speak_of_has_a_sign(page: &Page) {
    page.open_file(&sample("framing-violations"));
    let sign =
        "getComputedStyle(document.querySelector('.message.has-error .cell-number'), '::before').content";
    page.wait("a sign", &format!("{sign}.includes('✗')"));
    // The gap is the stream's, and some of this message's bytes are missing.
    page.open_file(&sample("gaps"));
    page.wait(
        "the same of what is not whole",
        "document.querySelector('.message[data-message=\"5\"].has-warning')",
    );
}

fn a_refused_upgrade_tells_how_long_it_took(page: &Page) {
    page.open_file(&sample("upgrades-refused"));
    page.click("option", "/chat");
    page.click("tab", "Handshake");
    page.wait("the time", "/→ 403 .*, [\\d.]+\\s[µm]s later$/.test(text('.verdict-summary'))");
}
