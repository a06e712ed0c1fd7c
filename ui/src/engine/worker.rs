//! The transport of the browser: a Web Worker that runs this same module, and reads the files in it.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::Asked;
use sockscope_core::session::api::transport::{FromEngine, Opening, ToEngine};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::wire::{pack, unpack};
use super::{Engine, Heard, Listener};

/// A worker that reads these files as one capture.
pub struct InWorker {
    worker: Worker,
    /// What was asked before the worker listened; `None` since it does.
    early: Rc<RefCell<Option<Vec<js_sys::Array>>>>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(ErrorEvent)>,
}

impl InWorker {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// The browser starts no worker.
    pub fn open(files: &[File], opening: Opening, listener: Listener) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker.js", &options)?;
        let first =
            pack(&ToEngine::Open(opening), files).map_err(|error| JsValue::from(error.to_string()))?;
        let early = Rc::new(RefCell::new(Some(vec![first])));
        let listener = Rc::new(listener);
        let heard = Closure::new({
            let (worker, early, listener) = (worker.clone(), early.clone(), listener.clone());
            move |event: MessageEvent| match unpack(&event.data()) {
                Ok((FromEngine::Ready, _)) => {
                    for message in early.borrow_mut().take().into_iter().flatten() {
                        send(&worker, &message);
                    }
                    listener(Heard::Began);
                }
                Ok((FromEngine::Events(events), _)) => listener(Heard::Events(events)),
                Ok((FromEngine::Broken(why), _)) => listener(Heard::Broken(why)),
                Err(error) => listener(Heard::Broken(error.to_string())),
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let failed = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            listener(Heard::Broken(event.message()));
        });
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self { worker, early, _heard: heard, _failed: failed })
    }
}

impl Engine for InWorker {
    fn ask(&self, asked: Asked) {
        // Our own types always have a binary form.
        let Ok(message) = pack(&ToEngine::Asked(vec![asked]), &[]) else { return };
        match &mut *self.early.borrow_mut() {
            Some(early) => early.push(message),
            None => send(&self.worker, &message),
        }
    }
}

impl Drop for InWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn send(worker: &Worker, message: &js_sys::Array) {
    // Files and arrays of bytes can always be sent.
    let _ = worker.post_message(message);
}
