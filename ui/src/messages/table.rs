//! The table itself: its rows, which one is selected, and what keys and the pointer do in it.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, MessageRow, Request, SessionState, Span, Target};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::cell_menu::{self, Cell};
use super::columns::Column;
use super::head::{self, Head};
use super::layout::Columns;
use super::row::{self, Look, Row};
use crate::engine::{Told, use_client, use_progress};
use crate::filter::{use_found, use_searches};
use crate::findings::use_findings;
use crate::focus;
use crate::grid::{Named, Pages, Rows, Window, step, use_pages};
use crate::inspector::VIEW;
use crate::menu::{Menu, Opened};
use crate::place::address::use_message_link;
use crate::place::{FOUND, use_place};
use crate::settings::use_settings;
use crate::style;
use crate::told::use_told;

/// Height of a row, in pixels.
const ROW: f64 = 24.0;
/// By what the table is found, to focus it.
pub const TABLE: &str = "messages-table";

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The columns.
    pub columns: Columns,
    /// A row that somebody wants to go to, and a number that changes with each wish.
    pub wanted: Option<(u64, u64)>,
    /// Told how many rows there are, and whether they were all counted.
    pub counted: Callback<(u64, bool)>,
}

/// The table of messages.
#[component]
pub fn Table(props: &Props) -> Html {
    let client = use_client();
    let placed = use_place();
    let progress = use_progress();
    let findings = use_findings();
    let found = use_found();
    let link = use_message_link();
    let zone = use_settings().settings.zone;
    let grid = use_node_ref();
    let cursor = use_state_eq(|| None::<u64>);
    let column = use_state_eq(|| Column::Preview);
    let reveal = use_state_eq(|| None::<(u64, u64)>);
    let menu = use_state(|| None::<Opened>);
    let page = use_mut_ref(|| 1_u64);
    let (told, tell) = use_told();
    // A row that is selected as soon as it is known.
    let awaited = use_mut_ref(|| None::<u64>);
    let wishes = use_mut_ref(|| 0_u64);

    let place = &placed.place;
    let (connection, order, filter) = (place.connection, place.order, place.expression());
    let is_restricted = !filter.is_empty() || connection.is_none();
    let question =
        Request::Messages { connection, rows: Span { start: 0, length: 0 }, order, filter: filter.clone() };
    let is_over = progress.state != SessionState::Reading;
    let appends = order == FOUND;
    let fresh = progress.messages * 2 + u64::from(is_over) + (use_searches() << 40);
    let pages: Pages<MessageRow> = use_pages(question.clone(), appends, fresh, |answer| match answer {
        Answer::Messages(page) => Some(page),
        _ => None,
    });
    let total = pages.total();

    let is_one = connection.is_some() || (progress.connections == 1 && is_over);
    let shown: Vec<Column> = props.columns.layout.shown(is_one).map(|placed| placed.column).collect();
    let look = Rc::new(Look {
        columns: shown.clone(),
        times: props.columns.layout.times,
        zone,
        start: progress.start,
        findings,
        words: found.words().clone(),
    });

    let scroll_to = {
        let reveal = reveal.clone();
        Rc::new(move |row: u64| {
            *wishes.borrow_mut() += 1;
            reveal.set(Some((row, *wishes.borrow())));
        })
    };
    let select = {
        let (pages, placed, cursor, scroll_to, awaited) =
            (pages.clone(), placed.clone(), cursor.clone(), scroll_to.clone(), awaited.clone());
        Rc::new(move |row: u64| {
            cursor.set(Some(row));
            scroll_to(row);
            *awaited.borrow_mut() = Some(row);
            take(&pages, &placed, &awaited);
        })
    };

    use_effect_with(
        (pages.heard(), pages.counted(), props.counted.clone()),
        |(heard, is_counted, counted)| {
            counted.emit((*heard, *is_counted));
        },
    );
    use_effect({
        let (pages, placed, awaited) = (pages.clone(), placed.clone(), awaited.clone());
        move || take(&pages, &placed, &awaited)
    });
    use_effect_with(props.wanted, {
        let select = select.clone();
        move |wanted| {
            if let Some((row, _)) = *wanted {
                select(row);
            }
        }
    });
    // The selected message stays where a filter, an order or somebody else's choice puts it.
    use_effect_with((client.clone(), place.message, question, is_over), {
        let (pages, cursor, scroll_to, awaited) =
            (pages.clone(), cursor.clone(), scroll_to.clone(), awaited.clone());
        move |(client, message, ..): &(_, Option<MessageName>, Request, bool)| {
            let at_cursor = cursor.and_then(|row| pages.row(row)).map(|row| name(&row));
            let asking = message.filter(|_| pages.is_old() || at_cursor != *message).map(|message| {
                *awaited.borrow_mut() = None;
                let told = Callback::from(move |told| {
                    if let Told::Answer { answer, .. } = told
                        && let Answer::Row(row) = *answer
                    {
                        cursor.set(row);
                        if let Some(row) = row {
                            scroll_to(row);
                        }
                    }
                });
                let target = Target::Message(message);
                client.ask(Request::GoTo { target, connection, order, filter }, told)
            });
            move || drop(asking)
        }
    });
    use_effect_with((grid.clone(), props.columns.layout.clone()), |(grid, layout)| {
        let widths: Vec<(String, String)> = (layout.columns.iter())
            .map(|placed| (format!("--w-{}", placed.column.id()), format!("{}px", placed.width)))
            .collect();
        let widths: Vec<(&str, String)> =
            widths.iter().map(|(name, width)| (name.as_str(), width.clone())).collect();
        style::set(grid, &widths);
    });

    let open_cell = {
        let (pages, placed, look, menu, client) =
            (pages.clone(), placed.clone(), look.clone(), menu.clone(), client.clone());
        let tell = tell.reform(|words: String| words.into());
        move |at: u64, column: Column, place: (f64, f64)| {
            let Some(row) = pages.row(at) else { return };
            let above = at.checked_sub(1).and_then(|above| pages.row(above));
            let text = row::text(column, &row, above.as_deref(), &look);
            let link = link.emit(name(&row));
            let cell = Cell { row: (*row).clone(), column, text };
            menu.set(Some(Opened {
                at: place,
                name: "Message".into(),
                items: cell_menu::items(&cell, &placed, &client, &link, &tell),
            }));
        }
    };
    let onkeydown = {
        let (cursor, column, select, page, grid, shown, open_cell) = (
            cursor.clone(),
            column.clone(),
            select.clone(),
            page.clone(),
            grid.clone(),
            shown.clone(),
            open_cell.clone(),
        );
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let beside = |by: isize| {
                let at = shown.iter().position(|shown| *shown == *column).unwrap_or_default();
                at.checked_add_signed(by).and_then(|at| shown.get(at)).copied()
            };
            match (key.as_str(), *cursor) {
                ("ArrowLeft", _) => beside(-1).into_iter().for_each(|to| column.set(to)),
                ("ArrowRight", _) => beside(1).into_iter().for_each(|to| column.set(to)),
                ("Enter", Some(_)) => {
                    focus::id(VIEW);
                }
                ("ContextMenu", Some(at)) => open_cell(at, *column, place_of(&grid, at, *column)),
                ("F10", Some(at)) if event.shift_key() => {
                    open_cell(at, *column, place_of(&grid, at, *column));
                }
                (key, from) => match step(key, from, total, *page.borrow()) {
                    Some(to) => select(to),
                    None => return,
                },
            }
            event.prevent_default();
        })
    };
    let onclick = {
        let (select, column) = (select.clone(), column.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some((row, at)) = cell_at(&event) {
                column.set(at.unwrap_or(*column));
                select(row);
                // The keys are the table's, whatever in it was pressed.
                focus::id(TABLE);
            }
        })
    };
    let oncontextmenu = {
        let (select, column) = (select.clone(), column.clone());
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            if let Some((row, at)) = cell_at(&event) {
                let at = at.unwrap_or(*column);
                column.set(at);
                select(row);
                open_cell(row, at, (f64::from(event.client_x()), f64::from(event.client_y())));
            }
        })
    };
    let sort = {
        let placed = placed.clone();
        Callback::from(move |order| placed.set(move |place| place.order = order))
    };
    let open_head = {
        let (menu, columns, sort) = (menu.clone(), props.columns.clone(), sort.clone());
        Callback::from(move |(column, at): (Column, (f64, f64))| {
            let items = head::items(Some(column), &columns, &sort);
            menu.set(Some(Opened { at, name: column.name().into(), items }));
        })
    };
    let close = {
        let menu = menu.clone();
        Callback::from(move |()| menu.set(None))
    };
    let draw = {
        let (pages, look, message, active) = (pages.clone(), look, place.message, (*cursor, *column));
        Callback::from(move |at: u64| {
            let Some(row) = pages.row(at) else {
                let class = classes!("message", "unknown", (at % 2 == 1).then_some("odd"));
                return html! { <div key={at} {class} role="row" aria-rowindex={(at + 2).to_string()} aria-busy="true"></div> };
            };
            let is_selected = message == Some(name(&row));
            let is_found = found.contains(name(&row));
            let active = (active.0 == Some(at)).then_some(active.1);
            let above = at.checked_sub(1).and_then(|above| pages.row(above));
            html! { <Row key={at} {at} {row} {above} look={look.clone()} {is_selected} {is_found} {active} /> }
        })
    };
    let seen = {
        let (pages, page) = (pages.clone(), page);
        Callback::from(move |window: Window| {
            *page.borrow_mut() = window.page;
            pages.see(window);
        })
    };
    let named = Named {
        role: "grid",
        label: "Messages".into(),
        id: Some(TABLE.into()),
        active: cursor.map(|row| format!("message-{row}-{}", column.id()).into()),
        size: Some((total + 1, shown.len())),
        is_busy: pages.is_old(),
    };
    let head = html! { <Head {shown} columns={props.columns.clone()} {order} {sort} menu={open_head} /> };
    html! {
        <>
            <div class={classes!("table", pages.is_old().then_some("old"))} ref={grid} {onkeydown} {onclick} {oncontextmenu}>
                <Rows {named} {head} {total} row={ROW} follow=true {draw} reveal={*reveal} {seen} />
            </div>
            if let Some(problem) = pages.problem() {
                <p class="table-said bad" role="alert">{problem.message}</p>
            } else if total == 0 && !pages.is_old() {
                <p class="table-said dim">{match (is_over, is_restricted) {
                    (false, _) => "No message yet.",
                    (true, true) => "No message is left by what is chosen.",
                    (true, false) => "This connection carried no message.",
                }}</p>
            }
            <p class="table-told" role="status">{told}</p>
            if let Some(opened) = &*menu {
                <Menu opened={opened.clone()} {close} />
            }
        </>
    }
}

