//! What decrypts TLS: key logs, private keys, secrets in the capture, and the capture that is written with them.

use std::path::Path;
use std::process::Command;

use crate::run::{Folder, run, run_with_input};

/// A file of a sample.
fn sample(name: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples").join(name).join(file);
    path.to_str().expect("paths are UTF-8 here").to_owned()
}

fn messages(arguments: &[&str]) -> String {
    let arguments = [&["messages", "--payload", "hash"], arguments].concat();
    run(&arguments).ends_with(0).stdout
}

/// The sample with its secrets in it, and its path.
fn decrypted(folder: &Folder, name: &str) -> String {
    let out = folder.path("with-secrets.pcapng");
    run(&["decrypt", "--keylog", &sample(name, "keys.log"), "-o", &out, &sample(name, "capture.pcap")])
        .ends_with(0)
        .says(&["secret"]);
    out
}

#[test]
fn a_capture_with_its_secrets_needs_no_key_log() {
    for name in ["tls13-browser", "tls12-resumed-sessions", "tls10-renegotiation", "tls13-early-data"] {
        let folder = Folder::new(&format!("decrypt-{name}"));
        let (capture, log) = (sample(name, "capture.pcap"), sample(name, "keys.log"));
        let out = decrypted(&folder, name);
        let rows = messages(&["--keylog", &log, &capture]);
        assert!(!rows.is_empty());
        assert_eq!(messages(&[&out]), rows, "{name}");
        // Again: nothing is changed, and nothing is overwritten.
        let again = folder.path("again.pcapng");
        run(&["decrypt", "-o", &again, &out]).ends_with(0);
        assert_eq!(std::fs::read(&again).expect("it is there"), std::fs::read(&out).expect("it is there"));
        run(&["decrypt", "-o", &again, &out]).ends_with(2).says(&["cannot write"]);
        // Wireshark's reads it too.
        let frames = run(&["frames", "--payload", "none", &out]).ends_with(0).stdout.lines().count();
        assert_eq!(tshark_frames(&out), frames, "{name}");
    }
}

/// How many WebSocket frames tshark finds.
fn tshark_frames(capture: &str) -> usize {
    let mut command = Command::new("tshark");
    command.args(["-n", "-r", capture, "-Y", "websocket", "-T", "fields", "-e", "websocket.opcode"]);
    let output = command.env("WIRESHARK_CONFIG_DIR", env!("CARGO_TARGET_TMPDIR")).output();
    let text = output.expect("tshark can be run: it comes with the package tshark").stdout;
    let text = String::from_utf8(text).expect("text");
    text.split([',', '\n']).filter(|word| !word.is_empty()).count()
}

#[test]
fn only_secrets_of_the_capture_are_written() {
    let folder = Folder::new("decrypt-only");
    let other = format!("CLIENT_RANDOM {} {}\n", "5a".repeat(32), "77".repeat(48));
    let log = std::fs::read_to_string(sample("tls13-browser", "keys.log")).expect("a log");
    let mixed = folder.file("keys.log", format!("{other}{log}").as_bytes());
    let out = folder.path("out.pcapng");
    run(&["decrypt", "--keylog", &mixed, "-o", &out, &sample("tls13-browser", "capture.pcap")]).ends_with(0);
    let written = std::fs::read(&out).expect("it is there");
    let holds = |text: &str| written.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("CLIENT_TRAFFIC_SECRET_0") && !holds(&"5a".repeat(32)));
}

#[test]
fn what_cannot_be_decrypted_is_said() {
    let folder = Folder::new("decrypt-not");
    let capture = sample("tls13-browser", "capture.pcap");
    let out = folder.path("out.pcapng");
    run(&["decrypt", "-o", &out, &capture])
        .ends_with(0)
        .says(&["no secrets of this capture", "tls-no-secrets"]);
    run(&["decrypt", "-o", &folder.path("b.pcapng"), "none.pcap"]).ends_with(2).says(&["does not exist"]);
    let bytes = std::fs::read(&capture).expect("it is there");
    run_with_input(&["decrypt", "-o", &folder.path("c.pcapng"), "-"], &bytes).ends_with(2).says(&["twice"]);
    let no_capture = folder.file("no.pcap", b"hello, this is no capture at all");
    run(&["decrypt", "-o", &folder.path("d.pcapng"), &no_capture]).ends_with(2);
}

