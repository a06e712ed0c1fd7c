//! `extract`: every payload as a file, nothing outside the folder, nothing overwritten.

use crate::capture::{pcap, sound, wrong_accept};
use crate::run::{Folder, run};

const FILES: [&str; 7] = [
    "000-000000-client-text.txt",
    "000-000001-server-text.json",
    "000-000002-server-binary.bin",
    "000-000003-client-text.txt",
    "000-000004-client-close.bin",
    "000-000005-server-close.bin",
    "index.jsonl",
];

#[test]
fn each_payload_becomes_a_file() {
    let folder = Folder::new("extract-files");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    run(&["extract", "-o", &folder.path("out/of/it"), &capture]).ends_with(0);
    assert_eq!(folder.names("out/of/it"), FILES);
    assert_eq!(folder.names(""), ["a.pcap", "out"]);
    let read = |name: &str| std::fs::read(folder.path(&format!("out/of/it/{name}"))).expect("it was written");
    assert_eq!(read("000-000000-client-text.txt"), b"hello");
    assert_eq!(read("000-000001-server-text.json"), b"{\"answer\":1}");
    assert_eq!(read("000-000002-server-binary.bin"), [0, 1, 254, 255]);
    assert_eq!(read("000-000004-client-close.bin"), b"\x03\xe8bye");

    let index = String::from_utf8(read("index.jsonl")).expect("UTF-8");
    let rows: Vec<serde_json::Value> =
        index.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut files: Vec<&str> = rows.iter().map(|row| row["file"].as_str().expect("a name")).collect();
    files.sort_unstable();
    assert_eq!(files, FILES[..6]);
    let hashed = run(&["messages", "--payload", "hash", &capture]).rows();
    for row in &rows {
        let same = hashed.iter().find(|other| other["message"] == row["message"]).expect("the same messages");
        assert_eq!(row["sha256"], same["sha256"]);
        assert!(row["sha256"].is_string());
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::new("extract-again");
    let first = folder.file("a.pcap", &pcap(&sound()));
    let other = folder.file("b.pcap", &pcap(&wrong_accept()));
    run(&["extract", "-o", &folder.path("out"), &first]).ends_with(0);
    let before = std::fs::read(folder.path("out/000-000000-client-text.txt")).expect("it was written");
    for capture in [&first, &other] {
        run(&["extract", "-o", &folder.path("out"), capture]).ends_with(2).says(&["nothing is overwritten"]);
    }
    assert_eq!(std::fs::read(folder.path("out/000-000000-client-text.txt")).expect("still there"), before);
    assert_eq!(folder.names("out"), FILES);

    // A file of a payload's name stops it too, whoever wrote it.
    std::fs::create_dir(folder.path("own")).expect("a folder");
    folder.file("own/000-000001-server-text.json", b"precious");
    run(&["extract", "-o", &folder.path("own"), &first]).ends_with(2).says(&["nothing is overwritten"]);
    let kept = std::fs::read(folder.path("own/000-000001-server-text.json")).expect("still there");
    assert_eq!(kept, b"precious");
}

#[cfg(unix)]
#[test]
fn no_link_is_followed() {
    let folder = Folder::new("extract-links");
    let capture = folder.file("a.pcap", &pcap(&sound()));
    std::fs::create_dir(folder.path("out")).expect("a folder");
    let outside = folder.path("outside.txt");
    std::os::unix::fs::symlink(&outside, folder.path("out/000-000000-client-text.txt")).expect("a link");
    run(&["extract", "-o", &folder.path("out"), &capture]).ends_with(2);
    assert!(!std::path::Path::new(&outside).exists());
    assert_eq!(folder.names(""), ["a.pcap", "out"]);
}

#[test]
fn captures_that_are_read_together_do_not_mix() {
    let folder = Folder::new("extract-two");
    let first = folder.file("a.pcap", &pcap(&sound()));
    let other = folder.file("b.pcap", &pcap(&wrong_accept()));
    run(&["extract", "-o", &folder.path("out"), &first, &other]).ends_with(0);
    let names = folder.names("out");
    assert_eq!(names.iter().filter(|name| name.starts_with("capture-000-")).count(), 6);
    assert_eq!(names.iter().filter(|name| name.starts_with("capture-001-")).count(), 4);
}
