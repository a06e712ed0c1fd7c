use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;

use super::*;

/// All blocks of `data`, ended by a sync flush.
fn compress(data: &[u8], level: u32, window_bits: u8) -> Vec<u8> {
    let mut encoder = Compress::new_with_window_bits(Compression::new(level), false, window_bits);
    let mut output = Vec::with_capacity(data.len() * 2 + 100);
    encoder.compress_vec(data, &mut output, FlushCompress::Sync).unwrap();
    output
}

fn walk(parts: &[&[u8]], window_bits: u8) -> DistanceWalker {
    let mut walker = DistanceWalker::new(window_bits);
    walker.start();
    parts.iter().for_each(|part| walker.push(part));
    walker
}

/// Text with repetitions near and far.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let piece = (any::<u8>(), 0..400_usize, 1..5_usize);
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| {
        let grow = |(seed, length, stride): (u8, usize, usize)| {
            (0..length).map(move |place| (usize::from(seed % 7) + place * stride % 23) as u8 ^ seed >> 4)
        };
        pieces.into_iter().flat_map(grow).collect()
    })
}

#[test]
fn base_tables_are_those_of_the_standard() {
    assert_eq!(DISTANCE_BASES[0], (1, 0));
    assert_eq!(DISTANCE_BASES[4], (5, 1));
    assert_eq!(DISTANCE_BASES[29], (24_577, 13));
}

#[test]
fn finds_the_farthest_distance() {
    let mut text: Vec<u8> = b"a rare beginning".to_vec();
    text.extend((0..3000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    text.extend(b"a rare beginning");
    let compressed = compress(&text, 9, 15);
    let worst = walk(&[&compressed], 10).worst().unwrap();
    // zlib never refers to the very first byte.
    assert_eq!(worst, Reach { distance: 3016, position: 3017, window: 1024 });
    assert_eq!(walk(&[&compressed], 12).worst(), None);
    let own = compress(&text, 9, 10);
    assert_eq!(walk(&[&own], 10).worst(), None);
}

#[test]
fn goes_on_behind_a_final_block() {
    // "Hello" in a final fixed block, an empty stored block, "Hello" again with a distance.
    let final_block = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let walker = walk(&[&final_block, &[0x00, 0x00, 0x00, 0xff, 0xff], &final_block], 8);
    assert_eq!(walker.position(), 10);
}

proptest! {
    #[test]
    fn counts_what_an_inflater_gives(
        data in data(), level in 0..=9_u32, window_bits in 9..=15_u8, cut in any::<prop::sample::Index>(),
    ) {
        let compressed = compress(&data, level, window_bits);
        let (first, second) = compressed.split_at(cut.index(compressed.len()));
        let walker = walk(&[first, second], window_bits);
        prop_assert_eq!(walker.position(), data.len() as u64);
        prop_assert_eq!(walker.worst(), None);
        let bytes: Vec<&[u8]> = compressed.chunks(1).collect();
        prop_assert_eq!(walk(&bytes, window_bits).position(), data.len() as u64);
    }

    #[test]
    fn takes_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in any::<prop::sample::Index>()) {
        let (first, second) = bytes.split_at(cut.index(bytes.len() + 1));
        let (cut, whole) = (walk(&[first, second], 8), walk(&[&bytes], 8));
        prop_assert_eq!((cut.position(), cut.worst()), (whole.position(), whole.worst()));
    }
}
