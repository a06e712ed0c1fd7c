//! How captures come in: chosen, dropped, or one of the samples.

mod files;
mod page;

pub use files::{listed, open_each, use_drops};
pub use page::Opening;

use std::rc::Rc;

use yew::AttrValue;

use crate::engine::wire::Opening as How;
use crate::engine::worker::InWorker;
use crate::engine::{Client, Engine, Heard};
use crate::place::Place;

/// A capture that was opened just now.
pub struct Opened {
    /// Its file's name, or those of several.
    pub name: AttrValue,
    /// Its engine, which reads already.
    pub client: Client,
    /// Where to begin.
    pub place: Place,
}

/// Begins to read files as one capture.
pub fn open(files: &[web_sys::File], how: How, place: Place) -> Opened {
    let names: Vec<String> = files.iter().map(web_sys::File::name).collect();
    let client = Client::new(|listener| {
        let listener = Rc::new(listener);
        let heard = listener.clone();
        match InWorker::open(files, how, Box::new(move |message| heard(message))) {
            Ok(worker) => Rc::new(worker) as Rc<dyn Engine>,
            Err(error) => {
                listener(Heard::Broken(format!("the browser starts no worker: {error:?}")));
                Rc::new(Nowhere)
            }
        }
    });
    Opened { name: names.join(" + ").into(), client, place }
}

/// An engine that could not be started.
struct Nowhere;

impl Engine for Nowhere {
    fn ask(&self, _asked: sockscope_core::session::api::Asked) {}
}
