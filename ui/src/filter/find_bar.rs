//! The bar of *Find*: what is looked for, how many were found, and steps from one to the next.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::find::{Finding, Sought, use_finding};
use super::matches::Step;
use super::step::go;
use crate::engine::{Client, use_client};
use crate::focus;
use crate::hidden;
use crate::icon::{Drawn, Icon};
use crate::place::{FOUND, Placed, use_place};
use crate::words;

/// The field's id.
const FIELD: &str = "find-input";

/// The bar; nothing while it is closed.
#[component]
pub fn FindBar() -> Html {
    let finding = use_finding();
    let placed = use_place();
    let client = use_client();
    use_find_keys(&finding, &placed, &client);
    let Finding { sought, seek, stop, found } = &finding;
    use_effect_with(sought.is_open, |&is_open: &bool| {
        if is_open {
            focus::field(FIELD);
        }
    });
    if !sought.is_open {
        return Html::default();
    }
    let step = |step: Step| {
        let (finding, placed, client) = (finding.clone(), placed.clone(), client.clone());
        Callback::from(move |_: MouseEvent| go(&finding, &placed, &client, step))
    };
    let oninput = {
        let (sought, seek) = (sought.clone(), seek.clone());
        Callback::from(move |event: InputEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            seek.emit(Sought { text: field.value(), ..(*sought).clone() });
        })
    };
    let close = {
        let (sought, seek) = (sought.clone(), seek.clone());
        Callback::from(move |()| {
            seek.emit(Sought { is_open: false, ..(*sought).clone() });
            super::leave();
        })
    };
    let onkeydown = {
        let (finding, placed, client, close) =
            (finding.clone(), placed.clone(), client.clone(), close.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                go(&finding, &placed, &client, if event.shift_key() { Step::Previous } else { Step::Next })
            }
            "Escape" => {
                event.stop_propagation();
                close.emit(());
            }
            _ => {}
        })
    };
    let switch = {
        let (sought, seek) = (sought.clone(), seek.clone());
        Callback::from(move |_| {
            seek.emit(Sought { is_expression: !sought.is_expression, ..(*sought).clone() })
        })
    };
    let hidden = hidden::words(&sought.text);
    let is_empty = found.count() == 0;
    let problem = found.problem();
    let is_bad =
        problem.is_some() || (is_empty && found.searching().is_none() && sought.expression().is_some());
    html! {
        <div class="find-bar" role="search" aria-label="Find">
            <Drawn icon={Icon::Search} />
            <input id={FIELD} class="mono" type="text" spellcheck="false" autocomplete="off" value={sought.text.clone()}
                aria-label="Find in payloads" aria-describedby="find-count"
                placeholder={if sought.is_expression { "an expression, as in the filter" } else { "text in payloads" }} {oninput} {onkeydown} />
            if let Some(hidden) = hidden { <span class="warn" role="status">{"⚠ "}{hidden}</span> }
            <span id="find-count" class={classes!("find-count", is_bad.then_some("bad"))} role="status">{status(&finding, &placed)}</span>
            if let Some(searching) = found.searching().filter(|searching| searching.size > 0) {
                <progress max={searching.size.to_string()} value={searching.searched.to_string()} aria-label="Searched" />
                <button type="button" class="link" onclick={stop.reform(|_| ())} title="Search no further; what was found stays">{"Stop"}</button>
            }
            <button type="button" class="chip" onclick={switch} aria-pressed={sought.is_expression.to_string()}
                title="Look for an expression of the filter language">{"expression"}</button>
            <button type="button" class="tool" onclick={step(Step::Previous)} disabled={is_empty} aria-label="Previous (Shift+Enter)" title="Previous (Shift+Enter)"><Drawn icon={Icon::ArrowUp} /></button>
            <button type="button" class="tool" onclick={step(Step::Next)} disabled={is_empty} aria-label="Next (Enter)" title="Next (Enter)"><Drawn icon={Icon::ArrowDown} /></button>
            <button type="button" class="tool" onclick={close.reform(|_| ())} aria-label="Close Find (Esc)" title="Close (Esc)"><Drawn icon={Icon::X} /></button>
        </div>
    }
}

/// `12 of 340`, `340 found`, `nothing found`.
fn status(finding: &Finding, placed: &Placed) -> String {
    let found = &finding.found;
    if let Some(problem) = found.problem() {
        return problem;
    }
    let count = found.count() as u64;
    let more = match (found.searching(), found.is_stopped()) {
        (Some(_), _) => "…",
        (None, true) => ", stopped",
        (None, false) => "",
    };
    // In another order than the capture's, a place is not known without asking.
    let selected = placed.place.message.filter(|_| placed.place.order_in_view() == FOUND);
    match selected.and_then(|name| found.place(name)) {
        _ if finding.sought.expression().is_none() => String::new(),
        Some(place) => format!("{} of {}{more}", words::count(place as u64 + 1), words::count(count)),
        None if count > 0 => format!("{} found{more}", words::count(count)),
        None if more.is_empty() => "nothing found".to_owned(),
        None => "searching…".to_owned(),
    }
}

/// Ctrl+F opens the bar, and F3 steps, wherever the focus is.
#[hook]
fn use_find_keys(finding: &Finding, placed: &Placed, client: &Client) {
    use_effect_with(
        (finding.clone(), placed.clone(), client.clone()),
        |known: &(Finding, Placed, Client)| {
            let (finding, placed, client) = known.clone();
            let listener = web_sys::window().map(|window| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, "keydown", options, move |event| {
                    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                    let is_find = (event.ctrl_key() || event.meta_key())
                        && !event.alt_key()
                        && event.key().eq_ignore_ascii_case("f");
                    if event.default_prevented() || !(is_find || event.key() == "F3") {
                        return;
                    }
                    event.prevent_default();
                    if !finding.sought.is_open {
                        finding.seek.emit(Sought { is_open: true, ..(*finding.sought).clone() });
                    } else if is_find {
                        focus::field(FIELD);
                    } else {
                        let step = if event.shift_key() { Step::Previous } else { Step::Next };
                        go(&finding, &placed, &client, step);
                    }
                })
            });
            move || drop(listener)
        },
    );
}
