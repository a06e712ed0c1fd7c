//! *Find*: searches what the filter lets through, marks what holds and hides nothing. What is looked for and what was found
//! is known to the whole workspace: the bar steps through it, the table marks rows, a view marks words.

use std::cell::RefCell;
use std::rc::Rc;

use sockscope_core::session::api::{Answer, Filter, MessageName, Problem, Request, Searched, quote};
use yew::prelude::*;

use super::matches::{Matches, Step};
use crate::engine::{Asking, Told, use_client};
use crate::pause::use_settled;
use crate::place::use_place;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// The bar is seen.
    pub is_open: bool,
    /// As typed.
    pub text: String,
    /// It is an expression of the filter language; otherwise it stands in the payload as it is typed.
    pub is_expression: bool,
}

impl Sought {
    /// The expression to search for; `None`: nothing.
    pub fn expression(&self) -> Option<String> {
        if !self.is_open || self.text.trim().is_empty() {
            return None;
        }
        Some(if self.is_expression {
            self.text.clone()
        } else {
            format!("payload contains {}", quote(&self.text))
        })
    }
}

/// What was found.
#[derive(Clone, Default)]
pub struct Found {
    state: Rc<RefCell<State>>,
    words: Rc<[String]>,
    /// Grows with what is found, so that whoever shows it is drawn again.
    version: u64,
}

#[derive(Default)]
struct State {
    matches: Matches,
    searched: Searched,
    is_over: bool,
    is_stopped: bool,
    problem: Option<Problem>,
    version: u64,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state) && self.version == other.version && self.words == other.words
    }
}

impl Found {
    /// Whether a message holds what is looked for; `false` as long as that is not known.
    pub fn contains(&self, name: MessageName) -> bool {
        self.state.borrow().matches.contains(name)
    }

    /// The texts that are looked for in payloads, by *Find* or, while that looks for nothing, by the filter. Case makes no difference.
    pub fn words(&self) -> &Rc<[String]> {
        &self.words
    }

    /// How many were found so far.
    pub fn count(&self) -> usize {
        self.state.borrow().matches.len()
    }

    /// The place of a message among them, from 0.
    pub fn place(&self, name: MessageName) -> Option<usize> {
        self.state.borrow().matches.place(name)
    }

    /// The one beside a message.
    pub fn beside(&self, from: Option<MessageName>, step: Step) -> Option<MessageName> {
        self.state.borrow().matches.beside(from, step)
    }

    /// How far the search is; `None`: it is over.
    pub fn searching(&self) -> Option<Searched> {
        let state = self.state.borrow();
        (!state.is_over).then_some(state.searched)
    }

    /// The search was stopped before its end.
    pub fn is_stopped(&self) -> bool {
        self.state.borrow().is_stopped
    }

    /// Why nothing can be found.
    pub fn problem(&self) -> Option<String> {
        self.state.borrow().problem.as_ref().map(|problem| problem.message.clone())
    }
}

/// *Find*, as the workspace has it.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// What is looked for.
    pub sought: Rc<Sought>,
    /// Looks for something else.
    pub seek: Callback<Sought>,
    /// Searches no further; what was found stays.
    pub stop: Callback<()>,
    /// What was found.
    pub found: Found,
}

/// What is looked for, and what was found.
///
/// # Panics
/// Outside of a capture's workspace.
#[hook]
pub fn use_finding() -> Finding {
    use_context::<Finding>().expect("a component of a workspace")
}

/// What was found; nothing outside of a workspace.
#[hook]
pub fn use_found() -> Found {
    use_context::<Finding>().map(|finding| finding.found).unwrap_or_default()
}

/// The texts to be marked where they stand in payloads.
#[hook]
pub fn use_words() -> Rc<[String]> {
    use_found().words().clone()
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Those that see it.
    pub children: Html,
}

/// Searches, and tells those within.
#[component]
pub fn Finds(props: &Props) -> Html {
    let client = use_client();
    let placed = use_place();
    let sought = use_state_eq(|| Rc::new(Sought::default()));
    let state = use_mut_ref(State::default);
    let version = use_state_eq(|| 0_u64);
    let searching = use_mut_ref(|| None::<Asking>);

    // Not for every letter: a search begins at the capture's beginning.
    let looked_for = use_settled(sought.expression(), 200);
    let holding = looked_for.clone().unwrap_or_else(|| placed.place.filter.clone());
    let words: Rc<[String]> = use_memo(holding, |holding: &String| {
        let filter = Filter::parse(holding).ok();
        filter.map_or_else(
            || Rc::from([]),
            |filter| filter.words().map(str::to_owned).collect::<Rc<[String]>>(),
        )
    })
    .as_ref()
    .clone();
    let asked = looked_for.as_deref().map(|looked_for| placed.place.and(looked_for));
    let connection = placed.place.connection;
    use_effect_with((client, connection, asked), {
        let (state, version, searching) = (state.clone(), version.clone(), searching.clone());
        move |(client, connection, asked): &(_, Option<u64>, Option<String>)| {
            let client: &crate::engine::Client = client;
            let tell = Callback::from(move |change: Box<dyn FnOnce(&mut State)>| {
                let mut state = state.borrow_mut();
                change(&mut state);
                state.version += 1;
                version.set(state.version);
            });
            let is_over = asked.is_none();
            tell.emit(Box::new(move |state| {
                *state = State { is_over, version: state.version, ..State::default() };
            }));
            *searching.borrow_mut() = asked.clone().map(|filter| {
                let told = Callback::from(move |told| {
                    tell.emit(Box::new(move |state| state.hear(told)));
                });
                client.ask(Request::Search { connection: *connection, filter }, told)
            });
            move || drop(searching.take())
        }
    });

    let seek = {
        let sought = sought.clone();
        Callback::from(move |next: Sought| sought.set(Rc::new(next)))
    };
    let stop = {
        let (state, version) = (state.clone(), version.clone());
        Callback::from(move |()| {
            drop(searching.take());
            let mut state = state.borrow_mut();
            (state.is_over, state.is_stopped) = (true, true);
            state.version += 1;
            version.set(state.version);
        })
    };
    let found = Found { state, words, version: *version };
    html! {
        <ContextProvider<Finding> context={Finding { sought: (*sought).clone(), seek, stop, found }}>
            {props.children.clone()}
        </ContextProvider<Finding>>
    }
}

impl State {
    fn hear(&mut self, told: Told) {
        match told {
            Told::Answer { answer, last } => {
                if let Answer::Found { messages, searched, size } = &*answer {
                    self.matches.extend(messages);
                    self.searched = Searched { searched: *searched, size: *size };
                }
                self.is_over = last;
            }
            Told::Refused(problem) => {
                self.problem = Some(problem);
                self.is_over = true;
            }
            Told::Cancelled => self.is_over = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_as_they_are_typed() {
        let sought = |text: &str, is_expression| {
            Sought { is_open: true, text: text.into(), is_expression }.expression()
        };
        assert_eq!(sought("  ", false), None);
        assert_eq!(Sought { is_open: false, text: "x".into(), ..Sought::default() }.expression(), None);
        assert_eq!(sought("from == client", true).as_deref(), Some("from == client"));
        for text in ["{\"type\":", "a\\b", "tab\tand\nline", "or", "größe \u{202e}"] {
            let expression = sought(text, false).expect("an expression");
            let filter = Filter::parse(&expression).expect("a filter");
            assert_eq!(filter.words().collect::<Vec<_>>(), [text]);
        }
    }
}
