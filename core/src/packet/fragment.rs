//! Joins fragments of IP datagrams (RFC 791 §3.2, RFC 8200 §4.5), whatever their order.
//!
//! etherparse's `IpDefragPool` is not used: it is unbounded by its own account, lets a later copy overwrite an
//! earlier one, and joins IPv6 fragments that overlap. Leaves out fragments that the snap length cut.

use super::Piece;
use super::ip::{Datagram, Fragment};
use super::layer::Stop;
use super::tunnel::Tunnel;
use crate::capture::Timestamp;
use etherparse::IpNumber;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Nanoseconds after its first fragment at which a datagram is given up (RFC 8200 §4.5, RFC 1122 §3.3.2): another
/// one may have its id by then.
const TIMEOUT: u64 = 60_000_000_000;

/// The largest payload that a 16-bit length can mean.
const MAX_LENGTH: usize = 65_535;

/// Fragments come in units of eight bytes (RFC 791 §3.1).
const BLOCK: usize = 8;

/// Datagrams of which fragments are missing. A tree and no hash table, so that nobody can aim at collisions.
#[derive(Debug)]
pub(super) struct Fragments {
    /// How many may be held.
    limit: usize,
    held: BTreeMap<Key, Held>,
    /// The keys of `held` by age, which is the order in which their first fragment came.
    ages: BTreeMap<u64, Key>,
    /// The age of the next one.
    next_age: u64,
    /// How many were given up.
    given_up: u64,
}

/// A datagram of which all fragments came.
#[derive(Debug)]
pub(super) struct Whole {
    /// What the bytes are, by the first fragment.
    pub protocol: IpNumber,
    /// TTL or hop limit of the first fragment.
    pub hop_limit: u8,
    /// The payload.
    pub bytes: Vec<u8>,
    /// Where its bytes stand; `joined` counts from the datagram's first byte.
    pub pieces: Vec<Piece>,
}

/// What the fragments of one datagram have in common. The protocol of IPv6 is 0 here, since there only the first
/// fragment's counts (RFC 8200 §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    id: u32,
    source: IpAddr,
    destination: IpAddr,
    protocol: u8,
    tunnel: Option<Tunnel>,
}

/// A datagram with holes.
#[derive(Debug)]
struct Held {
    age: u64,
    /// When its first fragment was captured.
    since: Option<Timestamp>,
    /// Protocol and hop limit of the fragment at offset 0.
    first: Option<(IpNumber, u8)>,
    /// Length of the datagram, once its last fragment was seen.
    length: Option<usize>,
    /// The payload, zeros in the holes.
    bytes: Vec<u8>,
    /// Where what is filled stands.
    pieces: Vec<Piece>,
    /// One bit for each block of `bytes` that is filled.
    filled: Vec<u64>,
    /// How many blocks are filled.
    blocks: usize,
    /// Contradictory: what still comes of it is dropped (RFC 5722 §4).
    discarded: bool,
}

impl Fragments {
    /// Holds at most `limit` datagrams, of at most 64 KiB each.
    pub fn new(limit: usize) -> Self {
        Self { limit, held: BTreeMap::new(), ages: BTreeMap::new(), next_age: 0, given_up: 0 }
    }

    /// How many datagrams lack fragments: held, or given up.
    pub fn unfinished(&self) -> u64 {
        let held = self.held.values().filter(|held| !held.discarded).count();
        self.given_up.saturating_add(u64::try_from(held).unwrap_or(u64::MAX))
    }

    /// Adds a fragment that stands at `place`, and gives the datagram if that completes it.
    pub fn add(
        &mut self,
        datagram: &Datagram<'_>,
        fragment: Fragment,
        place: u64,
        tunnel: Option<Tunnel>,
        time: Option<Timestamp>,
    ) -> Result<Whole, Stop> {
        let bytes = datagram.span.bytes();
        let end = fragment.offset.checked_add(bytes.len()).ok_or(Stop::Malformed)?;
        // All but the last are whole blocks; a datagram beyond the largest length is the ping of death.
        let uneven = fragment.more && (bytes.is_empty() || !bytes.len().is_multiple_of(BLOCK));
        if datagram.span.is_cut() || uneven || end > MAX_LENGTH {
            return Err(Stop::Malformed);
        }
        let key = Key {
            id: fragment.id,
            source: datagram.addresses.source(),
            destination: datagram.addresses.destination(),
            protocol: if datagram.addresses.is_v6() { 0 } else { datagram.protocol.0 },
            tunnel,
        };
        let held = self.entry(key, time).ok_or(Stop::FragmentHeld)?;
        if held.discarded {
            return Err(Stop::Malformed);
        }
        if !held.insert(datagram, fragment, place, end) {
            held.discarded = true;
            held.bytes = Vec::new();
            held.pieces = Vec::new();
            held.filled = Vec::new();
            self.given_up += 1;
            return Err(Stop::Malformed);
        }
        match held.first {
            Some((protocol, hop_limit)) if held.is_complete() => {
                let whole = self.remove(&key).ok_or(Stop::FragmentHeld)?;
                Ok(Whole { protocol, hop_limit, bytes: whole.bytes, pieces: whole.pieces })
            }
            _ => Err(Stop::FragmentHeld),
        }
    }

