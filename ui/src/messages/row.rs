//! A row of the table.

use std::rc::Rc;

use sockscope_core::session::api::{MessageRow, Severity, Side, Timestamp, sanitise};
use yew::prelude::*;

use super::columns::{Column, Times};
use super::preview::preview;
use crate::filter::marks::marked;
use crate::findings::Findings;
use crate::grid::Held;
use crate::moment;
use crate::settings::Zone;
use crate::sign;
use crate::words;

/// Said of a message that is not whole.
const LOST: &str = "bytes of it are lost";

/// What all rows have in common.
#[derive(Clone, PartialEq)]
pub struct Look {
    /// The columns that are shown.
    pub columns: Vec<Column>,
    /// What the column of times shows.
    pub times: Times,
    /// By which clock.
    pub zone: Zone,
    /// When the capture starts.
    pub start: Option<Timestamp>,
    /// What codes mean.
    pub findings: Findings,
    /// What is marked in previews.
    pub words: Rc<[String]>,
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its place.
    pub at: u64,
    /// The message.
    pub row: Held<MessageRow>,
    /// The one above.
    pub above: Option<Held<MessageRow>>,
    /// What all rows have in common.
    pub look: Rc<Look>,
    /// It is the one that is looked at.
    pub is_selected: bool,
    /// It holds what is looked for.
    pub is_found: bool,
    /// The cell that keys are at.
    pub active: Option<Column>,
}

/// A row.
#[component]
pub fn Row(props: &Props) -> Html {
    let (row, look, at) = (&*props.row, &*props.look, props.at);
    let preview = preview(row, &look.findings);
    // A gap is the stream's, and still some of this message's bytes are missing.
    let worst = look.findings.worst(&row.diagnostics).map(|group| (group.severity, group.title.as_str()));
    let worst = worst.or((row.complete == Some(false)).then_some((Severity::Warning, LOST)));
    let cell = |&column: &Column| {
        let is_active = props.active == Some(column);
        let class = classes!("cell", format!("cell-{}", column.id()), is_active.then_some("active"));
        let text = text(column, row, props.above.as_deref(), look);
        let (content, title, of_column) = match column {
            Column::From => {
                let (arrow, side, name) = sign::of_side(row.from);
                (html! { <span aria-label={name} role="img">{arrow}</span> }, None, side)
            }
            Column::Time => {
                let whole = row.time.map(|time| moment::whole(time, look.zone));
                (html! { {text} }, whole, "number")
            }
            Column::Number => {
                let found =
                    worst.map(|(severity, title)| format!("{}: {title}", sign::of_severity(severity).2));
                (html! { {text} }, found, "number")
            }
            Column::Delta | Column::Size | Column::Wire | Column::Connection => {
                (html! { {text} }, None, "number")
            }
            Column::Flags => (html! { {text} }, Some(flags_in_words(row)), "dim"),
            Column::Type => (html! { {text} }, None, kind(&row.opcode)),
            Column::Preview => {
                let finding = preview.finding.as_ref().map(|(severity, words)| {
                    let (sign, class, _) = sign::of_severity(*severity);
                    html! { <span {class}>{format!("{sign} {words}")}{ if preview.text.is_empty() { "" } else { " · " } }</span> }
                });
                let found = props.is_found.then(|| html! { <span class="unseen">{"found: "}</span> });
                let text = marked(&preview.text, &look.words, sanitise::line);
                (html! { <>{found}{finding}{text}</> }, None, "dim")
            }
        };
        let id = is_active.then(|| format!("message-{at}-{}", column.id()));
        html! { <span role="gridcell" {id} class={classes!(class, of_column)} data-column={column.id()} {title}>{content}</span> }
    };
    let class = classes!(
        "message",
        (at % 2 == 1).then_some("odd"),
        worst.map(|(severity, _)| format!("has-{}", sign::of_severity(severity).2)),
        props.is_found.then_some("matched"),
        props.is_selected.then_some("selected"),
    );
    html! {
        <div {class} role="row" id={format!("message-{at}")} aria-rowindex={(at + 2).to_string()} aria-selected={props.is_selected.to_string()}
            data-row={at.to_string()} data-connection={row.connection.to_string()} data-message={row.message.to_string()}>
            { for look.columns.iter().map(cell) }
        </div>
    }
}

