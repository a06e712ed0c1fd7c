//! A file that somebody gave to the window: the browser's own, or one that the desktop shell keeps for it.

use js_sys::{ArrayBuffer, Uint8Array};
use sockscope_core::session::api::shell::OpenedFile;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::shell::{self, Arguments};

/// A file, of which nothing is read yet.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Of the browser.
    Browser(File),
    /// Of the shell, which knows where it lies.
    Shell(OpenedFile),
}

impl Given {
    /// Its name, without folders.
    pub fn name(&self) -> String {
        match self {
            Self::Browser(file) => file.name(),
            Self::Shell(file) => file.name.clone(),
        }
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Browser(file) => file.size() as u64,
            Self::Shell(file) => file.size,
        }
    }

    /// Its bytes from `start` on, up to `end`; `None`: they cannot be read.
    pub async fn fetch(&self, start: u64, end: u64) -> Option<Vec<u8>> {
        match self {
            Self::Browser(file) => slice(file, start, end).await.ok(),
            Self::Shell(file) => {
                let arguments = Arguments::new()
                    .with("number", &file.number)
                    .with("start", &start)
                    .with("length", &end.saturating_sub(start));
                shell::fetch("bytes", &arguments).await.ok()
            }
        }
    }

    /// The file as it is now. A browser's never changes.
    ///
    /// # Errors
    ///
    /// It is gone: in a sentence.
    pub async fn again(self) -> Result<Self, String> {
        match self {
            Self::Browser(file) => Ok(Self::Browser(file)),
            Self::Shell(file) => {
                let arguments = Arguments::new().with("number", &file.number);
                shell::invoke("again", &arguments).await.map(Self::Shell)
            }
        }
    }
}

async fn slice(file: &File, start: u64, end: u64) -> Result<Vec<u8>, JsValue> {
    let slice = file.slice_with_f64_and_f64(start as f64, end as f64)?;
    let buffer: ArrayBuffer = JsFuture::from(slice.array_buffer()).await?.dyn_into()?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
