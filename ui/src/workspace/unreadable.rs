//! What is said of a file that cannot be read, or of which only a part can.

use sockscope_core::session::api::{SummaryRow, sanitise};
use yew::prelude::*;

use crate::desk::use_capture;
use crate::engine::use_progress;
use crate::icon::{Drawn, Icon};
use crate::opening::choose;
use crate::opening::kind::Kind;
use crate::words;

/// In the place of the panes: what the file is, and what is accepted.
#[component]
pub fn Unreadable() -> Html {
    let capture = use_capture();
    let progress = use_progress();
    // The first that is no capture is the one at which reading ended.
    let files = &capture.origin.files;
    let file = files.iter().find(|file| file.kind != Kind::Capture).or(files.first());
    let (what, advice) = file.map(|file| file.kind.sentences()).unwrap_or_default();
    let name = file.map(|file| sanitise::line(&file.mark.name).into_owned()).unwrap_or_default();
    html! {
        <main class="unreadable">
            <div role="alert">
            <Drawn icon={Icon::Alert} />
            <h2>{name}{" cannot be read as a capture"}</h2>
            <p class="unreadable-what">{what}{" "}{advice}</p>
            </div>
            if let Some(problem) = &progress.problem {
                <p class="dim mono">{sanitise::line(problem).into_owned()}</p>
            }
            <p class="dim">{"Sockscope opens pcap and pcapng, as Wireshark, tcpdump, dumpcap and tshark write them, plain or compressed with gzip or zstd; and key logs beside them."}</p>
            <button class="button primary large" onclick={Callback::from(|_| choose())}><Drawn icon={Icon::Open} />{"Open another…"}</button>
        </main>
    }
}

/// What it is given.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What the capture holds.
    pub summary: SummaryRow,
    /// Shows the diagnostics.
    pub see: Callback<()>,
}

/// A line over the panes: the capture is damaged or cut short, or reading ended early, and what is shown of it.
#[component]
pub fn Damaged(props: &Props) -> Html {
    let progress = use_progress();
    let packets = words::counted(props.summary.packets, "packet");
    let words = match &progress.problem {
        Some(problem) => format!("Not all was read: {problem}. Shown is what {packets} hold."),
        None => format!("The capture is damaged or cut short. Shown is what could be read of it: {packets}."),
    };
    html! {
        <div class="bar warn-bar" role="status">
            <Drawn icon={Icon::Warning} />
            <span class="bar-words">{sanitise::line(&words).into_owned()}</span>
            <button class="button" onclick={props.see.reform(|_| ())}>{"What is wrong with it"}</button>
        </div>
    }
}
