//! The transport of the desktop: threads of the shell, which read the files where they lie.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use sockscope_core::session::api::shell::OpenedFile;
use sockscope_core::session::api::transport::{FromEngine, Opening};
use sockscope_core::session::api::{Asked, binary};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Engine, Heard, Listener};
use crate::opening::Given;
use crate::shell::{Arguments, Channel, bytes_of, hand, invoke, order};

thread_local! {
    /// What the next engine is called by.
    static NEXT: Cell<u64> = const { Cell::new(0) };
}

/// An engine of the shell that reads these files as one capture.
pub struct InShell {
    requests: Rc<Requests>,
    _heard: Closure<dyn Fn(JsValue)>,
}

impl InShell {
    /// Starts it.
    pub fn open(files: &[&OpenedFile], opening: &Opening, listener: Listener) -> Self {
        let number = NEXT.replace(NEXT.get() + 1);
        let listener = Rc::new(listener);
        let requests = Rc::new(Requests {
            number,
            waiting: RefCell::default(),
            key_logs: RefCell::default(),
            is_busy: Cell::new(true),
            listener,
        });
        let heard = Closure::<dyn Fn(JsValue)>::new({
            let listener = requests.listener.clone();
            move |told: JsValue| match binary::decode(&bytes_of(&told).unwrap_or_default()) {
                Ok(FromEngine::Ready) => listener(Heard::Began),
                Ok(FromEngine::Events(events)) => listener(Heard::Events(events)),
                Ok(FromEngine::Broken(why)) => listener(Heard::Broken(why)),
                Err(error) => listener(Heard::Broken(error.to_string())),
            }
        });
        let files: Vec<u64> = files.iter().map(|file| file.number).collect();
        let arguments = Arguments::new()
            .with("number", &number)
            .with("files", &files)
            .with("opening", opening)
            .with_js("told", &Channel::new(heard.as_ref().unchecked_ref()));
        spawn_local({
            let requests = requests.clone();
            async move {
                let begun = invoke::<()>("read", &arguments).await;
                requests.go_on(begun).await;
            }
        });
        Self { requests, _heard: heard }
    }
}

impl Engine for InShell {
    fn ask(&self, asked: Asked) {
        self.requests.waiting.borrow_mut().push(asked);
        if !self.requests.is_busy.replace(true) {
            let requests = self.requests.clone();
            spawn_local(async move { requests.go_on(Ok(())).await });
        }
    }

    fn give(&self, key_logs: &[Given]) {
        let files = key_logs.iter().filter_map(|log| match log {
            Given::Shell(file) => Some(file.number),
            Given::Browser(_) => None,
        });
        self.give_files(files.collect());
    }
}

impl InShell {
    fn give_files(&self, files: Vec<u64>) {
        let requests = self.requests.clone();
        self.requests.key_logs.borrow_mut().extend(files);
        if !self.requests.is_busy.replace(true) {
            spawn_local(async move { requests.go_on(Ok(())).await });
        }
    }
}

impl Drop for InShell {
    fn drop(&mut self) {
        order("close", Arguments::new().with("number", &self.requests.number));
    }
}

/// Requests on their way. One handing over waits for the one before: of two requests of a kind the later counts.
struct Requests {
    number: u64,
    waiting: RefCell<Vec<Asked>>,
    /// Key logs that are to be given, by the shell's numbers.
    key_logs: RefCell<Vec<u64>>,
    is_busy: Cell<bool>,
    listener: Rc<Listener>,
}

impl Requests {
    /// Hands over what waits, until nothing does.
    async fn go_on(&self, mut before: Result<(), String>) {
        while before.is_ok() {
            let key_logs = self.key_logs.take();
            if !key_logs.is_empty() {
                let arguments = Arguments::new().with("number", &self.number).with("files", &key_logs);
                before = invoke::<()>("use_key_logs", &arguments).await;
                continue;
            }
            let asked = self.waiting.take();
            if asked.is_empty() {
                self.is_busy.set(false);
                return;
            }
            before = match binary::encode(&asked) {
                Ok(bytes) => hand("ask", self.number, &bytes).await,
                Err(error) => Err(error.to_string()),
            };
        }
        if let Err(why) = before {
            (self.listener)(Heard::Broken(why));
        }
    }
}
