//! Inflates gzip files (RFC 1952) as they come: any number of members, padded with zeros. The header's own checksum is
//! not looked at: damage there does no harm.

use std::ops::ControlFlow;

use flate2::{Crc, Decompress, FlushDecompress, Status};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::Fault;
use super::carry::Carry;
use super::restart::{RestartPoint, RestartState};

/// Plain bytes that are handed on at once.
const PLAIN: usize = 64 << 10;
/// Bytes of a file name or comment in a header.
const TEXT: usize = 4 << 10;

/// Inflates one gzip file.
pub(crate) struct Gzip {
    /// How messages call the file.
    file: &'static str,
    awaits: Awaits,
    carry: Carry,
    inflate: Inflate,
    crc: Crc,
    plain: Box<[u8]>,
    /// Plain bytes so far.
    written: u64,
    /// Plain bytes before the last place that was noted.
    noted: u64,
    /// Plain bytes before this member.
    written_before: u64,
    /// The member was taken up in its middle: its checksum cannot be known.
    in_middle: bool,
    /// Where the next byte to be read stands in the compressed file.
    position: u64,
    /// Where this member begins.
    member: u64,
}

/// Plain bytes between two restart points, each of which costs some 43 KB of memory.
const RESTART: u64 = 4 << 20;

/// A decoder of DEFLATE.
enum Inflate {
    /// The fastest, for what is read once.
    Once(Decompress),
    /// One whose state can be copied, and its copies since they were last asked for.
    Restartable(Box<InflateState>, Vec<RestartPoint>),
}

/// What one step did: bytes read and written, and whether the data ended; `None`: it is no DEFLATE.
struct Step {
    read: usize,
    written: usize,
    ended: Option<bool>,
}

impl Inflate {
    fn reset(&mut self) {
        match self {
            Self::Once(decoder) => decoder.reset(false),
            Self::Restartable(state, _) => state.reset(DataFormat::Raw),
        }
    }

    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        match self {
            Self::Once(decoder) => {
                let (read, written) = (decoder.total_in(), decoder.total_out());
                let result = decoder.decompress(input, output, FlushDecompress::None);
                // Neither is more than the slice that it counts bytes of.
                let read = (decoder.total_in() - read) as usize;
                let written = (decoder.total_out() - written) as usize;
                Step { read, written, ended: result.ok().map(|status| status == Status::StreamEnd) }
            }
            Self::Restartable(state, _) => {
                let result = inflate(state, input, output, MZFlush::None);
                let ended = match result.status {
                    Ok(status) => Some(status == MZStatus::StreamEnd),
                    Err(MZError::Buf) => Some(false),
                    Err(_) => None,
                };
                Step { read: result.bytes_consumed, written: result.bytes_written, ended }
            }
        }
    }
}

/// What comes next in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    /// A member's header; only at its first byte may the file end, unless it is the first member.
    Header,
    Data,
    /// CRC-32 and length (§2.3.1).
    Trailer,
}

impl Gzip {
    pub(super) fn new(file: &'static str) -> Self {
        Self {
            file,
            awaits: Awaits::Header,
            carry: Carry::default(),
            inflate: Inflate::Once(Decompress::new(false)),
            crc: Crc::new(),
            plain: vec![0; PLAIN].into_boxed_slice(),
            written: 0,
            noted: 0,
            written_before: 0,
            in_middle: false,
            position: 0,
            member: 0,
        }
    }

    /// The same, but places from which it can be read again are noted.
    pub(super) fn restartable(self) -> Self {
        Self { inflate: Inflate::Restartable(InflateState::new_boxed(DataFormat::Raw), Vec::new()), ..self }
    }

    /// Goes on from a place that was noted.
    pub(super) fn restart(file: &'static str, plain: u64, compressed: u64, state: &InflateState) -> Self {
        Self {
            awaits: Awaits::Data,
            inflate: Inflate::Restartable(Box::new(state.clone()), Vec::new()),
            written: plain,
            written_before: plain,
            in_middle: true,
            position: compressed,
            member: compressed,
            ..Self::new(file)
        }
    }

    /// The places that were noted since this was last asked for, in order.
    pub(super) fn take_restart_points(&mut self) -> Vec<RestartPoint> {
        match &mut self.inflate {
            Inflate::Once(_) => Vec::new(),
            Inflate::Restartable(_, points) => std::mem::take(points),
        }
    }

    /// Notes a place every now and then.
    fn note(&mut self) {
        if let Inflate::Restartable(state, points) = &mut self.inflate
            && self.written >= self.noted + RESTART
        {
            self.noted = self.written;
            let (plain, compressed) = (self.written, self.position);
            points.push(RestartPoint { plain, compressed, state: RestartState::Inflating(state.clone()) });
        }
    }

    /// Whether a file begins like a member with the only method there is.
    pub(super) fn recognise(head: &[u8]) -> bool {
        head.starts_with(&[0x1f, 0x8b, 8])
    }

