//! The capture as a whole: tells by content what the file is, takes off up to two layers of compression, and hands the
//! bytes to the reader of the format inside. It owns no file: bytes are pushed in chunks of any size, and the events do
//! not depend on how they are cut.

use std::ops::ControlFlow;

use super::content::{Content, HEAD, looks_like};
use super::gzip::Gzip;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::restart::RestartPoints;
use super::zstd::Zstd;
use super::{CaptureError, CaptureEvent, Fault};
use crate::limits::Limits;

/// Layers of compression that are taken off, one in the other.
const COMPRESSIONS: u8 = 2;
/// A compressed file is read in slices that end at multiples of this.
const SLICE: usize = 4 << 10;
/// So many decompressed bytes are read whatever they were compressed to.
const UNSUSPICIOUS: u64 = 64 << 20;

/// Reads one capture, pushed in chunks.
///
/// Packets are borrowed from the chunk that holds them; only one that straddles two chunks is copied. Memory is bounded
/// by [`Limits::block`], and by the window of the compression where there is one.
pub struct CaptureReader {
    file: Layer,
}

/// A file, or what a compressed file holds.
struct Layer {
    stage: Stage,
    /// Bytes pushed so far.
    pushed: u64,
    /// Of these, bytes that went into decompression.
    fed: u64,
    /// Bytes that may be pushed: how far a compressed file may have grown.
    room: u64,
    /// Nothing more is read.
    ended: Option<Result<(), CaptureError>>,
    /// Layers of compression around this one.
    depth: u8,
    /// What is done so that the plain bytes can be read again.
    rereading: Rereading,
    /// Tells the plain bytes: they cannot be had again otherwise.
    tells_plain: bool,
    limits: Limits,
}

/// How often the bytes of a capture are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rereading {
    /// Once, from the first to the last.
    #[default]
    Never,
    /// Again, here and there: gzip notes places to go on from, and of other compressed files the plain bytes are told
    /// ([`CaptureEvent::Plain`]).
    AtRandom,
}

enum Stage {
    /// Too few bytes to tell what it is.
    Unknown(Vec<u8>),
    Pcap(Box<Pcap>),
    Pcapng(Box<Pcapng>),
    Gzip(Box<Gzip>, Box<Layer>),
    Zstd(Box<Zstd>, Box<Layer>),
}

impl CaptureReader {
    /// A reader at the beginning of a file.
    pub fn new(limits: &Limits) -> Self {
        Self { file: Layer::new(0, Rereading::Never, limits) }
    }

    /// A reader at the beginning of a file whose bytes are read again later.
    pub fn rereading(rereading: Rereading, limits: &Limits) -> Self {
        Self { file: Layer::new(0, rereading, limits) }
    }

