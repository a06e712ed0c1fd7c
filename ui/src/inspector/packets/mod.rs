//! The TCP segments that carried a message, copies among them.

mod told;

use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, PacketView, Page, Request, Span, Timestamp};
use yew::prelude::*;

use crate::clipboard::CopyButton;
use crate::engine::use_answer;
use crate::grid::{Named, Rows, Window, step};
use crate::moment::{self, delta};
use crate::settings::{Zone, use_settings};
use crate::{style, words};
use told::{Fate, explain, fate, wireshark};

/// Height of a row, in pixels: two lines.
const ROW: f64 = 42.0;
/// Packets that a filter names at most: Wireshark takes no longer ones.
const NAMED: usize = 1_000;
/// Rows of one answer: more than a message of ten megabytes has.
const PART: u64 = 10_000;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub message: MessageName,
}

/// The view.
#[component]
pub fn Packets(props: &Props) -> Html {
    let window = use_state_eq(Window::default);
    let zone = use_settings().settings.zone;
    // A choice holds for its own message only.
    let chosen = use_state_eq(|| (props.message, None::<u64>));
    let chosen_row = if chosen.0 == props.message { chosen.1 } else { None };
    // Copies come on top of the rows that are asked for, so that rows can only be counted within one answer.
    let part = use_state_eq(|| (props.message, 0_u64));
    let part_shown = if part.0 == props.message { part.1 } else { 0 };
    let rows = Span { start: part_shown * PART, length: PART };
    let answered = use_answer(Some(Request::Packets { message: props.message, rows }), 0);
    let (total, in_all) = match answered.answer.as_deref() {
        Some(Answer::Packets(page)) => (page.rows.len() as u64, page.total),
        _ => (0, 0),
    };
    // A short list is as high as its rows and their titles; a long one as high as there is room.
    let grid = use_node_ref();
    use_effect_with((grid.clone(), total), |(grid, total): &(NodeRef, u64)| {
        style::set(grid, &[("height", format!("{}px", (*total + 1) as f64 * ROW + 2.0))]);
    });
    if let Some(problem) = &answered.problem {
        return html! { <p class="bad" role="alert">{&problem.message}</p> };
    }
    let Some(Answer::Packets(page)) = answered.answer.as_deref() else {
        return html! { <p class="dim" aria-busy="true">{"Reading the packets …"}</p> };
    };
    let page = Rc::new(page.clone());
    let choose = {
        let (chosen, message) = (chosen.clone(), props.message);
        Callback::from(move |row: u64| chosen.set((message, Some(row))))
    };
    let draw = {
        let (page, choose) = (page.clone(), choose.clone());
        Callback::from(move |row: u64| draw(&page, row, zone, chosen_row == Some(row), &choose))
    };
    let onkeydown = {
        let page = window.page;
        Callback::from(move |event: KeyboardEvent| {
            let Some(to) = step(&event.key(), chosen_row, total, page) else { return };
            event.prevent_default();
            event.stop_propagation();
            choose.emit(to);
        })
    };
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    let step = |by: i64, label: &'static str, sign: &'static str| {
        let to = part_shown.checked_add_signed(by).filter(|to| to * PART < in_all);
        let (part, message) = (part.clone(), props.message);
        let onclick = Callback::from(move |_| part.set((message, to.unwrap_or(part_shown))));
        html! { <button class="button step" aria-label={label} title={label} disabled={to.is_none()} {onclick}>{sign}</button> }
    };
    let selected = chosen_row.and_then(|row| at(&page, row));
    let filter = match selected {
        Some(packet) => wireshark(&[packet.packet]),
        None => wireshark(&page.rows.iter().take(NAMED).map(|packet| packet.packet).collect::<Vec<_>>()),
    };
    let copies = page.rows.iter().filter(|packet| packet.retransmitted).count() as u64;
    let active = chosen_row.filter(|row| window.shows(*row));
    let named = Named {
        role: "grid",
        label: "TCP segments".into(),
        active: active.map(|row| format!("packet-{row}").into()),
        size: Some((total + 1, 6)),
        ..Named::default()
    };
    let titles = html! {
        <div class="packet packet-titles" role="row" aria-rowindex="1">
            <span role="columnheader" class="number">{"packet"}</span>
            <span role="columnheader">{"time"}</span>
            <span role="columnheader" class="number">{"Δ"}</span>
            <span role="columnheader" class="number">{"length"}</span>
            <span role="columnheader" class="number">{"taken"}</span>
            <span role="columnheader" class="packet-sequence">{"sequence → acknowledged"}</span>
        </div>
    };
    html! {
        <div class="packets">
            <div class="packets-head">
                <h3>{words::counted(in_all, "TCP segment")}</h3>
                if in_all > total {
                    {step(-1, "Earlier segments", "‹")}
                    <span class="dim">{format!("from {}", words::count(part_shown * PART + 1))}</span>
                    {step(1, "Later segments", "›")}
                }
                if copies > 0 {
                    <span class="warn">{format!("↻ {copies} repeated")}</span>
                }
                <span class="grow"></span>
                if !page.rows.is_empty() {
                    <CopyButton text={filter.clone()} words="Copy as filter" label={format!("Copy as filter for Wireshark: {filter}")} />
                }
            </div>
            <div class="packets-grid" ref={grid} {onkeydown}>
                <Rows {named} head={titles} {total} row={ROW} {draw} {seen} reveal={chosen_row.map(|row| (row, row))} />
            </div>
            <p class="packet-told" role="status" aria-live="polite">
                { match selected {
                    Some(packet) => html! { <><b>{format!("Packet {}: ", words::count(packet.packet))}</b>{explain(packet)}</> },
                    None => html! { <span class="dim">{"Numbers are those of Wireshark. Select a packet to see what was taken from it."}</span> },
                } }
            </p>
        </div>
    }
}

