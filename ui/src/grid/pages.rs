//! Asks the engine for the rows on the screen and some more where the scrolling goes. One question is under way at a time, so that
//! however fast somebody scrolls, answers come and are of use.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, Page, Problem, Request, Span};
use yew::prelude::*;

use super::Window;
use super::known::{Held, Known};
use crate::engine::{Asking, Client, Told, use_client};

/// Rows that must be known beyond those on the screen before more are asked for.
const NEAR: u64 = 40;
/// Rows that are asked for where the scrolling goes.
const AHEAD: u64 = 160;
/// Rows that are kept where it came from.
const BEHIND: u64 = 60;

/// The rows of a list, as far as they are known.
pub struct Pages<T: 'static>(Rc<RefCell<Loader<T>>>);

impl<T: 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: 'static> PartialEq for Pages<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

struct Loader<T: 'static> {
    of: fn(&Answer) -> Option<&Page<T>>,
    client: Option<Client>,
    question: Option<Request>,
    /// Rows are only added, at the end.
    appends: bool,
    /// More may be known than was answered.
    is_stale: bool,
    /// What is known answers the question, not an earlier one.
    is_answered: bool,
    known: Known<T>,
    /// Rows that are told of. Where somebody stands at the end, there are no more of them than are known, so that whoever follows
    /// the end sees rows and not their places.
    total: u64,
    /// Rows that the engine has.
    heard: u64,
    counted: bool,
    problem: Option<Problem>,
    window: Window,
    is_backwards: bool,
    asking: Option<Asking>,
    redraw: Callback<()>,
}

impl<T: 'static> Pages<T> {
    /// Rows in all.
    pub fn total(&self) -> u64 {
        self.0.borrow().total
    }

    /// Rows that the engine has, perhaps some more.
    pub fn heard(&self) -> u64 {
        self.0.borrow().heard
    }

    /// All rows were counted.
    pub fn counted(&self) -> bool {
        self.0.borrow().counted
    }

    /// The row at that place; `None`: not known yet.
    pub fn row(&self, row: u64) -> Option<Held<T>> {
        self.0.borrow().known.get(row).cloned()
    }

    /// The place of the first row that is known and of which this holds.
    pub fn place(&self, holds: impl Fn(&T) -> bool) -> Option<u64> {
        self.0.borrow().known.iter().find(|(_, row)| holds(row)).map(|(place, _)| place)
    }

    /// Rows are those of an earlier question, until this one is answered.
    pub fn is_old(&self) -> bool {
        !self.0.borrow().is_answered
    }

    /// Why the question cannot be answered.
    pub fn problem(&self) -> Option<Problem> {
        self.0.borrow().problem.clone()
    }
}

impl<T: Clone + 'static> Pages<T> {
    /// Other rows are on the screen.
    pub fn see(&self, window: Window) {
        let mut loader = self.0.borrow_mut();
        if loader.window != window {
            loader.is_backwards = window.first < loader.window.first;
            loader.window = window;
        }
        let is_more = !loader.is_at_end() && loader.total < loader.heard;
        if is_more {
            loader.total = loader.heard;
        }
        let redraw = loader.redraw.clone();
        drop(loader);
        if is_more {
            redraw.emit(());
        }
        self.go_on();
    }

    fn ask(&self, client: Client, question: Request, appends: bool) {
        let mut loader = self.0.borrow_mut();
        if loader.client.as_ref() != Some(&client) || loader.question.as_ref() != Some(&question) {
            // Dropped, it is cancelled.
            let asking = loader.asking.take();
            loader.client = Some(client);
            loader.question = Some(question);
            loader.is_answered = false;
            loader.problem = None;
            drop(loader);
            drop(asking);
            loader = self.0.borrow_mut();
        }
        loader.appends = appends;
        loader.is_stale = true;
        drop(loader);
        self.go_on();
    }

    fn go_on(&self) {
        let mut loader = self.0.borrow_mut();
        if loader.asking.is_some() {
            return;
        }
        let Some(span) = loader.next() else { return };
        let (Some(client), Some(question)) = (loader.client.clone(), loader.question.clone()) else { return };
        loader.is_stale = false;
        drop(loader);
        let told = {
            let pages = Rc::downgrade(&self.0);
            Callback::from(move |told| {
                if let Some(pages) = pages.upgrade() {
                    Self(pages).hear(told);
                }
            })
        };
        let asking = client.ask(of_rows(question, span), told);
        self.0.borrow_mut().asking = Some(asking);
    }

    fn hear(&self, told: Told) {
        let mut loader = self.0.borrow_mut();
        let over = match told {
            Told::Answer { answer, last } => {
                if let Some(page) = (loader.of)(&answer) {
                    loader.take(page);
                }
                last
            }
            Told::Refused(problem) => {
                loader.problem = Some(problem);
                loader.is_answered = true;
                (loader.known, loader.total, loader.heard, loader.counted) = (Known::default(), 0, 0, true);
                true
            }
            // Somebody else asked a question of this kind; ours is asked again when the list changes.
            Told::Cancelled => true,
        };
        let asking = if over { loader.asking.take() } else { None };
        let redraw = loader.redraw.clone();
        drop(loader);
        drop(asking);
        redraw.emit(());
        self.go_on();
    }
}

