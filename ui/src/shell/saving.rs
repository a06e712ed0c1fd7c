//! Bytes that are saved where somebody says so in the system's dialog.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{Arguments, hand, invoke};
use crate::download::Saved;

/// Bytes that are handed over at once.
const PIECE: u64 = 4 << 20;

/// Asks where, and writes them there.
///
/// # Errors
///
/// They cannot be written: in a sentence.
pub async fn save(bytes: &Blob, name: &str) -> Result<Saved, String> {
    let chosen: Option<u64> = invoke("save", &Arguments::new().with("name", name)).await?;
    let Some(number) = chosen else { return Ok(Saved::GivenUp) };
    let size = bytes.size() as u64;
    let mut at = 0;
    while at < size {
        let end = (at + PIECE).min(size);
        let piece = fetch(bytes, at, end).await.ok_or("the window does not have its bytes any more")?;
        hand("save_part", number, &piece).await?;
        at = end;
    }
    invoke::<()>("save_end", &Arguments::new().with("number", &number)).await?;
    Ok(Saved::Saved)
}

async fn fetch(bytes: &Blob, start: u64, end: u64) -> Option<Vec<u8>> {
    let slice = bytes.slice_with_f64_and_f64(start as f64, end as f64).ok()?;
    let buffer: ArrayBuffer = JsFuture::from(slice.array_buffer()).await.ok()?.dyn_into().ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
