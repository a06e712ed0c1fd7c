//! Gives every request an id, and every answer to the one who asked.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use sockscope_core::session::api::{Answer, Asked, Event, Problem, Progress, Request, SessionState};
use yew::Callback;

use super::{Engine, Heard, Listener, Pace};
use crate::opening::Given;

/// What comes of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// An answer, or a part of it.
    Answer {
        /// What is answered.
        answer: Rc<Answer>,
        /// No more will come.
        last: bool,
    },
    /// It cannot be answered.
    Refused(Problem),
    /// A newer request of the same kind took its place.
    Cancelled,
}

/// One capture's engine, shared by all that ask it. Where it reads once more ([`Progress::pass`]), what was asked before is to be
/// asked again: clients of two passes are not equal.
#[derive(Clone)]
pub struct Client {
    shared: Rc<Shared>,
    pass: u32,
}

struct Shared {
    engine: RefCell<Option<Rc<dyn Engine>>>,
    next: Cell<u64>,
    waiting: RefCell<HashMap<u64, Waiting>>,
    /// Requests about something that was not found yet, to be asked again once more is read.
    early: RefCell<Vec<Asked>>,
    progress: RefCell<Rc<Progress>>,
    pace: RefCell<Pace>,
    broken: RefCell<Option<String>>,
    watchers: RefCell<Vec<(u64, Callback<()>)>>,
}

/// Somebody who waits for an answer.
struct Waiting {
    told: Callback<Told>,
    /// The question, where what it speaks of may be found only later.
    request: Option<Request>,
    /// How far reading was when it was sent.
    state: SessionState,
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.shared, &other.shared) && self.pass == other.pass
    }
}

impl Client {
    /// A client of the engine that `connect` makes; the engine is gone when the last client is.
    pub fn new(connect: impl FnOnce(Listener) -> Rc<dyn Engine>) -> Self {
        let shared = Rc::new(Shared {
            engine: RefCell::default(),
            next: Cell::new(1),
            waiting: RefCell::default(),
            early: RefCell::default(),
            progress: RefCell::default(),
            pace: RefCell::default(),
            broken: RefCell::default(),
            watchers: RefCell::default(),
        });
        let weak = Rc::downgrade(&shared);
        let engine = connect(Box::new(move |heard| hear(&weak, heard)));
        shared.engine.replace(Some(engine));
        Self { shared, pass: 0 }
    }

    /// The same engine in a later pass.
    #[must_use]
    pub fn in_pass(&self, pass: u32) -> Self {
        Self { shared: Rc::clone(&self.shared), pass }
    }

    /// The pass that whoever asks it expects to be answered from.
    pub fn pass(&self) -> u32 {
        self.pass
    }

    /// Gives key logs to the engine.
    pub fn give(&self, key_logs: &[Given]) {
        let engine = self.shared.engine.borrow().clone();
        if let Some(engine) = engine.filter(|_| !key_logs.is_empty()) {
            engine.give(key_logs);
        }
    }

    /// Asks. What comes of it is told to `told` as long as the answer is held.
    #[must_use]
    pub fn ask(&self, request: Request, told: Callback<Told>) -> Asking {
        let id = self.send(request, Some(told));
        Asking { client: self.clone(), id }
    }

    /// Asks for something to be done, whatever comes of it.
    pub fn order(&self, request: Request) {
        self.send(request, None);
    }

    fn send(&self, request: Request, told: Option<Callback<Told>>) -> u64 {
        let id = self.shared.next.replace(self.shared.next.get() + 1);
        if let Some(told) = told {
            let request = may_come(&request).then(|| request.clone());
            let state = self.shared.progress.borrow().state;
            self.shared.waiting.borrow_mut().insert(id, Waiting { told, request, state });
        }
        self.shared.send(Asked { id, request });
        id
    }

    /// How far reading is.
    pub fn progress(&self) -> Rc<Progress> {
        self.shared.progress.borrow().clone()
    }

    /// How fast reading is, or how long it took.
    pub fn pace(&self) -> Pace {
        self.shared.pace.borrow().clone()
    }

    /// Why the engine answers nothing any more, if it broke down.
    pub fn broken(&self) -> Option<String> {
        self.shared.broken.borrow().clone()
    }

    /// Tells whenever [`Client::progress`] changes, until what is returned is dropped.
    #[must_use]
    pub fn watch(&self, changed: Callback<()>) -> Watching {
        let id = self.shared.next.replace(self.shared.next.get() + 1);
        self.shared.watchers.borrow_mut().push((id, changed));
        Watching { client: self.clone(), id }
    }
}

