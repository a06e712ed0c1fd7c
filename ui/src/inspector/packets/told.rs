//! What a segment gave to its message, in words.

use sockscope_core::session::api::PacketView;

use crate::words;

/// What came of a segment's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// All that it carries of the message was taken.
    Taken,
    /// Nothing was taken: all of it had come in another segment.
    Repeated,
    /// Some was taken, the rest had come in another segment.
    Overlaps,
}

/// What came of it.
pub fn fate(packet: &PacketView) -> Fate {
    match (packet.retransmitted, packet.taken) {
        (false, _) => Fate::Taken,
        (true, 0) => Fate::Repeated,
        (true, _) => Fate::Overlaps,
    }
}

impl Fate {
    /// The sign and the word in its row.
    pub fn mark(self) -> (&'static str, &'static str) {
        match self {
            Self::Taken => ("", ""),
            Self::Repeated => ("↻", "retransmitted"),
            Self::Overlaps => ("⧉", "overlaps"),
        }
    }
}

/// One or two sentences about a segment.
pub fn explain(packet: &PacketView) -> String {
    let length = u64::from(packet.length);
    let bytes = words::counted(length, "byte");
    let taken = words::counted(packet.taken, "byte");
    match fate(packet) {
        Fate::Taken if packet.taken >= length => format!("All its {bytes} belong to this message."),
        Fate::Taken => {
            format!("{taken} of its {bytes} belong to this message; the others belong to its neighbours.")
        }
        Fate::Repeated => format!(
            "A retransmission: nothing was taken from its {bytes}, since what it carries of this message had already come in another packet. \
             Its sender saw no acknowledgement in time, or the capture holds the same packet twice."
        ),
        Fate::Overlaps => format!(
            "It overlaps with another packet: {taken} of its {bytes} were taken, and the rest of what it carries of this message had already \
             come (RFC 9293 §3.10.7.4 trims such segments)."
        ),
    }
}

/// These packets as a display filter of Wireshark.
pub fn wireshark(packets: &[u64]) -> String {
    match packets {
        [one] => format!("frame.number == {one}"),
        many => {
            let numbers: Vec<String> = many.iter().map(u64::to_string).collect();
            format!("frame.number in {{{}}}", numbers.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(length: u32, taken: u64, retransmitted: bool) -> PacketView {
        PacketView {
            packet: 9,
            time: None,
            sequence: 1,
            acknowledgement: None,
            length,
            stream_offset: 0,
            taken,
            retransmitted,
        }
    }

    #[test]
    fn a_segment_says_what_was_taken() {
        assert_eq!(fate(&packet(100, 100, false)), Fate::Taken);
        assert_eq!(explain(&packet(100, 100, false)), "All its 100 bytes belong to this message.");
        assert!(explain(&packet(100, 40, false)).starts_with("40 bytes of its 100 bytes belong"));
        assert_eq!(fate(&packet(100, 0, true)), Fate::Repeated);
        assert_eq!(fate(&packet(100, 40, true)), Fate::Overlaps);
    }

    #[test]
    fn packets_become_a_filter() {
        assert_eq!(wireshark(&[2204]), "frame.number == 2204");
        assert_eq!(wireshark(&[2204, 2205]), "frame.number in {2204, 2205}");
    }
}
