use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::diagnostic::Code;

const LIMIT: u64 = 1 << 20;

fn parameters(takeover: ContextTakeover, window_bits: u8) -> DeflateParameters {
    DeflateParameters { takeover, window_bits }
}

fn kept() -> Inflater {
    Inflater::new(DeflateParameters::default(), LIMIT)
}

fn reset() -> Inflater {
    Inflater::new(parameters(ContextTakeover::Reset, 15), LIMIT)
}

/// A sender of permessage-deflate on zlib-rs.
struct Sender {
    encoder: Compress,
    takeover: ContextTakeover,
}

impl Sender {
    fn new(takeover: ContextTakeover, level: u32, window_bits: u8) -> Self {
        let encoder = Compress::new_with_window_bits(Compression::new(level), false, window_bits);
        Self { encoder, takeover }
    }

    fn flushed(&mut self, message: &[u8], flush: FlushCompress) -> Vec<u8> {
        if self.takeover == ContextTakeover::Reset {
            self.encoder.reset();
        }
        let mut payload = Vec::with_capacity(message.len() * 2 + 100);
        self.encoder.compress_vec(message, &mut payload, flush).unwrap();
        payload
    }

    fn send(&mut self, message: &[u8]) -> Vec<u8> {
        let mut payload = self.flushed(message, FlushCompress::Sync);
        if payload.is_empty() {
            // zlib adds nothing to a flush without data behind it.
            assert_eq!(message, b"");
            return vec![0x00];
        }
        assert!(payload.ends_with(&TAIL));
        payload.truncate(payload.len() - TAIL.len());
        payload
    }
}

/// One message, in these pieces.
fn receive(inflater: &mut Inflater, pieces: &[&[u8]]) -> (Vec<u8>, Inflated) {
    let mut output = Vec::new();
    inflater.start();
    for piece in pieces {
        inflater.push(piece, &mut |bytes| output.extend_from_slice(bytes));
    }
    let inflated = inflater.finish(&mut |bytes| output.extend_from_slice(bytes));
    (output, inflated)
}

fn codes(inflated: &Inflated) -> Vec<Code> {
    inflated.findings.iter().map(|finding| finding.code).collect()
}

/// One message, which inflates to `expected` with these findings and without holes.
#[track_caller]
fn check(inflater: &mut Inflater, payload: &[u8], expected: &[u8], findings: &[Code]) -> Inflated {
    let (output, inflated) = receive(inflater, &[payload]);
    assert_eq!(String::from_utf8_lossy(&output), String::from_utf8_lossy(expected));
    assert_eq!(codes(&inflated), findings, "{inflated:?}");
    assert_eq!(inflated.length, expected.len() as u64);
    assert_eq!(inflated.holes, []);
    inflated
}

/// Bytes that do not compress.
fn noise(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn known_answers_of_the_standard() {
    // §7.2.3.1
    let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    check(&mut kept(), &hello, b"Hello", &[]);
    let (output, inflated) = receive(&mut kept(), &[&hello[..3], &hello[3..]]);
    assert_eq!((output.as_slice(), inflated.findings), (&b"Hello"[..], vec![]));
    // §7.2.3.2: the window is kept, or not.
    let mut inflater = kept();
    check(&mut inflater, &hello, b"Hello", &[]);
    check(&mut inflater, &[0xf2, 0x00, 0x11, 0x00, 0x00], b"Hello", &[]);
    let mut inflater = reset();
    check(&mut inflater, &hello, b"Hello", &[]);
    check(&mut inflater, &hello, b"Hello", &[]);
    // §7.2.3.3: a block without compression.
    check(&mut kept(), &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00], b"Hello", &[]);
    // §7.2.3.4: BFINAL.
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
    check(&mut kept(), &last, b"Hello", &[Code::DeflateFinalBlock]);
    // §7.2.3.5: two blocks.
    let two = [0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00];
    check(&mut kept(), &two, b"Hello", &[]);
    // §7.2.3.6: an empty message.
    check(&mut kept(), &[0x00], b"", &[]);
}

