//! Decompresses zstd files (RFC 8878) as they come: any number of frames, skippable ones among them. The window is
//! limited, and dictionaries are not known.

use std::io;
use std::ops::ControlFlow;

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::Fault;
use super::carry::Carry;
use super::restart::{RestartPoint, RestartState};

/// Bytes of the largest window that a frame may ask for, as in the zstd command.
const WINDOW: u64 = 128 << 20;
/// §3.1.1.2.4
const MAXIMUM_BLOCK: usize = 128 << 10;

/// Decompresses one zstd file.
pub(crate) struct Zstd {
    /// How messages call the file.
    file: &'static str,
    awaits: Awaits,
    carry: Carry,
    decoder: FrameDecoder,
    /// Where the next unit stands in the compressed file.
    position: u64,
    /// Where this frame begins.
    frame: u64,
    /// Plain bytes so far.
    plain: u64,
    /// Starts of frames since they were last asked for, some distance apart.
    starts: Vec<RestartPoint>,
    /// Plain bytes before the last one that was noted.
    noted: Option<u64>,
}

/// Plain bytes between two starts that are noted: a file may have very many small frames.
const APART: u64 = 256 << 10;

/// What comes next in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaits {
    Frame,
    Block {
        /// The frame ends with one (§3.1.1).
        checksum: bool,
    },
    /// The rest of a skippable frame (§3.1.2).
    Skip(u64),
}

impl Zstd {
    pub(super) fn new(file: &'static str) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Self {
            file,
            awaits: Awaits::Frame,
            carry: Carry::default(),
            decoder,
            position: 0,
            frame: 0,
            plain: 0,
            starts: Vec::new(),
            noted: None,
        }
    }

    /// Starts of frames that were noted since this was last asked for, in order.
    pub(super) fn take_starts(&mut self) -> Vec<RestartPoint> {
        std::mem::take(&mut self.starts)
    }

    fn note_start(&mut self) {
        if self.noted.is_none_or(|noted| self.plain >= noted + APART) {
            self.noted = Some(self.plain);
            let (plain, compressed) = (self.plain, self.frame);
            self.starts.push(RestartPoint { plain, compressed, state: RestartState::ZstdFrame });
        }
    }

    /// Whether a file begins like a frame.
    pub(super) fn recognise(head: &[u8]) -> bool {
        let magic = head.first_chunk().map(|&magic| u32::from_le_bytes(magic));
        magic.is_some_and(|magic| magic == FRAME || is_skippable(magic))
    }

    /// Decompresses what `chunk` completes. After a fault, or when `out` wants no more, nothing more may be pushed.
    pub(super) fn push(
        &mut self,
        mut chunk: &[u8],
        out: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        loop {
            match self.awaits {
                Awaits::Frame => {
                    self.frame = self.position;
                    let (frame, file) = (self.frame, self.file);
                    let header = self.carry.next(&mut chunk, |head| {
                        header_length(head).map_err(|why| {
                            Fault::damaged(
                                frame,
                                format!("the zstd data at byte {frame} of the {file} {why}"),
                            )
                        })
                    })?;
                    let Some(header) = header else { return Ok(()) };
                    self.position += header.len() as u64;
                    self.awaits = match header {
                        [a, b, c, d, rest @ ..] if is_skippable(u32::from_le_bytes([*a, *b, *c, *d])) => {
                            Awaits::Skip(
                                rest.first_chunk().map_or(0, |&size| u32::from_le_bytes(size).into()),
                            )
                        }
                        _ => {
                            self.decoder.reset(header).map_err(|error| {
                                let why = refusal(&error);
                                Fault::damaged(
                                    frame,
                                    format!(
                                        "the zstd frame at byte {frame} of the {file} cannot be read: {why}"
                                    ),
                                )
                            })?;
                            Awaits::Block { checksum: header.get(4).is_some_and(|flags| flags & 4 != 0) }
                        }
                    };
                    if matches!(self.awaits, Awaits::Block { .. }) {
                        self.note_start();
                    }
                }
                Awaits::Skip(left) => {
                    let skipped = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
                    chunk = chunk.get(skipped..).unwrap_or_default();
                    self.position += skipped as u64;
                    let left = left - skipped as u64;
                    self.awaits = if left == 0 { Awaits::Frame } else { Awaits::Skip(left) };
                    if left > 0 {
                        return Ok(());
                    }
                }
                Awaits::Block { checksum } => {
                    let block =
                        self.carry.next(&mut chunk, |head| Ok::<_, Fault>(block_length(head, checksum)))?;
                    let Some(block) = block else { return Ok(()) };
                    let position = self.position;
                    self.position += block.len() as u64;
                    let result = self.decoder.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1));
                    if result.is_err() {
                        drain(&mut self.decoder, out);
                        let (frame, file) = (self.frame, self.file);
                        let message = format!(
                            "the zstd block at byte {position} of the {file}, in the frame that begins at byte {frame}, \
                             cannot be decompressed"
                        );
                        return Err(Fault::damaged(position, message));
                    }
                    let plain = &mut self.plain;
                    let poured = pour(&mut self.decoder, &mut |bytes| {
                        *plain += bytes.len() as u64;
                        out(bytes)
                    });
                    if poured.is_break() {
                        return Ok(());
                    }
                    if self.decoder.is_finished() {
                        self.awaits = Awaits::Frame;
                        self.check()?;
                    }
                }
            }
        }
    }

    /// Compares the frame's checksum with its content's, if it has one.
    fn check(&self) -> Result<(), Fault> {
        let (claimed, content) =
            (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
        match (claimed, content) {
            (Some(claimed), Some(content)) if claimed != content => Err(Fault::damaged(
                self.frame,
                format!(
                    "the zstd frame from byte {} to byte {} of the {} claims the checksum {claimed:08x}, and its \
                     content has {content:08x}",
                    self.frame, self.position, self.file
                ),
            )),
            _ => Ok(()),
        }
    }

    /// What is cut short when the file ends here; what was decompressed before goes out.
    pub(super) fn finish(&mut self, out: &mut impl FnMut(&[u8]) -> ControlFlow<()>) -> Option<Fault> {
        let pending = self.carry.pending();
        if self.awaits == Awaits::Frame && pending.is_empty() {
            return None;
        }
        let message = format!(
            "the {} ends at byte {}, inside the zstd frame that begins at byte {}",
            self.file,
            self.position + pending.len() as u64,
            self.frame
        );
        if matches!(self.awaits, Awaits::Block { .. }) {
            if block_length(pending, false) <= pending.len() {
                // Only the checksum is missing; whatever stands in for it is not compared.
                let whole = [pending, &[0; 4]].concat();
                let _ = self.decoder.decode_blocks(whole.as_slice(), BlockDecodingStrategy::UptoBlocks(1));
            }
            drain(&mut self.decoder, out);
        }
        Some(Fault::cut_short(self.frame, message))
    }
}

