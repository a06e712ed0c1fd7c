//! Samples that come with the page.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, Response};

/// A capture to try.
#[derive(Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its name in an address.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it shows.
    pub about: &'static str,
}

/// All samples.
pub const SAMPLES: [Sample; 3] = [
    Sample {
        name: "accept-without-guid",
        title: "A wrong Accept",
        about: "Two upgrades. One server hashes the key without the GUID, and its client hangs up.",
    },
    Sample {
        name: "deflate-context-takeover",
        title: "Compressed messages",
        about: "permessage-deflate, whose window goes on from one message to the next.",
    },
    Sample {
        name: "long",
        title: "A busy chat",
        about: "Some hundred thousand messages, to feel the speed.",
    },
];

impl Sample {
    /// The sample of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SAMPLES.iter().find(|sample| sample.name == name)
    }

    /// Its file, from beside the page.
    ///
    /// # Errors
    ///
    /// It is not there: one sentence.
    pub async fn file(&self) -> Result<File, String> {
        self.fetch().await.map_err(|_| format!("The sample “{}” is not beside this page.", self.title))
    }

    async fn fetch(&self) -> Result<File, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let file = format!("{}.pcap", self.name);
        let response = JsFuture::from(window.fetch_with_str(&format!("./samples/{file}"))).await?;
        let response: Response = response.dyn_into()?;
        if !response.ok() {
            return Err(JsValue::NULL);
        }
        let blob: Blob = JsFuture::from(response.blob()?).await?.dyn_into()?;
        File::new_with_blob_sequence(&js_sys::Array::of1(&blob), &file)
    }
}
