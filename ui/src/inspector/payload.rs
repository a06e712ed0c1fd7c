//! The payload of a message.

use sockscope_core::session::api::{Answer, MessageName, Request, Span, Stage};
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
pub fn Payload(props: &Props) -> Html {
    let answered = use_answer(
        Some(Request::Payload {
            message: props.message,
            stage: Stage::Application,
            bytes: Span { start: 0, length: 4096 },
        }),
        0,
    );
    match answered.answer.as_deref() {
        Some(Answer::Payload(part)) => {
            html! { <pre class="mono">{String::from_utf8_lossy(&part.bytes).into_owned()}</pre> }
        }
        _ => html! { <p class="dim">{answered.problem.map(|problem| problem.message)}</p> },
    }
}
