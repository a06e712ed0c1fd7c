//! Reads pcap files (draft-ietf-opsawg-pcap): a header, then one record a packet. Variants differ in the resolution of
//! time, in byte order, and in the length of a record's header. The header's time zone is ignored, as everywhere.

use super::carry::Carry;
use super::{ByteOrder, CaptureEvent, CapturedPacket, Fault, Timestamp};
use crate::limits::Limits;

/// Captured bytes of one packet that libpcap allows whatever the header's snap length.
const MAXIMUM_SNAPLEN: u32 = 262_144;

/// Packets that are told at a time, where the chunk has so many.
const MANY: usize = 32;

/// A kind of pcap file, told by its first four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Variant {
    order: ByteOrder,
    /// What the fraction of a timestamp counts.
    nanoseconds: u64,
    file_header: usize,
    record_header: usize,
}

impl Variant {
    /// The variant of a file that begins with these bytes.
    pub(super) fn of(magic: [u8; 4]) -> Option<Self> {
        let plain = |order| Self { order, nanoseconds: 1_000, file_header: 24, record_header: 16 };
        let named = |order, number| {
            let plain = plain(order);
            Some(match number {
                0xa1b2_c3d4 => plain,
                0xa1b2_3c4d => Self { nanoseconds: 1, ..plain },
                // Kuznetzov's patch of 1999: interface, protocol and packet type in each record.
                0xa1b2_cd34 => Self { record_header: 24, ..plain },
                // Ixia's hardware and software captures: the header ends with the length of all records.
                0x1c00_01ac | 0x1c00_01ab => Self { nanoseconds: 1, file_header: 28, ..plain },
                _ => return None,
            })
        };
        named(ByteOrder::Little, u32::from_le_bytes(magic))
            .or_else(|| named(ByteOrder::Big, u32::from_be_bytes(magic)))
    }
}

/// Which of a record's two lengths is the captured one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lengths {
    CapturedFirst,
    /// Files before version 2.3.
    OriginalFirst,
    /// Version 2.3 was written in both ways: the smaller is the captured one.
    SmallerIsCaptured,
}

/// What the file header says.
#[derive(Clone, Copy, Debug)]
struct Header {
    link_type: u16,
    /// Bytes of frame check sequence at the end of each packet (§4, field "FCS len").
    fcs: u32,
    lengths: Lengths,
    /// More captured bytes than this cannot be.
    maximum: u32,
}

/// One record's header, in host order.
#[derive(Clone, Copy)]
struct Record {
    seconds: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

/// Reads one pcap file.
#[derive(Debug)]
pub(super) struct Pcap {
    variant: Variant,
    /// How messages call the file.
    file: &'static str,
    limit: usize,
    /// Absent until it is complete.
    header: Option<Header>,
    carry: Carry,
    /// Where the next record begins.
    position: u64,
    packets: u64,
}

impl Pcap {
    pub(super) fn new(variant: Variant, file: &'static str, limits: &Limits) -> Self {
        let limit = limits.block;
        Self { variant, file, limit, header: None, carry: Carry::default(), position: 0, packets: 0 }
    }

    pub(super) fn packets(&self) -> u64 {
        self.packets
    }

    /// Goes on with a record elsewhere in the file; the header must have been read.
    pub(super) fn jump(&mut self, position: u64, packets: u64) {
        self.carry.clear();
        (self.position, self.packets) = (position, packets);
    }

