//! Finds the TCP segments that carried a message, copies among them, by reading their packets again.

use std::net::SocketAddr;

use super::stream::MessageStream;
use super::{Reader, frames, places};
use crate::capture::{CaptureEvent, CaptureReader, CapturedPacket};
use crate::order;
use crate::packet::{Decoded, PacketDecoder, Segment};
use crate::session::api::{PacketView, Page, Span};
use crate::session::index::{Index, Record, Run};
use crate::source::SourceError;
use crate::stream::{Extent, Side};
use crate::tls::Places;

/// Bytes of the capture that are read at once.
const CHUNK: u64 = 64 << 10;
/// Bytes of the capture behind a message's last packet in which copies are looked for.
const BEHIND: u64 = 256 << 10;
/// Rows that one answer gives at most.
const ROWS: u64 = 10_000;

/// A segment of the message's direction.
struct Seen {
    view: PacketView,
    /// In sequence space, the first byte of its payload.
    start: u32,
}

pub fn read(
    reader: &mut Reader<'_>,
    id: u32,
    record: &Record,
    rows: Span,
) -> Result<Page<PacketView>, SourceError> {
    let mut stream = MessageStream::new(reader.index, reader.bytes, id, record);
    let own = own_extents(&mut stream, reader.index, record)?;
    let is_sealed = own.first().is_some_and(|extent| Places::is_sealed(extent.place));
    let extents = places::on_the_wire(reader.index, own);
    // Within TLS, what packets carry are the records that the message stands in.
    let (offset, end) = match (extents.first(), extents.last()) {
        (Some(first), Some(last)) if is_sealed => (first.offset, last.end()),
        _ => (record.offset, stream.end()),
    };
    let wanted = Span { start: rows.start, length: rows.length.min(ROWS) };
    let first = usize::try_from(wanted.start).unwrap_or(usize::MAX);
    let until = first.saturating_add(usize::try_from(wanted.length).unwrap_or(usize::MAX)).min(extents.len());
    // Only the packets of the rows that are asked for are read, and what lies between them.
    let Some(asked) = extents.get(first..until).filter(|asked| !asked.is_empty()) else {
        return Ok(Page {
            total: extents.len() as u64,
            counted: false,
            start: wanted.start,
            rows: Vec::new(),
        });
    };
    let mut seen: Vec<Seen> = Vec::new();
    for (from, to, last) in regions(reader, asked) {
        segments(reader, record, from, to, last, &mut seen)?;
    }
    // A packet whose bytes were taken tells where the stream stands in sequence space.
    let base = asked.iter().find_map(|extent| {
        let seen =
            seen.iter().find(|seen| seen.view.packet == extent.origin.packet && covers(seen, extent))?;
        let before = extent.place - seen.view.stream_offset; // The place of its payload, until here.
        Some(seen.start.wrapping_sub((extent.offset - before) as u32))
    });
    // Rows of this page: packets of the extents that are asked for, and copies of what lies from the first to behind the last.
    let from = if first == 0 { offset } else { asked.first().map_or(offset, |extent| extent.offset) };
    let behind = extents.get(until).map_or(end, |extent| extent.offset);
    let mut by_packet: Vec<&Extent> = extents.iter().collect();
    order::by_key(&mut by_packet, |extent| extent.origin.packet);
    let mut views = Vec::new();
    for Seen { mut view, start } in seen {
        let Some(base) = base else { break };
        // The stream offset nearest to the message's.
        let distance = i64::from(start.wrapping_sub(base.wrapping_add(offset as u32)).cast_signed());
        let Some(at) = offset.checked_add_signed(distance) else { continue };
        if at >= end || at + u64::from(view.length) <= offset {
            continue;
        }
        let place = view.stream_offset;
        let own = by_packet.partition_point(|extent| extent.origin.packet < view.packet);
        let own = by_packet.iter().skip(own).take_while(|extent| extent.origin.packet == view.packet).filter(
            |extent| {
                (place..place + u64::from(view.length)).contains(&extent.place)
                    || extent.place >= crate::packet::Piece::JOINED
            },
        );
        view.taken = own.clone().map(|extent| extent.length).sum();
        let is_asked = match view.taken {
            0 => (from..behind).contains(&at.max(offset)),
            _ => own.clone().any(|extent| (from..behind).contains(&extent.offset)),
        };
        if !is_asked {
            continue;
        }
        let within = (at + u64::from(view.length)).min(end) - at.max(offset);
        view.retransmitted = view.taken < within;
        view.stream_offset = at;
        views.push(view);
    }
    Ok(Page {
        total: (extents.len() - (until - first) + views.len()) as u64,
        counted: true,
        start: wanted.start,
        rows: views,
    })
}