#[test]
fn empty_messages() {
    let mut inflater = kept();
    for payload in [&[0x00][..], &[0x02, 0x00], &[], &[0x00]] {
        check(&mut inflater, payload, b"", &[]);
    }
    check(&mut inflater, &[0x03, 0x00], b"", &[Code::DeflateFinalBlock]);
    check(&mut inflater, &[0x01], b"", &[Code::DeflateFinalBlock]);
    check(&mut inflater, &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], b"Hello", &[]);
}

#[test]
fn nothing_is_held_before_the_first_message() {
    let mut inflater = kept();
    inflater.lose();
    inflater.push(b"ignored", &mut |_| panic!());
    assert_eq!(inflater.finish(&mut |_| panic!()), Inflated::default());
    assert!(inflater.stream.is_none());
    assert!(size_of::<Inflater>() <= 32);
}

#[test]
fn goes_on_behind_a_final_block() {
    let mut inflater = kept();
    // Without the 00 that an encoder adds behind it, then a message that refers to it.
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    check(&mut inflater, &last, b"Hello", &[Code::DeflateFinalBlock]);
    check(&mut inflater, &[0xf2, 0x00, 0x11, 0x00, 0x00], b"Hello", &[]);
    // Within a message, and the block behind it refers to the one before it.
    let within = [&last[..], &[0xf2, 0x00, 0x11, 0x00, 0x00]].concat();
    check(&mut inflater, &within, b"HelloHello", &[Code::DeflateFinalBlock]);
    check(&mut reset(), &within, b"HelloHello", &[Code::DeflateFinalBlock]);
}

#[test]
fn a_tail_that_was_not_removed() {
    let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
    let mut inflater = kept();
    for message in [&b"the first message"[..], b"the second message", b""] {
        let payload = [sender.send(message), TAIL.to_vec()].concat();
        check(&mut inflater, &payload, message, &[Code::DeflateTailNotStripped]);
    }
    check(&mut inflater, &sender.send(b"the third message"), b"the third message", &[]);
}

#[test]
fn takeover_against_the_agreement() {
    for lengths in [[20, 30], [40_000, 30_000], [100, 70_000]] {
        let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
        let mut inflater = reset();
        let common = noise(40, 9);
        let first = [noise(lengths[0], 5), common.clone()].concat();
        let second = [noise(lengths[1] / 10, 7), common, noise(lengths[1] + 200, 6)].concat();
        check(&mut inflater, &sender.send(&first), &first, &[]);
        let payload = sender.send(&second);
        let (output, inflated) = receive(&mut inflater, &payload.chunks(7).collect::<Vec<_>>());
        assert!(output == second);
        assert_eq!(codes(&inflated), [Code::DeflateTakeoverUsed], "{inflated:?}");
        assert_eq!(inflated.length, second.len() as u64);
        let third = [&second[second.len() - 200..], b"a new beginning"].concat();
        check(&mut inflater, &sender.send(&third), &third, &[Code::DeflateTakeoverUsed]);
    }
}

#[test]
fn takeover_of_a_lost_message() {
    let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
    let mut inflater = reset();
    sender.send(b" lost beyond recovery");
    inflater.lose();
    check(&mut inflater, &sender.send(b"seen as it is"), b"seen as it is", &[]);
    let payload = sender.send(b"lost beyond recovery, seen as it is");
    let (output, inflated) = receive(&mut inflater, &[&payload]);
    assert_eq!(codes(&inflated), [Code::DeflateTakeoverUsed]);
    assert_eq!(inflated.holes, [(0, 20)]);
    assert_eq!(output[20..], *b", seen as it is");
}

#[test]
fn a_window_smaller_than_what_is_used() {
    let rare: &[u8] = b"a rare and long beginning";
    let numbers: String = noise(1500, 1).iter().map(|byte| format!("{byte:02x}")).collect();
    let message = [b" ", rare, numbers.as_bytes(), rare].concat();
    let payload = Sender::new(ContextTakeover::Kept, 9, 15).send(&message);
    for (bits, expected) in [(10, &[Code::DeflateBeyondWindow][..]), (12, &[]), (15, &[])] {
        let mut inflater = Inflater::new(parameters(ContextTakeover::Kept, bits), LIMIT);
        let (output, inflated) = receive(&mut inflater, &[&payload]);
        assert!(output == message);
        assert_eq!(codes(&inflated), expected, "{bits}");
        if let Some(finding) = inflated.findings.first() {
            assert!(finding.message.contains(" 3025 bytes back"), "{}", finding.message);
            assert!(finding.message.contains("1024 bytes"), "{}", finding.message);
        }
    }
}

