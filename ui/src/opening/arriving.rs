//! Looks at the beginning of files that are chosen or dropped, before anything is done with them.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::key_log::{Counting, Counts};
use super::kind::Kind;
use super::mark::{BEGINNING, Mark};

/// Bytes of a key log that are fetched at once: few enough that counting them is not felt.
const PIECE: u64 = 512 << 10;

/// A file that was chosen or dropped.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrived {
    /// The file.
    pub file: File,
    /// What it is known by when it comes again.
    pub mark: Mark,
    /// What it is.
    pub kind: Kind,
    /// Of a key log: its secrets.
    pub secrets: Option<Counts>,
}

/// Looks at a file's beginning, and through all of a key log.
pub async fn arrive(file: File) -> Arrived {
    let (name, size) = (file.name(), file.size() as u64);
    let beginning = fetch(&file, 0, BEGINNING.min(size)).await;
    let kind = match &beginning {
        Ok(bytes) => Kind::of(bytes, &name),
        Err(_) => Kind::Unread,
    };
    let mark = Mark::of(name, size, &beginning.unwrap_or_default());
    let secrets = if kind == Kind::KeyLog { Some(count(&file, size).await) } else { None };
    Arrived { file, mark, kind, secrets }
}

/// Looks at each of these files, in their order.
pub async fn arrive_each(files: Vec<File>) -> Vec<Arrived> {
    let mut arrived = Vec::with_capacity(files.len());
    for file in files {
        arrived.push(arrive(file).await);
    }
    arrived
}

async fn count(file: &File, size: u64) -> Counts {
    let mut counting = Counting::default();
    let mut at = 0;
    while at < size {
        let Ok(bytes) = fetch(file, at, (at + PIECE).min(size)).await else { break };
        counting.push(&bytes);
        at += PIECE;
    }
    counting.finish()
}

async fn fetch(file: &File, start: u64, end: u64) -> Result<Vec<u8>, JsValue> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64)?;
    let buffer: ArrayBuffer = JsFuture::from(slice.array_buffer()).await?.dyn_into()?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
