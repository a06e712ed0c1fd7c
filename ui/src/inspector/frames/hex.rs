//! The bytes of a frame as on the wire, in step with the diagram.

use yew::prelude::*;

use super::bits::Field;
use super::pointed::{Bytes, Pointed};
use crate::words;

/// Bytes in a row: as many as fit into a narrow pane.
const ROW: usize = 8;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The bytes.
    pub bytes: Bytes,
    /// What is pointed at.
    pub pointed: Option<Pointed>,
    /// Takes what is pointed at.
    pub point: Callback<Pointed>,
    /// Bytes of the whole frame.
    pub total: u64,
    /// Shows more of them.
    pub more: Callback<()>,
}

/// The bytes.
#[component]
pub fn Hex(props: &Props) -> Html {
    let count = props.bytes.wire.len() as u64;
    let at = match props.pointed {
        Some(Pointed::Byte(at)) => Some(at),
        Some(Pointed::Field(part)) => {
            props.fields.iter().find(|field| field.part == part).map(|field| field.bytes().start)
        }
        None => None,
    };
    let onkeydown = {
        let point = props.point.clone();
        Callback::from(move |event: KeyboardEvent| {
            let from = at.unwrap_or_default();
            let to = match event.key().as_str() {
                "ArrowRight" => at.map_or(0, |at| at + 1),
                "ArrowLeft" => from.saturating_sub(1),
                "ArrowDown" => from + ROW as u64,
                "ArrowUp" => from.saturating_sub(ROW as u64),
                "Home" => 0,
                "End" => count,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            point.emit(Pointed::Byte(to.min(count.saturating_sub(1))));
        })
    };
    let active = at.filter(|at| *at < count).map(|at| format!("byte-{at}"));
    let rows = props.bytes.wire.chunks(ROW).zip((0_u64..).step_by(ROW));
    html! {
        <>
            <div class="frame-hex" role="grid" tabindex="0" aria-label="Bytes of the frame, as on the wire"
                aria-activedescendant={active} {onkeydown}>
                { for rows.map(|(row, offset)| draw(props, row, offset)) }
            </div>
            if props.total > count {
                <p class="faint frame-hex-more">{format!("The first {} of {}. ", words::count(count), words::counted(props.total, "byte"))}
                    <button class="link" onclick={props.more.reform(|_| ())}>{"Show more"}</button></p>
            }
        </>
    }
}

fn draw(props: &Props, row: &[Option<u8>], offset: u64) -> Html {
    let cells = (offset..).zip(row);
    let text = cells.clone().map(|(at, byte)| {
        let shown = match byte {
            Some(byte @ 0x20..=0x7e) if at >= props.bytes.header => char::from(*byte),
            _ => '·',
        };
        html! { <span class={class(props, at)}>{shown.to_string()}</span> }
    });
    html! {
        <div class="frame-hex-row" role="row">
            <span class="faint" role="rowheader">{format!("{offset:04x}")}</span>
            <span class="frame-hex-bytes" role="presentation">
                { for cells.map(|(at, byte)| {
                    let point = props.point.clone();
                    let onpointer = Callback::from(move |_: PointerEvent| point.emit(Pointed::Byte(at)));
                    let (shown, title) = match byte {
                        Some(byte) => (format!("{byte:02x}"), None),
                        None => ("··".to_owned(), Some("not captured")),
                    };
                    html! {
                        <span role="gridcell" id={format!("byte-{at}")} class={class(props, at)} {title}
                            onpointerover={onpointer.clone()} onpointerdown={onpointer}>{shown}</span>
                    }
                }) }
            </span>
            <span class="frame-hex-text" aria-hidden="true">{ for text }</span>
        </div>
    }
}

fn class(props: &Props, at: u64) -> Classes {
    let is_lit = props.pointed.is_some_and(|pointed| pointed.lights_byte(at, &props.fields));
    classes!(
        "byte",
        if at < props.bytes.header { "of-header" } else { "of-payload" },
        is_lit.then_some("lit"),
        (props.pointed == Some(Pointed::Byte(at))).then_some("pointed"),
    )
}
