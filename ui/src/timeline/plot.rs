//! Draws the counts as one path for each meaning, so that a few elements stand for hundreds of slices. Whole pixels
//! throughout; colours are the style sheet's.

use std::fmt::Write;
use std::rc::Rc;

use sockscope_core::session::api::{Slice, TimeSpan, Timeline as Counts};
use yew::prelude::*;

use super::scale::{Growth, Measure, ticks};
use super::span::{Ruler, SLICE};

/// Height of all.
pub const HEIGHT: f64 = 92.0;
/// Where the line between client and server is.
const MIDDLE: f64 = 38.0;
/// The greatest height of a slice of one side.
const ROOM: f64 = 32.0;
/// Where the marks of diagnostics stand: their tops, below the server's slices.
const MARKS: f64 = 72.0;
/// Where the axis begins.
const AXIS: f64 = 79.0;
/// Pixels that a letter on the axis takes.
const LETTER: f64 = 6.1;
/// Pixels that a time on the axis takes.
const LABEL: f64 = 90.0;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The counts.
    pub counts: Rc<Counts>,
    /// Which of them.
    pub measure: Measure,
    /// Where times stand.
    pub ruler: Ruler,
    /// The capture's start.
    pub start: u64,
    /// The selected span.
    pub span: Option<TimeSpan>,
    /// When the selected message was there.
    pub mark: Option<u64>,
    /// Where the pointer is.
    pub hover: Option<f64>,
}

/// The drawing.
#[component]
pub fn Plot(props: &Props) -> Html {
    let bars = use_memo((props.counts.clone(), props.measure, props.ruler.width.to_bits()), |_| {
        Bars::of(&props.counts.slices, props.measure, props.ruler.width)
    });
    let width = props.ruler.width;
    let place = |time: u64| props.ruler.x(time).clamp(-1.0, width + 1.0).round();
    let since = |time: u64| {
        i64::try_from(time).unwrap_or(i64::MAX).saturating_sub(i64::try_from(props.start).unwrap_or(i64::MAX))
    };
    let seen = props.ruler.seen;
    let ticks = ticks(since(seen.start), since(seen.end), (width / LABEL).max(1.0) as u32);
    html! {
        <svg class="plot" width={width.to_string()} height={HEIGHT.to_string()} viewBox={format!("0 0 {width} {HEIGHT}")} aria-hidden="true">
            <path class="axis" d={format!("M0 {}.5H{width}", AXIS - 1.0)} />
            { for ticks.iter().map(|tick| {
                let x = place(props.start.saturating_add_signed(tick.at));
                html! {
                    <>
                        <path class="grid" d={format!("M{x}.5 0V{}", AXIS + 3.0)} />
                        if x + LETTER * (tick.label.len() as f64 + 1.0) < width {
                            <text class="label" x={(x + 4.0).to_string()} y={(HEIGHT - 3.0).to_string()}>{&tick.label}</text>
                        }
                    </>
                }
            }) }
            <path class="middle" d={format!("M0 {MIDDLE}.5H{width}")} />
            <path class="bars client" d={bars.client.clone()} />
            <path class="bars server" d={bars.server.clone()} />
            if let Some(span) = props.span {
                { selection(place(span.start), place(span.end), width) }
            }
            <path class="mark warning" d={bars.warnings.clone()} />
            <path class="mark error" d={bars.errors.clone()} />
            if let Some(x) = props.mark.map(place).filter(|x| (0.0..=width).contains(x)) {
                <path class="here" d={format!("M{x}.5 6V{AXIS}")} />
                <path class="here-head" d={format!("M{} 0h9l-4.5 7z", x - 4.0)} />
            }
            if let Some(x) = props.hover.map(f64::round) {
                <path class="pointer" d={format!("M{x}.5 0V{AXIS}")} />
            }
        </svg>
    }
}

