//! What a person sees: colour only where it is wanted, and nothing in a capture that a terminal would obey.

use crate::capture::{KEY, Side, Wire, pcap, sound};
use crate::run::{Folder, program, run, samples};

/// Whether a terminal obeys it, or it reorders or hides what stands around it.
fn is_harmful(c: char) -> bool {
    let bidirectional =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidirectional || (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Every way to look at a capture.
const VIEWS: [&[&str]; 6] = [
    &["--format", "table"],
    &["connections", "--format", "table"],
    &["messages", "--format", "table"],
    &["frames", "--format", "table"],
    &["check", "--format", "table"],
    &["follow", "-c", "0"],
];

#[track_caller]
fn is_harmless(name: &str, capture: &str) {
    for view in VIEWS {
        let ran = run(&[view, &["--color", "never", capture]].concat());
        for text in [&ran.stdout, &ran.stderr] {
            let found = text.chars().find(|&c| is_harmful(c));
            assert!(found.is_none(), "{name}: {view:?} prints {found:?}");
        }
        // Of what the program colours itself, only the colours are escape sequences.
        let ran = run(&[view, &["--color", "always", capture]].concat());
        for text in [&ran.stdout, &ran.stderr] {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once('\x1b') {
                let end = after.find('m').unwrap_or(after.len());
                let is_colour =
                    after.starts_with('[') && after[1..end].chars().all(|c| c.is_ascii_digit() || c == ';');
                assert!(is_colour, "{name}: {view:?} prints {:?}", after.get(..8));
                rest = &after[end..];
            }
        }
    }
}

#[test]
fn no_payload_reaches_the_terminal_as_it_is() {
    let hostile = [
        "\x1b]0;owned\x07\x1b[2J\x1b[31mred",
        "\u{9b}31mC1\u{9d}0;title\u{9c}",
        "a\u{202e}gnp.exe\u{2066}isolate\u{200f}\u{61c}",
        "back\x08\x08\x08space\rreturn\x0bvertical\x0cfeed\x7f",
        "line\u{2028}and\u{2029}paragraph",
        "\x1b",
        "\u{9b}",
    ];
    let mut wire = Wire::open(50_000);
    // The request's target and headers, the answer's reason and headers.
    let request = format!(
        "GET /\u{9b}2J\u{202e} HTTP/1.1\r\nHost: \x1b]0;host\x07\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         X-Odd: \u{9b}2J\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Protocol: a\u{202e}\x1b[1m\r\n\
         Sec-WebSocket-Version: 13\x1b[1m\r\n\r\n"
    );
    let response = "HTTP/1.1 101 \x1b[5mSwitching\u{9b}2J\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                    Sec-WebSocket-Accept: \x1b[31m\u{202e}wrong\r\nSec-WebSocket-Protocol: \x1b]0;x\x07\r\n\r\n";
    wire.send(Side::Client, request.as_bytes()).send(Side::Server, response.as_bytes());
    for text in hostile {
        wire.text(Side::Client, text).text(Side::Server, text);
        wire.frame(Side::Client, 9, text.as_bytes()).frame(Side::Server, 3, text.as_bytes());
        // Bytes that are no UTF-8, with C1 controls as some terminals read them.
        wire.frame(Side::Server, 1, &[text.as_bytes(), &[0x9b, 0x32, 0x4a, 0xff]].concat());
    }
    wire.close("\x1b[2Jbye\u{202e}");

    let folder = Folder::new("terminal-hostile");
    let capture = folder.file("a.pcap", &pcap(&wire.packets));
    let rows = run(&["messages", &capture]).rows();
    assert!(rows.iter().any(|row| row["text"] == hostile[0]), "it is read as a WebSocket: {rows:?}");
    is_harmless("hostile", &capture);
}

#[test]
fn no_sample_reaches_the_terminal_as_it_is() {
    for (name, capture) in samples() {
        is_harmless(&name, &capture);
    }
}

#[cfg(unix)]
#[test]
fn no_file_name_reaches_the_terminal_as_it_is() {
    let folder = Folder::new("terminal-names");
    let hostile = folder.file("a\x1b[2J\u{202e}.pcap", &pcap(&sound()));
    is_harmless("a name", &hostile);
    is_harmless("a name that is not there", &format!("{hostile}x"));
}

#[test]
fn a_pipe_has_no_colour_unless_it_is_asked_for() {
    let folder = Folder::new("terminal-colour");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    for view in VIEWS {
        let piped = run(&[view, &[&capture]].concat());
        assert!(!piped.stdout.contains('\x1b'), "{view:?}");
        assert!(!piped.stderr.contains('\x1b'), "{view:?}");
    }
    let always = run(&["messages", "--format", "table", "--color", "always", &capture]);
    assert!(always.stdout.contains('\x1b'));
    // jsonl has none, whatever is asked for.
    let rows = run(&["messages", "--format", "jsonl", "--color", "always", &capture]);
    assert!(!rows.stdout.contains('\x1b'));
}

/// Standard output and error on a terminal, which `script` of util-linux makes.
#[cfg(target_os = "linux")]
fn on_a_terminal(arguments: &str, environment: &[(&str, &str)]) -> String {
    let call = format!("{} {arguments}", program(&[]).get_program().to_str().expect("UTF-8"));
    let mut command = std::process::Command::new("script");
    command.args(["--quiet", "--return", "--command", &call, "/dev/null"]).stdin(std::process::Stdio::null());
    command.env_remove("NO_COLOR").env("TERM", "xterm").envs(environment.iter().copied());
    let output = command
        .output()
        .expect("script is there: it belongs to every Linux (package bsdutils or util-linux)");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_a_table_and_colour_but_not_with_no_color() {
    let folder = Folder::new("terminal-no-color");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    let call = format!("messages {capture}");
    let coloured = on_a_terminal(&call, &[]);
    assert!(coloured.contains('\x1b') && !coloured.contains("{\"connection\""), "{coloured}");
    assert!(!on_a_terminal(&call, &[("NO_COLOR", "1")]).contains("\x1b["));
    assert!(!on_a_terminal(&call, &[("TERM", "dumb")]).contains("\x1b["));
    // An empty value is none (no-color.org), and the flag beats the environment.
    assert!(on_a_terminal(&call, &[("NO_COLOR", "")]).contains("\x1b["));
    let always = format!("messages --color always {capture}");
    assert!(on_a_terminal(&always, &[("NO_COLOR", "1")]).contains("\x1b["));
    assert!(!on_a_terminal(&format!("messages --color never {capture}"), &[]).contains("\x1b["));
}
