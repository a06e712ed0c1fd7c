//! The timeline: how much was sent when, the client above the line and the server below it, and where something is wrong.
//! A span of it can be selected, which restricts the messages, and be looked at more closely, which does not.

mod control;
mod plot;
mod pointer;
mod readout;
mod scale;
mod span;
mod watched;

use std::rc::Rc;

use sockscope_core::session::api::{Answer, TimeSpan, Timeline as Counts};
use yew::prelude::*;

use crate::engine::use_progress;
use crate::place::use_place;
use crate::words;
use control::{Buttons, Ends, escape};
use plot::Plot;
use pointer::{Pointed, use_pointer, use_wheel};
use readout::Readout;
use scale::Measure;
use span::Ruler;
use watched::{use_counts, use_selected_time, use_width};

/// A time, as seconds since the capture's start.
pub fn since(time: u64, start: u64) -> String {
    match time.checked_sub(start) {
        Some(nanos) => format!("{} s", words::seconds(nanos)),
        None => format!("−{} s", words::seconds(start - time)),
    }
}

/// A span, as seconds since the capture's start, with no more digits than its length asks for: `0.778 – 0.860 s`.
pub fn span_since(span: TimeSpan, start: u64) -> String {
    let length = (span.end - span.start.min(span.end)) as f64 / 1e9;
    let digits = (2.0 - length.max(1e-9).log10().floor()).clamp(0.0, 9.0) as usize;
    // A float of seconds since the start keeps nanoseconds for a hundred days.
    let seconds = |time: u64| (i128::from(time) - i128::from(start)) as f64 / 1e9;
    format!("{:.digits$} – {:.digits$} s", seconds(span.start), seconds(span.end))
}

/// The timeline.
#[component]
pub fn Timeline() -> Html {
    let placed = use_place();
    let progress = use_progress();
    let node = use_node_ref();
    let width = use_width(&node);
    let measure = use_state_eq(Measure::default);
    let zoom = use_state_eq(|| None::<TimeSpan>);
    let whole = use_state_eq(|| None::<TimeSpan>);
    let answered = use_counts(&placed.place, *zoom, width);
    let counts: Rc<Counts> = match answered.answer.as_deref() {
        Some(Answer::Timeline(counts)) => Rc::new(counts.clone()),
        _ => Rc::default(),
    };
    let seen = TimeSpan { start: counts.start, end: counts.end };
    // Only what was asked without a span tells how far the capture goes.
    let is_whole = answered.to.as_deref().is_some_and(watched::is_whole);
    use_effect_with((is_whole, seen), {
        let whole = whole.clone();
        move |&(is_whole, seen): &(bool, TimeSpan)| {
            if is_whole {
                whole.set(Some(seen));
            }
        }
    });
    let is_empty = counts.slices.iter().all(|slice| slice == &Default::default()) && zoom.is_none();
    let ruler = Ruler::new(seen, width).filter(|_| !is_empty);
    let all = whole.unwrap_or(seen);
    let look = {
        let zoom = zoom.clone();
        Callback::from(move |span: Option<TimeSpan>| zoom.set(span.filter(|span| *span != all)))
    };
    let select = {
        let placed = placed.clone();
        Callback::from(move |span: Option<TimeSpan>| placed.set(move |place| place.span = span))
    };
    let Pointed { draft, hover, abandon, handlers } =
        use_pointer(ruler, counts.slices.len(), placed.place.span, select.clone(), look.clone());
    use_wheel(&node, ruler, all, look.clone());
    let span = draft.or(placed.place.span);
    let mark = use_selected_time(placed.place.message);
    let start = progress.start.map_or(seen.start, |start| start.0);
    let onkeydown =
        escape(draft.map(|_| abandon), placed.place.span, zoom.is_some(), select.clone(), look.clone());
    html! {
        <section class="timeline" aria-label="Timeline" {onkeydown}>
            <Buttons measure={*measure} set={let measure = measure.clone(); Callback::from(move |to| measure.set(to))}
                counts={counts.clone()} span={placed.place.span} is_zoomed={zoom.is_some()} look={look.clone()} />
            <div class="timeline-plot" ref={node} tabindex="-1" onpointerdown={handlers.down} onpointermove={handlers.moved} onpointerup={handlers.up}
                onpointercancel={handlers.cancelled} onpointerleave={handlers.left} ondblclick={handlers.double}>
                if let Some(ruler) = ruler {
                    <Plot counts={counts.clone()} measure={*measure} {ruler} {start} {span} {mark} hover={hover.filter(|_| draft.is_none())} />
                    <Ends {ruler} {all} {start} {span} select={select.clone()} slice={(seen.end - seen.start) / counts.slices.len().max(1) as u64} />
                    <Readout counts={counts.clone()} {ruler} {start} {draft} {hover} />
                } else {
                    <p class="timeline-empty faint">{nothing(answered.pending, progress.messages, answered.problem.is_some())}</p>
                }
            </div>
        </section>
    }
}

fn nothing(is_pending: bool, messages: u64, is_refused: bool) -> &'static str {
    match (is_pending, messages) {
        _ if is_refused => "",
        (true, _) => "…",
        (false, 0) => "no messages yet",
        (false, _) => "no message is let through",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_since_the_start() {
        assert_eq!(since(12_004_210_999, 0), "12.004210 s");
        assert_eq!(since(5, 1_000_005), "−0.001000 s");
        let span = |start, end| span_since(TimeSpan { start, end }, 1_000_000_000);
        assert_eq!(span(1_777_888_000, 1_859_727_000), "0.7779 – 0.8597 s");
        assert_eq!(span(13_004_210_999, 140_000_000_000), "12 – 139 s");
        assert_eq!(span(1_000_000_001, 1_000_000_002), "0.000000001 – 0.000000002 s");
    }
}