/// The message's extents, without those of other messages' frames between its own.
fn own_extents(
    stream: &mut MessageStream<'_>,
    index: &Index,
    record: &Record,
) -> Result<Vec<Extent>, SourceError> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    let mut at = record.offset;
    while let Some(frame) = frames::next(stream, record, index, &mut at)? {
        let end = frame.payload + frame.length;
        match spans.last_mut() {
            Some(last) if last.1 == frame.offset => last.1 = end,
            _ => spans.push((frame.offset, end)),
        }
    }
    let mut extents = Vec::new();
    for (from, until) in spans {
        let runs = stream.runs();
        let first = runs.partition_point(|run| run.end() <= from);
        for run in runs.get(first..).unwrap_or_default().iter().take_while(|run| run.offset() < until) {
            if let Run::Captured(extent) = run {
                extents.push(extent.between(from, until));
            }
        }
    }
    Ok(extents)
}

fn covers(seen: &Seen, extent: &Extent) -> bool {
    let place = seen.view.stream_offset;
    (place..place + u64::from(seen.view.length)).contains(&extent.place)
}

/// The parts of the capture that hold the packets of these extents: first place, end, and the last packet's place.
fn regions(reader: &Reader<'_>, extents: &[Extent]) -> Vec<(u64, u64, u64)> {
    let mut places = Vec::new();
    for extent in extents {
        reader.index.structure.resolve(extent.place, extent.length, &mut |place, length| {
            places.push((place, place + length));
        });
    }
    order::pairs(&mut places);
    let mut regions: Vec<(u64, u64, u64)> = Vec::new();
    for (from, to) in places {
        let start = reader.index.structure.mark_before(from).map_or(0, |(mark, _)| mark);
        match regions.last_mut() {
            Some(last) if start <= last.1 => (last.1, last.2) = (last.1.max(to), last.2.max(to)),
            _ => regions.push((start, to, to)),
        }
    }
    regions
}

/// Reads packets from a mark on and keeps the segments of the message's direction.
fn segments(
    reader: &mut Reader<'_>,
    record: &Record,
    from: u64,
    to: u64,
    last: u64,
    seen: &mut Vec<Seen>,
) -> Result<(), SourceError> {
    let Some(connection) = reader.index.connection(record.connection()) else { return Ok(()) };
    let ends = [connection.row.client.as_str(), connection.row.server.as_str()];
    let (source, destination) = match record.from() {
        Side::Client => (ends[0], ends[1]),
        Side::Server => (ends[1], ends[0]),
    };
    let (Ok(source), Ok(destination)) = (source.parse::<SocketAddr>(), destination.parse::<SocketAddr>())
    else {
        return Ok(());
    };
    let structure = &reader.index.structure;
    let (Some((mark, number)), Some(parts)) = (structure.mark_before(from), structure.before(from)) else {
        return Ok(());
    };
    let Ok(mut capture) = CaptureReader::resume(parts, mark, number - 1, reader.limits) else {
        return Ok(());
    };
    let mut decoder = PacketDecoder::new(reader.limits);
    let mut take = |packet: &CapturedPacket<'_>| {
        if let Decoded::Tcp(segment, _) = decoder.decode(packet)
            && (segment.flow.source, segment.flow.destination)
                == ((source.ip(), source.port()), (destination.ip(), destination.port()))
            && !segment.payload.is_empty()
        {
            seen.push(view(packet, &segment));
        }
    };
    let (mut at, mut end) = (mark, to.max(last) + BEHIND);
    while at < end {
        let mut chunk = Vec::new();
        let result = reader.bytes.read(at, CHUNK.min(end - at), &mut |bytes| chunk.extend_from_slice(bytes));
        if chunk.is_empty() {
            // Behind the last packet the capture may well end.
            return if at >= to { Ok(()) } else { result };
        }
        at += chunk.len() as u64;
        if result.is_err() {
            end = at;
        }
        // What is no capture any more was one before.
        let mut sink: &mut dyn FnMut(CaptureEvent<'_>) = &mut |event| {
            if let CaptureEvent::Packets(packets) = event {
                packets.iter().for_each(&mut take);
            }
        };
        let pushed = capture.push(&chunk, &mut sink);
        if pushed.is_err() {
            return Err(SourceError::Changed);
        }
    }
    Ok(())
}

/// The segment; until the stream is known, `stream_offset` is the place of its payload.
fn view(packet: &CapturedPacket<'_>, segment: &Segment<'_>) -> Seen {
    Seen {
        start: segment.sequence.wrapping_add(u32::from(segment.flags.syn)),
        view: PacketView {
            packet: packet.number,
            time: packet.time,
            sequence: segment.sequence,
            acknowledgement: segment.flags.ack.then_some(segment.acknowledgement),
            length: u32::try_from(segment.payload.len()).unwrap_or(u32::MAX),
            stream_offset: segment.place,
            taken: 0,
            retransmitted: false,
        },
    }
}
