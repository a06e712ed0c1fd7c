//! Fragments in every order, repeated, overlapping, and too many.

use super::*;
use crate::capture::Timestamp;

/// A fragment of the datagram in [`ipv4`]: where it begins and ends in the payload, and whether it is not the last.
type Piece = (usize, usize, bool);

fn fragment_v4(id: u8, (from, to, more): Piece) -> Vec<u8> {
    let whole = ipv4();
    let mut bytes = whole[..20].to_vec();
    bytes[3] = (20 + to - from) as u8;
    bytes[5] = id;
    bytes[6] = if more { 0x20 } else { 0 };
    bytes[7] = (from / 8) as u8;
    bytes.extend_from_slice(&whole[20 + from..20 + to]);
    bytes
}

fn fragment_v6(id: u8, (from, to, more): Piece) -> Vec<u8> {
    let whole = ipv6();
    let mut bytes = whole[..40].to_vec();
    bytes[5] = (8 + to - from) as u8;
    bytes[6] = 44;
    bytes.extend_from_slice(&[6, 0, 0, from as u8 | u8::from(more), 0, 0, 0, id]);
    bytes.extend_from_slice(&whole[40 + from..40 + to]);
    bytes
}

/// Length of the TCP header and payload.
fn length() -> usize {
    ipv4().len() - 20
}

/// Whether the last of the packets completes the segment; the others must not.
fn joins(decoder: &mut PacketDecoder, packets: &[Vec<u8>]) -> bool {
    let (last, before) = packets.split_last().unwrap();
    for packet in before {
        let decoded = decoder.decode(&captured(101, packet, packet.len()));
        assert!(!matches!(decoded, Decoded::Tcp(..)), "too early");
    }
    match decoder.decode(&captured(101, last, last.len())) {
        Decoded::Tcp(segment, _) => {
            check_header("joined", &segment);
            assert_eq!((segment.payload, segment.cut), (PAYLOAD, 0));
            assert_eq!(segment.checksum_right(), Some(true));
            true
        }
        _ => false,
    }
}

/// Checks both versions.
fn check(pieces: &[Piece], v4: bool, v6: bool) {
    let packets: Vec<_> = pieces.iter().map(|piece| fragment_v4(1, *piece)).collect();
    assert_eq!(joins(&mut decoder(), &packets), v4, "IPv4 {pieces:?}");
    let packets: Vec<_> = pieces.iter().map(|piece| fragment_v6(1, *piece)).collect();
    assert_eq!(joins(&mut decoder(), &packets), v6, "IPv6 {pieces:?}");
}

#[test]
fn fragments_join_in_every_order() {
    let (a, b, c) = ((0, 24, true), (24, 48, true), (48, length(), false));
    for order in [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
        check(&order, true, true);
    }
    check(&[a, c], false, false);
    check(&[a, b], false, false);
    check(&[(0, 8, true), (8, length(), false)], true, true);
}

#[test]
fn copies_change_nothing() {
    let (a, b, c) = ((0, 24, true), (24, 48, true), (48, length(), false));
    check(&[a, a, b, a, b, c], true, true);
    check(&[c, c, b, b, a], true, true);
}

#[test]
fn overlaps_join_in_ipv4_and_discard_in_ipv6() {
    let (a, b, c) = ((0, 32, true), (24, 48, true), (48, length(), false));
    check(&[a, b, c], true, false);
    check(&[c, b, a], true, false);
}

#[test]
fn the_first_copy_wins() {
    let mut other = fragment_v4(1, (24, 48, true));
    other[20..].fill(b'x');
    let (a, b, c) = ((0, 24, true), (24, 48, true), (48, length(), false));
    let mut packets: Vec<_> = [a, b, c].into_iter().map(|piece| fragment_v4(1, piece)).collect();
    packets.insert(2, other);
    assert!(joins(&mut decoder(), &packets));
}

#[test]
fn a_discarded_datagram_stays_so() {
    let pieces = [(0, 32, true), (24, 48, true), (0, 32, true), (32, 48, true), (48, length(), false)];
    check(&pieces, true, false);
    let mut decoder = decoder();
    let packets: Vec<_> = pieces.into_iter().map(|piece| fragment_v6(1, piece)).collect();
    assert!(!joins(&mut decoder, &packets));
    assert_eq!(decoder.unfinished_datagrams(), 1);
}

#[test]
fn contradictory_ends_discard() {
    check(&[(24, 40, false), (24, length(), false), (0, 24, true)], false, false);
    check(&[(24, length(), false), (0, 24, false)], false, false);
    check(&[(48, 72, true), (24, 40, false), (0, 24, true)], false, false);
}

#[test]
fn fragments_that_cannot_be_are_malformed() {
    let check = |bytes: &[u8], original_length: usize| {
        assert_eq!(decoder().decode(&captured(101, bytes, original_length)), Decoded::Malformed);
    };
    let uneven = fragment_v4(1, (0, 23, true));
    check(&uneven, uneven.len());
    let empty = fragment_v4(1, (8, 8, true));
    check(&empty, empty.len());
    let cut = fragment_v4(1, (0, 24, true));
    check(&cut[..40], cut.len());
    // Its end lies beyond what a datagram may have.
    let mut ping_of_death = fragment_v4(1, (0, 24, false));
    ping_of_death[6..8].copy_from_slice(&[0x1f, 0xff]);
    check(&ping_of_death, ping_of_death.len());
}

