//! Packets of any link type: a packet that the snap length cut is understood as far as it goes, and never otherwise
//! than the whole one.

use sockscope_core::capture::{CapturedPacket, Timestamp};
use sockscope_core::limits::Limits;
use sockscope_core::packet::{Decoded, PacketDecoder, Segment};

use super::Input;

const LINK_TYPES: [u16; 24] = [
    1, 0, 9, 12, 14, 50, 51, 101, 104, 105, 108, 113, 119, 127, 163, 204, 228, 229, 276, 1, 1, 101, 113,
    65_535,
];

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let limits = Limits { datagrams: 4, ..Limits::default() };
    let mut decoder = PacketDecoder::new(&limits);
    let mut number = 0;
    while !input.is_empty() {
        number += 1;
        let link_type = input.pick(&LINK_TYPES);
        let kept = usize::from(input.u8());
        let length = usize::from(input.u16() % 2_048);
        let data = input.bytes(length);
        let packet = CapturedPacket {
            number,
            time: Some(Timestamp(number)),
            link_type,
            interface: 0,
            offset: 0,
            record: 0,
            data,
            original_length: data.len() as u32,
        };
        // What earlier packets left behind must not matter to one that is no fragment.
        let [mut fresh, mut another] = [(), ()].map(|()| PacketDecoder::new(&limits));
        let alone = segment(fresh.decode(&packet));
        let after_others = segment(decoder.decode(&packet));
        if alone.is_some() {
            assert_eq!(after_others, alone);
        }
        let cut = CapturedPacket { data: data.get(..kept).unwrap_or(data), ..packet };
        if let (Some(cut), Some(whole)) = (segment(another.decode(&cut)), alone) {
            check_cut(&cut, &whole);
        }
    }
    assert!(decoder.unfinished_datagrams() <= number);
}

/// The segment, its checksum read so that all of its bytes are touched.
fn segment(decoded: Decoded<'_>) -> Option<Segment<'_>> {
    let Decoded::Tcp(segment, _) = decoded else { return None };
    segment.checksum_right();
    assert!(segment.payload.len() <= 65_535);
    Some(segment)
}

fn check_cut(cut: &Segment<'_>, whole: &Segment<'_>) {
    assert_eq!((cut.flow, cut.sequence, cut.flags), (whole.flow, whole.sequence, whole.flags));
    assert!(whole.payload.starts_with(cut.payload));
    assert_eq!(cut.payload.len() + cut.cut as usize, whole.payload.len() + whole.cut as usize);
}