#[test]
fn a_private_key_decrypts_rsa_key_exchange() {
    let (capture, key) =
        (sample("tls12-private-key", "capture.pcap"), sample("tls12-private-key", "server.pem"));
    assert_eq!(messages(&["--rsa-key", &key, &capture]).lines().count(), 4);
    let folder = Folder::new("rsa-key");
    let out = folder.path("out.pcapng");
    // Whoever gets this file needs no private key.
    run(&["decrypt", "--rsa-key", &key, "-o", &out, &capture]).ends_with(0).says(&["1 secret"]);
    assert_eq!(messages(&[&out]).lines().count(), 4);
    run(&["messages", "--rsa-key", &capture, &capture]).ends_with(2).says(&["private key", "BEGIN"]);
    run(&["messages", "--rsa-key", &folder.path("none.pem"), &capture]).ends_with(2).says(&["none.pem"]);
}

#[test]
fn secrets_may_stand_behind_their_packets() {
    let folder = Folder::new("late-secrets");
    let early = std::fs::read(decrypted(&folder, "tls13-browser")).expect("it is there");
    // Section header, secrets, and what is behind them.
    let length =
        |at: usize| u32::from_le_bytes(early[at + 4..at + 8].try_into().expect("four bytes")) as usize;
    let (section, secrets) = (length(0), length(length(0)));
    let (head, rest) = early.split_at(section);
    let (block, rest) = rest.split_at(secrets);
    let late = [head, rest, block].concat();
    let path = folder.file("late.pcapng", &late);
    let rows = messages(&[&folder.path("with-secrets.pcapng")]);
    assert_eq!(messages(&[&path]), rows);
    // A pipe gives it once.
    run_with_input(&["messages", "-"], &late)
        .ends_with(0)
        .says(&["4 TLS connections could be decrypted", "file"]);
    run_with_input(&["messages", "-"], &early).ends_with(0);
}

#[test]
fn a_resumed_session_from_a_pipe_is_said() {
    let bytes = std::fs::read(sample("tls12-resumed-sessions", "capture.pcap")).expect("it is there");
    let log = sample("tls12-resumed-sessions", "keys.log");
    let ran = run_with_input(&["connections", "--keylog", &log, "-"], &bytes).ends_with(0);
    assert_eq!(ran.rows().len(), 1);
    ran.says(&["2 TLS connections could be decrypted"]);
}

#[test]
fn connections_without_secrets_are_listed_where_they_may_be_websockets() {
    // The browser offers http/1.1 alone for wss, and more for the page.
    let capture = sample("tls13-browser", "capture.pcap");
    let listed = |arguments: &[&str]| {
        let arguments = [&["connections", "--format", "jsonl"], arguments, &[capture.as_str()]].concat();
        run(&arguments).ends_with(0).rows()
    };
    assert!(listed(&[]).is_empty() && listed(&["--tls", "none"]).is_empty());
    let (likely, all) = (listed(&["--tls", "likely"]), listed(&["--tls", "all"]));
    assert!(likely.len() == 2 && all.len() == 4, "{likely:?}, {all:?}");
    for row in likely {
        assert_eq!(row["tls_connection"]["alpn_offered"], serde_json::json!(["http/1.1"]));
        assert_eq!(row["tls_connection"]["may_be_websocket"], true);
    }
    let table = run(&["--format", "table", &capture]).ends_with(0).stdout;
    assert!(table.contains("offered http/1.1") && !table.contains("h2"), "{table}");
    let keys = sample("tls13-browser", "keys.log");
    assert!(!run(&["--format", "table", "--keylog", &keys, &capture]).stdout.contains("may be WebSockets"));
}
