//! The TCP segments that carried a message.

use sockscope_core::session::api::{Answer, MessageName, Request, Span};
use yew::prelude::*;

use crate::engine::use_answer;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub message: MessageName,
}

/// The view.
#[component]
pub fn Packets(props: &Props) -> Html {
    let answered = use_answer(
        Some(Request::Packets { message: props.message, rows: Span { start: 0, length: 100 } }),
        0,
    );
    match answered.answer.as_deref() {
        Some(Answer::Packets(page)) => html! { <p>{page.total}{" packets"}</p> },
        _ => html! { <p class="dim">{answered.problem.map(|problem| problem.message)}</p> },
    }
}
