//! `"decoded"`: what a message means in its sub-protocol.

use serde_json::{Value, json};

use crate::run::{run, samples};

fn sample(name: &str) -> String {
    samples().into_iter().find(|(sample, _)| sample == name).expect("a sample").1
}

fn rows(arguments: &[&str]) -> Vec<Value> {
    run(arguments).stdout.lines().map(|line| serde_json::from_str(line).expect("a row")).collect()
}

#[test]
fn attachments_and_answers_name_their_packets() {
    let rows = rows(&["messages", &sample("socket-io-attachments")]);
    let check = |message: usize, expected: Value| assert_eq!(rows[message]["decoded"], expected);
    let common = |mut more: Value| {
        let keys = json!({"protocol": "socket.io", "version": 5, "confidence": 0.99, "engine": 4, "known_by": "url"});
        more.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        more
    };
    check(
        13,
        common(json!({"packet": "binary_event", "namespace": "/chat", "event": "upload", "ack": 0,
            "args": ["tide.bin", {"_placeholder": true, "num": 0}], "attachments": 1})),
    );
    check(
        14,
        common(json!({"packet": "attachment", "namespace": "/chat", "event": "upload", "of": 13, "index": 0,
            "attachments": 1, "length": 4})),
    );
    check(
        19,
        common(json!({"packet": "ack", "namespace": "/chat", "event": "add", "ack": 1, "answers": 15,
            "args": ["größe ⛴"]})),
    );
}

#[test]
fn json_is_named_and_not_repeated() {
    let rows = rows(&["messages", &sample("graphql-transport-ws")]);
    let decoded = |row: &Value| row["decoded"].clone();
    let is_text = |row: &&Value| row["opcode"] == "text";
    assert!(rows.iter().filter(is_text).count() > 4);
    assert!(
        rows.iter().filter(is_text).all(|row| decoded(row) == json!({"protocol": "json", "confidence": 1.0}))
    );
}

#[test]
fn only_whole_payloads_are_decoded_and_the_key_stands_last() {
    let capture = sample("socket-io-attachments");
    let count =
        |payload| run(&["messages", "--payload", payload, &capture]).stdout.matches("\"decoded\"").count();
    assert_eq!(["full", "preview", "hash", "none"].map(count), [26, 0, 0, 0]);
    let lines = run(&["messages", &capture]).stdout;
    let last = lines.lines().filter_map(|line| line.split_once(",\"decoded\":")).all(|(_, rest)| {
        serde_json::from_str::<Value>(rest.strip_suffix('}').expect("the row ends here")).is_ok()
    });
    assert!(last, "{lines}");
}

#[test]
fn csv_and_follow_name_packets_too() {
    let capture = sample("socket-io-attachments");
    let csv = run(&["messages", "--format", "csv", &capture]).stdout;
    assert!(csv.lines().next().unwrap().ends_with(",decoded.protocol,decoded.packet,decoded.event,decoded"));
    assert!(csv.contains(",socket.io,binary_event,upload,\"{\"\"protocol\"\""), "{csv}");
    let follow = run(&["follow", "-c", "0", &capture]).stdout;
    assert!(follow.contains("ack add · /chat · ack 1 · answers message 15"), "{follow}");
}