#[test]
fn damage_ends_one_message() {
    let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
    let mut inflater = kept();
    check(&mut inflater, &sender.send(b"sound"), b"sound", &[]);
    let mut payload = sender.send(b"whatever");
    payload.splice(2.., [0xff; 3]);
    let (_, inflated) = receive(&mut inflater, &[&payload]);
    assert_eq!(codes(&inflated), [Code::DeflateCorrupt]);
    assert_eq!(inflated.holes, [(inflated.length, 0)]);
    let text = b"ounds new";
    let (output, inflated) = receive(&mut inflater, &[&sender.send(text)]);
    assert_eq!(codes(&inflated), []);
    assert_eq!(inflated.holes, [(0, 4)]);
    assert_eq!(output[4..], text[4..]);
    // Once 32 KiB are known, all is known.
    for _ in 0..2 {
        let long = noise(33_000, 3);
        check(&mut inflater, &sender.send(&long), &long, &[]);
    }
    assert!(
        matches!(&inflater.stream, Some(stream) if format!("{:?}", stream.window).contains("shadow: None"))
    );
}

#[test]
fn a_message_that_ends_too_early() {
    let text = "it was the best of times, it was the worst of times, it was the age of wisdom ".repeat(3);
    let mixed = [text.as_bytes(), &noise(300, 4), text.as_bytes()].concat();
    for level in [0, 1, 6, 9] {
        let payload = Sender::new(ContextTakeover::Kept, level, 15).send(&mixed);
        for length in 1..payload.len() {
            if payload[..length] == [0x00] {
                continue; // which is an empty message
            }
            let (output, inflated) = receive(&mut kept(), &[&payload[..length]]);
            assert_eq!(codes(&inflated), [Code::DeflateCorrupt], "{level} {length} {}", payload.len());
            assert!(mixed.starts_with(&output));
            assert_eq!(inflated.holes, [(output.len() as u64, 0)]);
        }
        check(&mut kept(), &payload, &mixed, &[]);
    }
}

#[test]
fn other_flushes() {
    let text = b"a partial flush before the sync flush, and a full one";
    let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
    let mut inflater = kept();
    for flushes in [&[FlushCompress::Partial][..], &[FlushCompress::Full; 3], &[FlushCompress::Sync; 4]] {
        let mut payload = Vec::new();
        for &flush in flushes {
            payload.extend(sender.flushed(text, flush));
        }
        payload.extend(sender.send(b""));
        // zlib adds no second empty block to a sync flush without data between them; then there is the first one's tail.
        let (output, inflated) = receive(&mut inflater, &[&payload]);
        assert_eq!(output, text.repeat(flushes.len()));
        assert_eq!(codes(&inflated), []);
    }
}

#[test]
fn counts_what_is_over_the_limit() {
    let bomb = vec![b'x'; 100_000];
    let mut sender = Sender::new(ContextTakeover::Kept, 9, 15);
    let mut inflater = Inflater::new(DeflateParameters::default(), 1000);
    let (output, inflated) = receive(&mut inflater, &[&sender.send(&bomb)]);
    assert_eq!((output.len(), inflated.length), (1000, 100_000));
    assert_eq!(codes(&inflated), [Code::DeflateLimit]);
    check(&mut inflater, &sender.send(b"xxxxxxxxxx, and on"), b"xxxxxxxxxx, and on", &[]);
    // Beyond all measure: no longer counted, and the window is lost.
    let (output, inflated) = receive(&mut inflater, &[&sender.send(&vec![b'y'; 2_000_000])]);
    assert_eq!(output.len(), 1000);
    assert!((1 << 20..2_000_000).contains(&inflated.length));
    assert_eq!(codes(&inflated), [Code::DeflateLimit]);
    let (output, inflated) = receive(&mut inflater, &[&sender.send(b"yyyyyyyyyy")]);
    assert_eq!((output.len(), inflated.holes), (10, vec![(0, 10)]));
}

