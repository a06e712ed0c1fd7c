//! Passes over a body, so that the next head on the connection is found (RFC 9112 §6, §7.1). No byte of it is kept.

use memchr::memchr;

use super::head::{RequestHead, ResponseHead};
use super::headers::Headers;

/// How long a body is (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLength {
    /// So many bytes; 0 where there is none.
    Fixed(u64),
    /// As its chunks say.
    Chunked,
    /// All bytes to the end of the connection, also where the head contradicts itself.
    UntilClose,
    /// What follows is no HTTP: a 2xx to `CONNECT`.
    Tunnel,
}

impl BodyLength {
    /// Of a request's body.
    pub fn of_request(request: &RequestHead) -> Self {
        declared(&request.headers).unwrap_or(Self::Fixed(0))
    }

    /// Of the body of a response to that method; `None` where the request was not captured.
    pub fn of_response(response: &ResponseHead, request_method: Option<&str>) -> Self {
        match (response.status, request_method) {
            (_, Some("HEAD")) | (100..=199 | 204 | 304, _) => Self::Fixed(0),
            (200..=299, Some("CONNECT")) => Self::Tunnel,
            _ => declared(&response.headers).unwrap_or(Self::UntilClose),
        }
    }
}

/// What became of the bytes pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipProgress {
    /// All of them belong to the body, and it goes on.
    NeedMore,
    /// The body ends behind so many of them.
    Done {
        /// How many of the bytes pushed belong to it.
        consumed: usize,
    },
    /// What should be a chunk's header or end is none: where the body ends cannot be known.
    Lost {
        /// How many of the bytes pushed were passed over.
        consumed: usize,
    },
}

/// What became of a gap in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapSkip {
    /// The bytes behind the gap belong to the body, or follow it.
    InStep,
    /// Where the body ends cannot be known.
    Lost,
}

/// Passes over one body.
#[derive(Clone, Debug)]
pub struct BodySkipper {
    length: BodyLength,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// So many bytes of a body of fixed length are left.
    Left(u64),
    /// Before the first digit of a chunk's size.
    SizeStart,
    /// In the digits of a chunk's size.
    Size(u64),
    /// Behind the digits, in the rest of the line (chunk extensions, RFC 9112 §7.1.1).
    SizeLine(u64),
    /// So many bytes of a chunk are left.
    Chunk(u64),
    /// In the line end behind a chunk's bytes.
    ChunkEnd { carriage_return: bool },
    /// At the start of a trailer line, or behind its CR.
    TrailerStart,
    /// In a trailer line that is not empty.
    Trailer,
    /// All bytes to the end.
    ToTheEnd,
    /// Behind the body.
    Done,
    /// Out of step.
    Lost,
}

impl BodySkipper {
    /// Passes over a body of that length.
    pub fn new(length: BodyLength) -> Self {
        let state = match length {
            BodyLength::Fixed(0) | BodyLength::Tunnel => State::Done,
            BodyLength::Fixed(length) => State::Left(length),
            BodyLength::Chunked => State::SizeStart,
            BodyLength::UntilClose => State::ToTheEnd,
        };
        Self { length, state }
    }

    /// Passes over a request's body.
    pub fn for_request(request: &RequestHead) -> Self {
        Self::new(BodyLength::of_request(request))
    }

    /// Passes over the body of a response to that method; `None` where the request was not captured.
    pub fn for_response(response: &ResponseHead, request_method: Option<&str>) -> Self {
        Self::new(BodyLength::of_response(response, request_method))
    }

    /// How long the body is.
    pub fn length(&self) -> BodyLength {
        self.length
    }

    /// Whether the body has ended; so it has from the start where there is none.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Takes the next bytes, up to the end of the body.
    pub fn push(&mut self, bytes: &[u8]) -> SkipProgress {
        let mut rest = bytes;
        loop {
            let consumed = bytes.len().saturating_sub(rest.len());
            match self.state {
                State::Done => return SkipProgress::Done { consumed },
                State::Lost => return SkipProgress::Lost { consumed },
                State::ToTheEnd => return SkipProgress::NeedMore,
                _ if rest.is_empty() => return SkipProgress::NeedMore,
                State::Left(left) => {
                    let left = left.saturating_sub(take(&mut rest, left));
                    self.state = if left == 0 { State::Done } else { State::Left(left) };
                }
                State::Chunk(left) => {
                    let left = left.saturating_sub(take(&mut rest, left));
                    self.state = if left == 0 {
                        State::ChunkEnd { carriage_return: false }
                    } else {
                        State::Chunk(left)
                    };
                }
                State::SizeStart => self.state = size_digit(&mut rest, None),
                State::Size(size) => self.state = size_digit(&mut rest, Some(size)),
                State::SizeLine(size) => self.state = size_line(&mut rest, size),
                State::TrailerStart => self.state = trailer_start(&mut rest),
                State::Trailer => {
                    if pass_line(&mut rest) {
                        self.state = State::TrailerStart;
                    }
                }
                State::ChunkEnd { carriage_return } => {
                    let byte = rest.first().copied();
                    self.state = match byte {
                        Some(b'\n') => State::SizeStart,
                        Some(b'\r') if !carriage_return => State::ChunkEnd { carriage_return: true },
                        _ => State::Lost,
                    };
                    if self.state != State::Lost {
                        take(&mut rest, 1);
                    }
                }
            }
        }
    }

