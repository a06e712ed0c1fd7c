//! One row of bytes: offset, bytes in hexadecimal, and the same bytes as ASCII.

use std::ops::Range;
use std::rc::Rc;

use yew::prelude::*;

use super::selection::Selection;
use crate::inspector::payload::pages::Byte;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Number of the row.
    pub row: u64,
    /// Offset of its first byte.
    pub start: u64,
    /// Its bytes.
    pub bytes: Vec<Byte>,
    /// Bytes that a row has.
    pub width: u64,
    /// What is selected, perhaps elsewhere.
    pub selection: Selection,
    /// Where words stand that are looked for.
    pub found: Rc<[Range<u64>]>,
}

/// The row.
#[component]
pub fn HexRow(props: &Props) -> Html {
    let half = props.width / 2;
    let cells = || (props.start..).zip(props.bytes.iter().copied());
    let class = |offset: u64, byte: Byte| {
        let is_cursor = offset == props.selection.cursor;
        let selected = props.selection.holds(offset).then_some("selected");
        let found = props.found.iter().any(|range| range.contains(&offset)).then_some("matched");
        classes!(kind(byte), found, selected, is_cursor.then_some("cursor"))
    };
    let hex = cells().map(|(offset, byte)| {
        let gap = (half > 0 && (offset - props.start) == half).then_some("half");
        html! { <span data-at={offset.to_string()} class={classes!(class(offset, byte), gap)}>{hexadecimal(byte)}</span> }
    });
    let ascii = cells().map(|(offset, byte)| {
        html! { <span data-at={offset.to_string()} class={class(offset, byte)}>{letter(byte).to_string()}</span> }
    });
    // The last row is short, and its letters stand below the others all the same.
    let blank = (props.bytes.len() as u64..props.width).map(|place| {
        html! { <span class={(half > 0 && place == half).then_some("half")}>{"  "}</span> }
    });
    html! {
        <div class="hex-row" role="row" id={format!("hex-row-{}", props.row)} aria-rowindex={(props.row + 1).to_string()}>
            <span class="hex-offset" role="rowheader">{format!("{:08x}", props.start)}</span>
            <span class="hex-bytes" role="gridcell">{ for hex }{ for blank }</span>
            <span class="hex-ascii" role="gridcell">{ for ascii }</span>
        </div>
    }
}

/// How a byte is coloured: what it is, never whose.
fn kind(byte: Byte) -> Option<&'static str> {
    match byte {
        Byte::Known(0) => Some("zero"),
        Byte::Known(0x20..0x7f) => None,
        Byte::Known(_) => Some("other"),
        Byte::Lost => Some("lost"),
        Byte::Awaited => Some("zero"),
    }
}

/// `7f`, and `··` for what is lost.
fn hexadecimal(byte: Byte) -> String {
    match byte {
        Byte::Known(byte) => format!("{byte:02x}"),
        Byte::Lost => "··".to_owned(),
        Byte::Awaited => "  ".to_owned(),
    }
}

fn letter(byte: Byte) -> char {
    match byte {
        Byte::Known(byte @ 0x20..0x7f) => char::from(byte),
        Byte::Known(_) => '.',
        Byte::Lost => '·',
        Byte::Awaited => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_shown_in_both_columns() {
        let shown = |byte| format!("{} {}", hexadecimal(byte), letter(byte));
        assert_eq!(shown(Byte::Known(b'a')), "61 a");
        assert_eq!(shown(Byte::Known(0x7f)), "7f .");
        assert_eq!(shown(Byte::Known(0)), "00 .");
        assert_eq!(shown(Byte::Lost), "·· ·");
    }
}
