//! The state of the field: what is typed, what is wrong with it, what can be typed next, and when it is applied. What is
//! applied is the place's filter; as long as what is typed is none, the last good one stays in force.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use sockscope_core::session::api::{Request, complete};
use yew::prelude::*;

use super::candidates::List;
use super::count::Searches;
use super::history::History;
use super::typed::{PAUSE, Read, completed, wait};
use crate::engine::{Client, use_client};
use crate::place::{Placed, use_place};

/// The field, and what is done to it.
#[derive(Clone)]
pub struct Typing {
    /// What is typed.
    pub text: UseStateHandle<Rc<str>>,
    /// What it is, told after a pause.
    pub read: UseStateHandle<Option<Read>>,
    /// What can be typed next, while that is shown.
    pub list: UseStateHandle<Option<List>>,
    /// The search for what is typed was stopped.
    pub is_stopped: UseStateHandle<bool>,
    /// How far back in the history the text comes from.
    walked: UseStateHandle<Option<usize>>,
    memory: Rc<std::cell::RefCell<Memory>>,
    placed: Placed,
    client: Client,
    searches: Option<Searches>,
}

#[derive(Default)]
struct Memory {
    history: History,
    /// What was applied last, or came from elsewhere.
    applied: String,
    /// A search was stopped.
    is_stopped: bool,
    /// Waits for a pause.
    waiting: Option<Timeout>,
}

/// The field's state.
#[hook]
pub fn use_typing() -> Typing {
    let placed = use_place();
    let client = use_client();
    let searches = use_context::<Searches>();
    let text = use_state_eq(|| Rc::<str>::from(placed.place.filter.as_str()));
    let read = use_state_eq(|| None);
    let list = use_state_eq(|| None);
    let walked = use_state_eq(|| None);
    let is_stopped = use_state_eq(|| false);
    let memory = use_mut_ref(|| Memory {
        history: History::load(),
        applied: placed.place.filter.clone(),
        ..Memory::default()
    });
    let typing = Typing { text, read, list, is_stopped, walked, memory, placed, client, searches };
    // What is shown is another list now, of which no search was stopped.
    let place = &typing.placed.place;
    use_effect_with((typing.client.clone(), place.connection, place.expression(), place.order), {
        let typing = typing.clone();
        move |_| {
            if std::mem::take(&mut typing.memory.borrow_mut().is_stopped) {
                typing.go_on();
            }
        }
    });
    // A filter that comes from elsewhere: from a cell, a link, a chip.
    use_effect_with(typing.placed.place.filter.clone(), {
        let typing = typing.clone();
        move |filter: &String| {
            let is_ours = typing.memory.borrow().applied == *filter;
            if !is_ours {
                typing.memory.borrow_mut().set_applied(filter);
                typing.text.set(filter.as_str().into());
                typing.read.set(Some(Read::of(filter)));
                typing.list.set(None);
            }
        }
    });
    typing
}

impl Memory {
    fn set_applied(&mut self, filter: &str) {
        self.waiting = None;
        filter.clone_into(&mut self.applied);
    }
}

impl Typing {
    /// Somebody types.
    pub fn typed(&self, text: &str, cursor: usize) {
        self.text.set(text.into());
        self.walked.set(None);
        self.list.set(is_offered(text, cursor).then(|| complete(text, cursor)).and_then(List::of));
        self.apply_after_pause(text);
    }

    fn apply_after_pause(&self, text: &str) {
        let (typing, text) = (self.clone(), text.to_owned());
        let waiting = Timeout::new(PAUSE, move || {
            let read = Read::of(&text);
            let wait = wait(&read);
            typing.read.set(Some(read));
            match wait {
                None => {}
                Some(0) => typing.apply(&text),
                Some(millis) => {
                    let later = typing.clone();
                    let waiting = Timeout::new(millis, move || later.apply(&text));
                    typing.memory.borrow_mut().waiting = Some(waiting);
                }
            }
        });
        self.memory.borrow_mut().waiting = Some(waiting);
    }

