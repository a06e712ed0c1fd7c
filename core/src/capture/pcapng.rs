//! Reads pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, each a chain of blocks. Blocks that
//! carry neither packets, interfaces nor secrets are passed over.
//!
//! A block with a broken body costs that block; one with a broken length ends the file, unless what follows begins
//! with the type and length of a block that is known.

use pcap_parser::pcapng::parse_sectionheaderblock;
use pcap_parser::{
    BOM_MAGIC, CB_MAGIC, DCB_MAGIC, DSB_MAGIC, EPB_MAGIC, IDB_MAGIC, ISB_MAGIC, NRB_MAGIC, PIB_MAGIC,
    SHB_MAGIC, SJE_MAGIC, SPB_MAGIC,
};

use super::carry::Carry;
use super::interface::Interface;
use super::{ByteOrder, CaptureEvent, CapturedPacket, Fault};
use crate::limits::Limits;

/// The packet block that the enhanced packet block replaced (appendix A).
const OBSOLETE_PACKET: u32 = 2;
/// Type, length, and length again.
const FRAMING: usize = 12;
/// Bytes of a block that describes a section or an interface: its options are listed in memory.
const DESCRIPTION: usize = 1 << 20;
/// Interfaces of one section.
const INTERFACES: usize = 1 << 16;
/// Broken blocks that are reported one by one.
const REPORTED: u64 = 100;

/// Reads one pcapng file.
#[derive(Debug)]
pub(super) struct Pcapng {
    /// How messages call the file.
    file: &'static str,
    limit: usize,
    carry: Carry,
    /// Where the next block begins.
    position: u64,
    /// Bytes of an oversized block still to be passed over.
    skip: u64,
    /// The last block's length is in doubt, so the next one must be of a known type.
    doubtful: bool,
    section: Section,
    packets: u64,
    /// Records that Wireshark numbers though they are no packets.
    numbered: u64,
    broken_blocks: u64,
}

/// What the blocks so far say about the section.
#[derive(Debug)]
struct Section {
    order: ByteOrder,
    /// Interfaces of all sections before it.
    interfaces_before: u32,
    interfaces: Vec<Interface>,
}

/// Why a block cannot be cut out of the file.
enum Uncut {
    /// Its length cannot be.
    Framing(Fault),
    /// It is longer than `Limits::block`.
    TooLong { kind: u32, length: u32 },
}

