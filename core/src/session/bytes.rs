//! Reads the bytes of captures again, by their place: plain files directly, compressed ones from the places that the
//! first pass noted, else from the spool.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use hashbrown::HashMap;
use zeroize::Zeroizing;

use crate::capture::{RestartPoint, RestartPoints, Restarted};
use crate::source::{Source, SourceError, Spool, Stamp};

/// Bytes that are read and kept at once.
const BLOCK: u64 = 64 << 10;
/// Blocks that are kept: twice what lies between two places that a gzip file can be taken up from.
const KEPT: usize = 128;
/// Opened records that are kept: each of the layers of TLS within each other may need one.
const OPENED: usize = 4;
/// Plain bytes of a zstd frame that are decompressed again for any byte of it.
const FRAME: u64 = 8 << 20;
/// Compressed bytes that are read at once.
const COMPRESSED: usize = 16 << 10;

/// The captures of a session, by place.
#[derive(Default)]
pub struct Bytes {
    captures: Vec<Capture>,
    /// Blocks by capture and number.
    blocks: HashMap<(usize, u64), Box<[u8]>>,
    /// The keys of `blocks`, the oldest first.
    ages: VecDeque<(usize, u64)>,
    /// The records that were opened last, by the place of their first plain byte: one for each layer.
    opened: VecDeque<(u64, Zeroizing<Vec<u8>>)>,
}

/// Where a capture comes from.
pub enum Input {
    /// A file that can be read again.
    File(Box<dyn Source + Send>),
    /// Bytes that are pushed, and kept as far as there is room.
    Pushed(Box<dyn Spool + Send>),
}

/// One capture.
pub struct Capture {
    /// The place of its first byte.
    base: u64,
    input: Input,
    /// Bytes of it that were read.
    pub read: u64,
    /// The file's state when it was read; `None` while it is read.
    stamp: Option<Stamp>,
    access: Access,
    /// Starts of zstd frames, until it is known whether they are close enough to each other.
    frames: Vec<RestartPoint>,
}

/// How plain bytes are had.
enum Access {
    /// The file is not compressed, or not known to be yet.
    Plain,
    /// It is compressed, and can be taken up at these places.
    Restartable(Vec<RestartPoint>),
    Spooled(Box<dyn Spool + Send>),
}

impl Bytes {
    /// Adds a capture whose first byte has that place.
    pub fn add(&mut self, base: u64, input: Input) {
        self.captures.push(Capture {
            base,
            input,
            read: 0,
            stamp: None,
            access: Access::Plain,
            frames: Vec::new(),
        });
    }

    /// The capture with that number.
    pub fn capture(&mut self, number: usize) -> Option<&mut Capture> {
        self.captures.get_mut(number)
    }

    /// Whether the capture that is read is pushed.
    pub fn is_pushed(&self) -> bool {
        self.captures.last().is_some_and(Capture::is_pushed)
    }

    /// Whether all bytes that were read can be had again.
    pub fn can_be_read_again(&mut self) -> bool {
        self.captures.iter_mut().all(|capture| match &mut capture.input {
            Input::File(_) => true,
            Input::Pushed(spool) => spool.size().ok().flatten() == Some(capture.read),
        })
    }

    /// What the captures were read from, in their order.
    pub fn into_sources(self) -> VecDeque<Box<dyn Source + Send>> {
        let sources = self.captures.into_iter().map(|capture| match capture.input {
            Input::File(source) => source,
            Input::Pushed(spool) => spool as Box<dyn Source + Send>,
        });
        sources.collect()
    }

    /// The capture that is read.
    pub fn current(&mut self) -> Option<&mut Capture> {
        self.captures.last_mut()
    }

    /// Calls `each` with the bytes at that place, in pieces.
    ///
    /// # Errors
    ///
    /// They cannot be read, or are not what was read before.
    pub fn read(&mut self, place: u64, length: u64, each: &mut dyn FnMut(&[u8])) -> Result<(), SourceError> {
        let number = self.captures.partition_point(|capture| capture.base <= place).saturating_sub(1);
        let base = self.captures.get(number).map_or(0, |capture| capture.base);
        let (mut at, end) = (place - base.min(place), (place - base.min(place)).saturating_add(length));
        while at < end {
            let block = self.block(number, at / BLOCK)?;
            let from = (at % BLOCK) as usize;
            let bytes = block.get(from..).unwrap_or_default();
            let count = bytes.len().min(usize::try_from(end - at).unwrap_or(usize::MAX));
            if count == 0 {
                return Err(SourceError::Changed); // It was longer.
            }
            each(bytes.get(..count).unwrap_or_default());
            at += count as u64;
        }
        Ok(())
    }

