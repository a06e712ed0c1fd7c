//! Copies exactly what was sent, not what is shown of it.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, Request, Span, Stage};
use wasm_bindgen_futures::JsFuture;
use yew::Callback;

use crate::engine::{Asking, Client, Told};

/// Bytes of a payload that are copied at most.
const MOST: u64 = 16 << 20;

/// Puts a text on the clipboard.
pub fn copy(text: &str) {
    let Some(window) = web_sys::window() else { return };
    let written = window.navigator().clipboard().write_text(text);
    wasm_bindgen_futures::spawn_local(async move {
        // Whoever looks away from the window may not write to the clipboard; nothing is lost by that.
        let _ = JsFuture::from(written).await;
    });
}

/// Puts a message's payload on the clipboard: its text, or its bytes in hexadecimal.
pub fn copy_payload(client: &Client, message: MessageName) {
    let bytes = Span { start: 0, length: MOST };
    let request = Request::Payload { message, stage: Stage::Application, bytes };
    // It is waited for as long as it takes: the callback holds it until it came.
    let asking: Rc<RefCell<Option<Asking>>> = Rc::default();
    let held = asking.clone();
    let told = Callback::from(move |told| {
        if let Told::Answer { answer, .. } = told
            && let Answer::Payload(part) = &*answer
        {
            match std::str::from_utf8(&part.bytes) {
                Ok(text) => copy(text),
                Err(_) => copy(&part.bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
            }
        }
        drop(held.borrow_mut().take());
    });
    *asking.borrow_mut() = Some(client.ask(request, told));
}