fn at(page: &Page<PacketView>, row: u64) -> Option<&PacketView> {
    page.rows.get(usize::try_from(row).ok()?)
}

fn draw(page: &Page<PacketView>, row: u64, zone: Zone, is_selected: bool, choose: &Callback<u64>) -> Html {
    let onclick = {
        let choose = choose.clone();
        Callback::from(move |_| choose.emit(row))
    };
    let index = (row + 2).to_string();
    let Some(packet) = at(page, row) else {
        return html! { <div class="packet" role="row" aria-rowindex={index} aria-busy="true" /> };
    };
    let before = row.checked_sub(1).and_then(|row| at(page, row)).and_then(|before| before.time);
    let since = |time: Timestamp| before.map(|before| delta(before, time));
    let fate = fate(packet);
    let (sign, word) = fate.mark();
    let classes =
        classes!("packet", is_selected.then_some("selected"), (fate != Fate::Taken).then_some("is-copy"),);
    html! {
        <div class={classes} role="row" id={format!("packet-{row}")} aria-rowindex={index} aria-selected={is_selected.to_string()}
            data-packet={packet.packet.to_string()} {onclick}>
            <span role="gridcell" class="number">{words::count(packet.packet)}</span>
            <span role="gridcell" title={packet.time.map(|time| moment::whole(time, zone))}>{packet.time.map(|time| moment::clock(time, zone))}</span>
            <span role="gridcell" class="number dim">{packet.time.and_then(since)}</span>
            <span role="gridcell" class="number">{words::count(packet.length.into())}</span>
            <span role="gridcell" class="number">{words::count(packet.taken)}</span>
            <span role="gridcell" class="packet-sequence dim">
                {packet.sequence}{" → "}{packet.acknowledgement.map_or_else(|| "none".to_owned(), |number| number.to_string())}
                if !word.is_empty() { <span class="warn">{format!("  {sign} {word}")}</span> }
            </span>
        </div>
    }
}
