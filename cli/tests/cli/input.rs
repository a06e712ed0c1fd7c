//! Where captures come from: files, several of them, joined ones, pipes, and servers without a handshake.

use serde_json::Value;

use crate::capture::{SERVER_PORT, Side, Wire, pcap, pcap_from, sound, wrong_accept};
use crate::run::{Folder, run, run_with_input, samples};

/// Rows leave a pipe as soon as they are final, and a file too; in this order they can be compared.
fn by_number(mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_key(|row| {
        ["connection", "message", "frame"].map(|key| row[key].as_u64().map_or(u64::MAX, |number| number))
    });
    rows
}

const COMMANDS: [&str; 4] = ["connections", "messages", "frames", "check"];

/// Two connections one after the other, one of them wrong.
fn two_connections() -> Vec<Vec<u8>> {
    [sound(), wrong_accept()].concat()
}

#[test]
fn standard_input_says_what_the_file_says() {
    let folder = Folder::new("input-pipe");
    let bytes = pcap(&two_connections());
    let capture = folder.file("a.pcap", &bytes);
    for command in COMMANDS {
        let (file, pipe) = (run(&[command, &capture]), run_with_input(&[command, "-"], &bytes));
        assert_eq!(file.status, pipe.status, "{command}");
        assert!(!file.stdout.is_empty());
        assert_eq!(by_number(file.rows()), by_number(pipe.rows()), "{command}");
    }
}

#[test]
fn standard_input_says_what_the_file_says_of_each_sample() {
    for (name, capture) in samples() {
        let bytes = std::fs::read(&capture).expect("it can be read");
        let arguments = ["messages", "--payload", "hash", "--quiet"];
        let file = run(&[arguments.as_slice(), &[&capture]].concat());
        let pipe = run_with_input(&[arguments.as_slice(), &["-"]].concat(), &bytes);
        assert_eq!(file.status, pipe.status, "{name}");
        assert_eq!(by_number(file.rows()), by_number(pipe.rows()), "{name}");
    }
}

#[test]
fn several_captures_are_told_apart() {
    let folder = Folder::new("input-several");
    let first = folder.file("a.pcap", &pcap(&sound()));
    let other = folder.file("b.pcap", &pcap(&wrong_accept()));
    for command in COMMANDS {
        let rows = run(&[command, &first, &other]).rows();
        let of = |name: &str| {
            let mine = rows.iter().filter(|row| row["capture"] == name).cloned();
            let without = mine.map(|mut row| {
                row.as_object_mut().expect("a row is an object").remove("capture");
                row
            });
            without.collect::<Vec<_>>()
        };
        // Numbers start again, and nothing else differs from reading each alone.
        assert_eq!(of(&first), run(&[command, &first]).rows(), "{command}");
        assert_eq!(of(&other), run(&[command, &other]).rows(), "{command}");
        assert_eq!(of(&first).len() + of(&other).len(), rows.len(), "{command}");
    }
    assert!(run(&["messages", &first]).rows().iter().all(|row| row.get("capture").is_none()));
}

#[test]
fn joined_parts_say_what_the_whole_says() {
    let folder = Folder::new("input-join");
    let packets = two_connections();
    let whole = folder.file("whole.pcap", &pcap(&packets));
    for at in [1, 4, 7, 9, packets.len() - 3] {
        let first = folder.file("0-last-by-name.pcap", &pcap_from(at, &packets[at..]));
        let second = folder.file("1-first-by-name.pcap", &pcap(&packets[..at]));
        for command in COMMANDS {
            // The order is that of the first timestamps, whatever the order of the names.
            for files in [[&first, &second], [&second, &first]] {
                let joined = run(&[command, "--join", files[0], files[1]]);
                let alone = run(&[command, &whole]);
                assert_eq!(joined.stdout, alone.stdout, "{command} {at}");
                assert_eq!(joined.status, alone.status, "{command} {at}");
            }
        }
    }
}

#[test]
fn joined_parts_are_followed_and_may_come_from_a_pipe() {
    let folder = Folder::new("input-join-pipe");
    let packets = sound();
    let whole = folder.file("whole.pcap", &pcap(&packets));
    let (first, second) = (pcap(&packets[..8]), pcap_from(8, &packets[8..]));
    let last = folder.file("b.pcap", &second);
    let joined = run_with_input(&["messages", "--join", &last, "-"], &first);
    assert_eq!(joined.ends_with(0).stdout, run(&["messages", &whole]).stdout);
    let head = folder.file("a.pcap", &first);
    let followed = run(&["follow", "-c", "0", "--join", &last, &head]).ends_with(0);
    assert!(followed.stdout.contains("bye"), "{}", followed.stdout);
}

#[test]
fn a_server_without_a_handshake_is_named() {
    let folder = Folder::new("input-decode-as");
    // Too few frames to be sure by themselves.
    let mut wire = Wire::open(50_002);
    wire.text(Side::Client, "hello").text(Side::Server, "world");
    let capture = folder.file("a.pcap", &pcap(&wire.packets[3..]));
    assert_eq!(run(&["messages", &capture]).ends_with(0).stdout, "");
    let port = format!(":{SERVER_PORT}");
    for server in [port.as_str(), &format!("10.0.0.2{port}")] {
        let rows = run(&["messages", "--decode-as", server, &capture]).ends_with(0).rows();
        let texts: Vec<_> = rows.iter().map(|row| (row["from"].clone(), row["text"].clone())).collect();
        assert_eq!(texts, [("client".into(), "hello".into()), ("server".into(), "world".into())], "{server}");
    }
    for other in [":9", "10.0.0.3:8001", "[::1]:8001"] {
        assert_eq!(run(&["messages", "--decode-as", other, &capture]).ends_with(0).stdout, "", "{other}");
    }
}

#[test]
fn only_the_connection_that_is_asked_for() {
    let folder = Folder::new("input-connection");
    let capture = folder.file("a.pcap", &pcap(&two_connections()));
    for command in COMMANDS {
        let all = run(&[command, &capture]).rows();
        let of_one: Vec<Value> = all.into_iter().filter(|row| row["connection"] == 1).collect();
        assert_eq!(run(&[command, "-c", "1", &capture]).rows(), of_one, "{command}");
    }
    run(&["messages", "-c", "5", &capture]).ends_with(0).says(&["no connection 5"]);
}
