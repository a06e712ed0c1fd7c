//! The transport of the browser: a Web Worker that runs this same module, and reads the files in it.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::Asked;
use sockscope_core::session::api::transport::{FromEngine, Opening, ToEngine};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::wire::{pack, unpack};
use super::{Engine, Heard, Listener};
use crate::opening::Given;

thread_local! {
    /// A worker that was started before a capture was there for it.
    static SPARE: RefCell<Option<InWorker>> = const { RefCell::new(None) };
}

/// A worker that reads files as one capture.
pub struct InWorker {
    worker: Worker,
    talk: Rc<Talk>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(ErrorEvent)>,
}

/// What is said to a worker, and by it.
struct Talk {
    /// What is to be said once the worker listens; `None` since it does.
    early: RefCell<Option<Vec<js_sys::Array>>>,
    /// Who hears it, once it has a capture.
    listener: RefCell<Option<Rc<Listener>>>,
}

/// Starts a worker for the next capture, so that it listens by the time that one is chosen.
pub fn prepare() {
    SPARE.set(InWorker::start().ok());
}

impl InWorker {
    /// Has a worker read these files as one capture.
    ///
    /// # Errors
    ///
    /// The browser starts no worker.
    pub fn open(files: &[File], opening: Opening, listener: Listener) -> Result<Self, JsValue> {
        let first =
            pack(&ToEngine::Open(opening), files).map_err(|error| JsValue::from(error.to_string()))?;
        let it = match SPARE.take() {
            Some(spare) => spare,
            None => Self::start()?,
        };
        let listener = Rc::new(listener);
        it.talk.listener.replace(Some(listener.clone()));
        if it.talk.early.borrow().is_none() {
            // It listens already; whoever hears that expects it after this call.
            spawn_local(async move { listener(Heard::Began) });
        }
        it.say(first);
        Ok(it)
    }

    /// A worker that has no capture yet.
    fn start() -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options("./worker.js", &options)?;
        // It was compiled for the page already.
        worker.post_message(&wasm_bindgen::module())?;
        let talk = Rc::new(Talk { early: RefCell::new(Some(Vec::new())), listener: RefCell::default() });
        let heard = Closure::new({
            let (worker, talk) = (worker.clone(), talk.clone());
            move |event: MessageEvent| match unpack(&event.data()) {
                Ok((FromEngine::Ready, _)) => {
                    for message in talk.early.take().into_iter().flatten() {
                        send(&worker, &message);
                    }
                    talk.tell(Heard::Began);
                }
                Ok((FromEngine::Events(events), _)) => talk.tell(Heard::Events(events)),
                Ok((FromEngine::Broken(why), _)) => talk.tell(Heard::Broken(why)),
                Err(error) => talk.tell(Heard::Broken(error.to_string())),
            }
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        let failed = Closure::new({
            let talk = talk.clone();
            move |event: ErrorEvent| {
                event.prevent_default();
                talk.tell(Heard::Broken(event.message()));
            }
        });
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self { worker, talk, _heard: heard, _failed: failed })
    }

    fn say(&self, message: js_sys::Array) {
        match &mut *self.talk.early.borrow_mut() {
            Some(early) => early.push(message),
            None => send(&self.worker, &message),
        }
    }
}

impl Talk {
    fn tell(&self, heard: Heard) {
        let listener = self.listener.borrow().clone();
        match listener {
            Some(listener) => listener(heard),
            // A spare worker that broke is of no use: the next capture starts another one, and says what is wrong with that.
            None if matches!(heard, Heard::Broken(_)) => spawn_local(async { drop(SPARE.take()) }),
            None => {}
        }
    }
}

impl Engine for InWorker {
    fn ask(&self, asked: Asked) {
        // Our own types always have a binary form.
        if let Ok(message) = pack(&ToEngine::Asked(vec![asked]), &[]) {
            self.say(message);
        }
    }

    fn give(&self, key_logs: &[Given]) {
        let files: Vec<File> = key_logs
            .iter()
            .filter_map(|log| match log {
                Given::Browser(file) => Some(file.clone()),
                Given::Shell(_) => None,
            })
            .collect();
        let names = files.iter().map(File::name).collect();
        if let Ok(message) = pack(&ToEngine::KeyLogs(names), &files) {
            self.say(message);
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
