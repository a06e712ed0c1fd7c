//! The list of connections, those whose upgrade failed too.

mod ends;
mod facts;
mod row;
mod sort;
mod sparkline;
mod verdict;

use sockscope_core::session::api::{
    Answer, ConnectionKey, ConnectionRow, Direction, Request, SessionState, Span,
};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use crate::engine::use_progress;
use crate::focus;
use crate::grid::{Named, Pages, Rows, Window, step, use_pages};
use crate::messages::TABLE;
use crate::place::use_place;
use crate::words;
use facts::use_facts;
use row::Row;
use sort::Sort;

/// Height of a row, in pixels.
const ROW: f64 = 72.0;
/// By what the list is found, to focus it.
const LIST: &str = "connections-list";
/// Messages that come between two askings for sparklines while a capture is read.
const SOME: u64 = 20_000;

/// The list of connections.
#[component]
pub fn Connections() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let order = placed.place.connection_order;
    let chosen = placed.place.connection;
    let is_over = progress.state != SessionState::Reading;
    let question = Request::Connections { rows: Span { start: 0, length: 0 }, order, filter: String::new() };
    // Counts and verdicts change as long as a capture is read, so no row is final.
    let fresh = (progress.messages / SOME + progress.connections) * 2 + u64::from(is_over);
    let pages: Pages<ConnectionRow> = use_pages(question, false, fresh, |answer| match answer {
        Answer::Connections(page) => Some(page),
        _ => None,
    });
    let total = pages.total();
    let seen = use_state_eq(Window::default);
    let cursor = use_state_eq(|| None::<u64>);
    let reveal = use_state_eq(|| None::<(u64, u64)>);
    let wishes = use_mut_ref(|| 0_u64);
    let in_view = (seen.first..seen.first + seen.count).filter_map(|at| pages.row(at));
    let in_view: Vec<u64> = in_view.map(|row| row.connection).collect();
    let facts = use_facts(in_view, fresh);

    // Where the chosen one stands: by number that is its number.
    let row_of = {
        let pages = pages.clone();
        move |number: u64| match (order.key, order.direction) {
            (ConnectionKey::Number, Direction::Ascending) => Some(number),
            (ConnectionKey::Number, Direction::Descending) => total.checked_sub(number + 1),
            _ => pages.place(|row| row.connection == number),
        }
    };
    // Rows that keys lead to may not be known yet: they are chosen as soon as they are.
    let awaited = use_mut_ref(|| None::<u64>);
    use_effect({
        let (pages, placed, awaited) = (pages.clone(), placed.clone(), awaited.clone());
        move || {
            let row = awaited.borrow().and_then(|row| pages.row(row)).filter(|_| !pages.is_old());
            if let Some(row) = row {
                *awaited.borrow_mut() = None;
                let number = row.connection;
                placed.set(move |place| place.connection = Some(number));
            }
        }
    });
    let scroll_to = {
        let (reveal, wishes) = (reveal.clone(), wishes.clone());
        move |row: u64| {
            *wishes.borrow_mut() += 1;
            reveal.set(Some((row, *wishes.borrow())));
        }
    };
    use_effect_with((chosen, order, total > 0), {
        let (cursor, row_of, scroll_to) = (cursor.clone(), row_of.clone(), scroll_to.clone());
        move |(chosen, ..): &(Option<u64>, _, bool)| {
            let row = chosen.and_then(row_of);
            if let (Some(row), true) = (row, *cursor != row) {
                scroll_to(row);
            }
            cursor.set(row);
        }
    });
    let choose = {
        let (cursor, awaited, placed) = (cursor.clone(), awaited, placed.clone());
        move |row: Option<u64>| {
            cursor.set(row);
            *awaited.borrow_mut() = row;
            match row {
                Some(row) => scroll_to(row),
                None => placed.set(|place| place.connection = None),
            }
        }
    };
    let onkeydown = {
        let (cursor, choose, page) = (cursor.clone(), choose.clone(), seen.page);
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            match (key.as_str(), *cursor) {
                // Above the first one stand all of them.
                ("ArrowUp" | "k" | "PageUp", None | Some(0)) | ("Home" | "Escape", _) => choose(None),
                ("Enter", _) => {
                    focus::id(TABLE);
                }
                (key, from) => match step(key, from, total, page) {
                    Some(to) => choose(Some(to)),
                    None => return,
                },
            }
            event.prevent_default();
        })
    };
    let onclick = {
        let choose = choose.clone();
        Callback::from(move |event: MouseEvent| {
            let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let row = element.and_then(|element| element.closest("[role=option]").ok()?);
            if let Some(row) = row {
                choose(row.get_attribute("data-row").and_then(|row| row.parse().ok()));
                // The keys are the list's, whatever in it was pressed.
                focus::id(LIST);
            }
        })
    };
    let draw = {
        let (pages, cursor) = (pages.clone(), *cursor);
        Callback::from(move |at: u64| {
            let Some(row) = pages.row(at) else {
                return html! { <div key={at} class="connection unknown" role="presentation"></div> };
            };
            let is_selected = chosen == Some(row.connection);
            html! { <Row key={at} {at} {total} {row} facts={facts.clone()} {is_selected} is_active={cursor == Some(at)} /> }
        })
    };
    let see = {
        let (seen, pages) = (seen.clone(), pages.clone());
        Callback::from(move |window| {
            seen.set(window);
            pages.see(window);
        })
    };
    let sort = {
        let placed = placed.clone();
        Callback::from(move |order| placed.set(move |place| place.connection_order = order))
    };
    let active = cursor.map_or_else(|| "connection-all".to_owned(), |row| format!("connection-{row}"));
    let named = Named {
        role: "listbox",
        label: "Connections".into(),
        id: Some(LIST.into()),
        active: Some(active.into()),
        ..Named::default()
    };
    let all = html! {
        <div class={classes!("connection-all", chosen.is_none().then_some("selected"))} id="connection-all" role="option"
            aria-selected={chosen.is_none().to_string()} aria-setsize={(total + 1).to_string()} aria-posinset="1">
            <span>{"All connections"}</span><span class="grow"></span><span class="connection-counts">{words::counted(progress.messages, "message")}</span>
        </div>
    };
    html! {
        <section class="connections" aria-label="Connections">
            <div class="pane-head">
                <h2 class="pane-title">{"Connections"}</h2>
                <span class="pane-count">{words::count(total)}</span>
                <span class="grow"></span>
                <Sort {order} {sort} />
            </div>
            <div class="connection-list" {onkeydown} {onclick}>
                <Rows {named} head={all} {total} row={ROW} {draw} reveal={*reveal} seen={see} />
            </div>
            if total == 0 && is_over && !pages.is_old() {
                <p class="table-said dim">{"No WebSocket connection was found."}</p>
            }
        </section>
    }
}
