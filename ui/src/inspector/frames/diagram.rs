//! The bit diagram of a frame: 32 bits a row with their numbers on top, as the standard draws it.

use sockscope_core::session::api::Severity;
use yew::prelude::*;

use super::bits::{Field, Part};
use super::cells::{Cell, ROW, cells};
use super::pointed::{Bytes, Pointed};

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
    /// Fields that break a rule.
    pub broken: Vec<(Part, Severity)>,
}

/// The diagram.
#[component]
pub fn Diagram(props: &Props) -> Html {
    let at = match props.pointed {
        Some(Pointed::Field(part)) => props.fields.iter().position(|field| field.part == part),
        Some(byte) => props.fields.iter().position(|field| byte.lights(field)),
        None => None,
    };
    let onkeydown = {
        let (parts, point) =
            (props.fields.iter().map(|field| field.part).collect::<Vec<_>>(), props.point.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = parts.len().saturating_sub(1);
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => at.map_or(0, |at| at + 1),
                "ArrowLeft" | "ArrowUp" => at.unwrap_or_default().saturating_sub(1),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(&part) = parts.get(to.min(last)) {
                point.emit(Pointed::Field(part));
            }
        })
    };
    let numbers = (0..ROW).map(|bit| {
        html! { <span class="bit-number">{if bit % 10 == 0 { format!("{}\n0", bit / 10) } else { format!("\n{}", bit % 10) }}</span> }
    });
    let active = at.and_then(|at| props.fields.get(at)).map(|field| id(field.part));
    html! {
        <div class="bits" role="listbox" tabindex="0" aria-label="Fields of the frame" aria-orientation="horizontal"
            aria-activedescendant={active} {onkeydown}>
            <div class="bits-numbers" aria-hidden="true">{ for numbers }</div>
            <div class="bits-rows" role="presentation">{ for cells(&props.fields).into_iter().map(|cell| draw(props, &cell)) }</div>
        </div>
    }
}

fn draw(props: &Props, cell: &Cell) -> Html {
    let Some(field) = props.fields.iter().find(|field| field.part == cell.part) else { return html! {} };
    let is_lit = props.pointed.is_some_and(|pointed| pointed.lights(field));
    let worst =
        props.broken.iter().filter(|(part, _)| *part == cell.part).map(|(_, severity)| *severity).max();
    let (tone, sign) = match worst {
        Some(Severity::Error) => (Some("bad"), "✗"),
        Some(Severity::Warning) => (Some("warn"), "⚠"),
        Some(Severity::Note) => (Some("noted"), "ℹ"),
        None => (None, ""),
    };
    let classes = classes!(
        "bit",
        format!("span-{}", cell.columns),
        (cell.columns == 1).then_some("single"),
        is_lit.then_some("lit"),
        tone.map(|tone| format!("is-{tone}")),
        cell.continues.then_some("continues"),
    );
    let onpointer = {
        let (point, part) = (props.point.clone(), cell.part);
        Callback::from(move |_: PointerEvent| point.emit(Pointed::Field(part)))
    };
    // What continues a field is a part of the same option.
    let (role, id) = match cell.continues {
        true => ("presentation", None),
        false => ("option", Some(id(cell.part))),
    };
    let selected = (!cell.continues).then(|| is_lit.to_string());
    html! {
        <div class={classes} {role} {id} aria-selected={selected} title={title(field)}
            onpointerover={onpointer.clone()} onpointerdown={onpointer}>
            <b>{value(field, cell, &props.bytes)}</b>
            <span class="bit-name">{name(cell)}</span>
            if !sign.is_empty() && !cell.continues { <i class="bit-sign" aria-hidden="true">{sign}</i> }
        </div>
    }
}

fn id(part: Part) -> String {
    format!("bit-{part:?}").to_ascii_lowercase()
}

fn title(field: &Field) -> String {
    format!("{}, {}: {}", field.part.name(), field.place(), field.value)
}

fn name(cell: &Cell) -> &'static str {
    match (cell.part, cell.continues, cell.columns) {
        (Part::Rsv1, ..) => "RSV1",
        (Part::Mask, ..) => "MASK",
        (Part::Length, ..) => "length",
        (Part::Extended, true, _) => "length, continued",
        (Part::Key, true, _) => "key, continued",
        (Part::Payload, _, 8) => "data",
        (Part::Payload, true, _) => "payload, continued",
        (Part::Type, _, 8) => "type",
        (part, ..) => part.name(),
    }
}

/// A field's value, or of one that is drawn in several cells the bytes of this one.
fn value(field: &Field, cell: &Cell, bytes: &Bytes) -> String {
    let is_whole = cell.columns == field.bits;
    match field.part {
        Part::Length => format!("{:07b}", field.value.parse::<u8>().unwrap_or_default()),
        Part::Payload => {
            let end = (cell.first + cell.columns) / 8;
            format!("{}{}", bytes.hex(cell.first / 8, end), if cell.is_cut { " …" } else { "" })
        }
        _ if is_whole || cell.columns < 8 => field.value.clone(),
        _ => bytes.hex(cell.first / 8, (cell.first + cell.columns) / 8),
    }
}
