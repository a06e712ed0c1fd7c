//! Where tshark is wrong: every difference that is known, with its fault. `docs/tshark.md` explains the faults.
//!
//! A row is true only as long as its differences show, and as long as the sample's truth proves them.

use std::ops::RangeInclusive;

use sockscope_core::stream::Side::{self, Client, Server};

use crate::compare::What::{
    self, Accept, FrameInvented, FrameMissing, Message, Packet, Payload, Request, Response,
};

/// The version in which these faults were seen.
pub const VERSION: &str = "4.0";

/// A fault of tshark. Its name is the heading of its section in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    AcceptUnchecked,
    ConnectTunnel,
    CutPacket,
    EmptyCompressedMessage,
    EmptyLastFragment,
    EncryptedHello,
    ForgedCopy,
    FragmentedCompressedMessage,
    FrameBehindTheRequest,
    HandshakeInPieces,
    LargeMaskedFrame,
    LegacyDraft,
    LostSegment,
    NoHandshake,
    OneDirection,
    OneSidedTakeover,
    OutOfOrderByDefault,
    SpacesKept,
}

use Fault::{
    AcceptUnchecked, ConnectTunnel, CutPacket, EmptyCompressedMessage, EmptyLastFragment, EncryptedHello,
    ForgedCopy, FragmentedCompressedMessage, FrameBehindTheRequest, HandshakeInPieces, LargeMaskedFrame,
    LegacyDraft, LostSegment, NoHandshake, OneDirection, OneSidedTakeover, OutOfOrderByDefault, SpacesKept,
};

impl Fault {
    pub fn name(self) -> &'static str {
        match self {
            AcceptUnchecked => "accept-unchecked",
            ConnectTunnel => "connect-tunnel",
            CutPacket => "cut-packet",
            EmptyCompressedMessage => "empty-compressed-message",
            EmptyLastFragment => "empty-last-fragment",
            EncryptedHello => "encrypted-hello",
            ForgedCopy => "forged-copy",
            FragmentedCompressedMessage => "fragmented-compressed-message",
            FrameBehindTheRequest => "frame-behind-the-request",
            HandshakeInPieces => "handshake-in-pieces",
            LargeMaskedFrame => "large-masked-frame",
            LegacyDraft => "legacy-draft",
            LostSegment => "lost-segment",
            NoHandshake => "no-handshake",
            OneDirection => "one-direction",
            OneSidedTakeover => "one-sided-takeover",
            OutOfOrderByDefault => "out-of-order-by-default",
            SpacesKept => "spaces-kept",
        }
    }
}

/// The differences that a fault makes in a sample.
pub struct Known {
    pub fault: Fault,
    pub sample: &'static str,
    pub differences: &'static [Differing],
}

