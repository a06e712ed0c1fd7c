//! What a code means, as `sockscope explain` says it.

use sockscope_core::session::api::{Answer, Request};
use yew::prelude::*;

use crate::engine::use_answer;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The code.
    pub code: AttrValue,
}

/// The explanation.
#[component]
pub fn Explanation(props: &Props) -> Html {
    let answered = use_answer(Some(Request::Explain { code: props.code.to_string() }), 0);
    let Some(Answer::Explanation(told)) = answered.answer.as_deref() else { return html! {} };
    let asks = match told.rfc.is_empty() {
        true => "What it means".to_owned(),
        false => format!("What the standard asks ({})", told.rfc),
    };
    html! {
        <details class="explanation" open={told.causes.is_empty()}>
            <summary>{"What it means, and what to do"}</summary>
            <h4>{asks}</h4><p>{&told.explanation}</p>
            <h4>{"Why it usually happens"}</h4><p>{&told.usual_cause}</p>
            <h4>{"What to do"}</h4><p>{&told.fix}</p>
            if !told.causes.is_empty() {
                <details>
                    <summary>{format!("Causes that are recognised ({})", told.causes.len())}</summary>
                    <dl>{ for told.causes.iter().map(|cause| html! {
                        <><dt class="mono">{&cause.name}</dt><dd>{&cause.sentence}<span class="dim">{" Fix: "}{&cause.fix}</span></dd></>
                    }) }</dl>
                </details>
            }
            if !told.grounds.is_empty() {
                <details>
                    <summary>{"It keeps silent unless all of this holds"}</summary>
                    <ul>{ for told.grounds.iter().map(|ground| html! { <li>{ground}</li> }) }</ul>
                </details>
            }
        </details>
    }
}
