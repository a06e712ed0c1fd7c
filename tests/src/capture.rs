//! Turns packets into the bytes of a capture file: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng).
//!
//! Leaves out compression, name resolution, interface statistics and secrets.

/// `LINKTYPE_ETHERNET`.
pub const ETHERNET: u16 = 1;

/// One packet as it was on the wire, and how much of it was captured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Nanoseconds since the Unix epoch.
    pub time: u64,
    /// The captured bytes, link layer first.
    pub data: Vec<u8>,
    /// Length on the wire.
    pub original_length: u32,
}

impl Packet {
    /// A packet that was captured whole.
    pub fn new(time: u64, data: Vec<u8>) -> Self {
        let original_length = u32::try_from(data.len()).expect("a packet is short");
        Self { time, data, original_length }
    }

    /// The same packet, cut to a snap length.
    pub fn snapped(mut self, snap_length: usize) -> Self {
        self.data.truncate(snap_length);
        self
    }
}

/// Byte order of a file's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

impl Order {
    fn u16(self, value: u16) -> [u8; 2] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }

    fn u32(self, value: u32) -> [u8; 4] {
        match self {
            Self::Little => value.to_le_bytes(),
            Self::Big => value.to_be_bytes(),
        }
    }
}

/// Unit of a file's timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// 10⁻⁶ s.
    Micro,
    /// 10⁻⁹ s.
    Nano,
}

impl Resolution {
    /// Nanoseconds of one unit.
    fn unit(self) -> u64 {
        match self {
            Self::Micro => 1_000,
            Self::Nano => 1,
        }
    }
}

/// A pcap file's form; by default microseconds, little-endian, Ethernet, as tcpdump writes it.
#[derive(Clone, Copy, Debug)]
pub struct Pcap {
    /// Byte order of the headers.
    pub order: Order,
    /// Unit of the timestamps.
    pub resolution: Resolution,
    /// `LINKTYPE_…`.
    pub link_type: u16,
    /// Longer packets are cut to this.
    pub snap_length: u32,
}

impl Default for Pcap {
    fn default() -> Self {
        Self {
            order: Order::Little,
            resolution: Resolution::Micro,
            link_type: ETHERNET,
            snap_length: 262_144,
        }
    }
}

impl Pcap {
    /// Length of the file header.
    pub const FILE_HEADER: usize = 24;
    /// Length of the header before each packet.
    pub const RECORD_HEADER: usize = 16;

    /// The file.
    pub fn write(&self, packets: &[Packet]) -> Vec<u8> {
        let order = self.order;
        let magic: u32 = match self.resolution {
            Resolution::Micro => 0xa1b2_c3d4,
            Resolution::Nano => 0xa1b2_3c4d,
        };
        let mut file = Vec::new();
        file.extend(order.u32(magic));
        file.extend(order.u16(2));
        file.extend(order.u16(4));
        file.extend([0; 8]);
        file.extend(order.u32(self.snap_length));
        file.extend(order.u32(self.link_type.into()));
        for packet in packets {
            let captured = &packet.data[..packet.data.len().min(self.snap_length as usize)];
            let seconds = u32::try_from(packet.time / 1_000_000_000).expect("a time before 2106");
            file.extend(order.u32(seconds));
            file.extend(order.u32((packet.time % 1_000_000_000 / self.resolution.unit()) as u32));
            file.extend(order.u32(captured.len() as u32));
            file.extend(order.u32(packet.original_length));
            file.extend(captured);
        }
        file
    }
}

/// A pcapng file's form: one section, one Ethernet interface, enhanced packet blocks.
#[derive(Clone, Copy, Debug)]
pub struct PcapNg {
    /// Byte order of the section.
    pub order: Order,
    /// Unit of the timestamps.
    pub resolution: Resolution,
}

impl Default for PcapNg {
    fn default() -> Self {
        Self { order: Order::Little, resolution: Resolution::Micro }
    }
}

impl PcapNg {
    /// The file.
    pub fn write(&self, packets: &[Packet]) -> Vec<u8> {
        let order = self.order;
        let mut section = Vec::new();
        section.extend(order.u32(0x1a2b_3c4d));
        section.extend(order.u16(1));
        section.extend(order.u16(0));
        section.extend([0xff; 8]);
        let mut interface = Vec::new();
        interface.extend(order.u16(ETHERNET));
        interface.extend([0, 0]);
        interface.extend(order.u32(262_144));
        if self.resolution == Resolution::Nano {
            interface.extend(order.u16(9));
            interface.extend(order.u16(1));
            interface.extend([9, 0, 0, 0]);
            interface.extend([0; 4]);
        }
        let mut file = self.block(0x0a0d_0d0a, &section);
        file.extend(self.block(1, &interface));
        for packet in packets {
            let units = packet.time / self.resolution.unit();
            let mut body = Vec::new();
            body.extend(order.u32(0));
            body.extend(order.u32((units >> 32) as u32));
            body.extend(order.u32(units as u32));
            body.extend(order.u32(packet.data.len() as u32));
            body.extend(order.u32(packet.original_length));
            body.extend(&packet.data);
            body.resize(body.len().next_multiple_of(4), 0);
            file.extend(self.block(6, &body));
        }
        file
    }

    /// One block: its type, its length, its body and its length again.
    pub fn block(&self, kind: u32, body: &[u8]) -> Vec<u8> {
        let length = self.order.u32(u32::try_from(body.len() + 12).expect("a block is short"));
        [&self.order.u32(kind)[..], &length, body, &length].concat()
    }
}

/// Packets of several sources in one list by time. Each source keeps its own order, whatever its times say.
pub fn interleave(sources: &[Vec<Packet>]) -> Vec<Packet> {
    let mut rest: Vec<&[Packet]> = sources.iter().map(Vec::as_slice).collect();
    let mut merged = Vec::new();
    loop {
        let earliest =
            rest.iter_mut().filter(|packets| !packets.is_empty()).min_by_key(|packets| packets[0].time);
        let Some(packets) = earliest else { return merged };
        merged.push(packets[0].clone());
        *packets = &packets[1..];
    }
}
