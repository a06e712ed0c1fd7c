//! The place in the address: written a moment after it changed, and read again when the page is loaded, somebody edits the
//! address, or pastes a link. Only the fragment is ever touched.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use sockscope_core::session::api::MessageName;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ClipboardEvent;
use yew::prelude::*;

use super::fragment::Fragment;
use super::kept;
use crate::desk::{Act, Desk, use_capture};
use crate::keys::takes_text;
use crate::shell;

/// How long a place has to stand before it is written, in milliseconds; browsers allow some hundred changes a minute.
const SETTLED: u32 = 250;

/// What the address says now.
pub fn read() -> Fragment {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Fragment::decode(&hash.unwrap_or_default())
}

/// This page's address with another fragment; on the desktop, which has none that leads anywhere, what its program understands.
pub fn with(fragment: &Fragment) -> String {
    if shell::is_there() {
        return format!("sockscope:#{}", fragment.encode());
    }
    let href = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{}", fragment.encode())
}

/// Keeps the address and the desk in step.
#[hook]
pub fn use_address(desk: UseReducerHandle<Desk>) {
    let fragment = desk.fragment().encode();
    let is_open = desk.capture().is_some();
    use_effect_with((fragment, is_open), |(fragment, is_open)| {
        let (fragment, is_open) = (fragment.clone(), *is_open);
        let writing = Timeout::new(SETTLED, move || {
            write(&fragment);
            if is_open && shell::is_there() {
                kept::keep(fragment);
            }
        });
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
    let dispatch = desk.dispatcher();
    use_effect_with((), move |()| {
        // A link that is pasted, but not into a field.
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "paste", move |event| {
                let Some(event) = event.dyn_ref::<ClipboardEvent>() else { return };
                let field = event.target().and_then(|target| target.dyn_into().ok());
                let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
                let fragment = text.and_then(|text| Fragment::of_link(&text));
                if let Some(fragment) = fragment.filter(|_| !field.is_some_and(|field| takes_text(&field))) {
                    dispatch.dispatch(Act::Expect(fragment));
                }
            })
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
