//! The first stage: what is spoken on a connection, told from its first bytes, on any port.

use std::net::IpAddr;

use crate::http::{self, Tri};
use crate::stream::{Side, StreamChunk};
use crate::tcp::{EndPoint, Facts};
use crate::websocket::resync::{self, Expectation, Found};

use super::exchange::Item;
use super::held::HeldChunk;
use super::seeking::Patience;

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

/// Segments of one side that are looked at before a connection is passed over: a SOCKS or PROXY prelude is short.
const LOOKED_AT: u32 = 16;
/// Bytes of one side held while frames are looked for.
const HELD: usize = 256 << 10;

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
    /// TLS.
    Tls,
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
    /// The first bytes of the latest segment that may begin something.
    head: Vec<u8>,
    segments: u32,
    bytes: Vec<u8>,
    starts: Vec<usize>,
    next_try: usize,
}

impl Detection {
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
            self.items.retain(|(of, item)| *of != side || !matches!(item, Item::Chunk(_)));
        }
        if self.items.len() < 4096 {
            self.items.push((side, item));
        }
    }

    /// The next bytes of a side, and what they tell.
    pub fn data(&mut self, chunk: StreamChunk<'_>, asserted: bool, facts: &Facts) -> Spoken {
        let side = chunk.side;
        let looked = &mut self.sides[side.index()];
        looked.segments += 1;
        let joined = !looked.head.is_empty();
        looked.head.extend_from_slice(chunk.bytes.get(..chunk.bytes.len().min(64)).unwrap_or_default());
        let spoken = classify(&looked.head, side);
        if joined && spoken == Some(Spoken::Other) {
            // Two segments told nothing together: the second may begin something.
            looked.head.clear();
            looked.head.extend_from_slice(chunk.bytes.get(..chunk.bytes.len().min(64)).unwrap_or_default());
        }
        let spoken = if joined { classify(&looked.head, side) } else { spoken };
        match spoken {
            Some(Spoken::Other) => looked.head.clear(),
            Some(spoken) => {
                // The prelude of a proxy is nobody's: what follows it is read.
                self.items.retain(|(of, item)| *of != side || !matches!(item, Item::Chunk(_)) || joined);
                self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
                return spoken;
            }
            None => {
                self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
                return Spoken::Unknown;
            }
        }
        if asserted {
            self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
            return Spoken::Unknown;
        }
        if facts.syn_seen {
            // All of the connection is there, and it does not begin with a handshake.
            self.items.retain(|(_, item)| !matches!(item, Item::Chunk(_)));
            return match self.sides.iter().any(|looked| looked.segments >= LOOKED_AT) {
                true => Spoken::Other,
                false => Spoken::Unknown,
            };
        }
        self.items.push((side, Item::Chunk(HeldChunk::of(chunk))));
        let looked = &mut self.sides[side.index()];
        looked.starts.push(looked.bytes.len());
        looked.bytes.extend_from_slice(chunk.bytes);
        if looked.bytes.len() > HELD {
            return Spoken::Other;
        }
        if looked.bytes.len() < looked.next_try {
            return Spoken::Unknown;
        }
        looked.next_try = if looked.bytes.len() < 2048 { 0 } else { looked.bytes.len() * 3 / 2 };
        self.recognise(Patience::WaitForCertain)
    }

    /// Whether what has come without a handshake is frames: four headers in a row of one side, or two of each.
    pub fn recognise(&self, patience: Patience) -> Spoken {
        let expectation = Expectation { masked: None, deflate: true };
        let found =
            self.sides.each_ref().map(|looked| resync::find(&looked.bytes, &looked.starts, expectation));
        let strong = |found: &Found| found.headers >= 4 && found.bits >= resync::CERTAIN;
        let client_of = |side: Side, found: &Found| if found.masked { side } else { side.other() };
        let _ = patience;
        match &found {
            [Some(a), Some(b)]
                if a.masked != b.masked
                    && (strong(a)
                        || strong(b)
                        || (a.headers >= 2 && b.headers >= 2 && a.bits + b.bits >= resync::CERTAIN)) =>
            {
                Spoken::Frames {
                    client: client_of(Side::Client, a),
                    confidence: a.confidence().max(b.confidence()),
                }
            }
            [Some(a), _] if strong(a) => {
                Spoken::Frames { client: client_of(Side::Client, a), confidence: a.confidence() }
            }
            [_, Some(b)] if strong(b) => {
                Spoken::Frames { client: client_of(Side::Server, b), confidence: b.confidence() }
            }
            _ => Spoken::Unknown,
        }
    }

    /// Whether some bytes look like frames, without enough evidence.
    pub fn looks_like_frames(&self) -> bool {
        let expectation = Expectation { masked: None, deflate: true };
        self.sides.iter().any(|looked| {
            resync::find(&looked.bytes, &looked.starts, expectation)
                .is_some_and(|found| found.bits >= resync::LIKELY)
        })
    }
}

/// What the first bytes of a side say; `None`: too few to tell.
fn classify(bytes: &[u8], side: Side) -> Option<Spoken> {
    let tells = [
        (http::looks_like_request(bytes), Spoken::Http { client: side }),
        (http::looks_like_response(bytes), Spoken::Http { client: side.other() }),
        (http::is_http2_preface(bytes), Spoken::Http2),
        (looks_like_tls(bytes), Spoken::Tls),
    ];
    if let Some((_, spoken)) = tells.iter().find(|(tri, _)| *tri == Tri::Yes) {
        return Some(*spoken);
    }
    if tells.iter().any(|(tri, _)| *tri == Tri::NeedMore) { None } else { Some(Spoken::Other) }
}

/// A TLS record's header (RFC 8446 §5.1): type, legacy version 3.x, a length of at most 2^14 + 2048.
fn looks_like_tls(bytes: &[u8]) -> Tri {
    match bytes {
        [20..=23, 3, 0..=4, high, _, ..] if *high <= 0x48 => Tri::Yes,
        [20..=23] | [20..=23, 3] | [20..=23, 3, 0..=4] | [20..=23, 3, 0..=4, _] => Tri::NeedMore,
        _ => Tri::No,
    }
}
