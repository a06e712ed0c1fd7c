//! What of an index has no room in memory is written to a spool and read again by its place there.
//!
//! A file is read and not mapped: a map needs `unsafe`, and where a disk is full or a file is cut off it ends the process with
//! SIGBUS, where a read says so. What was read lately is kept by [`LongLog`](super::LongLog), and by the system.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::source::Spool;

/// Makes a spool for what of an index has no room in memory.
pub type MakeSpill = Arc<dyn Fn() -> Box<dyn Spool + Send> + Send + Sync>;

/// A share of memory, and where what goes beyond it is written. Several lists have one in common.
#[derive(Clone, Default)]
pub struct Spill {
    /// Without: everything stays in memory.
    shared: Option<Arc<Mutex<Shared>>>,
    budget: usize,
}

struct Shared {
    make: MakeSpill,
    /// Made when something is written first: most captures are small.
    spool: Option<Box<dyn Spool + Send>>,
    /// Bytes that were written.
    length: u64,
    /// Bytes of memory that are held.
    held: usize,
    trouble: Option<Trouble>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// Nothing more can be written.
    NoRoom,
    /// Something that was written cannot be read.
    Unreadable,
}

impl Spill {
    /// So many bytes of memory, and a spool that is made when they are used up; without `make` there is no bound.
    pub fn new(budget: usize, make: Option<MakeSpill>) -> Self {
        let shared = make.map(|make| {
            Arc::new(Mutex::new(Shared { make, spool: None, length: 0, held: 0, trouble: None }))
        });
        Self { shared, budget }
    }

    /// Bytes of memory that there are; `None`: no bound.
    pub fn budget(&self) -> Option<usize> {
        self.shared.as_ref().map(|_| self.budget)
    }

    /// Counts so many bytes of memory more, if there is room for them; `false`: they should be written, or others in their
    /// place.
    pub fn hold(&self, bytes: usize) -> bool {
        let Some(mut shared) = self.lock() else { return true };
        let fits = shared.trouble == Some(Trouble::NoRoom) || shared.held + bytes <= self.budget;
        if fits {
            shared.held += bytes;
        }
        fits
    }

    /// Counts so many bytes of memory more, though there is no room for them.
    pub fn hold_anyway(&self, bytes: usize) {
        if let Some(mut shared) = self.lock() {
            shared.held += bytes;
        }
    }

    /// Writes bytes; the answer is their place. `None`: there is no room for them, and they are to be kept in memory.
    pub fn write(&self, bytes: &[u8]) -> Option<u64> {
        let mut shared = self.lock()?;
        let Shared { make, spool, length, trouble, .. } = &mut *shared;
        if *trouble == Some(Trouble::NoRoom) {
            return None;
        }
        if spool.get_or_insert_with(|| make()).append(bytes).is_err() {
            trouble.get_or_insert(Trouble::NoRoom);
            return None;
        }
        let place = *length;
        *length += bytes.len() as u64;
        Some(place)
    }

    /// Reads bytes again that stand at that place; `false`: they cannot be read.
    pub fn read(&self, place: u64, mut buffer: &mut [u8]) -> bool {
        let Some(mut shared) = self.lock() else { return false };
        let Some(spool) = &mut shared.spool else { return false };
        let mut at = place;
        while !buffer.is_empty() {
            let count = spool.read_at(at, buffer).unwrap_or(0);
            if count == 0 {
                shared.trouble = Some(Trouble::Unreadable);
                return false;
            }
            at += count as u64;
            buffer = buffer.get_mut(count..).unwrap_or_default();
        }
        true
    }

    /// Bytes that were written.
    pub fn written(&self) -> u64 {
        self.lock().map_or(0, |shared| shared.length)
    }

    /// What to say of what went wrong.
    pub fn problem(&self) -> Option<&'static str> {
        Some(match self.lock()?.trouble? {
            Trouble::NoRoom => {
                "there is no room left for temporary files: what is known of the messages stays in memory"
            }
            Trouble::Unreadable => {
                "a temporary file cannot be read again: messages are missing; open the capture again"
            }
        })
    }

    fn lock(&self) -> Option<MutexGuard<'_, Shared>> {
        Some(self.shared.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Spill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spill").field("budget", &self.budget()).finish_non_exhaustive()
    }
}

/// An item that lies in a file as bytes of a fixed number.
pub trait Fixed: Copy {
    /// How many.
    const SIZE: usize;

    /// Appends them.
    fn write(&self, to: &mut Vec<u8>);

    /// Takes them from the beginning of what is left.
    fn read(from: &mut &[u8]) -> Self;
}

/// The next bytes of what is left; zeros where there are too few, which no reader of whole items comes to.
pub fn take<const N: usize>(from: &mut &[u8]) -> [u8; N] {
    let Some((first, rest)) = from.split_first_chunk() else { return [0; N] };
    *from = rest;
    *first
}

impl Fixed for u32 {
    const SIZE: usize = 4;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Self {
        Self::from_le_bytes(take(from))
    }
}

/// A key, and the message that has it.
impl Fixed for (u64, u32) {
    const SIZE: usize = 12;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
        to.extend_from_slice(&self.1.to_le_bytes());
    }

    fn read(from: &mut &[u8]) -> Self {
        (u64::from_le_bytes(take(from)), u32::from_le_bytes(take(from)))
    }
}
