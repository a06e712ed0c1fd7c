//! Steps from diagnostic to diagnostic, in the order in which they were found.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, DiagnosticRow, MessageName, Request, Span};
use yew::prelude::*;

use crate::engine::{Asking, Client, Told, use_client};
use crate::place::{Place, Placed, Tab, use_place};

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
            self.placed.set(move |place| go(place, &row));
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

/// Goes to the message that it speaks of, else to the handshake of its connection, else to the list of all.
fn go(place: &mut Place, row: &DiagnosticRow) {
    let Some(connection) = row.connection else {
        place.tab = Tab::Diagnostics;
        return;
    };
    // Messages of another connection are hidden where one is selected.
    place.connection = place.connection.map(|_| connection);
    match row.about_message {
        Some(message) => place.message = Some(MessageName { connection, message }),
        None => {
            place.connection = Some(connection);
            place.message = None;
            if place.tab != Tab::Diagnostics {
                place.tab = Tab::Handshake;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use sockscope_core::session::api::Severity;

    use super::*;

    #[test]
    fn steps_go_round() {
        assert_eq!([next(None, 1), next(None, -1)], [0, u64::MAX]);
        assert_eq!([next(Some(4), 1), next(Some(4), -1)], [5, 3]);
        assert_eq!(next(Some(0), -1), u64::MAX, "beyond all of them");
    }

    fn row(connection: Option<u64>, about_message: Option<u64>) -> DiagnosticRow {
        DiagnosticRow {
            capture: None,
            severity: Severity::Error,
            code: String::new(),
            connection,
            from: None,
            packet: None,
            time: None,
            rfc: String::new(),
            message: String::new(),
            cause_code: None,
            cause: None,
            fix: None,
            about_message,
        }
    }

    #[test]
    fn a_diagnostic_leads_to_what_it_speaks_of() {
        let mut place = Place { tab: Tab::Frames, ..Place::default() };
        go(&mut place, &row(Some(2), Some(7)));
        assert_eq!(place.message, Some(MessageName { connection: 2, message: 7 }));
        assert_eq!((place.connection, place.tab), (None, Tab::Frames), "all messages stay in the list");
        go(&mut place, &row(Some(3), None));
        assert_eq!((place.connection, place.message, place.tab), (Some(3), None, Tab::Handshake));
        go(&mut place, &row(Some(4), Some(1)));
        assert_eq!(place.connection, Some(4), "the list follows where it shows one connection");
        go(&mut place, &row(None, None));
        assert_eq!(place.tab, Tab::Diagnostics);
    }
}
