//! The desktop shell around the window, where there is one: it opens and saves files, and has a menu. In a browser it is absent,
//! and nothing here is called. What it knows and does is in `src-tauri/`.

mod notices;
mod saving;

pub use notices::{reload, use_shell};
pub use saving::save;

use js_sys::{ArrayBuffer, Function, Object, Reflect, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sockscope_core::session::api::shell::Recent;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// Tauri's: asks the shell for something. Bytes go as they are, everything else as JSON.
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"], js_name = invoke, catch)]
    fn call(command: &str, arguments: &JsValue, options: &JsValue) -> Result<js_sys::Promise, JsValue>;

    /// Tauri's: what a shell tells by itself, in order.
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"])]
    pub type Channel;

    /// One that calls this whenever something comes.
    #[wasm_bindgen(constructor, js_namespace = ["window", "__TAURI__", "core"])]
    pub fn new(heard: &Function) -> Channel;
}

/// This window is the desktop's.
pub fn is_there() -> bool {
    web_sys::window().is_some_and(|window| {
        Reflect::get(&window, &"__TAURI__".into()).is_ok_and(|shell| !shell.is_undefined())
    })
}

/// Has the shell do something with arguments that JSON can carry.
///
/// # Errors
///
/// It does not: in a sentence.
pub async fn invoke<T: DeserializeOwned>(command: &str, arguments: &Arguments) -> Result<T, String> {
    let answer = settled(command, arguments.0.as_ref(), &JsValue::UNDEFINED).await?;
    // `undefined` has no JSON.
    let text = js_sys::JSON::stringify(&answer).ok().and_then(|text| text.as_string());
    serde_json::from_str(text.as_deref().unwrap_or("null")).map_err(|error| error.to_string())
}

/// Has the shell give bytes.
///
/// # Errors
///
/// It does not: in a sentence.
pub async fn fetch(command: &str, arguments: &Arguments) -> Result<Vec<u8>, String> {
    let answer = settled(command, arguments.0.as_ref(), &JsValue::UNDEFINED).await?;
    bytes_of(&answer).ok_or_else(|| format!("{command} gives no bytes"))
}

/// Hands bytes to the shell; the number says what they are for.
///
/// # Errors
///
/// It does not take them: in a sentence.
pub async fn hand(command: &str, number: u64, bytes: &[u8]) -> Result<(), String> {
    let headers = Arguments::new().with("number", &number.to_string());
    let options = Object::new();
    let _ = Reflect::set(&options, &"headers".into(), &headers.0);
    settled(command, &Uint8Array::from(bytes), &options).await.map(drop)
}

/// Has the shell do something, whatever comes of it.
pub fn order(command: &'static str, arguments: Arguments) {
    spawn_local(async move {
        let _ = settled(command, arguments.0.as_ref(), &JsValue::UNDEFINED).await;
    });
}

/// Captures that were open lately, the latest first.
pub async fn recent() -> Vec<Recent> {
    invoke("recent", &Arguments::new()).await.unwrap_or_default()
}

/// What came through a channel as bytes.
pub fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<ArrayBuffer>().map(|buffer| Uint8Array::new(buffer).to_vec())
}

async fn settled(command: &str, arguments: &JsValue, options: &JsValue) -> Result<JsValue, String> {
    let in_words =
        |error: JsValue| error.as_string().unwrap_or_else(|| format!("{command} failed: {error:?}"));
    let promise = call(command, arguments, options).map_err(in_words)?;
    JsFuture::from(promise).await.map_err(in_words)
}

/// What a command is given, by name.
#[derive(Clone, Debug, Default)]
pub struct Arguments(Object);

impl Arguments {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// And this.
    #[must_use]
    pub fn with<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Self {
        let text = serde_json::to_string(value).unwrap_or_default();
        let value = js_sys::JSON::parse(&text).unwrap_or(JsValue::UNDEFINED);
        self.with_js(name, &value)
    }

    /// And this value of JavaScript.
    #[must_use]
    pub fn with_js(self, name: &str, value: &JsValue) -> Self {
        // Objects of our own take every property.
        let _ = Reflect::set(&self.0, &name.into(), value);
        self
    }
}
