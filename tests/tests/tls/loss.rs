//! What is cut off, comes late or is lost of a recording: all that can be decrypted is, and nothing else is told.

use sockscope_core::diagnostic::Code;
use sockscope_core::stream::Side;
use sockscope_tests::Wire;

use crate::events::Recorded;
use crate::held::{self, Decoded};
use crate::openssl::Server;
use crate::relay::Front;
use crate::speech::{Message, Speech};

/// A recording with the arguments of both ends.
fn recorded(arguments: &str) -> (Recorded, Wire) {
    let connections = [(arguments, Speech::ordinary(), &[][..])];
    let recorded = Recorded::with(Server::start(arguments, Front::Nothing), &connections);
    let wire = recorded.talks[0].wire(0, 1_440);
    (recorded, wire)
}

/// With AEAD a record behind a gap is opened with a number that is tried; with CBC too, as its MAC covers the number. In
/// TLS 1.0 a record also needs the one before it.
const WAYS: [&str; 8] = [
    "-tls1_3",
    "-tls1_3 -ciphersuites TLS_AES_128_CCM_8_SHA256",
    "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256",
    "-tls1_2 -cipher ECDHE-RSA-CHACHA20-POLY1305",
    "-tls1_2 -cipher AES128-SHA256",
    "-tls1 -no_etm -cipher AES128-SHA:@SECLEVEL=0",
    "-tls1 -cipher AES128-SHA:@SECLEVEL=0",
    "-tls1_3 -record_padding 700",
];

/// `have` is `all` with some left out.
fn is_part(have: &[Message], all: &[Message]) -> bool {
    let mut rest = all.iter();
    have.iter().all(|one| rest.any(|other| one == other))
}

/// Whatever is told is true.
fn check_truth(decoded: &Decoded, speech: &Speech, what: &str) {
    for side in Side::BOTH {
        let have = held::messages(decoded, 0, side);
        let said = &decoded.diagnostics;
        assert!(is_part(&have, &speech.of(side)), "{what}, {}: {have:?}\n{said:?}", side.name());
    }
    assert!(decoded.of(Code::TlsDecryptFailed).is_empty(), "{what}: {:?}", decoded.diagnostics);
}

/// Place of the first segment of a side that carries what was said, not the handshake.
fn first_of_speech(wire: &Wire, recorded: &Recorded, side: Side) -> usize {
    let decoded = held::read(&wire.pcap(), &recorded.log);
    let row = &decoded.connections[0];
    let request = decoded.messages.iter().filter(|message| message.from == Some(side));
    let first = request.map(|message| message.first_packet).min().expect("it says something");
    assert!(row.first_packet < first);
    usize::try_from(first).expect("a small number") - 1
}

#[test]
fn what_is_cut_off_is_missing_and_nothing_else() {
    for way in WAYS {
        let (recorded, wire) = recorded(way);
        for length in (0..wire.segments.len()).step_by(7) {
            let mut part = wire.clone();
            part.segments.truncate(length);
            let decoded = held::read(&part.pcap(), &recorded.log);
            check_truth(&decoded, &recorded.speeches[0], way);
            assert!(decoded.alarms().is_empty(), "{way}, {length} packets: {:?}", decoded.diagnostics);
        }
    }
}

#[test]
fn what_comes_late_is_no_loss() {
    for way in WAYS {
        let (recorded, wire) = recorded(way);
        for distance in [2, 3, 5] {
            let mut late = wire.clone();
            // Behind SYN, SYN-ACK, ACK; data stand at every other place, acknowledgements between them.
            let mut at = 3;
            while at + distance < late.segments.len() - 6 {
                let (from, payload) = (late.segments[at].from, &late.segments[at].payload);
                if !payload.is_empty()
                    && (at..at + distance).all(|at| {
                        late.segments[at + 1].from == from || late.segments[at + 1].payload.is_empty()
                    })
                {
                    late.reorder(at, at + distance);
                    at += distance;
                }
                at += 1;
            }
            let decoded = held::read(&late.pcap(), &recorded.log);
            check_truth(&decoded, &recorded.speeches[0], way);
            for side in Side::BOTH {
                let have = held::messages(&decoded, 0, side);
                assert_eq!(
                    have,
                    recorded.speeches[0].of(side),
                    "{way}, {distance}: {:?}",
                    decoded.diagnostics
                );
            }
        }
    }
}

#[test]
fn behind_a_gap_it_goes_on() {
    for way in WAYS {
        let (recorded, wire) = recorded(way);
        let speech = &recorded.speeches[0];
        for side in Side::BOTH {
            let first = first_of_speech(&wire, &recorded, side);
            for at in wire.data(side).into_iter().filter(|at| *at >= first) {
                let mut part = wire.clone();
                part.lose(at);
                let decoded = held::read(&part.pcap(), &recorded.log);
                check_truth(&decoded, speech, &format!("{way}, packet {at}"));
                // Where a record needs the one before it, the next message may be lost too.
                let lost = if way.starts_with("-tls1 ") { 2 } else { 1 };
                let have = held::messages(&decoded, 0, side).len();
                let said = || format!("{way}, packet {at}: {:?}", decoded.diagnostics);
                assert!(have + lost >= speech.of(side).len(), "{}", said());
                assert_eq!(held::messages(&decoded, 0, side.other()), speech.of(side.other()), "{}", said());
                assert!(!decoded.of(Code::TcpGap).is_empty(), "{}", said());
            }
        }
    }
}

#[test]
fn a_handshake_with_a_gap() {
    for way in WAYS {
        let (recorded, wire) = recorded(way);
        let speech = &recorded.speeches[0];
        for side in Side::BOTH {
            let first = first_of_speech(&wire, &recorded, side);
            for at in wire.data(side).into_iter().filter(|at| *at < first) {
                let mut part = wire.clone();
                part.lose(at);
                let decoded = held::read(&part.pcap(), &recorded.log);
                check_truth(&decoded, speech, &format!("{way}, packet {at}"));
                let said = || {
                    crate::keep("failed", &part.pcap(), &recorded.log);
                    format!("{way}, packet {at}: {:?}", decoded.diagnostics)
                };
                assert_eq!(decoded.summary.errors, 0, "{}", said());
                if decoded.connections.is_empty() {
                    // One of the hellos is lost.
                    assert!(at <= 5 && !decoded.of(Code::TlsNoSecrets).is_empty(), "{}", said());
                    continue;
                }
                assert!(held::messages(&decoded, 0, side).len() + 2 >= speech.of(side).len(), "{}", said());
                assert_eq!(held::messages(&decoded, 0, side.other()), speech.of(side.other()), "{}", said());
            }
        }
    }
}