/// What one block is good for.
enum Content<'a> {
    Packet(CapturedPacket<'a>),
    Event(CaptureEvent<'a>),
    Nothing,
    /// Why its body cannot be read.
    Broken(String),
}

impl Pcapng {
    pub(super) fn new(file: &'static str, limits: &Limits) -> Self {
        let section = Section { order: ByteOrder::Little, interfaces_before: 0, interfaces: Vec::new() };
        Self {
            file,
            limit: limits.block.max(FRAMING),
            carry: Carry::default(),
            position: 0,
            skip: 0,
            doubtful: false,
            section,
            packets: 0,
            numbered: 0,
            broken_blocks: 0,
        }
    }

    /// Whether a file begins like a section header block; `None`: more bytes are needed to tell.
    pub(super) fn recognise(head: &[u8]) -> Option<bool> {
        if !SHB_MAGIC.to_le_bytes().iter().zip(head).all(|(a, b)| a == b) {
            return Some(false);
        }
        Some(byte_order(head.get(8..)?.first_chunk()?).is_some())
    }

    pub(super) fn packets(&self) -> u64 {
        self.packets
    }

    /// The number that was given last.
    pub(super) fn last_number(&self) -> u64 {
        self.packets + self.numbered
    }

    /// Goes on with a block elsewhere in the file; its section and interfaces must have been read.
    pub(super) fn jump(&mut self, position: u64, packets: u64) {
        self.carry.clear();
        (self.position, self.packets, self.numbered) = (position, packets, 0);
    }

    /// Reads on. After a fault nothing more can be read.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), Fault> {
        loop {
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(chunk.len());
            self.skip -= skipped as u64;
            self.position += skipped as u64;
            chunk = chunk.get(skipped..).unwrap_or_default();

            let (position, order) = (self.position, self.section.order);
            let frame =
                Frame { position, order, doubtful: self.doubtful, limit: self.limit, file: self.file };
            let block = match self.carry.next(&mut chunk, |head| frame.need(head)) {
                Ok(None) => return Ok(()),
                Ok(Some(block)) => block,
                Err(Uncut::Framing(fault)) => return Err(fault),
                Err(Uncut::TooLong { kind, length }) => {
                    let message = format!(
                        "the {} at byte {position} of the {} claims {length} bytes where at most {} are read, and is \
                         passed over",
                        name(kind),
                        self.file,
                        self.limit
                    );
                    // What is carried of it has been taken off the chunk already.
                    let carried = self.carry.pending().len() as u64;
                    self.carry.clear();
                    self.skip = u64::from(length).next_multiple_of(4).saturating_sub(carried);
                    self.position += carried;
                    self.doubtful = true;
                    report(&mut self.broken_blocks, position, message, sink);
                    continue;
                }
            };
            self.position += block.len() as u64;
            self.doubtful = false;
            let kind = frame.kind(block);
            if kind == SHB_MAGIC {
                self.section.begin(block);
            }
            let order = self.section.order;
            let length = order.u32_at(block, 4).unwrap_or_default();
            let again = order.u32_at(block, block.len() - 4).unwrap_or_default();
            let content = if again != length {
                self.doubtful = true;
                Content::Broken(format!("claims {length} bytes at its beginning and {again} at its end"))
            } else {
                self.section.read(kind, block, position, self.packets + self.numbered + 1)
            };
            match content {
                Content::Packet(packet) => {
                    self.packets += 1;
                    sink(CaptureEvent::Packets(&[packet]));
                }
                Content::Event(event) => sink(event),
                // Packet numbers are Wireshark's, and it shows these in the packet list.
                Content::Nothing => {
                    self.numbered += u64::from(matches!(kind, CB_MAGIC | DCB_MAGIC | SJE_MAGIC));
                    if matches!(kind, SHB_MAGIC | IDB_MAGIC) {
                        sink(CaptureEvent::Structure { offset: position, bytes: block });
                    }
                }
                Content::Broken(why) => {
                    let message = format!("the {} at byte {position} of the {} {why}", name(kind), self.file);
                    report(&mut self.broken_blocks, position, message, sink);
                }
            }
        }
    }

    /// What is cut short when the file ends here, and how much damage was not reported.
    pub(super) fn finish(&self, sink: &mut impl FnMut(CaptureEvent<'_>)) {
        let (position, file) = (self.position, self.file);
        if let Some(unreported) = self.broken_blocks.checked_sub(REPORTED).filter(|&count| count > 0) {
            let message =
                format!("{unreported} more blocks before byte {position} of the {file} are damaged");
            sink(CaptureEvent::Fault(Fault::damaged(position, message)));
        }
        let pending = self.carry.pending();
        let (there, end) = (pending.len(), position + pending.len() as u64);
        let message = if self.skip > 0 {
            format!("the {file} ends at byte {end}, {} bytes before the end of its last block", self.skip)
        } else if there == 0 {
            return;
        } else {
            let order = match pending.get(8..).and_then(|bytes| bytes.first_chunk()) {
                Some(mark) if pending.starts_with(&SHB_MAGIC.to_le_bytes()) => byte_order(mark),
                _ => None,
            };
            let order = order.unwrap_or(self.section.order);
            match (order.u32_at(pending, 0), order.u32_at(pending, 4)) {
                (Some(kind), Some(length)) => format!(
                    "the {file} ends at byte {end}, inside the {} that begins at byte {position}: {length} bytes were \
                     expected and {there} are there",
                    name(kind)
                ),
                _ => format!(
                    "the {file} ends at byte {end}, inside the header of the block that begins at byte {position}"
                ),
            }
        };
        sink(CaptureEvent::Fault(Fault::cut_short(position, message)));
    }
}

/// Counts a broken block, and reports the first ones: a hostile file may have millions.
#[cold]
fn report(broken_blocks: &mut u64, position: u64, message: String, sink: &mut impl FnMut(CaptureEvent<'_>)) {
    *broken_blocks += 1;
    if *broken_blocks <= REPORTED {
        sink(CaptureEvent::Fault(Fault::damaged(position, message)));
    }
}

/// What is known of a block before it is read.
#[derive(Clone, Copy)]
struct Frame {
    position: u64,
    order: ByteOrder,
    doubtful: bool,
    limit: usize,
    file: &'static str,
}

impl Frame {
    fn kind(&self, head: &[u8]) -> u32 {
        self.order.u32_at(head, 0).unwrap_or_default()
    }

    /// How many bytes the block has that begins like this (§3.1).
    #[inline]
    fn need(&self, head: &[u8]) -> Result<usize, Uncut> {
        let Some(&[a, b, c, d, e, f, g, h]) = head.first_chunk::<8>() else { return Ok(8) };
        let kind = self.order.u32([a, b, c, d]);
        let (mut order, mut least) = (self.order, FRAMING);
        if kind == SHB_MAGIC {
            // Its type reads the same in both orders; its body says which one holds from here on (§4.1).
            let Some(mark) = head.get(8..).and_then(|bytes| bytes.first_chunk()) else { return Ok(FRAMING) };
            least = 28;
            order = byte_order(mark).ok_or_else(|| {
                self.ends(format!(
                    "has the byte-order magic {mark:02x?} where 1a 2b 3c 4d or its reverse must stand"
                ))
            })?;
        }
        let length = order.u32([e, f, g, h]);
        // It must be a multiple of 4; some writers do not count the padding, and Wireshark reads those too.
        let size = u64::from(length).next_multiple_of(4);
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size < least {
            return Err(self.ends(format!(
                "({}) claims {length} bytes where it must have at least {least}",
                name(kind)
            )));
        }
        if self.doubtful && (size > self.limit || known_name(kind).is_none()) {
            return Err(self.ends(format!("has the unknown type {kind:#010x} behind one that was damaged")));
        }
        if size > self.limit {
            return Err(Uncut::TooLong { kind, length });
        }
        Ok(size)
    }

    #[cold]
    fn ends(&self, why: String) -> Uncut {
        let Self { position, file, .. } = self;
        let message = format!(
            "the block at byte {position} of the {file} {why}; nothing behind byte {position} can be read"
        );
        Uncut::Framing(Fault::damaged(*position, message))
    }
}

impl Section {
    /// Takes over the byte order of a section header block, and forgets the interfaces of the section before.
    fn begin(&mut self, block: &[u8]) {
        if let Some(order) = block.get(8..).and_then(|bytes| bytes.first_chunk()).and_then(byte_order) {
            self.order = order;
        }
        self.interfaces_before = self.interfaces_before.saturating_add(self.interfaces.len() as u32);
        self.interfaces.clear();
    }

    /// Reads a complete block at `position`.
    fn read<'a>(&mut self, kind: u32, block: &'a [u8], position: u64, number: u64) -> Content<'a> {
        match kind {
            EPB_MAGIC | OBSOLETE_PACKET | SPB_MAGIC => match self.packet(kind, block, position, number) {
                Ok(packet) => Content::Packet(packet),
                Err(why) => Content::Broken(why),
            },
            SHB_MAGIC | IDB_MAGIC if block.len() > DESCRIPTION => {
                Content::Broken(format!("claims {} bytes where at most {DESCRIPTION} are read", block.len()))
            }
            SHB_MAGIC => match parse_sectionheaderblock(block) {
                Ok((_, header)) if header.major_version == 1 => Content::Nothing,
                Ok((_, header)) => Content::Broken(format!(
                    "is of version {}.{} where 1.0 was expected",
                    header.major_version, header.minor_version
                )),
                Err(_) => Content::Broken("cannot be read".to_owned()),
            },
            IDB_MAGIC => match Interface::read(block, self.order) {
                Some(_) if self.interfaces.len() >= INTERFACES => Content::Broken(format!(
                    "describes one interface more than the {INTERFACES} that are read"
                )),
                Some(interface) => {
                    self.interfaces.push(interface);
                    Content::Nothing
                }
                None => Content::Broken(format!("has {} bytes where it must have at least 20", block.len())),
            },
            DSB_MAGIC => match self.secrets(block) {
                Some(event) => Content::Event(event),
                None => Content::Broken("claims more secrets than it has room for".to_owned()),
            },
            _ => Content::Nothing,
        }
    }

    /// Reads an enhanced packet block (§4.3), a simple one (§4.4) or an obsolete one (appendix A).
    #[inline]
    fn packet<'a>(
        &self,
        kind: u32,
        block: &'a [u8],
        position: u64,
        number: u64,
    ) -> Result<CapturedPacket<'a>, String> {
        // Where the packet's bytes begin in the block.
        let start = if kind == SPB_MAGIC { 12 } else { 28 };
        let end = block.len() - 4;
        let word = |at| self.order.u32_at(block, at).unwrap_or_default();
        let room = end
            .checked_sub(start)
            .ok_or_else(|| format!("has {} bytes where it must have at least {}", block.len(), start + 4))?;
        let id = match kind {
            EPB_MAGIC => word(8),
            OBSOLETE_PACKET => u32::from(self.order.u16_at(block, 8).unwrap_or_default()),
            _ => 0,
        };
        let interface = usize::try_from(id).ok().and_then(|id| self.interfaces.get(id)).ok_or_else(|| {
            format!("is of interface {id} where the section has described {}", self.interfaces.len())
        })?;
        let (time, captured, original) = if kind == SPB_MAGIC {
            // It has no captured length: the snap length alone can have cut the packet.
            let original = word(8);
            let snaplen = if interface.snaplen == 0 { u32::MAX } else { interface.snaplen };
            (None, original.min(snaplen), original)
        } else {
            (Some(interface.time(word(12), word(16))), word(20), word(24))
        };
        let data = block
            .get(start..end)
            .and_then(|body| body.get(..captured as usize))
            .ok_or_else(|| format!("claims {captured} captured bytes where it has room for {room}"))?;
        Ok(CapturedPacket {
            number,
            time,
            link_type: interface.link_type,
            interface: self.interfaces_before.saturating_add(id),
            offset: position + start as u64,
            record: position,
            data,
            original_length: original.max(captured),
        })
    }

    /// Reads a decryption secrets block (§4.7); `None`: its length cannot be.
    fn secrets<'a>(&self, block: &'a [u8]) -> Option<CaptureEvent<'a>> {
        let body = block.get(8..block.len().checked_sub(4)?)?;
        let kind = self.order.u32_at(body, 0)?;
        let length = usize::try_from(self.order.u32_at(body, 4)?).ok()?;
        Some(CaptureEvent::Secrets { kind, data: body.get(8..)?.get(..length)? })
    }
}

/// What a section header's byte-order magic says.
fn byte_order(mark: &[u8; 4]) -> Option<ByteOrder> {
    [ByteOrder::Little, ByteOrder::Big].into_iter().find(|order| order.u32(*mark) == BOM_MAGIC)
}

fn name(kind: u32) -> &'static str {
    known_name(kind).unwrap_or("block")
}

fn known_name(kind: u32) -> Option<&'static str> {
    Some(match kind {
        SHB_MAGIC => "section header",
        IDB_MAGIC => "interface description",
        OBSOLETE_PACKET => "packet block",
        SPB_MAGIC => "simple packet block",
        NRB_MAGIC => "name resolution block",
        ISB_MAGIC => "interface statistics",
        EPB_MAGIC => "enhanced packet block",
        SJE_MAGIC => "journal entry",
        DSB_MAGIC => "decryption secrets",
        PIB_MAGIC => "process information",
        CB_MAGIC | DCB_MAGIC => "custom block",
        _ => return None,
    })
}
