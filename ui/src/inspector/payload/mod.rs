//! The payload of a message: what the message is and means, and its bytes as a tree, as text, or as they are.

mod bar;
mod carried;
pub mod choice;
pub mod copy;
mod head;
mod hex;
mod meaning;
mod measure;
mod pages;
pub mod reading;
mod text;
mod tree;

pub use choice::Choices;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sockscope_core::session::api::{
    Answer, FrameView, MessageName, MessageRow, MessageView, Page, Problem, Request, Span, SubprotocolView,
};
use yew::prelude::*;

use self::bar::Bar;
use self::carried::Carried;
use self::choice::{Look, Offer};
use self::head::Head;
use self::hex::Hex;
use self::meaning::{Meaning, says_more};
use self::text::{Pretty, Stored};
use self::tree::Tree;
use crate::engine::{Answered, use_answer, use_progress};
use crate::place::use_place;

/// Bytes of a message that is shown before it is known what it means.
const LONG: u64 = 256 << 10;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which one.
    pub message: MessageName,
}

/// What is known of a message before its payload is looked at.
#[derive(Clone, PartialEq)]
struct Known {
    view: MessageView,
    means: SubprotocolView,
    frames: Page<FrameView>,
}

/// The view.
#[component]
pub fn Payload(props: &Props) -> Html {
    let placed = use_place();
    let told = use_state_eq(|| None::<(MessageName, AttrValue)>);
    let byte = use_state_eq(|| None::<(MessageName, u64)>);
    // The message before stays until all is known of the next one: nothing flickers while somebody steps.
    let shown = use_mut_ref(|| None::<(MessageName, Known)>);
    let seen = use_state_eq(|| None::<MessageName>);
    let (known, problem) = use_known(props.message, *seen == Some(props.message));
    if let Some(known) = known {
        shown.replace(Some((props.message, known)));
    }
    let shown = shown.borrow();
    let Some((message, known)) = &*shown else {
        return html! { <p class="dim">{problem.map(|problem| problem.message)}</p> };
    };
    let (message, Known { view, means, frames }) = (*message, known);
    let is_masked = frames.rows.iter().any(|frame| frame.row.masked);
    let json = means.json.as_ref();
    let choices = placed.place.payload;
    let offer = Offer::of(&view.row, is_masked, json, &beginning(&view.row), choices);
    let tell = {
        let told = told.clone();
        Callback::from(move |what: String| told.set(Some((message, what.into()))))
    };
    let show_byte = {
        let (placed, byte, kind) = (placed.clone(), byte.clone(), offer.kind);
        Callback::from(move |offset: u64| {
            byte.set(Some((message, offset)));
            placed.set(move |place| place.payload.choose_look(kind, Look::Hex));
        })
    };
    let on_seen = {
        let seen = seen.clone();
        Callback::from(move |()| seen.set(Some(message)))
    };
    // Each message has views of its own, which begin at its beginning.
    let key = format!("{}-{}-{:?}", message.connection, message.message, offer.stage);
    let of_this = |(of, value): &(MessageName, u64)| (*of == message).then_some(*value);
    let bytes = match (offer.look, json) {
        (Look::Json, Some(json)) => {
            html! { <Tree {key} {message} json={json.clone()} {show_byte} tell={tell.clone()} /> }
        }
        (Look::Text, Some(_)) if choices.is_pretty => {
            html! { <Pretty key={format!("{key}-pretty")} {message} is_wrapped={choices.is_wrapped} /> }
        }
        (Look::Text, _) => html! { <Stored {key} {message} is_wrapped={choices.is_wrapped} {on_seen} /> },
        _ => {
            let start = byte.as_ref().and_then(of_this);
            html! { <Hex {key} {message} stage={offer.stage} {start} {on_seen} tell={tell.clone()} /> }
        }
    };
    let told = (*told).clone().filter(|(of, _)| *of == message).map(|(_, what)| what);
    html! {
        <div class="payload" data-look={offer.look.name()}>
            <Head view={view.clone()} />
            if let Some(decoded) = means.decoded.clone().filter(says_more) {
                <Meaning {message} {decoded} />
            }
            <Bar {message} row={view.row.clone()} offer={offer.clone()} {told} {tell} />
            if let Some(problem) = problem {
                <p class="bad" role="alert">{problem.message}</p>
            }
            <div class="payload-view">{bytes}</div>
            <Carried {message} frames={frames.clone()} />
        </div>
    }
}

/// What is known of a message, once all of it is; or why it cannot be known. What a long one means is asked once its
/// bytes are seen.
#[hook]
fn use_known(message: MessageName, is_seen: bool) -> (Option<Known>, Option<Problem>) {
    let progress = use_progress();
    let view = use_answer(Some(Request::Message { message }), progress.errors + progress.warnings);
    // That takes a while to tell; bytes do not, so they come first.
    let is_long = match view.answer.as_deref() {
        Some(Answer::Message(view)) => view.row.length > LONG,
        _ => false,
    };
    let asks = is_of(&view, message) && (is_seen || !is_long);
    let means = use_answer(asks.then_some(Request::Meaning { message }), 0);
    let frames = use_answer(Some(Request::Frames { message, rows: Span { start: 0, length: 8 } }), 0);
    let told = [&view, &means, &frames].map(|answered| is_of(answered, message).then_some(answered));
    let problem = told.into_iter().flatten().find_map(|answered| answered.problem.clone());
    let [view, means, frames] = told.map(|answered| answered.and_then(|answered| answered.answer.as_deref()));
    let known = match (view, means, frames) {
        (Some(Answer::Message(view)), means, Some(Answer::Frames(frames))) if is_long || means.is_some() => {
            let means = match means {
                Some(Answer::Meaning(means)) => (**means).clone(),
                _ => SubprotocolView::default(),
            };
            Some(Known { view: (**view).clone(), means, frames: frames.clone() })
        }
        _ => None,
    };
    (known, problem)
}

/// What is told is about this message, not about the one before.
fn is_of(answered: &Answered, message: MessageName) -> bool {
    match answered.to.as_deref() {
        Some(
            Request::Message { message: of }
            | Request::Meaning { message: of }
            | Request::Frames { message: of, .. },
        ) => *of == message,
        _ => false,
    }
}

/// The first bytes of a payload, as its row has them.
fn beginning(row: &MessageRow) -> Vec<u8> {
    let columns = &row.payload;
    match (
        columns.text.as_ref().or(columns.preview.as_ref()),
        columns.base64.as_ref().or(columns.preview_base64.as_ref()),
    ) {
        (Some(text), _) => text.clone().into_bytes(),
        (None, Some(base64)) => STANDARD.decode(base64).unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}
