//! What goes between the page and its worker. Either way a message is an array whose first element is the binary form of
//! [`transport`](sockscope_core::session::api::transport)'s types;
//! a capture's files stand behind it, since a `File` has no bytes of its own to be sent.

use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sockscope_core::session::api::binary::{self, NotUnderstood};
use wasm_bindgen::{JsCast, JsValue};

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
