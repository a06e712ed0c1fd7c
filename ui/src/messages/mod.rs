//! The table of messages.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, MessageRow, Request, Side, Span, sanitise};
use yew::prelude::*;

use crate::engine::{use_answer, use_progress};
use crate::filter::use_tell_count;
use crate::grid::{Rows, Window};
use crate::place::use_place;
use crate::words;

/// Height of a row, in pixels.
const ROW: f64 = 24.0;
/// Rows that are asked for beyond those on the screen, at either end.
const MORE: u64 = 60;

/// The table of messages.
#[component]
pub fn Messages() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let window = use_state_eq(Window::default);
    let place = &placed.place;
    let request = Request::Messages {
        connection: place.connection,
        rows: Span { start: window.first.saturating_sub(MORE), length: window.count + 2 * MORE },
        order: place.order,
        filter: place.expression(),
    };
    let answered = use_answer(Some(request), progress.messages);
    let page = match answered.answer.as_deref() {
        Some(Answer::Messages(page)) => page.clone(),
        _ => Default::default(),
    };
    let total = page.total;
    use_tell_count(total, page.counted);
    let draw = {
        let (placed, page) = (placed.clone(), Rc::new(page));
        Callback::from(move |row: u64| {
            let found = row.checked_sub(page.start).and_then(|at| page.rows.get(usize::try_from(at).ok()?));
            let Some(found) = found else { return html! { <div class="message" /> } };
            let name = MessageName { connection: found.connection, message: found.message };
            let placed_now = placed.clone();
            let onclick = Callback::from(move |_| placed_now.set(move |place| place.message = Some(name)));
            html! { <Message row={found.clone()} is_selected={placed.place.message == Some(name)} {onclick} /> }
        })
    };
    html! {
        <section class="messages" aria-label="Messages">
            <div class="pane-head"><span>{"Messages"}</span><span class="grow"></span><span>{words::count(total)}</span></div>
            if let Some(problem) = &answered.problem {
                <p class="bad" role="alert">{&problem.message}</p>
            }
            <Rows {total} row={ROW} follow=true {draw} seen={let window = window.clone(); Callback::from(move |seen| window.set(seen))} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct MessageProps {
    row: MessageRow,
    is_selected: bool,
    onclick: Callback<MouseEvent>,
}

#[component]
fn Message(props: &MessageProps) -> Html {
    let row = &props.row;
    let (side, arrow) = match row.from {
        Some(Side::Client) => ("client", "▲"),
        Some(Side::Server) => ("server", "▼"),
        None => ("", ""),
    };
    let preview = row.payload.preview.as_deref().or(row.payload.text.as_deref()).unwrap_or_default();
    html! {
        <div class={classes!("message", props.is_selected.then_some("selected"))} onclick={props.onclick.clone()}>
            <span class="number faint">{words::count(row.message)}</span>
            <span class={side}>{arrow}</span>
            <span>{&row.opcode}</span>
            <span class="number">{words::count(row.length)}</span>
            <span class="dim preview">{sanitise::line(preview).into_owned()}</span>
        </div>
    }
}
