//! Places in compressed files from which their plain bytes can be had again without those before them.

use std::ops::ControlFlow;

use miniz_oxide::inflate::stream::InflateState;

use super::Fault;
use super::gzip::Gzip;
use super::zstd::Zstd;

/// A place from which decompressing can go on later.
#[derive(Clone)]
pub(crate) struct RestartPoint {
    /// Plain bytes before it.
    pub plain: u64,
    /// Bytes of the compressed file before it.
    pub compressed: u64,
    pub(super) state: RestartState,
}

/// What a decoder must know at such a place.
#[derive(Clone)]
pub(super) enum RestartState {
    /// All that an inflating one knows: some 43 KB.
    Inflating(Box<InflateState>),
    /// Nothing: a zstd frame begins there.
    ZstdFrame,
}

/// The places that were noted in a file since this was last asked for, in order.
pub(crate) enum RestartPoints {
    /// Of a gzip file, whose start is one too.
    Gzip(Vec<RestartPoint>),
    /// Of a zstd file, the first of which is its first frame's start.
    Zstd(Vec<RestartPoint>),
}

/// A decoder that goes on from such a place.
pub(crate) enum Restarted {
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd>),
}

impl Restarted {
    /// From that place; without one, from the start of a gzip file.
    pub fn at(point: Option<&RestartPoint>) -> Self {
        // Faults were told when the file was first read, so nobody reads this name.
        let file = "file";
        match point {
            Some(RestartPoint { plain, compressed, state: RestartState::Inflating(state) }) => {
                Self::Gzip(Box::new(Gzip::restart(file, *plain, *compressed, state)))
            }
            Some(RestartPoint { state: RestartState::ZstdFrame, .. }) => {
                Self::Zstd(Box::new(Zstd::new(file)))
            }
            None => Self::Gzip(Box::new(Gzip::new(file))),
        }
    }

    /// Decompresses what `chunk` completes.
    pub fn push(
        &mut self,
        chunk: &[u8],
        out: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        match self {
            Self::Gzip(gzip) => gzip.push(chunk, out),
            Self::Zstd(zstd) => zstd.push(chunk, out),
        }
    }
}
