//! What reading a capture costs: memory at its peak, and processor time beside that of a harmless capture.

use std::sync::OnceLock;
use std::time::Duration;

use cpu_time::ThreadTime;
use sockscope_core::session::api::{ConnectionRow, DiagnosticRow, SummaryRow};
use sockscope_core::session::{Decoder, FrameView, MessageView, Options, RowsWanted, Sink};
use sockscope_workload::Kind;

/// A byte of a hostile capture may take so many times what a byte of a harmless one takes. Generous: what is hunted is
/// work that grows with the square of its input, or that a few bytes ask for.
const TIMES: u32 = 40;
/// Less than this is never out of proportion.
const FLOOR: Duration = Duration::from_millis(400);
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
    time: Duration,
    length: usize,
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

/// Reads the capture with messages and frames, and checks that no more memory and time is taken than is right.
///
/// # Panics
/// If more is.
pub fn check(what: &str, capture: &[u8], options: Options, most: u64) -> Cost {
    let most = most + OWN;
    let cost = read(capture, options);
    eprintln!(
        "{what}: {} bytes, peak {} of {most}, {:?} of {:?}; {} diagnostics {:?}",
        cost.length,
        cost.peak,
        cost.time,
        allowed(capture.len()),
        cost.rows.diagnostics,
        cost.rows.codes,
    );
    assert!(cost.peak <= most, "{what}: {} bytes at the peak, and {most} are right", cost.peak);
    assert!(cost.time <= allowed(cost.length), "{what}: {:?} of {:?}", cost.time, allowed(cost.length));
    cost
}

/// Reads the capture, whatever it takes.
fn read(capture: &[u8], mut options: Options) -> Cost {
    options.rows = RowsWanted { messages: true, frames: true, decoded: true };
    // By default the last 16 MiB of the capture are kept, whatever is in it: less hides less.
    options.limits.compared = 64 << 10;
    let mut rows = Counted::default();
    let mut summary = None;
    let began = ThreadTime::now();
    let allocated = allocation_counter::measure(|| {
        let mut decoder = Decoder::new(options);
        for chunk in capture.chunks(CHUNK) {
            decoder.push(chunk, &mut rows).expect("a capture");
        }
        summary = decoder.finish(&mut rows).ok();
    });
    Cost {
        peak: allocated.bytes_max,
        summary: summary.expect("a capture"),
        rows,
        time: began.elapsed(),
        length: capture.len(),
    }
}

/// The time that so many bytes may take.
fn allowed(length: usize) -> Duration {
    const HARMLESS: u32 = 8 << 20;
    static TIME: OnceLock<Duration> = OnceLock::new();
    let harmless = *TIME.get_or_init(|| {
        let capture = sockscope_workload::in_memory(Kind::Chat, HARMLESS.into(), 1);
        read(&capture, Options::default()).time * HARMLESS / capture.len() as u32
    });
    FLOOR + harmless.mul_f64(f64::from(TIMES) * length as f64 / f64::from(HARMLESS))
}