impl<T: Clone + 'static> Loader<T> {
    /// The rows to ask for next.
    fn next(&self) -> Option<Span> {
        if self.problem.is_some() {
            return None;
        }
        if self.is_answered && self.appends && self.is_at_end() && self.total < self.heard {
            // The end has gone on: what stands there now, and some more that will have come until this is answered.
            let start = self.heard.saturating_sub(self.window.count + BEHIND).max(self.known.range().end);
            return Some(Span { start, length: self.window.count + BEHIND + AHEAD });
        }
        let span = |range: Range<u64>| Span { start: range.start, length: range.end - range.start };
        let total = if self.is_answered && !self.is_stale { self.total } else { u64::MAX };
        let first = self.first();
        let end = first.saturating_add(self.window.count.max(1));
        let around = |before: u64, behind: u64| {
            let start = first.saturating_sub(before).min(total);
            start..end.saturating_add(behind).min(total).max(start)
        };
        let wanted = if self.is_backwards { around(AHEAD, BEHIND) } else { around(BEHIND, AHEAD) };
        match (self.is_answered, self.is_stale) {
            // What is known of rows that may stand elsewhere now is of no use.
            (false, _) => Some(span(wanted)),
            (true, true) if !self.appends => Some(span(wanted)),
            (true, true) => Some(span(self.known.missing(wanted))),
            (true, false) => {
                let near = self.known.missing(around(NEAR, NEAR));
                (!near.is_empty()).then(|| span(self.known.missing(wanted))).filter(|span| span.length > 0)
            }
        }
    }

    fn is_at_end(&self) -> bool {
        self.appends && self.window.is_end
    }

    /// The first row on the screen. Who follows the end will be there as soon as what was told is drawn.
    fn first(&self) -> u64 {
        match self.is_at_end() {
            true => self.total.saturating_sub(self.window.count),
            false => self.window.first,
        }
    }

    fn take(&mut self, page: &Page<T>) {
        if !self.is_answered || (!self.appends && page.total != self.total) {
            self.known = Known::default();
        }
        let kept = self.first().saturating_sub(4 * AHEAD)
            ..self.first().saturating_add(self.window.count + 4 * AHEAD);
        let follows = self.is_answered && self.is_at_end() && self.total < page.total;
        self.is_answered = true;
        self.problem = None;
        (self.heard, self.counted) = (page.total, page.counted);
        let end = page.start + page.rows.len() as u64;
        self.total = match (follows, page.rows.is_empty()) {
            (false, _) => page.total,
            (true, false) => end.clamp(self.total, page.total),
            (true, true) => self.total,
        };
        let kept = if follows { kept.start..end.max(kept.end) } else { kept };
        self.known.add(page.start, page.rows.iter().cloned(), kept);
    }
}

/// The question about these rows.
fn of_rows(question: Request, span: Span) -> Request {
    match question {
        Request::Messages { connection, order, filter, .. } => {
            Request::Messages { connection, rows: span, order, filter }
        }
        Request::Connections { order, filter, .. } => Request::Connections { rows: span, order, filter },
        other => other,
    }
}

/// The rows of `Messages` or `Connections`, whatever rows the question itself names. They are asked for again when `fresh`
/// changes; where rows are only added (`appends`), only those that are new.
#[hook]
pub fn use_pages<T: Clone + 'static>(
    question: Request,
    appends: bool,
    fresh: u64,
    of: fn(&Answer) -> Option<&Page<T>>,
) -> Pages<T> {
    let client = use_client();
    let redraw = use_force_update();
    let pages = use_memo((), move |()| {
        Pages(Rc::new(RefCell::new(Loader {
            of,
            client: None,
            question: None,
            appends,
            is_stale: false,
            is_answered: false,
            known: Known::default(),
            total: 0,
            heard: 0,
            counted: false,
            problem: None,
            window: Window::default(),
            is_backwards: false,
            asking: None,
            redraw: Callback::from(move |()| redraw.force_update()),
        })))
    });
    let pages = (*pages).clone();
    use_effect_with((client, question, appends, fresh), {
        let pages = pages.clone();
        move |(client, question, appends, _): &(Client, Request, bool, u64)| {
            pages.ask(client.clone(), question.clone(), *appends);
        }
    });
    pages
}

#[cfg(test)]
mod tests;