#[test]
fn a_message_cut_short_by_a_gap() {
    let mut sender = Sender::new(ContextTakeover::Kept, 6, 15);
    let mut inflater = kept();
    let text = noise(500, 2);
    let payload = sender.send(&text);
    let mut output = Vec::new();
    inflater.start();
    inflater.push(&payload[..200], &mut |bytes| output.extend_from_slice(bytes));
    inflater.lose();
    inflater.push(&payload[300..], &mut |bytes| output.extend_from_slice(bytes));
    let inflated = inflater.finish(&mut |bytes| output.extend_from_slice(bytes));
    assert!(output.len() > 150 && text.starts_with(&output));
    assert_eq!(
        inflated,
        Inflated { length: output.len() as u64, holes: vec![(output.len() as u64, 0)], findings: vec![] }
    );
    let next = [&text[100..200], b"new"].concat();
    let (output, inflated) = receive(&mut inflater, &[&sender.send(&next)]);
    assert_eq!(inflated.holes, [(0, 100)]);
    assert_eq!(output[100..], *b"new");
}

#[test]
fn holes_are_bounded() {
    // Twenty pieces of the lost window, each with new bytes beside it, again and again.
    let mut sender = Sender::new(ContextTakeover::Kept, 9, 15);
    let lost = noise(30_000, 8);
    sender.send(&lost);
    let mut inflater = Inflater::new(DeflateParameters::default(), u64::MAX);
    inflater.lose();
    let message: Vec<u8> = (0..120_000)
        .flat_map(|n| [&lost[29_000 + n % 20 * 12..][..12], &[(n % 251) as u8, (n % 13) as u8]].concat())
        .collect();
    let (output, inflated) = receive(&mut inflater, &[&sender.send(&message)]);
    assert!((65_536..90_000).contains(&inflated.holes.len()), "{}", inflated.holes.len());
    let mut expected = message;
    for (place, length) in inflated.holes {
        expected[place as usize..(place + length) as usize].fill(0);
    }
    assert!(output == expected);
}

/// Messages that refer back within themselves and to each other.
fn messages() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let piece = prop_oneof![
        3 => (0..20_u32).prop_map(|word| format!("word number {word}, ").into_bytes()),
        2 => (0..6_u32, 0..60_usize).prop_map(|(seed, length)| noise(length, seed)),
        1 => (0..3_u32, 0..20_000_usize).prop_map(|(seed, length)| noise(length, 100 + seed)),
        1 => (any::<u8>(), 0..40_000_usize).prop_map(|(byte, length)| vec![byte; length]),
    ];
    let message = proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    proptest::collection::vec(message, 1..10)
}

fn takeover() -> impl Strategy<Value = ContextTakeover> {
    prop_oneof![Just(ContextTakeover::Kept), Just(ContextTakeover::Reset)]
}

