//! The handshake of a connection.

use sockscope_core::session::api::{Answer, Request};
use yew::prelude::*;

use crate::engine::use_answer;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub connection: u64,
}

/// The view.
#[component]
pub fn Handshake(props: &Props) -> Html {
    let answered = use_answer(Some(Request::Handshake { connection: props.connection }), 0);
    match answered.answer.as_deref() {
        Some(Answer::Handshake(view)) => html! { <p>{&view.verdict}</p> },
        _ => html! { <p class="dim">{answered.problem.map(|problem| problem.message)}</p> },
    }
}
