//! The list of connections.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, ConnectionRow, Request, Span};
use yew::prelude::*;

use crate::engine::{use_answer, use_progress};
use crate::grid::{Rows, Window};
use crate::place::use_place;
use crate::words;

/// Height of a row, in pixels.
const ROW: f64 = 62.0;
/// Rows that are asked for beyond those on the screen, at either end.
const MORE: u64 = 30;

/// The list of connections.
#[component]
pub fn Connections() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let window = use_state_eq(Window::default);
    let request = Request::Connections {
        rows: Span { start: window.first.saturating_sub(MORE), length: window.count + 2 * MORE },
        order: placed.place.connection_order,
        filter: String::new(),
    };
    let answered = use_answer(Some(request), progress.connections);
    let page = match answered.answer.as_deref() {
        Some(Answer::Connections(page)) => page.clone(),
        _ => Default::default(),
    };
    let total = page.total;
    let draw = {
        let (placed, page) = (placed.clone(), Rc::new(page));
        Callback::from(move |row: u64| {
            let found = row.checked_sub(page.start).and_then(|at| page.rows.get(usize::try_from(at).ok()?));
            let Some(found) = found else { return html! { <div class="connection" /> } };
            let number = found.connection;
            let is_selected = placed.place.connection == Some(number);
            let placed = placed.clone();
            let onclick = Callback::from(move |_| {
                placed.set(move |place| place.connection = (!is_selected).then_some(number));
            });
            html! { <Connection row={found.clone()} {is_selected} {onclick} /> }
        })
    };
    html! {
        <section class="connections" aria-label="Connections">
            <div class="pane-head"><span>{"Connections"}</span><span class="grow"></span><span>{words::count(total)}</span></div>
            <Rows {total} row={ROW} {draw} seen={let window = window.clone(); Callback::from(move |seen| window.set(seen))} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ConnectionProps {
    row: ConnectionRow,
    is_selected: bool,
    onclick: Callback<MouseEvent>,
}

#[component]
fn Connection(props: &ConnectionProps) -> Html {
    let row = &props.row;
    let is_good = row.handshake.verdict == "valid";
    let target = row.request.as_ref().map(|request| request.target.clone()).unwrap_or_default();
    html! {
        <div class={classes!("connection", props.is_selected.then_some("selected"))} onclick={props.onclick.clone()}>
            <span class={if is_good { "good" } else { "bad" }}>{if is_good { "✓" } else { "✗" }}</span>
            <span class="mono">{format!("{} → {}", row.client, row.server)}</span>
            <span class="dim">{target}</span>
        </div>
    }
}
