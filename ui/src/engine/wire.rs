//! What goes between the page and its worker. Either way a message is an array whose first element is these types' binary form;
//! a capture's files stand behind it, since a `File` has no bytes of its own to be sent.

use js_sys::{Array, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sockscope_core::session::api::binary::{self, NotUnderstood};
use sockscope_core::session::api::{Asked, Event};
use wasm_bindgen::{JsCast, JsValue};

/// From the page to its worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Read these files as one capture.
    Open(Opening),
    /// Answer this.
    Asked(Asked),
}

/// How a capture is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// Servers' ports that are read as WebSocket although no handshake was captured.
    pub decode_as: Vec<u16>,
}

/// From a worker to its page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// It listens: what was sent before is lost.
    Ready,
    /// What the session tells.
    Events(Vec<Event>),
    /// It broke down.
    Broken(String),
}

/// A message.
pub fn pack<T: Serialize>(value: &T, files: &[web_sys::File]) -> Result<Array, NotUnderstood> {
    let bytes = binary::encode(value)?;
    let message = Array::of1(&Uint8Array::from(bytes.as_slice()));
    for file in files {
        message.push(file);
    }
    Ok(message)
}

/// What a message says, and its files.
pub fn unpack<T: DeserializeOwned>(message: &JsValue) -> Result<(T, Vec<web_sys::File>), NotUnderstood> {
    let message = Array::from(message);
    let bytes = message.get(0).dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default();
    let files = message.iter().skip(1).filter_map(|file| file.dyn_into().ok()).collect();
    Ok((binary::decode(&bytes)?, files))
}
