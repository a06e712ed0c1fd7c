//! A capture without a WebSocket: the window says what was there instead, and reads a port as WebSocket where it is told to.

use fantoccini::key::Key;
use sockscope_browser_tests::Page;

use crate::{Case, sample, temporary};
use sockscope_browser_tests::command_line::printed;

pub const CASES: &[Case] = &[
    ("nothing::a_port_is_decoded_and_taken_back", a_port_is_decoded_and_taken_back),
    ("nothing::what_was_there_is_told", what_was_there_is_told),
    ("nothing::what_looks_like_frames_is_decoded", what_looks_like_frames_is_decoded),
    ("nothing::any_port_is_decoded", any_port_is_decoded),
];

/// The port of the server whose handshake was not captured.
const PORT: &str = "48129";

fn what_was_there_is_told(page: &Page) {
    let told: [(&str, &[&str]); 2] = [
        (
            "upgrades-to-other-protocols",
            &["25 packets", "2 TCP connections", "1 HTTP/2 connection without TLS", "2 HTTP requests"],
        ),
        (
            "http2-over-tls",
            &["31 packets", "1 TCP connection", "1 TLS connection without secrets", "SSLKEYLOGFILE"],
        ),
    ];
    for (name, facts) in told {
        page.load();
        page.open_file(&sample(name));
        page.wait("what was there", "one('region', 'No WebSocket was found')");
        let said = page.text(".nothing").split_whitespace().collect::<Vec<_>>().join(" ");
        for fact in facts {
            assert!(said.contains(fact), "{fact} is not in {said}");
        }
        assert_eq!(page.script("return all('grid', 'Messages').length", &[]), 0);
    }
}

fn what_looks_like_frames_is_decoded(page: &Page) {
    // Too few to be sure.
    let (name, capture) = beginning("few.pcap", 5);
    page.drop_files(&[(name, &capture)]);
    page.click("button", &format!("Decode port {PORT} as WebSocket"));
    is_decoded(page, name, &capture);
    // A link to it says so, and so does the address after a reload.
    page.wait("the address", &format!("location.hash.includes('decode-as={PORT}')"));
    page.reload();
    page.wait("the wish", "document.body.innerText.includes('Drop this file again')");
    page.drop_files(&[(name, &capture)]);
    is_decoded(page, name, &capture);
}

fn any_port_is_decoded(page: &Page) {
    let (name, capture) = beginning("fewer.pcap", 3);
    page.drop_files(&[(name, &capture)]);
    page.type_into("spinbutton", "port of a WebSocket server", PORT);
    page.press(&char::from(Key::Enter).to_string());
    is_decoded(page, name, &capture);
}

/// The first packets of a capture that begins after the handshake.
fn beginning(name: &'static str, packets: usize) -> (&'static str, Vec<u8>) {
    let mut capture = std::fs::read(sample("mid-stream-start")).expect("a sample");
    // A record of pcap: 16 bytes, the third four of which say how many follow.
    let mut end = 24;
    for _ in 0..packets {
        let length: [u8; 4] = capture[end + 8..end + 12].try_into().expect("four bytes");
        end += 16 + u32::from_le_bytes(length) as usize;
    }
    capture.truncate(end);
    (name, capture)
}

/// The page shows the messages that the command line finds.
fn is_decoded(page: &Page, name: &str, capture: &[u8]) {
    let path = temporary(name, capture);
    let messages = printed("messages", &path, &["--decode-as", &format!(":{PORT}")]);
    assert!(!messages.is_empty());
    page.wait("messages", "document.querySelector('.message[data-message]')");
    let rows = page.rows("messages");
    let shown: Vec<&str> = rows.iter().map(|row| row.cell("preview")).collect();
    assert_eq!(shown.len(), messages.len(), "{shown:?}");
    for (shown, message) in shown.iter().zip(&messages) {
        let preview = message["preview"].as_str().unwrap_or_default().trim();
        assert!(shown.contains(preview), "{preview} is not in {shown}");
    }
}

fn a_port_is_decoded_and_taken_back(page: &Page) {
    page.open_file(&sample("accept-without-guid"));
    page.choose_in_menu(&["Decode a port"]);
    page.type_into("spinbutton", "If you know the port", "9999");
    page.press(&char::from(Key::Enter).to_string());
    page.wait("the port", "text('.decoded-ports').includes('9999')");
    page.click("button", "take back");
    page.wait("no port", "!document.querySelector('.decoded-ports')");
}
