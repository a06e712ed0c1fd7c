//! What is said of the field or byte that is pointed at.

use sockscope_core::session::api::{DiagnosticRow, Severity, sanitise};
use yew::prelude::*;

use super::bits::{Field, Part};
use super::pointed::{Bytes, Pointed, character};

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The bytes.
    pub bytes: Bytes,
    /// What is pointed at.
    pub pointed: Option<Pointed>,
    /// Diagnostics, each with the field that it speaks of.
    pub blamed: Vec<(Part, DiagnosticRow)>,
}

/// The explanation, in a box that keeps its height.
#[component]
pub fn Explained(props: &Props) -> Html {
    let lit: Vec<&Field> = props
        .fields
        .iter()
        .filter(|field| props.pointed.is_some_and(|pointed| pointed.lights(field)))
        .collect();
    let said = match (props.pointed, lit.as_slice()) {
        (None, _) | (_, []) => {
            html! { <p class="dim">{"Point at a field or a byte, or use the arrow keys: its other half lights up."}</p> }
        }
        (Some(Pointed::Byte(at)), [first, ..]) if first.part != Part::Payload => html! {
            <>
                <p><b>{byte_in_bits(at, &props.bytes)}</b>{" "}<span class="faint">{first.rfc}</span></p>
                <p class="mono">{values(&lit)}</p>
                <p class="dim">{lit.last().map(|field| field.meaning.clone())}</p>
            </>
        },
        (Some(pointed), [field, ..]) => html! {
            <>
                <p>
                    <b>{field.part.name()}</b>{" "}<span class="mono">{&field.value}</span>{" "}
                    <span class="faint">{format!("{} · {}", field.place(), field.rfc)}</span>
                </p>
                <p>{&field.meaning}</p>
                if let Some(sum) = unmasking(pointed, field, &props.bytes) {
                    <p class="mono unmasking">{sum}</p>
                }
            </>
        },
    };
    let broken = props.blamed.iter().filter(|(part, _)| lit.iter().any(|field| field.part == *part));
    html! {
        <div class="bits-explained" role="status" aria-live="polite">
            {said}
            { for broken.map(|(_, row)| {
                let (tone, sign) = match row.severity {
                    Severity::Error => ("bad", "✗"),
                    Severity::Warning => ("warn", "⚠"),
                    Severity::Note => ("dim", "ℹ"),
                };
                html! {
                    <p class={tone}>{sign}{" "}{sanitise::line(&row.message).into_owned()}{" "}<span class="faint mono">{&row.code}</span></p>
                }
            }) }
        </div>
    }
}

/// `FIN 1, RSV1 0, RSV2 0, RSV3 0, opcode 0001`
fn values(fields: &[&Field]) -> String {
    let values: Vec<String> =
        fields.iter().map(|field| format!("{} {}", field.part.name(), field.value)).collect();
    values.join(", ")
}

/// `byte 1 = fe = 1111 1110`
fn byte_in_bits(at: u64, bytes: &Bytes) -> String {
    match bytes.at(at) {
        Some(byte) => format!("byte {at} = {byte:02x} = {:04b} {:04b}", byte >> 4, byte & 15),
        None => format!("byte {at}"),
    }
}

/// How the byte of the payload that is pointed at, or its first one, is unmasked: `c2 ^ a1 → 63 ‘c’`.
fn unmasking(pointed: Pointed, field: &Field, bytes: &Bytes) -> Option<String> {
    if field.part != Part::Payload {
        return None;
    }
    let at = match pointed {
        Pointed::Byte(at) => at,
        Pointed::Field(_) => field.bytes().start,
    };
    let place = at.checked_sub(bytes.header)?;
    Some(match bytes.unmasked(at) {
        Some((byte, key, value)) => {
            format!(
                "byte {place}: {byte:02x} ^ {key:02x} → {}   key[{place} mod 4 = {}]",
                character(value),
                place % 4
            )
        }
        None => match bytes.at(at) {
            Some(byte) => format!("byte {place}: {}", character(byte)),
            None => format!("byte {place}: was not captured"),
        },
    })
}
