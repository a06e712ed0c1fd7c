//! An engine for tests. It does nothing by itself: it remembers what it is asked, and tells what a test has it tell, when the
//! test says so.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, Asked, Event, Problem, Progress, Request};

use super::{Client, Engine, Heard, Listener};
use crate::opening::Given;

/// The engine.
pub struct Fake {
    asked: RefCell<Vec<Asked>>,
    listener: Listener,
}

impl Engine for Fake {
    fn ask(&self, asked: Asked) {
        self.asked.borrow_mut().push(asked);
    }

    fn give(&self, _: &[Given]) {}
}

impl Fake {
    /// An engine, and the client that asks it.
    pub fn new() -> (Rc<Self>, Client) {
        let made = RefCell::new(None);
        let client = Client::new(|listener| {
            let fake = Rc::new(Self { asked: RefCell::default(), listener });
            made.replace(Some(fake.clone()));
            fake
        });
        (made.take().expect("a client connects"), client)
    }

    /// What it was asked since the last call.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.take()
    }

    /// The one request since the last call.
    ///
    /// # Panics
    /// If there is none, or another one.
    pub fn asked_once(&self) -> Asked {
        let asked = self.asked();
        let [asked] = asked.as_slice() else { panic!("asked {asked:?}") };
        asked.clone()
    }

    /// Answers every request of which `answer` gives something, and forgets the others.
    pub fn answer_with(&self, answer: impl Fn(&Request) -> Option<Answer>) {
        for asked in self.asked() {
            if let Some(answer) = answer(&asked.request) {
                self.answer(asked.id, answer);
            }
        }
    }

    /// Answers a request, and it was all of the answer.
    pub fn answer(&self, id: u64, answer: Answer) {
        self.tell(Event::Answer { id, last: true, answer });
    }

    /// Answers a part of a request.
    pub fn answer_in_part(&self, id: u64, answer: Answer) {
        self.tell(Event::Answer { id, last: false, answer });
    }

    /// Refuses a request.
    pub fn refuse(&self, id: u64, message: &str) {
        self.tell(Event::Refused { id, problem: Problem::new(message) });
    }

    /// Says that a request's place was taken.
    pub fn cancel(&self, id: u64) {
        self.tell(Event::Cancelled { id });
    }

    /// Tells how far it is.
    pub fn progress(&self, progress: Progress) {
        self.tell(Event::Progress(progress));
    }

    /// Breaks down.
    pub fn break_down(&self, why: &str) {
        (self.listener)(Heard::Broken(why.to_owned()));
    }

    fn tell(&self, event: Event) {
        (self.listener)(Heard::Events(vec![event]));
    }
}
