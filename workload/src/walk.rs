//! The bare walk: the least that any reader of a capture does, and so the measure of one that does more.
//!
//! It walks the headers of each packet (Ethernet, IPv4, TCP), looks the connection up in a hash map and counts there,
//! and XORs each payload byte once, into a buffer, as taking a mask off does. One thread, no output, no reassembly.

use std::hint::black_box;

use hashbrown::HashMap;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// TCP packets.
    pub packets: u64,
    /// Payload bytes.
    pub bytes: u64,
}

/// Walks over a capture of this crate: pcap, little-endian, Ethernet.
#[derive(Debug, Default)]
pub struct Walk {
    connections: HashMap<(u64, u64), Count, foldhash::fast::RandomState>,
    plain: Vec<u8>,
    in_records: bool,
}

impl Walk {
    /// Walks over the whole packets of `bytes`; returns how many bytes they are. The rest is to be given again.
    pub fn push(&mut self, mut bytes: &[u8]) -> usize {
        let length = bytes.len();
        if !self.in_records {
            let Some(records) = bytes.get(24..) else { return 0 };
            (self.in_records, bytes) = (true, records);
        }
        while let Some((header, rest)) = bytes.split_first_chunk::<16>() {
            let captured = u32::from_le_bytes([header[8], header[9], header[10], header[11]]) as usize;
            let Some((packet, rest)) = rest.split_at_checked(captured) else { break };
            self.packet(packet);
            bytes = rest;
        }
        length - bytes.len()
    }

    /// How many connections there were, and what they carried.
    pub fn total(&self) -> (usize, Count) {
        let add = |a: Count, b: &Count| Count { packets: a.packets + b.packets, bytes: a.bytes + b.bytes };
        (self.connections.len(), self.connections.values().fold(Count::default(), add))
    }

    fn packet(&mut self, packet: &[u8]) -> Option<()> {
        let (ethernet, ip) = packet.split_first_chunk::<14>()?;
        if ethernet[12..] != [0x08, 0x00] || *ip.get(9)? != 6 {
            return None;
        }
        let total = usize::from(u16::from_be_bytes([*ip.get(2)?, *ip.get(3)?]));
        let header = usize::from(ip.first()? & 0xf) * 4;
        let tcp = ip.get(header..total)?;
        let payload = tcp.get(usize::from(tcp.get(12)? >> 4) * 4..)?;
        let end = |address: &[u8], port: &[u8]| -> Option<u64> {
            let address = u64::from(u32::from_be_bytes(*address.first_chunk()?));
            Some(address << 16 | u64::from(u16::from_be_bytes(*port.first_chunk()?)))
        };
        let (from, to) = (end(&ip[12..], tcp)?, end(&ip[16..], &tcp[2..])?);
        let count = self.connections.entry((from.min(to), from.max(to))).or_default();
        count.packets += 1;
        count.bytes += payload.len() as u64;

        if self.plain.len() < payload.len() {
            self.plain.resize(payload.len(), 0);
        }
        let key = u64::from_ne_bytes([0x37, 0xfa, 0x21, 0x3d, 0x37, 0xfa, 0x21, 0x3d]);
        let plain = &mut self.plain[..payload.len()];
        let (words, rest) = payload.as_chunks::<8>();
        let (plain_words, plain_rest) = plain.as_chunks_mut::<8>();
        for (plain, word) in plain_words.iter_mut().zip(words) {
            *plain = (u64::from_ne_bytes(*word) ^ key).to_ne_bytes();
        }
        for (plain, byte) in plain_rest.iter_mut().zip(rest) {
            *plain = byte ^ 0x37;
        }
        black_box(plain);
        Some(())
    }
}
