//! One frame: diagram, explanation, hex and facts, of which each follows what is pointed at.

use sockscope_core::session::api::{Answer, DiagnosticRow, FrameView, MessageName, Request, Span, Stage};
use yew::prelude::*;

use super::bits::{self, Blame, Part};
use super::diagram::Diagram;
use super::explained::Explained;
use super::facts::Facts;
use super::hex::Hex;
use super::pointed::{Bytes, Pointed};
use crate::engine::use_answer;
use crate::place::{Tab, use_place};

/// Bytes of a frame that are shown at first; each wish for more shows eight times as many.
const SHOWN: u64 = 128;
/// The most: what is longer is read better as the message's payload.
const MOST: u64 = 8 << 10;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whose frame.
    pub message: MessageName,
    /// The frame.
    pub frame: FrameView,
    /// It is one of the hixie drafts.
    pub is_legacy: bool,
}

/// The frame.
#[component]
pub fn Shown(props: &Props) -> Html {
    let frame = &props.frame;
    let pointed = use_state_eq(|| None::<Pointed>);
    let placed = use_place();
    // A wish holds for its own frame only.
    let wished = use_state_eq(|| (props.message, props.frame.row.frame, SHOWN));
    let shown = if (wished.0, wished.1) == (props.message, frame.row.frame) { wished.2 } else { SHOWN };
    let header = frame.header.len() as u64;
    let wanted =
        Span { start: frame.payload_offset, length: frame.row.length.min(shown - header.min(shown)) };
    let request = (wanted.length > 0).then_some(Request::Payload {
        message: props.message,
        stage: Stage::Wire,
        bytes: wanted,
    });
    let payload = use_answer(request.clone(), 0);
    let found = use_answer(Some(Request::Message { message: props.message }), 0);
    let mut found: Vec<DiagnosticRow> = match found.answer.as_deref() {
        Some(Answer::Message(view)) => {
            view.diagnostics.iter().filter(|row| is_of(row, frame)).cloned().collect()
        }
        _ => Vec::new(),
    };
    let mut bytes = Bytes {
        wire: frame.header.iter().copied().map(Some).collect(),
        header,
        key: frame.row.mask.as_deref().and_then(key),
    };
    if let Some(Answer::Payload(part)) = payload.answer.as_deref()
        && payload.to.as_deref() == request.as_ref()
    {
        let is_lost = |at: u64| {
            part.holes
                .iter()
                .any(|&(hole, length)| at >= hole && (length == 0 || at < hole.saturating_add(length)))
        };
        let wire = (part.start..).zip(&part.bytes).map(|(at, &byte)| (!is_lost(at)).then_some(byte));
        bytes.wire.extend(wire);
    }
    let fields = match props.is_legacy {
        true => bits::legacy_fields(frame),
        false => bits::fields(frame),
    };
    let blame =
        |row: &DiagnosticRow| if props.is_legacy { Blame::Whole } else { bits::blame(&row.code, frame) };
    found.retain(|row| blame(row) != Blame::Other);
    // One packet may hold many frames of which the same is said.
    found.dedup_by(|a, b| (&a.code, &a.message) == (&b.code, &b.message));
    let fields_blamed = found.iter().filter_map(|row| match blame(row) {
        Blame::Field(part) => Some((part, row.clone())),
        _ => None,
    });
    let blamed: Vec<(Part, DiagnosticRow)> = fields_blamed.collect();
    let more = {
        let (message, number) = (props.message, frame.row.frame);
        Callback::from(move |()| match shown < MOST {
            true => wished.set((message, number, (shown * 8).min(MOST))),
            false => placed.set(|place| {
                place.tab = Tab::Payload;
                place.payload.choose_wire();
            }),
        })
    };
    let point = {
        let pointed = pointed.clone();
        Callback::from(move |to: Pointed| pointed.set(Some(to)))
    };
    html! {
        <>
            <Diagram fields={fields.clone()} bytes={bytes.clone()} pointed={*pointed} point={point.clone()}
                broken={blamed.iter().map(|(part, row)| (*part, row.severity)).collect::<Vec<_>>()} />
            <Explained fields={fields.clone()} bytes={bytes.clone()} pointed={*pointed} {blamed} />
            <Hex {fields} {bytes} pointed={*pointed} {point} total={header.saturating_add(frame.row.length)} {more} />
            <Facts frame={frame.clone()} {found} />
        </>
    }
}

/// The diagnostic speaks of this frame of its message: it was found in one of its packets.
fn is_of(row: &DiagnosticRow, frame: &FrameView) -> bool {
    row.packet.is_none_or(|packet| frame.row.packets.contains(&packet) || frame.row.packet == packet)
}

fn key(hexadecimal: &str) -> Option<[u8; 4]> {
    u32::from_str_radix(hexadecimal, 16).ok().map(u32::to_be_bytes)
}
