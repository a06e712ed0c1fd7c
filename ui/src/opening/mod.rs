//! How captures come in: chosen, dropped, or one of the samples; and what else may be dropped by mistake.

mod arriving;
mod bars;
mod files;
mod fonts;
mod given;
pub mod key_log;
pub mod kind;
mod mark;
mod page;
mod recent;
mod sample;

pub use arriving::{Arrived, arrive, arrive_each};
pub use bars::Bars;
pub use files::{FileInput, choose, use_drops};
pub use given::Given;
pub use mark::Mark;
pub use page::Opening;
pub use sample::Sample;

use std::rc::Rc;

use sockscope_core::session::api::shell::OpenedFile;
use sockscope_core::session::api::transport::Opening as How;
use web_sys::File;

use crate::engine::shell::InShell;
use crate::engine::worker::InWorker;
use crate::engine::{Client, Engine, Heard, Listener};

/// Begins to read files as one capture: where they are, the engine is.
pub fn read(files: &[Arrived], how: How) -> Client {
    Client::new(|listener| {
        let shells: Option<Vec<&OpenedFile>> = files.iter().map(of_shell).collect();
        let browsers: Option<Vec<File>> = files.iter().map(of_browser).collect();
        match (shells, browsers) {
            (Some(files), _) => Rc::new(InShell::open(&files, &how, listener)),
            (None, Some(files)) => in_worker(&files, how, listener),
            (None, None) => {
                listener(Heard::Broken("one capture cannot be read by two engines".into()));
                Rc::new(Nowhere)
            }
        }
    })
}

fn of_shell(arrived: &Arrived) -> Option<&OpenedFile> {
    match &arrived.given {
        Given::Shell(file) => Some(file),
        Given::Browser(_) => None,
    }
}

fn of_browser(arrived: &Arrived) -> Option<File> {
    match &arrived.given {
        Given::Browser(file) => Some(file.clone()),
        Given::Shell(_) => None,
    }
}

fn in_worker(files: &[File], how: How, listener: Listener) -> Rc<dyn Engine> {
    let listener = Rc::new(listener);
    let heard = listener.clone();
    match InWorker::open(files, how, Box::new(move |message| heard(message))) {
        Ok(worker) => Rc::new(worker),
        Err(error) => {
            listener(Heard::Broken(format!("the browser starts no worker: {error:?}")));
            Rc::new(Nowhere)
        }
    }
}

/// An engine that could not be started.
struct Nowhere;

impl Engine for Nowhere {
    fn ask(&self, _asked: sockscope_core::session::api::Asked) {}

    fn give(&self, _key_logs: &[Given]) {}
}
