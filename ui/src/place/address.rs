//! The place in the address: written a moment after it changed, and read again when the page is loaded or somebody edits the
//! address. Only the fragment is ever touched.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use sockscope_core::session::api::MessageName;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::fragment::Fragment;
use crate::desk::{Act, Desk, use_capture};

/// How long a place has to stand before it is written, in milliseconds; browsers allow some hundred changes a minute.
const SETTLED: u32 = 250;

/// What the address says now.
pub fn read() -> Fragment {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Fragment::decode(&hash.unwrap_or_default())
}

/// This page's address with another fragment.
pub fn with(fragment: &Fragment) -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{}", fragment.encode())
}

/// Keeps the address and the desk in step.
#[hook]
pub fn use_address(desk: UseReducerHandle<Desk>) {
    let fragment = desk.fragment().encode();
    use_effect_with(fragment, |fragment| {
        let fragment = fragment.clone();
        let writing = Timeout::new(SETTLED, move || write(&fragment));
        move || drop(writing)
    });
    let dispatch = desk.dispatcher();
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            // `replaceState` does not tell this: it is somebody else who wrote.
            EventListener::new(&window, "hashchange", move |_| dispatch.dispatch(Act::Expect(read())))
        });
        move || drop(listener)
    });
}

fn write(fragment: &str) {
    let Some(window) = web_sys::window() else { return };
    let href = window.location().href().unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    let to = if fragment.is_empty() { page.to_owned() } else { format!("{page}#{fragment}") };
    if to != href
        && let Ok(history) = window.history()
    {
        // A browser that refuses, as after too many changes, takes the next one.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&to));
    }
}

/// Gives the address of a message of the capture that is looked at.
#[hook]
pub fn use_message_link() -> Callback<MessageName, String> {
    let capture = use_capture();
    Callback::from(move |message| with(&capture.fragment_of(message)))
}
