//! Where a frame stands in its stream, what carried it, and what was found in it.

use sockscope_core::session::api::{DiagnosticRow, FrameView};
use yew::prelude::*;

use crate::inspector::finding::Finding;
use crate::settings::use_settings;
use crate::{moment, sign, words};

/// Packets that are named one by one.
const NAMED: usize = 8;

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The frame.
    pub frame: FrameView,
    /// What was found in it.
    pub found: Vec<DiagnosticRow>,
}

/// The facts.
#[component]
pub fn Facts(props: &Props) -> Html {
    let FrameView { row, header, stream_offset, .. } = &props.frame;
    let length = row.length.saturating_add(header.len() as u64);
    let end = stream_offset.saturating_add(length.saturating_sub(1));
    let (arrow, side, name) = sign::of_side(row.from);
    let zone = use_settings().settings.zone;
    let mut packets: Vec<String> =
        row.packets.iter().take(NAMED).map(|&packet| words::count(packet)).collect();
    if row.packets.len() > NAMED {
        packets.push(format!("… {} in all", words::count(row.packets.len() as u64)));
    }
    html! {
        <>
            <dl class="facts">
                <dt>{"from"}</dt><dd><span class={side}>{arrow}{" "}{name}</span>{format!(", frame {} of its connection", words::count(row.frame))}</dd>
                <dt>{"in the stream"}</dt><dd class="mono">{format!("0x{stream_offset:x}–0x{end:x}")}<span class="dim">{format!("  {} + {} bytes", header.len(), words::count(row.length))}</span></dd>
                <dt>{if row.packets.len() == 1 { "packet" } else { "packets" }}</dt><dd class="mono">{packets.join(", ")}</dd>
                if let Some(time) = row.time {
                    <dt>{"begins"}</dt><dd class="mono" title={moment::whole(time, zone)}>{moment::clock(time, zone)}</dd>
                }
                if row.complete == Some(false) {
                    <dt>{"lost"}</dt>
                    <dd class="warn">{"⚠ "}{ row.holes.iter().take(NAMED).map(|(at, length)| format!("{} at byte {}", words::counted(*length, "byte"), words::count(*at))).collect::<Vec<_>>().join(", ") }</dd>
                }
            </dl>
            if !props.found.is_empty() {
                <div class="findings">{ for props.found.iter().map(|row| html! { <Finding row={row.clone()} /> }) }</div>
            }
        </>
    }
}
