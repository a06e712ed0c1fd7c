//! Captures of millions of packets, written without anything that takes time: raw IPv4, checksums left at zero.

/// A pcap file in the making.
pub struct Packets {
    pub file: Vec<u8>,
    time: u64,
}

/// A segment. From and to are address and port.
#[derive(Clone, Copy)]
pub struct Tcp {
    pub from: (u32, u16),
    pub to: (u32, u16),
    pub sequence: u32,
    pub acknowledgement: u32,
    pub flags: u8,
}

pub const SYN: u8 = 2;
pub const ACK: u8 = 16;

/// The client and the server where there is one connection.
pub const CLIENT: (u32, u16) = (0xc000_020a, 50_000);
pub const SERVER: (u32, u16) = (0xc633_6450, 80);

impl Packets {
    pub fn new() -> Self {
        let mut file = Vec::new();
        // Microseconds, little-endian, LINKTYPE_RAW.
        file.extend(0xa1b2_c3d4_u32.to_le_bytes());
        file.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101, 0, 0, 0]);
        Self { file, time: 0 }
    }

    pub fn tcp(&mut self, tcp: Tcp, payload: &[u8]) {
        let mut header = [0; 20];
        header[..2].copy_from_slice(&tcp.from.1.to_be_bytes());
        header[2..4].copy_from_slice(&tcp.to.1.to_be_bytes());
        header[4..8].copy_from_slice(&tcp.sequence.to_be_bytes());
        header[8..12].copy_from_slice(&tcp.acknowledgement.to_be_bytes());
        header[12] = 5 << 4;
        header[13] = tcp.flags;
        header[14..16].copy_from_slice(&1_000_u16.to_be_bytes());
        self.ip(tcp.from.0, tcp.to.0, 6, (0, 0), &[&header, payload]);
    }

    /// A datagram, or a fragment of it: its id, and the field with flags and offset.
    pub fn ip(&mut self, from: u32, to: u32, protocol: u8, (id, fragment): (u16, u16), payload: &[&[u8]]) {
        let length = 20 + payload.iter().map(|part| part.len()).sum::<usize>();
        let mut header = [0; 20];
        header[0] = 0x45;
        header[2..4].copy_from_slice(&(length as u16).to_be_bytes());
        header[4..6].copy_from_slice(&id.to_be_bytes());
        header[6..8].copy_from_slice(&fragment.to_be_bytes());
        header[8] = 64;
        header[9] = protocol;
        header[12..16].copy_from_slice(&from.to_be_bytes());
        header[16..].copy_from_slice(&to.to_be_bytes());
        self.time += 10;
        self.file.extend(((self.time / 1_000_000) as u32).to_le_bytes());
        self.file.extend(((self.time % 1_000_000) as u32).to_le_bytes());
        self.file.extend((length as u32).to_le_bytes());
        self.file.extend((length as u32).to_le_bytes());
        self.file.extend(header);
        payload.iter().for_each(|part| self.file.extend(*part));
    }
}

/// One connection, whose sides send what they are told and acknowledge at once.
pub struct Link {
    pub packets: Packets,
    next: [u32; 2],
}

impl Link {
    /// Opened by a handshake of TCP, and not by one of HTTP.
    pub fn open() -> Self {
        let mut packets = Packets::new();
        let tcp =
            |from, to, sequence, acknowledgement, flags| Tcp { from, to, sequence, acknowledgement, flags };
        packets.tcp(tcp(CLIENT, SERVER, 999, 0, SYN), &[]);
        packets.tcp(tcp(SERVER, CLIENT, 4_999, 1_000, SYN | ACK), &[]);
        packets.tcp(tcp(CLIENT, SERVER, 1_000, 5_000, ACK), &[]);
        Self { packets, next: [1_000, 5_000] }
    }

    /// The client (0) or the server (1) sends bytes in segments of up to 32 KiB.
    pub fn send(&mut self, side: usize, bytes: &[u8]) {
        for segment in bytes.chunks(32 << 10) {
            let tcp = self.segment(side);
            self.packets.tcp(tcp, segment);
            self.next[side] = self.next[side].wrapping_add(segment.len() as u32);
        }
    }

    /// The next segment of that side.
    pub fn segment(&self, side: usize) -> Tcp {
        let ends = [CLIENT, SERVER];
        Tcp {
            from: ends[side],
            to: ends[1 - side],
            sequence: self.next[side],
            acknowledgement: self.next[1 - side],
            flags: ACK,
        }
    }
}
