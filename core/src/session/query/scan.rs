//! Another pass over the captures, with payloads: what a filter on content needs, and what is exported. It runs the same
//! decoder as the first pass, so that it finds the same messages at the same pace, and can be left at any time.

use hashbrown::HashMap;

use super::record::IndexedMessage;
use crate::conversation::MessageView;
use crate::filter::{Filter, Seen};
use crate::session::bytes::Bytes;
use crate::session::decoder::{Decoder, Options, RowsWanted, Sink};
use crate::session::index::Index;
use crate::source::SourceError;
use crate::websocket::message::PayloadWanted;

/// Bytes that are read in one step.
const STEP: usize = 1 << 20;

/// Another pass.
pub struct Scan {
    filter: Option<Filter>,
    connection: Option<u64>,
    decoder: Option<Decoder>,
    capture: usize,
    position: u64,
    buffer: Vec<u8>,
    /// Bytes that were read.
    pub searched: u64,
    /// Places in the index of what holds, since this was last emptied.
    pub found: Vec<u32>,
    /// What was found in each connection, where that is asked for.
    pub seen: Option<HashMap<u64, Seen>>,
}

/// Whether those who take messages ask what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// In their sub-protocols.
    Decoded,
    /// Their payloads are enough.
    Unasked,
}

/// Takes the messages that hold.
pub trait Taker {
    /// A message that holds.
    fn take(&mut self, id: u32, view: &MessageView<'_>);
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to read.
    More,
    /// The first pass is not further either.
    Waiting,
    /// All was read.
    Done,
}

impl Scan {
    /// A pass that asks this filter about the messages of one connection or of all, with the options of the first pass.
    pub fn new(filter: Option<Filter>, connection: Option<u64>, meaning: Meaning, options: Options) -> Self {
        let options = Options {
            payload: PayloadWanted::Full,
            rows: RowsWanted {
                messages: true,
                decoded: meaning == Meaning::Decoded,
                ..RowsWanted::default()
            },
            ..options
        };
        Self {
            filter,
            connection,
            decoder: Some(Decoder::new(options)),
            capture: 0,
            position: 0,
            buffer: Vec::new(),
            searched: 0,
            found: Vec::new(),
            seen: None,
        }
    }

    /// Whether all was read.
    pub fn is_done(&self) -> bool {
        self.decoder.is_none()
    }

    /// Reads on. `is_over`: the first pass has ended, so its end is the end.
    ///
    /// # Errors
    ///
    /// The captures cannot be read any more, or have changed.
    pub fn step(
        &mut self,
        bytes: &mut Bytes,
        index: &Index,
        start: Option<u64>,
        is_over: bool,
        taker: &mut dyn Taker,
    ) -> Result<Step, SourceError> {
        let Some(decoder) = &mut self.decoder else { return Ok(Step::Done) };
        let Self { filter, connection, found, seen, .. } = self;
        let mut sink =
            Asking { index, filter: filter.as_ref(), connection: *connection, start, found, seen, taker };
        let Some(capture) = bytes.capture(self.capture) else {
            if !is_over {
                decoder.settle(&mut sink);
                return Ok(Step::Waiting);
            }
            if let Some(decoder) = self.decoder.take() {
                // What cannot be read was said in the first pass.
                let _ = decoder.finish(&mut sink);
            }
            return Ok(Step::Done);
        };
        let left = usize::try_from(capture.read - self.position.min(capture.read)).unwrap_or(usize::MAX);
        if left == 0 {
            let has_next = bytes.capture(self.capture + 1).is_some();
            if !has_next && !is_over {
                decoder.settle(&mut sink);
                return Ok(Step::Waiting);
            }
            if has_next {
                let _ = decoder.next_capture(&mut sink);
            }
            (self.capture, self.position) = (self.capture + 1, 0);
            return Ok(Step::More);
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(STEP.min(left), 0);
        let count = capture.source().read_at(self.position, &mut buffer)?;
        if count == 0 {
            return Err(capture.missing());
        }
        self.position += count as u64;
        self.searched += count as u64;
        buffer.truncate(count);
        self.buffer = decoder.push_block(buffer, &mut sink).ok().flatten().unwrap_or_default();
        Ok(Step::More)
    }
}

/// Asks the filter about what the decoder tells.
struct Asking<'a> {
    index: &'a Index,
    filter: Option<&'a Filter>,
    connection: Option<u64>,
    start: Option<u64>,
    found: &'a mut Vec<u32>,
    seen: &'a mut Option<HashMap<u64, Seen>>,
    taker: &'a mut dyn Taker,
}

impl Sink for Asking<'_> {
    fn message(&mut self, view: &MessageView<'_>) {
        if self.connection.is_some_and(|connection| connection != view.connection) {
            return;
        }
        let index = self.index;
        let Some(id) = index.message(view.connection, view.number) else {
            return; // It came after the first pass was stopped.
        };
        let Some(record) = index.record(id) else { return };
        let message = IndexedMessage {
            index,
            id,
            record: &record,
            payload: Some(view.payload.kept),
            start: self.start,
        };
        match (&mut *self.seen, self.filter) {
            (Some(seen), Some(filter)) => seen.entry(view.connection).or_default().add(filter, &message),
            (_, filter) => {
                if filter.is_none_or(|filter| filter.holds(&message)) {
                    self.found.push(id);
                    self.taker.take(id, view);
                }
            }
        }
    }
}

/// Nobody takes them: their places are enough.
impl Taker for () {
    fn take(&mut self, _: u32, _: &MessageView<'_>) {}
}
