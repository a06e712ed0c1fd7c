//! Reads much of a payload, for what leaves the window: the clipboard, a file.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use sockscope_core::session::api::{Answer, MessageName, PayloadPart, Request, Span, Stage};
use yew::Callback;

use crate::engine::{Client, Told};

/// Bytes that are asked for at once.
pub const PIECE: u64 = 1 << 20;

/// A request's answer, for whoever reads one part after the other.
///
/// # Errors
///
/// Why it cannot be answered.
pub async fn ask(client: &Client, request: Request) -> Result<Rc<Answer>, String> {
    let told = Rc::new(RefCell::new((None::<Told>, None::<Waker>)));
    let hear = {
        let told = told.clone();
        Callback::from(move |answer| {
            let mut told = told.borrow_mut();
            told.0 = Some(answer);
            if let Some(waker) = told.1.take() {
                waker.wake();
            }
        })
    };
    let asking = client.ask(request, hear);
    let answer = poll_fn(|context| {
        let mut told = told.borrow_mut();
        match told.0.take() {
            Some(answer) => Poll::Ready(answer),
            None => {
                told.1 = Some(context.waker().clone());
                Poll::Pending
            }
        }
    })
    .await;
    drop(asking);
    match answer {
        Told::Answer { answer, .. } => Ok(answer),
        Told::Refused(problem) => Err(problem.message),
        Told::Cancelled => Err("It was cancelled.".to_owned()),
    }
}

/// Gives the bytes from `start` to `end` piece by piece, until there are no more or `each` has enough.
///
/// # Errors
///
/// The capture cannot be read any more.
pub async fn each_part(
    client: &Client,
    message: MessageName,
    stage: Stage,
    (start, end): (u64, u64),
    mut each: impl FnMut(&PayloadPart) -> bool,
) -> Result<(), String> {
    let mut at = start;
    while at < end {
        let bytes = Span { start: at, length: PIECE.min(end - at) };
        let answer = ask(client, Request::Payload { message, stage, bytes }).await?;
        let Answer::Payload(part) = &*answer else { return Err("The engine gave another answer.".into()) };
        if part.bytes.is_empty() || !each(part) {
            return Ok(());
        }
        at += part.bytes.len() as u64;
    }
    Ok(())
}
