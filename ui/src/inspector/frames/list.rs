//! The frames of a message in a compact list, of which only the rows on the screen are asked for.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, FrameView, MessageName, Page, Request, Span};
use yew::prelude::*;

use crate::engine::use_answer;
use crate::grid::{Named, Rows, Window, step};
use crate::{style, words};

/// Height of a row, in pixels.
const ROW: f64 = 22.0;
/// Rows that are seen at once.
const SEEN: u64 = 6;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whose frames.
    pub message: MessageName,
    /// How many.
    pub total: u64,
    /// The one that is looked at.
    pub chosen: u64,
    /// Takes another one.
    pub choose: Callback<u64>,
}

/// The list.
#[component]
pub fn List(props: &Props) -> Html {
    let window = use_state_eq(Window::default);
    let rows = Span { start: window.first.saturating_sub(10), length: window.count + 20 };
    let answered = use_answer(Some(Request::Frames { message: props.message, rows }), 0);
    let page = match (answered.answer.as_deref(), answered.to.as_deref()) {
        (Some(Answer::Frames(page)), Some(Request::Frames { message, .. })) if *message == props.message => {
            page.clone()
        }
        _ => Page { total: props.total, counted: false, start: 0, rows: Vec::new() },
    };
    let draw = {
        let (page, choose, chosen, total) = (Rc::new(page), props.choose.clone(), props.chosen, props.total);
        Callback::from(move |number: u64| {
            let frame =
                number.checked_sub(page.start).and_then(|at| page.rows.get(usize::try_from(at).ok()?));
            let choose = choose.clone();
            let onclick = Callback::from(move |_| choose.emit(number));
            html! {
                <div class={classes!("frames-row", (number == chosen).then_some("selected"))} role="option"
                    id={format!("frame-{number}")} aria-selected={(number == chosen).to_string()}
                    aria-posinset={(number + 1).to_string()} aria-setsize={total.to_string()} {onclick}>
                    <span class="number faint">{words::count(number + 1)}</span>
                    if let Some(frame) = frame { {facts(frame)} }
                </div>
            }
        })
    };
    let onkeydown = {
        let (choose, chosen, total, page) = (props.choose.clone(), props.chosen, props.total, window.page);
        Callback::from(move |event: KeyboardEvent| {
            let Some(to) = step(&event.key(), Some(chosen), total, page) else { return };
            event.prevent_default();
            event.stop_propagation();
            choose.emit(to);
        })
    };
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    // A short list is as high as its rows.
    let list = use_node_ref();
    use_effect_with((list.clone(), props.total), |(list, total): &(NodeRef, u64)| {
        style::set(list, &[("height", format!("{}px", (*total).min(SEEN) as f64 * ROW + 2.0))]);
    });
    let named = Named {
        role: "listbox",
        label: "Frames of the message".into(),
        active: window.shows(props.chosen).then(|| format!("frame-{}", props.chosen).into()),
        ..Named::default()
    };
    html! {
        <div class="frames-list" ref={list} {onkeydown}>
            <Rows {named} total={props.total} row={ROW} reveal={Some((props.chosen, props.chosen))} {draw} {seen} />
        </div>
    }
}

fn facts(frame: &FrameView) -> Html {
    let row = &frame.row;
    html! {
        <>
            <span>{&row.opcode_name}</span>
            <span class="dim">{if row.fin { "FIN" } else { "" }}</span>
            <span class="number">{words::counted(row.length, "byte")}</span>
            <span class="dim">{format!("packet {}", words::count(row.packet))}</span>
            if row.complete == Some(false) {
                <span class="warn">{"⚠ bytes lost"}</span>
            }
        </>
    }
}