    /// The plain bytes of a record that was opened lately; they are to be [kept](Self::keep_opened) again.
    pub fn take_opened(&mut self, place: u64) -> Option<Zeroizing<Vec<u8>>> {
        let at = self.opened.iter().position(|(known, _)| *known == place)?;
        self.opened.remove(at).map(|(_, plain)| plain)
    }

    /// Keeps the plain bytes of a record for a while.
    pub fn keep_opened(&mut self, place: u64, plain: Zeroizing<Vec<u8>>) {
        self.opened.push_back((place, plain));
        if self.opened.len() > OPENED {
            self.opened.pop_front();
        }
    }

    /// Whether all captures are still what was read.
    ///
    /// # Errors
    ///
    /// One is not.
    pub fn verify(&mut self) -> Result<(), SourceError> {
        self.captures.iter_mut().try_for_each(Capture::verify)
    }

    fn block(&mut self, number: usize, block: u64) -> Result<&[u8], SourceError> {
        // A block that was cut by the end of what was there then may be longer now.
        let is_whole = self.blocks.get(&(number, block)).is_some_and(|bytes| bytes.len() as u64 == BLOCK);
        if !is_whole {
            let Self { captures, blocks, ages, .. } = self;
            let capture = captures.get_mut(number).ok_or(SourceError::Changed)?;
            capture.read_block(block, &mut |block, bytes| {
                if blocks.insert((number, block), bytes).is_none() {
                    ages.push_back((number, block));
                }
                if ages.len() > KEPT
                    && let Some(oldest) = ages.pop_front()
                {
                    blocks.remove(&oldest);
                }
            })?;
        }
        Ok(self.blocks.get(&(number, block)).map(|bytes| &**bytes).unwrap_or_default())
    }
}

impl Capture {
    /// What it is read from.
    pub fn source(&mut self) -> &mut dyn Source {
        match &mut self.input {
            Input::File(source) => source.as_mut(),
            Input::Pushed(spool) => spool.as_mut(),
        }
    }

    /// Whether its bytes are pushed.
    pub fn is_pushed(&self) -> bool {
        matches!(self.input, Input::Pushed(_))
    }