/// It speaks of one message or connection, which may be read later.
fn may_come(request: &Request) -> bool {
    use Request::{Frames, Handshake, JsonChildren, JsonPlace, JsonPretty, Meaning, Packets, Payload};
    matches!(
        request,
        Payload { .. }
            | Meaning { .. }
            | JsonChildren { .. }
            | JsonPlace { .. }
            | JsonPretty { .. }
            | Frames { .. }
            | Packets { .. }
            | Handshake { .. }
    )
}

/// Milliseconds since the page was loaded.
fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

fn hear(shared: &Weak<Shared>, heard: Heard) {
    let Some(shared) = shared.upgrade() else { return };
    match heard {
        Heard::Began => shared.pace.borrow_mut().begin(now()),
        Heard::Events(events) => events.into_iter().for_each(|event| shared.hear(event)),
        Heard::Broken(why) => {
            shared.broken.replace(Some(why));
            shared.tell_watchers();
        }
    }
}

impl Shared {
    fn hear(&self, event: Event) {
        match event {
            Event::Progress(progress) => {
                let mut pace = self.pace.borrow_mut();
                pace.read(now(), progress.read);
                if progress.state != SessionState::Reading {
                    pace.end(now());
                }
                drop(pace);
                self.progress.replace(Rc::new(progress));
                for asked in self.early.take() {
                    self.send_again(asked);
                }
                self.tell_watchers();
            }
            Event::Answer { id, last, answer } => {
                self.tell(id, Told::Answer { answer: Rc::new(answer), last }, last);
            }
            Event::Refused { id, .. } if self.was_early(id) => {}
            Event::Refused { id, problem } => self.tell(id, Told::Refused(problem), true),
            Event::Cancelled { id } => self.tell(id, Told::Cancelled, true),
        }
    }

    fn send(&self, asked: Asked) {
        let engine = self.engine.borrow().clone();
        if let Some(engine) = engine {
            engine.ask(asked);
        }
    }

    fn send_again(&self, asked: Asked) {
        if let Some(waiting) = self.waiting.borrow_mut().get_mut(&asked.id) {
            waiting.state = self.progress.borrow().state;
        }
        self.send(asked);
    }

    /// What a place speaks of, as an address may before anything is read, is asked for again while reading goes on, and once
    /// more when it is over: the refusal of an early question may be told behind the end.
    fn was_early(&self, id: u64) -> bool {
        let waiting = self.waiting.borrow();
        let early = waiting.get(&id).filter(|waiting| waiting.state == SessionState::Reading);
        let Some(request) = early.and_then(|waiting| waiting.request.clone()) else { return false };
        drop(waiting);
        let asked = Asked { id, request };
        if self.progress.borrow().state == SessionState::Reading {
            self.early.borrow_mut().push(asked);
        } else {
            self.send_again(asked);
        }
        true
    }

    fn tell(&self, id: u64, told: Told, last: bool) {
        let mut waiting = self.waiting.borrow_mut();
        let callback = waiting.get(&id).map(|waiting| waiting.told.clone());
        if last {
            waiting.remove(&id);
        }
        // Whoever is told may ask again.
        drop(waiting);
        if let Some(callback) = callback {
            callback.emit(told);
        }
    }

    fn tell_watchers(&self) {
        let watchers: Vec<Callback<()>> =
            self.watchers.borrow().iter().map(|(_, changed)| changed.clone()).collect();
        for changed in watchers {
            changed.emit(());
        }
    }
}

/// A request that somebody waits for; dropped, it is cancelled.
pub struct Asking {
    client: Client,
    id: u64,
}

impl Drop for Asking {
    fn drop(&mut self) {
        let waited = self.client.shared.waiting.borrow_mut().remove(&self.id);
        self.client.shared.early.borrow_mut().retain(|asked| asked.id != self.id);
        if waited.is_some() {
            self.client.order(Request::Cancel { id: self.id });
        }
    }
}