    /// Passes over bytes that the capture does not hold.
    pub fn skip_gap(&mut self, length: u64) -> GapSkip {
        let state = match self.state {
            state if length == 0 => state,
            State::ToTheEnd => State::ToTheEnd,
            State::Left(left) if length == left => State::Done,
            State::Left(left) if length < left => State::Left(left - length),
            State::Chunk(left) if length == left => State::ChunkEnd { carriage_return: false },
            State::Chunk(left) if length < left => State::Chunk(left - length),
            _ => State::Lost,
        };
        self.state = state;
        if state == State::Lost { GapSkip::Lost } else { GapSkip::InStep }
    }
}

/// Moves `rest` forward by at most `most` bytes and returns by how many.
fn take(rest: &mut &[u8], most: u64) -> u64 {
    let taken = usize::try_from(most).unwrap_or(usize::MAX).min(rest.len());
    *rest = rest.get(taken..).unwrap_or_default();
    u64::try_from(taken).unwrap_or(most)
}

/// One digit of a chunk's size, or what ends it. `size` is `None` before the first digit.
fn size_digit(rest: &mut &[u8], size: Option<u64>) -> State {
    let byte = rest.first().copied().unwrap_or_default();
    match (char::from(byte).to_digit(16), size) {
        (Some(digit), _) => match size.unwrap_or_default().checked_mul(16) {
            Some(shifted) => {
                take(rest, 1);
                State::Size(shifted | u64::from(digit))
            }
            None => State::Lost,
        },
        (None, Some(size)) if matches!(byte, b'\r' | b'\n' | b';' | b' ' | b'\t') => State::SizeLine(size),
        (None, _) => State::Lost,
    }
}

/// The rest of a chunk's header, to the line feed.
fn size_line(rest: &mut &[u8], size: u64) -> State {
    match (pass_line(rest), size) {
        (false, _) => State::SizeLine(size),
        (true, 0) => State::TrailerStart,
        (true, _) => State::Chunk(size),
    }
}

/// The first byte of a trailer line; the empty line ends the body (RFC 9112 §7.1.2).
fn trailer_start(rest: &mut &[u8]) -> State {
    let byte = rest.first().copied();
    take(rest, 1);
    match byte {
        Some(b'\n') => State::Done,
        Some(b'\r') => State::TrailerStart,
        _ => State::Trailer,
    }
}

/// Moves `rest` behind the line feed, if there is one, and returns whether.
fn pass_line(rest: &mut &[u8]) -> bool {
    let end = memchr(b'\n', rest);
    *rest = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    end.is_some()
}

/// What `Transfer-Encoding` and `Content-Length` say (RFC 9112 §6.1 to §6.3); the first overrides the second.
fn declared(headers: &Headers) -> Option<BodyLength> {
    // `identity` was the name of no coding in RFC 2616.
    let coding = headers
        .elements("Transfer-Encoding")
        .filter(|coding| !coding.eq_ignore_ascii_case("identity"))
        .last();
    if let Some(coding) = coding {
        let is_chunked = coding.eq_ignore_ascii_case("chunked");
        return Some(if is_chunked { BodyLength::Chunked } else { BodyLength::UntilClose });
    }
    let mut lengths = headers.elements("Content-Length").map(content_length);
    let first = lengths.next()?;
    // A repeated value counts once; different ones cannot be right (§6.3, 5).
    let agree = lengths.all(|length| length == first);
    Some(first.filter(|_| agree).map_or(BodyLength::UntilClose, BodyLength::Fixed))
}

/// RFC 9110 §8.6: digits only.
fn content_length(value: &str) -> Option<u64> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