    /// Keeps bytes that are pushed.
    ///
    /// # Errors
    ///
    /// There is no room for them.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        match &mut self.input {
            Input::Pushed(spool) => spool.append(bytes),
            Input::File(_) => Ok(()),
        }
    }

    /// Why there are no bytes where there were some.
    pub fn missing(&mut self) -> SourceError {
        match &mut self.input {
            Input::Pushed(spool) => SourceError::NotKept(spool.size().ok().flatten().unwrap_or_default()),
            Input::File(_) => SourceError::Changed,
        }
    }

    /// It has been read to its end.
    pub fn complete(&mut self) {
        self.stamp = Some(self.source().stamp());
    }

    /// Places that a compressed file can be taken up from.
    pub fn add_restart_points(&mut self, more: RestartPoints) {
        match (&mut self.access, more) {
            (Access::Restartable(points), RestartPoints::Gzip(more) | RestartPoints::Zstd(more)) => {
                points.extend(more);
            }
            (access, RestartPoints::Gzip(more)) => *access = Access::Restartable(more),
            (access, RestartPoints::Zstd(more)) => {
                self.frames.extend(more);
                // Where frames are short, they are as good as a spool, and cost nothing.
                if self.frames.get(1).is_some_and(|second| second.plain <= FRAME) {
                    *access = Access::Restartable(std::mem::take(&mut self.frames));
                }
            }
        }
    }

    /// Keeps plain bytes that can perhaps be had only once.
    ///
    /// # Errors
    ///
    /// There is no room for them.
    pub fn keep(
        &mut self,
        bytes: &[u8],
        spool: impl FnOnce() -> Box<dyn Spool + Send>,
    ) -> Result<(), SourceError> {
        match &mut self.access {
            Access::Restartable(_) => Ok(()),
            Access::Spooled(spool) => spool.append(bytes),
            Access::Plain => {
                let mut spool = spool();
                let result = spool.append(bytes);
                self.access = Access::Spooled(spool);
                result
            }
        }
    }

    fn verify(&mut self) -> Result<(), SourceError> {
        let now = self.source().stamp();
        if self.stamp.is_some_and(|stamp| stamp != now) { Err(SourceError::Changed) } else { Ok(()) }
    }

    /// Calls `each` with blocks and their numbers, that block among them.
    fn read_block(&mut self, block: u64, each: &mut dyn FnMut(u64, Box<[u8]>)) -> Result<(), SourceError> {
        let source: &mut dyn Source = match &mut self.input {
            Input::File(source) => source.as_mut(),
            Input::Pushed(spool) => spool.as_mut(),
        };
        match &mut self.access {
            Access::Plain => {
                let bytes = read_whole(source, block * BLOCK)?;
                if bytes.is_empty() {
                    return Err(self.missing());
                }
                each(block, bytes);
            }
            Access::Spooled(spool) => {
                let bytes = read_whole(spool.as_mut(), block * BLOCK)?;
                if bytes.is_empty() {
                    let kept = spool.size()?.unwrap_or_default();
                    return Err(SourceError::NotKept(kept));
                }
                each(block, bytes);
            }
            Access::Restartable(points) => {
                let wanted = block * BLOCK;
                let point = points
                    .get(..points.partition_point(|point| point.plain <= wanted))
                    .and_then(|p| p.last());
                inflate(source, point, block, each)?;
            }
        }
        Ok(())
    }
}

/// One block, less only at the end.
fn read_whole(source: &mut dyn Source, offset: u64) -> Result<Box<[u8]>, SourceError> {
    let mut bytes = vec![0; BLOCK as usize];
    let mut have = 0;
    while let Some(room) = bytes.get_mut(have..).filter(|room| !room.is_empty()) {
        match source.read_at(offset + have as u64, room)? {
            0 => break,
            count => have += count,
        }
    }
    bytes.truncate(have);
    Ok(bytes.into_boxed_slice())
}

/// Inflates from a place (else from the start) through the end of a block, and calls `each` with the blocks on the way.
fn inflate(
    source: &mut dyn Source,
    point: Option<&RestartPoint>,
    block: u64,
    each: &mut dyn FnMut(u64, Box<[u8]>),
) -> Result<(), SourceError> {
    let mut decoder = Restarted::at(point);
    let (mut position, mut plain) = point.map_or((0, 0), |point| (point.compressed, point.plain));
    let end = (block + 1) * BLOCK;
    // The first block begins in its middle, where it is of no use, unless the place is at its start.
    let mut next = plain.div_ceil(BLOCK);
    let mut bytes: Vec<u8> = Vec::new();
    let mut compressed = vec![0; COMPRESSED];
    while plain < end {
        let count = source.read_at(position, &mut compressed)?;
        position += count as u64;
        let chunk = compressed.get(..count).unwrap_or_default();
        let result = decoder.push(chunk, &mut |mut piece| {
            let start = next * BLOCK;
            if plain < start {
                let skipped = piece.len().min(usize::try_from(start - plain).unwrap_or(usize::MAX));
                plain += skipped as u64;
                piece = piece.get(skipped..).unwrap_or_default();
            }
            plain += piece.len() as u64;
            while next <= block && !piece.is_empty() {
                let (now, later) = piece.split_at((BLOCK as usize - bytes.len()).min(piece.len()));
                bytes.extend_from_slice(now);
                piece = later;
                if bytes.len() as u64 == BLOCK {
                    each(next, std::mem::take(&mut bytes).into_boxed_slice());
                    next += 1;
                }
            }
            ControlFlow::Continue(())
        });
        if count == 0 || result.is_err() {
            break; // What was read before this was told then.
        }
    }
    if next <= block && !bytes.is_empty() {
        each(next, bytes.into_boxed_slice());
    }
    Ok(())
}
