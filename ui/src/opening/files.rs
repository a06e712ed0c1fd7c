//! Files from the system's chooser, and files that are dropped anywhere on the window.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, File, FileList};
use yew::prelude::*;

use super::{Opened, open};
use crate::engine::wire::Opening as How;
use crate::place::Place;

/// The files of a list.
pub fn listed(list: Option<FileList>) -> Vec<File> {
    let list = list.as_ref();
    (0..list.map_or(0, FileList::length)).filter_map(|place| list?.item(place)).collect()
}

/// Opens each file in a tab of its own.
pub fn open_each(files: Vec<File>, opened: &Callback<Opened>) {
    for file in files {
        opened.emit(open(&[file], How::default(), Place::default()));
    }
}

/// Opens what is dropped on the window.
#[hook]
pub fn use_drops(opened: Callback<Opened>) {
    use_effect_with((), move |()| {
        let listeners = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            // Without this the browser would show the file instead of the page.
            let over = EventListener::new_with_options(&window, "dragover", options, |event| {
                event.prevent_default()
            });
            let dropped = EventListener::new_with_options(&window, "drop", options, move |event| {
                event.prevent_default();
                let transfer = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
                open_each(listed(transfer.and_then(|transfer| transfer.files())), &opened);
            });
            (over, dropped)
        });
        move || drop(listeners)
    });
}