/// The message's name.
pub fn name(row: &MessageRow) -> MessageName {
    MessageName { connection: row.connection, message: row.message }
}

/// Selects the awaited row, if it is known by now.
fn take(pages: &Pages<MessageRow>, placed: &crate::place::Placed, awaited: &std::cell::RefCell<Option<u64>>) {
    if pages.is_old() {
        return;
    }
    let row = awaited.borrow().and_then(|row| pages.row(row));
    if let Some(row) = row {
        *awaited.borrow_mut() = None;
        let name = name(&row);
        placed.set(move |place| place.message = Some(name));
    }
}

/// The row and the column at which the pointer is.
fn cell_at(event: &MouseEvent) -> Option<(u64, Option<Column>)> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    let row = element.closest("[data-row]").ok()??.get_attribute("data-row")?.parse().ok()?;
    let column = element.closest("[data-column]").ok()?.and_then(|cell| cell.get_attribute("data-column"));
    Some((row, column.and_then(|column| Column::of(&column))))
}

/// Where a menu of a cell opens.
fn place_of(grid: &NodeRef, row: u64, column: Column) -> (f64, f64) {
    let selector = format!("#message-{row} [data-column={}]", column.id());
    let cell = grid.cast::<Element>().and_then(|grid| grid.query_selector(&selector).ok()?);
    cell.map_or_else(Default::default, |cell| {
        let place = cell.get_bounding_client_rect();
        (place.left(), place.bottom())
    })
}