    fn apply(&self, text: &str) {
        // Blanks alone are no other filter.
        let text = text.trim().to_owned();
        self.memory.borrow_mut().set_applied(&text);
        self.placed.set(move |place| place.filter = text);
        if std::mem::take(&mut self.memory.borrow_mut().is_stopped) {
            self.go_on();
        }
    }

    /// Shows what can be typed at the cursor.
    pub fn ask(&self, cursor: usize) {
        self.list.set(List::of(complete(&self.text, cursor)));
    }

    /// Applies what is typed, if it is a filter, and keeps it.
    pub fn enter(&self) {
        self.list.set(None);
        let read = Read::of(&self.text);
        if matches!(read, Read::Good { .. }) {
            self.apply(&self.text);
            self.memory.borrow_mut().history.keep(&self.text);
        }
        self.read.set(Some(read));
    }

    /// Puts a candidate into the text; the answer is the place of the cursor.
    pub fn take(&self, number: usize) -> Option<usize> {
        let list = (*self.list).as_ref()?;
        let candidate = list.completion.candidates.get(number)?;
        let (text, cursor) = completed(&self.text, list.completion.range.clone(), candidate);
        self.typed(&text, cursor);
        Some(cursor)
    }

    /// Leaves what is typed for the filter that is in force.
    pub fn revert(&self) {
        self.replace(&self.placed.place.filter.clone());
    }

    /// Empties the field, and with it the filter.
    pub fn clear(&self) {
        self.replace("");
        self.apply("");
    }

    /// Searches no further; what was found stays.
    pub fn stop(&self) {
        self.client.order(Request::Searching { goes_on: false });
        self.memory.borrow_mut().is_stopped = true;
        self.is_stopped.set(true);
    }

    /// Whatever was stopped may be searched on from where it was.
    fn go_on(&self) {
        self.client.order(Request::Searching { goes_on: true });
        self.is_stopped.set(false);
        if let Some(Searches(searches)) = &self.searches {
            searches.set(**searches + 1);
        }
    }

    /// Whether what is typed is not what is in force.
    pub fn is_apart(&self) -> bool {
        self.text.trim() != self.placed.place.filter.trim()
    }

    /// Walks through the history, back or forth; `false`: this key is for something else.
    pub fn walk(&self, is_back: bool) -> bool {
        let next = match (*self.walked, is_back) {
            (None, true) if self.text.trim().is_empty() => 0,
            (Some(walked), true) => walked + 1,
            (Some(0), false) => {
                self.replace("");
                self.apply_after_pause("");
                return true;
            }
            (Some(walked), false) => walked - 1,
            (None, _) => return false,
        };
        let found = self.memory.borrow().history.get(next).map(str::to_owned);
        if let Some(found) = found {
            self.replace(&found);
            self.walked.set(Some(next));
            self.apply_after_pause(&found);
        }
        true
    }

    fn replace(&self, text: &str) {
        self.memory.borrow_mut().waiting = None;
        self.text.set(text.into());
        self.read.set(Some(Read::of(text)));
        self.list.set(None);
        self.walked.set(None);
    }
}

/// Whether something is offered to who does not ask: not where nothing is typed, nor right behind what is finished.
fn is_offered(text: &str, cursor: usize) -> bool {
    let before = text.get(..cursor).unwrap_or(text);
    !before.trim().is_empty() && !before.ends_with(['"', '\'', ')', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_offered_behind_what_is_finished() {
        let offered = [
            ("", 0),
            ("  ", 2),
            ("fr", 2),
            ("from ", 5),
            ("from", 0),
            ("\"a\"", 3),
            ("\"a\" ", 4),
            ("(a)", 3),
        ]
        .map(|(text, cursor)| is_offered(text, cursor));
        assert_eq!(offered, [false, false, true, true, false, false, true, false]);
    }
}
