//! Payloads that try to harm whatever shows them are shown, and do nothing.

use sockscope_browser_tests::Page;

use crate::{Case, sample};

pub const CASES: &[Case] = &[
    ("hostile::nothing_becomes_markup", nothing_becomes_markup),
    ("hostile::what_is_invisible_is_shown", what_is_invisible_is_shown),
];

/// What only a payload could have brought in.
const FOREIGN: &str = "document.querySelectorAll('script:not([src]), iframe, object, embed, img:not([src^=\"./\"]), \
    [onerror], [onload], [onclick], a[href^=\"javascript:\"], table table, marquee').length";

fn nothing_becomes_markup(page: &Page) {
    page.open_file(&sample("hostile-payloads"));
    let rows = page.rows("messages");
    assert!(rows.iter().any(|row| row.text.contains("<script>alert(document.cookie)</script>")), "{rows:?}");
    for place in 0..12 {
        page.choose_message(place);
        for tab in ["Payload", "Frames", "Packets", "Handshake"] {
            page.click("tab", tab);
            page.wait("the view", "text('[role=tabpanel]').trim().length > 0");
            assert_eq!(page.script(&format!("return {FOREIGN}"), &[]), 0, "message {place}, {tab}");
        }
    }
    // An alert that was opened would have stopped the script before.
    assert_eq!(page.script("return document.title.includes('owned')", &[]), false);
}

fn what_is_invisible_is_shown(page: &Page) {
    page.open_file(&sample("hostile-payloads"));
    let rows = page.rows("messages");
    for visible in ["␛[31mred␛[0m", "\\u{202e}txt.exe", "␀"] {
        assert!(rows.iter().any(|row| row.text.contains(visible)), "{visible} is not in {rows:?}");
    }
    for place in 0..12 {
        page.choose_message(place);
        page.wait("the payload", "text('[role=tabpanel]').trim().length > 0");
        let harmful = page.script(
            r"const letters = document.body.innerText.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu);
              return letters === null ? [] : letters.map(letter => letter.codePointAt(0).toString(16));",
            &[],
        );
        assert_eq!(harmful, serde_json::json!([]), "message {place}");
    }
}
