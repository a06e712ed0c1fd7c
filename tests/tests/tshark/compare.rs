//! Lays what both say side by side, and says where they differ.

use std::collections::BTreeSet;
use std::fmt;

use sockscope_core::stream::Side;

use crate::ours::{Ours, sha256};
use crate::seen::{Attempt, Direction, Frame, Place, Seen};

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// tshark does not find the upgrade, or reads another target or key. The number is the connection's.
    Request,
    /// tshark does not find the answer, or reads another status or Accept. The number is the connection's.
    Response,
    /// tshark says nothing of a wrong Accept. The number is the connection's.
    Accept,
    /// tshark has no such frame. The number is the frame's.
    FrameMissing,
    /// tshark has a frame that the engine has not. The number is the packet's.
    FrameInvented,
    /// tshark reads it in another packet. The number is the frame's.
    Packet,
    /// tshark reads another payload. The number is the frame's.
    Payload,
    /// tshark makes another message of it, or none. The number is the message's.
    Message,
    /// tshark has an upgrade that the engine has not. The number is its place among tshark's.
    UpgradeInvented,
}

/// One difference.
#[derive(Clone, Debug)]
pub struct Difference {
    pub key: Key,
    /// Which of the engine's rows it speaks of, if any.
    pub place: Option<Place>,
    pub detail: String,
}

/// Where and what, in the words of the list of known faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub stream: u64,
    /// Who sent what differs.
    pub side: Side,
    pub what: What,
    pub number: u64,
}

/// All differences, in order.
pub fn differences(ours: &Ours, peer: &Seen) -> Vec<Difference> {
    let mut found = Vec::new();
    attempts(&ours.seen.attempts, &peer.attempts, &mut found);
    let directions: BTreeSet<&Direction> = ours.seen.frames.keys().chain(peer.frames.keys()).collect();
    for &direction in directions {
        let list = |seen: &'_ Seen| seen.frames.get(&direction).cloned().unwrap_or_default();
        frames(direction, &list(&ours.seen), &list(peer), &mut found);
    }
    found.sort_by_key(|difference| difference.key);
    found
}

fn attempts(ours: &[Attempt], peer: &[Attempt], found: &mut Vec<Difference>) {
    let asked = |attempt: &Attempt| (attempt.stream, attempt.target.clone(), attempt.key.clone());
    let mut left: Vec<&Attempt> = peer.iter().collect();
    for mine in ours {
        let number = mine.connection.expect("the engine numbers connections");
        let mut differs = |what, side, detail: String| {
            let place = Some(Place { connection: number, frame: 0, message: None });
            found.push(Difference { key: Key { stream: mine.stream, side, what, number }, place, detail });
        };
        let Some(at) = left.iter().position(|other| asked(other) == asked(mine)) else {
            differs(
                What::Request,
                Side::Client,
                format!("no request for {:?} with key {:?}", mine.target, mine.key),
            );
            continue;
        };
        let other = left.remove(at);
        if (mine.status, &mine.accept) != (other.status, &other.accept) {
            let (here, there) = ((mine.status, &mine.accept), (other.status, &other.accept));
            differs(What::Response, Side::Server, format!("{here:?} here, {there:?} there"));
        }
        if mine.accept_ok == Some(false) && other.accept_ok.is_none() {
            differs(What::Accept, Side::Server, "the wrong Accept is passed over".to_owned());
        }
    }
    for (number, other) in (0..).zip(left) {
        let key = Key { stream: other.stream, side: Side::Client, what: What::UpgradeInvented, number };
        found.push(Difference { key, place: None, detail: format!("{other:?}") });
    }
}

fn frames(direction: Direction, ours: &[Frame], peer: &[Frame], found: &mut Vec<Difference>) {
    let mut differs = |what, number, place, detail: String| {
        let Direction { stream, side } = direction;
        found.push(Difference { key: Key { stream, side, what, number }, place, detail });
    };
    for pair in aligned(ours, peer) {
        match pair {
            // Of a frame with lost bytes nothing is asked.
            (Some(mine), _) if !mine.whole => {}
            (Some(mine), Some(other)) => {
                let place = mine.place.expect("the engine numbers frames");
                if mine.packet != other.packet {
                    differs(
                        What::Packet,
                        place.frame,
                        mine.place,
                        format!("{} here, {} there", mine.packet, other.packet),
                    );
                }
                if mine.payload != other.payload {
                    differs(
                        What::Payload,
                        place.frame,
                        mine.place,
                        bytes(Some(&mine.payload), Some(&other.payload)),
                    );
                }
                // Where no message of ours ends, the frame continues nothing, and nothing is known of it.
                if let (Some(message), Some(number)) = (&mine.message, place.message)
                    && other.message.as_ref() != Some(message)
                {
                    differs(
                        What::Message,
                        number,
                        mine.place,
                        bytes(Some(message), other.message.as_deref()),
                    );
                }
            }
            (Some(mine), None) => {
                let place = mine.place.expect("the engine numbers frames");
                differs(
                    What::FrameMissing,
                    place.frame,
                    mine.place,
                    format!("packet {}: {:?}", mine.packet, mine.header),
                );
            }
            (None, Some(other)) => {
                differs(What::FrameInvented, other.packet, None, format!("{:?}", other.header));
            }
            (None, None) => {}
        }
    }
}

/// Pairs the frames by their headers, in the longest common order; what one has alone stands alone.
fn aligned<'a>(ours: &'a [Frame], peer: &'a [Frame]) -> Vec<(Option<&'a Frame>, Option<&'a Frame>)> {
    let same = |mine: &Frame, other: &Frame| mine.header == other.header;
    let start = ours.iter().zip(peer).take_while(|(mine, other)| same(mine, other)).count();
    let (ours_left, peer_left) = (&ours[start..], &peer[start..]);
    let end = ours_left.iter().rev().zip(peer_left.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let (mine, other) = (&ours_left[..ours_left.len() - end], &peer_left[..peer_left.len() - end]);

    // longest[i][j]: pairs that mine[i..] and other[j..] can have.
    let mut longest = vec![vec![0u32; other.len() + 1]; mine.len() + 1];
    for i in (0..mine.len()).rev() {
        for j in (0..other.len()).rev() {
            longest[i][j] = if same(&mine[i], &other[j]) {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let mut pairs: Vec<_> = ours.iter().zip(peer).take(start).map(|(a, b)| (Some(a), Some(b))).collect();
    let (mut i, mut j) = (0, 0);
    while i < mine.len() || j < other.len() {
        if i < mine.len() && j < other.len() && same(&mine[i], &other[j]) {
            pairs.push((Some(&mine[i]), Some(&other[j])));
            (i, j) = (i + 1, j + 1);
        } else if j == other.len() || (i < mine.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            pairs.push((Some(&mine[i]), None));
            i += 1;
        } else {
            pairs.push((None, Some(&other[j])));
            j += 1;
        }
    }
    let tail = ours[ours.len() - end..].iter().zip(&peer[peer.len() - end..]);
    pairs.extend(tail.map(|(a, b)| (Some(a), Some(b))));
    pairs
}

/// Two payloads in few words.
fn bytes(here: Option<&[u8]>, there: Option<&[u8]>) -> String {
    let one = |payload: Option<&[u8]>| match payload {
        None => "none".to_owned(),
        Some(payload) => {
            let start: String = payload.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            format!("{} bytes {start}… ({})", payload.len(), &sha256(payload)[..8])
        }
    };
    format!("{} here, {} there", one(here), one(there))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { stream, side, what, number } = self.key;
        write!(f, "stream {stream}, {}, {what:?} {number}: {}", side.name(), self.detail)
    }
}