/// What stands in a cell, as it is copied.
pub fn text(column: Column, row: &MessageRow, above: Option<&MessageRow>, look: &Look) -> String {
    match column {
        Column::Number => words::count(row.message),
        Column::Connection => row.connection.to_string(),
        Column::Time => match (look.times, row.time) {
            (_, None) => String::new(),
            (Times::Absolute, Some(time)) => moment::clock(time, look.zone),
            (Times::SinceStart, Some(time)) => words::seconds(time.since(look.start.unwrap_or(time))),
            (Times::SinceRow, Some(time)) => {
                words::seconds(time.since(above.and_then(|above| above.time).unwrap_or(time)))
            }
        },
        Column::Delta => delta(row, above),
        Column::From => row.from.map_or("", Side::name).to_owned(),
        Column::Type => sanitise::line(&row.opcode).into_owned(),
        Column::Size => words::count(row.length),
        Column::Wire => words::count(row.wire_length),
        Column::Flags => flags(row),
        Column::Preview => preview(row, &look.findings).text,
    }
}

/// `+7.64 ms`; `−` where the row above is later.
fn delta(row: &MessageRow, above: Option<&MessageRow>) -> String {
    let (Some(time), Some(before)) = (row.time, above.and_then(|above| above.time)) else {
        return String::new();
    };
    moment::delta(before, time)
}

fn kind(opcode: &str) -> &'static str {
    if matches!(opcode, "text" | "binary") { "" } else { "dim" }
}

/// `z 3f ▨`: compressed, in three frames, bytes lost.
fn flags(row: &MessageRow) -> String {
    let compressed = row.compressed.then(|| "z".to_owned());
    let frames = (row.frames > 1).then(|| format!("{}f", row.frames));
    let lost = (row.complete == Some(false)).then(|| "▨".to_owned());
    [compressed, frames, lost].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn flags_in_words(row: &MessageRow) -> String {
    let compressed = row.compressed.then(|| "compressed".to_owned());
    let frames = (row.frames > 1).then(|| format!("{} frames", words::count(row.frames)));
    let lost = (row.complete == Some(false)).then(|| LOST.to_owned());
    [compressed, frames, lost].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(times: Times) -> Look {
        Look {
            columns: Vec::new(),
            times,
            zone: Zone::Utc,
            start: Some(Timestamp(1_000_000_000)),
            findings: Findings::default(),
            words: Rc::from([]),
        }
    }

    fn at(nanos: u64) -> MessageRow {
        MessageRow { time: Some(Timestamp(nanos)), ..MessageRow::default() }
    }

    #[test]
    fn times_are_counted_from_what_was_chosen() {
        let (row, above) = (at(13_004_210_000), at(13_004_000_000));
        let check = |times, expected: &str| {
            assert_eq!(text(Column::Time, &row, Some(&above), &look(times)), expected);
        };
        check(Times::Absolute, "00:00:13.004210");
        check(Times::SinceStart, "12.004210");
        check(Times::SinceRow, "0.000210");
        assert_eq!(text(Column::Delta, &row, Some(&above), &look(Times::SinceStart)), "+210\u{202f}µs");
        assert_eq!(text(Column::Delta, &above, Some(&row), &look(Times::SinceStart)), "−210\u{202f}µs");
        assert_eq!(text(Column::Delta, &row, None, &look(Times::SinceStart)), "");
    }

    #[test]
    fn flags_are_short() {
        let row = MessageRow { compressed: true, frames: 3, complete: Some(false), ..MessageRow::default() };
        assert_eq!(flags(&row), "z 3f ▨");
        assert_eq!(flags_in_words(&row), "compressed, 3 frames, bytes of it are lost");
        assert_eq!(flags(&MessageRow { frames: 1, ..MessageRow::default() }), "");
    }
}
