//! Rows as a file: what is shown, or the selected message, in lines of JSON or as a table for a spreadsheet. The engine writes it piece
//! by piece; the browser keeps the pieces and saves them as one.

use js_sys::{Array, Uint8Array};
use sockscope_core::session::api::{Answer, ExportFormat, Exported, Request};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::download::{self, Saved};
use crate::engine::{Asking, Told, use_client};
use crate::icon::{Drawn, Icon};
use crate::menu::Item;
use crate::place::Place;
use crate::words;

/// Bytes at which an export is stopped: a page has no more memory than this to give.
const MOST: u64 = 1_000_000_000;

/// How far an export is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum State {
    /// There is none.
    #[default]
    None,
    /// It is being written.
    Writing {
        /// Bytes so far.
        bytes: u64,
        /// Rows so far.
        rows: u64,
    },
    /// It was saved, or why it was not, or not all of it.
    Over(String),
}

/// Exports, and how far the latest one is.
#[derive(Clone, PartialEq)]
pub struct Exports {
    /// How far.
    pub state: State,
    /// Begins one; the name is that of the file.
    pub start: Callback<(Request, String)>,
    /// Gives it up.
    pub cancel: Callback<()>,
}

/// Exports of this capture.
#[hook]
pub fn use_exports() -> Exports {
    let client = use_client();
    let state = use_state(State::default);
    let asking = use_mut_ref(|| None::<Asking>);
    let start = {
        let (state, asking) = (state.clone(), asking.clone());
        Callback::from(move |(request, name): (Request, String)| {
            let (parts, mut bytes_so_far) = (Array::new(), 0_u64);
            state.set(State::Writing { bytes: 0, rows: 0 });
            let told = {
                let (state, asking) = (state.clone(), asking.clone());
                let written = std::cell::RefCell::new(move |told: Told| match told {
                    Told::Answer { answer, last } => {
                        let Answer::Exported { bytes, rows } = &*answer else { return };
                        bytes_so_far += bytes.len() as u64;
                        if let Some(part) = download::blob(&Array::of1(&Uint8Array::from(bytes.as_slice()))) {
                            parts.push(&part);
                        }
                        let is_full = !last && bytes_so_far >= MOST;
                        state.set(State::Writing { bytes: bytes_so_far, rows: *rows });
                        if last || is_full {
                            let (state, parts, name) = (state.clone(), parts.clone(), name.clone());
                            let facts =
                                format!("{}, {}", words::counted(*rows, "row"), words::size(bytes_so_far));
                            spawn_local(async move { state.set(over(&parts, &name, &facts, is_full).await) });
                        }
                        if is_full {
                            // Dropped, it is cancelled.
                            drop(asking.borrow_mut().take());
                        }
                    }
                    Told::Refused(problem) => state.set(State::Over(problem.message)),
                    Told::Cancelled => state.set(State::None),
                });
                Callback::from(move |told| (*written.borrow_mut())(told))
            };
            *asking.borrow_mut() = Some(client.ask(request, told));
        })
    };
    let cancel = {
        let (state, asking) = (state.clone(), asking);
        Callback::from(move |()| {
            drop(asking.borrow_mut().take());
            state.set(State::None);
        })
    };
    Exports { state: (*state).clone(), start, cancel }
}

/// Saves what was written.
async fn over(parts: &Array, name: &str, facts: &str, is_cut: bool) -> State {
    match download::save(parts, name).await {
        Ok(Saved::GivenUp) => State::None,
        Ok(Saved::Saved) if is_cut => {
            State::Over(format!("{name}: cut after {facts}; the command line writes more"))
        }
        Ok(Saved::Saved) => State::Over(format!("{name}: {facts}")),
        Err(problem) => State::Over(problem),
    }
}

/// The lines of a menu that export from a place.
pub fn items(place: &Place, exports: &Exports) -> Vec<Item> {
    const FORMATS: [(ExportFormat, &str, &str); 2] =
        [(ExportFormat::Jsonl, "JSON lines", "jsonl"), (ExportFormat::Csv, "CSV", "csv")];
    let shown = (place.connection, place.expression());
    let selected = place.message.map(|name| {
        (Some(name.connection), format!("connection == {} and message == {}", name.connection, name.message))
    });
    let all = [
        ("Messages shown", Exported::Messages, "messages", Some(shown)),
        ("Selected message", Exported::Messages, "message", selected),
        ("All connections", Exported::Connections, "connections", Some((None, String::new()))),
        ("All diagnostics", Exported::Diagnostics, "diagnostics", Some((None, String::new()))),
    ];
    let mut items = vec![Item::Title("Export".into())];
    for (title, what, name, of) in all {
        let Some((connection, filter)) = of else { continue };
        for (format, words, ending) in FORMATS {
            let request = Request::Export { what, connection, filter: filter.clone(), format };
            let file = format!("{name}.{ending}");
            let chosen = exports.start.reform(move |()| (request.clone(), file.clone()));
            items.push(Item::Do(format!("{title} as {words}").into(), chosen));
        }
    }
    items
}

/// What a note is given.
#[derive(Properties, PartialEq)]
pub struct NoteProps {
    /// The exports.
    pub exports: Exports,
}

/// How far an export is, or what came of it, until somebody dismisses it.
#[component]
pub fn ExportNote(props: &NoteProps) -> Html {
    let exports = &props.exports;
    let (words, label) = match &exports.state {
        State::None => return html! { <span class="export-said" role="status"></span> },
        State::Writing { bytes, rows } => (
            format!("exporting: {}, {}", words::counted(*rows, "row"), words::size(*bytes)),
            "Cancel the export",
        ),
        State::Over(words) => (words.clone(), "Dismiss"),
    };
    html! {
        <span class="export-said" role="status">
            <span class="export-note" title={words.clone()}>{words}</span>
            <button class="tool" aria-label={label} title={label} onclick={exports.cancel.reform(|_| ())}><Drawn icon={Icon::X} /></button>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use sockscope_core::filter::Filter;
    use sockscope_core::session::api::MessageName;

    use super::*;

    #[test]
    fn what_is_shown_and_what_is_selected_can_be_exported() {
        let started = Rc::new(std::cell::RefCell::new(Vec::new()));
        let exports = Exports {
            state: State::None,
            start: {
                let started = started.clone();
                Callback::from(move |start| started.borrow_mut().push(start))
            },
            cancel: Callback::noop(),
        };
        let place = Place {
            filter: "a or b".into(),
            connection: Some(2),
            message: Some(MessageName { connection: 1, message: 7 }),
            ..Place::default()
        };
        for item in items(&place, &exports) {
            if let Item::Do(_, chosen) = item {
                chosen.emit(());
            }
        }
        let started = started.borrow();
        assert_eq!(started.len(), 8);
        let of = |place: usize| match &started[place] {
            (Request::Export { connection, filter, .. }, name) => {
                Filter::parse(filter).expect("an expression");
                (*connection, filter.as_str(), name.as_str())
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(of(0), (Some(2), "(a or b)", "messages.jsonl"));
        assert_eq!(of(3), (Some(1), "connection == 1 and message == 7", "message.csv"));
        assert_eq!(items(&Place::default(), &exports).len(), 7, "nothing is selected");
    }
}
