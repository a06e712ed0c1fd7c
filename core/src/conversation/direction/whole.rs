//! The shortest way for most traffic: a message in one frame that lies whole in one chunk.

use std::slice;

use sha2::{Digest, Sha256};

use crate::stream::{Extent, Origin, StreamChunk};
use crate::websocket::frame::{FrameHeader, Opcode};
use crate::websocket::mask::unmask;
use crate::websocket::message::PayloadWanted;
use crate::websocket::text;

use super::{Direction, Numbers};
use crate::conversation::Context;
use crate::conversation::attempt::Attempt;
use crate::conversation::event::{MessageView, PayloadView, Trace};

impl Direction {
    /// Tells the whole messages that a chunk begins with, as far as nothing is to be said of their headers; how many
    /// bytes of the chunk they are. Nothing is open before, and nothing behind.
    #[inline(always)]
    pub(super) fn whole_messages(
        &mut self,
        chunk: &StreamChunk<'_>,
        numbers: &mut Numbers,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) -> usize {
        let mut rest = chunk.bytes;
        while let Some(header) = FrameHeader::parse(rest)
            && self.rules.is_ordinary(&header, self.side)
            && let Some(behind) = rest.get(usize::from(header.header_length)..)
            && let stands = chunk.extent(chunk.bytes.len() - rest.len(), header.frame_length())
            && let stands = cx.settings.traced.then_some(slice::from_ref(&stands))
            && let Some(length) =
                self.whole_message(&header, behind, chunk.origin, stands, numbers, attempt, cx)
        {
            self.rules.remember(&header);
            rest = behind.get(length..).unwrap_or_default();
        }
        let taken = chunk.bytes.len() - rest.len();
        self.counts.wire_bytes += taken as u64;
        taken
    }

    /// The shortest way for what is most traffic: an uncompressed message in one frame, all of it in `rest`. Its length
    /// if it went that way; nothing of it needs to be remembered then. `stands` says where it does, if it is traced.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "nearly every message comes this way, in registers")]
    pub(super) fn whole_message(
        &mut self,
        header: &FrameHeader,
        rest: &[u8],
        origin: Origin,
        stands: Option<&[Extent]>,
        numbers: &mut Numbers,
        attempt: &mut Attempt,
        cx: &mut Context<'_>,
    ) -> Option<usize> {
        let is_data = header.opcode == Opcode::TEXT || header.opcode == Opcode::BINARY;
        if !is_data || !header.fin || header.rsv != 0 || self.data_open || cx.settings.frames {
            return None;
        }
        let length =
            usize::try_from(header.length).ok().filter(|length| *length <= cx.settings.limits.payload)?;
        let payload = rest.get(..length)?;
        let wanted = cx.settings.payload;
        let plain = match header.mask {
            mask if header.opcode == Opcode::TEXT => text::read(payload, mask, cx.scratch)?,
            Some(key) if wanted != PayloadWanted::None && cx.settings.messages => {
                unmask(payload, key, 0, cx.scratch)
            }
            _ => payload,
        };
        let number = numbers.message;
        let frame = numbers.frame;
        numbers.message += 1;
        numbers.frame += 1;
        let counts = &mut self.counts;
        counts.frames += 1;
        counts.messages += 1;
        counts.bytes += header.length;
        if cx.settings.messages {
            let trace = stands.map(|extents| Trace {
                extents,
                end: extents.last().map_or(0, Extent::end),
                frames: slice::from_ref(&frame),
                codes: &[],
                finished: true,
                window_lost: false,
                inflating: None,
            });
            cx.sink.message(&MessageView {
                connection: attempt.number,
                number,
                from: self.side,
                opcode: header.opcode,
                started: origin,
                completed: origin,
                frames: 1,
                length: header.length,
                wire_length: header.length,
                compressed: false,
                payload: PayloadView {
                    kept: wanted.kept_of(plain),
                    sha256: (wanted == PayloadWanted::Hash).then(|| Sha256::digest(plain).into()),
                    holes: &[],
                    complete: true,
                    truncated: false,
                    is_text: header.opcode == Opcode::TEXT,
                },
                close: None,
                codes: &[],
                decoded: None,
                trace,
            });
        }
        Some(length)
    }
}
