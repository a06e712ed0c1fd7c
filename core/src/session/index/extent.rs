//! Extents as the index keeps them: 24 bytes each. Where bytes are lost between two, an extent without a place stands
//! for them.

use super::spill::{Fixed, take};
use crate::capture::Timestamp;
use crate::stream::{Extent, Origin};

/// One extent. Its stream offset follows from the message's and the lengths before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedExtent {
    /// `u64::MAX`: the bytes are lost.
    place: u64,
    /// `u64::MAX`: the capture has no times.
    time: u64,
    packet: u32,
    length: u32,
}

const NOWHERE: u64 = u64::MAX;
const NO_TIME: u64 = u64::MAX;

impl PackedExtent {
    /// `extent` as the index keeps it; what of it does not fit into one is given to the next.
    pub fn pack(extent: &Extent, mut each: impl FnMut(Self)) {
        let (mut place, mut left) = (extent.place, extent.length);
        let time = extent.origin.time.map_or(NO_TIME, |time| time.0);
        let packet = u32::try_from(extent.origin.packet).unwrap_or(u32::MAX);
        while left > 0 {
            let length = u32::try_from(left).unwrap_or(u32::MAX);
            each(Self { place, time, packet, length });
            place = place.saturating_add(u64::from(length));
            left -= u64::from(length);
        }
    }

    /// So many lost bytes.
    pub fn lost(length: u64, mut each: impl FnMut(Self)) {
        let mut left = length;
        while left > 0 {
            let length = u32::try_from(left).unwrap_or(u32::MAX);
            each(Self { place: NOWHERE, time: NO_TIME, packet: 0, length });
            left -= u64::from(length);
        }
    }

    /// How many bytes.
    pub fn length(&self) -> u64 {
        u64::from(self.length)
    }

    /// Its packet, unless its bytes are lost.
    pub fn origin(&self) -> Option<Origin> {
        (self.place != NOWHERE).then(|| Origin {
            packet: u64::from(self.packet),
            time: (self.time != NO_TIME).then_some(Timestamp(self.time)),
        })
    }

    /// The extent again, at this offset of its direction's stream; `None`: its bytes are lost.
    pub fn unpack(&self, offset: u64) -> Option<Extent> {
        Some(Extent { offset, place: self.place, length: self.length(), origin: self.origin()? })
    }
}

impl Fixed for PackedExtent {
    const SIZE: usize = 24;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.place.to_le_bytes());
        to.extend_from_slice(&self.time.to_le_bytes());
        self.packet.write(to);
        self.length.write(to);
    }

    fn read(from: &mut &[u8]) -> Self {
        let [place, time] = std::array::from_fn(|_| u64::from_le_bytes(take(from)));
        let [packet, length] = std::array::from_fn(|_| u32::read(from));
        Self { place, time, packet, length }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_24_bytes_and_comes_back() {
        assert_eq!(size_of::<PackedExtent>(), 24);
        let origin = Origin { packet: 7, time: Some(Timestamp(99)) };
        let extent = Extent { offset: 5, place: 1 << 40, length: (1 << 33) + 1, origin };
        let mut packed = Vec::new();
        PackedExtent::pack(&extent, |each| packed.push(each));
        assert_eq!(packed.iter().map(PackedExtent::length).sum::<u64>(), extent.length);
        assert_eq!(packed[0].unpack(5), Some(Extent { length: u64::from(u32::MAX), ..extent }));
        let second = packed[1].unpack(5 + u64::from(u32::MAX)).unwrap();
        assert_eq!((second.place, second.origin), (extent.place + u64::from(u32::MAX), origin));
        let mut bytes = Vec::new();
        packed[1].write(&mut bytes);
        assert_eq!(bytes.len(), PackedExtent::SIZE);
        assert_eq!(PackedExtent::read(&mut bytes.as_slice()), packed[1]);
        PackedExtent::lost(3, |lost| assert_eq!((lost.length(), lost.unpack(0)), (3, None)));
    }
}
