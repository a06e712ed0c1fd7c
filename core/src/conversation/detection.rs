//! The first stage: what is spoken on a connection, told from its first bytes, on any port.

use std::net::IpAddr;

use crate::http::{self, Tri};
use crate::stream::{HeldChunk, Side, StreamChunk};
use crate::tcp::{EndPoint, Facts};
use crate::websocket::resync::{self, Expectation, Found};

use super::exchange::Item;

/// A server's port, and its address if that matters, that is to be read as WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeAs {
    /// Any address if absent.
    pub host: Option<IpAddr>,
    /// The server's port.
    pub port: u16,
}

impl DecodeAs {
    /// Whether it means this end point.
    pub fn matches(&self, end: EndPoint) -> bool {
        self.port == end.1 && self.host.is_none_or(|host| host == end.0)
    }
}

/// Segments of one side that are looked at before a connection is passed over: a SOCKS prelude is short.
const LOOKED_AT: u32 = 16;
/// Bytes of one side held while frames are looked for.
const HELD: usize = 256 << 10;
/// What an item costs beside its bytes.
const ITEM: usize = 128;
/// Bytes of a first line that is not complete.
const HEAD: usize = 16 << 10;
/// Bytes of one side before frames are looked for the first time.
const FIRST_TRY: usize = 2;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spoken {
    /// Not known yet.
    Unknown,
    /// HTTP/1.x; who the client is.
    Http {
        /// The side that asks.
        client: Side,
    },
    /// TLS; who the client is, as far as the first record tells.
    Tls {
        /// The side that asks.
        client: Side,
    },
    /// HTTP/2 without TLS.
    Http2,
    /// WebSocket frames without a handshake.
    Frames {
        /// The side whose frames are masked.
        client: Side,
        /// 0 to 1.
        confidence: f64,
    },
    /// Nothing that can be read.
    Other,
}

/// Looks at the first bytes of both sides.
#[derive(Debug, Default)]
pub struct Detection {
    sides: [Looked; 2],
    /// What has come, in order.
    items: Vec<(Side, Item)>,
}

#[derive(Debug, Default)]
struct Looked {
    /// Bytes that may be the beginning of a first line.
    head: Vec<u8>,
    segments: u32,
    held: usize,
    /// Frames are looked for again when so many bytes are held.
    next_try: usize,
    found: Option<Found>,
}

impl Detection {
    /// What is held, in bytes of memory.
    pub fn held(&self) -> usize {
        self.sides.iter().map(|looked| looked.held + looked.head.len()).sum()
    }

    /// Whether no side's first bytes can still turn out to be HTTP.
    pub fn is_no_http(&self) -> bool {
        self.sides.iter().all(|looked| looked.head.is_empty())
    }

    /// What came so far, for the stage that can read it.
    pub fn take_items(&mut self) -> Vec<(Side, Item)> {
        std::mem::take(&mut self.items)
    }

    /// Something that is no bytes.
    pub fn push(&mut self, side: Side, item: Item) {
        if let Item::Gap(_) = item {
            let looked = &mut self.sides[side.index()];
            *looked = Looked { segments: looked.segments, ..Looked::default() };
            // What came before the gap says nothing any more.
            self.drop_chunks(side);
        }
        if self.items.len() < HELD / ITEM {
            self.items.push((side, item));
        }
    }

    /// The next bytes of a side, and what they tell.
    pub fn data(&mut self, chunk: StreamChunk<'_>, asserted: bool, facts: &Facts) -> Spoken {
        let side = chunk.side;
        let chunk = behind_proxy_line(chunk);
        let looked = &mut self.sides[side.index()];
        looked.segments += 1;
        looked.held += chunk.bytes.len() + ITEM;
        let joined = !looked.head.is_empty();
        let mut spoken = classify(chunk.bytes, side);
        if joined {
            looked.head.extend_from_slice(chunk.bytes.get(..HEAD).unwrap_or(chunk.bytes));
            match classify(&looked.head, side) {
                // Two segments told nothing together: the second may begin something.
                Some(Spoken::Other) => {}
                together => spoken = together,
            }
        }
        let begun_before = joined && classify(&looked.head, side) != Some(Spoken::Other);
        match spoken {
            Some(Spoken::Other) => looked.head.clear(),
            Some(spoken) => {
                // The prelude of a proxy is nobody's: what follows it is read.
                if !begun_before {
                    self.drop_chunks(side);
                }
                self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
                return spoken;
            }
            None => {
                if !begun_before {
                    looked.head.clear();
                    looked.head.extend_from_slice(chunk.bytes.get(..HEAD).unwrap_or(chunk.bytes));
                }
                self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
                return if looked.head.len() > HEAD { Spoken::Other } else { Spoken::Unknown };
            }
        }
        if facts.syn_seen && !asserted {
            // All of the connection is there, and this side does not begin with a handshake.
            self.drop_chunks(side);
            return match self.sides.iter().any(|looked| looked.segments >= LOOKED_AT) {
                true => Spoken::Other,
                false => Spoken::Unknown,
            };
        }
        self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
        let looked = &self.sides[side.index()];
        if asserted || looked.held < looked.next_try.max(FIRST_TRY) {
            return Spoken::Unknown;
        }
        self.look(side);
        match self.recognise() {
            Spoken::Unknown if self.sides[side.index()].held > HELD => Spoken::Other,
            spoken => spoken,
        }
    }