fn pieces<'a>(payload: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
    places.extend([0, payload.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &payload[pair[0]..pair[1]]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn gives_what_was_sent(
        messages in messages(), takeover in takeover(), level in 0..=9_u32, window_bits in 9..=15_u8,
        cuts in proptest::collection::vec(any::<Index>(), 0..5),
    ) {
        let mut sender = Sender::new(takeover, level, window_bits);
        let mut inflater = Inflater::new(parameters(takeover, window_bits), LIMIT);
        for message in &messages {
            let (output, inflated) = receive(&mut inflater, &pieces(&sender.send(message), &cuts));
            prop_assert!(output == *message);
            let expected = Inflated { length: message.len() as u64, holes: vec![], findings: vec![] };
            prop_assert_eq!(inflated, expected);
        }
    }

    #[test]
    fn goes_on_from_a_checkpoint_between_any_two_messages(
        messages in messages(), agreed in takeover(), used in takeover(), level in 0..=9_u32,
        lost in any::<Index>(), taken in any::<Index>(),
    ) {
        let mut sender = Sender::new(used, level, 15);
        let parameters = parameters(agreed, 15);
        let mut inflater = Inflater::new(parameters, LIMIT);
        let (lost, taken) = (lost.index(messages.len() * 2), taken.index(messages.len()));
        let mut second = None;
        for (number, message) in messages.iter().enumerate() {
            if number == lost {
                inflater.lose();
                if let Some(second) = &mut second {
                    Inflater::lose(second);
                }
            }
            let payload = sender.send(message);
            let expected = receive(&mut inflater, &[&payload]);
            if let Some(second) = &mut second {
                prop_assert_eq!(receive(second, &[&payload]), expected);
            }
            if number == taken {
                second = Some(Inflater::resume(parameters, LIMIT, &inflater.checkpoint()));
            }
        }
    }

    #[test]
    fn a_sender_that_keeps_its_window_is_always_understood(messages in messages(), level in 1..=9_u32) {
        let mut sender = Sender::new(ContextTakeover::Kept, level, 15);
        let mut inflater = reset();
        for message in &messages {
            let (output, inflated) = receive(&mut inflater, &[&sender.send(message)]);
            prop_assert!(output == *message);
            prop_assert!(codes(&inflated).iter().all(|code| *code == Code::DeflateTakeoverUsed));
        }
    }

    #[test]
    fn what_is_no_hole_is_right_after_a_loss(
        messages in messages(), agreed in takeover(), used in takeover(), level in 0..=9_u32,
        lost in any::<Index>(), cut in any::<Index>(),
    ) {
        let mut sender = Sender::new(used, level, 15);
        let mut inflater = Inflater::new(parameters(agreed, 15), LIMIT);
        let lost = lost.index(messages.len());
        for (number, message) in messages.iter().enumerate() {
            let payload = sender.send(message);
            if number == lost {
                let mut output = Vec::new();
                inflater.start();
                inflater.push(&payload[..cut.index(payload.len())], &mut |bytes| output.extend_from_slice(bytes));
                inflater.lose();
                let inflated = inflater.finish(&mut |bytes| output.extend_from_slice(bytes));
                prop_assert!(message.starts_with(&output));
                prop_assert_eq!(inflated.holes, vec![(output.len() as u64, 0)]);
                continue;
            }
            let (output, inflated) = receive(&mut inflater, &[&payload]);
            prop_assert_eq!(output.len(), message.len());
            let mut expected = message.clone();
            for &(place, length) in &inflated.holes {
                prop_assert!(length > 0);
                expected[place as usize..(place + length) as usize].fill(0);
            }
            prop_assert!(output == expected);
            prop_assert!(codes(&inflated).iter().all(|code| *code == Code::DeflateTakeoverUsed));
            if used == ContextTakeover::Reset {
                prop_assert_eq!(inflated.holes, vec![]);
            }
        }
    }

    #[test]
    fn cuts_change_nothing_of_damage(
        messages in messages(), takeover in takeover(), window_bits in 8..=15_u8, place in any::<Index>(), byte in 1..=255_u8,
        cuts in proptest::collection::vec(any::<Index>(), 0..5),
    ) {
        let mut sender = Sender::new(takeover, 6, 15);
        let parameters = parameters(takeover, window_bits);
        let (mut whole, mut cut) = (Inflater::new(parameters, 50_000), Inflater::new(parameters, 50_000));
        for message in &messages {
            let mut payload = sender.send(message);
            let place = place.index(payload.len());
            payload[place] ^= byte;
            prop_assert_eq!(receive(&mut whole, &[&payload]), receive(&mut cut, &pieces(&payload, &cuts)));
        }
    }

    #[test]
    fn takes_any_bytes(
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..100), 0..20),
        takeover in takeover(), window_bits in any::<u8>(), losses in any::<u32>(), limit in 0..1000_u64,
    ) {
        let mut inflater = Inflater::new(parameters(takeover, window_bits), limit);
        for (number, payload) in payloads.iter().enumerate() {
            let mut given = 0;
            if losses >> number & 1 == 1 {
                inflater.lose();
            }
            inflater.start();
            inflater.push(payload, &mut |bytes| given += bytes.len() as u64);
            if losses >> (number + 7) & 1 == 1 {
                inflater.lose();
            }
            if losses >> (number + 4) & 1 == 1 {
                continue;
            }
            let inflated = inflater.finish(&mut |bytes| given += bytes.len() as u64);
            prop_assert_eq!(given, inflated.length.min(limit));
            let holes_end = inflated.holes.iter().map(|(place, length)| place + length).max().unwrap_or(0);
            prop_assert!(holes_end <= given);
        }
    }
}
