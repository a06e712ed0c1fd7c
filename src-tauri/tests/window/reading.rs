//! What is shown of a capture is what the command line says of it.

use sockscope_browser_tests::command_line::printed;
use sockscope_browser_tests::{same_rows, sample};

use crate::Case;
use crate::desktop::Desktop;

pub const CASES: &[Case] = &[
    ("reading::rows_as_on_the_command_line", rows_as_on_the_command_line),
    ("reading::a_filter", a_filter),
    ("reading::a_wrong_accept_is_derived", a_wrong_accept_is_derived),
    ("reading::a_payload_in_its_views", a_payload_in_its_views),
];

/// The names of the messages on the screen.
const NAMES: &str = "[...document.querySelectorAll('.message[data-message]')].map(row => `${row.dataset.connection}:${row.dataset.message}`).join(' ')";

fn rows_as_on_the_command_line(desktop: &Desktop) {
    let mut compared = 0;
    for name in ["accept-without-guid", "deflate-context-takeover", "gaps", "socket-io", "hostile-payloads"] {
        let capture = sample(name);
        let app = desktop.open(&[&capture]);
        app.wait_for_capture();
        compared += same_rows(&app, &capture);
    }
    assert!(compared > 50, "{compared} rows");
}

fn a_filter(desktop: &Desktop) {
    let capture = sample("accept-without-guid");
    let app = desktop.open(&[&capture]);
    app.wait_for_capture();
    let expression = "from == server and text contains \"a\"";
    app.type_into("combobox", "Filter", expression);
    let rows = printed("messages", &capture, &["--filter", expression]);
    let names: Vec<String> =
        rows.iter().map(|row| format!("{}:{}", row["connection"], row["message"])).collect();
    assert!(!names.is_empty());
    app.wait("the rows that hold", &format!("{NAMES} === {:?}", names.join(" ")));
}

fn a_wrong_accept_is_derived(desktop: &Desktop) {
    let app = desktop.open(&[&sample("accept-without-guid")]);
    app.wait_for_capture();
    app.eventually(
        "the failed connection",
        "(await until(() => document.querySelectorAll('.connection').length > 1
             && document.querySelectorAll('.connection')[1])).click();",
        &[],
    );
    app.click("tab", "Handshake");
    app.wait(
        "both values",
        "['1Kpm4pBSWUntCVIK0PJsIs6aWJw=', 'gfHkkyycBRN+gxpOfeRA50uEzW0='].every(value =>
             document.body.innerText.replace(/\\s/g, '').includes(value))",
    );
}

fn a_payload_in_its_views(desktop: &Desktop) {
    let app = desktop.open(&[&sample("accept-without-guid")]);
    app.wait_for_capture();
    app.choose_message(0);
    app.wait(
        "the JSON as a tree",
        "['type', 'join', 'room', 'harbour'].every(word => text('.inspector').includes(word))",
    );
    app.click("button", "Hex");
    app.wait("its bytes", "text('.hex-bytes').replace(/\\s/g, '').startsWith('7b227479')");
    app.click("tab", "Frames");
    app.wait("its frame", "/FIN/.test(text('.inspector')) && /MASK/i.test(text('.inspector'))");
    app.click("tab", "Packets");
    app.wait("its packets", "/\\b\\d+ bytes?|\\b45\\b/.test(text('.inspector'))");
}
