//! The worker's role: holds a session, hands it what the page asks, lets it work, and posts what it tells. Between two turns the
//! browser delivers messages, so a request waits for one turn at most.

mod file;
mod key_logs;

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::transport::{FromEngine, Opening, ToEngine};
use sockscope_core::session::{DecodeAs, Paced, Session, SessionOptions, Work};
use sockscope_core::source::Source;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageChannel, MessageEvent, MessagePort, Performance};

use crate::engine::wire::{pack, unpack};
use file::BrowserFile;

/// How long a turn takes, in milliseconds: about a frame of the display, so that rows come as fast as they can be shown.
const TURN: f64 = 12.0;

/// Runs until the page ends it.
pub fn run(scope: DedicatedWorkerGlobalScope) {
    tell_panics(scope.clone());
    let Ok(channel) = MessageChannel::new() else { return };
    let worker = Rc::new(Worker {
        next_turn: channel.port2(),
        performance: scope.performance(),
        scope: scope.clone(),
        state: RefCell::default(),
    });
    let turn = Closure::<dyn FnMut(MessageEvent)>::new({
        let worker = worker.clone();
        move |_| worker.turn()
    });
    channel.port1().set_onmessage(Some(turn.as_ref().unchecked_ref()));
    let heard = Closure::<dyn FnMut(MessageEvent)>::new({
        let worker = worker.clone();
        move |event: MessageEvent| match unpack(&event.data()) {
            Ok((ToEngine::Open(opening), files)) => worker.open(opening, files),
            Ok((ToEngine::Asked(asked), _)) => {
                if let Some(session) = &mut worker.state.borrow_mut().session {
                    asked.into_iter().for_each(|asked| session.request(asked));
                }
                worker.schedule();
            }
            Ok((ToEngine::KeyLogs(names), files)) => {
                if let Some(session) = &mut worker.state.borrow_mut().session {
                    key_logs::read(session, names.into_iter().zip(files));
                }
                worker.schedule();
            }
            Err(error) => worker.post(&FromEngine::Broken(error.to_string())),
        }
    });
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    worker.post(&FromEngine::Ready);
    // They live as long as the worker does.
    turn.forget();
    heard.forget();
}

struct Worker {
    scope: DedicatedWorkerGlobalScope,
    performance: Option<Performance>,
    next_turn: MessagePort,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    session: Option<Session>,
    paced: Paced,
    is_scheduled: bool,
}

impl Worker {
    fn open(&self, opening: Opening, files: Vec<File>) {
        let sources =
            files.into_iter().map(|file| Box::new(BrowserFile::new(file)) as Box<dyn Source + Send>);
        let decode_as = opening.decode_as.into_iter().map(|port| DecodeAs { host: None, port }).collect();
        let options = SessionOptions { decode_as, ..SessionOptions::default() };
        self.state.borrow_mut().session = Some(Session::open(sources.collect(), options));
        self.schedule();
    }

    /// Works for a while, and tells what came of it.
    fn turn(&self) {
        let mut state = self.state.borrow_mut();
        state.is_scheduled = false;
        let State { session: Some(session), paced, .. } = &mut *state else { return };
        let end = self.now() + TURN;
        let work = loop {
            let work = session.work();
            if work == Work::Idle || self.now() >= end {
                break work;
            }
        };
        let events = paced.pass(self.now(), session.events(), work == Work::Idle);
        drop(state);
        if !events.is_empty() {
            self.post(&FromEngine::Events(events));
        }
        if work == Work::More {
            self.schedule();
        }
    }

    fn schedule(&self) {
        let mut state = self.state.borrow_mut();
        if !state.is_scheduled {
            // A timer would wait for 4 ms and more. A port of our own can always be sent to.
            state.is_scheduled = self.next_turn.post_message(&JsValue::NULL).is_ok();
        }
    }

    fn now(&self) -> f64 {
        self.performance.as_ref().map_or(f64::INFINITY, Performance::now)
    }

    fn post(&self, message: &FromEngine) {
        post(&self.scope, message);
    }
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &FromEngine) {
    if let Ok(message) = pack(message, &[]) {
        // Arrays of bytes can always be sent.
        let _ = scope.post_message(&message);
    }
}

/// A panic ends the worker; its words would be lost.
fn tell_panics(scope: DedicatedWorkerGlobalScope) {
    let scope = send_wrapper::SendWrapper::new(scope);
    std::panic::set_hook(Box::new(move |panic| post(&scope, &FromEngine::Broken(panic.to_string()))));
}
