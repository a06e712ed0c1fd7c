//! A file of the browser, read in slices and never whole (File API, `FileReaderSync`, which only workers have).

use js_sys::{ArrayBuffer, Uint8Array};
use send_wrapper::SendWrapper;
use sockscope_core::source::{Source, SourceError, Stamp};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File, FileReaderSync};

/// Bytes that are fetched at once while a file is read from its beginning to its end: each call goes through another process.
const AHEAD: u64 = 4 << 20;

/// A file of the browser. A worker has one thread, which is what the wrapper watches over.
pub struct BrowserFile {
    file: SendWrapper<File>,
    reader: Option<SendWrapper<FileReaderSync>>,
    /// Bytes that were fetched ahead, and the place of the first.
    ahead: (u64, Vec<u8>),
}

impl BrowserFile {
    /// The file, of which nothing is read yet.
    pub fn new(file: File) -> Self {
        let reader = FileReaderSync::new().ok().map(SendWrapper::new);
        Self { file: SendWrapper::new(file), reader, ahead: (0, Vec::new()) }
    }

    fn fetch(&self, start: u64, end: u64) -> Result<Vec<u8>, SourceError> {
        let unreadable = |error: JsValue| {
            let words = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
            SourceError::Unreadable(words.unwrap_or_else(|| "the browser gives no reason".to_owned()))
        };
        let reader = self.reader.as_ref().ok_or_else(|| {
            SourceError::Unreadable("this browser has no FileReaderSync in its workers".to_owned())
        })?;
        let blob: &Blob = &self.file;
        let slice = blob.slice_with_f64_and_f64(start as f64, end as f64).map_err(unreadable)?;
        let buffer: ArrayBuffer = reader.read_as_array_buffer(&slice).map_err(unreadable)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    fn length(&self) -> u64 {
        self.file.size() as u64
    }
}

impl Source for BrowserFile {
    fn size(&mut self) -> Result<Option<u64>, SourceError> {
        Ok(Some(self.length()))
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<usize, SourceError> {
        let end = offset.saturating_add(buffer.len() as u64).min(self.length());
        if offset >= end {
            return Ok(0);
        }
        let (start, bytes) = &self.ahead;
        let behind = start + bytes.len() as u64;
        if !(*start..behind).contains(&offset) {
            let goes_on = offset == behind;
            let to = if goes_on { offset.saturating_add(AHEAD).min(self.length()) } else { end };
            let fetched = self.fetch(offset, to.max(end))?;
            if !goes_on {
                return Ok(copied(&fetched, buffer));
            }
            self.ahead = (offset, fetched);
        }
        let (start, bytes) = &self.ahead;
        let from = usize::try_from(offset - start).unwrap_or(usize::MAX);
        Ok(copied(bytes.get(from..).unwrap_or_default(), buffer))
    }

    fn stamp(&mut self) -> Stamp {
        // A `File` is what it was when it was chosen: reading it fails once it has changed.
        Stamp { size: self.length(), modified: None }
    }
}

fn copied(from: &[u8], to: &mut [u8]) -> usize {
    let count = from.len().min(to.len());
    if let (Some(from), Some(to)) = (from.get(..count), to.get_mut(..count)) {
        to.copy_from_slice(from);
    }
    count
}
