//! The TCP segments of a message, copies among them.

use sockscope_core::session::api::{Answer, MessageName, PacketView, Request, Span};
use sockscope_tests::session::Asker;
use sockscope_tests::wire::Segment;
use sockscope_tests::{Conversation, Frame, Side, frame};

use crate::same::ALL;

fn packets(capture: &[u8], message: u64) -> Vec<PacketView> {
    page(capture, message, ALL)
}

fn page(capture: &[u8], message: u64, rows: Span) -> Vec<PacketView> {
    let mut asker = Asker::opened(capture, Default::default());
    let message = MessageName { connection: 0, message };
    match asker.one(Request::Packets { message, rows }) {
        Answer::Packets(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

#[test]
fn copies_are_listed_and_told_from_what_was_taken() {
    let long = Frame::binary(frame::noise(3_500));
    let mut conversation = Conversation::open().talk().server(long);
    let segments = conversation.wire.data(Side::Server);
    let (second, last) = (segments[segments.len() - 2], segments[segments.len() - 1]);
    let copy: Segment = conversation.wire.segments[second].clone();
    // All of one again, and half of the last one in front of it.
    conversation.wire.append(copy.clone());
    let half = conversation.wire.segments[last].clone();
    let part = Segment { payload: half.payload[..half.payload.len() / 2].to_vec(), ..half.clone() };
    conversation.wire.segments.insert(last, Segment { time: half.time, ..part.clone() });
    let capture = conversation.close().pcap();

    let rows = packets(&capture, 2);
    // Two of them are the handshake and the talk; two copies come on top.
    let expected = segments.len();
    assert_eq!(rows.len(), expected, "{rows:#?}");
    let told: Vec<(u32, u32, u64, bool)> =
        rows.iter().map(|row| (row.sequence, row.length, row.taken, row.retransmitted)).collect();
    let sizes = |segment: &Segment| (segment.sequence, segment.payload.len() as u32);
    let (part_at, part_length) = sizes(&part);
    let (half_at, half_length) = sizes(&half);
    let (copy_at, copy_length) = sizes(&copy);
    assert!(told.contains(&(copy_at, copy_length, u64::from(copy_length), false)));
    assert!(told.contains(&(copy_at, copy_length, 0, true)));
    assert!(told.contains(&(part_at, part_length, u64::from(part_length), false)));
    assert!(told.contains(&(half_at, half_length, u64::from(half_length - part_length), true)));
    assert!(rows.iter().all(|row| row.acknowledgement.is_some() && row.time.is_some()));
    let offsets: Vec<u64> =
        rows.iter().filter(|row| !row.retransmitted).map(|row| row.stream_offset).collect();
    assert!(offsets.is_sorted());

    // Page by page, each stands on one page, and says the same there.
    let taken = rows.iter().filter(|row| row.taken > 0).count() as u64;
    let pages = (0..taken).flat_map(|start| page(&capture, 2, Span { start, length: 1 }));
    let mut paged: Vec<PacketView> = pages.collect();
    paged.sort_by_key(|row| row.packet);
    assert_eq!(paged, rows);
}

#[test]
fn pages_of_rows_are_parts_of_all_rows() {
    let long = Frame::binary(frame::noise(20_000));
    let capture = Conversation::open().talk().server(long).close().pcap();
    let all = packets(&capture, 2);
    assert!(all.len() > 9 && all.iter().all(|row| !row.retransmitted), "{all:#?}");
    let mut asker = Asker::opened(&capture, Default::default());
    let message = MessageName { connection: 0, message: 2 };
    for (start, part) in (0_u64..).step_by(4).zip(all.chunks(4)) {
        let rows = Span { start, length: 4 };
        let Answer::Packets(page) = asker.one(Request::Packets { message, rows }) else {
            panic!("at {start}")
        };
        assert_eq!((page.total, page.rows.as_slice()), (all.len() as u64, part), "from {start}");
    }
}
