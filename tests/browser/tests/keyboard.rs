//! All of it by keyboard alone.

use fantoccini::key::Key;
use sockscope_browser_tests::Page;

use crate::{Case, sample};

pub const CASES: &[Case] = &[
    ("keyboard::move_filter_and_inspect", move_filter_and_inspect),
    ("keyboard::a_conversation", a_conversation),
    ("keyboard::the_keys_are_listed", the_keys_are_listed),
    ("keyboard::diagnostics_are_stepped_through", diagnostics_are_stepped_through),
];

/// The message that is selected.
const SELECTED: &str = "document.querySelector('.message[aria-selected=true]')?.dataset.message";

fn key(key: Key) -> String {
    char::from(key).to_string()
}

/// Presses Tab until the focus is where an expression says.
fn tab_to(page: &Page, what: &str, is_there: &str) {
    for _ in 0..60 {
        if page.script(&format!("const at = document.activeElement; return Boolean({is_there});"), &[])
            == true
        {
            return;
        }
        page.press(&key(Key::Tab));
    }
    panic!("{what} cannot be reached with Tab");
}

fn move_filter_and_inspect(page: &Page) {
    // The system's dialog is out of reach, and gets its file by other means.
    tab_to(page, "Open", "nameOf(at).startsWith('Open')");
    page.open_file(&sample("accept-without-guid"));
    tab_to(page, "the messages", "at.getAttribute('role') === 'grid' && nameOf(at).startsWith('Messages')");
    for (pressed, selected) in
        [(Key::Home, "0"), (Key::Down, "1"), (Key::Down, "2"), (Key::Up, "1"), (Key::End, "9")]
    {
        page.press(&key(pressed));
        page.wait(selected, &format!("{SELECTED} === '{selected}'"));
    }
    page.press("k");
    page.wait("j and k", &format!("{SELECTED} === '8'"));
    page.press("/from == client");
    page.press(&key(Key::Enter));
    page.wait("fewer rows", "document.querySelectorAll('.message[data-message]').length === 5");
    page.press(&key(Key::Escape));
    tab_to(page, "the views", "at.getAttribute('role') === 'tab' && at.id.startsWith('tab-')");
    for tab in ["Frames", "Packets", "Handshake", "Diagnostics"] {
        page.press(&key(Key::Right));
        page.wait(
            tab,
            &format!("document.querySelector('#tab-{tab}').getAttribute('aria-selected') === 'true'"),
        );
        page.wait("the view", "text('[role=tabpanel]').trim()");
    }
}

fn a_conversation(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.click("button", "Conversation");
    tab_to(page, "the conversation", "at.classList.contains('exchange')");
    const SAID: &str =
        "document.activeElement.classList.contains('said') && document.activeElement.dataset.message";
    for (pressed, selected) in [(Key::Down, "0"), (Key::Down, "1"), (Key::End, "9"), (Key::Up, "8")] {
        page.press(&key(pressed));
        page.wait(selected, &format!("{SAID} === '{selected}'"));
    }
    page.press_with(Key::Shift.into(), Key::F10.into());
    page.wait("the menu", "all('menuitem', 'Copy link').length === 1");
    page.press(&key(Key::Escape));
    page.wait("no menu", "!document.querySelector('[role=menu]')");
    page.press(&key(Key::Enter));
    page.wait("the inspector", "document.activeElement.id === 'inspector-view'");
}

fn the_keys_are_listed(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.press("?");
    page.wait("the list", "all('dialog').some(dialog => dialog.innerText.includes('PageUp'))");
    page.wait("all of them", "['Ctrl+G', 'F3', 'Shift+F10', 'Alt+←'].every(keys => all('dialog')[0].innerText.replaceAll(/\\s/g, '').includes(keys.replaceAll('+', '')))");
    page.press(&key(Key::Escape));
    page.wait("the window again", "all('dialog').length === 0");
}

fn diagnostics_are_stepped_through(page: &Page) {
    page.open_file(&sample("ways-to-close"));
    page.press("n");
    page.wait("the first", "text('.status').includes('1 of ')");
    page.press("n");
    page.wait("the second", "text('.status').includes('2 of ')");
    page.press("p");
    page.wait("the first again", "text('.status').includes('1 of ')");
}
