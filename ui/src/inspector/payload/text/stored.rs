//! The text of a payload, read by range: first where its rows begin, one piece after the other; then the rows that are seen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use sockscope_core::session::api::{MessageName, Stage};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::cut_at;
use super::lines::Lines;
use super::listing::Listing;
use super::piece::pieces;
use crate::engine::{Client, use_client};
use crate::filter::{marks, use_words};
use crate::grid::Window;
use crate::inspector::payload::measure::use_columns;
use crate::inspector::payload::pages::use_pages;
use crate::inspector::payload::reading::each_part;
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// Lines are wrapped at the edge.
    pub is_wrapped: bool,
    /// Told when there is something to see.
    pub on_seen: Callback<()>,
}

/// The view.
#[component]
pub fn Stored(props: &Props) -> Html {
    let node = use_node_ref();
    let window = use_state_eq(Window::default);
    let columns = cut_at(use_columns(&node), props.is_wrapped);
    let (lines, total) = use_lines(props.message, columns);
    let lines = lines.borrow();
    let (first, count) = (window.first.min(lines.rows()), window.count);
    let span = lines.span(first, count);
    let pages = use_pages(props.message, Stage::Application, span);
    let bytes = pages.bytes(span.start, span.start + span.length);
    let found = marks::offsets(span.start, &bytes, &use_words());
    let rows = lines.cut(first, count, &bytes, &pages.holes).into_iter().map(|row| {
        let place = |offset: u64| usize::try_from(offset - span.start).unwrap_or(usize::MAX);
        let shown = bytes.get(place(row.start)..place(row.end)).unwrap_or_default();
        (row, pieces(row.start, shown, &pages.holes, &found))
    });
    use_effect_with(!bytes.is_empty(), {
        let on_seen = props.on_seen.clone();
        move |is_seen: &bool| {
            if *is_seen {
                on_seen.emit(());
            }
        }
    });
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    html! {
        <>
            <Listing {node} total={lines.rows()} {first} rows={rows.collect::<Vec<_>>()} {seen} />
            if !lines.is_whole() && total > 0 {
                <p class="payload-foot dim" role="status">{format!("{} of {} laid out", words::size(lines.length()), words::size(total))}</p>
            }
        </>
    }
}

/// The rows of a payload as far as they are known, and its length.
#[hook]
fn use_lines(message: MessageName, columns: Option<u64>) -> (Rc<RefCell<Lines>>, u64) {
    let client = use_client();
    let lines = use_mut_ref(|| Lines::new(1));
    let read = use_state(|| (0_u64, 0_u64));
    use_effect_with((client, message, columns), {
        let (lines, read) = (lines.clone(), read.clone());
        move |(client, message, columns): &(Client, MessageName, Option<u64>)| {
            let is_wanted = Rc::new(Cell::new(true));
            if let Some(columns) = *columns {
                lines.replace(Lines::new(columns));
                let (client, message, is_wanted) = (client.clone(), *message, is_wanted.clone());
                spawn_local(async move {
                    let told = each_part(&client, message, Stage::Application, (0, u64::MAX), |part| {
                        if is_wanted.get() {
                            let mut lines = lines.borrow_mut();
                            lines.read(&part.bytes, &part.holes);
                            if lines.length() >= part.total {
                                lines.finish();
                            }
                            read.set((lines.length(), part.total));
                        }
                        is_wanted.get()
                    });
                    // A payload that cannot be read has no lines; the view that holds this one says why.
                    let _ = told.await;
                    if is_wanted.get() {
                        lines.borrow_mut().finish();
                        read.set((u64::MAX, lines.borrow().length()));
                    }
                });
            }
            move || is_wanted.set(false)
        }
    });
    (lines, read.1)
}