/// The TCP stream, who sent it, what differs, and the numbers (of frames, messages, connections or packets).
pub type Differing = (u64, Side, What, &'static [RangeInclusive<u64>]);

/// Samples that lose frames of a stream's direction unless tshark is told to reassemble what comes out of order.
pub const OUT_OF_ORDER: &[(&str, u64, Side)] =
    &[("loss-and-reordering", 0, Client), ("loss-and-reordering", 0, Server)];

/// All of them.
pub const KNOWN: &[Known] = &[
    known(AcceptUnchecked, "accept-without-guid", &[(1, Server, Accept, &[1..=1])]),
    known(
        AcceptUnchecked,
        "accept-wrong-in-many-ways",
        &[
            (2, Server, Accept, &[2..=2]),
            (3, Server, Accept, &[3..=3]),
            (4, Server, Accept, &[4..=4]),
            (5, Server, Accept, &[5..=5]),
            (6, Server, Accept, &[6..=6]),
            (7, Server, Accept, &[7..=7]),
        ],
    ),
    known(SpacesKept, "accept-wrong-in-many-ways", &[(9, Server, Response, &[9..=9])]),
    known(
        EmptyCompressedMessage,
        "browser-deflate",
        &[
            (2, Client, Message, &[2..=2, 7..=7]),
            (2, Server, Message, &[17..=17, 22..=22]),
            (3, Client, Message, &[2..=2, 7..=7]),
            (3, Server, Message, &[17..=17, 22..=22]),
        ],
    ),
    known(
        ConnectTunnel,
        "connect-proxy",
        &[
            (0, Client, Request, &[0..=0]),
            (0, Client, FrameMissing, &[0..=0, 2..=2, 4..=4, 6..=6]),
            (0, Server, FrameMissing, &[1..=1, 3..=3, 5..=5, 7..=7]),
        ],
    ),
    known(EmptyCompressedMessage, "deflate-above-a-threshold", EMPTY),
    known(FragmentedCompressedMessage, "deflate-above-a-threshold", FRAGMENTED),
    known(EmptyCompressedMessage, "deflate-context-takeover", EMPTY),
    known(FragmentedCompressedMessage, "deflate-context-takeover", FRAGMENTED),
    known(
        EmptyCompressedMessage,
        "deflate-nine-bit-window",
        &[(0, Client, Message, &[4..=4, 12..=12]), (0, Server, Message, &[5..=5, 13..=13])],
    ),
    known(EmptyCompressedMessage, "deflate-no-context-takeover", EMPTY),
    known(FragmentedCompressedMessage, "deflate-no-context-takeover", FRAGMENTED),
    known(EmptyLastFragment, "forged-segment", LAST),
    known(
        ForgedCopy,
        "forged-segment",
        &[(0, Server, Packet, &[4..=4]), (0, Server, Payload, &[4..=4]), (0, Server, Message, &[4..=4])],
    ),
    known(FrameBehindTheRequest, "frames-with-the-head", &[(1, Client, FrameMissing, &[0..=0])]),
    known(
        EmptyCompressedMessage,
        "gap-under-deflate",
        &[(0, Client, Message, &[6..=6, 12..=12]), (0, Server, Message, &[7..=7])],
    ),
    known(FragmentedCompressedMessage, "gap-under-deflate", &[(0, Client, Message, &[21..=21])]),
    known(
        LostSegment,
        "gap-under-deflate",
        &[(
            0,
            Server,
            FrameMissing,
            &[23..=60, 62..=62, 64..=64, 66..=66, 68..=68, 70..=70, 72..=72, 74..=74, 76..=76],
        )],
    ),
    known(
        LostSegment,
        "gaps",
        &[
            (0, Client, FrameMissing, &[17..=29, 31..=31, 33..=33, 35..=35]),
            (0, Server, FrameMissing, &[6..=16, 30..=30, 32..=32, 34..=34, 36..=36]),
        ],
    ),
    known(EmptyLastFragment, "gre-tunnel", LAST),
    known(EmptyLastFragment, "gzip-compressed", LAST),
    known(
        LegacyDraft,
        "hixie-76",
        &[(0, Client, FrameMissing, &[0..=0, 4..=5]), (0, Server, FrameMissing, &[1..=3, 6..=6])],
    ),
    known(EmptyLastFragment, "ip-fragments-shuffled", LAST),
    known(
        HandshakeInPieces,
        "made-byte-by-byte",
        &[
            (0, Client, Request, &[0..=0]),
            (0, Client, FrameMissing, &[0..=0, 2..=2]),
            (0, Server, FrameMissing, &[1..=1, 3..=3]),
        ],
    ),
    known(
        LargeMaskedFrame,
        "made-large-masked-frame",
        &[(0, Client, Payload, &[0..=0]), (0, Client, Message, &[0..=0])],
    ),
    known(OneSidedTakeover, "made-one-sided-takeover", &[(0, Server, Message, &[3..=3, 5..=5])]),
    known(
        NoHandshake,
        "mid-stream-recognised",
        &[
            (
                0,
                Client,
                FrameMissing,
                &[4..=7, 9..=12, 14..=14, 16..=16, 18..=18, 20..=20, 22..=22, 24..=24, 26..=26, 28..=28],
            ),
            (
                0,
                Server,
                FrameMissing,
                &[
                    0..=3,
                    8..=8,
                    13..=13,
                    15..=15,
                    17..=17,
                    19..=19,
                    21..=21,
                    23..=23,
                    25..=25,
                    27..=27,
                    29..=29,
                ],
            ),
        ],
    ),
    known(EmptyLastFragment, "mpls-labels", LAST),
    known(OneDirection, "one-direction", &[(0, Client, FrameMissing, &[0..=19])]),
    known(EmptyLastFragment, "pcap-big-endian-nanoseconds", LAST),
    known(EmptyLastFragment, "pcapng-three-interfaces", LAST),
    known(EmptyLastFragment, "plain-conversation", LAST),
    known(EmptyLastFragment, "sequence-wraparound", LAST),
    known(
        CutPacket,
        "snap-length",
        &[
            (
                0,
                Client,
                FrameMissing,
                &[
                    9..=9,
                    11..=11,
                    13..=13,
                    15..=15,
                    17..=20,
                    22..=22,
                    24..=24,
                    26..=26,
                    28..=28,
                    30..=30,
                    32..=32,
                    34..=34,
                    36..=36,
                ],
            ),
            (0, Client, FrameInvented, &[19..=19]),
            (
                0,
                Server,
                FrameMissing,
                &[
                    14..=14,
                    16..=16,
                    21..=21,
                    23..=23,
                    25..=25,
                    27..=27,
                    29..=29,
                    31..=31,
                    33..=33,
                    35..=35,
                    37..=37,
                ],
            ),
            (0, Server, FrameInvented, &[29..=29]),
        ],
    ),
    known(EmptyLastFragment, "vlan-tags", LAST),
    known(EmptyLastFragment, "vxlan-tunnel", LAST),
    known(EmptyLastFragment, "zstd-compressed", LAST),
    known(
        EmptyCompressedMessage,
        "tls13-browser",
        &[
            (2, Client, Message, &[2..=2, 7..=7]),
            (2, Server, Message, &[17..=17, 22..=22]),
            (3, Client, Message, &[2..=2, 7..=7]),
            (3, Server, Message, &[13..=13, 18..=18]),
        ],
    ),
    known(
        EncryptedHello,
        "tls13-encrypted-hello",
        &[
            (0, Client, Request, &[0..=0]),
            (0, Client, FrameMissing, &[0..=0, 2..=2, 4..=4, 6..=6]),
            (0, Server, FrameMissing, &[1..=1, 3..=3, 5..=5, 7..=7]),
            (1, Client, Request, &[1..=1]),
            (1, Client, FrameMissing, &[0..=0, 2..=2, 4..=4, 6..=6]),
            (1, Server, FrameMissing, &[1..=1, 3..=3, 5..=5, 7..=7]),
        ],
    ),
];

/// The empty messages of the conversation that Node ws recorded with three settings of permessage-deflate.
const EMPTY: &[Differing] =
    &[(0, Client, Message, &[6..=6, 16..=16]), (0, Server, Message, &[7..=7, 17..=17])];
/// Its fragmented ones.
const FRAGMENTED: &[Differing] = &[(0, Client, Message, &[58..=58]), (0, Server, Message, &[57..=57])];
/// The message of the plain conversation, and of all that was made from it, whose last fragment is empty.
const LAST: &[Differing] = &[(0, Client, Message, &[17..=17])];

/// Samples that were made from another one by taking packets away: what their own truth must leave open, since it depends
/// on what is lost, the other's truth knows.
pub const MADE_FROM: &[(&str, &str)] = &[("gap-under-deflate", "deflate-context-takeover")];

const fn known(fault: Fault, sample: &'static str, differences: &'static [Differing]) -> Known {
    Known { fault, sample, differences }
}
