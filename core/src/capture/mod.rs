//! Turns the bytes of a capture file into [`CapturedPacket`]s: pcap and pcapng, plain, gzip or zstd.

mod timestamp;

pub use timestamp::Timestamp;

/// One captured packet, borrowed from the bytes it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapturedPacket<'a> {
    /// Counted from 1 in file order, as Wireshark does.
    pub number: u64,
    /// When it was captured, if the file says so.
    pub time: Option<Timestamp>,
    /// The link type (`LINKTYPE_…`) of the interface it was captured on.
    pub link_type: u16,
    /// The interface, counted from 0 over all sections of the file.
    pub interface: u32,
    /// Offset of `data` in the (decompressed) file.
    pub offset: u64,
    /// The captured bytes.
    pub data: &'a [u8],
    /// Length of the packet on the wire; larger than `data` where the snap length cut it.
    pub original_length: u32,
}
