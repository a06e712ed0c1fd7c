//! Captures of every form written again with secrets in them: the packets are the same, and so is all else of a pcapng.

use sockscope_core::capture::{CaptureEvent, CaptureReader, Embed, TLS_KEY_LOG};
use sockscope_core::limits::Limits;
use sockscope_core::session::Options;
use sockscope_tests::Conversation;
use sockscope_tests::capture::{Order, Pcap, PcapNg, Resolution};
use sockscope_tests::decode::decode;

const LOG: &[u8] = b"CLIENT_RANDOM 00 01\n";

/// The capture with the log in it, read in pieces.
fn embedded(capture: &[u8], log: &[u8], piece: usize) -> Vec<u8> {
    let mut reader = CaptureReader::new(&Limits::default());
    let mut embed = Embed::new(log.to_vec());
    let mut out = Vec::new();
    for piece in capture.chunks(piece) {
        reader.push(piece, &mut |event| embed.take(&event, &mut out)).expect("a capture");
    }
    reader.finish(&mut |event| embed.take(&event, &mut out)).expect("a capture");
    embed.finish(&mut out);
    out
}

/// The secrets and faults that a capture holds.
fn told(capture: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut secrets, mut faults) = (Vec::new(), 0);
    let mut reader = CaptureReader::new(&Limits::default());
    let mut take = |event: CaptureEvent<'_>| match event {
        CaptureEvent::Secrets { kind: TLS_KEY_LOG, data } => secrets.push(data.to_vec()),
        CaptureEvent::Fault(_) => faults += 1,
        _ => {}
    };
    reader.push(capture, &mut take).expect("a capture");
    reader.finish(&mut take).expect("a capture");
    (secrets, faults)
}

fn check(capture: &[u8], forms: &str) {
    let before = decode(capture, Options::default());
    for piece in [1, 7, 4_096] {
        let out = embedded(capture, LOG, piece);
        assert_eq!(told(&out), (vec![LOG.to_vec()], 0), "{forms}");
        let after = decode(&out, Options::default());
        assert_eq!(after.connections, before.connections, "{forms}");
        assert_eq!(after.messages, before.messages, "{forms}");
        // Another log takes its place.
        let other = [LOG, LOG].concat();
        assert_eq!(told(&embedded(&out, &other, piece)), (vec![other], 0));
        assert_eq!(embedded(&out, LOG, 100), out);
    }
}

#[test]
fn packets_stay_as_they_are() {
    let packets = Conversation::open().talk().close().wire.packets();
    for order in [Order::Little, Order::Big] {
        for resolution in [Resolution::Micro, Resolution::Nano] {
            let forms = format!("{order:?} {resolution:?}");
            check(&Pcap { order, resolution, ..Pcap::default() }.write(&packets), &forms);
            check(&PcapNg { order, resolution }.write(&packets), &forms);
        }
    }
}

#[test]
fn other_blocks_stay() {
    let form = PcapNg::default();
    let mut capture = form.write(&Conversation::open().talk().close().wire.packets());
    let comment = form.block(0x0bad, b"what nobody knows...");
    capture.extend(&comment);
    let out = embedded(&capture, LOG, 10);
    assert!(out.ends_with(&comment) && out.len() > capture.len());
    assert_eq!(embedded(&out, b"", 10), capture, "without secrets it is what it was");
}

#[test]
fn a_file_that_is_cut_short_stays_so() {
    let packets = Conversation::open().talk().close().wire.packets();
    let whole = PcapNg::default().write(&packets);
    let cut = &whole[..whole.len() - 5];
    let out = embedded(cut, LOG, 100);
    assert_eq!(told(&out).1, 1);
    assert!(out.ends_with(&cut[cut.len() - 40..]));
    let whole = Pcap::default().write(&packets);
    let out = embedded(&whole[..whole.len() - 5], LOG, 100);
    assert_eq!(told(&out), (vec![LOG.to_vec()], 0), "the packets before the damage");
    let empty = Pcap::default().write(&[]);
    assert_eq!(told(&embedded(&empty, LOG, 100)), (vec![LOG.to_vec()], 0));
}