#[test]
fn datagrams_are_told_apart() {
    let (a, b) = ((0, 24, true), (24, length(), false));
    let mut decoder = decoder();
    assert!(!joins(&mut decoder, &[fragment_v4(1, a), fragment_v4(2, b)]));
    let mut other_protocol = fragment_v4(1, b);
    other_protocol[9] = 17;
    assert!(!joins(&mut decoder, &[other_protocol]));
    let tunnelled = ipv4_around(4, &fragment_v4(1, b));
    assert!(!joins(&mut decoder, &[tunnelled]));
    assert_eq!(decoder.unfinished_datagrams(), 4);
    assert!(joins(&mut decoder, &[fragment_v4(1, b)]));
    assert!(joins(&mut decoder, &[fragment_v4(2, a)]));
    assert_eq!(decoder.unfinished_datagrams(), 2);
}

#[test]
fn a_tunnel_in_fragments_carries_fragments() {
    let inner: Vec<_> = [(0, 24, true), (24, length(), false)].map(|piece| fragment_v4(1, piece)).into();
    let mut packets = Vec::new();
    for (id, inner) in inner.iter().enumerate() {
        let outer = ipv4_around(47, &[&[0x20, 0, 8, 0, 0, 0, 0, 7], &inner[..]].concat());
        for (from, to, more) in [(24, outer.len() - 20, 0), (0, 24, 0x20)] {
            let mut bytes = outer[..20].to_vec();
            bytes[3] = (20 + to - from) as u8;
            bytes[5] = id as u8;
            bytes[6..8].copy_from_slice(&[more, (from / 8) as u8]);
            bytes.extend_from_slice(&outer[20 + from..20 + to]);
            packets.push(bytes);
        }
    }
    assert!(joins(&mut decoder(), &packets));
}

#[test]
fn extension_headers_in_fragments_are_passed_over() {
    let whole = ipv6_with(60, &[6, 0, 1, 4, 0, 0, 0, 0]);
    let packets: Vec<_> = [(16, whole.len() - 40, 0_u8), (0, 16, 1)]
        .into_iter()
        .map(|(from, to, more)| {
            let mut bytes = whole[..40].to_vec();
            bytes[5] = (8 + to - from) as u8;
            bytes[6] = 44;
            // Only the first fragment's next header counts.
            bytes.extend_from_slice(&[if from == 0 { 60 } else { 6 }, 0, 0, from as u8 | more, 0, 0, 0, 1]);
            bytes.extend_from_slice(&whole[40 + from..40 + to]);
            bytes
        })
        .collect();
    assert!(joins(&mut decoder(), &packets));
}

#[test]
fn the_oldest_datagram_is_given_up_first() {
    let (a, b) = ((0, 24, true), (24, length(), false));
    let mut decoder = PacketDecoder::new(&Limits { datagrams: 2, ..Limits::default() });
    let firsts: Vec<_> = (1..=3).map(|id| fragment_v4(id, a)).collect();
    assert!(!joins(&mut decoder, &firsts));
    assert!(joins(&mut decoder, &[fragment_v4(2, b)]));
    assert!(joins(&mut decoder, &[fragment_v4(3, b)]));
    assert!(!joins(&mut decoder, &[fragment_v4(1, b)]));
    assert_eq!(decoder.unfinished_datagrams(), 2);
    let mut none = PacketDecoder::new(&Limits { datagrams: 0, ..Limits::default() });
    assert!(!joins(&mut none, &[fragment_v4(1, a), fragment_v4(1, b)]));
}

#[test]
fn an_id_used_again_after_a_minute_is_another_datagram() {
    let joined = |seconds: u64| {
        let mut decoder = decoder();
        let (a, b) = (fragment_v4(1, (0, 24, true)), fragment_v4(1, (24, length(), false)));
        let at = |second: u64, bytes| CapturedPacket {
            time: Some(Timestamp(second * 1_000_000_000)),
            ..captured(101, bytes, 0)
        };
        decoder.decode(&at(0, &a));
        matches!(decoder.decode(&at(seconds, &b)), Decoded::Tcp(..))
    };
    assert!(joined(60));
    assert!(!joined(61));
}

proptest! {
    #[test]
    fn random_fragments_never_panic_and_stay_bounded(
        packets in prop::collection::vec((0_u8..4, 0_u8..12, 1_usize..5, any::<bool>(), any::<bool>()), 0..60),
    ) {
        let mut decoder = PacketDecoder::new(&Limits { datagrams: 3, ..Limits::default() });
        for (id, from, blocks, more, v6) in packets {
            let from = usize::from(from) * 8;
            let to = (from + blocks * 8).min(length());
            if from > to {
                continue;
            }
            let bytes = if v6 { fragment_v6(id, (from, to, more)) } else { fragment_v4(id, (from, to, more)) };
            decoder.decode(&captured(101, &bytes, bytes.len()));
        }
    }

    #[test]
    fn the_order_of_fragments_does_not_matter(order in Just((0..9).collect::<Vec<usize>>()).prop_shuffle()) {
        let count = length().div_ceil(8);
        prop_assert!(count >= 9);
        let pieces: Vec<Piece> = order
            .into_iter()
            .map(|index| if index == 8 { (64, length(), false) } else { (index * 8, index * 8 + 8, true) })
            .collect();
        check(&pieces, true, true);
    }
}
