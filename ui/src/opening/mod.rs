//! How captures come in: chosen, dropped, or one of the samples; and what else may be dropped by mistake.

mod arriving;
mod bars;
mod files;
pub mod key_log;
pub mod kind;
mod mark;
mod page;
mod sample;

pub use arriving::{Arrived, arrive, arrive_each};
pub use bars::Bars;
pub use files::{FileInput, choose, use_drops};
pub use mark::Mark;
pub use page::Opening;
pub use sample::Sample;

use std::rc::Rc;

use crate::engine::wire::Opening as How;
use crate::engine::worker::InWorker;
use crate::engine::{Client, Engine, Heard};

/// Begins to read files as one capture.
pub fn read(files: &[Arrived], how: How) -> Client {
    let files: Vec<web_sys::File> = files.iter().map(|arrived| arrived.file.clone()).collect();
    Client::new(|listener| {
        let listener = Rc::new(listener);
        let heard = listener.clone();
        match InWorker::open(&files, how, Box::new(move |message| heard(message))) {
            Ok(worker) => Rc::new(worker) as Rc<dyn Engine>,
            Err(error) => {
                listener(Heard::Broken(format!("the browser starts no worker: {error:?}")));
                Rc::new(Nowhere)
            }
        }
    })
}

/// An engine that could not be started.
struct Nowhere;

impl Engine for Nowhere {
    fn ask(&self, _asked: sockscope_core::session::api::Asked) {}
}
