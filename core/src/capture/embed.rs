//! Writes a capture again as a pcapng with TLS secrets in it (draft-ietf-opsawg-pcapng §4.7): what a [`CaptureReader`] tells
//! goes in, bytes of a file come out. A pcapng keeps all of its other blocks as they are; a pcap becomes one, with
//! nanoseconds.
//!
//! [`CaptureReader`]: super::CaptureReader

use super::{CaptureEvent, CapturedPacket};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
const SECRETS: u32 = 10;
/// The kind of secrets that is a TLS key log.
pub const TLS_KEY_LOG: u32 = 0x544c_534b;

/// Bytes of a block that say what becomes of it: type, length, and what begins its body.
const HEAD: usize = 12;

/// Puts a key log into a capture.
pub struct Embed {
    log: Vec<u8>,
    written: bool,
    form: Form,
}

enum Form {
    /// No byte has come.
    Unknown,
    /// Packets are written as blocks.
    Packets,
    Blocks(Blocks),
}

/// Where a pcapng is.
#[derive(Default)]
struct Blocks {
    /// The first bytes of a block.
    head: Vec<u8>,
    big_endian: bool,
    /// Bytes of the block at hand that are still to come.
    left: u64,
    /// They are left out.
    skipped: bool,
    /// The block at hand begins a section.
    section: bool,
    /// What follows is no block: it stays as it is.
    broken: bool,
}

impl Embed {
    /// The capture's own key logs give way to this one.
    pub fn new(log: Vec<u8>) -> Self {
        Self { log, written: false, form: Form::Unknown }
    }

    /// Takes what was read, and adds bytes of the file to `out`.
    pub fn take(&mut self, event: &CaptureEvent<'_>, out: &mut Vec<u8>) {
        match event {
            CaptureEvent::Bytes(bytes) => self.bytes(bytes, out),
            CaptureEvent::Packets(packets) if matches!(self.form, Form::Packets) => {
                packets.iter().for_each(|packet| self.packet(packet, out));
            }
            _ => {}
        }
    }

    /// The capture has ended.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        match &mut self.form {
            // Less than a block's head.
            Form::Blocks(blocks) => out.append(&mut blocks.head),
            _ => self.begin(1, out),
        }
    }

    fn bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if let (Form::Unknown, Some(first)) = (&self.form, bytes.first()) {
            // A pcap begins with a byte of its magic number, none of which is this.
            let is_pcapng = *first == SECTION_HEADER.to_be_bytes()[0];
            self.form = if is_pcapng { Form::Blocks(Blocks::default()) } else { Form::Packets };
        }
        let Form::Blocks(blocks) = &mut self.form else { return };
        let mut rest = bytes;
        while !rest.is_empty() {
            if blocks.broken {
                return out.extend_from_slice(rest);
            }
            if blocks.left == 0 {
                let (head, behind) = rest.split_at((HEAD - blocks.head.len()).min(rest.len()));
                blocks.head.extend_from_slice(head);
                rest = behind;
                if blocks.head.len() == HEAD {
                    blocks.enter(out);
                }
            } else {
                let length = usize::try_from(blocks.left).unwrap_or(usize::MAX).min(rest.len());
                let (body, behind) = rest.split_at(length);
                if !blocks.skipped {
                    out.extend_from_slice(body);
                }
                blocks.left -= length as u64;
                rest = behind;
                if blocks.left == 0 && blocks.section && !std::mem::replace(&mut self.written, true) {
                    write_secrets(&self.log, blocks.big_endian, out);
                }
            }
        }
    }

    fn packet(&mut self, packet: &CapturedPacket<'_>, out: &mut Vec<u8>) {
        self.begin(packet.link_type.into(), out);
        let time = packet.time.map_or(0, |time| time.0);
        let [high, low] = [(time >> 32) as u32, time as u32];
        let captured = u32::try_from(packet.data.len()).unwrap_or(u32::MAX);
        let mut body = Vec::with_capacity(packet.data.len() + 24);
        for word in [0, high, low, captured, packet.original_length] {
            body.extend_from_slice(&word.to_le_bytes());
        }
        body.extend_from_slice(packet.data);
        write_block(ENHANCED_PACKET, body, false, out);
    }

    /// Section, secrets and interface, once.
    fn begin(&mut self, link_type: u32, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.written, true) {
            return;
        }
        let mut section = 0x1a2b_3c4d_u32.to_le_bytes().to_vec();
        section.extend_from_slice(&[1, 0, 0, 0]);
        section.extend_from_slice(&[0xff; 8]);
        write_block(SECTION_HEADER, section, false, out);
        write_secrets(&self.log, false, out);
        let mut interface = (link_type & 0xffff).to_le_bytes().to_vec();
        // No snap length is said; option if_tsresol: 9 digits; end of options.
        interface.extend_from_slice(&[0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        write_block(INTERFACE, interface, false, out);
    }
}

impl Blocks {
    /// A block's first bytes are there.
    fn enter(&mut self, out: &mut Vec<u8>) {
        // The same in both orders; what follows the length says which one holds.
        self.section = self.head.starts_with(&SECTION_HEADER.to_be_bytes());
        if self.section {
            self.big_endian = self.head.ends_with(&0x1a2b_3c4d_u32.to_be_bytes());
        }
        let big_endian = self.big_endian;
        let mut words = self.head.as_chunks::<4>().0.iter().map(|word| match big_endian {
            true => u32::from_be_bytes(*word),
            false => u32::from_le_bytes(*word),
        });
        let mut next = || words.next().unwrap_or_default();
        let (kind, length, first) = (next(), next(), next());
        self.skipped = kind == SECRETS && first == TLS_KEY_LOG;
        // The length counts the head and stands again at the end: a block without a body has 12 bytes.
        match u64::from(length).checked_sub(HEAD as u64) {
            Some(left) if length.is_multiple_of(4) => self.left = left,
            _ => self.broken = true,
        }
        if !self.skipped || self.broken {
            out.extend_from_slice(&self.head);
        }
        self.head.clear();
    }
}

fn write_secrets(log: &[u8], big_endian: bool, out: &mut Vec<u8>) {
    if log.is_empty() {
        return;
    }
    let length = u32::try_from(log.len()).unwrap_or(u32::MAX);
    let mut body = Vec::with_capacity(log.len() + 24);
    for word in [TLS_KEY_LOG, length] {
        body.extend_from_slice(&if big_endian { word.to_be_bytes() } else { word.to_le_bytes() });
    }
    body.extend_from_slice(log);
    write_block(SECRETS, body, big_endian, out);
}

fn write_block(kind: u32, mut body: Vec<u8>, big_endian: bool, out: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
    let length = u32::try_from(body.len() + HEAD).unwrap_or(u32::MAX);
    let word = |word: u32| if big_endian { word.to_be_bytes() } else { word.to_le_bytes() };
    for part in [&word(kind)[..], &word(length), &body, &word(length)] {
        out.extend_from_slice(part);
    }
}
