//! Steps from diagnostic to diagnostic, in the order in which they were found.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, DiagnosticRow, Request, Span};
use yew::prelude::*;

use crate::engine::{Asking, Client, Told, use_client};
use crate::place::jump::jump;
use crate::place::{Placed, Tab, use_place};

/// Where a step led.
#[derive(Clone, Debug, PartialEq)]
pub struct Stepped {
    /// The diagnostic's place among all, counted from 0.
    pub at: u64,
    /// All of them.
    pub total: u64,
    /// The diagnostic; `None`: there is none.
    pub row: Option<DiagnosticRow>,
}

/// A way to step by that many diagnostics, round at either end, and where the last step led.
#[hook]
pub fn use_steps() -> (Callback<isize, bool>, Option<Stepped>) {
    let client = use_client();
    let placed = use_place();
    let stepped = use_state(|| None::<Stepped>);
    let latest = use_mut_ref(|| None::<Stepped>);
    let asking = use_mut_ref(|| None::<Asking>);
    let steps = Rc::new(Steps { client, placed, shown: stepped.clone(), latest, asking });
    let step = Callback::from(move |by: isize| {
        let start = next(steps.latest.borrow().as_ref().map(|stepped| stepped.at), by);
        steps.clone().ask(start, by);
        true
    });
    (step, (*stepped).clone())
}

struct Steps {
    client: Client,
    placed: Placed,
    shown: UseStateHandle<Option<Stepped>>,
    /// What is shown, or will be: keys come faster than drawings.
    latest: Rc<RefCell<Option<Stepped>>>,
    asking: Rc<RefCell<Option<Asking>>>,
}

impl Steps {
    fn ask(self: Rc<Self>, start: u64, by: isize) {
        let steps = self.clone();
        let request = Request::Diagnostics { rows: Span { start, length: 1 }, code: None, connection: None };
        let asked = self.client.ask(
            request,
            Callback::from(move |told| {
                let Told::Answer { answer, .. } = told else { return };
                let Answer::Diagnostics(page) = &*answer else { return };
                match (page.rows.first(), page.total) {
                    // Beyond either end it goes on at the other, and only now it is known where that is.
                    (None, total @ 1..) if start >= total => {
                        steps.clone().ask(if by < 0 { total - 1 } else { 0 }, by);
                    }
                    (row, total) => steps.arrive(Stepped { at: page.start, total, row: row.cloned() }),
                }
            }),
        );
        self.asking.replace(Some(asked));
    }

    fn arrive(&self, stepped: Stepped) {
        if let Some(row) = stepped.row.clone() {
            self.placed.set(move |place| {
                let before = place.tab;
                jump(&row, place);
                // Who reads the list of diagnostics goes on reading it.
                if before == Tab::Diagnostics {
                    place.tab = before;
                }
            });
            self.latest.replace(Some(stepped.clone()));
        }
        self.shown.set(Some(stepped));
    }
}

/// The place after a step; what is beyond all of them is asked for to learn how many there are.
fn next(from: Option<u64>, by: isize) -> u64 {
    let far = by.unsigned_abs() as u64;
    match from {
        None if by < 0 => u64::MAX,
        None => 0,
        Some(at) if by < 0 => at.checked_sub(far).unwrap_or(u64::MAX),
        Some(at) => at + far,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_round() {
        assert_eq!([next(None, 1), next(None, -1)], [0, u64::MAX]);
        assert_eq!([next(Some(4), 1), next(Some(4), -1)], [5, 3]);
        assert_eq!(next(Some(0), -1), u64::MAX, "beyond all of them");
    }
}
