//! The frames of a message, one of them as the bit diagram of RFC 6455 §5.2 with the bytes that it came in.

mod bits;
mod cells;
mod diagram;
mod explained;
mod facts;
mod hex;
mod list;
mod pointed;
mod shown;

use sockscope_core::session::api::{Answer, MessageName, Request, Span};
use yew::prelude::*;

use crate::engine::use_answer;
use crate::words;
use list::List;
use shown::Shown;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub message: MessageName,
}

/// The view.
#[component]
pub fn Frames(props: &Props) -> Html {
    // A choice holds for its own message only.
    let chosen = use_state_eq(|| (props.message, 0_u64));
    let number = if chosen.0 == props.message { chosen.1 } else { 0 };
    let request = Request::Frames { message: props.message, rows: Span { start: number, length: 1 } };
    let answered = use_answer(Some(request), 0);
    let legacy = use_answer(Some(Request::Handshake { connection: props.message.connection }), 0);
    let is_legacy = matches!(legacy.answer.as_deref(), Some(Answer::Handshake(view)) if view.protocol.starts_with("hixie"));
    if let Some(problem) = &answered.problem {
        return html! { <p class="bad" role="alert">{&problem.message}</p> };
    }
    // Until the new answer comes, what is drawn is the old one's message.
    let (Some(Answer::Frames(page)), Some(Request::Frames { message, .. })) =
        (answered.answer.as_deref(), answered.to.as_deref())
    else {
        return html! { <p class="dim" aria-busy="true">{"Reading the frames …"}</p> };
    };
    let (total, message) = (page.total, *message);
    let choose = {
        let chosen = chosen.clone();
        let of = props.message;
        Callback::from(move |number: u64| chosen.set((of, number.min(total.saturating_sub(1)))))
    };
    let step = |by: i64, label: &'static str, sign: &'static str| {
        let to = number.checked_add_signed(by).filter(|&to| to < total);
        let choose = choose.clone();
        let onclick = Callback::from(move |_| {
            if let Some(to) = to {
                choose.emit(to);
            }
        });
        html! { <button class="button step" aria-label={label} title={label} disabled={to.is_none()} {onclick}>{sign}</button> }
    };
    html! {
        <div class="frames">
            <div class="frames-head">
                <h3>{format!("Frame {} of {}", words::count(number + 1), words::count(total))}</h3>
                <span class="grow"></span>
                if total > 1 {
                    {step(-1, "Previous frame", "‹")}
                    {step(1, "Next frame", "›")}
                }
            </div>
            if total > 1 {
                <List message={props.message} {total} chosen={number} choose={choose.clone()} />
            }
            if let Some(frame) = page.rows.first() {
                <Shown {message} frame={frame.clone()} {is_legacy} />
            } else {
                <p class="dim">{"The bytes of this frame's header were not captured."}</p>
            }
        </div>
    }
}
