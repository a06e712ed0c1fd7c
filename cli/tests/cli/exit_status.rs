//! The exit status: 2 wrong usage or what cannot be read, then 3 damage, then 1 for what `check` found, then 0.

use crate::capture::{pcap, sound, wrong_accept};
use crate::run::{Folder, program, run};

/// A capture that ends within its last packet.
fn cut(packets: &[Vec<u8>]) -> Vec<u8> {
    let whole = pcap(packets);
    whole[..whole.len() - 5].to_vec()
}

#[test]
fn a_sound_capture_ends_with_0() {
    let folder = Folder::new("status-sound");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    for command in ["connections", "messages", "frames", "check"] {
        let ran = run(&[command, &capture]).ends_with(0);
        assert_eq!(ran.stderr, "", "{command}");
    }
    run(&[&capture]).ends_with(0);
    run(&["follow", "-c", "0", &capture]).ends_with(0);
    run(&["check", "--fail-on", "warning", &capture]).ends_with(0);
}

#[test]
fn check_ends_with_1_from_a_severity_on() {
    let folder = Folder::new("status-check");
    let capture = folder.file("a.pcap", &pcap(&wrong_accept()));
    run(&["check", &capture]).ends_with(1);
    for (severity, status) in [("error", 1), ("warning", 1), ("note", 1), ("never", 0)] {
        run(&["check", "--fail-on", severity, &capture]).ends_with(status);
    }
    // Only check judges.
    for command in ["connections", "messages", "frames"] {
        run(&[command, &capture]).ends_with(0);
    }
    run(&[&capture]).ends_with(0);
    // What another connection did is not asked for.
    run(&["check", "-c", "7", &capture]).ends_with(0);
}

#[test]
fn damage_ends_with_3_and_all_before_it_is_printed() {
    let folder = Folder::new("status-damage");
    let (whole, part) = (pcap(&sound()), cut(&sound()));
    let (whole, part) = (folder.file("whole.pcap", &whole), folder.file("part.pcap", &part));
    let all = run(&["messages", &whole]).ends_with(0);
    for command in ["messages", "frames", "connections"] {
        let ran = run(&[command, &part]).ends_with(3);
        assert!(!ran.stdout.is_empty(), "{command}");
        // It says at which byte, and why.
        ran.says(&["part.pcap", "byte"]);
    }
    let some = run(&["messages", &part]);
    assert_eq!(some.stdout, all.stdout, "only the last acknowledgement is lost");
}

#[test]
fn the_first_that_applies_wins() {
    let folder = Folder::new("status-order");
    let good = folder.file("good.pcap", &pcap(&sound()));
    let wrong = folder.file("wrong.pcap", &pcap(&wrong_accept()));
    let cut_wrong = folder.file("cut.pcap", &cut(&wrong_accept()));
    let absent = folder.path("absent.pcap");
    for (files, status) in [
        (vec![&good, &wrong], 1),
        (vec![&wrong, &good], 1),
        (vec![&cut_wrong], 3),
        (vec![&good, &cut_wrong], 3),
        (vec![&cut_wrong, &wrong], 3),
        (vec![&absent, &wrong], 2),
        (vec![&cut_wrong, &absent, &wrong], 2),
    ] {
        let files: Vec<&str> = files.into_iter().map(String::as_str).collect();
        run(&[&["check"], files.as_slice()].concat()).ends_with(status);
    }
    // What can be read is.
    let ran = run(&["messages", &absent, &good]).ends_with(2).says(&["absent.pcap does not exist"]);
    assert_eq!(ran.rows().len(), 6);
}

#[test]
fn what_is_no_capture_ends_with_2() {
    let folder = Folder::new("status-no-capture");
    folder.file("trading.pcap", &pcap(&sound()));
    let text = folder.file("notes.pcap", b"These are notes about a capture, and no capture at all.\n");
    let elf = folder.file("program", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0");
    let empty = folder.file("empty.pcap", b"");
    for command in ["connections", "messages", "frames", "check"] {
        for file in [&text, &elf, &empty] {
            let ran = run(&[command, file]).ends_with(2).says(&["error: ", "hint: "]);
            assert_eq!(ran.stdout, "", "{command} {file}");
            assert!(ran.stderr.contains(file.as_str()), "{}", ran.stderr);
        }
        run(&[command, &folder.path("")]).ends_with(2).says(&["is a folder"]);
        run(&[command, &folder.path("tradnig.pcap")]).ends_with(2).says(&["does not exist", "did you mean"]);
    }
    run(&["extract", "-o", &folder.path("out"), &text]).ends_with(2);
    run(&["follow", "-c", "0", &text]).ends_with(2);
    run(&["follow", "-c", "9", &folder.path("trading.pcap")]).ends_with(2).says(&["no connection 9"]);
}

#[test]
fn wrong_usage_ends_with_2() {
    let folder = Folder::new("status-usage");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    for arguments in [
        &[] as &[&str],
        &["messages"],
        &["messages", "--no-such-flag", &capture],
        &["messages", "--payload", "some", &capture],
        &["check", "--fail-on", "sometimes", &capture],
        &["follow", &capture],
        &["extract", &capture],
        &["messages", "--threads", "0", &capture],
        &["messages", "--decode-as", "80", &capture],
        &["messages", "-", "-"],
        &["follow", "-c", "0", &capture, &capture],
        &["completions", "no-such-shell"],
    ] {
        let ran = run(arguments).ends_with(2);
        assert!(!ran.stderr.is_empty() && ran.stdout.is_empty(), "{arguments:?}");
    }
    for arguments in [&["--help"], &["--version"], &["man"]] {
        assert!(!run(arguments).ends_with(0).stdout.is_empty());
    }
}

#[test]
fn a_capture_without_packets_is_sound() {
    let folder = Folder::new("status-no-packets");
    let capture = folder.file("a.pcap", &pcap(&[]));
    let ran = run(&["messages", &capture]).ends_with(0).says(&["no WebSocket in 0 packets"]);
    assert_eq!(ran.stdout, "");
    let quiet = program(&["messages", "--quiet", &capture]).output().expect("it runs");
    assert!(quiet.status.success() && quiet.stderr.is_empty());
}
