//! What is said of the slice under the pointer, or of the span that is dragged.

use std::rc::Rc;

use sockscope_core::session::api::{Slice, TimeSpan, Timeline as Counts};
use yew::prelude::*;

use super::since;
use super::span::Ruler;
use crate::style;
use crate::words;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The counts.
    pub counts: Rc<Counts>,
    /// Where times stand.
    pub ruler: Ruler,
    /// The capture's start.
    pub start: u64,
    /// The span that is dragged.
    pub draft: Option<TimeSpan>,
    /// Where the pointer is.
    pub hover: Option<f64>,
}

/// A few words beside the pointer.
#[component]
pub fn Readout(props: &Props) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.hover.map(f64::to_bits)), {
        let width = props.ruler.width;
        move |(node, hover): &(NodeRef, Option<u64>)| {
            let Some(x) = hover.map(f64::from_bits) else { return };
            let own = node
                .cast::<web_sys::Element>()
                .map_or(0.0, |element| element.get_bounding_client_rect().width());
            let left = if x + 12.0 + own > width { x - 12.0 - own } else { x + 12.0 };
            style::set(node, &[("left", format!("{}px", left.max(0.0).round()))]);
        }
    });
    let Some(x) = props.hover else { return Html::default() };
    let ruler = props.ruler;
    let span = props.draft.unwrap_or_else(|| ruler.between(x, x, props.counts.slices.len()));
    let sum = sum(&props.counts, ruler, span);
    let side = |class, sign: &str, side: usize| {
        let (messages, bytes) = (sum.messages.get(side).copied(), sum.bytes.get(side).copied());
        html! { <span {class}>{format!("{sign} {} · {}", words::count(messages.unwrap_or_default()), words::size(bytes.unwrap_or_default()))}</span> }
    };
    html! {
        <div class="readout" ref={node} aria-hidden="true">
            <span>{since(span.start, props.start)}<span class="faint">{format!(" +{}", words::duration(span.end - span.start))}</span></span>
            {side("client", "▲", 0)}
            {side("server", "▼", 1)}
            if sum.errors > 0 { <span class="bad">{format!("✗ {}", words::counted(sum.errors, "error"))}</span> }
            if sum.warnings > 0 { <span class="warn">{format!("⚠ {}", words::counted(sum.warnings, "warning"))}</span> }
        </div>
    }
}

/// What the slices of a span hold together.
fn sum(counts: &Counts, ruler: Ruler, span: TimeSpan) -> Slice {
    let count = counts.slices.len() as f64;
    let slice = |time: u64| (ruler.x(time) / ruler.width * count).round().clamp(0.0, count) as usize;
    let slices = counts.slices.get(slice(span.start)..slice(span.end)).unwrap_or_default();
    slices.iter().fold(Slice::default(), |sum, slice| Slice {
        messages: [sum.messages[0] + slice.messages[0], sum.messages[1] + slice.messages[1]],
        bytes: [sum.bytes[0].saturating_add(slice.bytes[0]), sum.bytes[1].saturating_add(slice.bytes[1])],
        errors: sum.errors + slice.errors,
        warnings: sum.warnings + slice.warnings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_the_sum_of_its_slices() {
        let slices = (0..10).map(|number| Slice { messages: [number, 1], errors: 1, ..Slice::default() });
        let counts = Counts { start: 1_000, end: 2_000, slices: slices.collect() };
        let seen = TimeSpan { start: 1_000, end: 2_000 };
        let ruler = Ruler::new(seen, 40.0).expect("something to see");
        assert_eq!(sum(&counts, ruler, seen).messages, [45, 10]);
        let under = sum(&counts, ruler, ruler.between(13.0, 13.0, 10));
        assert_eq!((under.messages, under.errors), ([3, 1], 1));
        assert_eq!(sum(&counts, ruler, TimeSpan { start: 0, end: 5 }), Slice::default());
    }
}