    /// The datagram of that key, a new one if there is none or if it is too old; `None` if none may be held.
    fn entry(&mut self, key: Key, time: Option<Timestamp>) -> Option<&mut Held> {
        let expired = |held: &Held| match (held.since, time) {
            (Some(since), Some(now)) => now.since(since) > TIMEOUT,
            _ => false,
        };
        if self.held.get(&key).is_some_and(expired) {
            self.give_up(key);
        }
        if !self.held.contains_key(&key) {
            if self.limit == 0 {
                return None;
            }
            while self.held.len() >= self.limit
                && let Some((_, oldest)) = self.ages.first_key_value()
            {
                self.give_up(*oldest);
            }
            self.ages.insert(self.next_age, key);
            self.held.insert(key, Held::new(self.next_age, time));
            self.next_age += 1;
        }
        self.held.get_mut(&key)
    }

    fn give_up(&mut self, key: Key) {
        if self.remove(&key).is_some_and(|held| !held.discarded) {
            self.given_up += 1;
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Held> {
        let held = self.held.remove(key)?;
        self.ages.remove(&held.age);
        Some(held)
    }
}

impl Held {
    fn new(age: u64, since: Option<Timestamp>) -> Self {
        Self {
            age,
            since,
            first: None,
            length: None,
            bytes: Vec::new(),
            pieces: Vec::new(),
            filled: Vec::new(),
            blocks: 0,
            discarded: false,
        }
    }

    /// Puts a fragment in its place; false if it contradicts what came before.
    fn insert(&mut self, datagram: &Datagram<'_>, fragment: Fragment, place: u64, end: usize) -> bool {
        let last = !fragment.more;
        let contradiction = match self.length {
            Some(length) => end > length || last && end != length,
            None => last && self.bytes.len() > end,
        };
        if contradiction {
            return false;
        }
        let bytes = datagram.span.bytes();
        if datagram.addresses.is_v6() {
            match self.overlap(fragment.offset, bytes) {
                Overlap::None => {}
                // An exact copy is no attack, only a network that repeats itself (RFC 8200 §4.5).
                Overlap::Copy => return true,
                Overlap::Other => return false,
            }
        }
        if last {
            self.length = Some(end);
        }
        if fragment.offset == 0 && self.first.is_none() {
            self.first = Some((datagram.protocol, datagram.hop_limit));
        }
        if self.bytes.is_empty() {
            // Zeros from the allocator cost less than zeros written, and one tiny fragment may ask for 64 KiB.
            self.bytes = vec![0; end];
            self.filled = vec![0; end.div_ceil(BLOCK).div_ceil(64)];
        }
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
            self.filled.resize(end.div_ceil(BLOCK).div_ceil(64), 0);
        }
        // The first copy of a block stays, as in most stacks.
        let places = self.bytes.get_mut(fragment.offset..end).unwrap_or_default().chunks_mut(BLOCK);
        for (index, (room, block)) in places.zip(bytes.chunks(BLOCK)).enumerate() {
            let (word, bit) = bit(fragment.offset / BLOCK + index);
            if let Some(word) = self.filled.get_mut(word)
                && *word & bit == 0
            {
                *word |= bit;
                self.blocks += 1;
                room.copy_from_slice(block);
                let before = (index * BLOCK) as u64;
                let length = block.len() as u64;
                let joined = fragment.offset as u64 + before;
                add_piece(&mut self.pieces, Piece { joined, place: place + before, length });
            }
        }
        true
    }

    /// How a fragment stands to what came before.
    fn overlap(&self, offset: usize, bytes: &[u8]) -> Overlap {
        let first = offset / BLOCK;
        let is_filled = |block: usize| {
            let (word, bit) = bit(block);
            self.filled.get(word).is_some_and(|word| word & bit != 0)
        };
        let blocks = first..first + bytes.len().div_ceil(BLOCK);
        if !blocks.clone().any(is_filled) {
            return Overlap::None;
        }
        let same = self.bytes.get(offset..).is_some_and(|there| there.starts_with(bytes));
        if same && blocks.clone().all(is_filled) { Overlap::Copy } else { Overlap::Other }
    }

    fn is_complete(&self) -> bool {
        self.length.is_some_and(|length| self.blocks == length.div_ceil(BLOCK))
    }
}

/// Adds a piece, or makes the last one longer where it goes on with it.
fn add_piece(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last)
            if last.joined + last.length == piece.joined && last.place + last.length == piece.place =>
        {
            last.length += piece.length;
        }
        _ => pieces.push(piece),
    }
}

enum Overlap {
    None,
    Copy,
    Other,
}

/// Where the bit of a block stands.
fn bit(block: usize) -> (usize, u64) {
    (block / 64, 1 << (block % 64))
}
