//! Bytes that are saved as a file: by the browser, or by the desktop shell, which asks where.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::shell;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is saved, or the browser takes care of that.
    Saved,
    /// Somebody was asked where, and did not want it any more.
    GivenUp,
}

/// Pieces, of bytes or of what [`blob`] made of them, as one that need not stay in the page's memory.
pub fn blob(pieces: &Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    // No type that a browser would show instead.
    options.set_type("application/octet-stream");
    Blob::new_with_blob_sequence_and_options(pieces, &options).ok()
}

/// Saves pieces as one file of this name.
///
/// # Errors
///
/// It is not saved: in a sentence.
pub async fn save(pieces: &Array, name: &str) -> Result<Saved, String> {
    let refused = "The browser does not let this page save.";
    let bytes = blob(pieces).ok_or(refused)?;
    if shell::is_there() {
        return shell::save(&bytes, name).await;
    }
    download(&bytes, name).map(|()| Saved::Saved).ok_or_else(|| refused.to_owned())
}

fn download(bytes: &Blob, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(bytes).ok()?;
    let document = web_sys::window()?.document()?;
    let anchor = document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The download has begun, and holds the file itself.
    Url::revoke_object_url(&address).ok()
}