    /// A reader of plain pcap or pcapng that goes on at `position`, before which there were so many packets.
    /// `structure` has what [`CaptureEvent::Structure`] told of before.
    ///
    /// # Errors
    ///
    /// `structure` is not the beginning of a capture.
    pub fn resume<'s>(
        structure: impl Iterator<Item = &'s [u8]>,
        position: u64,
        packets: u64,
        limits: &Limits,
    ) -> Result<Self, CaptureError> {
        let mut reader = Self::new(limits);
        for bytes in structure {
            let mut sink: &mut dyn FnMut(CaptureEvent<'_>) = &mut unheard;
            reader.push(bytes, &mut sink)?;
        }
        match &mut reader.file.stage {
            Stage::Pcap(pcap) => pcap.jump(position, packets),
            Stage::Pcapng(pcapng) => pcapng.jump(position, packets),
            _ => {}
        }
        Ok(reader)
    }

    /// Whether the file is not compressed; `None` while that is not known.
    pub fn is_plain(&self) -> Option<bool> {
        match self.file.stage {
            Stage::Unknown(_) => None,
            Stage::Pcap(_) | Stage::Pcapng(_) => Some(true),
            Stage::Gzip(..) | Stage::Zstd(..) => Some(false),
        }
    }

    /// The places of a compressed file to go on from; `None` where there are none to be had.
    pub(crate) fn take_restart_points(&mut self) -> Option<RestartPoints> {
        let is_format = |inner: &Layer| matches!(inner.stage, Stage::Pcap(_) | Stage::Pcapng(_));
        match &mut self.file.stage {
            Stage::Gzip(gzip, inner) if is_format(inner) => {
                Some(RestartPoints::Gzip(gzip.take_restart_points()))
            }
            Stage::Zstd(zstd, inner) if is_format(inner) => Some(RestartPoints::Zstd(zstd.take_starts())),
            _ => None,
        }
    }

    /// Reads on, and tells `sink` of all that `chunk` completes.
    ///
    /// # Errors
    ///
    /// The file is no capture. Damage is no error but an event; nothing comes after [`CaptureReader::has_ended`].
    pub fn push(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), CaptureError> {
        self.file.push(chunk, sink)
    }

    /// The file ends here: tells `sink` of what is cut short.
    ///
    /// # Errors
    ///
    /// The file is no capture.
    pub fn finish(&mut self, sink: &mut impl FnMut(CaptureEvent<'_>)) -> Result<(), CaptureError> {
        self.file.finish(sink)
    }

    /// Whether the rest of the file cannot change anything, because of damage or because it is no capture.
    pub fn has_ended(&self) -> bool {
        self.file.ended.is_some()
    }

    /// Bytes of the (decompressed) capture so far.
    pub fn offset(&self) -> u64 {
        self.file.innermost().pushed
    }

    /// Packets so far.
    pub fn packets(&self) -> u64 {
        match &self.file.innermost().stage {
            Stage::Pcap(pcap) => pcap.packets(),
            Stage::Pcapng(pcapng) => pcapng.packets(),
            _ => 0,
        }
    }

    /// The packet number that was given last: Wireshark gives some to records of a pcapng that are no packets.
    pub fn last_number(&self) -> u64 {
        match &self.file.innermost().stage {
            Stage::Pcapng(pcapng) => pcapng.last_number(),
            _ => self.packets(),
        }
    }
}

impl Layer {
    fn new(depth: u8, rereading: Rereading, limits: &Limits) -> Self {
        Self {
            stage: Stage::Unknown(Vec::new()),
            pushed: 0,
            fed: 0,
            room: u64::MAX,
            ended: None,
            depth,
            rereading,
            tells_plain: false,
            limits: limits.clone(),
        }
    }

    fn innermost(&self) -> &Self {
        match &self.stage {
            Stage::Gzip(_, inner) | Stage::Zstd(_, inner) => inner.innermost(),
            _ => self,
        }
    }

    fn push(&mut self, chunk: &[u8], sink: &mut impl FnMut(CaptureEvent<'_>)) -> Result<(), CaptureError> {
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let room = usize::try_from(self.room.saturating_sub(self.pushed)).unwrap_or(usize::MAX);
        let (chunk, beyond) = chunk.split_at(chunk.len().min(room));
        self.pushed += chunk.len() as u64;
        self.read(chunk, sink)?;
        if beyond.is_empty() || self.ended.is_some() {
            return Ok(());
        }
        let message = format!(
            "what the file decompresses to is not read behind its byte {}: it is more than {} times as long as the file, \
             and no capture is",
            self.pushed, self.limits.expansion
        );
        self.end(Fault::damaged(self.pushed, message), sink)
    }

    fn read(
        &mut self,
        mut chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), CaptureError> {
        if let Stage::Unknown(head) = &mut self.stage {
            let (first, rest) = chunk.split_at((HEAD - head.len().min(HEAD)).min(chunk.len()));
            head.extend_from_slice(first);
            match Content::of(head) {
                Some(content) => {
                    let head = std::mem::take(head);
                    self.stage = self.stage_of(content)?;
                    self.feed(&head, sink)?;
                    chunk = rest;
                }
                None if head.len() < HEAD => return Ok(()),
                None => {
                    let looks_like = looks_like(head);
                    return Err(self.not_a_capture(looks_like));
                }
            }
        }
        self.feed(chunk, sink)
    }

    /// The reader of a file with this content.
    fn stage_of(&mut self, content: Content) -> Result<Stage, CaptureError> {
        let file = match self.depth {
            0 => "file",
            _ => "decompressed file",
        };
        if self.depth >= COMPRESSIONS && matches!(content, Content::Gzip | Content::Zstd) {
            return Err(self.not_a_capture("yet another one: decompress it first".to_owned()));
        }
        let restartable = self.rereading == Rereading::AtRandom && self.depth == 0;
        let inner = || {
            let mut inner = Self::new(self.depth + 1, self.rereading, &self.limits);
            inner.room = self.room;
            inner.tells_plain =
                self.rereading == Rereading::AtRandom && !(restartable && content == Content::Gzip);
            Box::new(inner)
        };
        Ok(match content {
            Content::Pcap(variant) => Stage::Pcap(Box::new(Pcap::new(variant, file, &self.limits))),
            Content::Pcapng => Stage::Pcapng(Box::new(Pcapng::new(file, &self.limits))),
            Content::Gzip if restartable => Stage::Gzip(Box::new(Gzip::new(file).restartable()), inner()),
            Content::Gzip => Stage::Gzip(Box::new(Gzip::new(file)), inner()),
            Content::Zstd => Stage::Zstd(Box::new(Zstd::new(file)), inner()),
        })
    }

    /// The next bytes for the reader of the format. A compressed file goes on in slices that end at fixed places, so that
    /// how far it may have grown by then does not depend on how it is cut.
    fn feed(
        &mut self,
        mut chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), CaptureError> {
        if self.depth > 0 || !matches!(self.stage, Stage::Gzip(..) | Stage::Zstd(..)) {
            return self.feed_slice(chunk, sink);
        }
        while !chunk.is_empty() && self.ended.is_none() {
            let inside = (self.fed % SLICE as u64) as usize;
            let (slice, rest) = chunk.split_at(chunk.len().min(SLICE - inside));
            self.fed += slice.len() as u64;
            let size = self.fed.next_multiple_of(SLICE as u64);
            self.give_room(size.saturating_mul(self.limits.expansion).max(UNSUSPICIOUS));
            self.feed_slice(slice, sink)?;
            chunk = rest;
        }
        Ok(())
    }

    /// What this layer holds, and what is inside that, may have grown so far.
    fn give_room(&mut self, room: u64) {
        if let Stage::Gzip(_, inner) | Stage::Zstd(_, inner) = &mut self.stage {
            inner.room = room;
            inner.give_room(room);
        }
    }

    fn feed_slice(
        &mut self,
        chunk: &[u8],
        sink: &mut impl FnMut(CaptureEvent<'_>),
    ) -> Result<(), CaptureError> {
        if self.ended.is_some() {
            return Ok(());
        }
        if self.tells_plain && matches!(self.stage, Stage::Pcap(_) | Stage::Pcapng(_)) {
            sink(CaptureEvent::Plain(chunk));
        }
        let fault = match &mut self.stage {
            Stage::Unknown(_) => None,
            Stage::Pcap(pcap) => {
                sink(CaptureEvent::Bytes(chunk));
                pcap.push(chunk, sink).err()
            }
            Stage::Pcapng(pcapng) => {
                sink(CaptureEvent::Bytes(chunk));
                pcapng.push(chunk, sink).err()
            }
            Stage::Gzip(gzip, inner) => gzip.push(chunk, &mut |plain| inner.take(plain, sink)).err(),
            Stage::Zstd(zstd, inner) => zstd.push(chunk, &mut |plain| inner.take(plain, sink)).err(),
        };
        if let Stage::Gzip(_, inner) | Stage::Zstd(_, inner) = &mut self.stage
            && let Some(ended) = &inner.ended
        {
            self.ended = Some(ended.clone());
            return ended.clone();
        }
        let Some(fault) = fault else { return Ok(()) };
        // Of the chunk with the damage, more or less may lie behind it.
        self.pushed = fault.offset;
        self.end(fault, sink)
    }

    /// Reads on, and says whether more is wanted; an error stays in `ended`.
    fn take(&mut self, plain: &[u8], sink: &mut impl FnMut(CaptureEvent<'_>)) -> ControlFlow<()> {
        let _ = self.push(plain, sink);
        if self.ended.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn finish(&mut self, sink: &mut impl FnMut(CaptureEvent<'_>)) -> Result<(), CaptureError> {
        if let Some(ended) = &self.ended {
            return ended.clone();
        }
        let fault = match &mut self.stage {
            Stage::Unknown(head) => {
                if head.len() >= 4 && Pcapng::recognise(head).is_none() {
                    let message = format!("the file ends at byte {}, inside its header", head.len());
                    Some(Fault::cut_short(0, message))
                } else {
                    let looks_like = looks_like(head);
                    return Err(self.not_a_capture(looks_like));
                }
            }
            Stage::Pcap(pcap) => pcap.finish(),
            Stage::Pcapng(pcapng) => {
                pcapng.finish(sink);
                None
            }
            Stage::Gzip(gzip, _) => gzip.finish(),
            Stage::Zstd(zstd, inner) => zstd.finish(&mut |plain| inner.take(plain, sink)),
        };
        if let Some(fault) = fault {
            return self.end(fault, sink);
        }
        let result = match &mut self.stage {
            Stage::Gzip(_, inner) | Stage::Zstd(_, inner) => inner.finish(sink),
            _ => Ok(()),
        };
        self.ended = Some(result.clone());
        result
    }

    /// Reports the fault behind which nothing can be read. What a compressed file held up to there ends with it, and
    /// that is not reported again.
    fn end(&mut self, fault: Fault, sink: &mut impl FnMut(CaptureEvent<'_>)) -> Result<(), CaptureError> {
        let result = match &mut self.stage {
            Stage::Gzip(_, inner) | Stage::Zstd(_, inner) if inner.pushed >= 4 => {
                let mut sink: &mut dyn FnMut(CaptureEvent<'_>) = &mut unheard;
                inner.finish(&mut sink)
            }
            _ => Ok(()),
        };
        self.ended = Some(result.clone());
        if result.is_ok() {
            sink(CaptureEvent::Fault(fault));
        }
        result
    }

    fn not_a_capture(&mut self, looks_like: String) -> CaptureError {
        let looks_like = match self.depth {
            0 => looks_like,
            _ => format!("a compressed file that holds {looks_like}"),
        };
        let error = CaptureError::NotACapture { looks_like };
        self.ended = Some(Err(error.clone()));
        error
    }
}

/// A sink for events that nobody is told of. It has a name, since a closure would be another type in each layer.
fn unheard(_: CaptureEvent<'_>) {}
