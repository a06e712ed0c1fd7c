//! A payload as bytes: offsets, hexadecimal and ASCII, selected in step, and what the bytes at the cursor are as numbers.

mod numbers;
mod row;
mod selection;

use std::ops::Range;
use std::rc::Rc;

use sockscope_core::session::api::{MessageName, Span, Stage};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use self::numbers::numbers;
use self::row::HexRow;
use self::selection::{Selection, Step};
use super::copy::{Form, use_copy};
use super::measure::use_columns;
use super::pages::{Byte, use_pages};
use crate::filter::{marks, use_words};
use crate::focus;
use crate::grid::{Named, Rows, Window};
use crate::icon::{Drawn, Icon};
use crate::words;

/// Height of a row, in pixels.
const ROW: f64 = 18.0;
/// Characters that a row of 16 bytes takes, with its edges.
const WIDE: u64 = 80;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// How far its bytes are decoded.
    pub stage: Stage,
    /// An offset that the cursor is put on.
    #[prop_or_default]
    pub start: Option<u64>,
    /// Told when there is something to see.
    pub on_seen: Callback<()>,
    /// Told what was copied.
    pub tell: Callback<String>,
}

/// The view.
#[component]
pub fn Hex(props: &Props) -> Html {
    let window = use_state_eq(Window::default);
    let selection = use_state_eq(|| Selection::at(props.start.unwrap_or_default()));
    let reveal = use_state(|| None::<(u64, u64)>);
    let grid = use_node_ref();
    let width = if use_columns(&grid) >= WIDE { 16 } else { 8 };
    let wanted = Span {
        start: window.first.saturating_mul(width),
        // Eight more, so that a number at the end of the last row is known.
        length: (window.count.max(1)).saturating_mul(width) + 8,
    };
    let pages = use_pages(props.message, props.stage, wanted);
    let total = pages.total.unwrap_or_default();
    let copy = use_copy(props.message, props.stage, props.tell.clone());

    let go = {
        let (selection, reveal) = (selection.clone(), reveal.clone());
        Callback::from(move |to: Selection| {
            selection.set(to);
            let times = reveal.map_or(0, |(_, times)| times + 1);
            reveal.set(Some((to.cursor / width, times)));
        })
    };
    use_effect_with((props.message, props.stage, props.start, total > 0), {
        let go = go.clone();
        move |(_, _, start, _): &(MessageName, Stage, Option<u64>, bool)| {
            go.emit(Selection::at(start.unwrap_or_default()));
        }
    });

    use_effect_with(pages.total.is_some(), {
        let on_seen = props.on_seen.clone();
        move |is_seen: &bool| {
            if *is_seen {
                on_seen.emit(());
            }
        }
    });

    let pointed = |event: &MouseEvent| -> Option<u64> {
        let element = event.target()?.dyn_into::<Element>().ok()?;
        element.closest("[data-at]").ok()??.get_attribute("data-at")?.parse().ok()
    };
    let onmousedown = {
        let (selection, grid) = (selection.clone(), grid.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(offset) = pointed(&event) else { return };
            // Else the browser selects the letters too.
            event.prevent_default();
            focus::list_in(grid.cast());
            selection.set(if event.shift_key() { selection.to(offset) } else { Selection::at(offset) });
        })
    };
    let onmousemove = {
        let selection = selection.clone();
        Callback::from(move |event: MouseEvent| {
            if event.buttons() & 1 == 1
                && let Some(offset) = pointed(&event)
            {
                selection.set(selection.to(offset));
            }
        })
    };
    let onkeydown = {
        let (selection, go, copy, page) = (selection.clone(), go.clone(), copy.clone(), window.page);
        Callback::from(move |event: KeyboardEvent| {
            let ctrl = event.ctrl_key() || event.meta_key();
            let (start, end) = selection.range();
            match event.key().as_str() {
                "c" if ctrl => copy.emit((start, end, Form::Hex)),
                "a" if ctrl => selection.set(Selection { anchor: 0, cursor: total.saturating_sub(1) }),
                key => {
                    let Some(step) = Step::of_key(key, ctrl, page) else { return };
                    let cursor = selection.moved(step, total, width);
                    go.emit(if event.shift_key() { selection.to(cursor) } else { Selection::at(cursor) });
                }
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };

    // What begins before the rows that are seen, or ends behind them, is marked as well.
    let words = use_words();
    let reach = words.iter().map(String::len).max().unwrap_or_default() as u64;
    let from = wanted.start.saturating_sub(reach);
    let nearby = if words.is_empty() {
        Vec::new()
    } else {
        pages.bytes(from, wanted.start.saturating_add(wanted.length).saturating_add(reach))
    };
    let found: Rc<[Range<u64>]> = marks::offsets(from, &nearby, &words).into();
    let draw = {
        let (pages, selection) = (pages.clone(), *selection);
        Callback::from(move |row: u64| {
            let start = row * width;
            let bytes: Vec<Byte> = (start..total.min(start + width)).map(|at| pages.byte(at)).collect();
            html! { <HexRow key={row} {row} {start} {bytes} {width} {selection} found={found.clone()} /> }
        })
    };
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    let (start, end) = selection.range();
    let count = end.min(total).saturating_sub(start);
    let here = pages.bytes(start, (start + 8).min(total));
    let copied = |form: Form, name: &'static str| {
        let copy = copy.clone();
        let onclick = Callback::from(move |_: MouseEvent| copy.emit((start, end.min(total), form)));
        html! { <button class="button small" {onclick} title={format!("Copy the selected bytes as {name}")}><Drawn icon={Icon::Copy} />{name}</button> }
    };
    let row = selection.cursor / width;
    let named = Named {
        role: "grid",
        label: "Payload bytes".into(),
        active: window.shows(row).then(|| format!("hex-row-{row}").into()),
        ..Named::default()
    };
    html! {
        <div class="payload-hex mono">
            <div class="hex-grid" ref={grid} {onmousedown} {onmousemove} {onkeydown}>
                <Rows {named} total={total.div_ceil(width)} row={ROW} {draw} {seen} reveal={*reveal} />
            </div>
            <div class="payload-foot" id="hex-selected">
                if count > 0 {
                    <span class="foot-line">
                        <b role="status">{format!("{} · 0x{start:x}", words::count(start))}</b>
                        <span class="dim">{words::counted(count, "byte")}</span>
                        <span class="grow"></span>
                        {copied(Form::Hex, "hex")}
                        {copied(Form::Text, "text")}
                    </span>
                    <div class="hex-numbers" role="table" aria-label="The bytes at the cursor as numbers">
                        { for numbers(&here).into_iter().map(|number| html! {
                            <div role="row">
                                <span class="dim" role="rowheader">{number.name}</span>
                                <span role="cell" title="The least significant byte first">{number.little}<i>{"LE"}</i></span>
                                <span role="cell" title="The most significant byte first">{number.big}<i>{"BE"}</i></span>
                            </div>
                        }) }
                    </div>
                }
            </div>
        </div>
    }
}
