//! Pipes that stay open, and readers that go away.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use crate::capture::{ACCEPT, Side, Wire, file_header, pcap, record, sound};
use crate::run::{Folder, program};

/// How long a row may take before the test gives it up; none should take a second.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn rows_appear_before_the_end_of_input() {
    let mut child = program(&["messages", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be run");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let stdout = BufReader::new(child.stdout.take().expect("it was asked for"));
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in stdout.lines() {
            if sender.send(line.expect("UTF-8")).is_err() {
                break;
            }
        }
    });

    let mut wire = Wire::upgraded(50_000, "/live", ACCEPT);
    let mut sent = 0;
    stdin.write_all(&file_header()).expect("it reads");
    for text in ["one", "two", "three"] {
        wire.text(Side::Client, text);
        while sent < wire.packets.len() {
            stdin.write_all(&record(sent, &wire.packets[sent])).expect("it reads");
            sent += 1;
        }
        stdin.flush().expect("it reads");
        let row = lines.recv_timeout(PATIENCE).expect("the row comes while the pipe is open");
        assert!(row.contains(&format!("\"text\":\"{text}\"")), "{row}");
    }
    drop(stdin);
    assert!(child.wait().expect("it ends").success());
    reader.join().expect("reading does not panic");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new("live-head");
    let mut wire = Wire::upgraded(50_000, "/many", ACCEPT);
    for _ in 0..500 {
        wire.text(Side::Server, &"x".repeat(1000));
    }
    let capture = folder.file("a.pcap", &pcap(&wire.packets));
    for format in ["jsonl", "csv", "table"] {
        for command in ["messages", "frames"] {
            let mut child = program(&[command, "--format", format, &capture])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program can be run");
            let mut line = String::new();
            // More than a pipe holds is never read.
            let mut stdout = BufReader::new(child.stdout.take().expect("it was asked for"));
            stdout.read_line(&mut line).expect("a line comes");
            drop(stdout);
            let mut said = String::new();
            child.stderr.take().expect("it was asked for").read_to_string(&mut said).expect("UTF-8");
            assert_eq!(child.wait().expect("it ends").code(), Some(0), "{command} {format}: {said}");
            assert_eq!(said, "", "{command} {format}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_read_as_one() {
    // As in `sockscope messages <(gunzip < a.pcap.gz)`: a name that is no regular file.
    let mut child = program(&["messages", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program can be run");
    let mut stdin = child.stdin.take().expect("it was asked for");
    stdin.write_all(&pcap(&sound())).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert_eq!(output.stdout.iter().filter(|&&byte| byte == b'\n').count(), 6);
}
