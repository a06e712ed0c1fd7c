//! What reading a capture costs: memory at its peak, and instructions as the capture grows.

use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, SummaryRow};
use sockscope_core::session::{Decoder, FrameView, MessageView, Options, RowsWanted, Sink};

use crate::instructions;

/// What the engine has whatever is in the capture: a group of packets, what was delivered last, its tables.
const OWN: u64 = 2 << 20;
/// What the command line reads at a time, or less.
const CHUNK: usize = 256 << 10;

/// What came of a capture, and what it took.
pub struct Cost {
    /// Bytes allocated at the peak, beyond those before.
    pub peak: u64,
    pub summary: SummaryRow,
    pub rows: Counted,
}

/// How many rows of each kind there were. None is kept: who prints them keeps none either.
#[derive(Default)]
pub struct Counted {
    pub connections: u64,
    pub messages: u64,
    pub frames: u64,
    pub diagnostics: u64,
    /// The codes, each once.
    pub codes: Vec<String>,
}

impl Counted {
    pub fn said(&self, code: &str) -> bool {
        self.codes.iter().any(|said| said == code)
    }
}

impl Sink for Counted {
    fn connection(&mut self, _: &ConnectionRow) {
        self.connections += 1;
    }

    fn message(&mut self, _: &MessageView<'_>) {
        self.messages += 1;
    }

    fn frame(&mut self, _: &FrameView<'_>) {
        self.frames += 1;
    }

    fn diagnostic(&mut self, row: &DiagnosticRow) {
        self.diagnostics += 1;
        if !self.said(&row.code) {
            self.codes.push(row.code.clone());
        }
    }
}

/// Reads the capture of this count with messages and frames, and checks that no more memory is taken than is right, and
/// that the instructions grow no faster than the capture. One of these in a test: [`instructions`] runs the test again.
///
/// # Panics
/// If more is.
pub fn check(capture: impl Fn(u32) -> Vec<u8>, count: u32, options: Options, most: u64) -> Cost {
    if let Some(count) = instructions::wanted() {
        let capture = capture(count);
        instructions::counted(|| read(&capture, options));
    }
    let cost = check_memory(&capture(count), options.clone(), most);
    instructions::check_growth(|count| capture(count).len(), count);
    cost
}

/// The same of a capture that does not grow, and so of memory alone.
pub fn check_memory(capture: &[u8], options: Options, most: u64) -> Cost {
    let most = most + OWN;
    let cost = read(capture, options);
    eprintln!(
        "{} bytes, peak {} of {most}; {} diagnostics {:?}",
        capture.len(),
        cost.peak,
        cost.rows.diagnostics,
        cost.rows.codes,
    );
    assert!(cost.peak <= most, "{} bytes at the peak, and {most} are right", cost.peak);
    cost
}

/// Reads the capture, whatever it takes.
fn read(capture: &[u8], mut options: Options) -> Cost {
    options.rows = RowsWanted { messages: true, frames: true, decoded: true, lines: false };
    // By default the last 16 MiB of the capture are kept, whatever is in it: less hides less.
    options.limits.compared = 64 << 10;
    let mut rows = Counted::default();
    let mut summary = None;
    let allocated = allocation_counter::measure(|| {
        let mut decoder = Decoder::new(options);
        for chunk in capture.chunks(CHUNK) {
            decoder.push(chunk, &mut rows).expect("a capture");
        }
        summary = decoder.finish(&mut rows).ok();
    });
    Cost { peak: allocated.bytes_max, summary: summary.expect("a capture"), rows }
}
