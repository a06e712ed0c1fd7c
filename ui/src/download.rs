//! Bytes that the browser saves as a file.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Pieces, of bytes or of what [`blob`] made of them, as one that need not stay in the page's memory.
pub fn blob(pieces: &Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    // No type that a browser would show instead.
    options.set_type("application/octet-stream");
    Blob::new_with_blob_sequence_and_options(pieces, &options).ok()
}

/// Lets the browser save pieces as one file of this name; `None`: it does not.
pub fn save(pieces: &Array, name: &str) -> Option<()> {
    let address = Url::create_object_url_with_blob(&blob(pieces)?).ok()?;
    let document = web_sys::window()?.document()?;
    let anchor = document.create_element("a").ok()?.dyn_into::<HtmlAnchorElement>().ok()?;
    anchor.set_href(&address);
    anchor.set_download(name);
    anchor.click();
    // The download has begun, and holds the file itself.
    Url::revoke_object_url(&address).ok()
}