    /// Inflates what `chunk` completes. After a fault, or when `out` wants no more, nothing more may be pushed.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        out: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        loop {
            match self.awaits {
                Awaits::Header => {
                    if self.carry.pending().is_empty() {
                        // Tapes and block devices pad with zeros behind a member.
                        let zeros = chunk.iter().take_while(|&&byte| byte == 0).count();
                        self.position += zeros as u64;
                        chunk = chunk.get(zeros..).unwrap_or_default();
                        self.member = self.position;
                    }
                    let (member, file) = (self.member, self.file);
                    let header = self.carry.next(&mut chunk, |head| {
                        header_length(head).map_err(|why| {
                            let message = format!("the gzip data at byte {member} of the {file} {why}");
                            Fault::damaged(member, message)
                        })
                    })?;
                    let Some(header) = header else { return Ok(()) };
                    self.position += header.len() as u64;
                    self.inflate.reset();
                    self.in_middle = false;
                    self.written_before = self.written;
                    self.crc.reset();
                    self.awaits = Awaits::Data;
                }
                Awaits::Data => {
                    if self.data(&mut chunk, out)?.is_break() || self.awaits == Awaits::Data {
                        return Ok(());
                    }
                }
                Awaits::Trailer => {
                    let Some(trailer) = self.carry.next(&mut chunk, |_| Ok::<_, Fault>(8))? else {
                        return Ok(());
                    };
                    self.position += trailer.len() as u64;
                    let expected = [self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes()].concat();
                    if trailer != expected && !self.in_middle {
                        let (member, position, file) = (self.member, self.position, self.file);
                        let message = format!(
                            "the gzip data from byte {member} to byte {position} of the {file} does not have the \
                             checksum and length that it claims: {expected:02x?} was expected and {trailer:02x?} found"
                        );
                        return Err(Fault::damaged(member, message));
                    }
                    self.awaits = Awaits::Header;
                }
            }
        }
    }

    /// Inflates until `chunk` is used up or the data ends.
    fn data(
        &mut self,
        chunk: &mut &[u8],
        out: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Fault> {
        loop {
            let Step { read, written, ended } = self.inflate.step(chunk, &mut self.plain);
            *chunk = chunk.get(read..).unwrap_or_default();
            self.position += read as u64;
            self.written += written as u64;
            let plain = self.plain.get(..written).unwrap_or_default();
            self.crc.update(plain);
            if !plain.is_empty() && out(plain).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            self.note();
            match ended {
                Some(true) => {
                    self.awaits = Awaits::Trailer;
                    return Ok(ControlFlow::Continue(()));
                }
                // Where the output was filled, more may wait inside.
                Some(false) if chunk.is_empty() && written < self.plain.len() => {
                    return Ok(ControlFlow::Continue(()));
                }
                Some(false) if read > 0 || written > 0 => {}
                _ => {
                    let (member, file) = (self.member, self.file);
                    let plain = self.written - self.written_before;
                    let message = format!(
                        "the gzip data that begins at byte {member} of the {file} cannot be inflated behind its first \
                         {plain} bytes"
                    );
                    return Err(Fault::damaged(member, message));
                }
            }
        }
    }

    /// What is cut short when the file ends here.
    pub(super) fn finish(&self) -> Option<Fault> {
        let pending = self.carry.pending().len() as u64;
        if self.awaits == Awaits::Header && pending == 0 {
            return None;
        }
        let message = format!(
            "the {} ends at byte {}, inside the gzip data that begins at byte {}",
            self.file,
            self.position + pending,
            self.member
        );
        Some(Fault::cut_short(self.member, message))
    }
}

/// How many bytes a member's header has that begins like this (§2.3); else what is wrong with it.
fn header_length(head: &[u8]) -> Result<usize, String> {
    if let Some((found, expected)) =
        head.iter().zip([0x1f, 0x8b, 8]).find(|(found, expected)| *found != expected)
    {
        return Err(format!(
            "does not go on with another member: {expected:02x} was expected and {found:02x} found"
        ));
    }
    let Some(&flags) = head.get(3) else { return Ok(10) };
    if flags & 0xe0 != 0 {
        return Err(format!("has the reserved flags {flags:#04x} set"));
    }
    let mut length = 10;
    // FEXTRA
    if flags & 4 != 0 {
        let Some(&size) = head.get(length..).and_then(|bytes| bytes.first_chunk()) else {
            return Ok(length + 2);
        };
        length += 2 + usize::from(u16::from_le_bytes(size));
    }
    // FNAME and FCOMMENT
    for flag in [8, 16] {
        if flags & flag != 0 {
            let text = head.get(length..).unwrap_or_default();
            match memchr::memchr(0, text) {
                Some(end) => length += end + 1,
                None if text.len() > TEXT => return Err(format!("names a file in more than {TEXT} bytes")),
                None => return Ok(length + text.len() + 1),
            }
        }
    }
    // FHCRC
    Ok(length + if flags & 2 != 0 { 2 } else { 0 })
}