/// The selected span, and a veil over what is not.
fn selection(from: f64, to: f64, width: f64) -> Html {
    let length = (to - from).max(1.0);
    html! {
        <>
            <path class="veil" d={format!("M0 0H{from}V{AXIS}H0zM{} 0H{width}V{AXIS}H{}z", from + length, from + length)} />
            <rect class="selection" x={from.to_string()} y="0" width={length.to_string()} height={AXIS.to_string()} />
            <path class="edge" d={format!("M{from} 0V{AXIS}M{} 0V{AXIS}", from + length)} />
        </>
    }
}

/// Paths, as SVG writes them.
#[derive(Debug, Default, PartialEq)]
struct Bars {
    client: AttrValue,
    server: AttrValue,
    errors: AttrValue,
    warnings: AttrValue,
}

impl Bars {
    fn of(slices: &[Slice], measure: Measure, width: f64) -> Self {
        let counts = || slices.iter().flat_map(|slice| measure.of(slice));
        let (growth, greatest) = (Growth::fitting(counts()), counts().max().unwrap_or_default());
        let [mut client, mut server, mut errors, mut warnings] = [const { String::new() }; 4];
        let room = width / slices.len().max(1) as f64;
        // Where few slices are all there is, they stay as narrow as elsewhere.
        let (thick, inset) = match room > 2.0 * SLICE {
            true => (SLICE + 1.0, ((room - SLICE) / 2.0).floor()),
            false => ((room.floor() - 1.0).max(1.0), 0.0),
        };
        for (number, slice) in slices.iter().enumerate() {
            let x = (number as f64 * room).round() + inset;
            let [up, down] = measure.of(slice).map(|count| growth.height(count, greatest, ROOM));
            // Writing to a string does not fail.
            if up > 0.0 {
                let _ = write!(client, "M{x} {MIDDLE}v-{up}h{thick}v{up}z");
            }
            if down > 0.0 {
                let _ = write!(server, "M{x} {}v{down}h{thick}v-{down}z", MIDDLE + 1.0);
            }
            // At the edges a mark would be cut.
            let centre = (x + (thick / 2.0).floor()).clamp(3.0, (width - 4.0).max(3.0));
            if slice.errors > 0 {
                let _ = write!(errors, "M{} {MARKS}l5 5m0 -5l-5 5", centre - 2.0);
            } else if slice.warnings > 0 {
                let _ = write!(warnings, "M{} {}h6l-3 -5z", centre - 2.5, MARKS + 5.0);
            }
        }
        let [client, server, errors, warnings] = [client, server, errors, warnings].map(AttrValue::from);
        Self { client, server, errors, warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_goes_its_own_way() {
        let slices = [
            Slice { messages: [2, 1], bytes: [10, 0], errors: 1, warnings: 3 },
            Slice::default(),
            Slice { messages: [0, 1], bytes: [0, 4], errors: 0, warnings: 1 },
        ];
        let bars = Bars::of(&slices, Measure::Messages, 12.0);
        assert_eq!(bars.client.as_str(), "M0 38v-32h3v32z");
        assert_eq!(bars.server.as_str(), "M0 39v16h3v-16zM8 39v16h3v-16z");
        assert_eq!(bars.errors.as_str(), "M1 72l5 5m0 -5l-5 5");
        assert_eq!(bars.warnings.matches('M').count(), 1, "an error stands for the warnings beside it");
        let bars = Bars::of(&slices, Measure::Bytes, 12.0);
        assert_eq!(bars.server.as_str(), "M8 39v13h3v-13z");
    }

    #[test]
    fn nothing_and_one_message_can_be_drawn() {
        assert_eq!(Bars::of(&[], Measure::Messages, 100.0), Bars::default());
        let one = Slice { messages: [1, 0], ..Slice::default() };
        assert_eq!(Bars::of(&[one], Measure::Messages, 100.0).client.as_str(), "M48 38v-32h5v32z");
    }
}