/// Somebody who is told of progress.
pub struct Watching {
    client: Client,
    id: u64,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.client.shared.watchers.borrow_mut().retain(|(id, _)| *id != self.id);
    }
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::SummaryRow;

    use super::*;
    use crate::engine::fake::Fake;

    type Heard = Rc<RefCell<Vec<Told>>>;

    fn listener() -> (Heard, Callback<Told>) {
        let heard = Heard::default();
        let told = heard.clone();
        (heard, Callback::from(move |what| told.borrow_mut().push(what)))
    }

    fn summary(messages: u64) -> Answer {
        Answer::Summary(Box::new(SummaryRow { messages, ..SummaryRow::default() }))
    }

    fn answered(messages: u64, last: bool) -> Told {
        Told::Answer { answer: Rc::new(summary(messages)), last }
    }

    #[test]
    fn an_answer_goes_to_the_one_who_asked() {
        let (engine, client) = Fake::new();
        let ((one, to_one), (other, to_other)) = (listener(), listener());
        let _one = client.ask(Request::Summary, to_one);
        let _other = client.ask(Request::Summary, to_other);
        let asked = engine.asked();
        assert_ne!(asked[0].id, asked[1].id);
        engine.answer(asked[1].id, summary(2));
        engine.answer(asked[0].id, summary(1));
        assert_eq!((one.take(), other.take()), (vec![answered(1, true)], vec![answered(2, true)]));
    }

    #[test]
    fn parts_are_told_until_the_last_one() {
        let (engine, client) = Fake::new();
        let (heard, told) = listener();
        let _asking = client.ask(Request::Summary, told);
        let id = engine.asked_once().id;
        engine.answer_in_part(id, summary(1));
        engine.answer(id, summary(2));
        engine.answer(id, summary(3));
        assert_eq!(
            heard.take(),
            [answered(1, false), answered(2, true)],
            "nothing comes behind the last one"
        );
    }

    #[test]
    fn what_is_refused_and_what_is_cancelled_is_told() {
        let (engine, client) = Fake::new();
        let (heard, told) = listener();
        let _one = client.ask(Request::Summary, told.clone());
        engine.refuse(engine.asked_once().id, "no such thing");
        let _other = client.ask(Request::Summary, told);
        engine.cancel(engine.asked_once().id);
        assert_eq!(heard.take(), [Told::Refused(Problem::new("no such thing")), Told::Cancelled]);
    }

    #[test]
    fn whoever_waits_no_longer_cancels_and_hears_nothing() {
        let (engine, client) = Fake::new();
        let (heard, told) = listener();
        let asking = client.ask(Request::Summary, told.clone());
        let id = engine.asked_once().id;
        drop(asking);
        assert_eq!(engine.asked_once().request, Request::Cancel { id });
        engine.answer(id, summary(1));
        assert!(heard.take().is_empty());

        let asking = client.ask(Request::Summary, told);
        engine.answer(engine.asked_once().id, summary(2));
        drop(asking);
        assert!(engine.asked().is_empty(), "what was answered needs no cancelling");
    }

    #[test]
    fn an_answer_may_lead_to_a_question() {
        let (engine, client) = Fake::new();
        let asked_then = client.clone();
        let told = Callback::from(move |_| asked_then.order(Request::Stop));
        let _asking = client.ask(Request::Summary, told);
        engine.answer(engine.asked_once().id, summary(1));
        assert_eq!(engine.asked_once().request, Request::Stop);
    }

    #[test]
    fn a_breakdown_is_told_as_long_as_it_is_watched() {
        let (engine, client) = Fake::new();
        let seen = Rc::new(Cell::new(0));
        let told = seen.clone();
        let watching = client.watch(Callback::from(move |()| told.set(told.get() + 1)));
        engine.break_down("a bug");
        assert_eq!((seen.get(), client.broken()), (1, Some("a bug".to_owned())));
        drop(watching);
        engine.break_down("another");
        assert_eq!(seen.get(), 1);
    }

    #[test]
    fn what_is_not_read_yet_is_no_refusal() {
        let (engine, client) = Fake::new();
        let (heard, told) = listener();
        let _asking = client.ask(Request::Handshake { connection: 7 }, told);
        engine.refuse(engine.asked_once().id, "there is no connection 7");
        assert!(heard.take().is_empty(), "it may still be found");
    }

    #[test]
    fn the_engine_ends_with_its_last_client() {
        let (engine, client) = Fake::new();
        let (heard, told) = listener();
        let asking = client.ask(Request::Summary, told);
        drop(client);
        engine.answer(engine.asked_once().id, summary(1));
        assert_eq!(heard.take().len(), 1, "who asks holds the client");
        drop(asking);
        let alone = Rc::downgrade(&engine);
        drop(engine);
        assert!(alone.upgrade().is_none());
    }
}
