//! The JSON in a payload, laid out in lines.

use std::rc::Rc;

use sockscope_core::session::api::{Answer, MessageName, Request};
use yew::prelude::*;

use super::cut_at;
use super::lines::Lines;
use super::listing::Listing;
use super::piece::pieces;
use crate::engine::use_answer;
use crate::filter::{marks, use_words};
use crate::grid::Window;
use crate::inspector::payload::measure::use_columns;
use crate::words;

/// Bytes that are laid out at most.
const MOST: u64 = 4 << 20;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which message.
    pub message: MessageName,
    /// Lines are wrapped at the edge.
    pub is_wrapped: bool,
}

/// The view.
#[component]
pub fn Pretty(props: &Props) -> Html {
    let node = use_node_ref();
    let window = use_state_eq(Window::default);
    let columns = cut_at(use_columns(&node), props.is_wrapped);
    let request = Request::JsonPretty { message: props.message, most: MOST };
    let answered = use_answer(Some(request.clone()), 0);
    let is_new = answered.to.as_deref() == Some(&request);
    let answer = answered.answer.clone().filter(|_| is_new);
    let lines =
        use_memo((answer.clone(), columns), |(answer, columns): &(Option<Rc<Answer>>, Option<u64>)| {
            let mut lines = Lines::new(columns.unwrap_or(1));
            if let (Some(Answer::JsonPretty(pretty)), Some(_)) = (answer.as_deref(), columns) {
                lines.read(pretty.text.as_bytes(), &[]);
                lines.finish();
            }
            lines
        });
    let (text, is_cut) = match answer.as_deref() {
        Some(Answer::JsonPretty(pretty)) => (pretty.text.as_str(), pretty.cut),
        _ => ("", false),
    };
    let (first, count) = (window.first.min(lines.rows()), window.count);
    let span = lines.span(first, count);
    let part = |start: u64, end: u64| {
        let place = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        text.as_bytes().get(place(start)..place(end)).unwrap_or_default()
    };
    let bytes = part(span.start, span.start + span.length);
    let found = marks::offsets(span.start, bytes, &use_words());
    let rows = lines.cut(first, count, bytes, &[]).into_iter();
    let rows = rows.map(|row| (row, pieces(row.start, part(row.start, row.end), &[], &found)));
    let seen = {
        let window = window.clone();
        Callback::from(move |seen| window.set(seen))
    };
    html! {
        <>
            <Listing {node} total={lines.rows()} {first} rows={rows.collect::<Vec<_>>()} {seen} />
            if is_cut {
                <p class="payload-foot dim">{format!("Only the first {} are laid out.", words::size(MOST))}</p>
            }
            if let Some(problem) = &answered.problem {
                <p class="payload-foot bad">{&problem.message}</p>
            }
        </>
    }
}