const FRAME: u32 = 0xfd2f_b528;

fn is_skippable(magic: u32) -> bool {
    magic & 0xffff_fff0 == 0x184d_2a50
}

/// How many bytes a frame's header has that begins like this (§3.1.1.1), without a skippable frame's data; else what is
/// wrong with it.
fn header_length(head: &[u8]) -> Result<usize, String> {
    let Some(&magic) = head.first_chunk() else { return Ok(4) };
    let magic = u32::from_le_bytes(magic);
    if is_skippable(magic) {
        return Ok(8);
    }
    if magic != FRAME {
        return Err(format!(
            "does not go on with another frame: {FRAME:08x} was expected and {magic:08x} found"
        ));
    }
    let Some(&descriptor) = head.get(4) else { return Ok(5) };
    let single_segment = descriptor & 0x20 != 0;
    let content_size = match descriptor >> 6 {
        0 => usize::from(single_segment),
        flag => 1 << flag,
    };
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or_default();
    Ok(5 + usize::from(!single_segment) + dictionary + content_size)
}

/// How many bytes a block has that begins like this (§3.1.1.2), with the checksum behind the last one.
fn block_length(head: &[u8], checksum: bool) -> usize {
    let Some(&[a, b, c]) = head.first_chunk() else { return 3 };
    let header = u32::from_le_bytes([a, b, c, 0]);
    let size = (header >> 3) as usize;
    let body = match header >> 1 & 3 {
        // The decoder refuses both from the header alone.
        3 => return 3,
        _ if size > MAXIMUM_BLOCK => return 3,
        1 => 1,
        _ => size,
    };
    3 + body + if checksum && header & 1 != 0 { 4 } else { 0 }
}

/// Why a frame is refused by its header.
fn refusal(error: &FrameDecoderError) -> String {
    match error {
        FrameDecoderError::WindowSizeTooBig { requested, max } => {
            format!(
                "it needs a window of {requested} bytes where at most {max} are given; decompress it first"
            )
        }
        FrameDecoderError::DictNotProvided { dict_id } => {
            format!("it needs dictionary {dict_id}; decompress it first")
        }
        _ => "its header is malformed".to_owned(),
    }
}

/// Hands out what the window no longer needs; all of it at the end of a frame.
fn pour(decoder: &mut FrameDecoder, out: &mut impl FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut flow = ControlFlow::Continue(());
    // The writer never fails.
    let _ = decoder.collect_to_writer(Outlet { out, flow: &mut flow });
    flow
}

/// Hands out all that was decompressed of a frame that cannot go on: an empty last block makes the decoder let go of its
/// window.
fn drain(decoder: &mut FrameDecoder, out: &mut impl FnMut(&[u8]) -> ControlFlow<()>) {
    let last_block_and_checksum: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
    let _ = decoder.decode_blocks(last_block_and_checksum, BlockDecodingStrategy::UptoBlocks(1));
    let _ = pour(decoder, out);
}

/// A writer that hands on what is written, until nobody wants it.
struct Outlet<'a, F> {
    out: &'a mut F,
    flow: &'a mut ControlFlow<()>,
}

impl<F: FnMut(&[u8]) -> ControlFlow<()>> io::Write for Outlet<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.flow.is_continue() {
            *self.flow = (self.out)(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
