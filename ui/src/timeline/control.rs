//! The timeline by keyboard and by buttons: the ends of the selected span are two sliders, which stand at the ends of the
//! capture while nothing is selected.

use std::rc::Rc;

use sockscope_core::session::api::{TimeSpan, Timeline as Counts};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::scale::{Growth, Measure};
use super::since;
use super::span::{Grip, Move, Ruler, resized};
use crate::icon::{Drawn, Icon};
use crate::style;
use crate::words;

/// What the ends are given.
#[derive(Properties, PartialEq)]
pub struct EndsProps {
    /// Where times stand.
    pub ruler: Ruler,
    /// All of the capture.
    pub all: TimeSpan,
    /// The capture's start.
    pub start: u64,
    /// The selected span.
    pub span: Option<TimeSpan>,
    /// Selects another one.
    pub select: Callback<Option<TimeSpan>>,
    /// Nanoseconds of a slice.
    pub slice: u64,
}

/// Both ends of the selected span.
#[component]
pub fn Ends(props: &EndsProps) -> Html {
    let end = |grip: Grip, label: &'static str| {
        html! { <End {grip} {label} ruler={props.ruler} all={props.all} start={props.start} span={props.span} select={props.select.clone()} slice={props.slice} /> }
    };
    html! { <>{end(Grip::Start, "Start of the selected span")}{end(Grip::End, "End of the selected span")}</> }
}

#[derive(Properties, PartialEq)]
struct EndProps {
    grip: Grip,
    label: &'static str,
    ruler: Ruler,
    all: TimeSpan,
    start: u64,
    span: Option<TimeSpan>,
    select: Callback<Option<TimeSpan>>,
    slice: u64,
}

#[component]
fn End(props: &EndProps) -> Html {
    let node = use_node_ref();
    let EndProps { grip, all, start, .. } = *props;
    let span = props.span.unwrap_or(all);
    let time = if grip == Grip::Start { span.start } else { span.end };
    let x = props.ruler.x(time).clamp(0.0, props.ruler.width).round();
    use_effect_with((node.clone(), x.to_bits()), move |(node, _): &(NodeRef, u64)| {
        style::set(node, &[("left", format!("{x}px"))]);
    });
    let onkeydown = {
        let (select, slice) = (props.select.clone(), props.slice);
        Callback::from(move |event: KeyboardEvent| {
            let Some(step) = step(&event.key(), event.shift_key(), slice) else { return };
            event.prevent_default();
            event.stop_propagation();
            let grip = if event.alt_key() { Grip::Free } else { grip };
            select.emit(resized(span, grip, step, all));
        })
    };
    let nanos = |time: u64| time.saturating_sub(start).to_string();
    html! {
        <div ref={node} class={classes!("timeline-end", props.span.is_none().then_some("unset"))} role="slider" tabindex="0" aria-label={props.label}
            aria-orientation="horizontal" aria-valuemin={nanos(all.start)} aria-valuemax={nanos(all.end)} aria-valuenow={nanos(time)}
            aria-valuetext={since(time, start)} {onkeydown}></div>
    }
}

/// What a key does to an end.
fn step(key: &str, is_large: bool, slice: u64) -> Option<Move> {
    let slice = i64::try_from(slice.max(1)).unwrap_or(i64::MAX);
    let steps = |count: i64| Some(Move::By(slice.saturating_mul(count)));
    let one = if is_large { 10 } else { 1 };
    match key {
        "ArrowRight" | "ArrowUp" => steps(one),
        "ArrowLeft" | "ArrowDown" => steps(-one),
        "PageUp" => steps(10),
        "PageDown" => steps(-10),
        "Home" => Some(Move::First),
        "End" => Some(Move::Last),
        _ => None,
    }
}

/// Esc takes back the last of what was done.
pub fn escape(
    drag: Option<Callback<()>>,
    span: Option<TimeSpan>,
    is_zoomed: bool,
    select: Callback<Option<TimeSpan>>,
    look: Callback<Option<TimeSpan>>,
) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if event.key() != "Escape" || (drag.is_none() && span.is_none() && !is_zoomed) {
            return;
        }
        event.stop_propagation();
        match (&drag, span) {
            (Some(abandon), _) => abandon.emit(()),
            (None, Some(_)) => select.emit(None),
            (None, None) => look.emit(None),
        }
    })
}

/// What the buttons are given.
#[derive(Properties, PartialEq)]
pub struct ButtonsProps {
    /// What is drawn.
    pub measure: Measure,
    /// Draws something else.
    pub set: Callback<Measure>,
    /// The counts.
    pub counts: Rc<Counts>,
    /// The selected span.
    pub span: Option<TimeSpan>,
    /// A part is looked at.
    pub is_zoomed: bool,
    /// Looks at a part, or at all.
    pub look: Callback<Option<TimeSpan>>,
}

/// What is drawn, in which scale, and how near one looks.
#[component]
pub fn Buttons(props: &ButtonsProps) -> Html {
    let measured = |measure: Measure, words: &'static str| {
        html! {
            <button type="button" class="segment" aria-pressed={(props.measure == measure).to_string()} onclick={props.set.reform(move |_| measure)}>{words}</button>
        }
    };
    let counts = || props.counts.slices.iter().flat_map(|slice| props.measure.of(slice));
    let greatest = counts().max().unwrap_or_default();
    let peak = match props.measure {
        Measure::Messages => words::count(greatest),
        Measure::Bytes => words::size(greatest),
    };
    let span = props.span;
    html! {
        <div class="timeline-buttons">
            <div class="segments" role="group" aria-label="What the timeline counts">
                {measured(Measure::Messages, "messages")}{measured(Measure::Bytes, "bytes")}
            </div>
            <span class="timeline-scale faint" title="The greatest slice, and how heights grow">
                if greatest > 0 {
                    {format!("peak {peak}")}
                    if let Some(scale) = Growth::fitting(counts()).words() { {format!(" · {scale}")} }
                }
            </span>
            <div class="timeline-zoom">
                <button type="button" class="tool" disabled={span.is_none()} onclick={props.look.reform(move |_| span)} aria-label="Look at the selected span" title="Look at the selected span (wheel: nearer, farther)"><Drawn icon={Icon::ZoomIn} /></button>
                <button type="button" class="tool" disabled={!props.is_zoomed} onclick={props.look.reform(|_| None)} aria-label="Look at all" title="Look at all"><Drawn icon={Icon::ZoomOut} /></button>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_by_slices() {
        assert_eq!(step("ArrowRight", false, 7), Some(Move::By(7)));
        assert_eq!(step("ArrowLeft", true, 7), Some(Move::By(-70)));
        assert_eq!(step("PageUp", false, u64::MAX), Some(Move::By(i64::MAX)));
        assert_eq!(step("End", false, 0), Some(Move::Last));
        assert_eq!(step("x", false, 7), None);
    }
}