    /// Reads on. After a fault nothing more can be read: where the next record begins is not known.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), Fault> {
        let header = match self.header {
            Some(header) => header,
            None => match self.carry.next(&mut chunk, |_| Ok::<_, Fault>(self.variant.file_header))? {
                None => return Ok(()),
                Some(bytes) => {
                    self.position = bytes.len() as u64;
                    sink(CaptureEvent::Structure { offset: 0, bytes });
                    *self.header.insert(Header::read(bytes, self.variant.order, self.limit))
                }
            },
        };
        let variant = self.variant;
        let skip = variant.record_header;
        loop {
            if self.carry.pending().is_empty() {
                self.whole_records(&mut chunk, &header, sink)?;
            }
            let position = self.position;
            let number = |bytes| variant.order.u32(bytes);
            let need = |head: &[u8]| match Record::read(head, number, header.lengths) {
                Some(record) if record.captured > header.maximum => {
                    Err(too_long(record.captured, &header, position, self.file))
                }
                // The limit is at most `usize::MAX / 2`, so the sum fits.
                Some(record) => Ok(skip + record.captured as usize),
                None => Ok(skip),
            };
            let Some(unit) = self.carry.next(&mut chunk, need)? else { return Ok(()) };
            let Some(record) = Record::read(unit, number, header.lengths) else { return Ok(()) };
            let data = unit.get(skip..).unwrap_or_default();
            self.packets += 1;
            self.position += unit.len() as u64;
            let packet = record.packet(data, self.packets, position, &variant, &header);
            sink(CaptureEvent::Packets(&[packet]));
        }
    }

    /// Tells the records that lie whole in `chunk`, many at a time, and takes them off it.
    fn whole_records(
        &mut self,
        chunk: &mut &[u8],
        header: &Header,
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), Fault> {
        let mut many = [CapturedPacket::NONE; MANY];
        loop {
            // The byte order is asked once for many records, not for each of their numbers.
            let (count, fault) = match self.variant.order {
                ByteOrder::Little => self.gather(chunk, header, &mut many, u32::from_le_bytes),
                ByteOrder::Big => self.gather(chunk, header, &mut many, u32::from_be_bytes),
            };
            sink(CaptureEvent::Packets(many.get(..count).unwrap_or_default()));
            if let Some(fault) = fault {
                return Err(fault);
            }
            if count < MANY {
                return Ok(());
            }
        }
    }

    /// Takes records that lie whole in `chunk` off it, as many as there is room for; how many there were, and why there
    /// can be no more.
    #[inline]
    fn gather<'c>(
        &mut self,
        chunk: &mut &'c [u8],
        header: &Header,
        room: &mut [CapturedPacket<'c>],
        number: impl Fn([u8; 4]) -> u32 + Copy,
    ) -> (usize, Option<Fault>) {
        let variant = self.variant;
        let (mut rest, mut position, before) = (*chunk, self.position, self.packets);
        let mut fault = None;
        for slot in room {
            let Some(record) = Record::read(rest, number, header.lengths) else { break };
            if record.captured > header.maximum {
                fault = Some(too_long(record.captured, header, position, self.file));
                break;
            }
            // The limit is at most `usize::MAX / 2`, so the sum fits.
            let length = variant.record_header + record.captured as usize;
            let Some((unit, behind)) = rest.split_at_checked(length) else { break };
            rest = behind;
            self.packets += 1;
            let data = unit.get(variant.record_header..).unwrap_or_default();
            *slot = record.packet(data, self.packets, position, &variant, header);
            position += length as u64;
        }
        *chunk = rest;
        self.position = position;
        // No more than there was room for.
        ((self.packets - before) as usize, fault)
    }

    /// What is cut short when the file ends here.
    pub(super) fn finish(&self) -> Option<Fault> {
        let pending = self.carry.pending();
        if self.header.is_some() && pending.is_empty() {
            return None;
        }
        let (position, there, file) = (self.position, pending.len(), self.file);
        let end = position + there as u64;
        let order = self.variant.order;
        let message = match self.header {
            None => format!(
                "the {file} ends at byte {end}, inside its header: {} bytes were expected",
                self.variant.file_header
            ),
            Some(header) => match Record::read(pending, |bytes| order.u32(bytes), header.lengths) {
                Some(record) => format!(
                    "the {file} ends at byte {end}, inside the packet record that begins at byte {position}: \
                     {} bytes were expected and {there} are there",
                    self.variant.record_header as u64 + u64::from(record.captured)
                ),
                None => format!(
                    "the {file} ends at byte {end}, inside the header of the packet record that begins at byte \
                     {position}: {} bytes were expected and {there} are there",
                    self.variant.record_header
                ),
            },
        };
        Some(Fault::cut_short(position, message))
    }
}

