//! What the timeline asks for, and what it is drawn on.

use sockscope_core::session::api::{Answer, MessageName, Request, Span, TimeSpan};
use yew::prelude::*;

use super::span::slices;
use crate::engine::{Answered, use_answer, use_progress};
use crate::filter::use_searches;
use crate::pause::use_paced;
use crate::place::Place;
use crate::resized::use_resized;

/// How often it is asked again while a capture is read, in milliseconds.
const PACE: u32 = 300;
/// Packets of a message that are asked for its time.
const PACKETS: u64 = 256;

/// The counts of what is seen, asked again while more is found.
#[hook]
pub fn use_counts(place: &Place, seen: Option<TimeSpan>, width: f64) -> Answered {
    let progress = use_progress();
    // Errors may be found after the last message.
    let found = progress.messages + progress.errors + progress.warnings + (use_searches() << 40);
    let found = use_paced(found, PACE);
    let fresh = use_state_eq(|| 0);
    // The selected span restricts the rows, and not what it is selected from.
    let filter = Place { span: None, ..place.clone() }.expression();
    let request = (width > 0.0).then(|| Request::Timeline {
        slices: slices(width),
        span: seen,
        connection: place.connection,
        filter,
    });
    let answered = use_answer(request, *fresh);
    // A slow answer is not given up for a newer one.
    use_effect_with((answered.pending, found), move |&(is_pending, found): &(bool, u64)| {
        if !is_pending {
            fresh.set(found);
        }
    });
    answered
}

/// Whether this asks for all of the capture.
pub fn is_whole(request: &Request) -> bool {
    matches!(request, Request::Timeline { span: None, .. })
}

/// When the selected message was there.
#[hook]
pub fn use_selected_time(message: Option<MessageName>) -> Option<u64> {
    let request =
        message.map(|message| Request::Packets { message, rows: Span { start: 0, length: PACKETS } });
    let answered = use_answer(request.clone(), 0);
    if request.is_none() || answered.to.as_deref() != request.as_ref() {
        return None;
    }
    match answered.answer.as_deref() {
        Some(Answer::Packets(page)) => page.rows.iter().rev().find_map(|row| row.time).map(|time| time.0),
        _ => None,
    }
}

/// The width of an element, in pixels, as it changes.
#[hook]
pub fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| 0.0);
    use_resized(node, {
        let width = width.clone();
        move |element| width.set(f64::from(element.client_width()))
    });
    *width
}
