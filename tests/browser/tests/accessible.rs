//! Every view in both themes, asked by axe-core: nothing that it calls serious or critical stands.

use std::io::Read;

use fantoccini::key::Key;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use sockscope_browser_tests::Page;

use crate::{Case, sample};

pub const CASES: &[Case] = &[
    ("accessible::the_empty_window", |page| check(page, "the empty window", |_| {})),
    ("accessible::a_file_that_is_no_capture", |page| {
        check(page, "no capture", |page| {
            page.drop_files(&[("notes.txt", b"a shopping list")]);
            page.wait("words about it", "/pcapng/.test(document.body.innerText)");
        });
    }),
    ("accessible::a_capture_without_websocket", |page| {
        check(page, "no websocket", |page| page.open_file(&sample("upgrades-to-other-protocols")));
    }),
    ("accessible::several_captures", |page| {
        check(page, "several captures", |page| {
            let plain = std::fs::read(sample("plain-conversation")).expect("a sample");
            page.drop_files(&[("plain.pcap", &plain)]);
            page.wait("the first", "text('h1').includes('plain.pcap')");
            page.open_file(&sample("gaps"));
        });
    }),
    ("accessible::conversation", |page| {
        check(page, "conversation", |page| {
            page.open_file(&sample("accept-without-guid"));
            page.click("button", "Conversation");
            page.wait(
                "it",
                "(list => list && (list.focus(), list === document.activeElement))(document.querySelector('.exchange'))",
            );
            page.press(&char::from(Key::Down).to_string());
            page.wait("a message", "document.querySelector('.said.selected')");
        });
    }),
    ("accessible::find", |page| {
        check(page, "find", |page| {
            inspect(page, "Payload");
            page.press_with(Key::Control.into(), 'f');
            page.type_into("textbox", "Find in payloads", "ada");
            page.wait("marks", "document.querySelector('.message.matched mark')");
        });
    }),
    ("accessible::completion", |page| {
        check(page, "completion", |page| {
            page.open_file(&sample("accept-without-guid"));
            page.type_into("combobox", "Filter", "le");
            page.wait("what can be typed", "all('option').some(option => nameOf(option).includes('length'))");
        });
    }),
    ("accessible::go_to", |page| {
        check(page, "go to", |page| {
            page.open_file(&sample("accept-without-guid"));
            page.click("button", "Go to a message");
            page.press(&format!("77{}", char::from(Key::Enter)));
            page.wait("why not", "text('#go-to-said')");
        });
    }),
    ("accessible::menu", |page| {
        check(page, "menu", |page| {
            page.open_file(&sample("accept-without-guid"));
            page.click("button", "More");
            page.wait("the menu", "document.querySelector('[role=menu]')");
        });
    }),
    ("accessible::panel_of_keys", |page| check(page, "the keyboard", |page| panel(page, "Keyboard"))),
    ("accessible::panel_about", |page| check(page, "about", |page| panel(page, "About and licences"))),
    ("accessible::panel_of_secrets", |page| {
        check(page, "secrets", |page| {
            page.open_file(&sample("accept-without-guid"));
            page.click("button", "Keys");
            page.wait("the panel", "all('dialog').length");
        });
    }),
    ("accessible::panel_of_ports", |page| check(page, "decode as", |page| panel(page, "Decode a port"))),
    ("accessible::payload", |page| check(page, "payload", |page| inspect(page, "Payload"))),
    ("accessible::frames", |page| check(page, "frames", |page| inspect(page, "Frames"))),
    ("accessible::packets", |page| check(page, "packets", |page| inspect(page, "Packets"))),
    ("accessible::handshake", |page| check(page, "handshake", |page| inspect(page, "Handshake"))),
    ("accessible::diagnostics", |page| check(page, "diagnostics", |page| inspect(page, "Diagnostics"))),
];

/// The rules of WCAG 2 at its levels A and AA, and what axe holds to be good besides.
const ASK: &str = "
    const told = await axe.run(document, { resultTypes: ['violations'], preload: false });
    return told.violations.filter(rule => ['serious', 'critical'].includes(rule.impact)).map(rule => ({
        rule: rule.id, impact: rule.impact, about: rule.help,
        at: rule.nodes.slice(0, 6).map(node => `${node.target} ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`),
    }));";

/// Opens a sample, and a panel by its line in a menu.
fn panel(page: &Page, line: &str) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_in_menu(&[line]);
    page.wait("the panel", "all('dialog').length");
}

/// Opens a sample, and a view of one of its messages.
fn inspect(page: &Page, tab: &str) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_message(0);
    page.click("tab", tab);
    page.wait("the view", "text('[role=tabpanel]').trim().length > 0");
}

fn check(page: &Page, name: &str, prepare: fn(&Page)) {
    prepare(page);
    for (theme, width, height) in
        [("light", 1440, 900), ("dark", 1440, 900), ("dark", 900, 600), ("light", 700, 900)]
    {
        page.look(width, height, theme);
        // The module defines `axe`, and is no part of what is tested.
        page.script(&axe(), &[]);
        let found = page.eventually("axe", ASK, &[]);
        page.script("delete window.axe; window.troubles.length = 0;", &[]);
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        assert_eq!(found, Vec::<Value>::new(), "{name}, {theme}, {width}: {:#}", json!(found));
    }
    page.browser().console();
}

fn axe() -> String {
    let mut script = String::new();
    GzDecoder::new(&include_bytes!("../axe/axe.min.js.gz")[..])
        .read_to_string(&mut script)
        .expect("axe-core in gzip");
    script
}