    /// Looks once more at all that is held: no more will come.
    pub fn recognise_at_end(&mut self) -> Spoken {
        Side::BOTH.iter().for_each(|&side| self.look(side));
        self.recognise()
    }

    /// The server, if some bytes look like frames without enough evidence. Only clients mask (RFC 6455 §5.1).
    pub fn server_of_likely_frames(&self) -> Option<Side> {
        let mut sides = Side::BOTH.into_iter().zip(&self.sides);
        sides.find_map(|(side, looked)| {
            let found = looked.found.as_ref().filter(|found| found.bits >= resync::LIKELY)?;
            Some(if found.masked { side.other() } else { side })
        })
    }

    fn drop_chunks(&mut self, side: Side) {
        self.items.retain(|(of, item)| *of != side || !matches!(item, Item::Chunk(_)));
    }

    /// Looks for frames in what a side has sent.
    fn look(&mut self, side: Side) {
        let (mut bytes, mut starts) = (Vec::new(), Vec::new());
        for (of, item) in &self.items {
            if let (true, Item::Chunk(held)) = (*of == side, item) {
                starts.push(bytes.len());
                bytes.extend_from_slice(held.chunk(side).bytes);
            }
        }
        let expectation = Expectation { masked: None, deflate: true };
        let found = resync::find(&bytes, &starts, expectation);
        let looked = &mut self.sides[side.index()];
        looked.found = found.filter(|found| resync::covers(&bytes, found.at, expectation));
        // The work grows with the bytes, not with the segments.
        looked.next_try = looked.held + looked.held / 2;
    }

    /// Whether what has come without a handshake is frames: four headers in a row of one side, or two of each.
    fn recognise(&self) -> Spoken {
        let strong = |found: &Found| found.headers >= 4 && found.bits >= resync::CERTAIN;
        let frames = |side: Side, found: &Found, confidence| Spoken::Frames {
            client: if found.masked { side } else { side.other() },
            confidence,
        };
        match (&self.sides[0].found, &self.sides[1].found) {
            (Some(a), Some(b)) if a.masked != b.masked => {
                let both = a.headers >= 2 && b.headers >= 2 && a.bits + b.bits >= resync::CERTAIN;
                match strong(a) || strong(b) || both {
                    true => frames(Side::Client, a, a.confidence().max(b.confidence())),
                    false => Spoken::Unknown,
                }
            }
            (Some(a), _) if strong(a) => frames(Side::Client, a, a.confidence()),
            (_, Some(b)) if strong(b) => frames(Side::Server, b, b.confidence()),
            _ => Spoken::Unknown,
        }
    }
}

/// Passes over the line that a load balancer puts before a connection (the PROXY protocol, versions 1 and 2).
fn behind_proxy_line(chunk: StreamChunk<'_>) -> StreamChunk<'_> {
    const VERSION_2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
    /// The longest line of version 1.
    const LINE: usize = 107;
    let bytes = chunk.bytes;
    let length = match bytes {
        _ if chunk.offset > 0 => None,
        [b'P', b'R', b'O', b'X', b'Y', b' ', ..] => {
            bytes.iter().take(LINE).position(|byte| *byte == b'\n').map(|end| end + 1)
        }
        _ if bytes.starts_with(VERSION_2) => bytes
            .get(14..16)
            .and_then(|length| length.first_chunk())
            .map(|length| 16 + usize::from(u16::from_be_bytes(*length))),
        _ => None,
    };
    let length = length.unwrap_or(0);
    match bytes.get(length..) {
        Some(rest) => {
            let (offset, place) = (chunk.offset + length as u64, chunk.place + length as u64);
            StreamChunk { offset, bytes: rest, place, ..chunk }
        }
        None => chunk,
    }
}

/// What the first bytes of a side say; `None`: too few to tell.
fn classify(bytes: &[u8], side: Side) -> Option<Spoken> {
    let tells = [
        (http::looks_like_request(bytes), Spoken::Http { client: side }),
        (http::looks_like_response(bytes), Spoken::Http { client: side.other() }),
        (http::is_http2_preface(bytes), Spoken::Http2),
        (looks_like_tls(bytes), Spoken::Tls { client: tls_client(bytes, side) }),
    ];
    if let Some((_, spoken)) = tells.iter().find(|(tri, _)| *tri == Tri::Yes) {
        return Some(*spoken);
    }
    if tells.iter().any(|(tri, _)| *tri == Tri::NeedMore) { None } else { Some(Spoken::Other) }
}

/// Who the client is: a ServerHello comes from the other one (RFC 8446 §4).
fn tls_client(bytes: &[u8], side: Side) -> Side {
    match bytes {
        [22, _, _, _, _, 2, ..] => side.other(),
        [22, _, _, _, _, 1, ..] => side,
        _ => Side::Client,
    }
}

/// A TLS record's header (RFC 8446 §5.1): type, legacy version 3.x, a length of at most 2^14 + 2048.
fn looks_like_tls(bytes: &[u8]) -> Tri {
    match bytes {
        [20..=23, 3, 0..=4, high, _, ..] if *high <= 0x48 => Tri::Yes,
        [20..=23] | [20..=23, 3] | [20..=23, 3, 0..=4] | [20..=23, 3, 0..=4, _] => Tri::NeedMore,
        _ => Tri::No,
    }
}