impl Header {
    /// Reads a complete file header; the bytes of the magic number are known already.
    fn read(bytes: &[u8], order: ByteOrder, limit: usize) -> Self {
        // pcap-parser knows fewer magic numbers, so it is shown the one of the same byte order that it knows.
        let mut known = [0; 24];
        for (to, from) in known.iter_mut().zip(bytes) {
            *to = *from;
        }
        known[..4].copy_from_slice(&match order {
            ByteOrder::Little => 0xa1b2_c3d4_u32.to_le_bytes(),
            ByteOrder::Big => 0xa1b2_c3d4_u32.to_be_bytes(),
        });
        let (network, snaplen, version) = match pcap_parser::parse_pcap_header(&known) {
            Ok((_, header)) => (
                header.network.0.cast_unsigned(),
                header.snaplen,
                (header.version_major, header.version_minor),
            ),
            // Not reached with 24 bytes and a known magic number.
            Err(_) => (0, 0, (2, 4)),
        };
        let limit = u32::try_from(limit).unwrap_or(u32::MAX).min(i32::MAX.cast_unsigned());
        Self {
            // §4: the low 16 bits are the link type; bit 26 says that the high 4 bits hold the length of the FCS in
            // units of 2 bytes.
            link_type: (network & 0xffff) as u16,
            fcs: if network & 0x0400_0000 == 0 { 0 } else { (network >> 28) * 2 },
            lengths: match version {
                (2, 0..=2) => Lengths::OriginalFirst,
                // 543.0 is Digital UNIX's tcpdump.
                (2, 3) | (543, 0) => Lengths::SmallerIsCaptured,
                _ => Lengths::CapturedFirst,
            },
            // A record may well be longer than the header's snap length, which is often wrong or 0.
            maximum: snaplen.max(MAXIMUM_SNAPLEN).min(limit),
        }
    }
}

impl Record {
    /// The first 16 bytes of a record, whose numbers `number` reads; `None`: they are not there yet.
    #[inline(always)]
    fn read(bytes: &[u8], number: impl Fn([u8; 4]) -> u32, lengths: Lengths) -> Option<Self> {
        let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes.first_chunk::<16>()?;
        let first = number([i, j, k, l]);
        let second = number([m, n, o, p]);
        let (captured, original) = match lengths {
            Lengths::CapturedFirst => (first, second),
            Lengths::OriginalFirst => (second, first),
            Lengths::SmallerIsCaptured => (first.min(second), first.max(second)),
        };
        Some(Self { seconds: number([a, b, c, d]), fraction: number([e, f, g, h]), captured, original })
    }
}

impl Record {
    /// The packet of a record that begins at `position`.
    #[inline(always)]
    fn packet<'a>(
        &self,
        data: &'a [u8],
        number: u64,
        position: u64,
        variant: &Variant,
        header: &Header,
    ) -> CapturedPacket<'a> {
        let (data, original_length) = without_fcs(data, self.original, header.fcs);
        let nanos = u64::from(self.seconds) * 1_000_000_000 + u64::from(self.fraction) * variant.nanoseconds;
        CapturedPacket {
            number,
            time: Some(Timestamp(nanos)),
            link_type: header.link_type,
            interface: 0,
            offset: position + variant.record_header as u64,
            record: position,
            data,
            original_length,
        }
    }
}

/// The packet without its frame check sequence, as far as that was captured, and its length on the wire.
#[inline]
fn without_fcs(data: &[u8], original: u32, fcs: u32) -> (&[u8], u32) {
    // No record is longer than `Limits::block`, which fits.
    let original = original.max(data.len() as u32);
    let original = original.saturating_sub(fcs);
    (data.get(..original as usize).unwrap_or(data), original)
}

#[cold]
fn too_long(captured: u32, header: &Header, position: u64, file: &str) -> Fault {
    Fault::damaged(
        position,
        format!(
            "the packet record at byte {position} of the {file} claims {captured} captured bytes where at most {} can \
             be; nothing behind byte {position} can be read",
            header.maximum
        ),
    )
}
