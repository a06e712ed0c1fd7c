//! What was found wrong in the capture.

use sockscope_core::session::api::{Answer, Request};
use yew::prelude::*;

use crate::engine::use_answer;

/// The view.
#[component]
pub fn Diagnostics() -> Html {
    let answered = use_answer(Some(Request::DiagnosticGroups), 0);
    match answered.answer.as_deref() {
        Some(Answer::DiagnosticGroups(groups)) => {
            html! { <ul>{ for groups.iter().map(|group| html! { <li>{&group.code}</li> }) }</ul> }
        }
        _ => html! { <p class="dim">{answered.problem.map(|problem| problem.message)}</p> },
    }
}
